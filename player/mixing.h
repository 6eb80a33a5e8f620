/* mixing: fills the card's frames from the programme. Inside player/ only; RT safe. */
#ifndef LOAXA_PLAYER_MIXING_H
#define LOAXA_PLAYER_MIXING_H

#include "player/programme.h"

/* A stretch of the card's frames that is being filled. */
struct stretch {
    float *samples; /* interleaved */
    int64_t frames;
    int64_t first;      /* its first frame on the card, behind the limiter */
    int64_t instant_ns; /* when that one sounds */
};

/* With silence where nothing is planned, nothing is there yet, or no permit allows it. */
void mixing_fill(struct programme *programme, const struct stretch *stretch);

/* The programme's time that passed without a card: as much of it as is decoded is skipped. */
void mixing_skip_owed(struct programme *programme, struct programme_session *session);

/* After a fault, when the card's new line is known: the next frame to be filled sounds at this
 * instant. The programme goes on from where it should be by then. */
void mixing_catch_up(struct programme *programme, int64_t instant_ns);

#endif
