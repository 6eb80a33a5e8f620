/* Every row of the table in hw/amplifier.h, on a clock that the test moves. */
#include "hw/amplifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 2026-12-01 17:10:00 in Vietnam. */
#define EVENING INT64_C(1796119800)

struct rig {
    struct amplifier amplifier;
    struct zone *zone;
    struct walltime wall;
    struct monotime mono;
    struct amplifier_demand demand; /* what the player says every half second */
    bool speaks;
    struct amplifier_output out;
    char told[4096]; /* the edges since forget(): "0 power 1 wanted; " each */
};

static void note_edges(struct rig *rig) {
    for (size_t i = 0; i < rig->out.edges_count; i++) {
        const struct relay_edge *edge = &rig->out.edges[i];
        size_t length = strlen(rig->told);
        snprintf(rig->told + length, sizeof rig->told - length, "%d %s %d %s; ", edge->zone,
                 relay_line_word(edge->line), edge->state, edge->cause);
    }
}

static void give(struct rig *rig, const struct amplifier_input *input) {
    amplifier_step(&rig->amplifier, rig->wall, rig->mono, input, &rig->out);
    note_edges(rig);
}

static void speak(struct rig *rig) {
    give(rig, &(struct amplifier_input){.kind = AMPLIFIER_HEARD, .demand = &rig->demand});
}

/* Lets time go by, with a heartbeat every 500 ms and a step at every wake-up asked for. */
static void pass_ms(struct rig *rig, int64_t ms) {
    int64_t end = rig->mono.ns + ms * MONOTIME_MS;
    while (rig->mono.ns < end) {
        int64_t next = rig->mono.ns + 500 * MONOTIME_MS;
        bool beat = rig->speaks && next <= end;
        if (rig->out.wake_up.ns < next || !beat) {
            next = rig->out.wake_up.ns < next ? rig->out.wake_up.ns : next;
            beat = false;
        }
        next = next < end ? next : end;
        next = next > rig->mono.ns ? next : rig->mono.ns + 1000;
        rig->wall.us += (next - rig->mono.ns) / 1000;
        rig->mono.ns = next;
        if (beat) {
            speak(rig);
        } else {
            give(rig, NULL);
        }
        /* A heartbeat besides, so that wake-ups do not starve it. */
        if (rig->speaks && rig->mono.ns - rig->amplifier.heard_at.ns >= 500 * MONOTIME_MS) {
            speak(rig);
        }
    }
}

static struct permit permit_for(struct rig *rig, uint64_t id, zone_set zones, int64_t seconds) {
    return (struct permit){.id = id,
                           .class = CLASS_NORMAL,
                           .not_before = rig->wall,
                           .not_after = walltime_add(rig->wall, seconds * WALLTIME_SECOND),
                           .deadline = monotime_add(rig->mono, seconds * MONOTIME_SECOND),
                           .zones = zones,
                           .authority = "plan"};
}

static void want(struct rig *rig, zone_set zones, struct permit permit) {
    rig->demand = (struct amplifier_demand){.wants_count = 1, .wants = {{zones, permit}}};
    speak(rig);
}

static void want_nothing(struct rig *rig) {
    rig->demand = (struct amplifier_demand){0};
    speak(rig);
}

static void forget(struct rig *rig) {
    rig->told[0] = '\0';
}

static enum amplifier_state state_of(const struct rig *rig, int zone) {
    return rig->amplifier.zones[zone].state;
}

static void start_at(struct rig *rig, int64_t utc, const struct amplifier_settings *settings) {
    rig->wall = walltime_of_seconds(utc);
    rig->mono = (struct monotime){1000 * MONOTIME_SECOND};
    amplifier_start(&rig->amplifier, settings, rig->wall, rig->mono, &rig->out);
    forget(rig);
    note_edges(rig);
    rig->speaks = true;
}

/* Two zones, warm-up 3 s, hold 20 s, settle 200 ms; what the tests below count with. */
static int set_up(void **state) {
    struct rig *rig = calloc(1, sizeof *rig);
    rig->zone = zone_fixed("+07", 7 * 3600);
    struct amplifier_settings settings = amplifier_settings_default(3, rig->zone);
    assert_true(amplifier_settings_check(&settings, NULL));
    start_at(rig, EVENING, &settings);
    *state = rig;
    return 0;
}

static int tear_down(void **state) {
    struct rig *rig = *state;
    zone_destroy(rig->zone);
    free(rig);
    return 0;
}

static void make_ready(struct rig *rig, int64_t permit_seconds) {
    want(rig, 1, permit_for(rig, 7, 1, permit_seconds));
    pass_ms(rig, 3000);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_READY);
    forget(rig);
}

static void all_lines_are_off_at_the_start(void **state) {
    struct rig *rig = *state;
    assert_string_equal(rig->told,
                        "0 mute 1 start; 0 power 0 start; 1 mute 1 start; 1 power 0 start; ");
    assert_true(rig->out.all_off);
    pass_ms(rig, 60000);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_OFF);
}

static void a_session_runs_through_the_sequence(void **state) {
    struct rig *rig = *state;
    forget(rig);
    want(rig, 1, permit_for(rig, 7, 1, 3600));
    assert_string_equal(rig->told, "0 power 1 wanted; ");
    pass_ms(rig, 2999);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_WARMING);
    assert_int_equal(amplifier_ready_zones(&rig->amplifier), 0);
    pass_ms(rig, 1);
    assert_int_equal(amplifier_ready_zones(&rig->amplifier), 1);
    pass_ms(rig, 60000);
    want_nothing(rig);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_HOLDING);
    assert_string_equal(rig->told, "0 power 1 wanted; 0 mute 0 warm; ");
    pass_ms(rig, 19999);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_HOLDING);
    pass_ms(rig, 1);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_MUTING);
    pass_ms(rig, 200);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_RESTING);
    assert_string_equal(rig->told, "0 power 1 wanted; 0 mute 0 warm; "
                                   "0 mute 1 unwanted; 0 power 0 unwanted; ");
    pass_ms(rig, 2000);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_OFF);
    assert_int_equal(state_of(rig, 1), AMPLIFIER_OFF);
}

static void close_items_share_one_power_on(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    want_nothing(rig);
    pass_ms(rig, 19900); /* the gap is hold + warm-up - 100 ms: wanted again warm-up before sound */
    want(rig, 1, permit_for(rig, 8, 1, 3600));
    assert_int_equal(state_of(rig, 0), AMPLIFIER_READY);
    assert_string_equal(rig->told, "");
    assert_int_equal(rig->amplifier.zones[0].permit.id, 8);
}

static void an_item_that_comes_while_it_mutes_does_not_switch_off(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    want_nothing(rig);
    pass_ms(rig, 20100);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_MUTING);
    want(rig, 1, permit_for(rig, 8, 1, 3600));
    assert_int_equal(state_of(rig, 0), AMPLIFIER_READY);
    assert_string_equal(rig->told, "0 mute 1 unwanted; 0 mute 0 wanted; ");
}

static void distant_items_switch_off_between(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    want_nothing(rig);
    pass_ms(rig, 23000);
    want(rig, 1, permit_for(rig, 8, 1, 3600));
    assert_string_equal(rig->told, "0 mute 1 unwanted; 0 power 0 unwanted; 0 power 1 wanted; ");
}

static void power_rests_before_it_comes_back(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    want_nothing(rig);
    pass_ms(rig, 20300);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_RESTING);
    forget(rig);
    want(rig, 1, permit_for(rig, 8, 1, 3600));
    pass_ms(rig, 1850);
    assert_string_equal(rig->told, "");
    pass_ms(rig, 50);
    assert_string_equal(rig->told, "0 power 1 wanted; ");
}

static void the_lead_makes_it_ready_in_time_whatever_it_just_did(void **state) {
    struct rig *rig = *state;
    for (int64_t after = 0; after < 26000; after += 130) {
        struct amplifier_settings settings = amplifier_settings_default(3, rig->zone);
        start_at(rig, EVENING, &settings);
        make_ready(rig, 3600);
        want_nothing(rig);
        pass_ms(rig, after);
        want(rig, 1, permit_for(rig, 8, 1, 3600));
        pass_ms(rig, amplifier_lead_ms(&settings, 0) - 500);
        assert_int_equal(state_of(rig, 0), AMPLIFIER_READY);
    }
}

static void one_let_go_of_while_warming_never_sounds(void **state) {
    struct rig *rig = *state;
    forget(rig);
    want(rig, 1, permit_for(rig, 7, 1, 3600));
    pass_ms(rig, 500);
    want_nothing(rig);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_HUSHED);
    pass_ms(rig, 1499); /* the minimum on time is 2 s */
    assert_string_equal(rig->told, "0 power 1 wanted; ");
    pass_ms(rig, 300);
    assert_string_equal(rig->told, "0 power 1 wanted; 0 power 0 unwanted; ");
}

static void one_wanted_again_goes_on_warming(void **state) {
    struct rig *rig = *state;
    forget(rig);
    want(rig, 1, permit_for(rig, 7, 1, 3600));
    pass_ms(rig, 1000);
    want_nothing(rig);
    pass_ms(rig, 500);
    want(rig, 1, permit_for(rig, 8, 1, 3600));
    assert_int_equal(state_of(rig, 0), AMPLIFIER_WARMING);
    pass_ms(rig, 1499);
    assert_string_equal(rig->told, "0 power 1 wanted; ");
    pass_ms(rig, 1);
    assert_string_equal(rig->told, "0 power 1 wanted; 0 mute 0 warm; ");
}

static void a_cut_mutes_at_once_and_keeps_power_for_the_next(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    rig->demand.cut = 1;
    speak(rig);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_HUSHED);
    assert_string_equal(rig->told, "0 mute 1 cut; ");
    pass_ms(rig, 1000);
    rig->demand.cut = 0;
    speak(rig);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_READY);
    assert_string_equal(rig->told, "0 mute 1 cut; 0 mute 0 wanted; ");
    rig->demand.cut = 1;
    forget(rig);
    speak(rig);
    pass_ms(rig, 20300);
    assert_string_equal(rig->told, "0 mute 1 cut; 0 power 0 unwanted; ");
    pass_ms(rig, 60000);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_OFF);
    assert_int_equal(rig->amplifier.zones[0].cause, AMPLIFIER_CUT);
}

static void a_cut_while_holding_or_warming_mutes_too(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    want_nothing(rig);
    pass_ms(rig, 5000);
    rig->demand.cut = 1;
    speak(rig);
    assert_string_equal(rig->told, "0 mute 1 cut; ");
    pass_ms(rig, 15250); /* the hold began when it was let go of */
    assert_int_equal(state_of(rig, 0), AMPLIFIER_RESTING);
    rig->demand.cut = 0;
    pass_ms(rig, 5000);
    forget(rig);
    want(rig, 1, permit_for(rig, 9, 1, 3600));
    rig->demand.cut = 1;
    speak(rig);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_HUSHED);
    pass_ms(rig, 10000);
    assert_string_equal(rig->told, "0 power 1 wanted; 0 power 0 unwanted; ");
}

static void no_permit_no_power(void **state) {
    struct rig *rig = *state;
    forget(rig);
    struct permit later = permit_for(rig, 7, 1, 3600);
    later.not_before = walltime_add(rig->wall, 60 * WALLTIME_SECOND);
    want(rig, 1, later);
    assert_int_equal(rig->amplifier.zones[0].cause, AMPLIFIER_PERMIT);
    rig->speaks = false; /* so that the wake-up asked for is seen, not a heartbeat's */
    int64_t begins = rig->mono.ns + 60 * MONOTIME_SECOND;
    assert_int_equal(rig->out.wake_up.ns, begins);
    rig->speaks = true;
    pass_ms(rig, 59999);
    assert_string_equal(rig->told, "");
    pass_ms(rig, 1);
    assert_string_equal(rig->told, "0 power 1 wanted; ");
}

static void it_is_off_when_the_permit_ends(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 60);
    int64_t end = rig->wall.us + 57 * WALLTIME_SECOND;
    pass_ms(rig, 56500);
    assert_string_equal(rig->told, "");
    pass_ms(rig, 400);
    assert_string_equal(rig->told, "0 mute 1 permit; 0 power 0 permit; ");
    assert_true(rig->wall.us < end);
    pass_ms(rig, 60000); /* still wanted with the same permit: it stays off */
    assert_string_equal(rig->told, "0 mute 1 permit; 0 power 0 permit; ");
}

static void a_permit_too_short_to_warm_up_switches_nothing(void **state) {
    struct rig *rig = *state;
    forget(rig);
    want(rig, 1, permit_for(rig, 7, 1, 3));
    pass_ms(rig, 10000);
    assert_string_equal(rig->told, "");
}

static void a_permit_shortened_by_the_guard_is_obeyed(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    struct permit shorter = rig->amplifier.zones[0].permit;
    shorter.not_after = rig->wall;
    want(rig, 1, shorter);
    assert_string_equal(rig->told, "0 mute 1 permit; 0 power 0 permit; ");
}

static void the_deadline_holds_though_the_clock_is_put_back(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 60);
    pass_ms(rig, 30000);
    rig->wall.us -= 3600 * WALLTIME_SECOND; /* an hour back: before the permit, so off at once */
    give(rig, NULL);
    assert_string_equal(rig->told, "0 mute 1 permit; 0 power 0 permit; ");
    struct permit wide = permit_for(rig, 8, 1, 10);
    wide.not_before = walltime_add(rig->wall, -86400 * WALLTIME_SECOND);
    wide.not_after = walltime_add(rig->wall, 86400 * WALLTIME_SECOND);
    pass_ms(rig, 3000);
    forget(rig);
    want(rig, 1, wide);
    pass_ms(rig, 5000);
    rig->wall.us -= 3600 * WALLTIME_SECOND; /* still inside its wall time */
    pass_ms(rig, 10000);
    assert_string_equal(rig->told,
                        "0 power 1 wanted; 0 mute 0 warm; 0 mute 1 permit; 0 power 0 permit; ");
}

static void a_clock_put_forward_over_the_end_is_seen_at_once(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    rig->wall.us += 3601 * WALLTIME_SECOND;
    give(rig, NULL);
    assert_string_equal(rig->told, "0 mute 1 permit; 0 power 0 permit; ");
    assert_int_equal(state_of(rig, 0), AMPLIFIER_RESTING);
}

static void the_floor_is_never_entered_with_power(void **state) {
    struct rig *rig = *state;
    struct amplifier_settings settings = amplifier_settings_default(3, rig->zone);
    start_at(rig, EVENING + 17400 - 30, &settings); /* 21:59:30 */
    make_ready(rig, 7200);
    pass_ms(rig, 26500);
    assert_string_equal(rig->told, "");
    pass_ms(rig, 450);
    assert_string_equal(rig->told, "0 mute 1 floor; 0 power 0 floor; ");
    assert_false(floor_covers(&settings.floor, rig->wall));
    forget(rig);
    struct permit night = permit_for(rig, 8, 1, 6 * 3600 + 3600);
    want(rig, 1, night); /* all night, across midnight: off until 04:30 and on at it */
    pass_ms(rig, 6 * 3600000 + 1800000 - 1000);
    assert_string_equal(rig->told, "");
    assert_int_equal(rig->amplifier.zones[0].cause, AMPLIFIER_FLOOR);
    pass_ms(rig, 2000);
    assert_string_equal(rig->told, "0 power 1 wanted; ");
}

static void a_clock_stepped_into_the_floor_switches_off_at_once(void **state) {
    struct rig *rig = *state;
    struct permit wide = permit_for(rig, 7, 1, 80000);
    want(rig, 1, wide);
    pass_ms(rig, 3000);
    forget(rig);
    rig->wall.us += 10 * 3600 * WALLTIME_SECOND; /* 03:10 */
    give(rig, NULL);
    assert_string_equal(rig->told, "0 mute 1 floor; 0 power 0 floor; ");
}

static void only_a_crossing_emergency_passes_the_floor(void **state) {
    struct rig *rig = *state;
    struct amplifier_settings settings = amplifier_settings_default(3, rig->zone);
    start_at(rig, EVENING + 36300, &settings); /* 03:15 */
    forget(rig);
    struct permit permit = permit_for(rig, 7, 1, 600);
    want(rig, 1, permit);
    permit.class = CLASS_EMERGENCY;
    want(rig, 1, permit);
    pass_ms(rig, 5000);
    assert_string_equal(rig->told, "");
    permit.crosses_quiet_hours = true;
    want(rig, 1, permit);
    pass_ms(rig, 3000);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_READY);
    permit.crosses_quiet_hours = false;
    want(rig, 1, permit);
    assert_string_equal(rig->told, "0 power 1 wanted; 0 mute 0 warm; "
                                   "0 mute 1 floor; 0 power 0 floor; ");
}

static void a_clock_that_cannot_be_is_quiet_hours(void **state) {
    struct rig *rig = *state;
    struct amplifier_settings settings = amplifier_settings_default(3, rig->zone);
    start_at(rig, 1000, &settings); /* 1970: a PC without battery */
    forget(rig);
    want(rig, 1, permit_for(rig, 7, 1, 3600));
    pass_ms(rig, 5000);
    assert_string_equal(rig->told, "");
}

static void power_is_off_two_seconds_after_the_last_heartbeat(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    speak(rig);
    rig->speaks = false;
    pass_ms(rig, 1499);
    assert_string_equal(rig->told, "");
    pass_ms(rig, 1);
    assert_string_equal(rig->told, "0 mute 1 heartbeat_lost; ");
    pass_ms(rig, 200);
    assert_string_equal(rig->told, "0 mute 1 heartbeat_lost; 0 power 0 heartbeat_lost; ");
    rig->speaks = true;
    forget(rig);
    pass_ms(rig, 4000); /* it is heard again, and still wants the zone */
    assert_string_equal(rig->told, "0 power 1 wanted; ");
}

static void a_player_that_goes_is_switched_off_at_once(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    rig->speaks = false;
    give(rig, &(struct amplifier_input){.kind = AMPLIFIER_PLAYER_GONE});
    assert_string_equal(rig->told, "0 mute 1 player_gone; ");
    pass_ms(rig, 200);
    assert_string_equal(rig->told, "0 mute 1 player_gone; 0 power 0 player_gone; ");
    pass_ms(rig, 600000);
    assert_string_equal(rig->told, "0 mute 1 player_gone; 0 power 0 player_gone; ");
}

static void odd_demands_switch_everything_off(void **state) {
    struct rig *rig = *state;
    struct permit good = permit_for(rig, 7, 3, 3600);
    struct amplifier_demand odd[11];
    for (size_t i = 0; i < 11; i++) {
        odd[i] = (struct amplifier_demand){.wants_count = 1, .wants = {{1, good}}};
    }
    odd[0].wants_count = AMPLIFIER_WANTS_MAX + 1;
    odd[1].wants[0].zones = 0;
    odd[2].wants[0].zones = 4; /* there is no zone 2 */
    odd[3].wants[0].permit.id = 0;
    odd[4].wants[0].permit.zones = 2;
    odd[5].wants[0].permit.class = (enum broadcast_class)9;
    odd[6].wants[0].permit.crosses_quiet_hours = true;
    odd[7].wants[0].permit.not_after = good.not_before;
    odd[8].wants[0].permit.deadline.ns = rig->mono.ns + 90000 * MONOTIME_SECOND;
    odd[9].wants[0].permit.deadline.ns = -1;
    odd[10].wants_count = 2;
    odd[10].wants[1] = odd[10].wants[0];
    for (size_t i = 0; i < 11; i++) {
        struct fail why = {0};
        assert_false(amplifier_demand_check(&rig->amplifier.settings, &odd[i], rig->mono, &why));
        assert_int_not_equal(strlen(why.sentence), 0);
        make_ready(rig, 3600);
        give(rig, &(struct amplifier_input){.kind = AMPLIFIER_HEARD, .demand = &odd[i]});
        assert_string_equal(rig->told, "0 mute 1 odd_demand; ");
        rig->demand = (struct amplifier_demand){0};
        pass_ms(rig, 5000);
        assert_string_equal(rig->told, "0 mute 1 odd_demand; 0 power 0 odd_demand; ");
    }
    make_ready(rig, 3600);
    give(rig, &(struct amplifier_input){.kind = AMPLIFIER_ODD_HEARD});
    assert_string_equal(rig->told, "0 mute 1 odd_demand; ");
}

static void a_clock_that_runs_backwards_is_odd(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    rig->mono.ns -= MONOTIME_SECOND;
    give(rig, NULL);
    assert_string_equal(rig->told, "0 mute 1 odd_demand; ");
}

static void max_on_ends_it_until_it_is_let_go_of(void **state) {
    struct rig *rig = *state;
    struct amplifier_settings settings = amplifier_settings_default(3, rig->zone);
    settings.zone[0].max_on_ms = 60000;
    start_at(rig, EVENING, &settings);
    make_ready(rig, 3600);
    pass_ms(rig, 56500);
    assert_string_equal(rig->told, "");
    pass_ms(rig, 450); /* 59.95 s after power-on */
    assert_string_equal(rig->told, "0 mute 1 max_on; 0 power 0 max_on; ");
    assert_int_equal(state_of(rig, 0), AMPLIFIER_FAULT);
    pass_ms(rig, 600000);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_FAULT);
    forget(rig);
    want_nothing(rig);
    assert_int_equal(state_of(rig, 0), AMPLIFIER_OFF);
    want(rig, 1, permit_for(rig, 9, 1, 3600));
    assert_string_equal(rig->told, "0 power 1 wanted; ");
}

static void items_that_follow_each_other_do_not_cheat_max_on(void **state) {
    struct rig *rig = *state;
    struct amplifier_settings settings = amplifier_settings_default(3, rig->zone);
    settings.zone[0].max_on_ms = 60000;
    start_at(rig, EVENING, &settings);
    make_ready(rig, 3600);
    for (uint64_t id = 20; id < 26; id++) {
        want_nothing(rig);
        pass_ms(rig, 5000);
        want(rig, 1, permit_for(rig, id, 1, 3600));
        pass_ms(rig, 5000);
    }
    assert_string_equal(rig->told, "0 mute 1 max_on; 0 power 0 max_on; ");
}

static void a_relay_that_fails_is_tried_off_again_and_harms_no_other_zone(void **state) {
    struct rig *rig = *state;
    want(rig, 3, permit_for(rig, 7, 3, 3600));
    pass_ms(rig, 3000);
    forget(rig);
    give(rig, &(struct amplifier_input){.kind = AMPLIFIER_RELAY_FAILED, .failed = 2});
    assert_string_equal(rig->told, "1 mute 1 relay_failed; 1 power 0 relay_failed; ");
    assert_int_equal(state_of(rig, 0), AMPLIFIER_READY);
    forget(rig);
    give(rig, &(struct amplifier_input){.kind = AMPLIFIER_RELAY_FAILED, .failed = 2});
    assert_string_equal(rig->told, ""); /* no storm: the next attempt has its time */
    pass_ms(rig, 999);
    assert_string_equal(rig->told, "");
    pass_ms(rig, 1);
    assert_string_equal(rig->told, "1 mute 1 relay_failed; 1 power 0 relay_failed; ");
    give(rig, &(struct amplifier_input){.kind = AMPLIFIER_RELAY_FAILED, .failed = 2});
    forget(rig);
    pass_ms(rig, 1000); /* this attempt works */
    assert_string_equal(rig->told, "1 mute 1 relay_failed; 1 power 0 relay_failed; ");
    forget(rig);
    pass_ms(rig, 8999);
    assert_string_equal(rig->told, "");
    pass_ms(rig, 1); /* ten seconds after the last failure it is tried again */
    assert_string_equal(rig->told, "1 power 1 wanted; ");
    assert_int_equal(state_of(rig, 0), AMPLIFIER_READY);
}

static void shutting_down_mutes_and_switches_off_for_good(void **state) {
    struct rig *rig = *state;
    make_ready(rig, 3600);
    amplifier_shut_down(&rig->amplifier);
    give(rig, NULL);
    assert_false(rig->out.all_off);
    pass_ms(rig, 200);
    assert_true(rig->out.all_off);
    assert_string_equal(rig->told, "0 mute 1 shutdown; 0 power 0 shutdown; ");
    pass_ms(rig, 60000);
    assert_string_equal(rig->told, "0 mute 1 shutdown; 0 power 0 shutdown; ");
}

static void zones_run_their_own_sequences_under_their_own_permits(void **state) {
    struct rig *rig = *state;
    forget(rig);
    want(rig, 1, permit_for(rig, 7, 1, 3600));
    pass_ms(rig, 1000);
    rig->demand.wants_count = 2;
    rig->demand.wants[1] = (struct amplifier_want){2, permit_for(rig, 8, 2, 3600)};
    speak(rig);
    pass_ms(rig, 2000);
    assert_string_equal(rig->told, "0 power 1 wanted; 1 power 1 wanted; 0 mute 0 warm; ");
    assert_int_equal(rig->amplifier.zones[0].permit.id, 7);
    assert_int_equal(rig->amplifier.zones[1].permit.id, 8);
    pass_ms(rig, 1000);
    assert_int_equal(amplifier_ready_zones(&rig->amplifier), 3);
}

static void settings_out_of_bounds_are_refused(void **state) {
    struct rig *rig = *state;
    struct amplifier_settings good = amplifier_settings_default(1, rig->zone);
    struct amplifier_settings bad[] = {good, good, good, good, good, good, good, good};
    bad[0].zones = 0;
    bad[1].zone[0].warm_up_ms = -1;
    bad[2].zone[0].hold_ms = 600001;
    bad[3].zone[0].max_on_ms = 3500;
    bad[4].settle_ms = 501;
    bad[5].heartbeat_timeout_ms = 1801; /* with settle more than 2 s */
    bad[6].fault_rest_ms = 0;
    bad[7].floor.zone = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fail why = {0};
        assert_false(amplifier_settings_check(&bad[i], &why));
        assert_int_equal(why.code, FAIL_INVALID);
    }
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(all_lines_are_off_at_the_start),
        ROW(a_session_runs_through_the_sequence),
        ROW(close_items_share_one_power_on),
        ROW(an_item_that_comes_while_it_mutes_does_not_switch_off),
        ROW(distant_items_switch_off_between),
        ROW(power_rests_before_it_comes_back),
        ROW(the_lead_makes_it_ready_in_time_whatever_it_just_did),
        ROW(one_let_go_of_while_warming_never_sounds),
        ROW(one_wanted_again_goes_on_warming),
        ROW(a_cut_mutes_at_once_and_keeps_power_for_the_next),
        ROW(a_cut_while_holding_or_warming_mutes_too),
        ROW(no_permit_no_power),
        ROW(it_is_off_when_the_permit_ends),
        ROW(a_permit_too_short_to_warm_up_switches_nothing),
        ROW(a_permit_shortened_by_the_guard_is_obeyed),
        ROW(the_deadline_holds_though_the_clock_is_put_back),
        ROW(a_clock_put_forward_over_the_end_is_seen_at_once),
        ROW(the_floor_is_never_entered_with_power),
        ROW(a_clock_stepped_into_the_floor_switches_off_at_once),
        ROW(only_a_crossing_emergency_passes_the_floor),
        ROW(a_clock_that_cannot_be_is_quiet_hours),
        ROW(power_is_off_two_seconds_after_the_last_heartbeat),
        ROW(a_player_that_goes_is_switched_off_at_once),
        ROW(odd_demands_switch_everything_off),
        ROW(a_clock_that_runs_backwards_is_odd),
        ROW(max_on_ends_it_until_it_is_let_go_of),
        ROW(items_that_follow_each_other_do_not_cheat_max_on),
        ROW(a_relay_that_fails_is_tried_off_again_and_harms_no_other_zone),
        ROW(shutting_down_mutes_and_switches_off_for_good),
        ROW(zones_run_their_own_sequences_under_their_own_permits),
        ROW(settings_out_of_bounds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
