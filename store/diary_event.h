/* diary_event: one event of the diary as canonical bytes (docs/formats/diary.md), and back.
 *
 * Pure; thread: any. */
#ifndef LOAXA_STORE_DIARY_EVENT_H
#define LOAXA_STORE_DIARY_EVENT_H

#include "base/fail.h"
#include "base/monotime.h"
#include "base/text.h"
#include "base/walltime.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DIARY_FORMAT = 1,
    DIARY_EVENT_MOST_BYTES = 256 * 1024, /* of one event; bulletins are named, not copied in */
    DIARY_EVENT_MOST_DEPTH = 8
};

/* What every event has besides its type. The texts are borrowed for the call. */
struct diary_stamp {
    struct walltime at;
    struct monotime boot_time;
    const char *boot;  /* the boot's identity */
    int32_t epoch;     /* clock epoch */
    const char *trust; /* "trusted", "held" or "untrusted" */
};

/* Adds the canonical bytes of `event` with the common keys to *ret. `event` is an object with
 * `type` and the keys of its type, and none of the common ones; it is not changed. Texts are
 * brought to NFC. Refuses an unknown type, a real number, an `occ` that names no occurrence, and
 * what is too large or too deep. */
bool diary_event_write(const json_t *event, const struct diary_stamp *stamp, int64_t seq,
                       struct text *ret, struct fail *why);

/* Reads canonical bytes: strictly, that is only what diary_event_write() could have written. The
 * caller owns the object: json_decref(). */
json_t *diary_event_read(const void *bytes, size_t size, struct fail *why);

/* The types, a closed list; and whether `word` is one. */
extern const char *const diary_event_types[];
extern const size_t diary_event_types_count;
bool diary_event_is_type(const char *word);

/* A member's value, or 0 and "" where it is missing or of another type. */
int64_t diary_event_int(const json_t *event, const char *key);
const char *diary_event_text(const json_t *event, const char *key);

#endif
