#include "base/memory.h"
#include "cli/segment_edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct zone *zone;

static int set_up(void **state) {
    (void)state;
    zone = zone_fixed("+07", 7 * 3600);
    return 0;
}
static int tear_down(void **state) {
    (void)state;
    zone_destroy(zone);
    return 0;
}

/* Daily at 5:30 from 1 December 2026, a quarter of an hour. */
static struct segment daily(void) {
    struct segment segment = segment_edit_blank();
    struct segment_edit edit = {.title = "Bản tin sáng",
                                .rule = "RRULE:FREQ=DAILY",
                                .start = {{2026, 12, 1}, 5, 30, 0},
                                .duration_us = 900 * WALLTIME_SECOND,
                                .given = {.rule = true, .start = true, .duration = true}};
    assert_true(segment_edit_apply(&edit, "an", zone, &segment, NULL));
    return segment;
}

static bool apply(struct segment *segment, const struct segment_edit *edit, struct fail *why) {
    *why = (struct fail){0};
    return segment_edit_apply(edit, "lan", zone, segment, why);
}

static void a_new_segment_has_what_was_given_and_the_usual_rest(void **state) {
    (void)state;
    struct segment segment = daily();
    assert_string_equal(segment.rule, "FREQ=DAILY");
    assert_int_equal(segment.end_policy, END_FINISH_ITEM);
    assert_int_equal(segment.grace_us, 600 * WALLTIME_SECOND);
    assert_int_equal(segment.zones, ZONE_SET_ALL);
    segment_finish(&segment);
}

static void a_date_alone_takes_the_segments_time_of_day(void **state) {
    (void)state;
    struct segment segment = daily();
    struct fail why;
    struct segment_edit edit = {.words = "nghỉ lễ",
                                .except = {{"2/12/2026"}, 1},
                                .cancel = {{"2026-12-03"}, 1},
                                .move = {{"2026-12-04=2026-12-05 06:15"}, 1}};
    assert_true(apply(&segment, &edit, &why));
    assert_int_equal(segment.except_count, 1);
    assert_int_equal(segment.except[0].hour, 5);
    assert_int_equal(segment.exceptions_count, 2);
    assert_int_equal(segment.exceptions[0].kind, EXCEPTION_CANCELLED);
    assert_int_equal(segment.exceptions[1].start.date.day, 5);
    assert_int_equal(segment.exceptions[1].start.minute, 15);
    assert_string_equal(segment.exceptions[1].by, "lan");
    assert_string_equal(segment.exceptions[1].words, "nghỉ lễ");

    struct segment_edit undo = {.restore = {{"2026-12-02", "2026-12-03", "2026-12-04"}, 3}};
    assert_true(apply(&segment, &undo, &why));
    assert_int_equal(segment.except_count + segment.exceptions_count, 0);
    assert_false(apply(&segment, &undo, &why));
    assert_int_equal(why.code, FAIL_NOT_FOUND);
    segment_finish(&segment);
}

static void what_the_rule_does_not_give_cannot_be_moved(void **state) {
    (void)state;
    struct segment segment = daily();
    struct fail why;
    struct segment_edit edit = {.move = {{"2026-11-04=2026-12-05"}, 1}};
    assert_false(apply(&segment, &edit, &why));
    assert_int_equal(why.code, FAIL_NOT_FOUND);
    segment_finish(&segment);
}

static void each_nonsense_is_refused(void **state) {
    (void)state;
    static const struct segment_edit edits[] = {
        {.rule = "FREQ=NEVER", .given = {.rule = true}},
        {.lunar = "LDAY=31", .given = {.lunar = true}},
        {.lunar = "LDAY=1", .given = {.lunar = true}}, /* besides a rule */
        {.class = "emergency"},
        {.rank = "first"},
        {.end = "explode"},
        {.zones = "33"},
        {.duration_us = 1, .given = {.duration = true}},
        {.fade_ms = 100000, .given = {.fade = true}},
        {.except = {{"soon"}, 1}},
        {.move = {{"2026-12-04"}, 1}},
    };
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        struct segment segment = daily();
        struct fail why;
        if (apply(&segment, &edits[i], &why)) {
            fail_msg("edit %zu went through", i);
        }
        assert_true(why.sentence[0] != '\0');
        segment_finish(&segment);
    }
}

static void a_split_parts_the_series_and_its_exceptions(void **state) {
    (void)state;
    struct segment segment = daily(), rest;
    struct fail why;
    segment.id = 7;
    struct segment_edit edit = {.cancel = {{"2026-12-03", "2026-12-20"}, 2},
                                .except = {{"2026-12-21"}, 1}};
    assert_true(apply(&segment, &edit, &why));
    assert_true(segment_edit_split(&segment, (struct civil_date){2026, 12, 10}, zone, &rest, &why));
    assert_string_equal(segment.rule, "FREQ=DAILY;UNTIL=20261209");
    assert_int_equal(segment.exceptions_count, 1);
    assert_int_equal(segment.except_count, 0);
    assert_string_equal(rest.rule, "FREQ=DAILY");
    assert_int_equal(rest.start.date.day, 10);
    assert_int_equal(rest.start.hour, 5);
    assert_int_equal(rest.split_from, 7);
    assert_int_equal(rest.id, 0);
    assert_int_equal(rest.exceptions_count, 1);
    assert_int_equal(rest.except_count, 1);
    segment_finish(&segment);
    segment_finish(&rest);
}

static void a_split_keeps_the_count_of_the_whole(void **state) {
    (void)state;
    struct segment segment = daily(), rest;
    struct fail why;
    struct segment_edit edit = {.rule = "FREQ=DAILY;COUNT=20;INTERVAL=2", .given = {.rule = true}};
    assert_true(apply(&segment, &edit, &why));
    assert_true(segment_edit_split(&segment, (struct civil_date){2026, 12, 10}, zone, &rest, &why));
    assert_string_equal(segment.rule, "FREQ=DAILY;INTERVAL=2;UNTIL=20261209");
    assert_string_equal(rest.rule, "FREQ=DAILY;COUNT=15;INTERVAL=2"); /* 1, 3, 5, 7, 9 are past */
    assert_int_equal(rest.start.date.day, 11);
    segment_finish(&rest);
    assert_false(segment_edit_split(&segment, (struct civil_date){2026, 12, 1}, zone, &rest, &why));
    assert_int_equal(why.code, FAIL_CONFLICT);
    assert_false(segment_edit_split(&segment, (struct civil_date){2027, 12, 1}, zone, &rest, &why));
    segment_finish(&segment);
}

#define WITH_ZONE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_ZONE(a_new_segment_has_what_was_given_and_the_usual_rest),
        WITH_ZONE(a_date_alone_takes_the_segments_time_of_day),
        WITH_ZONE(what_the_rule_does_not_give_cannot_be_moved),
        WITH_ZONE(each_nonsense_is_refused),
        WITH_ZONE(a_split_parts_the_series_and_its_exceptions),
        WITH_ZONE(a_split_keeps_the_count_of_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
