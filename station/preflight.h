/* preflight: the coming broadcasts looked at before they are due: what will fill each, and whether
 * its sounds are there and whole. The same plan, rotation and rundown as on the air, fed with what
 * the diary knows; what is aired in between counts for what comes later. Thread: any; reads files,
 * so not for loaxad's loop. */
#ifndef LOAXA_STATION_PREFLIGHT_H
#define LOAXA_STATION_PREFLIGHT_H

#include "base/fail.h"
#include "playlists/rundown.h"
#include "scheduler/plan.h"

#include <stdbool.h>

/* One broadcast that airs. Borrowed for the visit. */
struct preflight_finding {
    const struct plan_occurrence *occurrence;
    const struct rundown *rundown; /* count 0: nothing fills it */
    size_t broken;                 /* elements whose stored sound is missing or not as approved */
    const char *words;             /* what is wrong, one sentence; "" where nothing is */
};
typedef void preflight_visit(void *context, const struct preflight_finding *finding);

/* Visits the plan's airing occurrences that begin at or after `from`, in their order. Each sound of
 * the station's `folder` is read in full once. */
void preflight_run(const char *folder, const struct plan *plan, struct walltime from,
                   const struct rotation_history *history, preflight_visit *visit, void *context);

#endif
