/* onair_session: one occurrence on its way through the air. Private to station/onair. */
#ifndef LOAXA_STATION_ONAIR_SESSION_H
#define LOAXA_STATION_ONAIR_SESSION_H

#include "playlists/rundown.h"
#include "scheduler/director.h"
#include "scheduler/event.h"
#include "scheduler/outcome.h"
#include "station/onair.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ONAIR_LEAD_US (20 * WALLTIME_SECOND)
#define ONAIR_OPEN_US (10 * WALLTIME_SECOND) /* `opened` this far ahead at most */
#define ONAIR_ON_TIME_US WALLTIME_SECOND     /* a later first sound is late */
/* What is planned whole may end so much after the planned end (a start that was some moments late);
 * a little more, and it is cut. */
#define ONAIR_OVERRUN_US WALLTIME_SECOND
#define ONAIR_OVERTIME_NS (MONOTIME_SECOND + MONOTIME_SECOND / 5)
#define ONAIR_LEAST_US WALLTIME_SECOND /* less of an element is not worth beginning */
enum { ONAIR_STOP_FADE_MS = 300, ONAIR_SHORT_FADE_MS = 30 };

/* An airing of an occurrence that is not settled yet. */
struct part {
    int64_t airing;
    struct occurrence_key occ;
    int32_t position;
    int64_t item;
    enum airing_end end;
    enum outcome_reason cause;
    int64_t frames;
    struct walltime first, last;
};

enum element_state {
    ELEMENT_WAITING,
    ELEMENT_VERIFYING, /* asked of the sounds port */
    ELEMENT_VERIFIED,
    ELEMENT_OPENED, /* `opened` appended */
    ELEMENT_ADDED,  /* the player has it */
    ELEMENT_SOUNDS,
    ELEMENT_DONE /* ended, refused or left out */
};

struct element {
    enum element_state state;
    uint64_t request;
    int fd;
    int64_t airing;
    struct walltime planned;
    int64_t limit_us;      /* as given to the player */
    bool shortened;        /* the limit is less than the rundown planned */
    struct monotime began; /* expected, then real */
    struct walltime first;
    zone_set silent; /* zones without amplifier when it began */
    bool withdrawn;  /* stopped because of that */
};

struct session {
    struct session *next;
    struct director_occurrence occ;
    char *title;
    char *operator_name;           /* "" by the plan */
    struct programme *programme;   /* retained */
    const struct segment *segment; /* borrowed from it; NULL for a manual one */
    struct column column;          /* a copy whose texts are borrowed; id 0: none */
    int64_t only_item;
    bool crosses_quiet_hours;
    bool made;          /* rundown and permit exist */
    struct item *items; /* shallow copies of what may be aired; the rundown borrows */
    size_t items_count;
    struct rundown rundown;
    struct element *elements; /* rundown.count of them */
    int32_t first_position;
    struct permit permit;
    int64_t permit_seq;            /* of its `permit` event */
    struct monotime start, end;    /* on the clock that is never set */
    struct monotime next_begins;   /* when what is added next will begin */
    enum outcome_reason end_cause; /* why it ends early; REASON_NONE: at its own time */
    bool resumed;                  /* something of it sounded in an earlier life */
    bool begun;                    /* the player has the session */
    bool any_added;                /* an element went to the player */
    bool finished;                 /* the player was told that no more come */
    bool stopping, disarmed, over;
    bool leftover; /* something of it did not come to its turn */
    enum outcome_reason stop_cause;
    char *words;    /* for its outcome; NULL: the usual ones */
    zone_set fault; /* zones that failed while it sounded */
};

struct onair {
    struct onair_config config;
    char *program, *version, *boot;
    struct onair_ports ports;
    struct director *director;
    struct decisions decisions;
    struct programme *programme;
    struct rotation_history history;
    struct part *parts;
    size_t parts_count, parts_capacity;
    struct session *sessions; /* in the order of their arming */
    struct moment moment;     /* of the call that runs */
    int64_t epoch;
    int64_t committed; /* the diary's last number on the disk */
    bool diary_fails, card_fails;
    bool poked; /* the director should look again */
    uint64_t next_permit, next_request;
    int64_t last_number[128];
    enum amplifier_report zones[32];
    struct withdrawn {
        int64_t item;
        int32_t version; /* 0: all */
    } * withdrawn;
    size_t withdrawn_count, withdrawn_capacity;
    char *faults; /* what was told last of segments that cannot be planned; "" */
    char last_incident[256];
    struct monotime wake;
};

/* The two clocks, by the moment of the call that runs. A wall time is told to the nearest
 * microsecond: a planned second goes to the other clock and comes back as itself. */
#define ONAIR_US_NS 1000 /* nanoseconds in a microsecond */
static inline struct monotime onair_mono(const struct onair *onair, struct walltime wall) {
    return monotime_add(onair->moment.mono, (wall.us - onair->moment.wall.us) * ONAIR_US_NS);
}
static inline struct walltime onair_wall(const struct onair *onair, struct monotime mono) {
    int64_t ns = monotime_diff_ns(mono, onair->moment.mono);
    int64_t half = ns < 0 ? -ONAIR_US_NS / 2 : ONAIR_US_NS / 2;
    return walltime_add(onair->moment.wall, (ns + half) / ONAIR_US_NS);
}
static inline struct monotime onair_later(struct monotime a, struct monotime b) {
    return a.ns > b.ns ? a : b;
}
static inline bool session_is_planned(const struct session *session) {
    return session->occ.key.origin == 's';
}

/* Writing (onair_diary.c) */

/* An event of that type with its stamp. */
struct event onair_event(const struct onair *onair, enum event_type type);
int64_t onair_append(struct onair *onair, const struct event *event);
void onair_note_incident(struct onair *onair, const char *kind, int zone, const char *words);
/* Writes `closed`, counts it in the rotation and keeps the part. `airing` 0 in `part` is refused. */
void onair_close(struct onair *onair, const struct part *part, const struct air_event *measured,
                 zone_set zones, zone_set silent, zone_set fault);
/* Settles an occurrence from its parts: writes `outcome`, forgets them. `cause` says why where no
 * part does; `words` NULL: the usual ones. */
void onair_settle(struct onair *onair, const struct director_occurrence *occurrence, bool resumed,
                  enum outcome_reason cause, const char *words);
void onair_write_outcome(struct onair *onair, const struct director_occurrence *occurrence,
                         enum outcome outcome, enum outcome_reason reason, const char *words);

/* How it comes to be (onair_make.c) */

struct session *onair_session_add(struct onair *onair,
                                  const struct director_occurrence *occurrence);
/* Fills the rundown and mints the permit, once no earlier session of the same occurrence still has
 * to end; gives up (over) where there is nothing to air, or no permit. */
void onair_session_make(struct onair *onair, struct session *session);

/* The session's way (onair_session.c) */

/* Does what can be done now; sets `over` at its end. */
void onair_session_advance(struct onair *onair, struct session *session);
/* `disarm`: without an outcome, to be armed again. */
void onair_session_stop(struct onair *onair, struct session *session, enum outcome_reason cause,
                        bool disarm);
/* Lets it end at that instant of the wall clock at the latest. */
void onair_session_end_by(struct onair *onair, struct session *session, struct walltime end,
                          enum outcome_reason cause);
void onair_session_air_event(struct onair *onair, struct session *session,
                             const struct air_event *event);
void onair_session_sound(struct onair *onair, struct session *session, struct element *element,
                         int fd, enum outcome_reason reason, const char *words);
void onair_session_withdraw(struct onair *onair, struct session *session);
/* After its end: outcome where one is due; frees it. The caller took it out of the list. */
void onair_session_finish(struct onair *onair, struct session *session);
struct monotime onair_session_wake(const struct onair *onair, const struct session *session);

bool onair_is_withdrawn(const struct onair *onair, const struct item *item);
bool onair_zone_can_sound(const struct onair *onair, int zone);

#endif
