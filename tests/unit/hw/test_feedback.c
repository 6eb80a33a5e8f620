#include "hw/feedback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A board whose contacts the test moves. */
struct board {
    struct relay relay;
    bool lines[RELAY_ZONES_MAX][2];
    bool dead, blind, busy;
};

static bool board_read(struct relay *relay, int zone, enum relay_line line, bool *ret_state,
                       struct fail *why) {
    struct board *board = (struct board *)relay;
    *ret_state = board->lines[zone][line];
    if (board->blind) {
        return fail_set(why, FAIL_NOT_FOUND, "%s", "-");
    }
    return !board->dead || fail_set(why, FAIL_DEVICE, "%s", "-");
}

static bool board_busy(const struct relay *relay) {
    return ((const struct board *)relay)->busy;
}

static const struct relay_ops ops = {.name = "board", .read = board_read, .busy = board_busy};

static struct amplifier amplifier;
static struct board board;
static struct feedback feedback;
static struct fail why;

static int set_up(void **state) {
    (void)state;
    amplifier = (struct amplifier){.settings.zones = 3};
    board = (struct board){.relay = {&ops}};
    feedback = (struct feedback){0};
    why = (struct fail){0};
    for (int zone = 0; zone < 2; zone++) {
        amplifier.zones[zone].mute = true;
        board.lines[zone][RELAY_MUTE] = true;
    }
    return 0;
}

static zone_set look(int64_t ms) {
    return feedback_check(&feedback, &amplifier, &board.relay,
                          (struct monotime){(5000 + ms) * MONOTIME_MS}, &why);
}

static void relays_that_obey_are_right(void **state) {
    (void)state;
    for (int64_t ms = 0; ms < 10000; ms += 250) {
        assert_int_equal(look(ms), 0);
    }
}

static void one_that_does_not_follow_is_a_fault_of_its_zone(void **state) {
    (void)state;
    amplifier.zones[1].power = true;
    assert_int_equal(look(0), 0);
    assert_int_equal(look(1250), 0); /* a contact needs its time */
    assert_int_equal(look(1500), 2);
    assert_string_equal(why.sentence, "zone 1: told to switch on, but not on");
    assert_int_equal(look(2500), 0); /* told again only after as long */
    assert_int_equal(look(3000), 2);
    board.lines[1][RELAY_POWER] = true;
    assert_int_equal(look(4000), 0);
}

static void one_that_is_on_without_command_is_a_fault(void **state) {
    (void)state;
    board.lines[0][RELAY_POWER] = true;
    look(0);
    assert_int_equal(look(1500), 1);
    assert_string_equal(why.sentence, "zone 0: on, though told to switch off");
    board.lines[0][RELAY_POWER] = false;
    board.lines[0][RELAY_MUTE] = false;
    look(2500);
    assert_int_equal(look(4000), 1);
    assert_string_equal(why.sentence, "zone 0: told to mute, but not muted");
}

static void a_short_disagreement_is_none(void **state) {
    (void)state;
    board.lines[0][RELAY_POWER] = true;
    look(0);
    look(750);
    board.lines[0][RELAY_POWER] = false;
    look(900);
    board.lines[0][RELAY_POWER] = true;
    assert_int_equal(look(2000), 0);
}

static void what_cannot_be_read_is_not_judged(void **state) {
    (void)state;
    board.lines[0][RELAY_POWER] = true;
    board.blind = true;
    look(0);
    assert_int_equal(look(3000), 0);
    board.blind = false;
    board.busy = true; /* commands are on their way */
    look(4000);
    assert_int_equal(look(9000), 0);
}

static void a_board_that_is_away_is_a_fault(void **state) {
    (void)state;
    board.dead = true;
    look(0);
    assert_int_equal(look(1500), 3);
}

#define CASE(test) cmocka_unit_test_setup(test, set_up)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(relays_that_obey_are_right),
        CASE(one_that_does_not_follow_is_a_fault_of_its_zone),
        CASE(one_that_is_on_without_command_is_a_fault),
        CASE(a_short_disagreement_is_none),
        CASE(what_cannot_be_read_is_not_judged),
        CASE(a_board_that_is_away_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
