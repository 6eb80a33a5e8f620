#include "base/child.h"

#include "base/monotime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct heard {
    char text[8192];
    int lines, lines_wanted; /* no more after so many; 0: all */
};

static bool hear(void *context, const char *line) {
    struct heard *heard = context;
    strncat(heard->text, line, sizeof heard->text - strlen(heard->text) - 2);
    strcat(heard->text, "\n");
    heard->lines++;
    return heard->lines_wanted == 0 || heard->lines < heard->lines_wanted;
}

static bool run_shell(const char *script, struct heard *heard, int64_t timeout_ms, int *ret_status,
                      struct fail *why) {
    const char *arguments[] = {"sh", "-c", script, NULL};
    struct child_plan plan = {.program = "/bin/sh",
                              .arguments = arguments,
                              .timeout_ms = timeout_ms,
                              .line = heard != NULL ? hear : NULL,
                              .context = heard};
    return child_run(&plan, ret_status, why);
}

static void lines_and_status_come_back(void **state) {
    (void)state;
    struct heard heard = {0};
    int status = -1;
    assert_true(run_shell("echo one; printf 'two\\033[2J\\n'; printf three; exit 7", &heard, 20000,
                          &status, NULL));
    assert_int_equal(status, 7);
    assert_string_equal(heard.text, "one\ntwo [2J\nthree\n");
}

static void foreign_bytes_are_cut_at_the_first_that_is_no_utf8(void **state) {
    (void)state;
    struct heard heard = {0};
    int status;
    assert_true(run_shell("printf 'T\\341\\273\\211nh\\377xy\\n'; yes | head -c 9000 | tr -d '\\n'",
                          &heard, 20000, &status, NULL));
    assert_memory_equal(heard.text, "Tỉnh\nyyy", 10);
    assert_int_equal(heard.lines, 2);
    assert_true(strlen(heard.text) < CHILD_LINE_SIZE + 16);
}

static void a_child_that_hangs_is_ended_with_its_children(void **state) {
    (void)state;
    struct heard heard = {0};
    struct fail why = {0};
    int status;
    assert_false(run_shell("sleep 1000 & echo $!; sleep 1000", &heard, 300, &status, &why));
    assert_int_equal(why.code, FAIL_TIMEOUT);
    assert_non_null(strstr(why.sentence, "sh did not end in its time"));
    pid_t grandchild = (pid_t)atoi(heard.text);
    assert_true(grandchild > 1);
    for (int i = 0; i < 500 && kill(grandchild, 0) == 0; i++) {
        char path[64], line[64] = "";
        snprintf(path, sizeof path, "/proc/%d/stat", (int)grandchild);
        FILE *file = fopen(path, "r");
        if (file == NULL || fgets(line, sizeof line, file) == NULL || strstr(line, ") Z") != NULL) {
            if (file != NULL) {
                fclose(file);
            }
            return; /* gone, or waits for an init that this place does not have */
        }
        fclose(file);
        usleep(10000);
    }
    assert_int_not_equal(kill(grandchild, 0), 0);
}

static void a_listener_can_have_enough(void **state) {
    (void)state;
    struct heard heard = {.lines_wanted = 3};
    struct fail why = {0};
    int status;
    assert_false(run_shell("while :; do echo again; done", &heard, 60000, &status, &why));
    assert_int_equal(heard.lines, 3);
    assert_non_null(strstr(why.sentence, "told to stop"));
}

static void a_child_that_crashes_is_named(void **state) {
    (void)state;
    struct fail why = {0};
    int status;
    assert_false(run_shell("kill -SEGV $$", NULL, 20000, &status, &why));
    assert_int_equal(why.code, FAIL_DEVICE);
    assert_non_null(strstr(why.sentence, "signal 11"));
}

static void only_the_named_descriptors_are_there(void **state) {
    (void)state;
    struct heard heard = {0};
    int status;
    /* Both come to each other's number, and a third, not close-on-exec, must not leak. */
    int one = memfd_create("one", 0), two = memfd_create("two", 0), leak = memfd_create("leak", 0);
    assert_int_equal(write(one, "first\n", 6), 6);
    assert_int_equal(write(two, "second\n", 7), 7);
    lseek(one, 0, SEEK_SET);
    lseek(two, 0, SEEK_SET);
    struct child_descriptor descriptors[] = {{one, two}, {two, one}};
    char script[200];
    snprintf(script, sizeof script,
             "cat <&%d; cat <&%d; [ -e /proc/self/fd/%d ] && echo leaked; "
             "echo \"$HOME$PATH_SECRET\"",
             one, two, leak);
    const char *arguments[] = {"sh", "-c", script, NULL};
    struct child_plan plan = {.program = "/bin/sh",
                              .arguments = arguments,
                              .descriptors = descriptors,
                              .descriptors_count = 2,
                              .timeout_ms = 20000,
                              .line = hear,
                              .context = &heard};
    setenv("PATH_SECRET", "seen", 1);
    assert_true(child_run(&plan, &status, NULL));
    assert_string_equal(heard.text, "second\nfirst\n\n");
    close(one);
    close(two);
    close(leak);
}

static void a_missing_program_is_a_sentence(void **state) {
    (void)state;
    struct fail why = {0};
    char path[CHILD_PATH_SIZE];
    int status;
    assert_false(child_find("loaxa-no-such-helper", path, &why));
    assert_int_equal(why.code, FAIL_NOT_FOUND);
    const char *arguments[] = {"absent", NULL};
    struct child_plan plan = {
        .program = "/no/such/program", .arguments = arguments, .timeout_ms = 1000};
    assert_false(child_run(&plan, &status, &why));
    assert_int_equal(why.code, FAIL_SYSTEM);
    assert_non_null(strstr(why.sentence, "cannot start absent"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_status_come_back),
        cmocka_unit_test(foreign_bytes_are_cut_at_the_first_that_is_no_utf8),
        cmocka_unit_test(a_child_that_hangs_is_ended_with_its_children),
        cmocka_unit_test(a_listener_can_have_enough),
        cmocka_unit_test(a_child_that_crashes_is_named),
        cmocka_unit_test(only_the_named_descriptors_are_there),
        cmocka_unit_test(a_missing_program_is_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
