#include "player/pcm_scripted.h"

#include "base/memory.h"

#include <stdlib.h>

struct pcm_scripted {
    struct pcm pcm;
    struct pcm *inner;
    struct pcm_script script;
    atomic_long *calls;
    int64_t taken; /* frames, over all openings */
    struct pcm_reading last;
    int64_t readings;
};

/* The error that the script has for this call now, or 0. */
static int play_script(struct pcm_scripted *card, enum pcm_call call) {
    if (card->calls != NULL) {
        atomic_fetch_add(&card->calls[call], 1);
    }
    for (int i = 0; i < PCM_LINES_MAX; i++) {
        struct pcm_line *line = &card->script.lines[i];
        if (line->error != 0 && line->call == call && line->times > 0 &&
            card->taken >= line->after_frames) {
            line->times--;
            return line->error;
        }
    }
    return 0;
}

static bool is_stuck(const struct pcm_scripted *card) {
    return card->script.stop_consuming_after > 0 &&
           card->taken >= card->script.stop_consuming_after;
}

static int scripted_open(struct pcm *pcm, const struct pcm_wish *wish,
                         struct pcm_shape *ret_shape) {
    struct pcm_scripted *card = (struct pcm_scripted *)pcm;
    int error = play_script(card, PCM_OPEN);
    return error != 0 ? error : card->inner->ops->open(card->inner, wish, ret_shape);
}

static void scripted_close(struct pcm *pcm) {
    struct pcm_scripted *card = (struct pcm_scripted *)pcm;
    card->inner->ops->close(card->inner);
}

static void scripted_destroy(struct pcm *pcm) {
    struct pcm_scripted *card = (struct pcm_scripted *)pcm;
    card->inner->ops->destroy(card->inner);
    free(card);
}

static int scripted_read(struct pcm *pcm, struct pcm_reading *ret_reading) {
    struct pcm_scripted *card = (struct pcm_scripted *)pcm;
    int error = play_script(card, PCM_READ);
    if (error != 0) {
        return error;
    }
    if (is_stuck(card)) {
        /* The instant goes on, the frames do not. */
        struct pcm_reading fresh;
        error = card->inner->ops->read(card->inner, &fresh);
        *ret_reading = card->last;
        ret_reading->instant_ns = error == 0 ? fresh.instant_ns : card->last.instant_ns;
        ret_reading->room_frames = 0;
        return 0;
    }
    error = card->inner->ops->read(card->inner, ret_reading);
    if (error != 0) {
        return error;
    }
    card->last = *ret_reading;
    if (card->script.absurd && ++card->readings % 3 == 0) {
        ret_reading->delay_frames = card->readings % 2 == 0 ? INT32_MAX : -1000000;
        ret_reading->room_frames = INT32_MAX;
        ret_reading->instant_ns = 0;
    }
    return 0;
}

static long scripted_write(struct pcm *pcm, const float *samples, size_t frames) {
    struct pcm_scripted *card = (struct pcm_scripted *)pcm;
    int error = play_script(card, PCM_WRITE);
    if (error != 0) {
        return error;
    }
    if (is_stuck(card)) {
        return 0;
    }
    long taken = card->inner->ops->write(card->inner, samples, frames);
    card->taken += taken > 0 ? taken : 0;
    return taken;
}

static int scripted_restart(struct pcm *pcm, int error) {
    struct pcm_scripted *card = (struct pcm_scripted *)pcm;
    int scripted = play_script(card, PCM_RESTART);
    return scripted != 0 ? scripted : card->inner->ops->restart(card->inner, error);
}

static const struct pcm_ops scripted_ops = {.open = scripted_open,
                                            .close = scripted_close,
                                            .destroy = scripted_destroy,
                                            .read = scripted_read,
                                            .write = scripted_write,
                                            .restart = scripted_restart};

struct pcm *pcm_scripted_create(struct pcm *inner, const struct pcm_script *script,
                                atomic_long *ret_calls) {
    struct pcm_scripted *card = memory_new(sizeof *card);
    card->pcm.ops = &scripted_ops;
    card->inner = inner;
    card->script = *script;
    card->calls = ret_calls;
    return &card->pcm;
}
