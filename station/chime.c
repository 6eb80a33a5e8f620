#include "station/chime.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A struck bell: partials with their levels, the higher ones die away sooner. */
static const struct {
    double ratio, level, decay_s;
} partials[] = {{1.0, 1.0, 1.1}, {2.0, 0.45, 0.7}, {2.76, 0.25, 0.4}, {5.4, 0.10, 0.18}};
enum { PARTIALS = sizeof partials / sizeof *partials };

/* The five-note scale of folk tunes: G, A, D, B, then G with D. */
static const struct {
    double at_s, hertz, level;
} strokes[] = {{0.0, 783.99, 0.8}, {0.45, 880.00, 0.8}, {0.9, 587.33, 0.9}, {1.5, 987.77, 0.8},
               {2.1, 783.99, 0.9}, {2.1, 587.33, 0.7},  {2.1, 392.00, 0.6}};
enum { STROKES = sizeof strokes / sizeof *strokes };

#define CHIME_SECONDS 4.5
#define CHIME_PEAK 0.5

static void strike(float *frames, size_t count, size_t stroke) {
    size_t first = (size_t)(strokes[stroke].at_s * CHIME_RATE);
    for (size_t i = first; i < count; i++) {
        double t = (double)(i - first) / CHIME_RATE, sum = 0;
        for (size_t p = 0; p < PARTIALS; p++) {
            sum += partials[p].level * exp(-t / partials[p].decay_s) *
                   sin(2 * M_PI * strokes[stroke].hertz * partials[p].ratio * t);
        }
        double attack = t < 0.004 ? t / 0.004 : 1; /* no click */
        frames[i] += (float)(sum * attack * strokes[stroke].level);
    }
}

float *chime_make(size_t *ret_frames) {
    size_t count = (size_t)(CHIME_SECONDS * CHIME_RATE);
    float *frames = memory_new(count * sizeof *frames);
    float peak = 0;
    for (size_t stroke = 0; stroke < STROKES; stroke++) {
        strike(frames, count, stroke);
    }
    size_t fade = CHIME_RATE / 4;
    for (size_t i = 0; i < count; i++) {
        if (count - i < fade) {
            frames[i] *= (float)(count - i) / (float)fade;
        }
        float level = fabsf(frames[i]);
        peak = level > peak ? level : peak;
    }
    for (size_t i = 0; i < count; i++) {
        frames[i] *= (float)CHIME_PEAK / peak;
    }
    *ret_frames = count;
    return frames;
}

static void add_little(struct text *file, uint32_t value, size_t bytes) {
    char little[4];
    for (size_t i = 0; i < bytes; i++) {
        little[i] = (char)(value >> (8 * i));
    }
    text_add(file, little, bytes);
}

void chime_write_wav(struct text *file) {
    size_t count;
    float *frames = chime_make(&count);
    uint32_t size = (uint32_t)count * 2;
    text_add_string(file, "RIFF");
    add_little(file, 36 + size, 4);
    text_add_string(file, "WAVEfmt ");
    add_little(file, 16, 4);
    add_little(file, 1, 2); /* PCM */
    add_little(file, 1, 2); /* mono */
    add_little(file, CHIME_RATE, 4);
    add_little(file, CHIME_RATE * 2, 4);
    add_little(file, 2, 2);
    add_little(file, 16, 2);
    text_add_string(file, "data");
    add_little(file, size, 4);
    for (size_t i = 0; i < count; i++) {
        add_little(file, (uint32_t)(int32_t)lrintf(frames[i] * 32767), 2);
    }
    free(frames);
}
