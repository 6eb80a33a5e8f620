#include "base/memory.h"
#include "cli/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct segment segment(int64_t id, const char *title, struct civil start, const char *rule) {
    return (struct segment){.id = id,
                            .revision = 3,
                            .title = memory_text(title),
                            .column_title = memory_text(""),
                            .class = CLASS_NORMAL,
                            .rank = SEGMENT_COLUMN,
                            .zones = ZONE_SET_ALL,
                            .start = start,
                            .rule = memory_text(rule),
                            .lunar = memory_text(""),
                            .duration_us = 600 * WALLTIME_SECOND,
                            .enabled = true};
}

/* Plans December 2026 with the given segments, which are taken, and writes it. */
static char *calendar_of(struct segment *segments, size_t count) {
    struct programme *programme = programme_create();
    programme->zone = zone_fixed("Asia/Ho_Chi_Minh", 7 * 3600);
    free(programme->station_title);
    programme->station_title = memory_text("Đài truyền thanh xã Vĩnh Thông");
    programme->profile = (struct profile){.always_open = true};
    programme->segments = memory_new(count * sizeof *segments);
    memcpy(programme->segments, segments, count * sizeof *segments);
    programme->segments_count = count;
    programme_sort(programme);
    struct civil from = {{2026, 12, 1}, 0, 0, 0}, until = {{2027, 1, 1}, 0, 0, 0};
    struct plan plan;
    struct fail why = {0};
    if (!plan_build(programme, zone_instant(programme->zone, from, NULL),
                    zone_instant(programme->zone, until, NULL), &plan, &why)) {
        fail_msg("%s", why.sentence);
    }
    struct text text = {0};
    assert_true(calendar_write(&plan, walltime_of_seconds(1796077800), &text, &why));
    plan_finish(&plan);
    programme_release(programme);
    return text.bytes;
}

static size_t times(const char *text, const char *part) {
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part)) {
        count++;
    }
    return count;
}

#define CONTAINS(text, part)                         \
    do {                                             \
        if (strstr(text, part) == NULL) {            \
            fail_msg("no '%s' in:\n%s", part, text); \
        }                                            \
    } while (0)

static void a_series_has_its_rule_and_its_zone(void **state) {
    (void)state;
    struct segment one = segment(7, "Bản tin; sáng, trưa", (struct civil){{2026, 12, 1}, 5, 30, 0},
                                 "FREQ=DAILY;UNTIL=20261231T235959");
    char *text = calendar_of(&one, 1);
    CONTAINS(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    CONTAINS(text, "BEGIN:VTIMEZONE\r\nTZID:Asia/Ho_Chi_Minh\r\n");
    CONTAINS(text, "TZOFFSETTO:+0700\r\n");
    CONTAINS(text, "DTSTART;TZID=Asia/Ho_Chi_Minh:20261201T053000\r\n");
    CONTAINS(text, "DTEND;TZID=Asia/Ho_Chi_Minh:20261201T054000\r\n");
    CONTAINS(text, "RRULE:FREQ=DAILY;UNTIL=20261231T165959Z\r\n");
    CONTAINS(text, "SUMMARY:Bản tin\\; sáng\\, trưa\r\n");
    CONTAINS(text, "SEQUENCE:3\r\n");
    CONTAINS(text, "DTSTAMP:20261130T223000Z\r\n");
    CONTAINS(text, "UID:s7.");
    assert_int_equal(times(text, "BEGIN:VEVENT"), 1);
    free(text);
}

static void dtstart_is_the_first_that_the_rule_gives(void **state) {
    (void)state;
    struct segment one =
        segment(1, "x", (struct civil){{2026, 12, 1}, 17, 10, 0}, "FREQ=WEEKLY;BYDAY=FR");
    char *text = calendar_of(&one, 1);
    CONTAINS(text, "DTSTART;TZID=Asia/Ho_Chi_Minh:20261204T171000\r\n");
    free(text);
}

static void exceptions_become_exdates_and_children(void **state) {
    (void)state;
    struct segment one = segment(1, "x", (struct civil){{2026, 12, 1}, 5, 30, 0}, "FREQ=DAILY");
    one.except = memory_new(sizeof *one.except);
    one.except[0] = (struct civil){{2026, 12, 2}, 5, 30, 0};
    one.except_count = 1;
    one.exceptions = memory_new(3 * sizeof *one.exceptions);
    one.exceptions_count = 3;
    one.exceptions[0] = (struct segment_exception){.original = {{2026, 12, 3}, 5, 30, 0},
                                                   .kind = EXCEPTION_CANCELLED};
    one.exceptions[1] = (struct segment_exception){.original = {{2026, 12, 4}, 5, 30, 0},
                                                   .kind = EXCEPTION_MOVED,
                                                   .start = {{2026, 12, 4}, 6, 0, 0}};
    one.exceptions[2] = (struct segment_exception){.original = {{2027, 6, 4}, 5, 30, 0},
                                                   .kind = EXCEPTION_MOVED,
                                                   .start = {{2027, 6, 5}, 7, 0, 0},
                                                   .duration_us = 60 * WALLTIME_SECOND};
    for (size_t i = 0; i < 3; i++) {
        one.exceptions[i].by = memory_text("lan");
        one.exceptions[i].words = memory_text("mưa");
    }
    char *text = calendar_of(&one, 1);
    CONTAINS(text, "EXDATE;TZID=Asia/Ho_Chi_Minh:20261202T053000\r\n");
    CONTAINS(text, "EXDATE;TZID=Asia/Ho_Chi_Minh:20261203T053000\r\n");
    assert_int_equal(times(text, "EXDATE"), 2);
    CONTAINS(text, "DTSTART;TZID=Asia/Ho_Chi_Minh:20261204T060000\r\n");
    CONTAINS(text, "RECURRENCE-ID;TZID=Asia/Ho_Chi_Minh:20261204T053000\r\n");
    CONTAINS(text, "DTEND;TZID=Asia/Ho_Chi_Minh:20270605T070100\r\n"); /* beyond the span too */
    assert_int_equal(times(text, "RECURRENCE-ID"), 2);
    free(text);
}

static void lines_are_folded_between_characters(void **state) {
    (void)state;
    struct text text = {0};
    char line[400] = "SUMMARY:a";
    for (int i = 0; i < 60; i++) {
        strcat(line, "ế"); /* three bytes */
    }
    calendar_add_line(&text, line);
    char unfolded[400] = "";
    size_t lines = 0;
    for (char *at = text.bytes, *end; (end = strstr(at, "\r\n")) != NULL; at = end + 2) {
        assert_true(end - at <= 75);
        assert_int_equal(text_utf8_error(at, (size_t)(end - at)), end - at);
        size_t blank = lines != 0; /* a line that goes on begins with one */
        strncat(unfolded, at + blank, (size_t)(end - at) - blank);
        lines++;
    }
    assert_string_equal(unfolded, line);
    assert_int_equal(lines, 3);
    text_finish(&text);
}

static void a_zone_with_summer_time_lists_its_changes(void **state) {
    (void)state;
    struct zone *zone;
    struct fail why;
    if (!zone_load("Europe/Berlin", &zone, &why)) {
        skip();
    }
    struct text text = {0};
    calendar_add_zone(&text, zone, walltime_of_seconds(1767225600), /* 2026 */
                      walltime_of_seconds(1798761600));
    CONTAINS(text.bytes, "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\n"
                         "TZOFFSETTO:+0200\r\n");
    CONTAINS(text.bytes, "DTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n");
    text_finish(&text);
    zone_destroy(zone);
}

static void until_becomes_utc_in_each_of_its_forms(void **state) {
    (void)state;
    static const char *const rules[][2] = {
        {"FREQ=DAILY", "FREQ=DAILY"},
        {"UNTIL=20261201T000000;FREQ=DAILY", "UNTIL=20261130T170000Z;FREQ=DAILY"},
        {"FREQ=DAILY;UNTIL=20261201", "FREQ=DAILY;UNTIL=20261201T165959Z"},
        {"FREQ=DAILY;UNTIL=20261201T000000Z", "FREQ=DAILY;UNTIL=20261201T000000Z"},
    };
    struct zone *zone = zone_fixed("+07", 7 * 3600);
    for (size_t i = 0; i < 4; i++) {
        struct text text = {0};
        calendar_add_rule(&text, rules[i][0], zone);
        assert_string_equal(text.bytes, rules[i][1]);
        text_finish(&text);
    }
    zone_destroy(zone);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_has_its_rule_and_its_zone),
        cmocka_unit_test(dtstart_is_the_first_that_the_rule_gives),
        cmocka_unit_test(exceptions_become_exdates_and_children),
        cmocka_unit_test(lines_are_folded_between_characters),
        cmocka_unit_test(a_zone_with_summer_time_lists_its_changes),
        cmocka_unit_test(until_becomes_utc_in_each_of_its_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
