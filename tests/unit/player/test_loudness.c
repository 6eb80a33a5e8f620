#include "player/loudness.h"

#include "testbed/sound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* EBU Tech 3341, case 1: a 1 kHz sine of -23 dBFS in both channels reads -23.0 LUFS, within 0.1. */
static float ebu_sine(int64_t n, uint32_t c, double rate) {
    (void)c;
    return (float)(pow(10.0, -23.0 / 20.0) * sin(2.0 * M_PI * 1000.0 * (double)n / rate));
}

/* A quarter of the rate, sampled half-way up: sample peak 3 dB under the true peak of -6.02 dBTP.
 */
static float between_samples(int64_t n, uint32_t c, double rate) {
    (void)c, (void)rate;
    return (float)(0.5 * sin(M_PI / 2.0 * (double)n + M_PI / 4.0));
}

static float half_second_of_silence_around(int64_t n, uint32_t c, double rate) {
    return n >= 24000 && n < 96000 && c == 1 ? sound_sine(n, c, rate) + 0.01f : 0.0f;
}

static float silence(int64_t n, uint32_t c, double rate) {
    (void)n, (void)c, (void)rate;
    return 0.0f;
}

static struct loudness measured(uint32_t rate, uint32_t channels, int64_t frames,
                                sound_shape *shape) {
    int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_FLOAT, rate, channels, frames, shape);
    struct loudness loudness;
    struct fail why;
    assert_true(loudness_measure(fd, 3600, NULL, &loudness, &why));
    close(fd);
    return loudness;
}

static void the_standard_tone_reads_as_the_standard_says(void **state) {
    (void)state;
    struct loudness stereo = measured(48000, 2, 48000 * 5, ebu_sine);
    assert_true(fabs(stereo.integrated_lufs + 23.0) < 0.1);
    assert_true(fabs(stereo.true_peak_dbtp + 23.0) < 0.2);
    assert_int_equal(stereo.frames, 48000 * 5);
    /* Mono is heard on both channels. */
    struct loudness mono = measured(44100, 1, 44100 * 5, ebu_sine);
    assert_true(fabs(mono.integrated_lufs + 23.0) < 0.1);
}

static void a_sound_shorter_than_one_block_is_measured_too(void **state) {
    (void)state;
    struct loudness brief = measured(48000, 2, 4800, ebu_sine);
    assert_true(fabs(brief.integrated_lufs + 23.0) < 0.5);
}

static void the_true_peak_between_samples_is_found(void **state) {
    (void)state;
    struct loudness peak = measured(48000, 1, 48000, between_samples);
    assert_true(fabs(peak.sample_peak_dbfs + 9.03) < 0.05);
    assert_true(peak.true_peak_dbtp > -6.42 &&
                peak.true_peak_dbtp < -5.82); /* BS.1770: +0.2 -0.4 */
}

static void silence_is_found_at_both_ends_in_any_channel(void **state) {
    (void)state;
    struct loudness ends = measured(48000, 2, 144000, half_second_of_silence_around);
    assert_int_equal(ends.leading_silence_frames, 24000);
    assert_int_equal(ends.trailing_silence_frames, 48000);
    struct loudness nothing = measured(48000, 2, 48000, silence);
    assert_int_equal(nothing.leading_silence_frames, 48000);
    assert_int_equal(nothing.trailing_silence_frames, 48000);
    assert_true(nothing.integrated_lufs == LOUDNESS_FLOOR_LUFS);
}

static void the_gain_reaches_the_target_within_its_limits(void **state) {
    (void)state;
    const struct loudness_target target = LOUDNESS_TARGET_DEFAULT;
    struct loudness loudness = {.integrated_lufs = -23.0, .true_peak_dbtp = -10.0};
    assert_true(fabs(loudness_gain_db(&loudness, &target) - 7.0) < 1e-9);
    loudness.integrated_lufs = -10.0; /* too loud is turned down */
    assert_true(fabs(loudness_gain_db(&loudness, &target) + 6.0) < 1e-9);
    loudness.integrated_lufs = -50.0; /* noise is not blown up */
    loudness.true_peak_dbtp = -40.0;
    assert_true(fabs(loudness_gain_db(&loudness, &target) - 12.0) < 1e-9);
    loudness = (struct loudness){.integrated_lufs = -30.0, .true_peak_dbtp = 0.0};
    assert_true(fabs(loudness_gain_db(&loudness, &target) - 5.0) <
                1e-9); /* into the limiter: 6 dB */
    loudness.integrated_lufs = LOUDNESS_FLOOR_LUFS;
    assert_true(loudness_gain_db(&loudness, &target) == 0.0);
}

static bool give_up(void *context, int64_t frames, int64_t claimed_frames) {
    (void)claimed_frames;
    *(int64_t *)context = frames;
    return frames < 20000;
}

static void reading_has_an_end(void **state) {
    (void)state;
    int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 8000 * 20, sound_sine);
    struct loudness loudness;
    struct fail why;
    assert_false(loudness_measure(fd, 10, NULL, &loudness, &why));
    assert_int_equal(why.code, FAIL_LIMIT);
    int64_t seen = 0;
    struct decoder_watch watch = {give_up, &seen};
    assert_false(loudness_measure(fd, 100, &watch, &loudness, &why));
    assert_int_equal(why.code, FAIL_TIMEOUT);
    assert_in_range(seen, 20000, 30000);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standard_tone_reads_as_the_standard_says),
        cmocka_unit_test(a_sound_shorter_than_one_block_is_measured_too),
        cmocka_unit_test(the_true_peak_between_samples_is_found),
        cmocka_unit_test(silence_is_found_at_both_ends_in_any_channel),
        cmocka_unit_test(the_gain_reaches_the_target_within_its_limits),
        cmocka_unit_test(reading_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
