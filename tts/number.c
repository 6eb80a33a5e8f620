#include "tts/number.h"

#include <string.h>

static const char *const digit_words[10] = {"không", "một", "hai", "ba",  "bốn",
                                            "năm",   "sáu", "bảy", "tám", "chín"};

void number_say(struct text *ret, const char *words) {
    if (ret->length != 0) {
        text_add(ret, " ", 1);
    }
    text_add_string(ret, words);
}

static void say_units(unsigned tens, unsigned units, struct text *ret) {
    if (units == 1 && tens >= 2) {
        number_say(ret, "mốt");
    } else if (units == 4 && tens >= 2) {
        number_say(ret, "tư");
    } else if (units == 5 && tens >= 1) {
        number_say(ret, "lăm");
    } else if (units != 0) {
        number_say(ret, digit_words[units]);
    }
}

/* One group of three digits, 1 to 999. `inside`: a higher group was spoken, so that an empty
 * hundred is said. */
static void say_group(unsigned group, bool inside, const struct number_style *style,
                      struct text *ret) {
    unsigned hundreds = group / 100, tens = group / 10 % 10, units = group % 10;
    if (hundreds != 0 || inside) {
        number_say(ret, digit_words[hundreds]);
        number_say(ret, "trăm");
    }
    if (tens == 0) {
        if (units != 0 && (hundreds != 0 || inside)) {
            number_say(ret, style->le ? "lẻ" : "linh");
        }
    } else if (tens == 1) {
        number_say(ret, "mười");
    } else {
        number_say(ret, digit_words[tens]);
        number_say(ret, "mươi");
    }
    say_units(tens, units, ret);
}

/* Below 10^9, three groups. */
static void say_below_billion(uint64_t value, bool inside, const struct number_style *style,
                              struct text *ret) {
    unsigned millions = (unsigned)(value / 1000000), thousands = (unsigned)(value / 1000 % 1000);
    unsigned rest = (unsigned)(value % 1000);
    if (millions != 0) {
        say_group(millions, inside, style, ret);
        number_say(ret, "triệu");
        inside = true;
    }
    if (thousands != 0) {
        say_group(thousands, inside, style, ret);
        number_say(ret, style->ngan ? "ngàn" : "nghìn");
        inside = true;
    }
    if (rest != 0) {
        say_group(rest, inside, style, ret);
    }
}

void number_cardinal_value(uint64_t value, const struct number_style *style, struct text *ret) {
    if (value == 0) {
        number_say(ret, "không");
        return;
    }
    uint64_t billions = value / 1000000000;
    if (billions != 0) {
        say_below_billion(billions, false, style, ret);
        number_say(ret, "tỷ");
    }
    say_below_billion(value % 1000000000, billions != 0, style, ret);
}

uint64_t number_value(const char *digits, size_t length) {
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++) {
        value = value * 10 + (uint64_t)(digits[i] - '0');
    }
    return value;
}

static size_t leading_zeros(const char *digits, size_t length) {
    size_t zeros = 0;
    while (zeros < length && digits[zeros] == '0') {
        zeros++;
    }
    return zeros;
}

void number_cardinal(const char *digits, size_t length, const struct number_style *style,
                     struct text *ret) {
    size_t zeros = leading_zeros(digits, length);
    if (length - zeros > NUMBER_CARDINAL_DIGITS_MAX) {
        number_spelled(digits, length, ret);
        return;
    }
    number_cardinal_value(number_value(digits + zeros, length - zeros), style, ret);
}

void number_spelled(const char *digits, size_t length, struct text *ret) {
    for (size_t i = 0; i < length; i++) {
        number_say(ret, digit_words[digits[i] - '0']);
    }
}

void number_with_zeros(const char *digits, size_t length, const struct number_style *style,
                       struct text *ret) {
    size_t zeros = leading_zeros(digits, length);
    number_spelled(digits, zeros, ret);
    if (zeros < length) {
        number_cardinal(digits + zeros, length - zeros, style, ret);
    }
}

void number_decimals(const char *digits, size_t length, const struct number_style *style,
                     struct text *ret) {
    if (length > 3 || digits[0] == '0') {
        number_spelled(digits, length, ret);
    } else {
        number_cardinal(digits, length, style, ret);
    }
}

void number_ordinal(uint64_t value, const struct number_style *style, struct text *ret) {
    if (value == 1) {
        number_say(ret, "nhất");
    } else {
        number_month(value, style, ret);
    }
}

void number_month(uint64_t value, const struct number_style *style, struct text *ret) {
    if (value == 4) {
        number_say(ret, "tư");
    } else {
        number_cardinal_value(value, style, ret);
    }
}

static const struct {
    const char *letters;
    uint32_t value;
} roman_parts[] = {{"M", 1000}, {"CM", 900}, {"D", 500}, {"CD", 400}, {"C", 100},
                   {"XC", 90},  {"L", 50},   {"XL", 40}, {"X", 10},   {"IX", 9},
                   {"V", 5},    {"IV", 4},   {"I", 1}};

/* Each value has one correct spelling: the greatest part that still fits, again and again. */
static bool is_roman_of(uint32_t value, const char *letters, size_t length) {
    size_t at = 0;
    for (size_t i = 0; i < sizeof roman_parts / sizeof *roman_parts; i++) {
        size_t size = strlen(roman_parts[i].letters);
        for (; value >= roman_parts[i].value; value -= roman_parts[i].value, at += size) {
            if (length - at < size || memcmp(letters + at, roman_parts[i].letters, size) != 0) {
                return false;
            }
        }
    }
    return at == length;
}

bool number_roman(const char *letters, size_t length, uint32_t *ret) {
    uint32_t value = 0, last = 0;
    if (length > 15) { /* MMMDCCCLXXXVIII */
        return false;
    }
    for (size_t at = length; at-- > 0;) {
        uint32_t own = 0;
        for (size_t i = 0; i < sizeof roman_parts / sizeof *roman_parts; i++) {
            if (roman_parts[i].letters[1] == '\0' && roman_parts[i].letters[0] == letters[at]) {
                own = roman_parts[i].value;
            }
        }
        if (own == 0) {
            return false;
        }
        value = own < last ? value - own : value + own;
        last = own;
    }
    if (value == 0 || value > 3999 || !is_roman_of(value, letters, length)) {
        return false;
    }
    *ret = value;
    return true;
}
