/* realtime: what the audio thread may not do, and the rights that help it.
 *
 * Between realtime_enter() and realtime_leave() a thread neither allocates, locks, logs nor touches
 * a file or a database. A test interposes those calls and fails where realtime_depth is not 0. */
#ifndef LOAXA_PLAYER_REALTIME_H
#define LOAXA_PLAYER_REALTIME_H

#include <stdbool.h>

extern _Thread_local int realtime_depth;

static inline void realtime_enter(void) {
    realtime_depth++;
}
static inline void realtime_leave(void) {
    realtime_depth--;
}

/* Asks for SCHED_FIFO for the calling thread; false where it is not permitted (nothing depends on
 * it: the queue in the card bridges a late wake-up). */
bool realtime_schedule(int priority);

/* Keeps pages that were touched once in memory, for the whole process; false where it is not
 * permitted. Pages never touched cost nothing. */
bool realtime_lock_memory(void);

#endif
