/* user: a person who works with the station, known by the login name of the machine. */
#ifndef LOAXA_STORE_USER_H
#define LOAXA_STORE_USER_H

#include "playlists/right.h"
#include "store/change.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct user {
    int64_t id;
    char *login; /* unique; letters, digits, "-_.@" */
    char *name;  /* "Nguyễn Thị Lan" */
    role_set roles;
    bool active;
};
void user_finish(struct user *user);

/* Adds (id 0) or changes a user; fills in user->id. Needs the right to manage users, but for the
 * very first one. The last active admin cannot be taken away. */
bool store_user_save(struct database *database, const struct actor *actor, struct user *user,
                     struct fail *why);
/* By login. FAIL_NOT_FOUND. The caller frees *ret. */
bool store_user_find(struct database *database, const char *login, struct user *ret,
                     struct fail *why);
/* Sorted by login. The caller frees each and the array. */
bool store_user_list(struct database *database, struct user **ret, size_t *ret_count,
                     struct fail *why);
/* FAIL_RIGHTS with a sentence, or true. */
bool store_user_may(struct database *database, const char *login, enum right right,
                    struct fail *why);

#endif
