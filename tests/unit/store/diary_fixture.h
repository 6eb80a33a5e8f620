/* diary_fixture: a folder for one test, and events as a station would write them. */
#ifndef LOAXA_TESTS_DIARY_FIXTURE_H
#define LOAXA_TESTS_DIARY_FIXTURE_H

#include "base/memory.h"
#include "store/diary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define assert_ok(call)                              \
    do {                                             \
        if (!(call)) {                               \
            fail_msg("%s: %s", #call, why.sentence); \
        }                                            \
    } while (0)

#define assert_refused(call, wanted_code, part)                 \
    do {                                                        \
        why = (struct fail){0};                                 \
        assert_false(call);                                     \
        assert_int_equal(why.code, wanted_code);                \
        if (strstr(why.sentence, part) == NULL) {               \
            fail_msg("'%s' is not in: %s", part, why.sentence); \
        }                                                       \
    } while (0)

static inline int folder_set_up(void **state) {
    char *folder = memory_text("/tmp/loaxa-store-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    *state = folder;
    return 0;
}

static inline int folder_tear_down(void **state) {
    char *folder = *state;
    char *command = memory_format("rm -rf '%s'", folder);
    int status = system(command);
    free(command);
    free(folder);
    return status;
}

static inline char *path_in(void **state, const char *name) {
    return memory_format("%s/%s", (const char *)*state, name);
}

/* Adds the common keys and dumps it in canonical form; the caller frees the bytes. */
static inline char *bytes_of(json_t *event, int64_t seq, int64_t at_us, int epoch) {
    json_object_set_new(event, "v", json_integer(1));
    json_object_set_new(event, "seq", json_integer(seq));
    json_object_set_new(event, "at_us", json_integer(at_us));
    json_object_set_new(event, "boot_ns", json_integer(at_us * 1000));
    json_object_set_new(event, "boot", json_string("boot-a"));
    json_object_set_new(event, "epoch", json_integer(epoch));
    json_object_set_new(event, "trust", json_string("trusted"));
    return json_dumps(event, JSON_COMPACT | JSON_SORT_KEYS);
}

/* Appends one event; takes it. */
static inline bool try_append(struct diary *diary, int64_t at_us, int epoch, json_t *event,
                              struct fail *why) {
    struct diary_head head;
    assert_non_null(event);
    assert_true(diary_head(diary, &head, why));
    char *text = bytes_of(event, head.seq + 1, at_us, epoch);
    struct diary_bytes bytes = {text, strlen(text)};
    bool ok = diary_append_bytes(diary, &bytes, 1, why);
    json_decref(event);
    free(text);
    return ok;
}

static inline int64_t append(struct diary *diary, int64_t at_us, json_t *event) {
    struct fail why = {0};
    struct diary_head head;
    assert_ok(try_append(diary, at_us, 1, event, &why));
    assert_ok(diary_head(diary, &head, &why));
    return head.seq;
}

static inline json_t *incident(const char *words) {
    return json_pack("{s:s, s:s, s:n, s:s}", "type", "incident", "kind", "test", "zone", "words",
                     words);
}

static inline json_t *planned(const char *occ, int64_t start_us, int64_t end_us) {
    return json_pack("{s:s, s:s, s:{s:i, s:s, s:i, s:s, s:s}, s:s, s:I, s:I, s:I, s:[i], s:s, s:s}",
                     "type", "planned", "occ", occ, "segment", "id", 12, "title", "Bản tin sáng",
                     "column", 3, "column_title", "Tin", "class", "normal", "session", "",
                     "start_us", (json_int_t)start_us, "end_us", (json_int_t)end_us, "grace_us",
                     (json_int_t)0, "zones", 1, "verdict", "airs", "words", "");
}

static inline json_t *outcome(const char *occ, const char *word, const char *reason) {
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:n, s:n, s:[], s:s}", "type", "outcome",
                     "occ", occ, "outcome", word, "reason", reason, "start_us", (json_int_t)0,
                     "end_us", (json_int_t)0, "first_us", "last_us", "airings", "words", "");
}

static inline json_t *opened(const char *occ, int position, int64_t item, int64_t planned_us) {
    return json_pack("{s:s, s:s, s:i, s:s, s:I, s:{s:I, s:i, s:s}}", "type", "opened", "occ", occ,
                     "position", position, "role", "item", "planned_us", (json_int_t)planned_us,
                     "item", "id", (json_int_t)item, "version", 1, "title", "Chợ phiên");
}

static inline json_t *closed(const char *occ, int64_t airing, int64_t first_us, int64_t last_us) {
    return json_pack("{s:s, s:s, s:I, s:o, s:o, s:I, s:s}", "type", "closed", "occ", occ, "airing",
                     (json_int_t)airing, "first_us",
                     first_us != 0 ? json_integer(first_us) : json_null(), "last_us",
                     last_us != 0 ? json_integer(last_us) : json_null(), "frames",
                     (json_int_t)(last_us - first_us) / 1000 * 48, "reason",
                     first_us != 0 ? "completed" : "silent");
}

#endif
