/* pcm_scripted: a card that fails as it is told, around another one that works.
 *
 * Every state and errno that libasound is known to report can be played back: see the table in
 * tests/testbed/README.md. For tests. */
#ifndef LOAXA_PLAYER_PCM_SCRIPTED_H
#define LOAXA_PLAYER_PCM_SCRIPTED_H

#include "player/pcm.h"

#include <stdatomic.h>
#include <stdbool.h>

enum pcm_call { PCM_OPEN, PCM_READ, PCM_WRITE, PCM_RESTART, PCM_CALLS };

/* One line of the script: calls of this kind return `error` (a negative errno), `times` times,
 * beginning when `after_frames` frames were taken in all. INT64_MAX times is for ever. */
struct pcm_line {
    enum pcm_call call;
    int error;
    int64_t after_frames;
    int64_t times;
};

enum { PCM_LINES_MAX = 8 };

struct pcm_script {
    struct pcm_line lines[PCM_LINES_MAX];
    int64_t stop_consuming_after; /* from so many frames on nothing sounds and there is no room;
                                     0: never */
    bool absurd;                  /* delay and room are nonsense in every third reading */
};

/* Takes `inner`. `ret_calls` (PCM_CALLS counters, may be NULL) counts the calls of each kind. */
struct pcm *pcm_scripted_create(struct pcm *inner, const struct pcm_script *script,
                                atomic_long *ret_calls);

#endif
