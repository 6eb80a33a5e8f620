#include "scheduler/outcome.h"

#include "scheduler/event.h"
#include "tests/unit/scheduler/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The rows of the table in scheduler/outcome.h. */
static void the_parts_decide_the_whole(void **state) {
    (void)state;
    enum outcome_reason reason;
    struct outcome_parts parts = {0};
    assert_int_equal(outcome_of_parts(&parts, &reason), OUTCOME_MISSED);
    assert_int_equal(reason, REASON_NO_CONTENT);
    outcome_add_airing(&parts, AIRING_COMPLETED, 480, REASON_NONE);
    assert_int_equal(outcome_of_parts(&parts, &reason), OUTCOME_AIRED);
    assert_int_equal(reason, REASON_NONE);
    parts.late = true;
    assert_int_equal(outcome_of_parts(&parts, &reason), OUTCOME_AIRED_LATE);
    outcome_add_airing(&parts, AIRING_WITHDRAWN, 10, REASON_NONE);
    outcome_add_airing(&parts, AIRING_CUT, 10, REASON_NONE);
    assert_int_equal(outcome_of_parts(&parts, &reason), OUTCOME_AIRED_SHORT);
    assert_int_equal(reason, REASON_WITHDRAWN); /* the first cause */
}

static void what_was_not_heard_says_why(void **state) {
    (void)state;
    static const struct {
        enum outcome_reason cause;
        enum outcome outcome;
    } rows[] = {
        {REASON_MOURNING, OUTCOME_REFUSED},     {REASON_QUIET, OUTCOME_REFUSED},
        {REASON_OPERATOR, OUTCOME_CANCELLED},   {REASON_HOLD, OUTCOME_CANCELLED},
        {REASON_PRECEDENCE, OUTCOME_DISPLACED}, {REASON_POWER, OUTCOME_MISSED},
        {REASON_AMPLIFIER, OUTCOME_MISSED},     {REASON_APPROVAL, OUTCOME_MISSED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome_parts parts = {0};
        enum outcome_reason reason;
        outcome_add_refused(&parts, rows[i].cause);
        outcome_add_refused(&parts, rows[i].cause);
        assert_int_equal(outcome_of_parts(&parts, &reason), rows[i].outcome);
        assert_int_equal(reason, rows[i].cause);
    }
    struct outcome_parts parts = {0};
    enum outcome_reason reason;
    outcome_add_airing(&parts, AIRING_SILENT, 0, REASON_NONE);
    assert_int_equal(outcome_of_parts(&parts, &reason), OUTCOME_MISSED);
}

static void words_go_there_and_back(void **state) {
    (void)state;
    for (int i = 0; i < OUTCOMES; i++) {
        enum outcome outcome;
        assert_true(outcome_parse(outcome_word((enum outcome)i), &outcome));
        assert_int_equal(outcome, i);
    }
    for (int i = 0; i < REASONS; i++) {
        enum outcome_reason reason;
        assert_true(outcome_reason_parse(outcome_reason_word((enum outcome_reason)i), &reason));
        assert_int_equal(reason, i);
    }
    for (int i = 0; i < AIRING_ENDS; i++) {
        enum airing_end ending;
        assert_true(airing_end_parse(airing_end_word((enum airing_end)i), &ending));
        assert_int_equal(ending, i);
    }
    enum outcome outcome;
    assert_false(outcome_parse("aired?", &outcome));
}

static void events_are_canonical(void **state) {
    (void)state;
    struct event event = {.type = EVENT_HOLD,
                          .stamp = {.at = {1767225600000000},
                                    .boot_time = {5000000000},
                                    .boot = "a \"b\"\n",
                                    .epoch = 2,
                                    .trust = CLOCK_HELD},
                          .by = "chị Lan",
                          .words = "đám tang",
                          .hold = {.until = WALLTIME_NEVER}};
    struct text text = {0};
    event_write(&event, 7, &text);
    assert_string_equal(text_string(&text),
                        "{\"at_us\":1767225600000000,\"boot\":\"a \\\"b\\\"\\u000a\","
                        "\"boot_ns\":5000000000,\"by\":\"chị Lan\",\"epoch\":2,\"seq\":7,"
                        "\"trust\":\"held\",\"type\":\"hold\",\"until_us\":null,\"v\":1,"
                        "\"words\":\"đám tang\"}");
    text_clear(&text);
    struct permit permit = {.id = 9,
                            .class = CLASS_PRIORITY,
                            .not_before = {-5},
                            .not_after = {10},
                            .zones = 5,
                            .authority = "plan s1"};
    event = (struct event){.type = EVENT_PERMIT,
                           .stamp = {.boot = ""},
                           .occ = {'s', 12, {{2026, 12, 1}, 17, 10, 0}, 25200},
                           .permit = {.permit = &permit}};
    event_write(&event, 1, &text);
    assert_string_equal(text_string(&text),
                        "{\"at_us\":0,\"authority\":\"plan s1\",\"boot\":\"\",\"boot_ns\":0,"
                        "\"class\":\"priority\",\"crosses_quiet_hours\":false,\"epoch\":0,"
                        "\"not_after_us\":10,\"not_before_us\":-5,"
                        "\"occ\":\"s12@20261201T171000+0700\",\"permit\":9,\"seq\":1,"
                        "\"trust\":\"untrusted\",\"type\":\"permit\",\"v\":1,\"zones\":[0,2]}");
    text_finish(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_decide_the_whole),
        cmocka_unit_test(what_was_not_heard_says_why),
        cmocka_unit_test(words_go_there_and_back),
        cmocka_unit_test(events_are_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
