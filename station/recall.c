#include "station/recall.h"

#include "base/memory.h"
#include "scheduler/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void recall_init(struct recall *recall, const struct zone *zone) {
    *recall = (struct recall){.zone = zone, .hold_until = {0}};
}

void recall_finish(struct recall *recall) {
    free(recall->open);
    free(recall->over);
    free(recall->airings);
    rotation_history_finish(&recall->history);
    *recall = (struct recall){0};
}

/* An event's canonical bytes. They are read where they stand: a key between quotes with a colon
 * behind it can only be a key, since quotes inside a text are escaped, and each of the keys asked
 * for here stands once in an event (inside `item` and `segment`: `id`). */
struct reading {
    const char *bytes;
    size_t size;
};

enum { WORD_SIZE = 96 };

/* What stands behind a key; NULL where it is missing. */
static const char *value_of(const struct reading *event, const char *key, size_t *ret_left) {
    char pattern[32];
    int length = snprintf(pattern, sizeof pattern, "\"%s\":", key);
    const char *at = memmem(event->bytes, event->size, pattern, (size_t)length);
    if (at == NULL) {
        return NULL;
    }
    at += length;
    *ret_left = (size_t)(event->bytes + event->size - at);
    return *ret_left != 0 ? at : NULL;
}

/* A whole number at `at`; false where there is none, or one beyond all bounds. */
static bool whole(const char *at, size_t left, int64_t *ret_value) {
    bool minus = left != 0 && *at == '-';
    size_t digits = 0;
    int64_t value = 0;
    for (at += minus, left -= minus; digits < left && at[digits] >= '0' && at[digits] <= '9';
         digits++) {
        if (digits == 18) {
            return false;
        }
        value = value * 10 + (at[digits] - '0');
    }
    *ret_value = minus ? -value : value;
    return digits != 0;
}

static int64_t integer(const struct reading *event, const char *key) {
    size_t left;
    int64_t value;
    const char *at = value_of(event, key, &left);
    return at != NULL && whole(at, left, &value) ? value : 0;
}

/* A text without its escapes undone, cut at WORD_SIZE; "" where there is none. */
static const char *word(const struct reading *event, const char *key, char text[WORD_SIZE]) {
    size_t left = 0;
    size_t length = 0;
    const char *at = value_of(event, key, &left);
    if (at != NULL && *at == '"') {
        while (length + 1 < left && length < WORD_SIZE - 1 && at[length + 1] != '"') {
            text[length] = at[length + 1];
            length++;
        }
    }
    text[length] = '\0';
    return text;
}

static struct walltime instant(const struct reading *event, const char *key) {
    size_t left;
    int64_t value;
    const char *at = value_of(event, key, &left);
    return at != NULL && whole(at, left, &value) ? (struct walltime){value} : WALLTIME_NEVER;
}

static zone_set zones_of(const struct reading *event, const char *key) {
    zone_set zones = 0;
    size_t left = 0;
    const char *at = value_of(event, key, &left);
    while (at != NULL && left > 1 && (*at == '[' || *at == ',')) {
        int64_t number;
        at++;
        left--;
        if (!whole(at, left, &number) || number < 0 || number > 31) {
            break;
        }
        zones |= (zone_set)1 << number;
        while (left != 0 && *at >= '0' && *at <= '9') {
            at++;
            left--;
        }
    }
    return zones;
}

static bool key_of(const struct reading *event, struct occurrence_key *ret_key) {
    char text[WORD_SIZE];
    return occurrence_parse(word(event, "occ", text), ret_key, NULL);
}

static struct director_occurrence *find_open(struct recall *recall,
                                             const struct occurrence_key *key) {
    for (size_t i = recall->open_count; i != 0; i--) {
        if (occurrence_same(&recall->open[i - 1].key, key)) {
            return &recall->open[i - 1];
        }
    }
    return NULL;
}

static struct recall_airing *find_airing(struct recall *recall, int64_t id) {
    for (size_t i = recall->airings_count; i != 0; i--) {
        if (recall->airings[i - 1].id == id) {
            return &recall->airings[i - 1];
        }
    }
    return NULL;
}

static void feed_planned(struct recall *recall, const struct reading *event) {
    struct director_occurrence occurrence = {.verdict = PLAN_AIRS, .delay = REASON_POWER};
    char class[WORD_SIZE];
    if (!key_of(event, &occurrence.key)) {
        return;
    }
    occurrence.segment = integer(event, "id");
    occurrence.start = instant(event, "start_us");
    occurrence.end = instant(event, "end_us");
    occurrence.grace_us = integer(event, "grace_us");
    occurrence.zones = zones_of(event, "zones");
    if (!broadcast_class_parse(word(event, "class", class), &occurrence.class)) {
        occurrence.class = CLASS_NORMAL;
    }
    recall->open =
        memory_room(recall->open, recall->open_count, &recall->open_capacity, sizeof *recall->open);
    recall->open[recall->open_count++] = occurrence;
}

static void feed_moved(struct recall *recall, const struct reading *event) {
    struct occurrence_key key;
    struct director_occurrence *occurrence;
    if (key_of(event, &key) && (occurrence = find_open(recall, &key)) != NULL) {
        occurrence->start = instant(event, "start_us");
        occurrence->end = instant(event, "end_us");
    }
}

static void forget_airings(struct recall *recall, const struct occurrence_key *key) {
    size_t kept = 0;
    for (size_t i = 0; i < recall->airings_count; i++) {
        const struct recall_airing *airing = &recall->airings[i];
        if (!airing->closed || !occurrence_same(&airing->occ, key)) {
            recall->airings[kept++] = *airing;
        }
    }
    recall->airings_count = kept;
}

static void feed_outcome(struct recall *recall, const struct reading *event) {
    struct occurrence_key key;
    if (!key_of(event, &key)) {
        return;
    }
    struct director_occurrence *occurrence = find_open(recall, &key);
    if (occurrence != NULL) {
        *occurrence = recall->open[--recall->open_count];
    }
    recall->over =
        memory_room(recall->over, recall->over_count, &recall->over_capacity, sizeof *recall->over);
    recall->over[recall->over_count++] = key;
    forget_airings(recall, &key);
}

static void feed_opened(struct recall *recall, const struct reading *event) {
    struct recall_airing airing = {.id = integer(event, "seq"),
                                   .position = (int32_t)integer(event, "position"),
                                   .item = integer(event, "id"),
                                   .zones = zones_of(event, "zones"),
                                   .planned = instant(event, "planned_us"),
                                   .first = WALLTIME_NEVER,
                                   .last = WALLTIME_NEVER};
    if (!key_of(event, &airing.occ)) {
        return;
    }
    recall->airings = memory_room(recall->airings, recall->airings_count, &recall->airings_capacity,
                                  sizeof *recall->airings);
    recall->airings[recall->airings_count++] = airing;
    struct director_occurrence *occurrence = find_open(recall, &airing.occ);
    if (occurrence != NULL) {
        occurrence->begun = true;
    }
}

static void feed_closed(struct recall *recall, const struct reading *event) {
    char reason[WORD_SIZE];
    struct recall_airing *airing = find_airing(recall, integer(event, "airing"));
    if (airing == NULL) {
        return;
    }
    airing->closed = true;
    airing->first = instant(event, "first_us");
    airing->last = instant(event, "last_us");
    airing->frames = integer(event, "frames");
    if (!airing_end_parse(word(event, "reason", reason), &airing->end)) {
        airing->end = AIRING_SILENT;
    }
    if (airing->frames > 0 && airing->first.us != WALLTIME_NEVER.us && recall->zone != NULL) {
        rotation_history_record(&recall->history, airing->item, airing->first,
                                zone_civil(recall->zone, airing->first).date);
    }
    if (airing->occ.origin != 's') { /* nothing will be settled by it */
        struct occurrence_key occ = airing->occ;
        forget_airings(recall, &occ);
    }
}

static void feed_number(struct recall *recall, const struct reading *event) {
    struct occurrence_key key;
    const int64_t most = INT64_C(1) << 53; /* far from where counting on would overflow */
    if (key_of(event, &key) && key.origin > 0 && key.series < most &&
        key.series > recall->last_number[(int)key.origin]) {
        recall->last_number[(int)key.origin] = key.series;
    }
}

static void feed_permit(struct recall *recall, const struct reading *event) {
    int64_t permit = integer(event, "permit");
    if (permit > (int64_t)recall->last_permit) {
        recall->last_permit = (uint64_t)permit;
    }
    feed_number(recall, event);
}

static void feed_hold(struct recall *recall, const struct reading *event) {
    recall->holding = true;
    recall->hold_until = instant(event, "until_us");
}

static void feed_resumed(struct recall *recall, const struct reading *event) {
    (void)event;
    recall->holding = false;
}

static void feed_restored(struct recall *recall, const struct reading *event) {
    recall->restored_from = instant(event, "from_us");
    recall->restored_to = instant(event, "to_us");
}

/* The latest believed time, and the epoch, that every event tells. */
static void feed_stamp(struct recall *recall, const struct reading *event) {
    int64_t epoch = integer(event, "epoch");
    struct walltime at = instant(event, "at_us");
    char trust[WORD_SIZE];
    bool believed = strcmp(word(event, "trust", trust), "untrusted") != 0;
    if (epoch > recall->epoch) {
        recall->epoch = epoch;
        recall->last_at = recall->lived_until = (struct walltime){0};
    }
    if (believed && at.us > recall->last_at.us && at.us != WALLTIME_NEVER.us) {
        recall->last_at = recall->lived_until = at;
    }
    recall->last_seq = integer(event, "seq");
    recall->events++;
}

bool recall_feed(struct recall *recall, const char *bytes, size_t size, struct fail *why) {
    static const struct {
        const char *type;
        void (*feed)(struct recall *recall, const struct reading *event);
    } feeders[] = {
        {"planned", feed_planned}, {"moved", feed_moved},     {"outcome", feed_outcome},
        {"opened", feed_opened},   {"closed", feed_closed},   {"permit", feed_permit},
        {"hold", feed_hold},       {"resumed", feed_resumed}, {"restored", feed_restored},
    };
    const struct reading own = {bytes, size};
    const struct reading *event = &own;
    char type[WORD_SIZE];
    if (size < 2 || bytes[0] != '{' || bytes[size - 1] != '}' || integer(event, "v") != 1 ||
        integer(event, "seq") < 1) {
        return fail_set(why, FAIL_CORRUPT,
                        "an event of the diary after number %" PRId64
                        " cannot be read: 'loaxa diary verify' says more",
                        recall->last_seq);
    }
    word(event, "type", type);
    for (size_t i = 0; i < sizeof feeders / sizeof *feeders; i++) {
        if (strcmp(type, feeders[i].type) == 0) {
            feeders[i].feed(recall, event);
        }
    }
    feed_stamp(recall, event);
    return true;
}
