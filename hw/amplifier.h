/* amplifier: the power sequencer, a pure step function over every zone's amplifier.
 *
 * power on -> warm-up -> unmute -> (ready: sound may be made) -> hold -> mute -> power off. Each
 * zone runs its own sequence; a zone that fails never stops another (R34). Amplifiers put 100 to
 * 300 V on the line: unmute only after warm-up, mute before power-off, off on silence or doubt
 * (R33). Time comes in as two arguments; relay commands, events and the next wake-up come out. The
 * daemon loaxa-ampd and the simulator run this same code. No I/O, no clock, no allocation.
 *
 * States
 *
 *   state    power mute
 *   OFF        0    1    nothing is wanted, or it is not allowed
 *   WARMING    1    1    since power-on less than warm_up
 *   READY      1    0    sound may be made
 *   HOLDING    1    0    wanted no more; waits for the next item
 *   HUSHED     1    1    cut, or wanted no more before it was warm: silent, still powered
 *   MUTING     1    1    power goes off after settle
 *   RESTING    0    1    power may not come back before min_off
 *   FAULT      0    1    the relay failed, or max_on was reached
 *
 * Transitions. At each step the rows are tried from the top until none applies. "on" is any of
 * WARMING, READY, HOLDING, HUSHED. "wanted" is: the last demand names the zone with a permit that
 * allows it now, it is not cut, and the floor is not in force (an emergency that crosses quiet
 * hours passes the floor). "must end" is the first instant that the zone's permit or the floor no
 * longer allows.
 *
 *  row  from       when                                           to        lines         cause
 *   1   any        the relay failed                               FAULT     mute, off     RELAY
 *   2   on,        not allowed any more at this instant           RESTING   mute, off     PERMIT,
 *       MUTING     (a clock was stepped, a permit was cut short)                          FLOOR
 *   3   on         shutdown, player gone, heartbeat lost, odd     MUTING    mute          (that)
 *                  demand
 *   4   on         powered for max_on - settle - early            MUTING    mute          MAX_ON
 *   5   on         must end within settle + early                 MUTING    mute          PERMIT,
 *                                                                                         FLOOR
 *   6   MUTING     wanted again, and it muted for UNWANTED        READY or  unmute        WANTED
 *                                                                 WARMING   -
 *   7   MUTING     settle is over                                 RESTING   off           (same)
 *                  ... and it muted for MAX_ON                    FAULT     off           MAX_ON
 *   8   RESTING    min_off is over                                OFF       -             (same)
 *   9   OFF        wanted, and it must not end before             WARMING   on            WANTED
 *                  warm_up + settle + early
 *  10   WARMING    cut, or wanted no more                         HUSHED    -             CUT,
 *                                                                                         UNWANTED
 *  11   WARMING    warm_up is over                                READY     unmute        WARM
 *  12   READY,     cut                                            HUSHED    mute          CUT
 *       HOLDING
 *  13   READY      wanted no more                                 HOLDING   -             UNWANTED
 *  14   HOLDING    wanted                                         READY     -             WANTED
 *  15   HUSHED     wanted                                         READY or  unmute        WANTED
 *                                                                 WARMING   -
 *  16   HOLDING,   hold and min_on are over                       MUTING    mute          UNWANTED
 *       HUSHED
 *  17   FAULT      the relay failed retry ago                     FAULT     mute, off     RELAY
 *  18   FAULT      fault_rest without failure; after MAX_ON also  OFF       -             (same)
 *                  not wanted
 *
 * So two items closer than hold + warm-up share one power-on: the second is wanted again before the
 * first one's hold is over. Power ends at or before the permit's end, the floor's start and
 * max_on, since muting begins that much earlier (`early` pays for late wake-ups: up to 117 ms were
 * seen); only a clock that was stepped makes row 2. After the last heartbeat power is off within
 * heartbeat_timeout + settle, which settings keep within 2 s.
 *
 * A permit covers the amplifier's time, not the sound's alone: it begins amplifier_lead_ms() before
 * the first sample and ends amplifier_tail_ms() after the last one. */
#ifndef LOAXA_HW_AMPLIFIER_H
#define LOAXA_HW_AMPLIFIER_H

#include "base/fail.h"
#include "base/monotime.h"
#include "base/walltime.h"
#include "hw/floor.h"
#include "hw/relay.h"
#include "scheduler/permit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum amplifier_state {
    AMPLIFIER_OFF,
    AMPLIFIER_WARMING,
    AMPLIFIER_READY,
    AMPLIFIER_HOLDING,
    AMPLIFIER_HUSHED,
    AMPLIFIER_MUTING,
    AMPLIFIER_RESTING,
    AMPLIFIER_FAULT,
    AMPLIFIER_STATES
};

/* Why a zone is in its state, or a line got its command. */
enum amplifier_cause {
    AMPLIFIER_START,     /* the program began: everything off */
    AMPLIFIER_WANTED,    /* loaxad wants sound there */
    AMPLIFIER_WARM,      /* the warm-up is over */
    AMPLIFIER_UNWANTED,  /* nothing wanted any more */
    AMPLIFIER_CUT,       /* loaxad asked for silence at once (withdrawn, stopped) */
    AMPLIFIER_PERMIT,    /* no permit, or it ends */
    AMPLIFIER_FLOOR,     /* quiet hours */
    AMPLIFIER_HEARTBEAT, /* no heartbeat in time */
    AMPLIFIER_GONE,      /* loaxad closed the connection, or died */
    AMPLIFIER_ODD,       /* a demand that makes no sense */
    AMPLIFIER_MAX_ON,    /* powered for too long */
    AMPLIFIER_SHUTDOWN,  /* loaxa-ampd was told to end */
    AMPLIFIER_RELAY,     /* the relay's driver failed */
    AMPLIFIER_CAUSES
};

struct amplifier_zone_settings {
    int32_t warm_up_ms; /* power to unmute; 0 to 120000 */
    int32_t hold_ms;    /* how long power stays after the last want; 0 to 600000 */
    int32_t min_on_ms;  /* relays and mains switches dislike chatter; 0 to 60000 */
    int32_t min_off_ms; /* 0 to 60000 */
    int32_t max_on_ms;  /* longest time with power, at least warm_up + 1 s; to 86400000 (a day) */
};

struct amplifier_settings {
    zone_set zones; /* which zones exist, not 0 */
    struct amplifier_zone_settings zone[RELAY_ZONES_MAX];
    int32_t settle_ms;            /* mute to power-off; 0 to 500 */
    int32_t heartbeat_timeout_ms; /* with settle_ms at most 2000 */
    int32_t retry_ms;             /* between attempts to switch off through a failed relay */
    int32_t fault_rest_ms;        /* without failure before the zone may be used again */
    struct floor floor;
};

/* Warm-up 3 s, hold 20 s, minimum on and off 2 s, at most 4 h on, settle 200 ms, heartbeat timeout
 * 1.5 s, retry 1 s, fault rest 10 s, the default floor, for each of `zones`. */
struct amplifier_settings amplifier_settings_default(zone_set zones, const struct zone *zone);

/* Refuses what breaks a bound above, naming the zone. */
bool amplifier_settings_check(const struct amplifier_settings *settings, struct fail *why);

enum { AMPLIFIER_EARLY_MS = 150 };

/* How long before its first sample a zone must be wanted, and after its last sample the permit
 * should still hold, so that the sound is whole and the sequence orderly. Zone 0 to 31. */
int32_t amplifier_lead_ms(const struct amplifier_settings *settings, int zone);
int32_t amplifier_tail_ms(const struct amplifier_settings *settings, int zone);

/* What loaxad says with each heartbeat: all it wants now. */
enum { AMPLIFIER_WANTS_MAX = 4 };
struct amplifier_want {
    zone_set zones; /* not 0; no zone stands in two wants */
    struct permit permit;
};
struct amplifier_demand {
    uint32_t wants_count; /* 0 to AMPLIFIER_WANTS_MAX; 0 is an ordinary heartbeat in silence */
    struct amplifier_want wants[AMPLIFIER_WANTS_MAX];
    zone_set cut; /* silent at once, whether wanted or not; power stays for hold */
};

/* Refuses a demand that makes no sense: a zone that does not exist or is wanted twice, a permit
 * without number, for other zones, with a class or span that cannot be, with a deadline more than
 * a day away, or one that crosses quiet hours without being an emergency. */
bool amplifier_demand_check(const struct amplifier_settings *settings,
                            const struct amplifier_demand *demand, struct monotime mono,
                            struct fail *why);

enum amplifier_input_kind {
    AMPLIFIER_TICK,        /* nothing new but the time */
    AMPLIFIER_HEARD,       /* a heartbeat: `demand`; an odd one counts as AMPLIFIER_ODD_HEARD */
    AMPLIFIER_ODD_HEARD,   /* something came that was no heartbeat */
    AMPLIFIER_PLAYER_GONE, /* the connection ended */
    AMPLIFIER_RELAY_FAILED /* the commands to `failed` did not work, or read back wrong */
};
struct amplifier_input {
    enum amplifier_input_kind kind;
    const struct amplifier_demand *demand; /* AMPLIFIER_HEARD; borrowed for the call */
    zone_set failed;                       /* AMPLIFIER_RELAY_FAILED */
};

struct amplifier_zone {
    enum amplifier_state state;
    enum amplifier_cause cause;
    struct monotime since;      /* in this state */
    struct monotime powered_at; /* where power is on */
    struct monotime until;      /* the state's own end, where it has one */
    struct monotime failed_at;  /* the relay's last failure, in FAULT */
    bool power, mute;           /* as commanded */
    struct permit permit;       /* in force, or the last in force */
};

struct amplifier {
    struct amplifier_settings settings;
    struct amplifier_zone zones[RELAY_ZONES_MAX];
    struct amplifier_demand demand;
    struct monotime heard_at;     /* the last good heartbeat */
    bool alive;                   /* a player is heard */
    enum amplifier_cause silence; /* why not, where it is not */
    bool shutting_down;
    struct monotime last; /* of the last step */
};

struct amplifier_event {
    int zone;
    enum amplifier_state from, to;
    enum amplifier_cause cause;
};

enum { AMPLIFIER_EDGES_MAX = 4 * RELAY_ZONES_MAX, AMPLIFIER_EVENTS_MAX = 4 * RELAY_ZONES_MAX };
struct amplifier_output {
    size_t edges_count, events_count;
    struct relay_edge edges[AMPLIFIER_EDGES_MAX]; /* to be carried out in this order */
    struct amplifier_event events[AMPLIFIER_EVENTS_MAX];
    struct monotime wake_up; /* step again then at the latest; INT64_MAX: only on input */
    bool all_off;            /* every zone's power is commanded off */
};

/* Copies `settings` (checked by the caller; the floor's zone stays borrowed) and commands every
 * line of every zone off and muted into *ret_output, whatever it was. */
void amplifier_start(struct amplifier *amplifier, const struct amplifier_settings *settings,
                     struct walltime wall, struct monotime mono,
                     struct amplifier_output *ret_output);

/* One step. `input` may be NULL for AMPLIFIER_TICK. `mono` never goes back (one that does counts
 * as an odd demand and as the last time seen); `wall` may jump. Where the caller learns that the
 * wall clock was stepped it steps at once; otherwise the step of its next re-check sees it. */
void amplifier_step(struct amplifier *amplifier, struct walltime wall, struct monotime mono,
                    const struct amplifier_input *input, struct amplifier_output *ret_output);

/* From the next step on everything goes off for good. */
void amplifier_shut_down(struct amplifier *amplifier);

/* The zones in which sound may be made now. */
zone_set amplifier_ready_zones(const struct amplifier *amplifier);

/* Stable lower-case words ("ready", "heartbeat_lost"), for traces and JSON; never NULL. */
const char *amplifier_state_word(enum amplifier_state state);
const char *amplifier_cause_word(enum amplifier_cause cause);
/* Sentences for people, in the language of the process; they live as long as the process. */
const char *amplifier_state_text(enum amplifier_state state);
const char *amplifier_cause_text(enum amplifier_cause cause);

#endif
