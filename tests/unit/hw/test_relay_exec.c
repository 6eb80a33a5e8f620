#include "hw/relay_exec.h"

#include "base/text.h"

#include <poll.h>
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

static char folder[] = "/tmp/relay-exec-XXXXXX";
static char program[64], record[64];

static int make_folder(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(program, sizeof program, "%s/relay", folder);
    snprintf(record, sizeof record, "%s/record", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(program);
    unlink(record);
    return rmdir(folder);
}

static void write_program(const char *body) {
    FILE *file = fopen(program, "w");
    fprintf(file, "#!/bin/sh\n%s\n", body);
    fclose(file);
    chmod(program, 0755);
    unlink(record);
}

static const char *recorded(void) {
    static struct text text;
    text_clear(&text);
    return text_read_file(record, 65536, &text, NULL) ? text_string(&text) : "";
}

static bool tell(struct relay_exec *exec, int zone, enum relay_line line, bool on) {
    struct relay_edge edge = {.zone = zone, .line = line, .state = on, .cause = "wanted"};
    return relay_set(&exec->relay, &edge, NULL);
}

/* Until nothing is under way; returns the zones that failed. */
static zone_set settle(struct relay_exec *exec, struct fail *why) {
    zone_set failed = 0;
    struct monotime begun = monotime_now(); /* 20 s only catch a hang */
    while (relay_busy(&exec->relay) &&
           monotime_diff_ns(monotime_now(), begun) < 20 * MONOTIME_SECOND) {
        struct pollfd wait = {.fd = relay_descriptor(&exec->relay), .events = POLLIN};
        poll(&wait, 1, 100);
        failed |= relay_dispatch(&exec->relay, why);
    }
    assert_false(relay_busy(&exec->relay));
    return failed;
}

static void each_command_runs_the_program(void **state) {
    (void)state;
    struct relay_exec exec;
    struct fail why = {0};
    write_program("echo \"$@\" >>\"$(dirname \"$0\")/record\"");
    assert_true(relay_exec_init(&exec, program, 1000, &why));
    assert_true(tell(&exec, 3, RELAY_POWER, true));
    assert_int_equal(settle(&exec, &why), 0);
    assert_string_equal(recorded(), "3 power 1 wanted\n");
    relay_finish(&exec.relay);
}

static void commands_wait_for_their_turn_in_a_safe_order(void **state) {
    (void)state;
    struct relay_exec exec;
    struct fail why = {0};
    write_program("sleep 0.05; echo \"$1 $2 $3\" >>\"$(dirname \"$0\")/record\"");
    assert_true(relay_exec_init(&exec, program, 1000, &why));
    tell(&exec, 0, RELAY_POWER, true);
    tell(&exec, 0, RELAY_MUTE, false);
    tell(&exec, 0, RELAY_POWER, false); /* goes off before the first was done */
    tell(&exec, 0, RELAY_MUTE, true);
    assert_int_equal(settle(&exec, &why), 0);
    assert_string_equal(recorded(), "0 power 1\n0 mute 1\n0 power 0\n");
    unlink(record);
    tell(&exec, 0, RELAY_MUTE, true);
    tell(&exec, 0, RELAY_MUTE, false);
    tell(&exec, 0, RELAY_POWER, true);
    settle(&exec, &why);
    assert_string_equal(recorded(), "0 mute 1\n0 power 1\n0 mute 0\n");
    relay_finish(&exec.relay);
}

static void a_program_that_fails_fails_its_zone(void **state) {
    (void)state;
    struct relay_exec exec;
    struct fail why = {0};
    write_program("[ $1 = 1 ] || exit 7");
    assert_true(relay_exec_init(&exec, program, 1000, &why));
    tell(&exec, 1, RELAY_POWER, true);
    tell(&exec, 2, RELAY_POWER, true);
    assert_int_equal(settle(&exec, &why), 4);
    assert_non_null(strstr(why.sentence, "7"));
    relay_finish(&exec.relay);
}

/* Not gone, and not a corpse that nobody has buried yet. */
static bool is_alive(long pid) {
    char path[64], line[256] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *stat = fopen(path, "r");
    if (stat == NULL) {
        return false;
    }
    bool dead = fgets(line, sizeof line, stat) == NULL || strstr(line, ") Z ") != NULL ||
                strstr(line, ") X ") != NULL;
    fclose(stat);
    return !dead;
}

static void a_program_that_hangs_is_killed_with_its_children(void **state) {
    (void)state;
    struct relay_exec exec;
    struct fail why = {0};
    write_program("[ $2 = mute ] || { echo off >>\"$(dirname \"$0\")/record\"; exit 0; }\n"
                  "sleep 1000 & echo $! >\"$(dirname \"$0\")/record\"; wait");
    assert_true(relay_exec_init(&exec, program, 300, &why));
    tell(&exec, 0, RELAY_MUTE, true);
    tell(&exec, 0, RELAY_POWER, false);
    assert_int_equal(settle(&exec, &why), 1);
    assert_non_null(strstr(why.sentence, "300 ms"));
    const char *said = recorded();
    long child = strtol(said, NULL, 10);
    assert_true(child > 1);
    assert_non_null(strstr(said, "off")); /* what waited was told nevertheless */
    struct monotime begun = monotime_now();
    while (is_alive(child)) {
        assert_true(monotime_diff_ns(monotime_now(), begun) < 20 * MONOTIME_SECOND);
        usleep(10000);
    }
    relay_finish(&exec.relay);
}

static void nothing_runs_on_when_it_ends(void **state) {
    (void)state;
    struct relay_exec exec;
    struct fail why = {0};
    write_program("sleep 1000");
    assert_true(relay_exec_init(&exec, program, 1000, &why));
    tell(&exec, 0, RELAY_POWER, true);
    relay_finish(&exec.relay);
    assert_int_equal(exec.zones[0].pid, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_runs_the_program),
        cmocka_unit_test(commands_wait_for_their_turn_in_a_safe_order),
        cmocka_unit_test(a_program_that_fails_fails_its_zone),
        cmocka_unit_test(a_program_that_hangs_is_killed_with_its_children),
        cmocka_unit_test(nothing_runs_on_when_it_ends),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
