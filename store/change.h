/* change: one change of station.db, in one transaction with its audit event: who, when, what, and
 * the row before and after as JSON. Also the check that the actor may.
 *
 *     struct change change = {.database = database, .actor = actor, .subject = "column",
 *                             .row_sql = "SELECT * FROM broadcast_column WHERE id = ?"};
 *     if (!change_begin(&change, RIGHT_PLAN, id, why)) { return false; }
 *     bool ok = ... SQL ...;
 *     return change_end(&change, ok, id, why);
 */
#ifndef LOAXA_STORE_CHANGE_H
#define LOAXA_STORE_CHANGE_H

#include "base/fail.h"
#include "base/walltime.h"
#include "playlists/right.h"
#include "store/database.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who changes something, and when. The login "" is the program itself and may do everything: for
 * making a new station. */
struct actor {
    const char *login;
    struct walltime at;
};

struct change {
    struct database *database;
    const struct actor *actor;
    const char *subject; /* "column", "item" … */
    const char *row_sql; /* a literal with one parameter, the id; NULL: no rows */
    const char *action;  /* NULL: "add", "change" or "remove", by what there is before and after */
    json_t *before;
};

/* FAIL_RIGHTS where the actor is no active user or lacks the right; FAIL_NOT_FOUND where `id` is not
 * 0 and there is no such row. On success change_end() must follow. */
bool change_begin(struct change *change, enum right right, int64_t id, struct fail *why);
/* The same for who may do one of several things: the caller judges the roles. */
bool change_begin_judged(struct change *change, int64_t id, struct fail *why);
/* Writes the audit event and commits, or rolls back where `ok` is false. Returns whether all went
 * well. */
bool change_end(struct change *change, bool ok, int64_t id, struct fail *why);

/* The roles of an active user; all of them for "". FAIL_RIGHTS where there is no such user. */
bool change_roles(struct database *database, const struct actor *actor, role_set *ret,
                  struct fail *why);

/* The number of the last change; it grows with each. Cheap. */
bool store_generation(struct database *database, int64_t *ret, struct fail *why);

/* One audit event. Borrowed for the visit. */
struct audit_row {
    int64_t id;
    struct walltime at;
    const char *login, *action, *subject;
    int64_t subject_id;
    const char *before, *after; /* JSON; "" for none */
};
typedef bool audit_visit(void *context, const struct audit_row *row, struct fail *why);
/* Visits the audit events with id > `after`, oldest first; those of one subject where it is not
 * NULL, and of one id of it where that is not 0. */
bool store_audit_each(struct database *database, int64_t after, const char *subject,
                      int64_t subject_id, audit_visit *visit, void *context, struct fail *why);

#endif
