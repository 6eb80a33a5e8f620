#include "player/mixing.h"

#include "player/fade.h"

#include <math.h>
#include <string.h>

static bool take_deck(struct programme *programme, struct programme_session *session) {
    struct playing *playing = &programme->playing;
    if (playing->deck != NULL) {
        return true;
    }
    if (session->deck_count == 0 || !passages_have_room(&programme->passages)) {
        return false;
    }
    struct deck *deck = &programme->links.decks[session->decks[0]];
    if (!deck_is_ready(deck)) {
        return false;
    }
    session->deck_count--;
    memmove(&session->decks[0], &session->decks[1],
            (size_t)session->deck_count * sizeof session->decks[0]);
    if (deck->rate != programme->rate || deck->channels != programme->channels) {
        programme_leave_out(programme, deck,
                            PLAYER_DEVICE); /* loaded for the card that was here before */
        return false;
    }
    *playing = (struct playing){
        .deck = deck,
        .slot = passages_open(&programme->passages, deck->session, deck->element.airing),
        .gap_left = programme_frames_of_ms(programme, deck->element.gap_ms)};
    return true;
}

void mixing_skip_owed(struct programme *programme, struct programme_session *session) {
    while (programme->owed > 0 && take_deck(programme, session)) {
        struct playing *playing = &programme->playing;
        struct deck *deck = playing->deck;
        int64_t gap = playing->gap_left < programme->owed ? playing->gap_left : programme->owed;
        playing->gap_left -= gap;
        programme->owed -= gap;
        int end = atomic_load_explicit(&deck->end, memory_order_acquire);
        int64_t there = (int64_t)(ring_count(&deck->samples) / deck->channels);
        int64_t skipped = there < programme->owed ? there : programme->owed;
        ring_skip(&deck->samples, (size_t)skipped * deck->channels);
        passages_lose(&programme->passages, playing->slot, skipped);
        playing->position += skipped;
        programme->owed -= skipped;
        programme->poke_feeder |= skipped > 0;
        if (end != 0 && skipped == there) {
            programme_close_playing(programme,
                                    skipped > 0 ? PLAYER_DEVICE : (enum player_reason)(end - 1));
        } else if (programme->owed > 0) {
            return; /* the feeder is behind */
        }
    }
}

static void fade_stretch(struct programme *programme, struct programme_session *session,
                         float *samples, int64_t frames, int64_t left_after, bool end_known) {
    struct playing *playing = &programme->playing;
    const struct player_element *element = &playing->deck->element;
    uint32_t channels = programme->channels;
    fade_in(samples, (size_t)frames, channels, playing->position,
            programme_frames_of_ms(programme, element->fade_in_ms));
    if (end_known && element->fade_out_ms > 0) {
        fade_out(samples, (size_t)frames, channels, left_after + frames,
                 programme_frames_of_ms(programme, element->fade_out_ms));
    }
    if (playing->fading) {
        fade_out(samples, (size_t)frames, channels, playing->fade_left, playing->fade_length);
    }
    if (session->stopping) {
        fade_out(samples, (size_t)frames, channels, session->fade_left, session->fade_length);
    }
}

/* How much of `wanted` this element may still fill before a fade of it has ended. */
static int64_t until_faded(const struct programme *programme,
                           const struct programme_session *session, int64_t wanted) {
    const struct playing *playing = &programme->playing;
    if (playing->fading && playing->fade_left < wanted) {
        wanted = playing->fade_left;
    }
    if (session->stopping && session->fade_left < wanted) {
        wanted = session->fade_left;
    }
    return wanted;
}

/* Fills frames [at, until) from the element that plays; returns how many were filled. Closes the
 * element at its end. */
static int64_t mix_element(struct programme *programme, struct programme_session *session,
                           const struct stretch *stretch, int64_t at, int64_t until) {
    struct playing *playing = &programme->playing;
    struct deck *deck = playing->deck;
    uint32_t channels = programme->channels;
    if (playing->gap_left > 0) {
        int64_t gap = playing->gap_left < until - at ? playing->gap_left : until - at;
        playing->gap_left -= gap;
        return gap;
    }
    int end = atomic_load_explicit(&deck->end, memory_order_acquire);
    int64_t there = (int64_t)(ring_count(&deck->samples) / channels);
    int64_t wanted = until_faded(programme, session, until - at);
    int64_t frames = there < wanted ? there : wanted;
    float *samples = stretch->samples + at * channels;
    ring_get(&deck->samples, samples, (size_t)frames * channels);
    fade_stretch(programme, session, samples, frames, there - frames, end != 0);
    passages_sound(&programme->passages, playing->slot, stretch->first + at, frames);
    playing->position += frames;
    playing->fade_left -= playing->fading ? frames : 0;
    session->fade_left -= session->stopping ? frames : 0;
    /* Woken at half, the feeder works seldom and long. */
    programme->poke_feeder |= end == 0 && ring_count(&deck->samples) < (deck->samples.mask + 1) / 2;
    if (playing->fading && playing->fade_left == 0) {
        programme_close_playing(programme, PLAYER_STOPPED);
    } else if (end != 0 && frames == there) {
        programme_close_playing(programme, (enum player_reason)(end - 1));
    } else if (frames < wanted && !programme->starving) {
        programme->starving = true;
        programme_note_fault(programme, PLAYER_FAULT_STARVED, 0, "");
    } else if (frames == wanted) {
        programme->starving = false;
    }
    return frames;
}

static bool is_faded_out(const struct programme *programme,
                         const struct programme_session *session) {
    return session->fade_left == 0 || programme->playing.deck == NULL ||
           programme->playing.gap_left > 0;
}

/* Of an element that the feeder had loaded, but this thread not yet seen, when it was withdrawn. */
static void notice_withdrawal(struct programme *programme) {
    int cancelled = atomic_load_explicit(&programme->playing.deck->cancelled, memory_order_relaxed);
    if (cancelled != 0) {
        programme_fade_playing(programme, (uint32_t)cancelled - 1);
    }
}

/* Fills from frame `at` on; returns where it stopped: at the end, at the session's end, or where
 * nothing is there to play yet. */
static int64_t mix_session(struct programme *programme, struct programme_session *session,
                           const struct stretch *stretch, int64_t at) {
    int64_t limit = programme_frames_of_ns(programme, programme_end_ns(programme, session) -
                                                          stretch->instant_ns);
    int64_t until = limit < stretch->frames ? limit : stretch->frames;
    while (!session->over) {
        if (at >= limit) {
            programme_end_session(programme, session, PLAYER_PERMIT);
            break;
        }
        if (session->stopping && is_faded_out(programme, session)) {
            programme_end_session(programme, session, PLAYER_STOPPED);
            break;
        }
        if (at >= until) {
            break;
        }
        if (programme->owed > 0) {
            mixing_skip_owed(programme, session);
        }
        if (!take_deck(programme, session)) {
            if (session->no_more && session->deck_count == 0) {
                programme_end_session(programme, session, PLAYER_COMPLETED);
            }
            break;
        }
        if (programme->owed > 0) {
            programme->owed += until - at; /* it gets later while it is silent */
            break;
        }
        notice_withdrawal(programme);
        if (programme->playing.gap_left > 0 && programme->playing.fading) {
            programme_close_playing(programme, PLAYER_STOPPED);
            continue;
        }
        int64_t filled = mix_element(programme, session, stretch, at, until);
        at += filled;
        if (filled == 0 && programme->playing.deck != NULL) {
            break; /* starved */
        }
    }
    return at;
}

void mixing_fill(struct programme *programme, const struct stretch *stretch) {
    memset(stretch->samples, 0, (size_t)stretch->frames * programme->channels * sizeof(float));
    int64_t at = programme->hold < stretch->frames ? programme->hold : stretch->frames;
    programme->hold -= at;
    while (at < stretch->frames) {
        programme_retire(programme);
        if (programme->session_count == 0 || programme->sessions[0].over) {
            break;
        }
        struct programme_session *session = &programme->sessions[0];
        if (!session->started) {
            int64_t offset = programme_frames_of_ns(
                programme, programme_begin_ns(programme, session) - stretch->instant_ns);
            if (offset >= stretch->frames) {
                break;
            }
            at = offset > at ? offset : at;
            session->started = true;
            session->sounds_ns = stretch->instant_ns + llround((double)at * programme->frame_ns);
        }
        at = mix_session(programme, session, stretch, at);
        if (!session->over) {
            break;
        }
    }
    programme->next_ns =
        stretch->instant_ns + llround((double)stretch->frames * programme->frame_ns);
}

void mixing_catch_up(struct programme *programme, int64_t instant_ns) {
    int64_t behind = programme_frames_of_ns(programme, instant_ns - programme->next_ns);
    bool on_air = programme->session_count > 0 && programme->sessions[0].started;
    programme->lagging = false;
    if (!on_air) {
        programme->owed = programme->hold = 0; /* no programme was under way: nothing is late */
    } else if (behind >= 0) {
        programme->owed += behind;
    } else {
        programme->hold = -behind;
    }
}
