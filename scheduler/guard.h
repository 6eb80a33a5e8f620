/* guard: whether something may be aired at an instant, and the only minter of permits.
 *
 *   | rule                     | judged by                      | emergency           |
 *   |--------------------------|--------------------------------|---------------------|
 *   | air windows              | the start must lie in one; the | passes              |
 *   |                          | sound ends with it             |                     |
 *   | quiet hours (R25)        | hold at every instant, whatever| passes only with a  |
 *   |                          | day the occurrence belongs to  | recorded authority  |
 *   | day template, mourning   | the civil date of the original | passes              |
 *   | weekdays and caps (R26)  | start (scheduler/plan.h)       | passes              |
 *   | holds                    | the present start              | passes              |
 *   | clock trust              | untrusted: nothing but an      | passes              |
 *   |                          | emergency                      |                     |
 *
 * An empty profile has no window: nothing may be aired (silent by default). always_open lifts
 * windows, quiet hours and caps. Pure; a guard may be used from one thread at a time. */
#ifndef LOAXA_SCHEDULER_GUARD_H
#define LOAXA_SCHEDULER_GUARD_H

#include "base/monotime.h"
#include "base/walltime.h"
#include "scheduler/outcome.h"
#include "scheduler/permit.h"
#include "scheduler/programme.h"
#include "scheduler/trust.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A programme's open time over a span of instants, computed once. */
struct guard_span {
    int64_t from_us, until_us; /* open in [from, until) */
    bool ends_quiet;           /* what ends it is quiet hours, not the window */
};

struct guard {
    const struct programme *programme; /* borrowed */
    int64_t first_day;                 /* civil day numbers that templates are computed for */
    size_t days_count;
    int64_t *templates;      /* the template in force on each day; 0: an ordinary day */
    struct guard_span *open; /* rising, disjoint */
    size_t open_count;
};

/* Computes the open time of [from, until) and a day more at both ends. */
void guard_init(struct guard *guard, const struct programme *programme, struct walltime from,
                struct walltime until);
void guard_finish(struct guard *guard);

/* The template in force on a civil date, 0 for an ordinary day; any date, inside the span quickly.
 * Of several rows that match, the one entered last. */
int64_t guard_template(const struct guard *guard, struct civil_date date);
int64_t guard_template_on(const struct programme *programme, struct civil_date date);
/* R30: whether music and entertainment are silent on that date. */
bool guard_is_mourning(const struct programme *programme, struct civil_date date);

/* Whether ordinary sound may begin at `start`: REASON_NONE, REASON_WINDOW or REASON_QUIET. On
 * REASON_NONE *ret_until is when it must end, and *ret_why whether that is window or quiet hours.
 * `start` lies in the guard's span. */
enum outcome_reason guard_judge(const struct guard *guard, struct walltime start,
                                struct walltime *ret_until, enum outcome_reason *ret_why);

/* Whether quiet hours are in force at an instant; until when, or from when the next ones. */
bool guard_quiet(const struct programme *programme, struct walltime t, struct walltime *ret_change);

/* The hold in force at an instant; NULL where there is none. Borrowed from the programme. */
const struct programme_hold *guard_hold(const struct programme *programme, struct walltime t);

struct permit_request {
    uint64_t id;
    enum broadcast_class class;
    struct walltime start, end; /* of the sound */
    int64_t lead_us, tail_us;   /* how much the amplifier needs before and after it */
    int64_t settle_us;          /* the least it needs after it, where quiet hours cut the tail */
    zone_set zones;
    bool crosses_quiet_hours;
    const char *authority;
};

/* Mints the permit of one airing session. not_before and not_after cover the amplifier's time, but
 * no instant of quiet hours. Refused (false, *ret_reason): start in quiet hours (quiet); an end
 * that does not lie behind the start, an emergency without authority or an ordinary class that
 * would cross quiet hours (permit); an untrusted clock (clock). On success *ret_sound_end is when
 * the sound must end at the latest, `end` or earlier. */
bool guard_mint(const struct programme *programme, const struct permit_request *request,
                struct walltime wall, struct monotime mono, enum clock_trust trust,
                struct permit *ret_permit, struct walltime *ret_sound_end,
                enum outcome_reason *ret_reason);

#endif
