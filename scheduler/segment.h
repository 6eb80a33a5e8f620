/* segment: a recurring place in the programme: what airs, by what rule, how long, and how it ends.
 *
 * A segment is a series: an RFC 5545 rule, a lunar rule or single dates, with exceptions. It says
 * when; its column says what fills it (playlists/rundown.h). Plain values; who holds a struct owns
 * it. */
#ifndef LOAXA_SCHEDULER_SEGMENT_H
#define LOAXA_SCHEDULER_SEGMENT_H

#include "base/civil.h"
#include "base/walltime.h"
#include "playlists/rundown.h"
#include "scheduler/occurrence.h"
#include "scheduler/permit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Within a class: an override of one occurrence > a campaign's segment > a column's > filler. */
enum segment_rank { SEGMENT_FILLER, SEGMENT_COLUMN, SEGMENT_CAMPAIGN };

/* One occurrence that differs from its rule. `original` is the civil start the rule gives. */
struct segment_exception {
    struct civil original;
    enum { EXCEPTION_CANCELLED, EXCEPTION_MOVED } kind;
    struct civil start;  /* moved: the new start */
    int64_t duration_us; /* moved: the new duration, 0 keeps it */
    char *by;            /* who */
    char *words;         /* why, as typed; "" where nothing was */
};

struct segment {
    int64_t id;
    int32_t revision;
    char *title;
    int64_t column_id;
    char *column_title;
    enum broadcast_class class; /* normal or priority; emergencies are not planned */
    enum segment_rank rank;
    int32_t operator_order; /* among colliding priority segments, the lower goes first */
    zone_set zones;
    struct civil start;  /* DTSTART, in the station's zone */
    char *rule;          /* RRULE text; "" for single dates only */
    char *lunar;         /* lunar rule text; "" where solar. rule and lunar exclude each other */
    struct civil *dates; /* RDATE */
    size_t dates_count;
    struct civil *except; /* EXDATE: never planned at all */
    size_t except_count;
    struct segment_exception *exceptions;
    size_t exceptions_count;
    int64_t duration_us;
    int64_t grace_us; /* how late it may still be joined; 0: not at all */
    enum end_policy end_policy;
    int32_t fade_ms;
    int64_t template_id; /* the day template it belongs to; 0: the ordinary day */
    int64_t split_from;  /* this-and-following: the series it continues; 0: none */
    bool enabled;
};

void segment_finish(struct segment *segment);

#endif
