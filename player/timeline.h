/* timeline: which frame of a running card sounds at which instant.
 *
 * The card says now and then "at this instant, that frame is at the output" (ALSA: the timestamp of
 * a status, and what was written less its delay). Single answers jitter; the line through them
 * does not: its place and its slope (the card's crystal against the computer's clock) are slewed,
 * never stepped, while the answers stay near it. All functions are RT safe. */
#ifndef LOAXA_PLAYER_TIMELINE_H
#define LOAXA_PLAYER_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

struct timeline {
    double frame_ns;    /* the slope: the length of one frame as measured */
    double nominal_ns;  /* 1e9 / rate */
    int64_t base_frame; /* a point on the line */
    double base_ns; /* relative to origin_ns: a double of nanoseconds since boot is too coarse */
    int64_t origin_ns;
    int64_t first_ns;     /* of the first observation */
    int64_t observations; /* since it was started or restarted itself */
    int strangers;        /* observations in a row that lie far off the line */
};

void timeline_start(struct timeline *timeline, uint32_t rate);

/* Frame `frame` was at the output at `instant_ns` (CLOCK_MONOTONIC). Answers far off the line are
 * ignored unless they persist; then the line starts anew from them. */
void timeline_note(struct timeline *timeline, int64_t frame, int64_t instant_ns);

/* Whether the line can be relied on: several answers over a tenth of a second. */
bool timeline_settled(const struct timeline *timeline);

/* When a frame sounds, and the frame nearest to an instant. At least one observation is needed. */
int64_t timeline_instant_ns(const struct timeline *timeline, int64_t frame);
int64_t timeline_frame(const struct timeline *timeline, int64_t instant_ns);

/* How much faster than it says the card runs, in parts per million. */
double timeline_drift_ppm(const struct timeline *timeline);

#endif
