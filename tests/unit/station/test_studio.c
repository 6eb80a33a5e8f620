/* What [speech] of settings.ini and the lexicons change in the words and the pace of a bulletin. */
#include "station/item_words.h"
#include "station/studio.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/studio-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/lexicon.tsv", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/" ITEM_WORDS_FILE, folder);
    unlink(path);
    return rmdir(folder);
}

static void assert_read(const char *ini, int64_t item, const char *written, const char *spoken) {
    struct settings settings;
    struct reading reading = {0};
    struct fail why = {0};
    assert_true(settings_parse(ini, strlen(ini), "settings.ini", &settings, &why));
    if (!studio_read(folder, &settings, item, written, strlen(written), &reading, &why)) {
        fail_msg("%s: %s", ini, why.sentence);
    }
    assert_true(reading_is_complete(&reading));
    assert_string_equal(reading_spoken(&reading), spoken);
    reading_finish(&reading);
}

static void the_keys_of_speech_change_the_words(void **state) {
    (void)state;
    static const struct {
        const char *ini, *written, *spoken;
    } rows[] = {
        {"", "Thu 1.005.000 đồng", "thu một triệu không trăm linh năm nghìn đồng"},
        {"[speech]\nregion = north\n", "Hỗ trợ 2.105 hộ", "hỗ trợ hai nghìn một trăm linh năm hộ"},
        {"[speech]\nregion = central\n", "Hỗ trợ 2.105 hộ", "hỗ trợ hai ngàn một trăm lẻ năm hộ"},
        {"[speech]\nregion = south\n", "Thu 1.005.000 đồng",
         "thu một triệu không trăm lẻ năm ngàn đồng"},
        {"[speech]\nmung = no\n", "Họp ngày 5/3", "họp ngày năm tháng ba"},
        {"[speech]\nmung = yes\n", "Họp ngày 5/3", "họp ngày mùng năm tháng ba"},
        {"[speech]\nmung = yes\n", "Họp ngày 15/3", "họp ngày mười lăm tháng ba"},
        {"[speech]\ntu = tinh\n", "Công văn số 12-CV/TU", "công văn số mười hai của tỉnh ủy"},
        {"[speech]\ntu = thanh\n", "Công văn số 12-CV/TU", "công văn số mười hai của thành ủy"},
        {"[speech]\nletters = expanded\n", "Nghị quyết số 57-NQ/TW",
         "nghị quyết số năm mươi bảy của trung ương"},
        {"[speech]\nletters = dropped\n", "Nghị quyết số 57-NQ/TW", "nghị quyết số năm mươi bảy"},
        {"[speech]\nletters = spelled\n", "Nghị quyết số 57-NQ/TW",
         "nghị quyết số năm mươi bảy nờ quy tê vê kép"},
        {"[speech]\nregion = south\nmung = yes\ntu = thanh\n",
         "Ngày 2/9/2025, Kế hoạch số 1004-KH/TU",
         "ngày mùng hai tháng chín năm hai ngàn không trăm hai mươi lăm, kế hoạch số một ngàn "
         "không trăm lẻ bốn của thành ủy"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_read(rows[i].ini, 0, rows[i].written, rows[i].spoken);
    }
}

static void the_pace_is_the_station_s(void **state) {
    (void)state;
    static const char ini[] =
        "[speech]\nspeed = 180\ncomma_ms = 400\nsentence_ms = 1000\nparagraph_ms = 2000\n";
    struct settings settings;
    assert_true(settings_parse(ini, strlen(ini), "settings.ini", &settings, NULL));
    struct reading_pace pace = studio_pace(&settings), plain = reading_pace_default();
    assert_float_equal(pace.syllables_a_second, 3.0, 1e-9);
    assert_int_equal(pace.comma_ms, 400);
    assert_int_equal(pace.sentence_ms, 1000);
    assert_int_equal(pace.paragraph_ms, 2000);
    settings_default(&settings); /* a station that says nothing has the reader's own pace */
    pace = studio_pace(&settings);
    assert_float_equal(pace.syllables_a_second, plain.syllables_a_second, 1e-9);
    assert_int_equal(pace.comma_ms, plain.comma_ms);
    assert_int_equal(pace.sentence_ms, plain.sentence_ms);
    assert_int_equal(pace.paragraph_ms, plain.paragraph_ms);
}

static void add(int64_t item, const char *key, const char *spoken, const char *left) {
    struct fail why = {0};
    struct lexicon_entry entry = {
        .key = key, .spoken = spoken, .left = left, .right = "", .note = "", .class = LEXICON_NAME};
    if (!item_words_add(folder, item, &entry, &why)) {
        fail_msg("%s", why.sentence);
    }
}

static void an_item_s_own_word_stands_over_the_station_s(void **state) {
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/lexicon.tsv", folder);
    FILE *file = fopen(path, "w");
    fputs("Pleiku\tname\tpờ lây cu\nLoong\tforeign\tlong\n", file);
    fclose(file);
    assert_read("", 0, "Về Pleiku", "về pờ lây cu");
    add(7, "Pleiku", "lây cu", "");
    add(8, "Pleiku", "pơ lây cu", "");
    add(7, "Loong", "lòng", ""); /* another class than the station's: still the item's wins */
    assert_read("", 7, "Về Pleiku, Loong", "về lây cu, lòng");
    assert_read("", 8, "Về Pleiku, Loong", "về pơ lây cu, long");
    assert_read("", 9, "Về Pleiku, Loong", "về pờ lây cu, long");
    add(7, "Pleiku", "lê cu", ""); /* once more: replaced */
    assert_read("", 7, "Về Pleiku", "về lê cu");
    assert_read("", 8, "Về Pleiku", "về pơ lây cu");
}

static void a_bad_line_of_an_item_s_words_is_named(void **state) {
    (void)state;
    static const char *const bad[] = {"Pleiku\tname\tpờ lây cu\n",
                                      "0\tPleiku\tname\tpờ\n",
                                      "x\n",
                                      "7\n",
                                      "7\tPleiku\tname\tX1\n",
                                      "99999999999999999999\tPleiku\tname\tpờ\n"};
    char path[128];
    snprintf(path, sizeof path, "%s/" ITEM_WORDS_FILE, folder);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct lexicon *lexicon = NULL;
        struct fail why = {0};
        FILE *file = fopen(path, "w");
        fprintf(file, "# head\n%s", bad[i]);
        fclose(file);
        assert_false(studio_lexicon(folder, 7, &lexicon, &why));
        assert_int_equal(why.code, FAIL_INVALID);
        assert_non_null(strstr(why.sentence, "line 2"));
        assert_null(lexicon);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_keys_of_speech_change_the_words),
        cmocka_unit_test(the_pace_is_the_station_s),
        cmocka_unit_test(an_item_s_own_word_stands_over_the_station_s),
        cmocka_unit_test(a_bad_line_of_an_item_s_words_is_named),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
