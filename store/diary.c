#include "store/diary.h"

#include "base/memory.h"
#include "store/database_file.h"
#include "store/statement.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct diary {
    struct database *database;
};

bool diary_create(const char *path, struct fail *why) {
    return database_create(path, &database_diary, why);
}

bool diary_open(const char *path, enum database_mode mode, struct diary **ret, struct fail *why) {
    struct database *database = NULL;
    if (!database_open(path, &database_diary, mode, &database, why)) {
        return false;
    }
    struct diary *diary = memory_new(sizeof *diary);
    diary->database = database;
    *ret = diary;
    return true;
}

void diary_close(struct diary *diary) {
    if (diary != NULL) {
        database_close(diary->database);
        free(diary);
    }
}

struct database *diary_database(struct diary *diary) {
    return diary->database;
}

/* hash(n) = SHA-256(hash(n − 1) || bytes(n)). */
static struct digest chain(const struct digest *prev, const void *bytes, size_t size) {
    struct digest_feed feed;
    digest_start(&feed);
    digest_add(&feed, prev->bytes, sizeof prev->bytes);
    digest_add(&feed, bytes, size);
    return digest_end(&feed);
}

bool diary_head(struct diary *diary, struct diary_head *ret, struct fail *why) {
    struct statement s =
        statement_start(diary->database, "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1");
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok) {
        *ret = (struct diary_head){0};
    }
    if (ok && row) {
        ret->seq = statement_int(&s, 0);
        ret->hash = statement_digest(&s, 1);
    }
    statement_end(&s);
    return ok;
}

static bool insert(struct diary *diary, const struct diary_row *row, struct fail *why) {
    struct statement s = statement_start(
        diary->database,
        "INSERT INTO event (seq, format, bytes, prev, hash) VALUES (?, ?, ?, ?, ?)");
    statement_bind_int(&s, row->seq);
    statement_bind_int(&s, DIARY_FORMAT);
    statement_bind_blob(&s, row->bytes, row->size);
    statement_bind_blob(&s, row->prev.bytes, sizeof row->prev.bytes);
    statement_bind_blob(&s, row->hash.bytes, sizeof row->hash.bytes);
    return statement_run(&s, why);
}

/* Writes one event after *head inside the open transaction, and moves *head on. */
static bool append_one(struct diary *diary, const struct diary_bytes *bytes,
                       struct diary_head *head, struct fail *why) {
    json_t *event = diary_event_read(bytes->bytes, bytes->size, why);
    if (event == NULL) {
        return false;
    }
    int64_t seq = diary_event_int(event, "seq");
    json_decref(event);
    if (seq != head->seq + 1) {
        return fail_set(why, FAIL_CONFLICT,
                        "event %lld cannot follow event %lld of the diary: another program wrote "
                        "to it",
                        (long long)seq, (long long)head->seq);
    }
    struct diary_row row = {.seq = seq,
                            .bytes = bytes->bytes,
                            .size = bytes->size,
                            .prev = head->hash,
                            .hash = chain(&head->hash, bytes->bytes, bytes->size)};
    head->seq = row.seq;
    head->hash = row.hash;
    return insert(diary, &row, why);
}

static bool append_all(struct diary *diary, const struct diary_bytes *events, size_t count,
                       struct fail *why) {
    struct diary_head head;
    bool ok = diary_head(diary, &head, why);
    for (size_t i = 0; ok && i < count; i++) {
        ok = append_one(diary, &events[i], &head, why);
    }
    return ok;
}

static bool append_number(struct diary *diary, const struct event *event, int64_t *ret_seq,
                          struct fail *why) {
    struct diary_head head;
    if (!diary_head(diary, &head, why)) {
        return false;
    }
    struct text bytes = {0};
    event_write(event, head.seq + 1, &bytes);
    struct diary_bytes one = {bytes.bytes, bytes.length};
    bool ok = append_one(diary, &one, &head, why);
    text_finish(&bytes);
    *ret_seq = head.seq;
    return ok;
}

static bool finish(struct diary *diary, bool ok, struct fail *why) {
    if (!ok || !database_commit(diary->database, why)) {
        database_rollback(diary->database);
        return false;
    }
    return true;
}

bool diary_append_bytes(struct diary *diary, const struct diary_bytes *events, size_t count,
                        struct fail *why) {
    return database_begin(diary->database, why) &&
           finish(diary, append_all(diary, events, count, why), why);
}

bool diary_append(struct diary *diary, const struct event *event, int64_t *ret_seq,
                  struct fail *why) {
    int64_t seq = 0;
    if (!database_begin(diary->database, why) ||
        !finish(diary, append_number(diary, event, &seq, why), why)) {
        return false;
    }
    if (ret_seq != NULL) {
        *ret_seq = seq;
    }
    return true;
}

static char *reserve_path(const char *diary_path) {
    return memory_format("%s-reserve", diary_path);
}

bool diary_reserve_make(const char *diary_path, struct fail *why) {
    memory_auto char *path = reserve_path(diary_path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        return true;
    }
    if (fd < 0) {
        return fail_system(why, errno, "cannot make %s", path);
    }
    int error = posix_fallocate(fd, 0, DIARY_RESERVE_BYTES);
    close(fd);
    if (error != 0) {
        unlink(path);
        return fail_system(why, error == EFBIG ? ENOSPC : error,
                           "cannot keep a reserve for the diary");
    }
    return true;
}

bool diary_reserve_release(const char *diary_path, struct fail *why) {
    memory_auto char *path = reserve_path(diary_path);
    if (unlink(path) != 0 && errno != ENOENT) {
        return fail_system(why, errno, "cannot release the diary's reserve");
    }
    return true;
}

void diary_head_format(const struct diary_head *head, char text[DIARY_HEAD_TEXT_SIZE]) {
    char hex[DIGEST_HEX_SIZE];
    digest_format(&head->hash, hex);
    snprintf(text, DIARY_HEAD_TEXT_SIZE, "%" PRId64 ":%s", head->seq, hex);
}

bool diary_head_parse(const char *text, struct diary_head *ret, struct fail *why) {
    char *end = NULL;
    errno = 0;
    long long seq = *text >= '0' && *text <= '9' ? strtoll(text, &end, 10) : -1;
    struct digest hash;
    if (seq < 0 || errno != 0 || *end != ':' || !digest_parse(end + 1, &hash)) {
        return fail_set(why, FAIL_INVALID,
                        "'%.100s' is no head of a diary: give SEQ:HASH as 'loaxa diary head' "
                        "printed it",
                        text);
    }
    ret->seq = seq;
    ret->hash = hash;
    return true;
}

/* The literals for diary_each(): which filter, then which order. Every one takes the same nine
 * parameters, used or not. */
enum filter { FILTER_SEQ, FILTER_AT, FILTER_TYPE, FILTER_OCC, FILTER_DATE };

#define SELECT_EVENT "SELECT seq, bytes, prev, hash FROM event WHERE seq BETWEEN ?1 AND ?2"
#define FILTERED_AT \
    " AND seq IN (SELECT seq FROM event INDEXED BY event_by_clock WHERE at_us BETWEEN ?3 AND ?4)"
#define ALSO_AT " AND at_us BETWEEN ?3 AND ?4"
#define DATED                                                         \
    " AND seq IN (SELECT seq FROM event INDEXED BY event_by_original" \
    " WHERE occ <> '' AND original BETWEEN ?7 AND ?8)"
static const char *const selects[][2] = {
    [FILTER_SEQ] = {SELECT_EVENT " ORDER BY seq LIMIT ?9",
                    SELECT_EVENT " ORDER BY seq DESC LIMIT ?9"},
    [FILTER_AT] = {SELECT_EVENT FILTERED_AT " ORDER BY seq LIMIT ?9",
                   SELECT_EVENT FILTERED_AT " ORDER BY seq DESC LIMIT ?9"},
    [FILTER_TYPE] = {SELECT_EVENT " AND type = ?5" ALSO_AT " ORDER BY seq LIMIT ?9",
                     SELECT_EVENT " AND type = ?5" ALSO_AT " ORDER BY seq DESC LIMIT ?9"},
    [FILTER_OCC] = {SELECT_EVENT " AND occ = ?6 AND (?5 IS NULL OR type = ?5)" ALSO_AT
                                 " ORDER BY seq LIMIT ?9",
                    SELECT_EVENT " AND occ = ?6 AND (?5 IS NULL OR type = ?5)" ALSO_AT
                                 " ORDER BY seq DESC LIMIT ?9"},
    [FILTER_DATE] = {SELECT_EVENT DATED ALSO_AT " ORDER BY seq LIMIT ?9",
                     SELECT_EVENT DATED ALSO_AT " ORDER BY seq DESC LIMIT ?9"},
};

static enum filter filter_of(const struct diary_query *query) {
    if (query->occ != NULL) {
        return FILTER_OCC;
    }
    if (query->type != NULL) {
        return FILTER_TYPE;
    }
    if (query->from_date.year != 0 || query->until_date.year != 0) {
        return FILTER_DATE;
    }
    return query->from_at.us != 0 || query->until_at.us != 0 ? FILTER_AT : FILTER_SEQ;
}

/* Bounds for `original`, which is "20261201T171000". */
struct day_bounds {
    char from[CIVIL_TEXT_SIZE], until[CIVIL_TEXT_SIZE];
};

static struct day_bounds bounds_of(const struct diary_query *query) {
    struct day_bounds bounds = {.from = "", .until = "~"};
    if (query->from_date.year != 0) {
        civil_date_format_basic(query->from_date, bounds.from);
    }
    if (query->until_date.year != 0) {
        civil_date_format_basic(query->until_date, bounds.until);
        strcat(bounds.until, "T~");
    }
    return bounds;
}

static struct statement start_query(struct diary *diary, const struct diary_query *query,
                                    const struct day_bounds *bounds) {
    struct statement s =
        statement_start(diary->database, selects[filter_of(query)][query->newest_first]);
    statement_bind_int(&s, query->from_seq);
    statement_bind_int(&s, query->until_seq != 0 ? query->until_seq : INT64_MAX);
    statement_bind_int(&s, query->from_at.us != 0 ? query->from_at.us : INT64_MIN);
    statement_bind_int(&s, query->until_at.us != 0 ? query->until_at.us : INT64_MAX);
    statement_bind_text(&s, query->type);
    statement_bind_text(&s, query->occ);
    statement_bind_text(&s, bounds->from);
    statement_bind_text(&s, bounds->until);
    statement_bind_int(&s, query->most != 0 ? query->most : -1);
    return s;
}

static struct diary_row row_of(const struct statement *s) {
    struct diary_row row = {
        .seq = statement_int(s, 0), .prev = statement_digest(s, 2), .hash = statement_digest(s, 3)};
    row.bytes = statement_blob(s, 1, &row.size);
    return row;
}

bool diary_each(struct diary *diary, const struct diary_query *query, diary_visit *visit,
                void *context, struct fail *why) {
    struct day_bounds bounds = bounds_of(query);
    struct statement s = start_query(diary, query, &bounds);
    bool more = true;
    bool ok = true;
    while (ok) {
        ok = statement_step(&s, &more, why);
        if (!ok || !more) {
            break;
        }
        struct diary_row row = row_of(&s);
        ok = visit(context, &row, why);
    }
    statement_end(&s);
    return ok;
}

struct verifying {
    int64_t seq; /* of the event before */
    struct digest hash;
    const struct diary_head *earlier;
    int64_t fault; /* the event to blame; 0: none */
};

/* The number inside the bytes; 0 where they cannot be read. */
static int64_t inner_seq(const struct diary_row *row) {
    json_t *event = json_loadb(row->bytes, row->size, 0, NULL);
    int64_t seq = diary_event_int(event, "seq");
    json_decref(event);
    return seq;
}

/* Whether the canonical bytes carry this number, without reading them: `seq` is never the first or
 * the last key, and no text can hold an unescaped quote. */
static bool carries_seq(const struct diary_row *row, int64_t seq) {
    char member[40];
    int length = snprintf(member, sizeof member, ",\"seq\":%" PRId64 ",", seq);
    return memmem(row->bytes, row->size, member, (size_t)length) != NULL;
}

static bool blame(struct verifying *verifying, int64_t seq, struct fail *why, const char *format) {
    verifying->fault = seq;
    return fail_set(why, FAIL_CORRUPT, format, (long long)seq);
}

/* Whether the row's own hash follows the event before, so that only its `prev` was changed. */
static bool is_relinked(const struct verifying *verifying, const struct diary_row *row) {
    struct digest found = chain(&verifying->hash, row->bytes, row->size);
    return digest_equal(&found, &row->hash);
}

static bool verify_row(void *context, const struct diary_row *row, struct fail *why) {
    struct verifying *verifying = context;
    int64_t due = verifying->seq + 1;
    if (row->seq != due) {
        return blame(verifying, due, why, /* tr */ "event %lld of the diary was removed");
    }
    struct digest found = chain(&row->prev, row->bytes, row->size);
    bool whole = digest_equal(&found, &row->hash);
    bool linked = digest_equal(&row->prev, &verifying->hash);
    int64_t inner = carries_seq(row, due) ? due : inner_seq(row);
    if (inner != due && inner > 0) {
        verifying->fault = due;
        return fail_set(why, FAIL_CORRUPT,
                        "event %lld of the diary is out of its place: event %lld stands there",
                        (long long)due, (long long)inner);
    }
    if (!linked && whole && due > 1 && !is_relinked(verifying, row)) {
        /* This one is sound and remembers another hash before it. */
        return blame(verifying, due - 1, why, /* tr */ "event %lld of the diary was changed");
    }
    if (!whole || !linked || inner == 0) {
        return blame(verifying, due, why, /* tr */ "event %lld of the diary was changed");
    }
    verifying->seq = due;
    verifying->hash = row->hash;
    const struct diary_head *earlier = verifying->earlier;
    if (earlier != NULL && earlier->seq == due && !digest_equal(&earlier->hash, &row->hash)) {
        return blame(verifying, due, why,
                     /* tr */
                     "the diary was rewritten up to event %lld or further: its hash is not "
                     "the one of the head given");
    }
    return true;
}

bool diary_verify(struct diary *diary, const struct diary_head *earlier, int64_t *ret_event,
                  struct fail *why) {
    struct verifying verifying = {.earlier = earlier};
    struct diary_query all = {0};
    bool ok = diary_each(diary, &all, verify_row, &verifying, why);
    if (ok && earlier != NULL && earlier->seq > verifying.seq) {
        ok = blame(&verifying, verifying.seq + 1, why,
                   /* tr */ "the diary was cut off: event %lld and those after it were removed");
    }
    if (ret_event != NULL) {
        *ret_event = verifying.fault;
    }
    return ok;
}

static bool keep_event(void *context, const struct diary_row *row, struct fail *why) {
    json_t **event = context;
    *event = diary_event_read(row->bytes, row->size, why);
    return *event != NULL;
}

json_t *diary_event(struct diary *diary, int64_t seq, struct fail *why) {
    struct diary_query query = {.from_seq = seq, .until_seq = seq};
    json_t *event = NULL;
    if (seq > 0 && !diary_each(diary, &query, keep_event, &event, why)) {
        return NULL;
    }
    if (event == NULL) {
        fail_set(why, FAIL_NOT_FOUND, "the diary has no event %lld", (long long)seq);
    }
    return event;
}

static bool export_row(void *context, const struct diary_row *row, struct fail *why) {
    FILE *file = context;
    json_t *event = json_stringn(row->bytes, row->size);
    char *text = event != NULL ? json_dumps(event, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    json_decref(event);
    if (text == NULL) {
        return fail_set(why, FAIL_CORRUPT, "event %lld of the diary was changed",
                        (long long)row->seq);
    }
    char prev[DIGEST_HEX_SIZE];
    char hash[DIGEST_HEX_SIZE];
    digest_format(&row->prev, prev);
    digest_format(&row->hash, hash);
    fprintf(file, "{\"seq\":%" PRId64 ",\"prev\":\"%s\",\"hash\":\"%s\",\"event\":%s}\n", row->seq,
            prev, hash, text);
    free(text);
    return ferror(file) == 0 || fail_system(why, errno, "cannot write the export");
}

bool diary_export(struct diary *diary, const struct diary_query *query, FILE *file,
                  struct fail *why) {
    return diary_each(diary, query, export_row, file, why) &&
           (fflush(file) == 0 || fail_system(why, errno, "cannot write the export"));
}
