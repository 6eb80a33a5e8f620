/* lexicon_base: the lexicon that ships in the program, generated from tts/data/ by
 * lexicon_base.py at build time; sorted by key in byte order, then as in the files. */
#ifndef LOAXA_TTS_LEXICON_BASE_H
#define LOAXA_TTS_LEXICON_BASE_H

#include "tts/lexicon.h"

#include <stddef.h>

extern const struct lexicon_entry lexicon_base[];
extern const size_t lexicon_base_count;

#endif
