/* Zones: instants and civil times, gaps and folds, the far future, and files that are not zones. */
#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct zone *load(const char *name) {
    struct zone *zone = NULL;
    struct fail why = {0};
    if (!zone_load(name, &zone, &why)) {
        fail_msg("%s", why.sentence);
    }
    return zone;
}

struct conversion {
    const char *zone, *local, *utc; /* utc: what the local time maps to */
    enum zone_fit fit;
};

static const struct conversion conversions[] = {
    {"Asia/Ho_Chi_Minh", "20261201T171000", "20261201T101000", ZONE_UNIQUE},
    {"Asia/Ho_Chi_Minh", "99991231T235959", "99991231T165959", ZONE_UNIQUE},
    {"UTC", "20260101T000000", "20260101T000000", ZONE_UNIQUE},
    {"America/New_York", "20260308T015959", "20260308T065959", ZONE_UNIQUE},
    {"America/New_York", "20260308T023000", "20260308T073000", ZONE_GAP},
    {"America/New_York", "20260308T030000", "20260308T070000", ZONE_UNIQUE},
    {"America/New_York", "20261101T005959", "20261101T045959", ZONE_UNIQUE},
    {"America/New_York", "20261101T010000", "20261101T050000", ZONE_TWICE},
    {"America/New_York", "20261101T015959", "20261101T055959", ZONE_TWICE},
    {"America/New_York", "20261101T020000", "20261101T070000", ZONE_UNIQUE},
    /* by the footer, long after the listed changes */
    {"America/New_York", "25000314T023000", "25000314T073000", ZONE_GAP},
    {"America/New_York", "25000701T120000", "25000701T160000", ZONE_UNIQUE},
    /* half an hour of summer time */
    {"Australia/Lord_Howe", "20261004T021500", "20261003T154500", ZONE_GAP},
    {"Australia/Lord_Howe", "20270404T014500", "20270403T144500", ZONE_TWICE},
    /* winter time is the exception: its Ramadan moves every year */
    {"Africa/Casablanca", "20260601T120000", "20260601T110000", ZONE_UNIQUE},
    /* negative summer time: the standard time is the summer's */
    {"Europe/Dublin", "20260701T120000", "20260701T110000", ZONE_UNIQUE},
    {"Europe/Dublin", "20261201T120000", "20261201T120000", ZONE_UNIQUE},
    {"Europe/Dublin", "20260329T013000", "20260329T013000", ZONE_GAP},
    {"Europe/Dublin", "20261025T013000", "20261025T003000", ZONE_TWICE},
    /* a whole day that never was */
    {"Pacific/Apia", "20111230T120000", "20111230T220000", ZONE_GAP},
    {"Pacific/Apia", "20111231T120000", "20111230T220000", ZONE_UNIQUE},
};

static void local_times_map_to_instants(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++) {
        const struct conversion *c = &conversions[i];
        struct zone *zone = load(c->zone);
        struct civil local, utc;
        assert_true(civil_parse(c->local, &local) && civil_parse(c->utc, &utc));
        enum zone_fit fit;
        struct walltime instant = zone_instant(zone, local, &fit);
        if (instant.us != civil_seconds(utc) * WALLTIME_SECOND || fit != c->fit) {
            char got[WALLTIME_TEXT_SIZE];
            walltime_format(instant, got);
            fail_msg("%s %s gives %s, fit %d", c->zone, c->local, got, fit);
        }
        if (fit != ZONE_GAP) {
            assert_int_equal(civil_compare(zone_civil(zone, instant), local), 0);
        }
        zone_destroy(zone);
    }
}

static void a_gap_shows_as_the_shifted_time(void **state) {
    (void)state;
    struct zone *zone = load("America/New_York");
    struct civil civil =
        zone_civil(zone, zone_instant(zone, (struct civil){{2026, 3, 8}, 2, 30, 0}, NULL));
    assert_int_equal(civil_compare(civil, (struct civil){{2026, 3, 8}, 3, 30, 0}), 0);
    zone_destroy(zone);
}

/* Every hour of forty years, and around every change every minute: instant -> civil -> instant. */
static void instants_come_back(void **state) {
    (void)state;
    static const char *const names[] = {"Asia/Ho_Chi_Minh",  "America/New_York", "Europe/Dublin",
                                        "Africa/Casablanca", "Pacific/Apia",     "Asia/Tehran",
                                        "America/St_Johns",  "Antarctica/Troll"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct zone *zone = load(names[i]);
        struct walltime t = walltime_of_seconds(946684800); /* 2000 */
        struct walltime end = walltime_of_seconds(2208988800);
        while (walltime_before(t, end)) {
            enum zone_fit fit;
            struct walltime back = zone_instant(zone, zone_civil(zone, t), &fit);
            assert_int_not_equal(fit, ZONE_GAP);
            if (back.us != t.us) {
                assert_int_equal(fit, ZONE_TWICE);
                assert_true(back.us < t.us);
            }
            t = walltime_add(t, 3600 * 5 * WALLTIME_SECOND + 7 * WALLTIME_SECOND);
        }
        zone_destroy(zone);
    }
}

static void changes_are_listed_in_order(void **state) {
    (void)state;
    struct zone *zone = load("Europe/Dublin");
    struct walltime t = walltime_of_seconds(2000000000); /* 2033 */
    int count = 0;
    struct walltime end = walltime_of_seconds(2000000000 + INT64_C(10) * 31556952);
    struct walltime change;
    while (zone_next_change(zone, t, &change) && walltime_before(change, end)) {
        assert_true(walltime_before(t, change));
        assert_int_not_equal(zone_offset_at(zone, walltime_add(change, -1)),
                             zone_offset_at(zone, change));
        t = change;
        count++;
    }
    assert_int_equal(count, 20);
    zone_destroy(zone);
    zone = load("Asia/Ho_Chi_Minh");
    assert_false(zone_next_change(zone, walltime_of_seconds(400000000), &change));
    zone_destroy(zone);
}

static void names_that_leave_the_folder_are_refused(void **state) {
    (void)state;
    static const char *const names[] = {
        "",          "../passwd",    "/etc/passwd", "Asia/../../etc/passwd",
        "Asia",      "Asia//Tokyo",  "Asia/",       "Mars/Olympus",
        "tzdata.zi", "zone1970.tab", "leapseconds"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct zone *zone = NULL;
        struct fail why = {0};
        if (zone_load(names[i], &zone, &why)) {
            fail_msg("'%s' was taken for a zone", names[i]);
        }
        assert_string_not_equal(why.sentence, "");
    }
}

static void the_version_of_the_database_is_known(void **state) {
    (void)state;
    struct zone *zone = load("Asia/Ho_Chi_Minh");
    assert_string_equal(zone_name(zone), "Asia/Ho_Chi_Minh");
    const char *version = zone_version(zone);
    assert_true(version[0] == '\0' || version[0] == '2');
    zone_destroy(zone);
}

/* A file of version 2 with an empty first block: one type, no change, and a footer. */
static size_t make_file(uint8_t *bytes, const char *footer, int32_t offset) {
    memset(bytes, 0, 256);
    memcpy(bytes, "TZif2", 5);
    uint8_t *second = bytes + 44;
    memcpy(second, "TZif2", 5);
    second[39] = 1; /* types */
    second[43] = 4; /* characters */
    uint8_t *type = second + 44;
    for (int i = 0; i < 4; i++) {
        type[i] = (uint8_t)((uint32_t)offset >> (24 - 8 * i));
    }
    memcpy(type + 6, "XXX", 4);
    size_t length = strlen(footer);
    memcpy(type + 10, footer, length);
    return (size_t)(type + 10 - bytes) + length;
}

static bool takes_footer(const char *footer) {
    uint8_t bytes[256];
    size_t size = make_file(bytes, footer, 25200);
    struct zone *zone = NULL;
    bool ok = zone_of_bytes("Test/Zone", bytes, size, &zone, NULL);
    if (ok) {
        zone_destroy(zone);
    }
    return ok;
}

static void footers_are_read_strictly(void **state) {
    (void)state;
    assert_true(takes_footer("\n<+07>-7\n"));
    assert_true(takes_footer("\n\n"));
    assert_true(takes_footer("\nEST5EDT,M3.2.0,M11.1.0\n"));
    assert_true(takes_footer("\n<-03>3<-02>,M3.5.0/-2,M10.5.0/-1\n"));
    assert_true(takes_footer("\nXXX3EDT4,0/0,J365/23\n"));
    static const char *const broken[] = {
        "\n<+07>-7",
        "",
        "\nX5\n",
        "\nEST\n",
        "\nEST5EDT\n",
        "\nEST5EDT,M3.2.0\n",
        "\nEST5EDT,M13.2.0,M11.1.0\n",
        "\nEST5EDT,M3.6.0,M11.1.0\n",
        "\nEST5EDT,M3.2.7,M11.1.0\n",
        "\nEST5EDT,J0,J365\n",
        "\nEST5EDT,M3.2.0,M11.1.0x\n",
        "\nEST5:60\n",
        "\nEST25\n",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        if (takes_footer(broken[i])) {
            fail_msg("taken: %s", broken[i]);
        }
    }
}

static void footers_count_days_as_posix_says(void **state) {
    (void)state;
    uint8_t bytes[256];
    struct zone *zone = NULL;
    /* J60 is 1 March in every year, 59 is 29 February in leap years */
    size_t size = make_file(bytes, "\nAAA0BBB,J60/0,300/0\n", 0);
    assert_true(zone_of_bytes("Test/Zone", bytes, size, &zone, NULL));
    struct walltime change;
    for (int32_t year = 2023; year <= 2024; year++) {
        struct civil january = {{year, 1, 1}, 0, 0, 0};
        assert_true(zone_next_change(zone, walltime_of_seconds(civil_seconds(january)), &change));
        struct civil march = {{year, 3, 1}, 0, 0, 0};
        assert_int_equal(change.us, civil_seconds(march) * WALLTIME_SECOND);
    }
    zone_destroy(zone);
    /* summer the year round */
    size = make_file(bytes, "\nXXX3EDT4,0/0,J365/23\n", 0);
    assert_true(zone_of_bytes("Test/Zone", bytes, size, &zone, NULL));
    assert_int_equal(zone_offset_at(zone, walltime_of_seconds(1767225600)), -4 * 3600);
    assert_int_equal(zone_offset_at(zone, walltime_of_seconds(1782864000)), -4 * 3600);
    zone_destroy(zone);
}

static void cut_off_files_are_refused(void **state) {
    (void)state;
    uint8_t bytes[256];
    size_t size = make_file(bytes, "\n<+07>-7\n", 25200);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *exact = malloc(cut != 0 ? cut : 1);
        memcpy(exact, bytes, cut);
        struct zone *zone = NULL;
        struct fail why = {0};
        assert_false(zone_of_bytes("Test/Zone", exact, cut, &zone, &why));
        assert_string_not_equal(why.sentence, "");
        free(exact);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_times_map_to_instants),
        cmocka_unit_test(a_gap_shows_as_the_shifted_time),
        cmocka_unit_test(instants_come_back),
        cmocka_unit_test(changes_are_listed_in_order),
        cmocka_unit_test(names_that_leave_the_folder_are_refused),
        cmocka_unit_test(the_version_of_the_database_is_known),
        cmocka_unit_test(footers_are_read_strictly),
        cmocka_unit_test(footers_count_days_as_posix_says),
        cmocka_unit_test(cut_off_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
