#include "tts/lint.h"

#include "base/memory.h"
#include "base/words.h"
#include "tts/slip.h"
#include "tts/syllable.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A sentence of fewer syllables may stand twice: "Xin cảm ơn." */
#define REPEATED_SYLLABLES 8

struct walk {
    const char *text;
    size_t length;
    const struct reading *reading;
    const struct lint_limits *limits;
    struct lint *lint;
    uint64_t *seen; /* hashes of sentences, open addressing; 0: free */
    size_t seen_size;
    uint64_t *spelled; /* hashes of the abbreviations already noted */
    size_t spelled_count, spelled_capacity;
};

const char *lint_kind_name(enum lint_kind kind) {
    static const char *const names[LINT_KIND_COUNT] = {"unreadable", "too_long",     "sentence",
                                                       "numbers",    "abbreviation", "repeated",
                                                       "slip",       "date"};
    return kind < LINT_KIND_COUNT ? names[kind] : "";
}

struct lint_limits lint_limits_default(void) {
    return (struct lint_limits){
        .syllables_max = 60, .numbers_max = 6, .pace = reading_pace_default()};
}

static void add_note(struct walk *walk, enum lint_kind kind, uint32_t begin, uint32_t end,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

static void add_note(struct walk *walk, enum lint_kind kind, uint32_t begin, uint32_t end,
                     const char *format, ...) {
    struct lint *lint = walk->lint;
    lint->total++;
    lint->blocking += kind == LINT_UNREADABLE;
    if (lint->count >= LINT_NOTES_MAX) {
        return;
    }
    lint->notes = memory_room(lint->notes, lint->count, &lint->capacity, sizeof *lint->notes);
    struct lint_note *note = &lint->notes[lint->count++];
    *note = (struct lint_note){.kind = kind, .begin = begin, .end = end};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(note->sentence, sizeof note->sentence, format, arguments);
    va_end(arguments);
}

static const struct reading_piece *piece_at(const struct walk *walk, size_t i) {
    return &walk->reading->pieces[i];
}

static const char *bytes_of(const struct walk *walk, size_t i) {
    return walk->reading->spoken.bytes + piece_at(walk, i)->at;
}

static bool is_word(const struct walk *walk, size_t i, const char *word) {
    return i < walk->reading->piece_count && piece_at(walk, i)->kind == READING_WORD &&
           piece_at(walk, i)->length == strlen(word) &&
           memcmp(bytes_of(walk, i), word, piece_at(walk, i)->length) == 0;
}

/* ---- sentences ---- */

static bool ends_sentence(const struct walk *walk, size_t i) {
    const struct reading_piece *piece = piece_at(walk, i);
    return piece->kind == READING_PARAGRAPH ||
           (piece->kind == READING_PAUSE && strchr(".;?", *bytes_of(walk, i)) != NULL);
}

static bool is_number_rule(uint8_t rule) {
    return rule == READING_RULE_NUMBER || rule == READING_RULE_DATE || rule == READING_RULE_TIME ||
           rule == READING_RULE_DOCUMENT || rule == READING_RULE_PHONE ||
           rule == READING_RULE_FRACTION || rule == READING_RULE_RANGE;
}

static uint64_t hash_of(const char *bytes, size_t length) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    }
    return hash != 0 ? hash : 1;
}

/* Whether this sentence was seen before; remembers it. */
static bool was_seen(struct walk *walk, uint64_t hash) {
    for (size_t i = hash & (walk->seen_size - 1);; i = (i + 1) & (walk->seen_size - 1)) {
        if (walk->seen[i] == hash) {
            return true;
        }
        if (walk->seen[i] == 0) {
            walk->seen[i] = hash;
            return false;
        }
    }
}

static void look_at_sentence(struct walk *walk, size_t first, size_t end) {
    unsigned syllables = 0, numbers = 0;
    const struct reading_piece *last = NULL;
    for (size_t i = first; i < end; i++) {
        const struct reading_piece *piece = piece_at(walk, i);
        if (piece->kind != READING_WORD) {
            continue;
        }
        syllables++;
        bool fresh = last == NULL || last->begin != piece->begin || last->end != piece->end;
        numbers += fresh && is_number_rule(piece->rule);
        last = piece;
    }
    if (syllables == 0) {
        return;
    }
    walk->lint->sentences++;
    uint32_t begin = piece_at(walk, first)->begin, stop = last->end;
    if (walk->limits->syllables_max != 0 && syllables > walk->limits->syllables_max) {
        add_note(walk, LINT_SENTENCE, begin, stop,
                 tr("%u syllables in one sentence, more than %u: make two of it"), syllables,
                 walk->limits->syllables_max);
    }
    if (walk->limits->numbers_max != 0 && numbers > walk->limits->numbers_max) {
        add_note(walk, LINT_NUMBERS, begin, stop,
                 tr("%u numbers in one sentence, more than %u: keep those that matter"), numbers,
                 walk->limits->numbers_max);
    }
    const char *spoken = bytes_of(walk, first);
    size_t length = (size_t)(piece_at(walk, end - 1)->at + piece_at(walk, end - 1)->length) -
                    piece_at(walk, first)->at;
    if (syllables >= REPEATED_SYLLABLES && was_seen(walk, hash_of(spoken, length))) {
        add_note(walk, LINT_REPEATED, begin, stop,
                 tr("this sentence stood there before: leave one of them out"));
    }
}

static void look_at_sentences(struct walk *walk) {
    size_t first = 0;
    for (size_t i = 0; i <= walk->reading->piece_count; i++) {
        if (i == walk->reading->piece_count || ends_sentence(walk, i)) {
            if (i > first) {
                look_at_sentence(walk, first, i);
            }
            first = i + 1;
        }
    }
}

/* ---- words ---- */

static bool is_capital_letters(const char *text, size_t length) {
    size_t letters = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 'A' || text[i] > 'Z') {
            return false;
        }
        letters++;
    }
    return letters >= 2;
}

/* Known by their letters to everybody. */
static bool is_common(const char *text, size_t length) {
    static const char *const known[] = {"QR", "VTV", "VOV", "ATM", "OTP", "SMS",  "USD", "USB",
                                        "TV", "HIV", "PDF", "AI",  "FM",  "VNPT", "EVN", "WHO"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i]) == length && memcmp(known[i], text, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool was_noted(struct walk *walk, uint64_t hash) {
    for (size_t i = 0; i < walk->spelled_count; i++) {
        if (walk->spelled[i] == hash) {
            return true;
        }
    }
    if (walk->spelled_count < 256) { /* a text with more is noted again now and then */
        walk->spelled = memory_room(walk->spelled, walk->spelled_count, &walk->spelled_capacity,
                                    sizeof *walk->spelled);
        walk->spelled[walk->spelled_count++] = hash;
    }
    return false;
}

/* "GRDP" read by its letters, unless it stands in brackets behind its full name. */
static void look_at_letters(struct walk *walk, size_t i) {
    const struct reading_piece *piece = piece_at(walk, i);
    bool first = i == 0 || piece_at(walk, i - 1)->begin != piece->begin;
    size_t length = piece->end - piece->begin;
    if (piece->rule != READING_RULE_FOREIGN || !first || length > 12 ||
        !is_capital_letters(walk->text + piece->begin, length)) {
        return;
    }
    size_t syllables = 0;
    while (i + syllables < walk->reading->piece_count &&
           piece_at(walk, i + syllables)->begin == piece->begin) {
        syllables++;
    }
    bool bracketed = piece->begin > 0 && walk->text[piece->begin - 1] == '(';
    if (syllables < length || is_common(walk->text + piece->begin, length) ||
        was_noted(walk, hash_of(walk->text + piece->begin, length)) || bracketed) {
        return;
    }
    add_note(walk, LINT_ABBREVIATION, piece->begin, piece->end,
             tr("read letter by letter: say once what it stands for"));
}

/* Two words that stand together as written, neither made from a number nor from letters. */
static bool is_pair(const struct walk *walk, size_t i) {
    if (i + 1 >= walk->reading->piece_count) {
        return false;
    }
    const struct reading_piece *first = piece_at(walk, i), *second = first + 1;
    return first->kind == READING_WORD && second->kind == READING_WORD &&
           first->rule == READING_RULE_WORD && second->rule == READING_RULE_WORD &&
           second->begin - first->end <= 3;
}

static const char *slip_at(const struct walk *walk, size_t i, bool *ret_known) {
    *ret_known = false;
    return is_pair(walk, i)
               ? slip_find(bytes_of(walk, i), piece_at(walk, i)->length, bytes_of(walk, i + 1),
                           piece_at(walk, i + 1)->length, ret_known)
               : NULL;
}

/* "chúng nhân" is no slip between "quần" and "dân": either half belongs to a word beside it. */
static void look_at_slip(struct walk *walk, size_t i) {
    bool known, before = false, after = false;
    const char *meant = slip_at(walk, i, &known);
    if (meant == NULL) {
        return;
    }
    if (i > 0) {
        slip_at(walk, i - 1, &before);
    }
    slip_at(walk, i + 1, &after);
    if (!before && !after) {
        add_note(walk, LINT_SLIP, piece_at(walk, i)->begin, piece_at(walk, i + 1)->end,
                 tr("looks like a slip: was '%s' meant?"), meant);
    }
}

/* ---- dates ---- */

static unsigned read_part(const char **at, const char *end) {
    unsigned value = 0, digits = 0;
    while (*at < end && **at >= '0' && **at <= '9' && digits < 5) {
        value = value * 10 + (unsigned)(**at - '0');
        (*at)++;
        digits++;
    }
    return digits != 0 ? value : 0;
}

static unsigned days_of(unsigned month, unsigned year) {
    static const unsigned char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year == 0 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    return month == 2 && !leap ? 28 : days[month - 1];
}

/* "31/11": the calendar has no such day. */
static void look_at_date(struct walk *walk, size_t i) {
    const struct reading_piece *piece = piece_at(walk, i);
    if (piece->rule != READING_RULE_DATE || (i > 0 && piece[-1].begin == piece->begin)) {
        return;
    }
    const char *at = walk->text + piece->begin, *end = walk->text + piece->end;
    unsigned day = read_part(&at, end);
    if (day == 0 || at == end || strchr("/.-", *at) == NULL) {
        return;
    }
    char joint = *at++;
    unsigned month = read_part(&at, end), year = 0;
    if (at < end && *at == joint) {
        at++;
        year = read_part(&at, end);
    }
    if (day <= 31 && month >= 1 && month <= 12 && day > days_of(month, year)) {
        add_note(walk, LINT_DATE, piece->begin, piece->end,
                 tr("the calendar has no such day: look it up"));
    }
}

/* "ngày      tháng 5 năm 2026": the day was left blank. */
static void look_at_blank(struct walk *walk, size_t i) {
    if (!is_word(walk, i, "ngày") || !is_word(walk, i + 1, "tháng") ||
        i + 2 >= walk->reading->piece_count) {
        return;
    }
    const struct reading_piece *month = piece_at(walk, i + 2);
    bool number = month->kind == READING_WORD && is_number_rule(month->rule);
    bool year = is_word(walk, i + 2, "năm") && i + 3 < walk->reading->piece_count &&
                is_number_rule(piece_at(walk, i + 3)->rule);
    if (number || year) {
        add_note(walk, LINT_DATE, piece_at(walk, i)->begin, month->end,
                 tr("the date was left blank: fill it in"));
    }
}

static void look_at_words(struct walk *walk) {
    for (size_t i = 0; i < walk->reading->piece_count; i++) {
        if (piece_at(walk, i)->kind == READING_WORD) {
            look_at_letters(walk, i);
            look_at_slip(walk, i);
            look_at_date(walk, i);
            look_at_blank(walk, i);
        }
    }
}

/* ---- the whole ---- */

static void look_at_problems(struct walk *walk) {
    const struct reading *reading = walk->reading;
    for (size_t i = 0; i < reading->problem_count; i++) {
        const struct reading_problem *problem = &reading->problems[i];
        add_note(walk, LINT_UNREADABLE, problem->begin, problem->end, "%s", problem->cure);
    }
    size_t unlisted = reading->problem_total - reading->problem_count;
    walk->lint->total += unlisted;
    walk->lint->blocking += unlisted;
}

static void look_at_length(struct walk *walk) {
    struct lint *lint = walk->lint;
    lint->duration_ms = reading_duration_ms(walk->reading, &walk->limits->pace);
    lint->syllables = reading_syllables(walk->reading);
    int64_t most = walk->limits->duration_ms_max;
    if (most != 0 && lint->duration_ms > most) {
        add_note(walk, LINT_TOO_LONG, 0, 0,
                 tr("takes about %lld s to say, %lld s are allowed: shorten it"),
                 (long long)(lint->duration_ms / 1000), (long long)(most / 1000));
    }
}

static int compare_note(const void *a, const void *b) {
    const struct lint_note *left = a, *right = b;
    if (left->begin != right->begin) {
        return left->begin < right->begin ? -1 : 1;
    }
    return (int)left->kind - (int)right->kind;
}

/* The place as written: its first characters, blanks and controls as one space. */
static void copy_token(struct lint_note *note, const char *text) {
    size_t used = 0;
    for (size_t at = note->begin; at < note->end;) {
        uint32_t c;
        size_t step = text_decode(text + at, note->end - at, &c);
        bool plain = step != 0 && c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0) &&
                     !(c >= 0x2028 && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069);
        size_t length = plain ? step : 1;
        if (used + length + 1 > sizeof note->token) {
            break;
        }
        memcpy(note->token + used, plain ? text + at : " ", length);
        used += length;
        at += step != 0 ? step : 1;
    }
    note->token[used] = '\0';
}

static void place_notes(struct lint *lint, const char *text) {
    if (lint->count != 0) {
        qsort(lint->notes, lint->count, sizeof *lint->notes, compare_note);
    }
    size_t at = 0;
    uint32_t line = 1, column = 1;
    for (size_t i = 0; i < lint->count; i++) {
        for (; at < lint->notes[i].begin; at++) {
            if (text[at] == '\n') {
                line++;
                column = 1;
            } else {
                column += ((unsigned char)text[at] & 0xC0) != 0x80;
            }
        }
        lint->notes[i].line = line;
        lint->notes[i].column = column;
        copy_token(&lint->notes[i], text);
    }
}

void lint_text(const char *text, size_t length, const struct reading *reading,
               const struct lint_limits *limits, struct lint *ret) {
    struct walk walk = {.text = text,
                        .length = length,
                        .reading = reading,
                        .limits = limits,
                        .lint = ret,
                        .seen_size = 64};
    while (walk.seen_size < reading->piece_count) { /* at most half are sentences */
        walk.seen_size *= 2;
    }
    *ret = (struct lint){0};
    walk.seen = memory_new(walk.seen_size * sizeof *walk.seen);
    look_at_problems(&walk);
    look_at_length(&walk);
    look_at_sentences(&walk);
    look_at_words(&walk);
    place_notes(ret, text);
    free(walk.seen);
    free(walk.spelled);
}

void lint_finish(struct lint *lint) {
    free(lint->notes);
    *lint = (struct lint){0};
}
