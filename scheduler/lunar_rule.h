/* lunar_rule: what recurs in the Vietnamese lunar calendar (R31), as a value with its own text:
 *
 *   LDAY=1,15                 the 1st and the 15th of every month, leap months too
 *   LMONTH=3;LDAY=10          10 March of the lunar year (giỗ Tổ), in the regular month
 *   LMONTH=12;LDAY=-1         giao thừa: the last day of month 12, the 29th or the 30th
 *   LMONTH=1;LDAY=1,2,3;COUNT=9
 *
 * Parts are NAME=VALUE, joined by ';' (one at the end is tolerated), each at most once, names in
 * any case:
 *   LDAY    days 1 to 30, and -1 to -30 counted from the month's end. Required
 *   LMONTH  months 1 to 12; without it every month
 *   LEAP    INCLUDE, SKIP or ONLY the leap months; unless given INCLUDE without LMONTH and SKIP
 * with it: rules of the 1st and 15th include leap months, a yearly event uses the regular one COUNT
 * at most so many occurrences, from the start on UNTIL   the last civil day, as 20261231
 *
 * A 30th in a month of 29 days does not happen. Days are civil dates in UTC+7; the time of day
 * comes from the series' start. Everything ends with lunar year 2199 (scheduler/lunar.h).
 *
 * Pure; thread: any. A walk is plain data, allocates nothing and needs no end. */
#ifndef LOAXA_SCHEDULER_LUNAR_RULE_H
#define LOAXA_SCHEDULER_LUNAR_RULE_H

#include "base/civil.h"
#include "base/fail.h"
#include "base/text.h"
#include "base/words.h"
#include "scheduler/lunar.h"

#include <stdbool.h>
#include <stdint.h>

enum lunar_leap { LUNAR_LEAP_INCLUDE, LUNAR_LEAP_SKIP, LUNAR_LEAP_ONLY };

struct lunar_rule {
    uint32_t days, days_back; /* bit n is day n, and day -n */
    uint32_t months;          /* bit n is month n; 0: every month */
    enum lunar_leap leap;
    int32_t count; /* 0: no COUNT */
    bool has_until;
    struct civil_date until;
};

/* On false *ret_rule is untouched and *why says what is wrong and what would be right. */
bool lunar_rule_parse(const char *text, struct lunar_rule *ret_rule, struct fail *why);
/* Adds the canonical text. Parsing it gives the same rule. */
void lunar_rule_format(const struct lunar_rule *rule, struct text *ret);
/* Adds the rule in words: "mùng 1 và ngày rằm hằng tháng âm lịch". */
void lunar_rule_describe(const struct lunar_rule *rule, enum language language, struct text *ret);

/* Where a walk stands. All of it is private. */
struct lunar_walk {
    struct lunar_rule rule;
    struct lunar_year year;
    int32_t month;    /* index into year.months; its days that are left are in `mask` */
    uint32_t mask;    /* bit 0 is the 1st */
    int64_t left;     /* of COUNT */
    int64_t last_day; /* UNTIL */
};

/* The first day at or after both `start` (the series' first possible day, from which COUNT counts)
 * and `from`. */
void lunar_walk_seek(struct lunar_walk *walk, const struct lunar_rule *rule,
                     struct civil_date start, struct civil_date from);
/* The next day, later than the one before; false at the end, for good. */
bool lunar_walk_next(struct lunar_walk *walk, struct civil_date *ret_date);

#endif
