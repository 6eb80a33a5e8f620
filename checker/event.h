/* event: one line of an exported diary: its place in the chain and what its event says, checked
 * against the form that docs/formats/diary.md gives. */
#ifndef LOAXA_CHECKER_EVENT_H
#define LOAXA_CHECKER_EVENT_H

#include "checker/breach.h"
#include "checker/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_type {
    EVENT_STARTED,
    EVENT_STOPPED,
    EVENT_PLANNED,
    EVENT_MOVED,
    EVENT_OUTCOME,
    EVENT_OPENED,
    EVENT_CLOSED,
    EVENT_REFUSED,
    EVENT_INCIDENT,
    EVENT_AMPLIFIER,
    EVENT_PERMIT,
    EVENT_CLOCK,
    EVENT_APPROVED,
    EVENT_WITHDRAWN,
    EVENT_HOLD,
    EVENT_RESUMED,
    EVENT_RESTORED,
    EVENT_TYPES
};

struct event {
    int64_t line;      /* in the file, from 1 */
    int64_t seq;       /* as the line says */
    char prev[65];     /* lower-case hex */
    char hash[65];     /* */
    const char *bytes; /* the canonical bytes, borrowed from the frame */
    size_t size;
    struct value_tree frame;  /* the line; owned, used again for the next one */
    struct value_tree tree;   /* the event inside; owned */
    const struct value *body; /* its top */

    enum event_type type; /* the rest is only set where event_read_body() said yes */
    int64_t at_us, boot_ns, epoch;
    const char *boot, *trust; /* borrowed from the tree */
};

/* Reads the line's own frame (seq, prev, hash, event). False with a breach where it has none. Start
 * with {0} and give the same event for every line. */
bool event_read_line(struct event *event, int64_t line, const char *bytes, size_t size,
                     struct breaches *breaches);
/* Reads and checks the event inside; every fault becomes a breach. False where the event cannot be
 * used for judging. */
bool event_read_body(struct event *event, struct breaches *breaches);
void event_finish(struct event *event);

/* What a checked event says under a key; 0 and "" for null. */
int64_t event_integer(const struct event *event, const char *key);
const char *event_text(const struct event *event, const char *key);
bool event_has(const struct event *event, const char *key); /* there, and not null */
uint32_t event_zones(const struct event *event); /* "zones", a bit each; zones are 0 to 31 */

#endif
