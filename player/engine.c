#include "player/engine.h"

#include "base/memory.h"
#include "player/deck.h"
#include "player/feeder.h"
#include "player/message.h"
#include "player/output.h"
#include "player/pcm_alsa.h"
#include "player/pcm_paced.h"
#include "player/realtime.h"
#include "player/ring.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    COMMANDS = 256,
    ARRIVALS = 64,
    NOTES = 256,
    EVENTS = 256,
    TAP_SAMPLES = 1 << 18,
    MARKS = 64,
    STACK_BYTES = 512 * 1024
};
#define FEEDER_IDLE_NS INT64_C(1000000000)

struct known_session {
    uint64_t id;
    bool finished;
};

struct player {
    struct player_config config;
    const struct player_clocks *clocks;
    struct ring to_feeder, to_output, arrivals, notes, events, tap, marks;
    struct deck decks[DECKS];
    int event_fd, feeder_fd, output_fd;
    struct feeder *feeder;
    struct output *output;
    struct output_gauges gauges;
    atomic_ullong feeder_heartbeat;
    atomic_bool quit;
    bool threads;
    pthread_t feeder_thread, output_thread;
    struct known_session sessions[PLAYER_SESSIONS_MAX]; /* control's own view */
};

/* ---- threads ---- */

static void poke(int fd) {
    uint64_t one = 1;
    if (write(fd, &one, sizeof one) < 0) {
        return; /* its counter is full: it is poked already */
    }
}

static bool turn_feeder(struct player *player) {
    atomic_fetch_add_explicit(&player->feeder_heartbeat, 1, memory_order_relaxed);
    return feeder_turn(player->feeder);
}

static void *run_feeder(void *context) {
    struct player *player = context;
    pthread_setname_np(pthread_self(), "feeder");
    while (!atomic_load(&player->quit)) {
        size_t arrived = atomic_load_explicit(&player->arrivals.put, memory_order_relaxed);
        bool more = turn_feeder(player);
        if (atomic_load_explicit(&player->arrivals.put, memory_order_relaxed) != arrived) {
            poke(player->output_fd);
        }
        if (!more) {
            player->clocks->pause(player->clocks->context, player->feeder_fd, FEEDER_IDLE_NS);
        }
    }
    return NULL;
}

static void *run_output(void *context) {
    struct player *player = context;
    pthread_setname_np(pthread_self(), "audio");
    if (player->config.realtime_priority > 0) {
        realtime_schedule(player->config.realtime_priority);
    }
    while (!atomic_load(&player->quit)) {
        output_turn(player->output);
    }
    return NULL;
}

void player_turn(struct player *player) {
    while (turn_feeder(player)) {
    }
    output_turn(player->output);
    while (turn_feeder(player)) {
    }
}

static bool start_threads(struct player *player, struct fail *why) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    int error = pthread_create(&player->feeder_thread, &attributes, run_feeder, player);
    if (error == 0) {
        error = pthread_create(&player->output_thread, &attributes, run_output, player);
        if (error != 0) {
            atomic_store(&player->quit, true);
            poke(player->feeder_fd);
            pthread_join(player->feeder_thread, NULL);
        }
    }
    pthread_attr_destroy(&attributes);
    player->threads = error == 0;
    return error == 0 || fail_system(why, error, "cannot start the player's threads");
}

/* ---- creating ---- */

static bool make_pcm(const struct player_config *config, const struct player_clocks *clocks,
                     struct pcm **ret_pcm, struct fail *why) {
    if (config->pcm != NULL) {
        *ret_pcm = config->pcm;
        return true;
    }
    if (strncmp(config->device, "wav:", 4) != 0) {
        *ret_pcm = pcm_alsa_create(config->device, clocks);
        return true;
    }
    const char *folder = config->device + 4;
    struct stat status;
    if (stat(folder, &status) != 0) {
        return fail_system(why, errno, "the folder \"%s\" for sound files", folder);
    }
    if (!S_ISDIR(status.st_mode)) {
        return fail_system(why, ENOTDIR, "the folder \"%s\" for sound files", folder);
    }
    *ret_pcm = pcm_paced_create(
        &(struct pcm_paced_config){.clocks = clocks, .sink = pcm_alsa_wav_create(folder)});
    return true;
}

static uint32_t period_ms(const struct player_config *config) {
    return config->period_ms != 0 ? config->period_ms : config->queue_ms / 3;
}

static bool check_config(const struct player_config *config, struct fail *why) {
    bool good = config->rate >= 8000 && config->rate <= 192000 && config->channels >= 1 &&
                config->channels <= 8 && period_ms(config) >= 5 && period_ms(config) <= 700 &&
                config->queue_ms >= 2 * period_ms(config) && config->queue_ms <= 2000 &&
                config->ceiling_dbtp <= 0.0;
    return good || fail_set(why, FAIL_INVALID,
                            "the sound settings are out of range (rate %u, channels %u, period %u "
                            "ms, queue %u ms)",
                            config->rate, config->channels, period_ms(config), config->queue_ms);
}

static void make_rings(struct player *player) {
    ring_init(&player->to_feeder, sizeof(struct command), COMMANDS);
    ring_init(&player->to_output, sizeof(struct command), COMMANDS);
    ring_init(&player->arrivals, sizeof(struct arrival), ARRIVALS);
    ring_init(&player->notes, sizeof(struct note), NOTES);
    ring_init(&player->events, sizeof(struct player_event), EVENTS);
    ring_init(&player->tap, sizeof(float), TAP_SAMPLES);
    ring_init(&player->marks, sizeof(struct tap_mark), MARKS);
    for (int i = 0; i < DECKS; i++) {
        deck_init(&player->decks[i]);
    }
}

static void free_rings(struct player *player) {
    for (int i = 0; i < DECKS; i++) {
        deck_finish(&player->decks[i]);
    }
    struct ring *rings[] = {&player->to_feeder, &player->to_output, &player->arrivals,
                            &player->notes,     &player->events,    &player->tap,
                            &player->marks};
    for (size_t i = 0; i < sizeof rings / sizeof rings[0]; i++) {
        ring_finish(rings[i]);
    }
}

static void make_parts(struct player *player, struct pcm *pcm) {
    player->feeder = feeder_create(&(struct feeder_links){.commands = &player->to_feeder,
                                                          .events = &player->events,
                                                          .arrivals = &player->arrivals,
                                                          .notes = &player->notes,
                                                          .tap = &player->tap,
                                                          .marks = &player->marks,
                                                          .decks = player->decks,
                                                          .event_fd = player->event_fd});
    player->output = output_create(&player->config, pcm, player->clocks,
                                   &(struct output_links){.commands = &player->to_output,
                                                          .arrivals = &player->arrivals,
                                                          .notes = &player->notes,
                                                          .tap = &player->tap,
                                                          .marks = &player->marks,
                                                          .decks = player->decks,
                                                          .feeder_fd = player->feeder_fd,
                                                          .wake_fd = player->output_fd},
                                   &player->gauges);
}

bool player_create(const struct player_config *config, struct player **ret_player,
                   struct fail *why) {
    const struct player_clocks *clocks =
        config->clocks != NULL ? config->clocks : &player_clocks_system;
    struct pcm *pcm = NULL;
    if (!check_config(config, why) || !make_pcm(config, clocks, &pcm, why)) {
        return false;
    }
    struct player *player = memory_new(sizeof *player);
    player->config = *config;
    player->config.period_ms = period_ms(config);
    player->clocks = clocks;
    player->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    player->feeder_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    player->output_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int error = errno;
    make_rings(player);
    make_parts(player, pcm);
    if (player->event_fd < 0 || player->feeder_fd < 0 || player->output_fd < 0) {
        player_destroy(player);
        return fail_system(why, error, "cannot start the player's threads");
    }
    if (config->lock_memory) {
        realtime_lock_memory();
    }
    if (!config->by_hand && !start_threads(player, why)) {
        player_destroy(player);
        return false;
    }
    *ret_player = player;
    return true;
}

void player_destroy(struct player *player) {
    if (player == NULL) {
        return;
    }
    if (player->threads) {
        atomic_store(&player->quit, true);
        poke(player->feeder_fd);
        poke(player->output_fd);
        pthread_join(player->output_thread, NULL);
        pthread_join(player->feeder_thread, NULL);
    }
    output_destroy(player->output);
    feeder_destroy(player->feeder);
    free_rings(player);
    int fds[] = {player->event_fd, player->feeder_fd, player->output_fd};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
    }
    free(player);
}

/* ---- commands ---- */

static struct known_session *find_session(struct player *player, uint64_t id) {
    for (int i = 0; i < PLAYER_SESSIONS_MAX; i++) {
        if (player->sessions[i].id == id) {
            return &player->sessions[i];
        }
    }
    return NULL;
}

static bool know_session(struct player *player, uint64_t id, struct known_session **ret_session,
                         struct fail *why) {
    *ret_session = id != 0 ? find_session(player, id) : NULL;
    return *ret_session != NULL ||
           fail_set(why, FAIL_NOT_FOUND, "the player knows no such session");
}

/* Both or neither: a session known to one thread alone would never end. */
static bool send(struct player *player, const struct command *command, bool feeder, bool output,
                 struct fail *why) {
    if ((feeder && ring_space(&player->to_feeder) == 0) ||
        (output && ring_space(&player->to_output) == 0)) {
        return fail_set(why, FAIL_LIMIT, "the player has too many orders waiting");
    }
    if (output) {
        ring_put(&player->to_output, command, 1);
        poke(player->output_fd);
    }
    if (feeder) {
        ring_put(&player->to_feeder, command, 1);
        poke(player->feeder_fd);
    }
    return true;
}

bool player_begin(struct player *player, const struct player_session *session, struct fail *why) {
    if (session->id == 0 || find_session(player, session->id) != NULL) {
        return fail_set(why, FAIL_CONFLICT, "the player has this session already");
    }
    struct known_session *known = find_session(player, 0);
    if (known == NULL) {
        return fail_set(why, FAIL_LIMIT, "the player has %d sessions already", PLAYER_SESSIONS_MAX);
    }
    struct command command = {.kind = COMMAND_BEGIN, .session = session->id, .begin = *session};
    if (!send(player, &command, true, true, why)) {
        return false;
    }
    *known = (struct known_session){.id = session->id};
    return true;
}

static bool check_element(const struct player_element *element, struct fail *why) {
    bool good = element->airing != 0 && element->fd >= 0 && isfinite(element->gain_db) &&
                element->gain_db <= 40.0 && element->skip_us >= 0 && element->limit_us >= 0 &&
                element->skip_us < INT64_C(1000000) * 86400 && element->gap_ms <= 600000 &&
                element->fade_in_ms <= 60000 && element->fade_out_ms <= 5000;
    return good || fail_set(why, FAIL_INVALID, "the player was given an impossible element");
}

bool player_add(struct player *player, uint64_t session, const struct player_element *element,
                struct fail *why) {
    struct known_session *known;
    struct command command = {
        .kind = COMMAND_ADD, .session = session, .airing = element->airing, .element = *element};
    bool done =
        check_element(element, why) && know_session(player, session, &known, why) &&
        (!known->finished || fail_set(why, FAIL_NOT_FOUND, "the player knows no such session")) &&
        send(player, &command, true, false, why);
    if (!done && element->fd >= 0) {
        close(element->fd);
    }
    return done;
}

bool player_finish(struct player *player, uint64_t session, struct fail *why) {
    struct known_session *known;
    struct command command = {.kind = COMMAND_FINISH, .session = session};
    if (!know_session(player, session, &known, why) || !send(player, &command, true, false, why)) {
        return false;
    }
    known->finished = true;
    return true;
}

bool player_stop(struct player *player, uint64_t session, uint32_t fade_ms, struct fail *why) {
    struct known_session *known;
    struct command command = {.kind = COMMAND_STOP, .session = session, .fade_ms = fade_ms};
    if (!know_session(player, session, &known, why) || !send(player, &command, true, true, why)) {
        return false;
    }
    known->finished = true;
    return true;
}

bool player_stop_airing(struct player *player, uint64_t airing, uint32_t fade_ms,
                        struct fail *why) {
    struct command command = {.kind = COMMAND_STOP_AIRING,
                              .airing = airing,
                              .fade_ms = fade_ms < 10000 ? fade_ms : 10000};
    return send(player, &command, true, true, why);
}

bool player_set_permit(struct player *player, uint64_t session, const struct permit *permit,
                       struct fail *why) {
    struct known_session *known;
    struct command command = {.kind = COMMAND_PERMIT, .session = session};
    command.begin.permit = *permit;
    return know_session(player, session, &known, why) && send(player, &command, false, true, why);
}

/* ---- what control sees ---- */

int player_event_fd(const struct player *player) {
    return player->event_fd;
}

bool player_next_event(struct player *player, struct player_event *ret_event) {
    if (ring_get(&player->events, ret_event, 1) == 0) {
        uint64_t count;
        /* Emptied first, looked at once more after: an event that came between is not missed. */
        ssize_t got = read(player->event_fd, &count, sizeof count);
        if (ring_get(&player->events, ret_event, 1) == 0) {
            if (got > 0) {
                poke(player->feeder_fd); /* it may hold more than the ring had room for */
            }
            return false;
        }
    }
    struct known_session *known = find_session(player, ret_event->session);
    if (ret_event->kind == PLAYER_SESSION_ENDED && ret_event->session != 0 && known != NULL) {
        *known = (struct known_session){0};
    }
    return true;
}

struct player_heartbeat player_heartbeat(const struct player *player) {
    return (struct player_heartbeat){
        .audio = atomic_load(&player->gauges.heartbeat),
        .feeder = atomic_load(&player->feeder_heartbeat),
    };
}

struct player_status player_status(const struct player *player) {
    const struct output_gauges *gauges = &player->gauges;
    float peak = atomic_load_explicit(&gauges->peak, memory_order_relaxed);
    return (struct player_status){
        .state = (enum player_state)atomic_load_explicit(&gauges->state, memory_order_relaxed),
        .rate = atomic_load_explicit(&gauges->rate, memory_order_relaxed),
        .peak_dbfs = peak > 1e-6f ? 20.0f * log10f(peak) : -120.0f,
        .reduction_db = atomic_load_explicit(&gauges->reduction_db, memory_order_relaxed),
        .drift_ppm = atomic_load_explicit(&gauges->drift_ppm, memory_order_relaxed),
        .faults = atomic_load_explicit(&gauges->faults, memory_order_relaxed),
    };
}
