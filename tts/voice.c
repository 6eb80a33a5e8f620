#include "tts/voice.h"

#include "base/digest.h"
#include "base/memory.h"

#include <espeak-ng/speak_lib.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CLAUSE_SIZE = 2048,
    QUIET_STEP = 100,   /* below -50 dBFS at the ends of a clause is silence */
    VOLUME_PERCENT = 70 /* its own 100 reaches full scale and clips now and then */
};

struct speaking {
    uint32_t rate;
    struct voice_sound *sound; /* where what is said goes; NULL: nowhere */
    size_t frames_max;
    bool too_long;
};

/* The library's callback gets no context of ours: there is one voice a process. */
static struct speaking speaking;
static enum speaker_voice chosen;

/* The words a minute that it must be told for one syllable a second: measured on 1,345 syllables of
 * official text with Debian's 1.51, linear from 2.3 to 5 syllables within 1 %. */
static double words_a_minute(void) {
    return chosen == SPEAKER_SOUTH ? 39.4 : chosen == SPEAKER_CENTRAL ? 38.2 : 37.85;
}

static void make_room(struct voice_sound *sound, size_t frames) {
    if (sound->frames + frames > sound->capacity) {
        sound->capacity = (sound->frames + frames) * 3 / 2 + 65536;
        sound->samples = memory_resize(sound->samples, sound->capacity, sizeof *sound->samples);
    }
}

static int take_samples(short *samples, int count, espeak_EVENT *events) {
    (void)events;
    struct voice_sound *sound = speaking.sound;
    if (samples == NULL || count <= 0 || sound == NULL) {
        return 0;
    }
    if (sound->frames + (size_t)count > speaking.frames_max) {
        speaking.too_long = true;
        return 1;
    }
    make_room(sound, (size_t)count);
    for (int i = 0; i < count; i++) {
        sound->samples[sound->frames++] = (float)samples[i] / 32768.0f;
        sound->clipped_frames += samples[i] >= 32767 || samples[i] <= -32767;
    }
    return 0;
}

bool voice_open(enum speaker_voice voice, struct fail *why) {
    int rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, NULL, espeakINITIALIZE_DONT_EXIT);
    if (rate < 8000 || rate > 96000) {
        return fail_set(
            why, FAIL_DEVICE,
            "the voice cannot be loaded: install espeak-ng-data, version 1.51 or newer");
    }
    espeak_SetSynthCallback(take_samples);
    if (espeak_SetVoiceByName(speaker_voice_name(voice)) != EE_OK) {
        return fail_set(why, FAIL_DEVICE, "the voice %s is not installed: install espeak-ng-data",
                        speaker_voice_name(voice));
    }
    chosen = voice;
    speaking.rate = (uint32_t)rate;
    espeak_SetParameter(espeakVOLUME, VOLUME_PERCENT, 0);
    static const char first[] = "xin chào.";
    espeak_Synth(first, sizeof first, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, NULL, NULL);
    return true;
}

void voice_engine(char text[SPEAKER_ENGINE_SIZE]) {
    const char *folder = NULL;
    const char *version = espeak_Info(&folder);
    char path[4096], hex[DIGEST_HEX_SIZE] = "";
    snprintf(path, sizeof path, "%s/vi_dict", folder != NULL ? folder : "");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct digest digest;
    if (fd >= 0 && digest_of_fd(fd, &digest, NULL)) {
        digest_format(&digest, hex);
    }
    if (fd >= 0) {
        close(fd);
    }
    snprintf(text, SPEAKER_ENGINE_SIZE, "espeak-ng %.16s %.12s", version, hex);
}

/* Cuts the silence off both ends of what was added since `from`. */
static void cut_silence(struct voice_sound *sound, size_t from) {
    const float quiet = QUIET_STEP / 32768.0f;
    size_t first = from, last = sound->frames;
    while (first < last && fabsf(sound->samples[first]) < quiet) {
        first++;
    }
    while (last > first && fabsf(sound->samples[last - 1]) < quiet) {
        last--;
    }
    memmove(sound->samples + from, sound->samples + first, (last - first) * sizeof(float));
    sound->frames = from + last - first;
}

static bool add_pause(struct voice_sound *sound, double ms, struct fail *why) {
    size_t frames = ms > 0 ? (size_t)(ms * speaking.rate / 1000.0) : 0;
    if (sound->frames + frames > speaking.frames_max) {
        return fail_set(why, FAIL_LIMIT, "the text is too long to be read in one piece");
    }
    make_room(sound, frames);
    memset(sound->samples + sound->frames, 0, frames * sizeof(float));
    sound->frames += frames;
    return true;
}

static bool say_clause(const char *words, size_t length, char mark, struct voice_sound *sound,
                       struct fail *why) {
    char clause[CLAUSE_SIZE + 2];
    size_t from = sound->frames;
    if (length == 0) {
        return true;
    }
    if (length >= CLAUSE_SIZE) {
        return fail_set(why, FAIL_LIMIT, "a sentence of %zu letters cannot be read: put commas in",
                        length);
    }
    memcpy(clause, words, length);
    clause[length] = mark;
    clause[length + 1] = '\0';
    espeak_ERROR error =
        espeak_Synth(clause, length + 2, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, NULL, NULL);
    if (speaking.too_long) {
        return fail_set(why, FAIL_LIMIT, "the text is too long to be read in one piece");
    }
    if (error != EE_OK) {
        return fail_set(why, FAIL_DEVICE, "the voice failed with error %d", (int)error);
    }
    cut_silence(sound, from);
    return true;
}

bool voice_say(const char *spoken, const struct reading_pace *pace, size_t frames_max,
               struct voice_sound *sound, struct fail *why) {
    speaking.sound = sound;
    speaking.frames_max = frames_max;
    speaking.too_long = false;
    sound->rate = speaking.rate;
    espeak_SetParameter(espeakRATE, (int)lrint(pace->syllables_a_second * words_a_minute()), 0);
    while (*spoken != '\0') {
        size_t length = strcspn(spoken, ",.;:?\n");
        char mark = spoken[length];
        bool marked = mark != '\0' && mark != '\n';
        /* Without a mark of its own a clause falls as at a sentence's end. */
        if (!say_clause(spoken, length, marked ? mark : '.', sound, why)) {
            return false;
        }
        double pause_ms = mark == ','    ? pace->comma_ms
                          : mark == '\n' ? pace->paragraph_ms
                          : marked       ? pace->sentence_ms
                                         : 0;
        if (!add_pause(sound, pause_ms, why)) {
            return false;
        }
        spoken += length + (mark != '\0');
    }
    return true;
}
