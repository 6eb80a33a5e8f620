/* The director's plan: what enters it, what an edit changes, what an outage left out. */
#include "scheduler/director_state.h"

#include "base/zone.h"

#include <string.h>

#define HOUR_US (3600 * WALLTIME_SECOND)
#define DAY_US (24 * HOUR_US)

/* What was due since lived_until, and did not begin, has the gap's cause. */
static void blame_gap(struct director *director) {
    for (size_t i = 0; i < director->open_count; i++) {
        struct director_occurrence *occurrence = &director->open[i];
        if (occurrence->phase == DIRECTOR_DUE && occurrence->start.us >= director->lived_until.us &&
            occurrence->start.us < director->moment.wall.us) {
            occurrence->delay = director->gap_cause;
            occurrence->leapt = occurrence->leapt || director->gap_leapt;
        }
    }
}

static struct director_occurrence of_plan(const struct plan_occurrence *planned) {
    return (struct director_occurrence){.key = planned->key,
                                        .segment = planned->segment->id,
                                        .start = planned->start,
                                        .end = planned->end,
                                        .grace_us = planned->segment->grace_us,
                                        .zones = planned->zones,
                                        .class = planned->segment->class,
                                        .verdict = planned->verdict,
                                        .reason = planned->reason,
                                        .delay = REASON_STALE};
}

static void enter(struct director *director, const struct plan *plan,
                  const struct plan_occurrence *planned) {
    if (director_is_known(director, &planned->key)) {
        return;
    }
    struct director_occurrence occurrence = of_plan(planned);
    struct decision *decision = director_decide(director, DECIDE_PLANNED, &occurrence);
    decision->late = occurrence.start.us < director->moment.wall.us;
    director_cite(decision, plan, planned);
    director_add_open(director, &occurrence);
}

/* A moved occurrence that went further than the plan reaches: where to. */
static const struct segment_exception *moved_away(const struct director *director,
                                                  const struct director_occurrence *occurrence) {
    const struct segment *segment = programme_segment(director->programme, occurrence->segment);
    for (size_t i = segment != NULL ? segment->exceptions_count : 0; i != 0; i--) {
        const struct segment_exception *exception = &segment->exceptions[i - 1];
        if (civil_compare(exception->original, occurrence->key.original) == 0) {
            return exception->kind == EXCEPTION_MOVED && segment->enabled ? exception : NULL;
        }
    }
    return NULL;
}

static bool differs(const struct director_occurrence *a, const struct director_occurrence *b) {
    return a->start.us != b->start.us || a->end.us != b->end.us;
}

/* What the new plan makes of one that did not sound yet. */
static void replan_due(struct director *director, struct director_occurrence *occurrence) {
    const struct plan_occurrence *planned = plan_find(&director->plan, &occurrence->key);
    struct director_occurrence renewed = *occurrence;
    const struct segment_exception *away = NULL;
    if (planned != NULL) {
        renewed.start = planned->start;
        renewed.end = planned->end;
        renewed.grace_us = planned->segment->grace_us;
        renewed.zones = planned->zones;
        renewed.class = planned->segment->class;
        renewed.verdict = planned->verdict;
        renewed.reason = planned->reason;
    } else if ((away = moved_away(director, occurrence)) != NULL) {
        enum zone_fit fit;
        int64_t length_us =
            away->duration_us != 0 ? away->duration_us : occurrence->end.us - occurrence->start.us;
        renewed.start = zone_instant(director->programme->zone, away->start, &fit);
        renewed.end = walltime_add(renewed.start, length_us);
    } else if (occurrence->start.us > director->moment.wall.us || !director->booting) {
        /* but what an outage swallowed was valid then, whatever was edited since */
        renewed.verdict = PLAN_CANCELLED;
        renewed.reason = REASON_PLAN;
    }
    bool moved = differs(&renewed, occurrence);
    if (occurrence->phase == DIRECTOR_ARMED &&
        (moved || !plan_verdict_airs(renewed.verdict) || renewed.zones != occurrence->zones)) {
        director_disarm(director, occurrence, REASON_PLAN);
    }
    renewed.phase = occurrence->phase;
    *occurrence = renewed;
    if (moved) {
        director_cite(director_decide(director, DECIDE_MOVED, occurrence), &director->plan,
                      planned);
    }
}

/* What sounds goes on as it was begun, but a new earlier end ends it. */
static void replan_sounding(struct director *director, struct director_occurrence *occurrence) {
    const struct plan_occurrence *planned = plan_find(&director->plan, &occurrence->key);
    if (planned != NULL && plan_verdict_airs(planned->verdict) &&
        planned->start.us <= director->moment.wall.us && planned->end.us < occurrence->end.us) {
        occurrence->end = planned->end;
        struct decision *decision = director_decide(director, DECIDE_END_BY, occurrence);
        decision->reason = planned->cut_by != REASON_NONE ? planned->cut_by : REASON_PLAN;
        director_cite(decision, &director->plan, planned);
    }
}

static void apply_plan(struct director *director) {
    for (size_t i = 0; i < director->open_count; i++) {
        struct director_occurrence *occurrence = &director->open[i];
        if (!director_is_planned(occurrence)) {
            continue;
        }
        if (occurrence->phase == DIRECTOR_SOUNDS) {
            replan_sounding(director, occurrence);
        } else {
            replan_due(director, occurrence);
        }
    }
    director_sort_open(director);
}

static size_t first_from(const struct plan *plan, struct walltime from) {
    size_t low = 0;
    size_t high = plan->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (plan->occurrences[middle].start.us < from.us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Fills in the outage by the programme that was valid in it. */
static void fill_outage(struct director *director) {
    struct programme *then = director->then;
    director->then = NULL;
    director->has_then_plan =
        director->lived_until.us < director->moment.wall.us &&
        plan_build(then, director->lived_until, director->moment.wall, &director->then_plan, NULL);
    for (size_t i = 0; director->has_then_plan && i < director->then_plan.count; i++) {
        enter(director, &director->then_plan, &director->then_plan.occurrences[i]);
    }
    programme_release(then);
}

static void forget_long_ago(struct director *director) {
    int64_t oldest_s = (director->moment.wall.us - DIRECTOR_MOST_FILL_US) / WALLTIME_SECOND;
    size_t gone = 0;
    while (gone < director->over_count && civil_seconds(director->over[gone].original) < oldest_s) {
        gone++;
    }
    if (gone != 0) {
        director->over_count -= gone;
        memmove(director->over, director->over + gone,
                director->over_count * sizeof *director->over);
    }
}

static void make_plan(struct director *director) {
    int64_t now_us = director->moment.wall.us;
    int64_t from_us = director->lived_until.us < now_us ? director->lived_until.us : now_us;
    struct plan plan;
    if (!plan_build(director->programme, (struct walltime){from_us - DAY_US - HOUR_US},
                    (struct walltime){now_us + DIRECTOR_HORIZON_US + DAY_US}, &plan, NULL)) {
        return; /* only a programme beyond all bounds, which no store hands over */
    }
    if (director->has_plan) {
        plan_finish(&director->plan);
    }
    director->plan = plan;
    director->has_plan = true;
    director->replan = false;
    director->cursor = first_from(&director->plan, (struct walltime){from_us});
    apply_plan(director);
    director->booting = false;
    forget_long_ago(director);
}

static bool plan_is_used_up(const struct director *director) {
    int64_t now_us = director->moment.wall.us;
    return !director->has_plan || director->replan ||
           director->plan.until.us < now_us + DIRECTOR_HORIZON_US ||
           director->plan.from.us > now_us - DAY_US;
}

void director_look_ahead(struct director *director) {
    struct walltime now = director->moment.wall;
    if (director->lived_until.us == 0 || director->lived_until.us > now.us) {
        director->lived_until = now;
    } else if (director->lived_until.us < now.us - DIRECTOR_MOST_FILL_US) {
        director->lived_until.us = now.us - DIRECTOR_MOST_FILL_US;
    }
    if (director->has_then_plan) {
        plan_finish(&director->then_plan);
        director->has_then_plan = false;
    }
    if (director->then != NULL) {
        fill_outage(director);
    }
    if (plan_is_used_up(director)) {
        make_plan(director);
    }
    while (director->has_plan && director->cursor < director->plan.count &&
           director->plan.occurrences[director->cursor].start.us < now.us + DIRECTOR_HORIZON_US) {
        enter(director, &director->plan, &director->plan.occurrences[director->cursor]);
        director->cursor++;
    }
    blame_gap(director);
    director->lived_until = now;
    director->gap_cause = REASON_STALE;
    director->gap_leapt = false;
}
