#include "player/pcm_paced.h"

#include "base/memory.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct pcm_paced {
    struct pcm pcm; /* first: the vtable's functions get a pointer to it */
    struct pcm_paced_config config;
    struct pcm_shape shape;
    double frame_ns; /* as it really runs */
    float *queue;    /* interleaved, a circle of shape.queue_frames */
    int64_t written, sounded;
    int64_t started_ns; /* of frame 0; meaningless before the first write */
    bool running, empty;
};

static int64_t now_ns(struct pcm_paced *card) {
    return card->config.clocks->now(card->config.clocks->context).mono_ns;
}

static int paced_open(struct pcm *pcm, const struct pcm_wish *wish, struct pcm_shape *ret_shape) {
    struct pcm_paced *card = (struct pcm_paced *)pcm;
    card->shape = (struct pcm_shape){.rate = wish->rate,
                                     .channels = wish->channels,
                                     .period_frames = (int64_t)wish->rate * wish->period_ms / 1000,
                                     .queue_frames = (int64_t)wish->rate * wish->queue_ms / 1000,
                                     .place = "paced"};
    if (card->config.sink != NULL) {
        struct pcm_shape sink;
        int error = card->config.sink->ops->open(card->config.sink, wish, &sink);
        if (error < 0) {
            return error;
        }
        card->shape.rate = sink.rate;
        card->shape.channels = sink.channels;
        memcpy(card->shape.place, sink.place, sizeof sink.place);
    }
    card->frame_ns = 1e9 / card->shape.rate / (1.0 + card->config.drift_ppm * 1e-6);
    card->queue =
        memory_new((size_t)card->shape.queue_frames * card->shape.channels * sizeof(float));
    card->written = card->sounded = 0;
    card->running = card->empty = false;
    *ret_shape = card->shape;
    return 0;
}

static int hand_on(struct pcm_paced *card, const float *samples, size_t frames) {
    if (card->config.hear != NULL) {
        int64_t instant =
            card->started_ns +
            llrint((double)(card->sounded + card->config.extra_delay_frames) * card->frame_ns);
        card->config.hear(card->config.context, samples, frames, instant);
    }
    struct pcm *sink = card->config.sink;
    for (size_t done = 0; sink != NULL && done < frames;) {
        long put = sink->ops->write(sink, samples + done * card->shape.channels, frames - done);
        if (put <= 0) {
            return put < 0 ? (int)put : -EIO;
        }
        done += (size_t)put;
    }
    card->sounded += (int64_t)frames;
    return 0;
}

/* Lets sound what its time has come for. */
static int sound_until(struct pcm_paced *card, int64_t instant_ns) {
    if (!card->running) {
        return 0;
    }
    int64_t due = (int64_t)floor((double)(instant_ns - card->started_ns) / card->frame_ns);
    int64_t until = due < card->written ? due : card->written;
    while (card->sounded < until) {
        int64_t at = card->sounded % card->shape.queue_frames;
        int64_t run = card->shape.queue_frames - at;
        run = run < until - card->sounded ? run : until - card->sounded;
        int error = hand_on(card, card->queue + at * card->shape.channels, (size_t)run);
        if (error < 0) {
            return error;
        }
    }
    if (due > card->written) {
        card->running = false;
        card->empty = true;
    }
    return 0;
}

static void paced_close(struct pcm *pcm) {
    struct pcm_paced *card = (struct pcm_paced *)pcm;
    sound_until(card, now_ns(card));
    if (card->config.sink != NULL) {
        card->config.sink->ops->close(card->config.sink);
    }
    free(card->queue);
    card->queue = NULL;
}

static void paced_destroy(struct pcm *pcm) {
    struct pcm_paced *card = (struct pcm_paced *)pcm;
    if (card->config.sink != NULL) {
        card->config.sink->ops->destroy(card->config.sink);
    }
    free(card);
}

static int paced_read(struct pcm *pcm, struct pcm_reading *ret_reading) {
    struct pcm_paced *card = (struct pcm_paced *)pcm;
    int64_t now = now_ns(card);
    int error = sound_until(card, now);
    if (error < 0 || card->empty) {
        return error < 0 ? error : -EPIPE;
    }
    double elapsed = card->running ? (double)(now - card->started_ns) / card->frame_ns : 0.0;
    int64_t whole = (int64_t)floor(elapsed);
    /* As a driver does: a whole number of frames, and the instant at which it was true. */
    ret_reading->instant_ns = now - llrint((elapsed - (double)whole) * card->frame_ns);
    ret_reading->delay_frames = card->written - whole + card->config.extra_delay_frames;
    ret_reading->room_frames = card->shape.queue_frames - (card->written - card->sounded);
    return 0;
}

static long paced_write(struct pcm *pcm, const float *samples, size_t frames) {
    struct pcm_paced *card = (struct pcm_paced *)pcm;
    int64_t now = now_ns(card);
    int error = sound_until(card, now);
    if (error < 0 || card->empty) {
        return error < 0 ? error : -EPIPE;
    }
    int64_t room = card->shape.queue_frames - (card->written - card->sounded);
    int64_t taken = (int64_t)frames < room ? (int64_t)frames : room;
    for (int64_t done = 0; done < taken;) {
        int64_t at = (card->written + done) % card->shape.queue_frames;
        int64_t run = card->shape.queue_frames - at;
        run = run < taken - done ? run : taken - done;
        memcpy(card->queue + at * card->shape.channels, samples + done * card->shape.channels,
               (size_t)run * card->shape.channels * sizeof(float));
        done += run;
    }
    if (!card->running && taken > 0) {
        card->started_ns = now - llrint((double)card->written * card->frame_ns);
        card->running = true;
    }
    card->written += taken;
    return taken;
}

static int paced_restart(struct pcm *pcm, int error) {
    struct pcm_paced *card = (struct pcm_paced *)pcm;
    (void)error;
    sound_until(card, now_ns(card));
    card->written = card->sounded;
    card->running = card->empty = false;
    return 0;
}

static const struct pcm_ops paced_ops = {.open = paced_open,
                                         .close = paced_close,
                                         .destroy = paced_destroy,
                                         .read = paced_read,
                                         .write = paced_write,
                                         .restart = paced_restart};

struct pcm *pcm_paced_create(const struct pcm_paced_config *config) {
    struct pcm_paced *card = memory_new(sizeof *card);
    card->pcm.ops = &paced_ops;
    card->config = *config;
    return &card->pcm;
}
