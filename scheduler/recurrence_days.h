/* recurrence_days: on which days a rule of RFC 5545 can happen: its parts BYMONTH, BYWEEKNO,
 * BYYEARDAY, BYMONTHDAY and BYDAY (or what DTSTART says in their place), as one word of bits a
 * month, bit 0 being the 1st. A month costs a few additions: what depends only on the length of the
 * month and the weekday of its 1st is computed once.
 *
 * Part of scheduler/recurrence.h and of little use alone. Pure; thread: any. */
#ifndef LOAXA_SCHEDULER_RECURRENCE_DAYS_H
#define LOAXA_SCHEDULER_RECURRENCE_DAYS_H

#include "base/civil.h"
#include "scheduler/recurrence_rule.h"

#include <stdbool.h>
#include <stdint.h>

/* The days of one year that BYYEARDAY, BYWEEKNO and yearly BYDAY numbers leave: bit 0 is 1 January.
 */
struct recurrence_year {
    int32_t year; /* 0: none yet */
    uint64_t bits[RECURRENCE_WORDS];
};

struct recurrence_days {
    struct recurrence_rule rule; /* with what DTSTART gives filled in */
    int64_t start_day;           /* of DTSTART */
    struct civil_date start;
    int64_t first_week;    /* the day on which DTSTART's week begins */
    int32_t first_year;    /* the year that INTERVAL counts from */
    uint32_t months;       /* bit 1 is January */
    bool by_year;          /* struct recurrence_year is needed */
    bool weekdays_by_year; /* BYDAY's numbers count in the year */
    uint32_t masks[4][7];  /* by length of the month (28 and up) and weekday of its 1st */
};

/* `rule` as parsed. */
void recurrence_days_init(struct recurrence_days *days, const struct recurrence_rule *rule,
                          struct civil_date start);

/* The days of a month, bit 0 being the 1st; of months and years left out by INTERVAL only DAILY,
 * WEEKLY and BYWEEKNO rules say 0 here. *cache is the caller's; begin it as {0}. */
uint32_t recurrence_days_of_month(const struct recurrence_days *days, int32_t year, int month,
                                  int64_t first_day, struct recurrence_year *cache);

/* The first day of week 1 of a year: the first week with at least four days in it (RFC 5545,
 * BYWEEKNO; ISO 8601 where weeks begin on Monday). */
int64_t recurrence_first_week(int32_t year, enum weekday week_start);

/* The year whose weeks `day` is counted in. */
int32_t recurrence_week_year(int64_t day, enum weekday week_start);

#endif
