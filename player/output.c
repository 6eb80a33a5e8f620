#include "player/output.h"

#include "base/memory.h"
#include "player/limiter.h"
#include "player/mixing.h"
#include "player/programme.h"
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
enum { PERIOD_FRAMES_MAX = 1 << 16 };

struct output {
    struct player_config config;
    struct pcm *pcm;
    const struct player_clocks *clocks;
    struct output_gauges *gauges;

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
    uint64_t tapped;              /* the airing whose frames were tapped last */

    struct programme programme;
    int64_t lost_since_ns; /* the first instant that nobody heard, after a fault */

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
    output->gauges = gauges;
    output->programme.links = *links;
    output->programme.faults = &gauges->faults;
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

static void set_state(struct output *output, enum player_state state) {
    output->state = state;
    output->programme.on_card = state == PLAYER_RUNNING;
    atomic_store_explicit(&output->gauges->state, (int)state, memory_order_relaxed);
}

/* ---- the running card ---- */

static void say_ready(struct output *output) {
    for (int i = 0; i < output->programme.session_count; i++) {
        struct programme_session *session = &output->programme.sessions[i];
        if (!session->ready && !session->over) {
            session->ready = true;
            struct note note = {.kind = NOTE_READY,
                                .session = session->id,
                                .at =
                                    instant_wall_of_mono(&output->programme.now,
                                                         timeline_instant_ns(&output->timeline, 0)),
                                .rate = output->shape.rate};
            memcpy(note.place, output->shape.place, sizeof note.place);
            programme_note(&output->programme, &note);
        }
    }
}

/* The fault is over: the card's new line is known. */
static void catch_up(struct output *output, int64_t instant_ns) {
    struct programme *programme = &output->programme;
    mixing_catch_up(programme, instant_ns);
    output->fault_told = false;
    programme_note(
        programme,
        &(struct note){.kind = NOTE_RECOVERED,
                       .session = programme->session_count > 0 ? programme->sessions[0].id : 0,
                       .at = programme->now.wall,
                       .lost = (instant_ns - output->lost_since_ns) / 1000000});
}

/* What the limiter let out of an airing is measured by the feeder. With no room the measurement has
 * a hole, the sound has none. */
static void tap_part(struct output *output, const struct passage_part *part, int64_t block_first) {
    struct output_links *links = &output->programme.links;
    size_t channels = output->shape.channels;
    size_t count = (size_t)(part->end - part->first) * channels;
    if ((links->tap->mask + 1) % channels != 0) {
        return; /* frames would be torn where it wraps: a card of three channels is not measured */
    }
    if (output->tapped != part->airing) {
        struct tap_mark mark = {part->airing,
                                atomic_load_explicit(&links->tap->put, memory_order_relaxed)};
        if (ring_put(links->marks, &mark, 1) == 0) {
            return;
        }
        output->tapped = part->airing;
    }
    if (ring_space(links->tap) >= count) {
        ring_put(links->tap, output->block + (size_t)(part->first - block_first) * channels, count);
    }
    output->programme.poke_feeder |= ring_count(links->tap) > (links->tap->mask + 1) / 2;
}

static void tap_block(struct output *output, int64_t block_first) {
    struct passage_part part;
    int index = 0;
    while (passages_part(&output->programme.passages, &index, block_first,
                         block_first + output->shape.period_frames, &part)) {
        tap_part(output, &part, block_first);
    }
}

/* A period into `block`, limited. */
static void render(struct output *output) {
    struct stretch stretch = {.samples = output->block, .frames = output->shape.period_frames};
    stretch.first = output->mixed + limiter_latency_frames(output->limiter);
    output->programme.frame_ns = output->timeline.frame_ns;
    if (timeline_settled(&output->timeline)) {
        stretch.instant_ns = timeline_instant_ns(&output->timeline, stretch.first);
        if (output->programme.lagging) {
            catch_up(output, stretch.instant_ns);
        }
        say_ready(output);
        mixing_fill(&output->programme, &stretch);
    } else {
        memset(output->block, 0,
               (size_t)stretch.frames * output->shape.channels * sizeof output->block[0]);
    }
    output->mixed += stretch.frames;
    limiter_process(output->limiter, output->block, (size_t)stretch.frames);
    tap_block(output, output->mixed - stretch.frames);
    float peak = limiter_peak(output->limiter);
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
                  llabs(reading->instant_ns - output->programme.now.mono_ns) > 4000000000;
    if (!absurd && output->written > 0) {
        timeline_note(&output->timeline, position, reading->instant_ns);
    }
    if (!absurd && position > output->position) {
        output->position = position;
        output->moved_ns = output->programme.now.mono_ns;
    }
    /* A sound server may take its time to begin. */
    int64_t patience = (output->position == 0 ? STUCK_AT_START_NS : STUCK_NS) +
                       (int64_t)((double)output->shape.queue_frames * output->programme.frame_ns);
    return output->programme.now.mono_ns - output->moved_ns > patience ? -ETIMEDOUT : 0;
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
    }
    return 0;
}

/* Fills the queue as far as it has room; *room is what is left of it. */
static int fill_card(struct output *output, int64_t *room) {
    if (*room > output->shape.queue_frames) {
        *room = output->shape.queue_frames;
    }
    int64_t before = output->written;
    int error = write_block(output);
    while (error == 0 && output->block_count == 0 &&
           *room - (output->written - before) >= output->shape.period_frames) {
        render(output);
        error = write_block(output);
    }
    *room -= output->written - before;
    return error;
}

/* Until the card will have played enough to make room for a period, or something is wanted of us.
 * Polling the card instead would wake us with every packet of a sound server. */
static void wait_for_room(struct output *output, int64_t room) {
    int64_t period = output->shape.period_frames;
    int64_t frames = period - (room > 0 ? room : 0);
    /* The card has room and takes nothing, or moves in large steps: do not spin with it. */
    frames = frames < period / 4 ? period / 4 : frames;
    if (!timeline_settled(&output->timeline)) {
        frames = output->shape.rate / 100; /* look more often until the line is known */
    }
    output->clocks->pause(output->clocks->context, output->programme.links.wake_fd,
                          (int64_t)((double)frames * output->programme.frame_ns));
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
    passages_settle(&output->programme.passages, sounded, &output->timeline, &output->programme.now,
                    output->programme.links.notes);
    int64_t room = reading.room_frames;
    error = fill_card(output, &room);
    atomic_store_explicit(&output->gauges->drift_ppm, (float)timeline_drift_ppm(&output->timeline),
                          memory_order_relaxed);
    if (error == 0) {
        wait_for_room(output, room);
    }
    return error;
}

/* ---- opening and failing ---- */

static void start_counting(struct output *output) {
    timeline_start(&output->timeline, output->shape.rate);
    limiter_reset(output->limiter);
    output->written = output->mixed = output->position = 0;
    output->block_at = output->block_count = 0;
    output->moved_ns = output->programme.now.mono_ns;
}

static void tell_shape(struct output *output) {
    output->shape_told = true;
    output->programme.rate = output->programme.passages.rate = output->shape.rate;
    output->programme.channels = output->shape.channels;
    output->programme.frame_ns = 1e9 / output->shape.rate;
    programme_note(&output->programme, &(struct note){.kind = NOTE_SHAPE,
                                                      .rate = output->shape.rate,
                                                      .channels = output->shape.channels});
    atomic_store(&output->gauges->rate, output->shape.rate);
}

static int accept_shape(struct output *output, const struct pcm_shape *shape) {
    bool same = shape->rate == output->shape.rate && shape->channels == output->shape.channels;
    if (output->shape_told && !same) {
        return -EMEDIUMTYPE; /* decks are loaded for the card it was */
    }
    if (shape->period_frames > PERIOD_FRAMES_MAX || shape->period_frames < 1) {
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
    output->programme.now = output->clocks->now(output->clocks->context);
    output->programme.drop_wanted = false; /* nothing is queued in this one */
    if (error == 0) {
        start_counting(output);
        set_state(output, PLAYER_RUNNING);
        return;
    }
    if (!output->shape_told) {
        tell_shape(output); /* what was wished for is assumed until the card says */
    }
    if (!output->fault_told) {
        programme_note_fault(&output->programme, PLAYER_FAULT_OPEN, error, output->shape.place);
        output->fault_told = true;
        output->programme.lagging = true;
        output->programme.next_ns = output->lost_since_ns = output->programme.now.mono_ns;
    }
    output->reopen_at_ns = output->programme.now.mono_ns + REOPEN_NS;
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
        int64_t likely = timeline_frame(&output->timeline, output->programme.now.mono_ns);
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
    passages_cut(&output->programme.passages, sounded, &output->timeline, &output->programme.now,
                 output->programme.links.notes);
    if (!output->programme.lagging) {
        bool known = output->timeline.observations > 0;
        output->programme.lagging = true;
        output->lost_since_ns =
            known ? timeline_instant_ns(&output->timeline, sounded) : output->programme.now.mono_ns;
        output->programme.next_ns =
            known ? timeline_instant_ns(&output->timeline,
                                        output->mixed + limiter_latency_frames(output->limiter))
                  : output->programme.now.mono_ns;
    }
}

static bool may_restart(struct output *output) {
    if (output->programme.now.mono_ns - output->restarts_since_ns > RESTARTS_WITHIN_NS) {
        output->restarts_since_ns = output->programme.now.mono_ns;
        output->restarts = 0;
    }
    return ++output->restarts <= RESTARTS_MAX;
}

static void handle_trouble(struct output *output, int error) {
    output->programme.now = output->clocks->now(output->clocks->context);
    leave_line(output, error);
    if (!output->fault_told) {
        programme_note_fault(&output->programme, fault_of(error), error, output->shape.place);
        output->fault_told = true;
    }
    bool curable = error == -EPIPE || error == -ESTRPIPE;
    if (curable && may_restart(output) && output->pcm->ops->restart(output->pcm, error) == 0) {
        start_counting(output);
        return;
    }
    output->pcm->ops->close(output->pcm);
    output->block_count = 0;
    output->reopen_at_ns = output->programme.now.mono_ns + (curable ? REOPEN_NS : REOPEN_FIRST_NS);
    set_state(output, PLAYER_DOWN);
}

/* ---- turns ---- */

/* Without a card, what ends does so now. */
static const struct timeline no_line;

static void turn_closed(struct output *output) {
    passages_settle(&output->programme.passages, INT64_MAX, &no_line, &output->programme.now,
                    output->programme.links.notes);
    programme_retire(&output->programme);
    if (output->programme.session_count == 0 && passages_are_empty(&output->programme.passages)) {
        output->shape_told = false;
        output->fault_told = output->programme.lagging = false;
    }
    for (int i = 0; i < output->programme.session_count; i++) {
        if (!output->programme.sessions[i].over) {
            open_card(output);
            return;
        }
    }
    if (output->programme.session_count == 0 && passages_are_empty(&output->programme.passages)) {
        output->clocks->pause(output->clocks->context, output->programme.links.wake_fd, IDLE_NS);
    } else {
        output->clocks->pause(output->clocks->context, output->programme.links.wake_fd,
                              DOWN_TICK_NS / 10);
    }
}

/* The programme goes on without a card. */
static void turn_down(struct output *output) {
    programme_retire(&output->programme);
    passages_settle(&output->programme.passages, INT64_MAX, &no_line, &output->programme.now,
                    output->programme.links.notes);
    if (output->programme.session_count == 0) {
        set_state(output, PLAYER_CLOSED);
        return;
    }
    struct programme_session *session = &output->programme.sessions[0];
    int64_t begin_ns = programme_begin_ns(&output->programme, session);
    if (!session->started && begin_ns <= output->programme.now.mono_ns) {
        session->started = true;
        session->sounds_ns = output->programme.next_ns = begin_ns;
    }
    if (session->started && !session->over &&
        output->programme.now.mono_ns > output->programme.next_ns) {
        /* Waiting for an element that nobody added is not the card's fault. */
        bool under_way = output->programme.playing.deck != NULL || session->deck_count > 0;
        output->programme.owed +=
            under_way ? programme_frames_of_ns(&output->programme, output->programme.now.mono_ns -
                                                                       output->programme.next_ns)
                      : 0;
        output->programme.next_ns = output->programme.now.mono_ns;
        if (session->stopping) {
            programme_end_session(&output->programme, session,
                                  PLAYER_STOPPED); /* no fade to hear */
        }
        mixing_skip_owed(&output->programme, session);
        if (output->programme.playing.deck == NULL && session->deck_count == 0 &&
            session->no_more) {
            programme_end_session(&output->programme, session, PLAYER_DEVICE);
        }
    }
    if (output->programme.now.mono_ns >= output->reopen_at_ns) {
        open_card(output);
        return;
    }
    int64_t left = output->reopen_at_ns - output->programme.now.mono_ns;
    output->clocks->pause(output->clocks->context, output->programme.links.wake_fd,
                          left < DOWN_TICK_NS ? left : DOWN_TICK_NS);
}

static void turn_running(struct output *output) {
    realtime_enter();
    int error = 0;
    programme_retire(&output->programme);
    bool finished =
        output->programme.session_count == 0 && passages_are_empty(&output->programme.passages);
    if (!output->programme.drop_wanted && !finished) {
        error = run_card(output);
    }
    realtime_leave();
    if (output->programme.drop_wanted || finished) {
        struct pcm_reading reading;
        if (output->pcm->ops->read(output->pcm, &reading) == 0) {
            note_reading(output, &reading);
        }
        leave_line(output, 0);
        output->programme.lagging = output->programme.session_count > 0 &&
                                    output->programme.sessions[0].started &&
                                    !output->programme.sessions[0].over;
        output->programme.drop_wanted = false;
        close_card(output);
    } else if (error < 0) {
        handle_trouble(output, error);
    }
}

static void poke(struct output *output) {
    uint64_t one = 1;
    if (output->programme.poke_feeder &&
        write(output->programme.links.feeder_fd, &one, sizeof one) == sizeof one) {
        output->programme.poke_feeder = false;
    }
}

void output_turn(struct output *output) {
    realtime_enter();
    atomic_fetch_add_explicit(&output->gauges->heartbeat, 1, memory_order_relaxed);
    output->programme.now = output->clocks->now(output->clocks->context);
    programme_take_commands(&output->programme);
    programme_take_arrivals(&output->programme);
    programme_check_permits(&output->programme);
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
