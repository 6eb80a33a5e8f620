#include "scheduler/director.h"

#include "base/memory.h"
#include "scheduler/director_state.h"
#include "scheduler/guard.h"

#include <stdlib.h>
#include <string.h>

#define HOUR_US (3600 * WALLTIME_SECOND)
/* The card says that sound began a little after it did. */
#define REPORT_SLACK_US (2 * WALLTIME_SECOND)
#define EARLY_SLACK_US INT64_C(5000)
#define UNTRUSTED_POLL_US (60 * WALLTIME_SECOND)

/* The place of the first key in `over` that is not below `key`. */
static size_t place_in_over(const struct director *director, const struct occurrence_key *key) {
    size_t low = 0;
    size_t high = director->over_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (occurrence_compare(&director->over[middle], key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void remember_over(struct director *director, const struct occurrence_key *key) {
    if (key->origin != 's') {
        return;
    }
    size_t place = place_in_over(director, key);
    director->over = memory_room(director->over, director->over_count, &director->over_capacity,
                                 sizeof *director->over);
    memmove(&director->over[place + 1], &director->over[place],
            (director->over_count - place) * sizeof *director->over);
    director->over[place] = *key;
    director->over_count++;
}

static size_t find_open(const struct director *director, const struct occurrence_key *key) {
    size_t at = 0;
    while (at < director->open_count && !occurrence_same(&director->open[at].key, key)) {
        at++;
    }
    return at;
}

bool director_is_known(const struct director *director, const struct occurrence_key *key) {
    size_t place = place_in_over(director, key);
    return (place < director->over_count && occurrence_same(&director->over[place], key)) ||
           find_open(director, key) < director->open_count;
}

void director_add_open(struct director *director, const struct director_occurrence *occurrence) {
    director->open = memory_room(director->open, director->open_count, &director->open_capacity,
                                 sizeof *director->open);
    size_t at = director->open_count++;
    while (at != 0 && director->open[at - 1].start.us > occurrence->start.us) {
        director->open[at] = director->open[at - 1];
        at--;
    }
    director->open[at] = *occurrence;
}

static void remove_open(struct director *director, size_t at) {
    director->open_count--;
    memmove(&director->open[at], &director->open[at + 1],
            (director->open_count - at) * sizeof *director->open);
}

/* After starts were changed. */
void director_sort_open(struct director *director) {
    for (size_t i = 1; i < director->open_count; i++) {
        struct director_occurrence mine = director->open[i];
        size_t at = i;
        while (at != 0 && director->open[at - 1].start.us > mine.start.us) {
            director->open[at] = director->open[at - 1];
            at--;
        }
        director->open[at] = mine;
    }
}

struct director *director_create(int64_t lead_us, const struct director_past *past) {
    struct director *director = memory_new(sizeof *director);
    director->lead_us = lead_us;
    director->lived_until = past->lived_until;
    director->clock.latest = past->lived_until;
    director->clock.trust = CLOCK_HELD; /* until the first step says otherwise */
    director->gap_cause = REASON_POWER;
    director->booting = true;
    director->restored_from = past->restored_from;
    director->restored_to = past->restored_to;
    for (size_t i = 0; i < past->open_count; i++) {
        director_add_open(director, &past->open[i]);
    }
    for (size_t i = 0; i < past->over_count; i++) {
        remember_over(director, &past->over[i]);
    }
    return director;
}

static void drop_plan(struct director *director) {
    if (director->has_plan) {
        plan_finish(&director->plan);
        director->has_plan = false;
    }
    if (director->has_then_plan) {
        plan_finish(&director->then_plan);
        director->has_then_plan = false;
    }
}

void director_destroy(struct director *director) {
    if (director == NULL) {
        return;
    }
    drop_plan(director);
    programme_release(director->programme);
    programme_release(director->then);
    free(director->open);
    free(director->over);
    free(director);
}

void director_programme(struct director *director, struct programme *programme,
                        struct programme *then) {
    programme_retain(programme);
    programme_release(director->programme);
    director->programme = programme;
    if (then != NULL) {
        programme_retain(then);
        programme_release(director->then);
        director->then = then;
    }
    director->replan = true;
}

struct decision *director_decide(struct director *director, enum decision_kind kind,
                                 const struct director_occurrence *occurrence) {
    struct decisions *decisions = director->decisions;
    decisions->list = memory_room(decisions->list, decisions->count, &decisions->capacity,
                                  sizeof *decisions->list);
    struct decision *decision = &decisions->list[decisions->count++];
    *decision = (struct decision){.kind = kind, .trust = director->clock.trust};
    if (occurrence != NULL) {
        decision->occurrence = *occurrence;
    }
    return decision;
}

/* Lets the decision point at what the plan says. */
void director_cite(struct decision *decision, const struct plan *plan,
                   const struct plan_occurrence *planned) {
    decision->plan = plan;
    decision->planned = planned;
}

static void cite_own(struct director *director, struct decision *decision) {
    if (director->has_plan) {
        director_cite(decision, &director->plan,
                      plan_find(&director->plan, &decision->occurrence.key));
    }
}

/* The clock */

void director_disarm(struct director *director, struct director_occurrence *occurrence,
                     enum outcome_reason reason) {
    director_decide(director, DECIDE_DISARM, occurrence)->reason = reason;
    occurrence->phase = DIRECTOR_DUE;
}

static void stop(struct director *director, struct director_occurrence *occurrence,
                 enum outcome_reason reason) {
    director_decide(director, DECIDE_STOP, occurrence)->reason = reason;
    occurrence->end = director->moment.wall; /* nothing more is decided about it */
}

static void meet_step(struct director *director, const struct clock_step *step) {
    struct decision *decision = director_decide(director, DECIDE_STEP, NULL);
    decision->difference_us = step->difference_us;
    decision->large = step->medium;
    int64_t now_us = director->moment.wall.us;
    for (size_t i = 0; i < director->open_count; i++) {
        struct director_occurrence *occurrence = &director->open[i];
        if (occurrence->phase == DIRECTOR_ARMED && director_is_planned(occurrence)) {
            director_disarm(director, occurrence, REASON_CLOCK);
        } else if (occurrence->phase != DIRECTOR_DUE &&
                   (now_us < occurrence->start.us - EARLY_SLACK_US ||
                    now_us >= occurrence->end.us)) {
            stop(director, occurrence, REASON_CLOCK);
        }
    }
    if (step->difference_us > 0) {
        director->gap_cause = REASON_CLOCK;
        director->gap_leapt = director->gap_leapt || step->large;
    }
}

/* What is due */

bool director_held(const struct director *director, struct walltime now,
                   struct walltime *ret_until) {
    if (director->holding && now.us < director->hold_until.us) {
        *ret_until = director->hold_until;
        return true;
    }
    const struct programme_hold *hold =
        director->programme != NULL ? guard_hold(director->programme, now) : NULL;
    if (hold != NULL) {
        *ret_until = hold->until;
    }
    return hold != NULL;
}

/* Whether `there` ends where something of that class begins. */
static bool gives_way(const struct director_occurrence *there, enum broadcast_class class,
                      bool manual) {
    return there->class < class ||
           (!director_is_planned(there) && !manual && there->class <= class);
}

static zone_set reach_of(const struct director *director, zone_set zones) {
    return director->programme != NULL ? programme_reach(director->programme, zones) : ZONE_SET_ALL;
}

static bool meets(const struct director *director, const struct director_occurrence *there,
                  zone_set zones, struct walltime start, struct walltime end) {
    return there->phase != DIRECTOR_DUE && there->start.us < end.us && there->end.us > start.us &&
           (reach_of(director, there->zones) & reach_of(director, zones)) != 0;
}

const struct director_occurrence *director_in_the_way(const struct director *director,
                                                      enum broadcast_class class, bool manual,
                                                      zone_set zones, struct walltime start,
                                                      struct walltime end) {
    for (size_t i = 0; i < director->open_count; i++) {
        const struct director_occurrence *there = &director->open[i];
        if (meets(director, there, zones, start, end) && !gives_way(there, class, manual)) {
            return there;
        }
    }
    return NULL;
}

/* Ends what gives way to `occurrence` at its start. */
static void clear_the_way(struct director *director, const struct director_occurrence *occurrence) {
    struct walltime start =
        occurrence->start.us > director->moment.wall.us ? occurrence->start : director->moment.wall;
    for (size_t i = 0; i < director->open_count; i++) {
        struct director_occurrence *there = &director->open[i];
        if (there != occurrence &&
            meets(director, there, occurrence->zones, start, occurrence->end)) {
            there->end = start;
            director_decide(director, DECIDE_END_BY, there)->reason = REASON_PRECEDENCE;
        }
    }
}

/* Ends the life of one that does not sound (any more): with an outcome, or settled by its airings. */
static void conclude(struct director *director, size_t at, enum outcome outcome,
                     enum outcome_reason reason) {
    struct director_occurrence occurrence = director->open[at];
    struct decision *decision =
        director_decide(director, occurrence.begun ? DECIDE_SETTLE : DECIDE_OUTCOME, &occurrence);
    decision->outcome = outcome;
    decision->reason = reason;
    cite_own(director, decision);
    remember_over(director, &occurrence.key);
    remove_open(director, at);
}

static enum outcome outcome_of_verdict(enum plan_verdict verdict) {
    return verdict == PLAN_REFUSED     ? OUTCOME_REFUSED
           : verdict == PLAN_DISPLACED ? OUTCOME_DISPLACED
                                       : OUTCOME_CANCELLED;
}

/* The last instant at which it may still be joined. */
static int64_t last_call_us(const struct director_occurrence *occurrence) {
    int64_t grace_us = occurrence->start.us + occurrence->grace_us;
    int64_t least_us = occurrence->end.us - DIRECTOR_LEAST_US;
    int64_t last_us = grace_us < least_us ? grace_us : least_us;
    return last_us > occurrence->start.us ? last_us : occurrence->start.us;
}

/* One that is due and may air. Returns whether it is over. */
static bool look_at_due(struct director *director, size_t at) {
    struct director_occurrence *occurrence = &director->open[at];
    struct walltime now = director->moment.wall;
    struct walltime until;
    if (occurrence->leapt) {
        conclude(director, at, OUTCOME_MISSED, REASON_CLOCK);
        return true;
    }
    if (now.us > last_call_us(occurrence)) {
        if (occurrence->waiting) {
            conclude(director, at, OUTCOME_DISPLACED, REASON_PRECEDENCE);
        } else {
            conclude(director, at, OUTCOME_MISSED, occurrence->delay);
        }
        return true;
    }
    struct walltime begin = occurrence->start.us > now.us ? occurrence->start : now;
    if (director_held(director, begin, &until)) {
        if (now.us >= occurrence->start.us) {
            conclude(director, at, OUTCOME_CANCELLED, REASON_HOLD);
            return true;
        }
        return false;
    }
    if (now.us < occurrence->start.us - director->lead_us) {
        return false;
    }
    const struct director_occurrence *there = director_in_the_way(
        director, occurrence->class, false, occurrence->zones, begin, occurrence->end);
    occurrence->waiting = there != NULL;
    if (there != NULL) {
        occurrence->waits_for = there->key;
        return false;
    }
    clear_the_way(director, occurrence);
    struct decision *decision = director_decide(director, DECIDE_ARM, occurrence);
    decision->late = now.us > occurrence->start.us;
    cite_own(director, decision);
    occurrence->phase = DIRECTOR_ARMED;
    return false;
}

static bool is_restored(const struct director *director,
                        const struct director_occurrence *occurrence) {
    return occurrence->start.us >= director->restored_from.us &&
           occurrence->start.us < director->restored_to.us;
}

/* Returns whether the occurrence is over and gone from the list. */
static bool look_at(struct director *director, size_t at) {
    struct director_occurrence *occurrence = &director->open[at];
    struct walltime now = director->moment.wall;
    struct walltime until;
    bool held = director_held(director, now, &until) && occurrence->class < CLASS_EMERGENCY;
    switch (occurrence->phase) {
    case DIRECTOR_SOUNDS:
        if (held && now.us < occurrence->end.us) {
            stop(director, occurrence, REASON_HOLD);
        }
        return false;
    case DIRECTOR_ARMED:
        if (held) {
            if (!director_is_planned(occurrence)) {
                stop(director, occurrence, REASON_HOLD);
                return false;
            }
            director_disarm(director, occurrence, REASON_HOLD);
            return look_at(director, at);
        }
        if (now.us > last_call_us(occurrence) + REPORT_SLACK_US && now.us < occurrence->end.us) {
            stop(director, occurrence, REASON_STALE);
        }
        return false;
    case DIRECTOR_DUE:
        break;
    }
    if (is_restored(director, occurrence)) {
        if (now.us >= occurrence->start.us) {
            conclude(director, at, OUTCOME_REFUSED, REASON_RESTORED);
            return true;
        }
        return false;
    }
    if (plan_verdict_airs(occurrence->verdict)) {
        return look_at_due(director, at);
    }
    if (now.us >= occurrence->start.us) {
        conclude(director, at, outcome_of_verdict(occurrence->verdict), occurrence->reason);
        return true;
    }
    return false;
}

static void disarm_all(struct director *director) {
    for (size_t i = 0; i < director->open_count; i++) {
        if (director->open[i].phase == DIRECTOR_ARMED && director_is_planned(&director->open[i])) {
            director_disarm(director, &director->open[i], REASON_CLOCK);
        }
    }
}

/* The next wake-up */

static void sooner(int64_t *wake_us, int64_t at_us, int64_t now_us) {
    if (at_us > now_us && at_us < *wake_us) {
        *wake_us = at_us;
    }
}

static struct monotime next_wake(const struct director *director) {
    int64_t now_us = director->moment.wall.us;
    int64_t wake_us = now_us + HOUR_US;
    struct walltime until;
    if (director->clock.trust == CLOCK_UNTRUSTED) {
        sooner(&wake_us, director_clock_catches_up(&director->clock, &director->moment).us, now_us);
        sooner(&wake_us, now_us + UNTRUSTED_POLL_US, now_us);
    }
    if (director_held(director, director->moment.wall, &until)) {
        sooner(&wake_us, until.us, now_us);
    }
    for (size_t i = 0; director->programme != NULL && i < director->programme->holds_count; i++) {
        sooner(&wake_us, director->programme->holds[i].from.us, now_us);
    }
    if (director->has_plan) {
        sooner(&wake_us, director->plan.until.us - DIRECTOR_HORIZON_US + 1, now_us);
        if (director->cursor < director->plan.count) {
            sooner(&wake_us,
                   director->plan.occurrences[director->cursor].start.us - DIRECTOR_HORIZON_US + 1,
                   now_us);
        }
    }
    for (size_t i = 0; i < director->open_count; i++) {
        const struct director_occurrence *occurrence = &director->open[i];
        if (occurrence->start.us - director->lead_us >= wake_us) {
            break;
        }
        sooner(&wake_us, occurrence->start.us - director->lead_us, now_us);
        sooner(&wake_us, occurrence->start.us, now_us);
        sooner(&wake_us, last_call_us(occurrence) + 1, now_us);
        sooner(&wake_us, last_call_us(occurrence) + REPORT_SLACK_US + 1, now_us);
    }
    return monotime_add(director->moment.mono, (wake_us - now_us) * 1000);
}

/* Whether there can be anything to decide about it, or about those behind it: they begin later. */
static bool is_near(const struct director *director, size_t at) {
    const struct director_occurrence *occurrence = &director->open[at];
    return occurrence->phase != DIRECTOR_DUE ||
           occurrence->start.us - director->lead_us <= director->moment.wall.us;
}

void director_step(struct director *director, const struct moment *moment, struct decisions *ret) {
    ret->count = 0;
    director->decisions = ret;
    director->moment = *moment;
    struct clock_step step = director_clock_read(&director->clock, moment);
    if (step.stepped) {
        meet_step(director, &step);
    }
    if (step.trust_changed) {
        director_decide(director, DECIDE_TRUST, NULL);
    }
    if (director->holding && moment->wall.us >= director->hold_until.us) {
        director->holding = false;
    }
    if (director->clock.trust == CLOCK_UNTRUSTED) {
        disarm_all(director);
        director->gap_cause = REASON_CLOCK;
    } else if (director->programme != NULL) {
        director_look_ahead(director);
        for (size_t i = 0; i < director->open_count && is_near(director, i);) {
            i += look_at(director, i) ? 0 : 1;
        }
    }
    ret->wake = next_wake(director);
    director->decisions = NULL;
}

enum clock_trust director_trust(const struct director *director) {
    return director->clock.trust;
}

void director_accept_clock(struct director *director, struct walltime wall) {
    director_clock_accept(&director->clock, wall);
    if (director->lived_until.us > wall.us) {
        director->lived_until = wall;
    }
}

void director_sounding(struct director *director, const struct occurrence_key *key) {
    size_t at = find_open(director, key);
    if (at < director->open_count) {
        director->open[at].phase = DIRECTOR_SOUNDS;
        director->open[at].begun = true;
    }
}

void director_began(struct director *director, const struct occurrence_key *key) {
    size_t at = find_open(director, key);
    if (at < director->open_count) {
        director->open[at].begun = true;
    }
}

void director_over(struct director *director, const struct occurrence_key *key) {
    size_t at = find_open(director, key);
    if (at < director->open_count) {
        remember_over(director, key);
        remove_open(director, at);
    }
}

void director_take(struct director *director, const struct director_occurrence *occurrence) {
    struct director_occurrence taken = *occurrence;
    taken.phase = DIRECTOR_ARMED;
    taken.verdict = PLAN_AIRS;
    director_add_open(director, &taken);
}

void director_hold(struct director *director, struct walltime until) {
    director->holding = true;
    director->hold_until = until;
}

void director_resume(struct director *director) {
    director->holding = false;
}

const struct plan *director_plan(const struct director *director) {
    return director->has_plan ? &director->plan : NULL;
}

const struct director_occurrence *director_open(const struct director *director,
                                                size_t *ret_count) {
    *ret_count = director->open_count;
    return director->open;
}

const struct director_occurrence *director_next(const struct director *director) {
    for (size_t i = 0; i < director->open_count; i++) {
        const struct director_occurrence *occurrence = &director->open[i];
        if (director_is_planned(occurrence) && occurrence->phase != DIRECTOR_SOUNDS &&
            plan_verdict_airs(occurrence->verdict)) {
            return occurrence;
        }
    }
    return NULL;
}
