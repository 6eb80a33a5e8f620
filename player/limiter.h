/* limiter: no true peak leaves above the ceiling, and what stays below it leaves untouched, bit for
 * bit.
 *
 * True peaks are found between the samples by interpolating four times (ITU-R BS.1770-4, annex 2),
 * a few milliseconds ahead; the gain has come down smoothly when the peak arrives and recovers over
 * a tenth of a second. The channels share one gain, so that the image stays where it is. */
#ifndef LOAXA_PLAYER_LIMITER_H
#define LOAXA_PLAYER_LIMITER_H

#include <stddef.h>
#include <stdint.h>

struct limiter;

/* `ceiling_dbtp` is at most 0. Not RT safe, as limiter_destroy(). */
struct limiter *limiter_create(uint32_t rate, uint32_t channels, double ceiling_dbtp);
void limiter_destroy(struct limiter *limiter); /* NULL is allowed */

/* How many frames later a frame comes out. Constant. RT safe. */
int64_t limiter_latency_frames(const struct limiter *limiter);

/* Replaces interleaved frames by those of limiter_latency_frames() ago (silence at first). RT safe.
 */
void limiter_process(struct limiter *limiter, float *samples, size_t frames);

/* The largest sample that went in since the last call. RT safe. */
float limiter_peak(struct limiter *limiter);

/* The lowest gain since the last call, in dB (0 where nothing was limited). RT safe. */
float limiter_reduction_db(struct limiter *limiter);

/* Forgets what it holds, as after limiter_create(). RT safe. */
void limiter_reset(struct limiter *limiter);

#endif
