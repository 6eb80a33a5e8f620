/* monotime: a reading of CLOCK_BOOTTIME in nanoseconds. No clock step moves it and it counts time
 * spent suspended; it means nothing in another boot. */
#ifndef LOAXA_BASE_MONOTIME_H
#define LOAXA_BASE_MONOTIME_H

#include <stdbool.h>
#include <stdint.h>

struct monotime {
    int64_t ns;
};

#define MONOTIME_SECOND INT64_C(1000000000)
#define MONOTIME_MS INT64_C(1000000)

static inline struct monotime monotime_add(struct monotime t, int64_t ns) {
    return (struct monotime){t.ns + ns};
}
static inline int64_t monotime_diff_ns(struct monotime later, struct monotime earlier) {
    return later.ns - earlier.ns;
}
static inline bool monotime_before(struct monotime a, struct monotime b) {
    return a.ns < b.ns;
}

/* Now. RT safe. Forbidden in scheduler/ and playlists/. */
struct monotime monotime_now(void);

#endif
