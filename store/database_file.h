/* database_file: what can be said of a database's file before SQLite opens it, and after a write
 * has failed. */
#ifndef LOAXA_STORE_DATABASE_FILE_H
#define LOAXA_STORE_DATABASE_FILE_H

#include "base/fail.h"

#include <sqlite3.h>
#include <stdbool.h>

/* Refuses a missing, empty, foreign or truncated file in a sentence of its own. The layout of the
 * first 100 bytes is fixed: https://www.sqlite.org/fileformat2.html §1.3. */
bool database_file_check(const char *path, struct fail *why);

/* Whether an error means that the disk (or the file's permitted size, or a quota) is full. Call it
 * right after the failed call, before which errno was 0. */
bool database_file_full(int code, sqlite3 *handle);

/* Makes a rename or a new name in the folder of `path` durable. */
bool database_file_sync_folder(const char *path, struct fail *why);

#endif
