/* ring: a queue of equal elements from one thread to one other, without lock.
 *
 * One thread puts, one other gets; a side may change its thread only when something else orders the
 * two (a release and acquire, a join). All functions but ring_init() and ring_finish() are RT safe.
 */
#ifndef LOAXA_PLAYER_RING_H
#define LOAXA_PLAYER_RING_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct ring {
    char *bytes;
    size_t element_size;
    size_t mask;                   /* the capacity is a power of two, mask + 1 */
    alignas(64) atomic_size_t put; /* elements ever put; written by the putting thread alone */
    alignas(64) atomic_size_t got; /* elements ever taken; written by the getting thread alone */
};

/* At least `capacity` elements. The memory is touched first when it is first used. */
void ring_init(struct ring *ring, size_t element_size, size_t capacity);
void ring_finish(struct ring *ring);

/* What can be got, and what can be put: at least so much, on the side that asks. */
size_t ring_count(const struct ring *ring);
size_t ring_space(const struct ring *ring);

/* Copies as many of `count` elements as fit; returns how many. */
size_t ring_put(struct ring *ring, const void *elements, size_t count);
size_t ring_get(struct ring *ring, void *elements, size_t count);

/* Looks at the next element without taking it: false where there is none. */
bool ring_peek(const struct ring *ring, void *element);
/* Takes as many of `count` elements as are there and forgets them; returns how many. */
size_t ring_skip(struct ring *ring, size_t count);

/* In place: the longest run that can be filled (or read) without a wrap, and how much of it was. */
void *ring_room(struct ring *ring, size_t *ret_count);
void ring_commit(struct ring *ring, size_t count);
const void *ring_view(const struct ring *ring, size_t *ret_count);

/* Empties it while neither side is at work. */
void ring_reset(struct ring *ring);

#endif
