/* Numbers as quantities: groups and decimals, signs, fractions, ranges, money, measures, percent
 * (house rules N1 to N3 and R1). */
#include "tts/reader.h"

#include <string.h>

#define UNITS READER_CLASS(UNIT)
#define DIGITS_KEPT 32

/* A number as written: its digits without their groups. */
struct literal {
    char whole[DIGITS_KEPT], part[DIGITS_KEPT];
    size_t whole_length, part_length;
    bool grouped, too_long;
    char point; /* ',' or '.' before `part` */
    size_t end;
};

static void add_digits(const struct reader *reader, size_t i, char *digits, size_t *length,
                       bool *too_long) {
    const struct token *token = reader_token(reader, i);
    if (*length + token->length > NUMBER_SPELLED_DIGITS_MAX) {
        *too_long = true;
        return;
    }
    memcpy(digits + *length, reader_bytes(reader, i), token->length);
    *length += token->length;
}

/* A group of three digits behind `sign`, without spaces. */
static bool is_group(const struct reader *reader, size_t i, char sign) {
    return reader_is_sign(reader, i, (uint32_t)sign) && reader_is_attached(reader, i) &&
           reader_is_number(reader, i + 1) && reader_is_attached(reader, i + 1) &&
           reader_token(reader, i + 1)->length == 3;
}

static bool is_part(const struct reader *reader, size_t i, char sign) {
    return reader_is_sign(reader, i, (uint32_t)sign) && reader_is_attached(reader, i) &&
           reader_is_number(reader, i + 1) && reader_is_attached(reader, i + 1);
}

/* The end of "1.234.567" or "1,234,567"; i + 1 where nothing is grouped. */
static size_t groups_end(const struct reader *reader, size_t i, char sign) {
    const struct token *first = reader_token(reader, i);
    size_t end = i + 1;
    if (first->length > 3 || (sign == '.' && *reader_bytes(reader, i) == '0')) {
        return end;
    }
    while (end - i < 2 * READER_REACH && is_group(reader, end, sign)) {
        end += 2;
    }
    return is_part(reader, end, sign) ? i + 1 : end;
}

static bool is_label(const struct reader *reader, size_t i) {
    return reader_is_word(
        reader, i,
        "thôn|tổ|xóm|khu|ấp|khóm|bản|lớp|khối|quý|tháng|mục|điều|khoản|điểm|số|đợt|"
        "vùng|phố|khóa|bài|câu|cụm|đội|nhóm|tiểu|buôn|phường|quận|ngày|năm|thứ|cấp|"
        "phần|chương|bảng|lô|tuyến");
}

/* "9 000 000": groups parted by spaces. One group alone must not follow a label ("thôn 5 120 hộ"). */
static size_t spaced_groups_end(const struct reader *reader, size_t i) {
    const struct token *first = reader_token(reader, i);
    size_t end = i + 1;
    if (first->length > 3 || *reader_bytes(reader, i) == '0') {
        return end;
    }
    while (end - i < READER_REACH && reader_is_number(reader, end) &&
           reader_token(reader, end)->length == 3 && reader_token(reader, end)->spaced) {
        end++;
    }
    bool labelled = end == i + 2 && is_label(reader, i - 1);
    bool odd =
        is_part(reader, end, '.') || is_part(reader, end, '/') || reader_is_number(reader, end);
    return labelled || odd ? i + 1 : end;
}

/* "thôn 1,2,3": a list, no decimals. */
static bool is_list(const struct reader *reader, size_t i) {
    if (is_part(reader, i + 3, ',') && reader_token(reader, i + 2)->length <= 2) {
        return true;
    }
    /* Things that have numbers and no decimals; "điểm 8,5" and "tần số 97,5" have. */
    static const char counted[] =
        "thôn|tổ|xóm|khu|ấp|khóm|bản|lớp|khối|điều|khoản|mục|đội|cụm|phố|quý|"
        "tháng|cấp|khóa|bài|câu|nhóm|chương|tiểu";
    size_t governor = reader_governor(reader, i);
    return governor != 0 && reader_is_word(reader, governor, counted) &&
           reader_token(reader, i)->length <= 2 && reader_token(reader, i + 2)->length <= 2;
}

static void add_part(const struct reader *reader, struct literal *ret, char point) {
    ret->point = point;
    add_digits(reader, ret->end + 1, ret->part, &ret->part_length, &ret->too_long);
    ret->end += 2;
}

static void parse_literal(const struct reader *reader, size_t i, struct literal *ret) {
    *ret = (struct literal){0};
    size_t dots = groups_end(reader, i, '.');
    size_t commas = groups_end(reader, i, ',');
    size_t spaces = spaced_groups_end(reader, i);
    bool english = commas > i + 3 || (commas == i + 3 && is_part(reader, commas, '.'));
    ret->end = english ? commas : dots > i + 1 ? dots : spaces;
    ret->grouped = ret->end > i + 1;
    for (size_t at = i; at < ret->end; at++) {
        if (reader_is_number(reader, at)) {
            add_digits(reader, at, ret->whole, &ret->whole_length, &ret->too_long);
        }
    }
    if (is_part(reader, ret->end, ',') && !english && (ret->grouped || !is_list(reader, i))) {
        add_part(reader, ret, ',');
    } else if (is_part(reader, ret->end, '.') && (english || !ret->grouped)) {
        add_part(reader, ret, '.');
        if (is_part(reader, ret->end, '.')) { /* 1.2.3: each point is said by itself */
            ret->end -= 2;
            ret->point = '\0';
            ret->part_length = 0;
        }
    }
}

/* An identity number, an account, a code: digit by digit. */
static bool is_identity(const struct reader *reader, size_t i, const struct literal *literal) {
    static const char *const phrases[] = {"tài khoản",    "tài khoản số", "mã số",
                                          "mã",           "stk",          "cccd",
                                          "cccd số",      "số cccd",      "mã số thuế",
                                          "mst",          "căn cước",     "căn cước công dân",
                                          "số căn cước",  "định danh",    "mã định danh",
                                          "số định danh", "số hiệu",      "cmnd",
                                          "otp",          "căn cước số",  "số căn cước công dân",
                                          "mã otp",       "thẻ số"};
    if (literal->grouped || literal->part_length != 0 || literal->whole_length < 4) {
        return false;
    }
    if (literal->whole_length >= 9 &&
        (literal->whole[0] == '0' || reader_is_word(reader, i - 1, "số"))) {
        return true;
    }
    size_t before = i - (i > 1 && reader_is_sign(reader, i - 1, ':'));
    for (size_t k = 0; k < sizeof phrases / sizeof *phrases; k++) {
        if (reader_is_after(reader, before, phrases[k])) {
            return true;
        }
    }
    return false;
}

/* "số 04", "Chỉ thị 05": N2 says the nought. Not in "tổng số 05 mô hình". */
static bool is_announced(const struct reader *reader, size_t i) {
    if (document_is_announced(reader, i)) {
        return true;
    }
    return reader_is_word(reader, i - 1, "số") &&
           !reader_is_word(reader, i - 2, "tổng|con|dân|chỉ|hệ|tỷ|tỉ|đa|một|quân|vô|thiểu|ẩn");
}

static bool say_literal(struct reader *reader, size_t i, const struct literal *literal) {
    struct text *words = &reader->words;
    const char *whole = literal->whole;
    size_t length = literal->whole_length;
    if (literal->too_long || (literal->grouped && length > NUMBER_CARDINAL_DIGITS_MAX)) {
        return false;
    }
    size_t governor = reader_governor(reader, i);
    if (is_identity(reader, i, literal)) {
        number_spelled(whole, length, words);
    } else if (governor != 0 && reader_is_word(reader, governor, "thứ") && length <= 4 &&
               literal->part_length == 0) {
        number_ordinal(number_value(whole, length), &reader->style, words);
    } else if (is_announced(reader, i) && length <= 4) {
        number_with_zeros(whole, length, &reader->style, words);
    } else {
        number_cardinal(whole, length, &reader->style, words);
    }
    if (literal->part_length != 0) {
        number_say(words, literal->point == ',' ? "phẩy" : "chấm");
        number_decimals(literal->part, literal->part_length, &reader->style, words);
    }
    return true;
}

/* ---- units ---- */

/* A single letter is a unit right behind the number; behind a space only these are. */
static bool is_unit_place(const struct reader *reader, size_t i, size_t end, bool after_number) {
    const struct token *token = reader_token(reader, i);
    const struct token *next = reader_token(reader, end);
    if ((next->kind == TOKEN_WORD || next->kind == TOKEN_NUMBER) && !next->spaced) {
        return false;
    }
    bool letter = end == i + 1 && token->kind == TOKEN_WORD && token->length == 1;
    if (!letter || !after_number || !token->spaced) {
        return true;
    }
    return strchr("mlgVW", *reader_bytes(reader, i)) != NULL;
}

static struct reader_match find_unit(struct reader *reader, size_t i, bool after_number) {
    for (int layer = LEXICON_STATION; layer <= LEXICON_BASE; layer++) {
        for (int folded = 0; folded <= 1; folded++) {
            struct reader_match match =
                reader_lookup(reader, (enum lexicon_layer)layer, i, UNITS, folded != 0);
            if (match.entry != NULL && is_unit_place(reader, i, match.end, after_number)) {
                return match;
            }
        }
    }
    return (struct reader_match){0};
}

size_t quantity_unit(struct reader *reader, size_t i, bool after_number) {
    struct reader_match match = find_unit(reader, i, after_number);
    if (match.entry == NULL) {
        return i;
    }
    number_say(&reader->words, match.entry->spoken);
    return match.end;
}

static bool is_money(const struct lexicon_entry *entry) {
    return strcmp(entry->note, "money") == 0;
}

/* "/kg", "/người/năm" behind a measure. */
size_t quantity_over(struct reader *reader, size_t i) {
    while (reader_is_sign(reader, i, '/')) {
        struct reader_match match = find_unit(reader, i + 1, false);
        const struct token *next = reader_token(reader, i + 1);
        if (match.entry != NULL) {
            number_say(&reader->words, "trên");
            number_say(&reader->words, match.entry->spoken);
            reader_say_words(reader, i, match.end, READING_RULE_MEASURE);
            i = match.end;
            continue;
        }
        if (next->kind == TOKEN_NUMBER ||
            (next->kind == TOKEN_WORD && next->shape == TOKEN_SMALL)) {
            reader_say(reader, "trên", i, i + 1, READING_RULE_MEASURE);
            reader->over_end = i + 2;
            return i + 1;
        }
        break;
    }
    return i;
}

/* "2tr5" is 2.500.000: the digits behind the multiplier fill up the next group. */
static size_t read_tail(struct reader *reader, size_t i, const char *noun) {
    const struct token *token = reader_token(reader, i);
    if (token->kind != TOKEN_NUMBER || token->spaced || token->length > 3) {
        return i;
    }
    char digits[4] = "000";
    memcpy(digits, reader_bytes(reader, i), token->length);
    number_cardinal(digits, 3, &reader->style, &reader->words);
    number_say(&reader->words, noun);
    return i + 1;
}

/* "k", "tr", "tỷ" right behind the number; adds to reader->words. */
static size_t read_multiplier(struct reader *reader, size_t i) {
    const char *thousand = reader->style.ngan ? "ngàn" : "nghìn";
    const struct token *next = reader_token(reader, i + 1);
    bool alone = next->spaced || next->kind == TOKEN_SIGN || next->kind == TOKEN_END;
    if (!reader_is_attached(reader, i)) {
        return i;
    }
    if (reader_is_word(reader, i, "k") && alone) {
        number_say(&reader->words, thousand);
        return i + 1;
    }
    if (reader_is_word(reader, i, "tr|triệu|củ")) {
        number_say(&reader->words, "triệu");
        return read_tail(reader, i + 1, thousand);
    }
    if (reader_is_word(reader, i, "tỷ|tỉ|ty")) {
        number_say(&reader->words, "tỷ");
        return read_tail(reader, i + 1, "triệu");
    }
    return i;
}

/* "1m65", "3kg5": the smaller unit is not named. */
static size_t read_smaller(struct reader *reader, size_t i) {
    const struct token *next = reader_token(reader, i + 1);
    if (!reader_is_attached(reader, i) || next->kind != TOKEN_NUMBER || next->spaced ||
        next->length > 2 || !reader_is_word(reader, i, "m|km|kg")) {
        return i;
    }
    bool power = next->length == 1 && strchr("23", *reader_bytes(reader, i + 1)) != NULL;
    if (power) {
        return i;
    }
    number_say(&reader->words, reader_is_word(reader, i, "m")    ? "mét"
                               : reader_is_word(reader, i, "km") ? "ki lô mét"
                                                                 : "ki lô gam");
    number_cardinal(reader_bytes(reader, i + 1), next->length, &reader->style, &reader->words);
    return i + 2;
}

/* Everything that may stand behind the digits. `i` is the token after them. */
static size_t read_suffix(struct reader *reader, size_t i) {
    size_t first = i;
    if (reader_is_sign(reader, i, '%')) {
        reader_say(reader, "phần trăm", i, i + 1, READING_RULE_MEASURE);
        return quantity_over(reader, i + 1);
    }
    if (reader_is_sign(reader, i, 0x2030)) {
        reader_say(reader, "phần nghìn", i, i + 1, READING_RULE_MEASURE);
        return i + 1;
    }
    i = read_smaller(reader, i);
    if (i == first) {
        i = read_multiplier(reader, i);
    }
    if (i > first) {
        reader_say_words(reader, first, i, READING_RULE_MONEY);
        first = i;
    }
    while (i - first < 3 && reader_is_word(reader, i, "nghìn|ngàn|triệu|tỷ|tỉ|trăm|vạn") &&
           reader_token(reader, i)->spaced) {
        reader_say(reader, reader_is_word(reader, i, "tỉ") ? "tỷ" : reader_lower(reader, i), i,
                   i + 1, READING_RULE_NUMBER);
        i++;
    }
    struct reader_match match = find_unit(reader, i, true);
    if (match.entry != NULL) {
        reader_say(reader, match.entry->spoken, i, match.end,
                   is_money(match.entry) ? READING_RULE_MONEY : READING_RULE_MEASURE);
        i = quantity_over(reader, match.end);
    } else if (i > first) {
        i = quantity_over(reader, i); /* "12,5 tỷ/20 tỷ đồng" */
    }
    return i;
}

/* ---- fractions ---- */

static bool is_address_word(const struct reader *reader, size_t i) {
    return reader_is_word(reader, i, "hẻm|ngõ|ngách|kiệt|nhà|lô|thửa|tờ|căn|số");
}

/* "2/3" is two parts of three, "1/10.000" one part of ten thousand; "15/19 tiêu chí" and "25/25" are
 * so many of so many. `end` is the token behind the fraction. */
static bool is_share(const struct reader *reader, size_t i, uint64_t below, size_t end) {
    const struct token *next = reader_token(reader, end);
    uint64_t above = reader_value(reader, i);
    bool counted = next->kind == TOKEN_WORD && next->shape == TOKEN_SMALL && next->spaced;
    bool year = below >= 1900 && below <= 2100;
    if (above > 10 && above > below) {
        return false; /* "12/10 chỉ tiêu", "24/7" */
    }
    return below >= 2 && above != below && !is_address_word(reader, i - 1) &&
           (below <= 10 || (above < below && !counted && !year));
}

static void say_fraction(struct reader *reader, size_t i) {
    uint64_t below = reader_value(reader, i + 2);
    bool share = is_share(reader, i, below, i + 3);
    number_cardinal(reader_bytes(reader, i), reader_token(reader, i)->length, &reader->style,
                    &reader->words);
    number_say(&reader->words, share ? "phần" : "trên");
    if (share) {
        number_month(below, &reader->style, &reader->words);
    } else {
        number_cardinal(reader_bytes(reader, i + 2), reader_token(reader, i + 2)->length,
                        &reader->style, &reader->words);
    }
}

static bool is_fraction(const struct reader *reader, size_t i) {
    return reader_is_between(reader, i, 6, 0, 999999) && reader_is_sign(reader, i + 1, '/') &&
           reader_is_between(reader, i + 2, 6, 0, 999999) && !is_part(reader, i + 3, '/') &&
           !is_part(reader, i + 3, ',') &&
           (!is_part(reader, i + 3, '.') || reader_token(reader, i + 4)->length == 3);
}

/* "1/10.000" keeps its group. */
static size_t read_fraction(struct reader *reader, size_t i) {
    if (!is_fraction(reader, i)) {
        return i;
    }
    struct literal below;
    parse_literal(reader, i + 2, &below);
    if (below.grouped) {
        number_cardinal(reader_bytes(reader, i), reader_token(reader, i)->length, &reader->style,
                        &reader->words);
        bool share = below.whole_length <= NUMBER_CARDINAL_DIGITS_MAX &&
                     is_share(reader, i, number_value(below.whole, below.whole_length), below.end);
        number_say(&reader->words, share ? "phần" : "trên");
        if (!say_literal(reader, i + 2, &below)) {
            text_clear(&reader->words);
            return i;
        }
        reader_say_words(reader, i, below.end, READING_RULE_FRACTION);
        return read_suffix(reader, below.end);
    }
    say_fraction(reader, i);
    reader_say_words(reader, i, i + 3, READING_RULE_FRACTION);
    return read_suffix(reader, i + 3);
}

/* "23 1/5". */
static size_t read_mixed(struct reader *reader, size_t i) {
    bool proper = reader_is_number(reader, i) && reader_token(reader, i)->spaced &&
                  is_fraction(reader, i) && reader_token(reader, i)->length <= 2 &&
                  reader_is_attached(reader, i + 1) && reader_is_attached(reader, i + 2) &&
                  reader_value(reader, i) < reader_value(reader, i + 2) &&
                  reader_value(reader, i + 2) <= 100;
    if (!proper) {
        return i;
    }
    number_say(&reader->words, "và");
    say_fraction(reader, i);
    reader_say_words(reader, i, i + 3, READING_RULE_FRACTION);
    return i + 3;
}

static const char *vulgar_fraction(uint32_t sign) {
    switch (sign) {
    case 0xBC:
        return "một phần tư";
    case 0xBD:
        return "một phần hai";
    case 0xBE:
        return "ba phần tư";
    case 0x2153:
        return "một phần ba";
    case 0x2154:
        return "hai phần ba";
    case 0x215B:
        return "một phần tám";
    default:
        return NULL;
    }
}

static size_t read_vulgar(struct reader *reader, size_t i, bool after_number) {
    const struct token *token = reader_token(reader, i);
    const char *words = token->kind == TOKEN_SIGN ? vulgar_fraction(token->sign) : NULL;
    if (words == NULL) {
        return i;
    }
    if (after_number) {
        number_say(&reader->words, "và");
    }
    number_say(&reader->words, words);
    reader_say_words(reader, i, i + 1, READING_RULE_FRACTION);
    return i + 1;
}

/* ---- ranges, ratios, products ---- */

static bool is_score(const struct reader *reader, size_t i) {
    for (size_t back = 1; back <= 4 && back < i; back++) {
        if (reader_is_word(reader, i - back, "hiệp|trận|séc|set") &&
            reader_is_sign(reader, i - 1, ':')) {
            return true; /* "trận chung kết: 2-1 (hiệp 1: 0-1)" */
        }
        if (reader_is_word(reader, i - back, "số|thắng|thua|hòa|dẫn") &&
            (!reader_is_word(reader, i - back, "số") ||
             reader_is_word(reader, i - back - 1, "tỷ|tỉ"))) {
            return true;
        }
    }
    return false;
}

/* The number after "-", unless a date, a time or a document number begins with it. */
static bool is_second(const struct reader *reader, size_t i) {
    return reader_is_number(reader, i) && !reader_is_sign(reader, i + 1, '/') &&
           !(reader_is_word(reader, i + 1, "h|g") && reader_is_number(reader, i + 2));
}

/* "NPK 5-10-3": three and more numbers are no range. `i` is the second of them. */
static size_t read_formula(struct reader *reader, size_t i) {
    while (reader_is_number(reader, i)) {
        reader_pause(reader, ',', i - 1, i);
        number_cardinal(reader_bytes(reader, i), reader_token(reader, i)->length, &reader->style,
                        &reader->words);
        reader_say_words(reader, i, i + 1, READING_RULE_NUMBER);
        if (!is_part(reader, i + 1, '-') || reader_token(reader, i + 2)->length > 6) {
            return i + 1;
        }
        i += 2;
    }
    return i;
}

static size_t read_range(struct reader *reader, size_t first, size_t i) {
    size_t second = reader_dash(reader, i);
    struct literal literal;
    if (second == i || !is_second(reader, second)) {
        return i;
    }
    if (is_part(reader, second + 1, '-')) {
        return read_formula(reader, second);
    }
    parse_literal(reader, second, &literal);
    size_t mark = reader->words.length;
    if (!is_score(reader, first)) {
        number_say(&reader->words, "đến");
    }
    /* The second number of "thứ 2 - 6" is an ordinal too: its governor is seen across the dash. */
    if (!say_literal(reader, second, &literal)) {
        reader->words.length = mark;
        return i;
    }
    reader_say_words(reader, i, literal.end, READING_RULE_RANGE);
    return literal.end;
}

/* "1:500", "3 x 4", "2 + 3": the sign between two numbers. */
static const char *between_words(const struct reader *reader, size_t i) {
    if (!reader_is_number(reader, i + 1)) {
        return NULL;
    }
    if (reader_is_sign(reader, i, ':') && reader_is_attached(reader, i) &&
        reader_is_attached(reader, i + 1)) {
        return "trên";
    }
    if (reader_is_sign(reader, i, 0xD7) || reader_is_exactly(reader, i, "x")) {
        return "nhân";
    }
    if (reader_is_sign(reader, i, '^')) {
        return "mũ";
    }
    return reader_is_sign(reader, i, '+') ? "cộng" : NULL;
}

/* ---- coordinates ---- */

static const char *compass_word(const struct reader *reader, size_t i) {
    static const struct {
        const char *letter, *word;
    } points[] = {{"B", "bắc"}, {"Đ", "đông"}, {"E", "đông"}, {"T", "tây"}, {"W", "tây"}};
    for (size_t k = 0; k < sizeof points / sizeof *points; k++) {
        if (reader_is_exactly(reader, i, points[k].letter)) {
            return points[k].word;
        }
    }
    return NULL;
}

/* 21°35'12"B: degrees, minutes, seconds, and the point of the compass (N is Nam or North: it is
 * left to the reader of letters). */
static size_t read_coordinate(struct reader *reader, size_t i) {
    static const struct {
        uint32_t sign;
        const char *word;
    } parts[] = {{0xB0, "độ"}, {'\'', "phút"}, {'"', "giây"}};
    if (!reader_is_sign(reader, i + 1, 0xB0) || !reader_is_number(reader, i + 2) ||
        !reader_is_attached(reader, i + 2) || reader_token(reader, i)->length > 3) {
        return i;
    }
    size_t at = i;
    for (size_t k = 0; k < 3; k++) {
        bool part = reader_is_number(reader, at) && reader_token(reader, at)->length <= 3 &&
                    reader_is_sign(reader, at + 1, parts[k].sign);
        if (part) {
            number_cardinal(reader_bytes(reader, at), reader_token(reader, at)->length,
                            &reader->style, &reader->words);
            number_say(&reader->words, parts[k].word);
            at += 2;
        }
    }
    const char *point = compass_word(reader, at);
    if (point != NULL) {
        number_say(&reader->words, point);
        at++;
    }
    reader_say_words(reader, i, at, READING_RULE_MEASURE);
    return at;
}

/* ---- the rule ---- */

/* "-5", "+3" with no space behind the sign and nothing it could join before. */
static const char *leading_sign(const struct reader *reader, size_t i) {
    bool free = reader_token(reader, i)->spaced || reader_token(reader, i - 1)->kind == TOKEN_SIGN;
    if (!reader_is_number(reader, i + 1) || !reader_is_attached(reader, i + 1) || !free) {
        return NULL;
    }
    if (reader_is_sign(reader, i, '-') && reader->quantity_end != i) {
        return "âm";
    }
    bool added = i > reader->start && !reader_is_word(reader, i - 1, "tăng|thêm");
    return reader_is_sign(reader, i, '+') && added ? "cộng" : NULL;
}

/* "$100", "€5": the currency goes behind. */
static const char *leading_currency(struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    if (!reader_is_number(reader, i + 1) || token->kind != TOKEN_SIGN) {
        return NULL;
    }
    struct reader_match match = reader_lookup(reader, LEXICON_BASE, i, UNITS, false);
    return match.entry != NULL && match.end == i + 1 && is_money(match.entry) ? match.entry->spoken
                                                                              : NULL;
}

/* "8600 1234 5678": the other groups of an account. */
static size_t read_groups(struct reader *reader, size_t i) {
    for (int groups = 0;
         groups < 6 && reader_is_number(reader, i) && reader_token(reader, i)->length >= 3 &&
         reader_token(reader, i)->length <= 6;
         groups++, i++) {
        reader_pause(reader, ',', i, i + 1);
        number_spelled(reader_bytes(reader, i), reader_token(reader, i)->length, &reader->words);
        reader_say_words(reader, i, i + 1, READING_RULE_NUMBER);
    }
    return i;
}

static size_t read_number(struct reader *reader, size_t i, size_t first) {
    struct literal literal;
    size_t end = read_coordinate(reader, i);
    if (end == i) {
        end = read_fraction(reader, i);
    }
    if (end > i) {
        return end;
    }
    parse_literal(reader, i, &literal);
    if (!say_literal(reader, i, &literal)) {
        text_clear(&reader->words);
        reader_problem(reader, READING_TOO_LONG, i, literal.end);
        return literal.end;
    }
    bool identity = is_identity(reader, i, &literal);
    reader_say_words(reader, first, literal.end, READING_RULE_NUMBER);
    if (identity) {
        return read_groups(reader, literal.end);
    }
    end = literal.end;
    if (literal.part_length != 0 && is_part(reader, end, '/')) { /* "12,5/20 tỷ đồng" */
        return quantity_over(reader, end);
    }
    bool bare = literal.part_length == 0;
    size_t next = bare ? read_mixed(reader, end) : end;
    if (next == end && bare) {
        next = read_vulgar(reader, end, true);
    }
    if (next == end) {
        next = read_range(reader, i, end);
    }
    const char *between = next == end ? between_words(reader, end) : NULL;
    if (between != NULL && !(is_score(reader, i) && reader_is_sign(reader, end, ':'))) {
        reader_say(reader, between, end, end + 1, READING_RULE_NUMBER);
        return end + 1;
    }
    return between != NULL ? end + 1 : read_suffix(reader, next);
}

size_t rule_quantity(struct reader *reader, size_t i) {
    size_t end = read_vulgar(reader, i, false);
    if (end > i) {
        end = read_suffix(reader, end);
    } else if (reader_is_number(reader, i)) {
        end = read_number(reader, i, i);
    } else {
        const char *sign = leading_sign(reader, i);
        const char *currency = sign == NULL ? leading_currency(reader, i) : NULL;
        if (sign != NULL) {
            number_say(&reader->words, sign);
            end = read_number(reader, i + 1, i);
        } else if (currency != NULL) {
            end = read_number(reader, i + 1, i);
            reader_say(reader, currency, i, i + 1, READING_RULE_MONEY);
        }
    }
    if (end > i) {
        reader->quantity_end = end;
    }
    return end;
}
