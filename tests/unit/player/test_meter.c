/* The meter beside libebur128. */
#include "player/meter.h"

#include <ebur128.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

typedef double signal_shape(double t, uint32_t c);

static double tone(double t, uint32_t c) {
    (void)c;
    return pow(10.0, -23.0 / 20.0) * sin(2.0 * M_PI * 1000.0 * t);
}
static double low(double t, uint32_t c) {
    return (c == 0 ? 0.4 : 0.1) * sin(2.0 * M_PI * 60.0 * t);
}
static double high(double t, uint32_t c) {
    return (c == 0 ? 0.1 : 0.3) * sin(2.0 * M_PI * 6000.0 * t);
}
static double with_pauses(double t, uint32_t c) { /* the gates matter */
    return fmod(t, 3.0) < 1.2 ? 0.3 * sin(2.0 * M_PI * 400.0 * t + c) : 0.001 * sin(900.0 * t);
}
static double silence(double t, uint32_t c) {
    (void)t, (void)c;
    return 0.0;
}

static void same_as_reference(signal_shape *shape, uint32_t rate, uint32_t channels) {
    static struct meter meter;
    meter_start(&meter, rate, channels);
    ebur128_state *reference = ebur128_init(channels, rate, EBUR128_MODE_I);
    if (channels == 1) {
        ebur128_set_channel(reference, 0, EBUR128_DUAL_MONO);
    }
    float block[777 * 2];
    double highest = 0.0;
    for (int64_t at = 0; at < (int64_t)rate * 8; at += 777) {
        for (uint32_t i = 0; i < 777 * channels; i++) {
            double t = (double)(at + i / channels) / rate;
            block[i] = (float)shape(t, i % channels);
            highest = fmax(highest, fabs((double)block[i]));
        }
        meter_add(&meter, block, 777);
        ebur128_add_frames_float(reference, block, 777);
    }
    double wanted = 0.0;
    ebur128_loudness_global(reference, &wanted);
    ebur128_destroy(&reference);
    assert_true(fabs(meter_lufs(&meter) - fmax(wanted, -70.0)) <= 0.1);
    assert_true(fabs(meter_peak_dbfs(&meter) - fmax(20.0 * log10(highest), -120.0)) < 0.01);
}

static void it_agrees_with_the_reference(void **state) {
    (void)state;
    signal_shape *const shapes[] = {tone, low, high, with_pauses, silence};
    static const uint32_t rates[] = {48000, 44100, 16000, 96000};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (size_t k = 0; k < sizeof rates / sizeof rates[0]; k++) {
            same_as_reference(shapes[i], rates[k], 2);
            same_as_reference(shapes[i], rates[k], 1);
        }
    }
}

static void too_short_to_measure_is_said_as_silence(void **state) {
    (void)state;
    static struct meter meter;
    float loud[4800 * 2];
    for (int i = 0; i < 9600; i++) {
        loud[i] = 0.5f;
    }
    meter_start(&meter, 48000, 2);
    meter_add(&meter, loud, 4800);
    assert_true(meter_lufs(&meter) == -70.0);
    assert_true(fabs(meter_peak_dbfs(&meter) + 6.02) < 0.01);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_agrees_with_the_reference),
        cmocka_unit_test(too_short_to_measure_is_said_as_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
