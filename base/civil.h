/* civil: a date and a time of day as people write them, in the proleptic Gregorian calendar, with
 * no zone. Which instant it is depends on a `struct zone` (base/zone.h). */
#ifndef LOAXA_BASE_CIVIL_H
#define LOAXA_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

struct civil_date {
    int32_t year; /* 1 to 9999 where it is valid */
    int8_t month; /* 1 to 12 */
    int8_t day;   /* 1 to 31 */
};

struct civil {
    struct civil_date date;
    int8_t hour, minute, second; /* 0 to 23, 59, 59 */
};

enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

bool civil_is_leap(int32_t year);
int civil_days_in_month(int32_t year, int month);
bool civil_date_is_valid(struct civil_date date);
bool civil_is_valid(struct civil civil);

/* Days since 1970-01-01, and back. Valid for the years 1 to 9999 and a margin of many years. */
int64_t civil_day_number(struct civil_date date);
struct civil_date civil_date_of_day(int64_t day_number);
enum weekday civil_weekday(struct civil_date date);

/* Seconds since 1970-01-01T00:00:00 on the same (zoneless) scale, and back. */
int64_t civil_seconds(struct civil civil);
struct civil civil_of_seconds(int64_t seconds);

int civil_date_compare(struct civil_date a, struct civil_date b);
int civil_compare(struct civil a, struct civil b);
struct civil_date civil_date_add_days(struct civil_date date, int64_t days);

/* Reads "20261201T171000" or "2026-12-01T17:10:00" (the seconds may be missing in the second form,
 * and a blank may stand for T). The whole of `text` must match. ret_civil is untouched on failure.
 */
bool civil_parse(const char *text, struct civil *ret_civil);
/* Reads "20261201", "2026-12-01" or "1/12/2026" (day/month/year). */
bool civil_date_parse(const char *text, struct civil_date *ret_date);
/* Reads "17:10", "17:10:05", "17h10" or "17h" into seconds since midnight; "24:00" is 86400. */
bool civil_time_parse(const char *text, int32_t *ret_seconds);

enum { CIVIL_TEXT_SIZE = 32 };
/* "20261201T171000" and "20261201" (RFC 5545), and "2026-12-01" and "17:10" for people. */
void civil_format_basic(struct civil civil, char text[CIVIL_TEXT_SIZE]);
void civil_date_format_basic(struct civil_date date, char text[CIVIL_TEXT_SIZE]);
void civil_date_format(struct civil_date date, char text[CIVIL_TEXT_SIZE]);
void civil_time_format(struct civil civil, char text[CIVIL_TEXT_SIZE]);

#endif
