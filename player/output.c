#include "player/output.h"

#include "base/memory.h"
#include "player/fade.h"
#include "player/limiter.h"
#include "player/passage.h"
#include "player/realtime.h"
#include "player/timeline.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A card that fails again and again is closed after so many restarts within so long, and opened
 * again at this distance: it may come back at any time, and no loop of ours may spin. */
enum { RESTARTS_MAX = 6 };
#define RESTARTS_WITHIN_NS INT64_C(4000000000)
#define REOPEN_NS INT64_C(500000000)
#define REOPEN_FIRST_NS INT64_C(20000000)
/* A card whose frames stand still for so long beyond its queue has stopped. */
#define STUCK_NS INT64_C(800000000)
#define STUCK_AT_START_NS INT64_C(4000000000)
#define IDLE_NS INT64_C(1000000000)
#define DOWN_TICK_NS INT64_C(100000000)
/* No withdrawal clicks. */
enum { FADE_MIN_MS = 5, MIX_FRAMES_MAX = 4096 };

struct output_session {
    uint64_t id;
    struct permit permit;
    zone_set zones;
    struct walltime start;
    int decks[DECKS]; /* loaded, in order */
    int deck_count;
    bool no_more;                   /* the feeder has announced the last one */
    bool ready;                     /* and it was said */
    bool started;                   /* its start was placed on the line of frames */
    int64_t sounds_ns;              /* when it sounds there */
    bool over;                      /* nothing more of it will sound */
    bool stopping;                  /* it fades out */
    int64_t fade_left, fade_length; /* frames, while stopping */
    enum player_reason reason;
};

/* The element that plays. */
struct playing {
    struct deck *deck; /* NULL: none */
    int slot;          /* of its passage */
    int64_t position;  /* frames of it that are mixed or lost */
    int64_t gap_left;
    bool fading;
    int64_t fade_left, fade_length; /* while it is withdrawn */
    bool marked;                    /* in the tap */
};

struct output {
    struct player_config config;
    struct pcm *pcm;
    const struct player_clocks *clocks;
    struct output_links links;
    struct output_gauges *gauges;
    struct instant now; /* of this turn */

    enum player_state state;
    struct pcm_shape shape; /* of the card, or assumed of one that was never open */
    bool shape_told;
    struct limiter *limiter;
    struct timeline timeline;
    int64_t written;              /* frames, since it was opened or restarted */
    int64_t mixed;                /* the same, before the limiter */
    int64_t position;             /* the frame at the output at the last reading */
    int64_t moved_ns;             /* when it last moved */
    float *block;                 /* a period, interleaved */
    size_t block_at, block_count; /* of it: not written yet */
    int64_t idle_turns;           /* in a row without a frame written */

    struct output_session sessions[PLAYER_SESSIONS_MAX]; /* the first is on the air */
    int session_count;
    struct playing playing;
    struct passages passages;
    bool drop_wanted; /* what is queued must not sound */
    bool poke_feeder;
    bool starving;

    /* The programme against the card. */
    int64_t owed;    /* frames of it whose time has passed while no card played */
    int64_t hold;    /* frames of silence until it goes on */
    int64_t next_ns; /* when its next frame should sound, on the line of before a fault */
    bool lagging;    /* a fault is over, but the new line is not known yet */
    int64_t lost_since_ns;

    int restarts;
    int64_t restarts_since_ns, reopen_at_ns;
    bool fault_told; /* of this outage */
};

struct output *output_create(const struct player_config *config, struct pcm *pcm,
                             const struct player_clocks *clocks, const struct output_links *links,
                             struct output_gauges *gauges) {
    struct output *output = memory_new(sizeof *output);
    output->config = *config;
    output->pcm = pcm;
    output->clocks = clocks;
    output->links = *links;
    output->gauges = gauges;
    output->shape = (struct pcm_shape){.rate = config->rate, .channels = config->channels};
    snprintf(output->shape.place, sizeof output->shape.place, "%s",
             config->device != NULL ? config->device : "");
    return output;
}

static void free_shape(struct output *output) {
    limiter_destroy(output->limiter);
    free(output->block);
    output->limiter = NULL;
    output->block = NULL;
}

void output_destroy(struct output *output) {
    if (output == NULL) {
        return;
    }
    if (output->state == PLAYER_RUNNING) {
        output->pcm->ops->close(output->pcm);
    }
    output->pcm->ops->destroy(output->pcm);
    free_shape(output);
    free(output);
}

/* ---- notes ---- */

static void put_note(struct output *output, const struct note *note) {
    ring_put(output->links.notes, note, 1);
    output->poke_feeder = true;
}

static void note_fault(struct output *output, enum player_fault fault, int error) {
    struct note note = {.kind = NOTE_FAULT,
                        .session = output->session_count > 0 ? output->sessions[0].id : 0,
                        .at = output->now.wall,
                        .fault = fault,
                        .error = error};
    memcpy(note.place, output->shape.place, sizeof note.place);
    put_note(output, &note);
    atomic_fetch_add(&output->gauges->faults, 1);
}

static void set_state(struct output *output, enum player_state state) {
    output->state = state;
    atomic_store_explicit(&output->gauges->state, (int)state, memory_order_relaxed);
}

static double frame_ns(const struct output *output) {
    return output->timeline.frame_ns > 0.0 ? output->timeline.frame_ns : 1e9 / output->shape.rate;
}

static int64_t frames_of_ns(const struct output *output, int64_t ns) {
    return llround((double)ns / frame_ns(output));
}

static int64_t frames_of_ms(const struct output *output, int64_t ms) {
    return ms * output->shape.rate / 1000;
}

/* ---- sessions ---- */

static struct output_session *find_session(struct output *output, uint64_t id) {
    for (int i = 0; i < output->session_count; i++) {
        if (output->sessions[i].id == id) {
            return &output->sessions[i];
        }
    }
    return NULL;
}

static void release_deck(struct output *output, struct deck *deck) {
    atomic_store_explicit(&deck->released, true, memory_order_release);
    output->poke_feeder = true;
}

static void close_playing(struct output *output, enum player_reason reason) {
    struct playing *playing = &output->playing;
    if (playing->deck == NULL) {
        return;
    }
    passages_close(&output->passages, playing->slot, reason);
    release_deck(output, playing->deck);
    *playing = (struct playing){0};
    output->starving = false;
}

/* A loaded element that will not sound at all. */
static void leave_out(struct output *output, struct deck *deck, enum player_reason reason) {
    int slot = passages_open(&output->passages, deck->session, deck->element.airing);
    passages_close(&output->passages, slot, reason);
    release_deck(output, deck);
}

static void end_session(struct output *output, struct output_session *session,
                        enum player_reason reason) {
    if (session->over) {
        return;
    }
    session->over = true;
    session->reason = reason;
    if (session == &output->sessions[0]) {
        close_playing(output, reason);
        output->owed = output->hold = 0;
        output->lagging = output->lagging && output->session_count > 1;
    }
    for (int i = 0; i < session->deck_count; i++) {
        leave_out(output, &output->links.decks[session->decks[i]], reason);
    }
    session->deck_count = 0;
    if (!session->no_more) {
        put_note(output,
                 &(struct note){.kind = NOTE_ABANDON, .session = session->id, .reason = reason});
    }
}

/* Sessions that are over leave when the feeder has no more of them. */
static void retire_sessions(struct output *output) {
    while (output->session_count > 0 && output->sessions[0].over && output->sessions[0].no_more &&
           passages_have_room(&output->passages)) {
        passages_end_session(&output->passages, output->sessions[0].id, output->sessions[0].reason);
        output->session_count--;
        memmove(&output->sessions[0], &output->sessions[1],
                (size_t)output->session_count * sizeof output->sessions[0]);
    }
}

static void stop_session(struct output *output, struct output_session *session, uint32_t fade_ms) {
    if (session == NULL || session->over) {
        return;
    }
    bool on_air = session == &output->sessions[0] && session->started;
    if (fade_ms == 0 || !on_air || output->state != PLAYER_RUNNING) {
        output->drop_wanted |= on_air;
        end_session(output, session, PLAYER_STOPPED);
        return;
    }
    if (!session->stopping) {
        session->stopping = true;
        session->fade_length = session->fade_left = frames_of_ms(output, fade_ms);
    }
}

static void fade_playing(struct output *output, uint32_t fade_ms) {
    struct playing *playing = &output->playing;
    if (!playing->fading) {
        playing->fading = true;
        playing->fade_length = frames_of_ms(output, fade_ms > FADE_MIN_MS ? fade_ms : FADE_MIN_MS);
        playing->fade_left = playing->fade_length;
    }
}

static void stop_airing(struct output *output, uint64_t airing, uint32_t fade_ms) {
    struct playing *playing = &output->playing;
    if (playing->deck != NULL && playing->deck->element.airing == airing) {
        fade_playing(output, fade_ms);
        return;
    }
    for (int i = 0; i < output->session_count; i++) {
        struct output_session *session = &output->sessions[i];
        for (int k = 0; k < session->deck_count; k++) {
            struct deck *deck = &output->links.decks[session->decks[k]];
            if (deck->element.airing == airing) {
                leave_out(output, deck, PLAYER_STOPPED);
                session->deck_count--;
                memmove(&session->decks[k], &session->decks[k + 1],
                        (size_t)(session->deck_count - k) * sizeof session->decks[0]);
                return;
            }
        }
    }
}

/* Control counts too, and later than we do: there is always room. */
static void begin_session(struct output *output, const struct player_session *begin) {
    struct output_session *session = &output->sessions[output->session_count++];
    *session = (struct output_session){
        .id = begin->id, .permit = begin->permit, .zones = begin->zones, .start = begin->start};
}

static void take_commands(struct output *output) {
    struct command command;
    while (ring_get(output->links.commands, &command, 1) == 1) {
        struct output_session *session = find_session(output, command.session);
        switch (command.kind) {
        case COMMAND_BEGIN:
            begin_session(output, &command.begin);
            break;
        case COMMAND_STOP:
            stop_session(output, session, command.fade_ms);
            break;
        case COMMAND_STOP_AIRING:
            stop_airing(output, command.airing, command.fade_ms);
            break;
        case COMMAND_PERMIT:
            if (session != NULL) {
                session->permit = command.begin.permit;
            }
            break;
        case COMMAND_ADD:
        case COMMAND_FINISH:
        case COMMAND_QUIT:
            break;
        }
    }
}

static void take_arrivals(struct output *output) {
    struct arrival arrival;
    while (passages_have_room(&output->passages) && ring_peek(output->links.arrivals, &arrival)) {
        struct output_session *session = find_session(output, arrival.session);
        if (session == NULL) {
            return; /* its COMMAND_BEGIN is on the way */
        }
        ring_skip(output->links.arrivals, 1);
        if (arrival.deck < 0) {
            session->no_more = true;
        } else if (session->over) {
            leave_out(output, &output->links.decks[arrival.deck], session->reason);
        } else {
            session->decks[session->deck_count++] = arrival.deck;
        }
    }
}

/* ---- permits ---- */

/* Asked at every turn, by the clocks of this instant. */
static void check_permits(struct output *output) {
    for (int i = 0; i < output->session_count; i++) {
        struct output_session *session = &output->sessions[i];
        const struct instant *now = &output->now;
        if (session->over ||
            permit_allows(&session->permit, now->wall, now->boot, session->zones)) {
            continue;
        }
        /* Frames are written ahead: what is placed need not have begun to sound. */
        bool before = !session->started || now->mono_ns < session->sounds_ns;
        bool too_early = session->permit.id != 0 && before &&
                         walltime_before(now->wall, session->permit.not_before) &&
                         monotime_before(now->boot, session->permit.deadline) &&
                         (session->zones & ~session->permit.zones) == 0;
        if (!too_early) {
            output->drop_wanted |= i == 0 && session->started;
            end_session(output, session, PLAYER_PERMIT);
        }
    }
}

static int64_t permit_begin_ns(const struct output *output, const struct output_session *session) {
    struct walltime begin = session->start;
    if (walltime_before(begin, session->permit.not_before)) {
        begin = session->permit.not_before;
    }
    return instant_mono_of_wall(&output->now, begin);
}

/* From this instant on no frame may sound. */
static int64_t permit_end_ns(const struct output *output, const struct output_session *session) {
    int64_t wall = instant_mono_of_wall(&output->now, session->permit.not_after);
    int64_t boot = instant_mono_of_boot(&output->now, session->permit.deadline);
    return wall < boot ? wall : boot;
}

/* ---- mixing ---- */

/* A stretch of the card's frames that is being filled. */
struct stretch {
    float *samples;
    int64_t frames;
    int64_t first;      /* its first frame on the card, behind the limiter */
    int64_t instant_ns; /* when that one sounds */
};

static bool take_deck(struct output *output, struct output_session *session) {
    struct playing *playing = &output->playing;
    if (playing->deck != NULL) {
        return true;
    }
    if (session->deck_count == 0 || !passages_have_room(&output->passages)) {
        return false;
    }
    struct deck *deck = &output->links.decks[session->decks[0]];
    if (!deck_is_ready(deck)) {
        return false;
    }
    session->deck_count--;
    memmove(&session->decks[0], &session->decks[1],
            (size_t)session->deck_count * sizeof session->decks[0]);
    if (deck->rate != output->shape.rate || deck->channels != output->shape.channels) {
        leave_out(output, deck, PLAYER_DEVICE); /* loaded for the card that was here before */
        return false;
    }
    *playing = (struct playing){
        .deck = deck,
        .slot = passages_open(&output->passages, deck->session, deck->element.airing),
        .gap_left = frames_of_ms(output, deck->element.gap_ms)};
    return true;
}

/* The programme's time that passed without a card: as much of it as is decoded is skipped. */
static void skip_owed(struct output *output, struct output_session *session) {
    while (output->owed > 0 && take_deck(output, session)) {
        struct playing *playing = &output->playing;
        struct deck *deck = playing->deck;
        int64_t gap = playing->gap_left < output->owed ? playing->gap_left : output->owed;
        playing->gap_left -= gap;
        output->owed -= gap;
        int end = atomic_load_explicit(&deck->end, memory_order_acquire);
        int64_t there = (int64_t)(ring_count(&deck->samples) / deck->channels);
        int64_t skipped = there < output->owed ? there : output->owed;
        ring_skip(&deck->samples, (size_t)skipped * deck->channels);
        passages_lose(&output->passages, playing->slot, skipped);
        playing->position += skipped;
        output->owed -= skipped;
        output->poke_feeder |= skipped > 0;
        if (end != 0 && skipped == there) {
            close_playing(output, skipped > 0 ? PLAYER_DEVICE : (enum player_reason)(end - 1));
        } else if (output->owed > 0) {
            return; /* the feeder is behind */
        }
    }
}

static void tap_frames(struct output *output, const float *samples, size_t frames) {
    struct playing *playing = &output->playing;
    struct ring *tap = output->links.tap;
    size_t count = frames * output->shape.channels;
    if (!playing->marked) {
        struct tap_mark mark = {playing->deck->element.airing,
                                atomic_load_explicit(&tap->put, memory_order_relaxed)};
        playing->marked = ring_put(output->links.marks, &mark, 1) == 1;
    }
    /* With no room the measurement has a hole, the sound has none. */
    if (playing->marked && ring_space(tap) >= count) {
        ring_put(tap, samples, count);
    }
    output->poke_feeder |= ring_count(tap) > (tap->mask + 1) / 2;
}

static void fade_stretch(struct output *output, struct output_session *session, float *samples,
                         int64_t frames, int64_t left_after, bool end_known) {
    struct playing *playing = &output->playing;
    const struct player_element *element = &playing->deck->element;
    uint32_t channels = output->shape.channels;
    fade_in(samples, (size_t)frames, channels, playing->position,
            frames_of_ms(output, element->fade_in_ms));
    if (end_known && element->fade_out_ms > 0) {
        fade_out(samples, (size_t)frames, channels, left_after + frames,
                 frames_of_ms(output, element->fade_out_ms));
    }
    if (playing->fading) {
        fade_out(samples, (size_t)frames, channels, playing->fade_left, playing->fade_length);
    }
    if (session->stopping) {
        fade_out(samples, (size_t)frames, channels, session->fade_left, session->fade_length);
    }
}

/* How much of `wanted` this element may still fill before a fade of it has ended. */
static int64_t until_faded(const struct output *output, const struct output_session *session,
                           int64_t wanted) {
    const struct playing *playing = &output->playing;
    if (playing->fading && playing->fade_left < wanted) {
        wanted = playing->fade_left;
    }
    if (session->stopping && session->fade_left < wanted) {
        wanted = session->fade_left;
    }
    return wanted;
}

/* Fills frames [at, until) from the element that plays; returns how many were filled. Closes the
 * element at its end. */
static int64_t mix_element(struct output *output, struct output_session *session,
                           const struct stretch *stretch, int64_t at, int64_t until) {
    struct playing *playing = &output->playing;
    struct deck *deck = playing->deck;
    uint32_t channels = output->shape.channels;
    if (playing->gap_left > 0) {
        int64_t gap = playing->gap_left < until - at ? playing->gap_left : until - at;
        playing->gap_left -= gap;
        return gap;
    }
    int end = atomic_load_explicit(&deck->end, memory_order_acquire);
    int64_t there = (int64_t)(ring_count(&deck->samples) / channels);
    int64_t wanted = until_faded(output, session, until - at);
    int64_t frames = there < wanted ? there : wanted;
    float *samples = stretch->samples + at * channels;
    ring_get(&deck->samples, samples, (size_t)frames * channels);
    fade_stretch(output, session, samples, frames, there - frames, end != 0);
    passages_sound(&output->passages, playing->slot, stretch->first + at, frames);
    playing->position += frames;
    playing->fade_left -= playing->fading ? frames : 0;
    session->fade_left -= session->stopping ? frames : 0;
    tap_frames(output, samples, (size_t)frames);
    /* Woken at half, the feeder works seldom and long. */
    output->poke_feeder |= end == 0 && ring_count(&deck->samples) < (deck->samples.mask + 1) / 2;
    if (playing->fading && playing->fade_left == 0) {
        close_playing(output, PLAYER_STOPPED);
    } else if (end != 0 && frames == there) {
        close_playing(output, (enum player_reason)(end - 1));
    } else if (frames < wanted && !output->starving) {
        output->starving = true;
        note_fault(output, PLAYER_FAULT_STARVED, 0);
    } else if (frames == wanted) {
        output->starving = false;
    }
    return frames;
}

static bool is_faded_out(const struct output *output, const struct output_session *session) {
    return session->fade_left == 0 || output->playing.deck == NULL || output->playing.gap_left > 0;
}

/* Of an element that the feeder had loaded, but this thread not yet seen, when it was withdrawn. */
static void notice_withdrawal(struct output *output) {
    int cancelled = atomic_load_explicit(&output->playing.deck->cancelled, memory_order_relaxed);
    if (cancelled != 0) {
        fade_playing(output, (uint32_t)cancelled - 1);
    }
}

/* Fills from frame `at` on; returns where it stopped: at the end, at the session's end, or where
 * nothing is there to play yet. */
static int64_t mix_session(struct output *output, struct output_session *session,
                           const struct stretch *stretch, int64_t at) {
    int64_t limit = frames_of_ns(output, permit_end_ns(output, session) - stretch->instant_ns);
    int64_t until = limit < stretch->frames ? limit : stretch->frames;
    while (!session->over) {
        if (at >= limit) {
            end_session(output, session, PLAYER_PERMIT);
            break;
        }
        if (session->stopping && is_faded_out(output, session)) {
            end_session(output, session, PLAYER_STOPPED);
            break;
        }
        if (at >= until) {
            break;
        }
        if (output->owed > 0) {
            skip_owed(output, session);
        }
        if (!take_deck(output, session)) {
            if (session->no_more && session->deck_count == 0) {
                end_session(output, session, PLAYER_COMPLETED);
            }
            break;
        }
        if (output->owed > 0) {
            output->owed += until - at; /* it gets later while it is silent */
            break;
        }
        notice_withdrawal(output);
        if (output->playing.gap_left > 0 && output->playing.fading) {
            close_playing(output, PLAYER_STOPPED);
            continue;
        }
        int64_t filled = mix_element(output, session, stretch, at, until);
        at += filled;
        if (filled == 0 && output->playing.deck != NULL) {
            break; /* starved */
        }
    }
    return at;
}

static void mix(struct output *output, const struct stretch *stretch) {
    memset(stretch->samples, 0, (size_t)stretch->frames * output->shape.channels * sizeof(float));
    int64_t at = output->hold < stretch->frames ? output->hold : stretch->frames;
    output->hold -= at;
    while (at < stretch->frames) {
        retire_sessions(output);
        if (output->session_count == 0 || output->sessions[0].over) {
            break;
        }
        struct output_session *session = &output->sessions[0];
        if (!session->started) {
            int64_t offset =
                frames_of_ns(output, permit_begin_ns(output, session) - stretch->instant_ns);
            if (offset >= stretch->frames) {
                break;
            }
            at = offset > at ? offset : at;
            session->started = true;
            session->sounds_ns = stretch->instant_ns + llround((double)at * frame_ns(output));
        }
        at = mix_session(output, session, stretch, at);
        if (!session->over) {
            break;
        }
    }
    output->next_ns = stretch->instant_ns + llround((double)stretch->frames * frame_ns(output));
}

/* ---- the running card ---- */

/* After a fault, and once the card's new line is known: how far behind is the programme? */
static void catch_up(struct output *output, int64_t instant_ns) {
    int64_t behind = frames_of_ns(output, instant_ns - output->next_ns);
    output->lagging = false;
    output->fault_told = false;
    bool on_air = output->session_count > 0 && output->sessions[0].started;
    if (!on_air) {
        output->owed = output->hold = 0; /* no programme was under way: nothing is late */
    } else if (behind >= 0) {
        output->owed += behind;
    } else {
        output->hold = -behind;
    }
    put_note(output,
             &(struct note){.kind = NOTE_RECOVERED,
                            .session = output->session_count > 0 ? output->sessions[0].id : 0,
                            .at = output->now.wall,
                            .lost = (instant_ns - output->lost_since_ns) / 1000000});
}

static void say_ready(struct output *output) {
    for (int i = 0; i < output->session_count; i++) {
        struct output_session *session = &output->sessions[i];
        if (!session->ready && !session->over) {
            session->ready = true;
            struct note note = {
                .kind = NOTE_READY,
                .session = session->id,
                .at = instant_wall_of_mono(&output->now, timeline_instant_ns(&output->timeline, 0)),
                .rate = output->shape.rate};
            memcpy(note.place, output->shape.place, sizeof note.place);
            put_note(output, &note);
        }
    }
}

/* A period into `block`, limited. */
static void render(struct output *output) {
    struct stretch stretch = {.samples = output->block, .frames = output->shape.period_frames};
    stretch.first = output->mixed + limiter_latency_frames(output->limiter);
    if (timeline_settled(&output->timeline)) {
        stretch.instant_ns = timeline_instant_ns(&output->timeline, stretch.first);
        if (output->lagging) {
            catch_up(output, stretch.instant_ns);
        }
        say_ready(output);
        mix(output, &stretch);
    } else {
        memset(output->block, 0,
               (size_t)stretch.frames * output->shape.channels * sizeof output->block[0]);
    }
    output->mixed += stretch.frames;
    float peak = limiter_process(output->limiter, output->block, (size_t)stretch.frames);
    atomic_store_explicit(&output->gauges->peak, peak, memory_order_relaxed);
    atomic_store_explicit(&output->gauges->reduction_db, limiter_reduction_db(output->limiter),
                          memory_order_relaxed);
    output->block_at = 0;
    output->block_count = (size_t)stretch.frames;
}

static int note_reading(struct output *output, const struct pcm_reading *reading) {
    int64_t rate = output->shape.rate;
    int64_t position = output->written - reading->delay_frames;
    /* A driver may answer nonsense: then the line is believed, and the card is if it goes on. */
    bool absurd = reading->delay_frames < -rate / 10 || position < -4 * rate ||
                  llabs(reading->instant_ns - output->now.mono_ns) > 4000000000;
    if (!absurd && output->written > 0) {
        timeline_note(&output->timeline, position, reading->instant_ns);
    }
    if (!absurd && position > output->position) {
        output->position = position;
        output->moved_ns = output->now.mono_ns;
    }
    int64_t patience = STUCK_NS + (int64_t)((double)output->shape.queue_frames * frame_ns(output));
    return output->now.mono_ns - output->moved_ns > patience ? -ETIMEDOUT : 0;
}

static int write_block(struct output *output) {
    while (output->block_count > 0) {
        long put = output->pcm->ops->write(
            output->pcm, output->block + output->block_at * output->shape.channels,
            output->block_count);
        if (put < 0 || (size_t)put > output->block_count) {
            return put < 0 ? (int)put : -EIO;
        }
        if (put == 0) {
            return 0;
        }
        output->written += put;
        output->block_at += (size_t)put;
        output->block_count -= (size_t)put;
        output->idle_turns = 0;
    }
    return 0;
}

static int fill_card(struct output *output, int64_t room) {
    if (room > output->shape.queue_frames) {
        room = output->shape.queue_frames;
    }
    int error = write_block(output);
    while (error == 0 && output->block_count == 0 && room >= output->shape.period_frames) {
        render(output);
        error = write_block(output);
        room -= output->shape.period_frames;
    }
    return error;
}

static int wait_for_room(struct output *output) {
    int64_t period_ns = (int64_t)((double)output->shape.period_frames * frame_ns(output));
    if (output->idle_turns++ > 2) {
        /* The card says it is ready and takes nothing: do not spin with it. */
        output->clocks->pause(output->clocks->context, -1, period_ns / 4);
        return 0;
    }
    return output->pcm->ops->wait(output->pcm, 2 * period_ns);
}

/* One turn of a running card; a negative errno when it is in trouble. */
static int run_card(struct output *output) {
    struct pcm_reading reading;
    int error = output->pcm->ops->read(output->pcm, &reading);
    error = error < 0 ? error : note_reading(output, &reading);
    if (error < 0) {
        return error;
    }
    int64_t sounded = output->position < output->written ? output->position : output->written;
    passages_settle(&output->passages, sounded, &output->timeline, &output->now,
                    output->links.notes);
    error = fill_card(output, reading.room_frames);
    atomic_store_explicit(&output->gauges->drift_ppm, (float)timeline_drift_ppm(&output->timeline),
                          memory_order_relaxed);
    return error < 0 ? error : wait_for_room(output);
}

/* ---- opening and failing ---- */

static void start_counting(struct output *output) {
    timeline_start(&output->timeline, output->shape.rate);
    limiter_reset(output->limiter);
    output->written = output->mixed = output->position = 0;
    output->block_at = output->block_count = 0;
    output->idle_turns = 0;
    output->moved_ns = output->now.mono_ns;
}

static void tell_shape(struct output *output) {
    output->shape_told = true;
    output->passages.rate = output->shape.rate;
    put_note(output, &(struct note){.kind = NOTE_SHAPE,
                                    .rate = output->shape.rate,
                                    .channels = output->shape.channels});
    atomic_store(&output->gauges->rate, output->shape.rate);
}

static int accept_shape(struct output *output, const struct pcm_shape *shape) {
    bool same = shape->rate == output->shape.rate && shape->channels == output->shape.channels;
    if (output->shape_told && !same) {
        return -EMEDIUMTYPE; /* decks are loaded for the card it was */
    }
    if (shape->period_frames > MIX_FRAMES_MAX * 16 || shape->period_frames < 1) {
        return -ERANGE;
    }
    free_shape(output);
    output->shape = *shape;
    output->limiter = limiter_create(shape->rate, shape->channels, output->config.ceiling_dbtp);
    output->block =
        memory_new((size_t)shape->period_frames * shape->channels * sizeof output->block[0]);
    if (!output->shape_told) {
        tell_shape(output);
    }
    return 0;
}

static void open_card(struct output *output) {
    struct pcm_wish wish = {output->config.rate, output->config.channels, output->config.period_ms,
                            output->config.queue_ms};
    if (output->shape_told) {
        wish.rate = output->shape.rate;
        wish.channels = output->shape.channels;
    }
    struct pcm_shape shape;
    int error = output->pcm->ops->open(output->pcm, &wish, &shape);
    if (error == 0) {
        error = accept_shape(output, &shape);
        if (error < 0) {
            output->pcm->ops->close(output->pcm);
        }
    }
    output->now = output->clocks->now(output->clocks->context);
    if (error == 0) {
        start_counting(output);
        set_state(output, PLAYER_RUNNING);
        return;
    }
    if (!output->shape_told) {
        tell_shape(output); /* what was wished for is assumed until the card says */
    }
    if (!output->fault_told) {
        note_fault(output, PLAYER_FAULT_OPEN, error);
        output->fault_told = true;
        output->lagging = true;
        output->next_ns = output->lost_since_ns = output->now.mono_ns;
    }
    output->reopen_at_ns = output->now.mono_ns + REOPEN_NS;
    set_state(output, PLAYER_DOWN);
}

static void close_card(struct output *output) {
    output->pcm->ops->close(output->pcm);
    output->block_count = 0;
    set_state(output, PLAYER_CLOSED);
    atomic_store(&output->gauges->peak, 0.0f);
}

/* The last frame that was at the output when the card failed. */
static int64_t last_sounded(const struct output *output, int error) {
    int64_t frame = output->position;
    if (error == -EPIPE) {
        frame = output->written; /* it ran empty: everything was played */
    } else if (error != -ETIMEDOUT && output->timeline.observations > 0) {
        int64_t likely = timeline_frame(&output->timeline, output->now.mono_ns);
        frame = likely > frame ? likely : frame;
    }
    return frame < output->written ? frame : output->written;
}

static enum player_fault fault_of(int error) {
    return error == -EPIPE       ? PLAYER_FAULT_XRUN
           : error == -ESTRPIPE  ? PLAYER_FAULT_SUSPENDED
           : error == -ETIMEDOUT ? PLAYER_FAULT_STUCK
                                 : PLAYER_FAULT_GONE;
}

/* Remembers where the programme was, so that it goes on at its present position. */
static void leave_line(struct output *output, int error) {
    int64_t sounded = last_sounded(output, error);
    passages_cut(&output->passages, sounded, &output->timeline, &output->now, output->links.notes);
    if (!output->lagging) {
        bool known = output->timeline.observations > 0;
        output->lagging = true;
        output->lost_since_ns =
            known ? timeline_instant_ns(&output->timeline, sounded) : output->now.mono_ns;
        output->next_ns =
            known ? timeline_instant_ns(&output->timeline,
                                        output->mixed + limiter_latency_frames(output->limiter))
                  : output->now.mono_ns;
    }
}

static bool may_restart(struct output *output) {
    if (output->now.mono_ns - output->restarts_since_ns > RESTARTS_WITHIN_NS) {
        output->restarts_since_ns = output->now.mono_ns;
        output->restarts = 0;
    }
    return ++output->restarts <= RESTARTS_MAX;
}

static void handle_trouble(struct output *output, int error) {
    output->now = output->clocks->now(output->clocks->context);
    leave_line(output, error);
    if (!output->fault_told) {
        note_fault(output, fault_of(error), error);
        output->fault_told = true;
    }
    bool curable = error == -EPIPE || error == -ESTRPIPE;
    if (curable && may_restart(output) && output->pcm->ops->restart(output->pcm, error) == 0) {
        start_counting(output);
        return;
    }
    output->pcm->ops->close(output->pcm);
    output->block_count = 0;
    output->reopen_at_ns = output->now.mono_ns + (curable ? REOPEN_NS : REOPEN_FIRST_NS);
    set_state(output, PLAYER_DOWN);
}

/* ---- turns ---- */

/* Without a card, what ends does so now. */
static const struct timeline no_line;

static void turn_closed(struct output *output) {
    passages_settle(&output->passages, INT64_MAX, &no_line, &output->now, output->links.notes);
    retire_sessions(output);
    if (output->session_count == 0 && passages_are_empty(&output->passages)) {
        output->shape_told = false;
        output->fault_told = output->lagging = false;
    }
    for (int i = 0; i < output->session_count; i++) {
        if (!output->sessions[i].over) {
            open_card(output);
            return;
        }
    }
    if (output->session_count == 0 && passages_are_empty(&output->passages)) {
        output->clocks->pause(output->clocks->context, output->links.wake_fd, IDLE_NS);
    } else {
        output->clocks->pause(output->clocks->context, output->links.wake_fd, DOWN_TICK_NS / 10);
    }
}

/* The programme goes on without a card. */
static void turn_down(struct output *output) {
    retire_sessions(output);
    passages_settle(&output->passages, INT64_MAX, &no_line, &output->now, output->links.notes);
    if (output->session_count == 0) {
        set_state(output, PLAYER_CLOSED);
        return;
    }
    struct output_session *session = &output->sessions[0];
    int64_t begin_ns = permit_begin_ns(output, session);
    if (!session->started && begin_ns <= output->now.mono_ns) {
        session->started = true;
        session->sounds_ns = output->next_ns = begin_ns;
    }
    if (session->started && !session->over && output->now.mono_ns > output->next_ns) {
        /* Waiting for an element that nobody added is not the card's fault. */
        bool under_way = output->playing.deck != NULL || session->deck_count > 0;
        output->owed += under_way ? frames_of_ns(output, output->now.mono_ns - output->next_ns) : 0;
        output->next_ns = output->now.mono_ns;
        skip_owed(output, session);
        if (output->playing.deck == NULL && session->deck_count == 0 && session->no_more) {
            end_session(output, session, PLAYER_DEVICE);
        }
    }
    if (output->now.mono_ns >= output->reopen_at_ns) {
        open_card(output);
        return;
    }
    int64_t left = output->reopen_at_ns - output->now.mono_ns;
    output->clocks->pause(output->clocks->context, output->links.wake_fd,
                          left < DOWN_TICK_NS ? left : DOWN_TICK_NS);
}

static void turn_running(struct output *output) {
    realtime_enter();
    int error = 0;
    retire_sessions(output);
    bool finished = output->session_count == 0 && passages_are_empty(&output->passages);
    if (!output->drop_wanted && !finished) {
        error = run_card(output);
    }
    realtime_leave();
    if (output->drop_wanted || finished) {
        struct pcm_reading reading;
        if (output->pcm->ops->read(output->pcm, &reading) == 0) {
            note_reading(output, &reading);
        }
        leave_line(output, 0);
        output->lagging =
            output->session_count > 0 && output->sessions[0].started && !output->sessions[0].over;
        output->drop_wanted = false;
        close_card(output);
    } else if (error < 0) {
        handle_trouble(output, error);
    }
}

static void poke(struct output *output) {
    uint64_t one = 1;
    if (output->poke_feeder && write(output->links.feeder_fd, &one, sizeof one) == sizeof one) {
        output->poke_feeder = false;
    }
}

void output_turn(struct output *output) {
    realtime_enter();
    atomic_fetch_add_explicit(&output->gauges->heartbeat, 1, memory_order_relaxed);
    output->now = output->clocks->now(output->clocks->context);
    take_commands(output);
    take_arrivals(output);
    check_permits(output);
    poke(output);
    realtime_leave();
    switch (output->state) {
    case PLAYER_CLOSED:
        turn_closed(output);
        break;
    case PLAYER_RUNNING:
        turn_running(output);
        break;
    case PLAYER_DOWN:
        turn_down(output);
        break;
    }
    poke(output);
}
