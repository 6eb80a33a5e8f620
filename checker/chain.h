/* chain: whether the lines hang together by their hashes, and the head they end in. */
#ifndef LOAXA_CHECKER_CHAIN_H
#define LOAXA_CHECKER_CHAIN_H

#include "checker/breach.h"
#include "checker/event.h"

#include <stdbool.h>
#include <stdint.h>

struct chain {
    int64_t last_seq;   /* of the line before; 0 before the first */
    char last_hash[65]; /* as the line before states it */
    int64_t head_seq;   /* a head that was kept elsewhere; 0: none */
    char head_hash[65];
    bool head_seen;
};

void chain_start(struct chain *chain);
/* Reads "SEQ:HASH". */
bool chain_want_head(struct chain *chain, const char *text);
/* Judges one line; breaches name the line that was changed, removed or reordered. */
void chain_add(struct chain *chain, const struct event *event, struct breaches *breaches);
void chain_end(const struct chain *chain, struct breaches *breaches);

#endif
