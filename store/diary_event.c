#include "store/diary_event.h"

#include "scheduler/event.h"

#include <string.h>

bool diary_event_is_type(const char *word) {
    for (int type = 0; type < EVENT_TYPES; type++) {
        if (strcmp(word, event_type_word((enum event_type)type)) == 0) {
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

static bool not_canonical(struct fail *why, const char *reason) {
    return fail_set(why, FAIL_INVALID, "the event is not in canonical form: %s", reason);
}

static bool check_value(const json_t *value, int depth, struct fail *why);

static bool check_object(const json_t *object, int depth, struct fail *why) {
    const char *key;
    const char *before = NULL;
    json_t *member;
    json_object_foreach((json_t *)object, key, member) {
        if (before != NULL && strcmp(before, key) >= 0) {
            return not_canonical(why, key);
        }
        if (!check_value(member, depth + 1, why)) {
            return false;
        }
        before = key;
    }
    return true;
}

static bool check_array(const json_t *array, int depth, struct fail *why) {
    size_t index;
    json_t *member;
    json_array_foreach(array, index, member) {
        if (!check_value(member, depth + 1, why)) {
            return false;
        }
    }
    return true;
}

static bool check_value(const json_t *value, int depth, struct fail *why) {
    if (depth > DIARY_EVENT_MOST_DEPTH) {
        return fail_set(why, FAIL_LIMIT, "an event of the diary is at most %d levels deep",
                        DIARY_EVENT_MOST_DEPTH);
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return check_object(value, depth, why);
    case JSON_ARRAY:
        return check_array(value, depth, why);
    case JSON_REAL:
        return fail_set(why, FAIL_INVALID,
                        "the diary holds no real numbers: write lengths as integers with their "
                        "unit");
    default:
        return true;
    }
}

/* Blanks may stand in strings only. The bytes are known to be JSON. */
static bool check_blanks(const char *bytes, size_t size, struct fail *why) {
    bool in_string = false;
    for (size_t i = 0; i < size; i++) {
        char c = bytes[i];
        if (in_string && c == '\\') {
            i++;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
            return not_canonical(why, "' '");
        }
    }
    return true;
}

static bool check_common_keys(const json_t *event, struct fail *why) {
    static const char *const integers[] = {"v", "seq", "at_us", "boot_ns", "epoch"};
    static const char *const texts[] = {"boot", "trust", "type"};
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        if (!json_is_integer(json_object_get(event, integers[i]))) {
            return fail_set(why, FAIL_INVALID, "the event lacks the key '%s'", integers[i]);
        }
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!json_is_string(json_object_get(event, texts[i]))) {
            return fail_set(why, FAIL_INVALID, "the event lacks the key '%s'", texts[i]);
        }
    }
    return true;
}

static bool check_identity(const json_t *event, struct fail *why) {
    const char *type = diary_event_text(event, "type");
    if (!diary_event_is_type(type)) {
        return fail_set(why, FAIL_INVALID, "'%.40s' is no type of event of the diary", type);
    }
    if (diary_event_int(event, "v") != DIARY_FORMAT) {
        return fail_set(why, FAIL_VERSION, "the event has format %d, this loaxa reads %d",
                        (int)diary_event_int(event, "v"), DIARY_FORMAT);
    }
    struct occurrence_key key;
    const char *occ = diary_event_text(event, "occ");
    return *occ == '\0' || occurrence_parse(occ, &key, why);
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
    if (!check_value(event, 1, why) || !check_blanks(bytes, size, why) ||
        !check_common_keys(event, why) || !check_identity(event, why)) {
        json_decref(event);
        return NULL;
    }
    return event;
}
