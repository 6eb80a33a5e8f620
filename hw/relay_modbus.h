/* relay_modbus: relay modules on a Modbus, by libmodbus: RTU over a serial line, or TCP.
 *
 * Lines are coils (function 5), read back by function 1 after each command and twice a second.
 * The bus is spoken by a confined child process, since a bus can make one wait and TCP carries foreign
 * bytes: the child has no files but its own, may start nothing, and when its parent is gone it
 * switches everything off and ends. A bus that does not answer in its time is a fault of the zone
 * that was commanded, or of every zone where the regular look at it fails.
 *
 * Thread: the one that made it. */
#ifndef LOAXA_HW_RELAY_MODBUS_H
#define LOAXA_HW_RELAY_MODBUS_H

#include "base/fail.h"
#include "base/monotime.h"
#include "hw/relay.h"
#include "hw/wiring.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* "/dev/ttyUSB0,baud=9600,parity=N,unit=1" or "192.168.1.50,port=502,unit=1". */
struct modbus_address {
    char device[128]; /* of the serial line, or "" */
    int baud;
    char parity;   /* 'N', 'E' or 'O' */
    char host[16]; /* an IPv4 address in digits */
    int port;
    int unit; /* 1 to 247 */
};
bool modbus_address_parse(const char *text, struct modbus_address *ret_address, struct fail *why);

struct relay_modbus {
    struct relay relay; /* first: the driver's face */
    struct modbus_address address;
    struct wiring wiring;
    int coils[RELAY_ZONES_MAX][2]; /* -1: not wired */
    int epoll, timer;              /* owned */
    int socket;                    /* to the child; -1 where there is none */
    pid_t child;
    int pending;              /* commands without answer */
    struct monotime deadline; /* of the first of them */
    zone_set pending_zones, failed;
    struct fail why;
    struct monotime read_at; /* when the lines were last read; 0: never */
    uint32_t lines[2];       /* what they were, logically, a bit a zone */
};

/* Starts the child; whether the bus answers is seen with the first command. Ends with
 * relay_finish(). Wire names are coil numbers from 0 to 65535. */
bool relay_modbus_init(struct relay_modbus *modbus, const struct modbus_address *address,
                       const struct wiring *wiring, struct fail *why);

/* Refuses a wiring with names that are no coil numbers. */
bool relay_modbus_coils(const struct wiring *wiring, int ret_coils[RELAY_ZONES_MAX][2],
                        struct fail *why);

#endif
