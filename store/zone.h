/* zone: the loudspeakers of a station in station.db: names for the numbers that plans use. */
#ifndef LOAXA_STORE_ZONE_H
#define LOAXA_STORE_ZONE_H

#include "store/change.h"

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

#endif
