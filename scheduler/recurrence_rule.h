/* recurrence_rule: an RFC 5545 recurrence rule (RRULE, §3.3.10) as a value, its strict parser and
 * its canonical text.
 *
 * Everything §3.3.10 forbids is refused with a sentence: unknown or repeated parts, empty entries,
 * numbers out of range, COUNT together with UNTIL, BYSETPOS without another BY part, BYWEEKNO
 * outside YEARLY, BYYEARDAY in DAILY, WEEKLY and MONTHLY, BYMONTHDAY in WEEKLY, BYDAY with a number
 * outside MONTHLY and YEARLY or beside BYWEEKNO. COUNT=0 is refused too: it would never happen.
 * Tolerated: small letters (ABNF strings have no case), one ';' at the end, and whatever
 * scheduler/recurrence.h says of UNTIL. BYSECOND=60 means 59 (§3.3.12: no leap seconds here).
 *
 * Lists are sets of bits: they come out sorted and without doubles. Pure; thread: any. */
#ifndef LOAXA_SCHEDULER_RECURRENCE_RULE_H
#define LOAXA_SCHEDULER_RECURRENCE_RULE_H

#include "base/civil.h"
#include "base/fail.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum recurrence_frequency {
    RECURRENCE_SECONDLY,
    RECURRENCE_MINUTELY,
    RECURRENCE_HOURLY,
    RECURRENCE_DAILY,
    RECURRENCE_WEEKLY,
    RECURRENCE_MONTHLY,
    RECURRENCE_YEARLY
};

/* How UNTIL is written. */
enum recurrence_until { UNTIL_NONE, UNTIL_DATE, UNTIL_LOCAL, UNTIL_UTC };

/* A set of numbers from -366 to 366 without 0. Bit n of `up` is n, bit n of `down` is -n. */
enum { RECURRENCE_WORDS = 6, RECURRENCE_NUMBER_MAX = 366 };
struct recurrence_set {
    uint64_t up[RECURRENCE_WORDS], down[RECURRENCE_WORDS];
};

struct recurrence_rule {
    enum recurrence_frequency frequency;
    int32_t interval; /* at least 1 */
    int32_t count;    /* 0: no COUNT */
    enum recurrence_until until_kind;
    struct civil until;
    enum weekday week_start;
    uint64_t seconds;                /* BYSECOND: bit n is second n; 0: not given */
    uint64_t minutes;                /* BYMINUTE */
    uint32_t hours;                  /* BYHOUR */
    uint32_t months;                 /* BYMONTH: bit 1 is January */
    uint32_t month_days;             /* BYMONTHDAY: bit 1 is the 1st */
    uint32_t month_days_back;        /* bit 1 is the last day */
    uint64_t weeks, weeks_back;      /* BYWEEKNO: bits 1 to 53 */
    uint8_t weekdays;                /* BYDAY without a number: bit 0 is Monday */
    uint64_t nth[7], nth_back[7];    /* BYDAY with one: bits 1 to 53 for each weekday */
    bool has_nth;                    /* any bit in the two */
    bool has_year_days;              /* BYYEARDAY is given */
    bool has_positions;              /* BYSETPOS is given */
    struct recurrence_set year_days; /* BYYEARDAY */
    struct recurrence_set positions; /* BYSETPOS */
};

enum { RECURRENCE_RULE_MAX = 16384 }; /* bytes of text; every number of every list fits */

/* Reads "FREQ=WEEKLY;BYDAY=TU,FR" (without "RRULE:"). On false *ret_rule is untouched and *why says
 * what is wrong and what would be right (FAIL_INVALID, FAIL_LIMIT over RECURRENCE_RULE_MAX). */
bool recurrence_rule_parse(const char *text, struct recurrence_rule *ret_rule, struct fail *why);

/* Adds the canonical text: parts in RFC order, lists sorted, what is default left out. Parsing it
 * gives the same rule. */
void recurrence_rule_format(const struct recurrence_rule *rule, struct text *ret);

/* "SECONDLY" to "YEARLY". */
const char *recurrence_frequency_name(enum recurrence_frequency frequency);
/* "MO" to "SU". */
const char *recurrence_weekday_name(enum weekday weekday);

static inline bool recurrence_set_has(const uint64_t words[RECURRENCE_WORDS], int number) {
    return (words[number >> 6] >> (number & 63) & 1) != 0;
}

#endif
