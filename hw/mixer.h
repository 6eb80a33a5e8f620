/* mixer: the sound card's own volume and mute switches, set and then verified.
 *
 * Some cards start muted or at 0 % (HDA does), and a village hears nothing though the diary says
 * it did. Elements that only pass an input through (Mic, Line, CD, ...) are left alone: unmuted they
 * would put a microphone on the loudspeakers. A card without mixer is fine. Blocks for at most a
 * second; thread: any, one at a time. Not RT safe. */
#ifndef LOAXA_HW_MIXER_H
#define LOAXA_HW_MIXER_H

#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>

enum { MIXER_ELEMENTS_MAX = 16, MIXER_NAME_SIZE = 64, MIXER_CARD_SIZE = 128 };

struct mixer_element {
    char name[MIXER_NAME_SIZE]; /* "Master", or "Master,1" where there are several */
    bool was_muted;
    int was_percent, percent; /* of its range, before and now; -1 where it has no volume */
};

struct mixer_report {
    bool any; /* the card has a mixer */
    size_t count;
    struct mixer_element elements[MIXER_ELEMENTS_MAX];
};

/* The control device of a PCM device's name: "hw:1" for "plughw:1,0", "hw:CARD=PCH" for
 * "front:CARD=PCH,DEV=0", and the name itself where it is none of a card's. Pure. */
void mixer_card(const char *pcm_device, char card[MIXER_CARD_SIZE]);

/* Whether an element of this name carries the output, not an input. Pure. */
bool mixer_element_matters(const char *name);

/* Unmutes and sets to `percent` of its range (0 to 100) the element `control` of `card`, or, where
 * control is "", every playback element that matters; then reads back. *ret_report says what was
 * found and how it was. FAIL_NOT_FOUND where the named element is not there (the sentence lists
 * those that are), FAIL_DEVICE where one does not keep what it was set to. */
bool mixer_prepare(const char *card, const char *control, int percent,
                   struct mixer_report *ret_report, struct fail *why);

#endif
