/* ampd_server: the socket of loaxa-ampd: who may speak, who is the player, what was said.
 *
 * It reads packets, answers queries and heartbeats with a report, and tells its owner of what the
 * player said. Nothing a peer sends can make it wait: what cannot be sent at once is dropped (the
 * next heartbeat brings a fresh report). Thread: one, the event loop's. */
#ifndef LOAXA_STATION_AMPD_SERVER_H
#define LOAXA_STATION_AMPD_SERVER_H

#include "base/fail.h"
#include "station/ampd_message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

enum { AMPD_CONNECTIONS_MAX = 8 };

struct ampd_server_handler {
    void *context;
    void (*heard)(void *context, const struct amplifier_demand *demand); /* from the player */
    void (*odd)(void *context);             /* the player sent what is no packet of ours */
    void (*gone)(void *context);            /* the player's connection ended */
    bool (*player_is_heard)(void *context); /* whether its heartbeats come in time */
    void (*report)(void *context, struct ampd_report *ret_report);
};

struct ampd_server;

/* Listens at `path`; whatever stood there is removed, so the caller holds the lock that says no
 * other daemon lives there. `uids` besides root and our own may connect. Copies all but `event`. */
bool ampd_server_create(sd_event *event, const char *path, const uint32_t *uids, size_t uids_count,
                        const struct ampd_server_handler *handler, struct ampd_server **ret_server,
                        struct fail *why);
/* Tells every peer that it ends, closes, and removes the socket. NULL is allowed. */
void ampd_server_destroy(struct ampd_server *server);

/* Sends the player a report: something changed. */
void ampd_server_publish(struct ampd_server *server);

#endif
