/* Lint: what an editor is told, and that only the unreadable blocks. */
#include "tts/lint.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct lint look(const char *text, const struct lint_limits *limits) {
    struct reading reading = {0};
    struct reading_options options = reading_options_default();
    struct fail why = {0};
    assert_true(normalise(text, strlen(text), &options, NULL, &reading, &why));
    struct lint lint = {0};
    lint_text(text, strlen(text), &reading, limits, &lint);
    reading_finish(&reading);
    return lint;
}

static size_t count_of(const struct lint *lint, enum lint_kind kind) {
    size_t count = 0;
    for (size_t i = 0; i < lint->count; i++) {
        count += lint->notes[i].kind == kind;
    }
    return count;
}

static const struct lint_note *first_of(const struct lint *lint, enum lint_kind kind) {
    for (size_t i = 0; i < lint->count; i++) {
        if (lint->notes[i].kind == kind) {
            return &lint->notes[i];
        }
    }
    return NULL;
}

static void test_clean_bulletin_has_no_notes(void **state) {
    (void)state;
    struct lint_limits limits = lint_limits_default();
    struct lint lint = look("Kính mời bà con đến nhà văn hóa thôn 3 lúc 19h30 ngày 20/3/2026.\n"
                            "Trân trọng cảm ơn bà con đã lắng nghe.",
                            &limits);
    assert_int_equal(lint.total, 0);
    assert_int_equal(lint.sentences, 2);
    assert_true(lint.duration_ms > 5000 && lint.duration_ms < 20000);
    lint_finish(&lint);
}

static void test_slips_of_the_scanner_are_named(void **state) {
    (void)state;
    struct lint_limits limits = lint_limits_default();
    struct lint lint =
        look("xây dựng, chính đốn Đảng\nNhân mạnh tầm quan trọng\ntháo gỡ chông chéo", &limits);
    assert_int_equal(count_of(&lint, LINT_SLIP), 3);
    assert_int_equal(lint.blocking, 0);
    const struct lint_note *note = first_of(&lint, LINT_SLIP);
    assert_string_equal(note->token, "chính đốn");
    assert_int_equal(note->line, 1);
    assert_int_equal(note->column, 11);
    assert_non_null(strstr(note->sentence, "chỉnh đốn"));
    lint_finish(&lint);
}

static void test_words_side_by_side_are_no_slip(void **state) {
    (void)state;
    struct lint_limits limits = lint_limits_default();
    struct lint lint =
        look("quần chúng nhân dân; đầu tiên bố trí cán bộ; chỉ tiêu và chi tiêu", &limits);
    assert_int_equal(count_of(&lint, LINT_SLIP), 0);
    lint_finish(&lint);
}

static void test_only_the_unreadable_blocks(void **state) {
    (void)state;
    struct lint_limits limits = lint_limits_default();
    struct lint lint = look("Xem tại https://a.vn/b. Số -CV/ĐU.", &limits);
    assert_int_equal(count_of(&lint, LINT_UNREADABLE), 2);
    assert_int_equal(lint.blocking, 2);
    lint_finish(&lint);
}

static void test_long_sentences_and_many_numbers(void **state) {
    (void)state;
    struct lint_limits limits = lint_limits_default();
    limits.syllables_max = 10;
    limits.numbers_max = 2;
    struct lint lint = look("Xã có 1.005 hộ, 4.215 khẩu, 12 thôn và 3 trường. Xin hết.", &limits);
    assert_int_equal(count_of(&lint, LINT_SENTENCE), 1);
    assert_int_equal(count_of(&lint, LINT_NUMBERS), 1);
    assert_non_null(strstr(first_of(&lint, LINT_NUMBERS)->sentence, "4 numbers"));
    lint_finish(&lint);
}

static void test_spoken_length_against_the_limit(void **state) {
    (void)state;
    struct lint_limits limits = lint_limits_default();
    limits.duration_ms_max = 1000;
    struct lint lint = look("Mời toàn thể bà con đến họp tại nhà văn hóa thôn.", &limits);
    assert_int_equal(count_of(&lint, LINT_TOO_LONG), 1);
    lint_finish(&lint);
    limits.duration_ms_max = 60000;
    lint = look("Mời toàn thể bà con đến họp tại nhà văn hóa thôn.", &limits);
    assert_int_equal(count_of(&lint, LINT_TOO_LONG), 0);
    lint_finish(&lint);
}

static void test_repeated_sentence(void **state) {
    (void)state;
    struct lint_limits limits = lint_limits_default();
    struct lint lint = look("Mời bà con đến họp tại nhà văn hóa thôn. Xin cảm ơn.\n"
                            "Mời bà con đến họp tại nhà văn hóa thôn. Xin cảm ơn.",
                            &limits);
    assert_int_equal(count_of(&lint, LINT_REPEATED), 1);
    assert_int_equal(first_of(&lint, LINT_REPEATED)->line, 2);
    lint_finish(&lint);
}

static void test_letters_are_noted_once_unless_explained(void **state) {
    (void)state;
    struct lint_limits limits = lint_limits_default();
    struct lint lint = look("GRDP tăng. GRDP giảm. Quét mã QR.", &limits);
    assert_int_equal(count_of(&lint, LINT_ABBREVIATION), 1);
    lint_finish(&lint);
    lint = look("Tổng sản phẩm trên địa bàn (GRDP) tăng. GRDP giảm.", &limits);
    assert_int_equal(count_of(&lint, LINT_ABBREVIATION), 0);
    lint_finish(&lint);
}

static void test_impossible_and_blank_dates(void **state) {
    (void)state;
    struct lint_limits limits = lint_limits_default();
    struct lint lint = look("Hạn nộp ngày 31/11/2026. Họp ngày 29/02/2028, ngày 29/02/2026.\n"
                            "Vĩnh Thông, ngày   tháng 5 năm 2026. Ghi ngày tháng năm sinh.",
                            &limits);
    assert_int_equal(count_of(&lint, LINT_DATE), 3);
    assert_string_equal(first_of(&lint, LINT_DATE)->token, "31/11/2026");
    lint_finish(&lint);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean_bulletin_has_no_notes),
        cmocka_unit_test(test_slips_of_the_scanner_are_named),
        cmocka_unit_test(test_words_side_by_side_are_no_slip),
        cmocka_unit_test(test_only_the_unreadable_blocks),
        cmocka_unit_test(test_long_sentences_and_many_numbers),
        cmocka_unit_test(test_spoken_length_against_the_limit),
        cmocka_unit_test(test_repeated_sentence),
        cmocka_unit_test(test_letters_are_noted_once_unless_explained),
        cmocka_unit_test(test_impossible_and_blank_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
