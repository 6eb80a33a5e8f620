/* speaker: plain Vietnamese words into the sound of a voice, by the confined helper loaxa-speak.
 *
 *   normalise() -> reading_spoken() -> speaker_speak() -> FLAC, 48 kHz, one channel
 *
 * This side checks the words, starts the helper, ends it when its time is over, and judges what came:
 * a rendering that is silent, clipped or far from its estimate never leaves here. Thread: any;
 * blocks until done (a minute of sound takes well under a second). */
#ifndef LOAXA_TTS_SPEAKER_H
#define LOAXA_TTS_SPEAKER_H

#include "base/fail.h"
#include "tts/normaliser.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum speaker_voice { SPEAKER_NORTH, SPEAKER_CENTRAL, SPEAKER_SOUTH, SPEAKER_VOICES };

/* "vi", "vi-vn-x-central", "vi-vn-x-south"; and back. */
const char *speaker_voice_name(enum speaker_voice voice);
bool speaker_voice_parse(const char *name, enum speaker_voice *ret_voice);

struct speaker_settings {
    enum speaker_voice voice;
    struct reading_pace pace; /* 2.5 to 5 syllables a second; pauses of at most 10 s */
    bool twice;               /* read again after "xin nhắc lại" */
    bool horn;                /* through the voice chain for horns (tts/horn.h) */
    double target_lufs;       /* what it is brought to, where its peaks allow; -40 to -10 */
};

/* The north's voice at 3.5 syllables a second with the normaliser's pauses, once, for horns,
 * -16 LUFS. */
struct speaker_settings speaker_settings_default(void);
bool speaker_settings_check(const struct speaker_settings *settings, struct fail *why);

enum {
    SPEAKER_ENGINE_SIZE = 64,
    SPEAKER_RATE = 48000,         /* of the sound */
    SPEAKER_SYLLABLES_MAX = 6000, /* half an hour; also when it is read twice */
    SPEAKER_BYTES_MAX = 128 * 1024,
    SPEAKER_TIMEOUT_MS = 60000,       /* for the whole of a short text, */
    SPEAKER_SYLLABLE_TIMEOUT_MS = 200 /* and for each syllable besides */
};

/* Whether it is what a normaliser gives: syllables, single spaces, the marks , . ; : ? behind a word,
 * and '\n'; and not too long. Else FAIL_INVALID with the first token that is none, or FAIL_LIMIT. */
bool speaker_check(const char *spoken, struct fail *why);

/* How long it will take, counted as reading_duration_ms() counts; twice where so set. */
int64_t speaker_estimate_ms(const char *spoken, const struct speaker_settings *settings);

struct speaker_facts {
    char engine[SPEAKER_ENGINE_SIZE];
    uint32_t rate;
    int64_t frames, duration_ms;
    int64_t estimate_ms;
    int64_t clipped_frames; /* of the bare voice, before any treatment */
    double integrated_lufs, true_peak_dbtp, sample_peak_dbfs;
    double crest_db;      /* highest sample over the root mean square */
    int64_t voice_cpu_us; /* the helper's processor time until the bare voice was done; 0: cached */
};

/* Why a rendering is not fit for the air: silent, clipped, or its length is more than a quarter and a
 * second from the estimate. True where it is fit. */
bool speaker_facts_check(const struct speaker_facts *facts, struct fail *why);

/* Renders into `to_fd` (empty, open for reading and writing; borrowed). FAIL_INVALID, FAIL_LIMIT for
 * the words; FAIL_TIMEOUT, FAIL_DEVICE where the helper hangs, dies or makes what is implausible. */
bool speaker_speak(const char *spoken, const struct speaker_settings *settings, int to_fd,
                   struct speaker_facts *ret_facts, struct fail *why);

/* For tests: another time limit than the above for all that follows; 0 puts it back. */
void speaker_set_timeout_ms(int64_t timeout_ms);

/* The engine's version and data, part of a rendering's key; asked once a process. */
bool speaker_engine(char text[SPEAKER_ENGINE_SIZE], struct fail *why);

#endif
