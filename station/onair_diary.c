#include "station/onair_session.h"

#include "base/memory.h"
#include "base/words.h"
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct event onair_event(const struct onair *onair, enum event_type type) {
    return (struct event){.type = type,
                          .stamp = {.at = onair->moment.wall,
                                    .boot_time = onair->moment.mono,
                                    .boot = onair->boot,
                                    .epoch = onair->epoch,
                                    .trust = director_trust(onair->director)}};
}

int64_t onair_append(struct onair *onair, const struct event *event) {
    return onair->ports.diary.append(onair->ports.diary.self, event);
}

void onair_note_incident(struct onair *onair, const char *kind, int zone, const char *words) {
    struct event event = onair_event(onair, EVENT_INCIDENT);
    event.incident.kind = kind;
    event.incident.zone = zone;
    event.words = words;
    onair_append(onair, &event);
    snprintf(onair->last_incident, sizeof onair->last_incident, "%s", words);
}

void onair_close(struct onair *onair, const struct part *part, const struct air_event *measured,
                 zone_set zones, zone_set silent, zone_set fault) {
    struct event event = onair_event(onair, EVENT_CLOSED);
    bool sounded = part->frames > 0;
    event.occ = part->occ;
    event.closed.airing = part->airing;
    event.closed.first = sounded ? part->first : WALLTIME_NEVER;
    event.closed.last = sounded ? part->last : WALLTIME_NEVER;
    event.closed.frames = part->frames;
    event.closed.rate = measured != NULL ? measured->rate : 0;
    event.closed.lost_frames = measured != NULL ? measured->lost_frames : 0;
    event.closed.peak_mdb = sounded && measured != NULL ? measured->peak_mdb : EVENT_NO_LEVEL;
    event.closed.loudness_mdb =
        sounded && measured != NULL ? measured->loudness_mdb : EVENT_NO_LEVEL;
    event.closed.zones = zones;
    event.closed.silent = sounded ? silent : zones;
    event.closed.fault = fault;
    event.closed.reason = part->end;
    onair_append(onair, &event);
    if (sounded && onair->programme != NULL) {
        rotation_history_record(&onair->history, part->item, part->first,
                                zone_civil(onair->programme->zone, part->first).date);
    }
    onair->parts =
        memory_room(onair->parts, onair->parts_count, &onair->parts_capacity, sizeof *onair->parts);
    onair->parts[onair->parts_count++] = *part;
}

/* "aired in part: the station did not run". */
static void usual_words(enum outcome outcome, enum outcome_reason reason, char *words,
                        size_t size) {
    if (reason == REASON_NONE) {
        snprintf(words, size, "%s", outcome_text(outcome));
    } else {
        snprintf(words, size, "%s: %s", outcome_text(outcome), outcome_reason_text(reason));
    }
}

/* The instants and numbers of an occurrence's airings. */
struct sum {
    struct outcome_parts parts;
    struct walltime first, last;
    int64_t *airings;
    size_t count;
};

/* In the order of their opening; they ended in any. */
static void insert(struct sum *sum, int64_t airing) {
    size_t at = sum->count++;
    while (at != 0 && sum->airings[at - 1] > airing) {
        sum->airings[at] = sum->airings[at - 1];
        at--;
    }
    sum->airings[at] = airing;
}

static void add_up(const struct onair *onair, const struct occurrence_key *key, struct sum *sum) {
    int64_t first = 0;
    int64_t last = 0;
    *sum = (struct sum){.first = WALLTIME_NEVER, .last = WALLTIME_NEVER};
    sum->airings = memory_new((onair->parts_count + 1) * sizeof *sum->airings);
    for (size_t i = 0; i < onair->parts_count; i++) {
        const struct part *part = &onair->parts[i];
        if (!occurrence_same(&part->occ, key)) {
            continue;
        }
        if (part->airing != 0) {
            insert(sum, part->airing);
        }
        if (part->frames > 0) { /* the first and the last that were opened, in whatever order */
            if (first == 0 || part->airing < first) {
                first = part->airing;
                sum->first = part->first;
            }
            if (part->airing > last) {
                last = part->airing;
                sum->last = part->last;
            }
        }
        if (part->airing == 0) {
            outcome_add_refused(&sum->parts, part->cause);
        } else {
            outcome_add_airing(&sum->parts, part->end, part->frames, part->cause);
        }
    }
}

static void forget(struct onair *onair, const struct occurrence_key *key) {
    size_t kept = 0;
    for (size_t i = 0; i < onair->parts_count; i++) {
        if (!occurrence_same(&onair->parts[i].occ, key)) {
            onair->parts[kept++] = onair->parts[i];
        }
    }
    onair->parts_count = kept;
}

static void write_outcome(struct onair *onair, const struct director_occurrence *occurrence,
                          enum outcome outcome, enum outcome_reason reason, const struct sum *sum,
                          const char *words) {
    char usual[256];
    struct event event = onair_event(onair, EVENT_OUTCOME);
    event.occ = occurrence->key;
    event.outcome.outcome = outcome;
    event.outcome.reason = reason;
    event.outcome.start = occurrence->start;
    event.outcome.end = occurrence->end;
    event.outcome.first = sum->first;
    event.outcome.last = sum->last;
    event.outcome.airings = sum->airings;
    event.outcome.airings_count = sum->count;
    if (words == NULL || words[0] == '\0') {
        usual_words(outcome, reason, usual, sizeof usual);
        words = usual;
    }
    event.words = words;
    onair_append(onair, &event);
    forget(onair, &occurrence->key);
}

void onair_write_outcome(struct onair *onair, const struct director_occurrence *occurrence,
                         enum outcome outcome, enum outcome_reason reason, const char *words) {
    struct sum sum;
    add_up(onair, &occurrence->key, &sum);
    write_outcome(onair, occurrence, outcome, reason, &sum, words);
    free(sum.airings);
}

void onair_settle(struct onair *onair, const struct director_occurrence *occurrence, bool resumed,
                  enum outcome_reason cause, const char *words) {
    struct sum sum;
    add_up(onair, &occurrence->key, &sum);
    if (occurrence->key.origin != 's') {
        forget(onair, &occurrence->key); /* reported beside the sum, without outcome */
        free(sum.airings);
        return;
    }
    sum.parts.late =
        sum.first.us != WALLTIME_NEVER.us && sum.first.us > occurrence->start.us + ONAIR_ON_TIME_US;
    if (resumed) {
        outcome_add_refused(&sum.parts, REASON_POWER); /* what the restart swallowed */
    } else if (cause != REASON_NONE) {
        outcome_add_refused(&sum.parts, cause); /* what did not come to its turn */
    }
    enum outcome_reason reason;
    enum outcome outcome = outcome_of_parts(&sum.parts, &reason);
    write_outcome(onair, occurrence, outcome, reason, &sum, words);
    free(sum.airings);
}
