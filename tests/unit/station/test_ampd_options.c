#include "station/ampd_options.h"

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

static struct ampd_options options;
static struct fail why;

/* Words apart by blanks. */
static bool reads(const char *line) {
    static char words[1024];
    static char program[] = "loaxa-ampd";
    char *arguments[32] = {program};
    int count = 1;
    snprintf(words, sizeof words, "%s", line);
    for (char *rest = words, *word; (word = strsep(&rest, " ")) != NULL && count < 31;) {
        if (word[0] != '\0') {
            arguments[count++] = word;
        }
    }
    ampd_options_finish(&options);
    why = (struct fail){0};
    return ampd_options_read(count, arguments, &options, &why);
}

#define BASE "--socket /tmp/a --trace /tmp/t --tz UTC "

static void times_are_read_in_seconds(void **state) {
    (void)state;
    assert_true(reads(BASE "--zones 0,2-3 --warmup 1.5 --hold 0 --max-on 60 --zone 2:warmup=7"));
    assert_int_equal(options.settings.zones, 13);
    assert_int_equal(options.settings.zone[0].warm_up_ms, 1500);
    assert_int_equal(options.settings.zone[2].warm_up_ms, 7000);
    assert_int_equal(options.settings.zone[3].max_on_ms, 60000);
    assert_int_equal(options.settings.zone[3].hold_ms, 0);
    assert_true(options.settings.floor.any);
    assert_int_equal(options.settings.floor.from_s, 22 * 3600);
}

static void zones_are_lists_and_ranges(void **state) {
    (void)state;
    zone_set zones;
    assert_true(ampd_options_zones("0-31", &zones, NULL));
    assert_true(zones == ZONE_SET_ALL);
    assert_true(ampd_options_zones("5", &zones, NULL));
    assert_int_equal(zones, 32);
    const char *bad[] = {"", "32", "-1", "3-1", "1,", ",1", "1-", "a", "1;2", "0001"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(ampd_options_zones(bad[i], &zones, NULL));
    }
}

static void what_cannot_be_is_refused_in_words(void **state) {
    (void)state;
    const char *bad[] = {"--socket /tmp/a",
                         BASE "--relay hope",
                         BASE "--warmup -1",
                         BASE "--warmup soon",
                         BASE "--warmup nan",
                         BASE "--warmup 121",
                         BASE "--settle 501",
                         BASE "--heartbeat-timeout 1900",
                         BASE "--zone 2",
                         BASE "--zone 40:warmup=1",
                         BASE "--zone 2:speed=1",
                         BASE "--zone 2:warmup",
                         BASE "--peer-uid root",
                         BASE "--floor 22:00",
                         BASE "--floor-file /nowhere/floor",
                         BASE "--tz Mars/Olympus",
                         BASE "--station /nowhere/at/all/" /* its default time zone does exist */
                              " extra"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (reads(bad[i])) {
            fail_msg("accepted: %s", bad[i]);
        }
        assert_int_not_equal(strlen(why.sentence), 0);
    }
}

static void no_floor_is_for_simulated_relays(void **state) {
    (void)state;
    assert_true(reads(BASE "--floor none"));
    assert_false(options.settings.floor.any);
}

static void the_stations_settings_come_first_and_options_go_before_them(void **state) {
    (void)state;
    char folder[] = "/tmp/ampd-options-XXXXXX", path[128];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/settings.ini", folder);
    FILE *file = fopen(path, "w");
    fputs("[station]\nzone = UTC\n[amplifier]\nwarmup_s = 9\nhold_s = 8\n[zones]\n1 = Trung tâm\n"
          "[floor]\nquiet = 21:00-05:00\n",
          file);
    fclose(file);
    char line[256];
    snprintf(line, sizeof line, "--hold 4 --station %s", folder);
    assert_true(reads(line));
    assert_int_equal(options.settings.zones, 2);
    assert_int_equal(options.settings.zone[1].warm_up_ms, 9000);
    assert_int_equal(options.settings.zone[1].hold_ms, 4000);
    assert_int_equal(options.settings.floor.from_s, 21 * 3600);
    assert_string_equal(zone_name(options.zone), "UTC");
    assert_non_null(strstr(options.socket_path, "/ampd.sock"));
    assert_memory_equal(options.trace_path, folder, strlen(folder));
    setenv("LOAXA_STATION", folder, 1);
    assert_true(reads("--hold 4"));
    assert_int_equal(options.settings.zone[1].warm_up_ms, 9000);
    unsetenv("LOAXA_STATION");
    unlink(path);
    rmdir(folder);
}

static int free_options(void **state) {
    (void)state;
    ampd_options_finish(&options);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_in_seconds),
        cmocka_unit_test(zones_are_lists_and_ranges),
        cmocka_unit_test(what_cannot_be_is_refused_in_words),
        cmocka_unit_test(no_floor_is_for_simulated_relays),
        cmocka_unit_test(the_stations_settings_come_first_and_options_go_before_them),
    };
    return cmocka_run_group_tests(tests, NULL, free_options);
}
