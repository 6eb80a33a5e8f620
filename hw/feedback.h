/* feedback: what relays that can be read back really do, against what they were told.
 *
 * A line that differs from its command for FEEDBACK_MS (a contact needs its time) is a fault of its
 * zone: "commanded on, not on", or "on without command". Reads through the driver; no clock.
 * Thread: the driver's. */
#ifndef LOAXA_HW_FEEDBACK_H
#define LOAXA_HW_FEEDBACK_H

#include "base/fail.h"
#include "base/monotime.h"
#include "hw/amplifier.h"
#include "hw/relay.h"

enum { FEEDBACK_MS = 1500 }; /* two looks of a driver that looks every 500 ms, and more */

struct feedback {
    struct monotime wrong_since[RELAY_ZONES_MAX]; /* 0: it is as commanded */
};

/* Looks at every zone; returns those that were wrong for FEEDBACK_MS (they are told again after as
 * long), *why telling of the last. What the driver cannot read back
 * (FAIL_NOT_FOUND) is right by definition; any other failure to read is as wrong as a wrong line. */
zone_set feedback_check(struct feedback *feedback, const struct amplifier *amplifier,
                        struct relay *relay, struct monotime now, struct fail *why);

#endif
