/* recurrence_pattern: a rule made ready to be walked, and the cursor that walks it.
 *
 * The scale is zoneless: seconds since 1970-01-01T00:00:00 of the clock on the wall. Zones, COUNT,
 * RDATE and EXDATE come above it, in scheduler/recurrence.h. Three ways of walking:
 *   FREQ from DAILY up     the days of a month as bits, times the times of day
 *   the same with BYSETPOS of WEEKLY, MONTHLY, YEARLY: the days of a period as bits, and the wanted
 *                          places computed, not counted out
 *   HOURLY and below       the next multiple of INTERVAL, whole days, hours and minutes skipped
 * that the limits leave out A rule that can never match ends after a look at each month (or at most
 * each day) to the end of 9999. No walk allocates. Pure; a pattern is never changed once made: any
 * thread. */
#ifndef LOAXA_SCHEDULER_RECURRENCE_PATTERN_H
#define LOAXA_SCHEDULER_RECURRENCE_PATTERN_H

#include "base/civil.h"
#include "scheduler/recurrence_days.h"
#include "scheduler/recurrence_rule.h"

#include <stdbool.h>
#include <stdint.h>

/* A time of day, or within an hour or minute. */
struct recurrence_time {
    int32_t second; /* since its day, hour or minute began */
    int8_t hour, minute, of_minute;
};

struct recurrence_pattern {
    struct recurrence_days days;
    int64_t start_s; /* nothing before it */
    int64_t limit_s; /* nothing after it; the maker may lower it */
    bool never;      /* it can be seen that nothing ever matches */
    bool by_period;  /* BYSETPOS over weeks, months or years */
    int32_t unit_s;  /* HOURLY and below: the length of a period, else 0 */
    int64_t step_s;  /* and INTERVAL in seconds */
    uint32_t hours;  /* and the limits */
    uint64_t minutes, seconds;
    struct recurrence_time *times; /* sorted; of a day, or of a period of unit_s; owned */
    int32_t times_count;
};

/* `dates_only`: DTSTART is a DATE; BYHOUR, BYMINUTE and BYSECOND are ignored then, as §3.3.10
 * demands. The rule's frequency must not be below DAILY then. End with _finish(). */
void recurrence_pattern_init(struct recurrence_pattern *pattern, const struct recurrence_rule *rule,
                             struct civil start, bool dates_only);
void recurrence_pattern_finish(struct recurrence_pattern *pattern);

enum {
    RECURRENCE_PERIOD_MONTHS = 14
}; /* the weeks of a year may begin and end in its neighbours */

/* Plain data: copy it to look ahead. It borrows the pattern. */
struct recurrence_cursor {
    const struct recurrence_pattern *pattern;
    struct recurrence_year year_cache;
    int64_t floor_s; /* nothing before it */
    bool ended;
    int32_t year, month; /* of the month that is loaded; 0: none */
    int64_t month_first;
    uint32_t month_mask;
    int64_t day;
    struct civil_date date;
    int32_t time;      /* the next index into times */
    int64_t period_s;  /* HOURLY and below */
    int64_t period_to; /* BYSETPOS: the day after the period */
    int64_t period_first[RECURRENCE_PERIOD_MONTHS];
    uint32_t period_masks[RECURRENCE_PERIOD_MONTHS];
    int32_t period_months, period_total, position;
};

struct recurrence_candidate {
    int64_t seconds; /* the same as civil */
    struct civil civil;
};

/* Sets the cursor before the first candidate at or after `at_s`. */
void recurrence_cursor_seek(struct recurrence_cursor *cursor,
                            const struct recurrence_pattern *pattern, int64_t at_s);
/* The next one, strictly later than the one before; false at the end, for good. */
bool recurrence_cursor_next(struct recurrence_cursor *cursor,
                            struct recurrence_candidate *ret_candidate);

/* How many candidates stand before `before_s`; whole months are counted at once. */
int64_t recurrence_pattern_count(const struct recurrence_pattern *pattern, int64_t before_s);

#endif
