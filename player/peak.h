/* peak: the largest magnitude of many samples, in the processor's vectors. RT safe. */
#ifndef LOAXA_PLAYER_PEAK_H
#define LOAXA_PLAYER_PEAK_H

#include <math.h>
#include <stddef.h>

static inline float peak_of(const float *samples, size_t count) {
    float peaks[8] = {0}; /* side by side, which the compiler turns into vectors */
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        for (size_t lane = 0; lane < 8; lane++) {
            float level = fabsf(samples[i + lane]);
            peaks[lane] = level > peaks[lane] ? level : peaks[lane];
        }
    }
    float peak = 0.0f;
    for (; i < count; i++) {
        peak = fabsf(samples[i]) > peak ? fabsf(samples[i]) : peak;
    }
    for (size_t lane = 0; lane < 8; lane++) {
        peak = peaks[lane] > peak ? peaks[lane] : peak;
    }
    return peak;
}

#endif
