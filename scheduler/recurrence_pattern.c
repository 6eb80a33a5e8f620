#include "scheduler/recurrence_pattern.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, LAST_YEAR = 9999 };

/* The calendar comes back after 400 years: 4800 months, 20871 whole weeks. Who finds nothing for so
 * long never will. */
enum { CYCLE_MONTHS = 4800, CYCLE_WEEKS = 20871 };

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b) {
    int64_t rest = a % b;
    return rest < 0 ? rest + b : rest;
}

/* ---- times of day ---- */

static void add_times(struct recurrence_pattern *pattern, uint32_t hours, uint64_t minutes,
                      uint64_t seconds) {
    size_t count = (size_t)__builtin_popcount(hours) * (size_t)__builtin_popcountll(minutes) *
                   (size_t)__builtin_popcountll(seconds);
    pattern->times = memory_resize(NULL, count, sizeof *pattern->times);
    struct recurrence_time *at = pattern->times;
    for (uint32_t h = hours; h != 0; h &= h - 1) {
        for (uint64_t m = minutes; m != 0; m &= m - 1) {
            for (uint64_t s = seconds; s != 0; s &= s - 1) {
                int hour = __builtin_ctz(h), minute = __builtin_ctzll(m);
                int second = __builtin_ctzll(s);
                *at++ = (struct recurrence_time){hour * 3600 + minute * 60 + second, (int8_t)hour,
                                                 (int8_t)minute, (int8_t)second};
            }
        }
    }
    pattern->times_count = (int32_t)count;
}

/* BYSETPOS where the period is a day or less: every period holds the same times. */
static void keep_positions(struct recurrence_pattern *pattern) {
    const struct recurrence_set *positions = &pattern->days.rule.positions;
    int32_t count = pattern->times_count, kept = 0;
    for (int32_t i = 0; i < count; i++) {
        bool up = i + 1 <= RECURRENCE_NUMBER_MAX && recurrence_set_has(positions->up, i + 1);
        bool down =
            count - i <= RECURRENCE_NUMBER_MAX && recurrence_set_has(positions->down, count - i);
        if (up || down) {
            pattern->times[kept++] = pattern->times[i];
        }
    }
    pattern->times_count = kept;
}

static int64_t greatest_common_divisor(int64_t a, int64_t b) {
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Whether a period that INTERVAL can ever reach begins in this hour within the limits. */
static bool hour_is_reached(const struct recurrence_pattern *pattern, int hour, int64_t divisor,
                            int64_t first) {
    int64_t begin = hour * 3600;
    int64_t at = begin + floor_mod(first - begin, divisor);
    for (; at < begin + 3600; at += divisor) {
        int minute = (int)(at / 60 % 60), second = (int)(at % 60);
        if ((pattern->unit_s > 60 || (pattern->minutes >> minute & 1) != 0) &&
            (pattern->unit_s > 1 || (pattern->seconds >> second & 1) != 0)) {
            return true;
        }
    }
    return false;
}

/* Leaves out hours that the steps never reach, so that a rule like INTERVAL=2;BYHOUR=7 begun at
 * eight is known to be empty instead of searched to the end of time. */
static void drop_unreached_hours(struct recurrence_pattern *pattern) {
    int64_t divisor = greatest_common_divisor(pattern->step_s, DAY_S);
    int64_t first = floor_mod(pattern->start_s, DAY_S) / pattern->unit_s * pattern->unit_s;
    for (int hour = 0; hour < 24; hour++) {
        if ((pattern->hours >> hour & 1) != 0 && !hour_is_reached(pattern, hour, divisor, first)) {
            pattern->hours &= ~(UINT32_C(1) << hour);
        }
    }
    pattern->never = pattern->never || pattern->hours == 0;
}

static void init_subdaily(struct recurrence_pattern *pattern, struct civil start) {
    const struct recurrence_rule *rule = &pattern->days.rule;
    uint64_t minutes = rule->minutes != 0 ? rule->minutes : UINT64_C(1) << start.minute;
    uint64_t seconds = rule->seconds != 0 ? rule->seconds : UINT64_C(1) << start.second;
    pattern->hours = rule->hours != 0 ? rule->hours : UINT32_C(0xffffff);
    pattern->minutes = rule->minutes != 0 ? rule->minutes : UINT64_MAX >> 4;
    pattern->seconds = rule->seconds != 0 ? rule->seconds : UINT64_MAX >> 4;
    if (rule->frequency == RECURRENCE_HOURLY) {
        pattern->unit_s = 3600;
        add_times(pattern, 1, minutes, seconds);
    } else if (rule->frequency == RECURRENCE_MINUTELY) {
        pattern->unit_s = 60;
        add_times(pattern, 1, 1, seconds);
    } else {
        pattern->unit_s = 1;
        add_times(pattern, 1, 1, 1);
    }
    pattern->step_s = (int64_t)rule->interval * pattern->unit_s;
    drop_unreached_hours(pattern);
}

void recurrence_pattern_init(struct recurrence_pattern *pattern, const struct recurrence_rule *rule,
                             struct civil start, bool dates_only) {
    *pattern = (struct recurrence_pattern){.start_s = civil_seconds(start)};
    recurrence_days_init(&pattern->days, rule, start.date);
    pattern->limit_s = civil_seconds((struct civil){{LAST_YEAR, 12, 31}, 23, 59, 59});
    if (dates_only) {
        add_times(pattern, 1, 1, 1);
    } else if (rule->frequency < RECURRENCE_DAILY) {
        init_subdaily(pattern, start);
    } else {
        add_times(pattern, rule->hours != 0 ? rule->hours : UINT32_C(1) << start.hour,
                  rule->minutes != 0 ? rule->minutes : UINT64_C(1) << start.minute,
                  rule->seconds != 0 ? rule->seconds : UINT64_C(1) << start.second);
    }
    if (rule->has_positions && rule->frequency > RECURRENCE_DAILY) {
        pattern->by_period = true;
    } else if (rule->has_positions) {
        keep_positions(pattern);
    }
    pattern->never = pattern->never || pattern->times_count == 0;
}

void recurrence_pattern_finish(struct recurrence_pattern *pattern) {
    free(pattern->times);
    pattern->times = NULL;
}

/* The first index into times that is not before `second`. */
static int32_t time_index(const struct recurrence_pattern *pattern, int64_t second) {
    int32_t low = 0, high = pattern->times_count;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (pattern->times[middle].second < second) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* ---- months and days ---- */

static bool counts_calendar_years(const struct recurrence_days *days) {
    return days->rule.frequency == RECURRENCE_YEARLY &&
           (days->rule.weeks | days->rule.weeks_back) == 0;
}

/* The first year at or after `year` that INTERVAL leaves in. */
static int32_t align_year(const struct recurrence_days *days, int32_t year) {
    int64_t over = floor_mod(year - days->first_year, days->rule.interval);
    return over == 0 ? year : (int32_t)(year + days->rule.interval - over);
}

/* Months are numbered from January of year 0. */
static int64_t align_month(const struct recurrence_days *days, int64_t number) {
    int64_t first = days->start.year * 12 + days->start.month - 1;
    int64_t over = floor_mod(number - first, days->rule.interval);
    return over == 0 ? number : number + days->rule.interval - over;
}

static int64_t next_month(const struct recurrence_days *days, int64_t number) {
    if (days->rule.frequency == RECURRENCE_MONTHLY) {
        return number + days->rule.interval;
    }
    if (number % 12 == 11 && counts_calendar_years(days)) {
        return number + 1 + (days->rule.interval - 1) * INT64_C(12);
    }
    return number + 1;
}

/* Loads the month of this number, or the next one that BYMONTH leaves in. */
static bool load_month(struct recurrence_cursor *cursor, int64_t number) {
    const struct recurrence_days *days = &cursor->pattern->days;
    while ((days->months >> (number % 12 + 1) & 1) == 0) {
        number = next_month(days, number);
        if (number >= (LAST_YEAR + 1) * 12) {
            return false;
        }
    }
    if (number >= (LAST_YEAR + 1) * 12) {
        return false;
    }
    cursor->year = (int32_t)(number / 12);
    cursor->month = (int32_t)(number % 12) + 1;
    cursor->month_first =
        civil_day_number((struct civil_date){cursor->year, (int8_t)cursor->month, 1});
    cursor->month_mask = recurrence_days_of_month(days, cursor->year, cursor->month,
                                                  cursor->month_first, &cursor->year_cache);
    return true;
}

static bool load_month_of_day(struct recurrence_cursor *cursor, int64_t day) {
    const struct recurrence_days *days = &cursor->pattern->days;
    struct civil_date date = civil_date_of_day(day);
    int64_t number = date.year * 12 + date.month - 1;
    if (days->rule.frequency == RECURRENCE_MONTHLY) {
        number = align_month(days, number);
    } else if (counts_calendar_years(days) && align_year(days, date.year) != date.year) {
        number = align_year(days, date.year) * INT64_C(12);
    }
    return load_month(cursor, number);
}

/* After how many months without a match the search may end: INTERVAL in days or weeks, or in years
 * of weeks, meets the calendar anew only after as many cycles. */
static int64_t months_to_search(const struct recurrence_days *days) {
    enum recurrence_frequency frequency = days->rule.frequency;
    bool in_step = frequency < RECURRENCE_DAILY || frequency == RECURRENCE_MONTHLY ||
                   counts_calendar_years(days);
    return CYCLE_MONTHS * (int64_t)(in_step ? 1 : days->rule.interval);
}

/* Moves to the first matching day at or after `from`. */
static bool find_day(struct recurrence_cursor *cursor, int64_t from) {
    int64_t in_month = from - cursor->month_first;
    if (cursor->month == 0 || in_month < 0 || in_month > 31) {
        if (from * DAY_S > cursor->pattern->limit_s || !load_month_of_day(cursor, from)) {
            return false;
        }
        in_month = from > cursor->month_first ? from - cursor->month_first : 0;
    }
    int64_t months = months_to_search(&cursor->pattern->days);
    uint32_t left;
    while ((left = (uint32_t)((uint64_t)cursor->month_mask >> in_month)) == 0) {
        const struct recurrence_days *days = &cursor->pattern->days;
        if (months-- == 0 || cursor->month_first * DAY_S > cursor->pattern->limit_s ||
            !load_month(cursor, next_month(days, cursor->year * 12 + cursor->month - 1))) {
            return false;
        }
        in_month = 0;
    }
    in_month += __builtin_ctz(left);
    cursor->day = cursor->month_first + in_month;
    cursor->date = (struct civil_date){cursor->year, (int8_t)cursor->month, (int8_t)(in_month + 1)};
    return true;
}

/* ---- DAILY and up ---- */

static bool next_of_days(struct recurrence_cursor *cursor, struct recurrence_candidate *ret) {
    const struct recurrence_pattern *pattern = cursor->pattern;
    if (cursor->time == pattern->times_count) {
        if (!find_day(cursor, cursor->day + 1)) {
            return false;
        }
        cursor->time = 0;
    }
    const struct recurrence_time *time = &pattern->times[cursor->time++];
    ret->seconds = cursor->day * DAY_S + time->second;
    ret->civil = (struct civil){cursor->date, time->hour, time->minute, time->of_minute};
    return true;
}

static bool seek_days(struct recurrence_cursor *cursor, int64_t at_s) {
    int64_t day = floor_div(at_s, DAY_S);
    if (!find_day(cursor, day)) {
        return false;
    }
    cursor->time = cursor->day == day ? time_index(cursor->pattern, at_s - day * DAY_S) : 0;
    return true;
}

/* ---- HOURLY and below ---- */

/* The first second of the day, at or after `second`, at which a period within the limits could
 * begin; DAY_S where there is none. */
static int64_t next_allowed(const struct recurrence_pattern *pattern, int64_t second) {
    uint32_t hours = pattern->hours >> (second / 3600);
    if (hours == 0) {
        return DAY_S;
    }
    if ((hours & 1) == 0) {
        return (second / 3600 + __builtin_ctz(hours)) * 3600;
    }
    if (pattern->unit_s > 60) {
        return second;
    }
    int64_t minute = second / 60 % 60;
    uint64_t minutes = pattern->minutes >> minute;
    if (minutes == 0) {
        return (second / 3600 + 1) * 3600;
    }
    if ((minutes & 1) == 0) {
        return (second / 60 + __builtin_ctzll(minutes)) * 60;
    }
    uint64_t seconds = pattern->seconds >> (second % 60);
    if (pattern->unit_s > 1 || (seconds & 1) != 0) {
        return second;
    }
    return seconds == 0 ? (second / 60 + 1) * 60 : second + __builtin_ctzll(seconds);
}

/* Moves to the first period at or after `from_s`. */
static bool find_period(struct recurrence_cursor *cursor, int64_t from_s) {
    const struct recurrence_pattern *pattern = cursor->pattern;
    int64_t first = pattern->start_s - floor_mod(pattern->start_s, pattern->unit_s);
    for (;;) {
        int64_t at = from_s + floor_mod(first - from_s, pattern->step_s);
        int64_t day = floor_div(at, DAY_S);
        if (at > pattern->limit_s) {
            return false;
        }
        if (day != cursor->day) {
            if (!find_day(cursor, day)) {
                return false;
            }
            if (cursor->day != day) {
                from_s = cursor->day * DAY_S;
                continue;
            }
        }
        int64_t second = at - day * DAY_S;
        int64_t allowed = next_allowed(pattern, second);
        if (allowed == second) {
            cursor->period_s = at;
            cursor->time = 0;
            return true;
        }
        from_s = day * DAY_S + allowed;
    }
}

static bool next_of_periods(struct recurrence_cursor *cursor, struct recurrence_candidate *ret) {
    const struct recurrence_pattern *pattern = cursor->pattern;
    if (cursor->time == pattern->times_count &&
        !find_period(cursor, cursor->period_s + pattern->step_s)) {
        return false;
    }
    ret->seconds = cursor->period_s + pattern->times[cursor->time++].second;
    int32_t second = (int32_t)(ret->seconds - cursor->day * DAY_S);
    ret->civil = (struct civil){cursor->date, (int8_t)(second / 3600), (int8_t)(second / 60 % 60),
                                (int8_t)(second % 60)};
    return true;
}

/* ---- BYSETPOS over weeks, months and years ---- */

static void add_period_month(struct recurrence_cursor *cursor, struct civil_date date,
                             int64_t first, int64_t from, int64_t to) {
    uint32_t mask = recurrence_days_of_month(&cursor->pattern->days, date.year, date.month, first,
                                             &cursor->year_cache);
    if (from > first) {
        mask &= UINT32_MAX << (from - first);
    }
    if (to - first < 32) {
        mask &= (UINT32_C(1) << (to - first)) - 1;
    }
    cursor->period_first[cursor->period_months] = first;
    cursor->period_masks[cursor->period_months++] = mask;
    cursor->period_total += __builtin_popcount(mask) * cursor->pattern->times_count;
}

/* The days of [from, to), with the days that match. */
static void load_period(struct recurrence_cursor *cursor, int64_t from, int64_t to) {
    cursor->period_to = to;
    cursor->period_months = cursor->period_total = 0;
    cursor->position = -1;
    struct civil_date date = civil_date_of_day(from);
    int64_t first = from - date.day + 1;
    while (first < to) {
        add_period_month(cursor, date, first, from, to);
        first += civil_days_in_month(date.year, date.month);
        date = date.month == 12 ? (struct civil_date){date.year + 1, 1, 1}
                                : (struct civil_date){date.year, (int8_t)(date.month + 1), 1};
    }
}

/* Loads the period of `day`, or the first one after it that INTERVAL leaves in. */
static void load_period_of_day(struct recurrence_cursor *cursor, int64_t day) {
    const struct recurrence_days *days = &cursor->pattern->days;
    enum weekday week_start = days->rule.week_start;
    if (days->rule.frequency == RECURRENCE_WEEKLY) {
        int64_t week = floor_div(day - days->first_week, 7);
        int64_t over = floor_mod(week, days->rule.interval);
        week += over == 0 ? 0 : days->rule.interval - over;
        load_period(cursor, days->first_week + week * 7, days->first_week + week * 7 + 7);
    } else if (days->rule.frequency == RECURRENCE_MONTHLY) {
        struct civil_date date = civil_date_of_day(day);
        int64_t number = align_month(days, date.year * 12 + date.month - 1);
        date = (struct civil_date){(int32_t)(number / 12), (int8_t)(number % 12 + 1), 1};
        int64_t first = civil_day_number(date);
        load_period(cursor, first, first + civil_days_in_month(date.year, date.month));
    } else if (counts_calendar_years(days)) {
        int32_t year = align_year(days, civil_date_of_day(day).year);
        load_period(cursor, civil_day_number((struct civil_date){year, 1, 1}),
                    civil_day_number((struct civil_date){year + 1, 1, 1}));
    } else {
        int32_t year = align_year(days, recurrence_week_year(day, week_start));
        load_period(cursor, recurrence_first_week(year, week_start),
                    recurrence_first_week(year + 1, week_start));
    }
}

static int32_t lowest_up(const struct recurrence_set *set, int32_t least) {
    for (int32_t word = least >> 6; word < RECURRENCE_WORDS; word++) {
        uint64_t bits = set->up[word];
        bits &= word == least >> 6 ? UINT64_MAX << (least & 63) : UINT64_MAX;
        if (bits != 0) {
            return word * 64 + __builtin_ctzll(bits);
        }
    }
    return 0;
}

static int32_t highest_down(const struct recurrence_set *set, int32_t most) {
    most = most < RECURRENCE_NUMBER_MAX ? most : RECURRENCE_NUMBER_MAX;
    for (int32_t word = most >> 6; word >= 0; word--) {
        uint64_t bits = set->down[word];
        bits &= word == most >> 6 ? UINT64_MAX >> (63 - (most & 63)) : UINT64_MAX;
        if (bits != 0) {
            return word * 64 + 63 - __builtin_clzll(bits);
        }
    }
    return 0;
}

/* Moves to the next wanted place of the period's set; false where there is none. */
static bool next_position(struct recurrence_cursor *cursor) {
    const struct recurrence_set *set = &cursor->pattern->days.rule.positions;
    int32_t total = cursor->period_total, after = cursor->position;
    int32_t up = lowest_up(set, after + 2);
    int32_t down = after + 1 < total ? highest_down(set, total - after - 1) : 0;
    int32_t place = up != 0 ? up - 1 : total;
    if (down != 0 && total - down < place) {
        place = total - down;
    }
    cursor->position = place;
    return place < total;
}

static void candidate_at(const struct recurrence_cursor *cursor, int32_t position,
                         struct recurrence_candidate *ret) {
    const struct recurrence_pattern *pattern = cursor->pattern;
    int32_t nth = position / pattern->times_count;
    const struct recurrence_time *time = &pattern->times[position % pattern->times_count];
    int month = 0;
    uint32_t mask = cursor->period_masks[0];
    while (nth >= __builtin_popcount(mask)) {
        nth -= __builtin_popcount(mask);
        mask = cursor->period_masks[++month];
    }
    for (; nth > 0; nth--) {
        mask &= mask - 1;
    }
    int64_t day = cursor->period_first[month] + __builtin_ctz(mask);
    ret->seconds = day * DAY_S + time->second;
    ret->civil = (struct civil){civil_date_of_day(day), time->hour, time->minute, time->of_minute};
}

static bool next_of_positions(struct recurrence_cursor *cursor, struct recurrence_candidate *ret) {
    for (int weeks = CYCLE_WEEKS; !next_position(cursor); weeks--) {
        if (weeks == 0 || cursor->period_to * DAY_S > cursor->pattern->limit_s) {
            return false;
        }
        load_period_of_day(cursor, cursor->period_to);
    }
    candidate_at(cursor, cursor->position, ret);
    return true;
}

/* ---- the cursor ---- */

void recurrence_cursor_seek(struct recurrence_cursor *cursor,
                            const struct recurrence_pattern *pattern, int64_t at_s) {
    *cursor = (struct recurrence_cursor){.pattern = pattern, .day = INT64_MIN};
    at_s = at_s > pattern->start_s ? at_s : pattern->start_s;
    cursor->floor_s = at_s;
    if (pattern->never || at_s > pattern->limit_s) {
        cursor->ended = true;
    } else if (pattern->by_period) {
        load_period_of_day(cursor, floor_div(at_s, DAY_S));
    } else if (pattern->unit_s != 0) {
        cursor->ended = !find_period(cursor, at_s - pattern->unit_s + 1);
    } else {
        cursor->ended = !seek_days(cursor, at_s);
    }
}

bool recurrence_cursor_next(struct recurrence_cursor *cursor,
                            struct recurrence_candidate *ret_candidate) {
    const struct recurrence_pattern *pattern = cursor->pattern;
    struct recurrence_candidate candidate = {.seconds = INT64_MIN};
    while (!cursor->ended && candidate.seconds < cursor->floor_s) {
        bool more = pattern->by_period     ? next_of_positions(cursor, &candidate)
                    : pattern->unit_s != 0 ? next_of_periods(cursor, &candidate)
                                           : next_of_days(cursor, &candidate);
        cursor->ended = !more || candidate.seconds > pattern->limit_s;
    }
    if (cursor->ended) {
        return false;
    }
    *ret_candidate = candidate;
    return true;
}

/* ---- counting ---- */

static int64_t count_by_walking(const struct recurrence_pattern *pattern, int64_t from_s,
                                int64_t before_s) {
    struct recurrence_cursor cursor;
    struct recurrence_candidate candidate;
    int64_t count = 0;
    recurrence_cursor_seek(&cursor, pattern, from_s);
    while (recurrence_cursor_next(&cursor, &candidate) && candidate.seconds < before_s) {
        count++;
    }
    return count;
}

/* The matching days in [from, to). */
static int64_t count_days(const struct recurrence_pattern *pattern, int64_t from, int64_t to) {
    struct recurrence_cursor cursor = {.pattern = pattern};
    int64_t count = 0;
    while (from < to && find_day(&cursor, from)) {
        uint32_t mask = cursor.month_mask & UINT32_MAX << (cursor.day - cursor.month_first);
        if (to - cursor.month_first < 32) {
            mask &= (uint32_t)((UINT64_C(1)
                                << (to > cursor.month_first ? to - cursor.month_first : 0)) -
                               1);
        }
        count += __builtin_popcount(mask);
        from = cursor.month_first + civil_days_in_month(cursor.year, cursor.month);
    }
    return count;
}

int64_t recurrence_pattern_count(const struct recurrence_pattern *pattern, int64_t before_s) {
    before_s = before_s <= pattern->limit_s ? before_s : pattern->limit_s + 1;
    if (pattern->never || before_s <= pattern->start_s) {
        return 0;
    }
    /* Days that all hold the same number of candidates can be counted without walking. */
    int64_t first = pattern->days.start_day + 1, last = floor_div(before_s, DAY_S);
    bool same_every_day =
        !pattern->by_period && (pattern->unit_s == 0 || DAY_S % pattern->step_s == 0);
    if (!same_every_day || first >= last) {
        return count_by_walking(pattern, pattern->start_s, before_s);
    }
    int64_t days = count_days(pattern, first, last);
    int64_t a_day = pattern->times_count;
    struct recurrence_cursor cursor = {.pattern = pattern};
    if (pattern->unit_s != 0 && days != 0 && find_day(&cursor, first)) {
        a_day = count_by_walking(pattern, cursor.day * DAY_S, (cursor.day + 1) * DAY_S);
    }
    return count_by_walking(pattern, pattern->start_s, first * DAY_S) + days * a_day +
           count_by_walking(pattern, last * DAY_S, before_s);
}
