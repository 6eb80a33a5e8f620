/* pcm_alsa: a card by its ALSA name, and ALSA's own file writer as a card for stations without one.
 *
 * The card is opened non-blocking, with timestamps of CLOCK_MONOTONIC set explicitly, and starts by
 * itself with the first write (an explicit start is unfaithful on plugins). */
#ifndef LOAXA_PLAYER_PCM_ALSA_H
#define LOAXA_PLAYER_PCM_ALSA_H

#include "player/clocks.h"
#include "player/pcm.h"

/* `name` is copied; `clocks` are borrowed until destroy (for cards that give no timestamp). */
struct pcm *pcm_alsa_create(const char *name, const struct player_clocks *clocks);

/* Writes a WAV file an opening into the folder `folder`, named by the local date and time, through
 * alsa-lib's `file` plugin over `null`. It takes everything at once: put pcm_paced before it. The
 * file is complete when the card is closed. Opening fails with -ENOENT, -EACCES, ... as open(). */
struct pcm *pcm_alsa_wav_create(const char *folder);

#endif
