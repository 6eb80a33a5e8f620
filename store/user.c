#include "store/user.h"

#include "base/memory.h"
#include "store/field.h"
#include "store/statement.h"

#include <stdlib.h>
#include <string.h>

void user_finish(struct user *user) {
    free(user->login);
    free(user->name);
    *user = (struct user){0};
}

static bool check_login(const char *login, struct fail *why) {
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@";
    size_t length = strlen(login);
    return (length != 0 && length <= 64 && strspn(login, allowed) == length) ||
           fail_set(why, FAIL_INVALID,
                    "'%.64s' is no login name: use the one of the machine (letters, digits, "
                    "- _ . @)",
                    login);
}

static struct user user_of(const struct statement *s) {
    return (struct user){.id = statement_int(s, 0),
                         .login = statement_copy(s, 1),
                         .name = statement_copy(s, 2),
                         .roles = (role_set)statement_int(s, 3),
                         .active = statement_int(s, 4) != 0};
}

/* One number out of a query without parameters. */
static bool count(struct database *database, const char *sql, int64_t *ret, struct fail *why) {
    struct statement s = statement_start(database, sql);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok) {
        *ret = statement_int(&s, 0);
    }
    statement_end(&s);
    return ok;
}

static bool write_user(struct database *database, const struct user *user, const char *name,
                       struct fail *why) {
    struct statement s = statement_start(
        database, "INSERT INTO user (id, login, name, roles, active) VALUES (?, ?, ?, ?, ?)"
                  " ON CONFLICT (id) DO UPDATE SET login = excluded.login, name = excluded.name,"
                  " roles = excluded.roles, active = excluded.active");
    statement_bind_reference(&s, user->id);
    statement_bind_text(&s, user->login);
    statement_bind_text(&s, name);
    statement_bind_int(&s, user->roles & ((1U << USER_ROLES) - 1));
    statement_bind_int(&s, user->active);
    return statement_run(&s, why);
}

/* Somebody must be able to manage users, from the first one on. */
static bool check_admin(struct database *database, struct fail *why) {
    int64_t admins = 0;
    if (!count(database, "SELECT count(*) FROM user WHERE active = 1 AND roles & 32", &admins,
               why)) {
        return false;
    }
    return admins != 0 ||
           fail_set(why, FAIL_REFUSED,
                    "the station would have no admin: give somebody that role first");
}
_Static_assert(1 << USER_ADMIN == 32, "the query above names the admin's bit");

static bool save(struct database *database, struct user *user, struct fail *why) {
    char *name = NULL;
    bool ok = check_login(user->login, why) &&
              field_line(/* tr */ "name", user->name, FIELD_TITLE_BYTES, true, &name, why) &&
              write_user(database, user, name, why);
    if (ok && user->id == 0) {
        user->id = statement_last_id(database);
    }
    free(name);
    return ok && check_admin(database, why);
}

bool store_user_save(struct database *database, const struct actor *actor, struct user *user,
                     struct fail *why) {
    struct change change = {.database = database,
                            .actor = actor,
                            .subject = "user",
                            .row_sql = "SELECT * FROM user WHERE id = ?"};
    int64_t users = 0;
    int64_t id = user->id;
    if (!count(database, "SELECT count(*) FROM user", &users, why)) {
        return false;
    }
    bool begun = users == 0 ? change_begin_judged(&change, id, why)
                            : change_begin(&change, RIGHT_USERS, id, why);
    if (!begun) {
        return false;
    }
    bool ok = save(database, user, why);
    ok = change_end(&change, ok, user->id, why);
    if (!ok) {
        user->id = id;
    }
    return ok;
}

bool store_user_find(struct database *database, const char *login, struct user *ret,
                     struct fail *why) {
    struct statement s = statement_start(
        database, "SELECT id, login, name, roles, active FROM user WHERE login = ?");
    statement_bind_text(&s, login);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok && row) {
        *ret = user_of(&s);
    } else if (ok) {
        ok = fail_set(why, FAIL_NOT_FOUND, "there is no user '%s'", login);
    }
    statement_end(&s);
    return ok;
}

bool store_user_list(struct database *database, struct user **ret, size_t *ret_count,
                     struct fail *why) {
    struct user *users = NULL;
    size_t found = 0;
    size_t capacity = 0;
    struct statement s =
        statement_start(database, "SELECT id, login, name, roles, active FROM user ORDER BY login");
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        FIELD_APPEND(users, found, capacity, user_of(&s));
    }
    statement_end(&s);
    if (!ok) {
        for (size_t i = 0; i < found; i++) {
            user_finish(&users[i]);
        }
        free(users);
        return false;
    }
    *ret = users;
    *ret_count = found;
    return true;
}

bool store_user_may(struct database *database, const char *login, enum right right,
                    struct fail *why) {
    struct actor actor = {.login = login};
    role_set roles;
    return change_roles(database, &actor, &roles, why) &&
           (right_of_roles(roles, right) ||
            fail_set(why, FAIL_RIGHTS, "%s may not %s", login, right_text(right)));
}
