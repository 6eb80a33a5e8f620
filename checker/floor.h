/* floor: the hours in which no amplifier may have power but for an emergency that crosses them. */
#ifndef LOAXA_CHECKER_FLOOR_H
#define LOAXA_CHECKER_FLOOR_H

#include <stdbool.h>
#include <stdint.h>

struct floor_hours {
    bool any;
    int32_t from_s, until_s; /* since midnight on the clock on the wall */
    int32_t utc_offset_s;
};

/* Reads "22:00-04:30" or "none"; the offset is left alone. */
bool floor_read(const char *text, struct floor_hours *floor);
/* Reads "+0700". */
bool floor_read_offset(const char *text, int32_t *ret_utc_offset_s);

/* Whether [from, to) and the floor's hours have a moment in common; [*ret_from, *ret_to) is what
 * they have in common first. */
bool floor_meets(const struct floor_hours *floor, int64_t from_us, int64_t to_us,
                 int64_t *ret_from_us, int64_t *ret_to_us);

#endif
