/* diary_event: one event of the diary, read back from its canonical bytes (docs/formats/diary.md).
 *
 * scheduler/event.h writes them. Pure; thread: any. */
#ifndef LOAXA_STORE_DIARY_EVENT_H
#define LOAXA_STORE_DIARY_EVENT_H

#include "base/fail.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DIARY_FORMAT = 1,
    DIARY_EVENT_MOST_BYTES = 256 * 1024, /* bulletins are named by their hashes, not copied in */
    DIARY_EVENT_MOST_DEPTH = 8
};

/* Reads strictly: one JSON object in UTF-8 without blanks between tokens, keys sorted and single,
 * no real number, a known type, all common keys, an `occ` that is "" or names an occurrence, and
 * neither too large nor too deep. The caller owns the object: json_decref(). NULL: refused. */
json_t *diary_event_read(const void *bytes, size_t size, struct fail *why);

/* Whether `word` is one of the types; a closed list. */
bool diary_event_is_type(const char *word);

/* A member's value, or 0 and "" where it is missing or of another type. */
int64_t diary_event_int(const json_t *event, const char *key);
const char *diary_event_text(const json_t *event, const char *key);

#endif
