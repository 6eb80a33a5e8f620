/* approval (duyệt): how a version of an item becomes one that may be aired (R14, R15, R16, R20).
 *
 *   | from \ action | submit    | approve  | return   | withdraw  |
 *   |---------------|-----------|----------|----------|-----------|
 *   | draft         | submitted |          |          | withdrawn |
 *   | submitted     |           | approved | returned | withdrawn |
 *   | approved      |           |          |          | withdrawn |
 *   | returned      |           |          |          | withdrawn |
 *
 * Whatever is blank is refused. A version's content never changes: an edit makes a new version in
 * draft, so that every approval is of exactly what was read and heard. While the new one waits, the
 * old approved version airs; it stops when the new one is approved or it is itself withdrawn.
 * Pure; any thread. */
#ifndef LOAXA_PLAYLISTS_APPROVAL_H
#define LOAXA_PLAYLISTS_APPROVAL_H

#include "base/fail.h"
#include "playlists/item.h"
#include "playlists/right.h"

#include <stdbool.h>
#include <stdint.h>

enum approval_action { APPROVAL_SUBMIT, APPROVAL_APPROVE, APPROVAL_RETURN, APPROVAL_WITHDRAW };
const char *approval_action_word(enum approval_action action); /* "submit" … */
bool approval_action_parse(const char *word, enum approval_action *ret_action);

/* Everything the judgment needs; borrowed. */
struct approval_question {
    enum approval_action action;
    const struct item *item; /* the version, with its present state */
    int32_t latest_version;  /* of the same item */
    const char *text;        /* a bulletin's text, a clip's transcript; "" where there is none */
    const char *actor;       /* the user's login */
    role_set roles;          /* the user's */
    const char *words;       /* why; must be given to return and to withdraw what was approved */
    const struct item
        *corrects; /* R20: the item that it corrects; NULL: none, or it does not exist */
};

/* The state that the version gets, or the reason why not: FAIL_RIGHTS (who), FAIL_CONFLICT (the
 * state or a newer version forbids it) or FAIL_REFUSED (what it is: no source, no sound, a blank
 * field). */
bool approval_judge(const struct approval_question *question, enum approval_state *ret_state,
                    struct fail *why);

/* A job notice (thông báo việc làm) names post, number, requirements, firm and address, a line each
 * ("Vị trí: …", "Số lượng: …", "Yêu cầu: …", "Đơn vị: …", "Địa chỉ: …"), and nothing else but a
 * heading equal to `title` (Huế 29/2021). FAIL_REFUSED names the blank field or the line too many.
 */
bool approval_check_job_notice(const char *title, const char *text, struct fail *why);

#endif
