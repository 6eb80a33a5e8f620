/* item_words: how words are said in one item alone, lexicon-items.tsv in the station's folder.
 *
 * Each line is a line of a lexicon (tts/lexicon.h) with the item's number and a tab before it. The
 * words outlive an edit of the item's text: its next version is read by them too.
 * Thread: any; who adds holds a lock on the station's folder (flock) against another editor. */
#ifndef LOAXA_STATION_ITEM_WORDS_H
#define LOAXA_STATION_ITEM_WORDS_H

#include "base/fail.h"
#include "tts/lexicon.h"

#include <stdbool.h>
#include <stdint.h>

#define ITEM_WORDS_FILE "lexicon-items.tsv"

/* Lays the item's words over *lexicon: an entry takes the place of all that `lexicon` has of its
 * key. A file that is not there holds none. FAIL_INVALID names a bad line and the cure. */
bool item_words_lay(const char *folder, int64_t item, struct lexicon *lexicon, struct fail *why);

/* Adds an entry for the item, or replaces the one with the same key, class and contexts: written
 * beside the file first, then over it. */
bool item_words_add(const char *folder, int64_t item, const struct lexicon_entry *entry,
                    struct fail *why);

#endif
