/* loaxa preflight: the coming broadcasts, looked at before they are due. */
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"
#include "station/preflight.h"
#include "store/asrun.h"
#include "store/programme.h"

enum { PREFLIGHT_HOURS_USUAL = 24, PREFLIGHT_HOURS_MOST = 24 * 366 };

struct report {
    json_t *list;
    const struct zone *zone;
    size_t faults;
};

static void take_finding(void *context, const struct preflight_finding *finding) {
    struct report *report = context;
    const struct plan_occurrence *occurrence = finding->occurrence;
    char text[OCCURRENCE_TEXT_SIZE];
    json_t *object = json_object(), *items = json_array();
    occurrence_format(&occurrence->key, text);
    listing_set(object, "occ", text);
    moment_format(report->zone, occurrence->start.us, text);
    listing_set(object, "start", text);
    listing_set_whole(object, "start_us", occurrence->start.us);
    listing_set(object, "title", occurrence->segment->title);
    for (size_t i = 0; i < finding->rundown->count; i++) {
        const struct rundown_element *element = &finding->rundown->elements[i];
        if (element->role == ROLE_ITEM) {
            json_array_append_new(items, json_string(element->item->title));
        }
    }
    json_object_set_new(object, "items", items);
    moment_format_length(finding->rundown->duration_us, text);
    listing_set(object, "length", text);
    listing_set_whole(object, "length_us", finding->rundown->duration_us);
    listing_set_whole(object, "broken", (json_int_t)finding->broken);
    listing_set(object, "fault", finding->words);
    json_array_append_new(report->list, object);
    report->faults += finding->words[0] != '\0';
}

static bool look(struct access *access, int64_t hours, struct report *report, struct fail *why) {
    struct rotation_history history = {0};
    struct programme *programme = NULL;
    struct plan plan;
    struct walltime now = walltime_now();
    bool ok =
        store_programme_load(access->database, &programme, why) &&
        asrun_history(access->diary, &history, why) &&
        plan_build(programme, now, walltime_add(now, hours * 3600 * WALLTIME_SECOND), &plan, why);
    if (ok) {
        preflight_run(access->folder, &plan, now, &history, take_finding, report);
        plan_finish(&plan);
    }
    rotation_history_finish(&history);
    programme_release(programme);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column columns[] = {{"start", /* tr */ "Start", 0},
                                                    {"title", /* tr */ "Title", 36},
                                                    {"length", /* tr */ "Length", 0},
                                                    {"items", /* tr */ "Items", 70},
                                                    {"fault", /* tr */ "Fault", 0}};
    bool as_json = false;
    int64_t hours = PREFLIGHT_HOURS_USUAL;
    const struct option_rule rules[] = {{"hours", OPTION_WHOLE, &hours, NULL},
                                        {"json", OPTION_FLAG, &as_json, NULL}};
    if (!options_read(invocation, rules, 2, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    if (hours < 1 || hours > PREFLIGHT_HOURS_MOST) {
        return fail_set(why, FAIL_USAGE, "--hours must be 1 to %d", PREFLIGHT_HOURS_MOST);
    }
    struct access access;
    struct report report = {.list = json_array()};
    bool ok = access_open(invocation, ACCESS_STATION | ACCESS_DIARY, &access, why);
    report.zone = access.zone;
    ok = ok && look(&access, hours, &report, why);
    if (ok) {
        size_t count = json_array_size(report.list);
        listing_print(report.list, as_json, columns, 5, tr("Nothing is planned in this span."));
        ok = report.faults == 0 ||
             fail_set(why, FAIL_REFUSED, "%zu of %zu broadcasts would not be whole", report.faults,
                      count);
    } else {
        json_decref(report.list);
    }
    access_close(&access);
    return ok;
}

const struct command command_preflight = {
    .name = "preflight",
    .synopsis = "[--hours N] [--json]",
    .summary =
        /* tr */ "looks at the coming broadcasts: what fills them, whether their sounds are whole",
    .help = /* tr */ "Fills each broadcast of the next hours as it will be filled on the air, and "
                     "reads every sound\n"
                     "in full. Exit status 1 where one would be silent or not whole.\n\n"
                     "  --hours N  how far to look; 24 without it\n"
                     "  --json     as data\n\n"
                     "Examples:\n"
                     "  loaxa preflight\n"
                     "  loaxa preflight --hours 72 --json | jq '.[] | select(.fault != \"\")'\n",
    .run = run,
};
