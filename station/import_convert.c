#include "station/import_convert.h"

#include "base/memory.h"
#include "player/decoder.h"
#include "player/flac.h"
#include "player/loudness.h"
#include "station/import_foreign.h"
#include "station/import_shape.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { BLOCK_FRAMES = 2048 };

/* One of two decoders, behind the same verbs. */
struct source {
    struct decoder *decoder;
    struct foreign *foreign;
    uint32_t rate, channels;
    int64_t claimed_frames;
    const char *format;
};

static void source_close(struct source *source) {
    decoder_close(source->decoder);
    foreign_close(source->foreign);
}

static bool source_read(struct source *source, float *samples, size_t *ret_frames,
                        struct fail *why) {
    if (source->decoder != NULL) {
        return decoder_read(source->decoder, samples, BLOCK_FRAMES, ret_frames, why);
    }
    return foreign_read(source->foreign, samples, BLOCK_FRAMES, ret_frames, why);
}

/* libsndfile first for what it knows; what it cannot open is given to libavformat, and where that
 * fails too, the sentence of the one whose format it looked like counts. */
static bool source_open(struct source *source, int fd, bool native, struct fail *why) {
    struct fail first = {0};
    if (native && decoder_open(fd, &source->decoder, &first)) {
        const struct decoder_info *info = decoder_info(source->decoder);
        source->rate = info->rate;
        source->channels = info->channels;
        source->claimed_frames = info->claimed_frames;
        source->format = info->format;
        return true;
    }
    if (native && first.code == FAIL_LIMIT) {
        *why = first;
        return false;
    }
    if (!foreign_open(fd, &source->foreign, why)) {
        if (native) {
            *why = first;
        }
        return false;
    }
    const struct foreign_info *info = foreign_info(source->foreign);
    source->rate = info->rate;
    source->channels = info->channels;
    source->claimed_frames = info->claimed_frames;
    source->format = info->format;
    return true;
}

struct work {
    const struct import_limits *limits;
    const struct import_watch *watch;
    struct source source;
    struct import_shape shape;
    struct loudness_meter *meter;
    struct flac_writer *flac;
    struct digest_feed samples;
    uint32_t channels; /* kept */
    int64_t frames, told_frames;
    bool broke_off; /* damage ended it */
    struct fail damage;
};

/* More than two channels become one: they are mixed without their LFE (channel 3 of 5.1). */
static void mix_down(const float *from, float *to, size_t frames, uint32_t channels) {
    uint32_t skipped = channels == 6 ? 3 : UINT32_MAX;
    float share = 1.0f / (float)(channels - (channels == 6));
    for (size_t i = 0; i < frames; i++) {
        float sum = 0.0f;
        for (uint32_t c = 0; c < channels; c++) {
            sum += c == skipped ? 0.0f : from[i * channels + c];
        }
        to[i] = sum * share;
    }
}

static void add_digest(struct work *work, const float *samples, size_t count) {
    int16_t steps[BLOCK_FRAMES * 2];
    for (size_t i = 0; i < count; i++) {
        float step = rintf(samples[i] * 32768.0f);
        steps[i] = (int16_t)(step > 32767.0f ? 32767.0f : step < -32768.0f ? -32768.0f : step);
    }
    digest_add(&work->samples, steps, count * sizeof *steps);
}

static bool take_block(struct work *work, const float *samples, size_t frames, struct fail *why) {
    float mixed[BLOCK_FRAMES];
    if (work->source.channels > 2) {
        mix_down(samples, mixed, frames, work->source.channels);
        samples = mixed;
    }
    loudness_add(work->meter, samples, frames);
    add_digest(work, samples, frames * work->channels);
    work->frames += (int64_t)frames;
    return flac_add(work->flac, samples, frames, why);
}

static int64_t in_us(int64_t frames, uint32_t rate) {
    return frames < 0 ? -1 : frames / rate * 1000000 + frames % rate * 1000000 / rate;
}

static bool tell(struct work *work, struct fail *why) {
    int64_t every = work->source.claimed_frames / 100;
    if (every < work->source.rate * 10) {
        every = work->source.rate * 10;
    }
    if (work->watch == NULL || work->frames - work->told_frames < every) {
        return true;
    }
    work->told_frames = work->frames;
    return work->watch->step(work->watch->context, in_us(work->frames, work->source.rate),
                             in_us(work->source.claimed_frames, work->source.rate)) ||
           fail_set(why, FAIL_TIMEOUT, "reading the sound was given up");
}

static bool decode_all(struct work *work, struct fail *why) {
    float block[BLOCK_FRAMES * DECODER_CHANNELS_MAX];
    for (;;) {
        size_t got;
        if (!source_read(&work->source, block, &got, why)) {
            if (why->code != FAIL_INVALID || work->frames == 0) {
                return false;
            }
            work->broke_off = true;
            work->damage = *why;
            return true;
        }
        if (got == 0) {
            return work->frames > 0 || fail_set(why, FAIL_INVALID, "the sound file holds no sound");
        }
        if (work->frames + (int64_t)got > work->limits->seconds_max * work->source.rate) {
            return fail_set(why, FAIL_LIMIT,
                            "the sound is longer than %ld minutes: cut it into parts",
                            (long)(work->limits->seconds_max / 60));
        }
        if (!take_block(work, block, got, why) || !tell(work, why)) {
            return false;
        }
    }
}

static void format_minutes(int64_t us, char text[16]) {
    snprintf(text, 16, "%ld:%02ld", (long)(us / 60000000 % 100000), (long)(us / 1000000 % 60));
}

/* Less than the file claims: by more than half a second and a hundredth, which encoders' padding and
 * rounded headers stay under. */
static bool is_short(const struct work *work) {
    int64_t missing = work->source.claimed_frames - work->frames;
    return work->source.claimed_frames > 0 && missing > work->source.rate / 2 &&
           missing > work->source.claimed_frames / 100;
}

static bool refuse_truncated(const struct work *work, int64_t claimed_us, struct fail *why) {
    char usable[16], claimed[16];
    format_minutes(in_us(work->frames, work->source.rate), usable);
    if (claimed_us > 0) {
        format_minutes(claimed_us, claimed);
        return fail_set(why, FAIL_INVALID,
                        "the file is cut off or damaged: %s of %s can be used. Get it again, or "
                        "accept what there is with --allow-truncated",
                        usable, claimed);
    }
    return fail_set(
        why, FAIL_INVALID,
        "the file is cut off or damaged after %s. Get it again, or accept what there is "
        "with --allow-truncated",
        usable);
}

static void note_facts(struct work *work, int64_t claimed_us, struct import_facts *ret_facts) {
    struct loudness loudness;
    loudness_end(work->meter, &loudness);
    uint32_t rate = work->source.rate;
    *ret_facts =
        (struct import_facts){.rate = rate,
                              .source_channels = work->source.channels,
                              .channels = work->channels,
                              .frames = work->frames,
                              .duration_us = in_us(work->frames, rate),
                              .claimed_us = claimed_us,
                              .integrated_lufs = loudness.integrated_lufs,
                              .true_peak_dbtp = loudness.true_peak_dbtp,
                              .sample_peak_dbfs = loudness.sample_peak_dbfs,
                              .leading_silence_us = in_us(loudness.leading_silence_frames, rate),
                              .trailing_silence_us = in_us(loudness.trailing_silence_frames, rate),
                              .samples = digest_end(&work->samples)};
    snprintf(ret_facts->format, sizeof ret_facts->format, "%s", work->source.format);
}

static bool convert(struct work *work, int to_fd, struct import_facts *ret_facts,
                    struct fail *why) {
    struct source *source = &work->source;
    work->channels = source->channels == 2 ? 2 : 1;
    uint32_t shape[2] = {source->rate, work->channels};
    digest_start(&work->samples);
    digest_add(&work->samples, shape, sizeof shape);
    if (!loudness_create(source->rate, work->channels, LOUDNESS_FULL, &work->meter, why) ||
        !flac_create(to_fd, source->rate, work->channels, 16, &work->flac, why) ||
        !decode_all(work, why)) {
        return false;
    }
    int64_t claimed_us = in_us(source->claimed_frames, source->rate);
    if (work->shape.cut_off && work->shape.claimed_us > 0) {
        claimed_us = work->shape.claimed_us;
    }
    bool truncated = work->broke_off || work->shape.cut_off || is_short(work);
    if (truncated && !work->limits->allow_truncated) {
        bool longer = claimed_us > in_us(work->frames, source->rate) + 500000;
        return refuse_truncated(work, longer ? claimed_us : -1, why);
    }
    struct flac_writer *flac = work->flac;
    work->flac = NULL;
    if (!flac_finish(flac, why)) {
        return false;
    }
    note_facts(work, claimed_us, ret_facts);
    ret_facts->truncated = truncated;
    return true;
}

bool import_convert(int from_fd, int to_fd, const struct import_limits *limits,
                    const struct import_watch *watch, struct import_facts *ret_facts,
                    struct fail *why) {
    struct work work = {.limits = limits, .watch = watch};
    struct fail unheard = {0};
    struct fail *reason = why != NULL ? why : &unheard; /* decode_all() looks at the code */
    struct stat status;
    if (fstat(from_fd, &status) != 0) {
        return fail_system(why, errno, "cannot read the file");
    }
    if (!S_ISREG(status.st_mode)) {
        return fail_set(why, FAIL_INVALID, "a sound must be an ordinary file");
    }
    if (status.st_size == 0) {
        return fail_set(why, FAIL_INVALID, "the sound file is empty");
    }
    if (status.st_size > limits->bytes_max) {
        return fail_set(why, FAIL_LIMIT, "the sound file has %ld MB: at most %ld are accepted",
                        (long)(status.st_size >> 20), (long)(limits->bytes_max >> 20));
    }
    if (!import_shape_read(from_fd, status.st_size, &work.shape, reason)) {
        return false;
    }
    bool done = source_open(&work.source, from_fd, work.shape.native, reason) &&
                convert(&work, to_fd, ret_facts, reason);
    flac_destroy(work.flac);
    loudness_destroy(work.meter);
    source_close(&work.source);
    return done;
}
