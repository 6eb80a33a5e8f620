/* ports: what the core needs of the world, as small structs of function pointers.
 *
 * station/onair calls them; station/loaxad fills them with the store, the player and the amplifier,
 * station/simulation with their twins. No call waits: what takes time answers later through the
 * onair_* function named here. A call may answer at once only where it says so. Pointers that are
 * handed over are borrowed for the call. Thread: the control loop's, both ways. */
#ifndef LOAXA_SCHEDULER_PORTS_H
#define LOAXA_SCHEDULER_PORTS_H

#include "base/monotime.h"
#include "base/walltime.h"
#include "playlists/item.h"
#include "scheduler/event.h"
#include "scheduler/permit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The diary. Sequence numbers are given out here, in the order of the calls, and commits happen in
 * that order; what was appended before is committed before. */
struct diary_port {
    void *self;
    /* Numbers the event, makes its bytes (event_write) and hands them to be committed. Returns the
     * number. Answer: onair_committed(number) for this or a later one, or onair_diary_failed()
     * while the disk refuses; the port then keeps the bytes and tries again. */
    int64_t (*append)(void *self, const struct event *event);
};

/* Stored sound. */
struct sounds_port {
    void *self;
    /* Opens the stored object of item->sound_hash and hashes the whole of it through the descriptor
     * that will be decoded. Answer: onair_sound_opened(request, …), never inside this call. */
    void (*open)(void *self, uint64_t request, const struct item *item);
    void (*close)(void *self, int fd); /* of one that did not go to the player */
};

/* One element of a session. `airing` is the diary's number of its `opened` event. */
struct air_element {
    int64_t airing;
    int fd; /* taken: the player closes it; -1: a relay or live source, named by `kind` */
    enum item_kind kind;
    int32_t gain_mdb;
    int64_t skip_us;  /* of the stored sound, left out at its beginning (silence, joined late) */
    int64_t limit_us; /* the longest it sounds; its own end may come first */
    int32_t fade_in_ms, fade_out_ms; /* inside the limit; fade_out only where the limit ends it */
};

struct player_port {
    void *self;
    /* A session is one occurrence on the air, numbered by its permit. Its first frame sounds at
     * `start` on the wall clock of now, or at once where that is past. Elements follow each other
     * without gap; a session that ran out of elements waits in silence for more. Sessions may be
     * begun while another one sounds; they never sound together in one zone. */
    void (*begin)(void *self, const struct permit *permit, struct walltime start);
    void (*add)(void *self, uint64_t session, const struct air_element *element);
    void (*finish)(void *self, uint64_t session); /* no more elements: it ends after the last */
    /* Silence after `fade_ms`; every airing of it is reported ended, then the session. */
    void (*stop)(void *self, uint64_t session, int32_t fade_ms);
    /* The same for one airing, playing or waiting; the next one follows at once. */
    void (*stop_airing)(void *self, int64_t airing, int32_t fade_ms);
    void (*set_permit)(void *self, const struct permit *permit); /* of the session of its number */
};

enum air_event_kind {
    AIR_STARTED,       /* its first frame left the card */
    AIR_ENDED,         /* also of one that never sounded: frames 0 */
    AIR_SESSION_ENDED, /* after the last airing's end */
    AIR_FAULT,         /* the card does not work; sessions wait, muted */
    AIR_RECOVERED
};

/* Why the player ended an airing. */
enum air_end {
    AIR_END_WHOLE,  /* its own end */
    AIR_END_LIMIT,  /* limit_us was reached */
    AIR_END_STOP,   /* stop or stop_airing */
    AIR_END_PERMIT, /* the permit lapsed */
    AIR_END_DECODE,
    AIR_END_DEVICE
};

struct air_event {
    enum air_event_kind kind;
    uint64_t session;
    int64_t airing;
    struct walltime at; /* first frame of STARTED, one past the last of ENDED */
    int64_t frames, rate, lost_frames;
    int32_t peak_mdb, loudness_mdb; /* or EVENT_NO_LEVEL */
    enum air_end end;
    const char *words; /* FAULT: what the card said; may be NULL */
};

/* The amplifier. What is wanted stays wanted until release or the permit's end; a zone may be wanted
 * by several permits at once (station/wants.h makes one demand of them). */
struct amplifier_port {
    void *self;
    void (*want)(void *self, const struct permit *permit);
    void (*release)(void *self, uint64_t permit); /* powered down after the hold */
    void (*cut)(void *self, zone_set zones);      /* silent at once; the next want ends it */
};

/* What a zone of it reports: onair_amplifier_event(). */
enum amplifier_report {
    AMPLIFIER_REPORT_OFF,
    AMPLIFIER_REPORT_WARMING,
    AMPLIFIER_REPORT_READY, /* sound may be made */
    AMPLIFIER_REPORT_HOLDING,
    AMPLIFIER_REPORT_FAULT
};

#endif
