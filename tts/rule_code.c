/* Codes of letters and digits: plates, house numbers, classes, H5N1 (each letter by its name). */
#include "tts/reader.h"

#include <string.h>

static bool is_one_letter(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    return token->length == 1 ||
           (token->length == 2 && (unsigned char)*reader_bytes(reader, i) >= 0x80);
}

static bool is_capital_letters(const struct reader *reader, size_t i, size_t most) {
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_WORD && !token->foreign && token->length <= most &&
           (token->shape == TOKEN_CAPITALS ||
            (token->shape == TOKEN_CAPITAL && is_one_letter(reader, i)));
}

/* In codes D is heard as "đê" ("U S D"), since there is no other letter of that name. */
static bool say_letters(struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    const char *bytes = reader_bytes(reader, i);
    for (size_t at = 0; at < token->length;) {
        uint32_t c;
        size_t step = text_decode(bytes + at, token->length - at, &c);
        const char *name = c == 'D' ? "đê" : reader_letter_name(bytes + at, step);
        if (name == NULL) {
            return false;
        }
        number_say(&reader->words, name);
        at += step;
    }
    return true;
}

static void say_digits(struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    const char *bytes = reader_bytes(reader, i);
    if (token->length > 4 || (*bytes == '0' && token->length > 1)) {
        number_spelled(bytes, token->length, &reader->words);
    } else {
        number_cardinal(bytes, token->length, &reader->style, &reader->words);
    }
}

/* 20B1-123.45, 30H-123.45, 29A-1234: province, series, number. */
static size_t read_plate(struct reader *reader, size_t i) {
    const struct token *province = reader_token(reader, i);
    if (province->length != 2 || !is_capital_letters(reader, i + 1, 3) ||
        !reader_is_attached(reader, i + 1)) {
        return i;
    }
    size_t at = i + 2;
    size_t series = 0;
    if (reader_token(reader, at)->length == 1 && reader_is_number(reader, at) &&
        reader_is_attached(reader, at)) {
        series = at++;
    }
    at += reader_is_sign(reader, at, '-');
    const struct token *number = reader_token(reader, at);
    bool dotted = number->length == 3 && reader_is_sign(reader, at + 1, '.') &&
                  reader_token(reader, at + 2)->length == 2 && reader_is_number(reader, at + 2) &&
                  reader_is_attached(reader, at + 2);
    if (number->kind != TOKEN_NUMBER || !(dotted || number->length == 4 || number->length == 5)) {
        return i;
    }
    number_cardinal(reader_bytes(reader, i), 2, &reader->style, &reader->words);
    say_letters(reader, i + 1);
    if (series != 0) {
        reader_spell(reader, series);
    }
    reader_spell(reader, at);
    if (dotted) {
        reader_spell(reader, at + 2);
    }
    size_t end = at + (dotted ? 3 : 1);
    reader_say_words(reader, i, end, READING_RULE_CODE);
    return end;
}

/* The end of letters and digits without spaces, also over "-" and "/" to further digits. */
static size_t chain_end(const struct reader *reader, size_t i) {
    size_t end = i + 1;
    while (end - i < 10 && reader_is_attached(reader, end)) {
        if ((reader_is_number(reader, end) && reader_token(reader, end)->length <= 12) ||
            is_capital_letters(reader, end, 6)) {
            end++;
        } else if ((reader_is_sign(reader, end, '-') || reader_is_sign(reader, end, '/')) &&
                   reader_is_number(reader, end + 1) && reader_is_attached(reader, end + 1) &&
                   reader_token(reader, end + 1)->length <= 12) {
            end += 2;
        } else {
            break;
        }
    }
    return end;
}

static size_t say_chain(struct reader *reader, size_t i, size_t end) {
    for (size_t at = i; at < end; at++) {
        if (reader_is_number(reader, at)) {
            say_digits(reader, at);
        } else if (reader_is_sign(reader, at, '/')) {
            number_say(&reader->words, "trên");
        } else if (reader_token(reader, at)->kind == TOKEN_WORD && !say_letters(reader, at)) {
            text_clear(&reader->words);
            return i;
        }
    }
    reader_say_words(reader, i, end, READING_RULE_CODE);
    return end;
}

/* "5A", "12a", "12A/5": a letter that no unit is written with. */
static size_t read_numbered(struct reader *reader, size_t i) {
    const struct token *letter = reader_token(reader, i + 1);
    if (letter->kind != TOKEN_WORD || letter->spaced || !is_one_letter(reader, i + 1) ||
        reader_token(reader, i)->length > 5) {
        return i;
    }
    bool capital =
        letter->shape == TOKEN_CAPITAL && strchr("KVW", *reader_bytes(reader, i + 1)) == NULL;
    bool small = letter->length == 1 && letter->shape == TOKEN_SMALL &&
                 strchr("abcde", *reader_bytes(reader, i + 1)) != NULL;
    if (!capital && !small) {
        return i;
    }
    size_t end = capital ? chain_end(reader, i) : i + 2;
    if (small && reader_is_sign(reader, end, '/') && reader_is_number(reader, end + 1)) {
        end += 2;
    }
    if (!capital || end > i + 1) {
        const struct token *next = reader_token(reader, end);
        if (next->kind == TOKEN_WORD && !next->spaced) {
            return i;
        }
        if (small) {
            say_digits(reader, i);
            reader_spell(reader, i + 1);
            for (size_t at = i + 2; at < end; at++) {
                if (reader_is_number(reader, at)) {
                    number_say(&reader->words, "trên");
                    say_digits(reader, at);
                }
            }
            reader_say_words(reader, i, end, READING_RULE_CODE);
            return end;
        }
        return say_chain(reader, i, end);
    }
    return i;
}

/* "A1", "H5N1", "DDR5-6400"; an abbreviation with a number ("KP3") is not spelled. */
static size_t read_lettered(struct reader *reader, size_t i) {
    if (!is_capital_letters(reader, i, 4) || !reader_is_number(reader, i + 1) ||
        !reader_is_attached(reader, i + 1)) {
        return i;
    }
    unsigned classes = READER_CLASS(ABBREVIATION) | READER_CLASS(FOREIGN) | READER_CLASS(NAME);
    struct reader_match match = reader_lookup(reader, LEXICON_BASE, i, classes, false);
    if (match.entry != NULL) {
        return i; /* rule_abbreviation reads it, and the number behind it */
    }
    return say_chain(reader, i, chain_end(reader, i));
}

/* "số BK 123456", "ký hiệu AB 12": the letters of a series. */
static size_t read_series(struct reader *reader, size_t i) {
    unsigned classes = READER_CLASS(ABBREVIATION) | READER_CLASS(FOREIGN) | READER_CLASS(NAME);
    bool announced = reader_is_word(reader, i - 1, "số|hiệu|mã|ri|seri");
    if (!announced || !is_capital_letters(reader, i, 3) || !reader_is_number(reader, i + 1) ||
        reader_lookup(reader, LEXICON_BASE, i, classes, false).entry != NULL ||
        !say_letters(reader, i)) {
        text_clear(&reader->words);
        return i;
    }
    reader_spell(reader, i + 1);
    reader_say_words(reader, i, i + 2, READING_RULE_CODE);
    return i + 2;
}

size_t rule_code(struct reader *reader, size_t i) {
    if (reader_is_number(reader, i)) {
        size_t end = read_plate(reader, i);
        return end > i ? end : read_numbered(reader, i);
    }
    size_t end = read_lettered(reader, i);
    return end > i ? end : read_series(reader, i);
}
