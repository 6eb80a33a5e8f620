/* lint: what an editor should look at before a bulletin goes to the approver (requirement R3, "ngắn
 * gọn, dễ hiểu"). Everything is advice, except what cannot be read aloud: that must be settled.
 * Thread: any. Pure. */
#ifndef LOAXA_TTS_LINT_H
#define LOAXA_TTS_LINT_H

#include "tts/normaliser.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lint_kind {
    LINT_UNREADABLE,   /* a problem of the reading: the only one that blocks approval */
    LINT_TOO_LONG,     /* spoken longer than the limit */
    LINT_SENTENCE,     /* a sentence that a listener outdoors loses */
    LINT_NUMBERS,      /* too many numbers in one sentence */
    LINT_ABBREVIATION, /* read letter by letter and never said in full */
    LINT_REPEATED,     /* a sentence that stands there twice */
    LINT_SLIP,         /* probably a slip of a scanner: tts/slip.h */
    LINT_DATE,         /* a day that does not exist, or was left blank */
    LINT_KIND_COUNT
};
const char *lint_kind_name(enum lint_kind kind); /* "sentence"; never NULL */

struct lint_limits {
    int64_t duration_ms_max; /* 0: no limit */
    unsigned syllables_max;  /* of a sentence, as a listener counts: up to . ; ? or a paragraph */
    unsigned numbers_max;    /* of such a sentence */
    struct reading_pace pace;
};
/* No limit of duration, 60 syllables, 6 numbers, the default pace. */
struct lint_limits lint_limits_default(void);

/* Notes kept for one text; the total is counted beyond it. */
#define LINT_NOTES_MAX 500

struct lint_note {
    enum lint_kind kind;
    uint32_t begin, end;   /* bytes of the source */
    uint32_t line, column; /* from 1; columns count code points */
    char token[96];        /* the place as written, cut at a character when longer */
    char sentence[256];    /* what to do, in the language of the process */
};

struct lint {
    struct lint_note *notes; /* in the order of the text */
    size_t count;
    size_t capacity;
    size_t total;
    size_t blocking;     /* how many of the total must be settled */
    int64_t duration_ms; /* estimate of the whole, at the limits' pace */
    size_t syllables;
    size_t sentences;
};

/* Looks at `text` and its reading (of these bytes); fills *ret, which starts as {0} or was finished.
 * Linear in the length of the text. */
void lint_text(const char *text, size_t length, const struct reading *reading,
               const struct lint_limits *limits, struct lint *ret);
void lint_finish(struct lint *lint);

#endif
