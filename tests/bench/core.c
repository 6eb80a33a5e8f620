/* Measures the core: planning 1,000 segments over a year, and rehearsing a busy year. */
#include "base/memory.h"
#include "base/zone.h"
#include "scheduler/plan.h"
#include "station/simulation.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SEGMENTS = 1000, ROUNDS = 7 };

/* CPU time of this process: other work on the machine does not count. */
static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Half daily, half weekly on one or two days, all the day long, all classes and ranks. */
static struct programme *thousand_segments(void) {
    static const char *const weekly[] = {"MO", "TU,FR", "SA,SU", "WE"};
    struct programme *programme = programme_create();
    programme->zone = zone_fixed("UTC+7", 7 * 3600);
    programme->profile = (struct profile){.windows = {{0x7f, 5 * 3600, 21 * 3600}},
                                          .windows_count = 1,
                                          .quiet_from_s = 22 * 3600,
                                          .quiet_to_s = 4 * 3600 + 1800,
                                          .session_gap_s = 300,
                                          .session_weekdays = 0x7f,
                                          .weekend_sessions_a_day = -1};
    programme->segments = memory_new(SEGMENTS * sizeof *programme->segments);
    for (int i = 0; i < SEGMENTS; i++) {
        programme->segments[programme->segments_count++] = (struct segment){
            .id = i + 1,
            .title = memory_text("A"),
            .column_title = memory_text(""),
            .class = i % 11 == 0 ? CLASS_PRIORITY : CLASS_NORMAL,
            .rank = (enum segment_rank)(i % 3),
            .zones = (zone_set)1 << i % 8,
            .start = {{2025, 1, (int8_t)(1 + i % 28)},
                      (int8_t)(5 + i * 7 % 16),
                      (int8_t)(i * 13 % 60),
                      0},
            .rule = i % 2 != 0 ? memory_text("FREQ=DAILY")
                               : memory_format("FREQ=WEEKLY;BYDAY=%s", weekly[i / 2 % 4]),
            .lunar = memory_text(""),
            .duration_us = (5 + i % 4 * 5) * 60 * WALLTIME_SECOND,
            .grace_us = 300 * WALLTIME_SECOND,
            .enabled = true};
    }
    return programme;
}

static struct walltime first_of(const struct programme *programme, int32_t year) {
    enum zone_fit fit;
    return zone_instant(programme->zone, (struct civil){{year, 1, 1}, 0, 0, 0}, &fit);
}

static void measure_planning(void) {
    struct programme *programme = thousand_segments();
    double best = 1e9;
    size_t count = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct plan plan;
        double from = milliseconds();
        if (!plan_build(programme, first_of(programme, 2026), first_of(programme, 2027), &plan,
                        NULL)) {
            abort();
        }
        double taken = milliseconds() - from;
        best = taken < best ? taken : best;
        count = plan.count;
        plan_finish(&plan);
    }
    printf("planning %d daily and weekly segments over one year: %zu occurrences in %.0f ms of CPU "
           "(at most 150)\n",
           SEGMENTS, count, best);
    programme_release(programme);
}

static void measure_rehearsal(int32_t power_cuts, int32_t clock_steps) {
    struct programme *programme = simulation_busy_station(zone_fixed("UTC+7", 7 * 3600));
    struct simulation_options options = {.seed = 1,
                                         .from = first_of(programme, 2026),
                                         .days = 365,
                                         .power_cuts = power_cuts,
                                         .clock_steps = clock_steps};
    struct simulation simulation;
    double from = milliseconds();
    simulation_run(&options, programme, &simulation);
    double taken = milliseconds() - from;
    printf(
        "rehearsing a year of a busy station, %d power cuts, %d clock steps: %lld sessions, %lld "
        "airings, %zu events in %.2f s of CPU (at most 2)\n",
        simulation.cuts, simulation.clock_steps, (long long)simulation.planned,
        (long long)simulation.airings, simulation.events_count, taken / 1e3);
    simulation_finish(&simulation);
    programme_release(programme);
}

int main(void) {
    measure_planning();
    measure_rehearsal(0, 0);
    measure_rehearsal(50, 20);
    return 0;
}
