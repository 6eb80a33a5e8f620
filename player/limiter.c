#include "player/limiter.h"

#include "base/memory.h"
#include "player/peak.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 64, /* frames looked at together; a multiple of LANES */
    TAPS = 16,  /* of the interpolator, for each of its phases */
    PHASES = 3, /* between two samples: 1/4, 1/2, 3/4; the samples themselves are the fourth */
    LANES = 4,
    CHANNELS_MAX = 8,
    UNITY = 1 << 30 /* of a gain in whole numbers: their sums are exact, so silence of the limiter
                       is exactly 1 again */
};

/* The interpolator is not ideal and the gain moves under it: aim this much lower. */
#define MARGIN_DB 0.15
#define LOOK_AHEAD_S 0.003
#define RELEASE_S 0.08

typedef float lanes __attribute__((vector_size(16), aligned(4), may_alias));

struct limiter {
    uint32_t channels;
    float ceiling;
    float taps[PHASES][TAPS];
    float overshoot; /* no interpolated value exceeds the samples under it by more */
    float planar[CHANNELS_MAX][TAPS + BLOCK];
    float peak;      /* since it was asked for */
    float last_peak; /* of the samples that `planar` still holds from before */

    int64_t look;       /* frames over which the gain comes down */
    int64_t latency;    /* of the delay line */
    float *delayed;     /* interleaved, `latency` frames, a circle */
    int64_t delayed_at; /* its oldest frame */

    /* The smallest gain wanted in the last look + 1 frames: a queue of ascending gains. */
    int32_t *queue_gain;
    int64_t *queue_frame;
    int64_t queue_first, queue_count;
    int64_t frame;

    int32_t envelope; /* the queue's smallest, coming back slowly */
    int32_t release;  /* share of UNITY by which it comes back in a frame */
    int32_t *held;    /* UNITY - envelope of the last `look` frames, a circle, and their sum */
    int64_t held_at, held_sum;
    int32_t lowest;
};

/* A windowed sinc (Kaiser, beta 6) for the values between sample TAPS/2 - 1 and the one after. */
static double bessel_i0(double x) {
    double term = 1.0, sum = 1.0;
    for (int k = 1; k < 30; k++) {
        term *= (x / 2.0 / k) * (x / 2.0 / k);
        sum += term;
    }
    return sum;
}

static void make_taps(struct limiter *limiter) {
    limiter->overshoot = 1.0f;
    for (int phase = 0; phase < PHASES; phase++) {
        double values[TAPS], sum = 0.0, absolute = 0.0;
        for (int k = 0; k < TAPS; k++) {
            double x = k - (TAPS / 2 - 1) - (phase + 1) / 4.0;
            double edge = x / (TAPS / 2.0);
            double window = bessel_i0(6.0 * sqrt(1.0 - edge * edge)) / bessel_i0(6.0);
            values[k] = sin(M_PI * x) / (M_PI * x) * window;
            sum += values[k];
        }
        for (int k = 0; k < TAPS; k++) {
            limiter->taps[phase][k] = (float)(values[k] / sum);
            absolute += fabs(values[k] / sum);
        }
        limiter->overshoot = fmaxf(limiter->overshoot, (float)absolute);
    }
}

struct limiter *limiter_create(uint32_t rate, uint32_t channels, double ceiling_dbtp) {
    struct limiter *limiter = memory_new(sizeof *limiter);
    limiter->channels = channels < CHANNELS_MAX ? channels : CHANNELS_MAX;
    limiter->ceiling = (float)pow(10.0, (ceiling_dbtp - MARGIN_DB) / 20.0);
    make_taps(limiter);
    limiter->look = (int64_t)(LOOK_AHEAD_S * rate) > BLOCK ? (int64_t)(LOOK_AHEAD_S * rate) : BLOCK;
    limiter->latency = limiter->look - 1 + TAPS / 2;
    limiter->delayed = memory_new((size_t)limiter->latency * channels * sizeof(float));
    limiter->queue_gain = memory_new((size_t)(limiter->look + 2) * sizeof(int32_t));
    limiter->queue_frame = memory_new((size_t)(limiter->look + 2) * sizeof(int64_t));
    limiter->held = memory_new((size_t)limiter->look * sizeof(int32_t));
    limiter->release = (int32_t)(UNITY * (1.0 - exp(-1.0 / (RELEASE_S * rate))));
    limiter_reset(limiter);
    return limiter;
}

void limiter_destroy(struct limiter *limiter) {
    if (limiter == NULL) {
        return;
    }
    free(limiter->delayed);
    free(limiter->queue_gain);
    free(limiter->queue_frame);
    free(limiter->held);
    free(limiter);
}

void limiter_reset(struct limiter *limiter) {
    memset(limiter->planar, 0, sizeof limiter->planar);
    memset(limiter->delayed, 0,
           (size_t)limiter->latency * limiter->channels * sizeof limiter->delayed[0]);
    memset(limiter->held, 0, (size_t)limiter->look * sizeof limiter->held[0]);
    limiter->last_peak = 0.0f;
    limiter->delayed_at = limiter->held_at = limiter->held_sum = 0;
    limiter->queue_first = limiter->queue_count = limiter->frame = 0;
    limiter->envelope = limiter->lowest = UNITY;
}

int64_t limiter_latency_frames(const struct limiter *limiter) {
    return limiter->latency;
}

float limiter_reduction_db(struct limiter *limiter) {
    float gain = (float)limiter->lowest / (float)UNITY;
    limiter->lowest = UNITY;
    return gain < 1.0f ? 20.0f * log10f(gain) : 0.0f;
}

/* Behind TAPS samples from before, the block's own, channel by channel. */
static void split_channels(struct limiter *limiter, const float *samples, size_t frames) {
    for (uint32_t c = 0; c < limiter->channels; c++) {
        float *planar = limiter->planar[c];
        for (size_t i = 0; i < frames; i++) {
            planar[TAPS + i] = samples[i * limiter->channels + c];
        }
    }
}

/* The last TAPS frames, for the next block. */
static void keep_last(struct limiter *limiter, const float *samples, size_t frames) {
    size_t fresh = frames < TAPS ? frames : TAPS;
    for (uint32_t c = 0; c < limiter->channels; c++) {
        float *planar = limiter->planar[c];
        memmove(planar, planar + fresh, (TAPS - fresh) * sizeof(float));
        for (size_t i = 0; i < fresh; i++) {
            planar[TAPS - fresh + i] = samples[(frames - fresh + i) * limiter->channels + c];
        }
    }
}

/* The largest value, on and after each sample that lies TAPS/2 before the block's own. */
static void find_true_peaks(const struct limiter *limiter, float peaks[BLOCK]) {
    for (uint32_t c = 0; c < limiter->channels; c++) {
        for (size_t at = 0; at < BLOCK; at += LANES) {
            const float *under = limiter->planar[c] + 1 + at;
            lanes sums[PHASES] = {{0}};
            for (int k = 0; k < TAPS; k++) {
                lanes x = *(const lanes *)(under + k);
                for (int phase = 0; phase < PHASES; phase++) {
                    sums[phase] += x * limiter->taps[phase][k];
                }
            }
            for (int lane = 0; lane < LANES; lane++) {
                float peak = fabsf(under[TAPS / 2 - 1 + lane]);
                for (int phase = 0; phase < PHASES; phase++) {
                    float between = fabsf(sums[phase][lane]);
                    peak = between > peak ? between : peak;
                }
                float *place = &peaks[at + (size_t)lane];
                *place = peak > *place ? peak : *place;
            }
        }
    }
}

/* The smallest gain wanted in the last look + 1 frames, this one included. */
static int32_t smallest_gain(struct limiter *limiter, int32_t gain) {
    int64_t size = limiter->look + 2;
    while (limiter->queue_count > 0) {
        int64_t last = (limiter->queue_first + limiter->queue_count - 1) % size;
        if (limiter->queue_gain[last] < gain) {
            break;
        }
        limiter->queue_count--;
    }
    int64_t place = (limiter->queue_first + limiter->queue_count++) % size;
    limiter->queue_gain[place] = gain;
    limiter->queue_frame[place] = limiter->frame;
    if (limiter->queue_frame[limiter->queue_first] < limiter->frame - limiter->look) {
        limiter->queue_first = (limiter->queue_first + 1) % size;
        limiter->queue_count--;
    }
    limiter->frame++;
    return limiter->queue_gain[limiter->queue_first];
}

/* The gain for the frame that leaves now: the mean of `look` envelopes, none of which is above what
 * any frame within the look-ahead wants. */
static float smooth_gain(struct limiter *limiter, int32_t wanted) {
    int32_t smallest = smallest_gain(limiter, wanted);
    if (smallest <= limiter->envelope) {
        limiter->envelope = smallest;
    } else {
        int64_t step = (int64_t)(smallest - limiter->envelope) * limiter->release / UNITY;
        /* The last ten-thousandth is taken at once: an exponential would never arrive. */
        limiter->envelope = smallest - limiter->envelope < UNITY / 10000
                                ? smallest
                                : limiter->envelope + (int32_t)step;
    }
    int32_t held = UNITY - limiter->envelope;
    limiter->held_sum += held - limiter->held[limiter->held_at];
    limiter->held[limiter->held_at] = held;
    limiter->held_at = limiter->held_at + 1 < limiter->look ? limiter->held_at + 1 : 0;
    int32_t gain = (int32_t)(UNITY - limiter->held_sum / limiter->look);
    limiter->lowest = gain < limiter->lowest ? gain : limiter->lowest;
    return (float)gain / (float)UNITY;
}

static void delay(struct limiter *limiter, float *samples, size_t frames) {
    size_t channels = limiter->channels;
    while (frames > 0) {
        size_t run = (size_t)(limiter->latency - limiter->delayed_at);
        run = run < frames ? run : frames;
        float *place = limiter->delayed + (size_t)limiter->delayed_at * channels;
        float saved[BLOCK * CHANNELS_MAX];
        memcpy(saved, place, run * channels * sizeof(float));
        memcpy(place, samples, run * channels * sizeof(float));
        memcpy(samples, saved, run * channels * sizeof(float));
        limiter->delayed_at = (limiter->delayed_at + (int64_t)run) % limiter->latency;
        samples += run * channels;
        frames -= run;
    }
}

static bool is_at_rest(const struct limiter *limiter) {
    return limiter->held_sum == 0 && limiter->envelope == UNITY &&
           (limiter->queue_count == 0 || limiter->queue_gain[limiter->queue_first] == UNITY);
}

static void limit_block(struct limiter *limiter, float *samples, size_t frames,
                        const float peaks[BLOCK]) {
    for (size_t i = 0; i < frames; i++) {
        bool over = peaks[i] > limiter->ceiling;
        float gain = smooth_gain(
            limiter, over ? (int32_t)(limiter->ceiling / peaks[i] * (float)UNITY) : UNITY);
        for (uint32_t c = 0; c < limiter->channels; c++) {
            samples[i * limiter->channels + c] *= gain;
        }
    }
}

static void process_block(struct limiter *limiter, float *samples, size_t frames) {
    float peak = peak_of(samples, frames * limiter->channels);
    float reach = peak > limiter->last_peak ? peak : limiter->last_peak;
    bool low = reach * limiter->overshoot <= limiter->ceiling;
    bool rest = low && is_at_rest(limiter);
    float peaks[BLOCK] = {0};
    if (!low) {
        split_channels(limiter, samples, frames);
        find_true_peaks(limiter, peaks);
    }
    keep_last(limiter, samples, frames);
    delay(limiter, samples, frames);
    if (rest) {
        limiter->queue_count = 0;
    } else {
        limit_block(limiter, samples, frames, peaks);
    }
    /* Of a short block, older samples are still in reach of the interpolator. */
    limiter->last_peak = frames >= TAPS ? peak : reach;
    limiter->peak = peak > limiter->peak ? peak : limiter->peak;
}

void limiter_process(struct limiter *limiter, float *samples, size_t frames) {
    for (size_t at = 0; at < frames; at += BLOCK) {
        size_t part = frames - at < BLOCK ? frames - at : BLOCK;
        process_block(limiter, samples + at * limiter->channels, part);
    }
}

float limiter_peak(struct limiter *limiter) {
    float peak = limiter->peak;
    limiter->peak = 0.0f;
    return peak;
}
