#include "hw/relay_sim.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *class_word(enum broadcast_class class) {
    switch (class) {
    case CLASS_TEST:
        return "test";
    case CLASS_NORMAL:
        return "normal";
    case CLASS_PRIORITY:
        return "priority";
    case CLASS_EMERGENCY:
        return "emergency";
    }
    return "unknown";
}

static size_t within_line(int length) {
    return length < 0
               ? 0
               : (length < RELAY_TRACE_LINE_SIZE ? (size_t)length : RELAY_TRACE_LINE_SIZE - 1);
}

size_t relay_trace_edge(const struct relay_edge *edge, char line[RELAY_TRACE_LINE_SIZE]) {
    char wall[WALLTIME_TEXT_SIZE], permit[384];
    walltime_format(edge->wall, wall);
    if (edge->permit.id == 0) {
        snprintf(permit, sizeof permit,
                 "\"permit\":null,\"permit_not_before\":null,\"permit_not_after\":null,"
                 "\"permit_deadline_ns\":null,\"class\":null,\"crosses_quiet_hours\":false");
    } else {
        char from[WALLTIME_TEXT_SIZE], until[WALLTIME_TEXT_SIZE];
        walltime_format(edge->permit.not_before, from);
        walltime_format(edge->permit.not_after, until);
        snprintf(permit, sizeof permit,
                 "\"permit\":%" PRIu64 ",\"permit_not_before\":\"%s\","
                 "\"permit_not_after\":\"%s\",\"permit_deadline_ns\":%" PRId64
                 ",\"class\":\"%s\",\"crosses_quiet_hours\":%s",
                 edge->permit.id, from, until, edge->permit.deadline.ns,
                 class_word(edge->permit.class),
                 edge->permit.crosses_quiet_hours ? "true" : "false");
    }
    return within_line(snprintf(line, RELAY_TRACE_LINE_SIZE,
                                "{\"wall\":\"%s\",\"boot_ns\":%" PRId64
                                ",\"zone\":%d,\"line\":\"%s\",\"state\":%d,\"cause\":\"%s\",%s}\n",
                                wall, edge->mono.ns, edge->zone, relay_line_word(edge->line),
                                edge->state ? 1 : 0, edge->cause, permit));
}

/* "0:3000" for each zone: the warm-ups, which the checker needs. At most 32 times 11 bytes. */
static void format_warm_ups(const struct amplifier_settings *settings, char *text, size_t size) {
    size_t length = 0;
    text[0] = '\0';
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if ((settings->zones >> zone & 1) != 0 && length < size) {
            length +=
                (size_t)snprintf(text + length, size - length, "%s\"%d\":%" PRId32,
                                 length > 0 ? "," : "", zone, settings->zone[zone].warm_up_ms);
        }
    }
}

size_t relay_trace_start(const struct amplifier_settings *settings, struct walltime wall,
                         struct monotime mono, char line[RELAY_TRACE_LINE_SIZE]) {
    char when[WALLTIME_TEXT_SIZE], quiet[FLOOR_TEXT_SIZE], warm_ups[512];
    walltime_format(wall, when);
    floor_format(&settings->floor, quiet);
    format_warm_ups(settings, warm_ups, sizeof warm_ups);
    return within_line(
        snprintf(line, RELAY_TRACE_LINE_SIZE,
                 "{\"wall\":\"%s\",\"boot_ns\":%" PRId64
                 ",\"start\":{\"format\":1,\"warm_up_ms\":{%s},\"settle_ms\":%" PRId32
                 ",\"heartbeat_timeout_ms\":%" PRId32 ",\"floor\":\"%s\",\"tz\":\"%.64s\"}}\n",
                 when, mono.ns, warm_ups, settings->settle_ms, settings->heartbeat_timeout_ms,
                 quiet, settings->floor.any ? zone_name(settings->floor.zone) : ""));
}

/* A line is whole or not there: a short write (a full disk) is cut off again. */
static bool append_line(struct relay_sim *sim, const char *line, size_t length, struct fail *why) {
    ssize_t written = write(sim->fd, line, length);
    if (written == (ssize_t)length) {
        return true;
    }
    int error = written < 0 ? errno : ENOSPC;
    if (written > 0) {
        off_t end = lseek(sim->fd, 0, SEEK_END);
        if (end < written || ftruncate(sim->fd, end - written) != 0) {
            error = errno; /* the torn line stays; the next start begins a new one */
        }
    }
    return fail_system(why, error, "cannot write the relay trace");
}

bool relay_sim_note_start(struct relay_sim *sim, const struct amplifier_settings *settings,
                          struct walltime wall, struct monotime mono, struct fail *why) {
    char line[RELAY_TRACE_LINE_SIZE];
    return append_line(sim, line, relay_trace_start(settings, wall, mono, line), why);
}

static bool sim_set(struct relay *relay, const struct relay_edge *edge, struct fail *why) {
    struct relay_sim *sim = (struct relay_sim *)relay;
    char line[RELAY_TRACE_LINE_SIZE];
    if (!append_line(sim, line, relay_trace_edge(edge, line), why)) {
        return false;
    }
    uint32_t bit = UINT32_C(1) << edge->zone;
    sim->lines[edge->line] =
        edge->state ? sim->lines[edge->line] | bit : sim->lines[edge->line] & ~bit;
    return true;
}

static bool sim_read(struct relay *relay, int zone, enum relay_line line, bool *ret_state,
                     struct fail *why) {
    (void)why;
    *ret_state = (((struct relay_sim *)relay)->lines[line] >> zone & 1) != 0;
    return true;
}

static void sim_finish(struct relay *relay) {
    struct relay_sim *sim = (struct relay_sim *)relay;
    close(sim->fd);
    sim->fd = -1;
}

static const struct relay_ops sim_ops = {
    .name = "sim", .set = sim_set, .read = sim_read, .finish = sim_finish};

bool relay_sim_init(struct relay_sim *sim, const char *path, struct fail *why) {
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
    if (fd < 0) {
        return fail_system(why, errno, "cannot open the relay trace %s", path);
    }
    /* A power cut can tear the last line; the next one begins a line of its own. */
    off_t end = lseek(fd, 0, SEEK_END);
    char last = '\n';
    if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n' && write(fd, "\n", 1) != 1) {
        int error = errno;
        close(fd);
        return fail_system(why, error, "cannot write the relay trace");
    }
    *sim = (struct relay_sim){.relay = {&sim_ops}, .fd = fd, .lines = {0, UINT32_MAX}};
    return true;
}
