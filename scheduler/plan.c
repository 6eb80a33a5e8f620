#include "scheduler/plan.h"

#include "base/memory.h"
#include "scheduler/guard.h"
#include "scheduler/plan_caps.h"
#include "scheduler/plan_order.h"
#include "scheduler/plan_time.h"
#include "scheduler/series.h"

#include <stdlib.h>
#include <string.h>

#define DAY_US (86400 * WALLTIME_SECOND)
enum { PREFETCH = 12 };

/* A plan in the making. */
struct building {
    struct programme *programme;
    struct guard guard;
    struct plan_time time;
    struct plan_caps caps;
    struct plan_occurrence *list; /* in and around the span, in any order */
    size_t count, capacity;
    struct plan *plan;
    size_t faults_capacity;
    struct walltime from, until; /* with the margin */
};

static void add_fault(struct building *building, int64_t segment, const struct fail *why) {
    struct plan *plan = building->plan;
    plan->faults = memory_room(plan->faults, plan->faults_count, &building->faults_capacity,
                               sizeof *plan->faults);
    plan->faults[plan->faults_count++] = (struct plan_fault){segment, memory_text(why->sentence)};
}

static struct plan_occurrence *add(struct building *building, const struct segment *segment,
                                   const struct series_start *start) {
    building->list =
        memory_room(building->list, building->count, &building->capacity, sizeof *building->list);
    struct plan_occurrence *occurrence = &building->list[building->count++];
    *occurrence = (struct plan_occurrence){
        .key = {'s', segment->id, start->civil, start->utc_offset_s},
        .original = start->instant,
        .due_start = start->instant,
        .due_end = {start->instant.us + segment->duration_us},
        .segment = segment,
        .zones = segment->zones,
    };
    return occurrence;
}

static const struct segment_exception *exception_of(const struct segment *segment,
                                                    struct civil original) {
    for (size_t i = segment->exceptions_count; i != 0; i--) {
        if (civil_compare(segment->exceptions[i - 1].original, original) == 0) {
            return &segment->exceptions[i - 1];
        }
    }
    return NULL;
}

/* Moved occurrences are looked up by themselves: they may come from far outside the span. */
static void add_moved(struct building *building, const struct segment *segment) {
    const struct zone *zone = building->programme->zone;
    for (size_t i = 0; i < segment->exceptions_count; i++) {
        const struct segment_exception *exception = &segment->exceptions[i];
        struct series_start start;
        if (exception->kind != EXCEPTION_MOVED ||
            exception_of(segment, exception->original) != exception) {
            continue;
        }
        enum zone_fit fit;
        struct walltime moved = zone_instant(zone, exception->start, &fit);
        if (moved.us < building->from.us || moved.us >= building->until.us ||
            !series_has(segment, zone, exception->original, &start)) {
            continue;
        }
        int64_t duration_us =
            exception->duration_us != 0 ? exception->duration_us : segment->duration_us;
        struct plan_occurrence *occurrence = add(building, segment, &start);
        occurrence->due_start = moved;
        occurrence->due_end = walltime_add(moved, duration_us);
        occurrence->exception = exception;
        occurrence->moved = true;
    }
}

static bool check_segment(const struct segment *segment, struct fail *why) {
    if (segment->duration_us <= 0 || segment->duration_us > PLAN_LONGEST_US) {
        return fail_set(why, FAIL_INVALID, "it must last more than nothing and at most 24 hours");
    }
    for (size_t i = 0; i < segment->exceptions_count; i++) {
        if (segment->exceptions[i].duration_us < 0 ||
            segment->exceptions[i].duration_us > PLAN_LONGEST_US) {
            return fail_set(why, FAIL_INVALID,
                            "it must last more than nothing and at most 24 hours");
        }
    }
    if (segment->zones == 0) {
        return fail_set(why, FAIL_INVALID, "it names no zone");
    }
    return true;
}

static void add_segment(struct building *building, const struct segment *segment,
                        struct series_starts *starts) {
    struct fail why;
    int64_t days = (building->until.us - building->from.us) / DAY_US + 1;
    starts->count = 0;
    if (!check_segment(segment, &why) ||
        !series_expand(segment, building->programme->zone, building->from, building->until,
                       (size_t)days * PLAN_MOST_A_DAY, starts, &why)) {
        add_fault(building, segment->id, &why);
        return;
    }
    for (size_t i = 0; i < starts->count; i++) {
        const struct segment_exception *exception =
            segment->exceptions_count != 0 ? exception_of(segment, starts->starts[i].civil) : NULL;
        if (exception == NULL || exception->kind == EXCEPTION_CANCELLED) {
            add(building, segment, &starts->starts[i])->exception = exception;
        }
    }
    add_moved(building, segment);
}

static void refuse(struct plan_occurrence *occurrence, enum plan_verdict verdict,
                   enum outcome_reason reason) {
    occurrence->verdict = verdict;
    occurrence->reason = reason;
    occurrence->delayed = false;
    occurrence->cut_by = REASON_NONE;
    occurrence->start = occurrence->due_start;
    occurrence->end = occurrence->due_end;
}

/* Ends it at `end` for `reason`; false where too little would be left. */
static bool shorten(struct plan_occurrence *occurrence, int64_t end_us,
                    enum outcome_reason reason) {
    if (end_us >= occurrence->end.us) {
        return true;
    }
    if (end_us - occurrence->start.us < PLAN_LEAST_US) {
        return false;
    }
    occurrence->end.us = end_us;
    occurrence->cut_by = reason;
    return true;
}

static void remember_blocker(struct plan_occurrence *occurrence,
                             const struct plan_occurrence *blocker) {
    occurrence->by = blocker->segment;
    occurrence->by_override = blocker->moved;
    occurrence->by_start = blocker->start;
    occurrence->by_end = blocker->end;
}

/* What the day and the present start allow, before anyone else is looked at. */
static bool allow(struct building *building, struct plan_occurrence *occurrence) {
    const struct programme *programme = building->programme;
    const struct profile *profile = &programme->profile;
    struct civil_date date = occurrence->key.original.date;
    if (occurrence->exception != NULL && occurrence->exception->kind == EXCEPTION_CANCELLED) {
        refuse(occurrence, PLAN_CANCELLED, REASON_OPERATOR);
        return false;
    }
    int64_t template_id = guard_template(&building->guard, date);
    if (template_id != 0 && occurrence->segment->template_id == 0) {
        const struct day_template *template = programme_template(programme, template_id);
        if (template != NULL && !template->keeps_ordinary) {
            refuse(occurrence, PLAN_REFUSED, REASON_TEMPLATE);
            return false;
        }
    }
    if (!profile->always_open && (profile->session_weekdays >> civil_weekday(date) & 1) == 0) {
        refuse(occurrence, PLAN_REFUSED, REASON_CAP);
        return false;
    }
    return true;
}

/* What its present start allows: holds, windows, quiet hours. */
static bool fit_window(struct building *building, struct plan_occurrence *occurrence) {
    if (guard_hold(building->programme, occurrence->start) != NULL) {
        refuse(occurrence, PLAN_HELD, REASON_HOLD);
        return false;
    }
    struct walltime until;
    enum outcome_reason closes;
    enum outcome_reason reason = guard_judge(&building->guard, occurrence->start, &until, &closes);
    if (reason == REASON_NONE && !shorten(occurrence, until.us, closes)) {
        reason = closes;
    }
    if (reason != REASON_NONE) {
        refuse(occurrence, PLAN_REFUSED, reason);
        return false;
    }
    return true;
}

/* Gives way to those of higher precedence that have their time already. */
static bool give_way(struct building *building, struct plan_occurrence *occurrence,
                     zone_set reach) {
    for (;;) {
        size_t index;
        if (!plan_time_first(&building->time, occurrence->start.us, occurrence->end.us, reach,
                             &index)) {
            return true;
        }
        const struct plan_occurrence *blocker = &building->list[index];
        remember_blocker(occurrence, blocker);
        if (blocker->start.us > occurrence->start.us &&
            shorten(occurrence, blocker->start.us, REASON_PRECEDENCE)) {
            return true; /* it was the first of those in the way */
        }
        int64_t after_us = blocker->end.us;
        if (after_us > occurrence->due_start.us + occurrence->segment->grace_us ||
            occurrence->due_end.us - after_us < PLAN_LEAST_US) {
            refuse(occurrence, PLAN_DISPLACED, REASON_PRECEDENCE);
            return false;
        }
        occurrence->start.us = after_us;
        occurrence->end = occurrence->due_end;
        occurrence->cut_by = REASON_NONE;
        occurrence->delayed = true;
        occurrence->after = blocker->segment;
        occurrence->after_override = blocker->moved;
        if (!fit_window(building, occurrence)) {
            return false;
        }
    }
}

static bool fit_caps(struct building *building, struct plan_occurrence *occurrence) {
    int64_t end_us = occurrence->end.us;
    if (!plan_caps_fit(&building->caps, occurrence->key.original.date, occurrence->start.us,
                       &end_us) ||
        !shorten(occurrence, end_us, REASON_CAP)) {
        refuse(occurrence, PLAN_REFUSED, REASON_CAP);
        return false;
    }
    return true;
}

static void judge(struct building *building, size_t index) {
    struct plan_occurrence *occurrence = &building->list[index];
    occurrence->start = occurrence->due_start;
    occurrence->end = occurrence->due_end;
    zone_set reach = programme_reach(building->programme, occurrence->zones);
    if (!allow(building, occurrence) || !fit_window(building, occurrence) ||
        !give_way(building, occurrence, reach) || !fit_caps(building, occurrence)) {
        return;
    }
    occurrence->verdict = occurrence->cut_by != REASON_NONE ? PLAN_SHORTENED
                          : occurrence->delayed             ? PLAN_DELAYED
                          : occurrence->moved               ? PLAN_MOVED
                                                            : PLAN_AIRS;
    plan_time_take(&building->time, occurrence->start.us, occurrence->end.us, reach, index);
    plan_caps_take(&building->caps, occurrence->key.original.date, occurrence->start.us,
                   occurrence->end.us);
}

/* A template's own segment is no occurrence at all on days of another kind. */
static bool belongs_to_its_day(const struct building *building,
                               const struct plan_occurrence *occurrence) {
    return occurrence->segment->template_id == 0 ||
           occurrence->segment->template_id ==
               guard_template(&building->guard, occurrence->key.original.date);
}

static void gather(struct building *building) {
    struct series_starts starts = {0};
    for (size_t i = 0; i < building->programme->segments_count; i++) {
        if (building->programme->segments[i].enabled) {
            add_segment(building, &building->programme->segments[i], &starts);
        }
    }
    free(starts.starts);
    size_t kept = 0;
    for (size_t i = 0; i < building->count; i++) {
        if (belongs_to_its_day(building, &building->list[i])) {
            if (kept != i) {
                building->list[kept] = building->list[i];
            }
            kept++;
        }
    }
    building->count = kept;
}

static void judge_all(struct building *building) {
    uint32_t *order =
        plan_order_by_precedence(building->programme, building->list, building->count);
    for (size_t i = 0; i < building->count; i++) {
        if (i + PREFETCH < building->count) { /* the order jumps about in a large array */
            const char *next = (const char *)&building->list[order[i + PREFETCH]];
            __builtin_prefetch(next);
            __builtin_prefetch(next + 64);
            __builtin_prefetch(next + sizeof *building->list - 1);
        }
        judge(building, order[i]);
    }
    free(order);
}

/* Hands over those of the span, by start. */
static void hand_over(struct building *building, struct plan *plan) {
    uint32_t *order = plan_order_by_start(building->list, building->count);
    size_t first = 0;
    while (first < building->count && building->list[order[first]].start.us < plan->from.us) {
        first++;
    }
    size_t last = building->count;
    while (last > first && building->list[order[last - 1]].start.us >= plan->until.us) {
        last--;
    }
    plan->occurrences = memory_resize(NULL, last - first, sizeof *plan->occurrences);
    for (size_t i = first; i < last; i++) {
        if (i + PREFETCH < last) {
            __builtin_prefetch(&building->list[order[i + PREFETCH]]);
        }
        plan->occurrences[plan->count++] = building->list[order[i]];
    }
    free(order);
}

bool plan_build(struct programme *programme, struct walltime from, struct walltime until,
                struct plan *ret_plan, struct fail *why) {
    if (until.us < from.us || until.us - from.us > PLAN_MOST_SPAN_US) {
        return fail_set(why, FAIL_LIMIT, "a plan spans from nothing to ten years");
    }
    if (programme->segments_count > PLAN_MOST_SEGMENTS) {
        return fail_set(why, FAIL_LIMIT, "more than %d segments cannot be planned",
                        PLAN_MOST_SEGMENTS);
    }
    *ret_plan =
        (struct plan){.programme = programme_retain(programme), .from = from, .until = until};
    struct building building = {.programme = programme,
                                .plan = ret_plan,
                                .from = {from.us - PLAN_MARGIN_US},
                                .until = {until.us + PLAN_MARGIN_US}};
    guard_init(&building.guard, programme, building.from, building.until);
    plan_time_init(&building.time, building.from.us, building.until.us + 2 * PLAN_LONGEST_US);
    plan_caps_init(&building.caps, &programme->profile);
    gather(&building);
    judge_all(&building);
    hand_over(&building, ret_plan);
    plan_caps_finish(&building.caps);
    plan_time_finish(&building.time);
    guard_finish(&building.guard);
    free(building.list);
    return true;
}

void plan_finish(struct plan *plan) {
    for (size_t i = 0; i < plan->faults_count; i++) {
        free(plan->faults[i].sentence);
    }
    free(plan->faults);
    free(plan->occurrences);
    programme_release(plan->programme);
    *plan = (struct plan){0};
}

const struct plan_occurrence *plan_find(const struct plan *plan, const struct occurrence_key *key) {
    for (size_t i = 0; i < plan->count; i++) {
        if (occurrence_same(&plan->occurrences[i].key, key)) {
            return &plan->occurrences[i];
        }
    }
    return NULL;
}
