#include "base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_day_of_four_centuries_goes_there_and_back(void **state) {
    (void)state;
    struct civil_date date = {1999, 12, 31};
    for (int64_t day = civil_day_number(date); day < 10957 + 146097; day++) {
        struct civil_date found = civil_date_of_day(day);
        assert_true(civil_date_is_valid(found));
        assert_int_equal(civil_day_number(found), day);
        assert_int_equal(civil_weekday(found), (day + 3) % 7);
    }
}

static void known_days_have_their_numbers(void **state) {
    (void)state;
    assert_int_equal(civil_day_number((struct civil_date){1970, 1, 1}), 0);
    assert_int_equal(civil_day_number((struct civil_date){2000, 2, 29}), 11016);
    assert_int_equal(civil_day_number((struct civil_date){1, 1, 1}), -719162);
    assert_int_equal(civil_weekday((struct civil_date){2026, 11, 22}), SUNDAY);
}

static void dates_are_read_as_people_write_them(void **state) {
    (void)state;
    struct civil civil;
    struct civil_date date;
    int32_t seconds;
    assert_true(civil_parse("20261201T171000", &civil));
    assert_int_equal(civil.hour, 17);
    assert_true(civil_parse("2026-12-01 05:30", &civil));
    assert_true(civil_date_parse("2/9/2026", &date));
    assert_int_equal(date.month, 9);
    assert_true(civil_time_parse("5h30", &seconds));
    assert_int_equal(seconds, 5 * 3600 + 1800);
    assert_true(civil_time_parse("24:00", &seconds));
    assert_false(civil_date_parse("2026-02-29", &date));
    assert_false(civil_date_parse("20261301", &date));
    assert_false(civil_date_parse("1/300/2026", &date));
    assert_false(civil_parse("20261201T240000", &civil));
    assert_false(civil_parse("20261201T1710", &civil));
    assert_false(civil_time_parse("24:01", &seconds));
    assert_false(civil_time_parse("17", &seconds));
    assert_false(civil_parse("", &civil));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_four_centuries_goes_there_and_back),
        cmocka_unit_test(known_days_have_their_numbers),
        cmocka_unit_test(dates_are_read_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
