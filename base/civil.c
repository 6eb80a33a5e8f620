#include "base/civil.h"

#include <stdio.h>
#include <string.h>

bool civil_is_leap(int32_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int civil_days_in_month(int32_t year, int month) {
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && civil_is_leap(year) ? 29 : days[month - 1];
}

bool civil_date_is_valid(struct civil_date date) {
    return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 &&
           date.day >= 1 && date.day <= civil_days_in_month(date.year, date.month);
}

bool civil_is_valid(struct civil c) {
    return civil_date_is_valid(c.date) && c.hour >= 0 && c.hour <= 23 && c.minute >= 0 &&
           c.minute <= 59 && c.second >= 0 && c.second <= 59;
}

/* Years are counted from March, so that the leap day is the last of its year; eras are 400 years.
 */
int64_t civil_day_number(struct civil_date date) {
    int64_t year = (int64_t)date.year - (date.month <= 2);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct civil_date civil_date_of_day(int64_t day_number) {
    int64_t day = day_number + 719468;
    int64_t era = (day >= 0 ? day : day - 146096) / 146097;
    int64_t day_of_era = day - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    return (struct civil_date){
        .year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
        .month = (int8_t)month,
        .day = (int8_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

enum weekday civil_weekday(struct civil_date date) {
    int64_t weekday = (civil_day_number(date) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (enum weekday)(weekday < 0 ? weekday + 7 : weekday);
}

int64_t civil_seconds(struct civil c) {
    return civil_day_number(c.date) * 86400 + c.hour * 3600 + c.minute * 60 + c.second;
}

struct civil civil_of_seconds(int64_t seconds) {
    int64_t day = seconds / 86400;
    int64_t rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        day--;
    }
    return (struct civil){
        .date = civil_date_of_day(day),
        .hour = (int8_t)(rest / 3600),
        .minute = (int8_t)(rest / 60 % 60),
        .second = (int8_t)(rest % 60),
    };
}

int civil_date_compare(struct civil_date a, struct civil_date b) {
    if (a.year != b.year) {
        return a.year < b.year ? -1 : 1;
    }
    if (a.month != b.month) {
        return a.month < b.month ? -1 : 1;
    }
    return a.day == b.day ? 0 : a.day < b.day ? -1 : 1;
}

int civil_compare(struct civil a, struct civil b) {
    int64_t left = civil_seconds(a);
    int64_t right = civil_seconds(b);
    return left == right ? 0 : left < right ? -1 : 1;
}

struct civil_date civil_date_add_days(struct civil_date date, int64_t days) {
    return civil_date_of_day(civil_day_number(date) + days);
}

/* Reads between `least` and `most` decimal digits; returns the number of them, or 0. */
static int read_digits(const char **at, int least, int most, int32_t *ret_number) {
    int32_t number = 0;
    int count = 0;
    while (count < most && (*at)[count] >= '0' && (*at)[count] <= '9') {
        number = number * 10 + ((*at)[count] - '0');
        count++;
    }
    if (count < least) {
        return 0;
    }
    *at += count;
    *ret_number = number;
    return count;
}

static bool read_date(const char **at, struct civil_date *ret_date) {
    int32_t year, month, day;
    int digits = read_digits(at, 1, 4, &year);
    if (digits == 0) {
        return false;
    }
    char separator = **at;
    if (digits <= 2 && separator == '/') {
        day = year;
        (*at)++;
        if (read_digits(at, 1, 2, &month) == 0 || *(*at)++ != '/' ||
            read_digits(at, 4, 4, &year) == 0) {
            return false;
        }
    } else if (digits == 4) {
        bool dashes = separator == '-';
        *at += dashes;
        if (read_digits(at, 2, 2, &month) == 0 || (dashes && *(*at)++ != '-') ||
            read_digits(at, 2, 2, &day) == 0) {
            return false;
        }
    } else {
        return false;
    }
    if (month > 12) {
        return false; /* before it is narrowed to eight bits */
    }
    struct civil_date date = {.year = year, .month = (int8_t)month, .day = (int8_t)day};
    if (!civil_date_is_valid(date)) {
        return false;
    }
    *ret_date = date;
    return true;
}

bool civil_date_parse(const char *text, struct civil_date *ret_date) {
    struct civil_date date;
    if (!read_date(&text, &date) || *text != '\0') {
        return false;
    }
    *ret_date = date;
    return true;
}

bool civil_parse(const char *text, struct civil *ret_civil) {
    struct civil_date date;
    int32_t hour, minute, second = 0;
    if (!read_date(&text, &date) || (*text != 'T' && *text != ' ')) {
        return false;
    }
    text++;
    if (read_digits(&text, 2, 2, &hour) == 0) {
        return false;
    }
    if (*text == ':') {
        text++;
        if (read_digits(&text, 2, 2, &minute) == 0) {
            return false;
        }
        if (*text == ':') {
            text++;
            if (read_digits(&text, 2, 2, &second) == 0) {
                return false;
            }
        }
    } else if (read_digits(&text, 2, 2, &minute) == 0 || read_digits(&text, 2, 2, &second) == 0) {
        return false;
    }
    struct civil civil = {date, (int8_t)hour, (int8_t)minute, (int8_t)second};
    if (*text != '\0' || !civil_is_valid(civil)) {
        return false;
    }
    *ret_civil = civil;
    return true;
}

bool civil_time_parse(const char *text, int32_t *ret_seconds) {
    int32_t hour, minute = 0, second = 0;
    if (read_digits(&text, 1, 2, &hour) == 0 || (*text != ':' && *text != 'h')) {
        return false;
    }
    bool may_end = *text == 'h';
    text++;
    if (!(may_end && *text == '\0') && read_digits(&text, 2, 2, &minute) == 0) {
        return false;
    }
    if (*text == ':') {
        text++;
        if (read_digits(&text, 2, 2, &second) == 0) {
            return false;
        }
    }
    int32_t total = hour * 3600 + minute * 60 + second;
    if (*text != '\0' || minute > 59 || second > 59 || total > 86400) {
        return false;
    }
    *ret_seconds = total;
    return true;
}

void civil_format_basic(struct civil c, char text[CIVIL_TEXT_SIZE]) {
    snprintf(text, CIVIL_TEXT_SIZE, "%04d%02d%02dT%02d%02d%02d", (int)c.date.year % 10000,
             c.date.month, c.date.day, c.hour, c.minute, c.second);
}

void civil_date_format_basic(struct civil_date date, char text[CIVIL_TEXT_SIZE]) {
    snprintf(text, CIVIL_TEXT_SIZE, "%04d%02d%02d", (int)date.year % 10000, date.month, date.day);
}

void civil_date_format(struct civil_date date, char text[CIVIL_TEXT_SIZE]) {
    snprintf(text, CIVIL_TEXT_SIZE, "%04d-%02d-%02d", (int)date.year % 10000, date.month, date.day);
}

void civil_time_format(struct civil c, char text[CIVIL_TEXT_SIZE]) {
    snprintf(text, CIVIL_TEXT_SIZE, "%02d:%02d", c.hour, c.minute);
}
