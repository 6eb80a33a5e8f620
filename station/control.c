#include "station/control.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"

#include <errno.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Brackets opened and not closed, at most; strings skipped. Needs no valid JSON. */
static int depth_of(const char *line, size_t length) {
    int depth = 0, most = 0;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        char c = line[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
            most = depth > most ? depth : most;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return most;
}

bool control_read(const char *line, size_t length, json_t **ret_message, struct fail *why) {
    if (length > CONTROL_LINE_MAX) {
        return fail_set(why, FAIL_LIMIT, "the message is longer than %d bytes", CONTROL_LINE_MAX);
    }
    if (depth_of(line, length) > CONTROL_DEPTH_MAX) {
        return fail_set(why, FAIL_LIMIT, "the message is nested more than %d deep",
                        CONTROL_DEPTH_MAX);
    }
    json_error_t error;
    json_t *message = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
    if (message == NULL) {
        return fail_set(why, FAIL_INVALID, "the message is not JSON (%.80s)", error.text);
    }
    if (!json_is_object(message)) {
        json_decref(message);
        return fail_set(why, FAIL_INVALID, "the message is no JSON object");
    }
    *ret_message = message;
    return true;
}

char *control_write(const json_t *message, struct fail *why) {
    size_t length = json_dumpb(message, NULL, 0, JSON_COMPACT);
    if (length == 0 || length + 1 > CONTROL_LINE_MAX) {
        fail_set(why, FAIL_LIMIT, "the message is longer than %d bytes", CONTROL_LINE_MAX);
        return NULL;
    }
    char *line = memory_new(length + 2);
    json_dumpb(message, line, length, JSON_COMPACT);
    line[length] = '\n';
    return line;
}

json_t *control_done(void) {
    return json_pack("{s:b}", "ok", 1);
}

json_t *control_refused(const struct fail *why) {
    /* A sentence can hold foreign bytes, and printf cuts at a byte: keep what is UTF-8. */
    size_t length = text_utf8_error(why->sentence, strlen(why->sentence));
    return json_pack("{s:b, s:s, s:s%}", "ok", 0, "code", fail_word(why->code), "words",
                     why->sentence, length);
}

static enum fail_code code_of_word(const char *word) {
    for (int code = FAIL_USAGE; code <= FAIL_SYSTEM; code++) {
        if (strcmp(fail_word((enum fail_code)code), word) == 0) {
            return (enum fail_code)code;
        }
    }
    return FAIL_REFUSED;
}

bool control_is_done(const json_t *answer, struct fail *why) {
    const json_t *ok = json_object_get(answer, "ok");
    if (json_is_true(ok)) {
        return true;
    }
    const char *code = json_string_value(json_object_get(answer, "code"));
    const char *words = json_string_value(json_object_get(answer, "words"));
    if (!json_is_false(ok) || code == NULL || words == NULL) {
        return fail_set(why, FAIL_CORRUPT, "the answer of loaxad makes no sense");
    }
    return fail_set(why, code_of_word(code), "%s", words);
}

bool control_text(const json_t *message, const char *key, const char *otherwise,
                  const char **ret_text, struct fail *why) {
    const json_t *value = json_object_get(message, key);
    if (value == NULL || json_is_null(value)) {
        *ret_text = otherwise;
        return true;
    }
    const char *text = json_string_value(value);
    if (text == NULL || strlen(text) != json_string_length(value)) {
        return fail_set(why, FAIL_INVALID, "\"%s\" must be a text", key);
    }
    *ret_text = text;
    return true;
}

bool control_whole(const json_t *message, const char *key, int64_t otherwise, int64_t *ret_number,
                   struct fail *why) {
    const json_t *value = json_object_get(message, key);
    if (value == NULL || json_is_null(value)) {
        *ret_number = otherwise;
        return true;
    }
    if (!json_is_integer(value)) {
        return fail_set(why, FAIL_INVALID, "\"%s\" must be a whole number", key);
    }
    *ret_number = json_integer_value(value);
    return true;
}

static bool name_is_fit(const char *name) {
    size_t length = strlen(name);
    if (length == 0 || length >= sizeof(struct control_actor){0}.name ||
        text_utf8_error(name, length) != length) {
        return false;
    }
    for (const char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ') {
            return false;
        }
    }
    return true;
}

bool control_actor(uid_t peer, uid_t folder_owner, const char *as, struct control_actor *ret_actor,
                   struct fail *why) {
    if (as != NULL) {
        if (peer != 0 && peer != folder_owner) {
            return fail_set(why, FAIL_RIGHTS,
                            "only root and the owner of the station's folder may "
                            "act as another user: leave --as out");
        }
        if (!name_is_fit(as)) {
            return fail_set(why, FAIL_INVALID, "'%.60s' cannot be a user's name", as);
        }
        ret_actor->named = true;
        strcpy(ret_actor->name, as);
        return true;
    }
    struct passwd entry, *found = NULL;
    char buffer[4096];
    int error = getpwuid_r(peer, &entry, buffer, sizeof buffer, &found);
    if (found == NULL || !name_is_fit(found->pw_name)) {
        return fail_set(why, FAIL_NOT_FOUND,
                        "user number %ld of this machine has no usable login name%s", (long)peer,
                        error != 0 ? " (passwd)" : "");
    }
    ret_actor->named = false;
    strcpy(ret_actor->name, found->pw_name);
    return true;
}
