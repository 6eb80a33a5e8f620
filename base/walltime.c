#include "base/walltime.h"

#include <stdio.h>
#include <time.h>

struct walltime walltime_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (struct walltime){now.tv_sec * WALLTIME_SECOND + now.tv_nsec / 1000};
}

void walltime_format(struct walltime t, char text[WALLTIME_TEXT_SIZE]) {
    int64_t us = t.us % WALLTIME_SECOND;
    time_t seconds = (time_t)(t.us / WALLTIME_SECOND);
    if (us < 0) {
        us += WALLTIME_SECOND;
        seconds--;
    }
    struct tm parts;
    if (gmtime_r(&seconds, &parts) == NULL || parts.tm_year > 8099) {
        snprintf(text, WALLTIME_TEXT_SIZE, "9999-12-31T23:59:59.999999Z");
        return;
    }
    char day[20];
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, WALLTIME_TEXT_SIZE, "%s.%06dZ", day, (int)us);
}
