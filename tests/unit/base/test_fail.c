#include "base/fail.h"
#include "base/text.h"
#include "base/words.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_sentence_follows_the_language_of_the_process(void **state) {
    (void)state;
    struct fail why = {0};
    words_use(LANGUAGE_VIETNAMESE);
    assert_false(fail_set(&why, FAIL_LIMIT, "more than %zu bytes: too long", (size_t)9));
    assert_string_equal(why.sentence, "dài quá 9 byte");
    words_use(LANGUAGE_ENGLISH);
    assert_false(fail_set(&why, FAIL_LIMIT, "more than %zu bytes: too long", (size_t)9));
    assert_string_equal(why.sentence, "more than 9 bytes: too long");
    assert_string_equal(tr_in(LANGUAGE_VIETNAMESE, "no such sentence"), "no such sentence");
}

static void a_refusal_of_the_system_names_its_cause(void **state) {
    (void)state;
    struct fail why = {0};
    fail_system(&why, ENOENT, "cannot open %s", "x.wav");
    assert_int_equal(why.code, FAIL_SYSTEM);
    assert_int_equal(why.error_number, ENOENT);
    assert_string_equal(why.sentence, "cannot open x.wav: No such file or directory");
    fail_system(&why, ENOSPC, "cannot read");
    assert_int_equal(why.code, FAIL_FULL);
}

static void a_prefix_stands_before_and_a_long_sentence_is_cut(void **state) {
    (void)state;
    struct fail why = {0};
    char name[600];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    fail_set(&why, FAIL_INVALID, "cannot read");
    fail_prefix(&why, "%s", "a.ini");
    assert_string_equal(why.sentence, "a.ini: cannot read");
    fail_prefix(&why, "%s", name);
    assert_int_equal(strlen(why.sentence), sizeof why.sentence - 1);
    assert_false(fail_set(NULL, FAIL_INVALID, "cannot read"));
}

static void the_environment_chooses_the_language(void **state) {
    (void)state;
    setenv("LOAXA_LANG", "vi", 1);
    assert_int_equal(words_language_of_environment(), LANGUAGE_VIETNAMESE);
    setenv("LOAXA_LANG", "en_GB.UTF-8", 1);
    assert_int_equal(words_language_of_environment(), LANGUAGE_ENGLISH);
    setenv("LOAXA_LANG", "", 1);
    setenv("LC_ALL", "vi_VN.UTF-8", 1);
    assert_int_equal(words_language_of_environment(), LANGUAGE_VIETNAMESE);
}

static void each_cause_has_a_word_and_an_exit_status(void **state) {
    (void)state;
    for (int code = FAIL_NONE; code <= FAIL_SYSTEM; code++) {
        assert_true(strlen(fail_word(code)) > 2);
        assert_true(fail_exit_status(code) >= (code != FAIL_NONE) && fail_exit_status(code) <= 3);
    }
}

static void a_long_sentence_ends_with_a_whole_character(void **state) {
    (void)state;
    for (size_t before = 500; before < 512; before++) {
        struct fail why;
        char words[1024];
        memset(words, 'a', before);
        words[before] = '\0';
        while (strlen(words) < 600) {
            strcat(words, "ệ");
        }
        fail_set(&why, FAIL_INVALID, "%s", words);
        size_t length = strlen(why.sentence);
        assert_in_range(length, sizeof why.sentence - 4, sizeof why.sentence - 1);
        assert_int_equal(text_utf8_error(why.sentence, length), length);
        fail_prefix(&why, "%s", "tiêu đề");
        length = strlen(why.sentence);
        assert_int_equal(text_utf8_error(why.sentence, length), length);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_follows_the_language_of_the_process),
        cmocka_unit_test(a_refusal_of_the_system_names_its_cause),
        cmocka_unit_test(a_prefix_stands_before_and_a_long_sentence_is_cut),
        cmocka_unit_test(the_environment_chooses_the_language),
        cmocka_unit_test(each_cause_has_a_word_and_an_exit_status),
        cmocka_unit_test(a_long_sentence_ends_with_a_whole_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
