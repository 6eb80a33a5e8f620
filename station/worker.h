/* worker: one thread that does the slow work (databases, hashing, children), in order, for a loop
 * that must not wait.
 *
 * A job is posted with what to do and what to call afterwards. `run` is called on the worker's
 * thread; `done` on the thread that calls worker_collect(), in the order of posting. The loop polls
 * worker_fd(). */
#ifndef LOAXA_STATION_WORKER_H
#define LOAXA_STATION_WORKER_H

#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>

struct worker;

struct job {
    void (*run)(void *subject); /* worker's thread */
    void (*done)(
        void *subject); /* loop's thread; frees the subject if it is the loop's. May be NULL */
    void *subject;
};

/* Starts the thread. The caller owns the worker: worker_destroy(). */
bool worker_create(const char *thread_name, struct worker **ret_worker, struct fail *why);

/* Finishes every job already posted, calls the done of each, ends the thread. NULL is allowed. */
void worker_destroy(struct worker *worker);

/* Copies the job to the queue's end. Thread: any; waits for nothing but a short lock. */
void worker_post(struct worker *worker, const struct job *job);

/* Readable when a finished job waits to be collected. Borrowed. */
int worker_fd(const struct worker *worker);

/* Calls `done` of each finished job. Thread: the loop's. */
void worker_collect(struct worker *worker);

/* Jobs posted and not yet finished; for status and for a watchdog of the disk. Thread: any. */
size_t worker_pending(struct worker *worker);

#endif
