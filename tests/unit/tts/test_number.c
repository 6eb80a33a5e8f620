/* Numbers against a second, naive reader: every value below 10,000 and steps beyond, and the house
 * rules on teens, empty hundreds and empty groups. */
#include "tts/number.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct number_style north;

static void assert_cardinal(uint64_t value, const char *words) {
    struct text text = {0};
    number_cardinal_value(value, &north, &text);
    assert_string_equal(text_string(&text), words);
    text_finish(&text);
}

/* The value of spoken words, the other way round; UINT64_MAX for what is no number. */
static uint64_t value_of(const char *words) {
    static const char *const digits[] = {"không", "một", "hai", "ba",  "bốn",
                                         "năm",   "sáu", "bảy", "tám", "chín"};
    uint64_t total = 0, group = 0, below = 0, unit = 0;
    char copy[512];
    snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        int digit = -1;
        for (int i = 0; i < 10; i++) {
            digit = strcmp(word, digits[i]) == 0 ? i : digit;
        }
        digit = strcmp(word, "mốt") == 0 ? 1 : strcmp(word, "tư") == 0 ? 4 : digit;
        digit = strcmp(word, "lăm") == 0 ? 5 : digit;
        if (digit >= 0) {
            unit = (uint64_t)digit;
        } else if (strcmp(word, "trăm") == 0) {
            below += unit * 100, unit = 0;
        } else if (strcmp(word, "mươi") == 0) {
            below += unit * 10, unit = 0;
        } else if (strcmp(word, "mười") == 0) {
            below += 10, unit = 0;
        } else if (strcmp(word, "nghìn") == 0) {
            group += (below + unit) * 1000, below = unit = 0;
        } else if (strcmp(word, "triệu") == 0) {
            group += (below + unit) * 1000000, below = unit = 0;
        } else if (strcmp(word, "tỷ") == 0) {
            total += (group + below + unit) * 1000000000, group = below = unit = 0;
        } else if (strcmp(word, "linh") != 0) {
            return UINT64_MAX;
        }
    }
    return total + group + below + unit;
}

static void assert_round_trip(uint64_t value) {
    struct text text = {0};
    number_cardinal_value(value, &north, &text);
    if (value_of(text_string(&text)) != value) {
        print_error("%" PRIu64 " is read %s\n", value, text_string(&text));
        fail();
    }
    text_finish(&text);
}

static void test_every_number_can_be_heard_back(void **state) {
    (void)state;
    for (uint64_t value = 0; value < 10000; value++) {
        assert_round_trip(value);
    }
    for (uint64_t value = 7; value < 900000000000000000u; value = value * 3 + value / 7 + 1) {
        assert_round_trip(value);
    }
}

static void test_house_rules(void **state) {
    (void)state;
    assert_cardinal(15, "mười lăm");
    assert_cardinal(21, "hai mươi mốt");
    assert_cardinal(24, "hai mươi tư");
    assert_cardinal(14, "mười bốn");
    assert_cardinal(105, "một trăm linh năm");
    assert_cardinal(2026, "hai nghìn không trăm hai mươi sáu");
    assert_cardinal(1000001, "một triệu không trăm linh một");
    assert_cardinal(1000000, "một triệu");
    assert_cardinal(100000000000000, "một trăm nghìn tỷ");
}

static void test_other_forms(void **state) {
    (void)state;
    struct text text = {0};
    number_with_zeros("04", 2, &north, &text);
    assert_string_equal(text_string(&text), "không bốn");
    text_clear(&text);
    number_decimals("007", 3, &north, &text);
    assert_string_equal(text_string(&text), "không không bảy");
    text_clear(&text);
    number_ordinal(1, &north, &text);
    number_ordinal(4, &north, &text);
    number_ordinal(14, &north, &text);
    assert_string_equal(text_string(&text), "nhất tư mười bốn");
    text_clear(&text);
    struct number_style south = {.ngan = true, .le = true};
    number_cardinal_value(1005, &south, &text);
    assert_string_equal(text_string(&text), "một ngàn không trăm lẻ năm");
    text_finish(&text);
}

static void test_roman_numerals(void **state) {
    (void)state;
    uint32_t value = 0;
    assert_true(number_roman("XIV", 3, &value));
    assert_int_equal(value, 14);
    assert_true(number_roman("MMMCMXCIX", 9, &value));
    assert_int_equal(value, 3999);
    static const char *const wrong[] = {"",     "IIII", "IIV", "VX", "IXIV",
                                        "XCXL", "ABC",  "VV",  "IVI"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(number_roman(wrong[i], strlen(wrong[i]), &value));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_number_can_be_heard_back),
        cmocka_unit_test(test_house_rules),
        cmocka_unit_test(test_other_forms),
        cmocka_unit_test(test_roman_numerals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
