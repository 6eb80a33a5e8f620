/* passage: what was written to the card and has not sounded yet, and whose it is.
 *
 * An airing has started when its first frame is at the output and has ended when its last one is;
 * what a failing card never played was not delivered. Inside the audio thread; all RT safe. */
#ifndef LOAXA_PLAYER_PASSAGE_H
#define LOAXA_PLAYER_PASSAGE_H

#include "player/message.h"
#include "player/ring.h"
#include "player/timeline.h"

enum { PASSAGE_AIRINGS = 16, PASSAGE_RUNS = 64 };

struct passage_airing {
    uint64_t session, airing; /* airing 0: the slot is free */
    int64_t delivered, lost;
    bool started;
    enum player_reason reason;
};

enum run_kind { RUN_SOUND, RUN_AIRING_END, RUN_SESSION_END };
struct passage_run {
    enum run_kind kind;
    int slot;
    int64_t first, end; /* frames of the card; for the ends, the frame after the last */
    uint64_t session;
    enum player_reason reason;
};

struct passages {
    struct passage_airing airings[PASSAGE_AIRINGS];
    struct passage_run runs[PASSAGE_RUNS]; /* a circle */
    int first, count;
    uint32_t rate; /* of the card */
};

/* Whether a period with any usual number of elements still fits. */
bool passages_have_room(const struct passages *passages);
bool passages_are_empty(const struct passages *passages);

/* A new airing; returns its slot. There must be room. */
int passages_open(struct passages *passages, uint64_t session, uint64_t airing);
/* Frames [first, first + frames) of the card will be this airing's. */
void passages_sound(struct passages *passages, int slot, int64_t first, int64_t frames);
/* So many of its frames will never be written. */
void passages_lose(struct passages *passages, int slot, int64_t frames);
/* Nothing more of it will be written. */
void passages_close(struct passages *passages, int slot, enum player_reason reason);
void passages_end_session(struct passages *passages, uint64_t session, enum player_reason reason);

/* The card has played everything before frame `sounded`: says so in `notes`, as far as they have
 * room. The timeline may be without observations: then instants are `now`. */
void passages_settle(struct passages *passages, int64_t sounded, const struct timeline *timeline,
                     const struct instant *now, struct ring *notes);

/* The next part of frames [from, to) that is an airing's: true, with the part and the airing. Begin
 * with *index 0 and call until it returns false. */
struct passage_part {
    int64_t first, end;
    uint64_t airing;
};
bool passages_part(const struct passages *passages, int *index, int64_t from, int64_t to,
                   struct passage_part *ret_part);

/* The card was dropped when it had played everything before frame `sounded`: what is behind is
 * lost, and frames count from 0 again. What had sounded is reported by the next settling. */
void passages_cut(struct passages *passages, int64_t sounded, const struct timeline *timeline,
                  const struct instant *now, struct ring *notes);

#endif
