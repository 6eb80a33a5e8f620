/* feeder: the thread that reads files for the audio thread, measures what it played, and tells
 * control. Inside player/ only. */
#ifndef LOAXA_PLAYER_FEEDER_H
#define LOAXA_PLAYER_FEEDER_H

#include "player/deck.h"
#include "player/message.h"
#include "player/ring.h"

#include <stdatomic.h>

/* What the feeder shares with the other two threads. */
struct feeder_links {
    struct ring *commands; /* struct command, from control */
    struct ring *events;   /* struct player_event, to control */
    struct ring *arrivals; /* struct arrival, to the audio thread */
    struct ring *notes;    /* struct note, from the audio thread */
    struct ring *tap;      /* floats that were played, from the audio thread */
    struct ring *marks;    /* struct tap_mark, from the audio thread */
    struct deck *decks;    /* DECKS of them */
    int event_fd;          /* poked when there are events */
};

struct feeder;

struct feeder *feeder_create(const struct feeder_links *links);
void feeder_destroy(struct feeder *feeder); /* closes the files that still wait; NULL is allowed */

/* Does what can be done at once. True while there is more (decoding goes on). */
bool feeder_turn(struct feeder *feeder);

#endif
