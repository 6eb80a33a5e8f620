/* field: what a text must be before it is stored: UTF-8, NFC, without control characters, of a
 * bounded length. */
#ifndef LOAXA_STORE_FIELD_H
#define LOAXA_STORE_FIELD_H

#include "base/civil.h"
#include "base/fail.h"
#include "base/memory.h"
#include "store/statement.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    FIELD_TITLE_BYTES = 600,
    FIELD_WORDS_BYTES = 4000,
    FIELD_TEXT_BYTES = 256 * 1024 /* some five hours of speech */
};

/* A text of one line into *ret, in NFC with blanks at both ends cut; the caller frees it. `name` is what
 * people call it ("title"), translated by tr(). NULL is "". */
bool field_line(const char *name, const char *text, size_t most, bool required, char **ret,
                struct fail *why);
/* The same for a text of many lines: \r\n becomes \n. */
bool field_text(const char *name, const char *text, size_t most, char **ret, struct fail *why);

/* A date as "2026-12-01"; "" for year 0. And back: "" is year 0. */
void field_date(struct civil_date date, char text[CIVIL_TEXT_SIZE]);
struct civil_date field_date_of(const char *text);

/* Growing arrays in lists. */
#define FIELD_APPEND(array, count, capacity, value)                         \
    ((array) = memory_room((array), (count), &(capacity), sizeof *(array)), \
     (array)[(count)++] = (value))

#endif
