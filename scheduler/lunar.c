#include "scheduler/lunar.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Julian day of 1970-01-01T00:00:00, and of the epoch J2000. */
#define JULIAN_1970 2440587.5
#define JULIAN_2000 2451545.0
/* The new moon of January 2000, and the mean time between two. */
#define NEW_MOON_2000 2451550.09766
#define SYNODIC_MONTH 29.530588861
#define UTC_7 (7.0 / 24.0)

static double sine(double degrees) {
    return sin(degrees * (3.14159265358979323846 / 180.0));
}

/* ---- astronomy ---- */

/* Dynamical time minus universal time in seconds: Espenak and Meeus, Five Millennium Canon (NASA
 * TP-2006-214141). */
static double delta_t_s(double year) {
    double t;
    if (year < 1920) {
        t = year - 1900;
        return -2.79 + t * (1.494119 + t * (-0.0598939 + t * (0.0061966 - t * 0.000197)));
    }
    if (year < 1941) {
        t = year - 1920;
        return 21.20 + t * (0.84493 + t * (-0.0761 + t * 0.0020936));
    }
    if (year < 1961) {
        t = year - 1950;
        return 29.07 + t * (0.407 + t * (-1.0 / 233 + t / 2547));
    }
    if (year < 1986) {
        t = year - 1975;
        return 45.45 + t * (1.067 + t * (-1.0 / 260 - t / 718));
    }
    t = year - 2000;
    if (year < 2005) {
        return 63.86 + t * (0.3345 + t * (-0.060374 +
                                          t * (0.0017275 + t * (0.000651814 + t * 0.00002373599))));
    }
    if (year < 2050) {
        return 62.92 + t * (0.32217 + t * 0.005589);
    }
    double century = (year - 1820) / 100;
    return -20 + 32 * century * century - (year < 2150 ? 0.5628 * (2150 - year) : 0);
}

/* A periodic term: amplitude in days times sin(m M + p M' + f F), times a power of E for the
 * eccentricity of the Earth's orbit (Meeus, 49). */
struct moon_term {
    double days;
    int8_t m, p, f, e;
};

static const struct moon_term moon_terms[] = {
    {-0.40720, 0, 1, 0, 0},   {0.17241, 1, 0, 0, 1},   {0.01608, 0, 2, 0, 0},
    {0.01039, 0, 0, 2, 0},    {0.00739, -1, 1, 0, 1},  {-0.00514, 1, 1, 0, 1},
    {0.00208, 2, 0, 0, 2},    {-0.00111, 0, 1, -2, 0}, {-0.00057, 0, 1, 2, 0},
    {0.00056, 1, 2, 0, 1},    {-0.00042, 0, 3, 0, 0},  {0.00042, 1, 0, 2, 1},
    {0.00038, 1, 0, -2, 1},   {-0.00024, -1, 2, 0, 1}, {-0.00007, 2, 1, 0, 0},
    {0.00004, 0, 2, -2, 0},   {0.00004, 3, 0, 0, 0},   {0.00003, 1, 1, -2, 0},
    {0.00003, 0, 2, 2, 0},    {-0.00003, 1, 1, 2, 0},  {0.00003, -1, 1, 2, 0},
    {-0.00002, -1, 1, -2, 0}, {-0.00002, 1, 3, 0, 0},  {0.00002, 0, 4, 0, 0},
};

/* What the planets add: amplitude times sin(angle + rate k). */
static const struct {
    double days, angle, rate;
} planet_terms[] = {
    {0.000325, 299.77, 0.107408},  {0.000165, 251.88, 0.016321}, {0.000164, 251.83, 26.651886},
    {0.000126, 349.42, 36.412478}, {0.000110, 84.66, 18.206239}, {0.000062, 141.74, 53.303771},
    {0.000060, 207.14, 2.453732},  {0.000056, 154.84, 7.306860}, {0.000047, 34.52, 27.261239},
    {0.000042, 207.19, 0.121824},  {0.000040, 291.34, 1.844379}, {0.000037, 161.72, 24.198154},
    {0.000035, 239.56, 25.513099}, {0.000023, 331.55, 3.592518},
};

/* The k-th new moon after that of January 2000, as a Julian day of dynamical time. */
static double new_moon(int64_t number) {
    double k = (double)number;
    double t = k / 1236.85;
    double e = 1 - t * (0.002516 + t * 0.0000074);
    double m = 2.5534 + 29.10535670 * k - t * t * (0.0000014 + t * 0.00000011);
    double p =
        201.5643 + 385.81693528 * k + t * t * (0.0107582 + t * (0.00001238 - t * 0.000000058));
    double f =
        160.7108 + 390.67050284 * k - t * t * (0.0016118 + t * (0.00000227 - t * 0.000000011));
    double node = 124.7746 - 1.56375588 * k + t * t * (0.0020672 + t * 0.00000215);
    double day = NEW_MOON_2000 + SYNODIC_MONTH * k +
                 t * t * (0.00015437 + t * (-0.00000015 + t * 0.00000000073));
    day -= 0.00017 * sine(node);
    for (size_t i = 0; i < sizeof moon_terms / sizeof *moon_terms; i++) {
        const struct moon_term *term = &moon_terms[i];
        double factor = term->e == 0 ? 1 : term->e == 1 ? e : e * e;
        day += term->days * factor * sine(term->m * m + term->p * p + term->f * f);
    }
    for (size_t i = 0; i < sizeof planet_terms / sizeof *planet_terms; i++) {
        double curve = i == 0 ? -0.009173 * t * t : 0;
        day +=
            planet_terms[i].days * sine(planet_terms[i].angle + planet_terms[i].rate * k + curve);
    }
    return day;
}

/* The day in UTC+7 on which the k-th new moon falls, as civil_day_number() counts. */
static int64_t new_moon_day(int64_t k) {
    double julian = new_moon(k);
    double year = 2000 + (julian - JULIAN_2000) / 365.2425;
    return (int64_t)floor(julian - delta_t_s(year) / 86400 - JULIAN_1970 + UTC_7);
}

/* In which twelfth of its way, 0 from the spring equinox, the sun stands when a day begins in
 * UTC+7 (Meeus, 25: apparent longitude, 0.01 degrees). */
static int sun_sign(int64_t day) {
    double julian = (double)day + JULIAN_1970 - UTC_7;
    double t = (julian - JULIAN_2000) / 36525;
    double anomaly = 357.52910 + t * (35999.05030 - t * (0.0001559 + t * 0.00000048));
    double longitude = 280.46645 + t * (36000.76983 + t * 0.0003032);
    longitude += (1.914600 - t * (0.004817 + t * 0.000014)) * sine(anomaly) +
                 (0.019993 - t * 0.000101) * sine(2 * anomaly) + 0.000290 * sine(3 * anomaly);
    longitude -= 0.00569 + 0.00478 * sine(125.04 - 1934.136 * t);
    longitude -= 360 * floor(longitude / 360);
    return (int)(longitude / 30);
}

/* ---- months and years ---- */

/* The last new moon on or before a day. */
static int64_t new_moon_before(int64_t day) {
    int64_t k = (int64_t)floor(((double)day + JULIAN_1970 - NEW_MOON_2000) / SYNODIC_MONTH) + 1;
    while (new_moon_day(k) > day) {
        k--;
    }
    return k;
}

/* The new moon with which month 11 of a year begins: the last before the winter solstice's end. */
static int64_t month_11(int32_t year) {
    int64_t k = new_moon_before(civil_day_number((struct civil_date){year, 12, 31}));
    return sun_sign(new_moon_day(k)) >= 9 ? k - 1 : k;
}

/* Adds the months of `wanted` that lie from month 11 of the year before `until` to that of `until`;
 * `from` and `to` are the new moons of the two. */
static void add_months(struct lunar_year *ret, int32_t wanted, int32_t until, int64_t from,
                       int64_t to) {
    int month = 11;
    int32_t year = until - 1;
    bool had_leap = to - from < 13;
    int64_t day = new_moon_day(from);
    int sign = sun_sign(day);
    for (int64_t k = from; k < to; k++) {
        int64_t next_day = new_moon_day(k + 1);
        int next_sign = sun_sign(next_day);
        bool leap = !had_leap && k > from && sign == next_sign;
        had_leap = had_leap || leap;
        if (k > from && !leap) {
            year += month == 12;
            month = month % 12 + 1;
        }
        if (year == wanted && ret->count < LUNAR_MONTHS) {
            ret->months[ret->count++] =
                (struct lunar_month){day, (int8_t)month, (int8_t)(next_day - day), leap};
        }
        day = next_day;
        sign = next_sign;
    }
}

bool lunar_year_load(struct lunar_year *year, int32_t number) {
    if (number < LUNAR_FIRST_YEAR || number > LUNAR_LAST_YEAR) {
        return false;
    }
    if (year->year != number) {
        int64_t first = month_11(number - 1), second = month_11(number),
                third = month_11(number + 1);
        *year = (struct lunar_year){.year = number};
        add_months(year, number, number, first, second);
        add_months(year, number, number + 1, second, third);
    }
    return true;
}

bool lunar_of_civil(struct civil_date date, struct lunar_year *cache, struct lunar_date *ret_date) {
    int64_t day = civil_day_number(date);
    bool before_tet = date.year - cache->year == 1 || date.year == LUNAR_LAST_YEAR + 1;
    int32_t year = before_tet ? date.year - 1 : date.year; /* a guess that the cache may hold */
    if (!lunar_year_load(cache, year)) {
        return false;
    }
    const struct lunar_month *last = &cache->months[cache->count - 1];
    if (day < cache->months[0].first_day || day >= last->first_day + last->length) {
        year = day < cache->months[0].first_day ? year - 1 : year + 1;
        if (!lunar_year_load(cache, year)) {
            return false;
        }
    }
    int i = cache->count - 1;
    while (cache->months[i].first_day > day) {
        i--;
    }
    *ret_date =
        (struct lunar_date){year, cache->months[i].number,
                            (int8_t)(day - cache->months[i].first_day + 1), cache->months[i].leap};
    return true;
}

bool lunar_to_civil(struct lunar_date date, struct lunar_year *cache, struct civil_date *ret_date) {
    if (!lunar_year_load(cache, date.year)) {
        return false;
    }
    for (int i = 0; i < cache->count; i++) {
        const struct lunar_month *month = &cache->months[i];
        if (month->number == date.month && month->leap == date.leap) {
            int day = date.day == -1 ? month->length : date.day;
            if (day < 1 || day > month->length) {
                return false;
            }
            *ret_date = civil_date_of_day(month->first_day + day - 1);
            return true;
        }
    }
    return false;
}

/* ---- texts ---- */

void lunar_format(struct lunar_date date, char text[LUNAR_TEXT_SIZE]) {
    snprintf(text, LUNAR_TEXT_SIZE, "%d/%d%s/%d", date.day, date.month, date.leap ? "n" : "",
             date.year);
}

static bool read_number(const char **at, int most_digits, int32_t most, int32_t *ret_number) {
    int32_t number = 0;
    int digits = 0;
    while (digits < most_digits && **at >= '0' && **at <= '9') {
        number = number * 10 + (*(*at)++ - '0');
        digits++;
    }
    *ret_number = number;
    return digits != 0 && number >= 1 && number <= most;
}

bool lunar_parse(const char *text, struct lunar_date *ret_date) {
    int32_t day, month, year;
    if (!read_number(&text, 2, 30, &day) || *text++ != '/' || !read_number(&text, 2, 12, &month)) {
        return false;
    }
    bool leap = *text == 'n' || *text == 'N';
    text += leap;
    if (*text++ != '/' || !read_number(&text, 4, 9999, &year) || *text != '\0') {
        return false;
    }
    *ret_date = (struct lunar_date){year, (int8_t)month, (int8_t)day, leap};
    return true;
}

void lunar_year_name(int32_t year, char name[LUNAR_NAME_SIZE]) {
    static const char *const stems[] = {"Giáp", "Ất",   "Bính", "Đinh", "Mậu",
                                        "Kỷ",   "Canh", "Tân",  "Nhâm", "Quý"};
    static const char *const branches[] = {"Tý",  "Sửu", "Dần",  "Mão", "Thìn", "Tỵ",
                                           "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi"};
    int32_t place = ((year - 4) % 60 + 60) % 60; /* the year 4 was a Giáp Tý */
    snprintf(name, LUNAR_NAME_SIZE, "%s %s", stems[place % 10], branches[place % 12]);
}
