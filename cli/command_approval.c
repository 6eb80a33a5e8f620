/* loaxa submit, approve, return, withdraw: the steps of approval.
 *
 * Where loaxad runs it does them, so that a withdrawal silences what is on the air; where it is
 * down they are done here under its lock, and written into the diary by the same writer. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/item_edit.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "scheduler/event.h"
#include "station/timekeeper.h"
#include "store/asrun.h"
#include "store/item.h"
#include "store/station.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct step {
    enum approval_action action;
    int64_t item, version;
    const char *words;
};

/* The diary's word on an approval or a withdrawal; the other steps have none. */
static bool record(const struct access *access, const struct step *step, const struct item *item,
                   struct fail *why) {
    if (step->action != APPROVAL_APPROVE && step->action != APPROVAL_WITHDRAW) {
        return true;
    }
    memory_auto char *path = store_diary_path(access->folder);
    struct diary *diary;
    struct asrun_clock clock;
    char boot[TIMEKEEPER_BOOT_SIZE];
    struct timekeeper_facts facts = {0};
    if (!diary_open(path, DATABASE_WRITE, &diary, why)) {
        return false;
    }
    bool ok = asrun_clock(diary, &clock, why);
    timekeeper_look(&facts);
    timekeeper_boot(boot);
    facts.vouched = strcmp(access->settings.clock, "held") == 0;
    facts.last_event = clock.last;
    struct walltime now = walltime_now();
    struct event event = {.type =
                              step->action == APPROVAL_APPROVE ? EVENT_APPROVED : EVENT_WITHDRAWN,
                          .stamp = {.at = now,
                                    .boot_time = monotime_now(),
                                    .boot = boot,
                                    .epoch = clock.epoch,
                                    .trust = timekeeper_judge(&facts, now, NULL)},
                          .words = step->words,
                          .by = access->actor.login,
                          .item = {.item = item}};
    ok = ok && diary_append(diary, &event, NULL, why);
    diary_close(diary);
    return ok;
}

static bool do_here(const struct invocation *invocation, const struct step *step,
                    struct fail *why) {
    struct access access;
    struct item item;
    int lock = -1;
    bool ok = access_open(invocation, ACCESS_CHANGE, &access, why) &&
              (lock = access_lock(&access, why)) >= 0 &&
              store_item_step(access.database, access.folder, &access.actor, step->action,
                              step->item, (int32_t)step->version, step->words, &item, why);
    if (ok) {
        ok = record(&access, step, &item, why);
        fprintf(stderr, "%s: %s\n", item.title, item_edit_state_text(item.state));
        item_finish(&item);
    }
    if (lock >= 0) {
        close(lock);
    }
    access_close(&access);
    return ok;
}

static bool do_step(const struct invocation *invocation, const struct step *step,
                    struct fail *why) {
    json_t *request = json_pack("{s:s, s:I, s:s}", "do", approval_action_word(step->action), "item",
                                (json_int_t)step->item, "words", step->words);
    json_t *answer;
    if (step->version != 0) {
        json_object_set_new(request, "version", json_integer(step->version));
    }
    if (!access_exists(invocation, why)) {
        json_decref(request);
        return false;
    }
    switch (remote_try(invocation, request, &answer, why)) {
    case CONTROL_DONE:
        json_decref(answer);
        return true;
    case CONTROL_NOBODY:
        return do_here(invocation, step, why);
    case CONTROL_REFUSED:
    case CONTROL_BROKEN:
        break;
    }
    return false;
}

/* ITEM… one after the other; the first that fails ends it. */
static bool run_step(const struct invocation *invocation, enum approval_action action,
                     struct fail *why) {
    struct step step = {.action = action, .words = ""};
    const struct option_rule rules[] = {{"words", OPTION_ANY, &step.words, NULL},
                                        {"version", OPTION_WHOLE, &step.version, NULL}};
    char **words;
    size_t count;
    if (!options_read(invocation, rules, 2, "ITEM", 1, 100, &words, &count, why)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!options_number(words[i], &step.item, why)) {
            return false;
        }
        if (!do_step(invocation, &step, why)) {
            return count > 1 ? fail_prefix(why, "%s", words[i]) : false;
        }
    }
    return true;
}

static bool run_submit(const struct invocation *invocation, struct fail *why) {
    return run_step(invocation, APPROVAL_SUBMIT, why);
}
static bool run_approve(const struct invocation *invocation, struct fail *why) {
    return run_step(invocation, APPROVAL_APPROVE, why);
}
static bool run_return(const struct invocation *invocation, struct fail *why) {
    return run_step(invocation, APPROVAL_RETURN, why);
}
static bool run_withdraw(const struct invocation *invocation, struct fail *why) {
    return run_step(invocation, APPROVAL_WITHDRAW, why);
}

const struct command command_submit = {
    .name = "submit",
    .synopsis = "ITEM… [--words WORDS]",
    .summary = /* tr */ "hands drafts in for approval",
    .help = /* tr */ "What is handed in can be changed no more: an edit makes a new version.\n\n"
                     "  --words WORDS  for the approver\n"
                     "  --version N    the latest without it\n\n"
                     "Examples:\n"
                     "  loaxa submit 12 13\n",
    .run = run_submit,
};

const struct command command_approve = {
    .name = "approve",
    .synopsis = "ITEM… [--words WORDS] [--version N]",
    .summary = /* tr */ "approves what was handed in, text and sound as they are",
    .help = /* tr */
    "Listen first. The approval binds to the text and the sound of this version: whatever is\n"
    "changed afterwards needs another one. Nobody approves what he wrote himself.\n\n"
    "  --words WORDS  a remark\n"
    "  --version N    the latest without it\n\n"
    "Examples:\n"
    "  loaxa approve 12\n"
    "  loaxa --as binh approve 12 13\n",
    .run = run_approve,
};

const struct command command_return = {
    .name = "return",
    .synopsis = "ITEM… --words WORDS [--version N]",
    .summary = /* tr */ "gives back what was handed in, with the reason",
    .help = /* tr */ "The author makes a new version.\n\n"
                     "  --words WORDS  what is to be changed; needed\n"
                     "  --version N    the latest without it\n\n"
                     "Examples:\n"
                     "  loaxa return 12 --words \"ghi rõ giờ có điện lại\"\n",
    .run = run_return,
};

const struct command command_withdraw = {
    .name = "withdraw",
    .synopsis = "ITEM… --words WORDS [--version N]",
    .summary = /* tr */ "takes an item off the air, now and for all later rundowns",
    .help =
        /* tr */ "Where it is on the air it falls silent within a second. Its history stays.\n\n"
                 "  --words WORDS  why; needed for what was approved\n"
                 "  --version N    the one that is aired without it\n\n"
                 "Examples:\n"
                 "  loaxa withdraw 12 --words \"lịch cắt điện đã hoãn\"\n",
    .run = run_withdraw,
};
