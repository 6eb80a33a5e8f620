/* loaxa lint: what to look at before a bulletin goes to the approver. */
#include "base/words.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "station/studio.h"
#include "tts/lint.h"

#include <stdio.h>
#include <string.h>

static const struct listing_column columns[] = {
    {"line", "Line", 0},    {"column", "Column", 0},       {"kind", "Kind", 0},
    {"token", "Place", 40}, {"sentence", "What to do", 0},
};

static json_t *notes_of(const struct lint *lint) {
    json_t *list = json_array();
    for (size_t i = 0; i < lint->count; i++) {
        const struct lint_note *note = &lint->notes[i];
        json_t *row = json_object();
        listing_set_whole(row, "line", note->line);
        listing_set_whole(row, "column", note->column);
        listing_set_whole(row, "begin", note->begin);
        listing_set_whole(row, "end", note->end);
        listing_set(row, "kind", lint_kind_name(note->kind));
        listing_set(row, "token", note->token);
        listing_set(row, "sentence", note->sentence);
        json_array_append_new(list, row);
    }
    return list;
}

static void print(const struct lint *lint, bool as_json) {
    if (as_json) {
        json_t *object = json_object();
        listing_set_whole(object, "duration_ms", lint->duration_ms);
        listing_set_whole(object, "syllables", (json_int_t)lint->syllables);
        listing_set_whole(object, "sentences", (json_int_t)lint->sentences);
        listing_set_whole(object, "blocking", (json_int_t)lint->blocking);
        json_object_set_new(object, "notes", notes_of(lint));
        listing_print_json(object);
        return;
    }
    listing_print(notes_of(lint), false, columns, sizeof columns / sizeof *columns,
                  tr("nothing to look at"));
    fprintf(stderr, tr("%zu syllables in %zu sentences, about %lld s to say\n"), lint->syllables,
            lint->sentences, (long long)(lint->duration_ms / 1000));
}

static bool look(const char *folder, const struct settings *settings, const struct text *text,
                 const struct lint_limits *limits, bool as_json, struct fail *why) {
    struct reading reading = {0};
    if (!studio_read(folder, settings, 0, text_string(text), text->length, &reading, why)) {
        return false;
    }
    struct lint lint = {0};
    lint_text(text_string(text), text->length, &reading, limits, &lint);
    print(&lint, as_json);
    size_t blocking = lint.blocking;
    lint_finish(&lint);
    reading_finish(&reading);
    return blocking == 0 ||
           fail_set(why, FAIL_REFUSED, "%zu places cannot be read aloud: settle them first",
                    blocking);
}

static bool run(const struct invocation *invocation, struct fail *why) {
    bool json = false;
    int64_t most_us = 0;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &json, NULL},
                                        {"most", OPTION_LENGTH, &most_us, NULL}};
    char **words;
    size_t count;
    if (!options_read(invocation, rules, 2, "[FILE]", 0, 1, &words, &count, why)) {
        return false;
    }
    struct settings settings;
    if (!settings_load(invocation->station, &settings, why)) {
        return false;
    }
    struct lint_limits limits = lint_limits_default();
    limits.duration_ms_max = most_us / 1000;
    limits.pace = studio_pace(&settings);
    struct text text = {0};
    bool ok = (count != 0 ? text_read_file(words[0], NORMALISER_BYTES_MAX, &text, why)
                          : text_read_fd(0, NORMALISER_BYTES_MAX, &text, why)) &&
              look(invocation->station, &settings, &text, &limits, json, why);
    text_finish(&text);
    return ok;
}

const struct command command_lint = {
    .name = "lint",
    .synopsis = /* tr */ "[--most LENGTH] [--json] [FILE]",
    .summary = /* tr */ "looks through a bulletin before it goes to the approver",
    .help = /* tr */
    "Reads FILE or standard input as one text and lists what a listener would stumble over: long\n"
    "sentences, many numbers, letters never explained, sentences twice, likely slips, dates that "
    "do\n"
    "not exist. All of it is advice, except what cannot be read aloud: then the exit status is "
    "1.\n\n"
    "  --most LENGTH  the longest it may take to say: 90s, 3m\n"
    "  --json         the notes with their bytes, and the estimated length\n\n"
    "Example:\n"
    "  loaxa lint --most 3m ban-tin.txt\n",
    .run = run,
};
