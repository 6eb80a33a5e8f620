#include "hw/floor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MIDNIGHT INT64_C(1796058000) /* 2026-12-01 00:00 in Vietnam */

static struct zone *vietnam;

static int make_zone(void **state) {
    (void)state;
    vietnam = zone_fixed("+07", 7 * 3600);
    return 0;
}

static int free_zone(void **state) {
    (void)state;
    zone_destroy(vietnam);
    return 0;
}

static bool covers(const char *text, int64_t second_of_day) {
    struct floor floor;
    assert_true(floor_parse(text, vietnam, &floor, NULL));
    return floor_covers(&floor, walltime_of_seconds(MIDNIGHT + second_of_day));
}

static void the_default_covers_the_night(void **state) {
    (void)state;
    struct floor floor = floor_default(vietnam);
    char text[FLOOR_TEXT_SIZE];
    floor_format(&floor, text);
    assert_string_equal(text, "22:00-04:30");
    assert_true(covers(text, 3 * 3600 + 900));
    assert_true(covers(text, 0));
    assert_true(covers(text, 22 * 3600));
    assert_true(covers(text, 4 * 3600 + 1799));
    assert_false(covers(text, 4 * 3600 + 1800));
    assert_false(covers(text, 22 * 3600 - 1));
    assert_false(covers(text, 12 * 3600));
}

static void hours_within_one_day_work_too(void **state) {
    (void)state;
    assert_true(covers("11:30-13:00", 12 * 3600));
    assert_false(covers("11:30-13:00", 13 * 3600));
    assert_false(covers("11:30-13:00", 0));
    assert_false(covers("none", 0));
}

static void it_tells_when_it_begins_and_ends(void **state) {
    (void)state;
    struct floor floor = floor_default(vietnam);
    struct walltime noon = walltime_of_seconds(MIDNIGHT + 43200);
    assert_int_equal(floor_next_start(&floor, noon).us, (MIDNIGHT + 22 * 3600) * WALLTIME_SECOND);
    assert_int_equal(floor_next_end(&floor, noon).us, (MIDNIGHT + 86400 + 16200) * WALLTIME_SECOND);
    struct walltime begins = floor_next_start(&floor, noon);
    assert_int_equal(floor_next_start(&floor, begins).us - begins.us, 86400 * WALLTIME_SECOND);
    struct floor none = {.any = false};
    assert_int_equal(floor_next_start(&none, noon).us, INT64_MAX);
}

/* Where clocks are put forward and back: each edge told must be an edge indeed. */
static void its_edges_are_right_in_a_zone_with_summer_time(void **state) {
    (void)state;
    struct zone *paris;
    struct fail why;
    if (!zone_load("Europe/Paris", &paris, &why)) {
        skip();
    }
    struct floor floor;
    assert_true(floor_parse("02:30-03:10", paris, &floor, NULL));
    struct walltime t = walltime_of_seconds(1767225600); /* 2026 */
    for (int i = 0; i < 380; i++) {
        struct walltime start = floor_next_start(&floor, t);
        assert_true(walltime_before(t, start));
        assert_true(start.us - t.us <= 90000 * WALLTIME_SECOND);
        /* On the day that skips 02:00 to 03:00 it begins at 03:00 shown as 03:30: after its end. */
        assert_true(floor_covers(&floor, start) || zone_civil(paris, start).hour == 3);
        assert_false(floor_covers(&floor, walltime_add(start, -60 * WALLTIME_SECOND)) &&
                     zone_offset_at(paris, start) ==
                         zone_offset_at(paris, walltime_add(start, -7200 * WALLTIME_SECOND)));
        t = start;
    }
    zone_destroy(paris);
}

static void nonsense_is_refused_in_words(void **state) {
    (void)state;
    const char *bad[] = {
        "",      "22:00",       "22:00-",      "-04:30", "22:00-22:00",      "25:00-04:30",
        "22-04", "22:00-24:00", "22:00 04:30", "None",   "22:00-04:30-05:00"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct floor floor = {.from_s = 7};
        struct fail why = {0};
        assert_false(floor_parse(bad[i], vietnam, &floor, &why));
        assert_int_equal(why.code, FAIL_INVALID);
        assert_int_equal(floor.from_s, 7);
    }
}

static void a_clock_that_cannot_be_is_quiet_hours(void **state) {
    (void)state;
    struct floor floor = floor_default(vietnam);
    assert_true(floor_covers(&floor, walltime_of_seconds(43200)));
    assert_true(floor_covers(&floor, walltime_of_seconds(INT64_C(5000000000))));
    assert_true(floor_covers(&floor, (struct walltime){INT64_MIN}));
    assert_true(floor_covers(&floor, WALLTIME_NEVER));
}

static bool reads(const char *content, mode_t mode, uint32_t owner, struct fail *why) {
    char path[] = "/tmp/floor-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, content, strlen(content)), (int)strlen(content));
    fchmod(fd, mode);
    close(fd);
    struct floor floor = {0};
    bool ok = floor_read_file(path, owner, vietnam, &floor, why);
    unlink(path);
    assert_true(!ok || (floor.any && floor.from_s == 21 * 3600));
    return ok;
}

static void only_its_owner_may_be_able_to_write_the_file(void **state) {
    (void)state;
    struct fail why = {0};
    uint32_t me = (uint32_t)getuid();
    const char *good = "# quiet hours of the commune\n\n 21:00-05:00  # by decision 12\n";
    assert_true(reads(good, 0644, me, &why));
    assert_true(reads("21:00-05:00", 0600, me, &why));
    assert_false(reads(good, 0664, me, &why));
    assert_int_equal(why.code, FAIL_RIGHTS);
    assert_false(reads(good, 0646, me, &why));
    assert_int_equal(why.code, FAIL_RIGHTS);
    assert_false(reads(good, 0644, me + 1, &why));
    assert_int_equal(why.code, FAIL_RIGHTS);
    assert_false(reads("", 0644, me, &why));
    assert_int_equal(why.code, FAIL_INVALID);
    assert_false(reads("21:00-05:00\n22:00-04:30\n", 0644, me, &why));
    assert_false(reads("21:00-29:00\n", 0644, me, &why));
}

static void links_and_folders_are_no_floor_file(void **state) {
    (void)state;
    struct floor floor;
    struct fail why = {0};
    assert_false(floor_read_file("/tmp", (uint32_t)getuid(), vietnam, &floor, &why));
    char path[64];
    snprintf(path, sizeof path, "/tmp/floor-link-%d", (int)getpid());
    assert_int_equal(symlink("/etc/passwd", path), 0);
    assert_false(floor_read_file(path, 0, vietnam, &floor, &why));
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_covers_the_night),
        cmocka_unit_test(hours_within_one_day_work_too),
        cmocka_unit_test(it_tells_when_it_begins_and_ends),
        cmocka_unit_test(its_edges_are_right_in_a_zone_with_summer_time),
        cmocka_unit_test(nonsense_is_refused_in_words),
        cmocka_unit_test(a_clock_that_cannot_be_is_quiet_hours),
        cmocka_unit_test(only_its_owner_may_be_able_to_write_the_file),
        cmocka_unit_test(links_and_folders_are_no_floor_file),
    };
    return cmocka_run_group_tests(tests, make_zone, free_zone);
}
