/* The simulation's twin of the player: it keeps the time of every frame and plays nothing. */
#include "base/memory.h"
#include "station/simulation_world.h"

#include <stdlib.h>
#include <string.h>

#define MS_NS INT64_C(1000000)
enum { RATE = 48000, REPORT_MS = 20 };

static int64_t wall_ns(const struct world *world, struct walltime wall) {
    return (wall.us - world->wall_offset_us) * 1000;
}

/* Events reach the station a little after they happened. */
static void report(struct world *world, const struct air_event *event) {
    world->air =
        memory_room(world->air, world->air_count, &world->air_capacity, sizeof *world->air);
    world->air[world->air_count] = *event;
    world->air_waiting++;
    world_plan(world, REPORT_MS * MS_NS, HAPPENS_AIR, (int64_t)world->air_count++, 0, true);
}

static struct twin_session *find(struct world *world, uint64_t id) {
    for (size_t i = 0; i < world->sessions_count; i++) {
        if (world->sessions[i].permit.id == id) {
            return &world->sessions[i];
        }
    }
    return NULL;
}

static void begin(void *self, const struct permit *permit, struct walltime start) {
    struct world *world = self;
    if (find(world, permit->id) != NULL) {
        world_breach(world, "session %llu is begun twice", (unsigned long long)permit->id);
        return;
    }
    world->sessions = memory_room(world->sessions, world->sessions_count, &world->sessions_capacity,
                                  sizeof *world->sessions);
    world->sessions[world->sessions_count++] = (struct twin_session){.permit = *permit,
                                                                     .start = start,
                                                                     .free_ns = world->now_ns,
                                                                     .stop_ns = INT64_MAX,
                                                                     .drop_ns = INT64_MAX};
}

static void add(void *self, uint64_t id, const struct air_element *element) {
    struct world *world = self;
    struct twin_session *session = find(world, id);
    if (session == NULL || session->finished || element->fd < 0 ||
        (size_t)element->fd >= world->sounds_count || world->sounds[element->fd] < 0) {
        world_breach(world, "airing %lld is added to no session, or without a sound",
                     (long long)element->airing);
        return;
    }
    int64_t length_us = world->sounds[element->fd] - element->skip_us;
    world->sounds[element->fd] = -1; /* taken */
    session->elements = memory_room(session->elements, session->count, &session->capacity,
                                    sizeof *session->elements);
    session->elements[session->count++] =
        (struct twin_element){.element = *element, .length_us = length_us < 0 ? 0 : length_us};
    if (session->count - 1 == session->head && session->free_ns < world->now_ns &&
        !session->playing) {
        session->free_ns = world->now_ns; /* it waited in silence for this one */
    }
}

static void finish(void *self, uint64_t id) {
    struct twin_session *session = find(self, id);
    if (session != NULL) {
        session->finished = true;
    }
}

static void stop(void *self, uint64_t id, int32_t fade_ms) {
    struct world *world = self;
    struct twin_session *session = find(world, id);
    if (session != NULL && session->stop_ns == INT64_MAX) {
        session->stop_ns = world->now_ns + (session->playing ? fade_ms * MS_NS : 0);
    }
}

static void end_element(struct world *world, struct twin_session *session, size_t i, int64_t at_ns,
                        int64_t frames_ns, enum air_end end) {
    struct air_event event = {.kind = AIR_ENDED,
                              .session = session->permit.id,
                              .airing = session->elements[i].element.airing,
                              .at = {at_ns / 1000 + world->wall_offset_us},
                              .frames = frames_ns / 1000 * RATE / 1000000,
                              .rate = RATE,
                              .peak_mdb = -3000,
                              .loudness_mdb = frames_ns > 400 * MS_NS ? -16000 : EVENT_NO_LEVEL,
                              .end = end};
    report(world, &event);
    session->elements[i].dropped = true;
}

static void stop_airing(void *self, int64_t airing, int32_t fade_ms) {
    struct world *world = self;
    for (size_t s = 0; s < world->sessions_count; s++) {
        struct twin_session *session = &world->sessions[s];
        for (size_t i = session->head; i < session->count; i++) {
            if (session->elements[i].element.airing != airing || session->elements[i].dropped) {
                continue;
            }
            if (i == session->head && session->playing) {
                session->drop_ns = world->now_ns + fade_ms * MS_NS;
            } else {
                end_element(world, session, i, world->now_ns, 0, AIR_END_STOP);
            }
        }
    }
}

static void set_permit(void *self, const struct permit *permit) {
    struct twin_session *session = find(self, permit->id);
    if (session != NULL) {
        session->permit = *permit;
    }
}

struct player_port world_player_port(struct world *world) {
    return (struct player_port){.self = world,
                                .begin = begin,
                                .add = add,
                                .finish = finish,
                                .stop = stop,
                                .stop_airing = stop_airing,
                                .set_permit = set_permit};
}

/* When the permit lapses by either clock; the past where it does not allow sound now. */
static int64_t lapse_ns(const struct world *world, const struct twin_session *session) {
    const struct permit *permit = &session->permit;
    if (world_wall(world).us < permit->not_before.us) {
        return world->now_ns;
    }
    int64_t by_wall_ns = wall_ns(world, permit->not_after);
    int64_t by_boot_ns = permit->deadline.ns + world->booted_ns;
    return by_wall_ns < by_boot_ns ? by_wall_ns : by_boot_ns;
}

static int64_t play_ns(const struct twin_session *session, bool *ret_whole) {
    const struct twin_element *element = &session->elements[session->head];
    *ret_whole = element->length_us <= element->element.limit_us || element->element.limit_us == 0;
    return (*ret_whole ? element->length_us : element->element.limit_us) * 1000;
}

/* When the first session does something next by itself. */
static int64_t session_next_ns(const struct world *world, const struct twin_session *session) {
    int64_t next_ns =
        session->stop_ns < lapse_ns(world, session) ? session->stop_ns : lapse_ns(world, session);
    int64_t own_ns = INT64_MAX;
    if (session->playing) {
        bool whole;
        own_ns = session->began_ns + play_ns(session, &whole);
        own_ns = session->drop_ns < own_ns ? session->drop_ns : own_ns;
    } else if (session->head < session->count) {
        int64_t start_ns = wall_ns(world, session->start);
        own_ns = session->free_ns > start_ns ? session->free_ns : start_ns;
    } else if (session->finished) {
        own_ns = session->free_ns;
    }
    return own_ns < next_ns ? own_ns : next_ns;
}

int64_t world_player_next_ns(const struct world *world) {
    if (world->sessions_count == 0) {
        return INT64_MAX;
    }
    int64_t next_ns = session_next_ns(world, &world->sessions[0]);
    return next_ns < world->now_ns ? world->now_ns : next_ns;
}

static void end_session(struct world *world, enum air_end end) {
    struct twin_session *session = &world->sessions[0];
    for (size_t i = session->head; i < session->count; i++) {
        if (!session->elements[i].dropped) {
            bool heard = i == session->head && session->playing;
            int64_t frames_ns = heard ? world->now_ns - session->began_ns : 0;
            end_element(world, session, i, world->now_ns, frames_ns, end);
        }
    }
    report(world, &(struct air_event){.kind = AIR_SESSION_ENDED,
                                      .session = session->permit.id,
                                      .at = world_wall(world)});
    free(session->elements);
    world->sessions_count--;
    memmove(world->sessions, world->sessions + 1, world->sessions_count * sizeof *world->sessions);
    if (world->sessions_count != 0 && world->sessions[0].free_ns < world->now_ns) {
        world->sessions[0].free_ns = world->now_ns; /* sessions sound one after the other */
    }
}

static void skip_dropped(struct twin_session *session) {
    while (session->head < session->count && session->elements[session->head].dropped) {
        session->head++;
    }
}

void world_player_turn(struct world *world) {
    struct twin_session *session = &world->sessions[0];
    if (session->stop_ns <= world->now_ns || lapse_ns(world, session) <= world->now_ns) {
        end_session(world, session->stop_ns <= world->now_ns ? AIR_END_STOP : AIR_END_PERMIT);
        return;
    }
    if (session->playing) {
        bool whole;
        int64_t length_ns = play_ns(session, &whole);
        bool dropped = session->drop_ns <= world->now_ns;
        int64_t heard_ns = dropped ? world->now_ns - session->began_ns : length_ns;
        end_element(world, session, session->head, world->now_ns, heard_ns,
                    dropped ? AIR_END_STOP
                    : whole ? AIR_END_WHOLE
                            : AIR_END_LIMIT);
        session->playing = false;
        session->drop_ns = INT64_MAX;
        session->free_ns = world->now_ns;
    } else if (session->head < session->count && !session->elements[session->head].dropped) {
        session->playing = true;
        session->began_ns = world->now_ns;
        report(world, &(struct air_event){
                          .kind = AIR_STARTED,
                          .session = session->permit.id,
                          .airing = session->elements[session->head].element.airing,
                          .at = world_wall(world),
                      });
    } else if (session->finished && session->head == session->count) {
        end_session(world, AIR_END_WHOLE);
        return;
    }
    skip_dropped(session);
}

void world_player_die(struct world *world) {
    for (size_t i = 0; i < world->sessions_count; i++) {
        free(world->sessions[i].elements);
    }
    world->sessions_count = 0;
    world->air_count = world->air_waiting = 0;
    world->sounds_count = 0;
}
