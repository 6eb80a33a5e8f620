/* series: the starts that one segment gives: its rule or lunar rule, with single dates added and
 * exceptions taken away. Moved and cancelled occurrences are not its business (scheduler/plan.h).
 * Pure; any thread. */
#ifndef LOAXA_SCHEDULER_SERIES_H
#define LOAXA_SCHEDULER_SERIES_H

#include "base/civil.h"
#include "base/fail.h"
#include "base/walltime.h"
#include "base/zone.h"
#include "scheduler/segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct series_start {
    struct civil civil; /* as the rule says it */
    struct walltime instant;
    int32_t utc_offset_s; /* in force at that instant */
};

/* A growing array of starts. Start with {0}; free `starts`. */
struct series_starts {
    struct series_start *starts;
    size_t count;
    size_t capacity;
};

/* Adds the segment's starts with instants in [from, until), rising, each civil start once. False
 * with the reason where its rule is invalid, or where there are more than `most` (FAIL_LIMIT). */
bool series_expand(const struct segment *segment, const struct zone *zone, struct walltime from,
                   struct walltime until, size_t most, struct series_starts *ret, struct fail *why);

/* Whether the series has a start at that civil time; *ret_start is filled in then. */
bool series_has(const struct segment *segment, const struct zone *zone, struct civil civil,
                struct series_start *ret_start);

#endif
