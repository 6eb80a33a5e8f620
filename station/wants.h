/* wants: which permits want the amplifier now, made into the one demand that loaxa-ampd is told.
 *
 * Several permits may name one zone (a session and the next one behind it), but a demand names a zone
 * once: among the permits that allow it now the one that ends last speaks for it; where none does yet,
 * none speaks. Pure. Thread: any one. */
#ifndef LOAXA_STATION_WANTS_H
#define LOAXA_STATION_WANTS_H

#include "hw/amplifier.h"
#include "scheduler/permit.h"

#include <stddef.h>

enum { WANTS_MOST = 16 };

struct wants {
    struct permit permits[WANTS_MOST];
    size_t count;
    zone_set cut;
};

/* Adds the permit, or replaces that of its number; ends a cut of its zones. With WANTS_MOST permits kept
 * the one that ends first gives way. */
void wants_add(struct wants *wants, const struct permit *permit);
void wants_remove(struct wants *wants, uint64_t permit);
void wants_cut(struct wants *wants, zone_set zones);

/* Forgets permits that have lapsed and fills the demand as of now. */
void wants_demand(struct wants *wants, struct walltime wall, struct monotime mono,
                  struct amplifier_demand *ret_demand);

#endif
