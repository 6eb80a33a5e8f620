/* Any bytes as a station's lexicon: read or refused with a sentence; what was read keeps the rules,
 * is written and read back the same, and a text read with it keeps the invariant. */
#include "tts/lexicon.h"

#include "tts/normaliser.h"
#include "tts/syllable.h"

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

static void count_fault(size_t line, const char *sentence, void *context) {
    demand(line > 0 && *sentence != '\0', "a fault without a place");
    (*(size_t *)context)++;
}

static void read_with(const struct lexicon *lexicon, const char *text, size_t length) {
    struct reading reading = {0};
    struct reading_options options = reading_options_default();
    demand(normalise(text, length, &options, lexicon, &reading, NULL), "refused");
    for (size_t i = 0; i < reading.piece_count; i++) {
        if (reading.pieces[i].kind == READING_WORD) {
            demand(syllable_is_valid(reading.spoken.bytes + reading.pieces[i].at,
                                     reading.pieces[i].length),
                   "a word is no syllable");
        }
    }
    reading_finish(&reading);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *tsv = (const char *)data;
    struct lexicon *lexicon = lexicon_create(), *again = lexicon_create();
    struct fail why = {0};
    bool ok = lexicon_read(lexicon, tsv, size, &why);
    demand(ok || why.sentence[0] != '\0', "refused without a sentence");
    size_t faults = 0;
    demand(lexicon_check(tsv, size, count_fault, &faults) == faults, "faults miscounted");
    demand((faults == 0) == ok, "check and read disagree");
    struct text first = {0}, second = {0};
    lexicon_write(lexicon, &first);
    demand(lexicon_read(again, text_string(&first), first.length, &why), "does not read back");
    lexicon_write(again, &second);
    demand(strcmp(text_string(&first), text_string(&second)) == 0, "reads back as another");
    read_with(lexicon, tsv, size);
    text_finish(&first);
    text_finish(&second);
    lexicon_destroy(lexicon);
    lexicon_destroy(again);
    return 0;
}
