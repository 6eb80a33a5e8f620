/* The engine with its own threads and the real clock: run under TSan, and (without sanitizers) with
 * every allocation, lock and file call of the audio thread trapped. Nothing here asserts a time. */
#include "player/engine.h"
#include "player/pcm_paced.h"
#include "player/pcm_scripted.h"
#include "player/realtime.h"
#include "testbed/sound.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- the trap ---- */

static atomic_int trapped;
static const char *_Atomic trapped_call;

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define TRAPS 1

static void trap(const char *call) {
    if (realtime_depth > 0) {
        atomic_fetch_add(&trapped, 1);
        atomic_store(&trapped_call, call);
    }
}

/* glibc's own names for what is interposed here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *memory);

void *malloc(size_t size) {
    trap("malloc");
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    trap("calloc");
    return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    trap("realloc");
    return __libc_realloc(old, size);
}
void free(void *memory) {
    trap("free");
    __libc_free(memory);
}

static int (*real_lock)(pthread_mutex_t *);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_read)(int, void *, size_t);
static ssize_t (*real_pread)(int, void *, size_t, off_t);

__attribute__((constructor)) static void find_real_calls(void) {
    *(void **)&real_lock = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    *(void **)&real_write = dlsym(RTLD_NEXT, "write");
    *(void **)&real_read = dlsym(RTLD_NEXT, "read");
    *(void **)&real_pread = dlsym(RTLD_NEXT, "pread");
}

int pthread_mutex_lock(pthread_mutex_t *mutex) {
    trap("pthread_mutex_lock");
    return real_lock(mutex);
}
/* Eight bytes are an eventfd's: the poke that is allowed. */
ssize_t write(int fd, const void *bytes, size_t size) {
    if (size != 8) {
        trap("write");
    }
    return real_write(fd, bytes, size);
}
ssize_t read(int fd, void *bytes, size_t size) {
    if (size != 8) {
        trap("read");
    }
    return real_read(fd, bytes, size);
}
ssize_t pread(int fd, void *bytes, size_t size, off_t at) {
    trap("pread");
    return real_pread(fd, bytes, size, at);
}
#endif

static void the_trap_traps(void **state) {
    (void)state;
#ifdef TRAPS
    /* Through a pointer: of free() itself the compiler knows that it does not look at depths. */
    void (*volatile release)(void *) = free;
    void *memory = malloc(10);
    assert_int_equal(atomic_load(&trapped), 0);
    realtime_enter();
    release(memory);
    realtime_leave();
    assert_int_equal(atomic_load(&trapped), 1);
    assert_string_equal(trapped_call, "free");
    atomic_store(&trapped, 0);
#else
    skip();
#endif
}

static void nothing_was_trapped(void) {
    if (atomic_load(&trapped) != 0) {
        print_message("the audio thread called %s\n", atomic_load(&trapped_call));
    }
    assert_int_equal(atomic_load(&trapped), 0);
}

/* ---- a player that is listened to ---- */

enum { EVENTS_MAX = 128 };

struct listener {
    struct player *player;
    atomic_llong heard;
    struct player_event events[EVENTS_MAX];
    int count;
};

static void hear(void *context, const float *samples, size_t frames, int64_t instant_ns) {
    struct listener *listener = context;
    (void)samples, (void)instant_ns;
    atomic_fetch_add_explicit(&listener->heard, (long long)frames, memory_order_relaxed);
}

static void listener_open(struct listener *listener, const struct pcm_script *script) {
    *listener = (struct listener){0};
    struct pcm *pcm = pcm_paced_create(&(struct pcm_paced_config){
        .clocks = &player_clocks_system, .hear = hear, .context = listener});
    if (script != NULL) {
        pcm = pcm_scripted_create(pcm, script, NULL);
    }
    struct player_config config = PLAYER_CONFIG_DEFAULT;
    struct fail why;
    config.pcm = pcm;
    config.lock_memory = false;
    assert_true(player_create(&config, &listener->player, &why));
}

static void begin(struct listener *listener, uint64_t id, int64_t lead_us) {
    struct walltime now = walltime_now();
    struct player_session session = {
        .id = id,
        .zones = 1,
        .start = walltime_add(now, lead_us),
        .permit = {.id = 1,
                   .not_before = now,
                   .not_after = walltime_add(now, 600 * WALLTIME_SECOND),
                   .deadline = monotime_add(monotime_now(), 600 * MONOTIME_SECOND),
                   .zones = 1}};
    struct fail why;
    assert_true(player_begin(listener->player, &session, &why));
}

static void add(struct listener *listener, uint64_t session, uint64_t airing, int format,
                uint32_t rate, int64_t frames) {
    struct player_element element = {.airing = airing,
                                     .fd = sound_file(format, rate, 2, frames, sound_sine),
                                     .gain_db = 8.0}; /* so that the limiter works */
    struct fail why;
    assert_true(player_add(listener->player, session, &element, &why));
}

/* Reads events until one of a kind about an id has come; gives up after a minute. */
static const struct player_event *wait_for(struct listener *listener, enum player_event_kind kind,
                                           uint64_t id) {
    struct monotime end = monotime_add(monotime_now(), 60 * MONOTIME_SECOND);
    int seen = 0;
    for (;;) {
        for (; seen < listener->count; seen++) {
            const struct player_event *event = &listener->events[seen];
            if (event->kind == kind && (event->airing == id || event->session == id)) {
                return event;
            }
        }
        assert_true(monotime_before(monotime_now(), end));
        struct pollfd events = {.fd = player_event_fd(listener->player), .events = POLLIN};
        poll(&events, 1, 200);
        while (listener->count < EVENTS_MAX &&
               player_next_event(listener->player, &listener->events[listener->count])) {
            listener->count++;
        }
    }
}

static int count_of(const struct listener *listener, enum player_event_kind kind, uint64_t airing) {
    int count = 0;
    for (int i = 0; i < listener->count; i++) {
        count += listener->events[i].kind == kind && listener->events[i].airing == airing;
    }
    return count;
}

#define WAV16 (SF_FORMAT_WAV | SF_FORMAT_PCM_16)
#define FLAC16 (SF_FORMAT_FLAC | SF_FORMAT_PCM_16)

static void sessions_elements_and_orders_pass_between_the_threads(void **state) {
    (void)state;
    static struct listener listener;
    struct fail why;
    listener_open(&listener, NULL);
    begin(&listener, 1, 300000);
    add(&listener, 1, 11, WAV16, 48000, 19200);
    add(&listener, 1, 12, FLAC16, 44100, 17640);
    add(&listener, 1, 13, WAV16, 48000, 480000);
    begin(&listener, 2, 600000);
    add(&listener, 2, 21, FLAC16, 48000, 480000);
    add(&listener, 2, 22, WAV16, 48000, 480000);
    assert_true(player_finish(listener.player, 1, &why));
    wait_for(&listener, PLAYER_AIRING_STARTED, 13);
    assert_true(player_stop_airing(listener.player, 13, 30, &why));
    wait_for(&listener, PLAYER_SESSION_ENDED, 1);
    wait_for(&listener, PLAYER_AIRING_STARTED, 21);
    assert_true(player_stop(listener.player, 2, 30, &why));
    const struct player_event *over = wait_for(&listener, PLAYER_SESSION_ENDED, 2);
    assert_int_equal(over->reason, PLAYER_STOPPED);
    static const uint64_t airings[] = {11, 12, 13, 21, 22};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(count_of(&listener, PLAYER_AIRING_ENDED, airings[i]), 1);
    }
    const struct player_event *whole = wait_for(&listener, PLAYER_AIRING_ENDED, 11);
    assert_int_equal(whole->frames + whole->lost_frames, 19200);
    struct player_heartbeat before = player_heartbeat(listener.player);
    begin(&listener, 3, 0);
    wait_for(&listener, PLAYER_SESSION_READY, 3);
    struct player_heartbeat after = player_heartbeat(listener.player);
    assert_true(after.audio > before.audio && after.feeder > before.feeder);
    player_destroy(listener.player); /* with a session open */
    assert_true(atomic_load(&listener.heard) > 19200);
    nothing_was_trapped();
}

static void a_failing_card_is_recovered_by_the_threads(void **state) {
    (void)state;
    static struct listener listener;
    struct fail why;
    struct pcm_script script = {.lines = {{PCM_WRITE, -EPIPE, 38400, 1},
                                          {PCM_READ, -ENODEV, 76800, 1},
                                          {PCM_OPEN, -ENODEV, 76800, 1}}};
    listener_open(&listener, &script);
    begin(&listener, 1, 300000);
    add(&listener, 1, 11, FLAC16, 48000, 48000 * 3);
    assert_true(player_finish(listener.player, 1, &why));
    wait_for(&listener, PLAYER_SESSION_ENDED, 1);
    const struct player_event *ended = wait_for(&listener, PLAYER_AIRING_ENDED, 11);
    assert_int_equal(ended->frames + ended->lost_frames, 48000 * 3);
    assert_true(ended->lost_frames > 0);
    assert_true(count_of(&listener, PLAYER_FAULT, 0) >= 2);
    assert_true(count_of(&listener, PLAYER_RECOVERED, 0) >= 2);
    player_destroy(listener.player);
    nothing_was_trapped();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_trap_traps),
        cmocka_unit_test(sessions_elements_and_orders_pass_between_the_threads),
        cmocka_unit_test(a_failing_card_is_recovered_by_the_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
