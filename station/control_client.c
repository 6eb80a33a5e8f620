#include "station/control_client.h"

#include "base/memory.h"
#include "base/monotime.h"
#include "station/control.h"
#include "station/settings.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Milliseconds left until `end`, at least 0. */
static int left_ms(struct monotime end) {
    int64_t left = monotime_diff_ns(end, monotime_now()) / MONOTIME_MS;
    return left > 0 ? (int)left : 0;
}

static bool wait_for(int fd, short events, struct monotime end, struct fail *why) {
    struct pollfd one = {.fd = fd, .events = events};
    for (;;) {
        int ready = poll(&one, 1, left_ms(end));
        if (ready > 0) {
            return true;
        }
        if (ready == 0) {
            return fail_set(why, FAIL_TIMEOUT, "loaxad did not answer in time: see 'loaxa doctor'");
        }
        if (errno != EINTR) {
            return fail_system(why, errno, "cannot wait for loaxad");
        }
    }
}

static bool send_line(int fd, const char *line, struct monotime end, struct fail *why) {
    size_t left = strlen(line);
    while (left != 0) {
        ssize_t sent = send(fd, line, left, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            line += sent;
            left -= (size_t)sent;
        } else if (errno == EAGAIN) {
            if (!wait_for(fd, POLLOUT, end, why)) {
                return false;
            }
        } else if (errno != EINTR) {
            return fail_system(why, errno, "loaxad closed the connection");
        }
    }
    return true;
}

/* Reads until a newline; the length without it. */
static bool receive_line(int fd, char *line, size_t *ret_length, struct monotime end,
                         struct fail *why) {
    size_t length = 0;
    for (;;) {
        if (!wait_for(fd, POLLIN, end, why)) {
            return false;
        }
        ssize_t got = recv(fd, line + length, CONTROL_LINE_MAX - length, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            continue;
        }
        if (got <= 0) {
            return fail_system(why, got < 0 ? errno : ECONNRESET, "loaxad closed the connection");
        }
        char *newline = memchr(line + length, '\n', (size_t)got);
        length += (size_t)got;
        if (newline != NULL) {
            *ret_length = (size_t)(newline - line);
            return true;
        }
        if (length == CONTROL_LINE_MAX) {
            return fail_set(why, FAIL_CORRUPT, "the answer of loaxad makes no sense");
        }
    }
}

static bool exchange(int fd, const json_t *request, struct monotime end, json_t **ret_answer,
                     struct fail *why) {
    memory_auto char *line = control_write(request, why);
    memory_auto char *answer = memory_new(CONTROL_LINE_MAX);
    size_t length = 0;
    return line != NULL && send_line(fd, line, end, why) &&
           receive_line(fd, answer, &length, end, why) &&
           control_read(answer, length, ret_answer, why);
}

/* A connection, or -1; *ret_result tells of nobody from broken. */
static int connect_to(const char *path, enum control_result *ret_result, struct fail *why) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    *ret_result = CONTROL_BROKEN;
    if (strlen(path) >= sizeof address.sun_path) {
        fail_set(why, FAIL_LIMIT,
                 "the path of the socket is too long (%zu bytes at most): set run "
                 "in [paths] of settings.ini to a short folder",
                 sizeof address.sun_path - 1);
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        fail_system(why, errno, "cannot open a socket");
        return -1;
    }
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
        return fd;
    }
    int error = errno;
    close(fd);
    if (error == ENOENT || error == ECONNREFUSED || error == ENOTDIR) {
        *ret_result = CONTROL_NOBODY;
        fail_set(why, FAIL_NOT_FOUND,
                 "loaxad is not running for this station: start it with "
                 "'systemctl start loaxad' or './dev run'");
    } else {
        fail_system(why, error, "cannot reach loaxad at %s", path);
    }
    return -1;
}

enum control_result control_call(const char *path, const json_t *request, int timeout_ms,
                                 json_t **ret_answer, struct fail *why) {
    struct monotime end = monotime_add(monotime_now(), timeout_ms * MONOTIME_MS);
    enum control_result result;
    int fd = connect_to(path, &result, why);
    if (fd < 0) {
        return result;
    }
    json_t *answer = NULL;
    bool ok = exchange(fd, request, end, &answer, why);
    close(fd);
    if (!ok) {
        return CONTROL_BROKEN;
    }
    result = control_is_done(answer, why) ? CONTROL_DONE : CONTROL_REFUSED;
    if (result == CONTROL_DONE && ret_answer != NULL) {
        *ret_answer = answer;
    } else {
        json_decref(answer);
    }
    return result;
}

enum control_result control_client_call(const char *station, const json_t *request, int timeout_ms,
                                        json_t **ret_answer, struct fail *why) {
    struct settings settings;
    char run[SETTINGS_PATH_SIZE];
    if (!settings_load(station, &settings, why) ||
        !settings_path(station, settings.run, run, why)) {
        return CONTROL_BROKEN;
    }
    memory_auto char *path = memory_format("%s/loaxad.sock", run);
    return control_call(path, request, timeout_ms, ret_answer, why);
}
