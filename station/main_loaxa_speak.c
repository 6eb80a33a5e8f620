/* loaxa-speak: the confined helper around libespeak-ng. Started by loaxa alone, with plain words on
 * descriptor 3 and an empty file on descriptor 4; tells its result as a JSON line. */
#include "base/words.h"
#include "station/confine.h"
#include "station/speak.h"
#include "tts/voice.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_FD = 3, TO_FD = 4 };

static void print_line(json_t *object) {
    char *line = json_dumps(object, JSON_COMPACT);
    if (line != NULL) {
        dprintf(STDOUT_FILENO, "%s\n", line);
    }
    free(line);
    json_decref(object);
}

static int end_failed(const struct fail *why) {
    print_line(json_pack("{s:s,s:s,s:s}", "is", "failed", "code", fail_word(why->code), "words",
                         why->sentence));
    return fail_exit_status(why->code);
}

static int end_done(const struct speaker_facts *facts) {
    print_line(json_pack(
        "{s:s,s:s,s:i,s:I,s:I,s:f,s:f,s:f,s:f,s:I}", "is", "done", "engine", facts->engine, "rate",
        (int)facts->rate, "frames", (json_int_t)facts->frames, "clipped_frames",
        (json_int_t)facts->clipped_frames, "integrated_lufs", facts->integrated_lufs,
        "true_peak_dbtp", facts->true_peak_dbtp, "sample_peak_dbfs", facts->sample_peak_dbfs,
        "crest_db", facts->crest_db, "voice_cpu_us", (json_int_t)facts->voice_cpu_us));
    return 0;
}

static int usage(void) {
    fputs(
        tr("Usage: loaxa-speak [--voice NAME] [--speed N] [--pauses C,S,P] [--loudness N] [--horn] "
           "[--engine] [--self-test]\n"
           "Started by loaxa, with plain words on descriptor 3 and an empty file on descriptor "
           "4.\n"
           "To hear a text, see: loaxa bulletin --help\n"),
        stderr);
    return 2;
}

struct options {
    struct speaker_settings settings;
    bool engine, self_test;
};

static bool read_options(int count, char **arguments, struct options *options) {
    enum { VOICE = 1000, SPEED, PAUSES, LOUDNESS, HORN, ENGINE, SELF_TEST };
    static const struct option known[] = {{"voice", required_argument, NULL, VOICE},
                                          {"speed", required_argument, NULL, SPEED},
                                          {"pauses", required_argument, NULL, PAUSES},
                                          {"loudness", required_argument, NULL, LOUDNESS},
                                          {"horn", no_argument, NULL, HORN},
                                          {"engine", no_argument, NULL, ENGINE},
                                          {"self-test", no_argument, NULL, SELF_TEST},
                                          {NULL, 0, NULL, 0}};
    struct speaker_settings *settings = &options->settings;
    struct reading_pace *pace = &settings->pace;
    int option;
    bool good = true;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case VOICE:
            good = good && speaker_voice_parse(optarg, &settings->voice);
            break;
        case SPEED: /* thousandths of a syllable a second */
            pace->syllables_a_second = atoi(optarg) / 1000.0;
            break;
        case PAUSES: /* milliseconds after a comma, a sentence, a paragraph */
            good = good && sscanf(optarg, "%6d,%6d,%6d", &pace->comma_ms, &pace->sentence_ms,
                                  &pace->paragraph_ms) == 3;
            break;
        case LOUDNESS: /* thousandths of LUFS */
            settings->target_lufs = atoi(optarg) / 1000.0;
            break;
        case HORN:
            settings->horn = true;
            break;
        case ENGINE:
            options->engine = true;
            break;
        case SELF_TEST:
            options->self_test = true;
            break;
        default:
            good = false;
        }
    }
    return good && optind == count;
}

int main(int count, char **arguments) {
    struct options options = {.settings = speaker_settings_default()};
    struct speaker_facts facts = {0};
    char engine[SPEAKER_ENGINE_SIZE];
    struct fail why = {0};
    /* Half an hour of sound, its bands in the chain for horns, and the library's own data. */
    struct confine_limits limits = {
        .memory_bytes = INT64_C(3) << 30, .cpu_s = 1500, .file_bytes = INT64_C(1) << 29};
    words_use(words_language_of_environment());
    options.settings.horn = false;
    if (!read_options(count, arguments, &options)) {
        return usage();
    }
    if (!speaker_settings_check(&options.settings, &why) ||
        !voice_open(options.settings.voice, &why)) {
        return end_failed(&why);
    }
    voice_engine(engine);
    if (options.engine) {
        memcpy(facts.engine, engine, sizeof engine);
        return end_done(&facts);
    }
    if (!confine_self(&limits, &why) || (options.self_test && !confine_holds(&why))) {
        _exit(end_failed(&why));
    }
    if (options.self_test) {
        _exit(0);
    }
    bool done = speak_text(TEXT_FD, TO_FD, &options.settings, &facts, &why);
    memcpy(facts.engine, engine, sizeof engine);
    /* No exit handlers: a sanitizer's would ask for what the confinement forbids. */
    _exit(done ? end_done(&facts) : end_failed(&why));
}
