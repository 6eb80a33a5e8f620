/* sound_opener: the core's sounds port: opens and verifies stored sound on the worker's thread.
 *
 * The whole object is hashed through the descriptor that the player then decodes. Thread: the loop's. */
#ifndef LOAXA_STATION_SOUND_OPENER_H
#define LOAXA_STATION_SOUND_OPENER_H

#include "scheduler/outcome.h"
#include "scheduler/ports.h"
#include "station/worker.h"

struct sound_opener {
    struct worker *worker; /* borrowed */
    const char *folder;    /* the station's; borrowed */
    void *context;
    /* fd is the receiver's; -1 and a reason with its sentence where it may not be aired. */
    void (*opened)(void *context, uint64_t request, int fd, enum outcome_reason reason,
                   const char *words);
};

/* Borrowed port; answers come by `opened`, from worker_collect(). */
struct sounds_port sound_opener_port(struct sound_opener *opener);

#endif
