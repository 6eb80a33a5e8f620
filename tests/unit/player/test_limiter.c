#include "player/limiter.h"

#include <ebur128.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RATE = 48000, FRAMES = RATE / 2 };

typedef double signal_shape(int64_t n);

static double quarter_rate(int64_t n) { /* every true peak lies between samples */
    return sin(M_PI / 2.0 * (double)n + M_PI / 4.0);
}
static double square(int64_t n) {
    return n / 37 % 2 == 0 ? 1.0 : -1.0;
}
static double near_nyquist(int64_t n) {
    return sin(2.0 * M_PI * 19000.0 * (double)n / RATE + 0.3);
}
static double clicks(int64_t n) {
    return n % 4801 == 0 ? 4.0 : 0.01 * sin(0.05 * (double)n);
}
static double noise(int64_t n) {
    uint32_t x = (uint32_t)n * 2654435761u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return (double)x / UINT32_MAX * 2.0 - 1.0;
}
static double bursts(int64_t n) { /* from silence to twice full scale within a sample */
    return n / 3000 % 2 == 0 ? 0.0 : 2.0 * sin(2.0 * M_PI * 997.0 * (double)n / RATE);
}
static double speechlike(int64_t n) {
    double envelope = 0.5 + 0.5 * sin(2.0 * M_PI * 3.0 * (double)n / RATE);
    return 3.0 * envelope * envelope * noise(n / 7);
}

static void run(float *samples, signal_shape *shape, double gain, double ceiling, size_t step) {
    struct limiter *limiter = limiter_create(RATE, 2, ceiling);
    for (int64_t n = 0; n < FRAMES; n++) {
        samples[2 * n] = (float)(gain * shape(n));
        samples[2 * n + 1] = (float)(gain * 0.7 * shape(n + 11));
    }
    for (size_t at = 0; at < FRAMES; at += step) {
        limiter_process(limiter, samples + 2 * at, FRAMES - at < step ? FRAMES - at : step);
    }
    limiter_destroy(limiter);
}

/* Measured by another implementation. */
static double true_peak_db(const float *samples) {
    ebur128_state *state = ebur128_init(2, RATE, EBUR128_MODE_TRUE_PEAK);
    double highest = 0.0;
    ebur128_add_frames_float(state, samples, FRAMES);
    for (unsigned c = 0; c < 2; c++) {
        double peak;
        ebur128_true_peak(state, c, &peak);
        highest = fmax(highest, peak);
    }
    ebur128_destroy(&state);
    return 20.0 * log10(highest);
}

static void no_true_peak_exceeds_the_ceiling(void **state) {
    (void)state;
    static const struct {
        signal_shape *shape;
        const char *name;
    } shapes[] = {{quarter_rate, "a quarter of the rate"},
                  {square, "a square wave"},
                  {near_nyquist, "19 kHz"},
                  {clicks, "clicks"},
                  {noise, "noise"},
                  {bursts, "bursts"},
                  {speechlike, "speech-like noise"}};
    static const size_t steps[] = {1200, 441, 64, 1};
    float *samples = malloc(FRAMES * 2 * sizeof *samples);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (size_t k = 0; k < 4; k++) {
            for (int gain = 1; gain <= 4; gain *= 2) {
                run(samples, shapes[i].shape, gain, -1.0, steps[k]);
                double peak = true_peak_db(samples);
                if (peak > -1.0 + 0.05) {
                    print_message("%s, gain %d: %.3f dBTP\n", shapes[i].name, gain, peak);
                }
                assert_true(peak <= -1.0 + 0.05); /* two meters agree no better */
                if (gain == 4 && shapes[i].shape == quarter_rate) {
                    assert_true(peak > -1.8); /* nor is it turned down more than need be */
                }
            }
        }
    }
    free(samples);
}

static void below_the_ceiling_nothing_is_touched(void **state) {
    (void)state;
    float *samples = malloc(FRAMES * 2 * sizeof *samples);
    struct limiter *limiter = limiter_create(RATE, 2, -1.0);
    int64_t late = limiter_latency_frames(limiter);
    limiter_destroy(limiter);
    assert_in_range(late, 1, RATE / 100);
    run(samples, quarter_rate, 0.85, -1.0, 1200);
    for (int64_t n = 0; n < FRAMES; n++) {
        float wanted = n < late ? 0.0f : (float)(0.85 * quarter_rate(n - late));
        assert_true(samples[2 * n] == wanted);
    }
    free(samples);
}

static void after_a_peak_it_becomes_transparent_again(void **state) {
    (void)state;
    struct limiter *limiter = limiter_create(RATE, 1, -1.0);
    float block[480];
    for (int i = 0; i < 480; i++) {
        block[i] = 2.0f;
    }
    limiter_process(limiter, block, 480);
    assert_true(limiter_peak(limiter) == 2.0f);
    float reduction = limiter_reduction_db(limiter);
    assert_true(reduction < -6.0f && reduction > -9.0f);
    int64_t late = limiter_latency_frames(limiter);
    static float quiet[RATE * 2];
    for (int i = 0; i < RATE * 2; i++) {
        quiet[i] = (float)(0.3 * sin(0.01 * i));
    }
    limiter_process(limiter, quiet, RATE * 2);
    limiter_reduction_db(limiter);
    for (int i = RATE; i < RATE * 2; i++) {
        assert_true(quiet[i] == (float)(0.3 * sin(0.01 * (double)(i - late))));
    }
    assert_true(limiter_peak(limiter) < 0.31f);
    limiter_process(limiter, quiet + RATE, 100);
    assert_true(limiter_reduction_db(limiter) == 0.0f);
    limiter_destroy(limiter);
}

/* The gain moves in small steps: no click of its own. */
static void the_gain_has_no_corners(void **state) {
    (void)state;
    struct limiter *limiter = limiter_create(RATE, 1, -1.0);
    float *samples = malloc(FRAMES * sizeof *samples);
    for (int64_t n = 0; n < FRAMES; n++) {
        samples[n] = n > 10000 && n < 10100 ? 4.0f : 0.5f;
    }
    limiter_process(limiter, samples, FRAMES);
    int64_t late = limiter_latency_frames(limiter);
    for (int64_t n = late + 1; n < FRAMES; n++) {
        int64_t in = n - late;
        if (in - 1 > 10000 && in < 10100) {
            continue;
        }
        if ((in > 10000 && in < 10100) == (in - 1 > 10000 && in - 1 < 10100)) {
            assert_true(fabsf(samples[n] - samples[n - 1]) < 0.02f);
        }
    }
    free(samples);
    limiter_destroy(limiter);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_true_peak_exceeds_the_ceiling),
        cmocka_unit_test(below_the_ceiling_nothing_is_touched),
        cmocka_unit_test(after_a_peak_it_becomes_transparent_again),
        cmocka_unit_test(the_gain_has_no_corners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
