/* programme: everything the plan needs to know of a station, as one snapshot of plain values.
 *
 * The store reads it in one transaction of station.db, the simulator makes one up; the core never
 * asks the database anything else. A snapshot is never changed once it is handed over: an edit of
 * the station makes a new one, and what is on the air keeps the old one until it ends. Snapshots
 * are counted: who keeps one retains it, who is done releases it.
 *
 * Thread: fill it in any one thread, then use it in one; the count is not atomic. */
#ifndef LOAXA_SCHEDULER_PROGRAMME_H
#define LOAXA_SCHEDULER_PROGRAMME_H

#include "base/walltime.h"
#include "base/zone.h"
#include "playlists/column.h"
#include "playlists/item.h"
#include "scheduler/profile.h"
#include "scheduler/segment.h"

#include <stddef.h>
#include <stdint.h>

/* A document (văn bản) that an item covers, as the diary copies it in. */
struct programme_document {
    int64_t id;
    char *number; /* "49/2024/NĐ-CP"; "" where it has none */
    char *title;
};

/* A hold (Tắt loa đến…): no session begins in [from, until), emergencies excepted. `loaxad` adds
 * the ones its diary knows; a station's file may hold planned ones. until WALLTIME_NEVER: until
 * resumed.
 */
struct programme_hold {
    struct walltime from, until;
    char *by;
    char *words;
};

/* Arrays are owned and may be NULL where their count is 0; so are the texts in them, never NULL. */
struct programme {
    int32_t references; /* use retain and release */
    int64_t revision;   /* grows with every change of the station that could change the plan */
    struct zone *zone;  /* the station's time zone; owned */
    char *station_title;
    int64_t tune_item, ident_item, closing_item; /* the station's own; 0: none */
    /* Zones that one sound output feeds: they cannot carry two programmes at once. None: all zones
     * hang on one card. A zone in none of them stands alone. */
    zone_set *outputs;
    size_t outputs_count;
    struct profile profile;
    struct day_template *templates; /* sorted by id */
    size_t templates_count;
    struct template_span *spans; /* in the order in which they were entered */
    size_t spans_count;
    struct segment *segments; /* sorted by id; disabled ones may be left out */
    size_t segments_count;
    struct column *columns; /* sorted by id */
    size_t columns_count;
    struct item *items; /* sorted by id; of each item the version that may air: the last approved */
    size_t items_count;
    struct programme_document *documents; /* sorted by id */
    size_t documents_count;
    struct programme_hold *holds;
    size_t holds_count;
};

/* An empty one with one reference, no zone and an always closed profile. */
struct programme *programme_create(void);
struct programme *programme_retain(struct programme *programme);
/* Frees it with the last reference. NULL is allowed. */
void programme_release(struct programme *programme);

/* Puts the arrays into the order above. Call it once, after filling. */
void programme_sort(struct programme *programme);

/* By id; NULL where there is none. Borrowed from the programme. */
const struct segment *programme_segment(const struct programme *programme, int64_t id);
const struct column *programme_column(const struct programme *programme, int64_t id);
const struct item *programme_item(const struct programme *programme, int64_t id);
const struct day_template *programme_template(const struct programme *programme, int64_t id);
const struct programme_document *programme_document(const struct programme *programme, int64_t id);

/* The zones that hear something aired in `zones`, whether they want it or not. */
zone_set programme_reach(const struct programme *programme, zone_set zones);

#endif
