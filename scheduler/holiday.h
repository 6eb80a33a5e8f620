/* holiday: Việt Nam's public holidays (Labour Code 2019, article 112) and days of observance, as
 * data. What the Prime Minister fixes each year (the exact window of Tết, the second day of
 * National Day) is not known here; national mourning is declared, never computed.
 *
 * Pure. Lunar days go through scheduler/lunar.h; give the same cache to calls that follow one
 * another. */
#ifndef LOAXA_SCHEDULER_HOLIDAY_H
#define LOAXA_SCHEDULER_HOLIDAY_H

#include "base/civil.h"
#include "base/words.h"
#include "scheduler/lunar.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum holiday_kind {
    HOLIDAY_PUBLIC,
    HOLIDAY_PROPOSED,  /* resolved on, its law not yet known to be in force */
    HOLIDAY_OBSERVANCE /* a working day that is kept */
};

struct holiday {
    const char *vietnamese, *english;
    enum holiday_kind kind;
    bool lunar;
    int8_t month;       /* 0: every month, leap months too */
    int8_t day;         /* -1: the month's last */
    int8_t days_before; /* of the holiday around its day: Tết has 1 and 3 */
    int8_t days_after;
    int8_t paid_days;
};

/* All of them, public ones first. */
const struct holiday *holiday_list(size_t *ret_count);

const char *holiday_name(const struct holiday *holiday, enum language language);

/* The day itself in a year: for a lunar one the lunar year, but for the eve of Tết (the last day of
 * month 12) the eve of that year. False for what comes every month, and outside lunar.h's years. */
bool holiday_date(const struct holiday *holiday, int32_t year, struct lunar_year *cache,
                  struct civil_date *ret_date);

/* The next holiday of that civil date (or of the span around it) after `after`; NULL begins and
 * ends the list. */
const struct holiday *holiday_on(struct civil_date date, const struct holiday *after,
                                 struct lunar_year *cache);

#endif
