#include "hw/relay_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { TIMER_KEY = RELAY_ZONES_MAX };

/* In a process group of its own, so that its children end with it. */
static int spawn(const char *program, const struct relay_edge *edge, pid_t *ret_pid) {
    char path[512], zone[8], line[8], state[2], cause[32];
    snprintf(path, sizeof path, "%s", program);
    snprintf(zone, sizeof zone, "%d", edge->zone);
    snprintf(line, sizeof line, "%s", relay_line_word(edge->line));
    snprintf(state, sizeof state, "%d", edge->state);
    snprintf(cause, sizeof cause, "%s", edge->cause);
    char *arguments[] = {path, zone, line, state, cause, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, 2, 1); /* what it says goes to the log */
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    int error = posix_spawn(ret_pid, path, &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

/* The timer rings at the first deadline of a program that runs. */
static void arm_timer(struct relay_exec *exec) {
    int64_t first = INT64_MAX;
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        const struct relay_exec_zone *zone = &exec->zones[i];
        if (zone->pid != 0 && !zone->killed && zone->deadline.ns < first) {
            first = zone->deadline.ns;
        }
    }
    struct itimerspec at = {0};
    if (first != INT64_MAX) {
        at.it_value.tv_sec = first / MONOTIME_SECOND;
        at.it_value.tv_nsec = first % MONOTIME_SECOND;
    }
    timerfd_settime(exec->timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static bool run(struct relay_exec *exec, const struct relay_edge *edge, struct fail *why) {
    struct relay_exec_zone *zone = &exec->zones[edge->zone];
    pid_t pid;
    int error = spawn(exec->program, edge, &pid);
    if (error != 0) {
        return fail_system(why, error, "cannot run the relay program %s", exec->program);
    }
    zone->pid = pid;
    zone->killed = false;
    zone->running = *edge;
    zone->deadline = monotime_add(monotime_now(), exec->timeout_ms * MONOTIME_MS);
    zone->pidfd = pidfd_open(pid, 0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)edge->zone};
    if (zone->pidfd < 0 || fcntl(zone->pidfd, F_SETFD, FD_CLOEXEC) != 0 ||
        epoll_ctl(exec->epoll, EPOLL_CTL_ADD, zone->pidfd, &event) != 0) {
        error = errno;
        kill(-pid, SIGKILL);
        waitpid(pid, NULL, 0);
        if (zone->pidfd >= 0) {
            close(zone->pidfd);
        }
        zone->pid = 0;
        return fail_system(why, error, "cannot run the relay program %s", exec->program);
    }
    arm_timer(exec);
    return true;
}

/* Mute goes before power, power before unmute. False where nothing waits. */
static bool take_next(struct relay_exec_zone *zone, struct relay_edge *ret_edge) {
    bool mutes = zone->waiting[RELAY_MUTE] && zone->next[RELAY_MUTE].state;
    enum relay_line line = mutes || !zone->waiting[RELAY_POWER] ? RELAY_MUTE : RELAY_POWER;
    if (!zone->waiting[line]) {
        return false;
    }
    zone->waiting[line] = false;
    *ret_edge = zone->next[line];
    return true;
}

static void note_failure(struct relay_exec *exec, int zone, const struct fail *why) {
    exec->failed |= UINT32_C(1) << zone;
    exec->why = *why;
}

static bool exec_set(struct relay *relay, const struct relay_edge *edge, struct fail *why) {
    struct relay_exec *exec = (struct relay_exec *)relay;
    struct relay_exec_zone *zone = &exec->zones[edge->zone];
    if (zone->pid == 0) {
        return run(exec, edge, why);
    }
    zone->waiting[edge->line] = true;
    zone->next[edge->line] = *edge;
    return true;
}

/* The zone's program ended: judges it, and runs the next. */
static void reap(struct relay_exec *exec, int number) {
    struct relay_exec_zone *zone = &exec->zones[number];
    siginfo_t info = {0};
    if (waitid(P_PIDFD, (id_t)zone->pidfd, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0) {
        return; /* newer kernels say it is readable a moment before it can be waited for */
    }
    /* A child that has not yet reached its exec still holds a copy: closing alone would leave it watched. */
    epoll_ctl(exec->epoll, EPOLL_CTL_DEL, zone->pidfd, NULL);
    close(zone->pidfd);
    zone->pid = 0;
    struct fail why = {0};
    if (zone->killed) {
        fail_set(&why, FAIL_TIMEOUT, "the relay program did not end in %d ms (zone %d, %s %d)",
                 exec->timeout_ms, number, relay_line_word(zone->running.line),
                 zone->running.state);
    } else if (info.si_code != CLD_EXITED || info.si_status != 0) {
        fail_set(&why, FAIL_DEVICE, "the relay program ended with status %d (zone %d, %s %d)",
                 info.si_status, number, relay_line_word(zone->running.line), zone->running.state);
    }
    if (why.code != FAIL_NONE) {
        note_failure(exec, number, &why);
    }
    struct relay_edge next;
    if (take_next(zone, &next) && !run(exec, &next, &why)) {
        note_failure(exec, number, &why);
    }
}

static void kill_late(struct relay_exec *exec) {
    struct monotime now = monotime_now();
    uint64_t rung;
    (void)!read(exec->timer, &rung, sizeof rung);
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        struct relay_exec_zone *zone = &exec->zones[i];
        if (zone->pid != 0 && !zone->killed && !monotime_before(now, zone->deadline)) {
            zone->killed = true;
            kill(-zone->pid, SIGKILL);
        }
    }
    arm_timer(exec);
}

static zone_set exec_dispatch(struct relay *relay, struct fail *why) {
    struct relay_exec *exec = (struct relay_exec *)relay;
    struct epoll_event events[RELAY_ZONES_MAX + 1];
    int count = epoll_wait(exec->epoll, events, RELAY_ZONES_MAX + 1, 0);
    for (int i = 0; i < count; i++) {
        if (events[i].data.u32 == TIMER_KEY) {
            kill_late(exec);
        } else {
            reap(exec, (int)events[i].data.u32);
        }
    }
    zone_set failed = exec->failed;
    if (failed != 0 && why != NULL) {
        *why = exec->why;
    }
    exec->failed = 0;
    return failed;
}

static int exec_descriptor(const struct relay *relay) {
    return ((const struct relay_exec *)relay)->epoll;
}

static bool exec_busy(const struct relay *relay) {
    const struct relay_exec *exec = (const struct relay_exec *)relay;
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        if (exec->zones[i].pid != 0) {
            return true;
        }
    }
    return exec->failed != 0;
}

static void exec_finish(struct relay *relay) {
    struct relay_exec *exec = (struct relay_exec *)relay;
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        struct relay_exec_zone *zone = &exec->zones[i];
        if (zone->pid != 0) {
            kill(-zone->pid, SIGKILL);
            waitpid(zone->pid, NULL, 0);
            close(zone->pidfd);
            zone->pid = 0;
        }
    }
    close(exec->timer);
    close(exec->epoll);
}

static const struct relay_ops exec_ops = {.name = "exec",
                                          .set = exec_set,
                                          .descriptor = exec_descriptor,
                                          .dispatch = exec_dispatch,
                                          .busy = exec_busy,
                                          .finish = exec_finish};

bool relay_exec_init(struct relay_exec *exec, const char *program, int timeout_ms,
                     struct fail *why) {
    *exec = (struct relay_exec){.relay = {&exec_ops}, .timeout_ms = timeout_ms};
    if (program[0] != '/' || strlen(program) >= sizeof exec->program) {
        return fail_set(why, FAIL_INVALID,
                        "a relay program is given by its whole path, such as "
                        "exec:/etc/loaxa/relay");
    }
    if (timeout_ms < 50 || timeout_ms > 1500) {
        return fail_set(why, FAIL_INVALID, "a relay program's time must be 50 to 1500 ms, not %d",
                        timeout_ms);
    }
    strcpy(exec->program, program);
    if (access(program, X_OK) != 0) {
        return fail_system(why, errno, "cannot run the relay program %s", program);
    }
    exec->epoll = epoll_create1(EPOLL_CLOEXEC);
    exec->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = TIMER_KEY};
    if (exec->epoll < 0 || exec->timer < 0 ||
        epoll_ctl(exec->epoll, EPOLL_CTL_ADD, exec->timer, &event) != 0) {
        int error = errno;
        close(exec->timer);
        close(exec->epoll);
        return fail_system(why, error, "cannot wait for relay programs");
    }
    return true;
}
