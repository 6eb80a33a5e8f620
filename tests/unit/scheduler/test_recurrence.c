/* Recurrence: our own table and, where it is there, the public cases of ../shared. */
#include "recurrence_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static bool is_refused(char **columns) {
    struct recurrence_rule rule;
    struct fail why = {0};
    if (recurrence_rule_parse(columns[1], &rule, &why)) {
        printf("taken: %s\n", columns[1]);
        return false;
    }
    return why.sentence[0] != '\0' && why.code == FAIL_INVALID;
}

static void public_cases_come_out_right(void **state) {
    (void)state;
    const char *shared = getenv("LOAXA_SHARED");
    char path[4096];
    int lines;
    snprintf(path, sizeof path, "%s/recurrence/cases.tsv", shared != NULL ? shared : "");
    int wrong = run_file(path, COLUMN_COUNT, run_line, &lines);
    if (wrong < 0) {
        print_message("the public cases are not here\n");
        skip();
    }
    assert_int_equal(wrong, 0);
    assert_true(lines > 0);
    snprintf(path, sizeof path, "%s/recurrence/invalid.tsv", shared);
    assert_int_equal(run_file(path, 3, is_refused, &lines), 0);
    print_message("all right, and %d invalid rules refused\n", lines);
}

static void our_cases_come_out_right(void **state) {
    (void)state;
    const char *source = getenv("LOAXA_SOURCE");
    char path[4096];
    int lines;
    assert_non_null(source);
    snprintf(path, sizeof path, "%s/tests/unit/scheduler/recurrence_cases.tsv", source);
    assert_int_equal(run_file(path, COLUMN_COUNT, run_line, &lines), 0);
    assert_true(lines >= 90);
}

/* A rule and a word that the reason must hold. */
static const struct {
    const char *rule, *word;
} refused[] = {
    {"", "empty"},
    {";", "empty part"},
    {"FREQ=DAILY;;COUNT=2", "empty part"},
    {";FREQ=DAILY", "empty part"},
    {"COUNT=2", "FREQ"},
    {"FREQ", "no part of a rule"},
    {"FREQ=", "FREQ is one of"},
    {"FREQ=DAYLY", "DAYLY"},
    {"FREQ=DAILY;FREQ=DAILY", "twice"},
    {"FREQ=DAILY;BYDAY=MO;BYDAY=TU", "twice"},
    {"RRULE:FREQ=DAILY", "RRULE:FREQ"},
    {"FREQ=DAILY;X-PART=1", "X-PART"},
    {"FREQ=DAILY;RSCALE=CHINESE", "RSCALE"},
    {"FREQ=DAILY INTERVAL=2", "FREQ is one of"},
    {"FREQ=DAILY; INTERVAL=2", "INTERVAL"},
    {"FREQ=DAILY;INTERVAL=0", "INTERVAL"},
    {"FREQ=DAILY;INTERVAL=-1", "INTERVAL"},
    {"FREQ=DAILY;INTERVAL=1.5", "INTERVAL"},
    {"FREQ=DAILY;INTERVAL=9999999999", "INTERVAL"},
    {"FREQ=DAILY;COUNT=0", "COUNT"},
    {"FREQ=DAILY;COUNT=", "COUNT"},
    {"FREQ=DAILY;COUNT=2;UNTIL=20261231", "exclude"},
    {"FREQ=DAILY;UNTIL=20260230", "UNTIL"},
    {"FREQ=DAILY;UNTIL=2026-12-31", "UNTIL"},
    {"FREQ=DAILY;UNTIL=20261231T250000Z", "UNTIL"},
    {"FREQ=DAILY;UNTIL=20261231T170000+0700", "UNTIL"},
    {"FREQ=DAILY;UNTIL=20261231 170000", "UNTIL"},
    {"FREQ=DAILY;BYHOUR=24", "24"},
    {"FREQ=DAILY;BYHOUR=5,,17", "empty entry"},
    {"FREQ=DAILY;BYHOUR=5,", "empty entry"},
    {"FREQ=DAILY;BYHOUR=-1", "-1"},
    {"FREQ=DAILY;BYHOUR=+5", "+5"},
    {"FREQ=DAILY;BYHOUR=005", "005"},
    {"FREQ=DAILY;BYMINUTE=60", "60"},
    {"FREQ=DAILY;BYSECOND=61", "61"},
    {"FREQ=DAILY;BYMONTH=0", "BYMONTH"},
    {"FREQ=DAILY;BYMONTH=-1", "BYMONTH"},
    {"FREQ=MONTHLY;BYMONTHDAY=32", "32"},
    {"FREQ=MONTHLY;BYMONTHDAY=-32", "-32"},
    {"FREQ=MONTHLY;BYMONTHDAY=--1", "--1"},
    {"FREQ=YEARLY;BYYEARDAY=367", "367"},
    {"FREQ=YEARLY;BYYEARDAY=0", "BYYEARDAY"},
    {"FREQ=YEARLY;BYWEEKNO=54", "54"},
    {"FREQ=YEARLY;BYWEEKNO=-54", "-54"},
    {"FREQ=MONTHLY;BYDAY=0MO", "0MO"},
    {"FREQ=MONTHLY;BYDAY=54MO", "54MO"},
    {"FREQ=MONTHLY;BYDAY=XX", "XX"},
    {"FREQ=MONTHLY;BYDAY=1", "'1'"},
    {"FREQ=MONTHLY;BYDAY=MO1", "MO1"},
    {"FREQ=MONTHLY;BYDAY=MO TU", "MO TU"},
    {"FREQ=MONTHLY;BYSETPOS=0;BYDAY=MO", "BYSETPOS"},
    {"FREQ=MONTHLY;BYSETPOS=367;BYDAY=MO", "367"},
    {"FREQ=MONTHLY;BYSETPOS=1", "another BY part"},
    {"FREQ=WEEKLY;WKST=1", "WKST"},
    {"FREQ=DAILY;BYWEEKNO=1", "YEARLY"},
    {"FREQ=MONTHLY;BYWEEKNO=1", "YEARLY"},
    {"FREQ=HOURLY;BYWEEKNO=1", "YEARLY"},
    {"FREQ=DAILY;BYYEARDAY=1", "DAILY"},
    {"FREQ=WEEKLY;BYYEARDAY=1", "WEEKLY"},
    {"FREQ=MONTHLY;BYYEARDAY=1", "MONTHLY"},
    {"FREQ=WEEKLY;BYMONTHDAY=1", "WEEKLY"},
    {"FREQ=WEEKLY;BYDAY=1MO", "MONTHLY"},
    {"FREQ=DAILY;BYDAY=-1MO", "MONTHLY"},
    {"FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYWEEKNO"},
    {"FREQ=DAILY;BYHOUR=5\n", "BYHOUR"},
};

static void invalid_rules_are_refused_with_the_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct recurrence_rule rule;
        struct fail why = {0};
        if (recurrence_rule_parse(refused[i].rule, &rule, &why)) {
            fail_msg("taken: %s", refused[i].rule);
        }
        if (strstr(why.sentence, refused[i].word) == NULL) {
            fail_msg("%s: %s (nothing of '%s')", refused[i].rule, why.sentence, refused[i].word);
        }
        assert_int_equal(why.code, FAIL_INVALID);
    }
}

static void foreign_bytes_never_reach_the_sentence(void **state) {
    (void)state;
    struct recurrence_rule rule;
    struct fail why = {0};
    assert_false(recurrence_rule_parse("FREQ=\xff\xfe\x01;COUNT=1", &rule, &why));
    assert_int_equal(text_utf8_error(why.sentence, strlen(why.sentence)), strlen(why.sentence));
    char *huge = memory_new(RECURRENCE_RULE_MAX + 2);
    memset(huge, 'A', RECURRENCE_RULE_MAX + 1);
    assert_false(recurrence_rule_parse(huge, &rule, &why));
    assert_non_null(strstr(why.sentence, "longer"));
    free(huge);
}

static void times_below_a_day_need_a_time_to_begin_at(void **state) {
    (void)state;
    struct recurrence_source source = {
        .start = {.date = {2026, 1, 1}}, .start_is_date = true, .rule = "FREQ=HOURLY"};
    struct recurrence *recurrence;
    struct fail why = {0};
    assert_false(recurrence_create(&source, &recurrence, &why));
    assert_non_null(strstr(why.sentence, "HOURLY"));
}

/* An instant between two local times, before, in and after a fold and a gap. */
static void instants_are_sought_in_the_zone(void **state) {
    (void)state;
    static const struct {
        const char *utc, *local;
    } seeks[] = {
        {"20261101T050000", "20261101T010000"}, /* 01:00 summer time */
        {"20261101T052959", "20261101T013000"}, {"20261101T053001", "20261101T020000"},
        {"20261101T060000", "20261101T020000"}, /* the second 01:00: already gone */
        {"20261101T063000", "20261101T020000"}, {"20261101T070000", "20261101T020000"},
        {"20261101T070001", "20261101T023000"}, {"20260308T065959", "20260308T030000"},
        {"20260308T070000", "20260308T030000"}, {"20260308T070001", "20260308T033000"},
    };
    struct zone *zone;
    assert_true(zone_load("America/New_York", &zone, NULL));
    struct recurrence_source source = {
        .start = {.date = {2020, 1, 1}}, .zone = zone, .rule = "FREQ=MINUTELY;INTERVAL=30"};
    struct recurrence *recurrence;
    assert_true(recurrence_create(&source, &recurrence, NULL));
    for (size_t i = 0; i < sizeof seeks / sizeof *seeks; i++) {
        struct civil utc, found;
        char text[CIVIL_TEXT_SIZE];
        struct recurrence_walk walk;
        assert_true(civil_parse(seeks[i].utc, &utc));
        recurrence_walk_seek_instant(&walk, recurrence, walltime_of_seconds(civil_seconds(utc)));
        assert_true(recurrence_walk_next(&walk, &found));
        civil_format_basic(found, text);
        assert_string_equal(text, seeks[i].local);
    }
    recurrence_destroy(recurrence);
    zone_destroy(zone);
}

/* What the walk gives and what recurrence_has() says agree, dates and exceptions included. */
static void a_start_is_known_to_be_one(void **state) {
    (void)state;
    struct recurrence_date dates[] = {{.civil = {{2026, 1, 10}, 9, 0, 0}}};
    struct recurrence_date except[] = {{.civil = {{2026, 1, 3}, 0, 0, 0}, .is_date = true}};
    struct recurrence_source source = {.start = {{2026, 1, 1}, 5, 0, 0},
                                       .rule = "FREQ=DAILY;COUNT=5",
                                       .dates = dates,
                                       .dates_count = 1,
                                       .except = except,
                                       .except_count = 1};
    struct recurrence *recurrence;
    assert_true(recurrence_create(&source, &recurrence, NULL));
    assert_true(recurrence_has(recurrence, (struct civil){{2026, 1, 5}, 5, 0, 0}));
    assert_true(recurrence_has(recurrence, (struct civil){{2026, 1, 10}, 9, 0, 0}));
    assert_false(recurrence_has(recurrence, (struct civil){{2026, 1, 3}, 5, 0, 0}));
    assert_false(recurrence_has(recurrence, (struct civil){{2026, 1, 6}, 5, 0, 0}));
    assert_false(recurrence_has(recurrence, (struct civil){{2026, 1, 5}, 5, 0, 1}));
    recurrence_destroy(recurrence);
}

static const struct {
    const char *rule, *vietnamese, *english;
} described[] = {
    {"FREQ=WEEKLY;BYDAY=TU,FR", "thứ Ba và thứ Sáu hằng tuần lúc 17:10",
     "every week on Tuesday and Friday at 17:10"},
    {"FREQ=DAILY;BYHOUR=5,17;BYMINUTE=0,30", "hằng ngày lúc 05:00, 05:30, 17:00 và 17:30",
     "every day at 05:00, 05:30, 17:00 and 17:30"},
    {"FREQ=MONTHLY;BYMONTHDAY=-1", "ngày cuối tháng hằng tháng lúc 17:10",
     "every month on the last day of the month at 17:10"},
    {"FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=4",
     "thứ Hai đầu tiên và thứ Sáu cuối cùng hằng tháng lúc 17:10, 4 lần",
     "every month on the first Monday and the last Friday at 17:10, 4 times"},
    {"FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=2", "ngày 2 tháng 9 hằng năm lúc 17:10",
     "every year on day 2 in September at 17:10"},
    {"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20271231",
     "từ thứ Hai đến thứ Sáu hằng tuần lúc 17:10, đến ngày 31/12/2027",
     "every week on Monday to Friday at 17:10, until 31/12/2027"},
    {"FREQ=WEEKLY;INTERVAL=2", "thứ Ba 2 tuần một lần lúc 17:10",
     "every 2 weeks on Tuesday at 17:10"},
};

static void rules_are_told_in_words(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof described / sizeof *described; i++) {
        struct recurrence_rule rule;
        struct text vietnamese = {0}, english = {0};
        struct civil start = {{2026, 12, 1}, 17, 10, 0};
        assert_true(recurrence_rule_parse(described[i].rule, &rule, NULL));
        recurrence_describe(&rule, start, false, LANGUAGE_VIETNAMESE, &vietnamese);
        recurrence_describe(&rule, start, false, LANGUAGE_ENGLISH, &english);
        assert_string_equal(text_string(&vietnamese), described[i].vietnamese);
        assert_string_equal(text_string(&english), described[i].english);
        text_finish(&vietnamese);
        text_finish(&english);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_cases_come_out_right),
        cmocka_unit_test(invalid_rules_are_refused_with_the_reason),
        cmocka_unit_test(foreign_bytes_never_reach_the_sentence),
        cmocka_unit_test(times_below_a_day_need_a_time_to_begin_at),
        cmocka_unit_test(instants_are_sought_in_the_zone),
        cmocka_unit_test(a_start_is_known_to_be_one),
        cmocka_unit_test(rules_are_told_in_words),
        cmocka_unit_test(public_cases_come_out_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
