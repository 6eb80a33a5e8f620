#include "base/text.h"
#include "playlists/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "Nghị quyết 57-NQ/TW | …" */
static void expect(const char *text, const char *wanted) {
    struct document_mention *mentions;
    size_t count;
    struct text found = {0};
    document_find(text, strlen(text), &mentions, &count);
    for (size_t i = 0; i < count; i++) {
        text_add_format(&found, "%s%s%s%s", i != 0 ? " | " : "", mentions[i].kind,
                        *mentions[i].kind != '\0' ? " " : "", mentions[i].number);
        assert_true(mentions[i].offset + mentions[i].length <= strlen(text));
    }
    assert_string_equal(text_string(&found), wanted);
    text_finish(&found);
    free(mentions);
}

/* The paragraph of an official letter that asks communes to explain fifteen documents, in our own
 * words around its numbers. */
static void a_letter_names_its_fifteen_documents(void **state) {
    (void)state;
    expect(
        "1. Trọng tâm là các văn kiện gồm: Nghị quyết số 57-NQ/TW về đột phá khoa học; Nghị quyết "
        "số 59-NQ/TW về hội nhập; Nghị quyết số 66-NQ/TW; Nghị quyết số 68-NQ/TW; Nghị quyết số "
        "70-NQ/TW đến năm 2030, tầm nhìn đến năm 2045; Nghị quyết số 71-NQ/TW; Nghị quyết số "
        "72-NQ/TW; Nghị quyết số 79-NQ/TW; Nghị quyết số 80-NQ/TW; gồm Nghị quyết số 04-NQ/TW, "
        "Nghị quyết số 05-NQ/TW; các Quy định số 19-QĐ/TW, Quy định số 20-QĐ/TW, Quy định số "
        "21-QĐ/TW và Kết luận số 18-KL/TW giai đoạn 2026 - 2030; Nghị quyết số 57-NQ/TW; 20 đề án",
        "Nghị quyết 57-NQ/TW | Nghị quyết 59-NQ/TW | Nghị quyết 66-NQ/TW | Nghị quyết 68-NQ/TW | "
        "Nghị quyết 70-NQ/TW | Nghị quyết 71-NQ/TW | Nghị quyết 72-NQ/TW | Nghị quyết 79-NQ/TW | "
        "Nghị quyết 80-NQ/TW | Nghị quyết 04-NQ/TW | Nghị quyết 05-NQ/TW | Quy định 19-QĐ/TW | "
        "Quy định 20-QĐ/TW | Quy định 21-QĐ/TW | Kết luận 18-KL/TW");
}

/* The same on the letter itself, where it is at hand: its first numbered paragraph only. */
static void the_real_letter_names_fifteen(void **state) {
    (void)state;
    const char *shared = getenv("LOAXA_SHARED");
    char path[512];
    struct text letter = {0};
    snprintf(path, sizeof path, "%s/seeds/000_704a9ebedc927a76.txt", shared != NULL ? shared : "");
    if (!text_read_file(path, 1 << 20, &letter, NULL)) {
        print_message("the letter is not at hand\n");
        skip();
    }
    const char *from = strstr(letter.bytes, "\n1. ");
    const char *until = strstr(letter.bytes, "\n2. ");
    assert_true(from != NULL && until > from);
    struct document_mention *mentions;
    size_t count;
    document_find(from, (size_t)(until - from), &mentions, &count);
    assert_int_equal(count, 15);
    assert_string_equal(mentions[14].number, "18-KL/TW");
    assert_string_equal(mentions[14].kind, "Kết luận");
    free(mentions);
    text_finish(&letter);
}

static void every_way_of_numbering_is_known(void **state) {
    (void)state;
    expect("Nghị định số 49/2024/NĐ-CP, Thông tư 39/2020/TT-BTTTT và Quyết định số 15/QĐ-UBND",
           "Nghị định 49/2024/NĐ-CP | Thông tư 39/2020/TT-BTTTT | Quyết định 15/QĐ-UBND");
    expect("Luật số 41/2024/QH15; Nghị quyết số 1210/2016/UBTVQH13",
           "Luật 41/2024/QH15 | Nghị quyết 1210/2016/UBTVQH13");
    expect("Quyết định số 1234/QĐ-TTg, Chương trình hành động số 07-CTr/TU, Tờ trình 5/TTr-UBND",
           "Quyết định 1234/QĐ-TTg | Chương trình hành động 07-CTr/TU | Tờ trình 5/TTr-UBND");
    expect("Công văn số 433-CV/BTGDVTU, ngày 19/8/2025; kế hoạch số 02-KH/BCĐ-TW.",
           "Công văn 433-CV/BTGDVTU | Kế hoạch 02-KH/BCĐ-TW");
    expect("số 69-QĐi/TW", "Quy định 69-QĐi/TW");
    expect("Số 12-XYZ/TU và 13-XYZ/TU", "12-XYZ/TU"); /* unknown, but announced */
}

static void lists_share_their_noun(void **state) {
    (void)state;
    expect("các Quyết định số 19-QĐ/TW, 20-QĐ/TW và 21-QĐ/TW",
           "Quyết định 19-QĐ/TW | Quyết định 20-QĐ/TW | Quyết định 21-QĐ/TW");
    expect("19-QĐ/TW và 20-KL/TW", "Quy định 19-QĐ/TW | Kết luận 20-KL/TW");
}

static void odd_spellings_are_brought_to_one_form(void **state) {
    (void)state;
    expect("Nghị quyết số 57 – NQ/TW; “58-NQ / TW”", "Nghị quyết 57-NQ/TW | Nghị quyết 58-NQ/TW");
    expect("Quy định số:19-QÐ/TW", "Quy định 19-QĐ/TW"); /* Ð is Icelandic */
}

static void what_only_looks_alike_is_left_alone(void **state) {
    (void)state;
    expect("ngày 22/4/2026, 03/02/1930 - 03/02/2026, giai đoạn 2026 - 2030, 2/9, 1/2", "");
    expect("điện thoại 0209-3861-123 hoặc 024/38256789, mục 1.2-A, số nhà 12/5B, 5-7 người", "");
    expect("2-CLB/HTX, 123456-NQ/TW, A57-NQ/TW, 1/57-NQ/TW, 57-NQ/", "");
    expect("Số -CV/ĐU", "");
    expect("", "");
}

static void a_typed_number_is_normalised(void **state) {
    (void)state;
    char number[DOCUMENT_NUMBER_SIZE];
    assert_true(document_number_parse(" 57-nq/tw ", number));
    assert_string_equal(number, "57-NQ/TW");
    assert_true(document_number_parse("49/2024/nđ-cp", number));
    assert_string_equal(number, "49/2024/NĐ-CP");
    assert_true(document_number_parse("07-ctr/tu", number));
    assert_string_equal(number, "07-CTr/TU");
    assert_true(document_number_parse("1234/QĐ-TTg", number));
    assert_string_equal(number, "1234/QĐ-TTg");
    assert_false(document_number_parse("57", number));
    assert_false(document_number_parse("57-NQ/TW và 58", number));
    assert_false(document_number_parse("22/4/2026", number));
    assert_false(
        document_number_parse("1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/BBBBBBBBBBBBBBBBBBBBBBB", number));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_names_its_fifteen_documents),
        cmocka_unit_test(the_real_letter_names_fifteen),
        cmocka_unit_test(every_way_of_numbering_is_known),
        cmocka_unit_test(lists_share_their_noun),
        cmocka_unit_test(odd_spellings_are_brought_to_one_form),
        cmocka_unit_test(what_only_looks_alike_is_left_alone),
        cmocka_unit_test(a_typed_number_is_normalised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
