/* loaxa simulate: the station's own schedule, rehearsed on a virtual clock and judged. */
#include "base/child.h"
#include "base/memory.h"
#include "base/words.h"
#include "base/zone.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "station/simulation.h"
#include "store/programme.h"
#include "store/station.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DAYS_MOST = 3660, TIMES_MOST = 100000, CHECK_MINUTES = 30 };

struct simulate_options {
    int64_t days, seed, power_cuts, clock_steps, people;
    struct civil_date from;
    const char *out;
    bool seeded, dated, demo, json, unchecked;
};

static bool read_options(const struct invocation *invocation, struct simulate_options *options,
                         struct fail *why) {
    const struct option_rule rules[] = {
        {"days", OPTION_WHOLE, &options->days, NULL},
        {"seed", OPTION_WHOLE, &options->seed, &options->seeded},
        {"power-cuts", OPTION_WHOLE, &options->power_cuts, NULL},
        {"clock-steps", OPTION_WHOLE, &options->clock_steps, NULL},
        {"people", OPTION_WHOLE, &options->people, NULL},
        {"from", OPTION_DATE, &options->from, &options->dated},
        {"out", OPTION_TEXT, &options->out, NULL},
        {"demo", OPTION_FLAG, &options->demo, NULL},
        {"no-check", OPTION_FLAG, &options->unchecked, NULL},
        {"json", OPTION_FLAG, &options->json, NULL},
    };
    if (!options_read(invocation, rules, sizeof rules / sizeof *rules, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    if (options->days < 1 || options->days > DAYS_MOST) {
        return fail_set(why, FAIL_USAGE, "--days wants 1 to %d days", DAYS_MOST);
    }
    if (options->power_cuts > TIMES_MOST || options->clock_steps > TIMES_MOST ||
        options->people > TIMES_MOST) {
        return fail_set(why, FAIL_USAGE, "--power-cuts, --clock-steps and --people want at most %d",
                        TIMES_MOST);
    }
    if (!options->seeded) {
        uint32_t seed = 1;
        if (getrandom(&seed, sizeof seed, 0) != sizeof seed) {
            return fail_system(why, errno, "the system gives no random number");
        }
        options->seed = seed;
    }
    return true;
}

/* With --demo, or where nobody named a folder and this machine has no station. */
static bool is_demo(const struct invocation *invocation, struct simulate_options *options) {
    if (!options->demo && strcmp(invocation->station, "/var/lib/loaxa") == 0 &&
        !access_exists(invocation, NULL)) {
        fprintf(stderr, "%s\n",
                tr("There is no station on this machine: a made-up busy one is rehearsed."));
        options->demo = true;
    }
    return options->demo;
}

/* The station's own programme, or the made-up one. */
static bool load_programme(const struct invocation *invocation, struct simulate_options *options,
                           struct programme **ret, zone_set *ret_zones, struct fail *why) {
    if (is_demo(invocation, options)) {
        struct zone *zone;
        if (!zone_load("Asia/Ho_Chi_Minh", &zone, why)) {
            return false;
        }
        *ret = simulation_busy_station(zone);
        return true;
    }
    struct access access;
    struct database *database;
    if (!access_open(invocation, ACCESS_SETTINGS, &access, why)) {
        access_close(&access);
        fprintf(stderr, "%s\n",
                tr("'loaxa simulate --demo' rehearses a made-up busy station without any folder."));
        return false;
    }
    *ret_zones = settings_zones(&access.settings);
    access_close(&access);
    if (!store_station_open(invocation->station, DATABASE_READ, &database, why)) {
        return false;
    }
    bool ok = store_programme_load(database, ret, why);
    database_close(database);
    return ok;
}

/* Midnight of the first day: as asked, or today; the made-up station's is always the same. */
static struct walltime first_instant(const struct simulate_options *options,
                                     const struct programme *programme) {
    struct civil first = {.date = options->from};
    enum zone_fit fit;
    if (!options->dated) {
        first.date = options->demo ? (struct civil_date){2026, 1, 1}
                                   : zone_civil(programme->zone, walltime_now()).date;
    }
    return zone_instant(programme->zone, first, &fit);
}

/* What the checker said. */
struct verdict {
    struct text lines;
    bool clean;
};

static bool take_line(void *context, const char *line) {
    struct verdict *verdict = context;
    text_add_format(&verdict->lines, "%s\n", line);
    return true;
}

static bool check(const char *diary, const char *trace, bool json, struct verdict *verdict,
                  struct fail *why) {
    char program[CHILD_PATH_SIZE];
    const char *const arguments[] = {"loaxa-check", diary, trace, json ? "--json" : NULL, NULL};
    int status = 0;
    if (!child_find("loaxa-check", program, why)) {
        return false;
    }
    const struct child_plan plan = {.program = program,
                                    .arguments = arguments,
                                    .timeout_ms = CHECK_MINUTES * INT64_C(60000),
                                    .line = take_line,
                                    .context = verdict};
    if (!child_run(&plan, &status, why)) {
        return fail_prefix(why, "loaxa-check");
    }
    verdict->clean = status == 0;
    return true;
}

/* Writes diary and trace to --out, or to a folder that is removed again, and has them judged. */
static bool judge(const struct simulate_options *options, const struct simulation *simulation,
                  struct verdict *verdict, struct fail *why) {
    char temporary[] = "/tmp/loaxa-simulate-XXXXXX";
    const char *folder = options->out;
    if (folder == NULL) {
        folder = mkdtemp(temporary);
        if (folder == NULL) {
            return fail_system(why, errno, "cannot make a folder in %s", "/tmp");
        }
    } else if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        return fail_system(why, errno, "cannot make the folder %s", folder);
    }
    memory_auto char *diary = memory_format("%s/diary.jsonl", folder);
    memory_auto char *trace = memory_format("%s/relay.jsonl", folder);
    bool ok = simulation_write(simulation, diary, trace, why) &&
              (options->unchecked || check(diary, trace, options->json, verdict, why));
    if (options->out == NULL) {
        unlink(diary);
        unlink(trace);
        rmdir(folder);
    }
    return ok;
}

static json_t *tell_outcomes(const struct simulation *simulation) {
    json_t *outcomes = json_object();
    for (int i = 0; i < OUTCOMES; i++) {
        listing_set_whole(outcomes, outcome_word((enum outcome)i), simulation->outcomes[i]);
    }
    return outcomes;
}

static json_t *tell_reasons(const struct simulation *simulation) {
    json_t *reasons = json_object();
    for (int i = 1; i < REASONS; i++) {
        if (simulation->reasons[i] != 0) {
            listing_set_whole(reasons, outcome_reason_word((enum outcome_reason)i),
                              simulation->reasons[i]);
        }
    }
    return reasons;
}

static void print_json(const struct simulate_options *options, const struct simulation *simulation,
                       const char *from, const char *digest, const struct verdict *verdict) {
    json_t *all = json_object();
    char head[SIMULATION_HEAD_SIZE];
    simulation_head(simulation, head);
    listing_set_whole(all, "days", options->days);
    listing_set_whole(all, "seed", options->seed);
    listing_set(all, "from", from);
    listing_set_whole(all, "power_cuts", simulation->cuts);
    listing_set_whole(all, "clock_steps", simulation->clock_steps);
    listing_set_whole(all, "people", simulation->acts);
    listing_set_whole(all, "boots", simulation->boots);
    listing_set_whole(all, "events", (json_int_t)simulation->events_count);
    listing_set_whole(all, "airings", simulation->airings);
    listing_set_whole(all, "planned", simulation->planned);
    listing_set_whole(all, "ahead", simulation->pending);
    json_object_set_new(all, "outcomes", tell_outcomes(simulation));
    json_object_set_new(all, "reasons", tell_reasons(simulation));
    listing_set(all, "head", head);
    listing_set(all, "digest", digest);
    json_object_set_new(all, "sound", json_boolean(simulation->breach[0] == '\0'));
    json_error_t error;
    json_t *judged = verdict->lines.length != 0
                         ? json_loads(text_string(&verdict->lines), 0, &error)
                         : json_null();
    json_object_set_new(all, "checker", judged != NULL ? judged : json_null());
    listing_print_json(all);
}

static void print_count(const char *indent, const char *what, int64_t count) {
    const size_t wide = 20;
    size_t columns = text_columns(what) + strlen(indent);
    printf("  %s%s%*s %8" PRId64 "\n", indent, what, (int)(columns < wide ? wide - columns : 0), "",
           count);
}

static void print_ledger(const struct simulation *simulation) {
    int64_t sum = 0;
    print_count("", tr("planned"), simulation->planned);
    for (int i = 0; i < OUTCOMES; i++) {
        print_count("  ", outcome_text((enum outcome)i), simulation->outcomes[i]);
        sum += simulation->outcomes[i];
    }
    printf(tr("  sum over outcomes %" PRId64 ", still ahead %" PRId64 "\n"), sum,
           simulation->pending);
    for (int i = 1; i < REASONS; i++) {
        if (simulation->reasons[i] != 0) {
            printf("    %s: %" PRId64 "\n", outcome_reason_text((enum outcome_reason)i),
                   simulation->reasons[i]);
        }
    }
}

static void print_words(const struct simulate_options *options, const struct simulation *simulation,
                        const char *from, const char *digest, const struct verdict *verdict) {
    char head[SIMULATION_HEAD_SIZE];
    simulation_head(simulation, head);
    printf(tr("%" PRId64 " days from %s, seed %" PRId64
              ": %d power cuts, %d clock steps, %d acts of people\n"),
           options->days, from, options->seed, simulation->cuts, simulation->clock_steps,
           simulation->acts);
    print_ledger(simulation);
    printf(tr("%zu events, %" PRId64 " airings\n"), simulation->events_count, simulation->airings);
    printf(tr("head    %s\ndigest  %s\n"), head, digest);
    fputs(text_string(&verdict->lines), stdout);
}

static bool run(const struct invocation *invocation, struct fail *why) {
    struct simulate_options options = {.days = 7};
    struct programme *programme;
    zone_set zones = 0;
    if (!read_options(invocation, &options, why) ||
        !load_programme(invocation, &options, &programme, &zones, why)) {
        return false;
    }
    const struct simulation_options wanted = {
        .seed = (uint64_t)options.seed,
        .from = first_instant(&options, programme),
        .days = (int32_t)options.days,
        .power_cuts = (int32_t)options.power_cuts,
        .clock_steps = (int32_t)options.clock_steps,
        .people = (int32_t)options.people,
        .zones = zones,
        .flips = options.people != 0 ? 2 : 0,
    };
    char from[CIVIL_TEXT_SIZE];
    char digest[DIGEST_HEX_SIZE];
    struct simulation simulation;
    struct verdict verdict = {.clean = true};
    civil_date_format(zone_civil(programme->zone, wanted.from).date, from);
    simulation_run(&wanted, programme, &simulation);
    digest_format(&simulation.digest, digest);
    bool ok = judge(&options, &simulation, &verdict, why);
    if (ok) {
        (options.json ? print_json : print_words)(&options, &simulation, from, digest, &verdict);
    }
    if (ok && simulation.breach[0] != '\0') {
        ok = fail_set(why, FAIL_CONFLICT, "an invariant broke: %s", simulation.breach);
    } else if (ok && !verdict.clean) {
        ok = fail_set(why, FAIL_CONFLICT,
                      "the checker found an invariant broken: repeat it with --seed %" PRId64
                      " --from %s",
                      options.seed, from);
    }
    text_finish(&verdict.lines);
    simulation_finish(&simulation);
    programme_release(programme);
    return ok;
}

const struct command command_simulate = {
    .name = "simulate",
    .synopsis = "--days N [--seed S] [--power-cuts K] [--clock-steps K] [--json]",
    .summary = "rehearses the station's schedule on a virtual clock",
    .help =
        "Runs the same core that is on the air over the station's own schedule, with twins for\n"
        "player, relays, speech and store, in seconds; prints the ledger and a digest, and has\n"
        "diary and relay trace judged by loaxa-check. Nothing sounds, nothing is changed. Ends\n"
        "with 1 if an invariant breaks.\n\n"
        "  --days N          how long (7)\n"
        "  --seed S          the same seed and first day give the same digest; random otherwise\n"
        "  --power-cuts K    so many times power goes, or loaxad dies, half of them on the air\n"
        "  --clock-steps K   so many times the clock is set wrong, or right again\n"
        "  --people K        so many acts of people: withdrawals, stops, holds, edits\n"
        "  --from DATE       the first day (today)\n"
        "  --demo            a made-up busy station instead of the folder's\n"
        "  --out DIR         keep diary.jsonl and relay.jsonl there\n"
        "  --no-check        without loaxa-check\n"
        "  --json            as JSON\n\n"
        "Examples:\n"
        "  loaxa simulate --days 365 --seed 1\n"
        "  loaxa simulate --demo --days 30 --seed 7 --power-cuts 20 --clock-steps 10\n",
    .run = run,
};
