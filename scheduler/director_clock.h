/* director_clock: what the director thinks of the clock: steps, trust, and the latest time seen.
 * Part of scheduler/director.h. Pure. */
#ifndef LOAXA_SCHEDULER_DIRECTOR_CLOCK_H
#define LOAXA_SCHEDULER_DIRECTOR_CLOCK_H

#include "scheduler/director.h"

#include <stdbool.h>
#include <stdint.h>

struct director_clock {
    bool seen;            /* a step before this one exists */
    struct walltime wall; /* of the step before */
    struct monotime mono;
    struct walltime latest; /* the latest time believed in this epoch, here or in the diary */
    enum clock_trust trust; /* as believed */
    bool vouched;           /* a person accepted it in this boot */
    bool doubted;           /* a large step made a held clock doubtful */
};

struct clock_step {
    bool stepped;
    bool medium, large;    /* by size, either way */
    int64_t difference_us; /* forward: positive */
    bool trust_changed;
};

/* Takes in a reading; clock->trust is what is believed from now on. */
struct clock_step director_clock_read(struct director_clock *clock, const struct moment *moment);
void director_clock_accept(struct director_clock *clock, struct walltime wall);
/* When an untrusted clock will have caught up with the diary; WALLTIME_NEVER: not by itself. */
struct walltime director_clock_catches_up(const struct director_clock *clock,
                                          const struct moment *moment);

#endif
