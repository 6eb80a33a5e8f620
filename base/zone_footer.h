/* zone_footer: the rule at the end of a TZif file for all the time after its last listed change
 * (RFC 8536, 3.3: a POSIX TZ string with the extensions of version 3: hours of -167 to 167).
 * Pure; part of `struct zone` and of no use alone. Thread: any. */
#ifndef LOAXA_BASE_ZONE_FOOTER_H
#define LOAXA_BASE_ZONE_FOOTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zone_day_kind {
    ZONE_DAY_JULIAN, /* Jn: 1 to 365, 29 February never counted */
    ZONE_DAY_COUNT,  /* n: 0 to 365, 29 February counted */
    ZONE_DAY_WEEKDAY /* Mm.w.d: weekday d (0 is Sunday) of week w (5 is the last) of month m */
};

/* A day of the year and a time of day (which may lie outside the day) when the clock is moved. */
struct zone_day {
    enum zone_day_kind kind;
    int16_t day;
    int8_t month, week, weekday;
    int32_t time_s;
};

struct zone_footer {
    int32_t standard_offset_s, summer_offset_s; /* east of Greenwich */
    bool has_summer;
    struct zone_day summer_begin, summer_end;
};

/* Reads exactly `length` bytes; false for anything else than one whole rule. */
bool zone_footer_parse(const char *text, size_t length, struct zone_footer *ret_footer);

/* The offset in force at an instant, and the first instant after `after` that changes it. */
int32_t zone_footer_offset(const struct zone_footer *footer, int64_t seconds);
bool zone_footer_next_change(const struct zone_footer *footer, int64_t after, int64_t *ret_change);

#endif
