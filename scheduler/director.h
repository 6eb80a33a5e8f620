/* director: the step function of a station: what is to be done now, and when to look again.
 *
 * State and time come in, decisions come out as values; whoever carries them out (station/onair)
 * tells the director how they went. The same code drives loaxad and the simulator. The director
 * makes its own plan from the programme it is given, a day at a time.
 *
 * The life of a planned occurrence
 *
 *   | phase  | begins when                             | ends when                               |
 *   |--------|-----------------------------------------|-----------------------------------------|
 *   | due    | its start enters the next 24 hours:     | `lead` before its start: arm; at its    |
 *   |        | `planned` is written                    | start where its verdict is not to air:  |
 *   |        |                                         | outcome                                 |
 *   | armed  | it is prepared: permit, sounds verified | its first sound left the card           |
 *   | sounds | director_sounding()                     | director_over(): outcome written        |
 *   | over   | it has its outcome                      | never: its identity is kept, so that    |
 *   |        |                                         | nothing begins twice                    |
 *
 * Lateness, when it could begin at `now`
 *
 *   | class   | when                     | what happens                                          |
 *   |---------|--------------------------|-------------------------------------------------------|
 *   | on time | now ≤ start              | begins at start                                       |
 *   | late    | now ≤ start + grace, and | joined at the present position: what is past is left  |
 *   |         | DIRECTOR_LEAST is left   | out                                                   |
 *   | stale   | otherwise                | missed, with the cause of the delay; never aired late |
 *
 * Clock steps: the wall clock against CLOCK_BOOTTIME since the step before
 *
 *   | kind     | difference       | what happens                                                  |
 *   |----------|------------------|---------------------------------------------------------------|
 *   | none     | under 0.2 s      | nothing: slewing                                              |
 *   | negative | back             | recorded. Nothing that began or ended begins again. What is   |
 *   |          |                  | armed is prepared anew. What sounds goes on while its span    |
 *   |          |                  | holds the new time, else it stops (clock). Back by over 5 min:|
 *   |          |                  | the diary is from the future, and the clock untrusted until   |
 *   |          |                  | it has caught up or a person accepts it                       |
 *   | small    | up to 5 min      | recorded. What was leapt over is late or stale, as above;     |
 *   |          |                  | stale means missed (clock). What sounds, as above             |
 *   | medium   | up to 3 h        | the same; it is marked as a fault to be looked after          |
 *   | large    | over 3 h         | the same, but nothing leapt over is joined: missed (clock). A |
 *   |          |                  | clock that was only held is untrusted until accepted          |
 *
 * Other rows, each with a test of its name in tests/unit/scheduler/test_director.c
 *
 *   | what                          | what happens                                                 |
 *   |-------------------------------|--------------------------------------------------------------|
 *   | untrusted clock               | nothing planned is written, armed or begun; what sounds goes |
 *   |                               | on. When trust returns: late or missed (clock)               |
 *   | restart in the middle         | within its grace it is armed again, to be continued at the   |
 *   |                               | present position without what was opened; else it is settled |
 *   |                               | from its airings (aired_short or missed, power)              |
 *   | outage                        | what lay in it is filled in as planned (late) and missed     |
 *   |                               | (power), by the programme that was valid then                |
 *   | over midnight                 | nothing special: spans are instants                          |
 *   | plan edited: moved            | due: `moved` is written; armed: prepared anew                |
 *   | plan edited: gone             | cancelled (plan) at its start                                |
 *   | plan edited while it sounds   | it goes on as begun; a new earlier end ends it               |
 *   | added after its own start     | it never was: no one planned it in time                      |
 *   | series split                  | the old series' later ones are cancelled (plan), the new     |
 *   |                               | one's are planned; one that sounds is not begun again as the |
 *   |                               | new series: that is displaced by it                          |
 *   | something sounds in its zones | of lower class, or manual: that ends at its start. Else it   |
 *   |                               | waits for the end within its grace, or is displaced          |
 *   | hold                          | what sounds stops; what would begin is cancelled (hold)      |
 *   | restored backup               | what lay between backup and restore: refused (restored)      |
 *
 * Pure: no I/O, no clock. Thread: one at a time. */
#ifndef LOAXA_SCHEDULER_DIRECTOR_H
#define LOAXA_SCHEDULER_DIRECTOR_H

#include "base/monotime.h"
#include "base/walltime.h"
#include "scheduler/outcome.h"
#include "scheduler/plan.h"
#include "scheduler/programme.h"
#include "scheduler/trust.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIRECTOR_STEP_US (WALLTIME_SECOND / 5)
#define DIRECTOR_SMALL_US (5 * 60 * WALLTIME_SECOND)
#define DIRECTOR_LARGE_US (3 * 3600 * WALLTIME_SECOND)
#define DIRECTOR_HORIZON_US (24 * 3600 * WALLTIME_SECOND)
#define DIRECTOR_LEAST_US (5 * WALLTIME_SECOND) /* less than this is not worth joining */
/* How far back an outage is filled. */
#define DIRECTOR_MOST_FILL_US (400 * 86400 * WALLTIME_SECOND)

/* Now, as the caller reads it. `trust` is what the system says of the clock. */
struct moment {
    struct walltime wall;
    struct monotime mono;
    enum clock_trust trust;
};

enum director_phase { DIRECTOR_DUE, DIRECTOR_ARMED, DIRECTOR_SOUNDS };

/* An occurrence without outcome. */
struct director_occurrence {
    struct occurrence_key key; /* origin 's', or a manual one's */
    int64_t segment;           /* 0 for a manual one */
    struct walltime start, end;
    int64_t grace_us;
    zone_set zones;
    enum broadcast_class class;
    enum plan_verdict verdict;
    enum outcome_reason reason; /* of a verdict that does not air */
    enum outcome_reason delay;  /* why it did not begin in time, should it become stale */
    enum director_phase phase;
    bool begun;   /* something of it was opened, in this or an earlier life of the process */
    bool leapt;   /* a large step leapt over its start: not to be joined */
    bool waiting; /* something else sounds in its zones */
    struct occurrence_key waits_for;
};

enum decision_kind {
    DECIDE_STEP,    /* write `clock` step: difference_us; `large` marks medium and large ones */
    DECIDE_TRUST,   /* write `clock` trust: the clock is `trust` from here on */
    DECIDE_PLANNED, /* write `planned` (late: afterwards) */
    DECIDE_MOVED,   /* write `moved` */
    DECIDE_ARM,     /* prepare it to sound at `start`, or to join it where that is past */
    DECIDE_DISARM,  /* not to sound now after all, because of `reason`; it may be armed again */
    DECIDE_END_BY,  /* it sounds: let it end at `end` because of `reason` */
    DECIDE_STOP,    /* it sounds: stop it now because of `reason`, and settle it */
    DECIDE_SETTLE,  /* it began in an earlier life and cannot go on: write its outcome */
    DECIDE_OUTCOME  /* it never began: write `outcome` with `reason` */
};

struct decision {
    enum decision_kind kind;
    struct director_occurrence occurrence; /* a copy; of STEP and TRUST empty */
    enum outcome outcome;
    enum outcome_reason reason;
    bool late, large;
    int64_t difference_us;
    enum clock_trust trust;
    /* What the plan says of it, for words; NULL where the plan has it no more. Borrowed until the
     * next director_step(). */
    const struct plan *plan;
    const struct plan_occurrence *planned;
};

struct decisions {
    struct decision *list;
    size_t count, capacity;
    struct monotime wake; /* step again then at the latest */
};

/* What the diary remembers (station/recall.h), to begin with. */
struct director_past {
    const struct director_occurrence *open; /* planned, without outcome; phase due, begun set */
    size_t open_count;
    const struct occurrence_key *over; /* with outcome */
    size_t over_count;
    struct walltime lived_until; /* the latest event with a clock that was not untrusted, of this
                                    epoch; 0: an empty diary */
    struct walltime restored_from, restored_to; /* of the latest restore; equal: none */
};

struct director;

/* `lead_us`: how long before its start an occurrence is armed. Copies what it is given. */
struct director *director_create(int64_t lead_us, const struct director_past *past);
void director_destroy(struct director *director); /* NULL is allowed */

/* The programme from now on; retained. `then`: what was valid during an outage before, used once to
 * fill it in; NULL: the same. Call it before the first step. */
void director_programme(struct director *director, struct programme *programme,
                        struct programme *then);

/* Looks at the time and decides. `ret` is emptied and filled; free its list. */
void director_step(struct director *director, const struct moment *moment, struct decisions *ret);

/* The clock as it is believed since the last step. */
enum clock_trust director_trust(const struct director *director);
/* A person vouches for the clock: held until the next boot, and whatever the diary says of later
 * times is forgotten. */
void director_accept_clock(struct director *director, struct walltime wall);

/* How decisions went. Unknown keys are ignored. */
void director_sounding(struct director *director, const struct occurrence_key *key);
void director_began(struct director *director, const struct occurrence_key *key);
void director_over(struct director *director, const struct occurrence_key *key);

/* Takes up something that no rule planned (m, l, e, t): armed at once, no outcome. */
void director_take(struct director *director, const struct director_occurrence *occurrence);
/* What stands in the way of something of that class in those zones at [start, end): the first that
 * is armed or sounds there and does not give way to it. NULL: nothing. Borrowed. */
const struct director_occurrence *director_in_the_way(const struct director *director,
                                                      enum broadcast_class class, bool manual,
                                                      zone_set zones, struct walltime start,
                                                      struct walltime end);

/* An operator's hold from now until `until`; WALLTIME_NEVER: until resumed. */
void director_hold(struct director *director, struct walltime until);
void director_resume(struct director *director);
/* Whether one is in force, and until when. */
bool director_held(const struct director *director, struct walltime now,
                   struct walltime *ret_until);

/* The present plan, from about now for one to two days; NULL before the first trusted step.
 * Borrowed until the next step. */
const struct plan *director_plan(const struct director *director);
/* The occurrences without outcome, rising by start. Borrowed until the next call. */
const struct director_occurrence *director_open(const struct director *director, size_t *ret_count);
/* The next that is to air; NULL: none known. Borrowed until the next call. */
const struct director_occurrence *director_next(const struct director *director);

#endif
