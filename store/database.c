#include "store/database.h"

#include "base/memory.h"
#include "base/text.h"
#include "store/database_file.h"
#include "store/handle.h"
#include "store/statement.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BUSY_MS = 5000,
    MOST_BYTES = 64 * 1024 * 1024 /* of one text or blob */
};

const char *database_path(const struct database *database) {
    return database->path;
}

static bool set_up(struct database *database, enum database_mode mode, struct fail *why) {
    sqlite3 *handle = database->handle;
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, BUSY_MS);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, MOST_BYTES);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    /* SQLite 3.40 does not count json_extract() among its innocuous functions, so a schema that
     * generates columns with it must be trusted; database_check() compares it with ours. */
    return statement_script(database,
                            database->schema->generates_json ? "PRAGMA trusted_schema=ON;"
                                                             : "PRAGMA trusted_schema=OFF;",
                            why) &&
           statement_script(database,
                            "PRAGMA foreign_keys=ON;"
                            "PRAGMA recursive_triggers=ON; PRAGMA cell_size_check=ON;"
                            "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
                            why) &&
           statement_script(
               database,
               mode == DATABASE_READ ? "PRAGMA query_only=ON;" : "PRAGMA journal_mode=WAL;", why);
}

static bool open_handle(const char *path, const struct database_schema *schema,
                        enum database_mode mode, struct database **ret, struct fail *why) {
    struct database *database = memory_new(sizeof *database);
    database->schema = schema;
    database->path = memory_text(path);
    int code =
        sqlite3_open_v2(path, &database->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        statement_fail(database, code, why);
    } else if (mode == DATABASE_WRITE && sqlite3_db_readonly(database->handle, "main") != 0) {
        fail_set(why, FAIL_RIGHTS,
                 "%s may not be written by this user: run as the station's own user", path);
    } else if (set_up(database, mode, why)) {
        *ret = database;
        return true;
    }
    database_close(database);
    return false;
}

static bool read_pragma(struct database *database, const char *sql, int64_t *ret_value,
                        struct fail *why) {
    struct statement s = statement_start(database, sql);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok) {
        *ret_value = row ? statement_int(&s, 0) : 0;
    }
    statement_end(&s);
    return ok;
}

/* The version of the content, once it is known to be ours. */
static bool read_version(struct database *database, const struct database_schema *schema,
                         int64_t *ret_version, struct fail *why) {
    int64_t application_id;
    if (!read_pragma(database, "PRAGMA application_id", &application_id, why)) {
        return false;
    }
    if (application_id != schema->application_id) {
        return fail_set(why, FAIL_CORRUPT,
                        "%s is a database, but not the one of loaxa that belongs here",
                        database->path);
    }
    return read_pragma(database, "PRAGMA user_version", ret_version, why);
}

static bool check_version(struct database *database, const struct database_schema *schema,
                          struct fail *why) {
    int64_t version;
    if (!read_version(database, schema, &version, why)) {
        return false;
    }
    if (version < schema->steps_count) {
        return fail_set(why, FAIL_VERSION,
                        "%s has the older format %d, this loaxa reads %d: stop the services and "
                        "run 'loaxa migrate'",
                        database->path, (int)version, (int)schema->steps_count);
    }
    if (version > schema->steps_count) {
        return fail_set(why, FAIL_VERSION,
                        "%s has format %d of a newer loaxa, this one reads %d: install the newer "
                        "loaxa, or restore a backup",
                        database->path, (int)version, (int)schema->steps_count);
    }
    return true;
}

bool database_open(const char *path, const struct database_schema *schema, enum database_mode mode,
                   struct database **ret, struct fail *why) {
    struct database *database = NULL;
    if (!database_file_check(path, why) || !open_handle(path, schema, mode, &database, why)) {
        return false;
    }
    if (!check_version(database, schema, why)) {
        database_close(database);
        return false;
    }
    *ret = database;
    return true;
}

void database_close(struct database *database) {
    if (database == NULL) {
        return;
    }
    for (size_t i = 0; i < database->kept_count; i++) {
        sqlite3_finalize(database->kept[i].handle);
    }
    free(database->kept);
    sqlite3_close(database->handle);
    free(database->path);
    free(database);
}

/* Runs one step and raises user_version in the same transaction. */
static bool run_step(struct database *database, const struct database_schema *schema,
                     int32_t version, struct fail *why) {
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d", (int)version + 1);
    if (!database_begin(database, why)) {
        return false;
    }
    if (!statement_script(database, schema->steps[version], why) ||
        !statement_script(database, pragma, why) || !database_commit(database, why)) {
        database_rollback(database);
        return false;
    }
    return true;
}

static bool run_steps(struct database *database, int32_t from, struct fail *why) {
    for (int32_t version = from; version < database->schema->steps_count; version++) {
        if (!run_step(database, database->schema, version, why)) {
            return fail_prefix(why, "format %d of %s", (int)version + 1, database->path);
        }
    }
    return true;
}

static bool create_content(const char *path, const struct database_schema *schema,
                           struct fail *why) {
    struct database *database = NULL;
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d", (int)schema->application_id);
    if (!open_handle(path, schema, DATABASE_WRITE, &database, why)) {
        return false;
    }
    bool ok = statement_script(database, pragma, why) && run_steps(database, 0, why);
    database_close(database);
    return ok;
}

bool database_create(const char *path, const struct database_schema *schema, struct fail *why) {
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        return fail_set(why, FAIL_CONFLICT, "%s exists already", path);
    }
    if (fd < 0) {
        return fail_system(why, errno, "cannot make %s", path);
    }
    close(fd);
    if (!create_content(path, schema, why)) {
        unlink(path);
        return false;
    }
    return true;
}

static bool check_pages(struct database *database, struct fail *why) {
    struct statement s = statement_start(database, "PRAGMA quick_check(1)");
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok && (!row || strcmp(statement_text(&s, 0), "ok") != 0)) {
        ok = fail_set(why, FAIL_CORRUPT, "%s is damaged (%.200s): restore the last backup",
                      database->path, row ? statement_text(&s, 0) : "?");
    }
    statement_end(&s);
    return ok;
}

/* One line an object of the schema, sorted: "trigger event_update CREATE TRIGGER …". */
static bool describe(struct database *database, struct text *ret, struct fail *why) {
    struct statement s = statement_start(
        database, "SELECT type || ' ' || name || ' ' || sql FROM sqlite_schema"
                  " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                  " ORDER BY type, name");
    bool row = true;
    bool ok = true;
    while (ok) {
        ok = statement_step(&s, &row, why);
        if (!ok || !row) {
            break;
        }
        text_add_string(ret, statement_text(&s, 0));
        text_add_string(ret, "\n");
    }
    statement_end(&s);
    return ok;
}

/* A trigger that somebody dropped, a table that somebody changed. */
static bool check_schema(struct database *database, struct fail *why) {
    struct database *model = NULL;
    struct text found = {0};
    struct text wanted = {0};
    bool ok = open_handle(":memory:", database->schema, DATABASE_WRITE, &model, why) &&
              run_steps(model, 0, why) && describe(model, &wanted, why) &&
              describe(database, &found, why);
    if (ok && strcmp(text_string(&found), text_string(&wanted)) != 0) {
        ok = fail_set(why, FAIL_CORRUPT,
                      "the tables or triggers of %s are not as loaxa made them: restore the last "
                      "backup",
                      database->path);
    }
    text_finish(&found);
    text_finish(&wanted);
    database_close(model);
    return ok;
}

bool database_check(struct database *database, struct fail *why) {
    return check_pages(database, why) && check_schema(database, why);
}

bool database_begin(struct database *database, struct fail *why) {
    bool outer = sqlite3_get_autocommit(database->handle) != 0;
    if (!statement_script(database, outer ? "BEGIN IMMEDIATE" : "SAVEPOINT inner", why)) {
        return false;
    }
    database->depth = outer ? 1 : database->depth + 1;
    return true;
}

bool database_commit(struct database *database, struct fail *why) {
    if (!statement_script(database, database->depth > 1 ? "RELEASE inner" : "COMMIT", why)) {
        return false;
    }
    database->depth--;
    return true;
}

void database_rollback(struct database *database) {
    /* A full disk or an I/O error may have rolled back all of it already. */
    if (sqlite3_get_autocommit(database->handle) == 0) {
        bool inner = database->depth > 1;
        statement_script(database, inner ? "ROLLBACK TO inner; RELEASE inner" : "ROLLBACK", NULL);
    }
    database->depth = database->depth > 0 ? database->depth - 1 : 0;
}

static bool copy_content(struct database *database, sqlite3 *target, struct fail *why) {
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", database->handle, "main");
    int code = SQLITE_ERROR;
    if (backup != NULL) {
        do {
            code = sqlite3_backup_step(backup, -1);
            if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
                sqlite3_sleep(50);
            }
        } while (code == SQLITE_BUSY || code == SQLITE_LOCKED);
        sqlite3_backup_finish(backup);
    }
    if (code != SQLITE_DONE) {
        return fail_set(why, database_file_full(code, target) ? FAIL_FULL : FAIL_SYSTEM,
                        "cannot copy %s: %s", database->path, sqlite3_errmsg(target));
    }
    /* One file that stands alone: no -wal beside it. */
    sqlite3_exec(target, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    return true;
}

bool database_backup(struct database *database, const char *path, struct fail *why) {
    memory_auto char *part = memory_format("%s.part", path);
    unlink(part);
    int fd = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fail_system(why, errno, "cannot make %s", part);
    }
    sqlite3 *target = NULL;
    int code = sqlite3_open_v2(part, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    bool ok = code == SQLITE_OK
                  ? copy_content(database, target, why)
                  : fail_set(why, FAIL_SYSTEM, "cannot open %s: %s", part, sqlite3_errstr(code));
    sqlite3_close(target);
    if (ok && (fsync(fd) != 0 || rename(part, path) != 0)) {
        ok = fail_system(why, errno, "cannot finish %s", path);
    }
    close(fd);
    if (!ok) {
        unlink(part);
        return false;
    }
    return database_file_sync_folder(path, why);
}

static bool migrate_open(struct database *database, const char *backup_path, int64_t version,
                         struct fail *why) {
    if (!check_pages(database, why) || !database_backup(database, backup_path, why) ||
        !statement_script(database, "PRAGMA foreign_keys=OFF", why)) {
        return false;
    }
    return run_steps(database, (int32_t)version, why) && database_check(database, why);
}

bool database_migrate(const char *path, const struct database_schema *schema,
                      const char *backup_path, int32_t *ret_from, struct fail *why) {
    struct database *database = NULL;
    int64_t version = 0;
    if (!database_file_check(path, why) ||
        !open_handle(path, schema, DATABASE_WRITE, &database, why)) {
        return false;
    }
    bool ok = read_version(database, schema, &version, why);
    if (ok && version > schema->steps_count) {
        ok = check_version(database, schema, why);
    } else if (ok && version < schema->steps_count) {
        ok = migrate_open(database, backup_path, version, why);
    }
    database_close(database);
    if (ok) {
        *ret_from = (int32_t)version;
    }
    return ok;
}
