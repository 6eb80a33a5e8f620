#include "player/feeder.h"

#include "base/memory.h"
#include "player/loudness.h"
#include "player/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ELEMENTS_MAX = 512, METERED_MAX = 8 };

struct feeder_session {
    uint64_t id; /* 0: free */
    struct player_element *waiting;
    size_t count, capacity;
    bool closed;   /* no more elements will be added */
    bool end_sent; /* the audio thread knows */
};

/* What was measured of an airing, until its end is told. */
struct metered {
    uint64_t airing;
    double peak_dbfs, lufs;
};

struct feeder {
    struct feeder_links links;
    struct feeder_session sessions[PLAYER_SESSIONS_MAX]; /* in the order of their beginning */
    uint32_t rate, channels;                             /* of the card; 0: not known yet */
    struct player_event *backlog; /* that the ring had no room for; grows only while nobody reads */
    size_t backlog_count, backlog_capacity;
    bool told; /* something was put since control was last poked */

    struct meter meter;
    uint64_t metered_airing;             /* 0: none */
    struct metered metered[METERED_MAX]; /* a circle */
    int metered_at;
};

struct feeder *feeder_create(const struct feeder_links *links) {
    struct feeder *feeder = memory_new(sizeof *feeder);
    feeder->links = *links;
    return feeder;
}

static void forget_session(struct feeder_session *session) {
    for (size_t i = 0; i < session->count; i++) {
        close(session->waiting[i].fd);
    }
    free(session->waiting);
    *session = (struct feeder_session){0};
}

void feeder_destroy(struct feeder *feeder) {
    if (feeder == NULL) {
        return;
    }
    struct command command;
    while (ring_get(feeder->links.commands, &command, 1) == 1) {
        if (command.kind == COMMAND_ADD) {
            close(command.element.fd);
        }
    }
    for (int i = 0; i < PLAYER_SESSIONS_MAX; i++) {
        forget_session(&feeder->sessions[i]);
    }
    free(feeder->backlog);
    free(feeder);
}

/* ---- events ---- */

static void send_backlog(struct feeder *feeder) {
    size_t sent = ring_put(feeder->links.events, feeder->backlog, feeder->backlog_count);
    if (sent > 0) {
        feeder->backlog_count -= sent;
        memmove(feeder->backlog, feeder->backlog + sent,
                feeder->backlog_count * sizeof feeder->backlog[0]);
        feeder->told = true;
    }
}

static void tell(struct feeder *feeder, const struct player_event *event) {
    send_backlog(feeder);
    if (feeder->backlog_count == 0 && ring_put(feeder->links.events, event, 1) == 1) {
        feeder->told = true;
        return;
    }
    feeder->backlog = memory_room(feeder->backlog, feeder->backlog_count, &feeder->backlog_capacity,
                                  sizeof feeder->backlog[0]);
    feeder->backlog[feeder->backlog_count++] = *event;
}

static void poke_control(struct feeder *feeder) {
    uint64_t one = 1;
    if (feeder->told && write(feeder->links.event_fd, &one, sizeof one) == sizeof one) {
        feeder->told = false;
    }
}

static void tell_unheard(struct feeder *feeder, uint64_t session, uint64_t airing,
                         enum player_reason reason) {
    tell(feeder, &(struct player_event){.kind = PLAYER_AIRING_ENDED,
                                        .session = session,
                                        .airing = airing,
                                        .at = walltime_now(),
                                        .reason = reason,
                                        .rate = feeder->rate,
                                        .peak_dbfs = -120.0,
                                        .lufs = LOUDNESS_FLOOR_LUFS});
}

static void tell_fault(struct feeder *feeder, uint64_t session, uint64_t airing,
                       enum player_fault fault, const struct fail *why) {
    struct player_event event = {.kind = PLAYER_FAULT,
                                 .session = session,
                                 .airing = airing,
                                 .at = walltime_now(),
                                 .fault = fault,
                                 .error_number = why->error_number};
    snprintf(event.text, sizeof event.text, "%s", why->sentence);
    tell(feeder, &event);
}

/* ---- sessions and what waits in them ---- */

static struct feeder_session *find_session(struct feeder *feeder, uint64_t id) {
    for (int i = 0; i < PLAYER_SESSIONS_MAX; i++) {
        if (feeder->sessions[i].id == id && id != 0) {
            return &feeder->sessions[i];
        }
    }
    return NULL;
}

static void begin_session(struct feeder *feeder, uint64_t id) {
    for (int i = 0; i < PLAYER_SESSIONS_MAX; i++) {
        if (feeder->sessions[i].id == 0) {
            feeder->sessions[i].id = id;
            return;
        }
    }
}

static void remove_waiting(struct feeder_session *session, size_t at) {
    session->count--;
    memmove(session->waiting + at, session->waiting + at + 1,
            (session->count - at) * sizeof session->waiting[0]);
}

static void drop_waiting(struct feeder *feeder, struct feeder_session *session,
                         enum player_reason reason) {
    while (session->count > 0) {
        tell_unheard(feeder, session->id, session->waiting[0].airing, reason);
        close(session->waiting[0].fd);
        remove_waiting(session, 0);
    }
    session->closed = true;
}

static void add_element(struct feeder *feeder, const struct command *command) {
    struct feeder_session *session = find_session(feeder, command->session);
    if (session == NULL || session->closed || session->count >= ELEMENTS_MAX) {
        tell_unheard(feeder, command->session, command->airing, PLAYER_STOPPED);
        close(command->element.fd);
        return;
    }
    session->waiting = memory_room(session->waiting, session->count, &session->capacity,
                                   sizeof session->waiting[0]);
    session->waiting[session->count++] = command->element;
}

static void stop_airing(struct feeder *feeder, const struct command *command) {
    for (int i = 0; i < PLAYER_SESSIONS_MAX; i++) {
        struct feeder_session *session = &feeder->sessions[i];
        for (size_t k = 0; k < session->count; k++) {
            if (session->waiting[k].airing == command->airing) {
                tell_unheard(feeder, session->id, command->airing, PLAYER_STOPPED);
                close(session->waiting[k].fd);
                remove_waiting(session, k);
                return;
            }
        }
    }
    /* The audio thread was told too, perhaps before it knew of this deck. */
    for (int i = 0; i < DECKS; i++) {
        struct deck *deck = &feeder->links.decks[i];
        if (deck->busy && deck->element.airing == command->airing) {
            atomic_store(&deck->cancelled, 1 + (int)command->fade_ms);
        }
    }
}

static bool take_commands(struct feeder *feeder) {
    struct command command;
    bool any = false;
    while (ring_get(feeder->links.commands, &command, 1) == 1) {
        struct feeder_session *session = find_session(feeder, command.session);
        any = true;
        switch (command.kind) {
        case COMMAND_BEGIN:
            begin_session(feeder, command.session);
            break;
        case COMMAND_ADD:
            add_element(feeder, &command);
            break;
        case COMMAND_FINISH:
            if (session != NULL) {
                session->closed = true;
            }
            break;
        case COMMAND_STOP:
            if (session != NULL) {
                drop_waiting(feeder, session, PLAYER_STOPPED);
            }
            break;
        case COMMAND_STOP_AIRING:
            stop_airing(feeder, &command);
            break;
        case COMMAND_PERMIT:
        case COMMAND_QUIT:
            break;
        }
    }
    return any;
}

/* ---- decks ---- */

static struct deck *free_deck(struct feeder *feeder) {
    for (int i = 0; i < DECKS; i++) {
        if (!feeder->links.decks[i].busy) {
            return &feeder->links.decks[i];
        }
    }
    return NULL;
}

static int decks_of(const struct feeder *feeder, uint64_t session) {
    int count = 0;
    for (int i = 0; i < DECKS; i++) {
        count += feeder->links.decks[i].busy && feeder->links.decks[i].session == session;
    }
    return count;
}

static bool reclaim_decks(struct feeder *feeder) {
    bool any = false;
    for (int i = 0; i < DECKS; i++) {
        struct deck *deck = &feeder->links.decks[i];
        if (deck->busy && atomic_load_explicit(&deck->released, memory_order_acquire)) {
            deck_unload(deck);
            any = true;
        }
    }
    return any;
}

static void load_next(struct feeder *feeder, struct feeder_session *session, struct deck *deck) {
    struct player_element element = session->waiting[0];
    remove_waiting(session, 0);
    struct fail why = {0};
    if (!deck_load(deck, session->id, &element, feeder->rate, feeder->channels, &why)) {
        tell_fault(feeder, session->id, element.airing, PLAYER_FAULT_DECODE, &why);
        tell_unheard(feeder, session->id, element.airing, PLAYER_DECODE);
        deck_unload(deck);
        return;
    }
    struct arrival arrival = {session->id, (int)(deck - feeder->links.decks)};
    ring_put(feeder->links.arrivals, &arrival, 1); /* far more room than decks */
}

/* The session on the air may have two decks, so that its elements follow without a gap; one is kept
 * for the session after it. */
static bool load_decks(struct feeder *feeder) {
    bool any = false;
    bool first = true;
    for (int i = 0; i < PLAYER_SESSIONS_MAX && feeder->rate != 0; i++) {
        struct feeder_session *session = &feeder->sessions[i];
        if (session->id == 0) {
            continue;
        }
        int most = first ? DECKS - 1 : 1;
        while (session->count > 0 && decks_of(feeder, session->id) < most &&
               free_deck(feeder) != NULL) {
            load_next(feeder, session, free_deck(feeder));
            any = true;
        }
        if (session->closed && session->count == 0 && !session->end_sent) {
            struct arrival end = {session->id, -1};
            session->end_sent = ring_put(feeder->links.arrivals, &end, 1) == 1;
            any = true;
        }
        /* One whose last element is on its deck leaves the air next. */
        first = first && session->end_sent && decks_of(feeder, session->id) <= 1;
    }
    return any;
}

static bool fill_decks(struct feeder *feeder) {
    bool any = false;
    for (int i = 0; i < DECKS; i++) {
        struct deck *deck = &feeder->links.decks[i];
        struct fail why = {0};
        if (!deck->busy || atomic_load_explicit(&deck->released, memory_order_acquire)) {
            continue;
        }
        /* A deck that must begin soon is filled first; then all of them in turns. */
        do {
            any |= deck_fill(deck, &why);
        } while (!deck_is_ready(deck));
        if (why.code != FAIL_NONE) {
            tell_fault(feeder, deck->session, deck->element.airing, PLAYER_FAULT_DECODE, &why);
        }
    }
    return any;
}

/* ---- measuring ---- */

static void end_meter(struct feeder *feeder) {
    if (feeder->metered_airing == 0) {
        return;
    }
    feeder->metered[feeder->metered_at] = (struct metered){
        feeder->metered_airing, meter_peak_dbfs(&feeder->meter), meter_lufs(&feeder->meter)};
    feeder->metered_at = (feeder->metered_at + 1) % METERED_MAX;
    feeder->metered_airing = 0;
}

static void begin_meter(struct feeder *feeder, uint64_t airing) {
    end_meter(feeder);
    feeder->metered_airing = airing;
    meter_start(&feeder->meter, feeder->rate, feeder->channels);
}

static void drain_tap(struct feeder *feeder) {
    struct ring *tap = feeder->links.tap;
    for (;;) {
        struct tap_mark mark;
        size_t at = atomic_load_explicit(&tap->got, memory_order_relaxed);
        /* What is counted before the mark is looked for is all marked already. */
        size_t count;
        const float *samples = ring_view(tap, &count);
        if (ring_peek(feeder->links.marks, &mark)) {
            if (mark.from == at) {
                ring_skip(feeder->links.marks, 1);
                begin_meter(feeder, mark.airing);
                continue;
            }
            count = mark.from - at < count ? mark.from - at : count;
        }
        if (count == 0) {
            return;
        }
        if (feeder->metered_airing != 0) {
            meter_add(&feeder->meter, samples, count / feeder->channels);
        }
        ring_skip(tap, count);
    }
}

static void add_levels(struct feeder *feeder, struct player_event *event) {
    event->peak_dbfs = -120.0;
    event->lufs = LOUDNESS_FLOOR_LUFS;
    if (feeder->channels == 0) {
        return;
    }
    drain_tap(feeder);
    if (feeder->metered_airing == event->airing) {
        end_meter(feeder);
    }
    for (int i = 0; i < METERED_MAX; i++) {
        struct metered *metered = &feeder->metered[i];
        if (metered->airing == event->airing && event->frames > 0) {
            event->peak_dbfs = metered->peak_dbfs;
            event->lufs = metered->lufs;
            metered->airing = 0;
        }
    }
}

/* ---- notes of the audio thread ---- */

static void fault_words(const struct note *note, struct fail *why) {
    const char *place = note->place;
    int error = -note->error;
    switch (note->fault) {
    case PLAYER_FAULT_OPEN:
        fail_system(why, error, "the sound card \"%s\" does not open", place);
        break;
    case PLAYER_FAULT_XRUN:
        fail_set(why, FAIL_DEVICE, "the sound card \"%s\" ran empty: the computer was too slow",
                 place);
        break;
    case PLAYER_FAULT_SUSPENDED:
        fail_set(why, FAIL_DEVICE, "the sound card \"%s\" was suspended", place);
        break;
    case PLAYER_FAULT_STUCK:
        fail_set(why, FAIL_DEVICE, "the sound card \"%s\" takes no more sound", place);
        break;
    case PLAYER_FAULT_STARVED:
        fail_set(why, FAIL_DEVICE, "the sound file is read too slowly: a gap was heard");
        break;
    default:
        fail_system(why, error, "the sound card \"%s\" is gone", place);
        break;
    }
    why->error_number = error;
}

static enum player_event_kind event_kind(enum note_kind kind) {
    switch (kind) {
    case NOTE_READY:
        return PLAYER_SESSION_READY;
    case NOTE_STARTED:
        return PLAYER_AIRING_STARTED;
    case NOTE_ENDED:
        return PLAYER_AIRING_ENDED;
    case NOTE_SESSION_ENDED:
        return PLAYER_SESSION_ENDED;
    case NOTE_RECOVERED:
        return PLAYER_RECOVERED;
    default:
        return PLAYER_FAULT;
    }
}

static void tell_note(struct feeder *feeder, const struct note *note) {
    struct player_event event = {.kind = event_kind(note->kind),
                                 .session = note->session,
                                 .airing = note->airing,
                                 .at = note->at,
                                 .reason = note->reason,
                                 .frames = note->frames,
                                 .lost_frames = note->kind == NOTE_ENDED ? note->lost : 0,
                                 .lost_ms = note->kind == NOTE_RECOVERED ? note->lost : 0,
                                 .rate = note->rate,
                                 .fault = note->fault};
    if (note->kind == NOTE_FAULT) {
        struct fail why = {0};
        fault_words(note, &why);
        event.error_number = why.error_number;
        snprintf(event.text, sizeof event.text, "%s", why.sentence);
    } else if (note->kind == NOTE_READY) {
        memcpy(event.text, note->place, sizeof event.text);
    } else if (note->kind == NOTE_ENDED) {
        add_levels(feeder, &event);
    }
    tell(feeder, &event);
}

static void take_note(struct feeder *feeder, const struct note *note) {
    struct feeder_session *session = find_session(feeder, note->session);
    if (note->kind == NOTE_SHAPE) {
        if (feeder->channels != 0) {
            drain_tap(feeder);
        }
        end_meter(feeder);
        feeder->rate = note->rate;
        feeder->channels = note->channels;
        return;
    }
    if (note->kind == NOTE_ABANDON) {
        if (session != NULL) {
            drop_waiting(feeder, session, note->reason);
        }
        return;
    }
    if (note->kind == NOTE_SESSION_ENDED && session != NULL) {
        size_t at = (size_t)(session - feeder->sessions);
        forget_session(session);
        memmove(session, session + 1, (PLAYER_SESSIONS_MAX - 1 - at) * sizeof *session);
        feeder->sessions[PLAYER_SESSIONS_MAX - 1] = (struct feeder_session){0};
    }
    tell_note(feeder, note);
}

bool feeder_turn(struct feeder *feeder) {
    struct note note;
    bool more = take_commands(feeder);
    while (ring_get(feeder->links.notes, &note, 1) == 1) {
        take_note(feeder, &note);
        more = true;
    }
    more |= reclaim_decks(feeder);
    more |= load_decks(feeder);
    more |= fill_decks(feeder);
    if (feeder->channels != 0) {
        drain_tap(feeder);
    }
    send_backlog(feeder);
    poke_control(feeder);
    return more;
}
