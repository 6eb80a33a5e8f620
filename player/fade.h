/* fade: a gain that moves between 0 and 1 over an exact number of frames, along half a cosine, so
 * that it begins and ends without a corner. RT safe. */
#ifndef LOAXA_PLAYER_FADE_H
#define LOAXA_PLAYER_FADE_H

#include <stddef.h>
#include <stdint.h>

/* The gain of frame `at` of a fade-in of `length` frames: above 0 from frame 0 on (there is no
 * silent first frame), 1 from frame `length` on. A fade-out is the same read backwards. */
float fade_gain(int64_t at, int64_t length);

/* Multiplies frames [at, at + frames) of a sound that fades in over its first `length` frames. */
void fade_in(float *samples, size_t frames, uint32_t channels, int64_t at, int64_t length);

/* The same for a sound that fades out over its last `length` frames, of which `left` are left at
 * the first of these; past the end it is silent. */
void fade_out(float *samples, size_t frames, uint32_t channels, int64_t left, int64_t length);

#endif
