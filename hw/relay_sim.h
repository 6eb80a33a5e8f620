/* relay_sim: relays that exist only as lines of a trace file (docs/formats/relay-trace.md).
 *
 * It is the demo's driver and the twin that tests and the checker read. Each edge is one line,
 * appended by one write(2), so that a kill leaves whole lines. */
#ifndef LOAXA_HW_RELAY_SIM_H
#define LOAXA_HW_RELAY_SIM_H

#include "base/fail.h"
#include "hw/amplifier.h"
#include "hw/relay.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct relay_sim {
    struct relay relay; /* first: the driver's face */
    int fd;             /* owned */
    uint32_t lines[2];  /* what was last written, a bit a zone, by enum relay_line */
};

/* Opens (creates, mode 0640) the trace for appending. The caller ends it with relay_finish(). */
bool relay_sim_init(struct relay_sim *sim, const char *path, struct fail *why);

/* Appends the line that says with which settings the sequencer starts. */
bool relay_sim_note_start(struct relay_sim *sim, const struct amplifier_settings *settings,
                          struct walltime wall, struct monotime mono, struct fail *why);

enum { RELAY_TRACE_LINE_SIZE = 1024 };
/* The trace's text of an edge, and of a start, with the final newline; returns the length. Pure:
 * the simulator keeps its trace in memory with it. */
size_t relay_trace_edge(const struct relay_edge *edge, char line[RELAY_TRACE_LINE_SIZE]);
size_t relay_trace_start(const struct amplifier_settings *settings, struct walltime wall,
                         struct monotime mono, char line[RELAY_TRACE_LINE_SIZE]);

#endif
