/* The simulation's own watch over what is committed: a quick ledger and the first rules of
 * docs/formats/diary.md. The independent checker judges everything, and by other code. */
#include "base/memory.h"
#include "station/simulation_world.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SETTLE_US (2 * 60 * WALLTIME_SECOND)

/* What stands behind a key of a flat canonical object; NULL where the key is missing. */
static const char *value_of(const char *bytes, size_t size, const char *key) {
    const char *at = memmem(bytes, size, key, strlen(key));
    return at != NULL ? at + strlen(key) : NULL;
}

static void copy_word(const char *at, char word[64]) {
    size_t length = 0;
    while (at != NULL && at[length] != '"' && length < 63) {
        word[length] = at[length];
        length++;
    }
    word[length] = '\0';
}

static uint64_t hash_of(const char *word) {
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *word != '\0'; word++) {
        hash = (hash ^ (unsigned char)*word) * UINT64_C(1099511628211);
    }
    return hash;
}

static struct watched *find(struct world *world, uint64_t occ) {
    for (size_t i = world->watched_count; i != 0; i--) {
        if (world->watched[i - 1].occ == occ) {
            return &world->watched[i - 1];
        }
    }
    return NULL;
}

static void see_planned(struct world *world, const char *occ, int64_t end_us) {
    if (find(world, hash_of(occ)) != NULL) {
        world_breach(world, "%s is planned twice", occ);
        return;
    }
    world->watched = memory_room(world->watched, world->watched_count, &world->watched_capacity,
                                 sizeof *world->watched);
    world->watched[world->watched_count++] = (struct watched){hash_of(occ), false, end_us};
}

static void see_outcome(struct world *world, const char *occ, const char *bytes, size_t size) {
    struct simulation *result = world->result;
    struct watched *watched = find(world, hash_of(occ));
    char word[64];
    enum outcome outcome;
    enum outcome_reason reason;
    if (watched == NULL || watched->over) {
        world_breach(world, "%s has %s", occ,
                     watched == NULL ? "an outcome and was never planned" : "two outcomes");
        return;
    }
    watched->over = true;
    copy_word(value_of(bytes, size, ",\"outcome\":\""), word);
    if (outcome_parse(word, &outcome)) {
        result->outcomes[outcome]++;
    }
    copy_word(value_of(bytes, size, "\"reason\":\""), word);
    if (outcome_reason_parse(word, &reason)) {
        result->reasons[reason]++;
    }
}

void world_watch(struct world *world, const char *bytes, size_t size) {
    char type[64];
    char occ[64];
    copy_word(value_of(bytes, size, "\"type\":\""), type);
    copy_word(value_of(bytes, size, "\"occ\":\""), occ);
    const char *end = value_of(bytes, size, "\"end_us\":");
    int64_t end_us = end != NULL ? strtoll(end, NULL, 10) : 0;
    if (strcmp(type, "planned") == 0) {
        see_planned(world, occ, end_us);
    } else if (strcmp(type, "moved") == 0) {
        struct watched *watched = find(world, hash_of(occ));
        if (watched != NULL) {
            watched->end_us = end_us;
        }
    } else if (strcmp(type, "outcome") == 0) {
        see_outcome(world, occ, bytes, size);
    } else if (strcmp(type, "opened") == 0) {
        world->opened++;
        world->result->manual_airings += occ[0] != 's';
    } else if (strcmp(type, "closed") == 0) {
        world->closed++;
    }
}

void world_audit(struct world *world) {
    struct simulation *result = world->result;
    bool settled = world->settled;
    for (size_t i = 0; i < world->watched_count; i++) {
        const struct watched *watched = &world->watched[i];
        if (watched->over) {
            result->planned++;
        } else if (settled && watched->end_us < world_wall(world).us - SETTLE_US) {
            world_breach(world, "an occurrence that ended at %" PRId64 " us has no outcome",
                         watched->end_us);
        } else {
            result->pending++;
        }
    }
    result->airings = world->opened;
    int64_t sum = 0;
    for (int i = 0; i < OUTCOMES; i++) {
        sum += result->outcomes[i];
    }
    if (sum != result->planned) {
        world_breach(world, "planned %" PRId64 ", outcomes %" PRId64, result->planned, sum);
    }
    if (world->closed > world->opened) {
        world_breach(world, "%" PRId64 " airings opened, %" PRId64 " closed", world->opened,
                     world->closed);
    }
}
