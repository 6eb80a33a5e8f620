/* What the normaliser says, and what it refuses to guess. The golden tables are read by
 * golden.sh; here stands what they cannot show: spans, places, paragraphs, limits. */
#include "tts/normaliser.h"

#include "base/memory.h"
#include "tts/lexicon.h"
#include "tts/syllable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void read_with(const char *text, const struct reading_options *options,
                      const struct lexicon *lexicon, struct reading *reading) {
    struct fail why = {0};
    assert_true(normalise(text, strlen(text), options, lexicon, reading, &why));
}

static void read_plain(const char *text, struct reading *reading) {
    struct reading_options options = reading_options_default();
    read_with(text, &options, NULL, reading);
}

static void assert_spoken(const char *text, const char *spoken) {
    struct reading reading = {0};
    read_plain(text, &reading);
    assert_string_equal(reading_spoken(&reading), spoken);
    reading_finish(&reading);
}

static void test_empty_text_is_silence(void **state) {
    (void)state;
    assert_spoken("", "");
    assert_spoken(" \n\n \t", "");
    assert_spoken("*** --- \"\" ()", "");
}

static void test_words_know_their_source(void **state) {
    (void)state;
    struct reading reading = {0};
    read_plain("Họp lúc 7h30.", &reading);
    assert_string_equal(reading_spoken(&reading), "họp lúc bảy giờ ba mươi phút.");
    const struct reading_piece *hour = &reading.pieces[2];
    assert_int_equal(hour->begin, strlen("Họp lúc "));
    assert_int_equal(hour->end, strlen("Họp lúc 7h30"));
    assert_string_equal(reading_rule_name((enum reading_rule)hour->rule), "time");
    assert_int_equal(reading_syllables(&reading), 7);
    reading_finish(&reading);
}

static void test_decomposed_text_keeps_its_places(void **state) {
    (void)state;
    struct reading reading = {0};
    read_plain("Ho\xCC\xA3p qxz", &reading); /* o with a dot below, decomposed */
    assert_string_equal(reading_spoken(&reading), "họp");
    assert_int_equal(reading.problem_count, 1);
    assert_string_equal(reading.problems[0].token, "qxz");
    assert_int_equal(reading.problems[0].begin, 6);
    assert_int_equal(reading.problems[0].line, 1);
    reading_finish(&reading);
}

static void test_blank_number_is_reported_with_its_place(void **state) {
    (void)state;
    struct reading reading = {0};
    read_plain("Kính gửi các đồng chí\n\nSố -CV/ĐU", &reading);
    assert_false(reading_is_complete(&reading));
    assert_int_equal(reading.problem_count, 1);
    assert_int_equal(reading.problems[0].kind, READING_BLANK);
    assert_string_equal(reading.problems[0].token, "Số -CV/ĐU");
    assert_int_equal(reading.problems[0].line, 3);
    assert_int_equal(reading.problems[0].column, 1);
    assert_true(strlen(reading.problems[0].cure) > 10);
    reading_finish(&reading);
}

static void test_paragraphs_survive_broken_lines(void **state) {
    (void)state;
    assert_spoken("Thực hiện Kế hoạch của Ban Thường vụ Đảng ủy xã về việc tổ chức\n"
                  "Hội nghị quán triệt và triển khai thực hiện\n\n"
                  "1. Nội dung\n- Báo cáo nhiệm kỳ 2020\n- 2025.",
                  "thực hiện kế hoạch của ban thường vụ đảng ủy xã về việc tổ chức hội nghị quán "
                  "triệt và triển khai thực hiện\nthứ nhất, nội dung\nbáo cáo nhiệm kỳ hai nghìn "
                  "không trăm hai mươi đến hai nghìn không trăm hai mươi lăm.");
}

static void test_station_lexicon_goes_first(void **state) {
    (void)state;
    struct lexicon *lexicon = lexicon_create();
    struct fail why = {0};
    static const char tsv[] =
        "Pleiku\tname\tpờ lây cu\nUBND\tabbreviation\tủy ban\n2/9\tabbreviation\t"
        "mùng hai tháng chín\n";
    assert_true(lexicon_read(lexicon, tsv, strlen(tsv), &why));
    struct reading_options options = reading_options_default();
    struct reading reading = {0};
    read_with("UBND Pleiku nghỉ lễ 2/9", &options, lexicon, &reading);
    assert_string_equal(reading_spoken(&reading), "ủy ban pờ lây cu nghỉ lễ mùng hai tháng chín");
    reading_finish(&reading);
    lexicon_destroy(lexicon);
}

static void test_options_change_the_words(void **state) {
    (void)state;
    struct reading_options options = reading_options_default();
    options.ngan = options.le = options.mung = true;
    options.tu = ISSUER_THANH_UY;
    struct reading reading = {0};
    read_with("ngày 5/3/2026: 1.005 hộ, Nghị quyết số 26-NQ/TU", &options, NULL, &reading);
    assert_string_equal(
        reading_spoken(&reading),
        "ngày mùng năm tháng ba năm hai ngàn không trăm hai mươi sáu: một ngàn không "
        "trăm lẻ năm hộ, nghị quyết số hai mươi sáu của thành ủy");
    options.document_letters = DOCUMENT_LETTERS_SPELLED;
    read_with("Nghị quyết số 57-NQ/TW", &options, NULL, &reading);
    assert_string_equal(reading_spoken(&reading), "nghị quyết số năm mươi bảy nờ quy tê vê kép");
    options.document_letters = DOCUMENT_LETTERS_DROPPED;
    read_with("Nghị quyết số 57-NQ/TW", &options, NULL, &reading);
    assert_string_equal(reading_spoken(&reading), "nghị quyết số năm mươi bảy");
    reading_finish(&reading);
}

static void test_bad_bytes_are_named(void **state) {
    (void)state;
    struct reading reading = {0};
    read_plain("xin ch\xE0o b\xE0 con \xE2\x80\xAE m\x01", &reading);
    size_t encoding = 0, hidden = 0;
    for (size_t i = 0; i < reading.problem_count; i++) {
        encoding += reading.problems[i].kind == READING_ENCODING;
        hidden += reading.problems[i].kind == READING_HIDDEN;
    }
    assert_int_equal(encoding, 2);
    assert_int_equal(hidden, 2);
    reading_finish(&reading);
}

/* Each letter alone has a name that is a word, and a code of letters and digits is read by them. */
static void test_every_letter_has_a_name(void **state) {
    (void)state;
    struct reading reading = {0};
    read_plain("lô A, B, C, D, Đ, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y, "
               "Z; J7, W8",
               &reading);
    assert_true(reading_is_complete(&reading));
    assert_non_null(strstr(reading_spoken(&reading), "di bảy"));
    for (size_t i = 0; i < reading.piece_count; i++) {
        const struct reading_piece *piece = &reading.pieces[i];
        if (piece->kind == READING_WORD) {
            assert_true(syllable_is_valid(reading.spoken.bytes + piece->at, piece->length));
        }
    }
    reading_finish(&reading);
}

static void test_twenty_thousand_digits_are_refused(void **state) {
    (void)state;
    struct text text = {0};
    for (int i = 0; i < 20000; i++) {
        text_add(&text, "7", 1);
    }
    struct reading reading = {0};
    read_plain(text.bytes, &reading);
    assert_string_equal(reading_spoken(&reading), "");
    assert_int_equal(reading.problem_count, 1);
    assert_int_equal(reading.problems[0].kind, READING_TOO_LONG);
    reading_finish(&reading);
    text_finish(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_text_is_silence),
        cmocka_unit_test(test_words_know_their_source),
        cmocka_unit_test(test_decomposed_text_keeps_its_places),
        cmocka_unit_test(test_blank_number_is_reported_with_its_place),
        cmocka_unit_test(test_paragraphs_survive_broken_lines),
        cmocka_unit_test(test_station_lexicon_goes_first),
        cmocka_unit_test(test_options_change_the_words),
        cmocka_unit_test(test_bad_bytes_are_named),
        cmocka_unit_test(test_every_letter_has_a_name),
        cmocka_unit_test(test_twenty_thousand_digits_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
