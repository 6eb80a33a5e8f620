/* value: a small JSON reader, which also tells whether the bytes are in the diary's canonical form:
 * one object, no blanks between tokens, keys rising by byte order at every level, integers only
 * (docs/formats/diary.md). A tree's memory is kept and used again for the next text. */
#ifndef LOAXA_CHECKER_VALUE_H
#define LOAXA_CHECKER_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind {
    VALUE_NULL,
    VALUE_TRUTH,
    VALUE_INTEGER,
    VALUE_REAL,
    VALUE_TEXT,
    VALUE_ARRAY,
    VALUE_OBJECT
};

struct value {
    enum value_kind kind;
    const char *key;    /* in an object; NUL-terminated, without escapes */
    const char *text;   /* VALUE_TEXT; NUL-terminated, without escapes, UTF-8 */
    size_t size;        /* of the text, or how many elements */
    int64_t integer;    /* VALUE_INTEGER; VALUE_TRUTH: 0 or 1 */
    size_t first, next; /* numbers in the tree: first child, next sibling; 0: none */
};

/* Start with {0}. */
struct value_tree {
    struct value *values; /* values[0] is unused, values[1] is the whole */
    size_t count, capacity;
    char *text;
    size_t text_size, text_capacity;
    const char *fault; /* the first fault of form, or of JSON itself; NULL: canonical */
    size_t fault_at;   /* its byte */
};

/* Reads one object of `size` bytes. False where it is no JSON (tree->fault says why); true with a
 * fault where it is JSON but not canonical. What it gives lives until the tree's next use. */
bool value_read(struct value_tree *tree, const char *bytes, size_t size);
void value_finish(struct value_tree *tree);

/* The whole; valid after value_read() said true. */
const struct value *value_top(const struct value_tree *tree);
/* Looked up in an object; NULL where there is none, or `object` is none (NULL is allowed). */
const struct value *value_get(const struct value_tree *tree, const struct value *object,
                              const char *key);
/* Goes through the elements of an array or object: NULL at the end. */
const struct value *value_first(const struct value_tree *tree, const struct value *parent);
const struct value *value_next(const struct value_tree *tree, const struct value *value);

bool value_is(const struct value *value, enum value_kind kind); /* false for NULL */
/* Under a key: 0 and "" where there is no such integer or text. */
int64_t value_integer(const struct value_tree *tree, const struct value *object, const char *key);
const char *value_text(const struct value_tree *tree, const struct value *object, const char *key);
/* There, and not null. */
bool value_has(const struct value_tree *tree, const struct value *object, const char *key);

#endif
