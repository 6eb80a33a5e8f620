/* simulation: a station rehearsed on a virtual clock: the same director and station on the air, with
 * twins for store, player and relays, and with power cuts, clock steps and people in between.
 *
 * Time jumps from event to event; nothing ticks. The twin of the store loses what was not committed
 * when power goes; the player's plays nothing but keeps the time of every frame; the amplifier is
 * hw/amplifier itself, with a trace instead of relays. The same options and programme give the same
 * diary and trace to the byte. Thread: any one; no I/O, but for a writer that is asked for. */
#ifndef LOAXA_STATION_SIMULATION_H
#define LOAXA_STATION_SIMULATION_H

#include "base/digest.h"
#include "base/fail.h"
#include "base/text.h"
#include "base/walltime.h"
#include "scheduler/outcome.h"
#include "scheduler/permit.h"
#include "scheduler/programme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct simulation_options {
    uint64_t seed;
    struct walltime from; /* the rehearsal's first instant */
    int32_t days;
    int32_t power_cuts;  /* half of them while something is on the air */
    int32_t clock_steps; /* from fractions of a second to days, both ways */
    int32_t people;      /* acts of people: withdrawals, stops, holds, manual airings, edits */
    zone_set zones;      /* that have an amplifier; 0: those that the segments name */
    int32_t flips;       /* of 1,000 sounds opened, so many are not what was approved */
};

/* One committed event: its bytes and place in the chain. */
struct simulation_event {
    size_t at, size; /* in diary.bytes */
    struct digest hash;
};

struct simulation {
    struct text diary; /* the bytes of all committed events, one after another */
    struct simulation_event *events;
    size_t events_count, events_capacity;
    struct text trace;    /* docs/formats/relay-trace.md */
    struct digest digest; /* SHA-256 of the diary's head in hex and the trace */
    int64_t steps;        /* instants at which something happened */
    int32_t boots, cuts, clock_steps, acts;
    /* The ledger: of what was planned and has passed. */
    int64_t planned, pending;
    int64_t outcomes[OUTCOMES];
    int64_t reasons[REASONS];
    int64_t airings, manual_airings;
    char breach[256]; /* the first invariant that the simulation itself saw broken; "" */
};

/* Rehearses `programme` (retained while it runs; edits of `people` are made on copies). */
void simulation_run(const struct simulation_options *options, struct programme *programme,
                    struct simulation *ret);
void simulation_finish(struct simulation *simulation);

/* Writes the diary as `loaxa diary export` does, and the trace. */
bool simulation_write(const struct simulation *simulation, const char *diary_path,
                      const char *trace_path, struct fail *why);

/* The head, "SEQ:HASH". */
enum { SIMULATION_HEAD_SIZE = 20 + 1 + DIGEST_HEX_SIZE };
void simulation_head(const struct simulation *simulation, char head[SIMULATION_HEAD_SIZE]);

/* A made-up busy station: ten sessions a day of about five items each, a campaign, priorities that
 * collide, lunar days and a Tết of its own. Takes the zone. */
struct programme *simulation_busy_station(struct zone *zone);
/* A copy that can be edited before it is used. */
struct programme *simulation_copy_programme(const struct programme *programme);

#endif
