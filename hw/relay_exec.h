/* relay_exec: relays switched by a program of the station's own, for hardware that no driver here
 * knows.
 *
 * For each command it runs `PROGRAM ZONE power|mute 1|0 CAUSE`, with nothing on standard input, and
 * takes exit status 0 for done. It runs one program a zone at a time and never waits: of commands
 * that come meanwhile the last of each line counts, mute before power when going off, power before
 * unmute. A program that does not end in its time is killed with its children, and its zone has
 * failed. Thread: the one that made it; it uses no signal handler. */
#ifndef LOAXA_HW_RELAY_EXEC_H
#define LOAXA_HW_RELAY_EXEC_H

#include "base/fail.h"
#include "base/monotime.h"
#include "hw/relay.h"

#include <stdbool.h>
#include <sys/types.h>

/* One zone's program, and what is to be told next. */
struct relay_exec_zone {
    pid_t pid; /* 0: none runs */
    int pidfd;
    bool killed;
    struct monotime deadline;
    struct relay_edge running;
    bool waiting[2]; /* by enum relay_line */
    struct relay_edge next[2];
};

struct relay_exec {
    struct relay relay; /* first: the driver's face */
    char program[512];
    int timeout_ms;
    int epoll, timer; /* owned */
    zone_set failed;  /* not yet told by dispatch */
    struct fail why;
    struct relay_exec_zone zones[RELAY_ZONES_MAX];
};

/* `program` is an absolute path that may be executed; timeout_ms is 50 to 1500. Ends with
 * relay_finish(), which kills what still runs. */
bool relay_exec_init(struct relay_exec *exec, const char *program, int timeout_ms,
                     struct fail *why);

#endif
