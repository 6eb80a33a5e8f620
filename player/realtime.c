#include "player/realtime.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

_Thread_local int realtime_depth;

bool realtime_schedule(int priority) {
    struct sched_param parameter = {.sched_priority = priority};
    /* Children (speech, import) must not inherit it. */
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameter) == 0;
}

/* Under a limit that is not "unlimited", a lock that succeeds now makes allocations fail later. */
static bool may_lock_everything(void) {
    struct rlimit limit;
    return geteuid() == 0 ||
           (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY);
}

bool realtime_lock_memory(void) {
    return may_lock_everything() && mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
}
