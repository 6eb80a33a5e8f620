/* stage: a programme built line by line for tests. Included by the test programs of scheduler/. */
#ifndef LOAXA_TESTS_UNIT_SCHEDULER_STAGE_H
#define LOAXA_TESTS_UNIT_SCHEDULER_STAGE_H

#include "base/memory.h"
#include "base/zone.h"
#include "scheduler/plan.h"
#include "scheduler/programme.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE_US (60 * WALLTIME_SECOND)

/* A station at UTC+7 whose windows are open from 5:00 to 21:00 and without caps. */
static inline struct programme *stage_programme(void) {
    struct programme *programme = programme_create();
    programme->zone = zone_fixed("Asia/Ho_Chi_Minh", 7 * 3600);
    programme->profile = (struct profile){.name = "test",
                                          .windows = {{0x7f, 5 * 3600, 21 * 3600}},
                                          .windows_count = 1,
                                          .quiet_from_s = 22 * 3600,
                                          .quiet_to_s = 4 * 3600 + 1800,
                                          .session_gap_s = 300,
                                          .session_weekdays = 0x7f,
                                          .weekend_sessions_a_day = -1};
    programme->segments = memory_new(64 * sizeof *programme->segments);
    programme->spans = memory_new(8 * sizeof *programme->spans);
    programme->templates = memory_new(8 * sizeof *programme->templates);
    programme->holds = memory_new(8 * sizeof *programme->holds);
    return programme;
}

/* A column's segment with the next id, 10 minutes of grace. `start` as "2026-12-01 17:00". */
static inline struct segment *stage_segment(struct programme *programme, const char *title,
                                            const char *start, const char *rule, int64_t minutes) {
    struct segment *segment = &programme->segments[programme->segments_count++];
    *segment = (struct segment){.id = (int64_t)programme->segments_count,
                                .revision = 1,
                                .title = memory_text(title),
                                .column_id = 1,
                                .column_title = memory_text("Thời sự"),
                                .class = CLASS_NORMAL,
                                .rank = SEGMENT_COLUMN,
                                .zones = 3,
                                .rule = memory_text(rule),
                                .lunar = memory_text(""),
                                .duration_us = minutes * MINUTE_US,
                                .grace_us = 10 * MINUTE_US,
                                .enabled = true};
    if (!civil_parse(start, &segment->start)) {
        abort();
    }
    return segment;
}

static inline struct segment_exception *stage_exception(struct segment *segment,
                                                        const char *original, const char *start) {
    segment->exceptions = memory_resize(segment->exceptions, segment->exceptions_count + 1,
                                        sizeof *segment->exceptions);
    struct segment_exception *exception = &segment->exceptions[segment->exceptions_count++];
    *exception =
        (struct segment_exception){.kind = start != NULL ? EXCEPTION_MOVED : EXCEPTION_CANCELLED,
                                   .by = memory_text("chi.lan"),
                                   .words = memory_text("")};
    if (!civil_parse(original, &exception->original) ||
        (start != NULL && !civil_parse(start, &exception->start))) {
        abort();
    }
    return exception;
}

static inline struct walltime stage_instant(const struct programme *programme, const char *text) {
    struct civil civil;
    enum zone_fit fit;
    if (!civil_parse(text, &civil)) {
        abort();
    }
    return zone_instant(programme->zone, civil, &fit);
}

#endif
