#include "station/control_server.h"

#include "base/memory.h"
#include "station/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct connection {
    int fd; /* -1: free */
    struct control_peer peer;
    uint64_t ticket; /* of the request that waits for its answer; 0: none */
    uint64_t used;   /* a growing number: when something last happened here */
    bool asking;     /* inside handler.asked(): what waits behind is read afterwards */
    bool ended;      /* the peer sends no more; close once the answer is out */
    char *in;        /* CONTROL_LINE_MAX bytes, allocated once for the server's life */
    size_t in_length;
    char *out; /* the answer's line, owned; NULL: none */
    size_t out_length, out_sent;
};

struct control_server {
    int listener, poller;
    char *path;
    struct control_handler handler;
    uint64_t last_ticket, uses;
    struct connection connections[CONTROL_CONNECTIONS_MAX];
};

/* What epoll is to wait for: a line in while nothing is asked, room for the answer while one is on
 * its way. The peer's end is always told (EPOLLHUP). */
static void watch(struct control_server *server, struct connection *connection, int operation) {
    struct epoll_event event = {.data.u64 = (uint64_t)(connection - server->connections)};
    if (connection->out != NULL) {
        event.events = EPOLLOUT;
    } else if (connection->ticket == 0 && !connection->ended) {
        event.events = EPOLLIN;
    }
    epoll_ctl(server->poller, operation, connection->fd, &event);
}

static void drop(struct connection *connection) {
    close(connection->fd); /* leaves the epoll set by itself */
    free(connection->out);
    connection->out = NULL;
    connection->fd = -1;
    connection->ticket = 0;
    connection->in_length = 0;
    connection->ended = false;
}

static void send_answer(struct control_server *server, struct connection *connection) {
    while (connection->out_sent < connection->out_length) {
        ssize_t sent =
            send(connection->fd, connection->out + connection->out_sent,
                 connection->out_length - connection->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0 && errno == EAGAIN) {
            watch(server, connection, EPOLL_CTL_MOD);
            return;
        }
        if (sent < 0) {
            drop(connection);
            return;
        }
        connection->out_sent += (size_t)sent;
    }
    free(connection->out);
    connection->out = NULL;
    watch(server, connection, EPOLL_CTL_MOD);
}

/* Queues the line and begins to send it; takes `answer`. */
static void give_answer(struct control_server *server, struct connection *connection,
                        json_t *answer) {
    struct fail why = {0};
    char *line = control_write(answer, &why);
    json_decref(answer);
    if (line == NULL) {
        answer = control_refused(&why);
        line = control_write(answer, &why);
        json_decref(answer);
    }
    connection->ticket = 0;
    connection->out = line;
    connection->out_length = strlen(line);
    connection->out_sent = 0;
    send_answer(server, connection);
}

/* Hands over the first whole line, if there is one and nothing is under way. */
static bool ask_next(struct control_server *server, struct connection *connection) {
    if (connection->fd < 0 || connection->ticket != 0 || connection->out != NULL) {
        return false;
    }
    char *newline = memchr(connection->in, '\n', connection->in_length);
    struct fail why = {0};
    if (newline == NULL) {
        if (connection->in_length == CONTROL_LINE_MAX) {
            /* Where this line ends is unknown, so nothing after it can be read. */
            fail_set(&why, FAIL_LIMIT, "the message is longer than %d bytes", CONTROL_LINE_MAX);
            connection->in_length = 0;
            connection->ended = true;
            give_answer(server, connection, control_refused(&why));
        }
        return false;
    }
    size_t length = (size_t)(newline - connection->in);
    json_t *request = NULL;
    bool ok = control_read(connection->in, length, &request, &why);
    connection->in_length -= length + 1;
    memmove(connection->in, newline + 1, connection->in_length);
    if (ok && !json_is_string(json_object_get(request, "do"))) {
        ok = fail_set(&why, FAIL_INVALID, "the message has no \"do\" that says what to do");
    }
    if (ok) {
        connection->ticket = ++server->last_ticket;
        watch(server, connection, EPOLL_CTL_MOD);
        connection->asking = true;
        server->handler.asked(server->handler.context, connection->ticket, &connection->peer,
                              request);
        connection->asking = false;
    } else {
        give_answer(server, connection, control_refused(&why));
    }
    json_decref(request);
    return true;
}

static void ask_all(struct control_server *server, struct connection *connection) {
    while (ask_next(server, connection)) {
    }
    if (connection->fd >= 0 && connection->ended && connection->ticket == 0 &&
        connection->out == NULL) {
        drop(connection);
    }
}

static void receive(struct control_server *server, struct connection *connection) {
    ssize_t got = recv(connection->fd, connection->in + connection->in_length,
                       CONTROL_LINE_MAX - connection->in_length, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got < 0) {
        drop(connection);
        return;
    }
    connection->ended = got == 0;
    connection->in_length += (size_t)got;
    ask_all(server, connection);
}

static struct connection *find_room(struct control_server *server) {
    struct connection *oldest = NULL;
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        struct connection *connection = &server->connections[i];
        if (connection->fd < 0) {
            return connection;
        }
        bool idle = connection->ticket == 0 && connection->out == NULL;
        if (idle && (oldest == NULL || connection->used < oldest->used)) {
            oldest = connection;
        }
    }
    if (oldest != NULL) {
        drop(oldest);
    }
    return oldest;
}

static void accept_one(struct control_server *server) {
    int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    struct connection *connection = find_room(server);
    if (connection == NULL || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        close(fd);
        return;
    }
    if (connection->in == NULL) {
        connection->in = memory_new(CONTROL_LINE_MAX);
    }
    connection->fd = fd;
    connection->peer = (struct control_peer){.uid = credentials.uid, .pid = credentials.pid};
    connection->used = ++server->uses;
    watch(server, connection, EPOLL_CTL_ADD);
}

static void serve(struct control_server *server, struct connection *connection, uint32_t events) {
    if (connection->fd < 0) { /* dropped earlier in the same round */
        return;
    }
    connection->used = ++server->uses;
    if ((events & EPOLLOUT) != 0 && connection->out != NULL) {
        send_answer(server, connection);
        ask_all(server, connection);
    } else if ((events & EPOLLIN) != 0) {
        receive(server, connection);
    } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
        drop(connection); /* gone for good: its answer finds nobody */
    }
}

void control_server_dispatch(struct control_server *server) {
    struct epoll_event events[CONTROL_CONNECTIONS_MAX + 1];
    int count = epoll_wait(server->poller, events, CONTROL_CONNECTIONS_MAX + 1, 0);
    bool newcomer = false;
    for (int i = 0; i < count; i++) {
        if (events[i].data.u64 == CONTROL_CONNECTIONS_MAX) {
            newcomer = true;
        } else {
            serve(server, &server->connections[events[i].data.u64], events[i].events);
        }
    }
    if (newcomer) { /* last, so that no event above can mean a connection that took its place */
        accept_one(server);
    }
}

void control_server_answer(struct control_server *server, uint64_t ticket, json_t *answer) {
    for (size_t i = 0; ticket != 0 && i < CONTROL_CONNECTIONS_MAX; i++) {
        struct connection *connection = &server->connections[i];
        if (connection->fd >= 0 && connection->ticket == ticket) {
            give_answer(server, connection, answer);
            if (!connection->asking) {
                ask_all(server, connection);
            }
            return;
        }
    }
    json_decref(answer);
}

/* Whether somebody answers behind a socket file. */
static bool is_alive(const struct sockaddr_un *address) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return false;
    }
    int result = connect(fd, (const struct sockaddr *)address, sizeof *address);
    bool alive = result == 0 || errno == EAGAIN;
    close(fd);
    return alive;
}

static bool listen_at(const char *path, int *ret_fd, struct fail *why) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    if (strlen(path) >= sizeof address.sun_path) {
        return fail_set(why, FAIL_LIMIT,
                        "the path of the socket is too long (%zu bytes at most): "
                        "set run in [paths] of settings.ini to a short folder",
                        sizeof address.sun_path - 1);
    }
    strcpy(address.sun_path, path);
    if (lstat(path, &status) == 0) {
        if (!S_ISSOCK(status.st_mode) || is_alive(&address)) {
            return fail_set(why, FAIL_CONFLICT, "%s is in use: another loaxad runs", path);
        }
        unlink(path);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return fail_system(why, errno, "cannot open a socket");
    }
    mode_t old = umask(0177);
    int bound = bind(fd, (struct sockaddr *)&address, sizeof address);
    int error = errno;
    umask(old);
    if (bound != 0 || listen(fd, CONTROL_CONNECTIONS_MAX) != 0) {
        error = bound != 0 ? error : errno;
        close(fd);
        return fail_system(why, error, "cannot listen at %s", path);
    }
    *ret_fd = fd;
    return true;
}

bool control_server_create(const char *path, const struct control_handler *handler,
                           struct control_server **ret_server, struct fail *why) {
    int listener;
    if (!listen_at(path, &listener, why)) {
        return false;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = CONTROL_CONNECTIONS_MAX};
    int poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) != 0) {
        int error = errno;
        close(listener);
        if (poller >= 0) {
            close(poller);
        }
        unlink(path);
        return fail_system(why, error, "cannot watch the socket");
    }
    struct control_server *server = memory_new(sizeof *server);
    server->listener = listener;
    server->poller = poller;
    server->path = memory_text(path);
    server->handler = *handler;
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        server->connections[i].fd = -1;
    }
    *ret_server = server;
    return true;
}

void control_server_destroy(struct control_server *server) {
    if (server == NULL) {
        return;
    }
    for (size_t i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        if (server->connections[i].fd >= 0) {
            drop(&server->connections[i]);
        }
        free(server->connections[i].in);
    }
    close(server->poller);
    close(server->listener);
    unlink(server->path);
    free(server->path);
    free(server);
}

int control_server_descriptor(const struct control_server *server) {
    return server->poller;
}
