/* loaxa status: what is on the air, what comes next, and how the machine does. */
#include "base/words.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "station/settings.h"

#include <string.h>

static const struct listing_column lines[] = {
    {"now", /* tr */ "Now", 0},          {"trust", /* tr */ "Clock", 0},
    {"onair", /* tr */ "On the air", 0}, {"next", /* tr */ "Next", 0},
    {"hold", /* tr */ "Hold", 0},        {"amplifier", /* tr */ "Amplifiers", 0},
    {"card", /* tr */ "Sound card", 0},  {"incidents", /* tr */ "Last incidents", 0},
};

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static int64_t whole_of(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static void show_hold(json_t *shown, const json_t *hold, const struct zone *zone) {
    char until[MOMENT_TEXT_SIZE];
    if (!json_is_object(hold)) {
        return;
    }
    moment_format(zone, whole_of(hold, "until_us"), until);
    json_object_set_new(shown, "hold",
                        until[0] != '\0' ? json_sprintf(tr("held until %s"), until)
                                         : json_string(tr("held until 'loaxa resume'")));
}

static void show_machine(json_t *shown, const json_t *answer) {
    size_t index;
    json_t *one, *zones = json_array();
    json_array_foreach(json_object_get(answer, "amplifier"), index, one) {
        json_array_append_new(zones, json_sprintf("%d %s: %s", (int)whole_of(one, "zone"),
                                                  text_of(one, "title"), text_of(one, "state")));
    }
    json_object_set_new(shown, "amplifier", zones);
    const json_t *card = json_object_get(answer, "card");
    const char *heard = text_of(card, "heard");
    json_object_set_new(shown, "card",
                        json_sprintf("%s (%s)%s%s", text_of(card, "device"), text_of(card, "state"),
                                     heard[0] != '\0' ? " → " : "", heard));
    if (json_array_size(json_object_get(answer, "incidents")) != 0) {
        json_object_set(shown, "incidents", json_object_get(answer, "incidents"));
    }
}

/* The answer's nested values as one line each, for eyes. */
static json_t *in_words(const json_t *answer, const struct zone *zone) {
    json_t *shown = json_object();
    char at[MOMENT_TEXT_SIZE];
    bool doubted = strcmp(text_of(answer, "trust"), "untrusted") == 0;
    const char *doubt = doubted ? text_of(answer, "clock_words") : "";
    moment_format(zone, whole_of(answer, "now"), at);
    listing_set(shown, "now", at);
    json_object_set_new(
        shown, "trust",
        json_sprintf("%s%s%s", text_of(answer, "trust"), doubt[0] != '\0' ? ": " : "", doubt));
    const json_t *onair = json_object_get(answer, "onair"), *next = json_object_get(answer, "next");
    if (json_is_object(onair)) {
        moment_format_length(whole_of(onair, "remaining_us"), at);
        json_object_set_new(shown, "onair",
                            json_sprintf(tr("%s: %s (%s left)"), text_of(onair, "title"),
                                         text_of(onair, "item"), at));
    } else {
        listing_set(shown, "onair", tr("silence"));
    }
    if (json_is_object(next)) {
        moment_format(zone, whole_of(next, "start_us"), at);
        json_object_set_new(shown, "next", json_sprintf("%s  %s", at, text_of(next, "title")));
    } else {
        listing_set(shown, "next", tr("nothing is planned"));
    }
    show_hold(shown, json_object_get(answer, "hold"), zone);
    show_machine(shown, answer);
    return shown;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    if (!options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    struct settings settings;
    struct zone *zone = NULL;
    json_t *answer = NULL;
    if (!settings_load(invocation->station, &settings, why) ||
        !remote_call(invocation, json_pack("{s:s}", "do", "status"), &answer, why) ||
        !zone_load(settings.zone, &zone, why)) {
        json_decref(answer);
        return false;
    }
    if (as_json) {
        listing_print_one(answer, true, NULL, 0);
    } else {
        listing_print_one(in_words(answer, zone), false, lines, sizeof lines / sizeof *lines);
        json_decref(answer);
    }
    zone_destroy(zone);
    return true;
}

const struct command command_status = {
    .name = "status",
    .synopsis = "[--json]",
    .summary = /* tr */ "what is on the air, what comes next, clock, card and amplifiers",
    .help = /* tr */ "Asks the running loaxad.\n\n"
                     "  --json   the answer as data\n\n"
                     "Examples:\n"
                     "  loaxa status\n"
                     "  loaxa status --json | jq .next\n",
    .run = run,
};
