/* Any bytes into the normaliser: it ends, and its output keeps the invariant. */
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

static void check_piece(const struct reading *reading, size_t i, size_t size) {
    const struct reading_piece *piece = &reading->pieces[i];
    const char *bytes = reading->spoken.bytes + piece->at;
    demand(piece->at + piece->length <= reading->spoken.length, "a piece outside the text");
    demand(piece->begin <= piece->end && piece->end <= size, "a span outside the source");
    switch (piece->kind) {
    case READING_WORD:
        demand(syllable_is_valid(bytes, piece->length), "a word is no syllable");
        break;
    case READING_PAUSE:
        demand(strchr(",.;:?", *bytes) != NULL && i > 0, "a stray pause");
        demand(reading->pieces[i - 1].kind == READING_WORD, "two pauses");
        break;
    default:
        demand(*bytes == '\n' && i > 0 && i + 1 < reading->piece_count, "a stray paragraph");
    }
}

static void check(const struct reading *reading, size_t size, bool single_line) {
    size_t at = 0;
    for (size_t i = 0; i < reading->piece_count; i++) {
        check_piece(reading, i, size);
        demand(!single_line || reading->pieces[i].kind != READING_PARAGRAPH, "two lines");
        size_t gap = reading->pieces[i].at - at;
        demand(gap <= 1 && (gap == 0 || reading->spoken.bytes[at] == ' '), "a gap");
        at = reading->pieces[i].at + reading->pieces[i].length;
    }
    demand(at == reading->spoken.length, "text behind the last piece");
    demand(reading->problem_count <= reading->problem_total, "more problems than counted");
    for (size_t i = 0; i < reading->problem_count; i++) {
        demand(reading->problems[i].end <= size && reading->problems[i].line > 0,
               "a problem's place");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct reading_options options = reading_options_default();
    if (size != 0) { /* the first byte chooses the options; it is read as text too */
        options.ngan = options.le = data[0] & 1;
        options.mung = (data[0] & 2) != 0;
        options.single_line = (data[0] & 4) != 0;
        options.tu = (data[0] & 8) != 0 ? ISSUER_THANH_UY : ISSUER_TINH_UY;
        options.document_letters = (enum document_letters)((data[0] >> 4) % 3);
    }
    struct reading reading = {0};
    struct fail why = {0};
    bool ok = normalise((const char *)data, size, &options, NULL, &reading, &why);
    demand(ok || size > NORMALISER_BYTES_MAX, "refused");
    check(&reading, size, options.single_line);
    reading_finish(&reading);
    return 0;
}
