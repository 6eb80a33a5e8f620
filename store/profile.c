#include "store/profile.h"

#include "base/memory.h"
#include "store/field.h"
#include "store/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_windows(struct database *database, struct profile *profile, struct fail *why) {
    struct statement s = statement_start(
        database, "SELECT weekdays, from_s, to_s FROM profile_window ORDER BY place");
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row &&
           profile->windows_count < PROFILE_WINDOWS) {
        profile->windows[profile->windows_count++] =
            (struct air_window){.weekdays = (uint8_t)statement_int(&s, 0),
                                .from_s = (int32_t)statement_int(&s, 1),
                                .to_s = (int32_t)statement_int(&s, 2)};
    }
    statement_end(&s);
    return ok;
}

bool store_profile_load(struct database *database, struct profile *ret, struct fail *why) {
    struct statement s = statement_start(
        database, "SELECT name, always_open, quiet_from_s, quiet_to_s, sessions_a_day,"
                  " session_gap_s, session_s, day_s, session_weekdays, weekend_sessions_a_day"
                  " FROM profile WHERE id = 1");
    struct profile profile = {0};
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok && row) {
        snprintf(profile.name, sizeof profile.name, "%s", statement_text(&s, 0));
        profile.always_open = statement_int(&s, 1) != 0;
        profile.quiet_from_s = (int32_t)statement_int(&s, 2);
        profile.quiet_to_s = (int32_t)statement_int(&s, 3);
        profile.sessions_a_day = (int32_t)statement_int(&s, 4);
        profile.session_gap_s = (int32_t)statement_int(&s, 5);
        profile.session_s = (int32_t)statement_int(&s, 6);
        profile.day_s = (int32_t)statement_int(&s, 7);
        profile.session_weekdays = (uint8_t)statement_int(&s, 8);
        profile.weekend_sessions_a_day = (int32_t)statement_int(&s, 9);
    } else if (ok) {
        ok = fail_set(why, FAIL_CORRUPT, "%s holds no profile: choose one with 'loaxa profile'",
                      database_path(database));
    }
    statement_end(&s);
    ok = ok && read_windows(database, &profile, why);
    if (ok) {
        *ret = profile;
    }
    return ok;
}

static bool is_time(int32_t seconds) {
    return seconds >= 0 && seconds <= 86400;
}

static bool check_profile(const struct profile *profile, struct fail *why) {
    bool ok = profile->windows_count >= 0 && profile->windows_count <= PROFILE_WINDOWS &&
              is_time(profile->quiet_from_s) && is_time(profile->quiet_to_s) &&
              profile->sessions_a_day >= 0 && profile->session_gap_s >= 0 &&
              profile->session_s >= 0 && profile->day_s >= 0 &&
              profile->weekend_sessions_a_day >= -1;
    for (int32_t i = 0; ok && i < profile->windows_count; i++) {
        ok = is_time(profile->windows[i].from_s) && is_time(profile->windows[i].to_s);
    }
    return ok || fail_set(why, FAIL_INVALID, "the profile holds a time or a limit that is none");
}

static bool write_windows(struct database *database, const struct profile *profile,
                          struct fail *why) {
    struct statement clear = statement_start(database, "DELETE FROM profile_window");
    bool ok = statement_run(&clear, why);
    for (int32_t i = 0; ok && i < profile->windows_count; i++) {
        struct statement s = statement_start(
            database,
            "INSERT INTO profile_window (place, weekdays, from_s, to_s) VALUES (?, ?, ?, ?)");
        statement_bind_int(&s, i);
        statement_bind_int(&s, profile->windows[i].weekdays);
        statement_bind_int(&s, profile->windows[i].from_s);
        statement_bind_int(&s, profile->windows[i].to_s);
        ok = statement_run(&s, why);
    }
    return ok;
}

static bool write_profile(struct database *database, const struct profile *profile,
                          struct fail *why) {
    char *name = NULL;
    if (!field_line(/* tr */ "name", profile->name, sizeof profile->name - 1, true, &name, why) ||
        !check_profile(profile, why)) {
        free(name);
        return false;
    }
    struct statement s = statement_start(
        database, "INSERT OR REPLACE INTO profile (id, name, always_open, quiet_from_s,"
                  " quiet_to_s, sessions_a_day, session_gap_s, session_s, day_s,"
                  " session_weekdays, weekend_sessions_a_day) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?,"
                  " ?, ?)");
    statement_bind_text(&s, name);
    statement_bind_int(&s, profile->always_open);
    statement_bind_int(&s, profile->quiet_from_s);
    statement_bind_int(&s, profile->quiet_to_s);
    statement_bind_int(&s, profile->sessions_a_day);
    statement_bind_int(&s, profile->session_gap_s);
    statement_bind_int(&s, profile->session_s);
    statement_bind_int(&s, profile->day_s);
    statement_bind_int(&s, profile->session_weekdays);
    statement_bind_int(&s, profile->weekend_sessions_a_day);
    bool ok = statement_run(&s, why) && write_windows(database, profile, why);
    free(name);
    return ok;
}

bool store_profile_save(struct database *database, const struct actor *actor,
                        const struct profile *profile, struct fail *why) {
    struct change change = {
        .database = database,
        .actor = actor,
        .subject = "profile",
        .action = "change",
        .row_sql = "SELECT *, (SELECT json_group_array(json_array(weekdays, from_s, to_s))"
                   " FROM profile_window) AS windows_json FROM profile WHERE id = ?"};
    return change_begin(&change, RIGHT_SETTLE, 0, why) &&
           change_end(&change, write_profile(database, profile, why), 1, why);
}

static const char *const span_words[] = {
    [SPAN_DATES] = "dates",
    [SPAN_SOLAR] = "solar",
    [SPAN_LUNAR] = "lunar",
};
enum { SPAN_KINDS = sizeof span_words / sizeof *span_words };

static bool list_templates(struct database *database, struct day_template **ret, size_t *ret_count,
                           struct fail *why) {
    size_t capacity = 0;
    struct statement s = statement_start(
        database, "SELECT id, name, keeps_ordinary, mourning FROM template ORDER BY id");
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        struct day_template template = {.id = statement_int(&s, 0),
                                        .keeps_ordinary = statement_int(&s, 2) != 0,
                                        .mourning = statement_int(&s, 3) != 0};
        snprintf(template.name, sizeof template.name, "%s", statement_text(&s, 1));
        FIELD_APPEND(*ret, *ret_count, capacity, template);
    }
    statement_end(&s);
    return ok;
}

static struct civil_date date_at(const struct statement *s, int column) {
    return (struct civil_date){.year = (int32_t)statement_int(s, column),
                               .month = (int8_t)statement_int(s, column + 1),
                               .day = (int8_t)statement_int(s, column + 2)};
}

static bool list_spans(struct database *database, struct template_span **ret, size_t *ret_count,
                       struct fail *why) {
    size_t capacity = 0;
    struct statement s = statement_start(
        database, "SELECT template, kind, from_year, from_month, from_day, until_year,"
                  " until_month, until_day FROM template_span ORDER BY id");
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        struct template_span span = {
            .template_id = statement_int(&s, 0), .from = date_at(&s, 2), .until = date_at(&s, 5)};
        for (int kind = 0; kind < SPAN_KINDS; kind++) {
            if (strcmp(span_words[kind], statement_text(&s, 1)) == 0) {
                span.kind = kind;
            }
        }
        FIELD_APPEND(*ret, *ret_count, capacity, span);
    }
    statement_end(&s);
    return ok;
}

bool store_template_list(struct database *database, struct day_template **ret, size_t *ret_count,
                         struct template_span **ret_spans, size_t *ret_spans_count,
                         struct fail *why) {
    struct day_template *templates = NULL;
    struct template_span *spans = NULL;
    size_t count = 0;
    size_t spans_count = 0;
    if (!list_templates(database, &templates, &count, why) ||
        !list_spans(database, &spans, &spans_count, why)) {
        free(templates);
        free(spans);
        return false;
    }
    *ret = templates;
    *ret_count = count;
    *ret_spans = spans;
    *ret_spans_count = spans_count;
    return true;
}

static bool check_span(const struct template_span *span, struct fail *why) {
    bool ok;
    if (span->kind == SPAN_DATES) {
        ok = civil_date_is_valid(span->from) && civil_date_is_valid(span->until) &&
             civil_date_compare(span->from, span->until) <= 0;
    } else {
        int8_t last = span->kind == SPAN_LUNAR ? 30 : 31;
        int8_t least = span->kind == SPAN_LUNAR ? -1 : 1;
        ok = span->from.month >= 1 && span->from.month <= 12 && span->until.month >= 1 &&
             span->until.month <= 12 && span->from.day >= least && span->from.day <= last &&
             span->until.day >= least && span->until.day <= last && span->from.day != 0 &&
             span->until.day != 0;
    }
    return ok || fail_set(why, FAIL_INVALID, "the template names days that are none");
}

static bool write_spans(struct database *database, int64_t id, const struct template_span *spans,
                        size_t count, struct fail *why) {
    struct statement clear =
        statement_start(database, "DELETE FROM template_span WHERE template = ?");
    statement_bind_int(&clear, id);
    bool ok = statement_run(&clear, why);
    for (size_t i = 0; ok && i < count; i++) {
        if (!check_span(&spans[i], why)) {
            return false;
        }
        struct statement s = statement_start(
            database, "INSERT INTO template_span (template, kind, from_year, from_month, from_day,"
                      " until_year, until_month, until_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        statement_bind_int(&s, id);
        statement_bind_text(&s, span_words[spans[i].kind]);
        statement_bind_int(&s, spans[i].from.year);
        statement_bind_int(&s, spans[i].from.month);
        statement_bind_int(&s, spans[i].from.day);
        statement_bind_int(&s, spans[i].until.year);
        statement_bind_int(&s, spans[i].until.month);
        statement_bind_int(&s, spans[i].until.day);
        ok = statement_run(&s, why);
    }
    return ok;
}

static bool write_template(struct database *database, struct day_template *template,
                           const struct template_span *spans, size_t count, struct fail *why) {
    char *name = NULL;
    if (!field_line(/* tr */ "name", template->name, sizeof template->name - 1, true, &name, why)) {
        return false;
    }
    struct statement s = statement_start(
        database, "INSERT INTO template (id, name, keeps_ordinary, mourning) VALUES (?, ?, ?, ?)"
                  " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                  " keeps_ordinary = excluded.keeps_ordinary, mourning = excluded.mourning");
    statement_bind_reference(&s, template->id);
    statement_bind_text(&s, name);
    statement_bind_int(&s, template->keeps_ordinary);
    statement_bind_int(&s, template->mourning);
    bool ok = statement_run(&s, why);
    free(name);
    if (ok && template->id == 0) {
        template->id = statement_last_id(database);
    }
    return ok && write_spans(database, template->id, spans, count, why);
}

static struct change template_change(struct database *database, const struct actor *actor) {
    return (struct change){
        .database = database,
        .actor = actor,
        .subject = "template",
        .row_sql = "SELECT *, (SELECT json_group_array(json_array(kind, from_year, from_month,"
                   " from_day, until_year, until_month, until_day)) FROM template_span"
                   " WHERE template = template.id) AS spans_json FROM template WHERE id = ?"};
}

bool store_template_save(struct database *database, const struct actor *actor,
                         struct day_template *template, const struct template_span *spans,
                         size_t spans_count, struct fail *why) {
    struct change change = template_change(database, actor);
    int64_t id = template->id;
    if (!change_begin(&change, RIGHT_PLAN, id, why)) {
        return false;
    }
    bool ok = write_template(database, template, spans, spans_count, why);
    ok = change_end(&change, ok, template->id, why);
    if (!ok) {
        template->id = id;
    }
    return ok;
}

bool store_template_remove(struct database *database, const struct actor *actor, int64_t id,
                           struct fail *why) {
    struct change change = template_change(database, actor);
    if (!change_begin(&change, RIGHT_PLAN, id, why)) {
        return false;
    }
    struct statement s = statement_start(database, "DELETE FROM template WHERE id = ?");
    statement_bind_int(&s, id);
    bool ok = statement_run(&s, why);
    if (!ok && why != NULL && why->code == FAIL_CONFLICT) {
        fail_set(why, FAIL_CONFLICT, "segments belong to template %lld: move them first",
                 (long long)id);
    }
    return change_end(&change, ok, id, why);
}

static const char *const technology_words[] = {
    [ZONE_WIRED] = "wired",
    [ZONE_FM] = "fm",
    [ZONE_IP] = "ip",
};
enum { TECHNOLOGIES = sizeof technology_words / sizeof *technology_words };

void loudspeakers_finish(struct loudspeakers *loudspeakers) {
    free(loudspeakers->name);
    free(loudspeakers->place);
    *loudspeakers = (struct loudspeakers){0};
}

static bool write_zone(struct database *database, const struct loudspeakers *loudspeakers,
                       struct fail *why) {
    char *name = NULL;
    char *place = NULL;
    if (loudspeakers->zone < 0 || loudspeakers->zone > 31) {
        return fail_set(why, FAIL_INVALID, "zones have the numbers 0 to 31");
    }
    bool ok =
        field_line(/* tr */ "name", loudspeakers->name, FIELD_TITLE_BYTES, true, &name, why) &&
        field_line(/* tr */ "place", loudspeakers->place, FIELD_WORDS_BYTES, false, &place, why);
    if (ok) {
        struct statement s = statement_start(
            database, "INSERT INTO zone (id, name, place, technology) VALUES (?, ?, ?, ?)"
                      " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                      " place = excluded.place, technology = excluded.technology");
        statement_bind_int(&s, loudspeakers->zone);
        statement_bind_text(&s, name);
        statement_bind_text(&s, place);
        statement_bind_text(&s, technology_words[loudspeakers->technology]);
        ok = statement_run(&s, why);
    }
    free(name);
    free(place);
    return ok;
}

static struct change zone_change(struct database *database, const struct actor *actor) {
    return (struct change){.database = database,
                           .actor = actor,
                           .subject = "zone",
                           .row_sql = "SELECT * FROM zone WHERE id = ?"};
}

bool store_zone_save(struct database *database, const struct actor *actor,
                     const struct loudspeakers *loudspeakers, struct fail *why) {
    struct change change = zone_change(database, actor);
    return change_begin(&change, RIGHT_SETTLE, 0, why) &&
           change_end(&change, write_zone(database, loudspeakers, why), loudspeakers->zone, why);
}

bool store_zone_list(struct database *database, struct loudspeakers **ret, size_t *ret_count,
                     struct fail *why) {
    struct loudspeakers *zones = NULL;
    size_t count = 0;
    size_t capacity = 0;
    struct statement s =
        statement_start(database, "SELECT id, name, place, technology FROM zone ORDER BY id");
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        struct loudspeakers zone = {.zone = (int32_t)statement_int(&s, 0),
                                    .name = statement_copy(&s, 1),
                                    .place = statement_copy(&s, 2)};
        for (int i = 0; i < TECHNOLOGIES; i++) {
            if (strcmp(technology_words[i], statement_text(&s, 3)) == 0) {
                zone.technology = (enum zone_technology)i;
            }
        }
        FIELD_APPEND(zones, count, capacity, zone);
    }
    statement_end(&s);
    if (!ok) {
        for (size_t i = 0; i < count; i++) {
            loudspeakers_finish(&zones[i]);
        }
        free(zones);
        return false;
    }
    *ret = zones;
    *ret_count = count;
    return true;
}

bool store_zone_remove(struct database *database, const struct actor *actor, int32_t zone,
                       struct fail *why) {
    struct change change = zone_change(database, actor);
    if (!change_begin(&change, RIGHT_SETTLE, 0, why)) {
        return false;
    }
    struct statement s = statement_start(database, "DELETE FROM zone WHERE id = ?");
    statement_bind_int(&s, zone);
    bool ok =
        statement_run(&s, why) && (statement_changed(database) == 1 ||
                                   fail_set(why, FAIL_NOT_FOUND, "there is no zone %d", (int)zone));
    return change_end(&change, ok, zone, why);
}

static struct change hold_change(struct database *database, const struct actor *actor) {
    return (struct change){.database = database,
                           .actor = actor,
                           .subject = "hold",
                           .row_sql = "SELECT * FROM hold WHERE id = ?"};
}

static bool write_hold(struct database *database, const struct actor *actor, struct walltime from,
                       struct walltime until, const char *given, struct fail *why) {
    char *words = NULL;
    if (until.us <= from.us) {
        return fail_set(why, FAIL_INVALID, "the hold would end before it begins");
    }
    if (!field_line(/* tr */ "reason", given, FIELD_WORDS_BYTES, false, &words, why)) {
        return false;
    }
    struct statement s = statement_start(
        database, "INSERT INTO hold (from_us, until_us, login, words) VALUES (?, ?, ?, ?)");
    statement_bind_int(&s, from.us);
    if (until.us == WALLTIME_NEVER.us) {
        statement_bind_null(&s);
    } else {
        statement_bind_int(&s, until.us);
    }
    statement_bind_text(&s, actor->login);
    statement_bind_text(&s, words);
    bool ok = statement_run(&s, why);
    free(words);
    return ok;
}

bool store_hold_add(struct database *database, const struct actor *actor, struct walltime from,
                    struct walltime until, const char *words, int64_t *ret_id, struct fail *why) {
    struct change change = hold_change(database, actor);
    if (!change_begin(&change, RIGHT_OPERATE, 0, why)) {
        return false;
    }
    bool ok = write_hold(database, actor, from, until, words, why);
    int64_t id = statement_last_id(database);
    if (!change_end(&change, ok, id, why)) {
        return false;
    }
    if (ret_id != NULL) {
        *ret_id = id;
    }
    return true;
}

bool store_hold_remove(struct database *database, const struct actor *actor, int64_t id,
                       struct fail *why) {
    struct change change = hold_change(database, actor);
    if (!change_begin(&change, RIGHT_OPERATE, id, why)) {
        return false;
    }
    struct statement s = statement_start(database, "DELETE FROM hold WHERE id = ?");
    statement_bind_int(&s, id);
    return change_end(&change, statement_run(&s, why), id, why);
}

bool store_hold_list(struct database *database, struct walltime at, struct programme_hold **ret,
                     size_t *ret_count, struct fail *why) {
    struct programme_hold *holds = NULL;
    size_t count = 0;
    size_t capacity = 0;
    struct statement s = statement_start(
        database, "SELECT from_us, coalesce(until_us, 9223372036854775807), login, words FROM hold"
                  " WHERE until_us IS NULL OR until_us > ? ORDER BY from_us, id");
    statement_bind_int(&s, at.us);
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        struct programme_hold hold = {.from = {statement_int(&s, 0)},
                                      .until = {statement_int(&s, 1)},
                                      .by = statement_copy(&s, 2),
                                      .words = statement_copy(&s, 3)};
        FIELD_APPEND(holds, count, capacity, hold);
    }
    statement_end(&s);
    if (!ok) {
        for (size_t i = 0; i < count; i++) {
            free(holds[i].by);
            free(holds[i].words);
        }
        free(holds);
        return false;
    }
    *ret = holds;
    *ret_count = count;
    return true;
}
