/* plan_time: which instants are taken already while a plan is made, a bucket a day. */
#ifndef LOAXA_SCHEDULER_PLAN_TIME_H
#define LOAXA_SCHEDULER_PLAN_TIME_H

#include "scheduler/permit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plan_slot {
    int64_t start_us, end_us;
    zone_set reach;
    uint32_t index;
};

struct plan_time {
    int64_t from_us;
    size_t days;
    struct plan_bucket {
        struct plan_slot *slots; /* that begin on this day, rising */
        size_t count, capacity;
        int64_t longest_us, last_end_us;
    } * buckets;
};

/* Instants outside [from, until) are put into the first and last bucket. */
void plan_time_init(struct plan_time *time, int64_t from_us, int64_t until_us);
void plan_time_finish(struct plan_time *time);
/* No slot is longer than a day. */
void plan_time_take(struct plan_time *time, int64_t start_us, int64_t end_us, zone_set reach,
                    size_t index);
/* The slot that overlaps [start, end) in one of `reach` and begins first. */
bool plan_time_first(const struct plan_time *time, int64_t start_us, int64_t end_us, zone_set reach,
                     size_t *ret_index);

#endif
