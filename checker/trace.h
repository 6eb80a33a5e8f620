/* trace: what the amplifiers' relays did (docs/formats/relay-trace.md), as spans of power and of
 * open sound, put on the same lines of time as the diary's sound. */
#ifndef LOAXA_CHECKER_TRACE_H
#define LOAXA_CHECKER_TRACE_H

#include "checker/breach.h"
#include "checker/floor.h"
#include "checker/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct relay_span {
    int zone;
    bool open;              /* power on and not muted; else: power on */
    bool unended;           /* nothing ended it: the boot did */
    int64_t line;           /* where it began */
    size_t stretch;         /* of the diary's course, where it began; NOWHERE where no boot fits */
    int64_t from_ns, to_ns; /* on that boot's line of time */
    int64_t from_us;        /* the wall clock at its beginning */
};

struct trace {
    struct relay_span *spans;
    size_t count, capacity;
    int64_t lines;
    bool floor_told; /* a start line named the floor that the amplifier kept */
    struct floor_hours floor;
};

/* Reads a trace over the record's boots; what its own lines break (unmuted before warm-up, power
 * off before mute, switched on without a permit that the diary holds) becomes a breach at once. */
void trace_read(struct trace *trace, FILE *file, const struct record *record,
                struct breaches *breaches);
void trace_finish(struct trace *trace);

/* Rule 10 over the spans. */
void judge_relays(const struct record *record, const struct trace *trace,
                  const struct floor_hours *floor, struct breaches *breaches);

#endif
