/* loaxa segment: when a column is aired. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "cli/segment_edit.h"
#include "scheduler/series.h"
#include "store/column.h"
#include "store/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct listing_column shown[] = {
    {"id", /* tr */ "No.", 0},
    {"title", /* tr */ "Title", 40},
    {"column_title", /* tr */ "In column", 32},
    {"duration", /* tr */ "Length", 0},
    {"enabled", /* tr */ "Active", 0},
    {"rule_words", /* tr */ "When", 90},
    {"start", /* tr */ "Start", 0},
    {"rule", /* tr */ "Rule", 0},
    {"lunar", /* tr */ "Lunar rule", 0},
    {"also", /* tr */ "Also on", 0},
    {"except", /* tr */ "Except", 0},
    {"class", /* tr */ "Priority class", 0},
    {"rank", /* tr */ "Rank", 0},
    {"zones", /* tr */ "Zones", 0},
    {"grace", /* tr */ "Grace", 0},
    {"end", /* tr */ "Ends by", 0},
    {"template", /* tr */ "Template", 0},
    {"changes", /* tr */ "Changed", 0},
    {"next", /* tr */ "Next", 0},
};
enum { LIST_COLUMNS = 6, SHOW_COLUMNS = sizeof shown / sizeof *shown, SHOW_STARTS = 5 };

static bool list(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct segment *segments;
    size_t count;
    bool ok = options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_segment_list(access.database, &segments, &count, why);
    if (ok) {
        json_t *array = json_array();
        for (size_t i = 0; i < count; i++) {
            json_array_append_new(array, segment_edit_json(&segments[i]));
            segment_finish(&segments[i]);
        }
        free(segments);
        listing_print(array, as_json, shown, LIST_COLUMNS, tr("There is no segment yet."));
    }
    access_close(&access);
    return ok;
}

/* The next starts that the rule gives, without what moved or displaced them. */
static json_t *next_starts(const struct segment *segment, const struct zone *zone) {
    struct series_starts starts = {0};
    json_t *array = json_array();
    struct walltime now = walltime_now();
    /* A year holds the next of anything but rules that skip years; those show in 'plan'. */
    for (int64_t days = 8; starts.count < SHOW_STARTS && days <= 366 * 4; days *= 8) {
        starts.count = 0;
        if (!series_expand(segment, zone, now, walltime_add(now, days * 86400 * WALLTIME_SECOND),
                           100000, &starts, NULL)) {
            break;
        }
    }
    for (size_t i = 0; i < starts.count && i < SHOW_STARTS; i++) {
        char text[CIVIL_TEXT_SIZE];
        civil_format_basic(starts.starts[i].civil, text);
        json_array_append_new(array, json_string(text));
    }
    free(starts.starts);
    return array;
}

/* Moved and cancelled occurrences, each in a word for eyes. */
static json_t *changes(const struct segment *segment) {
    json_t *array = json_array();
    for (size_t i = 0; i < segment->exceptions_count; i++) {
        const struct segment_exception *one = &segment->exceptions[i];
        char original[CIVIL_TEXT_SIZE], start[CIVIL_TEXT_SIZE];
        civil_format_basic(one->original, original);
        civil_format_basic(one->start, start);
        json_array_append_new(array,
                              json_sprintf("%s → %s (%s%s%s)", original,
                                           one->kind == EXCEPTION_MOVED ? start : "✗", one->by,
                                           one->words[0] != '\0' ? ": " : "", one->words));
    }
    return array;
}

static bool show(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct segment segment;
    char **words;
    size_t count;
    int64_t id;
    bool ok = options_read(invocation, rules, 1, "SEGMENT", 1, 1, &words, &count, why) &&
              options_number(words[0], &id, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_segment_load(access.database, id, &segment, why);
    if (ok) {
        json_t *object = segment_edit_json(&segment);
        json_object_set_new(object, "next", next_starts(&segment, access.zone));
        if (!as_json) {
            json_object_set_new(object, "changes", changes(&segment));
        }
        listing_print_one(object, as_json, shown, SHOW_COLUMNS);
        segment_finish(&segment);
    }
    access_close(&access);
    return ok;
}

/* --column takes a number or a title. */
static bool find_column(const char *word, struct database *database, struct segment_edit *edit,
                        struct fail *why) {
    struct column column;
    if (word == NULL) {
        return true;
    }
    if (!store_column_find(database, word, &column, why)) {
        return false;
    }
    edit->column = column.id;
    edit->given.column = true;
    column_finish(&column);
    return true;
}

static bool add(const struct invocation *invocation, struct fail *why) {
    struct segment_edit edit = {0};
    struct option_rule rules[SEGMENT_EDIT_RULES];
    size_t rules_count = segment_edit_rules(&edit, rules), count;
    struct access access = {0};
    struct segment segment = segment_edit_blank();
    char **words;
    bool ok = options_read(invocation, rules, rules_count, "TITLE", 0, 1, &words, &count, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              find_column(edit.column_word, access.database, &edit, why);
    if (ok && count == 1 && edit.title == NULL) {
        edit.title = words[0];
    }
    if (ok && !edit.given.column) {
        ok = fail_set(why, FAIL_USAGE,
                      "say which column is aired: --column with its number or title");
    }
    ok = ok && segment_edit_apply(&edit, access.actor.login, access.zone, &segment, why) &&
         store_segment_save(access.database, &access.actor, &segment, why);
    if (ok) {
        printf("%lld\n", (long long)segment.id);
        remote_reload(invocation);
    }
    segment_finish(&segment);
    access_close(&access);
    return ok;
}

/* Splits, applies the options to the following part, and stores both. */
static bool edit_following(struct access *access, const struct segment_edit *edit,
                           struct segment *segment, struct civil_date date, struct fail *why) {
    struct segment rest;
    if (!segment_edit_split(segment, date, access->zone, &rest, why)) {
        return false;
    }
    bool ok = segment_edit_apply(edit, access->actor.login, access->zone, &rest, why) &&
              store_segment_split(access->database, &access->actor, segment, &rest, why);
    if (ok) {
        printf("%lld\n", (long long)rest.id);
    }
    segment_finish(&rest);
    return ok;
}

static bool edit_segment(const struct invocation *invocation, struct fail *why) {
    struct segment_edit edit = {0};
    struct option_rule rules[SEGMENT_EDIT_RULES + 1];
    size_t rules_count = segment_edit_rules(&edit, rules), count;
    struct civil_date split;
    bool split_given = false;
    rules[rules_count++] = (struct option_rule){"split", OPTION_DATE, &split, &split_given};
    struct access access = {0};
    struct segment segment;
    char **words;
    int64_t id;
    bool ok = options_read(invocation, rules, rules_count, "SEGMENT", 1, 1, &words, &count, why) &&
              options_number(words[0], &id, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              find_column(edit.column_word, access.database, &edit, why) &&
              store_segment_load(access.database, id, &segment, why);
    if (ok) {
        ok = split_given
                 ? edit_following(&access, &edit, &segment, split, why)
                 : segment_edit_apply(&edit, access.actor.login, access.zone, &segment, why) &&
                       store_segment_save(access.database, &access.actor, &segment, why);
        segment_finish(&segment);
        remote_reload(invocation);
    }
    access_close(&access);
    return ok;
}

static bool remove_segment(const struct invocation *invocation, struct fail *why) {
    struct access access = {0};
    char **words;
    size_t count;
    int64_t id;
    bool ok = options_read(invocation, NULL, 0, "SEGMENT", 1, 1, &words, &count, why) &&
              options_number(words[0], &id, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_segment_remove(access.database, &access.actor, id, why);
    if (ok) {
        remote_reload(invocation);
    }
    access_close(&access);
    return ok;
}

/* pause, resume: planned no more, and again. */
static bool enable(const struct invocation *invocation, bool enabled, struct fail *why) {
    struct access access = {0};
    struct segment segment;
    char **words;
    size_t count;
    int64_t id;
    bool ok = options_read(invocation, NULL, 0, "SEGMENT", 1, 1, &words, &count, why) &&
              options_number(words[0], &id, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_segment_load(access.database, id, &segment, why);
    if (ok) {
        segment.enabled = enabled;
        ok = store_segment_save(access.database, &access.actor, &segment, why);
        segment_finish(&segment);
        remote_reload(invocation);
    }
    access_close(&access);
    return ok;
}
static bool pause_segment(const struct invocation *invocation, struct fail *why) {
    return enable(invocation, false, why);
}
static bool resume_segment(const struct invocation *invocation, struct fail *why) {
    return enable(invocation, true, why);
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"list", list},
                                            {"add", add},
                                            {"show", show},
                                            {"edit", edit_segment},
                                            {"pause", pause_segment},
                                            {"resume", resume_segment},
                                            {"remove", remove_segment}};
    return options_act(invocation, actions, 7, true, why);
}

const struct command command_segment = {
    .name = "segment",
    .synopsis = "[list [--json] | add TITLE --column COLUMN --start TIME --duration LENGTH "
                "[OPTION…] | show SEGMENT [--json] | edit SEGMENT [--split DATE] [OPTION…] | "
                "pause SEGMENT | resume SEGMENT | remove SEGMENT]",
    .summary = /* tr */ "when a column is aired: rules, exceptions, moves",
    .actions = "list add show edit pause resume remove",
    .help = /* tr */
    "A segment begins at --start and recurs by an RFC 5545 rule or by a lunar rule; without\n"
    "either it is aired once. An occurrence is named by its date, or by date and time.\n\n"
    "  --column COLUMN    what is aired: a column's number or title\n"
    "  --start TIME       the first possible start, such as \"2026-12-01 17:10\"\n"
    "  --duration LENGTH  such as 15m\n"
    "  --rule RULE        such as FREQ=WEEKLY;BYDAY=TU,FR\n"
    "  --lunar RULE       such as LDAY=1,15 or LMONTH=3;LDAY=10\n"
    "  --also TIME        a single start besides (repeat)\n"
    "  --except DATE      never planned on that date (repeat)\n"
    "  --cancel DATE      this occurrence is cancelled, and recorded so (repeat)\n"
    "  --move OLD=NEW     this occurrence is moved (repeat)\n"
    "  --restore DATE     undoes --except, --cancel and --move (repeat)\n"
    "  --words WORDS      why, for the record\n"
    "  --split DATE       the other options hold from that date on: the series is\n"
    "                     continued by a new segment, whose number is printed\n"
    "  --class CLASS      normal or priority; --order N among colliding priorities\n"
    "  --rank RANK        filler, column or campaign: who gives way to whom\n"
    "  --zones ZONES      all, or 0,2,5-7\n"
    "  --grace LENGTH     how late it may still be joined; 10m without it\n"
    "  --end POLICY       when the time is up: cut, finish the item, or fade; --fade MS\n"
    "  --template N       belongs to that day template instead of ordinary days\n"
    "  --json             as data\n\n"
    "'remove' ends it and keeps its history; 'pause' can be undone by 'resume'.\n\n"
    "Examples:\n"
    "  loaxa segment add \"Bản tin chiều\" --column 2 --start \"2026-12-01 17:10\" \\\n"
    "      --duration 15m --rule 'FREQ=WEEKLY;BYDAY=TU,FR'\n"
    "  loaxa segment add \"Mùng một, rằm\" --column 3 --start \"2026-12-01 5:30\" \\\n"
    "      --duration 10m --lunar LDAY=1,15\n"
    "  loaxa segment edit 4 --move \"2026-12-04=2026-12-05 17:30\" --words \"mất điện\"\n"
    "  loaxa segment edit 4 --split 1/1/2027 --duration 20m\n",
    .run = run,
};
