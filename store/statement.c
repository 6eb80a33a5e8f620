#include "store/statement.h"

#include "base/memory.h"
#include "base/words.h"
#include "store/database_file.h"
#include "store/handle.h"

#include <errno.h>
#include <string.h>

bool statement_fail(struct database *database, int code, struct fail *why) {
    bool full = database_file_full(code, database->handle);
    const char *path = database->path;
    const char *message = sqlite3_errmsg(database->handle);
    if (full) {
        return fail_set(why, FAIL_FULL, "there is no room on the disk to write %s: free some",
                        path);
    }
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail_set(why, FAIL_TIMEOUT, "another program keeps %s busy: try again", path);
    case SQLITE_CORRUPT:
        return fail_set(why, FAIL_CORRUPT, "%s is damaged (%.200s): restore the last backup", path,
                        message);
    case SQLITE_NOTADB:
        return fail_set(why, FAIL_CORRUPT, "%s is not a database: restore the last backup", path);
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_TRIGGER) {
            return fail_set(why, FAIL_REFUSED, "%s", tr(message));
        }
        return fail_set(why, FAIL_CONFLICT, "%s contradicts what is there: %.300s", path, message);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return fail_set(why, FAIL_RIGHTS,
                        "%s may not be written by this user: run as the station's own user", path);
    case SQLITE_TOOBIG:
        return fail_set(why, FAIL_LIMIT, "a text is too long for %s", path);
    case SQLITE_CANTOPEN:
        return fail_system(why, sqlite3_system_errno(database->handle), "cannot open %s", path);
    default:
        return fail_set(why, FAIL_SYSTEM, "%s: %.300s (SQLite %d)", path, message, code);
    }
}

/* The kept statement of that SQL, prepared if it is new. A literal's address mostly tells. */
static struct kept_statement *find_kept(struct database *database, const char *sql) {
    for (size_t i = 0; i < database->kept_count; i++) {
        struct kept_statement *kept = &database->kept[i];
        if (kept->sql == sql || strcmp(kept->sql, sql) == 0) {
            return kept;
        }
    }
    return NULL;
}

struct statement statement_start(struct database *database, const char *sql) {
    struct statement statement = {.database = database};
    struct kept_statement *kept = find_kept(database, sql);
    if (kept != NULL && !kept->in_use) {
        kept->in_use = true;
        statement.handle = kept->handle;
        statement.cached = true;
        return statement;
    }
    bool keep = kept == NULL && strncmp(sql, "PRAGMA", 6) != 0;
    statement.code = sqlite3_prepare_v3(
        database->handle, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &statement.handle, NULL);
    if (statement.code == SQLITE_OK && keep) {
        database->kept = memory_room(database->kept, database->kept_count, &database->kept_capacity,
                                     sizeof *database->kept);
        database->kept[database->kept_count++] =
            (struct kept_statement){.sql = sql, .handle = statement.handle, .in_use = true};
        statement.cached = true;
    }
    return statement;
}

static void note(struct statement *statement, int code) {
    if (statement->code == SQLITE_OK) {
        statement->code = code;
    }
}

void statement_bind_int(struct statement *statement, int64_t value) {
    note(statement, sqlite3_bind_int64(statement->handle, ++statement->bound, value));
}

void statement_bind_null(struct statement *statement) {
    note(statement, sqlite3_bind_null(statement->handle, ++statement->bound));
}

void statement_bind_text(struct statement *statement, const char *text) {
    note(statement,
         sqlite3_bind_text64(statement->handle, ++statement->bound, text,
                             text != NULL ? strlen(text) : 0, SQLITE_STATIC, SQLITE_UTF8));
}

void statement_bind_blob(struct statement *statement, const void *bytes, size_t size) {
    note(statement,
         sqlite3_bind_blob64(statement->handle, ++statement->bound, bytes, size, SQLITE_STATIC));
}

static bool is_zero(const struct digest *digest) {
    static const struct digest zero;
    return digest_equal(digest, &zero);
}

void statement_bind_digest(struct statement *statement, const struct digest *digest) {
    if (is_zero(digest)) {
        statement_bind_null(statement);
    } else {
        statement_bind_blob(statement, digest->bytes, sizeof digest->bytes);
    }
}

void statement_bind_reference(struct statement *statement, int64_t id) {
    if (id == 0) {
        statement_bind_null(statement);
    } else {
        statement_bind_int(statement, id);
    }
}

bool statement_step(struct statement *statement, bool *ret_row, struct fail *why) {
    int code = statement->code;
    if (code == SQLITE_OK) {
        errno = 0; /* for statement_fail() */
        code = sqlite3_step(statement->handle);
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return statement_fail(statement->database, code, why);
    }
    *ret_row = code == SQLITE_ROW;
    return true;
}

void statement_end(struct statement *statement) {
    if (!statement->cached) {
        sqlite3_finalize(statement->handle);
        return;
    }
    sqlite3_reset(statement->handle);
    sqlite3_clear_bindings(statement->handle);
    for (size_t i = 0; i < statement->database->kept_count; i++) {
        if (statement->database->kept[i].handle == statement->handle) {
            statement->database->kept[i].in_use = false;
        }
    }
}

bool statement_run(struct statement *statement, struct fail *why) {
    bool row = true;
    bool ok = true;
    while (ok && row) {
        ok = statement_step(statement, &row, why);
    }
    statement_end(statement);
    return ok;
}

int64_t statement_int(const struct statement *statement, int column) {
    return sqlite3_column_int64(statement->handle, column);
}

const char *statement_text(const struct statement *statement, int column) {
    const unsigned char *text = sqlite3_column_text(statement->handle, column);
    return text != NULL ? (const char *)text : "";
}

char *statement_copy(const struct statement *statement, int column) {
    return memory_text(statement_text(statement, column));
}

const void *statement_blob(const struct statement *statement, int column, size_t *ret_size) {
    const void *bytes = sqlite3_column_blob(statement->handle, column);
    *ret_size = (size_t)sqlite3_column_bytes(statement->handle, column);
    return bytes;
}

struct digest statement_digest(const struct statement *statement, int column) {
    struct digest digest = {{0}};
    size_t size;
    const void *bytes = statement_blob(statement, column, &size);
    if (bytes != NULL && size == sizeof digest.bytes) {
        memcpy(digest.bytes, bytes, size);
    }
    return digest;
}

static json_t *blob_hex(const struct statement *statement, int column) {
    struct digest digest = statement_digest(statement, column);
    char hex[DIGEST_HEX_SIZE];
    digest_format(&digest, hex);
    return json_string(hex);
}

static bool ends_json(const char *name) {
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, "_json") == 0;
}

static json_t *column_json(const struct statement *statement, int column, const char *name) {
    switch (sqlite3_column_type(statement->handle, column)) {
    case SQLITE_INTEGER:
        return json_integer(statement_int(statement, column));
    case SQLITE_TEXT:
        if (ends_json(name)) {
            return json_loads(statement_text(statement, column), JSON_DECODE_ANY, NULL);
        }
        return json_string(statement_text(statement, column));
    case SQLITE_BLOB:
        return blob_hex(statement, column);
    default:
        return json_null();
    }
}

json_t *statement_row(const struct statement *statement) {
    json_t *row = json_object();
    int count = sqlite3_column_count(statement->handle);
    for (int i = 0; i < count; i++) {
        const char *name = sqlite3_column_name(statement->handle, i);
        json_t *value = column_json(statement, i, name);
        json_object_set_new(row, name, value != NULL ? value : json_null());
    }
    return row;
}

int64_t statement_last_id(struct database *database) {
    return sqlite3_last_insert_rowid(database->handle);
}

int64_t statement_changed(struct database *database) {
    return sqlite3_changes64(database->handle);
}

bool statement_script(struct database *database, const char *sql, struct fail *why) {
    errno = 0; /* for statement_fail() */
    int code = sqlite3_exec(database->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || statement_fail(database, code, why);
}
