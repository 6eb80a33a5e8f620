/* word_change: what a changed word of the lexicon does to the bulletins that there are.
 *
 * An approved rendering stays valid and stored whatever the lexicon says. A new reading of a word
 * holds for what is rendered from now on; only where it is asked for a bulletin is rendered again,
 * as a new version that somebody has to approve, and until then the old one airs.
 * Thread: the database's. */
#ifndef LOAXA_CLI_WORD_CHANGE_H
#define LOAXA_CLI_WORD_CHANGE_H

#include "base/fail.h"
#include "cli/access.h"
#include "tts/lexicon.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bulletins whose words the entry changes and whose latest version has not aired yet: drafts,
 * those that wait for approval, approved ones; not those that expired, were returned or withdrawn,
 * or say the word in a way of their own. Sorted by id; the caller frees *ret. `access` has both
 * databases. */
bool word_change_find(const struct access *access, const struct lexicon_entry *entry, int64_t **ret,
                      size_t *ret_count, struct fail *why);

/* What was made of one bulletin. */
struct word_change_made {
    int32_t version;
    bool same;  /* it sounds so already: nothing was made */
    bool draft; /* it was a draft and stays one */
};

/* Renders a bulletin again by the station's lexicon as it is now, and by `alone` where given: an
 * entry that holds for this item only and is kept for it (item_words.h). A draft gets the new sound;
 * else a new version with the same text is made and handed in. FAIL_CONFLICT where the item is no
 * bulletin, was withdrawn, or `alone` changes nothing in it. `access` has station.db for writing. */
bool word_change_apply(const struct access *access, int64_t item, const struct lexicon_entry *alone,
                       struct word_change_made *ret, struct fail *why);

#endif
