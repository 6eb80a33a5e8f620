/* onair: the station on the air. It carries out the director's decisions through ports and turns
 * what the player and the amplifier report into the diary's events (docs/formats/diary.md).
 *
 * It never blocks and owns no thread: whoever holds it calls it, with the time, whenever something
 * happened, and at the latest when onair_wake() says. loaxad does so in its control loop; the
 * simulator on a virtual clock.
 *
 * How to drive it
 *
 *   struct recall recall;                        what the diary remembers (station/recall.h)
 *   recall_init(&recall, zone); recall_feed(...) for each event
 *   onair = onair_create(&config, &ports, &recall, &moment);    writes `started`, closes what a dead
 *                                                               process left open (power)
 *   onair_programme(onair, programme, then, &moment);           and after each change of station.db
 *   loop:
 *     wait until onair_wake(), or an answer or event comes
 *     onair_committed() / onair_diary_failed()   answers of the diary port
 *     onair_sound_opened()                       answers of the sounds port
 *     onair_air_event()                          the player's events, in their order
 *     onair_amplifier_event()                    each change of a zone's state
 *     onair_step(onair, &moment)                 when the wake-up is due; also at once when the wall
 *                                                clock was set or its trust changed
 *   onair_stop_all() and wait until !onair_is_on_air(), then onair_destroy()  (writes `stopped`)
 *
 * Every call does what it has to do at that moment, so that no extra onair_step() is needed after
 * it; only onair_wake() must be asked again. Ports are called from inside these calls. They may
 * answer from inside a call of theirs only by queueing the answer.
 *
 * The way of one occurrence
 *
 *   armed `lead` before its start: guard mints the permit -> `permit` is written; the rundown is
 *   filled; the player's session begins (at the exact start); the amplifier is wanted when the
 *   permit begins. Each element, from `lead` before its turn: its sound is opened and verified ->
 *   `opened` is written -> when that is committed, added to the player. Never more ahead, so that a
 *   power cut spoils as few items as it can. A sound that is not what was approved: `refused`, and
 *   the rest goes on. After the last element: finish; when the session is over: `outcome`.
 *
 *   | what happens                | what is done                                                     |
 *   |-----------------------------|------------------------------------------------------------------|
 *   | item withdrawn              | silent at once, `withdrawn`; also those waiting; the rest goes on|
 *   | stop by a person            | silent within the fade; aired_short (operator)                   |
 *   | pre-empted                  | the same; `preempted`, aired_short (precedence)                  |
 *   | time is up                  | limits end it; a whole element may run over by 1 s, no more      |
 *   | nothing can begin in time   | what has not begun by start + grace never begins                 |
 *   | first sound late            | joined at the present position: elements that are past are left  |
 *   |                             | out, the one that lasts is entered in its middle                 |
 *   | no amplifier ready at start | it waits for one within the grace, muted; then missed (amplifier)|
 *   | a zone fails while it sounds| an incident; the others go on; none left: it ends (amplifier)    |
 *   | card fails                  | an incident; the player waits for it and goes on; what was lost   |
 *   |                             | makes it aired_short, all of it missed (device)                  |
 *   | diary cannot be written     | nothing new is opened: no diary, no sound                        |
 *
 * Thread: one. */
#ifndef LOAXA_STATION_ONAIR_H
#define LOAXA_STATION_ONAIR_H

#include "base/fail.h"
#include "base/monotime.h"
#include "base/text.h"
#include "scheduler/director.h"
#include "scheduler/ports.h"
#include "scheduler/programme.h"
#include "station/recall.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct onair_ports {
    struct diary_port diary;
    struct sounds_port sounds;
    struct player_port player;
    struct amplifier_port amplifier;
};

struct onair_config {
    const char *program, *version; /* as `started` names them */
    const char *boot;              /* identity of this boot */
    int64_t lead_us;               /* 0: 20 s. How far ahead sounds are verified and opened */
    /* The amplifier's needs, the largest of all zones: amplifier_lead_ms(), amplifier_tail_ms(), and
     * the least before power-off (settle and a margin). */
    int64_t amplifier_lead_us, amplifier_tail_us, amplifier_settle_us;
    int32_t stop_fade_ms; /* of a stop by a person or a pre-emption; 0: 300 ms */
    zone_set zones;       /* that exist; 0: all */
};

struct onair;

/* Copies config, ports and what it needs of the recall. Never NULL. */
struct onair *onair_create(const struct onair_config *config, const struct onair_ports *ports,
                           const struct recall *recall, const struct moment *moment);
/* Writes `stopped` with the reason; what still sounds is for the next start to close. NULL allowed. */
void onair_destroy(struct onair *onair, const char *reason, const struct moment *moment);

/* The programme from now on (retained). `then`: what was valid during the outage before this start,
 * given with the first programme only; NULL: the same. */
void onair_programme(struct onair *onair, struct programme *programme, struct programme *then,
                     const struct moment *moment);

/* Looks at the time. */
void onair_step(struct onair *onair, const struct moment *moment);
/* When onair_step() is due at the latest; ask after every call. */
struct monotime onair_wake(const struct onair *onair);

/* Answers and events of the ports. */
void onair_committed(struct onair *onair, int64_t seq, const struct moment *moment);
void onair_diary_failed(struct onair *onair, const char *words, const struct moment *moment);
/* The sound of a request: an fd that is taken, and that holds what was approved; or fd -1 and why:
 * REASON_APPROVAL (its hash differs, or it is gone) or another, with a sentence. `relay` sources
 * answer with fd -1 and REASON_NONE. */
void onair_sound_opened(struct onair *onair, uint64_t request, int fd, enum outcome_reason reason,
                        const char *words, const struct moment *moment);
void onair_air_event(struct onair *onair, const struct air_event *event,
                     const struct moment *moment);
/* `cause` is the amplifier's word for why. */
void onair_amplifier_event(struct onair *onair, int zone, enum amplifier_report report,
                           const char *cause, const struct moment *moment);

/* People */

struct onair_play {
    char origin;                /* 'm' manual, 'l' live, 'e' emergency, 't' test */
    enum broadcast_class class; /* CLASS_EMERGENCY for 'e', CLASS_TEST for 't', else normal */
    int64_t item, column;       /* one of them; the other 0 */
    zone_set zones;
    struct walltime start;    /* the past or now: as soon as it can */
    int64_t duration_us;      /* at most; 0: the item's own length, an hour for a column */
    bool crosses_quiet_hours; /* an emergency whose PIN was verified */
    const char *by;           /* who asked */
    const char *words;
};
/* A manual airing. Refused with the reason: outside window or quiet hours, clock untrusted,
 * loudspeakers held, something else is on the air, no such item. */
bool onair_play(struct onair *onair, const struct onair_play *play, const struct moment *moment,
                struct occurrence_key *ret_occ, struct fail *why);
/* Ends what is on the air, or armed, in all zones. REASON_POWER: the program itself ends; nothing is
 * settled then, so that the next start may go on with it. */
void onair_stop_all(struct onair *onair, enum outcome_reason reason, const struct moment *moment);
/* Holds every session until then; WALLTIME_NEVER: until resumed. Written to the diary. */
void onair_hold(struct onair *onair, struct walltime until, const char *by, const char *words,
                const struct moment *moment);
void onair_resume(struct onair *onair, const char *by, const char *words,
                  const struct moment *moment);
/* Withdraws a version of an item from the air; the caller has withdrawn it in station.db. Writes
 * `withdrawn`. Version 0: every version. */
void onair_withdraw(struct onair *onair, const struct item *item, const char *by, const char *words,
                    const struct moment *moment);
/* Notes an approval in the diary. */
void onair_approved(struct onair *onair, const struct item *item, const char *by, const char *words,
                    const struct moment *moment);
/* A person vouches for the clock: a new epoch. */
void onair_accept_clock(struct onair *onair, const char *by, const char *words,
                        const struct moment *moment);
/* Notes an incident of the world outside (disk, speech, settings) in the diary. zone -1: none. */
void onair_incident(struct onair *onair, const char *kind, int zone, const char *words,
                    const struct moment *moment);

/* For status */

struct onair_status {
    bool on_air;
    struct occurrence_key occ;
    const char *title, *item_title; /* "" where there is none; borrowed until the next call */
    int32_t position;
    int64_t remaining_us; /* of the occurrence */
    bool has_next;
    struct occurrence_key next;
    const char *next_title;
    struct walltime next_start;
    bool held;
    struct walltime held_until;
    enum clock_trust trust;
    bool diary_fails;
    const char *last_incident; /* "" */
};
void onair_status(const struct onair *onair, const struct moment *moment, struct onair_status *ret);
/* The planned occurrences without outcome; see director_open(). */
const struct director_occurrence *onair_open(const struct onair *onair, size_t *ret_count);
/* Whether anything is armed or sounds. */
bool onair_is_on_air(const struct onair *onair);

#endif
