/* token: a paragraph cut into words, digits, addresses and signs.
 *
 * Thread: any. Pure. */
#ifndef LOAXA_TTS_TOKEN_H
#define LOAXA_TTS_TOKEN_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum token_kind {
    TOKEN_END,     /* before the first and after the last */
    TOKEN_WORD,    /* a run of letters */
    TOKEN_NUMBER,  /* a run of ASCII digits */
    TOKEN_ADDRESS, /* a URL or an e-mail address */
    TOKEN_SIGN     /* any one other character */
};

enum token_shape {
    TOKEN_SMALL,    /* "xã" */
    TOKEN_CAPITAL,  /* "Đảng": only the first is a capital; a single capital letter too */
    TOKEN_CAPITALS, /* "UBND", two letters or more */
    TOKEN_MIXED     /* "TTg", "VNeID" */
};

struct token {
    uint32_t at, length; /* in the paragraph's bytes */
    uint32_t lower_at,
        lower_length; /* WORD: in tokens.lower, NUL-terminated, tone placement folded */
    uint32_t sign;    /* SIGN: its code point */
    uint8_t kind, shape;
    bool spaced;  /* a space, or nothing at all, stands before it */
    bool foreign; /* WORD: letters of another script */
};

struct tokens {
    struct token *list; /* list[0] is TOKEN_END, list[1..count] the tokens, then TOKEN_END again */
    size_t count;
    size_t capacity;
    struct text lower;
};

/* Cuts bytes[0..length), UTF-8 without '\n', into *ret (what was in it is forgotten). */
void tokens_read(struct tokens *ret, const char *bytes, size_t length);
void tokens_finish(struct tokens *tokens);

#endif
