/* diary_writer: numbers events at once, and commits them on the worker's thread, in order.
 *
 * It is the diary port of the core (scheduler/ports.h). Events that come while a commit runs are
 * committed together by the next one. While the disk refuses, the bytes are kept, the owner is told
 * with every failure, and diary_writer_tick() tries again. Thread: the loop's, but for what it
 * posts to the worker. */
#ifndef LOAXA_STATION_DIARY_WRITER_H
#define LOAXA_STATION_DIARY_WRITER_H

#include "base/fail.h"
#include "scheduler/ports.h"
#include "station/worker.h"
#include "store/diary.h"

#include <stdbool.h>
#include <stdint.h>

struct diary_writer;

struct diary_writer_handler {
    void *context;
    void (*committed)(void *context, int64_t seq); /* it and all before it are on the disk */
    void (*failed)(void *context, const struct fail *why);
};

/* Borrows worker and diary, which must outlive it and which nothing else uses on the loop's thread.
 * Reads the diary's head (on the calling thread). End with diary_writer_destroy(), after
 * worker_destroy() or once nothing waits. */
bool diary_writer_create(struct worker *worker, struct diary *diary,
                         const struct diary_writer_handler *handler,
                         struct diary_writer **ret_writer, struct fail *why);
void diary_writer_destroy(struct diary_writer *writer);

/* Borrowed port. */
struct diary_port diary_writer_port(struct diary_writer *writer);

/* The last number given out. */
int64_t diary_writer_last(const struct diary_writer *writer);

/* Whether everything appended is on the disk. */
bool diary_writer_is_idle(const struct diary_writer *writer);

/* Tries again what a full disk refused. Call it once a second. */
void diary_writer_tick(struct diary_writer *writer);

#endif
