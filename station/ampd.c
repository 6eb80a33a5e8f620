#include "station/ampd.h"

#include "base/logging.h"
#include "base/monotime.h"
#include "base/walltime.h"
#include "base/words.h"
#include "hw/feedback.h"
#include "hw/relay_kind.h"
#include "station/ampd_client.h"
#include "station/ampd_server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/timerfd.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

enum { RECHECK_MS = 250, READ_BACK_MS = 500, END_WITHIN_MS = 3000 };

struct ampd {
    struct amplifier amplifier;
    struct amplifier_output output;
    union relay_kind kind;
    struct relay *relay;    /* the driver in use; NULL before it is opened */
    struct relay_sim trace; /* what real relays were told; fd -1: the simulated one writes itself */
    bool trace_failed;
    struct feedback feedback;
    struct monotime checked_at; /* the last look at what the relays really do */
    zone_set failing;           /* zones whose relay did not take its last commands */
    bool odd_told;
    sd_event *event;
    sd_event_source *timer, *clock, *relay_io, *signals[2];
    int clock_fd;
    struct ampd_server *server;
    struct monotime end_by; /* once it is ending */
};

/* ---- the lock: one daemon a socket path -------------------------------------------------- */

static bool take_lock(const char *socket_path, int *ret_fd, struct fail *why) {
    char path[sizeof((struct ampd_options *)0)->socket_path + 8];
    snprintf(path, sizeof path, "%s.lock", socket_path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return fail_system(why, errno, "cannot lock %s", path);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int error = errno;
        close(fd);
        return error == EWOULDBLOCK
                   ? fail_set(why, FAIL_CONFLICT, "another loaxa-ampd runs at %s: stop it first",
                              socket_path)
                   : fail_system(why, error, "cannot lock %s", path);
    }
    *ret_fd = fd;
    return true;
}

/* ---- steps ------------------------------------------------------------------------------- */

/* Real relays leave a trace too, so that what they were told can be judged; where it cannot be
 * written they go on. */
static void trace_edge(struct ampd *ampd, const struct relay_edge *edge) {
    struct fail why = {0};
    if (ampd->trace.fd < 0) {
        return;
    }
    bool failed = !relay_set(&ampd->trace.relay, edge, &why);
    if (failed && !ampd->trace_failed) {
        log_error("%s", why.sentence);
    }
    ampd->trace_failed = failed;
}

/* Carries out the commands of a step; returns the zones whose relay did not take one. */
static zone_set carry_out(struct ampd *ampd) {
    zone_set failed = 0, tried = 0;
    for (size_t i = 0; i < ampd->output.edges_count; i++) {
        const struct relay_edge *edge = &ampd->output.edges[i];
        struct fail why = {0};
        zone_set bit = UINT32_C(1) << edge->zone;
        tried |= bit;
        if (relay_set(ampd->relay, edge, &why)) {
            trace_edge(ampd, edge);
            log_debug("zone %d: %s %d (%s)", edge->zone, relay_line_word(edge->line), edge->state,
                      edge->cause);
            continue;
        }
        failed |= bit;
        if ((ampd->failing & bit) == 0) {
            log_error("zone %d: %s", edge->zone, why.sentence);
        }
    }
    ampd->failing = (ampd->failing & ~tried) | failed;
    return failed;
}

static void tell_events(struct ampd *ampd) {
    for (size_t i = 0; i < ampd->output.events_count; i++) {
        const struct amplifier_event *event = &ampd->output.events[i];
        if (event->to != AMPLIFIER_MUTING && event->to != AMPLIFIER_RESTING) {
            log_info("zone %d: %s (%s)", event->zone, amplifier_state_text(event->to),
                     amplifier_cause_text(event->cause));
        }
    }
}

/* Arms the timer for the next thing that time alone brings. */
static void arm_timer(struct ampd *ampd, struct monotime now) {
    struct monotime at = ampd->output.wake_up;
    struct monotime recheck = monotime_add(now, RECHECK_MS * MONOTIME_MS);
    bool watched = !ampd->output.all_off || ampd->failing != 0 || ampd->end_by.ns != 0;
    if (relay_can_read(ampd->relay) && !relay_kind_is_sim(ampd->relay->ops->name)) {
        recheck = watched ? recheck : monotime_add(now, READ_BACK_MS * MONOTIME_MS);
        watched = true; /* "on without command" is looked for at all times */
    }
    if (watched && monotime_before(recheck, at)) {
        at = recheck;
    }
    if (at.ns == INT64_MAX) {
        sd_event_source_set_enabled(ampd->timer, SD_EVENT_OFF);
        return;
    }
    sd_event_source_set_time(ampd->timer, (uint64_t)(at.ns / 1000 + 1));
    sd_event_source_set_enabled(ampd->timer, SD_EVENT_ONESHOT);
}

/* One step and what follows of it: relays, words, reports, the next wake-up. */
static void step(struct ampd *ampd, const struct amplifier_input *input) {
    struct amplifier_input failure = {.kind = AMPLIFIER_RELAY_FAILED};
    bool changed = false;
    struct monotime now;
    /* A relay that fails asks for a step that switches it off, which may fail as well. */
    for (int turn = 0; turn < 3; turn++) {
        now = monotime_now();
        amplifier_step(&ampd->amplifier, walltime_now(), now, input, &ampd->output);
        failure.failed = carry_out(ampd);
        changed = changed || ampd->output.events_count > 0;
        tell_events(ampd);
        if (failure.failed == 0) {
            break;
        }
        input = &failure;
    }
    if (changed && ampd->server != NULL) {
        ampd_server_publish(ampd->server);
    }
    arm_timer(ampd, now);
    bool done = ampd->output.all_off && ampd->failing == 0 && !relay_busy(ampd->relay);
    if (ampd->end_by.ns != 0 && (done || !monotime_before(now, ampd->end_by))) {
        sd_event_exit(ampd->event, 0);
    }
}

/* ---- what happens ------------------------------------------------------------------------ */

/* A late failure: a program, a bus, a contact that does not follow. */
static void relays_failed(struct ampd *ampd, zone_set failed, const struct fail *why) {
    zone_set told = 0; /* a fault is told once, not at each attempt to switch off */
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        const struct amplifier_zone *zone = &ampd->amplifier.zones[i];
        bool known = zone->state == AMPLIFIER_FAULT && zone->cause == AMPLIFIER_RELAY;
        told |= known ? UINT32_C(1) << i : 0;
    }
    if ((failed & ~told) != 0) {
        log_error("relays of zones %08x: %s", (unsigned)failed, why->sentence);
    }
    ampd->failing |= failed;
    step(ampd, &(struct amplifier_input){.kind = AMPLIFIER_RELAY_FAILED, .failed = failed});
}

static void read_back(struct ampd *ampd) {
    struct monotime now = monotime_now();
    struct fail why = {0};
    if (monotime_diff_ns(now, ampd->checked_at) < RECHECK_MS * MONOTIME_MS) {
        return;
    }
    ampd->checked_at = now;
    zone_set wrong = feedback_check(&ampd->feedback, &ampd->amplifier, ampd->relay, now, &why);
    if (wrong != 0) {
        relays_failed(ampd, wrong, &why);
    }
}

static int on_timer(sd_event_source *source, uint64_t us, void *context) {
    (void)source;
    (void)us;
    step(context, NULL);
    read_back(context);
    return 0;
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *context) {
    struct ampd *ampd = context;
    (void)source;
    if (ampd->end_by.ns == 0) {
        log_notice("told to end (signal %d): everything is switched off", (int)info->ssi_signo);
        sd_notify(0, "STOPPING=1");
        ampd->end_by = monotime_add(monotime_now(), END_WITHIN_MS * MONOTIME_MS);
        amplifier_shut_down(&ampd->amplifier);
        step(ampd, NULL);
    }
    return 0;
}

/* The wall clock was stepped. */
static int on_clock(sd_event_source *source, int fd, uint32_t events, void *context) {
    struct ampd *ampd = context;
    uint64_t count;
    (void)source;
    (void)events;
    if (read(fd, &count, sizeof count) < 0 && errno == ECANCELED) {
        log_notice("the clock was set: permits and quiet hours are looked at again");
    }
    /* A timer in the far future, so that nothing but a step of the clock wakes it. */
    struct itimerspec far = {.it_value = {.tv_sec = INT64_C(32503680000)}};
    timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL);
    step(ampd, NULL);
    return 0;
}

static int on_relay(sd_event_source *source, int fd, uint32_t events, void *context) {
    struct ampd *ampd = context;
    struct fail why = {0};
    (void)source;
    (void)fd;
    (void)events;
    zone_set failed = relay_dispatch(ampd->relay, &why);
    if (failed != 0) {
        relays_failed(ampd, failed, &why);
    } else if (ampd->end_by.ns != 0) {
        step(ampd, NULL); /* what it waited for may be done */
    }
    return 0;
}

static void heard(void *context, const struct amplifier_demand *demand) {
    struct ampd *ampd = context;
    struct fail why = {0};
    bool good = amplifier_demand_check(&ampd->amplifier.settings, demand, monotime_now(), &why);
    if (!good && !ampd->odd_told) {
        log_error("the player asks for the impossible, so everything goes off: %s", why.sentence);
    }
    ampd->odd_told = !good;
    step(ampd, &(struct amplifier_input){.kind = AMPLIFIER_HEARD, .demand = demand});
    read_back(ampd); /* each heartbeat puts the timer off */
}

static void odd(void *context) {
    step(context, &(struct amplifier_input){.kind = AMPLIFIER_ODD_HEARD});
}

static void gone(void *context) {
    log_notice("the player is gone: everything is switched off");
    step(context, &(struct amplifier_input){.kind = AMPLIFIER_PLAYER_GONE});
}

static bool player_is_heard(void *context) {
    struct ampd *ampd = context;
    step(ampd, NULL);
    return ampd->amplifier.alive;
}

static void report(void *context, struct ampd_report *ret_report) {
    const struct amplifier *amplifier = &((struct ampd *)context)->amplifier;
    *ret_report = (struct ampd_report){.zones = amplifier->settings.zones};
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        const struct amplifier_zone *zone = &amplifier->zones[i];
        if ((ret_report->zones >> i & 1) == 0) {
            continue;
        }
        ret_report->zone[i] =
            (struct ampd_zone_report){.state = zone->state,
                                      .cause = zone->cause,
                                      .power = zone->power,
                                      .mute = zone->mute,
                                      .lead_ms = amplifier_lead_ms(&amplifier->settings, i),
                                      .tail_ms = amplifier_tail_ms(&amplifier->settings, i),
                                      .permit = zone->permit.id,
                                      .since = zone->since};
    }
}

/* ---- start and end ----------------------------------------------------------------------- */

/* Opens the driver, whichever it is, and the trace. */
static bool open_relay(struct ampd *ampd, const struct ampd_options *options, struct fail *why) {
    ampd->trace.fd = -1;
    if (!relay_kind_init(&ampd->kind, options->relay, options->lines, options->settings.zones,
                         options->trace_path, why)) {
        return false;
    }
    ampd->relay = &ampd->kind.relay;
    struct relay_sim *trace = &ampd->kind.sim;
    struct fail note = {0};
    if (!relay_kind_is_sim(options->relay)) {
        trace = &ampd->trace;
        if (options->trace_path[0] == '\0') {
            return true;
        }
        if (!relay_sim_init(trace, options->trace_path, &note)) {
            ampd->trace.fd = -1;
            log_error("%s", note.sentence);
            return true;
        }
    }
    if (options->task == AMPD_RUN &&
        !relay_sim_note_start(trace, &options->settings, walltime_now(), monotime_now(), &note)) {
        log_error("%s", note.sentence);
    }
    return true;
}

/* Everything off, before anybody can connect. A relay that fails is no reason to leave the others
 * without care: its zone begins with a fault. */
static void start_amplifier(struct ampd *ampd, const struct ampd_options *options) {
    amplifier_start(&ampd->amplifier, &options->settings, walltime_now(), monotime_now(),
                    &ampd->output);
    carry_out(ampd);
}

static bool watch(int status, struct fail *why) {
    return status >= 0 || fail_system(why, -status, "cannot start the event loop");
}

static bool watch_clock(struct ampd *ampd, struct fail *why) {
    ampd->clock_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (ampd->clock_fd < 0) {
        return fail_system(why, errno, "cannot start the event loop");
    }
    struct itimerspec far = {.it_value = {.tv_sec = INT64_C(32503680000)}};
    timerfd_settime(ampd->clock_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL);
    return watch(
        sd_event_add_io(ampd->event, &ampd->clock, ampd->clock_fd, EPOLLIN, on_clock, ampd), why);
}

static bool start_loop(struct ampd *ampd, struct fail *why) {
    static const int signals[] = {SIGTERM, SIGINT};
    if (!watch(sd_event_default(&ampd->event), why) ||
        !watch(
            sd_event_add_time(ampd->event, &ampd->timer, CLOCK_BOOTTIME, 0, 1000, on_timer, ampd),
            why) ||
        !watch(sd_event_source_set_priority(ampd->timer, -10), why) || !watch_clock(ampd, why)) {
        return false;
    }
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < 2; i++) {
        sigaddset(&set, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 2; i++) {
        if (!watch(sd_event_add_signal(ampd->event, &ampd->signals[i], signals[i], on_signal, ampd),
                   why)) {
            return false;
        }
    }
    int fd = relay_descriptor(ampd->relay);
    return fd < 0 ||
           watch(sd_event_add_io(ampd->event, &ampd->relay_io, fd, EPOLLIN, on_relay, ampd), why);
}

static void finish(struct ampd *ampd) {
    ampd_server_destroy(ampd->server);
    sd_event_source_disable_unref(ampd->relay_io);
    sd_event_source_disable_unref(ampd->signals[0]);
    sd_event_source_disable_unref(ampd->signals[1]);
    sd_event_source_disable_unref(ampd->clock);
    sd_event_source_disable_unref(ampd->timer);
    if (ampd->clock_fd >= 0) {
        close(ampd->clock_fd);
    }
    sd_event_unref(ampd->event);
    relay_finish(ampd->relay);
    if (ampd->trace.fd >= 0) {
        relay_finish(&ampd->trace.relay);
    }
}

static bool run_loop(struct ampd *ampd, const struct ampd_options *options, struct fail *why) {
    struct ampd_server_handler handler = {.context = ampd,
                                          .heard = heard,
                                          .odd = odd,
                                          .gone = gone,
                                          .player_is_heard = player_is_heard,
                                          .report = report};
    if (!start_loop(ampd, why) ||
        !ampd_server_create(ampd->event, options->socket_path, options->peers, options->peers_count,
                            &handler, &ampd->server, why)) {
        return false;
    }
    if (ampd->failing != 0) {
        step(ampd,
             &(struct amplifier_input){.kind = AMPLIFIER_RELAY_FAILED, .failed = ampd->failing});
    }
    char quiet[FLOOR_TEXT_SIZE];
    floor_format(&options->settings.floor, quiet);
    log_notice("ready at %s; relays: %s; quiet hours: %s", options->socket_path, options->relay,
               quiet);
    sd_event_set_watchdog(ampd->event, true);
    sd_notifyf(0, "READY=1\nSTATUS=%s", tr("ready, all amplifiers off"));
    int status = sd_event_loop(ampd->event);
    if (status < 0) {
        return fail_system(why, -status, "the event loop failed");
    }
    return ampd->failing == 0 ||
           fail_set(why, FAIL_DEVICE, "the relays of zones %08x could not be switched off",
                    (unsigned)ampd->failing);
}

bool ampd_run(const struct ampd_options *options, struct fail *why) {
    static struct ampd ampd; /* large; there is one a process */
    ampd = (struct ampd){.clock_fd = -1, .trace.fd = -1};
    int lock;
    if (!take_lock(options->socket_path, &lock, why)) {
        return false;
    }
    bool ok = open_relay(&ampd, options, why);
    if (ok) {
        start_amplifier(&ampd, options);
        ok = run_loop(&ampd, options, why);
    }
    finish(&ampd);
    close(lock);
    return ok;
}

/* ---- the other tasks --------------------------------------------------------------------- */

static bool switch_off(struct ampd *ampd, int zone, struct fail *why) {
    bool ok = true;
    for (int line = RELAY_MUTE; line >= RELAY_POWER; line--) {
        struct relay_edge edge = {.zone = zone,
                                  .line = (enum relay_line)line,
                                  .state = line == RELAY_MUTE,
                                  .cause = "all_off",
                                  .wall = walltime_now(),
                                  .mono = monotime_now()};
        bool done = relay_set(ampd->relay, &edge, why);
        if (done) {
            trace_edge(ampd, &edge);
        }
        ok = done && ok;
    }
    return ok;
}

/* Drivers that need time get it. */
static bool await_relays(struct ampd *ampd, struct fail *why) {
    struct monotime until = monotime_add(monotime_now(), END_WITHIN_MS * MONOTIME_MS);
    bool ok = true;
    while (relay_busy(ampd->relay)) {
        struct pollfd wait = {.fd = relay_descriptor(ampd->relay), .events = POLLIN};
        poll(&wait, 1, 100);
        ok = relay_dispatch(ampd->relay, why) == 0 && ok;
        if (!monotime_before(monotime_now(), until)) {
            return fail_set(why, FAIL_TIMEOUT, "the relays do not answer");
        }
    }
    return ok;
}

bool ampd_all_off(const struct ampd_options *options, struct fail *why) {
    static struct ampd ampd;
    ampd = (struct ampd){.clock_fd = -1, .trace.fd = -1};
    int lock = -1;
    if (options->socket_path[0] != '\0' && !take_lock(options->socket_path, &lock, why)) {
        return false;
    }
    bool ok = open_relay(&ampd, options, why);
    if (ok) {
        for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
            if ((options->settings.zones >> zone & 1) != 0) {
                ok = switch_off(&ampd, zone, why) && ok; /* one that fails keeps no other on */
            }
        }
        ok = await_relays(&ampd, why) && ok;
        finish(&ampd);
    }
    if (lock >= 0) {
        close(lock);
    }
    return ok;
}

static void print_zone_json(int number, const struct ampd_zone_report *zone, bool first) {
    printf("%s{\"zone\":%d,\"state\":\"%s\",\"cause\":\"%s\",\"power\":%s,\"mute\":%s,"
           "\"permit\":%" PRIu64 ",\"lead_ms\":%" PRId32 ",\"tail_ms\":%" PRId32 "}",
           first ? "" : ",", number, amplifier_state_word(zone->state),
           amplifier_cause_word(zone->cause), zone->power ? "true" : "false",
           zone->mute ? "true" : "false", zone->permit, zone->lead_ms, zone->tail_ms);
}

bool ampd_print_status(const struct ampd_options *options, struct fail *why) {
    struct ampd_report answer;
    if (!ampd_client_query(options->socket_path, 2000, &answer, why)) {
        return false;
    }
    bool first = true;
    fputs(options->json ? "[" : "", stdout);
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        if ((answer.zones >> i & 1) == 0) {
            continue;
        }
        if (options->json) {
            print_zone_json(i, &answer.zone[i], first);
        } else {
            printf(tr("zone %d: %s (%s)\n"), i, amplifier_state_text(answer.zone[i].state),
                   amplifier_cause_text(answer.zone[i].cause));
        }
        first = false;
    }
    fputs(options->json ? "]\n" : "", stdout);
    return fflush(stdout) == 0 || fail_system(why, errno, "cannot write the answer");
}
