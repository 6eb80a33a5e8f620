#include "hw/mixer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_pcm_name_tells_its_card(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"hw:1,0", "hw:1"},
        {"plughw:1", "hw:1"},
        {"hw:CARD=PCH,DEV=0", "hw:CARD=PCH"},
        {"sysdefault:CARD=Headphones", "hw:CARD=Headphones"},
        {"front:CARD=Device,DEV=0", "hw:CARD=Device"},
        {"default", "default"},
        {"dmix:RATE=48000", "dmix:RATE=48000"},
        {"fake", "fake"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char card[MIXER_CARD_SIZE];
        mixer_card(pairs[i][0], card);
        assert_string_equal(card, pairs[i][1]);
    }
}

static void inputs_are_left_alone(void **state) {
    (void)state;
    static const char *const outputs[] = {"Master",  "PCM",   "Headphone", "Line Out",
                                          "Speaker", "Front", "HDMI",      "Digital"};
    static const char *const inputs[] = {"Mic",     "Front Mic", "Internal Mic Boost", "Line", "CD",
                                         "PC Beep", "Capture",   "Mic Boost",          "Aux"};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        assert_true(mixer_element_matters(outputs[i]));
    }
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        assert_false(mixer_element_matters(inputs[i]));
    }
}

static void a_card_without_mixer_is_fine(void **state) {
    (void)state;
    struct mixer_report report;
    struct fail why = {0};
    assert_true(mixer_prepare("there-is-no-such-card", "", 80, &report, &why));
    assert_false(report.any);
    assert_false(mixer_prepare("there-is-no-such-card", "Master", 80, &report, &why));
    assert_int_equal(why.code, FAIL_NOT_FOUND);
    assert_false(mixer_prepare("default", "", 101, &report, &why));
    assert_int_equal(why.code, FAIL_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pcm_name_tells_its_card),
        cmocka_unit_test(inputs_are_left_alone),
        cmocka_unit_test(a_card_without_mixer_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
