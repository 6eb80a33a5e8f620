/* loaxa template: kinds of day (Tết, mourning, storm) that swap the day's programme and return by
 * themselves. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "store/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct template_edit {
    struct option_list dates, solar, lunar;
    bool keep, mourning;
};

/* "D/M", the day "last" in the lunar calendar. */
static bool read_day(const char *word, bool lunar, struct civil_date *ret) {
    int day, month, used = 0;
    if (lunar && sscanf(word, "last/%2d%n", &month, &used) == 1 && word[used] == '\0') {
        day = -1;
    } else if (sscanf(word, "%2d/%2d%n", &day, &month, &used) != 2 || word[used] != '\0' ||
               day < 1) {
        return false;
    }
    if (month < 1 || month > 12 || day > (lunar ? 30 : civil_days_in_month(2024, month))) {
        return false;
    }
    *ret = (struct civil_date){.year = 0, .month = (int8_t)month, .day = (int8_t)day};
    return true;
}

/* "FROM..UNTIL", or one day. */
static bool read_span(const char *word, int kind, struct template_span *span, struct fail *why) {
    const char *dots = strstr(word, "..");
    memory_auto char *from = memory_text(word);
    const char *until = dots != NULL ? dots + 2 : word;
    if (dots != NULL) {
        from[dots - word] = '\0';
    }
    span->kind = kind;
    bool ok = kind == SPAN_DATES
                  ? civil_date_parse(from, &span->from) && civil_date_parse(until, &span->until) &&
                        civil_date_compare(span->from, span->until) <= 0
                  : read_day(from, kind == SPAN_LUNAR, &span->from) &&
                        read_day(until, kind == SPAN_LUNAR, &span->until);
    return ok || fail_set(why, FAIL_USAGE,
                          "'%.60s' names no days: write 2026-12-01..2026-12-02 for --dates, "
                          "2/9..3/9 for --solar, last/12..4/1 for --lunar",
                          word);
}

static bool add_spans(const struct option_list *list, int kind, struct template_span **spans,
                      size_t *count, struct fail *why) {
    for (size_t i = 0; i < list->count; i++) {
        *spans = memory_resize(*spans, *count + 1, sizeof **spans);
        (*spans)[*count] = (struct template_span){0};
        if (!read_span(list->values[i], kind, &(*spans)[*count], why)) {
            return false;
        }
        (*count)++;
    }
    return true;
}

static bool read_spans(const struct template_edit *edit, struct template_span **spans,
                       size_t *count, struct fail *why) {
    return add_spans(&edit->dates, SPAN_DATES, spans, count, why) &&
           add_spans(&edit->solar, SPAN_SOLAR, spans, count, why) &&
           add_spans(&edit->lunar, SPAN_LUNAR, spans, count, why);
}

static void format_day(int kind, struct civil_date date, char text[CIVIL_TEXT_SIZE]) {
    if (kind == SPAN_DATES) {
        civil_date_format(date, text);
    } else if (date.day == -1) {
        snprintf(text, CIVIL_TEXT_SIZE, "last/%d", date.month);
    } else {
        snprintf(text, CIVIL_TEXT_SIZE, "%d/%d", date.day, date.month);
    }
}

static json_t *template_json(const struct day_template *template, const struct template_span *spans,
                             size_t count) {
    static const char *const kinds[] = {
        [SPAN_DATES] = "dates", [SPAN_SOLAR] = "solar", [SPAN_LUNAR] = "lunar"};
    json_t *object = json_object(), *days = json_array();
    listing_set_whole(object, "id", template->id);
    listing_set(object, "name", template->name);
    json_object_set_new(object, "keeps_ordinary", json_boolean(template->keeps_ordinary));
    json_object_set_new(object, "mourning", json_boolean(template->mourning));
    for (size_t i = 0; i < count; i++) {
        if (spans[i].template_id == template->id) {
            char from[CIVIL_TEXT_SIZE], until[CIVIL_TEXT_SIZE];
            format_day(spans[i].kind, spans[i].from, from);
            format_day(spans[i].kind, spans[i].until, until);
            json_array_append_new(days,
                                  json_sprintf("%s %s..%s", kinds[spans[i].kind], from, until));
        }
    }
    json_object_set_new(object, "days", days);
    return object;
}

static bool list(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column columns[] = {
        {"id", /* tr */ "No.", 0},
        {"name", /* tr */ "Name", 0},
        {"keeps_ordinary", /* tr */ "Ordinary segments too", 0},
        {"mourning", /* tr */ "Mourning", 0},
        {"days", /* tr */ "Days", 0}};
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct day_template *templates;
    struct template_span *spans;
    size_t count, spans_count;
    bool ok = options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_template_list(access.database, &templates, &count, &spans, &spans_count, why);
    if (ok) {
        json_t *array = json_array();
        for (size_t i = 0; i < count; i++) {
            json_array_append_new(array, template_json(&templates[i], spans, spans_count));
        }
        free(templates);
        free(spans);
        listing_print(array, as_json, columns, 5,
                      tr("There is no day template: every day is an ordinary day."));
    }
    access_close(&access);
    return ok;
}

static bool add(const struct invocation *invocation, struct fail *why) {
    struct template_edit edit = {0};
    const struct option_rule rules[] = {{"dates", OPTION_LIST, &edit.dates, NULL},
                                        {"solar", OPTION_LIST, &edit.solar, NULL},
                                        {"lunar", OPTION_LIST, &edit.lunar, NULL},
                                        {"keep-ordinary", OPTION_FLAG, &edit.keep, NULL},
                                        {"mourning", OPTION_FLAG, &edit.mourning, NULL}};
    struct access access = {0};
    struct template_span *spans = NULL;
    size_t spans_count = 0, count;
    char **words;
    if (!options_read(invocation, rules, 5, "NAME", 1, 1, &words, &count, why)) {
        return false;
    }
    struct day_template template = {.keeps_ordinary = edit.keep, .mourning = edit.mourning};
    bool ok = true;
    if (strlen(words[0]) >= sizeof template.name) {
        ok = fail_set(why, FAIL_LIMIT, "the name is longer than %zu bytes",
                      sizeof template.name - 1);
    } else {
        strcpy(template.name, words[0]);
    }
    ok = ok && read_spans(&edit, &spans, &spans_count, why) &&
         access_open(invocation, ACCESS_CHANGE, &access, why) &&
         store_template_save(access.database, &access.actor, &template, spans, spans_count, why);
    if (ok) {
        printf("%lld\n", (long long)template.id);
        remote_reload(invocation);
    }
    free(spans);
    access_close(&access);
    return ok;
}

/* Finds template `id` and the spans that are its own, in place. */
static bool find_template(struct database *database, int64_t id, struct day_template *ret,
                          struct template_span **ret_spans, size_t *ret_count, struct fail *why) {
    struct day_template *templates;
    size_t count, spans_count, kept = 0;
    if (!store_template_list(database, &templates, &count, ret_spans, &spans_count, why)) {
        return false;
    }
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (templates[i].id == id) {
            *ret = templates[i];
            found = true;
        }
    }
    for (size_t i = 0; i < spans_count; i++) {
        if ((*ret_spans)[i].template_id == id) {
            (*ret_spans)[kept++] = (*ret_spans)[i];
        }
    }
    *ret_count = kept;
    free(templates);
    if (!found) {
        free(*ret_spans);
        return fail_set(why, FAIL_NOT_FOUND, "there is no day template %lld", (long long)id);
    }
    return true;
}

/* The days given replace those that were. */
static bool set_days(const struct invocation *invocation, struct fail *why) {
    struct template_edit edit = {0};
    bool more = false;
    const struct option_rule rules[] = {{"dates", OPTION_LIST, &edit.dates, NULL},
                                        {"solar", OPTION_LIST, &edit.solar, NULL},
                                        {"lunar", OPTION_LIST, &edit.lunar, NULL},
                                        {"add", OPTION_FLAG, &more, NULL}};
    struct access access = {0};
    struct day_template template;
    struct template_span *spans = NULL;
    size_t spans_count = 0, count;
    char **words;
    int64_t id;
    bool ok = options_read(invocation, rules, 4, "TEMPLATE", 1, 1, &words, &count, why) &&
              options_number(words[0], &id, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              find_template(access.database, id, &template, &spans, &spans_count, why);
    if (ok) {
        spans_count = more ? spans_count : 0;
        ok =
            read_spans(&edit, &spans, &spans_count, why) &&
            store_template_save(access.database, &access.actor, &template, spans, spans_count, why);
        free(spans);
        remote_reload(invocation);
    }
    access_close(&access);
    return ok;
}

static bool remove_template(const struct invocation *invocation, struct fail *why) {
    struct access access = {0};
    char **words;
    size_t count;
    int64_t id;
    bool ok = options_read(invocation, NULL, 0, "TEMPLATE", 1, 1, &words, &count, why) &&
              options_number(words[0], &id, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_template_remove(access.database, &access.actor, id, why);
    if (ok) {
        remote_reload(invocation);
    }
    access_close(&access);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {
        {"list", list}, {"add", add}, {"days", set_days}, {"remove", remove_template}};
    return options_act(invocation, actions, 4, true, why);
}

const struct command command_template = {
    .name = "template",
    .synopsis = "[list [--json] | add NAME [OPTION…] | days TEMPLATE [--add] [OPTION…] | "
                "remove TEMPLATE]",
    .summary = /* tr */ "kinds of day (Tết, mourning, storm) with a programme of their own",
    .actions = "list add days remove",
    .help = /* tr */
    "On the days of a template its own segments are aired instead of the ordinary ones, and the\n"
    "ordinary programme returns by itself. Later templates go before earlier ones. 'days' says\n"
    "anew on which days it holds.\n\n"
    "  --dates FROM..UNTIL  dates, both included (repeat)\n"
    "  --solar D/M..D/M     every year (repeat)\n"
    "  --lunar D/M..D/M     every lunar year; last/12 is the last day (repeat)\n"
    "  --keep-ordinary      ordinary segments are aired besides\n"
    "  --mourning           no music and no entertainment\n"
    "  --add                'days': besides the days that it has\n"
    "  --json               as data\n\n"
    "Examples:\n"
    "  loaxa template add \"Tết Nguyên đán\" --lunar last/12..4/1\n"
    "  loaxa template add \"Quốc tang\" --dates 2026-12-01..2026-12-02 --mourning \\\n"
    "      --keep-ordinary\n"
    "  loaxa segment add \"Chúc Tết\" --template 1 --column 1 --start \"2027-02-06 6:00\" \\\n"
    "      --duration 30m --rule FREQ=DAILY\n",
    .run = run,
};
