#include "scheduler/director_clock.h"

static bool from_the_past(const struct director_clock *clock, struct walltime wall) {
    return wall.us < clock->latest.us - DIRECTOR_SMALL_US;
}

static enum clock_trust believe(const struct director_clock *clock, const struct moment *moment) {
    if (from_the_past(clock, moment->wall)) {
        return CLOCK_UNTRUSTED;
    }
    if (moment->trust == CLOCK_TRUSTED || clock->vouched) {
        return moment->trust == CLOCK_TRUSTED ? CLOCK_TRUSTED : CLOCK_HELD;
    }
    return clock->doubted ? CLOCK_UNTRUSTED : moment->trust;
}

struct clock_step director_clock_read(struct director_clock *clock, const struct moment *moment) {
    struct clock_step step = {0};
    if (clock->seen) {
        int64_t elapsed_us = monotime_diff_ns(moment->mono, clock->mono) / 1000;
        int64_t difference_us = walltime_diff_us(moment->wall, clock->wall) - elapsed_us;
        int64_t size_us = difference_us < 0 ? -difference_us : difference_us;
        step.stepped = size_us >= DIRECTOR_STEP_US;
        step.medium = size_us > DIRECTOR_SMALL_US;
        step.large = size_us > DIRECTOR_LARGE_US;
        step.difference_us = difference_us;
    }
    if (step.stepped && step.large && moment->trust != CLOCK_TRUSTED) {
        clock->vouched = false; /* what was vouched for was another clock */
        clock->doubted = true;
    }
    enum clock_trust before = clock->trust;
    clock->trust = believe(clock, moment);
    step.trust_changed = clock->seen ? clock->trust != before : clock->trust == CLOCK_UNTRUSTED;
    clock->seen = true;
    clock->wall = moment->wall;
    clock->mono = moment->mono;
    if (clock->trust != CLOCK_UNTRUSTED && moment->wall.us > clock->latest.us) {
        clock->latest = moment->wall;
    }
    return step;
}

void director_clock_accept(struct director_clock *clock, struct walltime wall) {
    clock->vouched = true;
    clock->doubted = false;
    clock->latest = wall;
}

struct walltime director_clock_catches_up(const struct director_clock *clock,
                                          const struct moment *moment) {
    return from_the_past(clock, moment->wall)
               ? (struct walltime){clock->latest.us - DIRECTOR_SMALL_US}
               : WALLTIME_NEVER;
}
