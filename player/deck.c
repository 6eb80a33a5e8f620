#include "player/deck.h"

#include "base/memory.h"
#include "player/decoder.h"
#include "player/resampler.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* 2^19 floats are 5.4 s of stereo at 48 kHz. */
enum { SAMPLES = 1 << 19, BLOCK_FRAMES = 2048 };

void deck_init(struct deck *deck) {
    *deck = (struct deck){.element = {.fd = -1}};
    ring_init(&deck->samples, sizeof(float), SAMPLES);
    deck->source = memory_new((size_t)BLOCK_FRAMES * DECODER_CHANNELS_MAX * sizeof(float));
    deck->changed = memory_new((size_t)BLOCK_FRAMES * DECODER_CHANNELS_MAX * sizeof(float));
}

void deck_finish(struct deck *deck) {
    deck_unload(deck);
    ring_finish(&deck->samples);
    free(deck->source);
    free(deck->changed);
}

static void set_end(struct deck *deck, enum player_reason reason) {
    atomic_store_explicit(&deck->end, 1 + (int)reason, memory_order_release);
}

bool deck_load(struct deck *deck, uint64_t session, const struct player_element *element,
               uint32_t rate, uint32_t channels, struct fail *why) {
    deck->busy = true;
    deck->session = session;
    deck->element = *element;
    deck->rate = rate;
    deck->channels = channels;
    deck->source_ended = deck->source_failed = false;
    deck->mapped_at = deck->mapped_count = 0;
    deck->gain = (float)pow(10.0, fmin(element->gain_db, 40.0) / 20.0);
    deck->frames_left = element->limit_us > 0
                            ? (int64_t)llround((double)element->limit_us * rate / 1e6)
                            : INT64_MAX;
    ring_reset(&deck->samples);
    atomic_store(&deck->end, 0);
    atomic_store(&deck->cancelled, 0);
    atomic_store(&deck->released, false);
    if (!decoder_open(element->fd, &deck->decoder, why)) {
        return false;
    }
    const struct decoder_info *info = decoder_info(deck->decoder);
    deck->mapped_channels = info->channels < channels ? info->channels : channels;
    if (deck->mapped_channels > 2) {
        deck->mapped_channels = 2;
    }
    deck->resampler =
        info->rate != rate ? resampler_create(info->rate, rate, deck->mapped_channels) : NULL;
    int64_t skip = (int64_t)llround((double)element->skip_us * info->rate / 1e6);
    return skip <= 0 || decoder_seek(deck->decoder, skip, why);
}

void deck_unload(struct deck *deck) {
    decoder_close(deck->decoder);
    resampler_destroy(deck->resampler);
    deck->decoder = NULL;
    deck->resampler = NULL;
    if (deck->element.fd >= 0) {
        close(deck->element.fd);
    }
    deck->element.fd = -1;
    deck->busy = false;
}

/* One frame of `from` channels as one or two: mono stays, stereo stays or becomes its mean; of
 * more, the front pair with the others mixed in 3 dB lower, the fourth of six (the deep effects)
 * left out. */
static void map_frame(const float *in, uint32_t from, float *out, uint32_t to, float gain) {
    if (from == to) {
        for (uint32_t c = 0; c < to; c++) {
            out[c] = in[c] * gain;
        }
        return;
    }
    float left = in[0], right = in[1];
    for (uint32_t c = 2; c < from; c++) {
        float part = from == 6 && c == 3 ? 0.0f : in[c] * (float)M_SQRT1_2;
        bool centre = c == 2 && from != 4;
        left += centre || c % 2 == 0 ? part : 0.0f;
        right += centre || c % 2 == 1 ? part : 0.0f;
    }
    if (to == 1) {
        out[0] = (left + right) * 0.5f * gain;
    } else {
        out[0] = left * gain;
        out[1] = right * gain;
    }
}

static void map_block(struct deck *deck, size_t frames) {
    uint32_t from = decoder_info(deck->decoder)->channels;
    uint32_t to = deck->mapped_channels;
    if (from == to) {
        for (size_t i = 0; i < frames * to; i++) {
            deck->changed[i] = deck->source[i] * deck->gain;
        }
        return;
    }
    for (size_t i = 0; i < frames; i++) {
        map_frame(deck->source + i * from, from, deck->changed + i * to, to, deck->gain);
    }
}

/* Frames of one or two channels onto all of the card's: mono to each, a pair to each pair. */
static void put_frames(struct deck *deck, const float *frames, size_t count) {
    if (deck->mapped_channels == deck->channels) {
        ring_put(&deck->samples, frames, count * deck->channels);
        return;
    }
    float spread[256 * DECODER_CHANNELS_MAX];
    for (size_t at = 0; at < count; at += 256) {
        size_t part = count - at < 256 ? count - at : 256;
        for (size_t i = 0; i < part; i++) {
            for (uint32_t c = 0; c < deck->channels; c++) {
                spread[i * deck->channels + c] =
                    frames[(at + i) * deck->mapped_channels + c % deck->mapped_channels];
            }
        }
        ring_put(&deck->samples, spread, part * deck->channels);
    }
}

static void decode_block(struct deck *deck, struct fail *why) {
    size_t got = 0;
    deck->mapped_at = deck->mapped_count = 0;
    if (!decoder_read(deck->decoder, deck->source, BLOCK_FRAMES, &got, why)) {
        deck->source_failed = true;
    }
    deck->source_ended = got == 0;
    deck->mapped_count = got;
    /* What needs no change is handed on as it is. */
    bool same =
        deck->gain == 1.0f && decoder_info(deck->decoder)->channels == deck->mapped_channels;
    deck->mapped = same ? deck->source : deck->changed;
    if (!same) {
        map_block(deck, got);
    }
}

/* The next frames at the card's rate: those of the block itself where the rates are equal. */
static const float *next_frames(struct deck *deck, float *room, size_t *ret_given) {
    const float *in = deck->mapped + deck->mapped_at * deck->mapped_channels;
    size_t count = deck->mapped_count - deck->mapped_at;
    size_t taken = count;
    *ret_given = count;
    if (deck->resampler != NULL) {
        resampler_process(deck->resampler, deck->source_ended ? NULL : in, count, &taken, room,
                          BLOCK_FRAMES, ret_given);
        in = room;
    }
    deck->mapped_at += taken;
    return in;
}

static void end_of_source(struct deck *deck) {
    set_end(deck, deck->source_failed ? PLAYER_DECODE : PLAYER_COMPLETED);
}

bool deck_fill(struct deck *deck, struct fail *why) {
    size_t room = ring_space(&deck->samples) / deck->channels;
    if (atomic_load_explicit(&deck->end, memory_order_relaxed) != 0 || room < BLOCK_FRAMES) {
        return false;
    }
    if (deck->mapped_at == deck->mapped_count && !deck->source_ended) {
        decode_block(deck, why);
    }
    float room_out[BLOCK_FRAMES * 2];
    size_t given;
    const float *out = next_frames(deck, room_out, &given);
    if (given == 0 && deck->source_ended) {
        end_of_source(deck);
        return false;
    }
    bool cut = deck->frames_left == 0 && given > 0;
    size_t kept = (int64_t)given < deck->frames_left ? given : (size_t)deck->frames_left;
    put_frames(deck, out, kept);
    deck->frames_left -= (int64_t)kept;
    if (cut || kept < given) {
        set_end(deck, PLAYER_CUT);
        return false;
    }
    return true;
}

bool deck_is_ready(const struct deck *deck) {
    return atomic_load_explicit(&deck->end, memory_order_acquire) != 0 ||
           ring_count(&deck->samples) / deck->channels >= deck->rate / 4;
}
