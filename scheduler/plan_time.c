#include "scheduler/plan_time.h"

#include "base/memory.h"

#include <stdlib.h>

#define DAY_US INT64_C(86400000000)

static size_t bucket_of(const struct plan_time *time, int64_t at_us) {
    int64_t day = at_us < time->from_us ? 0 : (at_us - time->from_us) / DAY_US;
    return day < (int64_t)time->days ? (size_t)day : time->days - 1;
}

void plan_time_init(struct plan_time *time, int64_t from_us, int64_t until_us) {
    *time =
        (struct plan_time){.from_us = from_us, .days = (size_t)((until_us - from_us) / DAY_US) + 1};
    time->buckets = memory_new(time->days * sizeof *time->buckets);
}

void plan_time_finish(struct plan_time *time) {
    for (size_t i = 0; i < time->days; i++) {
        free(time->buckets[i].slots);
    }
    free(time->buckets);
    *time = (struct plan_time){0};
}

void plan_time_take(struct plan_time *time, int64_t start_us, int64_t end_us, zone_set reach,
                    size_t index) {
    struct plan_bucket *bucket = &time->buckets[bucket_of(time, start_us)];
    bucket->slots =
        memory_room(bucket->slots, bucket->count, &bucket->capacity, sizeof *bucket->slots);
    size_t at = bucket->count++;
    while (at != 0 && bucket->slots[at - 1].start_us > start_us) {
        bucket->slots[at] = bucket->slots[at - 1];
        at--;
    }
    bucket->slots[at] = (struct plan_slot){start_us, end_us, reach, (uint32_t)index};
    if (end_us - start_us > bucket->longest_us) {
        bucket->longest_us = end_us - start_us;
    }
    if (end_us > bucket->last_end_us || bucket->count == 1) {
        bucket->last_end_us = end_us;
    }
}

/* The first slot that can reach over start_us: what begins earlier than the longest is over. */
static size_t first_slot(const struct plan_bucket *bucket, int64_t start_us) {
    size_t low = 0;
    size_t high = bucket->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bucket->slots[middle].start_us <= start_us - bucket->longest_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool plan_time_first(const struct plan_time *time, int64_t start_us, int64_t end_us, zone_set reach,
                     size_t *ret_index) {
    size_t last = bucket_of(time, end_us);
    for (size_t day = bucket_of(time, start_us - DAY_US); day <= last; day++) {
        const struct plan_bucket *bucket = &time->buckets[day];
        if (bucket->count == 0 || bucket->last_end_us <= start_us) {
            continue;
        }
        for (size_t i = first_slot(bucket, start_us);
             i < bucket->count && bucket->slots[i].start_us < end_us; i++) {
            const struct plan_slot *slot = &bucket->slots[i];
            if (slot->end_us > start_us && (slot->reach & reach) != 0) {
                *ret_index = slot->index;
                return true;
            }
        }
    }
    return false;
}
