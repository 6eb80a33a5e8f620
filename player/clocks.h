/* clocks: where the player reads the time and how it waits, so that a test can give it another
 * time. ALSA speaks in CLOCK_MONOTONIC, permits end by CLOCK_BOOTTIME, plans are in wall time. */
#ifndef LOAXA_PLAYER_CLOCKS_H
#define LOAXA_PLAYER_CLOCKS_H

#include "base/monotime.h"
#include "base/walltime.h"

#include <stdint.h>

/* One reading of all three, as near to one instant as can be had. */
struct instant {
    int64_t mono_ns; /* CLOCK_MONOTONIC */
    struct monotime boot;
    struct walltime wall;
};

struct player_clocks {
    /* RT safe. */
    struct instant (*now)(void *context);
    /* Waits until `wake_fd` (an eventfd, which is emptied; -1: none) is readable, at most so long.
     */
    void (*pause)(void *context, int wake_fd, int64_t ns);
    void *context;
};

/* The operating system's. */
extern const struct player_clocks player_clocks_system;

/* When, on the monotonic scale, the wall clock will show `wall` if nobody sets it, and back. Far
 * instants saturate. RT safe. */
int64_t instant_mono_of_wall(const struct instant *now, struct walltime wall);
struct walltime instant_wall_of_mono(const struct instant *now, int64_t mono_ns);
int64_t instant_mono_of_boot(const struct instant *now, struct monotime boot);

#endif
