/* handle: what a `struct database` is inside the store. Nobody else includes this. */
#ifndef LOAXA_STORE_HANDLE_H
#define LOAXA_STORE_HANDLE_H

#include "store/database.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

/* A prepared statement that is kept for the next time. */
struct kept_statement {
    const char *sql; /* a literal */
    sqlite3_stmt *handle;
    bool in_use;
};

struct database {
    sqlite3 *handle;
    char *path;
    const struct database_schema *schema;
    int depth; /* of open transactions */
    struct kept_statement *kept;
    size_t kept_count, kept_capacity;
};

#endif
