#include "station/timekeeper.h"

#include "base/civil.h"
#include "base/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <unistd.h>

/* No station runs before this program was written. */
static const struct civil_date program_made = {2026, 11, 1};

/* A battery clock and a diary written seconds ago may differ by this much without being wrong. */
#define TOLERANCE_US (5 * WALLTIME_SECOND)

enum clock_trust timekeeper_judge(const struct timekeeper_facts *facts, struct walltime now,
                                  enum timekeeper_doubt *ret_doubt) {
    enum timekeeper_doubt doubt = TIMEKEEPER_FINE;
    enum clock_trust trust = CLOCK_UNTRUSTED;
    struct walltime made = walltime_of_seconds(civil_day_number(program_made) * 86400);
    if (walltime_before(now, made)) {
        doubt = TIMEKEEPER_PAST;
    } else if (walltime_before(walltime_add(now, TOLERANCE_US), facts->last_event)) {
        doubt = TIMEKEEPER_BEHIND_DIARY;
    } else if (facts->synchronised) {
        trust = CLOCK_TRUSTED;
    } else if (facts->battery_clock || facts->vouched) {
        trust = CLOCK_HELD;
    } else {
        doubt = TIMEKEEPER_UNKNOWN;
    }
    if (ret_doubt != NULL) {
        *ret_doubt = doubt;
    }
    return trust;
}

const char *timekeeper_doubt_words(enum timekeeper_doubt doubt) {
    switch (doubt) {
    case TIMEKEEPER_PAST:
        return tr("the clock shows a time before this program was made: set it, then run "
                  "'loaxa clock accept'");
    case TIMEKEEPER_BEHIND_DIARY:
        return tr("the clock shows a time before the diary's last event: set it, or run "
                  "'loaxa clock accept' if it is right now");
    case TIMEKEEPER_UNKNOWN:
        return tr(
            "nobody vouches for the clock (no network time, no battery clock): check it, then "
            "run 'loaxa clock accept'");
    case TIMEKEEPER_FINE:
        break;
    }
    return tr("the clock is believed");
}

void timekeeper_look(struct timekeeper_facts *facts) {
    struct timex timex = {0};
    int state = adjtimex(&timex);
    facts->synchronised = state >= 0 && state != TIME_ERROR && (timex.status & STA_UNSYNC) == 0;
    facts->battery_clock = access("/sys/class/rtc/rtc0/since_epoch", R_OK) == 0;
}

void timekeeper_boot(char boot[TIMEKEEPER_BOOT_SIZE]) {
    strcpy(boot, "unknown");
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    char text[TIMEKEEPER_BOOT_SIZE] = "";
    if (read(fd, text, TIMEKEEPER_BOOT_SIZE - 1) == TIMEKEEPER_BOOT_SIZE - 1) {
        memcpy(boot, text, TIMEKEEPER_BOOT_SIZE);
    }
    close(fd);
}

/* A timer that never fires by itself; only a set clock cancels it. */
static bool arm(int watch) {
    struct itimerspec never = {.it_value = {.tv_sec = (time_t)1 << 36}};
    return timerfd_settime(watch, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) == 0;
}

int timekeeper_watch(void) {
    int watch = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (watch >= 0 && !arm(watch)) {
        close(watch);
        return -1;
    }
    return watch;
}

bool timekeeper_was_set(int watch) {
    uint64_t count;
    bool set = read(watch, &count, sizeof count) < 0 && errno == ECANCELED;
    arm(watch);
    return set;
}
