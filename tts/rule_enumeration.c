/* Heads of numbered paragraphs and items: "1." "(1)" "1.1." "I." "a)" (house rule L1). */
#include "tts/reader.h"

#include <string.h>

#define ITEM_MAX 99

static bool is_item_number(const struct reader *reader, size_t i) {
    return reader_is_between(reader, i, 2, 1, ITEM_MAX);
}

/* Text follows, and it does not go on with digits. */
static bool has_text(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_WORD || (token->kind == TOKEN_NUMBER && token->spaced) ||
           (token->kind == TOKEN_SIGN && token->spaced);
}

/* "1.", "1/", "1-" at the head of a paragraph: "thứ nhất". */
static size_t read_first_level(struct reader *reader, size_t i) {
    if (!is_item_number(reader, i) || !reader_is_attached(reader, i + 1)) {
        return i;
    }
    const struct token *next = reader_token(reader, i + 2);
    bool dot = reader_is_sign(reader, i + 1, '.');
    bool dash = (reader_is_sign(reader, i + 1, '/') || reader_is_sign(reader, i + 1, '-')) &&
                next->spaced && next->kind == TOKEN_WORD && next->shape != TOKEN_SMALL;
    bool dash_again = dot && reader_is_sign(reader, i + 2, '-'); /* "1.- Mục đích" */
    if (!(dot || dash) || !has_text(reader, i + 2 + dash_again)) {
        return i;
    }
    number_say(&reader->words, "thứ");
    number_ordinal(reader_value(reader, i), &reader->style, &reader->words);
    size_t end = i + 2 + dash_again;
    reader_say_words(reader, i, end, READING_RULE_ENUMERATION);
    reader_pause(reader, ',', i, end);
    return end;
}

/* "1.1.", "2.3.1": at the head of a paragraph, each point said. */
static size_t read_deeper_level(struct reader *reader, size_t i) {
    size_t at = i, levels = 0;
    while (levels < 5 && is_item_number(reader, at) &&
           (at == i || reader_is_attached(reader, at))) {
        levels++;
        at++;
        if (!reader_is_sign(reader, at, '.') || !reader_is_attached(reader, at)) {
            break;
        }
        at++;
    }
    bool dotted = reader_is_sign(reader, at - 1, '.');
    const struct token *next = reader_token(reader, at);
    bool headed = next->kind == TOKEN_WORD && (dotted || next->shape != TOKEN_SMALL) &&
                  (dotted || next->spaced);
    if (levels < 2 || !headed) {
        return i;
    }
    for (size_t k = i; k < at; k++) {
        if (reader_is_number(reader, k)) {
            if (k > i) {
                number_say(&reader->words, "chấm");
            }
            number_cardinal(reader_bytes(reader, k), reader_token(reader, k)->length,
                            &reader->style, &reader->words);
        }
    }
    reader_say_words(reader, i, at, READING_RULE_ENUMERATION);
    reader_pause(reader, ',', i, at);
    return at;
}

/* "I.", "II-", "III)": "phần một". */
static size_t read_part(struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    uint32_t value;
    bool capitals = token->kind == TOKEN_WORD && token->length <= 5 && token->shape != TOKEN_SMALL;
    bool mark = reader_is_sign(reader, i + 1, '.') || reader_is_sign(reader, i + 1, '-') ||
                reader_is_sign(reader, i + 1, ')') ||
                (reader_is_sign(reader, i + 1, ':') && reader_is_attached(reader, i + 1));
    if (!capitals || !mark || strspn(reader_bytes(reader, i), "IVX") < token->length ||
        !number_roman(reader_bytes(reader, i), token->length, &value) || value > 30 ||
        !has_text(reader, i + 2)) {
        return i;
    }
    bool initial = token->length == 1 && reader_is_sign(reader, i + 1, '.') &&
                   !reader_token(reader, i + 2)->spaced; /* "V.A.C" */
    if (initial || (reader_is_sign(reader, i + 1, '-') && !reader_token(reader, i + 2)->spaced)) {
        return i;
    }
    number_say(&reader->words, "phần");
    number_cardinal_value(value, &reader->style, &reader->words);
    reader_say_words(reader, i, i + 2, READING_RULE_ENUMERATION);
    reader_pause(reader, ',', i, i + 2);
    return i + 2;
}

/* "a)", "đ.", "A." at the head of a paragraph or of a clause. */
static size_t read_letter(struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    bool single = token->kind == TOKEN_WORD && token->length <= 2 && !token->foreign;
    const char *name = single ? reader_letter_name(reader_bytes(reader, i), token->length) : NULL;
    bool bracket = reader_is_sign(reader, i + 1, ')');
    /* "A." to "G." are heads; "P.", "Q.", "T." begin names of places. */
    bool head = token->shape == TOKEN_SMALL || strchr("ABCDEFG", *reader_bytes(reader, i)) != NULL;
    bool dot = head && reader_is_sign(reader, i + 1, '.') && reader_token(reader, i + 2)->spaced &&
               i == reader->start;
    if (name == NULL || !(bracket || dot) || !reader_is_attached(reader, i + 1) ||
        !has_text(reader, i + 2)) {
        return i;
    }
    reader_say(reader, name, i, i + 2, READING_RULE_ENUMERATION);
    reader_pause(reader, ',', i, i + 2);
    return i + 2;
}

static void say_item(struct reader *reader, size_t number, size_t first, size_t end) {
    number_cardinal(reader_bytes(reader, number), reader_token(reader, number)->length,
                    &reader->style, &reader->words);
    number_say(&reader->words, "là");
    reader_say_words(reader, first, end, READING_RULE_ENUMERATION);
}

static bool opens_clause(const struct reader *reader, size_t i) {
    const struct token *before = reader_token(reader, i - 1);
    return i == reader->start || before->kind == TOKEN_END ||
           (before->kind == TOKEN_SIGN && before->sign < 0x80 &&
            strchr(":;,.-+", (int)before->sign) != NULL) ||
           reader_is_word(reader, i - 1, "và|gồm|là|như|hoặc");
}

/* "(1)", "1)": "một là". */
static size_t read_item(struct reader *reader, size_t i) {
    if (reader_is_sign(reader, i, '(') && is_item_number(reader, i + 1) &&
        reader_is_sign(reader, i + 2, ')') && reader_token(reader, i + 3)->kind == TOKEN_WORD &&
        reader_token(reader, i)->spaced && opens_clause(reader, i)) {
        say_item(reader, i + 1, i, i + 3);
        return i + 3;
    }
    if (is_item_number(reader, i) && reader_is_sign(reader, i + 1, ')') &&
        reader_is_attached(reader, i + 1) && has_text(reader, i + 2) && opens_clause(reader, i)) {
        say_item(reader, i, i, i + 2);
        return i + 2;
    }
    return i;
}

size_t rule_enumeration(struct reader *reader, size_t i) {
    size_t end = read_item(reader, i);
    if (end == i && i == reader->start) {
        end = read_deeper_level(reader, i);
        if (end == i) {
            end = read_first_level(reader, i);
        }
        if (end == i) {
            end = read_part(reader, i);
        }
    }
    if (end == i && opens_clause(reader, i)) {
        end = read_letter(reader, i);
    }
    return end;
}
