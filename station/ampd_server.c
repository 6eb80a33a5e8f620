#include "station/ampd_server.h"

#include "base/logging.h"
#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PACKETS_A_TURN = 16, UIDS_MAX = 16 };

struct connection {
    struct ampd_server *server;
    int fd; /* -1: free */
    sd_event_source *source;
    uint64_t heard, said; /* sequence numbers */
    pid_t pid;
};

struct ampd_server {
    struct ampd_server_handler handler;
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    int fd;
    sd_event *event;
    sd_event_source *source;
    uint32_t uids[UIDS_MAX];
    size_t uids_count;
    struct connection connections[AMPD_CONNECTIONS_MAX];
    struct connection *player; /* NULL: none */
};

static void send_message(struct connection *connection, struct ampd_message *message) {
    unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
    message->sequence = ++connection->said;
    size_t size = ampd_message_write(message, bytes);
    /* A peer that does not read loses reports; the socket's end is seen by the reader. */
    (void)!send(connection->fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void send_report(struct connection *connection) {
    struct ampd_message message = {.kind = AMPD_REPORT};
    connection->server->handler.report(connection->server->handler.context, &message.report);
    send_message(connection, &message);
}

/* Closes; where it was the player its owner is told. */
static void end_connection(struct connection *connection) {
    struct ampd_server *server = connection->server;
    bool was_player = server->player == connection;
    sd_event_source_disable_unref(connection->source);
    close(connection->fd);
    *connection = (struct connection){.server = server, .fd = -1};
    if (was_player) {
        server->player = NULL;
        server->handler.gone(server->handler.context);
    }
}

static void refuse(struct connection *connection, enum ampd_refusal refusal) {
    struct ampd_message message = {.kind = AMPD_REFUSAL, .refusal = refusal};
    send_message(connection, &message);
    end_connection(connection);
}

/* Whether this connection may be the player from now on. */
static bool take_player(struct connection *connection) {
    struct ampd_server *server = connection->server;
    if (server->player == connection) {
        return true;
    }
    if (server->player != NULL) {
        if (server->handler.player_is_heard(server->handler.context)) {
            return false;
        }
        log_warning("player %d was silent for too long: its connection is closed",
                    (int)server->player->pid);
        end_connection(server->player);
    }
    server->player = connection;
    log_info("player %d is connected", (int)connection->pid);
    return true;
}

static void bad_packet(struct connection *connection, const struct fail *why) {
    struct ampd_server *server = connection->server;
    log_warning("peer %d: %s", (int)connection->pid, why->sentence);
    if (server->player == connection) {
        server->handler.odd(server->handler.context);
    }
    refuse(connection, AMPD_REFUSED_MESSAGE);
}

/* False where the connection is no more. */
static bool take_packet(struct connection *connection, const unsigned char *bytes, size_t size) {
    struct ampd_server *server = connection->server;
    struct ampd_message message;
    struct fail why = {0};
    if (!ampd_message_read(bytes, size, &message, &why)) {
        bad_packet(connection, &why);
        return false;
    }
    if (message.sequence <= connection->heard ||
        (message.kind != AMPD_HEARTBEAT && message.kind != AMPD_QUERY)) {
        fail_set(&why, FAIL_INVALID, "a packet that does not belong here or comes twice");
        bad_packet(connection, &why);
        return false;
    }
    connection->heard = message.sequence;
    if (message.kind == AMPD_HEARTBEAT) {
        if (!take_player(connection)) {
            refuse(connection, AMPD_REFUSED_BUSY);
            return false;
        }
        server->handler.heard(server->handler.context, &message.demand);
    }
    send_report(connection);
    return true;
}

static int on_packet(sd_event_source *source, int fd, uint32_t events, void *context) {
    struct connection *connection = context;
    (void)source;
    (void)events;
    for (int i = 0; i < PACKETS_A_TURN; i++) {
        unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
        ssize_t size = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
            return 0;
        }
        if (size <= 0) { /* the end; an empty packet is one too, and no message of ours */
            end_connection(connection);
            return 0;
        }
        if (!take_packet(connection, bytes, (size_t)size)) {
            return 0;
        }
    }
    return 0;
}

static bool may_connect(const struct ampd_server *server, uid_t uid) {
    if (uid == 0 || uid == geteuid()) {
        return true;
    }
    for (size_t i = 0; i < server->uids_count; i++) {
        if (server->uids[i] == uid) {
            return true;
        }
    }
    return false;
}

static struct connection *free_connection(struct ampd_server *server) {
    for (size_t i = 0; i < AMPD_CONNECTIONS_MAX; i++) {
        if (server->connections[i].fd < 0) {
            return &server->connections[i];
        }
    }
    return NULL;
}

/* Takes fd. */
static void admit(struct ampd_server *server, int fd) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    struct connection stranger = {.server = server, .fd = fd};
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        close(fd);
        return;
    }
    if (!may_connect(server, peer.uid)) {
        log_warning("user %u (process %d) is refused: not root, not ours, not a --peer-uid",
                    (unsigned)peer.uid, (int)peer.pid);
        refuse(&stranger, AMPD_REFUSED_RIGHTS);
        return;
    }
    struct connection *connection = free_connection(server);
    if (connection == NULL) {
        refuse(&stranger, AMPD_REFUSED_BUSY);
        return;
    }
    *connection = (struct connection){.server = server, .fd = fd, .pid = peer.pid};
    if (sd_event_add_io(server->event, &connection->source, fd, EPOLLIN, on_packet, connection) <
        0) {
        end_connection(connection);
    }
}

static int on_connection(sd_event_source *source, int fd, uint32_t events, void *context) {
    (void)source;
    (void)events;
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (peer >= 0) {
        admit(context, peer);
    }
    return 0;
}

static bool listen_at(struct ampd_server *server, const char *path, struct fail *why) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) {
        return fail_set(why, FAIL_LIMIT, "the socket's path is longer than %zu bytes: %s",
                        sizeof address.sun_path - 1, path);
    }
    memcpy(address.sun_path, path, length + 1);
    if (unlink(path) != 0 && errno != ENOENT) {
        return fail_system(why, errno, "cannot listen at %s", path);
    }
    server->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* The mode is there before the name is: nobody else gets in between. */
    mode_t mask = umask(0177);
    bool bound =
        server->fd >= 0 && bind(server->fd, (struct sockaddr *)&address, sizeof address) == 0;
    int error = errno;
    umask(mask);
    if (!bound) {
        return fail_system(why, error, "cannot listen at %s", path);
    }
    memcpy(server->path, address.sun_path, sizeof server->path);
    return listen(server->fd, AMPD_CONNECTIONS_MAX) == 0 ||
           fail_system(why, errno, "cannot listen at %s", path);
}

bool ampd_server_create(sd_event *event, const char *path, const uint32_t *uids, size_t uids_count,
                        const struct ampd_server_handler *handler, struct ampd_server **ret_server,
                        struct fail *why) {
    struct ampd_server *server = memory_new(sizeof *server);
    server->handler = *handler;
    server->fd = -1;
    server->event = event;
    server->uids_count = uids_count < UIDS_MAX ? uids_count : UIDS_MAX;
    for (size_t i = 0; i < server->uids_count; i++) {
        server->uids[i] = uids[i];
    }
    for (size_t i = 0; i < AMPD_CONNECTIONS_MAX; i++) {
        server->connections[i] = (struct connection){.server = server, .fd = -1};
    }
    if (!listen_at(server, path, why)) {
        ampd_server_destroy(server);
        return false;
    }
    int status =
        sd_event_add_io(event, &server->source, server->fd, EPOLLIN, on_connection, server);
    if (status < 0) {
        ampd_server_destroy(server);
        return fail_system(why, -status, "cannot wait for connections");
    }
    *ret_server = server;
    return true;
}

void ampd_server_destroy(struct ampd_server *server) {
    if (server == NULL) {
        return;
    }
    server->player = NULL; /* its end is ours: nobody needs to be told */
    for (size_t i = 0; i < AMPD_CONNECTIONS_MAX; i++) {
        if (server->connections[i].fd >= 0) {
            refuse(&server->connections[i], AMPD_REFUSED_ENDING);
        }
    }
    sd_event_source_disable_unref(server->source);
    if (server->fd >= 0) {
        close(server->fd);
    }
    if (server->path[0] != '\0') {
        unlink(server->path);
    }
    memory_free_pointer(&server);
}

void ampd_server_publish(struct ampd_server *server) {
    if (server->player != NULL) {
        send_report(server->player);
    }
}
