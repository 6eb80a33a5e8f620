/* loaxa recur: when a rule happens. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "scheduler/recurrence.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_DEFAULT = 100 };

struct recur_options {
    const char *zone, *start, *rule, *dates, *except, *from;
    int64_t limit;
    bool json, words;
};

static bool read_options(const struct invocation *invocation, struct recur_options *options,
                         struct fail *why) {
    const struct option_rule rules[] = {
        {"tz", OPTION_TEXT, &options->zone, NULL},
        {"dtstart", OPTION_TEXT, &options->start, NULL},
        {"rule", OPTION_ANY, &options->rule, NULL},
        {"rdate", OPTION_ANY, &options->dates, NULL},
        {"exdate", OPTION_ANY, &options->except, NULL},
        {"from", OPTION_TEXT, &options->from, NULL},
        {"limit", OPTION_WHOLE, &options->limit, NULL},
        {"words", OPTION_FLAG, &options->words, NULL},
        {"json", OPTION_FLAG, &options->json, NULL},
    };
    if (!options_read(invocation, rules, sizeof rules / sizeof *rules, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    if (options->start == NULL) {
        return fail_set(why, FAIL_USAGE, "--dtstart is missing; write --dtstart 20261201T171000");
    }
    return options->rule[0] != '\0' || options->dates[0] != '\0' ||
           fail_set(why, FAIL_USAGE, "--rule is missing; write --rule 'FREQ=WEEKLY;BYDAY=TU,FR'");
}

/* "20261201T171000,20261204" into values. The caller frees *ret_dates. */
static bool parse_dates(const char *list, struct recurrence_date **ret_dates, size_t *ret_count,
                        struct fail *why) {
    size_t capacity = 0;
    memory_auto char *copy = memory_text(list);
    char *rest = copy, *one;
    *ret_dates = NULL;
    *ret_count = 0;
    while (copy[0] != '\0' && (one = strsep(&rest, ",")) != NULL) {
        *ret_dates = memory_room(*ret_dates, *ret_count, &capacity, sizeof **ret_dates);
        if (!recurrence_date_parse(one, &(*ret_dates)[*ret_count], why)) {
            return false;
        }
        (*ret_count)++;
    }
    return true;
}

static bool make(const struct recur_options *options, const struct zone *zone,
                 struct recurrence **ret_recurrence, struct fail *why) {
    struct recurrence_date start, *dates = NULL, *except = NULL;
    if (!recurrence_date_parse(options->start, &start, why)) {
        return fail_prefix(why, "--dtstart");
    }
    struct recurrence_source source = {
        .start = start.civil, .start_is_date = start.is_date, .zone = zone, .rule = options->rule};
    if (start.is_utc && zone != NULL) {
        source.start = zone_civil(zone, walltime_of_seconds(civil_seconds(start.civil)));
    }
    bool ok = false;
    if (!parse_dates(options->dates, &dates, &source.dates_count, why)) {
        fail_prefix(why, "--rdate");
    } else if (!parse_dates(options->except, &except, &source.except_count, why)) {
        fail_prefix(why, "--exdate");
    } else {
        source.dates = dates;
        source.except = except;
        ok = recurrence_create(&source, ret_recurrence, why);
    }
    free(dates);
    free(except);
    return ok;
}

static bool begin(const struct recur_options *options, const struct zone *zone,
                  const struct recurrence *recurrence, struct recurrence_walk *walk,
                  struct fail *why) {
    if (options->from == NULL) {
        recurrence_walk_begin(walk, recurrence);
        return true;
    }
    struct recurrence_date from;
    if (!recurrence_date_parse(options->from, &from, why)) {
        return fail_prefix(why, "--from");
    }
    if (from.is_utc && zone != NULL) {
        recurrence_walk_seek_instant(walk, recurrence,
                                     walltime_of_seconds(civil_seconds(from.civil)));
    } else {
        recurrence_walk_seek(walk, recurrence, from.civil);
    }
    return true;
}

static void print_starts(const struct recurrence *recurrence, struct recurrence_walk *walk,
                         const struct recur_options *options) {
    json_t *starts = options->json ? json_array() : NULL;
    struct civil start;
    for (int64_t i = 0; i < options->limit && recurrence_walk_next(walk, &start); i++) {
        char text[CIVIL_TEXT_SIZE];
        if (recurrence_is_date(recurrence)) {
            civil_date_format_basic(start.date, text);
        } else {
            civil_format_basic(start, text);
        }
        if (options->json) {
            json_array_append_new(starts, json_string(text));
        } else {
            puts(text);
        }
    }
    if (options->json) {
        listing_print_json(starts);
    }
}

static void print_words(const struct recurrence *recurrence, const char *start_text) {
    struct recurrence_date start;
    struct text words = {0};
    const struct recurrence_rule *rule = recurrence_rule(recurrence);
    if (rule != NULL && recurrence_date_parse(start_text, &start, NULL)) {
        recurrence_describe(rule, start.civil, start.is_date, words_language(), &words);
        puts(text_string(&words));
    }
    text_finish(&words);
}

static bool run(const struct invocation *invocation, struct fail *why) {
    struct recur_options options = {
        .zone = "Asia/Ho_Chi_Minh", .rule = "", .dates = "", .except = "", .limit = LIMIT_DEFAULT};
    struct zone *zone = NULL;
    struct recurrence *recurrence = NULL;
    struct recurrence_walk walk;
    if (!read_options(invocation, &options, why)) {
        return false;
    }
    if (strcmp(options.zone, "floating") != 0 && !zone_load(options.zone, &zone, why)) {
        return false;
    }
    bool ok =
        make(&options, zone, &recurrence, why) && begin(&options, zone, recurrence, &walk, why);
    if (ok && options.words) {
        print_words(recurrence, options.start);
    } else if (ok) {
        print_starts(recurrence, &walk, &options);
    }
    recurrence_destroy(recurrence);
    zone_destroy(zone);
    return ok;
}

const struct command command_recur = {
    .name = "recur",
    .synopsis = "--dtstart TIME --rule RULE [OPTION...]",
    .summary = "lists when a rule of RFC 5545 happens",
    .help =
        "Prints local starts, one a line, as YYYYMMDDTHHMMSS (as YYYYMMDD where --dtstart is a\n"
        "date), sorted and without doubles.\n\n"
        "  --tz ZONE          a zone of the tz database, or 'floating' for none; Asia/Ho_Chi_Minh\n"
        "                     unless given\n"
        "  --dtstart TIME     the first possible start: 20261201T171000 or 20261201\n"
        "  --rule RULE        the rule, without 'RRULE:'\n"
        "  --rdate LIST       extra starts, joined by commas; a date alone takes the time of day\n"
        "                     of --dtstart\n"
        "  --exdate LIST      excepted starts; a date alone excepts the whole day\n"
        "  --from TIME        begin at the first start at or after it (local; UTC with a Z)\n"
        "  --limit N          at most N starts, 100 unless given\n"
        "  --json             a JSON array instead of lines\n\n"
        "A start that falls into an hour which the clock skips is shifted forward; of an hour\n"
        "that comes twice the first is taken.\n\n"
        "Examples:\n"
        "  loaxa recur --dtstart 20261201T171000 --rule 'FREQ=WEEKLY;BYDAY=TU,FR' --limit 4\n"
        "  loaxa recur --tz floating --dtstart 20260131 --rule "
        "'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=12'\n",
    .run = run,
};
