/* Many seeds of power cuts, clock steps and people: what must hold holds, whatever happens. Each seed
 * is named when it fails: loaxa simulate --demo --days 8 --seed S ... repeats it. */
#include "base/child.h"
#include "base/zone.h"
#include "station/simulation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef __SANITIZE_ADDRESS__
enum { SEEDS = 40, JUDGED_ONE_IN = 8 };
#else
enum { SEEDS = 200, JUDGED_ONE_IN = 8 };
#endif

static void simulate(const struct simulation_options *options, struct simulation *ret) {
    struct programme *programme = simulation_busy_station(zone_fixed("UTC+7", 7 * 3600));
    simulation_run(options, programme, ret);
    programme_release(programme);
}

static struct simulation_options chaos(uint64_t seed) {
    return (struct simulation_options){.seed = seed,
                                       .from = {INT64_C(1767200400000000)}, /* 1 January 2026 */
                                       .days = 2 + (int32_t)(seed % 5),
                                       .power_cuts = (int32_t)(seed % 5),
                                       .clock_steps = (int32_t)(seed / 2 % 5),
                                       .people = (int32_t)(seed / 3 % 9),
                                       .flips = (int32_t)(seed % 4)};
}

static bool print_breach(void *context, const char *line) {
    (void)context;
    if (strstr(line, "holds") == NULL && strstr(line, " events, ") == NULL) {
        fprintf(stderr, "%s\n", line);
    }
    return true;
}

static void judge(const struct simulation *simulation, uint64_t seed) {
    char checker[CHILD_PATH_SIZE];
    char folder[] = "/tmp/loaxa-test-simulation-XXXXXX";
    char diary[64];
    char trace[64];
    struct fail why = {0};
    if (!child_find("loaxa-check", checker, &why)) {
        return; /* not built beside this test */
    }
    assert_non_null(mkdtemp(folder));
    snprintf(diary, sizeof diary, "%s/diary.jsonl", folder);
    snprintf(trace, sizeof trace, "%s/relay.jsonl", folder);
    assert_true(simulation_write(simulation, diary, trace, &why));
    const char *const arguments[] = {"loaxa-check", diary, trace, "--tz-offset", "+0700", NULL};
    const struct child_plan plan = {
        .program = checker, .arguments = arguments, .timeout_ms = 120000, .line = print_breach};
    int status = 0;
    assert_true(child_run(&plan, &status, &why));
    unlink(diary);
    unlink(trace);
    rmdir(folder);
    if (status != 0) {
        fail_msg("the checker found a breach with seed %llu", (unsigned long long)seed);
    }
}

static void invariants_hold_whatever_happens(void **state) {
    (void)state;
    int64_t sums[OUTCOMES] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct simulation_options options = chaos(seed);
        struct simulation simulation;
        simulate(&options, &simulation);
        if (simulation.breach[0] != '\0') {
            fail_msg("seed %llu: %s", (unsigned long long)seed, simulation.breach);
        }
        if (seed % JUDGED_ONE_IN == 0) {
            judge(&simulation, seed);
        }
        for (int i = 0; i < OUTCOMES; i++) {
            sums[i] += simulation.outcomes[i];
        }
        simulation_finish(&simulation);
    }
    for (int i = 0; i < OUTCOMES && SEEDS >= 200; i++) {
        assert_true(sums[i] > 0); /* chaos reached every outcome, or it is none */
    }
}

static void the_same_seed_gives_the_same_digest(void **state) {
    (void)state;
    struct simulation_options options = chaos(104);
    struct simulation first;
    struct simulation second;
    simulate(&options, &first);
    simulate(&options, &second);
    assert_memory_equal(first.digest.bytes, second.digest.bytes, 32);
    assert_string_equal(text_string(&first.trace), text_string(&second.trace));
    simulation_finish(&second);
    options.seed++;
    simulate(&options, &second);
    assert_memory_not_equal(first.digest.bytes, second.digest.bytes, 32);
    simulation_finish(&first);
    simulation_finish(&second);
}

static void a_quiet_month_airs_all_of_it(void **state) {
    (void)state;
    struct simulation_options options = {
        .seed = 1, .from = {INT64_C(1772298000000000)}, .days = 30}; /* 1 March 2026 */
    struct simulation simulation;
    simulate(&options, &simulation);
    assert_string_equal(simulation.breach, "");
    assert_true(simulation.planned > 300);
    assert_int_equal(simulation.outcomes[OUTCOME_AIRED], simulation.planned);
    assert_true(simulation.airings > 5 * simulation.planned);
    judge(&simulation, options.seed);
    simulation_finish(&simulation);
}

static void cuts_and_steps_happen_as_often_as_asked(void **state) {
    (void)state;
    struct simulation_options options = {.seed = 9,
                                         .from = {INT64_C(1767200400000000)},
                                         .days = 10,
                                         .power_cuts = 7,
                                         .clock_steps = 5};
    struct simulation simulation;
    simulate(&options, &simulation);
    assert_int_equal(simulation.cuts, 7);
    assert_int_equal(simulation.clock_steps, 5);
    assert_true(simulation.reasons[REASON_POWER] > 0);
    simulation_finish(&simulation);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invariants_hold_whatever_happens),
        cmocka_unit_test(the_same_seed_gives_the_same_digest),
        cmocka_unit_test(a_quiet_month_airs_all_of_it),
        cmocka_unit_test(cuts_and_steps_happen_as_often_as_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
