/* profile: what the place allows, the day templates, the zones and the planned holds in station.db.
 */
#ifndef LOAXA_STORE_PROFILE_H
#define LOAXA_STORE_PROFILE_H

#include "scheduler/profile.h"
#include "scheduler/programme.h"
#include "store/change.h"

/* There is always one profile. Changing it needs the right to settle. */
bool store_profile_load(struct database *database, struct profile *ret, struct fail *why);
bool store_profile_save(struct database *database, const struct actor *actor,
                        const struct profile *profile, struct fail *why);

/* Adds (id 0) or changes a template and the days it is in force; fills in template->id. Needs the
 * right to plan. */
bool store_template_save(struct database *database, const struct actor *actor,
                         struct day_template *template, const struct template_span *spans,
                         size_t spans_count, struct fail *why);
/* Templates sorted by id, spans in the order in which they were entered. The caller frees both. */
bool store_template_list(struct database *database, struct day_template **ret, size_t *ret_count,
                         struct template_span **ret_spans, size_t *ret_spans_count,
                         struct fail *why);
bool store_template_remove(struct database *database, const struct actor *actor, int64_t id,
                           struct fail *why);

/* A zone (cụm loa): numbers 0 to 31. */
enum zone_technology { ZONE_WIRED, ZONE_FM, ZONE_IP };
struct loudspeakers {
    int32_t zone;
    char *name;  /* "Thôn 3" */
    char *place; /* where the horns hang; "" where unknown */
    enum zone_technology technology;
};
void loudspeakers_finish(struct loudspeakers *loudspeakers);
/* Adds or changes the zone of that number. Needs the right to settle. */
bool store_zone_save(struct database *database, const struct actor *actor,
                     const struct loudspeakers *loudspeakers, struct fail *why);
/* Sorted by number. The caller frees each and the array. */
bool store_zone_list(struct database *database, struct loudspeakers **ret, size_t *ret_count,
                     struct fail *why);
bool store_zone_remove(struct database *database, const struct actor *actor, int32_t zone,
                       struct fail *why);

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
