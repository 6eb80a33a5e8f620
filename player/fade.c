#include "player/fade.h"

#include <math.h>

float fade_gain(int64_t at, int64_t length) {
    if (at >= length) {
        return 1.0f;
    }
    if (at < 0) {
        return 0.0f;
    }
    float sine = sinf((float)M_PI_2 * ((float)at + 0.5f) / (float)length);
    return sine * sine; /* as 1/2 - cos/2, but exact near 0 */
}

static void multiply(float *frame, uint32_t channels, float gain) {
    for (uint32_t c = 0; c < channels; c++) {
        frame[c] *= gain;
    }
}

void fade_in(float *samples, size_t frames, uint32_t channels, int64_t at, int64_t length) {
    for (size_t i = 0; i < frames && at + (int64_t)i < length; i++) {
        multiply(samples + i * channels, channels, fade_gain(at + (int64_t)i, length));
    }
}

void fade_out(float *samples, size_t frames, uint32_t channels, int64_t left, int64_t length) {
    size_t first = left > length ? (size_t)(left - length) : 0;
    for (size_t i = first; i < frames; i++) {
        multiply(samples + i * channels, channels, fade_gain(left - (int64_t)i - 1, length));
    }
}
