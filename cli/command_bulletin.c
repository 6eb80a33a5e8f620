/* loaxa bulletin: texts that are spoken (bản tin). */
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/item_edit.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"
#include "station/studio.h"
#include "store/field.h"
#include "store/item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The text of a file, or of standard input for "-", in NFC. */
static bool read_text(const char *path, struct text *ret, struct fail *why) {
    struct text raw = {0};
    bool is_input = strcmp(path, "-") == 0;
    bool ok = is_input ? text_read_fd(STDIN_FILENO, FIELD_TEXT_BYTES, &raw, why)
                       : text_read_file(path, FIELD_TEXT_BYTES, &raw, why);
    ok = ok && text_nfc(text_string(&raw), raw.length, ret, why);
    if (ok && strspn(text_string(ret), " \t\r\n") == ret->length) {
        ok = fail_set(why, FAIL_INVALID, "the text is empty");
    }
    text_finish(&raw);
    return ok || fail_prefix(why, "%s", is_input ? "-" : path);
}

/* The first line with something in it, for a title. */
static char *first_line(const char *text) {
    text += strspn(text, " \t\r\n");
    size_t length = strcspn(text, "\r\n");
    while (length > 0 && strchr(" \t.", text[length - 1]) != NULL) {
        length--;
    }
    length = length < FIELD_TITLE_BYTES / 4 ? length : FIELD_TITLE_BYTES / 4;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) {
        length--;
    }
    char *line = memory_text(text);
    line[length] = '\0';
    return line;
}

static json_t *problems_json(const struct reading *reading) {
    json_t *array = json_array();
    for (size_t i = 0; i < reading->problem_count; i++) {
        const struct reading_problem *problem = &reading->problems[i];
        json_t *object = json_object();
        listing_set(object, "kind", reading_problem_kind_name(problem->kind));
        listing_set_whole(object, "line", problem->line);
        listing_set_whole(object, "column", problem->column);
        listing_set(object, "token", problem->token);
        listing_set(object, "cure", problem->cure);
        json_array_append_new(array, object);
    }
    return array;
}

static const struct listing_column problem_columns[] = {{"line", /* tr */ "Line", 0},
                                                        {"column", /* tr */ "Place", 0},
                                                        {"token", /* tr */ "Written", 40},
                                                        {"cure", /* tr */ "What helps", 0}};

/* On standard error, so that what the command prints stays clean. */
static void print_problems(const struct reading *reading) {
    for (size_t i = 0; i < reading->problem_count; i++) {
        const struct reading_problem *problem = &reading->problems[i];
        fprintf(stderr, "  %u:%u  %s  %s\n", (unsigned)problem->line, (unsigned)problem->column,
                problem->token, problem->cure);
    }
}

static bool check(const struct invocation *invocation, struct fail *why) {
    bool as_json = false, spoken = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL},
                                        {"spoken", OPTION_FLAG, &spoken, NULL}};
    struct access access = {0};
    struct text text = {0};
    struct reading reading = {0};
    char **words;
    size_t count;
    bool ok = options_read(invocation, rules, 2, "FILE", 1, 1, &words, &count, why) &&
              read_text(words[0], &text, why) &&
              access_open(invocation, ACCESS_SETTINGS, &access, why) &&
              studio_read(access.folder, &access.settings, 0, text_string(&text), text.length,
                          &reading, why);
    if (ok) {
        struct reading_pace pace = studio_pace(&access.settings);
        size_t once = text.length;
        int64_t times = studio_is_twice(text_string(&text), &once) ? 2 : 1;
        int64_t length_us = reading_duration_ms(&reading, &pace) * 1000 * times;
        char length[MOMENT_TEXT_SIZE];
        moment_format_length(length_us, length);
        if (as_json) {
            listing_print_one(json_pack("{s:o, s:I, s:I, s:s}", "problems", problems_json(&reading),
                                        "syllables", (json_int_t)reading_syllables(&reading),
                                        "duration_us", (json_int_t)length_us, "spoken",
                                        reading_spoken(&reading)),
                              true, NULL, 0);
        } else {
            listing_print(problems_json(&reading), false, problem_columns, 4,
                          tr("Everything can be read."));
            if (spoken) {
                puts(reading_spoken(&reading));
            }
            fprintf(stderr, tr("%zu syllables, about %s\n"), reading_syllables(&reading), length);
        }
        ok = reading_is_complete(&reading) ||
             fail_set(why, FAIL_INVALID, "%zu places cannot be read for certain",
                      reading.problem_total);
    }
    reading_finish(&reading);
    text_finish(&text);
    access_close(&access);
    return ok;
}

/* Speaks the text; where it cannot be read for certain the places are listed. */
static bool speak(struct access *access, const struct text *text, struct item *item,
                  struct fail *why) {
    struct studio studio = {
        .folder = access->folder, .database = access->database, .actor = &access->actor};
    struct reading reading = {0};
    size_t length = text->length;
    studio.twice = studio_is_twice(text_string(text), &length);
    bool ok = studio_read(access->folder, &access->settings, item->id, text_string(text),
                          text->length, &reading, why);
    if (ok && !reading_is_complete(&reading)) {
        print_problems(&reading);
        ok = fail_set(why, FAIL_INVALID,
                      "%zu places cannot be read for certain: write them as they are to be spoken",
                      reading.problem_total);
    }
    ok = ok && studio_speak(&studio, &access->settings, &reading, item, why);
    reading_finish(&reading);
    return ok;
}

/* The options of add and edit: an item's, and --twice. */
enum { RULES = ITEM_EDIT_RULES + 1 };
static size_t rules_of(struct item_edit *edit, bool *twice, struct option_rule rules[RULES]) {
    size_t count = item_edit_rules(edit, rules);
    rules[count] = (struct option_rule){"twice", OPTION_FLAG, twice, NULL};
    return count + 1;
}

/* Ends the text with the line that has it read twice, unless it is there. */
static void mark_twice(struct text *text) {
    size_t length = text->length;
    if (!studio_is_twice(text_string(text), &length)) {
        text_add_string(text, "\n" STUDIO_TWICE "\n");
    }
}

static bool add(const struct invocation *invocation, struct fail *why) {
    struct item_edit edit = {0};
    struct option_rule rules[RULES];
    bool twice = false;
    size_t rules_count = rules_of(&edit, &twice, rules), count;
    struct access access = {0};
    struct text text = {0};
    struct item item = item_edit_blank();
    char **words;
    int64_t id;
    bool ok = options_read(invocation, rules, rules_count, "FILE", 1, 1, &words, &count, why) &&
              read_text(words[0], &text, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why);
    memory_auto char *line = first_line(text_string(&text));
    if (twice && ok) {
        mark_twice(&text);
    }
    edit.title = edit.title != NULL ? edit.title : line;
    item.kind = ITEM_BULLETIN;
    item.genre = GENRE_NEWS;
    ok = ok && item_edit_apply(&edit, access.database, &item, why) &&
         speak(&access, &text, &item, why);
    struct item_content content = {.text = text_string(&text)};
    ok = ok && store_item_create(access.database, &access.actor, &item, &content, &id, why);
    if (ok) {
        printf("%lld\n", (long long)id);
    }
    item_finish(&item);
    text_finish(&text);
    access_close(&access);
    return ok;
}

static bool edit_text(const struct invocation *invocation, struct fail *why) {
    struct item_edit edit = {0};
    struct option_rule rules[RULES];
    bool twice = false;
    size_t rules_count = rules_of(&edit, &twice, rules), count;
    struct access access = {0};
    struct text text = {0};
    struct item item;
    char **words;
    int64_t id;
    int32_t version;
    bool ok =
        options_read(invocation, rules, rules_count, "ITEM FILE", 2, 2, &words, &count, why) &&
        options_number(words[0], &id, why) && read_text(words[1], &text, why) &&
        access_open(invocation, ACCESS_CHANGE, &access, why) &&
        store_item_load(access.database, id, 0, &item, why);
    if (ok) {
        if (twice) {
            mark_twice(&text);
        }
        if (item.kind != ITEM_BULLETIN) {
            ok = fail_set(why, FAIL_CONFLICT, "item %lld is no bulletin: see 'loaxa item edit'",
                          (long long)id);
        }
        struct item_content content = {.text = text_string(&text)};
        ok = ok && item_edit_apply(&edit, access.database, &item, why) &&
             speak(&access, &text, &item, why) &&
             store_item_edit(access.database, &access.actor, &item, &content, &version, why);
        item_finish(&item);
    }
    if (ok) {
        fprintf(stderr, tr("Version %d is a draft: 'loaxa submit %lld' hands it in\n"),
                (int)version, (long long)id);
    }
    text_finish(&text);
    access_close(&access);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"add", add}, {"edit", edit_text}, {"check", check}};
    return options_act(invocation, actions, 3, false, why);
}

const struct command command_bulletin = {
    .name = "bulletin",
    .synopsis = "add FILE|- [OPTION…] | edit ITEM FILE|- [OPTION…] | "
                "check FILE|- [--spoken] [--json]",
    .summary = /* tr */ "texts that are spoken: adds, changes and checks them",
    .actions = "add edit check",
    .help = /* tr */
    "The text is UTF-8. It is turned into words and spoken; what cannot be read for certain is\n"
    "listed with its place, and nothing is added until it is written otherwise. 'add' prints\n"
    "the item's number; the first line is its title unless told. 'edit' makes a new version.\n"
    "'check' only lists, and says how long it will be.\n\n"
    "  --spoken           'check': also print the words that will be spoken\n"
    "  --json             'check': as data\n"
    "  --twice            read twice, with 'xin nhắc lại' between; the same as a last line\n"
    "                     [đọc hai lần], and kept by later edits that keep that line\n"
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
    "\nExamples:\n"
    "  loaxa bulletin add cat-dien.txt --column 1 --source \"Điện lực\" --until 30/11/2026\n"
    "  echo \"Mời bà con đi tiêm chủng lúc 7h30.\" | loaxa bulletin add - --column 1\n"
    "  loaxa bulletin check cat-dien.txt --spoken\n",
    .run = run,
};
