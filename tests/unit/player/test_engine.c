/* The engine in virtual time: starts, joints, stops and permits, by the frame. */
#include "player/engine.h"

#include "testbed/sound.h"
#include "testbed/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FRAME_NS (1e9 / 48000)
#define WAV16 (SF_FORMAT_WAV | SF_FORMAT_PCM_16)

static int64_t mono_of(const struct stage *stage, struct walltime wall) {
    return (wall.us - stage->wall_us_ahead) * 1000;
}

static bool is_counter(const struct stage *stage, size_t heard, int64_t frame, size_t frames) {
    for (size_t i = 0; i < frames; i++) {
        for (uint32_t c = 0; c < stage->channels; c++) {
            float wanted = sound_rounded(sound_counter(frame + (int64_t)i, c, 48000));
            if (stage->heard[(heard + i) * stage->channels + c] != wanted) {
                return false;
            }
        }
    }
    return true;
}

static void the_first_frame_sounds_at_the_planned_instant(void **state) {
    (void)state;
    static const double drifts[] = {0.0, 80.0, -120.0};
    for (int i = 0; i < 3; i++) {
        struct stage stage;
        struct fail why;
        stage_open(&stage, 2, drifts[i], NULL);
        struct walltime start = stage_begin(&stage, 1, 5.0);
        stage_add(&stage, 1, 11, sound_file(WAV16, 48000, 2, 48000, sound_counter));
        assert_true(player_finish(stage.player, 1, &why));
        stage_run(&stage, 8.0);
        size_t first = stage_first_sound(&stage, 0);
        assert_true(first < stage.heard_frames);
        int64_t error = stage.heard_ns[first] - mono_of(&stage, start);
        assert_true(fabs((double)error) <= FRAME_NS);
        assert_true(is_counter(&stage, first, 0, 48000)); /* untouched, every frame */
        const struct player_event *started = stage_event(&stage, PLAYER_AIRING_STARTED, 11, 0);
        assert_non_null(started);
        assert_true(llabs(walltime_diff_us(started->at, start)) <= 50);
        const struct player_event *ended = stage_event(&stage, PLAYER_AIRING_ENDED, 11, 0);
        assert_non_null(ended);
        assert_int_equal(ended->frames, 48000);
        assert_int_equal(ended->reason, PLAYER_COMPLETED);
        assert_int_equal(ended->lost_frames, 0);
        assert_true(ended->peak_dbfs > -12.1 && ended->peak_dbfs < -12.0);
        assert_true(ended->lufs > -25.0 && ended->lufs < -5.0);
        const struct player_event *over = stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0);
        assert_non_null(over);
        assert_int_equal(over->reason, PLAYER_COMPLETED);
        assert_int_equal(player_status(stage.player).state, PLAYER_CLOSED);
        stage_close(&stage);
    }
}

static void a_clock_that_is_set_before_the_start_is_followed(void **state) {
    (void)state;
    struct stage stage;
    stage_open(&stage, 2, 0.0, NULL);
    struct walltime start = stage_begin(&stage, 1, 5.0);
    stage_add(&stage, 1, 11, sound_file(WAV16, 48000, 2, 4800, sound_counter));
    stage_run(&stage, 1.0);
    stage.wall_us_ahead += 2000000; /* two seconds forward: the start is nearer now */
    stage_run(&stage, 0.7);
    stage.wall_us_ahead -= 500000;
    stage_run(&stage, 6.0);
    size_t first = stage_first_sound(&stage, 0);
    assert_true(first < stage.heard_frames);
    assert_true(fabs((double)(stage.heard_ns[first] - mono_of(&stage, start))) <= FRAME_NS);
    stage_close(&stage);
}

static void a_start_that_has_passed_sounds_as_soon_as_it_can(void **state) {
    (void)state;
    struct stage stage;
    stage_open(&stage, 2, 0.0, NULL);
    int64_t asked = stage.mono_ns;
    stage_begin(&stage, 1, -3.0);
    stage_add(&stage, 1, 11, sound_file(WAV16, 48000, 2, 4800, sound_counter));
    stage_run(&stage, 2.0);
    size_t first = stage_first_sound(&stage, 0);
    assert_true(first < stage.heard_frames);
    assert_true(stage.heard_ns[first] - asked < 500000000);
    stage_close(&stage);
}

/* Elements of one rate follow frame on frame; in between, those of other rates keep their length.
 */
static void elements_follow_without_a_gap(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    stage_open(&stage, 2, 30.0, NULL);
    stage_begin(&stage, 1, 2.0);
    int64_t length[8], total = 0;
    for (uint64_t i = 0; i < 8; i++) {
        length[i] = 1000 + (int64_t)i * 7777;
        int format = i % 2 == 0 ? WAV16 : SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
        stage_add(&stage, 1, 20 + i, sound_file(format, 48000, 2, length[i], sound_counter));
        total += length[i];
    }
    assert_true(player_finish(stage.player, 1, &why));
    stage_run(&stage, 12.0);
    size_t at = stage_first_sound(&stage, 0);
    for (uint64_t i = 0; i < 8; i++) {
        assert_true(at + (size_t)length[i] <= stage.heard_frames);
        assert_true(is_counter(&stage, at, 0, (size_t)length[i]));
        at += (size_t)length[i];
        const struct player_event *ended = stage_event(&stage, PLAYER_AIRING_ENDED, 20 + i, 0);
        assert_non_null(ended);
        assert_int_equal(ended->frames, length[i]);
    }
    assert_int_equal(stage_last_sound(&stage), at);
    stage_close(&stage);
}

static void other_rates_and_channels_keep_their_length_and_leave_no_gap(void **state) {
    (void)state;
    static const struct {
        int format;
        uint32_t rate, channels;
    } kinds[] = {{WAV16, 44100, 1},
                 {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 22050, 2},
                 {SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 2},
                 {WAV16, 96000, 4}};
    struct stage stage;
    struct fail why;
    stage_open(&stage, 2, 0.0, NULL);
    stage_begin(&stage, 1, 2.0);
    for (uint64_t i = 0; i < 4; i++) {
        int fd = sound_file(kinds[i].format, kinds[i].rate, kinds[i].channels, kinds[i].rate,
                            sound_sine);
        stage_add(&stage, 1, 30 + 2 * i, fd);
        stage_add(&stage, 1, 31 + 2 * i, sound_file(WAV16, 48000, 2, 4800, sound_counter));
    }
    assert_true(player_finish(stage.player, 1, &why));
    stage_run(&stage, 10.0);
    size_t at = stage_first_sound(&stage, 0);
    for (uint64_t i = 0; i < 4; i++) {
        const struct player_event *ended = stage_event(&stage, PLAYER_AIRING_ENDED, 30 + 2 * i, 0);
        assert_non_null(ended);
        /* The first frame of a sine is silent, so `at` may be one frame late the first time. */
        assert_in_range(ended->frames, 47999, 48001);
        at += (size_t)ended->frames;
        bool joined = is_counter(&stage, at, 0, 4800);
        if (!joined && i == 0) {
            at--;
            joined = is_counter(&stage, at, 0, 4800);
        }
        assert_true(joined);
        at += 4800;
    }
    stage_close(&stage);
}

static void an_element_is_joined_cut_and_gapped_where_it_was_said(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    stage_open(&stage, 2, 0.0, NULL);
    stage_begin(&stage, 1, 2.0);
    struct player_element element = {
        .airing = 5,
        .fd = sound_file(WAV16, 48000, 2, 96000, sound_counter),
        .skip_us = 500000,
        .limit_us = 250000,
    };
    assert_true(player_add(stage.player, 1, &element, &why));
    struct player_element next = {.airing = 6,
                                  .fd = sound_file(WAV16, 48000, 2, 4800, sound_counter),
                                  .gap_ms = 100,
                                  .limit_us = 100000};
    assert_true(player_add(stage.player, 1, &next, &why));
    assert_true(player_finish(stage.player, 1, &why));
    stage_run(&stage, 5.0);
    size_t at = stage_first_sound(&stage, 0);
    assert_true(is_counter(&stage, at, 24000, 12000));
    assert_int_equal(stage_first_sound(&stage, at + 12000), at + 12000 + 4800);
    assert_true(is_counter(&stage, at + 16800, 0, 4800));
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->reason, PLAYER_CUT);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->frames, 12000);
    /* Exactly as long as its limit: it is whole. */
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 6, 0)->reason, PLAYER_COMPLETED);
    stage_close(&stage);
}

static float constant(int64_t n, uint32_t c, double rate) {
    (void)n, (void)c, (void)rate;
    return 0.25f;
}

static void fades_begin_and_end_at_their_frames(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    stage_open(&stage, 1, 0.0, NULL);
    stage_begin(&stage, 1, 2.0);
    struct player_element element = {.airing = 5,
                                     .fd = sound_file(WAV16, 48000, 1, 48000, constant),
                                     .fade_in_ms = 100,
                                     .fade_out_ms = 200};
    assert_true(player_add(stage.player, 1, &element, &why));
    assert_true(player_finish(stage.player, 1, &why));
    stage_run(&stage, 5.0);
    size_t at = stage_first_sound(&stage, 0);
    const float *x = stage.heard + at;
    assert_true(x[0] > 0.0f && x[0] < 1e-6f);
    assert_true(fabsf(x[2400] - 0.125f) < 0.001f);
    for (size_t i = 1; i < 4800; i++) {
        assert_true(x[i] >= x[i - 1]);
    }
    for (size_t i = 4800; i < 48000 - 9600; i++) {
        assert_true(x[i] == 0.25f);
    }
    for (size_t i = 48000 - 9600; i < 48000; i++) {
        assert_true(x[i] < x[i - 1] || x[i] == x[i - 1]);
    }
    assert_true(x[48000 - 9600 + 1000] < 0.25f);
    assert_true(fabsf(x[48000 - 4800] - 0.125f) < 0.001f);
    assert_true(x[47999] > 0.0f && x[47999] < 1e-6f);
    assert_true(x[48000] == 0.0f);
    stage_close(&stage);
}

/* A stop is silent within the queue, a period and the fade: at most 300 ms. */
static void a_stop_is_heard_in_time(void **state) {
    (void)state;
    static const uint32_t fades[] = {0, 5, 50};
    for (int i = 0; i < 3; i++) {
        struct stage stage;
        struct fail why;
        stage_open(&stage, 2, 0.0, NULL);
        stage_begin(&stage, 1, 1.0);
        stage_add(&stage, 1, 5, sound_file(WAV16, 48000, 2, 480000, sound_counter));
        stage_add(&stage, 1, 6, sound_file(WAV16, 48000, 2, 480000, sound_counter));
        stage_run(&stage, 3.0);
        int64_t asked = stage.mono_ns;
        assert_true(player_stop(stage.player, 1, fades[i], &why));
        stage_run(&stage, 2.0);
        size_t last = stage_last_sound(&stage) - 1;
        int64_t after_ms = (stage.heard_ns[last] - asked) / 1000000;
        assert_true(after_ms <= (fades[i] == 0 ? 30 : 250 + (int64_t)fades[i]));
        const struct player_event *ended = stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0);
        assert_non_null(ended);
        assert_int_equal(ended->reason, PLAYER_STOPPED);
        size_t first = stage_first_sound(&stage, 0);
        /* What is reported is what was heard. */
        assert_true(llabs(ended->frames - (int64_t)(last + 1 - first)) <=
                    (fades[i] == 0 ? 480 : 2));
        const struct player_event *unheard = stage_event(&stage, PLAYER_AIRING_ENDED, 6, 0);
        assert_non_null(unheard);
        assert_int_equal(unheard->frames, 0);
        assert_non_null(stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0));
        assert_int_equal(stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0)->reason, PLAYER_STOPPED);
        assert_int_equal(player_status(stage.player).state, PLAYER_CLOSED);
        stage_close(&stage);
    }
}

/* R15: withdrawn on air, it is silent within a second and the next one follows. */
static void a_withdrawn_element_ends_and_the_next_follows(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    stage_open(&stage, 2, 0.0, NULL);
    stage_begin(&stage, 1, 1.0);
    stage_add(&stage, 1, 5, sound_file(WAV16, 48000, 2, 480000, sound_counter));
    stage_add(&stage, 1, 6, sound_file(WAV16, 48000, 2, 480000, sound_sine));
    stage_add(&stage, 1, 7, sound_file(WAV16, 48000, 2, 480000, sound_sine));
    stage_add(&stage, 1, 8, sound_file(WAV16, 48000, 2, 4800, sound_counter));
    assert_true(player_finish(stage.player, 1, &why));
    stage_run(&stage, 3.0);
    assert_true(player_stop_airing(stage.player, 6, 0, &why)); /* loaded */
    assert_true(player_stop_airing(stage.player, 7, 0, &why)); /* waiting */
    int64_t asked = stage.mono_ns;
    assert_true(player_stop_airing(stage.player, 5, 20, &why));  /* on air */
    assert_true(player_stop_airing(stage.player, 999, 0, &why)); /* unknown */
    stage_run(&stage, 4.0);
    const struct player_event *ended = stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0);
    assert_int_equal(ended->reason, PLAYER_STOPPED);
    assert_true(mono_of(&stage, ended->at) - asked < 300000000);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 6, 0)->frames, 0);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 7, 0)->frames, 0);
    size_t last = stage_last_sound(&stage);
    assert_true(is_counter(&stage, last - 4800, 0, 4800));
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 8, 0)->reason, PLAYER_COMPLETED);
    assert_int_equal(stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0)->reason, PLAYER_COMPLETED);
    stage_close(&stage);
}

static void begin_with_permit(struct stage *stage, const struct permit *permit, double lead) {
    struct fail why;
    struct player_session session = {.id = 1,
                                     .permit = *permit,
                                     .zones = 1,
                                     .start =
                                         walltime_add(stage_wall(stage), (int64_t)(lead * 1e6))};
    assert_true(player_begin(stage->player, &session, &why));
    stage_add(stage, 1, 5, sound_file(WAV16, 48000, 2, 480000, sound_counter));
}

static void no_frame_sounds_after_the_permit_ends(void **state) {
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        struct stage stage;
        stage_open(&stage, 2, 0.0, NULL);
        struct permit permit = stage_permit(&stage, 4.0);
        int64_t end_ns = stage.mono_ns + 4000000000;
        if (kind == 0) {
            permit.deadline = monotime_add(permit.deadline, 60 * MONOTIME_SECOND); /* wall ends */
        } else {
            permit.not_after = WALLTIME_NEVER; /* boot time ends */
        }
        begin_with_permit(&stage, &permit, 1.0);
        stage_run(&stage, 8.0);
        size_t last = stage_last_sound(&stage) - 1;
        assert_true(stage.heard_ns[last] < end_ns);
        assert_true(stage.heard_ns[last] >
                    end_ns - 2 * (int64_t)FRAME_NS); /* nor is it cut short */
        assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->reason, PLAYER_PERMIT);
        assert_int_equal(stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0)->reason, PLAYER_PERMIT);
        stage_close(&stage);
    }
}

enum lapse { WITHDRAWN, CLOCK_FORWARD, CLOCK_BACK, OTHER_ZONES };

static void a_permit_that_lapses_unforeseen_silences_at_once(void **state) {
    (void)state;
    for (enum lapse lapse = WITHDRAWN; lapse <= OTHER_ZONES; lapse++) {
        struct stage stage;
        struct fail why;
        stage_open(&stage, 2, 0.0, NULL);
        struct permit permit = stage_permit(&stage, 60.0);
        begin_with_permit(&stage, &permit, 1.0);
        stage_run(&stage, 3.0);
        int64_t lapsed = stage.mono_ns;
        if (lapse == WITHDRAWN) {
            permit.id = 0;
            assert_true(player_set_permit(stage.player, 1, &permit, &why));
        } else if (lapse == OTHER_ZONES) {
            permit.zones = 2;
            assert_true(player_set_permit(stage.player, 1, &permit, &why));
        } else {
            stage.wall_us_ahead += lapse == CLOCK_FORWARD ? 3600000000 : -3600000000;
        }
        stage_run(&stage, 2.0);
        size_t last = stage_last_sound(&stage) - 1;
        assert_true(stage.heard_ns[last] - lapsed <
                    30000000); /* a period and the card's own delay */
        assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->reason, PLAYER_PERMIT);
        assert_int_equal(stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0)->reason, PLAYER_PERMIT);
        stage_close(&stage);
    }
}

static void a_renewed_permit_lets_it_go_on(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    stage_open(&stage, 2, 0.0, NULL);
    struct permit permit = stage_permit(&stage, 3.0);
    begin_with_permit(&stage, &permit, 1.0);
    stage_run(&stage, 2.0);
    permit.not_after = walltime_add(permit.not_after, 60000000);
    permit.deadline = monotime_add(permit.deadline, 60 * MONOTIME_SECOND);
    assert_true(player_set_permit(stage.player, 1, &permit, &why));
    assert_true(player_finish(stage.player, 1, &why));
    stage_run(&stage, 12.0);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->reason, PLAYER_COMPLETED);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->frames, 480000);
    stage_close(&stage);
}

static void before_the_permit_begins_there_is_silence(void **state) {
    (void)state;
    struct stage stage;
    stage_open(&stage, 2, 0.0, NULL);
    struct permit permit = stage_permit(&stage, 60.0);
    permit.not_before = walltime_add(permit.not_before, 4000000);
    int64_t begin_ns = stage.mono_ns + 4000000000;
    begin_with_permit(&stage, &permit, 1.0);
    stage_run(&stage, 6.0);
    size_t first = stage_first_sound(&stage, 0);
    assert_true(first < stage.heard_frames);
    assert_true(stage.heard_ns[first] >= begin_ns - (int64_t)FRAME_NS);
    assert_true(stage.heard_ns[first] <= begin_ns + (int64_t)FRAME_NS);
    stage_close(&stage);
}

static void what_is_no_sound_is_reported_and_the_rest_plays(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    stage_open(&stage, 2, 0.0, NULL);
    stage_begin(&stage, 1, 1.0);
    stage_add(&stage, 1, 5, sound_of_bytes("RIFF....WAVEgarbage here", 24));
    stage_add(&stage, 1, 6, sound_file(WAV16, 48000, 2, 4800, sound_counter));
    assert_true(player_finish(stage.player, 1, &why));
    stage_run(&stage, 3.0);
    const struct player_event *broken = stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0);
    assert_int_equal(broken->reason, PLAYER_DECODE);
    assert_int_equal(broken->frames, 0);
    assert_int_equal(stage_event(&stage, PLAYER_FAULT, 5, 0)->fault, PLAYER_FAULT_DECODE);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 6, 0)->frames, 4800);
    stage_close(&stage);
}

/* One session ends and the next begins at its own second, on the card that is open already. */
static void sessions_follow_one_another_on_one_card(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    struct pcm_script script = {.absurd = false};
    stage_open(&stage, 2, 0.0, &script);
    stage_begin(&stage, 1, 1.0);
    stage_add(&stage, 1, 5, sound_file(WAV16, 48000, 2, 96000, sound_counter));
    assert_true(player_finish(stage.player, 1, &why));
    struct walltime second = stage_begin(&stage, 2, 3.0); /* just where the first one ends */
    stage_add(&stage, 2, 6, sound_file(WAV16, 48000, 2, 9600, sound_counter));
    assert_true(player_finish(stage.player, 2, &why));
    struct walltime third = stage_begin(&stage, 3, 4.0);
    stage_add(&stage, 3, 7, sound_file(WAV16, 48000, 2, 9600, sound_counter));
    assert_true(player_finish(stage.player, 3, &why));
    stage_run(&stage, 7.0);
    size_t at = stage_first_sound(&stage, 0);
    assert_true(is_counter(&stage, at, 0, 96000));
    assert_true(is_counter(&stage, at + 96000, 0, 9600));
    assert_true(fabs((double)(stage.heard_ns[at + 96000] - mono_of(&stage, second))) <=
                2 * FRAME_NS);
    size_t last = stage_first_sound(&stage, at + 96000 + 9600);
    assert_true(fabs((double)(stage.heard_ns[last] - mono_of(&stage, third))) <= FRAME_NS);
    assert_true(is_counter(&stage, last, 0, 9600));
    assert_int_equal(atomic_load(&stage.calls[PCM_OPEN]), 1);
    for (uint64_t id = 1; id <= 3; id++) {
        assert_non_null(stage_event(&stage, PLAYER_SESSION_READY, id, 0));
        assert_int_equal(stage_event(&stage, PLAYER_SESSION_ENDED, id, 0)->reason,
                         PLAYER_COMPLETED);
    }
    stage_close(&stage);
}

static void wrong_orders_are_refused_in_words(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    stage_open(&stage, 2, 0.0, NULL);
    stage_begin(&stage, 1, 1.0);
    struct player_session again = {.id = 1, .permit = stage_permit(&stage, 1.0)};
    assert_false(player_begin(stage.player, &again, &why));
    assert_int_equal(why.code, FAIL_CONFLICT);
    struct player_element element = {.airing = 5, .fd = sound_of_bytes("x", 1)};
    assert_false(player_add(stage.player, 9, &element, &why));
    assert_int_equal(why.code, FAIL_NOT_FOUND);
    element = (struct player_element){.airing = 5, .fd = sound_of_bytes("x", 1), .gain_db = NAN};
    assert_false(player_add(stage.player, 1, &element, &why));
    assert_int_equal(why.code, FAIL_INVALID);
    assert_true(player_finish(stage.player, 1, &why));
    element = (struct player_element){.airing = 5, .fd = sound_of_bytes("x", 1)};
    assert_false(player_add(stage.player, 1, &element, &why));
    assert_false(player_stop(stage.player, 9, 0, &why));
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_frame_sounds_at_the_planned_instant),
        cmocka_unit_test(a_clock_that_is_set_before_the_start_is_followed),
        cmocka_unit_test(a_start_that_has_passed_sounds_as_soon_as_it_can),
        cmocka_unit_test(elements_follow_without_a_gap),
        cmocka_unit_test(other_rates_and_channels_keep_their_length_and_leave_no_gap),
        cmocka_unit_test(an_element_is_joined_cut_and_gapped_where_it_was_said),
        cmocka_unit_test(fades_begin_and_end_at_their_frames),
        cmocka_unit_test(a_stop_is_heard_in_time),
        cmocka_unit_test(a_withdrawn_element_ends_and_the_next_follows),
        cmocka_unit_test(no_frame_sounds_after_the_permit_ends),
        cmocka_unit_test(a_permit_that_lapses_unforeseen_silences_at_once),
        cmocka_unit_test(a_renewed_permit_lets_it_go_on),
        cmocka_unit_test(before_the_permit_begins_there_is_silence),
        cmocka_unit_test(what_is_no_sound_is_reported_and_the_rest_plays),
        cmocka_unit_test(sessions_follow_one_another_on_one_card),
        cmocka_unit_test(wrong_orders_are_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
