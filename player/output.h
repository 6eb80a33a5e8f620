/* output: the audio thread. Mixes what the decks hold onto the card's frames, and keeps the card
 * running. Inside player/ only.
 *
 * A turn is realtime_enter() ... realtime_leave() but for opening, closing and restarting a card.
 */
#ifndef LOAXA_PLAYER_OUTPUT_H
#define LOAXA_PLAYER_OUTPUT_H

#include "player/deck.h"
#include "player/message.h"
#include "player/ring.h"

#include <stdatomic.h>

/* What anybody may look at. */
struct output_gauges {
    atomic_int state; /* enum player_state */
    atomic_uint rate;
    _Atomic float peak, reduction_db, drift_ppm;
    atomic_ullong faults, heartbeat;
};

struct output;

/* Takes config->pcm. Copies the rest but for the clocks. */
struct output *output_create(const struct player_config *config, struct pcm *pcm,
                             const struct player_clocks *clocks, const struct output_links *links,
                             struct output_gauges *gauges);
void output_destroy(struct output *output); /* silence, closes the card; NULL is allowed */

/* One round: at most a second long while no card is open, else about a period. */
void output_turn(struct output *output);

#endif
