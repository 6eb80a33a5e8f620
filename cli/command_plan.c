/* loaxa plan: what is going to be aired, and why each occurrence is as it is. */
#include "base/words.h"
#include "cli/access.h"
#include "cli/calendar.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"
#include "cli/zones.h"
#include "scheduler/event.h"
#include "scheduler/plan.h"
#include "store/programme.h"

#include <stdio.h>

enum { PLAN_DAYS_USUAL = 7, PLAN_DAYS_MOST = 366 };

static void set_moment(json_t *object, const char *key, const struct zone *zone,
                       struct walltime t) {
    char text[MOMENT_TEXT_SIZE];
    moment_format(zone, t.us, text);
    listing_set(object, key, text);
}

static json_t *occurrence_json(const struct plan *plan, const struct plan_occurrence *one) {
    const struct zone *zone = plan->programme->zone;
    json_t *object = json_object();
    char text[OCCURRENCE_TEXT_SIZE];
    struct text words = {0};
    occurrence_format(&one->key, text);
    listing_set(object, "occ", text);
    listing_set_whole(object, "segment", one->segment->id);
    set_moment(object, "start", zone, one->start);
    set_moment(object, "end", zone, one->end);
    listing_set_whole(object, "start_us", one->start.us);
    listing_set_whole(object, "end_us", one->end.us);
    listing_set(object, "title", one->segment->title);
    listing_set(object, "column", one->segment->column_title);
    listing_set(object, "class", broadcast_class_word(one->segment->class));
    json_object_set_new(object, "zones", zones_json(one->zones));
    listing_set(object, "verdict", plan_verdict_word(one->verdict));
    json_object_set_new(object, "airs", json_boolean(plan_verdict_airs(one->verdict)));
    plan_explain(plan, one, words_language(), &words);
    listing_set(object, "words", text_string(&words));
    text_finish(&words);
    return object;
}

/* For eyes: "Tue 2026-12-01", "17:10:00-17:25:00". */
static void add_shown(json_t *object, const struct plan *plan, const struct plan_occurrence *one) {
    const struct zone *zone = plan->programme->zone;
    char from[MOMENT_TEXT_SIZE], until[MOMENT_TEXT_SIZE], day[CIVIL_TEXT_SIZE];
    struct civil civil = zone_civil(zone, one->start);
    civil_date_format(civil.date, day);
    moment_format_time(zone, one->start.us, from);
    moment_format_time(zone, one->end.us, until);
    json_object_set_new(object, "day",
                        json_sprintf("%s %s", day, moment_weekday(civil_weekday(civil.date))));
    json_object_set_new(object, "time", json_sprintf("%s-%s", from, until));
    listing_set(object, "sign", plan_verdict_airs(one->verdict) ? "" : "x");
}

static void print_plan(const struct plan *plan, bool as_json) {
    static const struct listing_column columns[] = {{"sign", "", 0},
                                                    {"day", /* tr */ "Day", 0},
                                                    {"time", /* tr */ "Time", 0},
                                                    {"title", /* tr */ "Title", 40},
                                                    {"words", /* tr */ "Explanation", 90}};
    json_t *list = json_array();
    for (size_t i = 0; i < plan->count; i++) {
        json_t *object = occurrence_json(plan, &plan->occurrences[i]);
        if (!as_json) {
            add_shown(object, plan, &plan->occurrences[i]);
        }
        json_array_append_new(list, object);
    }
    listing_print(list, as_json, columns, sizeof columns / sizeof *columns,
                  tr("Nothing is planned in this span."));
    for (size_t i = 0; i < plan->faults_count; i++) {
        fprintf(stderr, tr("Segment %lld cannot be planned: %s\n"),
                (long long)plan->faults[i].segment, plan->faults[i].sentence);
    }
}

static bool print_calendar(const struct plan *plan, struct fail *why) {
    struct text text = {0};
    bool ok = calendar_write(plan, walltime_now(), &text, why);
    if (ok) {
        fwrite(text_string(&text), 1, text.length, stdout);
    }
    text_finish(&text);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    bool as_json = false, as_ics = false, from_given = false;
    struct civil_date from;
    int64_t days = PLAN_DAYS_USUAL;
    const struct option_rule rules[] = {{"from", OPTION_DATE, &from, &from_given},
                                        {"days", OPTION_WHOLE, &days, NULL},
                                        {"json", OPTION_FLAG, &as_json, NULL},
                                        {"ics", OPTION_FLAG, &as_ics, NULL}};
    if (!options_read(invocation, rules, 4, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    if (days < 1 || days > PLAN_DAYS_MOST || (as_json && as_ics)) {
        return fail_set(why, FAIL_USAGE,
                        "--days must be 1 to %d, and --json and --ics exclude each other",
                        PLAN_DAYS_MOST);
    }
    struct access access;
    struct programme *programme = NULL;
    struct plan plan;
    bool ok = access_open(invocation, ACCESS_STATION, &access, why) &&
              store_programme_load(access.database, &programme, why);
    if (ok) {
        struct civil_date first = from_given ? from : zone_civil(access.zone, walltime_now()).date;
        ok =
            plan_build(programme, zone_instant(access.zone, (struct civil){.date = first}, NULL),
                       zone_instant(access.zone,
                                    (struct civil){.date = civil_date_add_days(first, days)}, NULL),
                       &plan, why);
    }
    if (ok) {
        if (as_ics) {
            ok = print_calendar(&plan, why);
        } else {
            print_plan(&plan, as_json);
        }
        plan_finish(&plan);
    }
    programme_release(programme);
    access_close(&access);
    return ok;
}

const struct command command_plan = {
    .name = "plan",
    .synopsis = "[--from DATE] [--days N] [--json | --ics]",
    .summary = /* tr */ "what will be aired in the next days, each with its reason",
    .help = /* tr */
    "Every conflict is resolved as on the air, and each occurrence says why it is as it is:\n"
    "moved, shortened, refused, displaced and by what. 'x' marks what will not be aired.\n\n"
    "  --from DATE  the first day; today without it\n"
    "  --days N     how many days; 7 without it, at most 366\n"
    "  --json       as data\n"
    "  --ics        as iCalendar, for phones and office calendars\n\n"
    "Examples:\n"
    "  loaxa plan\n"
    "  loaxa plan --from 10/2/2027 --days 14\n"
    "  loaxa plan --days 366 --ics > lich-phat.ics\n",
    .run = run,
};
