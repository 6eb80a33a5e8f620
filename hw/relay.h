/* relay: the lines that switch amplifiers, two a zone, and the driver behind them.
 *
 * Line states are logical: POWER 1 is mains on, MUTE 1 is silent. Polarity, chip and wiring are the
 * driver's matter; wire relays so that one without current is off and muted.
 *
 * A driver is a struct that begins with `struct relay`, made by its own relay_NAME_init() and ended
 * by relay_finish(). Thread: the one that made it; drivers do not block: one that needs time
 * (a program, a bus) works through its descriptor and reports late failures from dispatch(). */
#ifndef LOAXA_HW_RELAY_H
#define LOAXA_HW_RELAY_H

#include "base/fail.h"
#include "base/monotime.h"
#include "base/walltime.h"
#include "scheduler/permit.h"

#include <stdbool.h>
#include <stdint.h>

enum { RELAY_ZONES_MAX = 32 };

enum relay_line { RELAY_POWER, RELAY_MUTE };

/* One command to one line, with what it was given for. */
struct relay_edge {
    int zone; /* 0 to RELAY_ZONES_MAX - 1 */
    enum relay_line line;
    bool state;
    const char *cause;    /* a stable lower-case word, static (amplifier_cause_word()) */
    struct walltime wall; /* when it was decided, on both clocks */
    struct monotime mono;
    struct permit permit; /* in force, or the last in force; id 0 where none was */
};

struct relay;

struct relay_ops {
    const char *name; /* "sim" */
    /* Sets one line. False with the reason where it could not; the line's state is then unknown. */
    bool (*set)(struct relay *relay, const struct relay_edge *edge, struct fail *why);
    /* What the line really is, where the hardware can tell; NULL where it cannot. */
    bool (*read)(struct relay *relay, int zone, enum relay_line line, bool *ret_state,
                 struct fail *why);
    /* A descriptor to wait on for reading, or -1; NULL means -1. */
    int (*descriptor)(const struct relay *relay);
    /* Goes on with what is under way (the descriptor is readable, or 100 ms went by); returns the
     * zones whose last commands turned out to have failed, *why telling of the last. May be NULL.
     */
    zone_set (*dispatch)(struct relay *relay, struct fail *why);
    /* Whether commands are still under way; NULL means never. */
    bool (*busy)(const struct relay *relay);
    /* Lets go of the hardware; switches nothing. */
    void (*finish)(struct relay *relay);
};

struct relay {
    const struct relay_ops *ops;
};

bool relay_set(struct relay *relay, const struct relay_edge *edge, struct fail *why);
/* False with FAIL_NOT_FOUND where the driver cannot read back. */
bool relay_read(struct relay *relay, int zone, enum relay_line line, bool *ret_state,
                struct fail *why);
bool relay_can_read(const struct relay *relay);
int relay_descriptor(const struct relay *relay);
zone_set relay_dispatch(struct relay *relay, struct fail *why);
bool relay_busy(const struct relay *relay);
void relay_finish(struct relay *relay); /* takes NULL */

/* "power" and "mute". */
const char *relay_line_word(enum relay_line line);

#endif
