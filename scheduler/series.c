#include "scheduler/series.h"

#include "base/memory.h"
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
        ret->starts = memory_room(ret->starts, ret->count, &ret->capacity, sizeof *ret->starts);
        ret->starts[ret->count++] = start;
    }
    recurrence_destroy(recurrence);
    return ok;
}

bool series_expand(const struct segment *segment, const struct zone *zone, struct walltime from,
                   struct walltime until, size_t most, struct series_starts *ret,
                   struct fail *why) {
    if (segment->lunar[0] != '\0') {
        return fail_set(why, FAIL_REFUSED, "this version cannot plan lunar rules");
    }
    return expand_rule(segment, zone, from, until, most, ret, why);
}

bool series_has(const struct segment *segment, const struct zone *zone, struct civil civil,
                struct series_start *ret_start) {
    struct recurrence *recurrence;
    if (!make(segment, zone, &recurrence, NULL)) {
        return false;
    }
    bool has = recurrence_has(recurrence, civil);
    recurrence_destroy(recurrence);
    if (has) {
        *ret_start = start_at(zone, civil);
    }
    return has;
}
