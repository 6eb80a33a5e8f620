#include "station/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static bool parse(const char *text, struct settings *settings, struct fail *why) {
    return settings_parse(text, strlen(text), "settings.ini", settings, why);
}

static void an_empty_file_gives_the_defaults(void **state) {
    (void)state;
    struct settings settings;
    assert_true(parse("", &settings, NULL));
    assert_string_equal(settings.zone, "Asia/Ho_Chi_Minh");
    assert_string_equal(settings.relay, "sim");
    assert_int_equal(settings.rate, 48000);
    assert_int_equal(settings.quiet_from_s, 22 * 3600);
    assert_int_equal(settings.quiet_until_s, 4 * 3600 + 1800);
    assert_int_equal(settings_zones(&settings), 1);
}

static void values_are_read_and_zones_replace_the_default(void **state) {
    (void)state;
    struct settings settings;
    assert_true(parse("# lời\n[sound]\ndevice = wav:heard\nbuffer_ms = 100 ; ngắn\n"
                      "[zones]\n1 = Thôn Đông\n31 = Thôn Tây\n[floor]\nquiet = 21h30-5h\n",
                      &settings, NULL));
    assert_string_equal(settings.device, "wav:heard");
    assert_int_equal(settings.buffer_ms, 100);
    assert_int_equal(settings_zones(&settings), 0x80000002U);
    assert_string_equal(settings.zones[1], "Thôn Đông");
    assert_int_equal(settings.quiet_from_s, 21 * 3600 + 1800);
}

static void each_fault_names_its_line_and_the_cure(void **state) {
    (void)state;
    static const struct {
        const char *text, *place, *cure;
    } cases[] = {
        {"[sound]\nrat = 1\n", "line 2", "rate, buffer_ms"},
        {"\n[amplifer]\nrelay = sim\n", "line 3", "amplifier"},
        {"rate = 1\n", "line 1", "no section"},
        {"[sound]\nrate = 48k\n", "line 2", "8000 to 192000"},
        {"[sound]\nrate = 7999\n", "line 2", "8000 to 192000"},
        {"[sound]\nrate = 8000\nrate = 9000\n", "line 3", "keep one line"},
        {"[sound]\n\nrate\n", "line 3", "key = value"},
        {"[station]\nlanguage = fr\n", "line 2", "vi|en"},
        {"[floor]\nquiet = 25:00-04:30\n", "line 2", "22:00-04:30"},
        {"[floor]\nquiet = 04:30-04:30\n", "line 2", "22:00-04:30"},
        {"[zones]\n32 = xa\n", "line 2", "0 to 31"},
        {"[zones]\n1 = a\n01 = b\n", "line 3", "keep one line"},
        {"[zones]\n1 =\n", "line 2", "title"},
        {"[amplifier]\nwarmup_s = 100\nmax_on_s = 60\n", "settings.ini", "max_on_s"},
        {"[amplifier]\nrelay = gpio\n", "settings.ini", "gpio:"},
        {"[amplifier]\nrelay = gpio:/dev/x\n[floor]\nquiet = none\n", "settings.ini", "22:00"},
        {"[sound]\ndevice = wav:../x\n", "settings.ini", "wav:heard"},
        {"[paths]\nrun =\n", "settings.ini", "take the line out"},
        {"[station]\nzone = \xff\n", "settings.ini", "UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct settings settings = {.rate = 7};
        struct fail why = {0};
        assert_false(parse(cases[i].text, &settings, &why));
        if (strstr(why.sentence, cases[i].place) == NULL ||
            strstr(why.sentence, cases[i].cure) == NULL) {
            fail_msg("case %zu: %s", i, why.sentence);
        }
        assert_int_equal(settings.rate, 7); /* untouched */
    }
}

static void a_long_line_is_refused_and_not_cut_in_two(void **state) {
    (void)state;
    char text[400] = "[sound]\nmixer = ";
    memset(text + strlen(text), ' ', 185);
    strcat(text, "x\n");
    struct settings settings;
    struct fail why = {0};
    assert_false(parse(text, &settings, &why));
    assert_int_equal(why.code, FAIL_LIMIT);
    assert_non_null(strstr(why.sentence, "line 2"));
}

static void what_is_written_is_read_back_the_same(void **state) {
    (void)state;
    struct settings settings, again;
    settings_default(&settings);
    strcpy(settings.zones[7], "Thôn Bảy");
    settings.quiet = false;
    settings.loudness_lufs = -23;
    for (int language = LANGUAGE_ENGLISH; language <= LANGUAGE_VIETNAMESE; language++) {
        struct text text = {0};
        settings_write(&settings, language, &text);
        assert_true(settings_parse(text_string(&text), text.length, "x", &again, NULL));
        assert_string_equal(again.zones[7], "Thôn Bảy");
        assert_false(again.quiet);
        assert_int_equal(again.loudness_lufs, -23);
        text_finish(&text);
    }
}

static void an_always_open_profile_needs_the_simulated_relay(void **state) {
    (void)state;
    struct settings settings;
    struct fail why = {0};
    assert_true(parse("", &settings, NULL));
    assert_true(settings_allow_profile(&settings, true, NULL));
    assert_true(parse("[amplifier]\nrelay = gpio:/dev/gpiochip0\n", &settings, NULL));
    assert_true(settings_allow_profile(&settings, false, NULL));
    assert_false(settings_allow_profile(&settings, true, &why));
    assert_int_equal(why.code, FAIL_REFUSED);
}

static void a_station_without_a_file_has_defaults_and_a_wrong_zone_is_told(void **state) {
    (void)state;
    char station[] = "/tmp/loaxa-settings-XXXXXX";
    assert_non_null(mkdtemp(station));
    struct settings settings;
    struct fail why = {0};
    assert_true(settings_load(station, &settings, &why));
    assert_int_equal(settings.hold_s, 20);
    char path[SETTINGS_PATH_SIZE];
    assert_true(settings_path(station, "settings.ini", path, NULL));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("[station]\nzone = Asia/Vinh_Thong\n", file);
    fclose(file);
    assert_false(settings_load(station, &settings, &why));
    assert_non_null(strstr(why.sentence, "Asia/Vinh_Thong"));
    unlink(path);
    rmdir(station);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_file_gives_the_defaults),
        cmocka_unit_test(values_are_read_and_zones_replace_the_default),
        cmocka_unit_test(each_fault_names_its_line_and_the_cure),
        cmocka_unit_test(a_long_line_is_refused_and_not_cut_in_two),
        cmocka_unit_test(what_is_written_is_read_back_the_same),
        cmocka_unit_test(an_always_open_profile_needs_the_simulated_relay),
        cmocka_unit_test(a_station_without_a_file_has_defaults_and_a_wrong_zone_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
