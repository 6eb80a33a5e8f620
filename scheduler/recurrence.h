/* recurrence: when something recurs: DTSTART, a rule (RRULE), extra dates (RDATE) and excepted ones
 * (EXDATE) of RFC 5545, in any time zone or in none.
 *
 * Our own expander, since Debian's libical gets one public case in twelve wrong. What it gives is
 * the local start of each occurrence: sorted, without doubles, streaming, and seekable without
 * walking from DTSTART. It ends with the year 9999 at the latest, and soon where nothing matches.
 *
 * Where RFC 5545 leaves a choice, or is kept less strictly:
 *  - a DTSTART that the rule does not match is no occurrence; without a rule it is one
 *  - information that the rule does not give comes from DTSTART; BYWEEKNO alone keeps its weekday
 *  - occurrences before DTSTART do not exist, but they count for the places of BYSETPOS
 *  - a local time that does not exist (the clock is put forward over it) is shifted forward by the
 *    length of the gap, so that nothing is lost: our deviation from §3.3.10. It counts toward COUNT
 *    and merges with an equal instance; COUNT counts what is left after merging
 *  - a local time that happens twice is taken once, the first; HOURLY and below count on the
 *    clock on the wall, so that such an hour happens once
 *  - UNTIL is inclusive. With a Z and a zone, instants are compared; without a zone the Z is
 *    dropped. Without a Z it is local time. A DATE includes that whole day. On a DATE start only
 *    dates are compared
 *  - COUNT counts what the rule gives, EXDATEs included, RDATEs not
 *  - an RDATE that is a DATE takes DTSTART's time of day; RDATEs may lie before DTSTART
 *  - an EXDATE that is a DATE excludes every occurrence of that local day; an EXDATE or RDATE with
 *    a Z is an instant (without a zone the Z is dropped). On a DATE start only dates count
 *  - with a DATE start, BYHOUR, BYMINUTE and BYSECOND are ignored, as §3.3.10 demands, and HOURLY,
 *    MINUTELY and SECONDLY are refused
 *
 * Pure: the zone is a value. A made recurrence never changes: any thread may walk it, each with its
 * own walk. A walk is plain data on the caller's stack, allocates nothing and needs no end. */
#ifndef LOAXA_SCHEDULER_RECURRENCE_H
#define LOAXA_SCHEDULER_RECURRENCE_H

#include "base/civil.h"
#include "base/fail.h"
#include "base/text.h"
#include "base/words.h"
#include "base/zone.h"
#include "scheduler/recurrence_pattern.h"
#include "scheduler/recurrence_rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A value of RDATE or EXDATE. {.civil = ...} is a local time. */
struct recurrence_date {
    struct civil civil;
    bool is_date; /* a DATE: the time of day means nothing */
    bool is_utc;  /* written with a Z */
};

/* Reads "20261201T171000", "20261201T101000Z" or "20261201". */
bool recurrence_date_parse(const char *text, struct recurrence_date *ret_date, struct fail *why);

/* What a recurrence is made of. Everything is copied but the zone, which must outlive it. */
struct recurrence_source {
    struct civil start;                  /* DTSTART, local */
    bool start_is_date;                  /* a DATE: times of day mean nothing */
    const struct zone *zone;             /* NULL: floating */
    const char *rule;                    /* RRULE as text; NULL or "": none */
    const struct recurrence_date *dates; /* RDATE */
    size_t dates_count;
    const struct recurrence_date *except; /* EXDATE */
    size_t except_count;
};

struct recurrence;

/* Refuses an invalid rule (FAIL_INVALID, with the reason). The caller owns *ret_recurrence. */
bool recurrence_create(const struct recurrence_source *source, struct recurrence **ret_recurrence,
                       struct fail *why);
void recurrence_destroy(struct recurrence *recurrence); /* NULL is allowed */

/* NULL where it has no rule. */
const struct recurrence_rule *recurrence_rule(const struct recurrence *recurrence);
bool recurrence_is_date(const struct recurrence *recurrence);

/* Where a walk stands. All of it is private. */
struct recurrence_walk {
    const struct recurrence *recurrence;
    struct recurrence_cursor cursor, behind;   /* behind: in a gap, the times that get shifted */
    struct recurrence_candidate next, shifted; /* read ahead of the two */
    bool has_next, has_shifted;
    int64_t gap_from, gap_to;            /* the first gap that next has not passed */
    int64_t shift_end, shift_by;         /* of the gap that behind is in */
    int64_t last_s;                      /* the latest that the rule gave */
    int64_t left;                        /* of COUNT */
    struct recurrence_candidate pending; /* the rule's next occurrence */
    bool has_pending;
    size_t date, except, except_day;
};

/* Begins at the first occurrence, at the first that starts at or after a local time, or at or after
 * an instant (a floating recurrence takes the instant as UTC). */
void recurrence_walk_begin(struct recurrence_walk *walk, const struct recurrence *recurrence);
void recurrence_walk_seek(struct recurrence_walk *walk, const struct recurrence *recurrence,
                          struct civil from);
void recurrence_walk_seek_instant(struct recurrence_walk *walk, const struct recurrence *recurrence,
                                  struct walltime from);

/* The next local start, later than the one before; false at the end, for good. */
bool recurrence_walk_next(struct recurrence_walk *walk, struct civil *ret_start);

/* Whether an occurrence starts exactly then. */
bool recurrence_has(const struct recurrence *recurrence, struct civil start);

/* Adds the rule in words: "every week on Tuesday and Friday at 17:10", "thứ Ba và thứ Sáu hằng
 * tuần lúc 17:10". `start` gives what the rule leaves open; `start_is_date` leaves out times. */
void recurrence_describe(const struct recurrence_rule *rule, struct civil start, bool start_is_date,
                         enum language language, struct text *ret);

#endif
