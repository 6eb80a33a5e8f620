#include "player/realtime.h"

#include <sched.h>
#include <sys/mman.h>

_Thread_local int realtime_depth;

bool realtime_schedule(int priority) {
    struct sched_param parameter = {.sched_priority = priority};
    /* Children (speech, import) must not inherit it. */
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameter) == 0;
}

bool realtime_lock_memory(void) {
    return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}
