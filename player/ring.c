#include "player/ring.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void ring_init(struct ring *ring, size_t element_size, size_t capacity) {
    size_t size = 1;
    while (size < capacity) {
        size *= 2;
    }
    ring->bytes = memory_new(size * element_size);
    ring->element_size = element_size;
    ring->mask = size - 1;
    atomic_init(&ring->put, 0);
    atomic_init(&ring->got, 0);
}

void ring_finish(struct ring *ring) {
    free(ring->bytes);
    ring->bytes = NULL;
}

size_t ring_count(const struct ring *ring) {
    size_t got = atomic_load_explicit(&ring->got, memory_order_acquire);
    return atomic_load_explicit(&ring->put, memory_order_acquire) - got;
}

size_t ring_space(const struct ring *ring) {
    return ring->mask + 1 - ring_count(ring);
}

void *ring_room(struct ring *ring, size_t *ret_count) {
    size_t at = atomic_load_explicit(&ring->put, memory_order_relaxed) & ring->mask;
    size_t space = ring_space(ring);
    size_t run = ring->mask + 1 - at;
    *ret_count = space < run ? space : run;
    return ring->bytes + at * ring->element_size;
}

void ring_commit(struct ring *ring, size_t count) {
    atomic_fetch_add_explicit(&ring->put, count, memory_order_release);
}

const void *ring_view(const struct ring *ring, size_t *ret_count) {
    size_t at = atomic_load_explicit(&ring->got, memory_order_relaxed) & ring->mask;
    size_t count = ring_count(ring);
    size_t run = ring->mask + 1 - at;
    *ret_count = count < run ? count : run;
    return ring->bytes + at * ring->element_size;
}

size_t ring_put(struct ring *ring, const void *elements, size_t count) {
    const char *from = elements;
    size_t done = 0;
    while (done < count) { /* at most twice: the run up to the wrap, and the rest */
        size_t run;
        void *room = ring_room(ring, &run);
        run = run < count - done ? run : count - done;
        if (run == 0) {
            break;
        }
        memcpy(room, from + done * ring->element_size, run * ring->element_size);
        ring_commit(ring, run);
        done += run;
    }
    return done;
}

size_t ring_get(struct ring *ring, void *elements, size_t count) {
    char *to = elements;
    size_t done = 0;
    while (done < count) {
        size_t run;
        const void *view = ring_view(ring, &run);
        run = run < count - done ? run : count - done;
        if (run == 0) {
            break;
        }
        memcpy(to + done * ring->element_size, view, run * ring->element_size);
        ring_skip(ring, run);
        done += run;
    }
    return done;
}

bool ring_peek(const struct ring *ring, void *element) {
    size_t run;
    const void *view = ring_view(ring, &run);
    if (run == 0) {
        return false;
    }
    memcpy(element, view, ring->element_size);
    return true;
}

size_t ring_skip(struct ring *ring, size_t count) {
    size_t there = ring_count(ring);
    size_t skipped = count < there ? count : there;
    atomic_fetch_add_explicit(&ring->got, skipped, memory_order_release);
    return skipped;
}

void ring_reset(struct ring *ring) {
    atomic_store_explicit(&ring->put, 0, memory_order_relaxed);
    atomic_store_explicit(&ring->got, 0, memory_order_release);
}
