/* permit: the leave to make sound, and nothing else gives it.
 *
 * Only scheduler/guard mints permits. Without one the card is closed or carries digital zeros, and
 * the amplifier is off. The player and the amplifier's own process each check the permit
 * themselves, at every period and every heartbeat, and stop when it has lapsed
 * (docs/architecture.md, "no permit, no sound"). */
#ifndef LOAXA_SCHEDULER_PERMIT_H
#define LOAXA_SCHEDULER_PERMIT_H

#include "base/monotime.h"
#include "base/walltime.h"

#include <stdbool.h>
#include <stdint.h>

/* Circular 39/2020/TT-BTTTT: thông thường < ưu tiên < khẩn cấp; `test` is a tone that asked first.
 */
enum broadcast_class { CLASS_TEST, CLASS_NORMAL, CLASS_PRIORITY, CLASS_EMERGENCY };

/* A set of zones (cụm loa), one bit each; zone numbers are 0 to 31. */
typedef uint32_t zone_set;
#define ZONE_SET_ALL UINT32_MAX

enum { PERMIT_AUTHORITY_SIZE = 96 };

struct permit {
    uint64_t id; /* never 0; unique in a boot */
    enum broadcast_class class;
    struct walltime not_before, not_after; /* sound may be made in [not_before, not_after) */
    struct monotime deadline;              /* and never from here on: no clock step extends it */
    zone_set zones;
    bool crosses_quiet_hours;              /* only an emergency whose PIN was verified */
    char authority[PERMIT_AUTHORITY_SIZE]; /* who or what authorised it, UTF-8 */
};

/* Whether sound in `zones` is allowed at this instant. RT safe. */
static inline bool permit_allows(const struct permit *permit, struct walltime wall,
                                 struct monotime mono, zone_set zones) {
    return permit->id != 0 && wall.us >= permit->not_before.us && wall.us < permit->not_after.us &&
           mono.ns < permit->deadline.ns && (zones & ~permit->zones) == 0;
}

#endif
