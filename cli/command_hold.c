/* loaxa hold, resume, clock: what an operator tells the running loaxad. */
#include "base/words.h"
#include "base/zone.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "station/settings.h"

#include <stdio.h>

static bool run_hold(const struct invocation *invocation, struct fail *why) {
    bool until_given = false, for_given = false;
    struct civil until;
    int64_t length_us = 0;
    const char *words = "";
    const struct option_rule rules[] = {
        {"until", OPTION_CIVIL, &until, &until_given},
        {"for", OPTION_LENGTH, &length_us, &for_given},
        {"words", OPTION_ANY, &words, NULL},
    };
    if (!options_read(invocation, rules, 3, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    if (until_given && for_given) {
        return fail_set(why, FAIL_USAGE, "--until and --for exclude each other");
    }
    json_t *request = json_pack("{s:s, s:s}", "do", "hold", "words", words);
    if (until_given) {
        struct settings settings;
        struct zone *zone;
        if (!settings_load(invocation->station, &settings, why) ||
            !zone_load(settings.zone, &zone, why)) {
            json_decref(request);
            return false;
        }
        json_object_set_new(request, "until_us", json_integer(zone_instant(zone, until, NULL).us));
        zone_destroy(zone);
    } else if (for_given) {
        json_object_set_new(request, "until_us",
                            json_integer(walltime_add(walltime_now(), length_us).us));
    }
    return remote_call(invocation, request, NULL, why);
}

static bool run_resume(const struct invocation *invocation, struct fail *why) {
    const char *words = "";
    const struct option_rule rules[] = {{"words", OPTION_ANY, &words, NULL}};
    return options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
           remote_call(invocation, json_pack("{s:s, s:s}", "do", "resume", "words", words), NULL,
                       why);
}

static bool clock_status(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column lines[] = {
        {"now", /* tr */ "Now", 0}, {"trust", /* tr */ "Clock", 0}, {"boot", /* tr */ "Boot", 0}};
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    json_t *answer;
    if (!options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) ||
        !remote_call(invocation, json_pack("{s:s}", "do", "status"), &answer, why)) {
        return false;
    }
    json_t *clock = json_object();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        json_object_set(clock, lines[i].key, json_object_get(answer, lines[i].key));
    }
    json_decref(answer);
    struct settings settings;
    struct zone *zone;
    if (!as_json && settings_load(invocation->station, &settings, NULL) &&
        zone_load(settings.zone, &zone, NULL)) {
        char now[MOMENT_TEXT_SIZE];
        moment_format(zone, json_integer_value(json_object_get(clock, "now")), now);
        listing_set(clock, "now", now);
        zone_destroy(zone);
    }
    listing_print_one(clock, as_json, lines, sizeof lines / sizeof *lines);
    return true;
}

static bool clock_accept(const struct invocation *invocation, struct fail *why) {
    const char *words = "";
    const struct option_rule rules[] = {{"words", OPTION_ANY, &words, NULL}};
    return options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
           remote_call(invocation, json_pack("{s:s, s:s}", "do", "clock_accept", "words", words),
                       NULL, why);
}

static bool run_clock(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"status", clock_status}, {"accept", clock_accept}};
    return options_act(invocation, actions, 2, true, why);
}

const struct command command_hold = {
    .name = "hold",
    .synopsis = "[--until TIME | --for LENGTH] [--words WORDS]",
    .summary = /* tr */ "keeps the loudspeakers silent: no session begins",
    .help = /* tr */
    "Ends what is on the air and holds every session, emergencies excepted, until the time\n"
    "given or until 'loaxa resume'. What was planned meanwhile is recorded as refused.\n\n"
    "  --until TIME   until then\n"
    "  --for LENGTH   for so long, such as 2h or 45m\n"
    "  --words WORDS  why, for the diary\n\n"
    "Examples:\n"
    "  loaxa hold --for 2h --words \"đám tang gần loa thôn Đông\"\n"
    "  loaxa hold --until \"2026-12-01 17:00\"\n",
    .run = run_hold,
};

const struct command command_resume = {
    .name = "resume",
    .synopsis = "[--words WORDS]",
    .summary = /* tr */ "ends a hold",
    .help = /* tr */ "Sessions begin again as planned; what was held is not made up for.\n\n"
                     "Examples:\n"
                     "  loaxa resume\n",
    .run = run_resume,
};

const struct command command_clock = {
    .name = "clock",
    .synopsis = "[status [--json] | accept [--words WORDS]]",
    .summary = /* tr */ "whether the clock is trusted; vouching for it",
    .actions = "status accept",
    .help = /* tr */
    "Without trust in the clock normal programmes are held. 'accept' says that you have\n"
    "compared it with a clock that is right; your name is recorded, and a new epoch begins.\n\n"
    "Examples:\n"
    "  loaxa clock\n"
    "  loaxa clock accept --words \"đã so với đồng hồ VOV\"\n",
    .run = run_clock,
};
