#include "store/segment.h"

#include "base/memory.h"
#include "base/zone.h"
#include "scheduler/event.h"
#include "scheduler/series.h"
#include "store/field.h"
#include "store/statement.h"
#include "store/station.h"

#include <stdlib.h>
#include <string.h>

#define SEGMENT_FIELDS                                                                           \
    "s.id, s.revision, s.title, s.broadcast_column, c.title, s.class, s.rank, s.operator_order," \
    " s.zones, s.start, s.rule, s.lunar, s.duration_us, s.grace_us, s.end_policy, s.fade_ms,"    \
    " s.template, s.split_from, s.enabled"
#define SEGMENT_FROM " FROM segment s JOIN broadcast_column c ON c.id = s.broadcast_column"

static const char *const rank_words[] = {
    [SEGMENT_FILLER] = "filler",
    [SEGMENT_COLUMN] = "column",
    [SEGMENT_CAMPAIGN] = "campaign",
};
enum { RANKS = sizeof rank_words / sizeof *rank_words };

static struct civil civil_of(const struct statement *s, int column) {
    struct civil civil = {0};
    civil_parse(statement_text(s, column), &civil);
    return civil;
}

static struct segment fields_of(const struct statement *s) {
    struct segment segment = {
        .id = statement_int(s, 0),
        .revision = (int32_t)statement_int(s, 1),
        .title = statement_copy(s, 2),
        .column_id = statement_int(s, 3),
        .column_title = statement_copy(s, 4),
        .class = CLASS_NORMAL,
        .operator_order = (int32_t)statement_int(s, 7),
        .zones = (zone_set)statement_int(s, 8),
        .start = civil_of(s, 9),
        .rule = statement_copy(s, 10),
        .lunar = statement_copy(s, 11),
        .duration_us = statement_int(s, 12),
        .grace_us = statement_int(s, 13),
        .fade_ms = (int32_t)statement_int(s, 15),
        .template_id = statement_int(s, 16),
        .split_from = statement_int(s, 17),
        .enabled = statement_int(s, 18) != 0,
    };
    broadcast_class_parse(statement_text(s, 5), &segment.class);
    end_policy_parse(statement_text(s, 14), &segment.end_policy);
    for (int rank = 0; rank < RANKS; rank++) {
        if (strcmp(statement_text(s, 6), rank_words[rank]) == 0) {
            segment.rank = (enum segment_rank)rank;
        }
    }
    return segment;
}

static bool read_dates(struct database *database, int64_t id, const char *kind, struct civil **ret,
                       size_t *ret_count, struct fail *why) {
    size_t capacity = 0;
    struct statement s = statement_start(
        database, "SELECT start FROM segment_date WHERE segment = ? AND kind = ? ORDER BY start");
    statement_bind_int(&s, id);
    statement_bind_text(&s, kind);
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        FIELD_APPEND(*ret, *ret_count, capacity, civil_of(&s, 0));
    }
    statement_end(&s);
    return ok;
}

static bool read_exceptions(struct database *database, struct segment *segment, struct fail *why) {
    size_t capacity = 0;
    struct statement s =
        statement_start(database, "SELECT original, kind, start, duration_us, login, words"
                                  " FROM segment_exception WHERE segment = ? ORDER BY original");
    statement_bind_int(&s, segment->id);
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        struct segment_exception exception = {
            .original = civil_of(&s, 0),
            .kind =
                strcmp(statement_text(&s, 1), "moved") == 0 ? EXCEPTION_MOVED : EXCEPTION_CANCELLED,
            .start = civil_of(&s, 2),
            .duration_us = statement_int(&s, 3),
            .by = statement_copy(&s, 4),
            .words = statement_copy(&s, 5),
        };
        FIELD_APPEND(segment->exceptions, segment->exceptions_count, capacity, exception);
    }
    statement_end(&s);
    return ok;
}

static bool segment_of(const struct statement *s, struct segment *ret, struct fail *why) {
    struct segment segment = fields_of(s);
    struct database *database = s->database;
    if (!read_dates(database, segment.id, "with", &segment.dates, &segment.dates_count, why) ||
        !read_dates(database, segment.id, "without", &segment.except, &segment.except_count, why) ||
        !read_exceptions(database, &segment, why)) {
        segment_finish(&segment);
        return false;
    }
    *ret = segment;
    return true;
}

bool store_segment_load(struct database *database, int64_t id, struct segment *ret,
                        struct fail *why) {
    struct statement s = statement_start(database, "SELECT " SEGMENT_FIELDS SEGMENT_FROM
                                                   " WHERE s.id = ? AND s.removed = 0");
    statement_bind_int(&s, id);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok && row) {
        ok = segment_of(&s, ret, why);
    } else if (ok) {
        ok = fail_set(why, FAIL_NOT_FOUND, "there is no segment %lld", (long long)id);
    }
    statement_end(&s);
    return ok;
}

bool store_segment_list(struct database *database, struct segment **ret, size_t *ret_count,
                        struct fail *why) {
    struct segment *segments = NULL;
    size_t count = 0;
    size_t capacity = 0;
    struct statement s = statement_start(database, "SELECT " SEGMENT_FIELDS SEGMENT_FROM
                                                   " WHERE s.removed = 0 ORDER BY s.id");
    bool row = true;
    bool ok = true;
    while (ok && (ok = statement_step(&s, &row, why)) && row) {
        struct segment segment;
        ok = segment_of(&s, &segment, why);
        if (ok) {
            FIELD_APPEND(segments, count, capacity, segment);
        }
    }
    statement_end(&s);
    if (!ok) {
        for (size_t i = 0; i < count; i++) {
            segment_finish(&segments[i]);
        }
        free(segments);
        return false;
    }
    *ret = segments;
    *ret_count = count;
    return true;
}

static bool load_zone(struct database *database, struct zone **ret, struct fail *why) {
    struct station station;
    if (!store_station_load(database, &station, why)) {
        return false;
    }
    bool ok = zone_load(station.zone, ret, why);
    station_finish(&station);
    return ok;
}

/* Tries the rule over its first weeks: an invalid one is refused, and one that would sound all day.
 */
static bool try_rule(struct database *database, const struct segment *segment, struct fail *why) {
    enum { DAYS = 40 };
    struct zone *zone = NULL;
    if (!load_zone(database, &zone, why)) {
        return false;
    }
    struct series_starts starts = {0};
    struct walltime from = zone_instant(zone, segment->start, NULL);
    struct walltime until = walltime_add(from, DAYS * 86400 * WALLTIME_SECOND);
    bool ok = series_expand(segment, zone, from, until, (size_t)DAYS * STORE_SEGMENT_MOST_A_DAY,
                            &starts, why);
    free(starts.starts);
    zone_destroy(zone);
    return ok;
}

static bool check_segment(struct database *database, const struct segment *segment,
                          struct fail *why) {
    if (!civil_is_valid(segment->start)) {
        return fail_set(why, FAIL_INVALID, "the segment has no valid first start");
    }
    if (segment->class != CLASS_NORMAL && segment->class != CLASS_PRIORITY) {
        return fail_set(why, FAIL_INVALID, "a segment is of class normal or priority");
    }
    if (segment->duration_us < WALLTIME_SECOND || segment->duration_us > 86400 * WALLTIME_SECOND) {
        return fail_set(why, FAIL_INVALID, "a segment lasts from one second to one day");
    }
    if (segment->grace_us < 0 || segment->grace_us > 86400 * WALLTIME_SECOND) {
        return fail_set(why, FAIL_INVALID, "the grace is at most a day");
    }
    if (segment->zones == 0) {
        return fail_set(why, FAIL_INVALID, "the segment names no zone");
    }
    if (*segment->rule != '\0' && *segment->lunar != '\0') {
        return fail_set(why, FAIL_INVALID, "a segment has a rule or a lunar rule, not both");
    }
    return try_rule(database, segment, why);
}

static bool write_row(struct database *database, const struct segment *segment, const char *title,
                      struct fail *why) {
    char start[CIVIL_TEXT_SIZE];
    civil_format_basic(segment->start, start);
    struct statement s = statement_start(
        database,
        "INSERT INTO segment (id, revision, title, broadcast_column, class, rank, operator_order,"
        " zones, start, rule, lunar, duration_us, grace_us, end_policy, fade_ms, template,"
        " split_from, enabled, removed) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " ?, 0) ON CONFLICT (id) DO UPDATE SET revision = revision + 1, title = excluded.title,"
        " broadcast_column = excluded.broadcast_column, class = excluded.class,"
        " rank = excluded.rank, operator_order = excluded.operator_order, zones = excluded.zones,"
        " start = excluded.start, rule = excluded.rule, lunar = excluded.lunar,"
        " duration_us = excluded.duration_us, grace_us = excluded.grace_us,"
        " end_policy = excluded.end_policy, fade_ms = excluded.fade_ms,"
        " template = excluded.template, split_from = excluded.split_from,"
        " enabled = excluded.enabled");
    statement_bind_reference(&s, segment->id);
    statement_bind_text(&s, title);
    statement_bind_int(&s, segment->column_id);
    statement_bind_text(&s, broadcast_class_word(segment->class));
    statement_bind_text(&s, rank_words[segment->rank]);
    statement_bind_int(&s, segment->operator_order);
    statement_bind_int(&s, segment->zones);
    statement_bind_text(&s, start);
    statement_bind_text(&s, segment->rule);
    statement_bind_text(&s, segment->lunar);
    statement_bind_int(&s, segment->duration_us);
    statement_bind_int(&s, segment->grace_us);
    statement_bind_text(&s, end_policy_word(segment->end_policy));
    statement_bind_int(&s, segment->fade_ms);
    statement_bind_reference(&s, segment->template_id);
    statement_bind_reference(&s, segment->split_from);
    statement_bind_int(&s, segment->enabled);
    if (statement_run(&s, why)) {
        return true;
    }
    if (why != NULL && why->code == FAIL_CONFLICT) {
        fail_set(why, FAIL_NOT_FOUND,
                 "the segment names a column, a template or a segment that is not there");
    }
    return false;
}

static bool delete_children(struct database *database, int64_t id, struct fail *why) {
    struct statement dates =
        statement_start(database, "DELETE FROM segment_date WHERE segment = ?");
    statement_bind_int(&dates, id);
    if (!statement_run(&dates, why)) {
        return false;
    }
    struct statement exceptions =
        statement_start(database, "DELETE FROM segment_exception WHERE segment = ?");
    statement_bind_int(&exceptions, id);
    return statement_run(&exceptions, why);
}

static bool write_dates(struct database *database, int64_t id, const char *kind,
                        const struct civil *dates, size_t count, struct fail *why) {
    for (size_t i = 0; i < count; i++) {
        char start[CIVIL_TEXT_SIZE];
        civil_format_basic(dates[i], start);
        struct statement s = statement_start(
            database, "INSERT OR IGNORE INTO segment_date (segment, kind, start) VALUES (?, ?, ?)");
        statement_bind_int(&s, id);
        statement_bind_text(&s, kind);
        statement_bind_text(&s, start);
        if (!statement_run(&s, why)) {
            return false;
        }
    }
    return true;
}

static bool write_exception(struct database *database, int64_t id,
                            const struct segment_exception *exception, struct fail *why) {
    char original[CIVIL_TEXT_SIZE];
    char start[CIVIL_TEXT_SIZE] = "";
    char *words = NULL;
    civil_format_basic(exception->original, original);
    if (exception->kind == EXCEPTION_MOVED) {
        if (!civil_is_valid(exception->start) || exception->duration_us < 0) {
            return fail_set(why, FAIL_INVALID, "the moved occurrence has no valid start");
        }
        civil_format_basic(exception->start, start);
    }
    if (!field_line(/* tr */ "reason", exception->words, FIELD_WORDS_BYTES, false, &words, why)) {
        return false;
    }
    struct statement s = statement_start(
        database, "INSERT OR REPLACE INTO segment_exception (segment, original, kind, start,"
                  " duration_us, login, words) VALUES (?, ?, ?, ?, ?, ?, ?)");
    statement_bind_int(&s, id);
    statement_bind_text(&s, original);
    statement_bind_text(&s, exception->kind == EXCEPTION_MOVED ? "moved" : "cancelled");
    statement_bind_text(&s, start);
    statement_bind_int(&s, exception->duration_us);
    statement_bind_text(&s, exception->by != NULL ? exception->by : "");
    statement_bind_text(&s, words);
    bool ok = statement_run(&s, why);
    free(words);
    return ok;
}

static bool write_children(struct database *database, const struct segment *segment,
                           struct fail *why) {
    bool ok =
        delete_children(database, segment->id, why) &&
        write_dates(database, segment->id, "with", segment->dates, segment->dates_count, why) &&
        write_dates(database, segment->id, "without", segment->except, segment->except_count, why);
    for (size_t i = 0; ok && i < segment->exceptions_count; i++) {
        ok = write_exception(database, segment->id, &segment->exceptions[i], why);
    }
    return ok;
}

static bool save(struct database *database, struct segment *segment, struct fail *why) {
    char *title = NULL;
    bool ok = field_line(/* tr */ "title", segment->title, FIELD_TITLE_BYTES, true, &title, why) &&
              check_segment(database, segment, why) && write_row(database, segment, title, why);
    free(title);
    if (ok && segment->id == 0) {
        segment->id = statement_last_id(database);
    }
    return ok && write_children(database, segment, why);
}

static struct change change_of(struct database *database, const struct actor *actor) {
    return (struct change){
        .database = database,
        .actor = actor,
        .subject = "segment",
        .row_sql = "SELECT s.*,"
                   " (SELECT json_group_array(kind || ' ' || start) FROM segment_date d"
                   "  WHERE d.segment = s.id) AS dates_json,"
                   " (SELECT json_group_array(json_object('original', original, 'kind', kind,"
                   "  'start', e.start, 'duration_us', e.duration_us, 'login', login,"
                   "  'words', words)) FROM segment_exception e WHERE e.segment = s.id)"
                   "  AS exceptions_json FROM segment s WHERE s.id = ? AND s.removed = 0"};
}

bool store_segment_save(struct database *database, const struct actor *actor,
                        struct segment *segment, struct fail *why) {
    struct change change = change_of(database, actor);
    int64_t id = segment->id;
    if (!change_begin(&change, RIGHT_PLAN, id, why)) {
        return false;
    }
    bool ok = save(database, segment, why);
    ok = change_end(&change, ok, segment->id, why);
    if (ok) {
        segment->revision = id == 0 ? 1 : segment->revision + 1;
    } else {
        segment->id = id;
    }
    return ok;
}

/* Whether the series gives that start at all. */
static bool check_original(struct database *database, const struct segment *segment,
                           struct civil original, struct fail *why) {
    struct zone *zone = NULL;
    if (!load_zone(database, &zone, why)) {
        return false;
    }
    struct series_start start;
    bool has = series_has(segment, zone, original, &start);
    zone_destroy(zone);
    char text[CIVIL_TEXT_SIZE];
    civil_format_basic(original, text);
    return has || fail_set(why, FAIL_NOT_FOUND, "segment %lld has no occurrence at %s",
                           (long long)segment->id, text);
}

static bool raise_revision(struct database *database, int64_t id, struct fail *why) {
    struct statement s =
        statement_start(database, "UPDATE segment SET revision = revision + 1 WHERE id = ?");
    statement_bind_int(&s, id);
    return statement_run(&s, why);
}

bool store_segment_except(struct database *database, const struct actor *actor, int64_t id,
                          const struct segment_exception *exception, struct fail *why) {
    struct change change = change_of(database, actor);
    struct segment segment = {0};
    struct segment_exception own = *exception;
    own.by = (char *)actor->login;
    if (!change_begin(&change, RIGHT_PLAN, id, why)) {
        return false;
    }
    bool ok = store_segment_load(database, id, &segment, why) &&
              check_original(database, &segment, exception->original, why) &&
              write_exception(database, id, &own, why) && raise_revision(database, id, why);
    segment_finish(&segment);
    return change_end(&change, ok, id, why);
}

bool store_segment_split(struct database *database, const struct actor *actor,
                         struct segment *ended, struct segment *continued, struct fail *why) {
    continued->split_from = ended->id;
    if (!database_begin(database, why)) {
        return false;
    }
    if (!store_segment_save(database, actor, ended, why) ||
        !store_segment_save(database, actor, continued, why) || !database_commit(database, why)) {
        database_rollback(database);
        return false;
    }
    return true;
}

bool store_segment_remove(struct database *database, const struct actor *actor, int64_t id,
                          struct fail *why) {
    struct change change = change_of(database, actor);
    if (!change_begin(&change, RIGHT_PLAN, id, why)) {
        return false;
    }
    struct statement s = statement_start(
        database, "UPDATE segment SET removed = 1, revision = revision + 1 WHERE id = ?");
    statement_bind_int(&s, id);
    return change_end(&change, statement_run(&s, why), id, why);
}
