#include "tts/speaker.h"

#include "base/child.h"
#include "base/memory.h"
#include "base/text.h"
#include "tts/syllable.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const voice_names[SPEAKER_VOICES] = {"vi", "vi-vn-x-central", "vi-vn-x-south"};

const char *speaker_voice_name(enum speaker_voice voice) {
    return voice_names[voice < SPEAKER_VOICES ? voice : SPEAKER_NORTH];
}

bool speaker_voice_parse(const char *name, enum speaker_voice *ret_voice) {
    for (int voice = 0; voice < SPEAKER_VOICES; voice++) {
        if (strcmp(name, voice_names[voice]) == 0) {
            *ret_voice = (enum speaker_voice)voice;
            return true;
        }
    }
    return false;
}

struct speaker_settings speaker_settings_default(void) {
    struct speaker_settings settings = {
        .voice = SPEAKER_NORTH, .pace = reading_pace_default(), .horn = true, .target_lufs = -16.0};
    settings.pace.syllables_a_second = 3.5;
    return settings;
}

bool speaker_settings_check(const struct speaker_settings *settings, struct fail *why) {
    const struct reading_pace *pace = &settings->pace;
    if (!(pace->syllables_a_second >= 2.5 && pace->syllables_a_second <= 5.0)) {
        return fail_set(why, FAIL_INVALID, "%.2f syllables a second: 2.5 to 5 can be read",
                        pace->syllables_a_second);
    }
    bool pauses = pace->comma_ms >= 0 && pace->comma_ms <= 10000 && pace->sentence_ms >= 0 &&
                  pace->sentence_ms <= 10000 && pace->paragraph_ms >= 0 &&
                  pace->paragraph_ms <= 10000;
    if (!pauses || settings->voice >= SPEAKER_VOICES ||
        !(settings->target_lufs >= -40.0 && settings->target_lufs <= -10.0)) {
        return fail_set(why, FAIL_INVALID,
                        "the voice, its pauses or its loudness are out of their range");
    }
    return true;
}

static bool is_mark(char c) {
    return c != '\0' && strchr(",.;:?", c) != NULL;
}

bool speaker_check(const char *spoken, struct fail *why) {
    size_t syllables = 0;
    const char *at = spoken;
    if (strnlen(spoken, SPEAKER_BYTES_MAX + 1) > SPEAKER_BYTES_MAX) {
        return fail_set(why, FAIL_LIMIT, "the text is too long to be read in one piece");
    }
    while (*at != '\0') {
        size_t token = strcspn(at, " \n"), word = token;
        if (word > 0 && is_mark(at[word - 1])) {
            word--;
        }
        if (!syllable_is_valid(at, word)) {
            return fail_set(why, FAIL_INVALID, "“%.*s” cannot be read: only plain words can",
                            (int)(token < 60 ? token : 60), at);
        }
        syllables++;
        at += token;
        at += *at != '\0';
    }
    if (syllables == 0) {
        return fail_set(why, FAIL_INVALID, "there is nothing to read");
    }
    return syllables <= SPEAKER_SYLLABLES_MAX ||
           fail_set(why, FAIL_LIMIT, "the text is too long to be read in one piece");
}

/* What is read: the words, and where so set "xin nhắc lại" and the words again. */
static char *whole_of(const char *spoken, bool twice) {
    return twice ? memory_format("%s\nxin nhắc lại.\n%s", spoken, spoken) : memory_text(spoken);
}

static double duration_ms(const char *at, const struct reading_pace *pace) {
    double total = 0;
    while (*at != '\0') {
        size_t token = strcspn(at, " \n");
        char last = token > 0 ? at[token - 1] : '\0';
        total += 1000.0 / pace->syllables_a_second;
        total += last == ',' ? pace->comma_ms : is_mark(last) ? pace->sentence_ms : 0;
        at += token;
        total += *at == '\n' ? pace->paragraph_ms : 0;
        at += *at != '\0';
    }
    return total;
}

int64_t speaker_estimate_ms(const char *spoken, const struct speaker_settings *settings) {
    char *whole = whole_of(spoken, settings->twice);
    double ms = duration_ms(whole, &settings->pace);
    free(whole);
    return (int64_t)ms;
}

bool speaker_facts_check(const struct speaker_facts *facts, struct fail *why) {
    if (facts->integrated_lufs < -40.0 || facts->sample_peak_dbfs < -20.0) {
        return fail_set(why, FAIL_DEVICE, "the voice gave silence");
    }
    if (facts->clipped_frames > facts->frames / 1000 || facts->sample_peak_dbfs > 0.0) {
        return fail_set(why, FAIL_DEVICE, "the voice gave a distorted sound");
    }
    int64_t away = llabs(facts->duration_ms - facts->estimate_ms);
    if (away > facts->estimate_ms / 4 + 1000) {
        return fail_set(why, FAIL_DEVICE,
                        "the voice read for %.1f s what should take %.1f s: something was left out "
                        "or misread",
                        (double)facts->duration_ms / 1000, (double)facts->estimate_ms / 1000);
    }
    return true;
}

struct listener {
    struct speaker_facts facts;
    bool done, failed;
    struct fail fail;
};

static double real_of(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

static void read_facts(struct listener *listener, const json_t *object) {
    struct speaker_facts *facts = &listener->facts;
    const char *engine = json_string_value(json_object_get(object, "engine"));
    snprintf(facts->engine, sizeof facts->engine, "%s", engine != NULL ? engine : "");
    facts->rate = (uint32_t)json_integer_value(json_object_get(object, "rate"));
    facts->frames = json_integer_value(json_object_get(object, "frames"));
    facts->clipped_frames = json_integer_value(json_object_get(object, "clipped_frames"));
    facts->integrated_lufs = real_of(object, "integrated_lufs");
    facts->true_peak_dbtp = real_of(object, "true_peak_dbtp");
    facts->sample_peak_dbfs = real_of(object, "sample_peak_dbfs");
    facts->crest_db = real_of(object, "crest_db");
    facts->voice_cpu_us = json_integer_value(json_object_get(object, "voice_cpu_us"));
    facts->duration_ms = facts->rate > 0 ? facts->frames * 1000 / facts->rate : 0;
    listener->done = true;
}

static bool take_line(void *context, const char *line) {
    struct listener *listener = context;
    json_t *object = json_loads(line, 0, NULL);
    const char *kind = json_string_value(json_object_get(object, "is"));
    const char *words = json_string_value(json_object_get(object, "words"));
    if (kind != NULL && strcmp(kind, "done") == 0) {
        read_facts(listener, object);
    } else if (kind != NULL && strcmp(kind, "failed") == 0) {
        listener->failed = true;
        fail_set(&listener->fail, FAIL_DEVICE, "the text cannot be spoken: %s",
                 words != NULL ? words : "");
    }
    json_decref(object);
    return true;
}

static int64_t forced_timeout_ms;

void speaker_set_timeout_ms(int64_t timeout_ms) {
    forced_timeout_ms = timeout_ms;
}

static int64_t timeout_ms(const char *whole) {
    int64_t syllables = 1;
    for (const char *at = whole; *at != '\0'; at++) {
        syllables += *at == ' ' || *at == '\n';
    }
    return forced_timeout_ms != 0 ? forced_timeout_ms
                                  : SPEAKER_TIMEOUT_MS + SPEAKER_SYLLABLE_TIMEOUT_MS * syllables;
}

static bool run(const char *const *arguments, const struct child_descriptor *descriptors,
                size_t count, int64_t limit_ms, struct listener *listener, struct fail *why) {
    char program[CHILD_PATH_SIZE];
    struct child_plan plan = {.program = program,
                              .arguments = arguments,
                              .descriptors = descriptors,
                              .descriptors_count = count,
                              .timeout_ms = limit_ms,
                              .line = take_line,
                              .context = listener};
    int status;
    if (!child_find("loaxa-speak", program, why)) {
        return false;
    }
    if (!child_run(&plan, &status, why)) {
        return fail_prefix(why, "the text cannot be spoken");
    }
    if (listener->failed) {
        if (why != NULL) {
            *why = listener->fail;
        }
        return false;
    }
    return (status == 0 && listener->done) ||
           fail_set(why, FAIL_DEVICE, "the text cannot be spoken: %s ended with status %d",
                    arguments[0], status);
}

static bool write_text(int fd, const char *text, struct fail *why) {
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t put = write(fd, text, left);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return fail_system(why, errno, "cannot start %s", "loaxa-speak");
        }
        text += put;
        left -= (size_t)put;
    }
    return lseek(fd, 0, SEEK_SET) == 0; /* the helper reads on from where we are */
}

static bool speak_whole(const char *whole, const struct speaker_settings *settings, int to_fd,
                        struct listener *listener, struct fail *why) {
    const struct reading_pace *pace = &settings->pace;
    char speed[32], pauses[64], lufs[32];
    snprintf(speed, sizeof speed, "%d", (int)lrint(pace->syllables_a_second * 1000));
    snprintf(pauses, sizeof pauses, "%d,%d,%d", pace->comma_ms, pace->sentence_ms,
             pace->paragraph_ms);
    snprintf(lufs, sizeof lufs, "%d", (int)lrint(settings->target_lufs * 1000));
    const char *arguments[] = {"loaxa-speak",
                               "--voice",
                               speaker_voice_name(settings->voice),
                               "--speed",
                               speed,
                               "--pauses",
                               pauses,
                               "--loudness",
                               lufs,
                               settings->horn ? "--horn" : NULL,
                               NULL};
    int text_fd = memfd_create("spoken", MFD_CLOEXEC);
    if (text_fd < 0) {
        return fail_system(why, errno, "cannot start %s", "loaxa-speak");
    }
    struct child_descriptor descriptors[] = {{text_fd, 3}, {to_fd, 4}};
    bool done = write_text(text_fd, whole, why) &&
                run(arguments, descriptors, 2, timeout_ms(whole), listener, why);
    close(text_fd);
    return done;
}

bool speaker_speak(const char *spoken, const struct speaker_settings *settings, int to_fd,
                   struct speaker_facts *ret_facts, struct fail *why) {
    if (!speaker_settings_check(settings, why) || !speaker_check(spoken, why)) {
        return false;
    }
    char *whole = whole_of(spoken, settings->twice);
    struct listener listener = {0};
    bool done = (!settings->twice || speaker_check(whole, why)) &&
                speak_whole(whole, settings, to_fd, &listener, why);
    free(whole);
    if (!done) {
        return false;
    }
    listener.facts.estimate_ms = speaker_estimate_ms(spoken, settings);
    if (!speaker_facts_check(&listener.facts, why)) {
        return false;
    }
    *ret_facts = listener.facts;
    return true;
}

static pthread_mutex_t engine_lock = PTHREAD_MUTEX_INITIALIZER;
static char engine_known[SPEAKER_ENGINE_SIZE];

bool speaker_engine(char text[SPEAKER_ENGINE_SIZE], struct fail *why) {
    static const char *const arguments[] = {"loaxa-speak", "--engine", NULL};
    struct listener listener = {0};
    pthread_mutex_lock(&engine_lock);
    bool known = engine_known[0] != '\0' || run(arguments, NULL, 0, timeout_ms(""), &listener, why);
    if (known && engine_known[0] == '\0') {
        memcpy(engine_known, listener.facts.engine, sizeof engine_known);
    }
    memcpy(text, engine_known, sizeof engine_known);
    pthread_mutex_unlock(&engine_lock);
    return known;
}
