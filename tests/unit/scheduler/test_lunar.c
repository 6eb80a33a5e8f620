/* The lunar calendar, its rules and the holidays. */
#include "base/text.h"
#include "scheduler/holiday.h"
#include "scheduler/lunar.h"
#include "scheduler/lunar_rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *civil, *lunar;
} dates[] = {
    {"20260217", "1/1/2026"},
    {"20260216", "29/12/2025"},
    {"20250725", "1/6n/2025"},
    {"20250822", "29/6n/2025"},
    {"20250823", "1/7/2025"},
    {"20240210", "1/1/2024"},
    /* where a calendar of UTC+8 differs */
    {"19850121", "1/1/1985"},
    {"20070217", "1/1/2007"},
    {"20300202", "1/1/2030"},
    {"20530218", "1/1/2053"},
    {"20270206", "1/1/2027"},
    {"19680129", "1/1/1968"},
    /* leap months */
    {"20200523", "1/4n/2020"},
    {"20230322", "1/2n/2023"},
    {"20330101", "1/12/2032"},
    {"20331222", "1/11n/2033"},
    {"19850321", "1/2n/1985"},
    {"20040321", "1/2n/2004"},
    /* the short series puts these on the next day, or a printed table on the day before */
    {"20721209", "1/11/2072"},
    {"20540508", "1/4/2054"},
};

static void days_are_known_in_both_calendars(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct lunar_year cache = {0};
        struct civil_date civil, back;
        struct lunar_date lunar, parsed;
        char text[LUNAR_TEXT_SIZE];
        assert_true(civil_date_parse(dates[i].civil, &civil));
        assert_true(lunar_of_civil(civil, &cache, &lunar));
        lunar_format(lunar, text);
        assert_string_equal(text, dates[i].lunar);
        assert_true(lunar_parse(dates[i].lunar, &parsed));
        assert_true(lunar_to_civil(parsed, &cache, &back));
        assert_int_equal(civil_date_compare(civil, back), 0);
    }
}

/* Every day has one lunar date; months have 29 or 30 days, years 12 or 13 months, and each day is
 * the one after the day before. */
static void two_centuries_have_no_hole(void **state) {
    (void)state;
    struct lunar_year cache = {0}, years = {0};
    struct lunar_date before = {0};
    int64_t last = civil_day_number((struct civil_date){2101, 1, 1});
    for (int64_t day = civil_day_number((struct civil_date){1901, 1, 1}); day < last; day++) {
        struct lunar_date lunar;
        struct civil_date back;
        assert_true(lunar_of_civil(civil_date_of_day(day), &cache, &lunar));
        assert_true(lunar_to_civil(lunar, &years, &back));
        assert_int_equal(civil_day_number(back), day);
        bool next_day = lunar.day == before.day + 1 && lunar.month == before.month &&
                        lunar.leap == before.leap && lunar.year == before.year;
        bool new_month = lunar.day == 1 && before.day >= 29;
        assert_true(before.day == 0 || next_day || new_month);
        before = lunar;
    }
}

static void years_without_a_30th_of_the_last_month(void **state) {
    (void)state;
    struct lunar_year cache = {0};
    for (int32_t year = 2024; year <= 2031; year++) {
        struct civil_date date;
        struct lunar_date thirtieth = {year, 12, 30, false}, last = {year, 12, -1, false};
        assert_false(lunar_to_civil(thirtieth, &cache, &date));
        assert_true(lunar_to_civil(last, &cache, &date));
    }
}

static void what_is_no_lunar_date_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",           "1/1",      "0/1/2026",  "31/1/2026", "1/13/2026", "1/0/2026", "1/1/2026 ",
        "1/1nn/2026", "a/1/2026", "1/1/20266", "1-1-2026",  "-1/1/2026", "1/1/0",    "001/1/2026"};
    struct lunar_date date;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (lunar_parse(texts[i], &date)) {
            fail_msg("taken: %s", texts[i]);
        }
    }
    struct lunar_year cache = {0};
    struct civil_date civil;
    assert_false(lunar_to_civil((struct lunar_date){2026, 6, 1, true}, &cache, &civil));
    assert_false(lunar_to_civil((struct lunar_date){1899, 1, 1, false}, &cache, &civil));
    assert_false(lunar_of_civil((struct civil_date){1900, 1, 30}, &cache, &date));
    assert_true(lunar_of_civil((struct civil_date){1900, 1, 31}, &cache, &date));
    assert_false(lunar_of_civil((struct civil_date){9999, 1, 1}, &cache, &date));
}

static void years_have_their_names(void **state) {
    (void)state;
    char name[LUNAR_NAME_SIZE];
    lunar_year_name(2026, name);
    assert_string_equal(name, "Bính Ngọ");
    lunar_year_name(1984, name);
    assert_string_equal(name, "Giáp Tý");
    lunar_year_name(2025, name);
    assert_string_equal(name, "Ất Tỵ");
}

/* ---- rules ---- */

static void list_days(const char *rule_text, const char *start, const char *from, int limit,
                      struct text *ret) {
    struct lunar_rule rule;
    struct civil_date begin, since, date;
    struct lunar_walk walk;
    struct fail why = {0};
    if (!lunar_rule_parse(rule_text, &rule, &why)) {
        fail_msg("%s: %s", rule_text, why.sentence);
    }
    assert_true(civil_date_parse(start, &begin) && civil_date_parse(from, &since));
    lunar_walk_seek(&walk, &rule, begin, since);
    for (int i = 0; i < limit && lunar_walk_next(&walk, &date); i++) {
        char text[CIVIL_TEXT_SIZE];
        civil_date_format_basic(date, text);
        text_add_format(ret, "%s%s", i == 0 ? "" : ",", text);
    }
}

static const struct {
    const char *rule, *start, *from;
    int limit;
    const char *days;
} rules[] = {
    {"LDAY=1,15", "20250701", "20250701", 5, "20250709,20250725,20250808,20250823,20250906"},
    {"LDAY=15,1;LEAP=SKIP", "20250701", "20250701", 3, "20250709,20250823,20250906"},
    {"LDAY=1;LEAP=ONLY", "20250101", "20250101", 3, "20250725,20280623,20310421"},
    {"LMONTH=3;LDAY=10", "20260101", "20260101", 6,
     "20260426,20270416,20280404,20290423,20300412,20310401"},
    {"LMONTH=12;LDAY=-1", "20260101", "20260101", 4, "20260216,20270205,20280125,20290212"},
    {"LMONTH=6;LDAY=1", "20250101", "20250101", 2, "20250625,20260714"},
    {"LMONTH=6;LDAY=1;LEAP=INCLUDE", "20250101", "20250101", 3, "20250625,20250725,20260714"},
    {"LMONTH=1;LDAY=1,2,3;COUNT=4", "20260218", "20260101", 9,
     "20260218,20260219,20270206,20270207"},
    {"LMONTH=1;LDAY=1,2,3;COUNT=4", "20260218", "20260219", 9, "20260219,20270206,20270207"},
    {"LMONTH=1;LDAY=1,2,3;COUNT=4", "20260218", "20270208", 9, ""},
    {"LDAY=15;UNTIL=20260401", "20260201", "20260201", 9, "20260202,20260303"},
    {"LDAY=30", "20260101", "20260101", 3, "20260118,20260318,20260516"},
    {"LMONTH=8;LDAY=15", "21980101", "21980101", 9, "21980915,21991004"},
    {"lday=-30;", "20260101", "20260110", 2, "20260217,20260417"},
};

static void lunar_rules_give_their_days(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct text found = {0};
        list_days(rules[i].rule, rules[i].start, rules[i].from, rules[i].limit, &found);
        if (strcmp(text_string(&found), rules[i].days) != 0) {
            fail_msg("%s from %s: %s, not %s", rules[i].rule, rules[i].from, text_string(&found),
                     rules[i].days);
        }
        text_finish(&found);
    }
}

/* Wherever a walk is begun, it gives what the walk from the start gives there. */
static void a_seek_goes_where_the_walk_goes(void **state) {
    (void)state;
    static const char *const texts[] = {"LDAY=1,15", "LMONTH=3,12;LDAY=-1,10;COUNT=30",
                                        "LDAY=30;LEAP=SKIP;UNTIL=20350101"};
    struct civil_date start = {2024, 5, 17};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct lunar_rule rule;
        struct lunar_walk walk, sought;
        struct civil_date next = start, found;
        assert_true(lunar_rule_parse(texts[i], &rule, NULL));
        lunar_walk_seek(&walk, &rule, start, start);
        bool more = lunar_walk_next(&walk, &next);
        for (struct civil_date from = start; from.year < 2045;
             from = civil_date_add_days(from, 3)) {
            while (more && civil_date_compare(next, from) < 0) {
                more = lunar_walk_next(&walk, &next);
            }
            lunar_walk_seek(&sought, &rule, start, from);
            assert_int_equal(lunar_walk_next(&sought, &found), more);
            assert_true(!more || civil_date_compare(found, next) == 0);
        }
    }
}

static const struct {
    const char *rule, *word;
} refused[] = {
    {"", "empty"},
    {"LDAY=", "LDAY"},
    {"LDAY=0", "'0'"},
    {"LDAY=31", "'31'"},
    {"LDAY=-31", "'-31'"},
    {"LDAY=1,,15", "LDAY"},
    {"LDAY=1;LDAY=2", "twice"},
    {"LMONTH=3", "LDAY"},
    {"LMONTH=13;LDAY=1", "'13'"},
    {"LMONTH=-1;LDAY=1", "'-1'"},
    {"LDAY=1;;COUNT=1", "no part"},
    {"LDAY", "no part"},
    {"LDAY=1;INTERVAL=2", "INTERVAL"},
    {"LDAY=1;LEAP=MAYBE", "MAYBE"},
    {"LDAY=1;COUNT=0", "COUNT"},
    {"LDAY=1;UNTIL=20260230", "UNTIL"},
    {"LDAY=1;UNTIL=1/1/2026", "UNTIL"},
    {"LDAY=1;COUNT=1;UNTIL=20260101", "exclude"},
    {"LDAY = 1", "letters"},
    {"LDAY=\xC4\x91", "letters"},
};

static void invalid_lunar_rules_are_refused_with_the_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct lunar_rule rule;
        struct fail why = {0};
        if (lunar_rule_parse(refused[i].rule, &rule, &why)) {
            fail_msg("taken: %s", refused[i].rule);
        }
        if (strstr(why.sentence, refused[i].word) == NULL) {
            fail_msg("%s: %s", refused[i].rule, why.sentence);
        }
    }
}

static void lunar_rules_are_told_in_words(void **state) {
    (void)state;
    static const char *const words[][3] = {
        {"LDAY=1,15", "mùng 1 và ngày rằm hằng tháng âm lịch",
         "day 1 and day 15 of every lunar month"},
        {"LMONTH=3;LDAY=10", "mùng 10 tháng 3 âm lịch hằng năm",
         "day 10 of lunar month 3, every year"},
        {"LMONTH=12;LDAY=-1", "ngày cuối tháng tháng Chạp âm lịch hằng năm",
         "the last day of lunar month 12, every year"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct lunar_rule rule;
        struct text vietnamese = {0}, english = {0}, again = {0};
        assert_true(lunar_rule_parse(words[i][0], &rule, NULL));
        lunar_rule_describe(&rule, LANGUAGE_VIETNAMESE, &vietnamese);
        lunar_rule_describe(&rule, LANGUAGE_ENGLISH, &english);
        lunar_rule_format(&rule, &again);
        assert_string_equal(text_string(&vietnamese), words[i][1]);
        assert_string_equal(text_string(&english), words[i][2]);
        assert_string_equal(text_string(&again), words[i][0]);
        text_finish(&vietnamese);
        text_finish(&english);
        text_finish(&again);
    }
}

/* ---- holidays ---- */

static const struct holiday *find_holiday(const char *name) {
    size_t count;
    const struct holiday *list = holiday_list(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].vietnamese, name) == 0) {
            return &list[i];
        }
    }
    fail_msg("there is no holiday %s", name);
    return NULL;
}

static void holidays_fall_on_their_days(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int32_t year;
        const char *date;
    } known[] = {
        {"Tết Dương lịch", 2026, "20260101"},    {"Tết Nguyên đán", 2029, "20290213"},
        {"Giỗ Tổ Hùng Vương", 2027, "20270416"}, {"Quốc khánh", 2026, "20260902"},
        {"Rằm tháng Giêng", 2031, "20310206"},   {"Phật Đản", 2031, "20310604"},
        {"Trung thu", 2028, "20281003"},         {"Ông Công ông Táo", 2026, "20270130"},
        {"Giao thừa", 2026, "20260216"},         {"Vu Lan", 2028, "20280903"},
    };
    struct lunar_year cache = {0};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct civil_date date;
        char text[CIVIL_TEXT_SIZE];
        assert_true(holiday_date(find_holiday(known[i].name), known[i].year, &cache, &date));
        civil_date_format_basic(date, text);
        assert_string_equal(text, known[i].date);
    }
}

static void tet_lasts_five_days(void **state) {
    (void)state;
    struct lunar_year cache = {0};
    const struct holiday *tet = find_holiday("Tết Nguyên đán");
    int days = 0;
    for (int64_t day = civil_day_number((struct civil_date){2026, 2, 1}); day < 20520; day++) {
        struct civil_date date = civil_date_of_day(day);
        for (const struct holiday *one = holiday_on(date, NULL, &cache); one != NULL;
             one = holiday_on(date, one, &cache)) {
            days += one == tet;
        }
    }
    assert_int_equal(days, 5);
    const struct holiday *eve = holiday_on((struct civil_date){2026, 2, 16}, tet, &cache);
    assert_ptr_equal(eve, find_holiday("Giao thừa"));
    assert_null(holiday_on((struct civil_date){2026, 12, 1}, NULL, &cache));
}

/* The table of ../shared, where it is there. */
static void the_shared_table_agrees(void **state) {
    (void)state;
    const char *shared = getenv("LOAXA_SHARED");
    char path[4096];
    struct text file = {0};
    snprintf(path, sizeof path, "%s/recurrence/holidays.tsv", shared != NULL ? shared : "");
    if (!text_read_file(path, 1 << 20, &file, NULL)) {
        print_message("the table of holidays is not here\n");
        skip();
    }
    struct lunar_year cache = {0};
    char *rest = file.bytes, *line;
    int checked = 0;
    strsep(&rest, "\n");
    while ((line = strsep(&rest, "\n")) != NULL && line[0] != '\0') {
        strsep(&line, "\t");
        const char *name = strsep(&line, "\t");
        for (int i = 0; i < 4; i++) {
            strsep(&line, "\t");
        }
        for (int32_t year = 2026; year <= 2031 && line != NULL && line[0] != '\0'; year++) {
            const char *cell = strsep(&line, "\t");
            struct civil_date date;
            char text[CIVIL_TEXT_SIZE];
            if (cell[0] == '\0') {
                continue;
            }
            assert_true(holiday_date(find_holiday(name), year, &cache, &date));
            civil_date_format(date, text);
            assert_memory_equal(text, cell, 10);
            checked++;
        }
    }
    text_finish(&file);
    assert_true(checked > 100);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_known_in_both_calendars),
        cmocka_unit_test(two_centuries_have_no_hole),
        cmocka_unit_test(years_without_a_30th_of_the_last_month),
        cmocka_unit_test(what_is_no_lunar_date_is_refused),
        cmocka_unit_test(years_have_their_names),
        cmocka_unit_test(lunar_rules_give_their_days),
        cmocka_unit_test(a_seek_goes_where_the_walk_goes),
        cmocka_unit_test(invalid_lunar_rules_are_refused_with_the_reason),
        cmocka_unit_test(lunar_rules_are_told_in_words),
        cmocka_unit_test(holidays_fall_on_their_days),
        cmocka_unit_test(tet_lasts_five_days),
        cmocka_unit_test(the_shared_table_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
