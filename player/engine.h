/* engine: plays approved sound on a card at the planned instant, and says what really left it.
 *
 * A session is one stretch on the air under one permit. player_begin() opens the card at once and
 * lets it run on digital silence; the first frame of the first element then sounds at the session's
 * start, by the card's own timestamps. Elements follow one another without a gap, whatever their
 * format and rate. Several sessions may be begun ahead: they sound one after the other, in the
 * order of their beginning, and the card stays open between them.
 *
 * Three threads: the caller's (control: every function here; none of them waits), a feeder
 * (decodes, resamples, measures) and the audio thread, which mixes, limits and writes; while a card
 * runs the audio thread neither allocates, locks, logs nor touches a file. They exchange copies
 * through single-producer rings.
 *
 * No permit, no sound: the audio thread asks permit_allows() by itself at every period. Frames
 * after a permit's end are never written with sound in them; a permit that lapses unforeseen
 * (withdrawn, or the clock was set) drops even what is queued in the card.
 *
 * A card that fails is opened again, at most every half second for as long as a session lasts; the
 * programme goes on meanwhile, and sound returns at its present position. Everything reported is
 * counted in frames that reached the card's output. */
#ifndef LOAXA_PLAYER_ENGINE_H
#define LOAXA_PLAYER_ENGINE_H

#include "base/fail.h"
#include "base/walltime.h"
#include "player/clocks.h"
#include "player/pcm.h"
#include "scheduler/permit.h"

#include <stdbool.h>
#include <stdint.h>

struct player;

struct player_config {
    /* An ALSA name ("default", "plughw:CARD=Device"), or "wav:FOLDER": no card, each opening is
     * written into a WAV file of its own in FOLDER, at the pace of the clock. Copied. */
    const char *device;
    uint32_t rate, channels; /* wished for; the card's nearest is taken */
    uint32_t queue_ms;     /* written ahead of what sounds: bridges late wake-ups, delays a stop */
    uint32_t period_ms;    /* of the audio thread, which an order wakes at once; 0: a third of the
                                queue */
    double ceiling_dbtp;   /* no true peak leaves above it */
    int realtime_priority; /* SCHED_FIFO for the audio thread where permitted; 0: do not ask */
    bool lock_memory;      /* mlockall where permitted */
    /* For tests; NULL and false otherwise. */
    const struct player_clocks *clocks; /* borrowed until player_destroy() */
    struct pcm *pcm;                    /* taken; used instead of `device` */
    bool by_hand;                       /* no threads: player_turn() is the work */
};

#define PLAYER_CONFIG_DEFAULT                        \
    ((struct player_config){.device = "default",     \
                            .rate = 48000,           \
                            .channels = 2,           \
                            .queue_ms = 240,         \
                            .ceiling_dbtp = -1.0,    \
                            .realtime_priority = 20, \
                            .lock_memory = true})

/* Creates the threads; no card is opened before player_begin(). The caller owns *ret_player. */
bool player_create(const struct player_config *config, struct player **ret_player,
                   struct fail *why);
/* Silence at once, card closed, threads ended. NULL is allowed. */
void player_destroy(struct player *player);

struct player_session {
    uint64_t id; /* the caller's; not 0, and not in use */
    struct permit permit;
    zone_set zones;        /* that will hear it: the permit must cover them */
    struct walltime start; /* frame 0 of the first element sounds then; the past: as soon as it can.
                              Read anew at every period until then: a clock that is set meanwhile is
                              followed. */
};

enum { PLAYER_SESSIONS_MAX = 4 };

/* FAIL_CONFLICT for an id in use, FAIL_LIMIT beyond PLAYER_SESSIONS_MAX sessions. */
bool player_begin(struct player *player, const struct player_session *session, struct fail *why);

struct player_element {
    uint64_t airing; /* the caller's identity for it in events; not 0 */
    int fd;          /* the very descriptor that was hashed */
    double gain_db;
    int64_t skip_us;                  /* of its beginning: joins at the present position */
    int64_t limit_us;                 /* at most so much of it is played; 0: all */
    uint32_t gap_ms;                  /* silence before it */
    uint32_t fade_in_ms, fade_out_ms; /* over the first and last so many of what is played */
};

/* Takes element->fd, whatever happens. FAIL_NOT_FOUND for a session that is not (or finished),
 * FAIL_LIMIT where hundreds wait already. What cannot be decoded is reported by
 * PLAYER_AIRING_ENDED.
 */
bool player_add(struct player *player, uint64_t session, const struct player_element *element,
                struct fail *why);

/* No more elements will come: the session ends after its last one. */
bool player_finish(struct player *player, uint64_t session, struct fail *why);

/* The session fades out over fade_ms and ends; sound is over within the queue, a period and the
 * fade. With 0 it is cut at once: what is queued in the card is dropped. */
bool player_stop(struct player *player, uint64_t session, uint32_t fade_ms, struct fail *why);

/* This element fades out (at least 5 ms) or is left out; the next one follows. One that is not
 * known, or no more, is no error. */
bool player_stop_airing(struct player *player, uint64_t airing, uint32_t fade_ms, struct fail *why);

/* A renewed permit for the session, or an earlier end of it; id 0 withdraws it. */
bool player_set_permit(struct player *player, uint64_t session, const struct permit *permit,
                       struct fail *why);

enum player_event_kind {
    PLAYER_SESSION_READY,  /* the card runs on silence for this session; text: where sound goes */
    PLAYER_AIRING_STARTED, /* its first frame is at the card's output; at: since when */
    PLAYER_AIRING_ENDED,   /* exactly one for each element that was added */
    PLAYER_SESSION_ENDED,  /* exactly one for each session, after all of its airings */
    PLAYER_FAULT,          /* text says what, in words for the operator */
    PLAYER_RECOVERED       /* sound is back at the programme's present position */
};

enum player_reason {
    PLAYER_COMPLETED, /* to its end */
    PLAYER_CUT,       /* its limit was reached */
    PLAYER_STOPPED,   /* by player_stop() or player_stop_airing() */
    PLAYER_PERMIT,    /* the permit lapsed */
    PLAYER_DEVICE,    /* the card failed and its last frame was never heard */
    PLAYER_DECODE     /* the file is no sound, or damaged from there on */
};

enum player_fault {
    PLAYER_FAULT_NONE,
    PLAYER_FAULT_OPEN,      /* the card does not open */
    PLAYER_FAULT_XRUN,      /* it ran empty */
    PLAYER_FAULT_SUSPENDED, /* the machine slept */
    PLAYER_FAULT_GONE,      /* it was removed, or its server ended */
    PLAYER_FAULT_STUCK,     /* it takes no more frames */
    PLAYER_FAULT_STARVED,   /* the file is not read fast enough; what is missing follows later */
    PLAYER_FAULT_DECODE     /* a file that cannot be decoded */
};

enum { PLAYER_TEXT_SIZE = 256 };

struct player_event {
    enum player_event_kind kind;
    uint64_t session, airing;
    struct walltime at;        /* of the output, by the card's timestamps */
    enum player_reason reason; /* AIRING_ENDED, SESSION_ENDED */
    int64_t frames;            /* AIRING_ENDED: that reached the output */
    int64_t lost_frames;       /* AIRING_ENDED: that should have, but for a fault */
    uint32_t rate;             /* of those frames */
    double peak_dbfs;          /* AIRING_ENDED: after gain and limiter; -120 for silence */
    double lufs;               /* AIRING_ENDED: integrated; -70 for silence */
    enum player_fault fault;   /* FAULT */
    int error_number;          /* FAULT: errno, 0 where there is none */
    int64_t lost_ms;           /* RECOVERED: how long nothing of the programme was heard */
    char text[PLAYER_TEXT_SIZE];
};

/* Readable when there are events; poll it, then call player_next_event() until it returns false. */
int player_event_fd(const struct player *player);
bool player_next_event(struct player *player, struct player_event *ret_event);

/* Counts up at least once a second in each thread while it is alive: a counter that stands still
 * for longer than 4 s is a hang. */
struct player_heartbeat {
    uint64_t audio, feeder;
};
struct player_heartbeat player_heartbeat(const struct player *player);

enum player_state { PLAYER_CLOSED, PLAYER_RUNNING, PLAYER_DOWN };
struct player_status {
    enum player_state state;
    uint32_t rate;
    float peak_dbfs;    /* of the last period */
    float reduction_db; /* by the limiter, 0 or negative */
    float drift_ppm;    /* of the card against the clock */
    uint64_t faults;    /* since the player was created */
};
struct player_status player_status(const struct player *player);

/* With by_hand: everything the feeder can do now, then one turn of the audio thread (which waits by
 * the clocks' pause()). */
void player_turn(struct player *player);

#endif
