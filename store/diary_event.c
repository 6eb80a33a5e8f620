#include "store/diary_event.h"

#include "scheduler/occurrence.h"

#include <stdlib.h>
#include <string.h>

const char *const diary_event_types[] = {
    "started",  "stopped",   "planned",  "moved",     "outcome",  "opened",
    "closed",   "refused",   "incident", "amplifier", "permit",   "clock",
    "approved", "withdrawn", "hold",     "resumed",   "restored",
};
const size_t diary_event_types_count = sizeof diary_event_types / sizeof *diary_event_types;

bool diary_event_is_type(const char *word) {
    for (size_t i = 0; i < diary_event_types_count; i++) {
        if (strcmp(word, diary_event_types[i]) == 0) {
            return true;
        }
    }
    return false;
}

int64_t diary_event_int(const json_t *event, const char *key) {
    return json_integer_value(json_object_get(event, key));
}

const char *diary_event_text(const json_t *event, const char *key) {
    const char *text = json_string_value(json_object_get(event, key));
    return text != NULL ? text : "";
}

static json_t *canonical_value(const json_t *value, int depth, struct fail *why);

static json_t *canonical_string(const json_t *value, struct fail *why) {
    const char *bytes = json_string_value(value);
    size_t length = json_string_length(value);
    if (length > DIARY_EVENT_MOST_BYTES) {
        fail_set(why, FAIL_LIMIT, "an event of the diary holds at most %d bytes",
                 DIARY_EVENT_MOST_BYTES);
        return NULL;
    }
    struct text composed = {0};
    json_t *copy = NULL;
    if (text_nfc(bytes, length, &composed, why)) {
        copy = json_stringn(text_string(&composed), composed.length);
    }
    text_finish(&composed);
    return copy;
}

static json_t *canonical_array(const json_t *value, int depth, struct fail *why) {
    json_t *copy = json_array();
    size_t index;
    json_t *member;
    json_array_foreach(value, index, member) {
        json_t *canonical = canonical_value(member, depth + 1, why);
        if (canonical == NULL) {
            json_decref(copy);
            return NULL;
        }
        json_array_append_new(copy, canonical);
    }
    return copy;
}

static json_t *canonical_object(const json_t *value, int depth, struct fail *why) {
    json_t *copy = json_object();
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)value, key, member) {
        json_t *canonical = canonical_value(member, depth + 1, why);
        if (canonical == NULL) {
            fail_prefix(why, "%s", key);
            json_decref(copy);
            return NULL;
        }
        json_object_set_new(copy, key, canonical);
    }
    return copy;
}

/* A deep copy with texts in NFC; NULL for what the format does not know. */
static json_t *canonical_value(const json_t *value, int depth, struct fail *why) {
    if (depth > DIARY_EVENT_MOST_DEPTH) {
        fail_set(why, FAIL_LIMIT, "an event of the diary is at most %d levels deep",
                 DIARY_EVENT_MOST_DEPTH);
        return NULL;
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return canonical_object(value, depth, why);
    case JSON_ARRAY:
        return canonical_array(value, depth, why);
    case JSON_STRING:
        return canonical_string(value, why);
    case JSON_REAL:
        fail_set(why, FAIL_INVALID,
                 "the diary holds no real numbers: write lengths as integers with their unit");
        return NULL;
    default:
        return json_copy((json_t *)value);
    }
}

static bool check_identity(const json_t *event, struct fail *why) {
    const char *type = diary_event_text(event, "type");
    if (!json_is_object(event) || !diary_event_is_type(type)) {
        return fail_set(why, FAIL_INVALID, "'%.40s' is no type of event of the diary", type);
    }
    const json_t *occ = json_object_get(event, "occ");
    struct occurrence_key key;
    return occ == NULL || json_is_null(occ) ||
           occurrence_parse(diary_event_text(event, "occ"), &key, why);
}

static const char *const common_keys[] = {"v", "seq", "at_us", "boot_ns", "boot", "epoch", "trust"};

static bool check_common_keys(const json_t *event, bool wanted, struct fail *why) {
    for (size_t i = 0; i < sizeof common_keys / sizeof *common_keys; i++) {
        if ((json_object_get(event, common_keys[i]) != NULL) != wanted) {
            return fail_set(why, FAIL_INVALID,
                            wanted ? "the event lacks the key '%s'"
                                   : "the key '%s' is the diary's own to fill",
                            common_keys[i]);
        }
    }
    return true;
}

static bool dump(const json_t *event, struct text *ret, struct fail *why) {
    char *bytes = json_dumps(event, JSON_COMPACT | JSON_SORT_KEYS);
    if (bytes == NULL) {
        return fail_set(why, FAIL_INVALID, "the event cannot be written as JSON");
    }
    size_t length = strlen(bytes);
    bool ok = length <= DIARY_EVENT_MOST_BYTES;
    if (ok) {
        text_add(ret, bytes, length);
    } else {
        fail_set(why, FAIL_LIMIT, "an event of the diary holds at most %d bytes",
                 DIARY_EVENT_MOST_BYTES);
    }
    free(bytes);
    return ok;
}

static bool check_trust(const char *trust, struct fail *why) {
    return strcmp(trust, "trusted") == 0 || strcmp(trust, "held") == 0 ||
           strcmp(trust, "untrusted") == 0 ||
           fail_set(why, FAIL_INVALID, "'%.40s' is no degree of trust in the clock", trust);
}

bool diary_event_write(const json_t *event, const struct diary_stamp *stamp, int64_t seq,
                       struct text *ret, struct fail *why) {
    if (!check_identity(event, why) || !check_common_keys(event, false, why) ||
        !check_trust(stamp->trust, why)) {
        return false;
    }
    json_t *whole = canonical_object(event, 1, why);
    if (whole == NULL) {
        return false;
    }
    json_object_set_new(whole, "v", json_integer(DIARY_FORMAT));
    json_object_set_new(whole, "seq", json_integer(seq));
    json_object_set_new(whole, "at_us", json_integer(stamp->at.us));
    json_object_set_new(whole, "boot_ns", json_integer(stamp->boot_time.ns));
    json_object_set_new(whole, "boot", json_string(stamp->boot));
    json_object_set_new(whole, "epoch", json_integer(stamp->epoch));
    json_object_set_new(whole, "trust", json_string(stamp->trust));
    bool ok = dump(whole, ret, why);
    json_decref(whole);
    return ok;
}

/* Whether the bytes are what this object is written as: sorted, compact, NFC, no reals. */
static bool check_canonical(const json_t *event, const void *bytes, size_t size, struct fail *why) {
    json_t *canonical = canonical_value(event, 1, why);
    if (canonical == NULL) {
        return false;
    }
    struct text again = {0};
    bool ok = dump(canonical, &again, why);
    if (ok && (again.length != size || memcmp(again.bytes, bytes, size) != 0)) {
        ok = fail_set(why, FAIL_INVALID, "the event is not in canonical form");
    }
    text_finish(&again);
    json_decref(canonical);
    return ok;
}

json_t *diary_event_read(const void *bytes, size_t size, struct fail *why) {
    if (size > DIARY_EVENT_MOST_BYTES) {
        fail_set(why, FAIL_LIMIT, "an event of the diary holds at most %d bytes",
                 DIARY_EVENT_MOST_BYTES);
        return NULL;
    }
    json_error_t error;
    json_t *event = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
    if (event == NULL) {
        fail_set(why, FAIL_INVALID, "the event is not JSON (byte %d): %.100s", error.position,
                 error.text);
        return NULL;
    }
    if (!check_identity(event, why) || !check_common_keys(event, true, why) ||
        !check_canonical(event, bytes, size, why)) {
        json_decref(event);
        return NULL;
    }
    return event;
}
