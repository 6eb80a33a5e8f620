#include "player/programme.h"

#include <math.h>
#include <string.h>

/* No withdrawal clicks. */
enum { FADE_MIN_MS = 5 };

void programme_note(struct programme *programme, const struct note *note) {
    ring_put(programme->links.notes, note, 1);
    programme->poke_feeder = true;
}

void programme_note_fault(struct programme *programme, enum player_fault fault, int error,
                          const char *place) {
    struct note note = {.kind = NOTE_FAULT,
                        .session = programme->session_count > 0 ? programme->sessions[0].id : 0,
                        .at = programme->now.wall,
                        .fault = fault,
                        .error = error};
    memccpy(note.place, place, '\0', sizeof note.place - 1);
    programme_note(programme, &note);
    atomic_fetch_add(programme->faults, 1);
}

int64_t programme_frames_of_ns(const struct programme *programme, int64_t ns) {
    return llround((double)ns / programme->frame_ns);
}

int64_t programme_frames_of_ms(const struct programme *programme, int64_t ms) {
    return ms * programme->rate / 1000;
}

static struct programme_session *programme_find(struct programme *programme, uint64_t id) {
    for (int i = 0; i < programme->session_count; i++) {
        if (programme->sessions[i].id == id) {
            return &programme->sessions[i];
        }
    }
    return NULL;
}

static void release_deck(struct programme *programme, struct deck *deck) {
    atomic_store_explicit(&deck->released, true, memory_order_release);
    programme->poke_feeder = true;
}

void programme_close_playing(struct programme *programme, enum player_reason reason) {
    struct playing *playing = &programme->playing;
    if (playing->deck == NULL) {
        return;
    }
    passages_close(&programme->passages, playing->slot, reason);
    release_deck(programme, playing->deck);
    *playing = (struct playing){0};
    programme->starving = false;
}

/* A loaded element that will not sound at all. */
void programme_leave_out(struct programme *programme, struct deck *deck,
                         enum player_reason reason) {
    int slot = passages_open(&programme->passages, deck->session, deck->element.airing);
    passages_close(&programme->passages, slot, reason);
    release_deck(programme, deck);
}

void programme_end_session(struct programme *programme, struct programme_session *session,
                           enum player_reason reason) {
    if (session->over) {
        return;
    }
    session->over = true;
    session->reason = reason;
    if (session == &programme->sessions[0]) {
        programme_close_playing(programme, reason);
        programme->owed = programme->hold = 0;
        programme->lagging = programme->lagging && programme->session_count > 1;
    }
    for (int i = 0; i < session->deck_count; i++) {
        programme_leave_out(programme, &programme->links.decks[session->decks[i]], reason);
    }
    session->deck_count = 0;
    if (!session->no_more) {
        programme_note(
            programme,
            &(struct note){.kind = NOTE_ABANDON, .session = session->id, .reason = reason});
    }
}

/* Sessions that are over leave when the feeder has no more of them. */
void programme_retire(struct programme *programme) {
    while (programme->session_count > 0 && programme->sessions[0].over &&
           programme->sessions[0].no_more && passages_have_room(&programme->passages)) {
        passages_end_session(&programme->passages, programme->sessions[0].id,
                             programme->sessions[0].reason);
        programme->session_count--;
        memmove(&programme->sessions[0], &programme->sessions[1],
                (size_t)programme->session_count * sizeof programme->sessions[0]);
    }
}

static void stop_session(struct programme *programme, struct programme_session *session,
                         uint32_t fade_ms) {
    if (session == NULL || session->over) {
        return;
    }
    bool on_air = session == &programme->sessions[0] && session->started;
    if (fade_ms == 0 || !on_air || !programme->on_card) {
        programme->drop_wanted |= on_air;
        programme_end_session(programme, session, PLAYER_STOPPED);
        return;
    }
    if (!session->stopping) {
        session->stopping = true;
        session->fade_length = session->fade_left = programme_frames_of_ms(programme, fade_ms);
    }
}

void programme_fade_playing(struct programme *programme, uint32_t fade_ms) {
    struct playing *playing = &programme->playing;
    if (!playing->fading) {
        playing->fading = true;
        playing->fade_length =
            programme_frames_of_ms(programme, fade_ms > FADE_MIN_MS ? fade_ms : FADE_MIN_MS);
        playing->fade_left = playing->fade_length;
    }
}

static void stop_airing(struct programme *programme, uint64_t airing, uint32_t fade_ms) {
    struct playing *playing = &programme->playing;
    if (playing->deck != NULL && playing->deck->element.airing == airing) {
        programme_fade_playing(programme, fade_ms);
        return;
    }
    for (int i = 0; i < programme->session_count; i++) {
        struct programme_session *session = &programme->sessions[i];
        for (int k = 0; k < session->deck_count; k++) {
            struct deck *deck = &programme->links.decks[session->decks[k]];
            if (deck->element.airing == airing) {
                programme_leave_out(programme, deck, PLAYER_STOPPED);
                session->deck_count--;
                memmove(&session->decks[k], &session->decks[k + 1],
                        (size_t)(session->deck_count - k) * sizeof session->decks[0]);
                return;
            }
        }
    }
}

/* Control counts too, and later than we do: there is always room. */
static void begin_session(struct programme *programme, const struct player_session *begin) {
    struct programme_session *session = &programme->sessions[programme->session_count++];
    *session = (struct programme_session){
        .id = begin->id, .permit = begin->permit, .zones = begin->zones, .start = begin->start};
}

void programme_take_commands(struct programme *programme) {
    struct command command;
    while (ring_get(programme->links.commands, &command, 1) == 1) {
        struct programme_session *session = programme_find(programme, command.session);
        switch (command.kind) {
        case COMMAND_BEGIN:
            begin_session(programme, &command.begin);
            break;
        case COMMAND_STOP:
            stop_session(programme, session, command.fade_ms);
            break;
        case COMMAND_STOP_AIRING:
            stop_airing(programme, command.airing, command.fade_ms);
            break;
        case COMMAND_PERMIT:
            if (session != NULL) {
                session->permit = command.begin.permit;
            }
            break;
        case COMMAND_ADD:
        case COMMAND_FINISH:
        case COMMAND_QUIT:
            break;
        }
    }
}

void programme_take_arrivals(struct programme *programme) {
    struct arrival arrival;
    while (passages_have_room(&programme->passages) &&
           ring_peek(programme->links.arrivals, &arrival)) {
        struct programme_session *session = programme_find(programme, arrival.session);
        if (session == NULL) {
            return; /* its COMMAND_BEGIN is on the way */
        }
        ring_skip(programme->links.arrivals, 1);
        if (arrival.deck < 0) {
            session->no_more = true;
        } else if (session->over) {
            programme_leave_out(programme, &programme->links.decks[arrival.deck], session->reason);
        } else {
            session->decks[session->deck_count++] = arrival.deck;
        }
    }
}

/* ---- permits ---- */

/* Asked at every turn, by the clocks of this instant. */
void programme_check_permits(struct programme *programme) {
    for (int i = 0; i < programme->session_count; i++) {
        struct programme_session *session = &programme->sessions[i];
        const struct instant *now = &programme->now;
        if (session->over ||
            permit_allows(&session->permit, now->wall, now->boot, session->zones)) {
            continue;
        }
        /* Frames are written ahead: what is placed need not have begun to sound. */
        bool before = !session->started || now->mono_ns < session->sounds_ns;
        bool too_early = session->permit.id != 0 && before &&
                         walltime_before(now->wall, session->permit.not_before) &&
                         monotime_before(now->boot, session->permit.deadline) &&
                         (session->zones & ~session->permit.zones) == 0;
        if (!too_early) {
            programme->drop_wanted |= i == 0 && session->started;
            programme_end_session(programme, session, PLAYER_PERMIT);
        }
    }
}

int64_t programme_begin_ns(const struct programme *programme,
                           const struct programme_session *session) {
    struct walltime begin = session->start;
    if (walltime_before(begin, session->permit.not_before)) {
        begin = session->permit.not_before;
    }
    return instant_mono_of_wall(&programme->now, begin);
}

/* From this instant on no frame may sound. */
int64_t programme_end_ns(const struct programme *programme,
                         const struct programme_session *session) {
    int64_t wall = instant_mono_of_wall(&programme->now, session->permit.not_after);
    int64_t boot = instant_mono_of_boot(&programme->now, session->permit.deadline);
    return wall < boot ? wall : boot;
}
