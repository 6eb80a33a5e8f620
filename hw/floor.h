/* floor: the hours in which no amplifier may have power, whatever a plan says.
 *
 * The guard keeps quiet hours when it mints permits; the floor is the amplifier's own, second copy
 * of them, read from a file that only root can write (default 22:00 to 04:30, civil time of the
 * station). Only an emergency whose permit crosses quiet hours passes it. Source: R25; a whole
 * commune was woken at 03:15 on 5 December 2025 by one mis-set relay.
 *
 * Everything but floor_read_file() is pure. Thread: any. */
#ifndef LOAXA_HW_FLOOR_H
#define LOAXA_HW_FLOOR_H

#include "base/fail.h"
#include "base/walltime.h"
#include "base/zone.h"

#include <stdbool.h>
#include <stdint.h>

struct floor {
    bool any;                /* false: no floor (a demo with simulated relays only) */
    int32_t from_s, until_s; /* seconds since civil midnight, [from, until); from > until crosses
                                midnight; both below 86400 and never equal */
    const struct zone *zone; /* borrowed for as long as the floor is used; set where any is true */
};

/* 22:00 to 04:30. */
struct floor floor_default(const struct zone *zone);

/* Reads "22:00-04:30", or "none". `zone` is borrowed into *ret_floor. */
bool floor_parse(const char *text, const struct zone *zone, struct floor *ret_floor,
                 struct fail *why);

/* Reads one line "22:00-04:30" ('#' begins a comment line) from a regular file of at most 4 KiB
 * that belongs to `owner` (root in earnest) and that neither its group nor others can write;
 * refuses any other file, and a symbolic link in its place. */
bool floor_read_file(const char *path, uint32_t owner, const struct zone *zone,
                     struct floor *ret_floor, struct fail *why);

/* Whether the floor is in force at an instant. A wall clock outside 2024 to 2099 tells no time of
 * day that could be trusted: the floor is then in force. */
bool floor_covers(const struct floor *floor, struct walltime t);

/* The first instant after `t` at which the floor begins or ends; WALLTIME_NEVER where none does. */
struct walltime floor_next_start(const struct floor *floor, struct walltime t);
struct walltime floor_next_end(const struct floor *floor, struct walltime t);

enum { FLOOR_TEXT_SIZE = 16 };
/* "22:00-04:30" or "none". */
void floor_format(const struct floor *floor, char text[FLOOR_TEXT_SIZE]);

#endif
