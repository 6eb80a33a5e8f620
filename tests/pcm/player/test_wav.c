/* A station without a sound card: through the real alsa-lib into a WAV file. */
#include "player/decoder.h"
#include "player/engine.h"
#include "testbed/sound.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#define WAV16 (SF_FORMAT_WAV | SF_FORMAT_PCM_16)
enum { FRAMES = 48000 };

struct outcome {
    struct player_event ready, ended, over;
};

static bool play(struct player *player, struct walltime start, struct outcome *ret) {
    struct fail why;
    struct player_session session = {
        .id = 1,
        .zones = 1,
        .start = start,
        .permit = {.id = 1,
                   .not_after = walltime_add(start, 60 * WALLTIME_SECOND),
                   .deadline = monotime_add(monotime_now(), 60 * MONOTIME_SECOND),
                   .zones = 1}};
    struct player_element element = {.airing = 5,
                                     .fd = sound_file(WAV16, 48000, 2, FRAMES, sound_counter)};
    assert_true(player_begin(player, &session, &why));
    assert_true(player_add(player, 1, &element, &why));
    assert_true(player_finish(player, 1, &why));
    struct monotime end = monotime_add(monotime_now(), 50 * MONOTIME_SECOND);
    while (monotime_before(monotime_now(), end)) {
        struct pollfd events = {.fd = player_event_fd(player), .events = POLLIN};
        poll(&events, 1, 100);
        struct player_event event;
        while (player_next_event(player, &event)) {
            if (event.kind == PLAYER_SESSION_READY) {
                ret->ready = event;
            } else if (event.kind == PLAYER_AIRING_ENDED) {
                ret->ended = event;
            } else if (event.kind == PLAYER_SESSION_ENDED) {
                ret->over = event;
            }
        }
        if (ret->over.session == 1 && player_status(player).state == PLAYER_CLOSED) {
            return true;
        }
    }
    return false;
}

/* Every frame is there, bit for bit, and nothing but silence around it. Returns where it began. */
static int64_t check_file(const char *path) {
    struct fail why;
    struct decoder *decoder;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_true(decoder_open(fd, &decoder, &why));
    const struct decoder_info *info = decoder_info(decoder);
    assert_string_equal(info->format, "WAV");
    assert_int_equal(info->channels, 2);
    assert_int_equal(info->rate, 48000);
    static float samples[48000 * 2 * 20];
    size_t frames;
    assert_true(decoder_read(decoder, samples, 48000 * 20, &frames, &why));
    assert_int_equal((int64_t)frames, info->claimed_frames); /* the header was completed */
    assert_int_equal(lseek(fd, 0, SEEK_END), 44 + (off_t)frames * 4);
    size_t first = 0;
    while (first < frames && samples[2 * first] == 0.0f && samples[2 * first + 1] == 0.0f) {
        first++;
    }
    assert_true(first + FRAMES <= frames);
    for (size_t i = 0; i < frames * 2; i++) {
        int64_t frame = (int64_t)(i / 2) - (int64_t)first;
        float wanted =
            frame >= 0 && frame < FRAMES ? sound_rounded(sound_counter(frame, i % 2, 48000)) : 0.0f;
        assert_true(samples[i] == wanted);
    }
    decoder_close(decoder);
    close(fd);
    return (int64_t)first;
}

static void sound_goes_into_a_wav_named_by_its_time(void **state) {
    (void)state;
    char folder[] = "/tmp/loaxa-wav-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char device[64];
    snprintf(device, sizeof device, "wav:%s", folder);
    struct player_config config = PLAYER_CONFIG_DEFAULT;
    config.device = device;
    config.lock_memory = false;
    struct player *player;
    struct fail why;
    struct outcome outcome = {0};
    assert_true(player_create(&config, &player, &why));
    struct walltime start = walltime_add(walltime_now(), 1500000);
    assert_true(play(player, start, &outcome));
    assert_int_equal(outcome.ended.frames, FRAMES);
    assert_int_equal(outcome.ended.reason, PLAYER_COMPLETED);
    assert_memory_equal(outcome.ready.text, folder, strlen(folder));
    int64_t first = check_file(outcome.ready.text);
    /* The file's first frame has an instant; counted from it, the sound begins at its second. */
    int64_t planned = walltime_diff_us(start, outcome.ready.at) * 48 / 1000;
    print_message("start error %.3f ms\n", (double)(first - planned) / 48.0);
    assert_true(llabs(first - planned) <= 48);
    player_destroy(player);
    unlink(outcome.ready.text);
    assert_int_equal(rmdir(folder), 0); /* one file, and no other */
}

static void a_folder_that_is_not_there_is_said_in_words(void **state) {
    (void)state;
    struct player_config config = PLAYER_CONFIG_DEFAULT;
    config.device = "wav:/nowhere/at/all";
    struct player *player;
    struct fail why;
    assert_false(player_create(&config, &player, &why));
    assert_non_null(strstr(why.sentence, "/nowhere/at/all"));
}

static void a_card_that_is_not_there_ends_the_session_in_words(void **state) {
    (void)state;
    struct player_config config = PLAYER_CONFIG_DEFAULT;
    config.device = "hw:CARD=NoSuchCard";
    config.lock_memory = false;
    struct player *player;
    struct fail why;
    struct outcome outcome = {0};
    assert_true(player_create(&config, &player, &why));
    assert_true(play(player, walltime_now(), &outcome));
    assert_int_equal(outcome.ended.frames, 0);
    assert_int_equal(outcome.ended.reason, PLAYER_DEVICE);
    player_destroy(player);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sound_goes_into_a_wav_named_by_its_time),
        cmocka_unit_test(a_folder_that_is_not_there_is_said_in_words),
        cmocka_unit_test(a_card_that_is_not_there_ends_the_session_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
