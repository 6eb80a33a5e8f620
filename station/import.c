#include "station/import.h"

#include "base/child.h"
#include "base/monotime.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Two minutes, and a quarter of the sound that is allowed: a small computer that does much else needs
 * a tenth of a sound's length to decode and measure it. */
static int64_t timeout_ms(const struct import_limits *limits) {
    return limits->timeout_ms > 0 ? limits->timeout_ms : 120000 + limits->seconds_max * 1000 / 4;
}

struct listener {
    const struct import_watch *watch;
    struct import_facts facts;
    bool done, failed;
    struct fail fail;
};

static double real_of(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

static int64_t integer_of(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

/* The child saw foreign bytes and may say anything: what it says must at least be possible. */
static bool read_facts(const json_t *object, struct import_facts *ret_facts) {
    const char *format = json_string_value(json_object_get(object, "format"));
    const char *samples = json_string_value(json_object_get(object, "samples"));
    struct import_facts facts = {
        .rate = (uint32_t)integer_of(object, "rate"),
        .source_channels = (uint32_t)integer_of(object, "source_channels"),
        .channels = (uint32_t)integer_of(object, "channels"),
        .frames = integer_of(object, "frames"),
        .duration_us = integer_of(object, "duration_us"),
        .claimed_us = integer_of(object, "claimed_us"),
        .truncated = json_is_true(json_object_get(object, "truncated")),
        .integrated_lufs = real_of(object, "integrated_lufs"),
        .true_peak_dbtp = real_of(object, "true_peak_dbtp"),
        .sample_peak_dbfs = real_of(object, "sample_peak_dbfs"),
        .leading_silence_us = integer_of(object, "leading_silence_us"),
        .trailing_silence_us = integer_of(object, "trailing_silence_us"),
    };
    snprintf(facts.format, sizeof facts.format, "%s", format != NULL ? format : "");
    *ret_facts = facts;
    return facts.rate >= 4000 && facts.rate <= 192000 && facts.channels >= 1 &&
           facts.channels <= 2 && facts.frames > 0 && facts.duration_us >= 0 && samples != NULL &&
           digest_parse(samples, &ret_facts->samples);
}

static enum fail_code code_of(const char *word) {
    for (int code = FAIL_USAGE; code <= FAIL_SYSTEM; code++) {
        if (word != NULL && strcmp(word, fail_word((enum fail_code)code)) == 0) {
            return (enum fail_code)code;
        }
    }
    return FAIL_DEVICE;
}

static bool take_line(void *context, const char *line) {
    struct listener *listener = context;
    json_t *object = json_loads(line, 0, NULL);
    const char *kind = json_string_value(json_object_get(object, "is"));
    bool go_on = true;
    if (kind != NULL && strcmp(kind, "progress") == 0 && listener->watch != NULL) {
        go_on = listener->watch->step(listener->watch->context, integer_of(object, "done_us"),
                                      integer_of(object, "claimed_us"));
    } else if (kind != NULL && strcmp(kind, "done") == 0) {
        listener->done = read_facts(object, &listener->facts);
    } else if (kind != NULL && strcmp(kind, "failed") == 0) {
        const char *words = json_string_value(json_object_get(object, "words"));
        listener->failed = true;
        listener->fail.code = code_of(json_string_value(json_object_get(object, "code")));
        snprintf(listener->fail.sentence, sizeof listener->fail.sentence, "%s",
                 words != NULL ? words : "");
    }
    json_decref(object);
    return go_on;
}

static bool run(int from_fd, int to_fd, const struct import_limits *limits,
                struct listener *listener, struct fail *why) {
    char program[CHILD_PATH_SIZE], bytes[32], seconds[32];
    snprintf(bytes, sizeof bytes, "%" PRId64, limits->bytes_max);
    snprintf(seconds, sizeof seconds, "%" PRId64, limits->seconds_max);
    const char *arguments[] = {"loaxa-import", "--bytes",           bytes, "--seconds",
                               seconds,        "--allow-truncated", NULL};
    if (!limits->allow_truncated) {
        arguments[5] = NULL;
    }
    if (!child_find("loaxa-import", program, why)) {
        return false;
    }
    struct child_descriptor descriptors[] = {{from_fd, 3}, {to_fd, 4}};
    struct child_plan plan = {.program = program,
                              .arguments = arguments,
                              .descriptors = descriptors,
                              .descriptors_count = 2,
                              .timeout_ms = timeout_ms(limits),
                              .line = take_line,
                              .context = listener};
    int status;
    if (!child_run(&plan, &status, why)) {
        return fail_prefix(why, "the sound could not be read");
    }
    if (listener->failed) {
        if (why != NULL) {
            *why = listener->fail;
        }
        return false;
    }
    return (status == 0 && listener->done) ||
           fail_set(why, FAIL_DEVICE, "the sound could not be read: %s ended with status %d",
                    arguments[0], status);
}

bool import_sound(int from_fd, int to_fd, const struct import_limits *limits,
                  const struct import_watch *watch, struct import_result *ret_result,
                  struct fail *why) {
    struct listener listener = {.watch = watch};
    struct stat status;
    struct import_result result = {0};
    if (!run(from_fd, to_fd, limits, &listener, why)) {
        return false;
    }
    result.facts = listener.facts;
    if (!digest_of_fd(to_fd, &result.sound, why) || !digest_of_fd(from_fd, &result.original, why)) {
        return false;
    }
    result.original_bytes = fstat(from_fd, &status) == 0 ? status.st_size : 0;
    *ret_result = result;
    return true;
}
