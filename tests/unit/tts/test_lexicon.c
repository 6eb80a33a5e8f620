/* The lexicon: longest match, contexts, the station over the base, and the rules of an entry. */
#include "tts/lexicon.h"

#include "tts/normaliser.h"
#include "tts/syllable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct lexicon *lexicon_of(const char *tsv) {
    struct lexicon *lexicon = lexicon_create();
    struct fail why = {0};
    if (!lexicon_read(lexicon, tsv, strlen(tsv), &why)) {
        print_error("%s\n", why.sentence);
        fail();
    }
    return lexicon;
}

static void assert_spoken(const char *tsv, const char *text, const char *spoken) {
    struct lexicon *lexicon = lexicon_of(tsv);
    struct reading_options options = reading_options_default();
    struct reading reading = {0};
    assert_true(normalise(text, strlen(text), &options, lexicon, &reading, NULL));
    assert_string_equal(reading_spoken(&reading), spoken);
    reading_finish(&reading);
    lexicon_destroy(lexicon);
}

static void assert_refused(const char *tsv, const char *what) {
    struct lexicon *lexicon = lexicon_create();
    struct fail why = {0};
    assert_false(lexicon_read(lexicon, tsv, strlen(tsv), &why));
    assert_int_equal(why.code, FAIL_INVALID);
    assert_non_null(strstr(why.sentence, "line 1"));
    assert_non_null(strstr(why.sentence, what));
    lexicon_destroy(lexicon);
}

static void test_every_base_entry_keeps_the_rules(void **state) {
    (void)state;
    assert_true(lexicon_base_size() > 1500);
    for (size_t i = 0; i < lexicon_base_size(); i++) {
        struct fail why = {0};
        const struct lexicon_entry *entry = lexicon_base_at(i);
        if (!lexicon_entry_check(entry, &why)) {
            print_error("%s: %s\n", entry->key, why.sentence);
            fail();
        }
    }
}

static void test_ambiguous_base_keys_need_context(void **state) {
    (void)state;
    static const char *const keys[] = {"BCH", "BCT", "TT", "TB", "QĐ", "CT", "KH"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        struct lexicon_match match =
            lexicon_find(NULL, LEXICON_BASE, keys[k], strlen(keys[k]), false);
        assert_true(match.count >= 2);
        for (size_t i = 0; i < match.count; i++) {
            if (match.entries[i]->class == LEXICON_ABBREVIATION) {
                assert_true(match.entries[i]->left[0] != '\0' ||
                            match.entries[i]->right[0] != '\0');
            }
        }
    }
}

static void test_longest_key_wins(void **state) {
    (void)state;
    assert_spoken("Na\tname\tna\nNa Phac\tname\tnà phạc\n", "xã Na Phac và Na Rì",
                  "xã nà phạc và na rì");
}

static void test_capitals_count(void **state) {
    (void)state;
    assert_spoken("Lan\tname\tlan anh\n", "chị Lan và hoa lan", "chị lan anh và hoa lan");
}

static void test_context_decides(void **state) {
    (void)state;
    static const char tsv[] = "SH\tabbreviation\tsinh hoạt\t\tchi bộ|đoàn\n"
                              "SH\tabbreviation\tsố hiệu\t^|xe\t#\n";
    assert_spoken(tsv, "buổi SH chi bộ", "buổi sinh hoạt chi bộ");
    assert_spoken(tsv, "xe SH 25", "xe số hiệu hai mươi lăm");
    struct lexicon *lexicon = lexicon_of(tsv);
    struct reading_options options = reading_options_default();
    struct reading reading = {0};
    assert_true(normalise("SH", 2, &options, lexicon, &reading, NULL));
    assert_false(reading_is_complete(&reading));
    reading_finish(&reading);
    lexicon_destroy(lexicon);
}

static void test_bad_lines_are_refused_with_the_cure(void **state) {
    (void)state;
    assert_refused("UBND\tabbreviation\n", "parted by tabs");
    assert_refused("UBND\tword\tủy ban\n", "class");
    assert_refused("UBND\tabbreviation\tỦy ban\n", "small letters");
    assert_refused("UBND\tabbreviation\tuy bann\n", "syllables");
    assert_refused("UBND\tabbreviation\tủy  ban\n", "syllables");
    assert_refused("UBND\tabbreviation\tủy ban 2\n", "syllables");
    assert_refused("UBND\tabbreviation\tủy ban\t\t\tmuch\n", "priority");
    assert_refused("\tabbreviation\tủy ban\n", "key");
    assert_refused("a\xFF\tabbreviation\tủy ban\n", "UTF-8");
}

static void test_written_file_reads_back_the_same(void **state) {
    (void)state;
    static const char tsv[] =
        "Nà Phặc\tname\tnà phạc\t\t\t0\tdân gọi\nSH\tabbreviation\tsố hiệu\txe\t#\t5\t\n";
    struct lexicon *lexicon = lexicon_of(tsv);
    char path[] = "/tmp/loaxa-lexicon-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct fail why = {0};
    assert_true(lexicon_write_file(lexicon, path, &why));
    struct lexicon *again = lexicon_create();
    assert_true(lexicon_read_file(again, path, &why));
    struct text first = {0}, second = {0};
    lexicon_write(lexicon, &first);
    lexicon_write(again, &second);
    assert_string_equal(text_string(&first), text_string(&second));
    assert_int_equal(lexicon_count(again), 2);
    text_clear(&first);
    text_clear(&second);
    lexicon_digest(lexicon, &first);
    lexicon_digest(again, &second);
    assert_string_equal(text_string(&first), text_string(&second));
    assert_int_equal(lexicon_remove(again, "SH"), 1);
    text_clear(&second);
    lexicon_digest(again, &second);
    assert_string_not_equal(text_string(&first), text_string(&second));
    unlink(path);
    text_finish(&first);
    text_finish(&second);
    lexicon_destroy(lexicon);
    lexicon_destroy(again);
}

static void test_same_key_and_context_is_replaced(void **state) {
    (void)state;
    struct lexicon *lexicon = lexicon_of("A Ma\tname\ta ma\nA Ma\tname\tá má\n");
    assert_int_equal(lexicon_count(lexicon), 1);
    assert_string_equal(lexicon_at(lexicon, 0)->spoken, "á má");
    lexicon_destroy(lexicon);
}

static void test_syllables(void **state) {
    (void)state;
    static const char *const good[] = {"nghiêng", "quyết", "gì",    "giếng", "ủy",
                                       "uống",    "yêu",   "khuya", "thuở",  "hòa",
                                       "hoà",     "quý",   "za",    "oát",   "xoong"};
    static const char *const bad[] = {"",      "Đảng", "ubnd", "w",   "cat", "tích tắc", "aa",
                                      "ngngh", "5",    "lăk",  "hơơ", "bit", "chach",    "zô"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(syllable_is_valid(good[i], strlen(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(syllable_is_valid(bad[i], strlen(bad[i])));
    }
    struct text folded = {0};
    syllable_fold_tone("hoà", strlen("hoà"), &folded);
    assert_string_equal(text_string(&folded), "hòa");
    text_clear(&folded);
    syllable_fold_tone("quý", strlen("quý"), &folded);
    assert_string_equal(text_string(&folded), "quý");
    text_clear(&folded);
    syllable_plain("đảng ủy", strlen("đảng ủy"), &folded);
    assert_string_equal(text_string(&folded), "dang uy");
    text_finish(&folded);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_base_entry_keeps_the_rules),
        cmocka_unit_test(test_ambiguous_base_keys_need_context),
        cmocka_unit_test(test_longest_key_wins),
        cmocka_unit_test(test_capitals_count),
        cmocka_unit_test(test_context_decides),
        cmocka_unit_test(test_bad_lines_are_refused_with_the_cure),
        cmocka_unit_test(test_written_file_reads_back_the_same),
        cmocka_unit_test(test_same_key_and_context_is_replaced),
        cmocka_unit_test(test_syllables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
