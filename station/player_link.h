/* player_link: the core's player port on the real engine.
 *
 * Turns the port's calls into the engine's and the engine's events into the core's. What the engine
 * refuses at once (a session too many, a lost session) is reported as the end of that airing or session
 * at the next dispatch, so that the core always hears exactly one end of each. Thread: the loop's. */
#ifndef LOAXA_STATION_PLAYER_LINK_H
#define LOAXA_STATION_PLAYER_LINK_H

#include "player/engine.h"
#include "scheduler/ports.h"

struct player_link;

struct player_link_handler {
    void *context;
    void (*happened)(void *context, const struct air_event *event);
    /* The card runs for a session; `words` says where the sound goes (a device, a WAV file's path). */
    void (*opened)(void *context, const char *words);
};

/* Borrows the player, copies the handler. */
struct player_link *player_link_create(struct player *player,
                                       const struct player_link_handler *handler);
void player_link_destroy(struct player_link *link); /* NULL is allowed; not the player */

struct player_port player_link_port(struct player_link *link);

/* Hands on everything that has happened. Call it when player_event_fd() is readable, and after calls of
 * the port. */
void player_link_dispatch(struct player_link *link);

#endif
