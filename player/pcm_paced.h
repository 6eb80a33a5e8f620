/* pcm_paced: a card without hardware, which consumes frames at its rate by the player's clocks.
 *
 * Tests listen to what "sounds"; the station without a sound card lets it sound into a file. It
 * runs empty (-EPIPE) as a real card does. */
#ifndef LOAXA_PLAYER_PCM_PACED_H
#define LOAXA_PLAYER_PCM_PACED_H

#include "player/clocks.h"
#include "player/pcm.h"

struct pcm_paced_config {
    const struct player_clocks *clocks; /* borrowed until destroy */
    double drift_ppm;                   /* how much faster than it says the card runs */
    int64_t extra_delay_frames;         /* between the queue and the air */
    /* What sounds, with the instant of its first frame, while time goes by. May be NULL. RT safe.
     */
    void (*hear)(void *context, const float *samples, size_t frames, int64_t instant_ns);
    void *context;
    /* Another card that never waits and takes all that sounds; owned. May be NULL. */
    struct pcm *sink;
};

struct pcm *pcm_paced_create(const struct pcm_paced_config *config);

#endif
