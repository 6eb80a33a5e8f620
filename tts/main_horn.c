/* loaxa-horn: sends a voice through the chain for horns, so that a person can listen to both. */
#include "base/memory.h"
#include "base/words.h"
#include "tts/horn.h"

#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES_MAX = 192000 * 3600 };

static int usage(FILE *out) {
    fputs(tr("Usage: loaxa-horn IN.wav OUT.wav\n\n"
             "Sends a recorded or synthetic voice through the voice chain for horn loudspeakers "
             "and writes\n"
             "one channel, 16 bits. Prints what the chain did.\n\n"
             "Example: loaxa-horn ban-tin.wav ban-tin-loa.wav\n"),
          out);
    return out == stdout ? 0 : 2;
}

/* All of a sound as one channel; NULL where it cannot be read. */
static float *read_mono(const char *path, SF_INFO *ret_info, struct fail *why) {
    SNDFILE *file = sf_open(path, SFM_READ, ret_info);
    if (file == NULL) {
        fail_set(why, FAIL_INVALID, "%s: %s", path, sf_strerror(NULL));
        return NULL;
    }
    if (ret_info->frames <= 0 || ret_info->frames > FRAMES_MAX || ret_info->channels > 8) {
        fail_set(why, FAIL_LIMIT, "%s: empty, or longer than an hour", path);
        sf_close(file);
        return NULL;
    }
    size_t frames = (size_t)ret_info->frames, channels = (size_t)ret_info->channels;
    float *all = memory_new(frames * channels * sizeof *all);
    sf_count_t got = sf_readf_float(file, all, ret_info->frames);
    sf_close(file);
    for (size_t i = 0; i < (size_t)got; i++) {
        float sum = 0;
        for (size_t c = 0; c < channels; c++) {
            sum += all[i * channels + c];
        }
        all[i] = sum / (float)channels;
    }
    ret_info->frames = got;
    return all;
}

static bool write_mono(const char *path, const float *samples, sf_count_t frames, int rate,
                       struct fail *why) {
    SF_INFO info = {.samplerate = rate, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    if (file == NULL) {
        return fail_set(why, FAIL_SYSTEM, "%s: %s", path, sf_strerror(NULL));
    }
    bool ok = sf_writef_float(file, samples, frames) == frames;
    return (sf_close(file) == 0 && ok) ||
           fail_set(why, FAIL_FULL, "%s: cannot write all of it", path);
}

int main(int count, char **arguments) {
    words_use(words_language_of_environment());
    if (count == 2 && strcmp(arguments[1], "--help") == 0) {
        return usage(stdout);
    }
    if (count != 3) {
        return usage(stderr);
    }
    struct fail why = {0};
    SF_INFO info = {0};
    struct horn_settings settings;
    struct horn_report report;
    horn_default(&settings);
    float *samples = read_mono(arguments[1], &info, &why);
    bool ok = samples != NULL &&
              horn_process(samples, (size_t)info.frames, (uint32_t)info.samplerate, &settings,
                           &report, &why) &&
              write_mono(arguments[2], samples, info.frames, info.samplerate, &why);
    free(samples);
    if (!ok) {
        fprintf(stderr, "loaxa-horn: %s\n", why.sentence);
        return fail_exit_status(why.code);
    }
    printf(tr("crest factor %.1f dB before, %.1f dB after; limiter at most %.1f dB, %.1f %% of the "
              "time\n"),
           report.crest_before_db, report.crest_after_db, report.most_reduction_db,
           100 * report.limited_share);
    return 0;
}
