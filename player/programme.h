/* programme: the audio thread's sessions, what of them is loaded, and how they stand against the
 * card's frames. Inside player/ only; all functions are the audio thread's and RT safe. */
#ifndef LOAXA_PLAYER_PROGRAMME_H
#define LOAXA_PLAYER_PROGRAMME_H

#include "player/deck.h"
#include "player/message.h"
#include "player/passage.h"
#include "player/ring.h"

#include <stdatomic.h>

struct programme_session {
    uint64_t id;
    struct permit permit;
    zone_set zones;
    struct walltime start;
    int decks[DECKS]; /* loaded, in order */
    int deck_count;
    bool no_more;                   /* the feeder has announced the last one */
    bool ready;                     /* and it was said */
    bool started;                   /* its start was placed on the line of frames */
    int64_t sounds_ns;              /* when it sounds there */
    bool over;                      /* nothing more of it will sound */
    bool stopping;                  /* it fades out */
    int64_t fade_left, fade_length; /* frames, while stopping */
    enum player_reason reason;
};

/* The element that plays. */
struct playing {
    struct deck *deck; /* NULL: none */
    int slot;          /* of its passage */
    int64_t position;  /* frames of it that are mixed or lost */
    int64_t gap_left;
    bool fading;
    int64_t fade_left, fade_length; /* while it is withdrawn */
};

struct programme {
    struct output_links links;
    atomic_ullong *faults; /* counted */
    struct instant now;    /* of this turn */
    uint32_t rate, channels;
    double frame_ns; /* as the card runs */
    bool on_card;    /* one is running */

    struct programme_session sessions[PLAYER_SESSIONS_MAX]; /* the first is on the air */
    int session_count;
    struct playing playing;
    struct passages passages;
    bool drop_wanted; /* what is queued in the card must not sound */
    bool poke_feeder; /* it has something to do */
    bool starving;

    int64_t owed;    /* frames of it whose time has passed while no card played */
    int64_t hold;    /* frames of silence until it goes on */
    int64_t next_ns; /* when its next frame should sound, on the line of before a fault */
    bool lagging;    /* it stands still after a fault: the card's new line is not known yet */
};

/* To the feeder, and through it to control. */
void programme_note(struct programme *programme, const struct note *note);
void programme_note_fault(struct programme *programme, enum player_fault fault, int error,
                          const char *place);

int64_t programme_frames_of_ns(const struct programme *programme, int64_t ns);
int64_t programme_frames_of_ms(const struct programme *programme, int64_t ms);

void programme_take_commands(struct programme *programme);
void programme_take_arrivals(struct programme *programme);

/* Asks every permit, by the clocks of this instant; what has lapsed is over, and drop_wanted is set
 * where it may have been sounding. */
void programme_check_permits(struct programme *programme);
/* On the monotonic scale: no frame of the session sounds before the one, nor from the other on. */
int64_t programme_begin_ns(const struct programme *programme,
                           const struct programme_session *session);
int64_t programme_end_ns(const struct programme *programme,
                         const struct programme_session *session);

/* Nothing more of the session sounds; its loaded elements are left out, the one that plays ends. */
void programme_end_session(struct programme *programme, struct programme_session *session,
                           enum player_reason reason);
/* Sessions that are over leave when the feeder has no more of them. */
void programme_retire(struct programme *programme);

/* Of the element that plays: its end, and its withdrawal. */
void programme_close_playing(struct programme *programme, enum player_reason reason);
void programme_fade_playing(struct programme *programme, uint32_t fade_ms);
/* A loaded element that will not sound at all. */
void programme_leave_out(struct programme *programme, struct deck *deck, enum player_reason reason);

#endif
