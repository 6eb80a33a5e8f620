#include "store/profile.h"

#include "store/field.h"
#include "store/statement.h"

#include <stdio.h>
#include <stdlib.h>

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
