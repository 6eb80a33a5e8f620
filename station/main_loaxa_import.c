/* loaxa-import: the confined helper that reads foreign sound. Started by loaxa alone, with the file on
 * descriptor 3 and an empty file on descriptor 4; tells its progress and its result as JSON lines. */
#include "base/words.h"
#include "station/confine.h"
#include "station/import_convert.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FROM_FD = 3, TO_FD = 4 };

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

static bool step(void *context, int64_t done_us, int64_t claimed_us) {
    (void)context;
    print_line(json_pack("{s:s,s:I,s:I}", "is", "progress", "done_us", (json_int_t)done_us,
                         "claimed_us", (json_int_t)claimed_us));
    return true;
}

static int end_done(const struct import_facts *facts) {
    char samples[DIGEST_HEX_SIZE];
    digest_format(&facts->samples, samples);
    print_line(json_pack(
        "{s:s,s:s,s:i,s:i,s:i,s:I,s:I,s:I,s:b,s:f,s:f,s:f,s:I,s:I,s:s}", "is", "done", "format",
        facts->format, "rate", (int)facts->rate, "source_channels", (int)facts->source_channels,
        "channels", (int)facts->channels, "frames", (json_int_t)facts->frames, "duration_us",
        (json_int_t)facts->duration_us, "claimed_us", (json_int_t)facts->claimed_us, "truncated",
        facts->truncated, "integrated_lufs", facts->integrated_lufs, "true_peak_dbtp",
        facts->true_peak_dbtp, "sample_peak_dbfs", facts->sample_peak_dbfs, "leading_silence_us",
        (json_int_t)facts->leading_silence_us, "trailing_silence_us",
        (json_int_t)facts->trailing_silence_us, "samples", samples));
    return 0;
}

static int usage(void) {
    fputs(tr("Usage: loaxa-import [--bytes N] [--seconds N] [--allow-truncated] [--self-test]\n"
             "Started by loaxa, with a sound file on descriptor 3 and an empty file on descriptor "
             "4.\n"
             "To import a sound, see: loaxa clip --help\n"),
          stderr);
    return 2;
}

struct options {
    struct import_limits limits;
    bool self_test;
};

static bool read_options(int count, char **arguments, struct options *options) {
    enum { BYTES = 1000, SECONDS, TRUNCATED, SELF_TEST };
    static const struct option known[] = {{"bytes", required_argument, NULL, BYTES},
                                          {"seconds", required_argument, NULL, SECONDS},
                                          {"allow-truncated", no_argument, NULL, TRUNCATED},
                                          {"self-test", no_argument, NULL, SELF_TEST},
                                          {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case BYTES:
            options->limits.bytes_max = strtoll(optarg, NULL, 10);
            break;
        case SECONDS:
            options->limits.seconds_max = strtoll(optarg, NULL, 10);
            break;
        case TRUNCATED:
            options->limits.allow_truncated = true;
            break;
        case SELF_TEST:
            options->self_test = true;
            break;
        default:
            return false;
        }
    }
    return optind == count && options->limits.bytes_max > 0 && options->limits.seconds_max > 0 &&
           options->limits.seconds_max <= 24 * 3600;
}

int main(int count, char **arguments) {
    struct options options = {.limits = IMPORT_LIMITS_DEFAULT};
    struct fail why = {0};
    struct import_facts facts;
    words_use(words_language_of_environment());
    if (!read_options(count, arguments, &options)) {
        return usage();
    }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    /* The codecs' own remarks are for nobody; a sanitizer's are. */
    if (freopen("/dev/null", "w", stderr) == NULL) {
        close(STDERR_FILENO);
    }
#endif
    /* 16 bits, two channels at the highest rate, and FLAC never grows by more than a little. */
    struct confine_limits limits = {.memory_bytes = INT64_C(1) << 30,
                                    .cpu_s = 120 + options.limits.seconds_max / 4,
                                    .file_bytes = (options.limits.seconds_max + 60) * 192000 * 4};
    if (!confine_self(&limits, &why) || (options.self_test && !confine_holds(&why))) {
        _exit(end_failed(&why));
    }
    if (options.self_test) {
        _exit(0);
    }
    struct import_watch watch = {.step = step};
    bool done = import_convert(FROM_FD, TO_FD, &options.limits, &watch, &facts, &why);
    /* No exit handlers: a sanitizer's would ask for what the confinement forbids. */
    _exit(done ? end_done(&facts) : end_failed(&why));
}
