#include "player/flac.h"

#include "player/decoder.h"
#include "testbed/sound.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void converted_is_same(int format, int64_t frames) {
    int from = sound_file(format, 44100, 2, frames, sound_counter);
    int to = memfd_create("flac", MFD_CLOEXEC);
    struct loudness loudness;
    struct fail why;
    assert_true(flac_convert(from, to, 60, NULL, &loudness, &why));
    assert_int_equal(loudness.frames, frames);
    struct decoder *before, *after;
    assert_true(decoder_open(from, &before, &why));
    assert_true(decoder_open(to, &after, &why));
    assert_string_equal(decoder_info(after)->format, "FLAC");
    assert_int_equal(decoder_info(after)->rate, 44100);
    assert_int_equal(decoder_info(after)->claimed_frames, frames);
    float a[2048], b[2048];
    size_t got_a = 1, got_b = 1;
    while (got_a > 0) {
        assert_true(decoder_read(before, a, 1024, &got_a, &why));
        assert_true(decoder_read(after, b, 1024, &got_b, &why));
        assert_int_equal(got_a, got_b);
        assert_memory_equal(a, b, got_a * 2 * sizeof a[0]);
    }
    decoder_close(before);
    decoder_close(after);
    close(from);
    close(to);
}

static void samples_come_back_bit_for_bit(void **state) {
    (void)state;
    converted_is_same(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 50001);
    converted_is_same(SF_FORMAT_WAV | SF_FORMAT_PCM_24, 50001);
    converted_is_same(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1);
}

static void too_loud_is_clipped_and_does_not_wrap(void **state) {
    (void)state;
    int fd = memfd_create("flac", MFD_CLOEXEC);
    struct flac_writer *flac;
    struct fail why;
    assert_true(flac_create(fd, 48000, 1, 16, &flac, &why));
    const float loud[3] = {3.0f, -3.0f, 0.5f};
    assert_true(flac_add(flac, loud, 3, &why));
    assert_true(flac_finish(flac, &why));
    struct decoder *decoder;
    float back[3];
    size_t got;
    assert_true(decoder_open(fd, &decoder, &why));
    assert_true(decoder_read(decoder, back, 3, &got, &why));
    assert_true(back[0] > 0.9999f && back[1] == -1.0f && back[2] == 0.5f);
    decoder_close(decoder);
    close(fd);
}

static void a_full_disk_is_said_as_such(void **state) {
    (void)state;
    int full = open("/dev/full", O_RDWR | O_CLOEXEC);
    if (full < 0) {
        skip();
    }
    int from = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, 100000, sound_counter);
    struct loudness loudness;
    struct fail why = {0};
    assert_false(flac_convert(from, full, 60, NULL, &loudness, &why));
    assert_int_equal(why.code, FAIL_FULL);
    close(from);
    close(full);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_come_back_bit_for_bit),
        cmocka_unit_test(too_loud_is_clipped_and_does_not_wrap),
        cmocka_unit_test(a_full_disk_is_said_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
