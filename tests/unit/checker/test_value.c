#include "checker/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* Reads a text that needs not end in NUL, so that a sanitizer sees a step too far. */
static bool read(struct value_tree *tree, const char *text) {
    return value_read(tree, text, strlen(text));
}

static void canonical_text_has_no_fault(void **state) {
    (void)state;
    struct value_tree tree = {0};
    assert_true(read(&tree, "{\"a\":[1,-2,{\"x\":null}],\"b\":\"Đài\\u1eaf\\n\",\"c\":true}"));
    assert_null(tree.fault);
    assert_string_equal(value_text(&tree, value_top(&tree), "b"), "Đàiắ\n");
    const struct value *array = value_get(&tree, value_top(&tree), "a");
    assert_int_equal(array->size, 3);
    assert_int_equal(value_next(&tree, value_first(&tree, array))->integer, -2);
    assert_false(value_has(&tree, value_get(&tree, array, "x"), "x"));
    value_finish(&tree);
}

static void what_is_not_canonical_is_named(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"{\"b\":1,\"a\":2}", "byte order"},
        {"{\"a\":1,\"a\":2}", "byte order"},
        {"{ \"a\":1}", "blank"},
        {"{\"a\":1}\n", "blank"},
        {"{\"a\":1.0}", "real"},
        {"{\"a\":1e3}", "real"},
        {"{\"a\":01}", "zero"},
        {"{\"a\":-0}", "zero"},
    };
    struct value_tree tree = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(read(&tree, cases[i][0]));
        assert_non_null(tree.fault);
        assert_non_null(strstr(tree.fault, cases[i][1]));
    }
    value_finish(&tree);
}

static void what_is_no_json_is_refused(void **state) {
    (void)state;
    static const char *const cases[] = {"",
                                        "{",
                                        "[1]",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{\"a\":\"\\x\"}",
                                        "{\"a\":\"\\u12\"}",
                                        "{\"a\":\"\\ud800\"}",
                                        "{\"a\":\"\\u0000\"}",
                                        "{\"a\":99999999999999999999}",
                                        "{\"a\":1}x",
                                        "{\"a\":\"\x01\"}",
                                        "{\"a\":\"\xc0\xaf\"}",
                                        "{\"a\":tru}",
                                        "{\"a\":-}",
                                        "{\"a\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}"};
    struct value_tree tree = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(read(&tree, cases[i]));
        assert_non_null(tree.fault);
    }
    assert_true(read(&tree, "{\"a\":\"\\ud83d\\ude00\"}"));
    assert_string_equal(value_text(&tree, value_top(&tree), "a"), "\xf0\x9f\x98\x80");
    value_finish(&tree);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_text_has_no_fault),
        cmocka_unit_test(what_is_not_canonical_is_named),
        cmocka_unit_test(what_is_no_json_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
