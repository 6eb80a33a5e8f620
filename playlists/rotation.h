/* rotation: which of a column's items may be aired at an instant, and whose turn it is.
 *
 * Fair: the item that has not been heard for the longest time goes first, one never heard before
 * all others, and equal ones by their id, so that the same history always gives the same order.
 * Pure; thread: any. */
#ifndef LOAXA_PLAYLISTS_ROTATION_H
#define LOAXA_PLAYLISTS_ROTATION_H

#include "base/civil.h"
#include "base/walltime.h"
#include "playlists/item.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the diary knows of one item's airings; versions of an item count together. Airings that made
 * no sound do not count. */
struct rotation_entry {
    int64_t item;
    struct walltime last;  /* the start of the latest airing */
    struct civil_date day; /* the civil date of that airing … */
    int32_t on_day;        /* … and how many airings that date has had */
    int32_t total;
};

/* Sorted by item. Start with {0}; free with rotation_history_finish(). */
struct rotation_history {
    struct rotation_entry *entries;
    size_t count;
    size_t capacity;
};

/* NULL where the item was never aired. Borrowed until the history changes. */
const struct rotation_entry *rotation_history_find(const struct rotation_history *history,
                                                   int64_t item);
/* Counts one more airing that started at `at`, on the civil date `day`. Airings come in any order;
 * one from an earlier day than the latest known counts in the total only. */
void rotation_history_record(struct rotation_history *history, int64_t item, struct walltime at,
                             struct civil_date day);
void rotation_history_copy(const struct rotation_history *from, struct rotation_history *ret);
void rotation_history_finish(struct rotation_history *history);

/* Why an item is left out of a rundown; ROTATION_MAY_AIR is 0. */
enum rotation_verdict {
    ROTATION_MAY_AIR = 0,
    ROTATION_NOT_APPROVED, /* R14 */
    ROTATION_WITHDRAWN,    /* R15 */
    ROTATION_NO_SOUND,     /* a clip or bulletin without stored sound */
    ROTATION_NOT_YET_VALID,
    ROTATION_EXPIRED,  /* R24 */
    ROTATION_MOURNING, /* R30: music and entertainment */
    ROTATION_DAY_LIMIT,
    ROTATION_TOTAL_LIMIT,
    ROTATION_TOO_SOON, /* R38 */
    ROTATION_TOO_LONG, /* longer than the whole occurrence has room for */
    ROTATION_NO_ROOM,  /* others had their turn first */
    ROTATION_MISSING   /* a tune, ident, sting or closing that is named but not in the programme */
};

/* What the rules say of airing `item` at `start` on the civil date `date`. */
enum rotation_verdict rotation_judge(const struct item *item,
                                     const struct rotation_history *history, struct walltime start,
                                     struct civil_date date, bool mourning);

/* "it has expired", a clause in the process's language that explains a verdict; "" for MAY_AIR. */
const char *rotation_verdict_words(enum rotation_verdict verdict);

/* Sorts items into the order of their turns. */
void rotation_sort(const struct item **items, size_t count, const struct rotation_history *history);

/* R4: how many different items that are not local were heard since the last local one. */
int32_t rotation_since_local(const struct item *const *items, size_t count,
                             const struct rotation_history *history);

#endif
