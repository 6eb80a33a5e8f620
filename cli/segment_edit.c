#include "cli/segment_edit.h"

#include "base/memory.h"
#include "base/words.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/zones.h"
#include "scheduler/event.h"
#include "scheduler/lunar_rule.h"
#include "scheduler/plan.h"
#include "scheduler/recurrence.h"
#include "scheduler/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRACE_USUAL_US (600 * WALLTIME_SECOND)
enum { FADE_USUAL_MS = 3000, FADE_MOST_MS = 60000 };

static const char *const rank_words[] = {
    [SEGMENT_FILLER] = "filler", [SEGMENT_COLUMN] = "column", [SEGMENT_CAMPAIGN] = "campaign"};

size_t segment_edit_rules(struct segment_edit *edit, struct option_rule rules[SEGMENT_EDIT_RULES]) {
    const struct option_rule all[] = {
        {"title", OPTION_TEXT, &edit->title, NULL},
        {"column", OPTION_TEXT, &edit->column_word, NULL},
        {"start", OPTION_CIVIL, &edit->start, &edit->given.start},
        {"duration", OPTION_LENGTH, &edit->duration_us, &edit->given.duration},
        {"rule", OPTION_ANY, &edit->rule, &edit->given.rule},
        {"lunar", OPTION_ANY, &edit->lunar, &edit->given.lunar},
        {"also", OPTION_LIST, &edit->also, NULL},
        {"except", OPTION_LIST, &edit->except, NULL},
        {"cancel", OPTION_LIST, &edit->cancel, NULL},
        {"move", OPTION_LIST, &edit->move, NULL},
        {"restore", OPTION_LIST, &edit->restore, NULL},
        {"class", OPTION_TEXT, &edit->class, NULL},
        {"rank", OPTION_TEXT, &edit->rank, NULL},
        {"order", OPTION_WHOLE, &edit->order, &edit->given.order},
        {"zones", OPTION_TEXT, &edit->zones, NULL},
        {"grace", OPTION_LENGTH, &edit->grace_us, &edit->given.grace},
        {"end", OPTION_TEXT, &edit->end, NULL},
        {"fade", OPTION_WHOLE, &edit->fade_ms, &edit->given.fade},
        {"template", OPTION_WHOLE, &edit->template, &edit->given.template},
        {"words", OPTION_ANY, &edit->words, NULL},
    };
    memcpy(rules, all, sizeof all);
    return sizeof all / sizeof *all;
}

struct segment segment_edit_blank(void) {
    return (struct segment){.title = memory_text(""),
                            .column_title = memory_text(""),
                            .class = CLASS_NORMAL,
                            .rank = SEGMENT_COLUMN,
                            .zones = ZONE_SET_ALL,
                            .rule = memory_text(""),
                            .lunar = memory_text(""),
                            .grace_us = GRACE_USUAL_US,
                            .end_policy = END_FINISH_ITEM,
                            .fade_ms = FADE_USUAL_MS,
                            .enabled = true};
}

static void set_text(char **text, const char *value) {
    free(*text);
    *text = memory_text(value);
}

/* "2026-12-01 17:10", or a date alone: then the time of day is the segment's. */
static bool read_start(const char *word, const struct segment *segment, struct civil *ret,
                       struct fail *why) {
    struct civil civil = segment->start;
    if (options_civil(word, ret)) {
        return true;
    }
    if (civil_date_parse(word, &civil.date)) {
        *ret = civil;
        return true;
    }
    return fail_set(why, FAIL_USAGE,
                    "'%.40s' is neither a date nor a date with a time: write 2026-12-01 or "
                    "\"2026-12-01 17:10\"",
                    word);
}

static void add_civil(struct civil **list, size_t *count, struct civil civil) {
    for (size_t i = 0; i < *count; i++) {
        if (civil_compare((*list)[i], civil) == 0) {
            return;
        }
    }
    *list = memory_resize(*list, *count + 1, sizeof **list);
    (*list)[(*count)++] = civil;
}

static bool remove_civil(struct civil *list, size_t *count, struct civil civil) {
    for (size_t i = 0; i < *count; i++) {
        if (civil_compare(list[i], civil) == 0) {
            memmove(list + i, list + i + 1, (*count - i - 1) * sizeof *list);
            (*count)--;
            return true;
        }
    }
    return false;
}

static bool remove_exception(struct segment *segment, struct civil original) {
    for (size_t i = 0; i < segment->exceptions_count; i++) {
        struct segment_exception *one = &segment->exceptions[i];
        if (civil_compare(one->original, original) == 0) {
            free(one->by);
            free(one->words);
            memmove(one, one + 1, (segment->exceptions_count - i - 1) * sizeof *one);
            segment->exceptions_count--;
            return true;
        }
    }
    return false;
}

/* One occurrence that differs; replaces an earlier word on it. */
static bool add_exception(struct segment *segment, const struct zone *zone,
                          struct segment_exception exception, const char *by, const char *words,
                          struct fail *why) {
    struct series_start found;
    if (!series_has(segment, zone, exception.original, &found)) {
        char text[CIVIL_TEXT_SIZE];
        civil_format_basic(exception.original, text);
        return fail_set(why, FAIL_NOT_FOUND,
                        "the rule gives no occurrence at %s: 'loaxa segment show' lists the next "
                        "ones",
                        text);
    }
    remove_exception(segment, exception.original);
    segment->exceptions = memory_resize(segment->exceptions, segment->exceptions_count + 1,
                                        sizeof *segment->exceptions);
    exception.by = memory_text(by);
    exception.words = memory_text(words != NULL ? words : "");
    segment->exceptions[segment->exceptions_count++] = exception;
    return true;
}

/* "OLD=NEW" */
static bool move(const struct segment_edit *edit, const char *word, const char *actor,
                 const struct zone *zone, struct segment *segment, struct fail *why) {
    const char *equal = strchr(word, '=');
    struct segment_exception exception = {.kind = EXCEPTION_MOVED};
    if (equal == NULL) {
        return fail_set(why, FAIL_USAGE,
                        "--move wants OLD=NEW, such as "
                        "2026-12-01=\"2026-12-02 17:10\"");
    }
    memory_auto char *old = memory_text(word);
    old[equal - word] = '\0';
    struct segment at = *segment;
    if (!read_start(old, segment, &exception.original, why)) {
        return false;
    }
    at.start = exception.original; /* a date alone keeps the occurrence's time of day */
    return read_start(equal + 1, &at, &exception.start, why) &&
           add_exception(segment, zone, exception, actor, edit->words, why);
}

static bool apply_dates(const struct segment_edit *edit, const char *actor, const struct zone *zone,
                        struct segment *segment, struct fail *why) {
    struct civil civil;
    for (size_t i = 0; i < edit->also.count; i++) {
        if (!read_start(edit->also.values[i], segment, &civil, why)) {
            return false;
        }
        add_civil(&segment->dates, &segment->dates_count, civil);
    }
    for (size_t i = 0; i < edit->restore.count; i++) {
        if (!read_start(edit->restore.values[i], segment, &civil, why)) {
            return false;
        }
        bool was = remove_exception(segment, civil);
        was |= remove_civil(segment->except, &segment->except_count, civil);
        if (!was) {
            return fail_set(why, FAIL_NOT_FOUND, "nothing was changed about %.40s",
                            edit->restore.values[i]);
        }
    }
    for (size_t i = 0; i < edit->except.count; i++) {
        if (!read_start(edit->except.values[i], segment, &civil, why)) {
            return false;
        }
        remove_exception(segment, civil);
        add_civil(&segment->except, &segment->except_count, civil);
    }
    for (size_t i = 0; i < edit->cancel.count; i++) {
        struct segment_exception exception = {.kind = EXCEPTION_CANCELLED};
        if (!read_start(edit->cancel.values[i], segment, &exception.original, why) ||
            !add_exception(segment, zone, exception, actor, edit->words, why)) {
            return false;
        }
    }
    for (size_t i = 0; i < edit->move.count; i++) {
        if (!move(edit, edit->move.values[i], actor, zone, segment, why)) {
            return false;
        }
    }
    return true;
}

static bool apply_words(const struct segment_edit *edit, struct segment *segment,
                        struct fail *why) {
    if (edit->class != NULL) {
        enum broadcast_class class;
        if (!broadcast_class_parse(edit->class, &class) ||
            (class != CLASS_NORMAL && class != CLASS_PRIORITY)) {
            return fail_set(why, FAIL_USAGE, "--class must be normal or priority");
        }
        segment->class = class;
    }
    if (edit->rank != NULL) {
        bool found = false;
        for (int rank = SEGMENT_FILLER; rank <= SEGMENT_CAMPAIGN; rank++) {
            if (strcmp(edit->rank, rank_words[rank]) == 0) {
                segment->rank = (enum segment_rank)rank;
                found = true;
            }
        }
        if (!found) {
            return fail_set(why, FAIL_USAGE, "--rank must be filler, column or campaign");
        }
    }
    if (edit->end != NULL && !end_policy_parse(edit->end, &segment->end_policy)) {
        return fail_set(why, FAIL_USAGE, "--end must be cut, finish or fade");
    }
    return edit->zones == NULL || zones_parse(edit->zones, &segment->zones, why);
}

/* The whole must make sense before it is stored. */
static bool check(const struct segment *segment, const struct zone *zone, struct fail *why) {
    struct lunar_rule lunar;
    struct recurrence_source source = {
        .start = segment->start, .zone = zone, .rule = segment->rule};
    struct recurrence *recurrence;
    if (segment->title[0] == '\0') {
        return fail_set(why, FAIL_USAGE, "the segment has no title: give --title");
    }
    if (segment->start.date.year == 0) {
        return fail_set(why, FAIL_USAGE, "it is not said when: give --start \"2026-12-01 17:10\"");
    }
    if (segment->duration_us < PLAN_LEAST_US || segment->duration_us > PLAN_LONGEST_US) {
        return fail_set(why, FAIL_USAGE,
                        "--duration must be from one minute to a day, such as 15m");
    }
    if (segment->fade_ms < 0 || segment->fade_ms > FADE_MOST_MS) {
        return fail_set(why, FAIL_USAGE, "--fade must be 0 to %d milliseconds", FADE_MOST_MS);
    }
    if (segment->rule[0] != '\0' && segment->lunar[0] != '\0') {
        return fail_set(why, FAIL_USAGE,
                        "--rule and --lunar exclude each other: make two segments");
    }
    if (segment->lunar[0] != '\0') {
        return lunar_rule_parse(segment->lunar, &lunar, why) || fail_prefix(why, "--lunar");
    }
    if (!recurrence_create(&source, &recurrence, why)) {
        return fail_prefix(why, "--rule");
    }
    recurrence_destroy(recurrence);
    return true;
}

bool segment_edit_apply(const struct segment_edit *edit, const char *actor, const struct zone *zone,
                        struct segment *segment, struct fail *why) {
    if (edit->title != NULL) {
        set_text(&segment->title, edit->title);
    }
    if (edit->given.rule) { /* as copied from a calendar, with its name */
        set_text(&segment->rule,
                 strncasecmp(edit->rule, "RRULE:", 6) == 0 ? edit->rule + 6 : edit->rule);
    }
    if (edit->given.lunar) {
        set_text(&segment->lunar, edit->lunar);
    }
    segment->column_id = edit->given.column ? edit->column : segment->column_id;
    segment->start = edit->given.start ? edit->start : segment->start;
    segment->duration_us = edit->given.duration ? edit->duration_us : segment->duration_us;
    segment->grace_us = edit->given.grace ? edit->grace_us : segment->grace_us;
    segment->operator_order = edit->given.order ? (int32_t)edit->order : segment->operator_order;
    segment->fade_ms = edit->given.fade ? (int32_t)edit->fade_ms : segment->fade_ms;
    segment->template_id = edit->given.template ? edit->template : segment->template_id;
    return apply_words(edit, segment, why) && check(segment, zone, why) &&
           apply_dates(edit, actor, zone, segment, why);
}

/* The rule without COUNT and UNTIL, and with `until` (a civil end, inclusive) where it is given. */
static void rewrite_rule(char **rule, const char *until) {
    struct text text = {0};
    for (const char *part = *rule; *part != '\0';) {
        size_t length = strcspn(part, ";");
        bool bound = strncasecmp(part, "COUNT=", 6) == 0 || strncasecmp(part, "UNTIL=", 6) == 0;
        if (length != 0 && (!bound || until == NULL)) {
            text_add_string(&text, text.length != 0 ? ";" : "");
            text_add(&text, part, length);
        }
        part += length + (part[length] == ';');
    }
    if (until != NULL) {
        text_add_format(&text, "%sUNTIL=%s", text.length != 0 ? ";" : "", until);
    }
    set_text(rule, text_string(&text));
    text_finish(&text);
}

static char *copy_text(const char *text) {
    return memory_text(text);
}

static struct segment copy_of(const struct segment *segment) {
    struct segment copy = *segment;
    copy.id = 0;
    copy.split_from = segment->id;
    copy.title = copy_text(segment->title);
    copy.column_title = copy_text(segment->column_title);
    copy.rule = copy_text(segment->rule);
    copy.lunar = copy_text(segment->lunar);
    copy.dates = copy.except = NULL;
    copy.exceptions = NULL;
    copy.dates_count = copy.except_count = copy.exceptions_count = 0;
    return copy;
}

/* Moves what lies on or after `date` to the other segment. */
static void part_civils(struct civil *from, size_t *from_count, struct civil **to, size_t *to_count,
                        struct civil_date date) {
    size_t kept = 0;
    for (size_t i = 0; i < *from_count; i++) {
        if (civil_date_compare(from[i].date, date) < 0) {
            from[kept++] = from[i];
        } else {
            add_civil(to, to_count, from[i]);
        }
    }
    *from_count = kept;
}

static void part_exceptions(struct segment *segment, struct segment *rest, struct civil_date date) {
    size_t kept = 0;
    for (size_t i = 0; i < segment->exceptions_count; i++) {
        if (civil_date_compare(segment->exceptions[i].original.date, date) < 0) {
            segment->exceptions[kept++] = segment->exceptions[i];
        } else {
            rest->exceptions = memory_resize(rest->exceptions, rest->exceptions_count + 1,
                                             sizeof *rest->exceptions);
            rest->exceptions[rest->exceptions_count++] = segment->exceptions[i];
        }
    }
    segment->exceptions_count = kept;
}

/* How many starts a bounded rule has before a day, so that the rest keeps its COUNT. */
static int64_t starts_before(const struct segment *segment, const struct zone *zone,
                             struct civil_date date, struct civil *ret_next) {
    struct recurrence_source source = {
        .start = segment->start, .zone = zone, .rule = segment->rule};
    struct recurrence *recurrence;
    struct recurrence_walk walk;
    struct civil start;
    int64_t count = 0;
    ret_next->date.year = 0;
    if (!recurrence_create(&source, &recurrence, NULL)) {
        return 0;
    }
    const struct recurrence_rule *rule = recurrence_rule(recurrence);
    bool counted = rule != NULL && strcasestr(segment->rule, "COUNT=") != NULL;
    recurrence_walk_begin(&walk, recurrence);
    if (!counted) { /* a rule without end is not walked from its beginning */
        if (recurrence_walk_next(&walk, &start)) {
            count = civil_date_compare(start.date, date) < 0;
        }
        recurrence_walk_seek(&walk, recurrence, (struct civil){.date = date});
    }
    while (recurrence_walk_next(&walk, &start)) {
        if (civil_date_compare(start.date, date) >= 0) {
            *ret_next = start;
            break;
        }
        count++;
    }
    recurrence_destroy(recurrence);
    return count;
}

/* "COUNT=n" becomes n less `spent`. */
static void lessen_count(char **rule, int64_t spent) {
    char *at = strcasestr(*rule, "COUNT=");
    if (at == NULL) {
        return;
    }
    char *end;
    long long count = strtoll(at + 6, &end, 10) - spent;
    char *lessened = memory_format("%.*sCOUNT=%lld%s", (int)(at - *rule), *rule, count, end);
    free(*rule);
    *rule = lessened;
}

bool segment_edit_split(struct segment *segment, struct civil_date date, const struct zone *zone,
                        struct segment *ret_rest, struct fail *why) {
    struct civil next;
    if (segment->rule[0] == '\0') {
        return fail_set(why, FAIL_CONFLICT,
                        "only a segment with a rule can be split; make a new one and end this one "
                        "with UNTIL in its lunar rule");
    }
    int64_t before = starts_before(segment, zone, date, &next);
    if (before == 0 || next.date.year == 0) {
        return fail_set(why, FAIL_CONFLICT,
                        "nothing is left on one side of that date: edit the segment as it is");
    }
    struct segment rest = copy_of(segment);
    rest.start = next;
    lessen_count(&rest.rule, before);
    char until[CIVIL_TEXT_SIZE];
    civil_date_format_basic(civil_date_add_days(date, -1), until);
    rewrite_rule(&segment->rule, until);
    part_civils(segment->dates, &segment->dates_count, &rest.dates, &rest.dates_count, date);
    part_civils(segment->except, &segment->except_count, &rest.except, &rest.except_count, date);
    part_exceptions(segment, &rest, date);
    *ret_rest = rest;
    return true;
}

static void add_rule_words(json_t *object, const struct segment *segment) {
    struct text words = {0};
    struct lunar_rule lunar;
    struct recurrence_source source = {.start = segment->start, .rule = segment->rule};
    struct recurrence *recurrence;
    if (segment->lunar[0] != '\0') {
        if (lunar_rule_parse(segment->lunar, &lunar, NULL)) {
            lunar_rule_describe(&lunar, words_language(), &words);
        }
    } else if (segment->rule[0] == '\0') {
        text_add_string(&words, tr("once"));
    } else if (recurrence_create(&source, &recurrence, NULL)) {
        recurrence_describe(recurrence_rule(recurrence), segment->start, false, words_language(),
                            &words);
        recurrence_destroy(recurrence);
    }
    listing_set(object, "rule_words", text_string(&words));
    text_finish(&words);
}

static json_t *civils_json(const struct civil *list, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        char text[CIVIL_TEXT_SIZE];
        civil_format_basic(list[i], text);
        json_array_append_new(array, json_string(text));
    }
    return array;
}

static json_t *exceptions_json(const struct segment *segment) {
    json_t *array = json_array();
    for (size_t i = 0; i < segment->exceptions_count; i++) {
        const struct segment_exception *one = &segment->exceptions[i];
        char text[CIVIL_TEXT_SIZE];
        json_t *object = json_object();
        civil_format_basic(one->original, text);
        listing_set(object, "original", text);
        if (one->kind == EXCEPTION_MOVED) {
            civil_format_basic(one->start, text);
            listing_set(object, "start", text);
        }
        listing_set(object, "kind", one->kind == EXCEPTION_MOVED ? "moved" : "cancelled");
        listing_set(object, "by", one->by);
        listing_set(object, "words", one->words);
        json_array_append_new(array, object);
    }
    return array;
}

json_t *segment_edit_json(const struct segment *segment) {
    json_t *object = json_object();
    char text[ZONES_TEXT_SIZE];
    _Static_assert((int)ZONES_TEXT_SIZE >= (int)MOMENT_TEXT_SIZE, "one text for both");
    listing_set_whole(object, "id", segment->id);
    listing_set(object, "title", segment->title);
    listing_set_whole(object, "column", segment->column_id);
    listing_set(object, "column_title", segment->column_title);
    civil_format_basic(segment->start, text);
    listing_set(object, "start", text);
    civil_time_format(segment->start, text);
    listing_set(object, "time", text);
    moment_format_length(segment->duration_us, text);
    listing_set(object, "duration", text);
    listing_set(object, "rule", segment->rule);
    listing_set(object, "lunar", segment->lunar);
    add_rule_words(object, segment);
    listing_set(object, "class", broadcast_class_word(segment->class));
    listing_set(object, "rank", rank_words[segment->rank]);
    listing_set_whole(object, "order", segment->operator_order);
    zones_format(segment->zones, text);
    listing_set(object, "zones", text);
    moment_format_length(segment->grace_us, text);
    listing_set(object, "grace", text);
    listing_set(object, "end", end_policy_word(segment->end_policy));
    listing_set_whole(object, "template", segment->template_id);
    listing_set_whole(object, "split_from", segment->split_from);
    listing_set_whole(object, "revision", segment->revision);
    json_object_set_new(object, "enabled", json_boolean(segment->enabled));
    json_object_set_new(object, "also", civils_json(segment->dates, segment->dates_count));
    json_object_set_new(object, "except", civils_json(segment->except, segment->except_count));
    json_object_set_new(object, "exceptions", exceptions_json(segment));
    return object;
}
