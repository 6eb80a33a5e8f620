#include "player/clocks.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

/* A century: instants farther off are as good as never, and their nanoseconds still fit. */
#define FAR_NS (INT64_C(100) * 366 * 86400 * 1000000000)

static int64_t read_clock_ns(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static struct instant system_now(void *context) {
    (void)context;
    struct instant moment = {0};
    /* The readings lie a few tens of nanoseconds apart, unless the thread was put aside between
     * them: then once more. */
    for (int attempt = 0; attempt < 3; attempt++) {
        moment.mono_ns = read_clock_ns(CLOCK_MONOTONIC);
        moment.wall = walltime_now();
        moment.boot = monotime_now();
        if (read_clock_ns(CLOCK_MONOTONIC) - moment.mono_ns < 20000) {
            break;
        }
    }
    return moment;
}

static void system_pause(void *context, int wake_fd, int64_t ns) {
    (void)context;
    if (ns <= 0) {
        return;
    }
    struct timespec length = {ns / 1000000000, ns % 1000000000};
    struct pollfd wake = {.fd = wake_fd, .events = POLLIN};
    if (ppoll(&wake, wake_fd >= 0 ? 1 : 0, &length, NULL) > 0) {
        uint64_t count;
        if (read(wake_fd, &count, sizeof count) < 0) {
            return; /* somebody else emptied it: nothing is lost */
        }
    }
}

const struct player_clocks player_clocks_system = {.now = system_now, .pause = system_pause};

static int64_t bounded(int64_t ns, int64_t unit) {
    int64_t product;
    if (__builtin_mul_overflow(ns, unit, &product) || product > FAR_NS) {
        return ns > 0 ? FAR_NS : -FAR_NS;
    }
    return product < -FAR_NS ? -FAR_NS : product;
}

static int64_t difference(int64_t later, int64_t earlier) {
    int64_t result;
    if (__builtin_sub_overflow(later, earlier, &result)) {
        return later > earlier ? INT64_MAX : INT64_MIN;
    }
    return result;
}

int64_t instant_mono_of_wall(const struct instant *now, struct walltime wall) {
    return now->mono_ns + bounded(difference(wall.us, now->wall.us), 1000);
}

struct walltime instant_wall_of_mono(const struct instant *now, int64_t mono_ns) {
    int64_t ns = mono_ns - now->mono_ns;
    return walltime_add(now->wall, (ns >= 0 ? ns + 500 : ns - 500) / 1000);
}

int64_t instant_mono_of_boot(const struct instant *now, struct monotime boot) {
    return now->mono_ns + bounded(difference(boot.ns, now->boot.ns), 1);
}
