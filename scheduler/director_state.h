/* director_state: what the director knows, and what its two halves share: the plan and its
 * occurrences (director_plan.c), and what is to be done about them now (director.c). Private to
 * scheduler/director.h. */
#ifndef LOAXA_SCHEDULER_DIRECTOR_STATE_H
#define LOAXA_SCHEDULER_DIRECTOR_STATE_H

#include "scheduler/director.h"
#include "scheduler/director_clock.h"

#include <stdbool.h>
#include <stddef.h>

struct director {
    int64_t lead_us;
    struct director_clock clock;
    struct programme *programme;
    struct programme *then; /* valid during the outage before this life; NULL once used */
    struct plan plan, then_plan;
    bool has_plan, has_then_plan, replan;
    bool booting;                /* until the first plan is made */
    size_t cursor;               /* the plan's first occurrence that is not looked at yet */
    struct walltime lived_until; /* what began before was seen to */
    /* Why something that was due since lived_until did not begin, and whether it may be joined. */
    enum outcome_reason gap_cause;
    bool gap_leapt;
    struct director_occurrence *open; /* rising by start */
    size_t open_count, open_capacity;
    struct occurrence_key *over; /* rising */
    size_t over_count, over_capacity;
    bool holding;
    struct walltime hold_until;
    struct walltime restored_from, restored_to;
    struct decisions *decisions; /* of the step that runs */
    struct moment moment;
};

static inline bool director_is_planned(const struct director_occurrence *occurrence) {
    return occurrence->key.origin == 's';
}

/* Adds a decision to those of the step that runs; a copy of `occurrence`, which may be NULL. */
struct decision *director_decide(struct director *director, enum decision_kind kind,
                                 const struct director_occurrence *occurrence);
/* Lets the decision point at what the plan says. */
void director_cite(struct decision *decision, const struct plan *plan,
                   const struct plan_occurrence *planned);
/* An armed one is due again. */
void director_disarm(struct director *director, struct director_occurrence *occurrence,
                     enum outcome_reason reason);

/* Open ones, rising by start. */
bool director_is_known(const struct director *director, const struct occurrence_key *key);
void director_add_open(struct director *director, const struct director_occurrence *occurrence);
void director_sort_open(struct director *director); /* after starts were changed */

/* Enters what has come within 24 hours, and fills in what was not lived through (director_plan.c). */
void director_look_ahead(struct director *director);

#endif
