/* simulation_world: the insides of station/simulation. Private to it.
 *
 * Two lines of time: `now_ns` is the world's and only grows; the station's CLOCK_BOOTTIME is now_ns
 * since its boot, and its wall clock is now_ns plus an offset that clock steps change. */
#ifndef LOAXA_STATION_SIMULATION_WORLD_H
#define LOAXA_STATION_SIMULATION_WORLD_H

#include "hw/amplifier.h"
#include "station/onair.h"
#include "station/simulation.h"
#include "station/wants.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum happening_kind {
    HAPPENS_COMMIT, /* the store has written up to `number` */
    HAPPENS_SOUND,  /* the answer to request `number`: fd `value`, or a reason */
    HAPPENS_AIR,    /* event `number` of the player is delivered */
    HAPPENS_CUT,    /* power goes (value 0), or the process dies (1) */
    HAPPENS_AIM,    /* power goes soon, while something is on the air */
    HAPPENS_BOOT,   /* and comes back */
    HAPPENS_STEP,   /* the wall clock is set by `number` us; trust becomes `value` */
    HAPPENS_ACCEPT, /* somebody accepts the clock if it is not trusted */
    HAPPENS_ACT,    /* somebody does something */
    HAPPENS_RESUME  /* the hold is taken back */
};

struct happening {
    int64_t at_ns;
    uint64_t order; /* of what happens at the same instant: as it was planned */
    enum happening_kind kind;
    int64_t number, value;
    int32_t life; /* the process it belongs to; 0: the world's */
};

struct twin_element {
    struct air_element element;
    int64_t length_us; /* that there is to play */
    bool dropped;
};

struct twin_session {
    struct permit permit;
    struct walltime start;
    struct twin_element *elements;
    size_t count, capacity, head; /* head: the one that plays or is next */
    bool playing, finished;
    int64_t began_ns; /* of the one that plays */
    int64_t free_ns;  /* since when nothing plays */
    int64_t stop_ns;  /* of the session; INT64_MAX: not */
    int64_t drop_ns;  /* of the element that plays; INT64_MAX: not */
};

struct world {
    const struct simulation_options *options;
    struct simulation *result;
    struct programme *programme; /* the present one */
    uint64_t random[4];
    int64_t now_ns, end_ns;
    int64_t booted_ns, started_ns, stepped_ns; /* the machine; the process; the clock last */
    int64_t wall_offset_us;                    /* wall - now_ns / 1000 */
    enum clock_trust trust;
    struct happening *heap;
    size_t heap_count, heap_capacity;
    uint64_t order;
    int32_t life; /* of the process: grows with every start */
    bool powered, running;
    int32_t aimed, aim_steps; /* cuts that wait for something on the air */
    char boot[32];
    struct onair *onair;
    /* store */
    struct text pending; /* appended, not committed */
    size_t *pending_sizes;
    size_t pending_count, pending_capacity;
    int64_t last_seq;
    bool committing, disk_full;
    struct recall recall;
    int64_t flipped_item; /* its sound is not what was approved */
    /* sounds: an fd is an index here */
    int64_t *sounds; /* their lengths; -1: closed */
    size_t sounds_count, sounds_capacity;
    /* player */
    struct twin_session *sessions;
    size_t sessions_count, sessions_capacity;
    struct air_event *air;
    size_t air_count, air_capacity, air_waiting;
    /* amplifier */
    struct amplifier amplifier;
    struct amplifier_settings settings;
    struct wants wants;
    int64_t amplifier_wake_ns;
    /* what the watch knows */
    struct watched {
        uint64_t occ; /* a hash of its text */
        bool over;
        int64_t end_us;
    } * watched;
    size_t watched_count, watched_capacity;
    int64_t opened, closed;
    bool settled; /* the station ran well for a while at the end */
};

/* The world's course: opened, booted, lived in, closed (which ends the result). */
struct world *world_open(const struct simulation_options *options, struct programme *programme,
                         struct simulation *result);
void world_boot(struct world *world);
void world_live(struct world *world, int64_t until_ns);
void world_close(struct world *world);
/* What befalls it: power goes (or the process dies) and comes back after a while; the clock is set. */
void world_lose_power(struct world *world, bool process_only);
void world_set_clock(struct world *world, int64_t by_us, enum clock_trust trust);

/* Random numbers, and time */
uint64_t world_random(struct world *world);
int64_t world_between(struct world *world, int64_t least, int64_t most); /* inclusive */
struct walltime world_wall(const struct world *world);
struct monotime world_mono(const struct world *world);
struct moment world_moment(const struct world *world);
/* A reading of the station's CLOCK_BOOTTIME on the world's line; never stays never. */
int64_t world_ns(const struct world *world, struct monotime mono);
void world_plan(struct world *world, int64_t in_ns, enum happening_kind kind, int64_t number,
                int64_t value, bool of_process);

/* The twins */
struct diary_port world_diary_port(struct world *world);
struct sounds_port world_sounds_port(struct world *world);
struct player_port world_player_port(struct world *world);
struct amplifier_port world_amplifier_port(struct world *world);

void world_commit(struct world *world, int64_t seq);
void world_lose_uncommitted(struct world *world);
/* Feeds world->recall what was committed since it was fed last. */
void world_recall(struct world *world);

int64_t world_player_next_ns(const struct world *world); /* INT64_MAX: nothing */
void world_player_turn(struct world *world);
void world_player_die(struct world *world);

void world_amplifier_boot(struct world *world);
void world_amplifier_turn(struct world *world, const struct amplifier_input *input);

/* People (simulation_people.c) */
void world_act(struct world *world);

/* Keeps the ledger of what is committed, and watches the invariants. */
void world_watch(struct world *world, const char *bytes, size_t size);
void world_audit(struct world *world); /* at the end */
void world_breach(struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
