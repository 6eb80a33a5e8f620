#include "scheduler/guard.h"

#include "base/memory.h"
#include "base/zone.h"
#include "scheduler/lunar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400 };
/* "For ever" that can still be added to. */
#define FAR_US (INT64_MAX / 4)

/* The instant of a civil day and a second of it, which may lie on later days. */
static int64_t instant_us(const struct zone *zone, int64_t day, int32_t second) {
    struct civil civil = civil_of_seconds(day * DAY_S + second);
    enum zone_fit fit;
    return zone_instant(zone, civil, &fit).us;
}

static int64_t civil_day(const struct zone *zone, struct walltime t) {
    return civil_day_number(zone_civil(zone, t).date);
}

/* Whether month and day lie in a yearly span, which may go over the year's end. */
static bool in_year(int from, int until, int at) {
    return from <= until ? at >= from && at <= until : at >= from || at <= until;
}

/* The place of a day in its lunar year; a leap month follows the month of its number. */
static int lunar_place(int month, bool leap, int day) {
    return month * 64 + (leap ? 32 : 0) + day;
}

static bool matches_lunar(const struct template_span *span, struct civil_date date,
                          struct lunar_year *cache) {
    struct lunar_date day;
    struct lunar_date next;
    if (!lunar_of_civil(date, cache, &day)) {
        return false;
    }
    int at = lunar_place(day.month, day.leap, day.day);
    int until = lunar_place(span->until.month, false, span->until.day < 0 ? 31 : span->until.day);
    int from = lunar_place(span->from.month, false, span->from.day);
    if (span->from.day < 0) { /* that month's last day, the 29th or the 30th */
        bool last = lunar_of_civil(civil_date_add_days(date, 1), cache, &next) && next.day == 1;
        from = lunar_place(span->from.month, false, last ? day.day : 31);
    }
    return in_year(from, until, at);
}

static bool matches(const struct template_span *span, struct civil_date date,
                    struct lunar_year *cache) {
    switch (span->kind) {
    case SPAN_DATES:
        return civil_date_compare(date, span->from) >= 0 &&
               civil_date_compare(date, span->until) <= 0;
    case SPAN_SOLAR:
        return in_year(span->from.month * 32 + span->from.day,
                       span->until.month * 32 + span->until.day, date.month * 32 + date.day);
    case SPAN_LUNAR:
        return matches_lunar(span, date, cache);
    }
    return false;
}

static int64_t template_on(const struct programme *programme, struct civil_date date,
                           struct lunar_year *cache) {
    for (size_t i = programme->spans_count; i != 0; i--) {
        if (matches(&programme->spans[i - 1], date, cache)) {
            return programme->spans[i - 1].template_id;
        }
    }
    return 0;
}

int64_t guard_template_on(const struct programme *programme, struct civil_date date) {
    static _Thread_local struct lunar_year cache; /* what it holds is always right */
    return template_on(programme, date, &cache);
}

int64_t guard_template(const struct guard *guard, struct civil_date date) {
    int64_t day = civil_day_number(date) - guard->first_day;
    return day >= 0 && day < (int64_t)guard->days_count ? guard->templates[day]
                                                        : guard_template_on(guard->programme, date);
}

bool guard_is_mourning(const struct programme *programme, struct civil_date date) {
    const struct day_template *template =
        programme_template(programme, guard_template_on(programme, date));
    return template != NULL && template->mourning;
}

const struct programme_hold *guard_hold(const struct programme *programme, struct walltime t) {
    for (size_t i = 0; i < programme->holds_count; i++) {
        const struct programme_hold *hold = &programme->holds[i];
        if (t.us >= hold->from.us && t.us < hold->until.us) {
            return hold;
        }
    }
    return NULL;
}

bool guard_quiet(const struct programme *programme, struct walltime t,
                 struct walltime *ret_change) {
    const struct profile *profile = &programme->profile;
    ret_change->us = FAR_US;
    if (profile->always_open || profile->quiet_from_s == profile->quiet_to_s) {
        return false;
    }
    int32_t length = profile->quiet_to_s - profile->quiet_from_s;
    length += length < 0 ? DAY_S : 0;
    int64_t today = civil_day(programme->zone, t);
    for (int64_t day = today - 1; day <= today + 2; day++) {
        int64_t from = instant_us(programme->zone, day, profile->quiet_from_s);
        int64_t until = instant_us(programme->zone, day, profile->quiet_from_s + length);
        if (t.us < from) {
            ret_change->us = from;
            return false;
        }
        if (t.us < until) {
            ret_change->us = until;
            return true;
        }
    }
    return false;
}

static int compare_spans(const void *a, const void *b) {
    const struct guard_span *left = a;
    const struct guard_span *right = b;
    return (left->from_us > right->from_us) - (left->from_us < right->from_us);
}

/* Every window of every day, sorted and joined where they touch. */
static void open_windows(struct guard *guard) {
    const struct profile *profile = &guard->programme->profile;
    const struct zone *zone = guard->programme->zone;
    size_t capacity = guard->days_count * (size_t)(profile->windows_count + 1) * 2 + 1;
    struct guard_span *open = memory_resize(NULL, capacity, sizeof *open);
    size_t count = 0;
    for (size_t i = 0; i < guard->days_count; i++) {
        int64_t day = guard->first_day + (int64_t)i;
        int weekday = (int)civil_weekday(civil_date_of_day(day));
        for (int32_t w = 0; w < profile->windows_count; w++) {
            const struct air_window *window = &profile->windows[w];
            if ((window->weekdays >> weekday & 1) == 0) {
                continue;
            }
            int32_t to_s = window->to_s + (window->to_s <= window->from_s ? DAY_S : 0);
            open[count++] = (struct guard_span){instant_us(zone, day, window->from_s),
                                                instant_us(zone, day, to_s), false};
        }
    }
    if (count > 1) {
        qsort(open, count, sizeof *open, compare_spans);
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept != 0 && open[i].from_us <= open[kept - 1].until_us) {
            if (open[i].until_us > open[kept - 1].until_us) {
                open[kept - 1].until_us = open[i].until_us;
            }
        } else {
            open[kept++] = open[i];
        }
    }
    guard->open = open;
    guard->open_count = kept;
}

/* Takes quiet hours out of the open time. A window that holds several nights is cut at each. */
static void cut_quiet_hours(struct guard *guard) {
    struct guard_span *left = NULL;
    size_t count = 0;
    size_t capacity = 0;
    for (size_t i = 0; i < guard->open_count; i++) {
        struct guard_span span = guard->open[i];
        while (span.from_us < span.until_us) {
            struct walltime change;
            if (guard_quiet(guard->programme, (struct walltime){span.from_us}, &change)) {
                span.from_us = change.us;
                continue;
            }
            bool quiet = change.us <= span.until_us;
            left = memory_room(left, count, &capacity, sizeof *left);
            left[count++] =
                (struct guard_span){span.from_us, quiet ? change.us : span.until_us, quiet};
            span.from_us = left[count - 1].until_us;
        }
    }
    free(guard->open);
    guard->open = left;
    guard->open_count = count;
}

void guard_init(struct guard *guard, const struct programme *programme, struct walltime from,
                struct walltime until) {
    int64_t first = civil_day(programme->zone, from) - 2;
    int64_t last = civil_day(programme->zone, until) + 2;
    *guard = (struct guard){
        .programme = programme, .first_day = first, .days_count = (size_t)(last - first + 1)};
    guard->templates = memory_resize(NULL, guard->days_count, sizeof *guard->templates);
    struct lunar_year cache = {0};
    for (size_t i = 0; i < guard->days_count; i++) {
        guard->templates[i] = template_on(programme, civil_date_of_day(first + (int64_t)i), &cache);
    }
    if (!programme->profile.always_open) {
        open_windows(guard);
        cut_quiet_hours(guard);
    }
}

void guard_finish(struct guard *guard) {
    free(guard->templates);
    free(guard->open);
    *guard = (struct guard){0};
}

enum outcome_reason guard_judge(const struct guard *guard, struct walltime start,
                                struct walltime *ret_until, enum outcome_reason *ret_why) {
    if (guard->programme->profile.always_open) {
        ret_until->us = FAR_US;
        *ret_why = REASON_WINDOW;
        return REASON_NONE;
    }
    size_t low = 0;
    size_t high = guard->open_count;
    while (low < high) { /* the first span that ends after start */
        size_t middle = low + (high - low) / 2;
        if (guard->open[middle].until_us <= start.us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < guard->open_count && guard->open[low].from_us <= start.us) {
        ret_until->us = guard->open[low].until_us;
        *ret_why = guard->open[low].ends_quiet ? REASON_QUIET : REASON_WINDOW;
        return REASON_NONE;
    }
    struct walltime change;
    return guard_quiet(guard->programme, start, &change) ? REASON_QUIET : REASON_WINDOW;
}

static bool refuse(enum outcome_reason reason, enum outcome_reason *ret_reason) {
    *ret_reason = reason;
    return false;
}

bool guard_mint(const struct programme *programme, const struct permit_request *request,
                struct walltime wall, struct monotime mono, enum clock_trust trust,
                struct permit *ret_permit, struct walltime *ret_sound_end,
                enum outcome_reason *ret_reason) {
    bool emergency = request->class == CLASS_EMERGENCY;
    bool authorised = request->authority != NULL && request->authority[0] != '\0';
    if (request->id == 0 || request->zones == 0 || !authorised ||
        request->end.us <= request->start.us || (request->crosses_quiet_hours && !emergency)) {
        return refuse(REASON_PERMIT, ret_reason);
    }
    if (trust == CLOCK_UNTRUSTED && !emergency) {
        return refuse(REASON_CLOCK, ret_reason);
    }
    int64_t not_before = request->start.us - request->lead_us;
    int64_t not_after = request->end.us + request->tail_us;
    int64_t sound_end = request->end.us;
    struct walltime change;
    if (!request->crosses_quiet_hours) {
        if (guard_quiet(programme, request->start, &change)) {
            return refuse(REASON_QUIET, ret_reason);
        }
        if (change.us < not_after) {
            not_after = change.us;
        }
        struct walltime lead = {not_before};
        if (guard_quiet(programme, lead, &change)) {
            not_before = change.us;
        }
        if (sound_end > not_after - request->settle_us) {
            sound_end = not_after - request->settle_us;
        }
    }
    if (sound_end <= request->start.us || not_after <= wall.us) {
        return refuse(REASON_PERMIT, ret_reason);
    }
    struct permit permit = {.id = request->id,
                            .class = request->class,
                            .not_before = {not_before},
                            .not_after = {not_after},
                            .deadline = monotime_add(mono, (not_after - wall.us) * 1000),
                            .zones = request->zones,
                            .crosses_quiet_hours = request->crosses_quiet_hours};
    snprintf(permit.authority, sizeof permit.authority, "%s", request->authority);
    *ret_permit = permit;
    ret_sound_end->us = sound_end;
    return true;
}
