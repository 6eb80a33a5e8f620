#include "station/player_link.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An end that the engine will not report, since it refused the beginning. */
struct refusal {
    struct air_event event;
    char words[sizeof((struct fail *)NULL)->sentence];
};

struct player_link {
    struct player *player;
    struct player_link_handler handler;
    struct refusal *refusals;
    size_t count, capacity;
};

static void refuse(struct player_link *link, enum air_event_kind kind, uint64_t session,
                   int64_t airing, const struct fail *why) {
    link->refusals =
        memory_room(link->refusals, link->count, &link->capacity, sizeof *link->refusals);
    struct refusal *refusal = &link->refusals[link->count++];
    *refusal = (struct refusal){
        .event = {.kind = kind,
                  .session = session,
                  .airing = airing,
                  .at = walltime_now(),
                  .rate = 48000,
                  .peak_mdb = EVENT_NO_LEVEL,
                  .loudness_mdb = EVENT_NO_LEVEL,
                  .end = AIR_END_DEVICE},
    };
    memccpy(refusal->words, why->sentence, '\0', sizeof refusal->words);
}

static void begin(void *self, const struct permit *permit, struct walltime start) {
    struct player_link *link = self;
    struct fail why = {0};
    struct player_session session = {
        .id = permit->id, .permit = *permit, .zones = permit->zones, .start = start};
    if (!player_begin(link->player, &session, &why)) {
        refuse(link, AIR_FAULT, permit->id, 0, &why);
        refuse(link, AIR_SESSION_ENDED, permit->id, 0, &why);
    }
}

static void add(void *self, uint64_t session, const struct air_element *element) {
    struct player_link *link = self;
    struct fail why = {0};
    if (element->fd < 0) {
        fail_set(&why, FAIL_DEVICE, "relay and live sources have no input on this machine");
        refuse(link, AIR_ENDED, session, element->airing, &why);
        return;
    }
    struct player_element played = {
        .airing = (uint64_t)element->airing,
        .fd = element->fd,
        .gain_db = element->gain_mdb / 1000.0,
        .skip_us = element->skip_us,
        .limit_us = element->limit_us,
        .fade_in_ms = (uint32_t)element->fade_in_ms,
        .fade_out_ms = (uint32_t)element->fade_out_ms,
    };
    if (!player_add(link->player, session, &played, &why)) {
        refuse(link, AIR_ENDED, session, element->airing, &why);
    }
}

static void finish(void *self, uint64_t session) {
    player_finish(((struct player_link *)self)->player, session, NULL);
}

static void stop(void *self, uint64_t session, int32_t fade_ms) {
    player_stop(((struct player_link *)self)->player, session, (uint32_t)fade_ms, NULL);
}

static void stop_airing(void *self, int64_t airing, int32_t fade_ms) {
    player_stop_airing(((struct player_link *)self)->player, (uint64_t)airing, (uint32_t)fade_ms,
                       NULL);
}

static void set_permit(void *self, const struct permit *permit) {
    player_set_permit(((struct player_link *)self)->player, permit->id, permit, NULL);
}

struct player_link *player_link_create(struct player *player,
                                       const struct player_link_handler *handler) {
    struct player_link *link = memory_new(sizeof *link);
    link->player = player;
    link->handler = *handler;
    return link;
}

void player_link_destroy(struct player_link *link) {
    if (link != NULL) {
        free(link->refusals);
        free(link);
    }
}

struct player_port player_link_port(struct player_link *link) {
    return (struct player_port){
        .self = link,
        .begin = begin,
        .add = add,
        .finish = finish,
        .stop = stop,
        .stop_airing = stop_airing,
        .set_permit = set_permit,
    };
}

static enum air_end end_of(enum player_reason reason) {
    switch (reason) {
    case PLAYER_COMPLETED:
        return AIR_END_WHOLE;
    case PLAYER_CUT:
        return AIR_END_LIMIT;
    case PLAYER_STOPPED:
        return AIR_END_STOP;
    case PLAYER_PERMIT:
        return AIR_END_PERMIT;
    case PLAYER_DECODE:
        return AIR_END_DECODE;
    case PLAYER_DEVICE:
        break;
    }
    return AIR_END_DEVICE;
}

/* Thousandths of a decibel; what was only silence has no level. */
static int32_t level(double db, double floor_db) {
    return db <= floor_db ? EVENT_NO_LEVEL : (int32_t)lrint(db * 1000);
}

/* False for what the core does not need to hear. */
static bool translate(const struct player_event *from, struct air_event *to) {
    static const enum air_event_kind kinds[] = {
        [PLAYER_AIRING_STARTED] = AIR_STARTED,      [PLAYER_AIRING_ENDED] = AIR_ENDED,
        [PLAYER_SESSION_ENDED] = AIR_SESSION_ENDED, [PLAYER_FAULT] = AIR_FAULT,
        [PLAYER_RECOVERED] = AIR_RECOVERED,
    };
    if (from->kind == PLAYER_SESSION_READY) {
        return false;
    }
    *to = (struct air_event){
        .kind = kinds[from->kind],
        .session = from->session,
        .airing = (int64_t)from->airing,
        .at = from->at,
        .frames = from->frames,
        .rate = from->rate != 0 ? from->rate : 48000,
        .lost_frames = from->lost_frames,
        .peak_mdb = from->frames == 0 ? EVENT_NO_LEVEL : level(from->peak_dbfs, -120),
        .loudness_mdb = from->frames == 0 ? EVENT_NO_LEVEL : level(from->lufs, -70),
        .end = end_of(from->reason),
        .words = from->text,
    };
    return true;
}

void player_link_dispatch(struct player_link *link) {
    struct player_event from;
    while (player_next_event(link->player, &from)) {
        struct air_event to;
        if (translate(&from, &to)) {
            link->handler.happened(link->handler.context, &to);
        } else {
            link->handler.opened(link->handler.context, from.text);
        }
    }
    for (size_t i = 0; i < link->count; i++) { /* it may grow while it is handed on */
        struct refusal refusal = link->refusals[i];
        refusal.event.words = refusal.words;
        link->handler.happened(link->handler.context, &refusal.event);
    }
    link->count = 0;
}
