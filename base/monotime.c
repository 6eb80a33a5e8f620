#include "base/monotime.h"

#include <time.h>

struct monotime monotime_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (struct monotime){now.tv_sec * MONOTIME_SECOND + now.tv_nsec};
}
