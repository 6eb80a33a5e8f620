/* The engine on cards that fail: what libasound reports, each as its own case (see the table in
 * tests/testbed/README.md). In virtual time. */
#include "testbed/sound.h"
#include "testbed/stage.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define WAV16 (SF_FORMAT_WAV | SF_FORMAT_PCM_16)
#define SECOND_NS INT64_C(1000000000)
enum { AIR_S = 20, FAULT_AT = 5 * 48000 };

/* One element of 20 s that begins 2 s from now on a card that plays this script. Returns when. */
static int64_t play(struct stage *stage, const struct pcm_script *script) {
    struct fail why;
    stage_open(stage, 1, 0.0, script);
    struct walltime start = stage_begin(stage, 1, 2.0);
    stage_add(stage, 1, 5, sound_file(WAV16, 48000, 1, AIR_S * 48000, sound_counter));
    stage_add(stage, 1, 6, sound_file(WAV16, 48000, 1, 48000, sound_counter));
    assert_true(player_finish(stage->player, 1, &why));
    return (start.us - stage->wall_us_ahead) * 1000;
}

/* Which frame of the element a heard frame is, -1 where it is not found near `likely`. */
static int64_t place_of(const struct stage *stage, size_t heard, int64_t likely) {
    for (int64_t off = 0; off < 9600; off++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            int64_t frame = likely + sign * off;
            int same = 0;
            while (same < 64 && stage->heard[heard + (size_t)same] ==
                                    sound_rounded(sound_counter(frame + same, 0, 48000))) {
                same++;
            }
            if (same == 64) {
                return frame;
            }
        }
    }
    return -1;
}

/* After the fault everything is heard where the programme is at that instant, within a millisecond
 * of the line from before; and what is reported as delivered is what was heard, but for the frames
 * between the card's queue and the air (480 on this one). */
static void goes_on_at_the_present_position(struct stage *stage, int64_t start_ns,
                                            int64_t lost_most_ms, int64_t unsure_frames) {
    stage_run(stage, 30.0);
    size_t last = stage_last_sound(stage);
    assert_true(last > 100000);
    size_t probe = last - 48000 - 4800; /* in the last seconds of the first element */
    int64_t likely = (stage->heard_ns[probe] - start_ns) * 48 / 1000000;
    int64_t found = place_of(stage, probe, likely);
    assert_true(found >= 0);
    assert_true(llabs(found - likely) <= 48);
    const struct player_event *ended = stage_event(stage, PLAYER_AIRING_ENDED, 5, 0);
    assert_non_null(ended);
    assert_int_equal(ended->reason, PLAYER_COMPLETED);
    /* A frame that is 0 by chance is taken for silence here: one in 65,536. */
    int64_t heard = 0;
    for (size_t i = 0; i < stage->heard_frames; i++) {
        heard += !stage_is_silent(stage, i);
    }
    assert_true(llabs(heard - (ended->frames + 48000)) < unsure_frames);
    assert_true(llabs(ended->frames + ended->lost_frames - AIR_S * 48000) <= 2);
    assert_true(ended->lost_frames <= lost_most_ms * 48);
    const struct player_event *next = stage_event(stage, PLAYER_AIRING_ENDED, 6, 0);
    assert_int_equal(next->frames, 48000);
    assert_non_null(stage_event(stage, PLAYER_FAULT, 0, 0));
    assert_true(strlen(stage_event(stage, PLAYER_FAULT, 0, 0)->text) > 10);
    assert_null(stage_event(stage, PLAYER_FAULT, 0, 1)); /* said once */
    const struct player_event *recovered = stage_event(stage, PLAYER_RECOVERED, 0, 0);
    assert_non_null(recovered);
    assert_true(llabs(recovered->lost_ms * 48 - ended->lost_frames) <= 480);
    assert_int_equal(stage_event(stage, PLAYER_SESSION_ENDED, 1, 0)->reason, PLAYER_COMPLETED);
}

static void an_xrun_is_recovered(void **state) {
    (void)state;
    struct stage stage;
    struct pcm_script script = {.lines = {{PCM_WRITE, -EPIPE, FAULT_AT, 1}}};
    int64_t start = play(&stage, &script);
    /* The script says "empty" over a full queue, which the engine then counts as played. */
    goes_on_at_the_present_position(&stage, start, 700, 10000);
    assert_int_equal(stage_event(&stage, PLAYER_FAULT, 0, 0)->fault, PLAYER_FAULT_XRUN);
    assert_int_equal(atomic_load(&stage.calls[PCM_OPEN]), 1);
    stage_close(&stage);
}

static void a_stall_of_the_computer_is_recovered(void **state) {
    (void)state;
    struct stage stage;
    int64_t start = play(&stage, NULL);
    stage_run(&stage, 7.0);
    stage.mono_ns += 3 * SECOND_NS; /* nobody ran for three seconds; the paced card ran empty */
    goes_on_at_the_present_position(&stage, start, 4000, 100);
    stage_close(&stage);
}

static void a_suspend_is_recovered(void **state) {
    (void)state;
    struct stage stage;
    struct pcm_script script = {
        .lines = {{PCM_READ, -ESTRPIPE, FAULT_AT, 1}, {PCM_RESTART, -EAGAIN, FAULT_AT, 1}}};
    int64_t start = play(&stage, &script);
    goes_on_at_the_present_position(&stage, start, 1300, 600);
    assert_int_equal(stage_event(&stage, PLAYER_FAULT, 0, 0)->fault, PLAYER_FAULT_SUSPENDED);
    stage_close(&stage);
}

static void a_card_that_is_removed_and_back_is_recovered(void **state) {
    (void)state;
    static const int errors[] = {-ENODEV, -EBADFD, -EIO, -ENOTTY};
    for (int i = 0; i < 4; i++) {
        for (enum pcm_call call = PCM_READ; call <= PCM_WRITE; call++) {
            struct stage stage;
            struct pcm_script script = {
                .lines = {{call, errors[i], FAULT_AT, 1}, {PCM_OPEN, -ENODEV, FAULT_AT, 6}}};
            int64_t start = play(&stage, &script);
            goes_on_at_the_present_position(&stage, start, 3600, 600);
            assert_int_equal(stage_event(&stage, PLAYER_FAULT, 0, 0)->fault, PLAYER_FAULT_GONE);
            assert_int_equal(stage_event(&stage, PLAYER_FAULT, 0, 0)->error_number, -errors[i]);
            assert_int_equal(atomic_load(&stage.calls[PCM_OPEN]), 8);
            stage_close(&stage);
        }
    }
}

/* As after the end of PipeWire: every call -EPIPE, and every recovery a success. */
static void a_card_that_runs_empty_for_ever_does_not_spin(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    struct pcm_script script = {.lines = {{PCM_WRITE, -EPIPE, FAULT_AT, INT64_MAX}}};
    play(&stage, &script);
    stage_run(&stage, 30.0);
    /* At most two openings a second, and no more tries than a few with each. */
    assert_true(atomic_load(&stage.calls[PCM_OPEN]) < 70);
    assert_true(atomic_load(&stage.calls[PCM_WRITE]) < 25 * 45 + 200);
    assert_true(atomic_load(&stage.calls[PCM_RESTART]) < 100);
    /* The programme went by without a card, and its end is known when it is over. */
    const struct player_event *ended = stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0);
    assert_non_null(ended);
    assert_int_equal(ended->reason, PLAYER_DEVICE);
    assert_in_range(ended->frames, 48000, FAULT_AT);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 6, 0)->frames, 0);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 6, 0)->reason, PLAYER_DEVICE);
    const struct player_event *over = stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0);
    assert_non_null(over);
    assert_null(stage_event(&stage, PLAYER_FAULT, 0, 1));
    /* A stop is obeyed all the same, and the next session tries again. */
    stage_begin(&stage, 2, 1.0);
    stage_run(&stage, 2.0);
    assert_true(player_stop(stage.player, 2, 0, &why));
    stage_run(&stage, 2.0);
    assert_non_null(stage_event(&stage, PLAYER_SESSION_ENDED, 2, 0));
    stage_close(&stage);
}

static void a_card_that_takes_no_more_is_left_and_opened_again(void **state) {
    (void)state;
    struct stage stage;
    struct pcm_script script = {.stop_consuming_after = FAULT_AT};
    play(&stage, &script);
    stage_run(&stage, 12.0);
    const struct player_event *fault = stage_event(&stage, PLAYER_FAULT, 0, 0);
    assert_non_null(fault);
    assert_int_equal(fault->fault, PLAYER_FAULT_STUCK);
    assert_true(atomic_load(&stage.calls[PCM_OPEN]) >= 2);
    assert_true(atomic_load(&stage.calls[PCM_OPEN]) < 20);
    assert_true(atomic_load(&stage.calls[PCM_READ]) < 6000); /* waits, does not spin */
    stage_close(&stage);
}

static void nonsense_from_the_driver_is_not_believed(void **state) {
    (void)state;
    struct stage stage;
    struct pcm_script script = {.absurd = true};
    int64_t start = play(&stage, &script);
    stage_run(&stage, 26.0);
    size_t first = stage_first_sound(&stage, 0);
    assert_true(llabs(stage.heard_ns[first] - start) < 22000);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->frames, AIR_S * 48000);
    assert_null(stage_event(&stage, PLAYER_FAULT, 0, 0));
    stage_close(&stage);
}

static void a_card_that_never_opens_ends_in_words_and_no_frames(void **state) {
    (void)state;
    struct stage stage;
    struct pcm_script script = {.lines = {{PCM_OPEN, -ECONNREFUSED, 0, INT64_MAX}}};
    play(&stage, &script);
    stage_run(&stage, 30.0);
    const struct player_event *fault = stage_event(&stage, PLAYER_FAULT, 0, 0);
    assert_non_null(fault);
    assert_int_equal(fault->fault, PLAYER_FAULT_OPEN);
    assert_non_null(strstr(fault->text, "does not open"));
    for (uint64_t airing = 5; airing <= 6; airing++) {
        const struct player_event *ended = stage_event(&stage, PLAYER_AIRING_ENDED, airing, 0);
        assert_non_null(ended);
        assert_int_equal(ended->frames, 0);
        assert_int_equal(ended->reason, PLAYER_DEVICE);
        assert_null(stage_event(&stage, PLAYER_AIRING_STARTED, airing, 0));
    }
    assert_non_null(stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0));
    assert_true(atomic_load(&stage.calls[PCM_OPEN]) < 70);
    stage_close(&stage);
}

/* A card that is missing when the session begins, and there before it is late: all is heard. */
static void a_card_that_opens_late_still_begins_at_its_second(void **state) {
    (void)state;
    struct stage stage;
    struct pcm_script script = {.lines = {{PCM_OPEN, -ENODEV, 0, 3}}};
    int64_t start = play(&stage, &script);
    stage_run(&stage, 26.0);
    size_t first = stage_first_sound(&stage, 0);
    assert_true(llabs(stage.heard_ns[first] - start) < 22000);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->frames, AIR_S * 48000);
    assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->lost_frames, 0);
    stage_close(&stage);
}

/* Gone while the first of two elements plays, back in the middle of the second. */
static void an_element_that_fell_into_the_gap_is_reported_as_lost(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    struct pcm_script script = {
        .lines = {{PCM_WRITE, -EIO, FAULT_AT, 1}, {PCM_OPEN, -ENODEV, FAULT_AT, 10}}};
    stage_open(&stage, 1, 0.0, &script);
    stage_begin(&stage, 1, 2.0);
    stage_add(&stage, 1, 5, sound_file(WAV16, 48000, 1, 4 * 48000, sound_counter));
    stage_add(&stage, 1, 6, sound_file(WAV16, 48000, 1, 2 * 48000, sound_counter));
    stage_add(&stage, 1, 7, sound_file(WAV16, 48000, 1, 8 * 48000, sound_counter));
    assert_true(player_finish(stage.player, 1, &why));
    stage_run(&stage, 25.0);
    const struct player_event *first = stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0);
    const struct player_event *second = stage_event(&stage, PLAYER_AIRING_ENDED, 6, 0);
    const struct player_event *third = stage_event(&stage, PLAYER_AIRING_ENDED, 7, 0);
    assert_int_equal(first->reason, PLAYER_DEVICE);
    assert_int_equal(first->frames + first->lost_frames, 4 * 48000);
    assert_int_equal(second->frames, 0);
    assert_int_equal(second->reason, PLAYER_DEVICE);
    assert_int_equal(third->reason, PLAYER_COMPLETED);
    assert_int_equal(third->frames + third->lost_frames, 8 * 48000);
    assert_true(third->frames > 0);
    stage_close(&stage);
}

static void a_permit_lapses_while_the_card_is_away(void **state) {
    (void)state;
    struct stage stage;
    struct fail why;
    struct pcm_script script = {
        .lines = {{PCM_WRITE, -EIO, FAULT_AT, 1}, {PCM_OPEN, -ENODEV, FAULT_AT, 8}}};
    play(&stage, &script);
    stage_run(&stage, 8.0);
    size_t heard = stage_last_sound(&stage);
    struct permit none = {0};
    assert_true(player_set_permit(stage.player, 1, &none, &why));
    stage_run(&stage, 20.0);
    assert_int_equal(stage_last_sound(&stage), heard);
    assert_int_equal(stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0)->reason, PLAYER_PERMIT);
    stage_close(&stage);
}

/* The card fails in the middle of the fade of a stop, or is away when the stop comes. */
static void a_stop_ends_the_session_without_a_card(void **state) {
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        struct stage stage;
        struct fail why;
        struct pcm_script script = {
            .lines = {{PCM_WRITE, -EIO, FAULT_AT, 1}, {PCM_OPEN, -ENODEV, FAULT_AT, 12}}};
        play(&stage, &script);
        stage_run(&stage, kind == 0 ? 4.6 : 6.0);
        assert_true(player_stop(stage.player, 1, 3000, &why));
        stage_run(&stage, 1.5);
        assert_non_null(stage_event(&stage, PLAYER_FAULT, 0, 0));
        assert_int_equal(stage_event(&stage, PLAYER_AIRING_ENDED, 5, 0)->reason, PLAYER_STOPPED);
        assert_int_equal(stage_event(&stage, PLAYER_SESSION_ENDED, 1, 0)->reason, PLAYER_STOPPED);
        stage_run(&stage, 2.0);
        assert_int_equal(player_status(stage.player).state, PLAYER_CLOSED);
        stage_close(&stage);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_xrun_is_recovered),
        cmocka_unit_test(a_stall_of_the_computer_is_recovered),
        cmocka_unit_test(a_suspend_is_recovered),
        cmocka_unit_test(a_card_that_is_removed_and_back_is_recovered),
        cmocka_unit_test(a_card_that_runs_empty_for_ever_does_not_spin),
        cmocka_unit_test(a_card_that_takes_no_more_is_left_and_opened_again),
        cmocka_unit_test(nonsense_from_the_driver_is_not_believed),
        cmocka_unit_test(a_card_that_never_opens_ends_in_words_and_no_frames),
        cmocka_unit_test(a_card_that_opens_late_still_begins_at_its_second),
        cmocka_unit_test(an_element_that_fell_into_the_gap_is_reported_as_lost),
        cmocka_unit_test(a_stop_ends_the_session_without_a_card),
        cmocka_unit_test(a_permit_lapses_while_the_card_is_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
