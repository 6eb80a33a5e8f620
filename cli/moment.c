#include "cli/moment.h"

#include "base/words.h"

#include <stdio.h>

void moment_format(const struct zone *zone, int64_t us, char text[MOMENT_TEXT_SIZE]) {
    text[0] = '\0';
    if (us == 0 || us == WALLTIME_NEVER.us) {
        return;
    }
    struct civil civil = zone_civil(zone, (struct walltime){us});
    snprintf(text, MOMENT_TEXT_SIZE, "%04d-%02d-%02d %02d:%02d:%02d", (int)civil.date.year,
             civil.date.month, civil.date.day, civil.hour, civil.minute, civil.second);
}

void moment_format_time(const struct zone *zone, int64_t us, char text[MOMENT_TEXT_SIZE]) {
    struct civil civil = zone_civil(zone, (struct walltime){us});
    snprintf(text, MOMENT_TEXT_SIZE, "%02d:%02d:%02d", civil.hour, civil.minute, civil.second);
}

void moment_format_length(int64_t us, char text[MOMENT_TEXT_SIZE]) {
    int64_t seconds = us / 1000000;
    if (seconds >= 3600) {
        snprintf(text, MOMENT_TEXT_SIZE, "%d:%02d:%02d", (int)(seconds / 3600),
                 (int)(seconds / 60 % 60), (int)(seconds % 60));
    } else {
        snprintf(text, MOMENT_TEXT_SIZE, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
    }
}

const char *moment_weekday(enum weekday weekday) {
    static const char *const names[] = {
        /* tr */ "Monday", /* tr */ "Tuesday",  /* tr */ "Wednesday", /* tr */ "Thursday",
        /* tr */ "Friday", /* tr */ "Saturday", /* tr */ "Sunday"};
    return tr(names[weekday]);
}
