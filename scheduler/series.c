#include "scheduler/series.h"

#include "base/memory.h"
#include "scheduler/lunar_rule.h"
#include "scheduler/recurrence.h"

#include <stdlib.h>

static struct recurrence_date *dates_of(const struct civil *list, size_t count) {
    struct recurrence_date *dates = memory_new(count * sizeof *dates);
    for (size_t i = 0; i < count; i++) {
        dates[i].civil = list[i];
    }
    return dates;
}

static bool make(const struct segment *segment, const struct zone *zone,
                 struct recurrence **ret_recurrence, struct fail *why) {
    struct recurrence_date *dates = dates_of(segment->dates, segment->dates_count);
    struct recurrence_date *except = dates_of(segment->except, segment->except_count);
    const struct recurrence_source source = {.start = segment->start,
                                             .zone = zone,
                                             .rule = segment->rule,
                                             .dates = dates,
                                             .dates_count = segment->dates_count,
                                             .except = except,
                                             .except_count = segment->except_count};
    bool ok = recurrence_create(&source, ret_recurrence, why);
    free(dates);
    free(except);
    return ok;
}

static struct series_start start_at(const struct zone *zone, struct civil civil) {
    enum zone_fit fit;
    struct walltime instant = zone_instant(zone, civil, &fit);
    int64_t offset_s = civil_seconds(civil) - instant.us / WALLTIME_SECOND;
    if (fit == ZONE_GAP) {
        offset_s = zone_offset_at(zone, instant);
    }
    return (struct series_start){civil, instant, (int32_t)offset_s};
}

static void add_start(struct series_starts *ret, struct series_start start) {
    ret->starts = memory_room(ret->starts, ret->count, &ret->capacity, sizeof *ret->starts);
    ret->starts[ret->count++] = start;
}

static bool expand_rule(const struct segment *segment, const struct zone *zone,
                        struct walltime from, struct walltime until, size_t most,
                        struct series_starts *ret, struct fail *why) {
    struct recurrence *recurrence;
    if (!make(segment, zone, &recurrence, why)) {
        return false;
    }
    struct recurrence_walk walk;
    struct civil civil;
    bool ok = true;
    size_t before = ret->count;
    recurrence_walk_seek_instant(&walk, recurrence, from);
    while (recurrence_walk_next(&walk, &civil)) {
        struct series_start start = start_at(zone, civil);
        if (start.instant.us >= until.us) {
            break;
        }
        if (ret->count - before == most) {
            ok = fail_set(why, FAIL_LIMIT, "it happens too often: at most once a minute");
            break;
        }
        add_start(ret, start);
    }
    recurrence_destroy(recurrence);
    return ok;
}

static bool is_excepted(const struct segment *segment, struct civil civil) {
    for (size_t i = 0; i < segment->except_count; i++) {
        if (civil_compare(segment->except[i], civil) == 0) {
            return true;
        }
    }
    return false;
}

static int compare_starts(const void *a, const void *b) {
    return civil_compare(((const struct series_start *)a)->civil,
                         ((const struct series_start *)b)->civil);
}

/* Sorts what was added from `before` on and drops doubles. */
static void settle(struct series_starts *ret, size_t before) {
    if (ret->count - before < 2) {
        return;
    }
    qsort(ret->starts + before, ret->count - before, sizeof *ret->starts, compare_starts);
    size_t kept = before + 1;
    for (size_t i = before + 1; i < ret->count; i++) {
        if (civil_compare(ret->starts[i].civil, ret->starts[kept - 1].civil) != 0) {
            ret->starts[kept++] = ret->starts[i];
        }
    }
    ret->count = kept;
}

/* A lunar rule gives days; the time of day is the segment's start's. */
static bool expand_lunar(const struct segment *segment, const struct zone *zone,
                         struct walltime from, struct walltime until, size_t most,
                         struct series_starts *ret, struct fail *why) {
    struct lunar_rule rule;
    struct lunar_walk walk;
    size_t before = ret->count;
    if (!lunar_rule_parse(segment->lunar, &rule, why)) {
        return false;
    }
    struct civil civil = segment->start;
    lunar_walk_seek(&walk, &rule, segment->start.date,
                    civil_date_add_days(zone_civil(zone, from).date, -1));
    while (lunar_walk_next(&walk, &civil.date)) {
        struct series_start start = start_at(zone, civil);
        if (start.instant.us >= until.us) {
            break;
        }
        if (start.instant.us >= from.us && !is_excepted(segment, civil)) {
            add_start(ret, start);
        }
    }
    for (size_t i = 0; i < segment->dates_count; i++) {
        struct series_start start = start_at(zone, segment->dates[i]);
        if (start.instant.us >= from.us && start.instant.us < until.us &&
            !is_excepted(segment, segment->dates[i])) {
            add_start(ret, start);
        }
    }
    settle(ret, before);
    return ret->count - before <= most ||
           fail_set(why, FAIL_LIMIT, "it happens too often: at most once a minute");
}

bool series_expand(const struct segment *segment, const struct zone *zone, struct walltime from,
                   struct walltime until, size_t most, struct series_starts *ret,
                   struct fail *why) {
    return segment->lunar[0] != '\0' ? expand_lunar(segment, zone, from, until, most, ret, why)
                                     : expand_rule(segment, zone, from, until, most, ret, why);
}

bool series_has(const struct segment *segment, const struct zone *zone, struct civil civil,
                struct series_start *ret_start) {
    struct series_start start = start_at(zone, civil);
    struct series_starts found = {0};
    bool has = false;
    if (segment->lunar[0] != '\0') {
        struct walltime next = walltime_add(start.instant, WALLTIME_SECOND);
        has = expand_lunar(segment, zone, start.instant, next, 1, &found, NULL) &&
              found.count != 0 && civil_compare(found.starts[0].civil, civil) == 0;
        free(found.starts);
    } else {
        struct recurrence *recurrence;
        if (!make(segment, zone, &recurrence, NULL)) {
            return false;
        }
        has = recurrence_has(recurrence, civil);
        recurrence_destroy(recurrence);
    }
    if (has) {
        *ret_start = start;
    }
    return has;
}
