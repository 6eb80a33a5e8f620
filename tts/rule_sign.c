/* Signs: pauses, silence, and the few that are words (house rule S1). */
#include "tts/reader.h"

#include "tts/syllable.h"

#include <string.h>
#include <utf8proc.h>

/* "..." and "…": "vân vân" behind a list, a pause elsewhere. */
static size_t read_dots(struct reader *reader, size_t i) {
    size_t end = i;
    bool ellipsis = false;
    while (end - i < READER_REACH &&
           (reader_is_sign(reader, end, '.') || reader_is_sign(reader, end, 0x2026)) &&
           (end == i || reader_is_attached(reader, end))) {
        ellipsis = ellipsis || reader_is_sign(reader, end, 0x2026);
        end++;
    }
    if (!ellipsis && end - i < 2) {
        return i;
    }
    if (!ellipsis && end - i == 2 && !reader->list_end) {
        reader_pause(reader, '.', i, end);
        return end;
    }
    bool said = reader->list_end;
    if (reader->commas > 0 && !said) {
        reader_say(reader, "vân vân", i, end, READING_RULE_SYMBOL);
    }
    const struct token *next = reader_token(reader, end);
    bool stops =
        next->kind == TOKEN_END || (next->kind == TOKEN_WORD && next->shape != TOKEN_SMALL);
    reader_pause(reader, stops ? '.' : ',', i, end);
    if (stops) {
        reader->commas = 0;
    }
    return end;
}

static bool is_initial(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_WORD && token->shape == TOKEN_CAPITAL && token->length <= 2 &&
           (token->length == 1 || (unsigned char)*reader_bytes(reader, i) >= 0x80);
}

/* "N.V.A": the points of initials. */
static size_t read_initial(const struct reader *reader, size_t i) {
    bool inside = is_initial(reader, i - 1) && reader_is_attached(reader, i) &&
                  reader_is_attached(reader, i + 1) &&
                  reader_token(reader, i + 1)->kind == TOKEN_WORD;
    return inside ? i + 1 : i;
}

/* "mục II.1": the point of a numbered heading. */
static size_t read_level(struct reader *reader, size_t i) {
    if (reader->roman_end != i || !reader_is_attached(reader, i) ||
        !reader_is_number(reader, i + 1) || !reader_is_attached(reader, i + 1)) {
        return i;
    }
    reader_say(reader, "chấm", i, i + 1, READING_RULE_SYMBOL);
    return i + 1;
}

/* "./." ends a document. */
static size_t read_end_mark(struct reader *reader, size_t i) {
    if (reader_is_sign(reader, i, '.') && reader_is_sign(reader, i + 1, '/') &&
        (reader_is_sign(reader, i + 2, '.') || reader_is_sign(reader, i + 2, '-'))) {
        reader_pause(reader, '.', i, i + 3);
        return i + 3;
    }
    return i;
}

/* "thôn 1 - thôn 3", "thứ 2 - thứ 6", "quý I - quý II": the same word again behind the dash. */
static bool repeats_label(const struct reader *reader, size_t i) {
    const struct token *label = reader_token(reader, i + 1);
    if (label->kind != TOKEN_WORD || !reader_is_number(reader, i - 1) ||
        !reader_is_number(reader, i + 2)) {
        return false;
    }
    const struct token *before = reader_token(reader, i - 2);
    return before->kind == TOKEN_WORD && before->lower_length == label->lower_length &&
           memcmp(reader_lower(reader, i - 2), reader_lower(reader, i + 1), label->lower_length) ==
               0;
}

/* "05/3 - ngày 10/3", "8h - 11h": a quantity on both sides. */
static bool is_range(const struct reader *reader, size_t i) {
    if (reader->quantity_end == i &&
        (reader_is_number(reader, i + 1) || reader_is_word(reader, i + 1, "hết") ||
         (reader_is_word(reader, i + 1, "ngày|tháng") && reader_is_number(reader, i + 2)))) {
        return true;
    }
    /* "29 tháng Chạp - mùng 6 Tết". */
    if (reader_is_word(reader, i + 1, "mùng|mồng") && reader_is_number(reader, i + 2) &&
        reader_is_word(reader, i - 1, "chạp|giêng|tết")) {
        return true;
    }
    return repeats_label(reader, i) && reader_token(reader, i)->spaced;
}

/* What "/" divides when it stands for "in each": "3 lần/ngày". */
static const char shares[] =
    "ngày|tuần|tháng|năm|giờ|phút|giây|người|hộ|lần|buổi|đêm|kg|ha|lít|con|cây|"
    "sào|công|thửa|lượt|khẩu|ca|suất|chuyến|quý|vụ|đợt|tấn|tạ|yến|bao|gói|vé|"
    "xe|chiếc|cái|hộp|chai|mét|km|bộ|h|lon|ly|cốc|bát|đĩa|thùng|kiện|quả|trái|bó|mớ|gốc|khóm|"
    "khóa|lớp|cháu|em|mũi|liều|viên|thẻ|túi|lọ|cuốn|quyển|điểm|nhà|phòng|thôn|xã";

static bool is_over(const struct reader *reader, size_t i) {
    if (reader->over_end == i && i > 0) {
        return true;
    }
    if (reader->quantity_end == i && i > 0 && reader_is_number(reader, i - 1) &&
        reader_is_number(reader, i + 1)) {
        return true; /* "1.025/1.100 con bò" */
    }
    if (!reader_is_word(reader, i + 1, shares)) {
        return false;
    }
    for (size_t back = 1; back <= 4 && back < i; back++) {
        if (reader_is_number(reader, i - back)) {
            return true;
        }
        if (reader_is_border(reader, i - back)) {
            return false;
        }
    }
    return false;
}

static size_t read_slash(struct reader *reader, size_t i) {
    if (is_over(reader, i)) {
        reader_say(reader, "trên", i, i + 1, READING_RULE_MEASURE);
        reader->over_end = i + 2;
        return i + 1;
    }
    /* "tạ/ha", "khóm/m2", "đồng/kg": a unit that is no word of its own behind a word. */
    size_t end =
        reader_token(reader, i - 1)->kind == TOKEN_WORD ? quantity_unit(reader, i + 1, false) : i;
    text_clear(&reader->words);
    const struct token *unit = reader_token(reader, i + 1);
    bool measured = end > i + 2 || reader_is_word(reader, i + 1, "ha") ||
                    !syllable_is_valid(reader_lower(reader, i + 1), unit->lower_length);
    bool letter = end == i + 2 && unit->length == 1;
    return end > i + 1 && measured && !letter ? quantity_over(reader, i) : i + 1;
}

/* A number in brackets that repeats the word before it: "ba (03) ngày", "05 (năm) ngày". */
static size_t read_repetition(struct reader *reader, size_t i) {
    struct text *words = &reader->words;
    if (reader_is_number(reader, i + 1) && reader_is_sign(reader, i + 2, ')') &&
        reader_token(reader, i + 1)->length <= 9) {
        number_cardinal(reader_bytes(reader, i + 1), reader_token(reader, i + 1)->length,
                        &reader->style, words);
        bool same = reader_is_after(reader, i, text_string(words));
        text_clear(words);
        return same ? i + 3 : i;
    }
    if (reader_is_number(reader, i - 1) && reader_token(reader, i - 1)->length <= 9) {
        number_cardinal(reader_bytes(reader, i - 1), reader_token(reader, i - 1)->length,
                        &reader->style, words);
        size_t spelled = reader_phrase(reader, i + 1, text_string(words));
        text_clear(words);
        return spelled != 0 && reader_is_sign(reader, i + 1 + spelled, ')') ? i + 2 + spelled : i;
    }
    return i;
}

/* "nội dung[1]", "Trung ương(2)", "[text](https://…)": marks of footnotes and links. */
static size_t read_footnote(struct reader *reader, size_t i) {
    bool square = reader_is_sign(reader, i, '[');
    bool round = reader_is_sign(reader, i, '(');
    if ((square || round) && reader_is_between(reader, i + 1, 2, 1, 99) &&
        reader_is_sign(reader, i + 2, square ? ']' : ')') &&
        (square ||
         (reader_is_attached(reader, i) && reader_token(reader, i - 1)->kind == TOKEN_WORD))) {
        return i + 3;
    }
    if (round && reader_is_sign(reader, i - 1, ']') && reader_is_attached(reader, i) &&
        reader_token(reader, i + 1)->kind == TOKEN_ADDRESS && reader_is_sign(reader, i + 2, ')')) {
        return i + 3;
    }
    return i;
}

static const char *word_of(uint32_t sign) {
    switch (sign) {
    case '&':
        return "và";
    case '%':
        return "phần trăm";
    case '~':
        return "khoảng";
    case '+':
        return "cộng";
    case '=':
        return "bằng";
    case '<':
        return "nhỏ hơn";
    case '>':
        return "lớn hơn";
    case 0x2264:
        return "nhỏ hơn hoặc bằng";
    case 0x2265:
        return "lớn hơn hoặc bằng";
    case 0xB1:
        return "cộng trừ";
    case 0xD7:
        return "nhân";
    case 0x2248:
        return "xấp xỉ";
    default:
        return NULL;
    }
}

static bool is_operand(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_NUMBER || token->kind == TOKEN_WORD;
}

/* ">= 2 con", "<=5%": two signs for one. */
static size_t read_comparison(struct reader *reader, size_t i) {
    bool less = reader_is_sign(reader, i, '<');
    if (!(less || reader_is_sign(reader, i, '>')) || !reader_is_sign(reader, i + 1, '=') ||
        !reader_is_attached(reader, i + 1) || !reader_is_number(reader, i + 2)) {
        return i;
    }
    reader_say(reader, word_of(less ? 0x2264 : 0x2265), i, i + 2, READING_RULE_SYMBOL);
    return i + 2;
}

/* "Chị Hoa - 0343.111.222": a breath before the number that is to be called. */
static bool is_before_phone(const struct reader *reader, size_t i) {
    return reader_token(reader, i)->spaced && reader_token(reader, i - 1)->kind == TOKEN_WORD &&
           reader_is_number(reader, i + 1) && *reader_bytes(reader, i + 1) == '0' &&
           (reader_token(reader, i + 1)->length >= 9 ||
            (reader_token(reader, i + 1)->length >= 3 && reader_is_number(reader, i + 3) &&
             reader_token(reader, i + 3)->length >= 3 && !reader_token(reader, i + 3)->spaced));
}

/* Signs that are words where they stand between or before what they belong to. */
static const char *spoken_sign(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    const char *word = word_of(token->sign);
    if (word == NULL) {
        return NULL;
    }
    switch (token->sign) {
    case '&':
    case '%':
        return i > reader->start ? word : NULL;
    case '=':
    case 0xD7:
        return (is_operand(reader, i - 1) || reader_is_sign(reader, i - 1, '%') ||
                reader_is_sign(reader, i - 1, ')')) &&
                       is_operand(reader, i + 1)
                   ? word
                   : NULL;
    default:
        return reader_is_number(reader, i + 1) ? word : NULL;
    }
}

static char pause_of(uint32_t sign) {
    switch (sign) {
    case ',':
    case ';':
    case ':':
    case '.':
    case '?':
        return (char)sign;
    case '!':
        return '.';
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case '|':
    case 0x2192:
    case 0x21D2:
        return ',';
    default:
        return '\0';
    }
}

static bool is_silent(uint32_t sign) {
    if (sign < 0x80) {
        return strchr("-\"'#/*_~^<>=+`\\", (int)sign) != NULL;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)sign);
    /* Superscript digits behind a word are footnote marks; pictures and arrows are ornament. */
    return category == UTF8PROC_CATEGORY_SO || category == UTF8PROC_CATEGORY_PO ||
           category == UTF8PROC_CATEGORY_PD || category == UTF8PROC_CATEGORY_PI ||
           category == UTF8PROC_CATEGORY_PF || category == UTF8PROC_CATEGORY_PS ||
           category == UTF8PROC_CATEGORY_PE || category == UTF8PROC_CATEGORY_SK ||
           category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_CO ||
           (category == UTF8PROC_CATEGORY_NO && sign < 0x2080) ||
           (sign >= 0x2190 && sign <= 0x21FF) || (sign >= 0x1F000 && sign <= 0x1FAFF);
}

static void count_commas(struct reader *reader, uint32_t sign) {
    if (sign == ',' || sign == ';') {
        reader->commas++;
    } else if (sign == '(' || sign == '.' || sign == '?' || sign == '!') {
        reader->commas = 0;
    }
}

static size_t read_plain(struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    const char *word = spoken_sign(reader, i);
    char pause = pause_of(token->sign);
    if (word != NULL) {
        reader_say(reader, word, i, i + 1, READING_RULE_SYMBOL);
    } else if (pause != '\0') {
        reader_pause(reader, pause, i, i + 1);
        count_commas(reader, token->sign);
    } else if (!is_silent(token->sign)) {
        reader_problem(reader, READING_SYMBOL, i, i + 1);
    }
    return i + 1;
}

size_t rule_sign(struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    if (token->kind != TOKEN_SIGN) {
        return i;
    }
    size_t end = i;
    switch (token->sign) {
    case '.':
    case 0x2026:
        end = read_end_mark(reader, i);
        end = end > i ? end : read_initial(reader, i);
        end = end > i ? end : read_level(reader, i);
        end = end > i ? end : read_dots(reader, i);
        break;
    case '-':
    case '~':
        if (is_range(reader, i)) {
            reader_say(reader, "đến", i, i + 1, READING_RULE_RANGE);
            return i + 1;
        }
        if (is_before_phone(reader, i)) {
            reader_pause(reader, ',', i, i + 1);
            return i + 1;
        }
        break;
    case '<':
    case '>':
        end = read_comparison(reader, i);
        break;
    case '/':
        return read_slash(reader, i);
    case '(':
    case '[':
        end = read_repetition(reader, i);
        end = end > i ? end : read_footnote(reader, i);
        break;
    default:
        break;
    }
    return end > i ? end : read_plain(reader, i);
}
