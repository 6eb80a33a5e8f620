#include "station/speak.h"

#include "base/text.h"
#include "player/flac.h"
#include "player/loudness.h"
#include "player/resampler.h"
#include "tts/horn.h"
#include "tts/voice.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { BLOCK_FRAMES = 4096, SECONDS_MAX = 45 * 60 };
#define CEILING_DBTP (-1.5)

static bool measure(const struct voice_sound *sound, struct loudness *ret_loudness,
                    struct fail *why) {
    struct loudness_meter *meter;
    if (!loudness_create(sound->rate, 1, LOUDNESS_FULL, &meter, why)) {
        return false;
    }
    for (size_t at = 0; at < sound->frames; at += BLOCK_FRAMES) {
        size_t left = sound->frames - at;
        loudness_add(meter, sound->samples + at, left < BLOCK_FRAMES ? left : BLOCK_FRAMES);
    }
    loudness_end(meter, ret_loudness);
    loudness_destroy(meter);
    return true;
}

struct writing {
    struct flac_writer *flac;
    struct resampler *resampler;
    double power;
    float peak;
    int64_t frames;
};

static bool put_block(struct writing *writing, const float *block, size_t frames,
                      struct fail *why) {
    for (size_t i = 0; i < frames; i++) {
        writing->power += (double)block[i] * block[i];
        writing->peak = fmaxf(writing->peak, fabsf(block[i]));
    }
    writing->frames += (int64_t)frames;
    return flac_add(writing->flac, block, frames, why);
}

/* Through the resampler into the file; NULL says that no more will come. */
static bool put_samples(struct writing *writing, const float *samples, size_t frames,
                        struct fail *why) {
    float block[BLOCK_FRAMES];
    size_t taken, given;
    do {
        resampler_process(writing->resampler, samples, frames, &taken, block, BLOCK_FRAMES, &given);
        if (given > 0 && !put_block(writing, block, given, why)) {
            return false;
        }
        if (samples != NULL) {
            samples += taken;
            frames -= taken;
        }
    } while (samples != NULL ? frames > 0 : given > 0);
    return true;
}

static bool write_all(struct writing *writing, const struct voice_sound *sound, int to_fd,
                      struct fail *why) {
    writing->resampler = resampler_create(sound->rate, SPEAKER_RATE, 1);
    if (!flac_create(to_fd, SPEAKER_RATE, 1, 16, &writing->flac, why)) {
        return false;
    }
    for (size_t at = 0; at < sound->frames; at += BLOCK_FRAMES) {
        size_t left = sound->frames - at;
        if (!put_samples(writing, sound->samples + at, left < BLOCK_FRAMES ? left : BLOCK_FRAMES,
                         why)) {
            return false;
        }
    }
    struct flac_writer *flac = writing->flac;
    bool done = put_samples(writing, NULL, 0, why);
    writing->flac = NULL;
    if (!done) {
        flac_destroy(flac);
        return false;
    }
    return flac_finish(flac, why);
}

static double decibels(double amplitude) {
    return amplitude > 1e-6 ? 20.0 * log10(amplitude) : -120.0;
}

/* `loudness` is that of `sound`: bringing it to another rate changes neither it nor the true peak. */
static bool write_sound(const struct voice_sound *sound, const struct loudness *loudness, int to_fd,
                        struct speaker_facts *ret_facts, struct fail *why) {
    struct writing writing = {0};
    bool done = write_all(&writing, sound, to_fd, why);
    if (done) {
        double mean = writing.frames > 0 ? writing.power / (double)writing.frames : 0.0;
        *ret_facts =
            (struct speaker_facts){.rate = SPEAKER_RATE,
                                   .frames = writing.frames,
                                   .clipped_frames = sound->clipped_frames,
                                   .integrated_lufs = loudness->integrated_lufs,
                                   .true_peak_dbtp = loudness->true_peak_dbtp,
                                   .sample_peak_dbfs = decibels(writing.peak),
                                   .crest_db = decibels(writing.peak) - decibels(sqrt(mean))};
    }
    flac_destroy(writing.flac);
    resampler_destroy(writing.resampler);
    return done;
}

static bool treat(struct voice_sound *sound, const struct speaker_settings *settings,
                  struct loudness *ret_loudness, struct fail *why) {
    struct horn_settings horn;
    horn_default(&horn);
    if (settings->horn &&
        !horn_process(sound->samples, sound->frames, sound->rate, &horn, NULL, why)) {
        return false;
    }
    if (!measure(sound, ret_loudness, why)) {
        return false;
    }
    if (ret_loudness->integrated_lufs <= LOUDNESS_FLOOR_LUFS) {
        return true; /* silence: refused by speaker_facts_check() */
    }
    double gain_db = settings->target_lufs - ret_loudness->integrated_lufs;
    gain_db = fmin(gain_db, CEILING_DBTP - ret_loudness->true_peak_dbtp);
    float gain = (float)pow(10.0, gain_db / 20.0);
    for (size_t i = 0; i < sound->frames; i++) {
        sound->samples[i] *= gain;
    }
    ret_loudness->integrated_lufs += gain_db;
    ret_loudness->true_peak_dbtp += gain_db;
    return true;
}

/* Processor time of this process so far. */
static int64_t processor_us(void) {
    struct timespec used = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

bool speak_text(int text_fd, int to_fd, const struct speaker_settings *settings,
                struct speaker_facts *ret_facts, struct fail *why) {
    struct text words = {0};
    struct voice_sound sound = {0};
    struct loudness loudness;
    bool done =
        text_read_fd(text_fd, SPEAKER_BYTES_MAX, &words, why) &&
        speaker_check(text_string(&words), why) &&
        voice_say(text_string(&words), &settings->pace, (size_t)SECONDS_MAX * 22050, &sound, why);
    int64_t voice_cpu_us = processor_us();
    if (done && sound.frames == 0) {
        done = fail_set(why, FAIL_DEVICE, "the voice gave silence");
    }
    done = done && treat(&sound, settings, &loudness, why) &&
           write_sound(&sound, &loudness, to_fd, ret_facts, why);
    if (done) {
        ret_facts->voice_cpu_us = voice_cpu_us;
    }
    free(sound.samples);
    text_finish(&words);
    return done;
}
