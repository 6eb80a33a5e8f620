#include "store/column.h"

#include "base/memory.h"
#include "store/field.h"
#include "store/statement.h"

#include <stdlib.h>
#include <string.h>

#define COLUMN_FIELDS                                                                           \
    "id, title, purpose, tune_item, ident_item, sting_item, closing_item, genre, local_one_in," \
    " zones, target_mlufs"

static struct column column_of(const struct statement *s) {
    struct column column = {.id = statement_int(s, 0),
                            .title = statement_copy(s, 1),
                            .purpose = statement_copy(s, 2),
                            .tune_item = statement_int(s, 3),
                            .ident_item = statement_int(s, 4),
                            .sting_item = statement_int(s, 5),
                            .closing_item = statement_int(s, 6),
                            .genre = GENRE_OTHER,
                            .local_one_in = (int32_t)statement_int(s, 8),
                            .zones = (uint32_t)statement_int(s, 9),
                            .target_mlufs = (int32_t)statement_int(s, 10)};
    genre_parse(statement_text(s, 7), &column.genre);
    return column;
}

static bool write_column(struct database *database, const struct column *column, const char *title,
                         const char *purpose, struct fail *why) {
    struct statement s = statement_start(
        database,
        "INSERT INTO broadcast_column (" COLUMN_FIELDS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET title = excluded.title, purpose = excluded.purpose,"
        " tune_item = excluded.tune_item, ident_item = excluded.ident_item,"
        " sting_item = excluded.sting_item, closing_item = excluded.closing_item,"
        " genre = excluded.genre, local_one_in = excluded.local_one_in, zones = excluded.zones,"
        " target_mlufs = excluded.target_mlufs");
    statement_bind_reference(&s, column->id);
    statement_bind_text(&s, title);
    statement_bind_text(&s, purpose);
    statement_bind_reference(&s, column->tune_item);
    statement_bind_reference(&s, column->ident_item);
    statement_bind_reference(&s, column->sting_item);
    statement_bind_reference(&s, column->closing_item);
    statement_bind_text(&s, genre_word(column->genre));
    statement_bind_int(&s, column->local_one_in);
    statement_bind_int(&s, column->zones);
    statement_bind_int(&s, column->target_mlufs);
    return statement_run(&s, why);
}

/* Another column of the same title, said in words instead of SQLite's. */
static bool check_title(struct database *database, const char *title, int64_t id,
                        struct fail *why) {
    struct statement s = statement_start(
        database, "SELECT id FROM broadcast_column WHERE title = ? AND id IS NOT ?");
    statement_bind_text(&s, title);
    statement_bind_reference(&s, id);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    statement_end(&s);
    return ok && (!row || fail_set(why, FAIL_CONFLICT, "there is a column '%s' already", title));
}

static bool save(struct database *database, struct column *column, struct fail *why) {
    char *title = NULL;
    char *purpose = NULL;
    bool ok =
        field_line(/* tr */ "title", column->title, FIELD_TITLE_BYTES, true, &title, why) &&
        field_line(/* tr */ "purpose", column->purpose, FIELD_WORDS_BYTES, false, &purpose, why) &&
        check_title(database, title, column->id, why) &&
        write_column(database, column, title, purpose, why);
    if (ok && column->id == 0) {
        column->id = statement_last_id(database);
    }
    free(title);
    free(purpose);
    return ok;
}

static struct change change_of(struct database *database, const struct actor *actor) {
    return (struct change){.database = database,
                           .actor = actor,
                           .subject = "column",
                           .row_sql = "SELECT * FROM broadcast_column WHERE id = ?"};
}

bool store_column_save(struct database *database, const struct actor *actor, struct column *column,
                       struct fail *why) {
    struct change change = change_of(database, actor);
    int64_t id = column->id;
    if (!change_begin(&change, RIGHT_PLAN, id, why)) {
        return false;
    }
    bool ok = save(database, column, why);
    ok = change_end(&change, ok, column->id, why);
    if (!ok) {
        column->id = id;
    }
    return ok;
}

static bool load_one(struct statement *s, struct column *ret, const char *name, struct fail *why) {
    bool row = false;
    bool ok = statement_step(s, &row, why);
    if (ok && row) {
        *ret = column_of(s);
    } else if (ok) {
        ok = fail_set(why, FAIL_NOT_FOUND, "there is no column '%s'", name);
    }
    statement_end(s);
    return ok;
}

bool store_column_load(struct database *database, int64_t id, struct column *ret,
                       struct fail *why) {
    memory_auto char *name = memory_format("%lld", (long long)id);
    struct statement s =
        statement_start(database, "SELECT " COLUMN_FIELDS " FROM broadcast_column WHERE id = ?");
    statement_bind_int(&s, id);
    return load_one(&s, ret, name, why);
}

bool store_column_find(struct database *database, const char *title, struct column *ret,
                       struct fail *why) {
    struct statement s = statement_start(
        database, "SELECT " COLUMN_FIELDS " FROM broadcast_column"
                  " WHERE title = ?1 OR CAST(id AS TEXT) = ?1 ORDER BY title = ?1 DESC LIMIT 1");
    statement_bind_text(&s, title);
    return load_one(&s, ret, title, why);
}

bool store_column_list(struct database *database, struct column **ret, size_t *ret_count,
                       struct fail *why) {
    struct column *columns = NULL;
    size_t count = 0;
    size_t capacity = 0;
    struct statement s =
        statement_start(database, "SELECT " COLUMN_FIELDS " FROM broadcast_column ORDER BY id");
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        FIELD_APPEND(columns, count, capacity, column_of(&s));
    }
    statement_end(&s);
    if (!ok) {
        for (size_t i = 0; i < count; i++) {
            column_finish(&columns[i]);
        }
        free(columns);
        return false;
    }
    *ret = columns;
    *ret_count = count;
    return true;
}

bool store_column_remove(struct database *database, const struct actor *actor, int64_t id,
                         struct fail *why) {
    struct change change = change_of(database, actor);
    if (!change_begin(&change, RIGHT_PLAN, id, why)) {
        return false;
    }
    struct statement s = statement_start(database, "DELETE FROM broadcast_column WHERE id = ?");
    statement_bind_int(&s, id);
    bool ok = statement_run(&s, why);
    if (!ok && why != NULL && why->code == FAIL_CONFLICT) {
        fail_set(why, FAIL_CONFLICT, "segments or items belong to column %lld: move them first",
                 (long long)id);
    }
    return change_end(&change, ok, id, why);
}
