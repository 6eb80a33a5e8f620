/* text: UTF-8 as bytes, and a growing buffer of them. Composition (NFC) is Unicode's, by utf8proc.
 */
#ifndef LOAXA_BASE_TEXT_H
#define LOAXA_BASE_TEXT_H

#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing text. Start with {0}; `bytes` is NUL-terminated once anything was added, else NULL. */
struct text {
    char *bytes;
    size_t length;
    size_t capacity;
};

void text_add(struct text *text, const char *bytes, size_t length);
void text_add_string(struct text *text, const char *string);
void text_add_format(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_add_codepoint(struct text *text, uint32_t codepoint);
/* Never NULL: "" where nothing was added. Borrowed until the next change. */
const char *text_string(const struct text *text);
void text_clear(struct text *text); /* keeps the memory */
void text_finish(struct text *text);

/* Decodes one code point from at[0..left); returns its length 1 to 4, or 0 for a malformed sequence
 * (overlong, surrogate, over U+10FFFF, cut off). RFC 3629. */
size_t text_decode(const char *at, size_t left, uint32_t *ret_codepoint);

/* The byte offset of the first malformed sequence, or `length` when all of it is UTF-8. */
size_t text_utf8_error(const char *bytes, size_t length);

/* Normalization Form C into *ret (added to it). Refuses malformed UTF-8, naming the byte offset. */
bool text_nfc(const char *bytes, size_t length, struct text *ret, struct fail *why);
bool text_is_nfc(const char *bytes, size_t length);

/* Reads a whole file of at most `limit` bytes (FAIL_LIMIT over it) into *ret. */
bool text_read_file(const char *path, size_t limit, struct text *ret, struct fail *why);
bool text_read_fd(int fd, size_t limit, struct text *ret, struct fail *why);

/* How many terminal columns it takes, counting code points that are not combining marks. */
size_t text_columns(const char *string);

#endif
