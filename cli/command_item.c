/* loaxa item: every clip, bulletin, relay and live item, with its versions. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/item_edit.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"
#include "store/column.h"
#include "store/item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct listing_column shown[] = {
    {"id", /* tr */ "No.", 0},
    {"version", /* tr */ "Version", 0},
    {"kind", /* tr */ "Kind", 0},
    {"genre", /* tr */ "Genre", 0},
    {"state_text", /* tr */ "State", 0},
    {"duration", /* tr */ "Length", 0},
    {"title", /* tr */ "Title", 60},
    {"author", /* tr */ "Author", 0},
    {"approver", /* tr */ "Approver", 0},
    {"source", /* tr */ "Source", 0},
    {"language", /* tr */ "Language", 0},
    {"column", /* tr */ "In column", 0},
    {"valid_from", /* tr */ "Valid from", 0},
    {"valid_until", /* tr */ "Valid until", 0},
    {"documents", /* tr */ "Documents", 0},
    {"topics", /* tr */ "Topics", 0},
    {"corrects", /* tr */ "Corrects", 0},
    {"most_a_day", /* tr */ "Most a day", 0},
    {"most_in_all", /* tr */ "Most in all", 0},
    {"sound_hash", /* tr */ "Sound", 0},
};
enum { LIST_COLUMNS = 9, SHOW_COLUMNS = sizeof shown / sizeof *shown };

static bool read_query(const char *state, const char *column, struct database *database,
                       struct item_query *query, struct fail *why) {
    struct column found;
    if (state != NULL) {
        query->by_state = approval_state_parse(state, &query->state);
        if (!query->by_state) {
            return fail_set(why, FAIL_USAGE,
                            "--state must be draft, submitted, approved, returned or withdrawn");
        }
    }
    if (column != NULL) {
        if (!store_column_find(database, column, &found, why)) {
            return false;
        }
        query->column_id = found.id;
        column_finish(&found);
    }
    return true;
}

static bool list(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const char *state = NULL, *column = NULL;
    struct item_query query = {0};
    const struct option_rule rules[] = {{"state", OPTION_TEXT, &state, NULL},
                                        {"column", OPTION_TEXT, &column, NULL},
                                        {"airing", OPTION_FLAG, &query.airing, NULL},
                                        {"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct item *items;
    size_t count;
    bool ok = options_read(invocation, rules, 4, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              read_query(state, column, access.database, &query, why) &&
              store_item_list(access.database, &query, &items, &count, why);
    if (ok) {
        json_t *array = json_array();
        for (size_t i = 0; i < count; i++) {
            json_array_append_new(array, item_edit_json(&items[i]));
            item_finish(&items[i]);
        }
        free(items);
        listing_print(array, as_json, shown, LIST_COLUMNS, tr("There is no such item."));
    }
    access_close(&access);
    return ok;
}

struct history {
    json_t *list;
    const struct zone *zone;
};

static bool take_approval(void *context, const struct approval_row *row, struct fail *why) {
    (void)why;
    struct history *history = context;
    json_t *object = json_object();
    char at[MOMENT_TEXT_SIZE];
    moment_format(history->zone, row->at.us, at);
    listing_set(object, "at", at);
    listing_set_whole(object, "version", row->version);
    listing_set(object, "action", row->action);
    listing_set(object, "login", row->login);
    listing_set(object, "words", row->words);
    json_array_append_new(history->list, object);
    return true;
}

static void print_item(json_t *object, bool as_json) {
    static const struct listing_column steps[] = {{"at", /* tr */ "At", 0},
                                                  {"version", /* tr */ "Version", 0},
                                                  {"action", /* tr */ "Step", 0},
                                                  {"login", /* tr */ "By", 0},
                                                  {"words", /* tr */ "Words", 0}};
    if (as_json) {
        listing_print_one(object, true, NULL, 0);
        return;
    }
    json_t *history = json_incref(json_object_get(object, "approvals"));
    memory_auto char *text = memory_text(json_string_length(json_object_get(object, "text")) != 0
                                             ? json_string_value(json_object_get(object, "text"))
                                             : "");
    listing_print_one(object, false, shown, SHOW_COLUMNS);
    if (text[0] != '\0') {
        printf("\n%s\n", text);
    }
    if (json_array_size(history) != 0) {
        putchar('\n');
        listing_print(history, false, steps, 5, "");
    } else {
        json_decref(history);
    }
}

static bool show(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    int64_t version = 0, id;
    const struct option_rule rules[] = {{"version", OPTION_WHOLE, &version, NULL},
                                        {"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct item item;
    struct text text = {0};
    char **words;
    size_t count;
    bool ok = options_read(invocation, rules, 2, "ITEM", 1, 1, &words, &count, why) &&
              options_number(words[0], &id, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_item_load(access.database, id, (int32_t)version, &item, why);
    if (ok) {
        struct history history = {.list = json_array(), .zone = access.zone};
        json_t *object = item_edit_json(&item);
        ok = store_item_text(access.database, id, item.version, &text, why) &&
             store_item_approvals(access.database, id, take_approval, &history, why);
        if (text.length != 0) {
            listing_set(object, "text", text.bytes);
        }
        json_object_set_new(object, "approvals", history.list);
        if (ok) {
            print_item(object, as_json);
        } else {
            json_decref(object);
        }
        item_finish(&item);
    }
    text_finish(&text);
    access_close(&access);
    return ok;
}

static bool edit_item(const struct invocation *invocation, struct fail *why) {
    struct item_edit edit = {0};
    struct option_rule rules[ITEM_EDIT_RULES];
    size_t rules_count = item_edit_rules(&edit, rules), count;
    struct access access = {0};
    struct item item;
    char **words;
    int64_t id;
    int32_t version;
    bool ok = options_read(invocation, rules, rules_count, "ITEM", 1, 1, &words, &count, why) &&
              options_number(words[0], &id, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_item_load(access.database, id, 0, &item, why);
    if (ok) {
        struct item_content content = {0};
        ok = item_edit_apply(&edit, access.database, &item, why) &&
             store_item_edit(access.database, &access.actor, &item, &content, &version, why);
        item_finish(&item);
    }
    if (ok) {
        fprintf(stderr, tr("Version %d is a draft: 'loaxa submit %lld' hands it in\n"),
                (int)version, (long long)id);
    }
    access_close(&access);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"list", list}, {"show", show}, {"edit", edit_item}};
    return options_act(invocation, actions, 3, true, why);
}

const struct command command_item = {
    .name = "item",
    .synopsis = "[list [--state STATE] [--column COLUMN] [--airing] [--json] | "
                "show ITEM [--version N] [--json] | edit ITEM [OPTION…]]",
    .summary = /* tr */ "clips and bulletins: their state, their versions, who approved them",
    .actions = "list show edit",
    .help = /* tr */
    "'edit' makes a new version, in draft: the old approved one is aired until "
    "the new one is\n"
    "approved. 'show' tells a bulletin's text and every step of its approval.\n\n"
    "  --state STATE      draft, submitted, approved, returned, withdrawn\n"
    "  --airing           of each item the version that may be aired\n"
    "  --version N        another version than the latest\n"
    "  --json             as data\n"
    "  --title TITLE      as it is listed and recorded\n"
    "  --column COLUMN    the column whose turn it takes: number or title\n"
    "  --genre GENRE      news, article, reportage, notice, role_model, policy, job_notice,\n"
    "                     music, entertainment, tune, other; the column's without it\n"
    "  --source WORDS     where it comes from; a policy item needs one\n"
    "  --language TAG     vi without it\n"
    "  --document NUMBER  a document that it explains (repeat)\n"
    "  --topic WORDS      a topic (repeat)\n"
    "  --from, --until DATE      the days on which it is valid\n"
    "  --most-a-day N, --most N  how often it may be aired; 0: no limit\n"
    "  --gap LENGTH       at least so long between two airings\n"
    "  --corrects ITEM    the item that this one corrects\n"
    "  --local            about this commune's own people and work\n"
    "\n"
    "Examples:\n"
    "  loaxa item --state submitted\n"
    "  loaxa item show 12\n"
    "  loaxa item edit 12 --until 31/12/2026 --most-a-day 2\n",
    .run = run,
};
