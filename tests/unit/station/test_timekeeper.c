#include "station/timekeeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW_S = 1796000000 }; /* November 2026 */

static enum clock_trust judge(struct timekeeper_facts facts, int64_t now_s,
                              enum timekeeper_doubt expected_doubt) {
    enum timekeeper_doubt doubt;
    enum clock_trust trust = timekeeper_judge(&facts, walltime_of_seconds(now_s), &doubt);
    assert_int_equal(doubt, expected_doubt);
    return trust;
}

static void each_row_of_the_table(void **state) {
    (void)state;
    struct timekeeper_facts none = {0};
    struct timekeeper_facts synchronised = {.synchronised = true};
    struct timekeeper_facts battery = {.battery_clock = true};
    struct timekeeper_facts vouched = {.vouched = true};
    assert_int_equal(judge(none, NOW_S, TIMEKEEPER_UNKNOWN), CLOCK_UNTRUSTED);
    assert_int_equal(judge(synchronised, NOW_S, TIMEKEEPER_FINE), CLOCK_TRUSTED);
    assert_int_equal(judge(battery, NOW_S, TIMEKEEPER_FINE), CLOCK_HELD);
    assert_int_equal(judge(vouched, NOW_S, TIMEKEEPER_FINE), CLOCK_HELD);
}

static void a_clock_at_the_beginning_of_time_is_never_believed(void **state) {
    (void)state;
    struct timekeeper_facts all = {.synchronised = true, .battery_clock = true, .vouched = true};
    assert_int_equal(judge(all, 0, TIMEKEEPER_PAST), CLOCK_UNTRUSTED);
    assert_int_equal(judge(all, 1577836800, TIMEKEEPER_PAST), CLOCK_UNTRUSTED);
}

static void a_diary_from_the_future_makes_the_clock_untrusted(void **state) {
    (void)state;
    struct timekeeper_facts facts = {.synchronised = true,
                                     .last_event = walltime_of_seconds(NOW_S)};
    assert_int_equal(judge(facts, NOW_S - 60, TIMEKEEPER_BEHIND_DIARY), CLOCK_UNTRUSTED);
    assert_int_equal(judge(facts, NOW_S - 2, TIMEKEEPER_FINE), CLOCK_TRUSTED);
}

static void a_boot_has_an_identity_and_the_clock_can_be_watched(void **state) {
    (void)state;
    char boot[TIMEKEEPER_BOOT_SIZE], again[TIMEKEEPER_BOOT_SIZE];
    timekeeper_boot(boot);
    timekeeper_boot(again);
    assert_string_equal(boot, again);
    assert_true(strlen(boot) == 36 || strcmp(boot, "unknown") == 0);
    int watch = timekeeper_watch();
    if (watch >= 0) {
        assert_false(timekeeper_was_set(watch));
        close(watch);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_of_the_table),
        cmocka_unit_test(a_clock_at_the_beginning_of_time_is_never_believed),
        cmocka_unit_test(a_diary_from_the_future_makes_the_clock_untrusted),
        cmocka_unit_test(a_boot_has_an_identity_and_the_clock_can_be_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
