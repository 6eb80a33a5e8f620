/* fail: why a function could not do its work, on the caller's stack.
 *
 * Library functions return false (or NULL) and fill in a `struct fail`; they never log. The
 * boundary (a program's main, a socket handler) logs or prints it once. The sentence is written in
 * the language that `words_use()` chose for the process, says what happened and, where there is
 * one, the cure. */
#ifndef LOAXA_BASE_FAIL_H
#define LOAXA_BASE_FAIL_H

#include <stdbool.h>

/* The closed list of causes. A program's exit status is fail_exit_status() of it. */
enum fail_code {
    FAIL_NONE = 0,
    FAIL_USAGE,     /* the call's own words are wrong (exit 2) */
    FAIL_INVALID,   /* the input breaks a rule of its format (exit 2) */
    FAIL_NOT_FOUND, /* what was named does not exist (exit 1) */
    FAIL_CONFLICT,  /* it contradicts what is already there (exit 1) */
    FAIL_REFUSED,   /* a rule of the station forbids it (exit 1) */
    FAIL_RIGHTS,    /* the actor may not do this (exit 1) */
    FAIL_LIMIT,     /* too long, too large, too many (exit 1) */
    FAIL_TIMEOUT,   /* it did not end in its time (exit 1) */
    FAIL_CORRUPT,   /* stored data is damaged (exit 3) */
    FAIL_VERSION,   /* stored data is of another version (exit 3) */
    FAIL_FULL,      /* no room on the disk (exit 3) */
    FAIL_DEVICE,    /* a card, a relay or a helper does not work (exit 3) */
    FAIL_SYSTEM     /* the operating system refused; error_number says why (exit 3) */
};

struct fail {
    enum fail_code code;
    int error_number;   /* errno where the system refused, else 0 */
    char sentence[512]; /* one sentence, UTF-8, NFC, without a final newline */
};

/* Fills *why (NULL is allowed) and returns false, so that `return fail_set(...)` reads well.
 * `format` is an English printf format; it is translated by tr() first. Thread: any; not RT safe.
 */
bool fail_set(struct fail *why, enum fail_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a refusal of the system: appends ": " and the text of error_number. */
bool fail_system(struct fail *why, int error_number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts a translated "context: " before the sentence that is already there. Returns false. */
bool fail_prefix(struct fail *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A stable lower-case word for the code ("invalid", "not_found"), for JSON. Never NULL. */
const char *fail_word(enum fail_code code);

/* The exit status a program ends with: 0 for FAIL_NONE, else 1, 2 or 3 as listed above. */
int fail_exit_status(enum fail_code code);

#endif
