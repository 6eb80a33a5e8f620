#include "hw/relay_sim.h"

#include "base/text.h"

#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static const struct relay_edge edge_on = {
    .zone = 3,
    .line = RELAY_POWER,
    .state = true,
    .cause = "wanted",
    .wall = {INT64_C(1796119794500000)},
    .mono = {INT64_C(8123000000)},
    .permit = {.id = 17,
               .class = CLASS_EMERGENCY,
               .not_before = {INT64_C(1796119793000000)},
               .not_after = {INT64_C(1796121060000000)},
               .deadline = {INT64_C(1273000000000)},
               .zones = 8,
               .crosses_quiet_hours = true,
               .authority = "chủ tịch \"UBND\""},
};

static char *temporary(void) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/trace-%d", (int)getpid());
    unlink(path);
    return path;
}

static void a_line_says_what_the_page_promises(void **state) {
    (void)state;
    char line[RELAY_TRACE_LINE_SIZE];
    size_t length = relay_trace_edge(&edge_on, line);
    assert_string_equal(
        line, "{\"wall\":\"2026-12-01T10:09:54.500000Z\",\"boot_ns\":8123000000,\"zone\":3,"
              "\"line\":\"power\",\"state\":1,\"cause\":\"wanted\",\"permit\":17,"
              "\"permit_not_before\":\"2026-12-01T10:09:53.000000Z\","
              "\"permit_not_after\":\"2026-12-01T10:31:00.000000Z\","
              "\"permit_deadline_ns\":1273000000000,\"class\":\"emergency\","
              "\"crosses_quiet_hours\":true}\n");
    assert_int_equal(length, strlen(line));
    struct relay_edge bare = {.line = RELAY_MUTE, .state = true, .cause = "start"};
    relay_trace_edge(&bare, line);
    assert_non_null(
        strstr(line, "\"line\":\"mute\",\"state\":1,\"cause\":\"start\",\"permit\":null"));
}

static void the_start_line_is_json_even_with_all_zones(void **state) {
    (void)state;
    struct zone *zone = zone_fixed("Asia/Ho_Chi_Minh", 7 * 3600);
    struct amplifier_settings settings = amplifier_settings_default(ZONE_SET_ALL, zone);
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        settings.zone[i].warm_up_ms = 120000;
    }
    char line[RELAY_TRACE_LINE_SIZE];
    size_t length = relay_trace_start(&settings, edge_on.wall, edge_on.mono, line);
    json_t *json = json_loadb(line, length, 0, NULL);
    assert_non_null(json);
    json_t *start = json_object_get(json, "start");
    assert_int_equal(json_object_size(json_object_get(start, "warm_up_ms")), 32);
    assert_string_equal(json_string_value(json_object_get(start, "floor")), "22:00-04:30");
    assert_string_equal(json_string_value(json_object_get(start, "tz")), "Asia/Ho_Chi_Minh");
    json_decref(json);
    zone_destroy(zone);
}

static void each_edge_is_appended_and_read_back(void **state) {
    (void)state;
    char *path = temporary();
    struct relay_sim sim;
    struct fail why = {0};
    assert_true(relay_sim_init(&sim, path, &why));
    assert_true(relay_set(&sim.relay, &edge_on, &why));
    bool on = false;
    assert_true(relay_read(&sim.relay, 3, RELAY_POWER, &on, &why));
    assert_true(on);
    relay_finish(&sim.relay);
    assert_true(relay_sim_init(&sim, path, &why)); /* a second run goes on below the first */
    assert_true(relay_set(&sim.relay, &edge_on, &why));
    relay_finish(&sim.relay);
    struct text text = {0};
    assert_true(text_read_file(path, 65536, &text, &why));
    char line[RELAY_TRACE_LINE_SIZE];
    size_t length = relay_trace_edge(&edge_on, line);
    assert_int_equal(text.length, 2 * length);
    assert_memory_equal(text.bytes + length, line, length);
    text_finish(&text);
    unlink(path);
}

static void a_torn_last_line_does_not_spoil_the_next(void **state) {
    (void)state;
    char *path = temporary();
    FILE *file = fopen(path, "w");
    fputs("{\"wall\":\"2026-", file);
    fclose(file);
    struct relay_sim sim;
    struct fail why = {0};
    assert_true(relay_sim_init(&sim, path, &why));
    assert_true(relay_set(&sim.relay, &edge_on, &why));
    relay_finish(&sim.relay);
    struct text text = {0};
    assert_true(text_read_file(path, 65536, &text, &why));
    assert_non_null(strstr(text.bytes, "{\"wall\":\"2026-\n{\"wall\":\"2026-12-01T10"));
    text_finish(&text);
    unlink(path);
}

static void a_full_disk_is_a_relay_that_fails(void **state) {
    (void)state;
    struct relay_sim sim;
    struct fail why = {0};
    if (!relay_sim_init(&sim, "/dev/full", &why)) {
        skip();
    }
    assert_false(relay_set(&sim.relay, &edge_on, &why));
    assert_non_null(strstr(why.sentence, "relay trace"));
    relay_finish(&sim.relay);
    assert_false(relay_sim_init(&sim, "/nowhere/trace", &why));
}

/* A disk that fills up in the middle of a line: the line is taken back, and what stood stays. */
static void a_line_that_does_not_fit_is_not_begun(void **state) {
    (void)state;
    char *path = temporary();
    struct relay_sim sim;
    struct fail why = {0};
    char line[RELAY_TRACE_LINE_SIZE];
    size_t length = relay_trace_edge(&edge_on, line);
    assert_true(relay_sim_init(&sim, path, &why));
    assert_true(relay_set(&sim.relay, &edge_on, &why));
    struct rlimit before, tight;
    getrlimit(RLIMIT_FSIZE, &before);
    tight = before;
    tight.rlim_cur = length + 10;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    assert_false(relay_set(&sim.relay, &edge_on, &why));
    assert_false(relay_set(&sim.relay, &edge_on, &why));
    setrlimit(RLIMIT_FSIZE, &before);
    assert_true(relay_set(&sim.relay, &edge_on, &why));
    relay_finish(&sim.relay);
    struct text text = {0};
    assert_true(text_read_file(path, 65536, &text, &why));
    assert_int_equal(text.length, 2 * length);
    assert_memory_equal(text.bytes, line, length);
    assert_memory_equal(text.bytes + length, line, length);
    text_finish(&text);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_what_the_page_promises),
        cmocka_unit_test(the_start_line_is_json_even_with_all_zones),
        cmocka_unit_test(each_edge_is_appended_and_read_back),
        cmocka_unit_test(a_torn_last_line_does_not_spoil_the_next),
        cmocka_unit_test(a_line_that_does_not_fit_is_not_begun),
        cmocka_unit_test(a_full_disk_is_a_relay_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
