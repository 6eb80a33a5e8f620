/* segment: the segments in station.db, with their single dates and exceptions. */
#ifndef LOAXA_STORE_SEGMENT_H
#define LOAXA_STORE_SEGMENT_H

#include "scheduler/segment.h"
#include "store/change.h"

/* Adds (id 0) or changes one, all of it; fills in id and raises the revision. The rule is tried
 * first: an invalid one is refused with its reason, and so is one that gives more than
 * STORE_SEGMENT_MOST_A_DAY starts a day. Needs the right to plan. */
enum { STORE_SEGMENT_MOST_A_DAY = 144 };
bool store_segment_save(struct database *database, const struct actor *actor,
                        struct segment *segment, struct fail *why);
/* Cancels or moves one occurrence; one that stands for the same original start is replaced.
 * FAIL_NOT_FOUND where the series has no such start. */
bool store_segment_except(struct database *database, const struct actor *actor, int64_t id,
                          const struct segment_exception *exception, struct fail *why);
/* Ends one series and begins the one that continues it, in one step (this and following). */
bool store_segment_split(struct database *database, const struct actor *actor,
                         struct segment *ended, struct segment *continued, struct fail *why);
/* FAIL_NOT_FOUND. The caller frees *ret: segment_finish(). */
bool store_segment_load(struct database *database, int64_t id, struct segment *ret,
                        struct fail *why);
/* Sorted by id, removed ones left out. The caller frees each and the array. */
bool store_segment_list(struct database *database, struct segment **ret, size_t *ret_count,
                        struct fail *why);
/* It is planned no more; its row stays for the history. */
bool store_segment_remove(struct database *database, const struct actor *actor, int64_t id,
                          struct fail *why);

#endif
