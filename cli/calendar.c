#include "cli/calendar.h"

#include "base/digest.h"
#include "base/memory.h"
#include "base/words.h"
#include "scheduler/recurrence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLD_OCTETS = 75 };

void calendar_add_line(struct text *text, const char *line) {
    size_t room = FOLD_OCTETS;
    while (strlen(line) > room) {
        size_t cut = room;
        while (cut > 1 && ((unsigned char)line[cut] & 0xC0) == 0x80) {
            cut--; /* never inside a character */
        }
        text_add(text, line, cut);
        text_add_string(text, "\r\n ");
        line += cut;
        room = FOLD_OCTETS - 1; /* the blank counts */
    }
    text_add_string(text, line);
    text_add_string(text, "\r\n");
}

void calendar_add_escaped(struct text *text, const char *value) {
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            text_add_string(text, "\\n");
        } else if (*value != '\r') {
            if (strchr("\\,;", *value) != NULL) {
                text_add_string(text, "\\");
            }
            text_add(text, value, 1);
        }
    }
}

static void add_property(struct text *text, const char *name, const char *value) {
    struct text line = {0};
    text_add_format(&line, "%s:", name);
    calendar_add_escaped(&line, value);
    calendar_add_line(text, line.bytes);
    text_finish(&line);
}

static void add_utc(struct text *text, const char *name, struct walltime t) {
    char at[CIVIL_TEXT_SIZE], line[80];
    civil_format_basic(civil_of_seconds(t.us / WALLTIME_SECOND), at);
    snprintf(line, sizeof line, "%s:%sZ", name, at);
    calendar_add_line(text, line);
}

static void add_local(struct text *text, const char *name, const struct zone *zone,
                      struct civil civil) {
    char at[CIVIL_TEXT_SIZE];
    civil_format_basic(civil, at);
    memory_auto char *line = memory_format("%s;TZID=%s:%s", name, zone_name(zone), at);
    calendar_add_line(text, line);
}

static void add_offset(struct text *text, const char *name, int32_t offset_s) {
    char line[64];
    int32_t positive = offset_s < 0 ? -offset_s : offset_s;
    snprintf(line, sizeof line, "%s:%c%02d%02d", name, offset_s < 0 ? '-' : '+',
             (int)(positive / 3600), (int)(positive / 60 % 60));
    calendar_add_line(text, line);
}

static void add_observance(struct text *text, struct civil start, int32_t from_s, int32_t to_s,
                           const char *kind) {
    char at[CIVIL_TEXT_SIZE], line[64];
    snprintf(line, sizeof line, "BEGIN:%s", kind);
    calendar_add_line(text, line);
    civil_format_basic(start, at);
    snprintf(line, sizeof line, "DTSTART:%s", at);
    calendar_add_line(text, line);
    add_offset(text, "TZOFFSETFROM", from_s);
    add_offset(text, "TZOFFSETTO", to_s);
    snprintf(line, sizeof line, "END:%s", kind);
    calendar_add_line(text, line);
}

/* The second in (from, until] at which the offset is no longer what it was at `from`: between the
 * two it changes once, since they are a day apart. */
static int64_t find_change(const struct zone *zone, int64_t from_s, int64_t until_s) {
    int32_t before = zone_offset_at(zone, walltime_of_seconds(from_s));
    while (until_s - from_s > 1) {
        int64_t middle = from_s + (until_s - from_s) / 2;
        if (zone_offset_at(zone, walltime_of_seconds(middle)) == before) {
            from_s = middle;
        } else {
            until_s = middle;
        }
    }
    return until_s;
}

void calendar_add_zone(struct text *text, const struct zone *zone, struct walltime from,
                       struct walltime until) {
    calendar_add_line(text, "BEGIN:VTIMEZONE");
    add_property(text, "TZID", zone_name(zone));
    int64_t at = from.us / WALLTIME_SECOND, end = until.us / WALLTIME_SECOND;
    int32_t offset = zone_offset_at(zone, walltime_of_seconds(at));
    add_observance(text, civil_of_seconds(at + offset), offset, offset, "STANDARD");
    for (; at < end; at += 86400) {
        int32_t next = zone_offset_at(zone, walltime_of_seconds(at + 86400));
        if (next != offset) {
            int64_t change = find_change(zone, at, at + 86400);
            add_observance(text, civil_of_seconds(change + offset), offset, next,
                           next > offset ? "DAYLIGHT" : "STANDARD");
            offset = next;
        }
    }
    calendar_add_line(text, "END:VTIMEZONE");
}

void calendar_add_rule(struct text *text, const char *rule, const struct zone *zone) {
    const char *until = strcasestr(rule, "UNTIL=");
    size_t length = until != NULL ? strcspn(until + 6, ";") : 0;
    char value[CIVIL_TEXT_SIZE];
    struct civil civil = {0};
    if (until == NULL || length >= sizeof value) {
        text_add_string(text, rule);
        return;
    }
    memcpy(value, until + 6, length);
    value[length] = '\0';
    bool is_date = civil_date_parse(value, &civil.date);
    if (is_date) { /* includes that whole day */
        civil.hour = 23;
        civil.minute = civil.second = 59;
    } else if (!civil_parse(value, &civil)) {
        text_add_string(text, rule); /* it has its Z already */
        return;
    }
    char at[CIVIL_TEXT_SIZE];
    struct walltime instant = zone_instant(zone, civil, NULL);
    civil_format_basic(civil_of_seconds(instant.us / WALLTIME_SECOND), at);
    text_add(text, rule, (size_t)(until - rule) + 6);
    text_add_format(text, "%sZ%s", at, until + 6 + length);
}

/* What is being written. */
struct writing {
    const struct plan *plan;
    const struct zone *zone;
    struct walltime now;
    char station[17]; /* tells the UIDs of two stations apart */
    struct text *text;
};

static struct civil add_length(const struct zone *zone, struct civil start, int64_t duration_us) {
    return zone_civil(zone, walltime_add(zone_instant(zone, start, NULL), duration_us));
}

/* Opens an event with everything but the rule. `suffix` sets single events of a series apart. */
static void begin_event(const struct writing *writing, const struct segment *segment,
                        const char *suffix, struct civil start, struct civil end) {
    struct text *text = writing->text;
    char line[128];
    calendar_add_line(text, "BEGIN:VEVENT");
    snprintf(line, sizeof line, "UID:s%lld%s.%s@loaxa", (long long)segment->id, suffix,
             writing->station);
    calendar_add_line(text, line);
    add_utc(text, "DTSTAMP", writing->now);
    snprintf(line, sizeof line, "SEQUENCE:%d", (int)segment->revision);
    calendar_add_line(text, line);
    add_local(text, "DTSTART", writing->zone, start);
    add_local(text, "DTEND", writing->zone, end);
    add_property(text, "SUMMARY", segment->title);
    if (segment->column_title != NULL && segment->column_title[0] != '\0') {
        add_property(text, "CATEGORIES", segment->column_title);
    }
}

static void end_event(const struct writing *writing, const struct plan_occurrence *occurrence) {
    if (occurrence != NULL && occurrence->verdict != PLAN_AIRS) {
        struct text words = {0};
        plan_explain(writing->plan, occurrence, words_language(), &words);
        add_property(writing->text, "DESCRIPTION", text_string(&words));
        text_finish(&words);
    }
    calendar_add_line(writing->text, "END:VEVENT");
}

static const struct plan_occurrence *planned(const struct plan *plan, const struct segment *segment,
                                             struct civil original) {
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_occurrence *one = &plan->occurrences[i];
        if (one->segment == segment && civil_compare(one->key.original, original) == 0) {
            return one;
        }
    }
    return NULL;
}

/* EXDATE: excepted, cancelled, and what the plan says does not air. A date may stand twice. */
static void add_exceptions(const struct writing *writing, const struct segment *segment) {
    for (size_t i = 0; i < segment->except_count; i++) {
        add_local(writing->text, "EXDATE", writing->zone, segment->except[i]);
    }
    for (size_t i = 0; i < segment->exceptions_count; i++) {
        const struct segment_exception *one = &segment->exceptions[i];
        if (one->kind == EXCEPTION_CANCELLED &&
            planned(writing->plan, segment, one->original) == NULL) {
            add_local(writing->text, "EXDATE", writing->zone, one->original);
        }
    }
    for (size_t i = 0; i < writing->plan->count; i++) {
        const struct plan_occurrence *one = &writing->plan->occurrences[i];
        if (one->segment == segment && !plan_verdict_airs(one->verdict)) {
            add_local(writing->text, "EXDATE", writing->zone, one->key.original);
        }
    }
}

static void add_child(const struct writing *writing, const struct segment *segment,
                      struct civil original, struct civil start, struct civil end,
                      const struct plan_occurrence *occurrence) {
    begin_event(writing, segment, "", start, end);
    add_local(writing->text, "RECURRENCE-ID", writing->zone, original);
    end_event(writing, occurrence);
}

static void add_children(const struct writing *writing, const struct segment *segment) {
    const struct zone *zone = writing->zone;
    for (size_t i = 0; i < writing->plan->count; i++) {
        const struct plan_occurrence *one = &writing->plan->occurrences[i];
        if (one->segment == segment && plan_verdict_airs(one->verdict) &&
            one->verdict != PLAN_AIRS) {
            add_child(writing, segment, one->key.original, zone_civil(zone, one->start),
                      zone_civil(zone, one->end), one);
        }
    }
    for (size_t i = 0; i < segment->exceptions_count; i++) {
        const struct segment_exception *one = &segment->exceptions[i];
        if (one->kind == EXCEPTION_MOVED &&
            planned(writing->plan, segment, one->original) == NULL) {
            int64_t duration = one->duration_us != 0 ? one->duration_us : segment->duration_us;
            add_child(writing, segment, one->original, one->start,
                      add_length(zone, one->start, duration), NULL);
        }
    }
}

static bool add_series(const struct writing *writing, const struct segment *segment,
                       struct fail *why) {
    struct recurrence_source source = {
        .start = segment->start, .zone = writing->zone, .rule = segment->rule};
    struct recurrence *recurrence;
    struct recurrence_walk walk;
    struct civil first = segment->start;
    if (!recurrence_create(&source, &recurrence, why)) {
        return fail_prefix(why, "%s", segment->title);
    }
    recurrence_walk_begin(&walk, recurrence);
    recurrence_walk_next(&walk, &first);
    recurrence_destroy(recurrence);
    begin_event(writing, segment, "", first,
                add_length(writing->zone, first, segment->duration_us));
    if (segment->rule != NULL && segment->rule[0] != '\0') {
        struct text line = {0};
        text_add_string(&line, "RRULE:");
        calendar_add_rule(&line, segment->rule, writing->zone);
        calendar_add_line(writing->text, line.bytes);
        text_finish(&line);
    }
    for (size_t i = 0; i < segment->dates_count; i++) {
        add_local(writing->text, "RDATE", writing->zone, segment->dates[i]);
    }
    add_exceptions(writing, segment);
    end_event(writing, NULL);
    add_children(writing, segment);
    return true;
}

static void add_single_events(const struct writing *writing, const struct segment *segment) {
    for (size_t i = 0; i < writing->plan->count; i++) {
        const struct plan_occurrence *one = &writing->plan->occurrences[i];
        if (one->segment == segment && plan_verdict_airs(one->verdict)) {
            char suffix[CIVIL_TEXT_SIZE + 1] = "-";
            civil_format_basic(one->key.original, suffix + 1);
            begin_event(writing, segment, suffix, zone_civil(writing->zone, one->start),
                        zone_civil(writing->zone, one->end));
            end_event(writing, one);
        }
    }
}

/* The first start of all, so that the zone's observances reach back to it. */
static struct walltime earliest(const struct plan *plan) {
    struct walltime first = plan->from;
    for (size_t i = 0; i < plan->programme->segments_count; i++) {
        struct walltime start =
            zone_instant(plan->programme->zone, plan->programme->segments[i].start, NULL);
        first = walltime_before(start, first) ? start : first;
    }
    return first;
}

bool calendar_write(const struct plan *plan, struct walltime now, struct text *text,
                    struct fail *why) {
    const struct programme *programme = plan->programme;
    struct writing writing = {.plan = plan, .zone = programme->zone, .now = now, .text = text};
    struct digest digest = digest_of(programme->station_title, strlen(programme->station_title));
    for (size_t i = 0; i < 8; i++) {
        snprintf(writing.station + 2 * i, 3, "%02x", digest.bytes[i]);
    }
    calendar_add_line(text, "BEGIN:VCALENDAR");
    calendar_add_line(text, "VERSION:2.0");
    calendar_add_line(text, "PRODID:-//loaxa//loaxa " LOAXA_VERSION "//VI");
    calendar_add_line(text, "CALSCALE:GREGORIAN");
    add_property(text, "X-WR-CALNAME", programme->station_title);
    calendar_add_zone(text, programme->zone, walltime_add(earliest(plan), -86400 * WALLTIME_SECOND),
                      walltime_add(plan->until, 366 * 86400 * WALLTIME_SECOND));
    for (size_t i = 0; i < programme->segments_count; i++) {
        const struct segment *segment = &programme->segments[i];
        if (!segment->enabled) {
            continue;
        }
        bool alone = segment->template_id != 0 || segment->lunar[0] != '\0';
        if (alone) {
            add_single_events(&writing, segment);
        } else if (!add_series(&writing, segment, why)) {
            return false;
        }
    }
    calendar_add_line(text, "END:VCALENDAR");
    return true;
}
