/* resampler: brings decoded frames to the card's rate, with libsoxr's HQ recipe (20 bits: passband
 * to 0.913 of Nyquist, images and aliases below -120 dB). Thread: any one at a time. Not RT safe. */
#ifndef LOAXA_PLAYER_RESAMPLER_H
#define LOAXA_PLAYER_RESAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct resampler;

/* The rates must differ. */
struct resampler *resampler_create(uint32_t rate_in, uint32_t rate_out, uint32_t channels);
void resampler_destroy(struct resampler *resampler); /* NULL is allowed */

/* Takes up to frames_in frames (NULL and 0: no more will come) and gives up to frames_out. Call
 * again with NULL until it gives nothing. The sound keeps its length: n frames become
 * n * rate_out / rate_in, rounded. */
void resampler_process(struct resampler *resampler, const float *in, size_t frames_in,
                       size_t *ret_taken, float *out, size_t frames_out, size_t *ret_given);

#endif
