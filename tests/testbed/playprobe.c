/* playprobe: plays files through the engine at planned instants and prints what happened.
 *
 * usage: playprobe [-D DEVICE] [-n SESSIONS] [-l LEAD_MS] [-p PAUSE_MS] [-g GAIN_DB]
 *                  [-t SECONDS] FILE...
 * Each session opens the card LEAD_MS before its start (a whole tenth of a second) and plays all
 * the files without a gap. Prints "T <epoch ns>" for each planned start, an event a line, and at the
 * end the processor time and the largest resident memory. -t stops the session after so long. */
#include "player/engine.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct options {
    const char *device;
    int sessions, lead_ms, pause_ms, stop_ms;
    double gain_db;
    char **files;
};

static const char *const kinds[] = {"ready",         "started", "ended",
                                    "session-ended", "fault",   "recovered"};
static const char *const reasons[] = {"completed", "cut", "stopped", "permit", "device", "decode"};

static void print_event(const struct player_event *event) {
    printf("%s session %" PRIu64 " airing %" PRIu64 " at %" PRId64 ".%06" PRId64,
           kinds[event->kind], event->session, event->airing, event->at.us / 1000000,
           event->at.us % 1000000);
    if (event->kind == PLAYER_AIRING_ENDED) {
        printf(" %s frames %" PRId64 " lost %" PRId64 " rate %u peak %.1f dBFS %.1f LUFS",
               reasons[event->reason], event->frames, event->lost_frames, event->rate,
               event->peak_dbfs, event->lufs);
    } else if (event->kind == PLAYER_SESSION_ENDED) {
        printf(" %s", reasons[event->reason]);
    } else if (event->kind == PLAYER_RECOVERED) {
        printf(" lost %" PRId64 " ms", event->lost_ms);
    }
    printf("%s%s\n", event->text[0] != '\0' ? " " : "", event->text);
    fflush(stdout);
}

static bool wait_for_end(struct player *player, uint64_t session, const struct options *options,
                         struct walltime start) {
    bool stopped = false;
    for (;;) {
        struct pollfd events = {.fd = player_event_fd(player), .events = POLLIN};
        if (poll(&events, 1, options->stop_ms > 0 && !stopped ? 100 : -1) < 0) {
            return false;
        }
        struct player_event event;
        while (player_next_event(player, &event)) {
            print_event(&event);
            if (event.kind == PLAYER_SESSION_ENDED && event.session == session) {
                return true;
            }
        }
        int64_t on_air_ms = walltime_diff_us(walltime_now(), start) / 1000;
        if (!stopped && options->stop_ms > 0 && on_air_ms >= options->stop_ms) {
            struct fail why;
            stopped = player_stop(player, session, 20, &why);
        }
    }
}

static bool play_session(struct player *player, const struct options *options, uint64_t id,
                         struct fail *why) {
    struct walltime now = walltime_now();
    int64_t start_us = now.us + (int64_t)options->lead_ms * 1000;
    struct walltime start = {(start_us / 100000 + 1) * 100000};
    struct player_session session = {
        .id = id,
        .start = start,
        .zones = 1,
        .permit = {.id = id,
                   .class = CLASS_NORMAL,
                   .not_before = start,
                   .not_after = walltime_add(start, 7200 * WALLTIME_SECOND),
                   .deadline = monotime_add(monotime_now(), 7300 * MONOTIME_SECOND),
                   .zones = 1}};
    printf("T %" PRId64 "000\n", start.us);
    if (!player_begin(player, &session, why)) {
        return false;
    }
    for (int i = 0; options->files[i] != NULL; i++) {
        struct player_element element = {.airing = id * 1000 + (uint64_t)i,
                                         .fd = open(options->files[i], O_RDONLY | O_CLOEXEC),
                                         .gain_db = options->gain_db};
        if (!player_add(player, id, &element, why)) {
            return false;
        }
    }
    return player_finish(player, id, why) && wait_for_end(player, id, options, start);
}

static double cpu_s(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static bool play_all(const struct options *options, struct fail *why) {
    struct player_config config = PLAYER_CONFIG_DEFAULT;
    config.device = options->device;
    struct player *player;
    if (!player_create(&config, &player, why)) {
        return false;
    }
    bool done = true;
    double before = cpu_s(); /* a daemon's loading is not its playing */
    for (int i = 1; done && i <= options->sessions; i++) {
        done = play_session(player, options, (uint64_t)i, why);
        usleep((useconds_t)options->pause_ms * 1000);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("cpu %.3f s, memory %ld KiB\n", cpu_s() - before, usage.ru_maxrss);
    player_destroy(player);
    return done;
}

int main(int count, char **arguments) {
    struct options options = {.device = "default", .sessions = 1, .lead_ms = 2000};
    int letter;
    while ((letter = getopt(count, arguments, "D:n:l:p:g:t:")) != -1) {
        switch (letter) {
        case 'D':
            options.device = optarg;
            break;
        case 'n':
            options.sessions = atoi(optarg);
            break;
        case 'l':
            options.lead_ms = atoi(optarg);
            break;
        case 'p':
            options.pause_ms = atoi(optarg);
            break;
        case 'g':
            options.gain_db = atof(optarg);
            break;
        case 't':
            options.stop_ms = atoi(optarg) * 1000;
            break;
        default:
            return 2;
        }
    }
    options.files = arguments + optind;
    struct fail why = {0};
    if (!play_all(&options, &why)) {
        fprintf(stderr, "playprobe: %s\n", why.sentence);
        return 1;
    }
    return 0;
}
