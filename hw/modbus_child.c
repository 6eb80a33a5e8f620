#include "hw/modbus_child.h"

#include <errno.h>
#include <modbus/modbus.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOOK_MS = 500, ANSWER_US = 300000, TRIES = 2, CHILD_DESCRIPTOR = 3 };

struct bus {
    const struct modbus_address *address;
    const struct wiring *wiring;
    const int (*coils)[2];
    modbus_t *modbus;
    bool connected;
};

/* What a bus needs, and to start nothing; anything else is refused, not fatal. */
static void confine(void) {
    static const char *const allowed[] = {
        "read",          "write",        "readv",           "writev",         "recvfrom",
        "recvmsg",       "sendto",       "sendmsg",         "poll",           "ppoll",
        "select",        "pselect6",     "openat",          "close",          "fcntl",
        "ioctl",         "socket",       "connect",         "getsockopt",     "setsockopt",
        "clock_gettime", "nanosleep",    "clock_nanosleep", "gettimeofday",   "exit",
        "exit_group",    "rt_sigreturn", "rt_sigaction",    "rt_sigprocmask", "restart_syscall",
        "mmap",          "munmap",       "mprotect",        "mremap",         "brk",
        "fstat",         "newfstatat",   "lseek",           "futex",          "getrandom",
        "getpid",        "gettid",       "tgkill",          "sigaltstack",    "madvise",
        "getsockname",   "getpeername",  "write",           "shutdown",       "sched_yield"};
    const struct rlimit few = {16, 16}, none = {0, 0};
    setrlimit(RLIMIT_NOFILE, &few);
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &none);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        _exit(1);
    }
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        int number = seccomp_syscall_resolve_name(allowed[i]);
        if (number != __NR_SCMP_ERROR) {
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
        }
    }
    if (seccomp_load(filter) != 0) {
        _exit(1);
    }
    seccomp_release(filter);
}

static bool open_bus(struct bus *bus) {
    const struct modbus_address *address = bus->address;
    if (bus->modbus == NULL) {
        bus->modbus = address->device[0] != '\0'
                          ? modbus_new_rtu(address->device, address->baud, address->parity, 8, 1)
                          : modbus_new_tcp(address->host, address->port);
        if (bus->modbus == NULL) {
            return false;
        }
        modbus_set_slave(bus->modbus, address->unit);
        modbus_set_response_timeout(bus->modbus, 0, ANSWER_US);
        modbus_set_byte_timeout(bus->modbus, 0, ANSWER_US);
    }
    if (!bus->connected) {
        bus->connected = modbus_connect(bus->modbus) == 0;
    }
    if (bus->connected) {
        /* RTU answers carry no number: one that came too late would be taken for the next one's,
         * and every answer after it for its successor's. */
        modbus_flush(bus->modbus);
    }
    return bus->connected;
}

static void drop_bus(struct bus *bus) {
    int error = errno;
    if (bus->connected) {
        modbus_close(bus->modbus);
        bus->connected = false;
    }
    errno = error;
}

static bool write_line(struct bus *bus, int zone, int line, bool state) {
    int coil = bus->coils[zone][line];
    if (coil < 0) {
        return true;
    }
    bool current = state != bus->wiring->wires[zone][line].inverted;
    for (int i = 0; i < TRIES; i++) {
        if (open_bus(bus) && modbus_write_bit(bus->modbus, coil, current) == 1) {
            return true;
        }
        drop_bus(bus);
    }
    return false;
}

/* Reads one coil as a logical state. */
static bool read_line(struct bus *bus, int zone, int line, bool *ret_state) {
    uint8_t bit = 0;
    for (int i = 0; i < TRIES; i++) {
        if (open_bus(bus) && modbus_read_bits(bus->modbus, bus->coils[zone][line], 1, &bit) == 1) {
            *ret_state = (bit != 0) != bus->wiring->wires[zone][line].inverted;
            return true;
        }
        drop_bus(bus);
    }
    return false;
}

static bool look_at_zone(struct bus *bus, int zone, uint32_t lines[2]) {
    for (int line = 0; line < 2; line++) {
        bool state;
        if (bus->coils[zone][line] < 0) {
            continue;
        }
        if (!read_line(bus, zone, line, &state)) {
            return false;
        }
        uint32_t bit = UINT32_C(1) << zone;
        lines[line] = state ? lines[line] | bit : lines[line] & ~bit;
    }
    return true;
}

static bool look(struct bus *bus, uint32_t lines[2]) {
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if (!look_at_zone(bus, zone, lines)) {
            return false;
        }
    }
    return true;
}

/* Gives a dead bus up soon: nobody waits for this for ever. */
static void all_off(struct bus *bus) {
    int failures = 0;
    for (int zone = 0; zone < RELAY_ZONES_MAX && failures < 3; zone++) {
        failures += write_line(bus, zone, RELAY_MUTE, true) ? 0 : 1;
        failures += write_line(bus, zone, RELAY_POWER, false) ? 0 : 1;
    }
}

static bool command_is_sound(const struct modbus_command *command) {
    return command->number != 0 && command->zone >= 0 && command->zone < RELAY_ZONES_MAX &&
           (command->line == RELAY_POWER || command->line == RELAY_MUTE) &&
           (command->state == 0 || command->state == 1);
}

/* One command, or the regular look; false when the parent is gone. */
static bool serve(struct bus *bus, int socket, uint32_t lines[2]) {
    struct modbus_command command = {0};
    struct modbus_answer answer = {0};
    struct pollfd wait = {.fd = socket, .events = POLLIN};
    bool ok;
    if (poll(&wait, 1, LOOK_MS) > 0) {
        ssize_t size = recv(socket, &command, sizeof command, 0);
        if (size != sizeof command || !command_is_sound(&command)) {
            return false;
        }
        answer.number = command.number;
        answer.zone = command.zone;
        ok = write_line(bus, command.zone, command.line, command.state == 1) &&
             look_at_zone(bus, command.zone, lines);
    } else {
        ok = look(bus, lines);
    }
    answer.error = ok ? 0 : errno != 0 ? errno : EIO;
    answer.lines[0] = lines[0];
    answer.lines[1] = lines[1];
    return send(socket, &answer, sizeof answer, MSG_NOSIGNAL) == (ssize_t)sizeof answer;
}

void modbus_child_run(const struct modbus_address *address, const struct wiring *wiring,
                      const int coils[RELAY_ZONES_MAX][2], int socket) {
    uint32_t lines[2] = {0};
    struct bus bus = {address, wiring, coils, NULL, false};
    /* A service that is stopped tells the whole group: this one ends with its parent, after it. */
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    if (dup2(socket, CHILD_DESCRIPTOR) != CHILD_DESCRIPTOR) {
        _exit(1);
    }
    close_range(CHILD_DESCRIPTOR + 1, ~0U, 0);
    confine();
    while (serve(&bus, CHILD_DESCRIPTOR, lines)) {
    }
    all_off(&bus);
    _exit(0);
}
