/* pcm: a card that takes frames, as a small vtable: the real one (pcm_alsa), one that keeps real
 * pace without hardware (pcm_paced), and one that fails by script (pcm_scripted).
 *
 * Errors are ALSA's: a negative errno. -EPIPE: it ran empty; -ESTRPIPE: suspended; anything else:
 * it is gone, or as good as gone. Nothing waits: the audio thread knows by the card's rate when there
 * will be room, and sleeps by the clock. One thread at a time. */
#ifndef LOAXA_PLAYER_PCM_H
#define LOAXA_PLAYER_PCM_H

#include <stddef.h>
#include <stdint.h>

struct pcm_wish {
    uint32_t rate, channels;
    uint32_t period_ms, queue_ms;
};

enum { PCM_PLACE_SIZE = 256 };

/* What was got instead. */
struct pcm_shape {
    uint32_t rate, channels;
    int64_t period_frames;
    int64_t queue_frames;       /* so many may be written ahead of what sounds */
    char place[PCM_PLACE_SIZE]; /* where the sound goes: the device, or a file's path */
};

struct pcm_reading {
    int64_t instant_ns;   /* CLOCK_MONOTONIC of this reading */
    int64_t delay_frames; /* a frame written now sounds so many frames after that instant */
    int64_t room_frames;  /* so many can be written now */
};

struct pcm;

struct pcm_ops {
    /* Opens; nothing sounds before the first write. Not RT safe; may take as long as the card. */
    int (*open)(struct pcm *pcm, const struct pcm_wish *wish, struct pcm_shape *ret_shape);
    /* What was written and has not sounded never will. Not RT safe. */
    void (*close)(struct pcm *pcm);
    void (*destroy)(struct pcm *pcm);
    /* RT safe from here on, as far as the driver is. */
    int (*read)(struct pcm *pcm, struct pcm_reading *ret_reading);
    /* Interleaved floats, full scale 1.0. Returns how many frames were taken (0: no room). */
    long (*write)(struct pcm *pcm, const float *samples, size_t frames);
    /* After -EPIPE or -ESTRPIPE: empty and ready again. */
    int (*restart)(struct pcm *pcm, int error);
};

struct pcm {
    const struct pcm_ops *ops;
};

#endif
