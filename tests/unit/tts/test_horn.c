#include "tts/horn.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RATE = 22050, FRAMES = RATE * 2 };

/* A voiced glide: many partials on a falling and rising pitch, syllables five times a second. */
static double pitch_at(double t) {
    return 200 + 40 * sin(2 * M_PI * 0.25 * t);
}

static void make_voice(float *samples, size_t frames) {
    double phase = 0;
    for (size_t i = 0; i < frames; i++) {
        double t = (double)i / RATE;
        phase += 2 * M_PI * pitch_at(t) / RATE;
        double sum = 0;
        for (int partial = 1; partial < 24; partial++) {
            sum += cos(partial * phase) / partial;
        }
        samples[i] = (float)(0.1 * sum * (0.55 + 0.45 * sin(2 * M_PI * 5 * t)));
    }
}

static double level_db(const float *samples, size_t frames) {
    double square = 0;
    for (size_t i = 0; i < frames; i++) {
        square += (double)samples[i] * samples[i];
    }
    return 10 * log10(square / (double)frames + 1e-20);
}

/* The pitch around frame `at` from the highest autocorrelation within a tenth of the true one (so
 * that no octave is mistaken), between samples by a parabola. */
static double pitch_of(const float *samples, size_t at) {
    enum { WINDOW = 700 };
    double period = RATE / pitch_at((double)(at + WINDOW / 2) / RATE);
    double best = -1;
    double values[RATE / 60];
    int best_lag = 0;
    for (int lag = (int)(period / 1.1); lag <= (int)(period * 1.1); lag++) {
        double sum = 0, a = 0, b = 0;
        for (size_t i = 0; i < WINDOW; i++) {
            double x = samples[at + i], y = samples[at + i + (size_t)lag];
            sum += x * y;
            a += x * x;
            b += y * y;
        }
        values[lag] = sum / sqrt(a * b + 1e-20);
        if (values[lag] > best) {
            best = values[lag];
            best_lag = lag;
        }
    }
    double before = values[best_lag - 1], after = values[best_lag + 1];
    return RATE / (best_lag + 0.5 * (before - after) / (before - 2 * best + after));
}

static void the_pitch_contour_is_untouched(void **state) {
    (void)state;
    float *raw = malloc(FRAMES * sizeof *raw), *processed = malloc(FRAMES * sizeof *raw);
    struct horn_settings settings;
    make_voice(raw, FRAMES);
    memcpy(processed, raw, FRAMES * sizeof *raw);
    horn_default(&settings);
    assert_true(horn_process(processed, FRAMES, RATE, &settings, NULL, NULL));
    int compared = 0;
    for (size_t at = 2000; at + 2000 < FRAMES; at += 700) {
        double before = pitch_of(raw, at), after = pitch_of(processed, at);
        assert_true(fabs(after / before - 1) < 0.01);
        compared++;
    }
    assert_true(compared > 50);
    free(raw);
    free(processed);
}

static void speech_is_denser_but_not_crushed(void **state) {
    (void)state;
    float *samples = malloc(FRAMES * sizeof *samples);
    struct horn_settings settings;
    struct horn_report report;
    make_voice(samples, FRAMES);
    horn_default(&settings);
    assert_true(horn_process(samples, FRAMES, RATE, &settings, &report, NULL));
    assert_true(report.crest_after_db >= 8);
    assert_true(report.crest_after_db < report.crest_before_db);
    float peak = 0;
    for (size_t i = 0; i < FRAMES; i++) {
        assert_true(isfinite(samples[i]));
        peak = fmaxf(peak, fabsf(samples[i]));
    }
    assert_true(fabs(20 * log10(peak) - settings.peak_dbfs) < 0.01);
    free(samples);
}

static void what_the_horn_cannot_pass_is_gone(void **state) {
    (void)state;
    float *samples = malloc(FRAMES * sizeof *samples);
    struct horn_settings settings;
    horn_default(&settings);
    settings.gate_db = -20;
    for (size_t i = 0; i < FRAMES;
         i++) { /* a hum at 50 Hz over a voice-band tone 30 dB below it: 60 dB to gain */
        samples[i] = (float)(0.5 * sin(2 * M_PI * 50 * (double)i / RATE) +
                             0.016 * sin(2 * M_PI * 1100 * (double)i / RATE));
    }
    assert_true(horn_process(samples, FRAMES, RATE, &settings, NULL, NULL));
    double hum_re = 0, hum_im = 0, tone_re = 0, tone_im = 0;
    for (size_t i = RATE / 2; i < RATE * 3 / 2; i++) {
        double t = (double)i / RATE;
        hum_re += samples[i] * cos(2 * M_PI * 50 * t);
        hum_im += samples[i] * sin(2 * M_PI * 50 * t);
        tone_re += samples[i] * cos(2 * M_PI * 1100 * t);
        tone_im += samples[i] * sin(2 * M_PI * 1100 * t);
    }
    assert_true(hypot(tone_re, tone_im) > 30 * hypot(hum_re, hum_im));
    free(samples);
}

/* A steady tone after the attack is neither pumped nor bent: what is not its own frequency is 40 dB
 * down. */
static void a_steady_tone_is_hardly_distorted(void **state) {
    (void)state;
    float *samples = malloc(FRAMES * sizeof *samples);
    struct horn_settings settings;
    horn_default(&settings);
    for (size_t i = 0; i < FRAMES; i++) {
        samples[i] = (float)(0.3 * sin(2 * M_PI * 1000 * (double)i / RATE));
    }
    assert_true(horn_process(samples, FRAMES, RATE, &settings, NULL, NULL));
    double re = 0, im = 0;
    size_t from = RATE / 2, count = RATE;
    for (size_t i = 0; i < count; i++) {
        double angle = 2 * M_PI * 1000 * (double)(from + i) / RATE;
        re += samples[from + i] * cos(angle) * 2 / (double)count;
        im += samples[from + i] * sin(angle) * 2 / (double)count;
    }
    double tone_db = level_db(samples + from, count);
    for (size_t i = 0; i < count; i++) {
        double angle = 2 * M_PI * 1000 * (double)(from + i) / RATE;
        samples[from + i] -= (float)(re * cos(angle) + im * sin(angle));
    }
    assert_true(level_db(samples + from, count) < tone_db - 40);
    free(samples);
}

static void silence_and_short_sounds_are_no_trouble(void **state) {
    (void)state;
    struct horn_settings settings;
    horn_default(&settings);
    float samples[300] = {0};
    for (size_t frames = 0; frames <= 300; frames += 50) {
        assert_true(horn_process(samples, frames, RATE, &settings, NULL, NULL));
        for (size_t i = 0; i < frames; i++) {
            assert_true(samples[i] == 0);
        }
    }
    float click[3] = {0, 0.9f, 0};
    assert_true(horn_process(click, 3, 48000, &settings, NULL, NULL));
    assert_true(isfinite(click[1]) && fabsf(click[1]) <= 1);
}

static void settings_out_of_range_are_refused(void **state) {
    (void)state;
    struct horn_settings settings;
    struct fail why = {0};
    float sample = 0.5f;
    horn_default(&settings);
    settings.slope = 0;
    assert_false(horn_process(&sample, 1, RATE, &settings, NULL, &why));
    assert_int_equal(why.code, FAIL_INVALID);
    horn_default(&settings);
    settings.edges_hz[2] = settings.edges_hz[1];
    assert_false(horn_process(&sample, 1, RATE, &settings, NULL, &why));
    horn_default(&settings);
    assert_false(horn_process(&sample, 1, 4000, &settings, NULL, &why));
    assert_true(sample == 0.5f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pitch_contour_is_untouched),
        cmocka_unit_test(speech_is_denser_but_not_crushed),
        cmocka_unit_test(what_the_horn_cannot_pass_is_gone),
        cmocka_unit_test(a_steady_tone_is_hardly_distorted),
        cmocka_unit_test(silence_and_short_sounds_are_no_trouble),
        cmocka_unit_test(settings_out_of_range_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
