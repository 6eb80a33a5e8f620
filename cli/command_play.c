/* loaxa play, stop: a manual airing through the running loaxad, and silence. */
#include "base/civil.h"
#include "base/words.h"
#include "base/zone.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "cli/zones.h"
#include "station/settings.h"

#include <stdio.h>

/* The instant of a civil time in the station's zone. */
static bool instant_of(const struct invocation *invocation, struct civil civil, int64_t *ret_us,
                       struct fail *why) {
    struct settings settings;
    struct zone *zone;
    if (!settings_load(invocation->station, &settings, why) ||
        !zone_load(settings.zone, &zone, why)) {
        return false;
    }
    *ret_us = zone_instant(zone, civil, NULL).us;
    zone_destroy(zone);
    return true;
}

static bool run_play(const struct invocation *invocation, struct fail *why) {
    int64_t column = 0, item = 0, start_us = 0;
    bool at_given = false, as_json = false;
    struct civil at;
    const char *zones_word = "all", *words = "";
    zone_set zones;
    const struct option_rule rules[] = {
        {"column", OPTION_WHOLE, &column, NULL},   {"at", OPTION_CIVIL, &at, &at_given},
        {"zones", OPTION_TEXT, &zones_word, NULL}, {"words", OPTION_ANY, &words, NULL},
        {"json", OPTION_FLAG, &as_json, NULL},
    };
    char **rest;
    size_t count;
    if (!options_read(invocation, rules, sizeof rules / sizeof *rules, "ITEM", 0, 1, &rest, &count,
                      why) ||
        !zones_parse(zones_word, &zones, why) ||
        (count == 1 && !options_number(rest[0], &item, why)) ||
        (at_given && !instant_of(invocation, at, &start_us, why))) {
        return false;
    }
    if ((item != 0) == (column != 0)) {
        return fail_set(why, FAIL_USAGE,
                        "say what to play: the number of an item, or --column "
                        "with the number of a column");
    }
    json_t *request = json_pack("{s:s, s:s}", "do", "play", "words", words);
    json_object_set_new(request, item != 0 ? "item" : "column",
                        json_integer(item != 0 ? item : column));
    if (zones != ZONE_SET_ALL) {
        json_object_set_new(request, "zones", zones_json(zones));
    }
    if (at_given) {
        json_object_set_new(request, "start_us", json_integer(start_us));
    }
    json_t *answer;
    if (!remote_call(invocation, request, &answer, why)) {
        return false;
    }
    const char *occurrence = json_string_value(json_object_get(answer, "occ"));
    if (as_json) {
        listing_print_one(answer, true, NULL, 0);
        return true;
    }
    puts(occurrence != NULL ? occurrence : "");
    json_decref(answer);
    return true;
}

static bool run_stop(const struct invocation *invocation, struct fail *why) {
    const char *words = "";
    const struct option_rule rules[] = {{"words", OPTION_ANY, &words, NULL}};
    return options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
           remote_call(invocation, json_pack("{s:s, s:s}", "do", "stop", "words", words), NULL,
                       why);
}

const struct command command_play = {
    .name = "play",
    .synopsis = "ITEM | --column COLUMN [--at TIME] [--zones ZONES] [--words WORDS] [--json]",
    .summary = /* tr */ "airs an approved item, or a column, by hand",
    .help = /* tr */ "A manual airing keeps to the air windows and quiet hours, and has a number "
                     "of its own in\n"
                     "the diary, beside the plan. It prints that number.\n\n"
                     "  --column COLUMN  what this column's rotation gives, instead of one item\n"
                     "  --at TIME        when to begin; now without it\n"
                     "  --zones ZONES    all, or numbers such as 0,2,5-7\n"
                     "  --words WORDS    why, for the diary\n"
                     "  --json           the answer as data\n\n"
                     "Examples:\n"
                     "  loaxa play 12\n"
                     "  loaxa play --column 2 --zones 0,1 --at \"2026-12-01 17:10\"\n",
    .run = run_play,
};

const struct command command_stop = {
    .name = "stop",
    .synopsis = "[--words WORDS]",
    .summary = /* tr */ "ends what is on the air, in all zones, at once",
    .help = /* tr */ "What follows in the plan is not touched; 'loaxa hold' keeps the loudspeakers "
                     "silent.\n\n"
                     "  --words WORDS  why, for the diary\n\n"
                     "Examples:\n"
                     "  loaxa stop --words \"phát nhầm tin\"\n",
    .run = run_stop,
};
