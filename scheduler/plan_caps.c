#include "scheduler/plan_caps.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)

void plan_caps_init(struct plan_caps *caps, const struct profile *profile) {
    *caps = (struct plan_caps){.profile = profile};
    caps->any = !profile->always_open &&
                (profile->sessions_a_day > 0 || profile->weekend_sessions_a_day >= 0 ||
                 profile->session_s > 0 || profile->day_s > 0);
}

void plan_caps_finish(struct plan_caps *caps) {
    for (size_t i = 0; i < caps->days_count; i++) {
        free(caps->days[i].runs);
    }
    free(caps->days);
    *caps = (struct plan_caps){0};
}

static struct plan_caps_day *day_of(struct plan_caps *caps, struct civil_date date) {
    int64_t day = civil_day_number(date);
    size_t low = 0;
    size_t high = caps->days_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (caps->days[middle].day < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < caps->days_count && caps->days[low].day == day) {
        return &caps->days[low];
    }
    caps->days =
        memory_room(caps->days, caps->days_count, &caps->days_capacity, sizeof *caps->days);
    memmove(&caps->days[low + 1], &caps->days[low], (caps->days_count - low) * sizeof *caps->days);
    caps->days[low] = (struct plan_caps_day){.day = day};
    caps->days_count++;
    return &caps->days[low];
}

static int32_t most_sessions(const struct profile *profile, struct civil_date date) {
    if (profile->weekend_sessions_a_day >= 0 && civil_weekday(date) >= SATURDAY) {
        /* none at all is a cap too: one below zero means no cap */
        return profile->weekend_sessions_a_day;
    }
    return profile->sessions_a_day > 0 ? profile->sessions_a_day : -1;
}

/* The runs of the day if [start, end) were among them: how many, and the one it is part of. */
static size_t count_runs(const struct plan_caps *caps, const struct plan_caps_day *day,
                         struct plan_run mine, struct plan_run *ret_own) {
    int64_t gap_us = (int64_t)caps->profile->session_gap_s * SECOND_US;
    struct plan_run run = {INT64_MIN, INT64_MIN};
    size_t runs = 0;
    bool placed = false;
    *ret_own = mine;
    for (size_t i = 0; i <= day->count; i++) {
        bool take_mine = !placed && (i == day->count || mine.start_us < day->runs[i].start_us);
        if (!take_mine && i == day->count) {
            break;
        }
        struct plan_run next = take_mine ? mine : day->runs[i];
        if (runs != 0 && next.start_us - run.end_us < gap_us) {
            run.end_us = next.end_us > run.end_us ? next.end_us : run.end_us;
        } else {
            run = next;
            runs++;
        }
        if (take_mine) {
            placed = true;
            i--;
        }
        if (mine.start_us >= run.start_us && mine.start_us <= run.end_us) {
            *ret_own = run;
        }
    }
    return runs;
}

bool plan_caps_fit(struct plan_caps *caps, struct civil_date date, int64_t start_us,
                   int64_t *end_us) {
    if (!caps->any) {
        return true;
    }
    const struct profile *profile = caps->profile;
    struct plan_caps_day *day = day_of(caps, date);
    struct plan_run mine = {start_us, *end_us};
    if (profile->day_s > 0) {
        int64_t left_us = profile->day_s * SECOND_US - day->total_us;
        if (mine.end_us - start_us > left_us) {
            mine.end_us = start_us + left_us;
        }
        if (mine.end_us <= start_us) {
            return false;
        }
    }
    struct plan_run own;
    size_t runs = count_runs(caps, day, mine, &own);
    int32_t most = most_sessions(profile, date);
    if (most >= 0 && runs > (size_t)most) {
        return false;
    }
    int64_t longest_us = profile->session_s * SECOND_US;
    if (profile->session_s > 0 && own.end_us - own.start_us > longest_us) {
        if (own.end_us != mine.end_us || own.start_us + longest_us <= start_us) {
            return false; /* what makes it too long is not its own end */
        }
        mine.end_us = own.start_us + longest_us;
    }
    *end_us = mine.end_us;
    return true;
}

void plan_caps_take(struct plan_caps *caps, struct civil_date date, int64_t start_us,
                    int64_t end_us) {
    if (!caps->any) {
        return;
    }
    struct plan_caps_day *day = day_of(caps, date);
    day->runs = memory_room(day->runs, day->count, &day->capacity, sizeof *day->runs);
    size_t at = day->count++;
    while (at != 0 && day->runs[at - 1].start_us > start_us) {
        day->runs[at] = day->runs[at - 1];
        at--;
    }
    day->runs[at] = (struct plan_run){start_us, end_us};
    day->total_us += end_us - start_us;
}
