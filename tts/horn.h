/* horn: the voice chain, which makes speech carry over a horn loudspeaker, its echo and the street.
 *
 * A horn passes 400 to 4,000 Hz, an amplifier limits peaks, and noise covers what is soft. The
 * chain spends the peaks it has where a listener needs them: what the horn cannot pass is taken
 * away, six bands are each compressed 2:1 with a fast release (soft consonants come up, loud vowels
 * do not), their balance is set for presence, and a look-ahead limiter holds what sticks out. All
 * filters are of linear phase and the gain is the same for every partial of a band, so pitch, and
 * with it the tones of Vietnamese, is untouched. Works on a whole sound at its own rate, in place,
 * with no delay. Thread: any; not RT safe. */
#ifndef LOAXA_TTS_HORN_H
#define LOAXA_TTS_HORN_H

#include "base/fail.h"

#include <stddef.h>
#include <stdint.h>

enum {
    HORN_BANDS = 6,
    HORN_VERSION = 1 /* part of a rendering's key: raise it when the sound changes */
};

struct horn_settings {
    double edges_hz[HORN_BANDS + 1]; /* of the bands, ascending; nothing outside is kept */
    double level_db[HORN_BANDS];     /* balance of the bands after each is brought to one level */
    double slope;                    /* output over input in decibels above the gate: 0.5 is 2:1 */
    double gate_db; /* below this, against the band's speech, gain falls to nothing */
    double most_gain_db;
    double attack_ms, release_ms;
    double ceiling_db;    /* of peaks, over the mean level of the speech */
    double look_ahead_ms; /* of the limiter */
    double peak_dbfs;     /* highest sample of the output */
};

/* Measured: `./dev bench horn`. */
void horn_default(struct horn_settings *ret_settings);

/* What the chain did. Crest factor: highest sample over the root mean square, in decibels. */
struct horn_report {
    double crest_before_db, crest_after_db;
    double most_reduction_db; /* by the limiter, at its worst instant */
    double limited_share;     /* of the samples that the limiter turned down by more than 0.1 dB */
};

/* Changes `frames` mono samples at `rate` (8,000 to 192,000 frames a second). Silence stays
 * silence. Refuses settings out of their ranges (FAIL_INVALID). `ret_report` may be NULL. */
bool horn_process(float *samples, size_t frames, uint32_t rate,
                  const struct horn_settings *settings, struct horn_report *ret_report,
                  struct fail *why);

#endif
