/* right: who of the station may do what (R18). One person may hold several roles; rights add up.
 *
 *   |             | write | submit | approve | withdraw | plan | operate | settle | users |
 *   |-------------|-------|--------|---------|----------|------|---------|--------|-------|
 *   | operator    |   x   |   x    |         |    x     |  x   |    x    |        |       |
 *   | editor      |   x   |   x    |         |          |      |         |        |       |
 *   | approver    |       |        |    x    |    x     |      |    x    |        |       |
 *   | party board |   x   |   x    |         |          |  x   |         |        |       |
 *   | centre      |   x   |   x    |         |          |      |         |        |       |
 *   | admin       |   x   |   x    |         |    x     |  x   |    x    |   x    |   x   |
 *
 * Nobody but an approver approves, and never what he wrote himself (playlists/approval.h). */
#ifndef LOAXA_PLAYLISTS_RIGHT_H
#define LOAXA_PLAYLISTS_RIGHT_H

#include <stdbool.h>
#include <stdint.h>

/* cán bộ phụ trách đài, biên tập, người duyệt, Ban Xây dựng Đảng, Trung tâm truyền thông liên xã.
 */
enum user_role {
    USER_OPERATOR,
    USER_EDITOR,
    USER_APPROVER,
    USER_PARTY_BOARD,
    USER_CENTRE,
    USER_ADMIN,
    USER_ROLES /* how many */
};

enum right {
    RIGHT_WRITE,    /* items, documents */
    RIGHT_SUBMIT,   /* hand in for approval */
    RIGHT_APPROVE,  /* approve and return */
    RIGHT_WITHDRAW, /* R15 */
    RIGHT_PLAN,     /* columns, segments, templates, holds that are planned */
    RIGHT_OPERATE,  /* play, stop, hold, vouch for the clock */
    RIGHT_SETTLE,   /* profile, zones, the station's own settings */
    RIGHT_USERS,    /* users, backup and restore */
    RIGHTS          /* how many */
};

/* A set of roles: bit n is role n. */
typedef uint32_t role_set;

bool right_of_roles(role_set roles, enum right right);

const char *user_role_word(enum user_role role); /* "party_board" */
bool user_role_parse(const char *word, enum user_role *ret_role);
/* What the right allows, for people: "approve what is to be aired". */
const char *right_text(enum right right);

#endif
