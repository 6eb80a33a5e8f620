#include "base/civil.h"
#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct read {
    bool flag, given;
    const char *text;
    struct option_list list;
    int64_t whole, length_us;
    struct civil_date date;
    struct civil civil;
    char **words;
    size_t count;
    struct fail why;
};

static bool read(struct read *read, ...) {
    char *arguments[16] = {(char[]){"command"}};
    struct invocation invocation = {.count = 1, .arguments = arguments};
    va_list list;
    va_start(list, read);
    for (const char *one; (one = va_arg(list, const char *)) != NULL;) {
        arguments[invocation.count++] = (char *)(uintptr_t)one;
    }
    va_end(list);
    memset(read, 0, sizeof *read);
    const struct option_rule rules[] = {{"flag", OPTION_FLAG, &read->flag, NULL},
                                        {"text", OPTION_TEXT, &read->text, &read->given},
                                        {"list", OPTION_LIST, &read->list, NULL},
                                        {"whole", OPTION_WHOLE, &read->whole, NULL},
                                        {"date", OPTION_DATE, &read->date, NULL},
                                        {"at", OPTION_CIVIL, &read->civil, NULL},
                                        {"length", OPTION_LENGTH, &read->length_us, NULL}};
    static char *kept[16]; /* the words point into the arguments */
    memcpy(kept, arguments, sizeof kept);
    invocation.arguments = kept;
    return options_read(&invocation, rules, 7, "ITEM", 0, 2, &read->words, &read->count,
                        &read->why);
}

static void options_and_words_stand_in_any_order(void **state) {
    (void)state;
    struct read r;
    assert_true(read(&r, "12", "--text", "chào", "--flag", "--list=a", "x", "--list", "b", NULL));
    assert_true(r.flag && r.given);
    assert_string_equal(r.text, "chào");
    assert_int_equal(r.list.count, 2);
    assert_string_equal(r.list.values[1], "b");
    assert_int_equal(r.count, 2);
    assert_string_equal(r.words[0], "12");
    assert_string_equal(r.words[1], "x");
    assert_true(read(&r, "--", "--flag", NULL));
    assert_false(r.flag);
    assert_string_equal(r.words[0], "--flag");
}

static void dates_times_and_lengths_are_read_as_people_write_them(void **state) {
    (void)state;
    struct read r;
    assert_true(read(&r, "--date", "1/12/2026", "--at", "2026-12-01 17:10", "--length", "1h30m",
                     "--whole", "7", NULL));
    assert_int_equal(r.date.day, 1);
    assert_int_equal(r.civil.hour, 17);
    assert_int_equal(r.length_us, INT64_C(5400000000));
    assert_int_equal(r.whole, 7);
    assert_true(read(&r, "--at", "1/12/2026 5h30", NULL));
    assert_int_equal(r.civil.date.month, 12);
    assert_int_equal(r.civil.minute, 30);
    assert_true(read(&r, "--at", "2026-12-01 9:05", NULL));
    assert_int_equal(r.civil.hour, 9);
    assert_false(read(&r, "--at", "2026-12-01 24:00", NULL));
    static const struct {
        const char *word;
        int64_t seconds; /* -1: none */
    } lengths[] = {{"90", 90},        {"15m", 900},   {"15 phút", 900}, {"2 giờ 5 phút", 7500},
                   {"00:15:00", 900}, {"1h1s", 3601}, {"", -1},         {"m", -1},
                   {"-5", -1},        {"5x", -1},     {"30m1h", -1},    {"99999999h", -1},
                   {"1:99:00", -1}};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        int64_t us = -1000000;
        options_length(lengths[i].word, &us);
        if (us != lengths[i].seconds * 1000000) {
            fail_msg("'%s': %ld us", lengths[i].word, (long)us);
        }
    }
}

static void decomposed_letters_are_composed(void **state) {
    (void)state;
    struct read r;
    assert_true(read(&r, "--text", "a\xcc\x81", NULL));
    assert_string_equal(r.text, "\xc3\xa1");
    assert_false(read(&r, "--text", "\xff", NULL));
    assert_int_equal(r.why.code, FAIL_INVALID);
}

static void each_slip_is_a_usage_fault_that_names_it(void **state) {
    (void)state;
    static const struct {
        const char *words[3];
        const char *named;
    } cases[] = {
        {{"--nonsense"}, "--nonsense"},
        {{"-x"}, "-x"},
        {{"--text"}, "--text"},
        {{"--text", ""}, "--text"},
        {{"--flag=yes"}, "--flag"},
        {{"--whole", "-1"}, "--whole"},
        {{"--whole", "9999999999"}, "--whole"},
        {{"--date", "2026-02-30"}, "--date"},
        {{"--at", "2026-02-03"}, "--at"},
        {{"--length", "soon"}, "--length"},
        {{"a", "b", "c"}, "'c'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct read r;
        assert_false(read(&r, cases[i].words[0], cases[i].words[1], cases[i].words[2], NULL));
        assert_int_equal(r.why.code, FAIL_USAGE);
        if (strstr(r.why.sentence, cases[i].named) == NULL) {
            fail_msg("case %zu: %s", i, r.why.sentence);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_words_stand_in_any_order),
        cmocka_unit_test(dates_times_and_lengths_are_read_as_people_write_them),
        cmocka_unit_test(decomposed_letters_are_composed),
        cmocka_unit_test(each_slip_is_a_usage_fault_that_names_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
