/* control_server: the listening end of the control socket, for any event loop.
 *
 * It never waits: everything stands behind one descriptor (an epoll set) that the loop watches for
 * reading; control_server_dispatch() then does what can be done at once. A request may be answered
 * later and in any order between connections (a store thread needs its time); of one connection the
 * next request is read only when the last was answered. Limits: CONTROL_CONNECTIONS_MAX connections
 * (the one idle for longest gives way to a newcomer), one line in and one line out each.
 * Thread: one, the loop's. */
#ifndef LOAXA_STATION_CONTROL_SERVER_H
#define LOAXA_STATION_CONTROL_SERVER_H

#include "base/fail.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { CONTROL_CONNECTIONS_MAX = 16 };

struct control_peer { /* from SO_PEERCRED: as it was when it connected */
    uid_t uid;
    pid_t pid;
};

/* What the owner does with requests. */
struct control_handler {
    void *context;
    /* A well-formed request came. Answer it with control_server_answer(), now or later, exactly
     * once. `request` is borrowed for the call. */
    void (*asked)(void *context, uint64_t ticket, const struct control_peer *peer,
                  const json_t *request);
};

struct control_server;

/* Listens at `path` (mode 0600; its folder exists; a dead socket file in the way is removed, a
 * living one is FAIL_CONFLICT). Copies `handler`. End with control_server_destroy(). */
bool control_server_create(const char *path, const struct control_handler *handler,
                           struct control_server **ret_server, struct fail *why);
/* Closes every connection and removes the socket file. NULL is allowed. */
void control_server_destroy(struct control_server *server);

/* Watch it for EPOLLIN; it belongs to the server. */
int control_server_descriptor(const struct control_server *server);
void control_server_dispatch(struct control_server *server);

/* Takes `answer`. Nothing happens where the asker has gone. An answer too long for a line becomes a
 * refusal that says so. */
void control_server_answer(struct control_server *server, uint64_t ticket, json_t *answer);

#endif
