#include "scheduler/plan_order.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct sorting {
    uint64_t key;
    uint32_t index;
};

/* Least significant byte first, stable; a byte in which all keys agree costs one look. */
static void radix_sort(struct sorting *list, size_t count) {
    struct sorting *other = memory_resize(NULL, count, sizeof *other);
    struct sorting *from = list;
    struct sorting *to = other;
    for (int shift = 0; shift < 64; shift += 8) {
        size_t places[257] = {0};
        for (size_t i = 0; i < count; i++) {
            places[(from[i].key >> shift & 0xff) + 1]++;
        }
        if (count == 0 || places[(from[0].key >> shift & 0xff) + 1] == count) {
            continue;
        }
        for (int byte = 0; byte < 256; byte++) {
            places[byte + 1] += places[byte];
        }
        for (size_t i = 0; i < count; i++) {
            to[places[from[i].key >> shift & 0xff]++] = from[i];
        }
        struct sorting *swap = from;
        from = to;
        to = swap;
    }
    if (from != list) {
        memcpy(list, from, count * sizeof *list);
    }
    free(other);
}

static uint32_t *indices(struct sorting *list, size_t count) {
    uint32_t *order = memory_resize(NULL, count, sizeof *order);
    for (size_t i = 0; i < count; i++) {
        order[i] = list[i].index;
    }
    free(list);
    return order;
}

/* Lower goes first. */
static int rank_of(const struct segment *segment, bool override) {
    return override ? 0 : 1 + SEGMENT_CAMPAIGN - (int)segment->rank;
}

struct standing {
    int32_t class, order, rank;
};

static struct standing standing_of(const struct segment *segment, bool override) {
    bool priority = segment->class >= CLASS_PRIORITY;
    return (struct standing){-(int32_t)segment->class, priority ? segment->operator_order : 0,
                             rank_of(segment, override)};
}

static int compare_standings(const void *a, const void *b) {
    const struct standing *left = a;
    const struct standing *right = b;
    if (left->class != right->class) {
        return left->class < right->class ? -1 : 1;
    }
    if (left->order != right->order) {
        return left->order < right->order ? -1 : 1;
    }
    return (left->rank > right->rank) - (left->rank < right->rank);
}

static uint64_t place_of(const struct standing *list, size_t count, struct standing standing) {
    const struct standing *found = bsearch(&standing, list, count, sizeof *list, compare_standings);
    return (uint64_t)(found - list);
}

/* The standings of all segments, each once, the highest first: their places order the classes. */
static struct standing *all_standings(const struct programme *programme, size_t *ret_count) {
    struct standing *list =
        memory_resize(NULL, programme->segments_count * 2, sizeof(struct standing));
    size_t count = 0;
    for (size_t i = 0; i < programme->segments_count; i++) {
        list[count++] = standing_of(&programme->segments[i], false);
        list[count++] = standing_of(&programme->segments[i], true);
    }
    if (count > 1) {
        qsort(list, count, sizeof *list, compare_standings);
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare_standings(&list[kept - 1], &list[i]) != 0) {
            list[kept++] = list[i];
        }
    }
    *ret_count = kept;
    return list;
}

uint32_t *plan_order_by_precedence(const struct programme *programme,
                                   const struct plan_occurrence *list, size_t count) {
    size_t standings_count;
    struct standing *standings = all_standings(programme, &standings_count);
    int64_t first_us = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        first_us = list[i].original.us < first_us ? list[i].original.us : first_us;
    }
    /* 17 bits of standing, 31 of seconds (68 years), 16 of segment: bounds of plan.h. */
    struct sorting *keys = memory_resize(NULL, count, sizeof *keys);
    const struct segment *segment = NULL;
    uint64_t places[2] = {0};
    for (size_t i = 0; i < count; i++) {
        if (list[i].segment != segment) {
            segment = list[i].segment;
            places[0] = place_of(standings, standings_count, standing_of(segment, false));
            places[1] = place_of(standings, standings_count, standing_of(segment, true));
        }
        uint64_t seconds = (uint64_t)((list[i].original.us - first_us) / WALLTIME_SECOND);
        uint64_t number = (uint64_t)(segment - programme->segments);
        keys[i].key = places[list[i].moved] << 47 | (seconds & 0x7fffffff) << 16 | number;
        keys[i].index = (uint32_t)i;
    }
    free(standings);
    radix_sort(keys, count);
    return indices(keys, count);
}

static bool stands_before(const struct plan_occurrence *a, const struct plan_occurrence *b) {
    return a->original.us != b->original.us ? a->original.us < b->original.us
                                            : a->key.series < b->key.series;
}

/* Puts those that begin together, a run of equal keys, into their order. */
static void order_run(const struct plan_occurrence *list, struct sorting *run, size_t count) {
    for (size_t i = 1; i < count; i++) {
        struct sorting mine = run[i];
        size_t at = i;
        while (at != 0 && stands_before(&list[mine.index], &list[run[at - 1].index])) {
            run[at] = run[at - 1];
            at--;
        }
        run[at] = mine;
    }
}

uint32_t *plan_order_by_start(const struct plan_occurrence *list, size_t count) {
    struct sorting *keys = memory_resize(NULL, count, sizeof *keys);
    for (size_t i = 0; i < count; i++) {
        /* instants before 1970 too: the sign bit turned over keeps the order */
        keys[i] = (struct sorting){(uint64_t)list[i].start.us ^ (UINT64_C(1) << 63), (uint32_t)i};
    }
    radix_sort(keys, count);
    size_t from = 0;
    for (size_t i = 1; i <= count; i++) {
        if (i == count || keys[i].key != keys[from].key) {
            order_run(list, keys + from, i - from);
            from = i;
        }
    }
    return indices(keys, count);
}

enum plan_precedence plan_order_cause(const struct segment *higher, bool higher_override,
                                      const struct segment *lower, bool lower_override) {
    struct standing a = standing_of(higher, higher_override);
    struct standing b = standing_of(lower, lower_override);
    if (a.class != b.class) {
        return PRECEDENCE_CLASS;
    }
    if (a.order != b.order) {
        return PRECEDENCE_OPERATOR;
    }
    if (a.rank == b.rank) {
        return PRECEDENCE_EARLIER;
    }
    if (higher_override) {
        return PRECEDENCE_OVERRIDE;
    }
    return higher->rank == SEGMENT_CAMPAIGN ? PRECEDENCE_CAMPAIGN : PRECEDENCE_COLUMN;
}
