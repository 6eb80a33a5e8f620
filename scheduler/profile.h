/* profile: what the place allows, as data (R25, R26, R30): air windows, quiet hours, session caps
 * with a weekend rule, and day templates that swap the day's programme and return by themselves. */
#ifndef LOAXA_SCHEDULER_PROFILE_H
#define LOAXA_SCHEDULER_PROFILE_H

#include "base/civil.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROFILE_WINDOWS = 16 };

/* Seconds since midnight; `to_s` may be 86400, and a window whose to_s <= from_s ends the next day.
 */
struct air_window {
    uint8_t weekdays; /* bit 0 Monday … bit 6 Sunday: the day on which it begins */
    int32_t from_s, to_s;
};

struct profile {
    char name[64];
    bool always_open; /* the demo's: no window, no quiet hours, no cap. Refused with a real relay */
    struct air_window windows[PROFILE_WINDOWS];
    int32_t windows_count;
    int32_t quiet_from_s, quiet_to_s; /* default 22:00 to 04:30; equal: none */
    int32_t sessions_a_day;         /* 0: no cap. A session is a run of occurrences without a gap */
    int32_t session_gap_s;          /* occurrences closer than this are one session (default 300) */
    int32_t session_s;              /* longest session, relays included; 0: no cap */
    int32_t day_s;                  /* most seconds a day; 0: no cap */
    uint8_t session_weekdays;       /* days on which sessions may be held; 0x7f: all */
    int32_t weekend_sessions_a_day; /* Saturday and Sunday; -1: as other days */
};

/* A kind of day. Id 0 is the ordinary day and needs no row. */
struct day_template {
    int64_t id;
    char name[64];       /* "Tết", "Quốc tang", "Bão" */
    bool keeps_ordinary; /* ordinary segments air besides the template's own */
    bool mourning;       /* R30: nothing of the genres music and entertainment */
};

/* The days it is in force: a span of civil dates, or a yearly span in the solar or lunar calendar.
 */
struct template_span {
    int64_t template_id;
    enum { SPAN_DATES, SPAN_SOLAR, SPAN_LUNAR } kind;
    struct civil_date from,
        until; /* inclusive; SPAN_SOLAR and SPAN_LUNAR use month and day; a lunar day -1 is
                  the month's last. Later rows go before earlier ones */
};

/* The profiles that ship, by name ("thong-thuong", "lien-chieu", "ha-noi-noi-thanh",
 * "ha-noi-ngoai-thanh", "luon-mo"); the demo's is the last. False where there is none. */
bool profile_shipped(const char *name, struct profile *ret_profile);
const char *const *profile_names(size_t *ret_count);

#endif
