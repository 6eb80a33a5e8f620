#include "base/child.h"

#include "base/monotime.h"
#include "base/text.h"
#include "base/words.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Numbers from here on are out of the way of every number a plan may ask for. */
enum { PARKED_FD = 100 };

static bool is_program(const char *folder, const char *name, char path[CHILD_PATH_SIZE]) {
    int length = snprintf(path, CHILD_PATH_SIZE, "%s/%s", folder, name);
    return length > 0 && length < CHILD_PATH_SIZE && access(path, X_OK) == 0;
}

bool child_find(const char *name, char path[CHILD_PATH_SIZE], struct fail *why) {
    char folder[CHILD_PATH_SIZE];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    if (length > 0) {
        folder[length] = '\0';
        char *slash = strrchr(folder, '/');
        if (slash != NULL) {
            *slash = '\0';
            if (is_program(folder, name, path)) {
                return true;
            }
        }
    }
    const char *named = secure_getenv("LOAXA_BIN");
    if (named != NULL && is_program(named, name, path)) {
        return true;
    }
    return fail_set(why, FAIL_NOT_FOUND, "the helper program %s is missing: install loaxa again",
                    name);
}

struct child {
    pid_t pid;
    int pipe; /* where its lines come from */
    struct monotime deadline;
    char line[CHILD_LINE_SIZE];
    size_t length;
    bool refused; /* the listener said no */
};

static bool add_descriptors(const struct child_plan *plan, posix_spawn_file_actions_t *actions,
                            int parked[CHILD_DESCRIPTORS_MAX]) {
    int highest = 2;
    for (size_t i = 0; i < plan->descriptors_count; i++) {
        parked[i] = fcntl(plan->descriptors[i].fd, F_DUPFD_CLOEXEC, PARKED_FD);
        if (parked[i] < 0 || plan->descriptors[i].as < 3 || plan->descriptors[i].as >= PARKED_FD ||
            posix_spawn_file_actions_adddup2(actions, parked[i], plan->descriptors[i].as) != 0) {
            return false;
        }
        highest = plan->descriptors[i].as > highest ? plan->descriptors[i].as : highest;
    }
    return posix_spawn_file_actions_addclosefrom_np(actions, highest + 1) == 0;
}

static int spawn(struct child *child, const struct child_plan *plan, int out) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int parked[CHILD_DESCRIPTORS_MAX];
    for (size_t i = 0; i < CHILD_DESCRIPTORS_MAX; i++) {
        parked[i] = -1;
    }
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETPGROUP);
    char language[] = "LOAXA_LANG=en", vietnamese[] = "LOAXA_LANG=vi";
    char *environment[] = {words_language() == LANGUAGE_VIETNAMESE ? vietnamese : language, NULL};
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    int error = add_descriptors(plan, &actions, parked) ? 0 : EBADF;
    if (error == 0) {
        error = posix_spawn(&child->pid, plan->program, &actions, &attributes,
                            (char *const *)(uintptr_t)plan->arguments, environment);
    }
    for (size_t i = 0; i < CHILD_DESCRIPTORS_MAX; i++) {
        if (parked[i] >= 0) {
            close(parked[i]);
        }
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

/* What a child prints was made from foreign bytes: nothing that could move a terminal's cursor. */
static void give_line(struct child *child, const struct child_plan *plan) {
    child->line[child->length] = '\0';
    size_t good = text_utf8_error(child->line, child->length);
    child->line[good] = '\0';
    for (size_t i = 0; i < good; i++) {
        if ((unsigned char)child->line[i] < 0x20 || child->line[i] == 0x7f) {
            child->line[i] = ' ';
        }
    }
    child->length = 0;
    if (plan->line != NULL && !child->refused && !plan->line(plan->context, child->line)) {
        child->refused = true;
    }
}

static void take_bytes(struct child *child, const struct child_plan *plan, const char *bytes,
                       size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '\n') {
            give_line(child, plan);
        } else if (child->length < sizeof child->line - 1) {
            child->line[child->length++] = bytes[i];
        }
    }
}

/* Hears the child until it closes its output. False where its time is over or the listener had
 * enough. */
static bool hear(struct child *child, const struct child_plan *plan) {
    for (;;) {
        int64_t left_ms = monotime_diff_ns(child->deadline, monotime_now()) / MONOTIME_MS;
        struct pollfd polled = {.fd = child->pipe, .events = POLLIN};
        int ready = left_ms <= 0 ? 0 : poll(&polled, 1, left_ms < 60000 ? (int)left_ms : 60000);
        if (left_ms <= 0) {
            return false;
        }
        if (ready <= 0) {
            continue; /* a signal, or a minute of a longer time */
        }
        char bytes[4096];
        ssize_t got = read(child->pipe, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            if (child->length > 0) {
                give_line(child, plan);
            }
            return !child->refused;
        }
        take_bytes(child, plan, bytes, (size_t)got);
        if (child->refused) {
            return false;
        }
    }
}

/* Waits for the child, which has closed its output and so is about to end. */
static bool reap(struct child *child, int *ret_wait) {
    for (;;) {
        pid_t done = waitpid(child->pid, ret_wait, WNOHANG);
        if (done == child->pid || (done < 0 && errno != EINTR)) {
            return done == child->pid;
        }
        if (!monotime_before(monotime_now(), child->deadline)) {
            return false;
        }
        poll(NULL, 0, 2);
    }
}

static void kill_whole(struct child *child) {
    int ignored;
    kill(-child->pid, SIGKILL);
    kill(child->pid, SIGKILL); /* should its group have been changed */
    while (waitpid(child->pid, &ignored, 0) < 0 && errno == EINTR) {
    }
}

bool child_run(const struct child_plan *plan, int *ret_status, struct fail *why) {
    struct child child = {.deadline = monotime_add(monotime_now(), plan->timeout_ms * MONOTIME_MS)};
    int ends[2], ended = 0;
    if (plan->descriptors_count > CHILD_DESCRIPTORS_MAX || pipe2(ends, O_CLOEXEC) != 0) {
        return fail_system(why, errno, "cannot start %s", plan->arguments[0]);
    }
    int error = spawn(&child, plan, ends[1]);
    close(ends[1]);
    child.pipe = ends[0];
    if (error != 0) {
        close(child.pipe);
        return fail_system(why, error, "cannot start %s", plan->arguments[0]);
    }
    bool heard = hear(&child, plan) && reap(&child, &ended);
    close(child.pipe);
    if (!heard) {
        kill_whole(&child);
        return fail_set(why, FAIL_TIMEOUT,
                        child.refused ? "%s was told to stop" : "%s did not end in its time",
                        plan->arguments[0]);
    }
    kill(-child.pid, SIGKILL); /* whatever it may have left behind */
    if (WIFSIGNALED(ended)) {
        return fail_set(why, FAIL_DEVICE, "%s was ended by signal %d", plan->arguments[0],
                        WTERMSIG(ended));
    }
    *ret_status = WEXITSTATUS(ended);
    return true;
}
