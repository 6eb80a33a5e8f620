#include "player/loudness.h"

#include "base/memory.h"
#include "player/peak.h"

#include <ebur128.h>
#include <math.h>
#include <stdlib.h>

struct loudness_meter {
    ebur128_state *state;
    enum loudness_detail detail;
    uint32_t rate, channels;
    int64_t frames;
    int64_t first_loud, last_loud; /* frames over the silence level; -1 before there is one */
    float peak;
};

#define DB_OF_NOTHING (-120.0)
#define SILENCE 0.001f /* LOUDNESS_SILENCE_DBFS */

static double decibels(double amplitude) {
    return amplitude > 1e-6 ? 20.0 * log10(amplitude) : DB_OF_NOTHING;
}

bool loudness_create(uint32_t rate, uint32_t channels, enum loudness_detail detail,
                     struct loudness_meter **ret_meter, struct fail *why) {
    if (rate < DECODER_RATE_MIN || rate > DECODER_RATE_MAX || channels < 1 ||
        channels > DECODER_CHANNELS_MAX) {
        return fail_set(why, FAIL_LIMIT, "no loudness for %u frames a second in %u channels", rate,
                        channels);
    }
    int mode = EBUR128_MODE_I | EBUR128_MODE_HISTOGRAM;
    if (detail == LOUDNESS_FULL) {
        mode |= EBUR128_MODE_TRUE_PEAK;
    }
    ebur128_state *state = ebur128_init(channels, rate, mode);
    if (state == NULL) {
        abort(); /* out of memory: the parameters are within libebur128's bounds */
    }
    if (channels == 1) {
        ebur128_set_channel(state, 0, EBUR128_DUAL_MONO);
    }
    struct loudness_meter *meter = memory_new(sizeof *meter);
    *meter = (struct loudness_meter){
        .state = state, .rate = rate, .channels = channels, .first_loud = -1, .last_loud = -1};
    *ret_meter = meter;
    return true;
}

void loudness_destroy(struct loudness_meter *meter) {
    if (meter == NULL) {
        return;
    }
    ebur128_destroy(&meter->state);
    free(meter);
}

/* Frame by frame only where silence may end or begin: in blocks that are loud. */
static void note_ends(struct loudness_meter *meter, const float *samples, size_t frames) {
    size_t channels = meter->channels;
    if (meter->first_loud < 0) {
        size_t at = 0;
        while (peak_of(samples + at * channels, channels) < SILENCE) {
            at++;
        }
        meter->first_loud = meter->frames + (int64_t)at;
    }
    size_t last = frames - 1;
    while (peak_of(samples + last * channels, channels) < SILENCE) {
        last--;
    }
    meter->last_loud = meter->frames + (int64_t)last;
}

static void note_levels(struct loudness_meter *meter, const float *samples, size_t frames) {
    float peak = peak_of(samples, frames * meter->channels);
    meter->peak = peak > meter->peak ? peak : meter->peak;
    if (peak >= SILENCE) {
        note_ends(meter, samples, frames);
    }
}

void loudness_add(struct loudness_meter *meter, const float *samples, size_t frames) {
    note_levels(meter, samples, frames);
    ebur128_add_frames_float(meter->state, samples, frames);
    meter->frames += (int64_t)frames;
}

/* BS.1770 measures blocks of 400 ms; a shorter sound is filled up with silence to one block, and
 * the energy that the silence thinned out is counted back. */
static double fill_one_block(struct loudness_meter *meter) {
    int64_t block = (int64_t)meter->rate * 2 / 5 + 1;
    if (meter->frames >= block || meter->frames == 0) {
        return 0.0;
    }
    static const float zeros[256 * DECODER_CHANNELS_MAX];
    for (int64_t left = block - meter->frames; left > 0; left -= 256) {
        ebur128_add_frames_float(meter->state, zeros, left < 256 ? (size_t)left : 256);
    }
    return 10.0 * log10((double)block / (double)meter->frames);
}

static double true_peak(struct loudness_meter *meter) {
    double highest = meter->peak;
    for (unsigned c = 0; meter->detail == LOUDNESS_FULL && c < meter->channels; c++) {
        double peak = 0.0;
        if (ebur128_true_peak(meter->state, c, &peak) == EBUR128_SUCCESS && peak > highest) {
            highest = peak;
        }
    }
    return decibels(highest);
}

void loudness_end(struct loudness_meter *meter, struct loudness *ret_loudness) {
    double thinned_db = fill_one_block(meter);
    double lufs = -HUGE_VAL;
    ebur128_loudness_global(meter->state, &lufs);
    lufs += thinned_db;
    bool silent = meter->first_loud < 0;
    *ret_loudness = (struct loudness){
        .rate = meter->rate,
        .channels = meter->channels,
        .frames = meter->frames,
        .claimed_frames = -1,
        .integrated_lufs = lufs > LOUDNESS_FLOOR_LUFS ? lufs : LOUDNESS_FLOOR_LUFS,
        .true_peak_dbtp = true_peak(meter),
        .sample_peak_dbfs = decibels(meter->peak),
        .leading_silence_frames = silent ? meter->frames : meter->first_loud,
        .trailing_silence_frames = silent ? meter->frames : meter->frames - 1 - meter->last_loud};
}

static bool take_block(void *context, const float *samples, size_t frames, struct fail *why) {
    (void)why;
    loudness_add(context, samples, frames);
    return true;
}

bool loudness_measure(int fd, int64_t limit_s, const struct decoder_watch *watch,
                      struct loudness *ret_loudness, struct fail *why) {
    struct decoder *decoder;
    if (!decoder_open(fd, &decoder, why)) {
        return false;
    }
    const struct decoder_info *info = decoder_info(decoder);
    struct loudness_meter *meter = NULL;
    bool done =
        loudness_create(info->rate, info->channels, LOUDNESS_FULL, &meter, why) &&
        decoder_read_all(decoder, limit_s, &(struct decoder_sink){take_block, meter}, watch, why);
    if (done) {
        loudness_end(meter, ret_loudness);
        ret_loudness->claimed_frames = info->claimed_frames;
    }
    loudness_destroy(meter);
    decoder_close(decoder);
    return done;
}

double loudness_gain_db(const struct loudness *loudness, const struct loudness_target *target) {
    if (loudness->integrated_lufs <= LOUDNESS_FLOOR_LUFS) {
        return 0.0;
    }
    double gain = fmin(target->lufs - loudness->integrated_lufs, target->boost_max_db);
    double room = target->ceiling_dbtp + target->limiting_max_db - loudness->true_peak_dbtp;
    return fmin(gain, room);
}
