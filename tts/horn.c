#include "tts/horn.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void horn_default(struct horn_settings *ret_settings) {
    *ret_settings = (struct horn_settings){
        .edges_hz = {290, 600, 900, 1350, 2000, 2900, 4150},
        .level_db = {1.4, 0, 0, -1.5, 0, 0},
        .slope = 0.5,
        .gate_db = -45,
        .most_gain_db = 24,
        .attack_ms = 4,
        .release_ms = 40,
        .ceiling_db = 8.8,
        .look_ahead_ms = 4.3,
        .peak_dbfs = -1.5,
    };
}

static double ratio_of_db(double db) {
    return pow(10, db / 20);
}

static double db_of_ratio(double ratio) {
    return 20 * log10(ratio > 1e-12 ? ratio : 1e-12);
}

static bool check_settings(const struct horn_settings *s, uint32_t rate, struct fail *why) {
    bool ok = rate >= 8000 && rate <= 192000 && s->slope > 0 && s->slope <= 1 && s->gate_db < 0 &&
              s->most_gain_db >= 0 && s->attack_ms > 0 && s->release_ms > 0 && s->ceiling_db >= 3 &&
              s->look_ahead_ms > 0 && s->look_ahead_ms <= 50 && s->peak_dbfs <= 0 &&
              s->edges_hz[0] > 0;
    for (int i = 0; i < HORN_BANDS; i++) {
        ok = ok && s->edges_hz[i] < s->edges_hz[i + 1] && fabs(s->level_db[i]) <= 24;
    }
    return ok || fail_set(why, FAIL_INVALID, "a setting of the voice chain is out of its range");
}

/* The middle and one side of a low-pass of linear phase: a sinc under a Hamming window, gain 1 at 0
 * Hz. */
static void low_pass(double *taps, size_t half, double cut) {
    double sum = 0;
    for (size_t i = 0; i <= half; i++) {
        double x = 2 * cut * (double)i;
        double sinc = i == 0 ? 1 : sin(M_PI * x) / (M_PI * x);
        double angle = M_PI * (double)i / (double)half;
        taps[i] = sinc * (0.42 + 0.5 * cos(angle) + 0.08 * cos(2 * angle));
        sum += i == 0 ? taps[i] : 2 * taps[i];
    }
    for (size_t i = 0; i <= half; i++) {
        taps[i] /= sum;
    }
}

/* out[i] = Σ taps[|k|] in[i + k]; `in` has `half` zeros before and behind. Written tap by tap over
 * short runs, so that a compiler may use vectors without reordering any sum. */
static void convolve(const float *in, const float *taps, size_t half, float *out, size_t frames) {
    enum { RUN = 2048 };
    for (size_t at = 0; at < frames; at += RUN) {
        size_t run = frames - at < RUN ? frames - at : RUN;
        const float *middle = in + half + at;
        float *to = out + at;
        for (size_t i = 0; i < run; i++) {
            to[i] = taps[0] * middle[i];
        }
        for (size_t k = 1; k <= half; k++) {
            const float *before = middle - k, *behind = middle + k;
            float tap = taps[k];
            for (size_t i = 0; i < run; i++) {
                to[i] += tap * (before[i] + behind[i]);
            }
        }
    }
}

/* Band `band` of `padded` into `out`. */
static void take_band(const float *padded, size_t half, size_t frames, uint32_t rate,
                      const struct horn_settings *s, int band, float *out) {
    double *low = memory_resize(NULL, half + 1, sizeof *low);
    double *high = memory_resize(NULL, half + 1, sizeof *high);
    float *taps = memory_resize(NULL, half + 1, sizeof *taps);
    low_pass(low, half, fmin(s->edges_hz[band] / rate, 0.49));
    low_pass(high, half, fmin(s->edges_hz[band + 1] / rate, 0.495));
    for (size_t i = 0; i <= half; i++) {
        taps[i] = (float)(high[i] - low[i]);
    }
    convolve(padded, taps, half, out, frames);
    free(low);
    free(high);
    free(taps);
}

/* The level of speech in a band: the mean square of what is within 40 dB of its loudest tenth of a
 * second. */
static double speech_level(const float *band, size_t frames, uint32_t rate) {
    size_t run = rate / 10;
    double loudest = 0;
    for (int pass = 0; pass < 2; pass++) {
        double sum = 0;
        size_t count = 0;
        for (size_t at = 0; at < frames; at += run) {
            size_t length = frames - at < run ? frames - at : run;
            double square = 0;
            for (size_t i = at; i < at + length; i++) {
                square += (double)band[i] * band[i];
            }
            square /= (double)length;
            if (pass == 0) {
                loudest = fmax(loudest, square);
            } else if (square > loudest * 1e-4) {
                sum += square * (double)length;
                count += length;
            }
        }
        if (pass == 1) {
            return count == 0 ? 0 : sqrt(sum / (double)count);
        }
    }
    return 0;
}

/* The level of speech in all that the bands keep; `scratch` holds it. */
static double voice_level(const float *padded, size_t half, size_t frames, uint32_t rate,
                          const struct horn_settings *s, float *scratch) {
    struct horn_settings whole = *s;
    whole.edges_hz[1] = s->edges_hz[HORN_BANDS];
    take_band(padded, half, frames, rate, &whole, 0, scratch);
    return fmax(speech_level(scratch, frames, rate), 1e-9);
}

/* Compresses a band and adds it to `sum`, speech at one level whatever the band's own; but what is
 * 40 dB under the `whole` voice is no speech and is not brought up to it. */
static void compress_band(const float *band, size_t frames, uint32_t rate,
                          const struct horn_settings *s, int number, double whole, float *sum) {
    double speech = fmax(speech_level(band, frames, rate), whole * 0.1) * 3; /* its peaks, about */
    double attack = exp(-1000 / (s->attack_ms * rate));
    double release = exp(-1000 / (s->release_ms * rate));
    double gate = ratio_of_db(s->gate_db);
    double most = ratio_of_db(s->most_gain_db);
    double level = ratio_of_db(s->level_db[number]) / speech;
    double mean = 0, held = 0;
    for (size_t i = 0; i < frames; i++) {
        double square = (double)band[i] * band[i];
        mean = attack * mean + (1 - attack) * square;
        held = mean > held ? mean : release * held + (1 - release) * mean;
        double ratio = sqrt(held) / speech;
        double gain = pow(fmax(ratio, gate), s->slope - 1);
        if (ratio < gate) {
            gain *= ratio / gate;
        }
        sum[i] += (float)(level * fmin(gain, most) * band[i]);
    }
}

/* The least of need[i - reach .. i + reach] for each i, by a queue of falling candidates. */
static void sliding_least(const float *need, size_t frames, size_t reach, float *out) {
    size_t *queue = memory_resize(NULL, frames, sizeof *queue);
    size_t first = 0, last = 0;
    for (size_t at = 0; at < frames + reach; at++) {
        if (at < frames) {
            while (last > first && need[queue[last - 1]] >= need[at]) {
                last--;
            }
            queue[last++] = at;
        }
        if (at >= reach) {
            size_t middle = at - reach;
            while (queue[first] + reach < middle) {
                first++;
            }
            out[middle] = need[queue[first]];
        }
    }
    free(queue);
}

/* Holds peaks under `ceiling`: the gain any sample within the look-ahead needs, averaged over the
 * look-ahead, which keeps it at or under what the sample itself needs. */
static void limit(float *samples, size_t frames, uint32_t rate, double ceiling,
                  const struct horn_settings *s, struct horn_report *report) {
    size_t reach = (size_t)(s->look_ahead_ms * rate / 1000) / 2 + 1;
    float *need = memory_resize(NULL, frames, sizeof *need);
    float *least = memory_resize(NULL, frames, sizeof *least);
    for (size_t i = 0; i < frames; i++) {
        double size = fabs((double)samples[i]);
        need[i] = size > ceiling ? (float)(ceiling / size) : 1;
    }
    sliding_least(need, frames, reach, least);
    double sum = 0;
    size_t turned_down = 0;
    for (size_t i = 0; i < reach && i < frames; i++) {
        sum += least[i];
    }
    double worst = 1;
    for (size_t i = 0; i < frames; i++) {
        size_t from = i >= reach ? i - reach : 0;
        size_t to = i + reach < frames ? i + reach : frames - 1;
        if (i + reach < frames) {
            sum += least[i + reach];
        }
        if (i > reach) {
            sum -= least[from - 1];
        }
        double gain = fmin(sum / (double)(to - from + 1), 1);
        samples[i] = (float)(samples[i] * gain);
        worst = fmin(worst, gain);
        turned_down += gain < 0.9886;
    }
    report->most_reduction_db = -db_of_ratio(worst);
    report->limited_share = (double)turned_down / (double)frames;
    free(need);
    free(least);
}

static void measure(const float *samples, size_t frames, double *ret_peak, double *ret_rms) {
    double peak = 0, square = 0;
    for (size_t i = 0; i < frames; i++) {
        peak = fmax(peak, fabs((double)samples[i]));
        square += (double)samples[i] * samples[i];
    }
    *ret_peak = peak;
    *ret_rms = frames == 0 ? 0 : sqrt(square / (double)frames);
}

static void scale(float *samples, size_t frames, double factor) {
    for (size_t i = 0; i < frames; i++) {
        samples[i] = (float)(samples[i] * factor);
    }
}

/* The bands of `samples`, compressed and added up, back into `samples`. */
static void compress(float *samples, size_t frames, uint32_t rate, const struct horn_settings *s) {
    size_t half = (size_t)(0.014 * rate) | 1;
    float *padded = memory_new((frames + 2 * half) * sizeof *padded);
    float *band = memory_resize(NULL, frames, sizeof *band);
    memcpy(padded + half, samples, frames * sizeof *samples);
    double whole = voice_level(padded, half, frames, rate, s, band);
    memset(samples, 0, frames * sizeof *samples);
    for (int i = 0; i < HORN_BANDS; i++) {
        if (s->edges_hz[i] < rate * 0.48) {
            take_band(padded, half, frames, rate, s, i, band);
            compress_band(band, frames, rate, s, i, whole, samples);
        }
    }
    free(padded);
    free(band);
}

bool horn_process(float *samples, size_t frames, uint32_t rate,
                  const struct horn_settings *settings, struct horn_report *ret_report,
                  struct fail *why) {
    struct horn_report report = {0};
    if (!check_settings(settings, rate, why)) {
        return false;
    }
    double peak, rms;
    measure(samples, frames, &peak, &rms);
    if (peak > 1e-6) {
        report.crest_before_db = db_of_ratio(peak / rms);
        compress(samples, frames, rate, settings);
        double level = speech_level(samples, frames, rate);
        if (level > 0) {
            limit(samples, frames, rate, level * ratio_of_db(settings->ceiling_db), settings,
                  &report);
        }
        measure(samples, frames, &peak, &rms);
        if (peak > 0) {
            report.crest_after_db = db_of_ratio(peak / rms);
            scale(samples, frames, ratio_of_db(settings->peak_dbfs) / peak);
        }
    }
    if (ret_report != NULL) {
        *ret_report = report;
    }
    return true;
}
