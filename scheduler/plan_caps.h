/* plan_caps: how much of each day's sessions is used up while a plan is made (R26).
 *
 * A session is a run of occurrences of one day whose gaps are shorter than the profile's
 * session_gap; which day is the civil date of the original start. */
#ifndef LOAXA_SCHEDULER_PLAN_CAPS_H
#define LOAXA_SCHEDULER_PLAN_CAPS_H

#include "base/civil.h"
#include "scheduler/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plan_caps {
    const struct profile *profile;
    bool any; /* whether the profile caps anything */
    struct plan_caps_day {
        int64_t day;
        struct plan_run {
            int64_t start_us, end_us;
        } * runs; /* what airs on that day, rising */
        size_t count, capacity;
        int64_t total_us;
    } * days; /* sorted by day */
    size_t days_count, days_capacity;
};

void plan_caps_init(struct plan_caps *caps, const struct profile *profile);
void plan_caps_finish(struct plan_caps *caps);
/* Whether one more that begins at `start` may air on that day; *end_us is lowered to where it must
 * end. False where it may not at all. */
bool plan_caps_fit(struct plan_caps *caps, struct civil_date date, int64_t start_us,
                   int64_t *end_us);
void plan_caps_take(struct plan_caps *caps, struct civil_date date, int64_t start_us,
                    int64_t end_us);

#endif
