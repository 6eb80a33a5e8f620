#include "tts/normaliser.h"

#include "base/memory.h"
#include "base/words.h"
#include "tts/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading_options reading_options_default(void) {
    return (struct reading_options){.tu = ISSUER_TINH_UY,
                                    .document_letters = DOCUMENT_LETTERS_EXPANDED};
}

const char *reading_rule_name(enum reading_rule rule) {
    static const char *const names[READING_RULE_COUNT] = {
        "word",        "lexicon",      "document", "date",   "time",     "money",
        "measure",     "phone",        "roman",    "number", "fraction", "range",
        "enumeration", "abbreviation", "foreign",  "code",   "symbol"};
    return rule < READING_RULE_COUNT ? names[rule] : "";
}

const char *reading_problem_kind_name(enum reading_problem_kind kind) {
    static const char *const names[READING_PROBLEM_KIND_COUNT] = {
        "unknown", "ambiguous", "address", "blank", "too_long", "symbol", "hidden", "encoding"};
    return kind < READING_PROBLEM_KIND_COUNT ? names[kind] : "";
}

static const char *cure_of(enum reading_problem_kind kind) {
    switch (kind) {
    case READING_UNKNOWN:
        return tr(
            "neither a Vietnamese word nor in the lexicon: write it as it is said, or add its "
            "reading with 'loaxa lexicon add'");
    case READING_AMBIGUOUS:
        return tr("this abbreviation has several readings: write the one that is meant in full, or "
                  "fix it in the station's lexicon");
    case READING_ADDRESS:
        return tr(
            "an address cannot be followed by ear: leave it out, or say in words where to find "
            "it");
    case READING_BLANK:
        return tr("the number was left empty: fill it in, or leave the line out");
    case READING_TOO_LONG:
        return tr("too many digits to listen to: round it, or write it in words");
    case READING_SYMBOL:
        return tr("this sign has no spoken form here: write the word, or leave it out");
    case READING_HIDDEN:
        return tr("a hidden control character, so that what is seen is not what is read: delete it "
                  "or type the line again");
    case READING_ENCODING:
    default:
        return tr("these bytes are not UTF-8: save the text again as UTF-8 (Unicode)");
    }
}

/* ---- the grammar ---- */

typedef size_t rule_function(struct reader *reader, size_t i);

static rule_function *const number_rules[] = {rule_station,      rule_enumeration, rule_document,
                                              rule_phone,        rule_date,        rule_time,
                                              rule_abbreviation, rule_code,        rule_quantity};
static rule_function *const word_rules[] = {rule_station,      rule_enumeration, rule_document,
                                            rule_date,         rule_code,        rule_roman,
                                            rule_abbreviation, rule_word};
static rule_function *const sign_rules[] = {rule_station,  rule_enumeration,  rule_phone,
                                            rule_quantity, rule_abbreviation, rule_sign};

static size_t apply(struct reader *reader, rule_function *const *rules, size_t count, size_t i) {
    for (size_t k = 0; k < count; k++) {
        size_t end = rules[k](reader, i);
        if (end > i) {
            return end;
        }
    }
    return i + 1;
}

#define APPLY(rules) apply(reader, rules, sizeof rules / sizeof *rules, i)

static size_t read_token(struct reader *reader, size_t i) {
    switch (reader_token(reader, i)->kind) {
    case TOKEN_NUMBER:
        return APPLY(number_rules);
    case TOKEN_SIGN:
        return APPLY(sign_rules);
    default:
        return APPLY(word_rules);
    }
}

/* Bullets and rules at the head of a paragraph: "- ", "+ ", "•", "#", "-----". */
static size_t skip_bullets(const struct reader *reader) {
    size_t i = 1;
    while (reader_token(reader, i)->kind == TOKEN_SIGN) {
        uint32_t sign = reader_token(reader, i)->sign;
        bool dash = sign == '-' || sign == '+';
        bool negative =
            dash && reader_is_number(reader, i + 1) && reader_is_attached(reader, i + 1);
        bool quote = sign == '>' && !reader_is_number(reader, i + 1);
        bool operator= sign >= 0x2200 && sign <= 0x22FF;
        bool bullet = (dash && !negative) || sign == '#' || quote || sign == 0xB7 ||
                      (sign >= 0x2022 && sign != 0x2026 && sign < 0x2044) ||
                      (sign >= 0x2190 && sign <= 0x2BFF && !operator) ||
                      (sign >= 0x1F000 && sign <= 0x1FAFF);
        if (!bullet) {
            break;
        }
        i++;
    }
    return i;
}

static void read_paragraph(struct reader *reader, size_t begin, size_t end) {
    reader->paragraph = begin;
    tokens_read(&reader->tokens, text_string(&reader->source.text) + begin, end - begin);
    reader->quantity_end = reader->date_end = reader->over_end = reader->roman_end = 0;
    reader->phone_end = 0;
    reader->commas = 0;
    reader->list_end = false;
    reader->start = skip_bullets(reader);
    for (size_t i = reader->start; i <= reader->tokens.count;) {
        i = read_token(reader, i);
    }
}

/* TU is the committee that the text itself names, if it names only one of the two. */
static enum issuer_of_tu find_tu(const char *text, size_t length, enum issuer_of_tu otherwise) {
    static const char *const tinh[] = {"Tỉnh ủy", "Tỉnh uỷ", "tỉnh ủy", "TỈNH ỦY"};
    static const char *const thanh[] = {"Thành ủy", "Thành uỷ", "thành ủy", "THÀNH ỦY"};
    bool found[2] = {false, false};
    for (size_t i = 0; i < sizeof tinh / sizeof *tinh; i++) {
        found[0] = found[0] || memmem(text, length, tinh[i], strlen(tinh[i])) != NULL;
        found[1] = found[1] || memmem(text, length, thanh[i], strlen(thanh[i])) != NULL;
    }
    if (found[0] == found[1]) {
        return otherwise;
    }
    return found[0] ? ISSUER_TINH_UY : ISSUER_THANH_UY;
}

static void add_faults(struct reader *reader) {
    struct reading *reading = reader->reading;
    for (size_t i = 0; i < reader->source.fault_count; i++) {
        const struct source_fault *fault = &reader->source.faults[i];
        reading->problem_total++;
        if (reading->problem_count >= READING_PROBLEMS_MAX) {
            continue;
        }
        reading->problems = memory_room(reading->problems, reading->problem_count,
                                        &reading->problem_capacity, sizeof *reading->problems);
        reading->problems[reading->problem_count++] = (struct reading_problem){
            .kind = fault->hidden ? READING_HIDDEN : READING_ENCODING,
            .begin = fault->begin,
            .end = fault->end,
        };
    }
}

/* ---- problems get their place ---- */

static int compare_problem(const void *a, const void *b) {
    const struct reading_problem *left = a, *right = b;
    return left->begin < right->begin ? -1 : left->begin > right->begin;
}

/* The token as written, without control characters and malformed bytes, cut at a character. */
static void copy_token(struct reading_problem *problem, const char *text) {
    size_t used = 0;
    for (size_t at = problem->begin; at < problem->end;) {
        uint32_t c;
        size_t step = text_decode(text + at, problem->end - at, &c);
        char hex[8];
        const char *bytes = text + at;
        size_t length = step;
        if (step == 0 || c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) ||
            (c >= 0x2066 && c <= 0x2069)) {
            length = (size_t)snprintf(hex, sizeof hex, "\\x%02X", (unsigned char)text[at]);
            bytes = hex;
        }
        if (used + length + 1 > sizeof problem->token) {
            break;
        }
        memcpy(problem->token + used, bytes, length);
        used += length;
        at += step != 0 ? step : 1;
    }
    problem->token[used] = '\0';
}

/* One walk over the text for all problems, which are in its order by then. */
static void place_problems(struct reading *reading, const char *text) {
    if (reading->problem_count != 0) {
        qsort(reading->problems, reading->problem_count, sizeof *reading->problems,
              compare_problem);
    }
    size_t at = 0;
    uint32_t line = 1, column = 1;
    for (size_t i = 0; i < reading->problem_count; i++) {
        struct reading_problem *problem = &reading->problems[i];
        for (; at < problem->begin; at++) {
            if (text[at] == '\n') {
                line++;
                column = 1;
            } else {
                column += ((unsigned char)text[at] & 0xC0) != 0x80;
            }
        }
        problem->line = line;
        problem->column = column;
        problem->cure = cure_of(problem->kind);
        copy_token(problem, text);
    }
}

static void read_paragraphs(struct reader *reader) {
    const char *bytes = text_string(&reader->source.text);
    size_t length = reader->source.text.length;
    for (size_t begin = 0; begin < length;) {
        const char *stop = memchr(bytes + begin, '\n', length - begin);
        size_t end = stop != NULL ? (size_t)(stop - bytes) : length;
        reader->border = true;
        read_paragraph(reader, begin, end);
        begin = end + 1;
    }
}

bool normalise(const char *text, size_t length, const struct reading_options *options,
               const struct lexicon *lexicon, struct reading *ret, struct fail *why) {
    if (length > NORMALISER_BYTES_MAX) {
        return fail_set(why, FAIL_LIMIT, "a text may have at most %zu bytes",
                        (size_t)NORMALISER_BYTES_MAX);
    }
    struct reader reader = {
        .options = options,
        .style = {.ngan = options->ngan, .le = options->le},
        .tu = find_tu(text, length, options->tu),
        .lexicon = lexicon,
        .reading = ret,
    };
    reading_clear(ret);
    source_read(&reader.source, text, length, options->single_line);
    read_paragraphs(&reader);
    add_faults(&reader);
    place_problems(ret, text);
    source_finish(&reader.source);
    tokens_finish(&reader.tokens);
    text_finish(&reader.words);
    text_finish(&reader.key);
    return true;
}

/* ---- a reading ---- */

const char *reading_spoken(const struct reading *reading) {
    return text_string(&reading->spoken);
}

bool reading_is_complete(const struct reading *reading) {
    return reading->problem_total == 0;
}

size_t reading_syllables(const struct reading *reading) {
    size_t count = 0;
    for (size_t i = 0; i < reading->piece_count; i++) {
        count += reading->pieces[i].kind == READING_WORD;
    }
    return count;
}

void reading_clear(struct reading *reading) {
    text_clear(&reading->spoken);
    reading->piece_count = 0;
    reading->problem_count = 0;
    reading->problem_total = 0;
}

void reading_finish(struct reading *reading) {
    text_finish(&reading->spoken);
    free(reading->pieces);
    free(reading->problems);
    *reading = (struct reading){0};
}

struct reading_pace reading_pace_default(void) {
    return (struct reading_pace){
        .syllables_a_second = 3.5, .comma_ms = 250, .sentence_ms = 700, .paragraph_ms = 1200};
}

int64_t reading_duration_ms(const struct reading *reading, const struct reading_pace *pace) {
    double total = 0;
    for (size_t i = 0; i < reading->piece_count; i++) {
        const struct reading_piece *piece = &reading->pieces[i];
        if (piece->kind == READING_WORD) {
            total += 1000.0 / pace->syllables_a_second;
        } else if (piece->kind == READING_PARAGRAPH) {
            total += pace->paragraph_ms;
        } else {
            char mark = reading->spoken.bytes[piece->at];
            total += mark == ',' ? pace->comma_ms : pace->sentence_ms;
        }
    }
    return (int64_t)total;
}
