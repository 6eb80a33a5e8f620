/* reader: the state of one reading and what all rules of the grammar share: looking at tokens,
 * saying words, reporting what cannot be said. Private to the normaliser.
 *
 * A rule is a function `size_t rule_NOUN(struct reader *reader, size_t i)`: it looks at the tokens
 * from i on, and either says them and returns the index of the first token it did not use, or says
 * nothing and returns i. Rules look at a bounded number of tokens. */
#ifndef LOAXA_TTS_READER_H
#define LOAXA_TTS_READER_H

#include "tts/lexicon.h"
#include "tts/normaliser.h"
#include "tts/number.h"
#include "tts/source.h"
#include "tts/token.h"

/* No rule looks further than this to either side. */
#define READER_REACH 24

struct reader {
    const struct reading_options *options;
    struct number_style style;
    enum issuer_of_tu tu;
    const struct lexicon *lexicon;
    struct source source;
    struct tokens tokens;
    size_t paragraph; /* byte offset of the tokens' paragraph in source.text */
    struct reading *reading;
    struct text words;   /* what a rule builds before it says it */
    struct text key;     /* for lookups */
    size_t start;        /* the first token of the paragraph that is no bullet */
    size_t quantity_end; /* the token after the last quantity, date or time that was said */
    size_t date_end;     /* the same for dates alone */
    bool date_noun;      /* the last date was said with "ngày" */
    size_t over_end;     /* the token after the last "/" that was said "trên" */
    size_t phone_end;    /* the token after the last telephone number */
    size_t roman_end;    /* the token after the last Roman numeral */
    bool border;         /* nothing of this paragraph was said yet */
    bool list_end;       /* "vân vân" was just said */
    unsigned commas;     /* of this sentence or bracket */
};

/* ---- tokens ---- */

/* Any index is allowed: outside there is TOKEN_END. */
const struct token *reader_token(const struct reader *reader, size_t i);
const char *reader_bytes(const struct reader *reader, size_t i); /* not NUL-terminated */
/* The lower-case text of a word, "" for all else. */
const char *reader_lower(const struct reader *reader, size_t i);
bool reader_is_sign(const struct reader *reader, size_t i, uint32_t sign);
bool reader_is_number(const struct reader *reader, size_t i);
/* No space before it. */
bool reader_is_attached(const struct reader *reader, size_t i);
/* Its lower-case text is one of "ngày|mùng|mồng". */
bool reader_is_word(const struct reader *reader, size_t i, const char *alternatives);
/* As written: "TTg". */
bool reader_is_exactly(const struct reader *reader, size_t i, const char *text);
/* The words that end just before token i are this phrase in lower case: "số nhà". */
bool reader_is_after(const struct reader *reader, size_t i, const char *phrase);
/* The words that begin at token i are this phrase; returns how many tokens, else 0. */
size_t reader_phrase(const struct reader *reader, size_t i, const char *phrase);
/* A number of at most `digits` digits with lo <= value <= hi. */
bool reader_is_between(const struct reader *reader, size_t i, size_t digits, uint64_t low,
                       uint64_t high);
uint64_t reader_value(const struct reader *reader, size_t i);
/* Four digits, 1000 to 2999, that no other digit follows. */
bool reader_is_year(const struct reader *reader, size_t i);
/* A sign that ends a clause, or the end. */
bool reader_is_border(const struct reader *reader, size_t i);
/* The word that governs a list of numbers: "tháng 1, 2 và 3" at 3 gives the index of "tháng"; 0
 * where there is none. */
size_t reader_governor(const struct reader *reader, size_t i);

/* ---- saying ---- */

/* Says words (parted by one space), which come from tokens [first, end). */
void reader_say(struct reader *reader, const char *words, size_t first, size_t end,
                enum reading_rule rule);
/* Says reader->words and empties it. */
void reader_say_words(struct reader *reader, size_t first, size_t end, enum reading_rule rule);
/* A pause: one of , . ; : ? */
void reader_pause(struct reader *reader, char mark, size_t first, size_t end);
void reader_problem(struct reader *reader, enum reading_problem_kind kind, size_t first,
                    size_t end);
/* The name of an ASCII letter or đ: "bê". NULL where it has none. */
const char *reader_letter_name(const char *letter, size_t length);
/* Adds the names of all letters and digits of a token to reader->words; false if one has none. */
bool reader_spell(struct reader *reader, size_t i);

/* ---- the lexicon ---- */

struct reader_match {
    const struct lexicon_entry *entry; /* NULL: none */
    size_t end;
    bool ambiguous; /* there are entries, but no context fits */
};
/* The longest key of these classes (bits 1 << class) at token i whose context fits. */
struct reader_match reader_lookup(struct reader *reader, enum lexicon_layer layer, size_t i,
                                  unsigned classes, bool folded);
#define READER_CLASS(name) (1u << LEXICON_##name)

/* ---- the rules, in the order they are tried ---- */

size_t rule_station(struct reader *reader, size_t i);     /* the station's own lexicon */
size_t rule_enumeration(struct reader *reader, size_t i); /* L1 */
size_t rule_document(struct reader *reader, size_t i);    /* C1 C2 */
size_t rule_phone(struct reader *reader, size_t i);
size_t rule_date(struct reader *reader, size_t i); /* D1 D2 */
size_t rule_time(struct reader *reader, size_t i); /* T1 */
size_t rule_code(struct reader *reader, size_t i);
size_t rule_roman(struct reader *reader, size_t i);        /* M1 */
size_t rule_abbreviation(struct reader *reader, size_t i); /* A1 F1 */
size_t rule_quantity(struct reader *reader, size_t i);     /* N1 N2 N3 R1, money, measure */
size_t rule_sign(struct reader *reader, size_t i);         /* S1 */
size_t rule_word(struct reader *reader, size_t i);

/* ---- shared by rules ---- */

/* The index after "-", "–" or "÷" between two quantities at i, or i. */
size_t reader_dash(const struct reader *reader, size_t i);
/* A noun of a document, with or without "số", stands just before token i: its noughts are said. */
bool document_is_announced(const struct reader *reader, size_t i);
/* A unit at token i, said after "…" or after "trên"; adds to reader->words. */
size_t quantity_unit(struct reader *reader, size_t i, bool after_number);
/* "/kg", "/người/năm" behind a measure: says "trên" and the unit. */
size_t quantity_over(struct reader *reader, size_t i);

#endif
