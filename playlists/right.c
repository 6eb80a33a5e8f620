#include "playlists/right.h"

#include "base/words.h"

#include <string.h>

#define R(right) (1U << RIGHT_##right)

static const struct {
    const char *word;
    uint32_t rights;
} roles_table[] = {
    [USER_OPERATOR] = {"operator", R(WRITE) | R(SUBMIT) | R(WITHDRAW) | R(PLAN) | R(OPERATE)},
    [USER_EDITOR] = {"editor", R(WRITE) | R(SUBMIT)},
    [USER_APPROVER] = {"approver", R(APPROVE) | R(WITHDRAW) | R(OPERATE)},
    [USER_PARTY_BOARD] = {"party_board", R(WRITE) | R(SUBMIT) | R(PLAN)},
    [USER_CENTRE] = {"centre", R(WRITE) | R(SUBMIT)},
    [USER_ADMIN] = {"admin", R(WRITE) | R(SUBMIT) | R(WITHDRAW) | R(PLAN) | R(OPERATE) | R(SETTLE) |
                                 R(USERS)},
};

bool right_of_roles(role_set roles, enum right right) {
    for (int role = 0; role < USER_ROLES; role++) {
        if ((roles >> role & 1) != 0 && (roles_table[role].rights >> right & 1) != 0) {
            return true;
        }
    }
    return false;
}

const char *user_role_word(enum user_role role) {
    return roles_table[role].word;
}

bool user_role_parse(const char *word, enum user_role *ret_role) {
    for (int role = 0; role < USER_ROLES; role++) {
        if (strcmp(word, roles_table[role].word) == 0) {
            *ret_role = (enum user_role)role;
            return true;
        }
    }
    return false;
}

const char *right_text(enum right right) {
    static const char *const texts[] = {
        [RIGHT_WRITE] = /* tr */ "write items and documents",
        [RIGHT_SUBMIT] = /* tr */ "submit for approval",
        [RIGHT_APPROVE] = /* tr */ "approve what is to be aired",
        [RIGHT_WITHDRAW] = /* tr */ "withdraw an item",
        [RIGHT_PLAN] = /* tr */ "change the plan",
        [RIGHT_OPERATE] = /* tr */ "operate the station",
        [RIGHT_SETTLE] = /* tr */ "change the station's settings",
        [RIGHT_USERS] = /* tr */ "manage users and backups",
    };
    return tr(texts[right]);
}
