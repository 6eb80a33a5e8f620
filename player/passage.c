#include "player/passage.h"

#include "player/deck.h"

/* For faults and the like, which cannot wait as these do. */
enum { NOTES_KEPT_FREE = 32 };

bool passages_have_room(const struct passages *passages) {
    int free_slots = 0;
    for (int i = 0; i < PASSAGE_AIRINGS; i++) {
        free_slots += passages->airings[i].airing == 0;
    }
    return free_slots > DECKS && passages->count <= PASSAGE_RUNS - 3 * (DECKS + 1);
}

bool passages_are_empty(const struct passages *passages) {
    return passages->count == 0;
}

static struct passage_run *add_run(struct passages *passages, enum run_kind kind) {
    int last = (passages->first + passages->count - 1 + PASSAGE_RUNS) % PASSAGE_RUNS;
    int64_t end = passages->count > 0 ? passages->runs[last].end : 0;
    struct passage_run *run = &passages->runs[(last + 1) % PASSAGE_RUNS];
    passages->count++;
    *run = (struct passage_run){.kind = kind, .first = end, .end = end};
    return run;
}

int passages_open(struct passages *passages, uint64_t session, uint64_t airing) {
    int slot = 0;
    while (slot < PASSAGE_AIRINGS - 1 && passages->airings[slot].airing != 0) {
        slot++;
    }
    passages->airings[slot] = (struct passage_airing){.session = session, .airing = airing};
    return slot;
}

void passages_sound(struct passages *passages, int slot, int64_t first, int64_t frames) {
    if (frames == 0) {
        return;
    }
    int last = (passages->first + passages->count - 1 + PASSAGE_RUNS) % PASSAGE_RUNS;
    struct passage_run *run = &passages->runs[last];
    if (passages->count > 0 && run->kind == RUN_SOUND && run->slot == slot && run->end == first) {
        run->end += frames;
        return;
    }
    run = add_run(passages, RUN_SOUND);
    run->slot = slot;
    run->first = first;
    run->end = first + frames;
}

void passages_lose(struct passages *passages, int slot, int64_t frames) {
    passages->airings[slot].lost += frames;
}

void passages_close(struct passages *passages, int slot, enum player_reason reason) {
    struct passage_run *run = add_run(passages, RUN_AIRING_END);
    run->slot = slot;
    run->reason = reason;
}

void passages_end_session(struct passages *passages, uint64_t session, enum player_reason reason) {
    struct passage_run *run = add_run(passages, RUN_SESSION_END);
    run->session = session;
    run->reason = reason;
}

static struct walltime wall_of_frame(const struct timeline *timeline, const struct instant *now,
                                     int64_t frame) {
    /* An end with no frame before it on this card is one of now. */
    return timeline->observations > 0 && frame > 0
               ? instant_wall_of_mono(now, timeline_instant_ns(timeline, frame))
               : now->wall;
}

static void say_started(struct passage_airing *airing, struct walltime at, struct ring *notes) {
    struct note note = {
        .kind = NOTE_STARTED, .session = airing->session, .airing = airing->airing, .at = at};
    ring_put(notes, &note, 1);
    airing->started = true;
}

static void say_ended(struct passages *passages, const struct passage_run *run, struct walltime at,
                      struct ring *notes) {
    struct passage_airing *airing = &passages->airings[run->slot];
    struct note note = {.kind = NOTE_ENDED,
                        .session = airing->session,
                        .airing = airing->airing,
                        .at = at,
                        .frames = airing->delivered,
                        .lost = airing->lost,
                        .rate = passages->rate,
                        .reason = run->reason};
    ring_put(notes, &note, 1);
    airing->airing = 0;
}

/* False while the run has not sounded to its end. */
static bool settle_run(struct passages *passages, struct passage_run *run, int64_t sounded,
                       const struct timeline *timeline, const struct instant *now,
                       struct ring *notes) {
    struct passage_airing *airing = &passages->airings[run->slot];
    if (run->kind == RUN_SOUND) {
        if (sounded <= run->first) {
            return false;
        }
        if (!airing->started) {
            say_started(airing, wall_of_frame(timeline, now, run->first), notes);
        }
        int64_t until = sounded < run->end ? sounded : run->end;
        airing->delivered += until - run->first;
        run->first = until;
        return run->first == run->end;
    }
    if (sounded < run->end) {
        return false;
    }
    struct walltime at = wall_of_frame(timeline, now, run->end);
    if (run->kind == RUN_AIRING_END) {
        say_ended(passages, run, at, notes);
    } else {
        struct note note = {
            .kind = NOTE_SESSION_ENDED, .session = run->session, .at = at, .reason = run->reason};
        ring_put(notes, &note, 1);
    }
    return true;
}

void passages_settle(struct passages *passages, int64_t sounded, const struct timeline *timeline,
                     const struct instant *now, struct ring *notes) {
    while (passages->count > 0 && ring_space(notes) >= NOTES_KEPT_FREE) {
        if (!settle_run(passages, &passages->runs[passages->first], sounded, timeline, now,
                        notes)) {
            return;
        }
        passages->first = (passages->first + 1) % PASSAGE_RUNS;
        passages->count--;
    }
}

bool passages_part(const struct passages *passages, int *index, int64_t from, int64_t to,
                   struct passage_part *ret_part) {
    while (*index < passages->count) {
        const struct passage_run *run =
            &passages->runs[(passages->first + (*index)++) % PASSAGE_RUNS];
        int64_t first = run->first > from ? run->first : from;
        int64_t end = run->end < to ? run->end : to;
        if (run->kind == RUN_SOUND && first < end) {
            *ret_part = (struct passage_part){first, end, passages->airings[run->slot].airing};
            return true;
        }
    }
    return false;
}

/* An airing whose last frames were lost did not complete. */
static void mark_end_lost(struct passages *passages, int slot, int from) {
    for (int i = from; i < passages->count; i++) {
        struct passage_run *run = &passages->runs[(passages->first + i) % PASSAGE_RUNS];
        if (run->kind == RUN_AIRING_END && run->slot == slot &&
            (run->reason == PLAYER_COMPLETED || run->reason == PLAYER_CUT)) {
            run->reason = PLAYER_DEVICE;
        }
    }
}

void passages_cut(struct passages *passages, int64_t sounded, const struct timeline *timeline,
                  const struct instant *now, struct ring *notes) {
    passages_settle(passages, sounded, timeline, now, notes);
    int kept = 0;
    for (int i = 0; i < passages->count; i++) {
        struct passage_run run = passages->runs[(passages->first + i) % PASSAGE_RUNS];
        if (run.kind == RUN_SOUND) {
            passages_lose(passages, run.slot, run.end - run.first);
            mark_end_lost(passages, run.slot, i);
            continue;
        }
        run.first = run.end = 0; /* the ends alone stay, and have been reached */
        passages->runs[(passages->first + kept++) % PASSAGE_RUNS] = run;
    }
    passages->count = kept;
}
