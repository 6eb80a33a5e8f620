/* modbus_child: the confined process that speaks Modbus for relay_modbus. */
#ifndef LOAXA_HW_MODBUS_CHILD_H
#define LOAXA_HW_MODBUS_CHILD_H

#include "hw/relay_modbus.h"

#include <stdint.h>

/* Packets over a SOCK_SEQPACKET pair. */
struct modbus_command {
    uint32_t number; /* from 1 */
    int32_t zone, line, state;
};
struct modbus_answer {
    uint32_t number;   /* of the command; 0: the regular look at every line */
    int32_t zone;      /* of the command */
    int32_t error;     /* 0, or an errno of libmodbus's */
    uint32_t lines[2]; /* what every wired line is now, logically; known where error is 0 */
};

/* Runs until its end of the pair is closed, then switches everything off. Never returns. To be
 * called in a fresh child process; it closes every other descriptor. */
_Noreturn void modbus_child_run(const struct modbus_address *address, const struct wiring *wiring,
                                const int coils[RELAY_ZONES_MAX][2], int socket);

#endif
