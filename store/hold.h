/* hold: planned holds (tắt loa) in station.db. */
#ifndef LOAXA_STORE_HOLD_H
#define LOAXA_STORE_HOLD_H

#include "scheduler/programme.h"
#include "store/change.h"

/* A planned hold; `by` is the actor. until WALLTIME_NEVER: until it is removed. Needs the right to
 * operate. *ret_id may be NULL. */
bool store_hold_add(struct database *database, const struct actor *actor, struct walltime from,
                    struct walltime until, const char *words, int64_t *ret_id, struct fail *why);
bool store_hold_remove(struct database *database, const struct actor *actor, int64_t id,
                       struct fail *why);
/* Those that are not over at `at`, by their beginning. The caller frees their texts, and the array.
 */
bool store_hold_list(struct database *database, struct walltime at, struct programme_hold **ret,
                     size_t *ret_count, struct fail *why);

#endif
