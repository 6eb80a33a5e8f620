#include "station/ampd_client.h"

#include "base/words.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { RETRY_MS = 500, ANSWER_MS = 1500, PACKETS_A_TURN = 32 };

_Static_assert(sizeof((struct ampd_client *)0)->path == sizeof((struct sockaddr_un *)0)->sun_path,
               "a path fits both");

static void arrange(struct ampd_client *client);

static struct monotime after_ms(struct monotime t, int64_t ms) {
    return monotime_add(t, ms * MONOTIME_MS);
}

/* Tells once of each change. words: NULL where it answers. */
static void tell_link(struct ampd_client *client, const char *words) {
    bool up = words == NULL;
    const char *told = up ? "" : words;
    if (up == client->up && strcmp(client->words, told) == 0) {
        return;
    }
    client->up = up;
    snprintf(client->words, sizeof client->words, "%s", told);
    if (client->handler.link_changed != NULL) {
        client->handler.link_changed(client->handler.context, up, words);
    }
}

static void disconnect(struct ampd_client *client, struct monotime now, const char *words) {
    client->io = sd_event_source_disable_unref(client->io);
    if (client->fd >= 0) {
        close(client->fd);
    }
    client->fd = -1;
    client->beat_due = after_ms(now, RETRY_MS);
    tell_link(client, words);
}

/* A connected socket that does not block, or -1 and errno. A unix socket connects at once or not
 * at all. */
static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

static bool path_fits(const char *path, struct fail *why) {
    size_t size = sizeof((struct sockaddr_un *)0)->sun_path;
    return strlen(path) < size ||
           fail_set(why, FAIL_LIMIT, "the socket's path is longer than %zu bytes: %s", size - 1,
                    path);
}

static void say(struct ampd_client *client, struct monotime now) {
    struct ampd_message message = {
        .kind = AMPD_HEARTBEAT, .sequence = ++client->said, .demand = client->demand};
    unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
    size_t size = ampd_message_write(&message, bytes);
    client->beat_due = after_ms(now, AMPD_HEARTBEAT_MS);
    ssize_t sent = send(client->fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        disconnect(client, now, tr("the amplifier control has gone"));
    }
}

/* Something other is wanted: it is said at once. */
static void changed(struct ampd_client *client) {
    if (client->fd >= 0) {
        say(client, monotime_now());
    }
    arrange(client);
}

static void take_report(struct ampd_client *client, const struct ampd_report *report,
                        struct monotime now) {
    bool first = !client->up;
    struct ampd_report before = client->report;
    client->report = *report;
    client->heard_at = now;
    tell_link(client, NULL);
    for (int zone = 0; zone < RELAY_ZONES_MAX && client->handler.zone_changed != NULL; zone++) {
        const struct ampd_zone_report *old = &before.zone[zone], *new = &report->zone[zone];
        if ((report->zones >> zone & 1) != 0 &&
            (first || old->state != new->state || old->cause != new->cause ||
             old->permit != new->permit)) {
            client->handler.zone_changed(client->handler.context, zone, new);
        }
    }
}

/* False where the connection is no more. */
static bool take_packet(struct ampd_client *client, const void *bytes, size_t size,
                        struct monotime now) {
    struct ampd_message message;
    struct fail why = {0};
    if (!ampd_message_read(bytes, size, &message, &why)) {
        disconnect(client, now, why.sentence);
        return false;
    }
    if (message.kind == AMPD_REFUSAL) {
        disconnect(client, now, ampd_refusal_text(message.refusal));
        return false;
    }
    if (message.kind == AMPD_REPORT && message.sequence > client->heard) {
        client->heard = message.sequence;
        take_report(client, &message.report, now);
    }
    return true;
}

bool ampd_client_init(struct ampd_client *client, const char *path,
                      const struct ampd_client_handler *handler, struct fail *why) {
    if (!path_fits(path, why)) {
        return false;
    }
    *client = (struct ampd_client){.handler = *handler, .fd = -1};
    memcpy(client->path, path, strlen(path) + 1);
    return true;
}

void ampd_client_finish(struct ampd_client *client) {
    client->io = sd_event_source_disable_unref(client->io);
    client->timer = sd_event_source_disable_unref(client->timer);
    if (client->fd >= 0) {
        close(client->fd);
    }
    client->fd = -1;
}

void ampd_client_want(struct ampd_client *client, zone_set zones, const struct permit *permit) {
    struct amplifier_demand demand = {.cut = client->demand.cut};
    if (zones != 0 && permit != NULL) {
        demand.wants_count = 1;
        demand.wants[0] = (struct amplifier_want){.zones = zones, .permit = *permit};
    }
    ampd_client_demand(client, &demand);
}

static bool same_want(const struct amplifier_want *a, const struct amplifier_want *b) {
    return a->zones == b->zones && a->permit.id == b->permit.id &&
           a->permit.class == b->permit.class &&
           a->permit.not_before.us == b->permit.not_before.us &&
           a->permit.not_after.us == b->permit.not_after.us &&
           a->permit.deadline.ns == b->permit.deadline.ns && a->permit.zones == b->permit.zones &&
           a->permit.crosses_quiet_hours == b->permit.crosses_quiet_hours;
}

void ampd_client_demand(struct ampd_client *client, const struct amplifier_demand *demand) {
    bool same =
        client->demand.cut == demand->cut && client->demand.wants_count == demand->wants_count;
    for (uint32_t i = 0; same && i < demand->wants_count && i < AMPLIFIER_WANTS_MAX; i++) {
        same = same_want(&client->demand.wants[i], &demand->wants[i]);
    }
    client->demand = *demand;
    if (!same) {
        changed(client);
    }
}

void ampd_client_cut(struct ampd_client *client, zone_set zones) {
    if (client->demand.cut != zones) {
        client->demand.cut = zones;
        changed(client);
    }
}

const struct ampd_report *ampd_client_report(const struct ampd_client *client) {
    return client->up ? &client->report : NULL;
}

zone_set ampd_client_ready(const struct ampd_client *client) {
    zone_set ready = 0;
    for (int zone = 0; client->up && zone < RELAY_ZONES_MAX; zone++) {
        if ((client->report.zones >> zone & 1) != 0 &&
            client->report.zone[zone].state == AMPLIFIER_READY) {
            ready |= UINT32_C(1) << zone;
        }
    }
    return ready;
}

static int32_t longest(const struct ampd_client *client, zone_set zones, bool lead) {
    struct amplifier_settings usual = amplifier_settings_default(1, NULL);
    int32_t otherwise = lead ? amplifier_lead_ms(&usual, 0) : amplifier_tail_ms(&usual, 0);
    int32_t most = client->report.zones != 0 ? 0 : otherwise;
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if ((client->report.zones & zones & UINT32_C(1) << zone) != 0) {
            const struct ampd_zone_report *report = &client->report.zone[zone];
            int32_t ms = lead ? report->lead_ms : report->tail_ms;
            most = ms > most ? ms : most;
        }
    }
    return most;
}

int32_t ampd_client_lead_ms(const struct ampd_client *client, zone_set zones) {
    return longest(client, zones, true);
}

int32_t ampd_client_tail_ms(const struct ampd_client *client, zone_set zones) {
    return longest(client, zones, false);
}

int ampd_client_descriptor(const struct ampd_client *client) {
    return client->fd;
}

void ampd_client_dispatch(struct ampd_client *client, struct monotime now) {
    for (int i = 0; i < PACKETS_A_TURN && client->fd >= 0; i++) {
        unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
        ssize_t size = recv(client->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
            break;
        }
        if (size <= 0) {
            disconnect(client, now, tr("the amplifier control has gone"));
            break;
        }
        if (!take_packet(client, bytes, (size_t)size, now)) {
            break;
        }
    }
    arrange(client);
}

static void try_to_connect(struct ampd_client *client, struct monotime now) {
    int fd = connect_to(client->path);
    if (fd < 0) {
        struct fail why = {0};
        fail_system(&why, errno, "the amplifier control is not there (%s)", client->path);
        disconnect(client, now, why.sentence);
        return;
    }
    client->fd = fd;
    client->said = client->heard = 0;
    client->heard_at = now;
    say(client, now);
}

struct monotime ampd_client_tick(struct ampd_client *client, struct monotime now) {
    if (!monotime_before(now, client->beat_due)) {
        if (client->fd < 0) {
            try_to_connect(client, now);
        } else if (monotime_before(after_ms(client->heard_at, ANSWER_MS), now)) {
            disconnect(client, now, tr("the amplifier control does not answer"));
        } else {
            say(client, now);
        }
    }
    arrange(client);
    return client->beat_due;
}

/* ---- in an sd-event loop ----------------------------------------------------------------- */

static int on_io(sd_event_source *source, int fd, uint32_t events, void *context) {
    (void)source;
    (void)fd;
    (void)events;
    ampd_client_dispatch(context, monotime_now());
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t us, void *context) {
    (void)source;
    (void)us;
    ampd_client_tick(context, monotime_now());
    return 0;
}

/* Brings the loop's sources up to date. Where it cannot watch a new connection it lets go of it:
 * the next tick tries again. */
static void arrange(struct ampd_client *client) {
    if (client->event == NULL) {
        return;
    }
    if (client->io == NULL && client->fd >= 0 &&
        sd_event_add_io(client->event, &client->io, client->fd, EPOLLIN, on_io, client) < 0) {
        disconnect(client, monotime_now(), tr("the amplifier control has gone"));
    }
    sd_event_source_set_time(client->timer, (uint64_t)(client->beat_due.ns / 1000 + 1));
    sd_event_source_set_enabled(client->timer, SD_EVENT_ONESHOT);
}

bool ampd_client_attach(struct ampd_client *client, sd_event *event, struct fail *why) {
    int status =
        sd_event_add_time(event, &client->timer, CLOCK_BOOTTIME, 0, 5000, on_timer, client);
    if (status < 0) {
        return fail_system(why, -status, "cannot start the event loop");
    }
    client->event = event;
    arrange(client);
    return true;
}

/* ---- one question ------------------------------------------------------------------------ */

bool ampd_client_query(const char *path, int timeout_ms, struct ampd_report *ret_report,
                       struct fail *why) {
    if (!path_fits(path, why)) {
        return false;
    }
    int fd = connect_to(path);
    if (fd < 0) {
        return fail_system(why, errno, "the amplifier control is not there (%s)", path);
    }
    unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
    struct ampd_message message = {.kind = AMPD_QUERY, .sequence = 1};
    size_t size = ampd_message_write(&message, bytes);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    bool ok = false;
    ssize_t got = -1;
    if (send(fd, bytes, size, MSG_NOSIGNAL) == (ssize_t)size && poll(&wait, 1, timeout_ms) == 1) {
        got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    }
    if (got <= 0) {
        fail_set(why, FAIL_TIMEOUT, "the amplifier control does not answer");
    } else if (ampd_message_read(bytes, (size_t)got, &message, why)) {
        ok = message.kind == AMPD_REPORT ||
             fail_set(why, FAIL_REFUSED, "%s", ampd_refusal_text(message.refusal));
    }
    close(fd);
    if (ok) {
        *ret_report = message.report;
    }
    return ok;
}
