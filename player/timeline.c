#include "player/timeline.h"

#include <math.h>

/* An answer farther off than this does not move the line; so many in a row start it anew. */
#define STRANGE_NS 20e6
enum { STRANGERS_MAX = 12 };
/* The weights of the k-th answer are those of a straight line laid through all k by least squares,
 * until they have fallen to these; from then on the line follows slow changes of the drift. */
#define PLACE_WEIGHT (1.0 / 64)
#define SLOPE_WEIGHT (PLACE_WEIGHT * PLACE_WEIGHT / 2)
/* No crystal is worse; more would be a jitter taken for a drift. */
#define DRIFT_MAX 500e-6
enum { SETTLED_OBSERVATIONS = 5, SLOPE_OBSERVATIONS = 20 };

void timeline_start(struct timeline *timeline, uint32_t rate) {
    *timeline = (struct timeline){.frame_ns = 1e9 / rate, .nominal_ns = 1e9 / rate};
}

static void begin_at(struct timeline *timeline, int64_t frame, int64_t instant_ns) {
    timeline->base_frame = frame;
    timeline->origin_ns = instant_ns;
    timeline->first_ns = instant_ns;
    timeline->base_ns = 0.0;
    timeline->observations = 1;
    timeline->strangers = 0;
}

static double predicted_ns(const struct timeline *timeline, int64_t frame) {
    return timeline->base_ns + (double)(frame - timeline->base_frame) * timeline->frame_ns;
}

static void slew(struct timeline *timeline, int64_t frame, double error_ns) {
    double k = (double)timeline->observations + 1.0;
    bool sloped = timeline->observations >= SLOPE_OBSERVATIONS;
    double place = sloped ? 2.0 * (2.0 * k - 1.0) / (k * (k + 1.0)) : 1.0 / k;
    double slope = 6.0 / (k * (k + 1.0));
    int64_t frames = frame - timeline->base_frame;
    timeline->base_ns = predicted_ns(timeline, frame) + fmax(place, PLACE_WEIGHT) * error_ns;
    timeline->base_frame = frame;
    if (sloped && frames > 0) {
        double changed = timeline->frame_ns + fmax(slope, SLOPE_WEIGHT) * error_ns / (double)frames;
        double bound = timeline->nominal_ns * DRIFT_MAX;
        timeline->frame_ns =
            fmin(fmax(changed, timeline->nominal_ns - bound), timeline->nominal_ns + bound);
    }
    timeline->observations++;
}

void timeline_note(struct timeline *timeline, int64_t frame, int64_t instant_ns) {
    if (timeline->observations == 0) {
        begin_at(timeline, frame, instant_ns);
        return;
    }
    double error = (double)(instant_ns - timeline->origin_ns) - predicted_ns(timeline, frame);
    if (fabs(error) > STRANGE_NS) {
        if (++timeline->strangers >= STRANGERS_MAX) {
            begin_at(timeline, frame, instant_ns);
        }
        return;
    }
    timeline->strangers = 0;
    slew(timeline, frame, error);
}

bool timeline_settled(const struct timeline *timeline) {
    return timeline->observations >= SETTLED_OBSERVATIONS &&
           (double)(timeline->base_ns) + (double)(timeline->origin_ns - timeline->first_ns) >=
               100e6;
}

int64_t timeline_instant_ns(const struct timeline *timeline, int64_t frame) {
    return timeline->origin_ns + llrint(predicted_ns(timeline, frame));
}

int64_t timeline_frame(const struct timeline *timeline, int64_t instant_ns) {
    double behind = (double)(instant_ns - timeline->origin_ns) - timeline->base_ns;
    return timeline->base_frame + llrint(behind / timeline->frame_ns);
}

double timeline_drift_ppm(const struct timeline *timeline) {
    return (timeline->nominal_ns / timeline->frame_ns - 1.0) * 1e6;
}
