/* lunar: the Vietnamese lunar calendar (âm lịch), by the rules that Hồ Ngọc Đức published: a month
 * begins on the day, in UTC+7, of its new moon; the winter solstice lies in month 11; where
 * thirteen months lie from one month 11 to the next, the first of them in which the sun enters no
 * sign is the leap month (tháng nhuận). All are astronomical: nothing of it can be counted in the
 * head, and a calendar made for UTC+8 differs (Tết of 1985, 2007, 2030 and 2053).
 *
 * New moons by Jean Meeus, Astronomical Algorithms, 2nd edition, chapter 49 (some seconds; the
 * shorter series that circulates with the calendar's rules is off by up to two minutes and puts
 * 1/11/2072 on the wrong day), the sun's apparent longitude by chapter 25, the Earth's rotation by
 * Espenak's and Meeus' polynomials for ΔT.
 *
 * Right for 1976 to 2100, but for the months that begin in November 2077 (10/2077) and October 2085
 * (9/2085): their new moons fall within half a minute of midnight, and which side depends on how
 * the Earth will have turned. Before 1976 other calendars were in use in parts of the country;
 * what is computed for years before 1968 is not what was printed then.
 *
 * Pure. The months of a year cost some 40 µs; give the same cache to calls that follow one another,
 * begun as {0}. Thread: any, each with its own cache. */
#ifndef LOAXA_SCHEDULER_LUNAR_H
#define LOAXA_SCHEDULER_LUNAR_H

#include "base/civil.h"

#include <stdbool.h>
#include <stdint.h>

enum { LUNAR_FIRST_YEAR = 1900, LUNAR_LAST_YEAR = 2199, LUNAR_MONTHS = 13 };

struct lunar_date {
    int32_t year; /* the civil year in which its Tết falls */
    int8_t month; /* 1 to 12 */
    int8_t day;   /* 1 to 30 */
    bool leap;    /* the leap month after `month` */
};

struct lunar_month {
    int64_t first_day; /* as civil_day_number() counts */
    int8_t number, length;
    bool leap;
};

/* The twelve or thirteen months of a lunar year, in order. */
struct lunar_year {
    int32_t year; /* 0: not computed yet */
    int32_t count;
    struct lunar_month months[LUNAR_MONTHS];
};

/* Computes the year unless it is there already. False outside the years above. */
bool lunar_year_load(struct lunar_year *year, int32_t number);

/* False outside the years above (31 January 1900 is the first day). */
bool lunar_of_civil(struct civil_date date, struct lunar_year *cache, struct lunar_date *ret_date);
/* False where there is no such day: no such leap month, or a 30th of a month of 29 days. A day of
 * -1 is the month's last. */
bool lunar_to_civil(struct lunar_date date, struct lunar_year *cache, struct civil_date *ret_date);

enum { LUNAR_TEXT_SIZE = 24, LUNAR_NAME_SIZE = 24 };
/* "1/1/2026"; a leap month is "1/6n/2025". Parsing is strict about everything but the letter's case
 * and leading zeros; whether there is such a day only lunar_to_civil() knows. */
void lunar_format(struct lunar_date date, char text[LUNAR_TEXT_SIZE]);
bool lunar_parse(const char *text, struct lunar_date *ret_date);

/* The year's name in the cycle of sixty: "Bính Ngọ" for 2026. */
void lunar_year_name(int32_t year, char name[LUNAR_NAME_SIZE]);

#endif
