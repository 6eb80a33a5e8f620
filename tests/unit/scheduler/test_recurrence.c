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

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_cases_come_out_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
