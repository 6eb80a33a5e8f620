/* Random days of a player in virtual time: sessions, withdrawals, stops, cards that come and go,
 * stalls, clocks that are set, permits that end. LOAXA_SEED repeats a run, LOAXA_ROUNDS makes it
 * longer. After each round:
 *  - every element that was added has exactly one end, every session too, after all of its own;
 *  - what was reported as delivered is what was heard;
 *  - no frame sounded outside a permit. */
#include "testbed/sound.h"
#include "testbed/stage.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint64_t seed;

static uint32_t chance(uint32_t below) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % below;
}

/* Never silent, so that what is heard can be counted. */
static float loud(int64_t n, uint32_t c, double rate) {
    (void)c, (void)rate;
    return n % 2 == 0 ? 0.25f : -0.25f;
}

enum { SESSIONS = 3, ELEMENTS = 4 };

struct round {
    struct stage stage;
    int64_t end_ns[SESSIONS]; /* of each permit, on the monotonic scale */
    uint64_t airings;
    int errors;
};

static struct pcm_script random_script(void) {
    static const int errors[] = {-ENODEV, -EIO, -EBADFD, -ESTRPIPE};
    struct pcm_script script = {.absurd = chance(4) == 0};
    int64_t at = 0;
    for (int i = 0; i + 1 < PCM_LINES_MAX && chance(3) != 0; i += 2) {
        at += 30000 + chance(500000);
        script.lines[i] =
            (struct pcm_line){chance(2) != 0 ? PCM_READ : PCM_WRITE, errors[chance(4)], at, 1};
        script.lines[i + 1] = (struct pcm_line){PCM_OPEN, -ENODEV, at, chance(6)};
    }
    return script;
}

static void add_element(struct round *round, uint64_t session) {
    static const uint32_t rates[] = {48000, 44100, 48000, 16000};
    uint32_t rate = rates[chance(4)];
    struct player_element element = {
        .airing = 100 + round->airings,
        .fd = chance(12) == 0 ? sound_of_bytes("RIFF", 4)
                              : sound_file(SF_FORMAT_WAV | SF_FORMAT_PCM_16, rate, 1,
                                           1 + chance(rate * 5), loud),
        .skip_us = chance(4) == 0 ? chance(3000000) : 0,
        .limit_us = chance(4) == 0 ? 1 + chance(3000000) : 0,
        .gap_ms = chance(4) == 0 ? chance(500) : 0,
        .fade_out_ms = chance(4) == 0 ? chance(300) : 0,
    };
    struct fail why;
    round->airings += player_add(round->stage.player, session, &element, &why);
}

static void begin_sessions(struct round *round) {
    struct stage *stage = &round->stage;
    int64_t start_us = 500000;
    for (uint64_t id = 1; id <= SESSIONS; id++) {
        start_us += chance(4000000);
        struct permit permit = stage_permit(stage, 3600);
        int64_t length_us = 3000000 + chance(20000000);
        permit.not_after = walltime_add(stage_wall(stage), start_us + length_us);
        round->end_ns[id - 1] = stage->mono_ns + (start_us + length_us) * 1000;
        struct player_session session = {.id = id,
                                         .permit = permit,
                                         .zones = 1,
                                         .start = walltime_add(stage_wall(stage), start_us)};
        struct fail why;
        assert_true(player_begin(stage->player, &session, &why));
        for (uint32_t k = chance(ELEMENTS + 1); k > 0; k--) {
            add_element(round, id);
        }
        start_us += length_us / 2;
    }
}

static void something_happens(struct round *round) {
    struct stage *stage = &round->stage;
    struct fail why;
    switch (chance(12)) {
    case 0:
        player_stop_airing(stage->player, 100 + chance((uint32_t)round->airings + 1), chance(200),
                           &why);
        break;
    case 1:
        player_stop(stage->player, 1 + chance(SESSIONS), chance(2) * chance(500), &why);
        break;
    case 2:
        stage->mono_ns += INT64_C(1000000) * chance(2000); /* nobody ran */
        break;
    case 3:
        add_element(round, 1 + chance(SESSIONS));
        break;
    default:
        break;
    }
}

static int count_events(const struct stage *stage, enum player_event_kind kind, uint64_t session,
                        uint64_t airing) {
    int count = 0;
    for (int i = 0; i < stage->event_count; i++) {
        const struct player_event *event = &stage->events[i];
        count += event->kind == kind && event->airing == airing &&
                 (session == 0 || event->session == session);
    }
    return count;
}

static void check_ends(const struct round *round) {
    const struct stage *stage = &round->stage;
    if (getenv("LOAXA_VERBOSE") != NULL) {
        for (int i = 0; i < stage->event_count; i++) {
            const struct player_event *e = &stage->events[i];
            print_message(
                "%ld kind %d session %lu airing %lu reason %d frames %ld lost %ld fault %d\n",
                e->at.us / 1000, (int)e->kind, e->session, e->airing, (int)e->reason, e->frames,
                e->lost_frames, (int)e->fault);
        }
    }
    assert_true(stage->event_count < STAGE_EVENTS);
    for (uint64_t airing = 100; airing < 100 + round->airings; airing++) {
        assert_int_equal(count_events(stage, PLAYER_AIRING_ENDED, 0, airing), 1);
        assert_true(count_events(stage, PLAYER_AIRING_STARTED, 0, airing) <= 1);
        const struct player_event *ended = stage_event(stage, PLAYER_AIRING_ENDED, airing, 0);
        assert_int_equal(count_events(stage, PLAYER_AIRING_STARTED, 0, airing), ended->frames > 0);
        const struct player_event *over =
            stage_event(stage, PLAYER_SESSION_ENDED, ended->session, 0);
        assert_non_null(over);
        assert_true(ended < over);
    }
    for (uint64_t session = 1; session <= SESSIONS; session++) {
        assert_int_equal(count_events(stage, PLAYER_SESSION_ENDED, session, 0), 1);
    }
}

static void check_heard(const struct round *round) {
    const struct stage *stage = &round->stage;
    int64_t delivered = 0, heard = 0, latest = 0;
    int cuts = 1;
    for (int i = 0; i < stage->event_count; i++) {
        const struct player_event *event = &stage->events[i];
        delivered += event->kind == PLAYER_AIRING_ENDED ? event->frames : 0;
        cuts += event->kind == PLAYER_FAULT || event->kind == PLAYER_SESSION_ENDED;
        assert_true(event->frames >= 0 && event->lost_frames >= 0);
    }
    for (int i = 0; i < SESSIONS; i++) {
        latest = round->end_ns[i] > latest ? round->end_ns[i] : latest;
    }
    for (size_t i = 0; i < stage->heard_frames; i++) {
        if (!stage_is_silent(stage, i)) {
            heard++;
            assert_true(stage->heard_ns[i] <
                        latest + 1000000); /* the line after a fault is young */
        }
    }
    /* Each time a card is dropped, 480 frames are between its queue and the air. Frames of an exact
     * zero within a resampled sound or a fade are few. */
    assert_true(llabs(heard - delivered) <= 500 * cuts + delivered / 200);
}

static void play_round(void) {
    static struct round round;
    round = (struct round){0};
    struct pcm_script script = random_script();
    stage_open(&round.stage, 1, (double)chance(200) - 100.0, &script);
    begin_sessions(&round);
    for (int i = 0; i < 60; i++) {
        stage_run(&round.stage, 0.5);
        something_happens(&round);
    }
    struct fail why;
    for (uint64_t id = 1; id <= SESSIONS; id++) {
        player_finish(round.stage.player, id, &why);
    }
    stage_run(&round.stage, 60.0);
    check_ends(&round);
    check_heard(&round);
    assert_int_equal(player_status(round.stage.player).state, PLAYER_CLOSED);
    stage_close(&round.stage);
}

static void every_airing_has_one_true_end(void **state) {
    (void)state;
    const char *given = getenv("LOAXA_SEED");
    const char *rounds = getenv("LOAXA_ROUNDS");
    uint64_t first = given != NULL ? strtoull(given, NULL, 10) : 20261122;
    int count = rounds != NULL ? atoi(rounds) : given != NULL ? 1 : 25;
    for (int i = 0; i < count; i++) {
        seed = (first + (uint64_t)i) * 2654435761u + 1;
        print_message("seed %lu\n", first + (uint64_t)i);
        play_round();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_airing_has_one_true_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
