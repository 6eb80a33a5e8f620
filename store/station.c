#include "store/station.h"

#include "base/memory.h"
#include "base/zone.h"
#include "scheduler/profile.h"
#include "store/field.h"
#include "store/profile.h"
#include "store/statement.h"

#include <stdlib.h>
#include <unistd.h>

void station_finish(struct station *station) {
    free(station->title);
    free(station->zone);
    free(station->ident);
    *station = (struct station){0};
}

char *store_station_path(const char *folder) {
    return memory_format("%s/station.db", folder);
}

char *store_diary_path(const char *folder) {
    return memory_format("%s/diary.db", folder);
}

bool store_station_open(const char *folder, enum database_mode mode, struct database **ret,
                        struct fail *why) {
    memory_auto char *path = store_station_path(folder);
    return database_open(path, &database_station, mode, ret, why);
}

bool store_station_load(struct database *database, struct station *ret, struct fail *why) {
    struct statement s =
        statement_start(database, "SELECT title, zone, ident, tune_item, ident_item, closing_item,"
                                  " demo FROM station WHERE id = 1");
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok && row) {
        *ret = (struct station){
            .title = statement_copy(&s, 0),
            .zone = statement_copy(&s, 1),
            .ident = statement_copy(&s, 2),
            .tune_item = statement_int(&s, 3),
            .ident_item = statement_int(&s, 4),
            .closing_item = statement_int(&s, 5),
            .demo = statement_int(&s, 6) != 0,
        };
    } else if (ok) {
        ok = fail_set(why, FAIL_CORRUPT, "%s holds no station: run 'loaxa init' again",
                      database_path(database));
    }
    statement_end(&s);
    return ok;
}

static bool check_zone(const char *name, struct fail *why) {
    struct zone *zone = NULL;
    bool ok = zone_load(name, &zone, why);
    if (ok) {
        zone_destroy(zone);
    }
    return ok;
}

static bool write_station(struct database *database, const struct station *station,
                          struct fail *why) {
    char *title = NULL;
    char *ident = NULL;
    bool ok = field_line(/* tr */ "title", station->title, FIELD_TITLE_BYTES, true, &title, why) &&
              field_line(/* tr */ "ident", station->ident, FIELD_WORDS_BYTES, false, &ident, why) &&
              check_zone(station->zone, why);
    if (ok) {
        struct statement s = statement_start(
            database, "INSERT INTO station (id, title, zone, ident, tune_item, ident_item,"
                      " closing_item, demo) VALUES (1, ?, ?, ?, ?, ?, ?, ?)"
                      " ON CONFLICT (id) DO UPDATE SET title = excluded.title,"
                      " zone = excluded.zone, ident = excluded.ident,"
                      " tune_item = excluded.tune_item, ident_item = excluded.ident_item,"
                      " closing_item = excluded.closing_item, demo = excluded.demo");
        statement_bind_text(&s, title);
        statement_bind_text(&s, station->zone);
        statement_bind_text(&s, ident);
        statement_bind_reference(&s, station->tune_item);
        statement_bind_reference(&s, station->ident_item);
        statement_bind_reference(&s, station->closing_item);
        statement_bind_int(&s, station->demo);
        ok = statement_run(&s, why);
    }
    free(title);
    free(ident);
    return ok;
}

static struct change change_of(struct database *database, const struct actor *actor) {
    return (struct change){.database = database,
                           .actor = actor,
                           .subject = "station",
                           .row_sql = "SELECT * FROM station WHERE id = ?"};
}

bool store_station_save(struct database *database, const struct actor *actor,
                        const struct station *station, struct fail *why) {
    struct change change = change_of(database, actor);
    return change_begin(&change, RIGHT_SETTLE, 1, why) &&
           change_end(&change, write_station(database, station, why), 1, why);
}

static bool write_first(struct database *database, const struct station *station,
                        const struct actor *actor, struct fail *why) {
    /* Nobody is a user yet, so nobody's rights can be asked. */
    struct actor maker = {.login = "", .at = actor->at};
    struct change change = change_of(database, &maker);
    struct profile profile;
    const char *name = station->demo ? "luon-mo" : "thong-thuong";
    if (!profile_shipped(name, &profile)) {
        return fail_set(why, FAIL_NOT_FOUND, "there is no profile '%s'", name);
    }
    return change_begin(&change, RIGHT_SETTLE, 0, why) &&
           change_end(&change, write_station(database, station, why), 1, why) &&
           store_profile_save(database, &maker, &profile, why);
}

bool store_station_create(const char *folder, const struct station *station,
                          const struct actor *actor, struct fail *why) {
    memory_auto char *path = store_station_path(folder);
    struct database *database = NULL;
    if (!database_create(path, &database_station, why)) {
        return false;
    }
    bool ok = store_station_open(folder, DATABASE_WRITE, &database, why) &&
              write_first(database, station, actor, why);
    database_close(database);
    if (!ok) {
        unlink(path);
    }
    return ok;
}
