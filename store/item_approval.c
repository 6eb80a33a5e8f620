#include "store/field.h"
#include "store/item.h"
#include "store/item_row.h"
#include "store/sound.h"
#include "store/statement.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Everything the judgment needs, owned here. */
struct judging {
    struct item item, corrects;
    bool has_corrects;
    struct text text;
    char *words;
    role_set roles;
    int32_t latest_version;
};

static void judging_finish(struct judging *judging) {
    item_finish(&judging->item);
    item_finish(&judging->corrects);
    text_finish(&judging->text);
    free(judging->words);
}

/* Version 0: what is meant. */
static bool load_meant(struct database *database, enum approval_action action, int64_t id,
                       int32_t version, struct item *ret, struct fail *why) {
    struct fail no_airing = {0};
    if (version == 0 && action == APPROVAL_WITHDRAW) {
        if (store_item_load_airing(database, id, ret, &no_airing)) {
            return true;
        }
    }
    return store_item_load(database, id, version, ret, why);
}

/* R20: what it corrects must have been approved once. */
static bool load_corrected(struct database *database, struct judging *judging, struct fail *why) {
    if (judging->item.corrects == 0) {
        return true;
    }
    struct statement s = statement_start(database, "SELECT " ITEM_ROW ITEM_FROM
                                                   " WHERE v.item = ? AND v.approved_us IS NOT NULL"
                                                   " ORDER BY v.version DESC LIMIT 1");
    statement_bind_int(&s, judging->item.corrects);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok && row) {
        ok = item_row_read(&s, &judging->corrects, why);
        judging->has_corrects = ok;
    }
    statement_end(&s);
    return ok;
}

static bool gather(struct database *database, const struct actor *actor,
                   enum approval_action action, int64_t id, int32_t version, const char *words,
                   struct judging *judging, struct fail *why) {
    struct item latest = {0};
    bool ok =
        change_roles(database, actor, &judging->roles, why) &&
        store_item_load(database, id, 0, &latest, why) &&
        load_meant(database, action, id, version, &judging->item, why) &&
        store_item_text(database, id, judging->item.version, &judging->text, why) &&
        field_line(/* tr */ "reason", words, FIELD_WORDS_BYTES, false, &judging->words, why) &&
        load_corrected(database, judging, why);
    judging->latest_version = latest.version;
    item_finish(&latest);
    return ok;
}

/* What is approved is what lies in the station's folder now, whole. */
static bool check_sound(const char *folder, const struct item *item, struct fail *why) {
    if (item->kind != ITEM_CLIP && item->kind != ITEM_BULLETIN) {
        return true;
    }
    int fd;
    if (!store_sound_open(folder, &item->sound_hash, &fd, why)) {
        return fail_prefix(why, "'%s'", item->title);
    }
    close(fd);
    return true;
}

static bool write_state(struct database *database, const struct actor *actor,
                        const struct item *item, enum approval_state next, struct fail *why) {
    bool approves = next == APPROVAL_APPROVED;
    struct statement s = statement_start(
        database, "UPDATE item_version SET state = ?1, approver = CASE WHEN ?2 THEN ?3 ELSE"
                  " approver END, approved_us = CASE WHEN ?2 THEN ?4 ELSE approved_us END"
                  " WHERE item = ?5 AND version = ?6");
    statement_bind_text(&s, approval_state_word(next));
    statement_bind_int(&s, approves);
    statement_bind_text(&s, actor->login);
    statement_bind_int(&s, actor->at.us);
    statement_bind_int(&s, item->id);
    statement_bind_int(&s, item->version);
    return statement_run(&s, why);
}

/* Withdrawing what was approved withdraws every approved version: an older one must not come back
 * on the air in its place. */
static bool withdraw_older(struct database *database, const struct item *item, struct fail *why) {
    struct statement s =
        statement_start(database, "UPDATE item_version SET state = 'withdrawn'"
                                  " WHERE item = ? AND version < ? AND state = 'approved'");
    statement_bind_int(&s, item->id);
    statement_bind_int(&s, item->version);
    return statement_run(&s, why);
}

static bool write_event(struct database *database, const struct actor *actor,
                        enum approval_action action, const struct judging *judging,
                        struct fail *why) {
    struct statement s = statement_start(
        database, "INSERT INTO approval (item, version, action, login, at_us, words, text_hash,"
                  " sound_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    statement_bind_int(&s, judging->item.id);
    statement_bind_int(&s, judging->item.version);
    statement_bind_text(&s, approval_action_word(action));
    statement_bind_text(&s, actor->login);
    statement_bind_int(&s, actor->at.us);
    statement_bind_text(&s, judging->words);
    statement_bind_digest(&s, &judging->item.text_hash);
    statement_bind_digest(&s, &judging->item.sound_hash);
    return statement_run(&s, why);
}

static bool take_step(struct database *database, const char *folder, const struct actor *actor,
                      enum approval_action action, const struct judging *judging,
                      struct fail *why) {
    struct approval_question question = {
        .action = action,
        .item = &judging->item,
        .latest_version = judging->latest_version,
        .text = text_string(&judging->text),
        .actor = actor->login,
        .roles = judging->roles,
        .words = judging->words,
        .corrects = judging->has_corrects ? &judging->corrects : NULL,
    };
    enum approval_state next;
    bool was_approved = judging->item.state == APPROVAL_APPROVED;
    return approval_judge(&question, &next, why) &&
           (action != APPROVAL_APPROVE || check_sound(folder, &judging->item, why)) &&
           write_state(database, actor, &judging->item, next, why) &&
           (next != APPROVAL_WITHDRAWN || !was_approved ||
            withdraw_older(database, &judging->item, why)) &&
           write_event(database, actor, action, judging, why);
}

bool store_item_step(struct database *database, const char *folder, const struct actor *actor,
                     enum approval_action action, int64_t id, int32_t version, const char *words,
                     struct item *ret_item, struct fail *why) {
    struct change change = {.database = database,
                            .actor = actor,
                            .subject = "item",
                            .action = approval_action_word(action),
                            .row_sql = "SELECT item, max(version) AS latest,"
                                       " json_group_object(version, state) AS states_json"
                                       " FROM item_version WHERE item = ? GROUP BY item"};
    struct judging judging = {0};
    struct item after = {0};
    if (!change_begin_judged(&change, id, why)) {
        return false;
    }
    bool ok = gather(database, actor, action, id, version, words, &judging, why) &&
              take_step(database, folder, actor, action, &judging, why) &&
              store_item_load(database, id, judging.item.version, &after, why);
    judging_finish(&judging);
    if (!change_end(&change, ok, id, why)) {
        item_finish(&after);
        return false;
    }
    *ret_item = after;
    return true;
}

bool store_item_approvals(struct database *database, int64_t id, approval_visit *visit,
                          void *context, struct fail *why) {
    struct statement s =
        statement_start(database, "SELECT version, action, login, words, at_us, text_hash,"
                                  " sound_hash FROM approval WHERE item = ? ORDER BY id");
    statement_bind_int(&s, id);
    bool row = true;
    bool ok = true;
    while (ok && (ok = statement_step(&s, &row, why)) && row) {
        struct approval_row found = {.version = (int32_t)statement_int(&s, 0),
                                     .action = statement_text(&s, 1),
                                     .login = statement_text(&s, 2),
                                     .words = statement_text(&s, 3),
                                     .at = {statement_int(&s, 4)},
                                     .text_hash = statement_digest(&s, 5),
                                     .sound_hash = statement_digest(&s, 6)};
        ok = visit(context, &found, why);
    }
    statement_end(&s);
    return ok;
}
