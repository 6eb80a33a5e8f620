/* loaxa user: who works with the station, and what they may do. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "store/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "editor,operator" into a set. */
static bool read_roles(const char *word, role_set *ret_roles, struct fail *why) {
    role_set roles = 0;
    memory_auto char *words = memory_text(word);
    char *rest = words;
    for (char *one; (one = strsep(&rest, ",")) != NULL;) {
        enum user_role role;
        if (!user_role_parse(one, &role)) {
            return fail_set(why, FAIL_USAGE,
                            "'%.40s' is no role; the roles are: operator, editor, approver, "
                            "party_board, centre, admin",
                            one);
        }
        roles |= (role_set)1 << role;
    }
    *ret_roles = roles;
    return true;
}

static json_t *user_json(const struct user *user) {
    json_t *object = json_object(), *roles = json_array(), *rights = json_array();
    listing_set(object, "login", user->login);
    listing_set(object, "name", user->name);
    for (int role = 0; role < USER_ROLES; role++) {
        if ((user->roles >> role & 1) != 0) {
            json_array_append_new(roles, json_string(user_role_word((enum user_role)role)));
        }
    }
    for (int right = 0; right < RIGHTS; right++) {
        if (right_of_roles(user->roles, (enum right)right)) {
            json_array_append_new(rights, json_string(right_text((enum right)right)));
        }
    }
    json_object_set_new(object, "roles", roles);
    json_object_set_new(object, "rights", rights);
    json_object_set_new(object, "active", json_boolean(user->active));
    return object;
}

static bool list(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column columns[] = {{"login", /* tr */ "Login", 0},
                                                    {"name", /* tr */ "Name", 0},
                                                    {"roles", /* tr */ "Roles", 0},
                                                    {"active", /* tr */ "Active", 0}};
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct user *users;
    size_t count;
    bool ok = options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_user_list(access.database, &users, &count, why);
    if (ok) {
        json_t *array = json_array();
        for (size_t i = 0; i < count; i++) {
            json_array_append_new(array, user_json(&users[i]));
            user_finish(&users[i]);
        }
        free(users);
        listing_print(array, as_json, columns, 4, tr("There is no user yet."));
    }
    access_close(&access);
    return ok;
}

static bool add(const struct invocation *invocation, struct fail *why) {
    const char *name = NULL, *roles_word = "editor";
    const struct option_rule rules[] = {{"name", OPTION_TEXT, &name, NULL},
                                        {"roles", OPTION_TEXT, &roles_word, NULL}};
    struct user user = {.active = true};
    struct access access = {0};
    char **words;
    size_t count;
    if (!options_read(invocation, rules, 2, "LOGIN", 1, 1, &words, &count, why) ||
        !read_roles(roles_word, &user.roles, why)) {
        return false;
    }
    user.login = memory_text(words[0]);
    user.name = memory_text(name != NULL ? name : words[0]);
    struct user old;
    bool ok = access_open(invocation, ACCESS_CHANGE, &access, why);
    if (ok && store_user_find(access.database, words[0], &old, NULL)) {
        user_finish(&old);
        ok = fail_set(why, FAIL_CONFLICT,
                      "there is a user '%.60s' already: change the roles with 'loaxa user roles'",
                      words[0]);
    }
    ok = ok && store_user_save(access.database, &access.actor, &user, why);
    user_finish(&user);
    access_close(&access);
    return ok;
}

/* Changes one user: the roles, or whether they are active. */
static bool change(const struct invocation *invocation, const char *login, const role_set *roles,
                   bool active, struct fail *why) {
    struct access access;
    struct user user;
    bool ok = access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_user_find(access.database, login, &user, why);
    if (ok) {
        user.roles = roles != NULL ? *roles : user.roles;
        user.active = active;
        ok = store_user_save(access.database, &access.actor, &user, why);
        user_finish(&user);
    }
    access_close(&access);
    return ok;
}

static bool roles(const struct invocation *invocation, struct fail *why) {
    char **words;
    size_t count;
    role_set set;
    return options_read(invocation, NULL, 0, "LOGIN ROLE,…", 2, 2, &words, &count, why) &&
           read_roles(words[1], &set, why) && change(invocation, words[0], &set, true, why);
}

static bool remove_user(const struct invocation *invocation, struct fail *why) {
    char **words;
    size_t count;
    return options_read(invocation, NULL, 0, "LOGIN", 1, 1, &words, &count, why) &&
           change(invocation, words[0], NULL, false, why);
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {
        {"list", list}, {"add", add}, {"roles", roles}, {"remove", remove_user}};
    return options_act(invocation, actions, 4, true, why);
}

const struct command command_user = {
    .name = "user",
    .synopsis = "[list [--json] | add LOGIN [--name NAME] [--roles ROLE,…] | "
                "roles LOGIN ROLE,… | remove LOGIN]",
    .summary = /* tr */ "the people of the station and their roles",
    .actions = "list add roles remove",
    .help = /* tr */
    "A user is known by the login name of the machine. Roles add up: operator, editor,\n"
    "approver, party_board, centre, admin. Only an approver approves, and never what he\n"
    "wrote himself. A removed user can do nothing more and stays in the history; 'roles'\n"
    "brings one back.\n\n"
    "  --name NAME     as it is shown\n"
    "  --roles ROLE,…  editor without it\n"
    "  --json          as data\n\n"
    "Examples:\n"
    "  loaxa user add an --name \"Nguyễn Văn An\" --roles editor\n"
    "  loaxa user add binh --name \"Trần Thanh Bình\" --roles approver\n"
    "  loaxa user roles an editor,operator\n"
    "  loaxa user\n",
    .run = run,
};
