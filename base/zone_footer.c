#include "base/zone_footer.h"

#include "base/civil.h"

#include <string.h>

/* ---- parsing ---- */

struct reader {
    const char *at, *end;
};

static char peek(const struct reader *reader) {
    return reader->at < reader->end ? *reader->at : '\0';
}

static bool take(struct reader *reader, char wanted) {
    if (peek(reader) != wanted || wanted == '\0') {
        return false;
    }
    reader->at++;
    return true;
}

static bool read_number(struct reader *reader, int32_t least, int32_t most, int32_t *ret_number) {
    int32_t number = 0;
    const char *start = reader->at;
    while (peek(reader) >= '0' && peek(reader) <= '9' && reader->at - start < 3) {
        number = number * 10 + (*reader->at++ - '0');
    }
    if (reader->at == start || number < least || number > most) {
        return false;
    }
    *ret_number = number;
    return true;
}

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "ICT" or "<+07>": at least three characters. */
static bool skip_name(struct reader *reader) {
    const char *start = reader->at;
    if (take(reader, '<')) {
        while (is_letter(peek(reader)) || peek(reader) == '+' || peek(reader) == '-' ||
               (peek(reader) >= '0' && peek(reader) <= '9')) {
            reader->at++;
        }
        return reader->at - start >= 4 && take(reader, '>');
    }
    while (is_letter(peek(reader))) {
        reader->at++;
    }
    return reader->at - start >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(struct reader *reader, int32_t most_hours, int32_t *ret_seconds) {
    bool minus = take(reader, '-');
    if (!minus) {
        take(reader, '+');
    }
    int32_t hours, minutes = 0, seconds = 0;
    if (!read_number(reader, 0, most_hours, &hours)) {
        return false;
    }
    if (take(reader, ':')) {
        if (!read_number(reader, 0, 59, &minutes) ||
            (take(reader, ':') && !read_number(reader, 0, 59, &seconds))) {
            return false;
        }
    }
    int32_t total = hours * 3600 + minutes * 60 + seconds;
    *ret_seconds = minus ? -total : total;
    return true;
}

static bool read_day(struct reader *reader, struct zone_day *ret_day) {
    struct zone_day day = {.time_s = 2 * 3600};
    int32_t number, month, week;
    if (take(reader, 'M')) {
        if (!read_number(reader, 1, 12, &month) || !take(reader, '.') ||
            !read_number(reader, 1, 5, &week) || !take(reader, '.') ||
            !read_number(reader, 0, 6, &number)) {
            return false;
        }
        day.kind = ZONE_DAY_WEEKDAY;
        day.month = (int8_t)month;
        day.week = (int8_t)week;
        day.weekday = (int8_t)number;
    } else {
        bool julian = take(reader, 'J');
        if (!read_number(reader, julian ? 1 : 0, 365, &number)) {
            return false;
        }
        day.kind = julian ? ZONE_DAY_JULIAN : ZONE_DAY_COUNT;
        day.day = (int16_t)number;
    }
    if (take(reader, '/') && !read_time(reader, 167, &day.time_s)) {
        return false;
    }
    *ret_day = day;
    return true;
}

bool zone_footer_parse(const char *text, size_t length, struct zone_footer *ret_footer) {
    struct reader reader = {text, text + length};
    struct zone_footer footer = {0};
    int32_t west;
    if (!skip_name(&reader) || !read_time(&reader, 24, &west)) {
        return false;
    }
    footer.standard_offset_s = -west;
    if (reader.at < reader.end) {
        footer.has_summer = true;
        footer.summer_offset_s = footer.standard_offset_s + 3600;
        if (!skip_name(&reader)) {
            return false;
        }
        if (peek(&reader) != ',') {
            if (!read_time(&reader, 24, &west)) {
                return false;
            }
            footer.summer_offset_s = -west;
        }
        if (!take(&reader, ',') || !read_day(&reader, &footer.summer_begin) ||
            !take(&reader, ',') || !read_day(&reader, &footer.summer_end) ||
            reader.at != reader.end) {
            return false;
        }
    }
    *ret_footer = footer;
    return true;
}

/* ---- evaluation ---- */

/* When the clock is moved in a year, on the scale of the wall clock before the move. */
static int64_t local_move(const struct zone_day *rule, int32_t year) {
    int64_t day;
    if (rule->kind == ZONE_DAY_WEEKDAY) {
        struct civil_date first = {year, rule->month, 1};
        int weekday = (civil_weekday(first) + 1) % 7; /* Sunday is 0 here */
        int in_month = (rule->weekday - weekday + 7) % 7 + (rule->week - 1) * 7;
        if (in_month >= civil_days_in_month(year, rule->month)) {
            in_month -= 7; /* week 5 means the last */
        }
        day = civil_day_number(first) + in_month;
    } else {
        day = civil_day_number((struct civil_date){year, 1, 1}) + rule->day;
        if (rule->kind == ZONE_DAY_JULIAN) {
            day += rule->day >= 60 && civil_is_leap(year) ? 0 : -1;
        }
    }
    return day * 86400 + rule->time_s;
}

struct move {
    int64_t at;
    int32_t offset; /* from then on */
};

enum { MOVE_YEARS = 4, MOVE_COUNT = 2 * MOVE_YEARS };

/* The moves of the years around an instant, in order; of two at the same instant the end of summer
 * comes first, so that summer all the year round is summer. */
static void list_moves(const struct zone_footer *footer, int64_t seconds,
                       struct move moves[MOVE_COUNT]) {
    int32_t year = civil_of_seconds(seconds).date.year - 1;
    size_t count = 0;
    for (int i = 0; i < MOVE_YEARS; i++, year++) {
        struct move two[] = {
            {local_move(&footer->summer_end, year) - footer->summer_offset_s,
             footer->standard_offset_s},
            {local_move(&footer->summer_begin, year) - footer->standard_offset_s,
             footer->summer_offset_s},
        };
        for (size_t j = 0; j < 2; j++) {
            size_t place = count++;
            for (; place > 0 && (moves[place - 1].at > two[j].at ||
                                 (moves[place - 1].at == two[j].at && j == 0));
                 place--) {
                moves[place] = moves[place - 1];
            }
            moves[place] = two[j];
        }
    }
}

static int32_t offset_of_moves(const struct move moves[MOVE_COUNT], int64_t seconds) {
    int32_t offset = moves[0].offset;
    for (size_t i = 0; i < MOVE_COUNT && moves[i].at <= seconds; i++) {
        offset = moves[i].offset;
    }
    return offset;
}

int32_t zone_footer_offset(const struct zone_footer *footer, int64_t seconds) {
    if (!footer->has_summer) {
        return footer->standard_offset_s;
    }
    struct move moves[MOVE_COUNT];
    list_moves(footer, seconds, moves);
    return offset_of_moves(moves, seconds);
}

bool zone_footer_next_change(const struct zone_footer *footer, int64_t after, int64_t *ret_change) {
    if (!footer->has_summer || footer->summer_offset_s == footer->standard_offset_s) {
        return false;
    }
    struct move moves[MOVE_COUNT];
    list_moves(footer, after, moves);
    int32_t before = offset_of_moves(moves, after);
    for (size_t i = 0; i < MOVE_COUNT; i++) {
        if (moves[i].at > after && offset_of_moves(moves, moves[i].at) != before) {
            *ret_change = moves[i].at;
            return true;
        }
    }
    return false;
}
