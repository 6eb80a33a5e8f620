/* meter: how loud the output is, cheap enough to run beside every airing: the integrated loudness
 * of EBU R 128 (ITU-R BS.1770-4: K weighting, blocks of 400 ms every 100 ms, gates at -70 LUFS and
 * 10 LU under the mean) and the largest sample.
 *
 * libebur128 (see loudness.h) is the reference for stored sounds; it takes three times as long,
 * more than decoding FLAC. A test holds the two within 0.1 LU. Each channel counts the same; a
 * single one counts twice, as it is heard. Thread: any one at a time. Not RT safe. */
#ifndef LOAXA_PLAYER_METER_H
#define LOAXA_PLAYER_METER_H

#include <stddef.h>
#include <stdint.h>

enum { METER_CHANNELS_MAX = 8, METER_STEPS = 1000 };

typedef double meter_pair __attribute__((vector_size(16))); /* two channels side by side */

struct meter {
    uint32_t channels;
    double shelf[5], pass[5]; /* b0 b1 b2 a1 a2 of the two filters */
    meter_pair shelf_state[METER_CHANNELS_MAX / 2][2], pass_state[METER_CHANNELS_MAX / 2][2];
    int64_t part_frames, part_at; /* 100 ms, and how far into it */
    double part_energy, parts[3]; /* of the running part and the ones before it */
    int64_t part_count;
    uint32_t histogram[METER_STEPS]; /* blocks of -70.0, -69.9, ... LUFS */
    float peak;
};

/* `rate` at least 8000, `channels` 1 to METER_CHANNELS_MAX. */
void meter_start(struct meter *meter, uint32_t rate, uint32_t channels);
void meter_add(struct meter *meter, const float *samples, size_t frames);

/* -70 for silence and for less than 400 ms. */
double meter_lufs(const struct meter *meter);
/* -120 for digital silence. */
double meter_peak_dbfs(const struct meter *meter);

#endif
