/* statement: one SQL statement with bound parameters; the only way the store talks to SQLite.
 *
 * The SQL is a string literal, so that no value ever becomes part of it, and prepared statements
 * are kept by the database and found again by their text. Use:
 *
 *     struct statement s = statement_start(database, "SELECT title FROM item WHERE id = ?");
 *     statement_bind_int(&s, id);
 *     bool ok = statement_step(&s, &row, why);   // row says whether there is one
 *     ... statement_text(&s, 0) ...              // borrowed until the next step
 *     statement_end(&s);                         // always
 *
 * A failure in preparing or binding is kept and reported by the first step. */
#ifndef LOAXA_STORE_STATEMENT_H
#define LOAXA_STORE_STATEMENT_H

#include "base/digest.h"
#include "base/fail.h"
#include "store/database.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct statement {
    struct database *database;
    sqlite3_stmt *handle;
    bool cached;
    int bound; /* parameters are bound in order */
    int code;  /* the first SQLite error, or SQLITE_OK */
};

struct statement statement_start(struct database *database, const char *sql);
void statement_bind_int(struct statement *statement, int64_t value);
void statement_bind_null(struct statement *statement);
/* NULL binds NULL. The bytes must stay until statement_end(). */
void statement_bind_text(struct statement *statement, const char *text);
void statement_bind_blob(struct statement *statement, const void *bytes, size_t size);
/* Zeros (no such hash) bind NULL. */
void statement_bind_digest(struct statement *statement, const struct digest *digest);
/* 0 binds NULL: for references. */
void statement_bind_reference(struct statement *statement, int64_t id);

bool statement_step(struct statement *statement, bool *ret_row, struct fail *why);
void statement_end(struct statement *statement);
/* Steps to the end and ends it. */
bool statement_run(struct statement *statement, struct fail *why);

int64_t statement_int(const struct statement *statement, int column);      /* NULL: 0 */
const char *statement_text(const struct statement *statement, int column); /* NULL: "" */
char *statement_copy(const struct statement *statement,
                     int column); /* the caller owns; never NULL */
const void *statement_blob(const struct statement *statement, int column, size_t *ret_size);
/* NULL or another size: zeros. */
struct digest statement_digest(const struct statement *statement, int column);
/* The row as an object, keyed by column names; blobs as hex; text that begins as a JSON array or
 * object and comes from a column named like "dates_json" as that value. The caller owns it. */
json_t *statement_row(const struct statement *statement);

/* The rowid of the last INSERT. */
int64_t statement_last_id(struct database *database);
/* How many rows the last INSERT, UPDATE or DELETE touched. */
int64_t statement_changed(struct database *database);

/* Runs SQL without parameters or rows: a schema's step. */
bool statement_script(struct database *database, const char *sql, struct fail *why);
/* Fills *why from SQLite's last error. Returns false. */
bool statement_fail(struct database *database, int code, struct fail *why);

#endif
