/* station_fixture: a station with an admin, an editor and an approver, and sounds to air. */
#ifndef LOAXA_TESTS_STATION_FIXTURE_H
#define LOAXA_TESTS_STATION_FIXTURE_H

#include "store/column.h"
#include "store/document.h"
#include "store/hold.h"
#include "store/item.h"
#include "store/profile.h"
#include "store/programme.h"
#include "store/segment.h"
#include "store/sound.h"
#include "store/station.h"
#include "store/template.h"
#include "store/user.h"
#include "store/zone.h"
#include "unit/store/diary_fixture.h"

#define TEXT(words) ((char *)(words))
#define ROLE(role) (1U << USER_##role)

static const struct actor nobody = {.login = ""};
static const struct actor admin = {.login = "admin", .at = {1000}};
static const struct actor lan = {.login = "lan", .at = {2000}};   /* edits and plans */
static const struct actor hung = {.login = "hung", .at = {3000}}; /* approves */

static inline void add_user(struct database *station, const char *login, role_set roles) {
    struct fail why = {0};
    struct user user = {.login = TEXT(login), .name = TEXT("Tên"), .roles = roles, .active = true};
    struct actor actor = nobody;
    assert_ok(store_user_save(station, &actor, &user, &why));
    assert_true(user.id > 0);
}

/* A new station in the test's folder; the caller closes it. */
static inline struct database *new_station(void **state) {
    struct fail why = {0};
    struct database *station = NULL;
    struct station named = {.title = TEXT("Đài truyền thanh xã Vĩnh Thông"),
                            .zone = TEXT("Asia/Ho_Chi_Minh"),
                            .ident = TEXT("Đây là Đài truyền thanh xã Vĩnh Thông")};
    assert_ok(store_station_create(*state, &named, &nobody, &why));
    assert_ok(store_station_open(*state, DATABASE_WRITE, &station, &why));
    add_user(station, "admin", ROLE(ADMIN));
    add_user(station, "lan", ROLE(EDITOR) | ROLE(OPERATOR));
    add_user(station, "hung", ROLE(APPROVER) | ROLE(EDITOR));
    return station;
}

/* Stores some bytes as a sound and returns its hash. */
static inline struct digest new_sound(void **state, const char *content) {
    struct fail why = {0};
    struct digest hash;
    memory_auto char *path = path_in(state, "new.flac");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
    assert_ok(store_sound_put(*state, path, NULL, &hash, &why));
    return hash;
}

static inline int64_t new_column(struct database *station, const char *title) {
    struct fail why = {0};
    struct column column = {.title = TEXT(title), .genre = GENRE_NEWS, .zones = 3};
    assert_ok(store_column_save(station, &lan, &column, &why));
    return column.id;
}

static inline struct item clip_named(void **state, const char *title, int64_t column) {
    return (struct item){.kind = ITEM_CLIP,
                         .genre = GENRE_NEWS,
                         .title = TEXT(title),
                         .source = TEXT("đài xã"),
                         .column_id = column,
                         .sound_hash = new_sound(state, title),
                         .duration_us = 60000000,
                         .loudness_mlufs = -20000,
                         .true_peak_mdb = -3000};
}

static inline int64_t new_clip(void **state, struct database *station, const char *title,
                               int64_t column) {
    struct fail why = {0};
    struct item item = clip_named(state, title, column);
    struct item_content content = {0};
    int64_t id = 0;
    assert_ok(store_item_create(station, &lan, &item, &content, &id, &why));
    return id;
}

static inline bool step(void **state, struct database *station, const struct actor *actor,
                        enum approval_action action, int64_t id, int32_t version,
                        struct fail *why) {
    struct item item = {0};
    bool ok = store_item_step(station, *state, actor, action, id, version, "vì lý do", &item, why);
    item_finish(&item);
    return ok;
}

static inline void approve(void **state, struct database *station, int64_t id) {
    struct fail why = {0};
    assert_ok(step(state, station, &lan, APPROVAL_SUBMIT, id, 0, &why));
    assert_ok(step(state, station, &hung, APPROVAL_APPROVE, id, 0, &why));
}

static inline struct segment daily(int64_t column) {
    return (struct segment){.title = TEXT("Bản tin chiều"),
                            .column_id = column,
                            .class = CLASS_NORMAL,
                            .rank = SEGMENT_COLUMN,
                            .zones = 3,
                            .start = {{2026, 12, 1}, 17, 10, 0},
                            .rule = TEXT("FREQ=WEEKLY;BYDAY=TU,FR"),
                            .lunar = TEXT(""),
                            .duration_us = 900 * WALLTIME_SECOND,
                            .grace_us = 60 * WALLTIME_SECOND,
                            .end_policy = END_FADE,
                            .fade_ms = 2000,
                            .enabled = true};
}

#endif
