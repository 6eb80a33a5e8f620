/* asrun: what the diary says was and was not aired, as the station asks for it at its start.
 *
 * Reads only. Arrays and texts belong to the caller: free(). Thread: the diary's. */
#ifndef LOAXA_STORE_ASRUN_H
#define LOAXA_STORE_ASRUN_H

#include "base/fail.h"
#include "base/walltime.h"
#include "playlists/rotation.h"
#include "scheduler/occurrence.h"
#include "store/diary.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An airing that was opened and never closed: its process died, or it is on the air now. */
struct asrun_airing {
    int64_t airing;
    struct occurrence_key occurrence;
    int32_t position; /* in its rundown */
    int64_t item;
    struct walltime planned;
};
bool asrun_open_airings(struct diary *diary, struct asrun_airing **ret, size_t *ret_count,
                        struct fail *why);

/* An occurrence that was planned and has no outcome yet, at its last known place. */
struct asrun_occurrence {
    struct occurrence_key occurrence;
    int64_t segment;
    int64_t planned_seq; /* of its `planned` event */
    struct walltime start, end;
    int64_t grace_us;
};
bool asrun_open_occurrences(struct diary *diary, struct asrun_occurrence **ret, size_t *ret_count,
                            struct fail *why);

/* The airings of every item, for rotation and repeat limits. What was opened counts from its
 * planned instant until it is closed; what was closed without sound does not count. Start with {0}.
 */
bool asrun_history(struct diary *diary, struct rotation_history *ret, struct fail *why);

/* A number that no manual ('m'), live ('l'), emergency ('e') or test ('t') occurrence has yet. */
bool asrun_next_number(struct diary *diary, char origin, int64_t *ret, struct fail *why);

/* The clock as the diary knows it. A wall clock before `last` comes from the past of this diary. */
struct asrun_clock {
    int32_t epoch;        /* the latest; 0 in an empty diary */
    struct walltime last; /* the latest instant of an event of that epoch; 0 in an empty diary */
};
bool asrun_clock(struct diary *diary, struct asrun_clock *ret, struct fail *why);

/* Spans whose occurrences a restore has made unknowable: they are refused. */
struct asrun_span {
    struct walltime from, to;
};
bool asrun_restored(struct diary *diary, struct asrun_span **ret, size_t *ret_count,
                    struct fail *why);

#endif
