/* profile: what the place allows, in station.db. */
#ifndef LOAXA_STORE_PROFILE_H
#define LOAXA_STORE_PROFILE_H

#include "scheduler/profile.h"
#include "store/change.h"

/* There is always one profile. Changing it needs the right to settle. */
bool store_profile_load(struct database *database, struct profile *ret, struct fail *why);
bool store_profile_save(struct database *database, const struct actor *actor,
                        const struct profile *profile, struct fail *why);

#endif
