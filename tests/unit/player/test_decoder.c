#include "player/decoder.h"

#include "base/digest.h"
#include "testbed/sound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int64_t frames_in(int fd, struct fail *why) {
    struct decoder *decoder;
    if (!decoder_open(fd, &decoder, why)) {
        return -1;
    }
    float block[4096];
    size_t got;
    int64_t frames = 0;
    uint32_t channels = decoder_info(decoder)->channels;
    do {
        if (!decoder_read(decoder, block, 4096 / channels, &got, why)) {
            frames = -1;
            break;
        }
        frames += (int64_t)got;
    } while (got > 0);
    decoder_close(decoder);
    return frames;
}

static void every_accepted_format_is_read_whole(void **state) {
    (void)state;
    static const struct {
        int format;
        uint32_t rate;
        const char *name;
        int64_t slack; /* frames that a lossy coder may add */
    } formats[] = {
        {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, "WAV", 0},
        {SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, "WAV", 0},
        {SF_FORMAT_RF64 | SF_FORMAT_PCM_24, 48000, "WAV", 0},
        {SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 22050, "AIFF", 0},
        {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, "FLAC", 0},
        {SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, "Vorbis", 0},
        {SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, "Opus", 0},
        {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, "MP3", 2304},
    };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        int fd = sound_file(formats[i].format, formats[i].rate, 2, 30011, sound_sine);
        if (fd < 0) {
            print_message("%s: not written by this libsndfile\n", formats[i].name);
            continue;
        }
        struct decoder *decoder;
        struct fail why = {0};
        assert_true(decoder_open(fd, &decoder, &why));
        const struct decoder_info *info = decoder_info(decoder);
        assert_string_equal(info->format, formats[i].name);
        assert_int_equal(info->rate, formats[i].rate);
        assert_int_equal(info->channels, 2);
        decoder_close(decoder);
        assert_in_range(frames_in(fd, &why), 30011, 30011 + formats[i].slack);
        close(fd);
    }
}

static void what_was_hashed_is_what_is_decoded(void **state) {
    (void)state;
    int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 2, 5000, sound_counter);
    lseek(fd, 77, SEEK_SET);
    struct digest before, after;
    struct fail why;
    assert_true(digest_of_fd(fd, &before, &why));
    struct decoder *decoder;
    assert_true(decoder_open(fd, &decoder, &why));
    float samples[5000 * 2];
    size_t got;
    assert_true(decoder_read(decoder, samples, 5000, &got, &why));
    assert_int_equal(got, 5000);
    for (size_t i = 0; i < 10000; i++) {
        assert_true(samples[i] == sound_rounded(sound_counter((int64_t)i / 2, i % 2, 48000)));
    }
    decoder_close(decoder);
    assert_true(digest_of_fd(fd, &after, &why)); /* still open, still the same */
    assert_true(digest_equal(&before, &after));
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 77); /* and its position was left alone */
    close(fd);
}

static void a_seek_gives_exactly_the_frame_asked_for(void **state) {
    (void)state;
    static const int formats[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_16,
                                  SF_FORMAT_FLAC | SF_FORMAT_PCM_16};
    for (size_t i = 0; i < 2; i++) {
        int fd = sound_file(formats[i], 48000, 1, 20000, sound_counter);
        struct decoder *decoder;
        struct fail why;
        assert_true(decoder_open(fd, &decoder, &why));
        static const int64_t places[] = {0, 1, 4095, 4096, 12345, 19999, 7};
        for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
            float sample;
            size_t got;
            assert_true(decoder_seek(decoder, places[k], &why));
            assert_true(decoder_read(decoder, &sample, 1, &got, &why));
            assert_int_equal(got, 1);
            assert_true(sample == sound_rounded(sound_counter(places[k], 0, 48000)));
        }
        float sample;
        size_t got = 9;
        assert_true(decoder_seek(decoder, 30000, &why));
        assert_true(decoder_read(decoder, &sample, 1, &got, &why));
        assert_int_equal(got, 0);
        decoder_close(decoder);
        close(fd);
    }
}

static void refused(int fd, enum fail_code code, const char *word) {
    struct fail why = {0};
    assert_int_equal(frames_in(fd, &why), -1);
    assert_int_equal(why.code, code);
    assert_non_null(strstr(why.sentence, word));
    close(fd);
}

static void what_is_no_sound_is_refused_in_words(void **state) {
    (void)state;
    refused(sound_of_bytes("", 0), FAIL_INVALID, "empty");
    refused(sound_of_bytes("Kính gửi: Ủy ban nhân dân xã", 36), FAIL_INVALID, "not a sound file");
    refused(sound_of_bytes("RIFF\x10\0\0\0WAVEfmt ", 16), FAIL_INVALID, "damaged");
    refused(sound_of_bytes("fLaC", 4), FAIL_INVALID, "not a sound file");
    refused(sound_of_bytes("OggS\0\0\0\0\0\0\0\0\0\0\0\0", 16), FAIL_INVALID, "damaged");
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    close(pipes[1]);
    refused(pipes[0], FAIL_INVALID, "ordinary file");
    refused(sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1000, 1, 10, sound_sine), FAIL_LIMIT,
            "1000 frames a second");
    refused(sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 48000, 12, 10, sound_sine), FAIL_LIMIT,
            "12 channels");
}

/* A WAV header that claims four gigabytes over two hundred frames. */
static void a_lying_header_gives_only_what_is_there(void **state) {
    (void)state;
    int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 200, sound_counter);
    static const uint8_t huge[4] = {0xf0, 0xff, 0xff, 0xff};
    assert_int_equal(pwrite(fd, huge, 4, 40), 4);
    struct fail why;
    assert_in_range(frames_in(fd, &why), 200, 200);
    close(fd);
}

static void a_flac_cut_short_never_hangs_and_gives_no_more_than_was_there(void **state) {
    (void)state;
    int fd = sound_file(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, 100000, sound_counter);
    off_t size = lseek(fd, 0, SEEK_END);
    for (off_t cut = size - 1; cut > 100; cut = cut * 2 / 3) {
        assert_int_equal(ftruncate(fd, cut), 0);
        struct fail why;
        assert_true(frames_in(fd, &why) <= 100000);
    }
    close(fd);
}

static void a_float_file_cannot_bring_in_what_is_no_number(void **state) {
    (void)state;
    int fd = sound_file(SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, 100, sound_sine);
    off_t end = lseek(fd, 0, SEEK_END);
    const float evil[3] = {NAN, INFINITY, -1e30f};
    assert_int_equal(pwrite(fd, evil, sizeof evil, end - 100), sizeof evil);
    struct decoder *decoder;
    struct fail why;
    float samples[100];
    size_t got;
    assert_true(decoder_open(fd, &decoder, &why));
    assert_true(decoder_read(decoder, samples, 100, &got, &why));
    for (size_t i = 0; i < got; i++) {
        assert_true(fabsf(samples[i]) <= 16.0f);
    }
    decoder_close(decoder);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_accepted_format_is_read_whole),
        cmocka_unit_test(what_was_hashed_is_what_is_decoded),
        cmocka_unit_test(a_seek_gives_exactly_the_frame_asked_for),
        cmocka_unit_test(what_is_no_sound_is_refused_in_words),
        cmocka_unit_test(a_lying_header_gives_only_what_is_there),
        cmocka_unit_test(a_flac_cut_short_never_hangs_and_gives_no_more_than_was_there),
        cmocka_unit_test(a_float_file_cannot_bring_in_what_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
