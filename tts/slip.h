/* slip: words of official Vietnamese that a scanner or a hurried hand gets wrong by a mark only:
 * "chính đốn" for "chỉnh đốn", "Nhân mạnh" for "Nhấn mạnh". Two syllables with the letters of a known
 * word, but with marks that no known word has. Advice: a list cannot know every name.
 * Thread: any. Pure. */
#ifndef LOAXA_TTS_SLIP_H
#define LOAXA_TTS_SLIP_H

#include <stdbool.h>
#include <stddef.h>

/* The word that was probably meant by the two syllables "first second" (lower case, NFC, tone marks
 * folded), or NULL where they are as they should be (*ret_known) or not known. Lives for ever. */
const char *slip_find(const char *first, size_t first_length, const char *second,
                      size_t second_length, bool *ret_known);

#endif
