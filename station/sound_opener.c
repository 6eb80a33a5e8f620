#include "station/sound_opener.h"

#include "base/memory.h"
#include "store/sound.h"

#include <stdlib.h>
#include <unistd.h>

struct opening {
    struct sound_opener *opener;
    uint64_t request;
    struct digest hash;
    int fd;
    struct fail why;
};

static void run_opening(void *subject) {
    struct opening *opening = subject;
    if (!store_sound_open(opening->opener->folder, &opening->hash, &opening->fd, &opening->why)) {
        opening->fd = -1;
    }
}

/* A sound that is gone or changed is not what was approved; the rest is the machine's trouble. */
static enum outcome_reason reason_of(const struct fail *why) {
    switch (why->code) {
    case FAIL_NONE:
        return REASON_NONE;
    case FAIL_NOT_FOUND:
    case FAIL_CORRUPT:
        return REASON_APPROVAL;
    default:
        return REASON_DISK;
    }
}

static void opening_done(void *subject) {
    struct opening *opening = subject;
    struct sound_opener *opener = opening->opener;
    opener->opened(opener->context, opening->request, opening->fd, reason_of(&opening->why),
                   opening->why.sentence);
    free(opening);
}

static void open_sound(void *self, uint64_t request, const struct item *item) {
    struct sound_opener *opener = self;
    struct opening *opening = memory_new(sizeof *opening);
    *opening =
        (struct opening){.opener = opener, .request = request, .hash = item->sound_hash, .fd = -1};
    bool stored = item->kind == ITEM_CLIP || item->kind == ITEM_BULLETIN;
    worker_post(opener->worker, &(struct job){stored ? run_opening : NULL, opening_done, opening});
}

static void close_sound(void *self, int fd) {
    (void)self;
    if (fd >= 0) {
        close(fd);
    }
}

struct sounds_port sound_opener_port(struct sound_opener *opener) {
    return (struct sounds_port){.self = opener, .open = open_sound, .close = close_sound};
}
