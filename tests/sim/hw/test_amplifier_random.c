/* Random demands, clock steps, relay failures, silences and late wake-ups: whatever comes, the
 * invariants of the amplifier hold. They are judged from the edges alone, by code that shares
 * nothing with the sequencer. The seed is printed, and can be given as LOAXA_SEED. */
#include "hw/amplifier.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ZONES = 3, WARM_UP_MS = 1500, STEPS = 200000, LATE_MS = 100 };

struct world {
    uint64_t seed;
    struct walltime wall;
    struct monotime mono;
    struct amplifier amplifier;
    struct amplifier_demand demand;
    struct amplifier_output out;
    int64_t heard_ns;   /* the last time that a good heartbeat was given */
    int64_t silent_ns;  /* since when the player is gone or odd; 0 while it is not */
    int64_t stepped_ns; /* when the wall clock was last moved */
    uint64_t next_id;
    uint64_t edges;
    /* as an observer of the relays knows them */
    bool power[ZONES], mute[ZONES];
    int64_t powered_ns[ZONES];
    struct permit permit[ZONES]; /* of the last edge */
};

static uint64_t chance(struct world *world) { /* splitmix64 */
    uint64_t z = world->seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static int64_t between(struct world *world, int64_t least, int64_t most) {
    return least + (int64_t)(chance(world) % (uint64_t)(most - least + 1));
}

static bool one_in(struct world *world, int n) {
    return chance(world) % (uint64_t)n == 0;
}

static int64_t floor_division(int64_t a, int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

/* 22:00 to 04:30 at UTC+7, in plain arithmetic. */
static bool is_night(struct walltime t) {
    int64_t local = floor_division(t.us, 1000000) + 7 * 3600;
    int64_t second = local - floor_division(local, 86400) * 86400;
    return second >= 22 * 3600 || second < 4 * 3600 + 1800;
}

static void judge_edge(struct world *world, const struct relay_edge *edge) {
    int z = edge->zone;
    assert_in_range(z, 0, ZONES - 1);
    world->edges++;
    bool rises = edge->line == RELAY_POWER ? edge->state : !edge->state;
    if (rises) {
        const struct permit *permit = &edge->permit;
        assert_true(permit_allows(permit, world->wall, world->mono, UINT32_C(1) << z));
        assert_true(!is_night(world->wall) ||
                    (permit->class == CLASS_EMERGENCY && permit->crosses_quiet_hours));
        assert_true(world->silent_ns == 0);
        assert_true(world->mono.ns - world->heard_ns < 1500 * MONOTIME_MS);
    }
    if (edge->line == RELAY_POWER && edge->state) {
        assert_true(world->mute[z] && !world->power[z]);
        world->powered_ns[z] = world->mono.ns;
    } else if (edge->line == RELAY_POWER) {
        assert_true(world->mute[z]); /* mute before off */
    } else if (!edge->state) {
        assert_true(world->power[z]);
        assert_true(world->mono.ns - world->powered_ns[z] >= WARM_UP_MS * MONOTIME_MS);
    }
    if (edge->line == RELAY_POWER) {
        world->power[z] = edge->state;
    } else {
        world->mute[z] = edge->state;
    }
    world->permit[z] = edge->permit;
}

/* What must be true of the lines after every step. */
static void judge_lines(struct world *world) {
    for (int z = 0; z < ZONES; z++) {
        assert_int_equal(world->power[z], world->amplifier.zones[z].power);
        assert_true(world->power[z] || world->mute[z]);
        if (!world->power[z]) {
            continue;
        }
        const struct permit *permit = &world->amplifier.zones[z].permit;
        assert_true(permit_allows(permit, world->wall, world->mono, UINT32_C(1) << z));
        assert_true(!is_night(world->wall) ||
                    (permit->class == CLASS_EMERGENCY && permit->crosses_quiet_hours));
        assert_true(world->mono.ns - world->heard_ns <= 2000 * MONOTIME_MS);
        assert_true(world->silent_ns == 0 ||
                    world->mono.ns - world->silent_ns <= (200 + LATE_MS) * MONOTIME_MS);
        assert_true(world->mono.ns - world->powered_ns[z] <= 600 * MONOTIME_SECOND);
    }
    assert_true(world->out.wake_up.ns >= world->mono.ns);
}

static void step(struct world *world, const struct amplifier_input *input) {
    amplifier_step(&world->amplifier, world->wall, world->mono, input, &world->out);
    zone_set failed = 0;
    for (size_t i = 0; i < world->out.edges_count; i++) {
        judge_edge(world, &world->out.edges[i]);
        if (one_in(world, 200)) {
            failed |= UINT32_C(1) << world->out.edges[i].zone;
        }
    }
    judge_lines(world);
    if (failed != 0) {
        step(world, &(struct amplifier_input){.kind = AMPLIFIER_RELAY_FAILED, .failed = failed});
    }
}

/* Time goes on by so much, in steps that come when asked for or up to LATE_MS later. */
static void pass(struct world *world, int64_t ns) {
    int64_t end = world->mono.ns + ns;
    while (world->mono.ns < end) {
        int64_t next = world->out.wake_up.ns;
        if (next != INT64_MAX && one_in(world, 3)) {
            next += between(world, 0, LATE_MS * MONOTIME_MS);
        }
        next = next < end ? next : end;
        next = next > world->mono.ns ? next : world->mono.ns + 1;
        /* whole microseconds, so that both clocks agree */
        next += (1000 - (next - world->mono.ns) % 1000) % 1000;
        world->wall.us += (next - world->mono.ns) / 1000;
        world->mono.ns = next;
        step(world, NULL);
    }
}

static struct permit random_permit(struct world *world) {
    struct permit permit = {.id = ++world->next_id,
                            .class = (enum broadcast_class)between(world, 0, 3),
                            .zones = (zone_set)chance(world) | (zone_set)chance(world)};
    permit.not_before = walltime_add(world->wall, between(world, -100, 20) * WALLTIME_SECOND);
    permit.not_after = walltime_add(permit.not_before, between(world, 1, 900000000));
    permit.deadline = monotime_add(world->mono, between(world, 0, 900) * MONOTIME_SECOND);
    permit.crosses_quiet_hours = permit.class == CLASS_EMERGENCY && one_in(world, 2);
    return permit;
}

static void change_demand(struct world *world) {
    struct amplifier_demand *demand = &world->demand;
    *demand = (struct amplifier_demand){.cut = one_in(world, 8) ? chance(world) & 7 : 0};
    if (one_in(world, 3)) {
        return;
    }
    demand->wants_count = one_in(world, 3) ? 2 : 1;
    zone_set all = (zone_set)between(world, 1, 7), half = all & (zone_set)chance(world);
    demand->wants[0].zones = demand->wants_count == 2 ? half : all;
    demand->wants[1].zones = all & ~half;
    demand->wants[0].permit = random_permit(world);
    demand->wants[1].permit = random_permit(world);
    if (!one_in(world, 30)) { /* nearly always what the check accepts */
        demand->wants[0].permit.zones |= demand->wants[0].zones;
        demand->wants[1].permit.zones |= demand->wants[1].zones;
    }
}

static void heartbeat(struct world *world) {
    bool good =
        amplifier_demand_check(&world->amplifier.settings, &world->demand, world->mono, NULL);
    if (good) {
        world->heard_ns = world->mono.ns;
        world->silent_ns = 0;
    } else if (world->silent_ns == 0) {
        world->silent_ns = world->mono.ns;
    }
    step(world, &(struct amplifier_input){.kind = AMPLIFIER_HEARD, .demand = &world->demand});
}

static void step_clock(struct world *world) {
    static const int64_t sizes[] = {1, 30, 3600, 6 * 3600, 86400, 40 * 365 * INT64_C(86400)};
    int64_t size = sizes[chance(world) % (one_in(world, 20) ? 6 : 5)] * WALLTIME_SECOND;
    world->wall.us += one_in(world, 2) ? size : -size;
    world->stepped_ns = world->mono.ns;
    if (world->wall.us < INT64_C(1704067200000000) || world->wall.us > INT64_C(4000000000000000)) {
        world->wall.us = INT64_C(1796119800000000);
    }
    step(world, NULL);
}

static void run(struct world *world) {
    for (int i = 0; i < STEPS; i++) {
        if (one_in(world, 25)) {
            change_demand(world);
        }
        if (!one_in(world, 40)) {
            heartbeat(world);
        } else if (one_in(world, 3)) {
            world->silent_ns = world->silent_ns != 0 ? world->silent_ns : world->mono.ns;
            step(world, &(struct amplifier_input){.kind = one_in(world, 2) ? AMPLIFIER_PLAYER_GONE
                                                                           : AMPLIFIER_ODD_HEARD});
        }
        if (one_in(world, 500)) {
            step_clock(world);
        }
        pass(world,
             one_in(world, 300) ? between(world, 1, 40) * MONOTIME_SECOND : 500 * MONOTIME_MS);
    }
}

static void invariants_hold_whatever_comes(void **state) {
    (void)state;
    struct world *world = calloc(1, sizeof *world);
    const char *given = getenv("LOAXA_SEED");
    for (uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : 1, runs = given ? 1 : 3;
         runs > 0; runs--, seed++) {
        printf("LOAXA_SEED=%" PRIu64 "\n", seed);
        *world = (struct world){
            .seed = seed, .wall = {INT64_C(1796119800000000)}, .mono = {1000 * MONOTIME_SECOND}};
        struct zone *zone = zone_fixed("+07", 7 * 3600);
        struct amplifier_settings settings = amplifier_settings_default(7, zone);
        for (int z = 0; z < ZONES; z++) {
            settings.zone[z].warm_up_ms = WARM_UP_MS;
            settings.zone[z].hold_ms = 5000;
            settings.zone[z].max_on_ms = 600000;
            world->mute[z] = true;
        }
        world->heard_ns = world->mono.ns;
        amplifier_start(&world->amplifier, &settings, world->wall, world->mono, &world->out);
        run(world);
        assert_true(world->edges > STEPS / 100); /* it did something */
        zone_destroy(zone);
    }
    free(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(invariants_hold_whatever_comes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
