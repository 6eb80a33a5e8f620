/* plan_order: the order of precedence, and the order of the clock. */
#ifndef LOAXA_SCHEDULER_PLAN_ORDER_H
#define LOAXA_SCHEDULER_PLAN_ORDER_H

#include "scheduler/plan.h"

#include <stddef.h>
#include <stdint.h>

/* Indices into `list`; the caller frees them. Segments are the programme's, sorted by id. */
uint32_t *plan_order_by_precedence(const struct programme *programme,
                                   const struct plan_occurrence *list, size_t count);
/* By start, then original start, then id. */
uint32_t *plan_order_by_start(const struct plan_occurrence *list, size_t count);

/* What decides between two that stand against each other; the first that differs. */
enum plan_precedence {
    PRECEDENCE_CLASS,
    PRECEDENCE_OPERATOR,
    PRECEDENCE_OVERRIDE,
    PRECEDENCE_CAMPAIGN,
    PRECEDENCE_COLUMN,
    PRECEDENCE_EARLIER
};
/* `higher` went before `lower`: why. */
enum plan_precedence plan_order_cause(const struct segment *higher, bool higher_override,
                                      const struct segment *lower, bool lower_override);

#endif
