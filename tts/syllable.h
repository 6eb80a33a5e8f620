/* syllable: is this a Vietnamese syllable? Onset, rime and tone by the rules of the orthography; no
 * word list. The last gate of the normaliser: nothing else leaves it.
 *
 * Loans that the north writes as syllables pass (pin, oát, phây); both placements of the tone mark
 * pass (hòa, hoà). Syllables that end in p, t, c, ch take the tones sắc and nặng only.
 * Thread: any. Pure. */
#ifndef LOAXA_TTS_SYLLABLE_H
#define LOAXA_TTS_SYLLABLE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* The longest syllable is "nghiêng" with a tone: 11 bytes; no valid one is longer than this. */
#define SYLLABLE_BYTES_MAX 16

/* `bytes` must be lower case and NFC, else false. */
bool syllable_is_valid(const char *bytes, size_t length);

/* Whether it is a non-empty list of syllables with one space between them. */
bool syllables_are_valid(const char *bytes, size_t length);

/* Rewrites hoà as hòa, uỷ as ủy and the like, so that one spelling is looked up and spoken:
 * adds `bytes`, lower case and NFC, to *ret. */
void syllable_fold_tone(const char *bytes, size_t length, struct text *ret);

/* Adds the plain Latin letters of a text, without marks of vowels and tones: "đảng ủy" "dang uy".
 * What is no Vietnamese letter is added as it is. */
void syllable_plain(const char *bytes, size_t length, struct text *ret);

#endif
