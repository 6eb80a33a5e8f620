#include "station/diary_writer.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Events in a row, with their bytes. */
struct batch {
    struct text *bytes;
    struct diary_bytes *ready; /* filled for the commit */
    size_t count, capacity;
};

struct diary_writer {
    struct worker *worker;
    struct diary *diary; /* the worker's thread alone */
    struct diary_writer_handler handler;
    int64_t last; /* number given out */
    int64_t last_committed;
    struct batch waiting;
    struct batch flying; /* the worker's while `busy` */
    bool busy, refused;
    bool ok; /* of the commit, and why not: written by the worker while busy */
    struct fail why;
};

static void batch_finish(struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        text_finish(&batch->bytes[i]);
    }
    free(batch->bytes);
    free(batch->ready);
    *batch = (struct batch){0};
}

static void run_commit(void *subject) {
    struct diary_writer *writer = subject;
    writer->ok =
        diary_append_bytes(writer->diary, writer->flying.ready, writer->flying.count, &writer->why);
}

static void post_commit(struct diary_writer *writer);

static void commit_done(void *subject) {
    struct diary_writer *writer = subject;
    writer->busy = false;
    writer->refused = !writer->ok;
    if (!writer->ok) {
        writer->handler.failed(writer->handler.context, &writer->why);
        return;
    }
    writer->last_committed += (int64_t)writer->flying.count;
    batch_finish(&writer->flying);
    writer->handler.committed(writer->handler.context, writer->last_committed);
    if (!writer->busy && writer->waiting.count != 0) {
        post_commit(writer);
    }
}

/* Hands what waits to the worker; what a disk refused before goes first. */
static void post_commit(struct diary_writer *writer) {
    if (writer->flying.count == 0) {
        struct batch *batch = &writer->flying;
        *batch = writer->waiting;
        writer->waiting = (struct batch){0};
        batch->ready = memory_resize(NULL, batch->count, sizeof *batch->ready);
        for (size_t i = 0; i < batch->count; i++) {
            batch->ready[i] = (struct diary_bytes){batch->bytes[i].bytes, batch->bytes[i].length};
        }
    }
    writer->busy = true;
    worker_post(writer->worker, &(struct job){run_commit, commit_done, writer});
}

static int64_t append(void *self, const struct event *event) {
    struct diary_writer *writer = self;
    struct batch *batch = &writer->waiting;
    batch->bytes = memory_room(batch->bytes, batch->count, &batch->capacity, sizeof *batch->bytes);
    struct text *bytes = &batch->bytes[batch->count++];
    *bytes = (struct text){0};
    event_write(event, ++writer->last, bytes);
    if (!writer->busy && !writer->refused) {
        post_commit(writer);
    }
    return writer->last;
}

bool diary_writer_create(struct worker *worker, struct diary *diary,
                         const struct diary_writer_handler *handler,
                         struct diary_writer **ret_writer, struct fail *why) {
    struct diary_head head;
    if (!diary_head(diary, &head, why)) {
        return false;
    }
    struct diary_writer *writer = memory_new(sizeof *writer);
    writer->worker = worker;
    writer->diary = diary;
    writer->handler = *handler;
    writer->last = writer->last_committed = head.seq;
    *ret_writer = writer;
    return true;
}

void diary_writer_destroy(struct diary_writer *writer) {
    if (writer != NULL) {
        batch_finish(&writer->waiting);
        batch_finish(&writer->flying);
        free(writer);
    }
}

struct diary_port diary_writer_port(struct diary_writer *writer) {
    return (struct diary_port){.self = writer, .append = append};
}

int64_t diary_writer_last(const struct diary_writer *writer) {
    return writer->last;
}

bool diary_writer_is_idle(const struct diary_writer *writer) {
    return writer->last_committed == writer->last;
}

void diary_writer_tick(struct diary_writer *writer) {
    if (!writer->busy && writer->refused) {
        post_commit(writer);
    }
}
