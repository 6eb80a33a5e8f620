/* voice: libespeak-ng reading plain Vietnamese words, for the confined helper loaxa-speak alone: the
 * library is not thread-safe and reads foreign text, so it never runs inside loaxad.
 *
 * Each clause is given to the library by itself, its silence is cut off, and the pauses between are
 * ours: what a listener outdoors can follow, and what the estimate of a text's length counts on.
 * SSML and phoneme codes are never switched on. One voice a process. Thread: one. */
#ifndef LOAXA_TTS_VOICE_H
#define LOAXA_TTS_VOICE_H

#include "base/fail.h"
#include "base/text.h"
#include "tts/speaker.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Loads the library, its data and a voice, and says one word into nothing, so that no file is needed
 * afterwards. FAIL_DEVICE where espeak-ng's data are not installed. */
bool voice_open(enum speaker_voice voice, struct fail *why);

/* The library's version and a digest of its Vietnamese data, part of a rendering's key; after
 * voice_open(). */
void voice_engine(char text[SPEAKER_ENGINE_SIZE]);

struct voice_sound {
    float *samples; /* mono, full scale 1.0; free() */
    size_t frames, capacity;
    uint32_t rate;
    int64_t clipped_frames; /* at full scale, as the library gave them */
};

/* Says `spoken` (checked by speaker_check()) at a pace, adding to *sound, which starts as {0}. Gives
 * up with FAIL_LIMIT beyond `frames_max`. */
bool voice_say(const char *spoken, const struct reading_pace *pace, size_t frames_max,
               struct voice_sound *sound, struct fail *why);

#endif
