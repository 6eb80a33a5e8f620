#include "station/demo.h"

#include "base/memory.h"
#include "base/zone.h"
#include "scheduler/segment.h"
#include "station/chime.h"
#include "station/studio.h"
#include "store/column.h"
#include "store/document.h"
#include "store/item.h"
#include "store/segment.h"
#include "store/station.h"
#include "store/user.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* biên tập, người duyệt, cán bộ phụ trách đài */
#define EDITOR "an"
#define APPROVER "binh"
#define OPERATOR "lan"

void demo_settings(struct settings *settings) {
    strcpy(settings->clock, "held");
    strcpy(settings->relay, "sim");
    strcpy(settings->zones[0], "Trung tâm xã");
    strcpy(settings->zones[1], "Thôn Đông");
    strcpy(settings->zones[2], "Thôn Nà Khoang");
    settings->quiet = false; /* a newcomer comes at any hour, and no village hears it */
    settings->quiet_from_s = settings->quiet_until_s = 0;
    settings->warmup_s = 1;
    settings->hold_s = 10;
}

struct making {
    const char *folder;
    struct database *database;
    const struct settings *settings;
    struct zone *zone;
    int64_t columns[DEMO_COLUMNS];
    int64_t tune, ident, closing;
};

static struct actor actor(const char *login) {
    return (struct actor){.login = login, .at = walltime_now()};
}

static bool add_users(struct making *making, struct fail *why) {
    static const struct {
        const char *login, *name;
        role_set roles;
    } people[] = {{EDITOR, "Nguyễn Văn An", 1u << USER_EDITOR},
                  {APPROVER, "Trần Thanh Bình", 1u << USER_APPROVER},
                  {OPERATOR, "Phạm Thị Lan", 1u << USER_OPERATOR}};
    struct actor nobody = actor("");
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        struct user user = {.login = memory_text(people[i].login),
                            .name = memory_text(people[i].name),
                            .roles = people[i].roles,
                            .active = true};
        bool ok = store_user_save(making->database, &nobody, &user, why);
        user_finish(&user);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool add_columns(struct making *making, struct fail *why) {
    struct actor operator= actor(OPERATOR);
    for (size_t i = 0; i < DEMO_COLUMNS; i++) {
        struct column column = {.title = memory_text(demo_columns[i].title),
                                .purpose = memory_text(demo_columns[i].purpose),
                                .genre = demo_columns[i].genre,
                                .zones = ZONE_SET_ALL};
        bool ok = store_column_save(making->database, &operator, & column, why);
        making->columns[i] = column.id;
        column_finish(&column);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool add_documents(struct making *making, struct fail *why) {
    struct actor editor = actor(EDITOR);
    for (size_t i = 0; i < demo_documents_count; i++) {
        struct document document = {.number = memory_text(demo_documents[i].number),
                                    .kind = memory_text("Nghị quyết"),
                                    .issuer = memory_text("Bộ Chính trị"),
                                    .title = memory_text(demo_documents[i].title)};
        bool ok = store_document_save(making->database, &editor, &document, why);
        document_finish(&document);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool step(struct making *making, const char *login, enum approval_action action, int64_t id,
                 struct fail *why) {
    struct actor who = actor(login);
    struct item item;
    if (!store_item_step(making->database, making->folder, &who, action, id, 0, "", &item, why)) {
        return false;
    }
    item_finish(&item);
    return true;
}

static bool approve(struct making *making, int64_t id, struct fail *why) {
    return step(making, EDITOR, APPROVAL_SUBMIT, id, why) &&
           step(making, APPROVER, APPROVAL_APPROVE, id, why);
}

static struct item blank(const char *title, enum genre genre, const char *source) {
    return (struct item){.kind = ITEM_BULLETIN,
                         .genre = genre,
                         .title = memory_text(title),
                         .language = memory_text("vi"),
                         .source = memory_text(source),
                         .author = memory_text(""),
                         .approver = memory_text("")};
}

/* Speaks a text and adds it; takes `item`. */
static bool add_bulletin(struct making *making, struct item *item, const char *text,
                         int64_t *ret_id, struct fail *why) {
    struct actor editor = actor(EDITOR);
    struct studio studio = {
        .folder = making->folder, .database = making->database, .actor = &editor};
    struct reading reading = {0};
    struct item_content content = {.text = text};
    bool ok = studio_read(making->folder, making->settings, 0, text, strlen(text), &reading, why);
    if (ok && !reading_is_complete(&reading)) {
        ok = fail_set(why, FAIL_INVALID, "'%.60s' cannot be read", reading.problems[0].token);
    }
    ok = ok && studio_speak(&studio, making->settings, &reading, item, why) &&
         store_item_create(making->database, &editor, item, &content, ret_id, why);
    if (!ok) {
        fail_prefix(why, "%s", item->title);
    }
    reading_finish(&reading);
    item_finish(item);
    return ok;
}

static bool add_tune(struct making *making, struct fail *why) {
    memory_auto char *path = memory_format("%s/drafts/nhac-hieu.wav", making->folder);
    struct actor editor = actor(EDITOR);
    struct studio studio = {
        .folder = making->folder, .database = making->database, .actor = &editor};
    struct item item = blank("Nhạc hiệu", GENRE_TUNE, "loaxa");
    struct text file = {0};
    chime_write_wav(&file);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    bool ok = fd >= 0 && write(fd, file.bytes, file.length) == (ssize_t)file.length;
    if (!ok) {
        fail_system(why, errno, "cannot write %s", path);
    }
    if (fd >= 0) {
        close(fd);
    }
    text_finish(&file);
    ok = ok && studio_import_clip(&studio, path, &item, NULL, &making->tune, NULL, why) &&
         approve(making, making->tune, why);
    unlink(path);
    item_finish(&item);
    return ok;
}

static bool add_frame(struct making *making, struct fail *why) {
    struct item ident = blank("Xướng danh", GENRE_OTHER, "loaxa");
    struct item closing = blank("Lời kết", GENRE_OTHER, "loaxa");
    struct actor nobody = actor("");
    struct station station;
    bool ok = add_tune(making, why) &&
              add_bulletin(making, &ident, demo_ident, &making->ident, why) &&
              approve(making, making->ident, why) &&
              add_bulletin(making, &closing, demo_closing, &making->closing, why) &&
              approve(making, making->closing, why) &&
              store_station_load(making->database, &station, why);
    if (!ok) {
        return false;
    }
    station.tune_item = making->tune;
    station.ident_item = making->ident;
    station.closing_item = making->closing;
    ok = store_station_save(making->database, &nobody, &station, why);
    station_finish(&station);
    return ok;
}

/* The document's and the topic's places in an item. */
static bool add_subjects(struct making *making, const struct demo_bulletin *one, struct item *item,
                         struct fail *why) {
    item->topics = memory_new(sizeof *item->topics);
    item->topics[0] = memory_text(one->topic);
    item->topics_count = 1;
    if (one->document[0] == '\0') {
        return true;
    }
    struct document document;
    if (!store_document_find(making->database, one->document, &document, why)) {
        return false;
    }
    item->documents = memory_new(sizeof *item->documents);
    item->documents[0] = document.id;
    item->documents_count = 1;
    document_finish(&document);
    return true;
}

/* All are approved but the last notice, which waits for whoever tries `loaxa approve`. */
static bool add_bulletins(struct making *making, struct fail *why) {
    size_t waiting = 0;
    for (size_t i = 0; i < demo_bulletins_count; i++) {
        waiting = demo_bulletins[i].column == DEMO_NOTICES ? i : waiting;
    }
    for (size_t i = 0; i < demo_bulletins_count; i++) {
        const struct demo_bulletin *one = &demo_bulletins[i];
        struct item item = blank(one->title, demo_columns[one->column].genre, one->source);
        int64_t id;
        item.column_id = making->columns[one->column];
        item.local = one->column == DEMO_NEWS || one->column == DEMO_ROLE_MODELS;
        if (!add_subjects(making, one, &item, why)) {
            item_finish(&item);
            return false;
        }
        if (!add_bulletin(making, &item, one->text, &id, why)) {
            return false;
        }
        bool ok = i == waiting ? step(making, EDITOR, APPROVAL_SUBMIT, id, why)
                               : approve(making, id, why);
        if (!ok) {
            return false;
        }
    }
    return true;
}

struct demo_segment {
    const char *title;
    enum demo_column column;
    const char *rule, *lunar;
    int hour, minute; /* -1: soon */
    int soon_s;
    int64_t minutes;
    enum segment_rank rank;
};

static const struct demo_segment demo_segments[] = {
    {"Bản tin sáng", DEMO_NOTICES, "FREQ=DAILY", "", 5, 30, 0, 15, SEGMENT_COLUMN},
    {"Bản tin trưa", DEMO_NEWS, "FREQ=DAILY", "", 11, 0, 0, 10, SEGMENT_COLUMN},
    {"Đưa nghị quyết vào cuộc sống", DEMO_RESOLUTIONS, "FREQ=WEEKLY;BYDAY=TU,FR", "", 17, 10, 0, 15,
     SEGMENT_COLUMN},
    {"Bản tin chiều", DEMO_NOTICES, "FREQ=WEEKLY;BYDAY=MO,WE,TH,SA,SU", "", 17, 10, 0, 15,
     SEGMENT_COLUMN},
    {"Gương tốt ngày mùng một, ngày rằm", DEMO_ROLE_MODELS, "", "LDAY=1,15", 6, 0, 0, 10,
     SEGMENT_COLUMN},
    {"Chạy thử: thông báo", DEMO_NOTICES, "FREQ=MINUTELY;INTERVAL=10", "", -1, 0, DEMO_SOON_S, 2,
     SEGMENT_FILLER},
    {"Chạy thử: tin trong xã", DEMO_NEWS, "FREQ=MINUTELY;INTERVAL=10", "", -1, 0,
     DEMO_SOON_S + DEMO_EVERY_MINUTES * 60, 2, SEGMENT_FILLER},
};

static bool add_segment(struct making *making, const struct demo_segment *one, struct walltime now,
                        struct fail *why) {
    struct actor operator= actor(OPERATOR);
    struct civil start = zone_civil(making->zone, walltime_add(now, one->soon_s * WALLTIME_SECOND));
    if (one->hour >= 0) {
        start.hour = (int8_t)one->hour;
        start.minute = (int8_t)one->minute;
        start.second = 0;
    }
    struct segment segment = {.title = memory_text(one->title),
                              .column_id = making->columns[one->column],
                              .column_title = memory_text(demo_columns[one->column].title),
                              .class = CLASS_NORMAL,
                              .rank = one->rank,
                              .zones = ZONE_SET_ALL,
                              .start = start,
                              .rule = memory_text(one->rule),
                              .lunar = memory_text(one->lunar),
                              .duration_us = one->minutes * 60 * WALLTIME_SECOND,
                              .grace_us = 120 * WALLTIME_SECOND,
                              .end_policy = END_FINISH_ITEM,
                              .fade_ms = 3000,
                              .enabled = true};
    bool ok = store_segment_save(making->database, &operator, & segment, why) ||
              fail_prefix(why, "%s", one->title);
    segment_finish(&segment);
    return ok;
}

static bool add_segments(struct making *making, struct fail *why) {
    struct walltime now = walltime_now(); /* after all the speaking */
    for (size_t i = 0; i < sizeof demo_segments / sizeof *demo_segments; i++) {
        if (!add_segment(making, &demo_segments[i], now, why)) {
            return false;
        }
    }
    return true;
}

/* Speaking is nearly all of the work, so every core takes its share of it beforehand. What fails
 * here fails again, with its sentence, when the bulletin is added. */
struct rehearsal {
    const struct making *making;
    atomic_size_t next;
};
enum { REHEARSAL_THREADS = 4 };

static void *rehearse(void *context) {
    struct rehearsal *rehearsal = context;
    size_t at;
    while ((at = atomic_fetch_add(&rehearsal->next, 1)) < demo_bulletins_count + 2) {
        const char *text = at == 0   ? demo_ident
                           : at == 1 ? demo_closing
                                     : demo_bulletins[at - 2].text;
        studio_rehearse(rehearsal->making->folder, rehearsal->making->settings, text, NULL);
    }
    return NULL;
}

static void rehearse_all(const struct making *making) {
    struct rehearsal rehearsal = {.making = making};
    pthread_t threads[REHEARSAL_THREADS];
    size_t count = 0;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    while (count < REHEARSAL_THREADS && (long)count < cores &&
           pthread_create(&threads[count], NULL, rehearse, &rehearsal) == 0) {
        count++;
    }
    while (count > 0) {
        pthread_join(threads[--count], NULL);
    }
}

bool demo_fill(const char *folder, struct database *database, const struct settings *settings,
               struct fail *why) {
    struct making making = {.folder = folder, .database = database, .settings = settings};
    if (!zone_load(settings->zone, &making.zone, why)) {
        return false;
    }
    rehearse_all(&making);
    bool ok = add_users(&making, why) && add_columns(&making, why) && add_documents(&making, why) &&
              add_frame(&making, why) && add_bulletins(&making, why) && add_segments(&making, why);
    zone_destroy(making.zone);
    return ok;
}
