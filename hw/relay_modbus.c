#include "hw/relay_modbus.h"

#include "hw/modbus_child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <modbus/modbus.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND_MS = 1500, FRESH_MS = 3000, LAST_WORDS_MS = 2000, FROM_CHILD = 0, FROM_TIMER = 1 };

static bool number_of(const char *text, long least, long most, int *ret_number) {
    char *end;
    long number = strtol(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number < least || number > most) {
        return false;
    }
    *ret_number = (int)number;
    return true;
}

static bool parse_key(struct modbus_address *address, char *word) {
    char *value = strchr(word, '=');
    if (value == NULL) {
        return false;
    }
    *value++ = '\0';
    if (strcmp(word, "unit") == 0) {
        return number_of(value, 1, 247, &address->unit);
    }
    if (address->device[0] == '\0') {
        return strcmp(word, "port") == 0 && number_of(value, 1, 65535, &address->port);
    }
    if (strcmp(word, "baud") == 0) {
        return number_of(value, 1200, 115200, &address->baud);
    }
    address->parity = value[0];
    return strcmp(word, "parity") == 0 && value[0] != '\0' && value[1] == '\0' &&
           strchr("NEO", value[0]) != NULL;
}

bool modbus_address_parse(const char *text, struct modbus_address *ret_address, struct fail *why) {
    char words[256];
    struct modbus_address address = {.baud = 9600, .parity = 'N', .port = 502, .unit = 1};
    bool ok = strlen(text) < sizeof words;
    if (ok) {
        strcpy(words, text);
        char *rest = words, *first = strsep(&rest, ","), *word;
        struct in_addr digits;
        if (first[0] == '/') {
            ok = strlen(first) < sizeof address.device;
            snprintf(address.device, sizeof address.device, "%s", first);
        } else {
            ok = inet_pton(AF_INET, first, &digits) == 1;
            snprintf(address.host, sizeof address.host, "%s", first);
        }
        while (ok && (word = strsep(&rest, ",")) != NULL) {
            ok = parse_key(&address, word);
        }
    }
    if (!ok) {
        return fail_set(why, FAIL_INVALID,
                        "a Modbus is written as modbus:/dev/ttyUSB0,baud=9600,parity=N,unit=1 or "
                        "modbus:192.168.1.50,port=502,unit=1, which '%.80s' is not",
                        text);
    }
    *ret_address = address;
    return true;
}

bool relay_modbus_coils(const struct wiring *wiring, int ret_coils[RELAY_ZONES_MAX][2],
                        struct fail *why) {
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        for (int line = 0; line < 2; line++) {
            const char *name = wiring->wires[zone][line].name;
            ret_coils[zone][line] = -1;
            if (name[0] != '\0' && !number_of(name, 0, 65535, &ret_coils[zone][line])) {
                return fail_set(why, FAIL_INVALID,
                                "a Modbus relay is a coil's number from 0 to 65535, not '%s'",
                                name);
            }
        }
    }
    return true;
}

static void set_deadline(struct relay_modbus *modbus) {
    struct itimerspec at = {0};
    if (modbus->pending > 0) {
        modbus->deadline = monotime_add(monotime_now(), COMMAND_MS * MONOTIME_MS);
        at.it_value.tv_sec = modbus->deadline.ns / MONOTIME_SECOND;
        at.it_value.tv_nsec = modbus->deadline.ns % MONOTIME_SECOND;
    }
    timerfd_settime(modbus->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void end_child(struct relay_modbus *modbus, bool at_once) {
    if (modbus->socket >= 0) {
        close(modbus->socket); /* takes it out of the epoll set too */
        modbus->socket = -1;
    }
    if (modbus->child > 0) {
        for (int i = 0; !at_once && i < LAST_WORDS_MS / 20; i++) {
            if (waitpid(modbus->child, NULL, WNOHANG) == modbus->child) {
                modbus->child = 0;
                break;
            }
            nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
        }
        if (modbus->child > 0) {
            kill(modbus->child, SIGKILL);
            waitpid(modbus->child, NULL, 0);
        }
        modbus->child = 0;
    }
    modbus->pending = 0;
    modbus->read_at.ns = 0;
    set_deadline(modbus);
}

static bool start_child(struct relay_modbus *modbus, struct fail *why) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return fail_system(why, errno, "cannot start the Modbus helper");
    }
    pid_t child = fork();
    if (child == 0) {
        close(pair[0]);
        modbus_child_run(&modbus->address, &modbus->wiring, (const int(*)[2])modbus->coils,
                         pair[1]);
    }
    int error = errno;
    close(pair[1]);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = FROM_CHILD};
    modbus->socket = pair[0];
    modbus->child = child;
    if (child < 0 || fcntl(pair[0], F_SETFL, O_NONBLOCK) != 0 ||
        epoll_ctl(modbus->epoll, EPOLL_CTL_ADD, pair[0], &event) != 0) {
        error = child < 0 ? error : errno;
        end_child(modbus, true);
        return fail_system(why, error, "cannot start the Modbus helper");
    }
    return true;
}

static bool modbus_set(struct relay *relay, const struct relay_edge *edge, struct fail *why) {
    struct relay_modbus *modbus = (struct relay_modbus *)relay;
    struct modbus_command command = {
        .number = 1, .zone = edge->zone, .line = (int32_t)edge->line, .state = edge->state ? 1 : 0};
    if (modbus->socket < 0 && !start_child(modbus, why)) {
        return false;
    }
    if (send(modbus->socket, &command, sizeof command, MSG_NOSIGNAL | MSG_DONTWAIT) !=
        (ssize_t)sizeof command) {
        int error = errno;
        end_child(modbus, true);
        return fail_system(why, error, "the Modbus helper does not work");
    }
    modbus->pending_zones |= UINT32_C(1) << edge->zone;
    if (modbus->pending++ == 0) {
        set_deadline(modbus);
    }
    return true;
}

static void note_failure(struct relay_modbus *modbus, zone_set zones, int error) {
    modbus->failed |= zones;
    fail_set(&modbus->why, FAIL_DEVICE, "the Modbus %s does not do it: %s",
             modbus->address.device[0] != '\0' ? modbus->address.device : modbus->address.host,
             modbus_strerror(error));
}

static void take_answer(struct relay_modbus *modbus, const struct modbus_answer *answer) {
    bool regular = answer->number == 0;
    if (answer->error != 0) {
        modbus->read_at.ns = 0;
        note_failure(modbus, regular ? modbus->wiring.zones : UINT32_C(1) << (answer->zone & 31),
                     answer->error);
    } else {
        modbus->lines[0] = answer->lines[0];
        modbus->lines[1] = answer->lines[1];
        if (regular) { /* an answer to a command knows its own zone only */
            modbus->read_at = monotime_now();
        }
    }
    if (!regular && modbus->pending > 0) {
        modbus->pending--;
        modbus->pending_zones = modbus->pending > 0 ? modbus->pending_zones : 0;
        set_deadline(modbus);
    }
}

static void hear_child(struct relay_modbus *modbus) {
    struct modbus_answer answer;
    while (modbus->socket >= 0) {
        ssize_t size = recv(modbus->socket, &answer, sizeof answer, 0);
        if (size == (ssize_t)sizeof answer) {
            take_answer(modbus, &answer);
        } else if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        } else { /* it died: whatever it was doing is not known to be done */
            note_failure(modbus, modbus->wiring.zones, EPIPE);
            end_child(modbus, true);
        }
    }
}

static zone_set modbus_dispatch(struct relay *relay, struct fail *why) {
    struct relay_modbus *modbus = (struct relay_modbus *)relay;
    uint64_t rung;
    hear_child(modbus);
    if (read(modbus->timer, &rung, sizeof rung) == (ssize_t)sizeof rung && modbus->pending > 0) {
        note_failure(modbus, modbus->pending_zones, ETIMEDOUT);
        modbus->pending_zones = 0;
        end_child(modbus, true);
    }
    zone_set failed = modbus->failed;
    modbus->failed = 0;
    if (failed != 0 && why != NULL) {
        *why = modbus->why;
    }
    return failed;
}

static bool modbus_read(struct relay *relay, int zone, enum relay_line line, bool *ret_state,
                        struct fail *why) {
    struct relay_modbus *modbus = (struct relay_modbus *)relay;
    bool fresh = modbus->read_at.ns != 0 &&
                 monotime_diff_ns(monotime_now(), modbus->read_at) < FRESH_MS * MONOTIME_MS;
    if (modbus->coils[zone][line] < 0 || !fresh) {
        return fail_set(why, FAIL_NOT_FOUND, "zone %d has no such relay line to read", zone);
    }
    *ret_state = (modbus->lines[line] >> zone & 1) != 0;
    return true;
}

static int modbus_descriptor(const struct relay *relay) {
    return ((const struct relay_modbus *)relay)->epoll;
}

static bool modbus_busy(const struct relay *relay) {
    const struct relay_modbus *modbus = (const struct relay_modbus *)relay;
    return modbus->pending > 0 || modbus->failed != 0;
}

static void modbus_finish(struct relay *relay) {
    struct relay_modbus *modbus = (struct relay_modbus *)relay;
    end_child(modbus, false); /* it switches off what it still can, and ends */
    close(modbus->timer);
    close(modbus->epoll);
}

static const struct relay_ops modbus_ops = {.name = "modbus",
                                            .set = modbus_set,
                                            .read = modbus_read,
                                            .descriptor = modbus_descriptor,
                                            .dispatch = modbus_dispatch,
                                            .busy = modbus_busy,
                                            .finish = modbus_finish};

bool relay_modbus_init(struct relay_modbus *modbus, const struct modbus_address *address,
                       const struct wiring *wiring, struct fail *why) {
    *modbus = (struct relay_modbus){.relay = {&modbus_ops},
                                    .address = *address,
                                    .wiring = *wiring,
                                    .socket = -1,
                                    .epoll = -1,
                                    .timer = -1};
    if (!relay_modbus_coils(wiring, modbus->coils, why)) {
        return false;
    }
    modbus->epoll = epoll_create1(EPOLL_CLOEXEC);
    modbus->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = FROM_TIMER};
    if (modbus->epoll < 0 || modbus->timer < 0 ||
        epoll_ctl(modbus->epoll, EPOLL_CTL_ADD, modbus->timer, &event) != 0) {
        fail_system(why, errno, "cannot start the Modbus helper");
        modbus_finish(&modbus->relay);
        return false;
    }
    if (!start_child(modbus, why)) {
        modbus_finish(&modbus->relay);
        return false;
    }
    return true;
}
