/* walltime: an instant of universal time (UTC, POSIX: no leap seconds), in microseconds since 1970.
 * It can be wrong, and it can jump: see monotime for lengths of time. */
#ifndef LOAXA_BASE_WALLTIME_H
#define LOAXA_BASE_WALLTIME_H

#include <stdbool.h>
#include <stdint.h>

struct walltime {
    int64_t us;
};

#define WALLTIME_SECOND INT64_C(1000000)
#define WALLTIME_NEVER ((struct walltime){INT64_MAX})

static inline struct walltime walltime_of_seconds(int64_t seconds) {
    return (struct walltime){seconds * WALLTIME_SECOND};
}
static inline struct walltime walltime_add(struct walltime t, int64_t us) {
    return (struct walltime){t.us + us};
}
static inline int64_t walltime_diff_us(struct walltime later, struct walltime earlier) {
    return later.us - earlier.us;
}
static inline bool walltime_before(struct walltime a, struct walltime b) {
    return a.us < b.us;
}

/* CLOCK_REALTIME now. Forbidden in scheduler/ and playlists/, where time comes in as an argument.
 */
struct walltime walltime_now(void);

/* "2026-12-01T10:10:00.000000Z"; 28 bytes with the final NUL. */
enum { WALLTIME_TEXT_SIZE = 28 };
void walltime_format(struct walltime t, char text[WALLTIME_TEXT_SIZE]);

#endif
