/* The simulation's twins of the store: a diary that loses what was not committed, and sounds. */
#include "base/memory.h"
#include "station/simulation_world.h"

#include <stdlib.h>
#include <string.h>

#define MS_NS INT64_C(1000000)

static int64_t append(void *self, const struct event *event) {
    struct world *world = self;
    size_t before = world->pending.length;
    event_write(event, ++world->last_seq, &world->pending);
    world->pending_sizes = memory_room(world->pending_sizes, world->pending_count,
                                       &world->pending_capacity, sizeof *world->pending_sizes);
    world->pending_sizes[world->pending_count++] = world->pending.length - before;
    if (!world->committing) { /* what comes meanwhile is committed together by the next one */
        world->committing = true;
        world_plan(world, world_between(world, 1, 25) * MS_NS, HAPPENS_COMMIT, world->last_seq, 0,
                   true);
    }
    return world->last_seq;
}

struct diary_port world_diary_port(struct world *world) {
    return (struct diary_port){.self = world, .append = append};
}

static void chain(struct simulation *result, const char *bytes, size_t size) {
    static const struct digest zeros;
    const struct digest *before =
        result->events_count != 0 ? &result->events[result->events_count - 1].hash : &zeros;
    struct digest_feed feed;
    digest_start(&feed);
    digest_add(&feed, before->bytes, sizeof before->bytes);
    digest_add(&feed, bytes, size);
    struct digest hash = digest_end(&feed);
    result->events = memory_room(result->events, result->events_count, &result->events_capacity,
                                 sizeof *result->events);
    result->events[result->events_count++] =
        (struct simulation_event){result->diary.length, size, hash};
    text_add(&result->diary, bytes, size);
}

void world_commit(struct world *world, int64_t seq) {
    struct simulation *result = world->result;
    size_t at = 0;
    size_t count = 0;
    while (count < world->pending_count && (int64_t)result->events_count < seq) {
        chain(result, world->pending.bytes + at, world->pending_sizes[count]);
        world_watch(world, world->pending.bytes + at, world->pending_sizes[count]);
        at += world->pending_sizes[count++];
    }
    if (count == 0) {
        return;
    }
    memmove(world->pending.bytes, world->pending.bytes + at, world->pending.length - at);
    world->pending.length -= at;
    memmove(world->pending_sizes, world->pending_sizes + count,
            (world->pending_count - count) * sizeof *world->pending_sizes);
    world->pending_count -= count;
}

void world_lose_uncommitted(struct world *world) {
    text_clear(&world->pending);
    world->pending_count = 0;
    world->committing = false;
    world->last_seq = (int64_t)world->result->events_count;
}

void world_recall(struct world *world) {
    const struct simulation *result = world->result;
    world->recall.zone = world->programme->zone;
    while (world->recall.events < (int64_t)result->events_count) {
        const struct simulation_event *event = &result->events[world->recall.events];
        struct fail why;
        if (!recall_feed(&world->recall, result->diary.bytes + event->at, event->size, &why)) {
            abort(); /* what event_write() wrote is an event */
        }
    }
}

/* Sounds: an fd is a place in a list of lengths. */

static void open_sound(void *self, uint64_t request, const struct item *item) {
    struct world *world = self;
    bool flipped =
        world_between(world, 1, 1000) <= world->options->flips || item->id == world->flipped_item;
    int64_t fd = -1;
    if (!flipped) {
        world->sounds = memory_room(world->sounds, world->sounds_count, &world->sounds_capacity,
                                    sizeof *world->sounds);
        fd = (int64_t)world->sounds_count;
        world->sounds[world->sounds_count++] =
            item->trim_start_us + item->duration_us + item->trim_end_us;
    }
    world_plan(world, world_between(world, 2, 400) * MS_NS, HAPPENS_SOUND, (int64_t)request, fd,
               true);
}

static void close_sound(void *self, int fd) {
    struct world *world = self;
    if (fd < 0 || (size_t)fd >= world->sounds_count || world->sounds[fd] < 0) {
        world_breach(world, "a sound is closed that is not open (%d)", fd);
        return;
    }
    world->sounds[fd] = -1;
}

struct sounds_port world_sounds_port(struct world *world) {
    return (struct sounds_port){.self = world, .open = open_sound, .close = close_sound};
}
