#include "store/zone.h"

#include "store/field.h"
#include "store/statement.h"

#include <stdlib.h>
#include <string.h>

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
