/* Any bytes through reading and lint: it ends, and every note has a place in the text. */
#include "tts/lint.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "broken: %s\n", what);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    struct reading reading = {0};
    struct reading_options options = reading_options_default();
    demand(normalise(text, size, &options, NULL, &reading, NULL), "refused");
    struct lint_limits limits = lint_limits_default();
    if (size != 0) {
        limits.syllables_max = data[0] % 80;
        limits.numbers_max = data[0] % 7;
        limits.duration_ms_max = data[0] * 100;
    }
    struct lint lint = {0};
    lint_text(text, size, &reading, &limits, &lint);
    demand(lint.count <= lint.total && lint.blocking <= lint.total, "miscounted");
    demand((lint.blocking == 0) == reading_is_complete(&reading), "the unreadable is not said");
    uint32_t before = 0;
    for (size_t i = 0; i < lint.count; i++) {
        const struct lint_note *note = &lint.notes[i];
        demand(note->begin <= note->end && note->end <= size, "a note outside the text");
        demand(note->begin >= before && note->line > 0 && note->column > 0, "a note's place");
        demand(note->sentence[0] != '\0', "a note without a sentence");
        before = note->begin;
    }
    lint_finish(&lint);
    reading_finish(&reading);
    return 0;
}
