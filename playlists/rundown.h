/* rundown: what fills one occurrence: tune, ident, items by fair rotation, closing words.
 *
 * Pure: the same request always gives the same rundown. The whole never exceeds the occurrence's
 * duration; the room of the closing words is kept free from the beginning. Items are taken whole
 * and never twice. Where nothing more fits whole, END_CUT and END_FADE begin the item whose turn
 * is next and end it when the time is up, if at least RUNDOWN_LEAST_CUT_US of it can be heard;
 * END_FINISH_ITEM ends early instead. A rundown without any item has no elements at all: nobody
 * wants a tune around nothing. */
#ifndef LOAXA_PLAYLISTS_RUNDOWN_H
#define LOAXA_PLAYLISTS_RUNDOWN_H

#include "base/civil.h"
#include "base/walltime.h"
#include "playlists/column.h"
#include "playlists/item.h"
#include "playlists/rotation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the last element ends when the time is up. */
enum end_policy { END_CUT, END_FINISH_ITEM, END_FADE };
const char *end_policy_word(enum end_policy policy); /* "cut", "finish", "fade" */
bool end_policy_parse(const char *word, enum end_policy *ret_policy);

enum rundown_role { ROLE_TUNE, ROLE_IDENT, ROLE_ITEM, ROLE_STING, ROLE_CLOSING };
const char *rundown_role_word(enum rundown_role role); /* as in docs/formats/diary.md */

#define RUNDOWN_LEAST_CUT_US INT64_C(20000000)
enum {
    RUNDOWN_TARGET_MLUFS = -16000, /* what items are brought to; horns outdoors want it even */
    RUNDOWN_CEILING_MDB = -1000,   /* true peak after gain, EBU R 128's limit for production */
    RUNDOWN_MOST_GAIN_MDB = 20000, /* more would bring up nothing but noise */
    RUNDOWN_MOST_ELEMENTS = 512
};

struct rundown_request {
    const struct column *column;                 /* NULL where only_item is given */
    int64_t tune_item, ident_item, closing_item; /* the station's own; 0: none */
    int64_t only_item;        /* a manual airing of this item alone; 0: the column's items */
    const struct item *items; /* the programme's, sorted by id; borrowed by the rundown */
    size_t items_count;
    struct walltime start;  /* of the occurrence */
    struct civil_date date; /* of its original start: limits and validity go by it */
    int64_t duration_us;
    enum end_policy end_policy;
    int32_t fade_ms;
    bool mourning;                          /* R30 */
    const struct rotation_history *history; /* NULL: nothing was ever aired */
};

struct rundown_element {
    enum rundown_role role;
    const struct item *item; /* borrowed from the request */
    int64_t offset_us;       /* from the occurrence's start */
    int64_t duration_us;     /* planned on the air; a relay's or live item's is its limit */
    bool cut;                /* ends before the item's own end */
    int32_t fade_ms;         /* the fade at its end, inside duration_us; 0: none */
    int32_t gain_mdb;
};

struct rundown_omission {
    int64_t item;
    const char *title; /* borrowed from the request; "" where the item is missing */
    enum rotation_verdict verdict;
};

struct rundown {
    struct rundown_element *elements; /* position in the diary is the index */
    size_t count;
    int64_t duration_us;                /* end of the last element */
    struct rundown_omission *omissions; /* in the order of their turns */
    size_t omissions_count;
};

/* Fills *ret (which the caller frees with rundown_finish()). It cannot fail: an occurrence that
 * nothing fills has count 0, and the omissions say why. */
void rundown_fill(const struct rundown_request *request, struct rundown *ret);
void rundown_finish(struct rundown *rundown);

/* The gain that brings an item to `target_mlufs` without its true peak passing the ceiling. An
 * item whose loudness could not be measured (−70 LUFS or less) and relays get none, but for what
 * the ceiling takes. */
int32_t rundown_gain_mdb(const struct item *item, int32_t target_mlufs);

/* Counts the rundown's elements as aired at their planned instants, for plans that look ahead. */
void rundown_record(const struct rundown *rundown, struct walltime start, struct civil_date date,
                    struct rotation_history *history);

/* One sentence about what was left out and why, in the process's language; "" where nothing was. At
 * most `size` bytes, cut at a whole character. */
void rundown_explain(const struct rundown *rundown, char *text, size_t size);

#endif
