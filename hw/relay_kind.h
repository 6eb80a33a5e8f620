/* relay_kind: which relays a station has, from its settings' two texts.
 *
 *   address            lines
 *   sim                                              the trace and nothing else
 *   gpio:CHIP          0:power=RELAY1,mute=!RELAY2   lines of a GPIO chip, by label
 *   modbus:ADDRESS     0:power=0,mute=1              coils (hw/relay_modbus.h writes the address)
 *   exec:PROGRAM       1000 (ms; 1000 if empty)      a program of the station's own
 *
 * Thread: the one that opens it. */
#ifndef LOAXA_HW_RELAY_KIND_H
#define LOAXA_HW_RELAY_KIND_H

#include "base/fail.h"
#include "hw/relay.h"
#include "hw/relay_exec.h"
#include "hw/relay_gpio.h"
#include "hw/relay_modbus.h"
#include "hw/relay_sim.h"

#include <stdbool.h>

union relay_kind {
    struct relay relay; /* the driver's face, whichever it is */
    struct relay_sim sim;
    struct relay_gpio gpio;
    struct relay_exec exec;
    struct relay_modbus modbus;
};

bool relay_kind_is_sim(const char *address);

/* Checks the texts without touching hardware: a known kind, lines for each of `zones`. */
bool relay_kind_check(const char *address, const char *lines, zone_set zones, struct fail *why);

/* Opens it; ends with relay_finish(&kind->relay). `trace` is the simulated relays' file. */
bool relay_kind_init(union relay_kind *kind, const char *address, const char *lines, zone_set zones,
                     const char *trace, struct fail *why);

#endif
