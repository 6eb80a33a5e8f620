/* Roman numerals, where a word asks for one: khóa XIV, lần thứ IX, quý I/2026 (house rule M1). */
#include "tts/reader.h"

#include <string.h>

static const char cue_words[] =
    "khóa|hội|thứ|quý|kỷ|kỉ|cấp|chương|phần|mục|khoản|điều|lục|hồi|đoạn|tập|kỳ|hạng|loại|nhóm|bậc|"
    "lớp|"
    "khối|vùng|vực|khu|đợt|phiên|họp|chiến|quyển|bài|bảng|cột|hướng|tuyến|tầng|trại|ương|độ|"
    "xiii|nghị|giai|lần|vòng|tiết|đạo|dạng|nhà|dự|hoàng|bước|giới|hàng|thể|type|elizabeth|napoleon|"
    "charles|philippe|gioan|phaolô";

/* Those after which C, D, L, M are numbers and no letters. */
static const char century_words[] = "kỷ|kỉ|chương";

static bool is_roman_letters(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    if (token->kind != TOKEN_WORD || token->length > 15 ||
        !(token->shape == TOKEN_CAPITALS ||
          (token->shape == TOKEN_CAPITAL && token->length == 1))) {
        return false;
    }
    const char *bytes = reader_bytes(reader, i);
    for (size_t at = 0; at < token->length; at++) {
        if (strchr("IVXLCDM", bytes[at]) == NULL) {
            return false;
        }
    }
    return true;
}

static bool has_only(const struct reader *reader, size_t i, const char *letters) {
    const char *bytes = reader_bytes(reader, i);
    for (size_t at = 0; at < reader_token(reader, i)->length; at++) {
        if (strchr(letters, bytes[at]) == NULL) {
            return false;
        }
    }
    return true;
}

/* "I, II và III", "II - IV": the numeral before asks for this one. */
static bool follows_numeral(const struct reader *reader, size_t i) {
    size_t joint = i - 1;
    bool joined = reader_is_sign(reader, joint, ',') || reader_is_sign(reader, joint, '-') ||
                  reader_is_sign(reader, joint, '/') ||
                  reader_is_word(reader, joint, "và|đến|hoặc|hay|tới");
    return i > 2 && joined && reader->roman_end == joint;
}

/* A numeral that is no word and no abbreviation by its look: II, III, IV, VII, VIII, IX, XII ... */
static bool is_plain(const struct reader *reader, size_t i, uint32_t value) {
    return reader_token(reader, i)->length >= 2 && has_only(reader, i, "IVX") && value <= 39 &&
           !reader_is_word(reader, i, "vi|xi") &&
           reader_token(reader, i + 1)->shape != TOKEN_CAPITALS;
}

static bool is_numeral(const struct reader *reader, size_t i, uint32_t value) {
    bool cue = reader_is_word(reader, i - 1, cue_words);
    bool early = has_only(reader, i, "IVX");
    if (reader_is_sign(reader, i - 1, '/') || reader_is_number(reader, i - 1)) {
        return follows_numeral(reader, i);
    }
    if (!early && reader_token(reader, i)->length == 1) {
        return reader_is_word(reader, i - 1, century_words);
    }
    return cue || follows_numeral(reader, i) || is_plain(reader, i, value);
}

size_t rule_roman(struct reader *reader, size_t i) {
    uint32_t value;
    if (!is_roman_letters(reader, i) ||
        !number_roman(reader_bytes(reader, i), reader_token(reader, i)->length, &value) ||
        !is_numeral(reader, i, value)) {
        return i;
    }
    if (reader_is_number(reader, i + 1) && reader_is_attached(reader, i + 1)) {
        return i; /* "V2" */
    }
    bool ordinal = reader_is_word(reader, i - 1, "thứ");
    if (reader_is_sign(reader, i - 1, '-') && follows_numeral(reader, i)) {
        number_say(&reader->words, "đến");
    }
    if (ordinal) {
        number_ordinal(value, &reader->style, &reader->words);
    } else {
        number_cardinal_value(value, &reader->style, &reader->words);
    }
    size_t end = i + 1;
    size_t joint = end;
    if ((reader_is_sign(reader, joint, '/') || reader_is_sign(reader, joint, '-')) &&
        reader_is_year(reader, joint + 1)) {
        number_say(&reader->words, "năm");
        number_cardinal(reader_bytes(reader, joint + 1), 4, &reader->style, &reader->words);
        end = joint + 2;
    }
    reader_say_words(reader, i, end, READING_RULE_ROMAN);
    reader->roman_end = end;
    return end;
}
