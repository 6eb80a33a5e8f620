/* loudness: how loud a sound is, as EBU R 128 and ITU-R BS.1770-4 measure it (libebur128), where
 * its silence is, and the gain that brings it to a target.
 *
 * A mono sound is measured as it will be heard, on two channels (3 LU more than its one channel).
 * Thread: any one at a time for one meter. Not RT safe. */
#ifndef LOAXA_PLAYER_LOUDNESS_H
#define LOAXA_PLAYER_LOUDNESS_H

#include "base/fail.h"
#include "player/decoder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Below this level in every channel a frame counts as silence at the ends of a sound. */
#define LOUDNESS_SILENCE_DBFS (-60.0)
/* Reported for what is nothing but silence (BS.1770's absolute gate). */
#define LOUDNESS_FLOOR_LUFS (-70.0)

struct loudness {
    uint32_t rate, channels;
    int64_t frames;                  /* really decoded */
    int64_t claimed_frames;          /* what the header said; -1 where it said nothing */
    double integrated_lufs;          /* LOUDNESS_FLOOR_LUFS for silence */
    double true_peak_dbtp;           /* at most; -120 for digital silence */
    double sample_peak_dbfs;         /* the same without interpolation */
    int64_t leading_silence_frames;  /* both are `frames` for nothing but silence */
    int64_t trailing_silence_frames; /* */
};

/* In pieces: create, add any number of times, end, destroy. */
struct loudness_meter;
enum loudness_detail {
    LOUDNESS_FULL, /* with true peak, as for an import */
    LOUDNESS_LIGHT /* the sample peak stands for the true peak: a tenth of the work */
};
bool loudness_create(uint32_t rate, uint32_t channels, enum loudness_detail detail,
                     struct loudness_meter **ret_meter, struct fail *why);
void loudness_add(struct loudness_meter *meter, const float *samples, size_t frames);
/* May be called once; claimed_frames is set to -1. */
void loudness_end(struct loudness_meter *meter, struct loudness *ret_loudness);
void loudness_destroy(struct loudness_meter *meter); /* NULL is allowed */

/* Decodes all of `fd` (borrowed; see decoder.h) once. A sound longer than `limit_s` seconds is
 * refused with FAIL_LIMIT, whatever its header said; one without a single frame with FAIL_INVALID;
 * damage anywhere with FAIL_INVALID. `watch` may be NULL. */
bool loudness_measure(int fd, int64_t limit_s, const struct decoder_watch *watch,
                      struct loudness *ret_loudness, struct fail *why);

/* What a station wants to hear. */
struct loudness_target {
    double lufs;            /* where a sound is brought to */
    double ceiling_dbtp;    /* the limiter's: no true peak leaves the card above it */
    double boost_max_db;    /* a very quiet recording is mostly noise */
    double limiting_max_db; /* how far peaks may be pushed into the limiter: one click in a
                             * recording must not keep the whole of it quiet */
};
#define LOUDNESS_TARGET_DEFAULT ((struct loudness_target){-16.0, -1.0, 12.0, 6.0})

/* The gain for a sound; 0 for silence. */
double loudness_gain_db(const struct loudness *loudness, const struct loudness_target *target);

#endif
