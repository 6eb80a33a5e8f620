/* deck: one element being decoded into a ring of several seconds, from which the audio thread
 * plays.
 *
 * A deck belongs to the feeder until it is announced, then its ring's reading end, `cancelled` and
 * the element belong to the audio thread until it sets `released`. */
#ifndef LOAXA_PLAYER_DECK_H
#define LOAXA_PLAYER_DECK_H

#include "player/engine.h"
#include "player/ring.h"

#include <stdatomic.h>

/* One plays, the next is decoded ahead, and the third is for the session after this one. */
enum { DECKS = 3 };

struct decoder;
struct resampler;

struct deck {
    struct ring samples; /* floats, interleaved in the card's channels */
    uint32_t rate, channels;
    uint64_t session;
    struct player_element element;
    atomic_int end;       /* 0 while more will come, then 1 + enum player_reason */
    atomic_int cancelled; /* 1 + the fade in ms: it was withdrawn after it was loaded */
    atomic_bool released; /* the audio thread is done with it */

    /* The feeder's own. */
    bool busy;
    struct decoder *decoder;
    struct resampler *resampler; /* NULL where the rates are equal */
    uint32_t mapped_channels;    /* in which it is resampled */
    float gain;
    int64_t frames_left; /* of the element's limit */
    bool source_ended, source_failed;
    float *source, *changed; /* blocks: as decoded, and with gain in other channels */
    const float *mapped;     /* the one of them that goes on */
    size_t mapped_at, mapped_count;
};

void deck_init(struct deck *deck);
void deck_finish(struct deck *deck);

/* Opens the element for a card of this shape; the deck owns element->fd from here on, also when it
 * fails. Feeder. */
bool deck_load(struct deck *deck, uint64_t session, const struct player_element *element,
               uint32_t rate, uint32_t channels, struct fail *why);
/* Decodes one block into the ring; false when there is nothing to do (full, or at the end). *why is
 * filled where the end is a damage. Feeder. */
bool deck_fill(struct deck *deck, struct fail *why);
/* Closes the file and makes it free. The audio thread must have released it. Feeder. */
void deck_unload(struct deck *deck);

/* Enough is there to begin without running dry at once. Any thread. */
bool deck_is_ready(const struct deck *deck);

#endif
