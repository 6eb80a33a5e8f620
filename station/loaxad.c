#include "station/loaxad.h"

#include "base/logging.h"
#include "base/memory.h"
#include "base/words.h"
#include "hw/mixer.h"
#include "station/daemon.h"
#include "store/programme.h"
#include "store/station.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

enum {
    TICK_US = 1000000,
    LOOK_AT_CLOCK_S = 10, /* between looks at the kernel's synchronisation */
    HANG_S = 4,           /* a thread of the player that stands still for longer hangs */
    ENDING_US = 3000000   /* for the last words of what is on the air */
};

struct moment daemon_moment(struct daemon *daemon) {
    struct moment moment = {walltime_now(), monotime_now(), CLOCK_UNTRUSTED};
    moment.trust = timekeeper_judge(&daemon->facts, moment.wall, NULL);
    return moment;
}

/* The programme from station.db */

struct loading {
    struct daemon *daemon;
    bool anyway, ok;
    struct programme *programme; /* NULL: nothing new */
    struct fail why;
};

static void run_loading(void *subject) {
    struct loading *loading = subject;
    struct daemon *daemon = loading->daemon;
    int64_t generation;
    loading->ok = store_generation(daemon->station, &generation, &loading->why);
    if (loading->ok && (loading->anyway || generation != daemon->generation)) {
        loading->ok = store_programme_load(daemon->station, &loading->programme, &loading->why);
        daemon->generation = generation;
    }
}

static void loading_done(void *subject) {
    struct loading *loading = subject;
    struct daemon *daemon = loading->daemon;
    daemon->looking = false;
    if (daemon->onair == NULL) { /* ending */
        programme_release(loading->programme);
        free(loading);
        return;
    }
    if (!loading->ok && !daemon->failing) {
        log_error("%s", loading->why.sentence);
        struct moment moment = daemon_moment(daemon);
        onair_incident(daemon->onair, "database", -1, loading->why.sentence, &moment);
    }
    daemon->failing = !loading->ok;
    if (loading->programme != NULL) {
        struct moment moment = daemon_moment(daemon);
        programme_release(daemon->programme);
        daemon->programme = loading->programme;
        onair_programme(daemon->onair, daemon->programme, NULL, &moment);
        log_info("the programme was read again (change %lld)",
                 (long long)daemon->programme->revision);
    }
    free(loading);
}

void daemon_reload(struct daemon *daemon, bool anyway) {
    if (daemon->looking && !anyway) {
        return;
    }
    daemon->looking = true;
    struct loading *loading = memory_new(sizeof *loading);
    loading->daemon = daemon;
    loading->anyway = anyway;
    worker_post(daemon->worker, &(struct job){run_loading, loading_done, loading});
}

/* What the core's ports report */

static void diary_committed(void *context, int64_t seq) {
    struct daemon *daemon = context;
    if (daemon->onair != NULL) {
        struct moment moment = daemon_moment(daemon);
        onair_committed(daemon->onair, seq, &moment);
    }
}

static void diary_failed(void *context, const struct fail *why) {
    struct daemon *daemon = context;
    log_error("the diary cannot be written, so nothing new is aired: %s", why->sentence);
    if (daemon->onair != NULL) {
        struct moment moment = daemon_moment(daemon);
        onair_diary_failed(daemon->onair, why->sentence, &moment);
    }
}

static void sound_opened(void *context, uint64_t request, int fd, enum outcome_reason reason,
                         const char *words) {
    struct daemon *daemon = context;
    if (daemon->onair == NULL) {
        if (fd >= 0) {
            close(fd);
        }
        return;
    }
    struct moment moment = daemon_moment(daemon);
    onair_sound_opened(daemon->onair, request, fd, reason, words, &moment);
}

static void air_happened(void *context, const struct air_event *event) {
    struct daemon *daemon = context;
    if (event->kind == AIR_FAULT) {
        log_warning("sound card: %s", event->words != NULL ? event->words : "?");
    }
    struct moment moment = daemon_moment(daemon);
    onair_air_event(daemon->onair, event, &moment);
}

static void card_opened(void *context, const char *words) {
    struct daemon *daemon = context;
    memccpy(daemon->heard, words, '\0', sizeof daemon->heard - 1);
    log_info("sound goes to %s", words);
}

static enum amplifier_report report_of(enum amplifier_state state) {
    switch (state) {
    case AMPLIFIER_WARMING:
        return AMPLIFIER_REPORT_WARMING;
    case AMPLIFIER_READY:
        return AMPLIFIER_REPORT_READY;
    case AMPLIFIER_HOLDING:
    case AMPLIFIER_HUSHED:
    case AMPLIFIER_MUTING:
        return AMPLIFIER_REPORT_HOLDING;
    case AMPLIFIER_FAULT:
        return AMPLIFIER_REPORT_FAULT;
    default:
        return AMPLIFIER_REPORT_OFF;
    }
}

/* Tells the core what is news to it: several states of the sequencer are one to the core. */
static void report_zone(struct daemon *daemon, int zone, enum amplifier_report report,
                        const char *cause) {
    if (daemon->reported[zone] == 1 + (int)report) {
        return;
    }
    daemon->reported[zone] = 1 + (int)report;
    struct moment moment = daemon_moment(daemon);
    onair_amplifier_event(daemon->onair, zone, report, cause, &moment);
}

static void zone_changed(void *context, int zone, const struct ampd_zone_report *now) {
    report_zone(context, zone, report_of(now->state), amplifier_cause_word(now->cause));
}

static void link_changed(void *context, bool up, const char *words) {
    struct daemon *daemon = context;
    if (up) {
        log_info("loaxa-ampd answers");
        return;
    }
    log_warning("loaxa-ampd: %s", words);
    struct moment moment = daemon_moment(daemon);
    onair_incident(daemon->onair, "amplifier", -1, words, &moment);
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if (settings_zones(&daemon->settings) & (zone_set)1 << zone) {
            onair_amplifier_event(daemon->onair, zone, AMPLIFIER_REPORT_OFF, "unreachable",
                                  &moment);
        }
    }
}

/* The amplifier port */

static void amplifier_want(void *self, const struct permit *permit) {
    wants_add(&((struct daemon *)self)->wants, permit);
}

static void amplifier_release(void *self, uint64_t permit) {
    wants_remove(&((struct daemon *)self)->wants, permit);
}

static void amplifier_cut(void *self, zone_set zones) {
    wants_cut(&((struct daemon *)self)->wants, zones);
}

static void tell_amplifier(struct daemon *daemon) {
    struct amplifier_demand demand;
    wants_demand(&daemon->wants, walltime_now(), monotime_now(), &demand);
    if (memcmp(&demand, &daemon->demand, sizeof demand) != 0) {
        daemon->demand = demand;
        ampd_client_demand(&daemon->ampd, &demand);
    }
}

/* The loop */

static int on_worker(sd_event_source *source, int fd, uint32_t events, void *context) {
    (void)source, (void)fd, (void)events;
    worker_collect(((struct daemon *)context)->worker);
    return 0;
}

static int on_player(sd_event_source *source, int fd, uint32_t events, void *context) {
    (void)source, (void)fd, (void)events;
    player_link_dispatch(((struct daemon *)context)->link);
    return 0;
}

static int on_control(sd_event_source *source, int fd, uint32_t events, void *context) {
    (void)source, (void)fd, (void)events;
    control_server_dispatch(((struct daemon *)context)->control);
    return 0;
}

static void look_at_clock(struct daemon *daemon) {
    enum timekeeper_doubt doubt;
    timekeeper_look(&daemon->facts);
    enum clock_trust trust = timekeeper_judge(&daemon->facts, walltime_now(), &doubt);
    if (trust != daemon->trust) {
        daemon->trust = trust;
        log_notice("clock: %s", timekeeper_doubt_words(doubt));
        struct moment moment = daemon_moment(daemon);
        onair_step(daemon->onair, &moment);
    }
}

static int on_clock_set(sd_event_source *source, int fd, uint32_t events, void *context) {
    (void)source, (void)events;
    struct daemon *daemon = context;
    if (timekeeper_was_set(fd)) {
        look_at_clock(daemon);
        struct moment moment = daemon_moment(daemon);
        onair_step(daemon->onair, &moment);
    }
    return 0;
}

static int on_wake(sd_event_source *source, uint64_t us, void *context) {
    (void)source, (void)us;
    struct daemon *daemon = context;
    struct moment moment = daemon_moment(daemon);
    onair_step(daemon->onair, &moment);
    return 0;
}

/* A thread of the player that hangs is worse than a restart: what it left open is closed then. */
static void check_heartbeat(struct daemon *daemon, struct monotime now) {
    struct player_heartbeat beat = player_heartbeat(daemon->player);
    if (beat.audio != daemon->heartbeat.audio && beat.feeder != daemon->heartbeat.feeder) {
        daemon->heartbeat = beat;
        daemon->heartbeat_at = now;
    } else if (monotime_diff_ns(now, daemon->heartbeat_at) > HANG_S * MONOTIME_SECOND) {
        log_error("a thread of the player hangs: ending, to be started again");
        abort();
    }
}

static int on_tick(sd_event_source *source, uint64_t us, void *context) {
    struct daemon *daemon = context;
    struct monotime now = monotime_now();
    check_heartbeat(daemon, now);
    diary_writer_tick(daemon->writer);
    if (now.ns / MONOTIME_SECOND % LOOK_AT_CLOCK_S == 0) {
        look_at_clock(daemon);
    }
    if (!daemon->ending) {
        daemon_reload(daemon, false);
    }
    sd_event_source_set_time(source, us + TICK_US);
    return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_time_out(sd_event_source *source, uint64_t us, void *context) {
    (void)source, (void)us;
    return sd_event_exit(((struct daemon *)context)->event, 0);
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *context) {
    (void)source, (void)info;
    struct daemon *daemon = context;
    if (daemon->ending) {
        return sd_event_exit(daemon->event, 0);
    }
    daemon->ending = true;
    log_notice("ending");
    sd_notify(false, "STOPPING=1");
    struct moment moment = daemon_moment(daemon);
    onair_stop_all(daemon->onair, REASON_POWER, &moment);
    return sd_event_add_time_relative(daemon->event, NULL, CLOCK_BOOTTIME, ENDING_US, 10000,
                                      on_time_out, daemon);
}

/* After whatever happened: the ports' answers, the amplifier, the next wake-up. */
static int on_after(sd_event_source *source, void *context) {
    (void)source;
    struct daemon *daemon = context;
    player_link_dispatch(daemon->link);
    tell_amplifier(daemon);
    if (daemon->ending && !onair_is_on_air(daemon->onair)) {
        return sd_event_exit(daemon->event, 0);
    }
    struct monotime wake = onair_wake(daemon->onair);
    uint64_t us = wake.ns == INT64_MAX ? UINT64_MAX : (uint64_t)(wake.ns / 1000);
    sd_event_source_set_time(daemon->wake, us);
    return sd_event_source_set_enabled(daemon->wake, SD_EVENT_ONESHOT);
}

static bool add_sources(struct daemon *daemon, struct fail *why) {
    sd_event *event = daemon->event;
    uint64_t now = (uint64_t)(monotime_now().ns / 1000);
    int error = 0;
#define ADD(call)       \
    if (error >= 0) {   \
        error = (call); \
    }
    ADD(sd_event_add_io(event, NULL, worker_fd(daemon->worker), EPOLLIN, on_worker, daemon))
    ADD(sd_event_add_io(event, NULL, player_event_fd(daemon->player), EPOLLIN, on_player, daemon))
    ADD(sd_event_add_io(event, NULL, control_server_descriptor(daemon->control), EPOLLIN,
                        on_control, daemon))
    ADD(daemon->watch < 0
            ? 0
            : sd_event_add_io(event, NULL, daemon->watch, EPOLLIN, on_clock_set, daemon))
    ADD(sd_event_add_time(event, &daemon->wake, CLOCK_BOOTTIME, now, 1, on_wake, daemon))
    ADD(sd_event_add_time(event, NULL, CLOCK_BOOTTIME, now + TICK_US, 50000, on_tick, daemon))
    ADD(sd_event_add_signal(event, NULL, SIGTERM, on_signal, daemon))
    ADD(sd_event_add_signal(event, NULL, SIGINT, on_signal, daemon))
    ADD(sd_event_add_post(event, NULL, on_after, daemon))
    ADD(sd_event_set_watchdog(event, true))
#undef ADD
    return error >= 0 || fail_system(why, -error, "cannot prepare the control loop");
}

/* Building and taking apart, in opposite orders */

/* `run/lock`, so that a folder has one loaxad, and none while loaxa approves without it. */
static bool take_lock(struct daemon *daemon, struct fail *why) {
    char run[SETTINGS_PATH_SIZE];
    if (!settings_path(daemon->folder, daemon->settings.run, run, why)) {
        return false;
    }
    if (mkdir(run, 0700) != 0 && errno != EEXIST) {
        return fail_system(why, errno, "cannot make %s", run);
    }
    memory_auto char *path = memory_format("%s/lock", run);
    daemon->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (daemon->lock < 0) {
        return fail_system(why, errno, "cannot open %s", path);
    }
    if (flock(daemon->lock, LOCK_EX | LOCK_NB) != 0) {
        return fail_set(why, FAIL_CONFLICT, "another loaxad runs for %s already", daemon->folder);
    }
    return true;
}

static bool open_databases(struct daemon *daemon, struct fail *why) {
    memory_auto char *diary_path = store_diary_path(daemon->folder);
    struct stat status;
    if (stat(daemon->folder, &status) != 0) {
        return fail_system(why, errno, "there is no station in %s", daemon->folder);
    }
    daemon->folder_owner = status.st_uid;
    if (!store_station_open(daemon->folder, DATABASE_WRITE, &daemon->station, why) ||
        !database_check(daemon->station, why) ||
        !diary_open(diary_path, DATABASE_WRITE, &daemon->diary, why) ||
        !database_check(diary_database(daemon->diary), why)) {
        return false;
    }
    struct fail no_reserve;
    if (!diary_reserve_make(diary_path, &no_reserve)) {
        log_warning("%s", no_reserve.sentence);
    }
    if (!store_generation(daemon->station, &daemon->generation, why) ||
        !store_programme_load(daemon->station, &daemon->programme, why)) {
        return false;
    }
    if (strcmp(zone_name(daemon->programme->zone), daemon->settings.zone) != 0) {
        return fail_set(
            why, FAIL_CONFLICT,
            "the station plans by the time zone %s, but settings.ini says %s: make them "
            "alike, or quiet hours and programme differ",
            zone_name(daemon->programme->zone), daemon->settings.zone);
    }
    return true;
}

static bool feed_recall(void *context, const struct diary_row *row, struct fail *why) {
    return recall_feed(context, row->bytes, row->size, why);
}

static bool read_diary(struct daemon *daemon, struct recall *recall, struct fail *why) {
    struct walltime from = walltime_add(walltime_now(), -RECALL_DAYS * 86400 * WALLTIME_SECOND);
    struct diary_query query = {.from_at = from};
    if (from.us < 0) {
        query.from_at.us = 0;
    }
    return diary_each(daemon->diary, &query, feed_recall, recall, why);
}

/* Whether an operator vouched for the clock in this boot: the latest `clock` event says so. */
static bool was_vouched(void *context, const struct diary_row *row, struct fail *why) {
    struct daemon *daemon = context;
    json_t *event = json_loadb(row->bytes, row->size, 0, NULL);
    const char *kind = json_string_value(json_object_get(event, "kind"));
    const char *boot = json_string_value(json_object_get(event, "boot"));
    daemon->facts.vouched |= kind != NULL && boot != NULL && strcmp(kind, "accepted") == 0 &&
                             strcmp(boot, daemon->boot) == 0 && strcmp(boot, "unknown") != 0;
    json_decref(event);
    (void)why;
    return true;
}

static bool start_clock(struct daemon *daemon, const struct recall *recall, struct fail *why) {
    struct diary_query query = {.type = "clock", .newest_first = true, .most = 100};
    if (!diary_each(daemon->diary, &query, was_vouched, daemon, why)) {
        return false;
    }
    daemon->facts.vouched |= strcmp(daemon->settings.clock, "held") == 0;
    daemon->facts.last_event = recall->last_at;
    timekeeper_look(&daemon->facts);
    enum timekeeper_doubt doubt;
    daemon->trust = timekeeper_judge(&daemon->facts, walltime_now(), &doubt);
    if (daemon->trust == CLOCK_UNTRUSTED) {
        log_warning("planned sessions are held: %s", timekeeper_doubt_words(doubt));
    }
    daemon->watch = timekeeper_watch();
    return true;
}

/* "wav:FOLDER" lies in the station's folder and is made where it is missing. */
static bool choose_device(struct daemon *daemon, const char *wanted, struct fail *why) {
    const char *device = wanted != NULL ? wanted : daemon->settings.device;
    if (strncmp(device, "wav:", 4) != 0) {
        memccpy(daemon->device, device, '\0', sizeof daemon->device - 1);
        return true;
    }
    char folder[SETTINGS_PATH_SIZE - 8];
    char path[SETTINGS_PATH_SIZE];
    if (!settings_path(daemon->folder, device + 4, path, why)) {
        return false;
    }
    if (strlen(path) >= sizeof folder) {
        return fail_set(why, FAIL_LIMIT, "the path of %s is too long", device);
    }
    if (mkdir(path, 0750) != 0 && errno != EEXIST) {
        return fail_system(why, errno, "cannot make %s", path);
    }
    strcpy(folder, path);
    strcpy(daemon->device, "wav:");
    strcat(daemon->device, folder);
    log_notice("there is no card: sound is written into WAV files in %s", folder);
    return true;
}

static void prepare_mixer(const struct daemon *daemon) {
    char card[MIXER_CARD_SIZE];
    struct mixer_report report;
    struct fail why;
    if (strncmp(daemon->device, "wav:", 4) == 0) {
        return;
    }
    mixer_card(daemon->device, card);
    if (!mixer_prepare(card, daemon->settings.mixer, daemon->settings.volume_percent, &report,
                       &why)) {
        log_warning("mixer: %s", why.sentence);
        return;
    }
    for (size_t i = 0; i < report.count; i++) {
        if (report.elements[i].was_muted) {
            log_notice("mixer: %s was muted and is not any more", report.elements[i].name);
        }
    }
}

static bool create_player(struct daemon *daemon, struct fail *why) {
    const struct player_link_handler handler = {daemon, air_happened, card_opened};
    struct player_config config = PLAYER_CONFIG_DEFAULT;
    config.device = daemon->device;
    config.rate = (uint32_t)daemon->settings.rate;
    config.queue_ms = (uint32_t)daemon->settings.buffer_ms;
    prepare_mixer(daemon);
    if (!player_create(&config, &daemon->player, why)) {
        return false;
    }
    daemon->link = player_link_create(daemon->player, &handler);
    daemon->heartbeat_at = monotime_now();
    return true;
}

static bool create_ends(struct daemon *daemon, struct fail *why) {
    char run[SETTINGS_PATH_SIZE];
    const struct diary_writer_handler diary = {daemon, diary_committed, diary_failed};
    const struct ampd_client_handler ampd = {daemon, zone_changed, link_changed};
    const struct control_handler control = {daemon, errand_asked};
    if (!settings_path(daemon->folder, daemon->settings.run, run, why)) {
        return false;
    }
    memory_auto char *ampd_path = memory_format("%s/ampd.sock", run);
    memory_auto char *control_path = memory_format("%s/loaxad.sock", run);
    daemon->opener =
        (struct sound_opener){.folder = daemon->folder, .context = daemon, .opened = sound_opened};
    if (!worker_create("store", &daemon->worker, why) ||
        !diary_writer_create(daemon->worker, daemon->diary, &diary, &daemon->writer, why) ||
        !create_player(daemon, why) || !ampd_client_init(&daemon->ampd, ampd_path, &ampd, why) ||
        !control_server_create(control_path, &control, &daemon->control, why)) {
        return false;
    }
    daemon->opener.worker = daemon->worker;
    return true;
}

/* The longest lead and tail of the zones' amplifiers, as loaxa-ampd will have them from the same file. */
static void amplifier_times(const struct daemon *daemon, struct onair_config *config) {
    zone_set zones = config->zones;
    struct amplifier_settings settings = amplifier_settings_default(zones, daemon->programme->zone);
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if ((zones & (zone_set)1 << zone) != 0) {
            settings.zone[zone].warm_up_ms = daemon->settings.warmup_s * 1000;
            int64_t lead_us = amplifier_lead_ms(&settings, zone) * INT64_C(1000);
            int64_t tail_us = amplifier_tail_ms(&settings, zone) * INT64_C(1000);
            config->amplifier_lead_us = MAX(config->amplifier_lead_us, lead_us);
            config->amplifier_tail_us = MAX(config->amplifier_tail_us, tail_us);
        }
    }
}

static void create_onair(struct daemon *daemon, const struct recall *recall) {
    const struct onair_ports ports = {
        .diary = diary_writer_port(daemon->writer),
        .sounds = sound_opener_port(&daemon->opener),
        .player = player_link_port(daemon->link),
        .amplifier = {.self = daemon,
                      .want = amplifier_want,
                      .release = amplifier_release,
                      .cut = amplifier_cut},
    };
    struct onair_config config = {
        .program = "loaxad",
        .version = LOAXA_VERSION,
        .boot = daemon->boot,
        .amplifier_settle_us = 500000,
        .zones = settings_zones(&daemon->settings),
    };
    amplifier_times(daemon, &config);
    struct moment moment = daemon_moment(daemon);
    daemon->onair = onair_create(&config, &ports, recall, &moment);
    onair_programme(daemon->onair, daemon->programme, NULL, &moment);
}

static bool build(struct daemon *daemon, const struct loaxad_options *options,
                  struct recall *recall, struct fail *why) {
    timekeeper_boot(daemon->boot);
    return settings_load(daemon->folder, &daemon->settings, why) && take_lock(daemon, why) &&
           open_databases(daemon, why) &&
           settings_allow_profile(&daemon->settings, daemon->programme->profile.always_open, why) &&
           choose_device(daemon, options->sound, why) &&
           (recall_init(recall, daemon->programme->zone), read_diary(daemon, recall, why)) &&
           start_clock(daemon, recall, why) && create_ends(daemon, why);
}

static void take_apart(struct daemon *daemon) {
    if (daemon->onair != NULL) {
        struct moment moment = daemon_moment(daemon);
        onair_destroy(daemon->onair, "signal", &moment);
        daemon->onair = NULL;
    }
    control_server_destroy(daemon->control);
    ampd_client_finish(&daemon->ampd);
    player_link_destroy(daemon->link);
    player_destroy(daemon->player);
    worker_destroy(daemon->worker); /* writes the diary's last events */
    diary_writer_destroy(daemon->writer);
    programme_release(daemon->programme);
    diary_close(daemon->diary);
    database_close(daemon->station);
    sd_event_source_unref(daemon->wake);
    sd_event_unref(daemon->event);
    if (daemon->watch >= 0) {
        close(daemon->watch);
    }
    if (daemon->lock >= 0) {
        close(daemon->lock);
    }
}

static bool run(struct daemon *daemon, const struct recall *recall, struct fail *why) {
    int error = sd_event_default(&daemon->event);
    if (error < 0) {
        return fail_system(why, -error, "cannot prepare the control loop");
    }
    create_onair(daemon, recall);
    if (!add_sources(daemon, why) || !ampd_client_attach(&daemon->ampd, daemon->event, why)) {
        return false;
    }
    sd_notify(false, "READY=1");
    log_notice("the station is on duty: %s", daemon->programme->station_title);
    error = sd_event_loop(daemon->event);
    return error >= 0 || fail_system(why, -error, "the control loop failed");
}

/* For the loop to receive: blocked before any thread exists, or another thread would die of them. A peer that
 * has gone and a file that may grow no more are errors of their calls, not the end of the station. */
static void block_signals(void) {
    sigset_t signals;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

bool loaxad_run(const struct loaxad_options *options, struct fail *why) {
    block_signals();
    struct daemon *daemon = memory_new(sizeof *daemon);
    struct recall recall = {0};
    daemon->folder = options->station;
    daemon->lock = daemon->watch = -1;
    daemon->ampd.fd = -1;
    bool ok = build(daemon, options, &recall, why) && run(daemon, &recall, why);
    take_apart(daemon);
    recall_finish(&recall);
    free(daemon);
    return ok;
}
