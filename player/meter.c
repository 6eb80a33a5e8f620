#include "player/meter.h"

#include "player/peak.h"

#include <math.h>
#include <string.h>

#define LOWEST_LUFS (-70.0)
#define STEP_LU 0.1

/* The two filters of BS.1770 for any rate, from their analogue forms (De Man 2014, "Evaluation of
 * implementations of the EBU R128 loudness measurement"). */
static void make_filters(struct meter *meter, double rate) {
    double k = tan(M_PI * 1681.974450955533 / rate);
    double q = 0.7071752369554196;
    double high = pow(10.0, 3.999843853973347 / 20.0);
    double band = pow(high, 0.4996667741545416);
    double a0 = 1.0 + k / q + k * k;
    double shelf[5] = {(high + band * k / q + k * k) / a0, 2.0 * (k * k - high) / a0,
                       (high - band * k / q + k * k) / a0, 2.0 * (k * k - 1.0) / a0,
                       (1.0 - k / q + k * k) / a0};
    memcpy(meter->shelf, shelf, sizeof shelf);
    k = tan(M_PI * 38.13547087602444 / rate);
    q = 0.5003270373238773;
    a0 = 1.0 + k / q + k * k;
    double pass[5] = {1.0, -2.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0};
    memcpy(meter->pass, pass, sizeof pass);
}

void meter_start(struct meter *meter, uint32_t rate, uint32_t channels) {
    memset(meter, 0, sizeof *meter);
    meter->channels = channels < METER_CHANNELS_MAX ? channels : METER_CHANNELS_MAX;
    meter->part_frames = rate / 10;
    make_filters(meter, rate);
}

/* One filter in transposed direct form II. */
static inline meter_pair filter(const double c[5], meter_pair state[2], meter_pair x) {
    meter_pair y = x * c[0] + state[0];
    state[0] = x * c[1] - y * c[3] + state[1];
    state[1] = x * c[2] - y * c[4];
    return y;
}

/* The energy of one or two channels over some frames of a part. */
static double weigh(struct meter *meter, uint32_t channel, const float *samples, size_t frames) {
    meter_pair *shelf = meter->shelf_state[channel / 2];
    meter_pair *pass = meter->pass_state[channel / 2];
    meter_pair shelf_at[2] = {shelf[0], shelf[1]}, pass_at[2] = {pass[0], pass[1]};
    meter_pair sum = {0.0, 0.0};
    size_t right = channel + 1 < meter->channels ? 1 : 0;
    double both = right != 0 ? 1.0 : 0.0;
    for (size_t i = 0; i < frames; i++) {
        const float *frame = samples + i * meter->channels + channel;
        meter_pair x = {frame[0], frame[right] * both};
        meter_pair y = filter(meter->pass, pass_at, filter(meter->shelf, shelf_at, x));
        sum += y * y;
    }
    /* What is left of a sound long ago would slow the processor down as denormal numbers. */
    for (int i = 0; i < 2; i++) {
        for (int lane = 0; lane < 2; lane++) {
            shelf[i][lane] = fabs(shelf_at[i][lane]) > 1e-15 ? shelf_at[i][lane] : 0.0;
            pass[i][lane] = fabs(pass_at[i][lane]) > 1e-15 ? pass_at[i][lane] : 0.0;
        }
    }
    return sum[0] + sum[1];
}

static double lufs_of_energy(double energy) {
    return energy > 1e-12 ? -0.691 + 10.0 * log10(energy) : -120.0;
}

static double energy_of_step(int step) {
    return pow(10.0, (LOWEST_LUFS + (step + 0.5) * STEP_LU + 0.691) / 10.0);
}

static void end_part(struct meter *meter) {
    double energy = meter->part_energy / (double)meter->part_frames;
    energy *= meter->channels == 1 ? 2.0 : 1.0;
    if (++meter->part_count >= 4) {
        double block = (energy + meter->parts[0] + meter->parts[1] + meter->parts[2]) / 4.0;
        double step = (lufs_of_energy(block) - LOWEST_LUFS) / STEP_LU;
        if (step >= 0.0) {
            meter->histogram[step < METER_STEPS ? (size_t)step : METER_STEPS - 1]++;
        }
    }
    meter->parts[meter->part_count % 3] = energy;
    meter->part_energy = 0.0;
    meter->part_at = 0;
}

void meter_add(struct meter *meter, const float *samples, size_t frames) {
    float peak = peak_of(samples, frames * meter->channels);
    meter->peak = peak > meter->peak ? peak : meter->peak;
    while (frames > 0) {
        size_t left = (size_t)(meter->part_frames - meter->part_at);
        size_t run = frames < left ? frames : left;
        for (uint32_t c = 0; c < meter->channels; c += 2) {
            meter->part_energy += weigh(meter, c, samples, run);
        }
        meter->part_at += (int64_t)run;
        if (meter->part_at == meter->part_frames) {
            end_part(meter);
        }
        samples += run * meter->channels;
        frames -= run;
    }
}

static double mean_energy(const struct meter *meter, int from) {
    double sum = 0.0;
    uint64_t count = 0;
    for (int step = from < 0 ? 0 : from; step < METER_STEPS; step++) {
        sum += meter->histogram[step] != 0 ? meter->histogram[step] * energy_of_step(step) : 0.0;
        count += meter->histogram[step];
    }
    return count > 0 ? sum / (double)count : 0.0;
}

double meter_lufs(const struct meter *meter) {
    double gate = lufs_of_energy(mean_energy(meter, 0)) - 10.0;
    double lufs = lufs_of_energy(mean_energy(meter, (int)((gate - LOWEST_LUFS) / STEP_LU)));
    return lufs > LOWEST_LUFS ? lufs : LOWEST_LUFS;
}

double meter_peak_dbfs(const struct meter *meter) {
    return meter->peak > 1e-6f ? 20.0 * log10(meter->peak) : -120.0;
}
