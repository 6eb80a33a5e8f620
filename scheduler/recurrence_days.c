#include "scheduler/recurrence_days.h"

#include <string.h>

static int64_t floor_mod(int64_t a, int64_t b) {
    int64_t rest = a % b;
    return rest < 0 ? rest + b : rest;
}

static int weekday_of(int64_t day) {
    return (int)floor_mod(day + 3, 7);
}

int64_t recurrence_first_week(int32_t year, enum weekday week_start) {
    int64_t fourth = civil_day_number((struct civil_date){year, 1, 4});
    return fourth - (weekday_of(fourth) - (int)week_start + 7) % 7;
}

int32_t recurrence_week_year(int64_t day, enum weekday week_start) {
    int32_t year = civil_date_of_day(day).year;
    if (day < recurrence_first_week(year, week_start)) {
        return year - 1;
    }
    return day >= recurrence_first_week(year + 1, week_start) ? year + 1 : year;
}

static bool has_weeks(const struct recurrence_rule *rule) {
    return (rule->weeks | rule->weeks_back) != 0;
}

/* "Information, not contained in the rule, necessary to determine the various recurrence instance
 * start time and dates are derived from the Start Time" (§3.3.10). */
static void fill_in(struct recurrence_rule *rule, struct civil_date start) {
    if (rule->weekdays != 0 || rule->has_nth || rule->has_year_days ||
        (rule->month_days | rule->month_days_back) != 0) {
        return;
    }
    bool yearly = rule->frequency == RECURRENCE_YEARLY;
    if (rule->frequency == RECURRENCE_WEEKLY || has_weeks(rule)) {
        rule->weekdays = (uint8_t)(1U << civil_weekday(start));
    } else if (rule->frequency == RECURRENCE_MONTHLY || yearly) {
        rule->month_days = UINT32_C(1) << start.day;
        if (yearly && rule->months == 0) {
            rule->months = UINT32_C(1) << start.month;
        }
    }
}

static uint32_t month_day_mask(const struct recurrence_rule *rule, int length) {
    uint32_t all = length == 32 ? UINT32_MAX : (UINT32_C(1) << length) - 1;
    if ((rule->month_days | rule->month_days_back) == 0) {
        return all;
    }
    uint32_t mask = rule->month_days >> 1;
    for (int back = 1; back <= length; back++) {
        mask |= (rule->month_days_back >> back & 1) << (length - back);
    }
    return mask & all;
}

/* BYDAY in a month: all of a weekday's days, or the n-th of them. */
static uint32_t weekday_mask(const struct recurrence_rule *rule, int length, int first_weekday) {
    uint32_t mask = 0;
    if (rule->weekdays == 0 && !rule->has_nth) {
        return UINT32_MAX;
    }
    for (int day = 0; day < length; day++) {
        int weekday = (first_weekday + day) % 7;
        bool in = (rule->weekdays >> weekday & 1) != 0 ||
                  (rule->nth[weekday] >> (day / 7 + 1) & 1) != 0 ||
                  (rule->nth_back[weekday] >> ((length - 1 - day) / 7 + 1) & 1) != 0;
        mask |= (uint32_t)in << day;
    }
    return mask;
}

/* ---- parts that look at the whole year ---- */

static void mark(uint64_t bits[RECURRENCE_WORDS], int64_t day) {
    bits[day >> 6] |= UINT64_C(1) << (day & 63);
}

static void year_days(const struct recurrence_rule *rule, int length,
                      uint64_t bits[RECURRENCE_WORDS]) {
    for (int day = 0; day < length; day++) {
        if (recurrence_set_has(rule->year_days.up, day + 1) ||
            recurrence_set_has(rule->year_days.down, length - day)) {
            mark(bits, day);
        }
    }
}

static void year_weekdays(const struct recurrence_rule *rule, int length, int first_weekday,
                          uint64_t bits[RECURRENCE_WORDS]) {
    for (int day = 0; day < length; day++) {
        int weekday = (first_weekday + day) % 7;
        if ((rule->weekdays >> weekday & 1) != 0 ||
            (rule->nth[weekday] >> (day / 7 + 1) & 1) != 0 ||
            (rule->nth_back[weekday] >> ((length - 1 - day) / 7 + 1) & 1) != 0) {
            mark(bits, day);
        }
    }
}

/* The weeks of `week_year`, as far as they lie in the year that begins on `first_day`. */
static void mark_weeks(const struct recurrence_rule *rule, int32_t week_year, int64_t first_day,
                       int length, uint64_t bits[RECURRENCE_WORDS]) {
    int64_t begin = recurrence_first_week(week_year, rule->week_start);
    int weeks = (int)((recurrence_first_week(week_year + 1, rule->week_start) - begin) / 7);
    for (int week = 1; week <= weeks; week++) {
        if ((rule->weeks >> week & 1) == 0 && (rule->weeks_back >> (weeks + 1 - week) & 1) == 0) {
            continue;
        }
        for (int day = 0; day < 7; day++) {
            int64_t in_year = begin + (week - 1) * 7 + day - first_day;
            if (in_year >= 0 && in_year < length) {
                mark(bits, in_year);
            }
        }
    }
}

/* A week at the year's border may belong to its neighbour: INTERVAL counts the years of weeks. */
static void year_weeks(const struct recurrence_days *days, int32_t year, int64_t first_day,
                       int length, uint64_t bits[RECURRENCE_WORDS]) {
    for (int32_t week_year = year - 1; week_year <= year + 1; week_year++) {
        if (floor_mod(week_year - days->first_year, days->rule.interval) == 0) {
            mark_weeks(&days->rule, week_year, first_day, length, bits);
        }
    }
}

static void narrow(struct recurrence_year *year, const uint64_t bits[RECURRENCE_WORDS]) {
    for (int i = 0; i < RECURRENCE_WORDS; i++) {
        year->bits[i] &= bits[i];
    }
}

static void load_year(const struct recurrence_days *days, int32_t year,
                      struct recurrence_year *cache) {
    int64_t first_day = civil_day_number((struct civil_date){year, 1, 1});
    int length = civil_is_leap(year) ? 366 : 365;
    cache->year = year;
    memset(cache->bits, 0xff, sizeof cache->bits);
    if (days->rule.has_year_days) {
        uint64_t bits[RECURRENCE_WORDS] = {0};
        year_days(&days->rule, length, bits);
        narrow(cache, bits);
    }
    if (days->weekdays_by_year) {
        uint64_t bits[RECURRENCE_WORDS] = {0};
        year_weekdays(&days->rule, length, weekday_of(first_day), bits);
        narrow(cache, bits);
    }
    if (has_weeks(&days->rule)) {
        uint64_t bits[RECURRENCE_WORDS] = {0};
        year_weeks(days, year, first_day, length, bits);
        narrow(cache, bits);
    }
}

static uint32_t month_of_year(const struct recurrence_year *year, int64_t from) {
    uint64_t bits = year->bits[from >> 6] >> (from & 63);
    if ((from & 63) != 0 && (from >> 6) + 1 < RECURRENCE_WORDS) {
        bits |= year->bits[(from >> 6) + 1] << (64 - (from & 63));
    }
    return (uint32_t)bits;
}

/* ---- INTERVAL in days and weeks ---- */

static uint32_t every_nth_day(const struct recurrence_days *days, int64_t first_day) {
    int64_t day = floor_mod(days->start_day - first_day, days->rule.interval);
    uint32_t mask = 0;
    for (; day < 31; day += days->rule.interval) {
        mask |= UINT32_C(1) << day;
    }
    return mask;
}

static uint32_t every_nth_week(const struct recurrence_days *days, int64_t first_day) {
    int64_t step = (int64_t)days->rule.interval * 7;
    int64_t day = floor_mod(days->first_week - first_day, step);
    uint32_t mask = 0;
    if (day > step - 7) {
        mask = UINT32_C(0x7f) >> (step - day); /* the end of a week begun before the 1st */
    }
    for (; day < 31; day += step) {
        mask |= UINT32_C(0x7f) << day;
    }
    return mask;
}

uint32_t recurrence_days_of_month(const struct recurrence_days *days, int32_t year, int month,
                                  int64_t first_day, struct recurrence_year *cache) {
    int length = civil_days_in_month(year, month);
    uint32_t mask = days->masks[length - 28][weekday_of(first_day)];
    if ((days->months >> month & 1) == 0) {
        return 0;
    }
    if (days->by_year && mask != 0) {
        if (cache->year != year) {
            load_year(days, year, cache);
        }
        mask &= month_of_year(cache, first_day - civil_day_number((struct civil_date){year, 1, 1}));
    }
    if (days->rule.interval != 1 && mask != 0) {
        if (days->rule.frequency == RECURRENCE_DAILY) {
            mask &= every_nth_day(days, first_day);
        } else if (days->rule.frequency == RECURRENCE_WEEKLY) {
            mask &= every_nth_week(days, first_day);
        }
    }
    return mask;
}

/* INTERVAL counts from DTSTART's year; but where DTSTART is itself an occurrence, in a week of the
 * neighbouring year, from that year. */
static void count_from_week(struct recurrence_days *days) {
    struct recurrence_year cache = {0};
    struct civil_date start = days->start;
    days->first_year = recurrence_week_year(days->start_day, days->rule.week_start);
    uint32_t mask = recurrence_days_of_month(days, start.year, start.month,
                                             days->start_day - start.day + 1, &cache);
    if ((mask >> (start.day - 1) & 1) == 0) {
        days->first_year = start.year;
    }
}

void recurrence_days_init(struct recurrence_days *days, const struct recurrence_rule *rule,
                          struct civil_date start) {
    *days = (struct recurrence_days){.rule = *rule, .start = start};
    fill_in(&days->rule, start);
    rule = &days->rule;
    days->start_day = civil_day_number(start);
    days->first_week =
        days->start_day - (weekday_of(days->start_day) - (int)rule->week_start + 7) % 7;
    days->first_year =
        has_weeks(rule) ? recurrence_week_year(days->start_day, rule->week_start) : start.year;
    days->months = rule->months != 0 ? rule->months : UINT32_C(0x1ffe);
    days->weekdays_by_year =
        rule->has_nth && rule->frequency == RECURRENCE_YEARLY && rule->months == 0;
    days->by_year = days->weekdays_by_year || rule->has_year_days || has_weeks(rule);
    for (int length = 28; length <= 31; length++) {
        uint32_t in_month = month_day_mask(rule, length);
        for (int first = 0; first < 7; first++) {
            days->masks[length - 28][first] =
                days->weekdays_by_year ? in_month : in_month & weekday_mask(rule, length, first);
        }
    }
    if (has_weeks(rule)) {
        count_from_week(days);
    }
}
