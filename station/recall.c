#include "station/recall.h"

#include "base/memory.h"
#include "scheduler/event.h"

#include <inttypes.h>
#include <jansson.h>
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

static int64_t integer(const json_t *event, const char *key) {
    return json_integer_value(json_object_get(event, key));
}

static const char *word(const json_t *event, const char *key) {
    const char *text = json_string_value(json_object_get(event, key));
    return text != NULL ? text : "";
}

static struct walltime instant(const json_t *event, const char *key) {
    const json_t *value = json_object_get(event, key);
    return json_is_integer(value) ? (struct walltime){json_integer_value(value)} : WALLTIME_NEVER;
}

static zone_set zones_of(const json_t *event, const char *key) {
    zone_set zones = 0;
    size_t index;
    const json_t *zone;
    json_array_foreach(json_object_get(event, key), index, zone) {
        json_int_t number = json_integer_value(zone);
        if (number >= 0 && number < 32) {
            zones |= (zone_set)1 << number;
        }
    }
    return zones;
}

static bool key_of(const json_t *event, struct occurrence_key *ret_key) {
    return occurrence_parse(word(event, "occ"), ret_key, NULL);
}

static bool same(const struct occurrence_key *a, const struct occurrence_key *b) {
    return a->series == b->series && a->origin == b->origin && occurrence_compare(a, b) == 0;
}

static struct director_occurrence *find_open(struct recall *recall,
                                             const struct occurrence_key *key) {
    for (size_t i = recall->open_count; i != 0; i--) {
        if (same(&recall->open[i - 1].key, key)) {
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

static void feed_planned(struct recall *recall, const json_t *event) {
    struct director_occurrence occurrence = {.verdict = PLAN_AIRS, .delay = REASON_POWER};
    const json_t *segment = json_object_get(event, "segment");
    if (!key_of(event, &occurrence.key)) {
        return;
    }
    occurrence.segment = integer(segment, "id");
    occurrence.start = instant(event, "start_us");
    occurrence.end = instant(event, "end_us");
    occurrence.grace_us = integer(event, "grace_us");
    occurrence.zones = zones_of(event, "zones");
    if (!broadcast_class_parse(word(segment, "class"), &occurrence.class)) {
        occurrence.class = CLASS_NORMAL;
    }
    recall->open =
        memory_room(recall->open, recall->open_count, &recall->open_capacity, sizeof *recall->open);
    recall->open[recall->open_count++] = occurrence;
}

static void feed_moved(struct recall *recall, const json_t *event) {
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
        if (!airing->closed || !same(&airing->occ, key)) {
            recall->airings[kept++] = *airing;
        }
    }
    recall->airings_count = kept;
}

static void feed_outcome(struct recall *recall, const json_t *event) {
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

static void feed_opened(struct recall *recall, const json_t *event) {
    struct recall_airing airing = {.id = integer(event, "seq"),
                                   .position = (int32_t)integer(event, "position"),
                                   .item = integer(json_object_get(event, "item"), "id"),
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

static void feed_closed(struct recall *recall, const json_t *event) {
    struct recall_airing *airing = find_airing(recall, integer(event, "airing"));
    if (airing == NULL) {
        return;
    }
    airing->closed = true;
    airing->first = instant(event, "first_us");
    airing->last = instant(event, "last_us");
    airing->frames = integer(event, "frames");
    if (!airing_end_parse(word(event, "reason"), &airing->end)) {
        airing->end = AIRING_SILENT;
    }
    if (airing->frames > 0 && airing->first.us != WALLTIME_NEVER.us && recall->zone != NULL) {
        rotation_history_record(&recall->history, airing->item, airing->first,
                                zone_civil(recall->zone, airing->first).date);
    }
    if (airing->occ.origin != 's') { /* nothing will be settled by it */
        *airing = recall->airings[--recall->airings_count];
    }
}

static void feed_number(struct recall *recall, const json_t *event) {
    struct occurrence_key key;
    if (key_of(event, &key) && key.origin > 0 &&
        key.series > recall->last_number[(int)key.origin]) {
        recall->last_number[(int)key.origin] = key.series;
    }
}

static void feed_permit(struct recall *recall, const json_t *event) {
    int64_t permit = integer(event, "permit");
    if (permit > (int64_t)recall->last_permit) {
        recall->last_permit = (uint64_t)permit;
    }
    feed_number(recall, event);
}

static void feed_hold(struct recall *recall, const json_t *event) {
    recall->holding = true;
    recall->hold_until = instant(event, "until_us");
    snprintf(recall->hold_by, sizeof recall->hold_by, "%s", word(event, "by"));
}

static void feed_resumed(struct recall *recall, const json_t *event) {
    (void)event;
    recall->holding = false;
}

static void feed_restored(struct recall *recall, const json_t *event) {
    recall->restored_from = instant(event, "from_us");
    recall->restored_to = instant(event, "to_us");
}

/* The latest believed time, and the epoch, that every event tells. */
static void feed_stamp(struct recall *recall, const json_t *event) {
    int64_t epoch = integer(event, "epoch");
    struct walltime at = instant(event, "at_us");
    bool believed = strcmp(word(event, "trust"), "untrusted") != 0;
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
        void (*feed)(struct recall *recall, const json_t *event);
    } feeders[] = {
        {"planned", feed_planned}, {"moved", feed_moved},     {"outcome", feed_outcome},
        {"opened", feed_opened},   {"closed", feed_closed},   {"permit", feed_permit},
        {"hold", feed_hold},       {"resumed", feed_resumed}, {"restored", feed_restored},
    };
    json_error_t error;
    json_t *event = json_loadb(bytes, size, 0, &error);
    if (!json_is_object(event) || integer(event, "v") != 1 || integer(event, "seq") < 1) {
        json_decref(event);
        return fail_set(why, FAIL_CORRUPT,
                        "an event of the diary after number %" PRId64
                        " cannot be read: 'loaxa diary verify' says more",
                        recall->last_seq);
    }
    const char *type = word(event, "type");
    for (size_t i = 0; i < sizeof feeders / sizeof *feeders; i++) {
        if (strcmp(type, feeders[i].type) == 0) {
            feeders[i].feed(recall, event);
        }
    }
    feed_stamp(recall, event);
    json_decref(event);
    return true;
}
