/* flac: writes FLAC, the form in which imported sound is kept (lossless, checked by its own MD5).
 *
 * Samples are rounded to the nearest step, so that a sound of the same depth comes back bit for
 * bit. Thread: any one at a time. Not RT safe. */
#ifndef LOAXA_PLAYER_FLAC_H
#define LOAXA_PLAYER_FLAC_H

#include "base/fail.h"
#include "player/loudness.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flac_writer;

/* Begins a file in `fd`, open for writing, empty; borrowed until flac_finish() or flac_destroy().
 * `bits` is 16 or 24; rate and channels within decoder.h's bounds. */
bool flac_create(int fd, uint32_t rate, uint32_t channels, int bits, struct flac_writer **ret_flac,
                 struct fail *why);
/* Interleaved floats; what exceeds full scale is clipped. FAIL_FULL on a full disk. */
bool flac_add(struct flac_writer *flac, const float *samples, size_t frames, struct fail *why);
/* Completes the file's header (true length, MD5). Not synchronised to disk: that is the caller's.
 * Destroys the writer, also when it fails. */
bool flac_finish(struct flac_writer *flac, struct fail *why);
/* Gives up; the file is left incomplete. NULL is allowed. */
void flac_destroy(struct flac_writer *flac);

/* Decodes `from_fd` once into FLAC in `to_fd` (both borrowed) at the source's rate and channels,
 * with 24 bits where the source has more than 16, else 16, and measures what was decoded. Refuses
 * and gives up as loudness_measure() does. `watch` may be NULL. */
bool flac_convert(int from_fd, int to_fd, int64_t limit_s, const struct decoder_watch *watch,
                  struct loudness *ret_loudness, struct fail *why);

#endif
