#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void malformed_utf8_is_found_at_its_byte(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t error;
    } rows[] = {
        {"xã Vĩnh Thông", 16}, {"a\xff", 1},
        {"\xc3", 0},           {"ab\xc0\xaf", 2},
        {"\xed\xa0\x80", 0},   {"\xf4\x90\x80\x80", 0},
        {"ok\xe1\xba", 2},     {"", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(text_utf8_error(rows[i].bytes, strlen(rows[i].bytes)), rows[i].error);
    }
}

static void decomposed_vietnamese_is_composed(void **state) {
    (void)state;
    struct text text = {0};
    const char *decomposed = "tie\xcc\x82\xcc\x81ng Vie\xcc\xa3\xcc\x82t";
    assert_false(text_is_nfc(decomposed, strlen(decomposed)));
    assert_true(text_nfc(decomposed, strlen(decomposed), &text, NULL));
    assert_string_equal(text_string(&text), "tiếng Việt");
    assert_true(text_is_nfc(text.bytes, text.length));
    text_finish(&text);
}

static void what_is_not_utf8_is_refused_with_its_place(void **state) {
    (void)state;
    struct text text = {0};
    struct fail why = {0};
    assert_false(text_nfc("th\xf4ng", 5, &text, &why));
    assert_int_equal(why.code, FAIL_INVALID);
    assert_non_null(strstr(why.sentence, "byte 2"));
    assert_int_equal(text.length, 0);
    text_finish(&text);
}

static void a_file_over_its_limit_is_refused(void **state) {
    (void)state;
    char path[] = "/tmp/loaxa-text-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "0123456789", 10), 10);
    close(fd);
    struct text text = {0};
    struct fail why = {0};
    assert_true(text_read_file(path, 10, &text, &why));
    assert_string_equal(text_string(&text), "0123456789");
    text_clear(&text);
    assert_false(text_read_file(path, 9, &text, &why));
    assert_int_equal(why.code, FAIL_LIMIT);
    unlink(path);
    assert_false(text_read_file(path, 9, &text, &why));
    assert_int_equal(why.code, FAIL_SYSTEM);
    assert_non_null(strstr(why.sentence, path));
    text_finish(&text);
}

static void a_text_grows_and_stays_terminated(void **state) {
    (void)state;
    struct text text = {0};
    assert_string_equal(text_string(&text), "");
    for (int i = 0; i < 1000; i++) {
        text_add_format(&text, "%d,", i);
    }
    assert_int_equal(text.length, 10 * 2 + 90 * 3 + 900 * 4);
    assert_int_equal(strlen(text.bytes), text.length);
    text_clear(&text);
    text_add_codepoint(&text, 0x1ed9);
    assert_string_equal(text_string(&text), "ộ");
    assert_int_equal(text_columns("xã Vĩnh Thông"), 13);
    text_finish(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_utf8_is_found_at_its_byte),
        cmocka_unit_test(decomposed_vietnamese_is_composed),
        cmocka_unit_test(what_is_not_utf8_is_refused_with_its_place),
        cmocka_unit_test(a_file_over_its_limit_is_refused),
        cmocka_unit_test(a_text_grows_and_stays_terminated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
