#include "store/change.h"

#include "base/words.h"
#include "store/statement.h"

#include <stdlib.h>
#include <string.h>

bool change_roles(struct database *database, const struct actor *actor, role_set *ret,
                  struct fail *why) {
    if (*actor->login == '\0') {
        *ret = UINT32_MAX;
        return true;
    }
    struct statement s =
        statement_start(database, "SELECT roles FROM user WHERE login = ? AND active = 1");
    statement_bind_text(&s, actor->login);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok && row) {
        *ret = (role_set)statement_int(&s, 0);
    } else if (ok) {
        ok = fail_set(why, FAIL_RIGHTS,
                      "'%s' is no user of this station: an admin adds one with 'loaxa user add'",
                      actor->login);
    }
    statement_end(&s);
    return ok;
}

/* *ret is NULL where there is no row, or nothing to look it up with. */
static bool read_row(const struct change *change, int64_t id, json_t **ret, struct fail *why) {
    *ret = NULL;
    if (change->row_sql == NULL) {
        return true;
    }
    struct statement s = statement_start(change->database, change->row_sql);
    statement_bind_int(&s, id);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok && row) {
        *ret = statement_row(&s);
    }
    statement_end(&s);
    return ok;
}

bool change_begin_judged(struct change *change, int64_t id, struct fail *why) {
    change->before = NULL;
    if (!database_begin(change->database, why)) {
        return false;
    }
    bool ok = id == 0 || read_row(change, id, &change->before, why);
    if (ok && id != 0 && change->before == NULL && change->row_sql != NULL) {
        ok = fail_set(why, FAIL_NOT_FOUND, "there is no %s %lld", tr(change->subject),
                      (long long)id);
    }
    if (!ok) {
        database_rollback(change->database);
    }
    return ok;
}

bool change_begin(struct change *change, enum right right, int64_t id, struct fail *why) {
    role_set roles;
    if (!change_roles(change->database, change->actor, &roles, why)) {
        return false;
    }
    if (!right_of_roles(roles, right)) {
        return fail_set(why, FAIL_RIGHTS, "%s may not %s", change->actor->login, right_text(right));
    }
    return change_begin_judged(change, id, why);
}

static bool write_audit(const struct change *change, int64_t id, const json_t *after,
                        struct fail *why) {
    const char *action = change->action;
    if (action == NULL) {
        action = change->before == NULL ? "add" : after == NULL ? "remove" : "change";
    }
    char *before_text =
        change->before != NULL ? json_dumps(change->before, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    char *after_text = after != NULL ? json_dumps(after, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    struct statement s = statement_start(
        change->database,
        "INSERT INTO audit (at_us, login, action, subject, subject_id, before, after)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)");
    statement_bind_int(&s, change->actor->at.us);
    statement_bind_text(&s, change->actor->login);
    statement_bind_text(&s, action);
    statement_bind_text(&s, change->subject);
    statement_bind_int(&s, id);
    statement_bind_text(&s, before_text);
    statement_bind_text(&s, after_text);
    bool ok = statement_run(&s, why);
    free(before_text);
    free(after_text);
    return ok;
}

bool change_end(struct change *change, bool ok, int64_t id, struct fail *why) {
    json_t *after = NULL;
    ok = ok && read_row(change, id, &after, why) && write_audit(change, id, after, why);
    ok = ok && database_commit(change->database, why);
    if (!ok) {
        database_rollback(change->database);
    }
    json_decref(after);
    json_decref(change->before);
    change->before = NULL;
    return ok;
}

bool store_generation(struct database *database, int64_t *ret, struct fail *why) {
    struct statement s = statement_start(database, "SELECT coalesce(max(id), 0) FROM audit");
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok) {
        *ret = statement_int(&s, 0);
    }
    statement_end(&s);
    return ok;
}

bool store_audit_each(struct database *database, int64_t after, const char *subject,
                      int64_t subject_id, audit_visit *visit, void *context, struct fail *why) {
    struct statement s =
        statement_start(database, "SELECT id, at_us, login, action, subject, subject_id, before,"
                                  " after FROM audit WHERE id > ?1 AND (?2 IS NULL OR subject = ?2)"
                                  " AND (?3 = 0 OR subject_id = ?3) ORDER BY id");
    statement_bind_int(&s, after);
    statement_bind_text(&s, subject);
    statement_bind_int(&s, subject_id);
    bool row = true;
    bool ok = true;
    while (ok) {
        ok = statement_step(&s, &row, why);
        if (!ok || !row) {
            break;
        }
        struct audit_row found = {.id = statement_int(&s, 0),
                                  .at = {statement_int(&s, 1)},
                                  .login = statement_text(&s, 2),
                                  .action = statement_text(&s, 3),
                                  .subject = statement_text(&s, 4),
                                  .subject_id = statement_int(&s, 5),
                                  .before = statement_text(&s, 6),
                                  .after = statement_text(&s, 7)};
        ok = visit(context, &found, why);
    }
    statement_end(&s);
    return ok;
}
