#include "tts/reader.h"

#include "base/memory.h"
#include "tts/syllable.h"

#include <string.h>

const struct token *reader_token(const struct reader *reader, size_t i) {
    return i <= reader->tokens.count ? &reader->tokens.list[i]
                                     : &reader->tokens.list[reader->tokens.count + 1];
}

const char *reader_bytes(const struct reader *reader, size_t i) {
    return text_string(&reader->source.text) + reader->paragraph + reader_token(reader, i)->at;
}

const char *reader_lower(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_WORD ? reader->tokens.lower.bytes + token->lower_at : "";
}

bool reader_is_sign(const struct reader *reader, size_t i, uint32_t sign) {
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_SIGN && token->sign == sign;
}

bool reader_is_number(const struct reader *reader, size_t i) {
    return reader_token(reader, i)->kind == TOKEN_NUMBER;
}

bool reader_is_attached(const struct reader *reader, size_t i) {
    return !reader_token(reader, i)->spaced;
}

bool reader_is_word(const struct reader *reader, size_t i, const char *alternatives) {
    const struct token *token = reader_token(reader, i);
    if (token->kind != TOKEN_WORD) {
        return false;
    }
    const char *lower = reader->tokens.lower.bytes + token->lower_at;
    for (const char *at = alternatives; at != NULL;) {
        const char *end = strchr(at, '|');
        size_t length = end != NULL ? (size_t)(end - at) : strlen(at);
        if (length == token->lower_length && memcmp(at, lower, length) == 0) {
            return true;
        }
        at = end != NULL ? end + 1 : NULL;
    }
    return false;
}

bool reader_is_exactly(const struct reader *reader, size_t i, const char *text) {
    const struct token *token = reader_token(reader, i);
    return token->length == strlen(text) &&
           memcmp(reader_bytes(reader, i), text, token->length) == 0;
}

/* `phrase` begins with this token's word, followed by a space or the end. */
static bool begins_with_token(const struct reader *reader, size_t i, const char *phrase,
                              size_t length) {
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_WORD && token->lower_length == length &&
           memcmp(reader->tokens.lower.bytes + token->lower_at, phrase, length) == 0;
}

size_t reader_phrase(const struct reader *reader, size_t i, const char *phrase) {
    size_t first = i;
    while (*phrase != '\0') {
        size_t length = strcspn(phrase, " ");
        if (!begins_with_token(reader, i, phrase, length)) {
            return 0;
        }
        phrase += length + (phrase[length] == ' ');
        i++;
    }
    return i - first;
}

bool reader_is_after(const struct reader *reader, size_t i, const char *phrase) {
    size_t words = 1;
    for (const char *at = phrase; *at != '\0'; at++) {
        words += *at == ' ';
    }
    return i > words && reader_phrase(reader, i - words, phrase) == words;
}

uint64_t reader_value(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    return token->length <= 18 ? number_value(reader_bytes(reader, i), token->length) : UINT64_MAX;
}

bool reader_is_between(const struct reader *reader, size_t i, size_t digits, uint64_t low,
                       uint64_t high) {
    const struct token *token = reader_token(reader, i);
    if (token->kind != TOKEN_NUMBER || token->length > digits) {
        return false;
    }
    uint64_t value = reader_value(reader, i);
    return value >= low && value <= high;
}

bool reader_is_year(const struct reader *reader, size_t i) {
    return reader_token(reader, i)->length == 4 && reader_is_between(reader, i, 4, 1000, 2999);
}

bool reader_is_border(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_END || (token->kind == TOKEN_SIGN && token->sign < 0x80 &&
                                        strchr(",.;:?!()[]\"", (int)token->sign) != NULL);
}

size_t reader_governor(const struct reader *reader, size_t i) {
    for (size_t back = 1; back <= 8 && back < i; back++) {
        size_t at = i - back;
        if (reader_is_number(reader, at) || reader_is_sign(reader, at, ',') ||
            reader_is_sign(reader, at, '-') || reader_is_word(reader, at, "và|đến|hoặc|hay|tới")) {
            continue;
        }
        return reader_token(reader, at)->kind == TOKEN_WORD ? at : 0;
    }
    return 0;
}

/* ---- saying ---- */

static struct reading_piece *add_piece(struct reader *reader, size_t first, size_t end) {
    struct reading *reading = reader->reading;
    reading->pieces = memory_room(reading->pieces, reading->piece_count, &reading->piece_capacity,
                                  sizeof *reading->pieces);
    struct reading_piece *piece = &reading->pieces[reading->piece_count++];
    const struct token *last = reader_token(reader, end - 1);
    *piece = (struct reading_piece){
        .begin = reader->source.origin[reader->paragraph + reader_token(reader, first)->at],
        .end = reader->source.origin[reader->paragraph + last->at + last->length],
    };
    return piece;
}

/* Before the first word of a paragraph. */
static void add_border(struct reader *reader, size_t first) {
    struct reading *reading = reader->reading;
    if (reading->piece_count != 0) {
        uint32_t end = reading->pieces[reading->piece_count - 1].end;
        struct reading_piece *piece = add_piece(reader, first, first + 1);
        piece->at = (uint32_t)reading->spoken.length;
        piece->length = 1;
        piece->kind = READING_PARAGRAPH;
        piece->rule = READING_RULE_SYMBOL;
        piece->end = piece->begin > end ? piece->begin : end;
        piece->begin = end;
        text_add(&reading->spoken, "\n", 1);
    }
    reader->border = false;
}

void reader_say(struct reader *reader, const char *words, size_t first, size_t end,
                enum reading_rule rule) {
    struct text *spoken = &reader->reading->spoken;
    if (reader->border && *words != '\0') {
        add_border(reader, first);
    }
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        if (spoken->length != 0 && spoken->bytes[spoken->length - 1] != '\n') {
            text_add(spoken, " ", 1);
        }
        struct reading_piece *piece = add_piece(reader, first, end);
        piece->at = (uint32_t)spoken->length;
        piece->length = (uint32_t)length;
        piece->kind = READING_WORD;
        piece->rule = (uint8_t)rule;
        text_add(spoken, words, length);
        words += length + (words[length] == ' ');
    }
    reader->list_end = false;
}

void reader_say_words(struct reader *reader, size_t first, size_t end, enum reading_rule rule) {
    reader_say(reader, text_string(&reader->words), first, end, rule);
    text_clear(&reader->words);
}

/* A stronger pause takes the place of a weaker one. */
static int strength(char mark) {
    switch (mark) {
    case ',':
        return 1;
    case ';':
        return 2;
    case ':':
        return 3;
    default:
        return 4;
    }
}

void reader_pause(struct reader *reader, char mark, size_t first, size_t end) {
    struct reading *reading = reader->reading;
    struct text *spoken = &reading->spoken;
    if (reader->border || reading->piece_count == 0) {
        return;
    }
    struct reading_piece *last = &reading->pieces[reading->piece_count - 1];
    if (last->kind == READING_PAUSE) {
        if (strength(mark) > strength(spoken->bytes[last->at])) {
            spoken->bytes[last->at] = mark;
        }
        return;
    }
    struct reading_piece *piece = add_piece(reader, first, end);
    piece->at = (uint32_t)spoken->length;
    piece->length = 1;
    piece->kind = READING_PAUSE;
    piece->rule = READING_RULE_SYMBOL;
    text_add(spoken, &mark, 1);
}

void reader_problem(struct reader *reader, enum reading_problem_kind kind, size_t first,
                    size_t end) {
    struct reading *reading = reader->reading;
    reading->problem_total++;
    if (reading->problem_count >= READING_PROBLEMS_MAX) {
        return;
    }
    reading->problems = memory_room(reading->problems, reading->problem_count,
                                    &reading->problem_capacity, sizeof *reading->problems);
    const struct token *last = reader_token(reader, end - 1);
    reading->problems[reading->problem_count++] = (struct reading_problem){
        .kind = kind,
        .begin = reader->source.origin[reader->paragraph + reader_token(reader, first)->at],
        .end = reader->source.origin[reader->paragraph + last->at + last->length],
    };
}

const char *reader_letter_name(const char *letter, size_t length) {
    static const char *const names[26] = {
        "a",  "bê", "xê", "dê",  "e",  "ép", "gờ", "hát", "i",  "di",     "ca",  "lờ", "mờ",
        "nờ", "o",  "pê", "quy", "rờ", "sờ", "tê", "u",   "vê", "vê kép", "ích", "i",  "dét"};
    if (length == 1) {
        char c = *letter >= 'A' && *letter <= 'Z' ? (char)(*letter + 32) : *letter;
        return c >= 'a' && c <= 'z' ? names[c - 'a'] : NULL;
    }
    static const struct {
        const char *letter, *name;
    } marked[] = {{"Đ", "đê"}, {"đ", "đê"}, {"Ư", "ư"}, {"ư", "ư"}, {"Ơ", "ơ"},
                  {"ơ", "ơ"},  {"Ô", "ô"},  {"ô", "ô"}, {"Ê", "ê"}, {"ê", "ê"},
                  {"Â", "ớ"},  {"â", "ớ"},  {"Ă", "á"}, {"ă", "á"}};
    for (size_t i = 0; i < sizeof marked / sizeof *marked; i++) {
        if (strlen(marked[i].letter) == length && memcmp(marked[i].letter, letter, length) == 0) {
            return marked[i].name;
        }
    }
    return NULL;
}

bool reader_spell(struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    const char *bytes = reader_bytes(reader, i);
    if (token->kind == TOKEN_NUMBER) {
        number_spelled(bytes, token->length, &reader->words);
        return true;
    }
    for (size_t at = 0; at < token->length;) {
        uint32_t c;
        size_t step = text_decode(bytes + at, token->length - at, &c);
        const char *name = reader_letter_name(bytes + at, step);
        if (name == NULL) {
            return false;
        }
        number_say(&reader->words, name);
        at += step;
    }
    return true;
}

/* ---- the lexicon ---- */

/* One alternative of a context, at[0..length). */
static bool fits(const struct reader *reader, size_t i, bool left, const char *at, size_t length) {
    /* "Lưu: VT, TH", "T7, CN" */
    bool parted =
        left && (reader_is_sign(reader, i - 1, ':') || reader_is_sign(reader, i - 1, ','));
    size_t beside = left ? i - 1 : i;
    if (parted && length == 1 && *at == '#') {
        beside--;
    }
    const struct token *token = reader_token(reader, beside);
    if (length == 1) {
        switch (*at) {
        case '#':
            return token->kind == TOKEN_NUMBER;
        case '0':
            return token->kind == TOKEN_NUMBER && *reader_bytes(reader, beside) == '0';
        case '^':
            return left && i <= reader->start;
        case '$':
            return token->kind == TOKEN_END || token->kind == TOKEN_SIGN;
        case '@':
            /* No initial: "T. Thái Nguyên", but not "T.V.H". */
            return token->kind == TOKEN_WORD && token->shape != TOKEN_SMALL &&
                   !(token->length <= 2 && reader_is_sign(reader, beside + 1, '.'));
        default:
            break;
        }
    }
    char phrase[128];
    if (length >= sizeof phrase) {
        return false;
    }
    memcpy(phrase, at, length);
    phrase[length] = '\0';
    if (!left) {
        return reader_phrase(reader, i, phrase) != 0;
    }
    return reader_is_after(reader, i - parted, phrase);
}

static bool context_fits(const struct reader *reader, size_t i, bool left, const char *context) {
    if (*context == '\0') {
        return true;
    }
    while (context != NULL) {
        size_t length = strcspn(context, "|");
        if (fits(reader, i, left, context, length)) {
            return true;
        }
        context = context[length] == '|' ? context + length + 1 : NULL;
    }
    return false;
}

/* "BAN" or "TU" inside a heading in capitals is a word, no abbreviation. */
static bool is_shouted(const struct reader *reader, size_t i) {
    const struct token *left = reader_token(reader, i - 1), *right = reader_token(reader, i + 1);
    return (left->kind == TOKEN_WORD && left->shape == TOKEN_CAPITALS) ||
           (right->kind == TOKEN_WORD && right->shape == TOKEN_CAPITALS);
}

static void choose(struct reader *reader, const struct lexicon_match *match, size_t i, size_t end,
                   unsigned classes, struct reader_match *best) {
    bool seen = false;
    for (size_t k = 0; k < match->count; k++) {
        const struct lexicon_entry *entry = match->entries[k];
        if ((classes & 1u << entry->class) == 0) {
            continue;
        }
        seen = true;
        bool issuer = entry->class == LEXICON_ISSUER; /* its right column is something else */
        if (issuer || (context_fits(reader, i, true, entry->left) &&
                       context_fits(reader, end, false, entry->right))) {
            *best = (struct reader_match){.entry = entry, .end = end};
            return;
        }
    }
    if (seen) {
        *best = (struct reader_match){.end = end, .ambiguous = true};
    }
}

struct reader_match reader_lookup(struct reader *reader, enum lexicon_layer layer, size_t i,
                                  unsigned classes, bool folded) {
    struct reader_match best = {0};
    text_clear(&reader->key);
    for (size_t end = i; reader_token(reader, end)->kind != TOKEN_END;) {
        const struct token *token = reader_token(reader, end);
        if (reader->key.length + token->length > LEXICON_KEY_MAX) {
            break;
        }
        if (end > i && token->spaced) {
            text_add(&reader->key, " ", 1);
        }
        if (folded && token->kind == TOKEN_WORD) {
            text_add(&reader->key, reader_lower(reader, end), token->lower_length);
        } else {
            text_add(&reader->key, reader_bytes(reader, end), token->length);
        }
        struct lexicon_match match =
            lexicon_find(reader->lexicon, layer, reader->key.bytes, reader->key.length, folded);
        end++;
        if (match.entries != NULL) {
            choose(reader, &match, i, end, classes, &best);
        }
        if (!match.prefix) {
            break;
        }
    }
    const struct token *token = reader_token(reader, i);
    if (layer == LEXICON_BASE && (best.entry != NULL || best.ambiguous) && best.end == i + 1 &&
        token->kind == TOKEN_WORD && token->shape == TOKEN_CAPITALS &&
        syllable_is_valid(reader_lower(reader, i), token->lower_length) && is_shouted(reader, i)) {
        return (struct reader_match){0};
    }
    return best;
}

size_t reader_dash(const struct reader *reader, size_t i) {
    bool dash = reader_is_sign(reader, i, '-') || reader_is_sign(reader, i, 0xF7) ||
                reader_is_sign(reader, i, '~');
    return dash ? i + 1 : i;
}
