/* stage: a player in virtual time, turned by hand, with a paced card that is listened to frame by
 * frame. An hour takes seconds, and every instant is exact. */
#ifndef LOAXA_TESTS_TESTBED_STAGE_H
#define LOAXA_TESTS_TESTBED_STAGE_H

#include "player/engine.h"
#include "player/pcm_paced.h"
#include "player/pcm_scripted.h"

#include <stdlib.h>
#include <string.h>

enum { STAGE_EVENTS = 256 };

struct stage {
    struct player_clocks clocks;
    struct player *player;
    int64_t mono_ns;
    int64_t wall_us_ahead; /* wall = mono + this: change it to set the clock */
    /* What sounded, and when each frame did. */
    float *heard;
    int64_t *heard_ns;
    size_t heard_frames, heard_room;
    uint32_t channels;
    struct player_event events[STAGE_EVENTS];
    int event_count;
    atomic_long calls[PCM_CALLS];
};

static inline struct instant stage_now(void *context) {
    struct stage *stage = context;
    return (struct instant){.mono_ns = stage->mono_ns,
                            .boot = {stage->mono_ns + 777},
                            .wall = {stage->mono_ns / 1000 + stage->wall_us_ahead}};
}

static inline void stage_pause(void *context, int wake_fd, int64_t ns) {
    (void)wake_fd;
    ((struct stage *)context)->mono_ns += ns > 0 ? ns : 0;
}

static inline void stage_hear(void *context, const float *samples, size_t frames,
                              int64_t instant_ns) {
    struct stage *stage = context;
    if (stage->heard_frames + frames > stage->heard_room) {
        stage->heard_room = (stage->heard_frames + frames) * 2;
        stage->heard = realloc(stage->heard, stage->heard_room * stage->channels * sizeof(float));
        stage->heard_ns = realloc(stage->heard_ns, stage->heard_room * sizeof(int64_t));
    }
    memcpy(stage->heard + stage->heard_frames * stage->channels, samples,
           frames * stage->channels * sizeof(float));
    for (size_t i = 0; i < frames; i++) {
        stage->heard_ns[stage->heard_frames + i] = instant_ns + (int64_t)(i * 1e9 / 48000);
    }
    stage->heard_frames += frames;
}

/* `script` may be NULL: a card that never fails. 48 kHz; `channels` of the card. */
static inline void stage_open(struct stage *stage, uint32_t channels, double drift_ppm,
                              const struct pcm_script *script) {
    *stage = (struct stage){.mono_ns = INT64_C(1000000000000),
                            .wall_us_ahead = INT64_C(1764000000000000)};
    stage->clocks = (struct player_clocks){stage_now, stage_pause, stage};
    stage->channels = channels;
    struct pcm *pcm = pcm_paced_create(&(struct pcm_paced_config){.clocks = &stage->clocks,
                                                                  .drift_ppm = drift_ppm,
                                                                  .extra_delay_frames = 480,
                                                                  .hear = stage_hear,
                                                                  .context = stage});
    if (script != NULL) {
        pcm = pcm_scripted_create(pcm, script, stage->calls);
    }
    struct player_config config = PLAYER_CONFIG_DEFAULT;
    config.channels = channels;
    config.clocks = &stage->clocks;
    config.pcm = pcm;
    config.by_hand = true;
    config.lock_memory = false;
    struct fail why;
    if (!player_create(&config, &stage->player, &why)) {
        abort();
    }
}

static inline void stage_close(struct stage *stage) {
    player_destroy(stage->player);
    free(stage->heard);
    free(stage->heard_ns);
}

static inline struct walltime stage_wall(struct stage *stage) {
    return stage_now(stage).wall;
}

static inline struct permit stage_permit(struct stage *stage, double seconds) {
    struct instant now = stage_now(stage);
    return (struct permit){.id = 7,
                           .class = CLASS_NORMAL,
                           .not_before = now.wall,
                           .not_after = walltime_add(now.wall, (int64_t)(seconds * 1e6)),
                           .deadline = monotime_add(now.boot, (int64_t)(seconds * 1e9)),
                           .zones = ZONE_SET_ALL};
}

/* One turn, and what control hears of it. */
static inline void stage_turn(struct stage *stage) {
    player_turn(stage->player);
    while (stage->event_count < STAGE_EVENTS &&
           player_next_event(stage->player, &stage->events[stage->event_count])) {
        stage->event_count++;
    }
}

static inline void stage_run(struct stage *stage, double seconds) {
    int64_t end = stage->mono_ns + (int64_t)(seconds * 1e9);
    while (stage->mono_ns < end) {
        stage_turn(stage);
    }
}

/* The number-th (from 0) event of a kind about an airing or session (0: any); NULL where there is
 * none. */
static inline const struct player_event *
stage_event(const struct stage *stage, enum player_event_kind kind, uint64_t id, int number) {
    for (int i = 0; i < stage->event_count; i++) {
        const struct player_event *event = &stage->events[i];
        bool about = id == 0 || event->airing == id || (event->airing == 0 && event->session == id);
        if (event->kind == kind && about && number-- == 0) {
            return event;
        }
    }
    return NULL;
}

static inline bool stage_is_silent(const struct stage *stage, size_t frame) {
    for (uint32_t c = 0; c < stage->channels; c++) {
        if (stage->heard[frame * stage->channels + c] != 0.0f) {
            return false;
        }
    }
    return true;
}

/* The first frame from `from` on that is not silent; heard_frames where there is none. */
static inline size_t stage_first_sound(const struct stage *stage, size_t from) {
    while (from < stage->heard_frames && stage_is_silent(stage, from)) {
        from++;
    }
    return from;
}

/* The frame after the last one that is not silent; 0 where there is none. */
static inline size_t stage_last_sound(const struct stage *stage) {
    size_t end = stage->heard_frames;
    while (end > 0 && stage_is_silent(stage, end - 1)) {
        end--;
    }
    return end;
}

/* A session that begins `lead` seconds from now, with a permit for an hour. Returns its start. */
static inline struct walltime stage_begin(struct stage *stage, uint64_t id, double lead) {
    struct player_session session = {.id = id,
                                     .permit = stage_permit(stage, 3600),
                                     .zones = 1,
                                     .start =
                                         walltime_add(stage_wall(stage), (int64_t)(lead * 1e6))};
    struct fail why;
    if (!player_begin(stage->player, &session, &why)) {
        abort();
    }
    return session.start;
}

static inline void stage_add(struct stage *stage, uint64_t session, uint64_t airing, int fd) {
    struct player_element element = {.airing = airing, .fd = fd};
    struct fail why;
    if (!player_add(stage->player, session, &element, &why)) {
        abort();
    }
}

#endif
