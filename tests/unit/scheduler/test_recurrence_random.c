/* Recurrence against the definition: thousands of random rules are expanded by the expander and by
 * a slow reference that asks of every day, minute or second whether §3.3.10 lets it in. Walks and
 * seeks must both give what the reference gives. RECURRENCE_SEED repeats a run. */
#include "base/memory.h"
#include "base/text.h"
#include "scheduler/recurrence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DAY_S = 86400 };

/* ---- the slow reference ---- */

struct starts {
    int64_t *at;
    size_t count, capacity;
};

static void add_start(struct starts *starts, int64_t at) {
    starts->at = memory_room(starts->at, starts->count, &starts->capacity, sizeof *starts->at);
    starts->at[starts->count++] = at;
}

static int weekday_of(int64_t day) {
    return (int)(((day + 3) % 7 + 7) % 7);
}

static int64_t day_of(int32_t year, int month, int day) {
    return civil_day_number((struct civil_date){year, (int8_t)month, (int8_t)day});
}

/* The year of a day's week, its number in it, and how many weeks that year has: a week belongs to
 * the year in which at least four of its days lie, hence its fourth. */
static int32_t week_of(int64_t day, int week_start, int *ret_week, int *ret_weeks) {
    int64_t fourth = day - (weekday_of(day) - week_start + 7) % 7 + 3;
    int32_t year = civil_date_of_day(fourth).year;
    *ret_week = (int)(fourth - day_of(year, 1, 1)) / 7 + 1;
    *ret_weeks = 0;
    for (int64_t d = day_of(year, 1, 1); d < day_of(year + 1, 1, 1); d++) {
        *ret_weeks += weekday_of(d) == (week_start + 3) % 7;
    }
    return year;
}

static bool has(uint64_t bits, int64_t number) {
    return number >= 0 && number < 64 && (bits >> number & 1) != 0;
}

/* Whether the weekday's place in [first, last] is one that BYDAY wants. */
static bool weekday_fits(const struct recurrence_rule *rule, int64_t day, int64_t first,
                         int64_t last) {
    int weekday = weekday_of(day), before = 0, after = 0;
    for (int64_t d = first; d <= last; d++) {
        before += d <= day && weekday_of(d) == weekday;
        after += d >= day && weekday_of(d) == weekday;
    }
    return has(rule->weekdays, weekday) || has(rule->nth[weekday], before) ||
           has(rule->nth_back[weekday], after);
}

static bool month_day_fits(const struct recurrence_rule *rule, struct civil_date date) {
    return has(rule->month_days, date.day) ||
           has(rule->month_days_back, civil_days_in_month(date.year, date.month) - date.day + 1);
}

/* What the rule says of days; where it says nothing, DTSTART does. */
static bool day_fits(const struct recurrence_rule *rule, int64_t day, struct civil_date start) {
    struct civil_date date = civil_date_of_day(day);
    bool yearly = rule->frequency == RECURRENCE_YEARLY;
    bool by_weekday = rule->weekdays != 0 || rule->has_nth;
    bool by_month_day = (rule->month_days | rule->month_days_back) != 0;
    bool by_week = (rule->weeks | rule->weeks_back) != 0;
    int64_t new_year = day_of(date.year, 1, 1);
    int length = civil_is_leap(date.year) ? 366 : 365;
    int in_year = (int)(day - new_year) + 1, week, weeks;
    if (rule->months != 0 && !has(rule->months, date.month)) {
        return false;
    }
    if (by_month_day && !month_day_fits(rule, date)) {
        return false;
    }
    if (rule->has_year_days && !recurrence_set_has(rule->year_days.up, in_year) &&
        !recurrence_set_has(rule->year_days.down, length + 1 - in_year)) {
        return false;
    }
    if (by_week) {
        week_of(day, (int)rule->week_start, &week, &weeks);
        if (!has(rule->weeks, week) && !has(rule->weeks_back, weeks + 1 - week)) {
            return false;
        }
    }
    if (by_weekday) {
        bool in_month = rule->frequency == RECURRENCE_MONTHLY || rule->months != 0;
        int64_t first = in_month ? day - date.day + 1 : new_year;
        int64_t last = in_month ? first + civil_days_in_month(date.year, date.month) - 1
                                : new_year + length - 1;
        return weekday_fits(rule, day, first, last);
    }
    if (by_month_day || rule->has_year_days || rule->frequency <= RECURRENCE_DAILY) {
        return true;
    }
    if (rule->frequency == RECURRENCE_WEEKLY || by_week) {
        return weekday_of(day) == (int)civil_weekday(start);
    }
    return date.day == start.day && (!yearly || rule->months != 0 || date.month == start.month);
}

/* The number of the period that a local time lies in. */
static int64_t period_of(const struct recurrence_rule *rule, int64_t local) {
    int64_t day = local / DAY_S - (local % DAY_S < 0);
    struct civil_date date = {0};
    int week, weeks;
    if (rule->frequency > RECURRENCE_WEEKLY) {
        date = civil_date_of_day(day);
    }
    switch (rule->frequency) {
    case RECURRENCE_SECONDLY:
        return local;
    case RECURRENCE_MINUTELY:
        return local / 60;
    case RECURRENCE_HOURLY:
        return local / 3600;
    case RECURRENCE_DAILY:
        return day;
    case RECURRENCE_WEEKLY:
        return (day - (weekday_of(day) - (int)rule->week_start + 7) % 7 + 1000003) / 7;
    case RECURRENCE_MONTHLY:
        return date.year * 12 + date.month;
    default:
        return (rule->weeks | rule->weeks_back) != 0
                   ? week_of(day, (int)rule->week_start, &week, &weeks)
                   : date.year;
    }
}

static bool time_fits(const struct recurrence_rule *rule, int64_t second, struct civil start) {
    int64_t hour = second / 3600, minute = second / 60 % 60;
    second %= 60;
    bool hour_fits = rule->hours != 0 ? has(rule->hours, hour)
                                      : rule->frequency <= RECURRENCE_HOURLY || hour == start.hour;
    bool minute_fits = rule->minutes != 0
                           ? has(rule->minutes, minute)
                           : rule->frequency <= RECURRENCE_MINUTELY || minute == start.minute;
    bool second_fits = rule->seconds != 0
                           ? has(rule->seconds, second)
                           : rule->frequency == RECURRENCE_SECONDLY || second == start.second;
    return hour_fits && minute_fits && second_fits;
}

/* Adds of one period's set what BYSETPOS wants. */
static void end_period(const struct recurrence_rule *rule, struct starts *set, struct starts *all) {
    for (size_t i = 0; i < set->count; i++) {
        size_t back = set->count - i;
        if (!rule->has_positions ||
            (i + 1 <= 366 && recurrence_set_has(rule->positions.up, (int)i + 1)) ||
            (back <= 366 && recurrence_set_has(rule->positions.down, (int)back))) {
            add_start(all, set->at[i]);
        }
    }
    set->count = 0;
}

static void add_times_of_day(const struct recurrence_rule *rule, int64_t day, struct civil start,
                             struct starts *set) {
    for (int second = 0; second < DAY_S; second++) {
        bool whole_minute_out =
            second % 60 == 0 && rule->minutes != 0 && !has(rule->minutes, second / 60 % 60);
        if (whole_minute_out ||
            (second % 60 == 0 && rule->minutes == 0 && rule->frequency > RECURRENCE_MINUTELY &&
             second / 60 % 60 != start.minute)) {
            second += 59;
        } else if (time_fits(rule, second, start)) {
            add_start(set, day * DAY_S + second);
        }
    }
}

/* Everything the rule alone gives in [start, end), without zone, COUNT and UNTIL. */
static void expand(const struct recurrence_rule *rule, struct civil start, int64_t end,
                   struct starts *ret) {
    struct starts set = {0}, all = {0};
    int64_t start_s = civil_seconds(start), first = period_of(rule, start_s), period = INT64_MIN;
    bool weeks = (rule->weeks | rule->weeks_back) != 0;
    if (weeks && !day_fits(rule, civil_day_number(start.date), start.date)) {
        first = start.date.year; /* of the week only where DTSTART is an occurrence */
    }
    struct starts times = {0};
    add_times_of_day(rule, 0, start, &times);
    int64_t from = civil_day_number(start.date);
    from -= rule->frequency > RECURRENCE_DAILY ? 400 : 0; /* the period may have begun before */
    int64_t beyond = rule->has_positions && rule->frequency > RECURRENCE_DAILY ? 400 : 0;
    for (int64_t day = from; day * DAY_S < end + beyond * DAY_S; day++) {
        if (!day_fits(rule, day, start.date)) {
            continue;
        }
        int64_t of_day = period_of(rule, day * DAY_S);
        for (size_t i = 0; i < times.count && day * DAY_S + times.at[i] < end + beyond * DAY_S;
             i++) {
            int64_t local = day * DAY_S + times.at[i];
            int64_t of = rule->frequency >= RECURRENCE_DAILY ? of_day : period_of(rule, local);
            if ((of < first && !weeks) || (of - first) % rule->interval != 0) {
                if (rule->frequency >= RECURRENCE_DAILY) {
                    break;
                }
                continue;
            }
            if (of != period) {
                end_period(rule, &set, &all);
                period = of;
            }
            add_start(&set, local);
        }
    }
    end_period(rule, &set, &all);
    for (size_t i = 0; i < all.count; i++) {
        if (all.at[i] >= start_s && all.at[i] < end) {
            add_start(ret, all.at[i]);
        }
    }
    free(set.at);
    free(all.at);
    free(times.at);
}

static int compare(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* UNTIL of a local time that is shown: with a Z and a zone, instants are compared. */
static bool is_until(const struct recurrence_rule *rule, const struct zone *zone, int64_t local) {
    int64_t until = civil_seconds(rule->until);
    if (rule->until_kind == UNTIL_UTC && zone != NULL) {
        struct walltime instant = zone_instant(zone, civil_of_seconds(local), NULL);
        return instant.us <= until * WALLTIME_SECOND;
    }
    return rule->until_kind == UNTIL_NONE || local <= until;
}

/* Shifts what does not exist, merges what is equal, then counts. */
static void show(const struct recurrence_rule *rule, const struct zone *zone,
                 struct starts *starts) {
    size_t kept = 0;
    for (size_t i = 0; i < starts->count && zone != NULL; i++) {
        struct civil local = civil_of_seconds(starts->at[i]);
        starts->at[i] = civil_seconds(zone_civil(zone, zone_instant(zone, local, NULL)));
    }
    if (starts->count != 0) {
        qsort(starts->at, starts->count, sizeof *starts->at, compare);
    }
    for (size_t i = 0; i < starts->count; i++) {
        bool in = is_until(rule, zone, starts->at[i]);
        if (in && (kept == 0 || starts->at[i] != starts->at[kept - 1])) {
            starts->at[kept++] = starts->at[i];
        }
    }
    starts->count = rule->count != 0 && kept > (size_t)rule->count ? (size_t)rule->count : kept;
}

/* ---- random rules ---- */

static uint64_t seed;

static int dice(int sides) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)((seed >> 11) % (uint64_t)sides);
}

static int between(int least, int most) {
    return least + dice(most - least + 1);
}

static void add_list(struct text *text, const char *name, int least, int most, bool both_ways) {
    int count = between(1, 4);
    text_add_format(text, ";%s=", name);
    for (int i = 0; i < count; i++) {
        text_add_format(text, "%s%s%d", i == 0 ? "" : ",", both_ways && dice(2) ? "-" : "",
                        between(least, most));
    }
}

static void add_weekdays(struct text *text, int most_number) {
    int count = between(1, 4);
    text_add_string(text, ";BYDAY=");
    for (int i = 0; i < count; i++) {
        text_add_string(text, i == 0 ? "" : ",");
        if (most_number != 0 && dice(3) != 0) {
            text_add_format(text, "%s%d", dice(2) ? "-" : "", between(1, most_number));
        }
        text_add_string(text, recurrence_weekday_name((enum weekday)dice(7)));
    }
}

static void add_day_parts(struct text *text, enum recurrence_frequency frequency) {
    bool yearly = frequency == RECURRENCE_YEARLY, monthly = frequency == RECURRENCE_MONTHLY;
    bool weeks = yearly && dice(3) == 0, months = dice(3) == 0;
    if (months) {
        add_list(text, "BYMONTH", 1, 12, false);
    }
    if (weeks) {
        int least = dice(2) ? 1 : 50; /* years of weeks differ from years at their borders */
        add_list(text, "BYWEEKNO", least, dice(2) ? 53 : least + 2, true);
    }
    if (dice(3) == 0) {
        add_weekdays(text, weeks ? 0 : monthly || (yearly && months) ? 5 : yearly ? 53 : 0);
    }
    if (frequency != RECURRENCE_WEEKLY && dice(3) == 0) {
        add_list(text, "BYMONTHDAY", dice(2) ? 1 : 26, 31, true);
    }
    if ((yearly || frequency < RECURRENCE_DAILY) && dice(4) == 0) {
        add_list(text, "BYYEARDAY", dice(2) ? 1 : 360, 366, true);
    }
}

static void random_rule(struct text *text, bool subdaily) {
    enum recurrence_frequency frequency =
        (enum recurrence_frequency)(subdaily ? dice(3) : between(3, 6));
    static const int most_interval[] = {200, 90, 30, 20, 6, 15, 3};
    text_add_format(text, "FREQ=%s", recurrence_frequency_name(frequency));
    if (dice(2)) {
        text_add_format(text, ";INTERVAL=%d", between(1, most_interval[frequency]));
    }
    if (!subdaily || dice(4) == 0) {
        add_day_parts(text, frequency);
    }
    if (dice(3) == 0) {
        add_list(text, "BYHOUR", 0, dice(2) ? 4 : 23, false);
    }
    if (dice(3) == 0) {
        add_list(text, "BYMINUTE", 0, 59, false);
    }
    if (dice(3) == 0) {
        add_list(text, "BYSECOND", 0, 59, false);
    }
    if (dice(3) == 0 && strstr(text_string(text), ";BY") != NULL) {
        add_list(text, "BYSETPOS", 1, dice(2) ? 3 : 40, true);
    }
    if (dice(3) == 0) {
        text_add_format(text, ";WKST=%s", recurrence_weekday_name((enum weekday)dice(7)));
    }
    if (dice(3) == 0) {
        text_add_format(text, ";COUNT=%d", between(1, 30));
    }
}

/* Around the turn of the year or the beginning of summer; within days, hours before the clock is
 * changed. */
static struct civil random_start(bool subdaily, const struct zone *zone) {
    int64_t day = day_of(between(1999, 2030), dice(2) ? 3 : 12, dice(2) ? between(1, 15) : 28);
    struct civil civil = civil_of_seconds((day + (subdaily ? 0 : dice(400))) * DAY_S);
    civil.hour = (int8_t)(dice(2) ? between(0, 3) : dice(24));
    civil.minute = (int8_t)(dice(3) == 0 ? 0 : dice(60));
    civil.second = (int8_t)(dice(2) == 0 ? 0 : dice(60));
    struct walltime change;
    if (subdaily && zone != NULL && dice(4) != 0 &&
        zone_next_change(zone, walltime_of_seconds(day * DAY_S), &change)) {
        change = walltime_add(change, -dice(5 * 3600) * WALLTIME_SECOND);
        struct civil near = zone_civil(zone, change);
        near.second = civil.second;
        near.minute = dice(2) ? civil.minute : near.minute;
        return near;
    }
    return civil;
}

static int64_t horizon_s(enum recurrence_frequency frequency) {
    static const int64_t horizons[] = {6 * 3600,    3 * DAY_S,    25 * DAY_S,  500 * DAY_S,
                                       700 * DAY_S, 1500 * DAY_S, 3300 * DAY_S};
    return horizons[frequency];
}

/* An UNTIL within what is compared, in all its forms. */
static void add_until(struct text *text, struct civil start, enum recurrence_frequency frequency) {
    char until[CIVIL_TEXT_SIZE];
    int64_t at = civil_seconds(start) + horizon_s(frequency) / 1000 * dice(1000);
    civil_format_basic(civil_of_seconds(at), until);
    int form = dice(3);
    text_add_format(text, ";UNTIL=%.*s%s", form == 0 ? 8 : 15, until, form == 1 ? "Z" : "");
}

/* ---- the comparison ---- */

struct run {
    const char *rule;
    struct civil start;
    const struct zone *zone;
    int64_t end; /* what lies before it is compared */
};

static void complain(const struct run *run, const char *what, size_t place, int64_t wanted,
                     int64_t found) {
    char start[CIVIL_TEXT_SIZE], left[CIVIL_TEXT_SIZE], right[CIVIL_TEXT_SIZE];
    civil_format_basic(run->start, start);
    civil_format_basic(civil_of_seconds(wanted), left);
    civil_format_basic(civil_of_seconds(found), right);
    fail_msg("%s DTSTART=%s %s: %s gives %s as number %zu, not %s",
             run->zone != NULL ? zone_name(run->zone) : "floating", start, run->rule, what, right,
             place, left);
}

static void compare_from(const struct run *run, const char *what, struct recurrence_walk *walk,
                         const struct starts *wanted, size_t place) {
    struct civil found;
    size_t most = place + 200;
    for (; place < wanted->count && place < most; place++) {
        int64_t at = recurrence_walk_next(walk, &found) ? civil_seconds(found) : 0;
        if (at != wanted->at[place]) {
            complain(run, what, place, wanted->at[place], at);
        }
    }
    if (place == wanted->count && recurrence_walk_next(walk, &found) &&
        civil_seconds(found) < run->end) {
        complain(run, what, place, 0, civil_seconds(found));
    }
}

static void compare_seeks(const struct run *run, const struct recurrence *recurrence,
                          const struct starts *wanted) {
    for (int i = 0; i < 6; i++) {
        int64_t from_s = civil_seconds(run->start) - DAY_S;
        from_s += (int64_t)(dice(1000) * (double)(run->end - from_s) / 1000);
        if (wanted->count != 0 && dice(2)) {
            from_s = wanted->at[dice((int)wanted->count)] + between(-1, 1);
        }
        size_t place = 0;
        while (place < wanted->count && wanted->at[place] < from_s) {
            place++;
        }
        struct recurrence_walk walk;
        char text[CIVIL_TEXT_SIZE], what[64];
        civil_format_basic(civil_of_seconds(from_s), text);
        snprintf(what, sizeof what, "a seek to %s", text);
        recurrence_walk_seek(&walk, recurrence, civil_of_seconds(from_s));
        compare_from(run, what, &walk, wanted, place);
    }
}

static void compare_rule(struct zone *const zones[4], bool subdaily) {
    struct text text = {0};
    random_rule(&text, subdaily);
    struct run run = {.rule = text_string(&text), .zone = zones[dice(4)]};
    run.start = random_start(subdaily, run.zone);
    struct recurrence_rule rule;
    struct fail why = {0};
    if (recurrence_rule_parse(run.rule, &rule, NULL) && rule.count == 0 && dice(4) == 0) {
        add_until(&text, run.start, rule.frequency);
        run.rule = text_string(&text);
    }
    if (!recurrence_rule_parse(run.rule, &rule, &why)) {
        fail_msg("%s: %s", run.rule, why.sentence);
    }
    run.end = civil_seconds(run.start) + horizon_s(rule.frequency);
    struct recurrence_source source = {.start = run.start, .zone = run.zone, .rule = run.rule};
    struct recurrence *recurrence;
    assert_true(recurrence_create(&source, &recurrence, &why));
    struct starts wanted = {0};
    expand(&rule, run.start, run.end + DAY_S, &wanted);
    show(&rule, run.zone, &wanted);
    while (wanted.count != 0 && wanted.at[wanted.count - 1] >= run.end) {
        wanted.count--;
    }
    struct recurrence_walk walk;
    recurrence_walk_begin(&walk, recurrence);
    compare_from(&run, "the walk", &walk, &wanted, 0);
    compare_seeks(&run, recurrence, &wanted);
    recurrence_destroy(recurrence);
    free(wanted.at);
    text_finish(&text);
}

static void compare_many(bool subdaily, int rules) {
    static const char *const names[] = {"America/New_York", "Australia/Lord_Howe",
                                        "Asia/Ho_Chi_Minh"};
    struct zone *zones[4] = {0};
    for (int i = 0; i < 3; i++) {
        assert_true(zone_load(names[i], &zones[i], NULL));
    }
    for (int i = 0; i < rules; i++) {
        compare_rule(zones, subdaily);
    }
    for (int i = 0; i < 3; i++) {
        zone_destroy(zones[i]);
    }
}

static void random_rules_of_days_match_the_definition(void **state) {
    (void)state;
    compare_many(false, 900);
}

static void random_rules_within_days_match_the_definition(void **state) {
    (void)state;
    compare_many(true, 400);
}

/* The canonical text of a rule means the same rule. */
static void rules_survive_their_text(void **state) {
    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct text text = {0}, again = {0}, third = {0};
        struct recurrence_rule rule, back;
        random_rule(&text, dice(2));
        assert_true(recurrence_rule_parse(text_string(&text), &rule, NULL));
        recurrence_rule_format(&rule, &again);
        assert_true(recurrence_rule_parse(text_string(&again), &back, NULL));
        recurrence_rule_format(&back, &third);
        assert_string_equal(text_string(&again), text_string(&third));
        assert_memory_equal(&rule.positions, &back.positions, sizeof rule.positions);
        assert_memory_equal(rule.nth, back.nth, sizeof rule.nth);
        text_finish(&text);
        text_finish(&again);
        text_finish(&third);
    }
}

int main(void) {
    const char *given = getenv("RECURRENCE_SEED");
    seed = given != NULL ? strtoull(given, NULL, 10) : 20261122;
    seed = seed != 0 ? seed : 1;
    printf("RECURRENCE_SEED=%llu\n", (unsigned long long)seed);
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_rules_of_days_match_the_definition),
        cmocka_unit_test(random_rules_within_days_match_the_definition),
        cmocka_unit_test(rules_survive_their_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
