/* message: the copies that the player's threads exchange. Inside player/ only. */
#ifndef LOAXA_PLAYER_MESSAGE_H
#define LOAXA_PLAYER_MESSAGE_H

#include "player/engine.h"

struct ring;
struct deck;

enum command_kind {
    COMMAND_BEGIN,
    COMMAND_ADD, /* to the feeder alone */
    COMMAND_FINISH,
    COMMAND_STOP,
    COMMAND_STOP_AIRING,
    COMMAND_PERMIT, /* to the audio thread alone */
    COMMAND_QUIT
};

/* From control to the audio thread and to the feeder. */
struct command {
    enum command_kind kind;
    uint64_t session, airing;
    uint32_t fade_ms;
    struct player_session begin;   /* BEGIN, and its permit for PERMIT */
    struct player_element element; /* ADD */
};

/* From the feeder to the audio thread: a deck is loaded, or none will come any more. */
struct arrival {
    uint64_t session;
    int deck; /* -1: the session has no more */
};

enum note_kind {
    NOTE_SHAPE,   /* rate and channels that decks must have from now on */
    NOTE_ABANDON, /* the session ends early: what waits for it is not needed */
    NOTE_READY,
    NOTE_STARTED,
    NOTE_ENDED,
    NOTE_SESSION_ENDED,
    NOTE_FAULT,
    NOTE_RECOVERED
};

/* From the audio thread to the feeder, which makes events of them. */
struct note {
    enum note_kind kind;
    uint64_t session, airing;
    struct walltime at;
    int64_t frames, lost; /* frames; RECOVERED: lost ms */
    uint32_t rate, channels;
    enum player_reason reason;
    enum player_fault fault;
    int error; /* negative errno */
    char place[PCM_PLACE_SIZE];
};

/* From the audio thread to the feeder: from this sample of the tap on, it is this airing's. */
struct tap_mark {
    uint64_t airing;
    size_t from;
};

/* What the audio thread shares with the other two. */
struct output_links {
    struct ring *commands; /* struct command, from control */
    struct ring *arrivals; /* struct arrival, from the feeder */
    struct ring *notes;    /* struct note, to the feeder */
    struct ring *tap;      /* floats that are played, to the feeder */
    struct ring *marks;    /* struct tap_mark, to the feeder */
    struct deck *decks;    /* DECKS of them */
    int feeder_fd;         /* poked when the feeder has something to do */
    int wake_fd;           /* poked when there is a command or an arrival */
};

#endif
