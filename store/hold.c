#include "store/hold.h"

#include "store/field.h"
#include "store/statement.h"

#include <stdlib.h>

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
