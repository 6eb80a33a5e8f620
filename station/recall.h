/* recall: what the diary remembers, as the station on the air needs it when it begins.
 *
 * Feed it the diary's events from the oldest on (those of RECALL_DAYS are enough, and event types
 * it does not know are passed over), then hand it to onair_create(). The simulator feeds it what its
 * twin of the store kept over a power cut. Pure; any one thread. */
#ifndef LOAXA_STATION_RECALL_H
#define LOAXA_STATION_RECALL_H

#include "base/fail.h"
#include "base/walltime.h"
#include "base/zone.h"
#include "playlists/rotation.h"
#include "scheduler/director.h"
#include "scheduler/occurrence.h"
#include "scheduler/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECALL_DAYS = 400 };

/* An airing of an occurrence that has no outcome, or that was never closed. */
struct recall_airing {
    int64_t id; /* the seq of its `opened` */
    struct occurrence_key occ;
    int32_t position;
    int64_t item;
    zone_set zones;
    struct walltime planned;
    bool closed;
    enum airing_end end;
    struct walltime first, last; /* WALLTIME_NEVER: none */
    int64_t frames;
};

struct recall {
    const struct zone *zone; /* for the civil dates of the rotation; borrowed while feeding */
    int64_t events, last_seq;
    int64_t epoch;
    struct walltime lived_until; /* see struct director_past */
    struct walltime last_at;     /* the latest event of this epoch that was not untrusted */
    struct director_occurrence *open;
    size_t open_count, open_capacity;
    struct occurrence_key *over;
    size_t over_count, over_capacity;
    struct recall_airing *airings;
    size_t airings_count, airings_capacity;
    struct rotation_history history;
    bool holding;
    struct walltime hold_until;
    struct walltime restored_from, restored_to;
    int64_t last_number[128]; /* the highest number used, by the letter of manual identities */
    uint64_t last_permit;
};

void recall_init(struct recall *recall, const struct zone *zone);
void recall_finish(struct recall *recall);

/* One event's canonical bytes, as event_write() makes them. False for what is no event of version 1
 * (FAIL_CORRUPT). Some microseconds each: a year of a busy station is read in a fraction of a second. */
bool recall_feed(struct recall *recall, const char *bytes, size_t size, struct fail *why);

#endif
