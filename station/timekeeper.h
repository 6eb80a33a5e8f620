/* timekeeper: what time it is, and how far that may be believed.
 *
 * There may be no internet, so trust is a value, not a wish (docs/architecture.md, "Time"):
 *
 *   trust      when
 *   untrusted  the clock shows an instant before the diary's last event or before this program was
 *              made; or nothing below holds
 *   trusted    the kernel says that the clock is synchronised (adjtimex, by any NTP client)
 *   held       the machine has a battery clock; or an operator vouched for the clock since the
 *              machine started (`loaxa clock accept`); or the settings say that this machine's
 * clock is right (`clock = held`: demo stations, virtual machines)
 *
 * An operator's word also ends the diary's objection: a new epoch begins. */
#ifndef LOAXA_STATION_TIMEKEEPER_H
#define LOAXA_STATION_TIMEKEEPER_H

#include "base/walltime.h"
#include "scheduler/trust.h"

#include <stdbool.h>

struct timekeeper_facts {
    bool synchronised;
    bool battery_clock;
    bool vouched;               /* by an operator in this boot, or by the settings */
    struct walltime last_event; /* of the diary's present epoch; 0 in an empty diary */
};

/* Why the clock is not trusted, for a sentence; TIMEKEEPER_FINE where it is believed. */
enum timekeeper_doubt {
    TIMEKEEPER_FINE,
    TIMEKEEPER_PAST,
    TIMEKEEPER_BEHIND_DIARY,
    TIMEKEEPER_UNKNOWN
};

/* The table above. Pure. `ret_doubt` may be NULL. */
enum clock_trust timekeeper_judge(const struct timekeeper_facts *facts, struct walltime now,
                                  enum timekeeper_doubt *ret_doubt);

/* A sentence with the cure, in the language of the process. */
const char *timekeeper_doubt_words(enum timekeeper_doubt doubt);

/* Fills synchronised and battery_clock from the kernel. Thread: any. */
void timekeeper_look(struct timekeeper_facts *facts);

/* The boot's identity, /proc/sys/kernel/random/boot_id; "unknown" where there is none. */
enum { TIMEKEEPER_BOOT_SIZE = 37 };
void timekeeper_boot(char boot[TIMEKEEPER_BOOT_SIZE]);

/* A descriptor that becomes readable when the wall clock is set (timerfd_create(2),
 * TFD_TIMER_CANCEL_ON_SET); -1 where the kernel has none. Read it with timekeeper_was_set(), which
 * also arms it again and says whether the clock really was set. */
int timekeeper_watch(void);
bool timekeeper_was_set(int watch);

#endif
