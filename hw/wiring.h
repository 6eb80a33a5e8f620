/* wiring: which line of a relay board switches which zone's power and mute.
 *
 * Written as "0:power=RELAY1,mute=!RELAY2 1:power=5": zones apart by blanks; a line is a name or a
 * number of the board; '!' says that it is active low (or that the contact is normally closed, where
 * current means silence). A zone without mute line has an amplifier that cannot be muted: it is
 * silent by power alone. Pure. Thread: any. */
#ifndef LOAXA_HW_WIRING_H
#define LOAXA_HW_WIRING_H

#include "base/fail.h"
#include "hw/relay.h"
#include "scheduler/permit.h"

#include <stdbool.h>

enum { WIRE_NAME_SIZE = 32 };

struct wire {
    char name[WIRE_NAME_SIZE]; /* "": there is no such line */
    bool inverted;
};

struct wiring {
    zone_set zones;                        /* those that have a power line */
    struct wire wires[RELAY_ZONES_MAX][2]; /* by enum relay_line */
};

/* Refuses a zone or a line that stands twice, a zone without power line, and what is not written as
 * above, naming the place. */
bool wiring_parse(const char *text, struct wiring *ret_wiring, struct fail *why);

/* Refuses a wiring that has no line for one of these zones. */
bool wiring_covers(const struct wiring *wiring, zone_set zones, struct fail *why);

#endif
