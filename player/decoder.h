/* decoder: the samples of a stored sound file, through libsndfile, from a descriptor.
 *
 * What was hashed is what is decoded: everything is read by pread() from the descriptor that the
 * caller already holds, its file position is neither used nor moved, and no path is opened again.
 * Formats are a closed list, known by their first bytes: WAV (with RF64), AIFF, FLAC, MP3, and Ogg
 * with Vorbis, Opus or FLAC. A header may lie: rate and channels are bounded here, and what it
 * claims of the length is only reported; the caller counts what really comes.
 * Thread: any one at a time. Not RT safe. */
#ifndef LOAXA_PLAYER_DECODER_H
#define LOAXA_PLAYER_DECODER_H

#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DECODER_CHANNELS_MAX = 8, DECODER_RATE_MIN = 4000, DECODER_RATE_MAX = 192000 };

struct decoder_info {
    uint32_t rate;          /* frames a second, DECODER_RATE_MIN to _MAX */
    uint32_t channels;      /* 1 to DECODER_CHANNELS_MAX */
    int64_t claimed_frames; /* what the header says; -1 where it says nothing */
    int bits;               /* of one sample where it is stored as such: 8, 16, 24, 32; lossy: 16 */
    const char *format;     /* "WAV", "AIFF", "FLAC", "MP3", "Vorbis", "Opus"; static */
};

struct decoder;

/* Opens the sound in `fd`, a regular file open for reading. Borrows fd: it must stay open until
 * decoder_close(), and is not closed by it. Refuses what is empty (FAIL_INVALID), of another format
 * (FAIL_INVALID, naming what is accepted) or beyond the bounds above (FAIL_LIMIT). */
bool decoder_open(int fd, struct decoder **ret_decoder, struct fail *why);
void decoder_close(struct decoder *decoder); /* NULL is allowed */

/* Borrowed until decoder_close(). */
const struct decoder_info *decoder_info(const struct decoder *decoder);

/* Reads up to `frames` frames of interleaved floats (full scale is 1.0; lossy formats may exceed
 * it; never NaN nor infinite). *ret_frames is 0 at the end only. False for damage or a read error;
 * frames before the damage were already given by earlier calls. */
bool decoder_read(struct decoder *decoder, float *samples, size_t frames, size_t *ret_frames,
                  struct fail *why);

/* Goes to a frame counted from the start, so that the next frame read is exactly that one. At or
 * beyond the end, the next read gives 0 frames. Formats that cannot seek are read through. */
bool decoder_seek(struct decoder *decoder, int64_t frame, struct fail *why);

/* What becomes of each block of a whole sound; false gives up with *why filled. */
struct decoder_sink {
    bool (*take)(void *context, const float *samples, size_t frames, struct fail *why);
    void *context;
};

/* Told now and then while a long sound is read; false gives up (the caller fails with
 * FAIL_TIMEOUT). `claimed_frames` may be -1, and wrong. */
struct decoder_watch {
    bool (*step)(void *context, int64_t frames, int64_t claimed_frames);
    void *context;
};

/* Reads from here to the end into `sink`. More than `limit_s` seconds are refused with FAIL_LIMIT,
 * whatever the header said; not a single frame with FAIL_INVALID. `watch` may be NULL. */
bool decoder_read_all(struct decoder *decoder, int64_t limit_s, const struct decoder_sink *sink,
                      const struct decoder_watch *watch, struct fail *why);

#endif
