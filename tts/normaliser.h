/* normaliser: Vietnamese official text into plain Vietnamese words that a newsreader would say.
 *
 *   struct reading reading = {0};
 *   struct reading_options options = reading_options_default();
 *   if (!normalise(text, length, &options, lexicon, &reading, why)) ...
 *   reading_spoken(&reading)   "nghị quyết số năm mươi bảy của trung ương về ..."
 *   reading_finish(&reading);
 *
 * The invariant, for every input: the spoken text holds Vietnamese syllables in lower case (NFC, see
 * tts/syllable.h), single spaces, the marks , . ; : ? after a word, and '\n' between paragraphs.
 * There is no digit, no capital, no symbol in it. What cannot be read for certain is left out of
 * the spoken text and listed as a problem with its place and its cure; a bulletin with a problem
 * must not be approved (reading_is_complete()).
 *
 * The house rules N1 to F1 are those of the project's design notes on spoken forms; the data stand
 * in tts/data/, one TSV a subject, and in the station's own lexicon, which wins over every rule.
 *
 * Time and memory are linear in the length of the text: every rule looks at a bounded number of
 * tokens. Thread: any; a lexicon may be shared by several readings at once. Pure: no I/O. */
#ifndef LOAXA_TTS_NORMALISER_H
#define LOAXA_TTS_NORMALISER_H

#include "base/fail.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lexicon;

/* A longer text is refused with FAIL_LIMIT. */
#define NORMALISER_BYTES_MAX ((size_t)32 << 20)
/* No more problems than this are kept for one text; problem_total counts all. */
#define READING_PROBLEMS_MAX 500

/* How the letters of "57-NQ/TW" are read when the number needs them. */
enum document_letters {
    DOCUMENT_LETTERS_EXPANDED, /* "của trung ương" */
    DOCUMENT_LETTERS_DROPPED,  /* the number alone */
    DOCUMENT_LETTERS_SPELLED   /* "nờ quy tê vê kép" */
};

/* TU in a document number; where the text itself names only one of the two, that one is meant. */
enum issuer_of_tu { ISSUER_TINH_UY, ISSUER_THANH_UY };

struct reading_options {
    bool ngan;        /* "ngàn" where the north says "nghìn" */
    bool le;          /* "lẻ" where the north says "linh" */
    bool mung;        /* "mùng" before the days 1 to 10 */
    bool single_line; /* the text is one line: nothing to rejoin, no paragraphs */
    enum issuer_of_tu tu;
    enum document_letters document_letters;
};

/* The north's habits, Tỉnh ủy, letters expanded. */
struct reading_options reading_options_default(void);

/* The rule that made a word, for `--explain`. */
enum reading_rule {
    READING_RULE_WORD,     /* a Vietnamese word as it stands */
    READING_RULE_LEXICON,  /* the station's own lexicon */
    READING_RULE_DOCUMENT, /* document number, C1 C2 */
    READING_RULE_DATE,     /* D1 D2 */
    READING_RULE_TIME,     /* T1 */
    READING_RULE_MONEY,
    READING_RULE_MEASURE,
    READING_RULE_PHONE,
    READING_RULE_ROMAN,  /* M1 */
    READING_RULE_NUMBER, /* N1 N2 N3 */
    READING_RULE_FRACTION,
    READING_RULE_RANGE,        /* R1 */
    READING_RULE_ENUMERATION,  /* L1 */
    READING_RULE_ABBREVIATION, /* A1 */
    READING_RULE_FOREIGN,      /* F1 */
    READING_RULE_CODE,         /* plates, codes, single letters */
    READING_RULE_SYMBOL,       /* S1 */
    READING_RULE_COUNT
};
const char *reading_rule_name(enum reading_rule rule); /* "document"; never NULL */

enum reading_piece_kind {
    READING_WORD,     /* one syllable */
    READING_PAUSE,    /* one of , . ; : ? */
    READING_PARAGRAPH /* '\n': between two paragraphs, never at either end */
};

/* One piece of the spoken text, in order. */
struct reading_piece {
    uint32_t at;         /* byte offset in the spoken text */
    uint32_t length;     /* bytes there */
    uint32_t begin, end; /* the bytes of the source it comes from: [begin, end) */
    uint8_t kind;        /* enum reading_piece_kind */
    uint8_t rule;        /* enum reading_rule */
};

enum reading_problem_kind {
    READING_UNKNOWN,   /* a word or an abbreviation that is neither Vietnamese nor listed */
    READING_AMBIGUOUS, /* an abbreviation with several readings and no context */
    READING_ADDRESS,   /* a URL or an e-mail address */
    READING_BLANK,     /* a number that was left empty: "Số -CV/ĐU" */
    READING_TOO_LONG,  /* a number of more digits than can be listened to */
    READING_SYMBOL,    /* a sign without a spoken form here */
    READING_HIDDEN,    /* a control or direction character: what is seen is not what is read */
    READING_ENCODING,  /* bytes that are not UTF-8 */
    READING_PROBLEM_KIND_COUNT
};
const char *reading_problem_kind_name(enum reading_problem_kind kind); /* "unknown"; never NULL */

struct reading_problem {
    enum reading_problem_kind kind;
    char token[96];        /* as written, UTF-8, cut at a character when longer; printable */
    uint32_t begin, end;   /* its bytes in the source */
    uint32_t line, column; /* from 1; columns count code points */
    const char *cure;      /* one sentence in the language of the process; static */
};

struct reading {
    struct text spoken;
    struct reading_piece *pieces;
    size_t piece_count;
    size_t piece_capacity;
    struct reading_problem *problems; /* in the order of the text */
    size_t problem_count;
    size_t problem_capacity;
    size_t problem_total; /* may be more than problem_count */
};

/* Reads `text` (UTF-8 in any normalization form; malformed bytes become problems) into *ret, which
 * starts as {0}. `lexicon` is the base with the station's own over it, or NULL for the base alone.
 * False only for a text over NORMALISER_BYTES_MAX (FAIL_LIMIT); *ret is then untouched. */
bool normalise(const char *text, size_t length, const struct reading_options *options,
               const struct lexicon *lexicon, struct reading *ret, struct fail *why);

/* Never NULL; borrowed until the reading changes. */
const char *reading_spoken(const struct reading *reading);
/* Whether everything was read: no problem at all. */
bool reading_is_complete(const struct reading *reading);
size_t reading_syllables(const struct reading *reading);
/* Forgets the content and keeps the memory, for the next text. */
void reading_clear(struct reading *reading);
void reading_finish(struct reading *reading);

/* How long it takes to say, in milliseconds, at `rate` syllables a second (3.3 to 3.8 outdoors)
 * with the station's pauses after sentences and paragraphs. Used by lint; the renderer's result is
 * within 10 % of it. */
struct reading_pace {
    double syllables_a_second;
    int comma_ms, sentence_ms, paragraph_ms;
};
struct reading_pace reading_pace_default(void);
int64_t reading_duration_ms(const struct reading *reading, const struct reading_pace *pace);

#endif
