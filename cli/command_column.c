/* loaxa column: the columns (chuyên mục) of the programme. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "cli/zones.h"
#include "store/column.h"

#include <stdio.h>
#include <stdlib.h>

struct column_edit {
    const char *title, *purpose, *genre, *zones;
    int64_t tune, ident, sting, closing, local_one_in;
    struct {
        bool tune, ident, sting, closing, local;
    } given;
};

enum { COLUMN_RULES = 9 };

static size_t column_rules(struct column_edit *edit, struct option_rule rules[COLUMN_RULES]) {
    const struct option_rule all[COLUMN_RULES] = {
        {"title", OPTION_TEXT, &edit->title, NULL},
        {"purpose", OPTION_ANY, &edit->purpose, NULL},
        {"genre", OPTION_TEXT, &edit->genre, NULL},
        {"zones", OPTION_TEXT, &edit->zones, NULL},
        {"tune", OPTION_WHOLE, &edit->tune, &edit->given.tune},
        {"ident", OPTION_WHOLE, &edit->ident, &edit->given.ident},
        {"sting", OPTION_WHOLE, &edit->sting, &edit->given.sting},
        {"closing", OPTION_WHOLE, &edit->closing, &edit->given.closing},
        {"local", OPTION_WHOLE, &edit->local_one_in, &edit->given.local}};
    for (size_t i = 0; i < COLUMN_RULES; i++) {
        rules[i] = all[i];
    }
    return COLUMN_RULES;
}

static void set_text(char **text, const char *value) {
    if (value != NULL) {
        free(*text);
        *text = memory_text(value);
    }
}

static bool apply(const struct column_edit *edit, struct column *column, struct fail *why) {
    set_text(&column->title, edit->title);
    set_text(&column->purpose, edit->purpose);
    column->tune_item = edit->given.tune ? edit->tune : column->tune_item;
    column->ident_item = edit->given.ident ? edit->ident : column->ident_item;
    column->sting_item = edit->given.sting ? edit->sting : column->sting_item;
    column->closing_item = edit->given.closing ? edit->closing : column->closing_item;
    column->local_one_in = edit->given.local ? (int32_t)edit->local_one_in : column->local_one_in;
    if (edit->genre != NULL && !genre_parse(edit->genre, &column->genre)) {
        return fail_set(why, FAIL_USAGE,
                        "'%.40s' is no genre; write news, article, reportage, notice, role_model, "
                        "policy, job_notice, music, entertainment, tune or other",
                        edit->genre);
    }
    return edit->zones == NULL || zones_parse(edit->zones, &column->zones, why);
}

static json_t *column_json(const struct column *column) {
    json_t *object = json_object();
    char zones[ZONES_TEXT_SIZE];
    zones_format(column->zones, zones);
    listing_set_whole(object, "id", column->id);
    listing_set(object, "title", column->title);
    listing_set(object, "genre", genre_word(column->genre));
    listing_set(object, "zones", zones);
    listing_set(object, "purpose", column->purpose);
    listing_set_whole(object, "tune", column->tune_item);
    listing_set_whole(object, "ident", column->ident_item);
    listing_set_whole(object, "sting", column->sting_item);
    listing_set_whole(object, "closing", column->closing_item);
    listing_set_whole(object, "local_one_in", column->local_one_in);
    return object;
}

static const struct listing_column shown[] = {{"id", /* tr */ "No.", 0},
                                              {"title", /* tr */ "Title", 0},
                                              {"genre", /* tr */ "Genre", 0},
                                              {"zones", /* tr */ "Zones", 0},
                                              {"purpose", /* tr */ "Purpose", 60},
                                              {"tune", /* tr */ "Signature tune", 0},
                                              {"ident", /* tr */ "Ident", 0},
                                              {"sting", /* tr */ "Sting", 0},
                                              {"closing", /* tr */ "Closing words", 0},
                                              {"local_one_in", /* tr */ "One local item in", 0}};
enum { LIST_COLUMNS = 5, SHOW_COLUMNS = 10 };

static bool list(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct column *columns;
    size_t count;
    bool ok = options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_column_list(access.database, &columns, &count, why);
    if (ok) {
        json_t *array = json_array();
        for (size_t i = 0; i < count; i++) {
            json_array_append_new(array, column_json(&columns[i]));
            column_finish(&columns[i]);
        }
        free(columns);
        listing_print(array, as_json, shown, LIST_COLUMNS, tr("There is no column yet."));
    }
    access_close(&access);
    return ok;
}

static bool show(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct column column;
    char **words;
    size_t count;
    bool ok = options_read(invocation, rules, 1, "COLUMN", 1, 1, &words, &count, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_column_find(access.database, words[0], &column, why);
    if (ok) {
        listing_print_one(column_json(&column), as_json, shown, SHOW_COLUMNS);
        column_finish(&column);
    }
    access_close(&access);
    return ok;
}

static bool add(const struct invocation *invocation, struct fail *why) {
    struct column_edit edit = {0};
    struct option_rule rules[COLUMN_RULES];
    size_t rules_count = column_rules(&edit, rules), count;
    char **words;
    if (!options_read(invocation, rules, rules_count, "TITLE", 1, 1, &words, &count, why)) {
        return false;
    }
    edit.title = edit.title != NULL ? edit.title : words[0];
    struct column column = {.title = memory_text(""),
                            .purpose = memory_text(""),
                            .genre = GENRE_NEWS,
                            .zones = ZONE_SET_ALL};
    struct access access = {0};
    bool ok = apply(&edit, &column, why) && access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_column_save(access.database, &access.actor, &column, why);
    if (ok) {
        printf("%lld\n", (long long)column.id);
        remote_reload(invocation);
    }
    column_finish(&column);
    access_close(&access);
    return ok;
}

static bool edit_column(const struct invocation *invocation, struct fail *why) {
    struct column_edit edit = {0};
    struct option_rule rules[COLUMN_RULES];
    size_t rules_count = column_rules(&edit, rules), count;
    char **words;
    struct access access = {0};
    struct column column;
    bool ok = options_read(invocation, rules, rules_count, "COLUMN", 1, 1, &words, &count, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_column_find(access.database, words[0], &column, why);
    if (ok) {
        ok = apply(&edit, &column, why) &&
             store_column_save(access.database, &access.actor, &column, why);
        column_finish(&column);
        remote_reload(invocation);
    }
    access_close(&access);
    return ok;
}

static bool remove_column(const struct invocation *invocation, struct fail *why) {
    struct access access = {0};
    struct column column;
    char **words;
    size_t count;
    bool ok = options_read(invocation, NULL, 0, "COLUMN", 1, 1, &words, &count, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_column_find(access.database, words[0], &column, why);
    if (ok) {
        ok = store_column_remove(access.database, &access.actor, column.id, why);
        column_finish(&column);
        remote_reload(invocation);
    }
    access_close(&access);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"list", list},
                                            {"add", add},
                                            {"show", show},
                                            {"edit", edit_column},
                                            {"remove", remove_column}};
    return options_act(invocation, actions, 5, true, why);
}

const struct command command_column = {
    .name = "column",
    .synopsis = "[list [--json] | add TITLE [OPTION…] | show COLUMN [--json] | "
                "edit COLUMN [OPTION…] | remove COLUMN]",
    .summary = /* tr */ "the columns of the programme and what frames them",
    .actions = "list add show edit remove",
    .help = /* tr */
    "A column is a named place in the programme; a segment says when it is aired, its items\n"
    "take turns. COLUMN is its number or its title. 'add' prints the number.\n\n"
    "  --title TITLE    another title\n"
    "  --purpose WORDS  what it is for\n"
    "  --genre GENRE    what a new item of it is: news, article, reportage, notice,\n"
    "                   role_model, policy, job_notice, music, entertainment\n"
    "  --zones ZONES    where it is heard: all, or 0,2,5-7\n"
    "  --tune ITEM, --ident ITEM, --sting ITEM, --closing ITEM\n"
    "                   its own signature tune, ident, sting and closing words;\n"
    "                   0: the station's\n"
    "  --local N        at least one local item in N\n"
    "  --json           as data\n\n"
    "Examples:\n"
    "  loaxa column add \"Đưa nghị quyết vào cuộc sống\" --genre policy\n"
    "  loaxa column edit 2 --tune 1 --zones 0,1\n"
    "  loaxa column\n",
    .run = run,
};
