#include "scheduler/recurrence.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400 };
#define YEAR_1_S INT64_C(-62135596800)
#define YEAR_10000_S INT64_C(253402300800)

struct recurrence {
    bool has_rule;
    bool is_date;
    const struct zone *zone; /* NULL where floating, and for dates */
    struct recurrence_rule rule;
    struct recurrence_pattern pattern;
    int64_t until_s; /* the last local second that UNTIL leaves in; INT64_MAX */
    int64_t *dates;  /* sorted, without doubles */
    size_t dates_count;
    int64_t *except; /* seconds, sorted */
    size_t except_count;
    int64_t *except_days; /* day numbers, sorted */
    size_t except_days_count;
};

static int64_t floor_day(int64_t seconds) {
    return seconds / DAY_S - (seconds % DAY_S < 0);
}

/* ---- local time and instants ---- */

/* A gap of the clock on the wall: local times in [from, to) do not exist. */
struct gap {
    int64_t from, to;
};

static const struct gap no_gap = {INT64_MAX, INT64_MAX};

/* The first gap that ends after a local time. */
static struct gap next_gap(const struct zone *zone, int64_t local_s) {
    if (zone == NULL) {
        return no_gap;
    }
    struct walltime t = walltime_of_seconds(local_s - INT64_C(2) * DAY_S);
    while (zone_next_change(zone, t, &t)) {
        int64_t at = t.us / WALLTIME_SECOND;
        struct gap gap = {at + zone_offset_at(zone, walltime_add(t, -1)),
                          at + zone_offset_at(zone, t)};
        if (gap.to > gap.from && gap.to > local_s) {
            return gap;
        }
    }
    return no_gap;
}

/* What the clock on the wall shows instead of a time that does not exist. */
static int64_t shift(const struct zone *zone, int64_t local_s) {
    struct gap gap = next_gap(zone, local_s);
    return local_s >= gap.from ? local_s + (gap.to - gap.from) : local_s;
}

/* Local times whose instant is at most, or at least, an instant form a stretch: a time that comes
 * twice belongs to its first coming. The end of the stretch: the last local second whose instant is
 * not after `seconds`. */
static int64_t last_local(const struct zone *zone, int64_t seconds) {
    struct walltime limit = walltime_of_seconds(seconds);
    int64_t local = civil_seconds(zone_civil(zone, limit));
    struct walltime t = walltime_of_seconds(seconds - INT64_C(2) * DAY_S);
    while (zone_next_change(zone, t, &t) && !walltime_before(limit, t)) {
        int64_t before = t.us / WALLTIME_SECOND + zone_offset_at(zone, walltime_add(t, -1));
        local = before - 1 > local ? before - 1 : local; /* shown already before it was put back */
    }
    return local;
}

/* ---- making ---- */

bool recurrence_date_parse(const char *text, struct recurrence_date *ret_date, struct fail *why) {
    struct recurrence_date date = {0};
    size_t length = strlen(text);
    char local[CIVIL_TEXT_SIZE];
    if (length == 8 && civil_date_parse(text, &date.civil.date)) {
        date.is_date = true;
    } else {
        date.is_utc = length == 16 && text[15] == 'Z';
        bool fits = length == 15 || date.is_utc;
        memcpy(local, text, fits ? 15 : 0);
        local[fits ? 15 : 0] = '\0';
        if (!fits || !civil_parse(local, &date.civil)) {
            return fail_set(why, FAIL_INVALID,
                            "'%.32s' is no date like 20261201 and no time like 20261201T171000",
                            text);
        }
    }
    *ret_date = date;
    return true;
}

static int64_t until_second(const struct recurrence *recurrence) {
    const struct recurrence_rule *rule = &recurrence->rule;
    struct civil until = rule->until;
    if (rule->until_kind == UNTIL_NONE) {
        return INT64_MAX;
    }
    if (recurrence->is_date) {
        return civil_seconds((struct civil){until.date, 23, 59, 59});
    }
    if (rule->until_kind == UNTIL_UTC && recurrence->zone != NULL) {
        return last_local(recurrence->zone, civil_seconds(until));
    }
    return civil_seconds(until);
}

static int compare_seconds(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void sort(int64_t *array, size_t *count) {
    size_t kept = 0;
    if (*count != 0) {
        qsort(array, *count, sizeof *array, compare_seconds);
    }
    for (size_t i = 0; i < *count; i++) {
        if (kept == 0 || array[i] != array[kept - 1]) {
            array[kept++] = array[i];
        }
    }
    *count = kept;
}

/* A date of RDATE or EXDATE as a local time of this recurrence. */
static int64_t local_of(const struct recurrence *recurrence, const struct recurrence_date *date,
                        struct civil start) {
    struct civil civil = date->civil;
    if (recurrence->is_date) {
        return civil_day_number(civil.date) * DAY_S;
    }
    if (date->is_date) {
        civil = (struct civil){civil.date, start.hour, start.minute, start.second};
    } else if (date->is_utc && recurrence->zone != NULL) {
        return civil_seconds(
            zone_civil(recurrence->zone, walltime_of_seconds(civil_seconds(civil))));
    }
    return shift(recurrence->zone, civil_seconds(civil));
}

static void take_dates(struct recurrence *recurrence, const struct recurrence_source *source) {
    recurrence->dates = memory_resize(NULL, source->dates_count + 1, sizeof *recurrence->dates);
    for (size_t i = 0; i < source->dates_count; i++) {
        recurrence->dates[recurrence->dates_count++] =
            local_of(recurrence, &source->dates[i], source->start);
    }
    if (!recurrence->has_rule) {
        recurrence->dates[recurrence->dates_count++] =
            local_of(recurrence, &(struct recurrence_date){.civil = source->start}, source->start);
    }
    sort(recurrence->dates, &recurrence->dates_count);
    recurrence->except = memory_resize(NULL, source->except_count + 1, sizeof *recurrence->except);
    recurrence->except_days =
        memory_resize(NULL, source->except_count + 1, sizeof *recurrence->except_days);
    for (size_t i = 0; i < source->except_count; i++) {
        const struct recurrence_date *date = &source->except[i];
        if (date->is_date) {
            recurrence->except_days[recurrence->except_days_count++] =
                civil_day_number(date->civil.date);
        } else {
            recurrence->except[recurrence->except_count++] =
                local_of(recurrence, date, source->start);
        }
    }
    sort(recurrence->except, &recurrence->except_count);
    sort(recurrence->except_days, &recurrence->except_days_count);
}

static bool check_source(const struct recurrence_source *source, struct recurrence_rule *ret_rule,
                         struct fail *why) {
    if (!civil_is_valid(source->start)) {
        return fail_set(why, FAIL_INVALID, "the first start is no date of the years 1 to 9999");
    }
    if (source->rule == NULL || source->rule[0] == '\0') {
        return true;
    }
    if (!recurrence_rule_parse(source->rule, ret_rule, why)) {
        return false;
    }
    if (source->start_is_date && ret_rule->frequency < RECURRENCE_DAILY) {
        return fail_set(why, FAIL_INVALID,
                        "FREQ=%s needs a first start with a time of day, like 20261201T171000",
                        recurrence_frequency_name(ret_rule->frequency));
    }
    return true;
}

bool recurrence_create(const struct recurrence_source *source, struct recurrence **ret_recurrence,
                       struct fail *why) {
    struct recurrence_rule rule;
    if (!check_source(source, &rule, why)) {
        return false;
    }
    struct recurrence *recurrence = memory_new(sizeof *recurrence);
    struct civil start = source->start;
    recurrence->has_rule = source->rule != NULL && source->rule[0] != '\0';
    recurrence->is_date = source->start_is_date;
    recurrence->zone = source->start_is_date ? NULL : source->zone;
    recurrence->until_s = INT64_MAX;
    if (source->start_is_date) {
        start = (struct civil){.date = start.date};
    }
    if (recurrence->has_rule) {
        recurrence->rule = rule;
        recurrence_pattern_init(&recurrence->pattern, &rule, start, source->start_is_date);
        recurrence->until_s = until_second(recurrence);
        if (recurrence->until_s < recurrence->pattern.limit_s) {
            recurrence->pattern.limit_s = recurrence->until_s;
        } else {
            recurrence->until_s = recurrence->pattern.limit_s;
        }
    }
    take_dates(recurrence, source);
    *ret_recurrence = recurrence;
    return true;
}

void recurrence_destroy(struct recurrence *recurrence) {
    if (recurrence != NULL) {
        recurrence_pattern_finish(&recurrence->pattern);
        free(recurrence->dates);
        free(recurrence->except);
        free(recurrence->except_days);
        free(recurrence);
    }
}

const struct recurrence_rule *recurrence_rule(const struct recurrence *recurrence) {
    return recurrence->has_rule ? &recurrence->rule : NULL;
}

bool recurrence_is_date(const struct recurrence *recurrence) {
    return recurrence->is_date;
}

/* ---- the rule's own occurrences: gaps and COUNT ---- */

static void read_next(struct recurrence_walk *walk) {
    walk->has_next = recurrence_cursor_next(&walk->cursor, &walk->next);
}

/* The next of the times in the gap, as the clock shows it. */
static void read_shifted(struct recurrence_walk *walk) {
    walk->has_shifted = recurrence_cursor_next(&walk->behind, &walk->shifted) &&
                        walk->shifted.seconds < walk->shift_end;
    if (walk->has_shifted) {
        walk->shifted.seconds += walk->shift_by;
        walk->shifted.civil = civil_of_seconds(walk->shifted.seconds);
    }
}

static void set_gap(struct recurrence_walk *walk, struct gap gap) {
    walk->gap_from = gap.from;
    walk->gap_to = gap.to;
}

/* What is read ahead has come to a gap or jumped over it. In the gap two cursors go side by side
 * from here on, one over the times in it, one over those after it, until the first is through. */
static void pass_gap(struct recurrence_walk *walk) {
    const struct recurrence_pattern *pattern = &walk->recurrence->pattern;
    int64_t gap_to = walk->gap_to;
    if (walk->next.seconds < gap_to) {
        recurrence_cursor_seek(&walk->behind, pattern, walk->next.seconds);
        walk->shift_end = gap_to;
        walk->shift_by = gap_to - walk->gap_from;
        read_shifted(walk);
        recurrence_cursor_seek(&walk->cursor, pattern, gap_to);
        read_next(walk);
    }
    int64_t reached = walk->has_next && walk->next.seconds > gap_to ? walk->next.seconds : gap_to;
    set_gap(walk, next_gap(walk->recurrence->zone, reached));
}

/* The earlier of the two that are read ahead. */
static bool next_shown(struct recurrence_walk *walk, struct recurrence_candidate *ret) {
    while (walk->has_next && walk->next.seconds >= walk->gap_from && !walk->has_shifted) {
        pass_gap(walk);
    }
    if (walk->has_shifted && (!walk->has_next || walk->shifted.seconds <= walk->next.seconds)) {
        *ret = walk->shifted;
        read_shifted(walk);
        return true;
    }
    if (walk->has_next) {
        *ret = walk->next;
        read_next(walk);
        return true;
    }
    return false;
}

static bool next_of_rule(struct recurrence_walk *walk, struct recurrence_candidate *ret) {
    while (walk->left > 0 && next_shown(walk, ret) && ret->seconds <= walk->recurrence->until_s) {
        if (ret->seconds > walk->last_s) { /* equal ones have merged */
            walk->last_s = ret->seconds;
            walk->left--;
            return true;
        }
    }
    walk->left = 0;
    return false;
}

/* How many times in a gap merge with a time of the rule after it. */
static int64_t count_merged(const struct recurrence_pattern *pattern, struct gap gap) {
    struct recurrence_cursor behind, ahead;
    struct recurrence_candidate shifted, next = {.seconds = INT64_MIN};
    int64_t merged = 0;
    recurrence_cursor_seek(&behind, pattern, gap.from);
    recurrence_cursor_seek(&ahead, pattern, gap.to);
    while (recurrence_cursor_next(&behind, &shifted) && shifted.seconds < gap.to) {
        int64_t shown = shifted.seconds + (gap.to - gap.from);
        while (next.seconds < shown && recurrence_cursor_next(&ahead, &next)) {
        }
        merged += next.seconds == shown;
    }
    return merged;
}

/* How many occurrences the rule gives before a local time that lies in no gap and is none that a
 * gap is shifted to. */
static int64_t count_before(const struct recurrence *recurrence, int64_t local_s) {
    const struct recurrence_pattern *pattern = &recurrence->pattern;
    int64_t count = recurrence_pattern_count(pattern, local_s);
    if (count > 1) {
        struct gap gap = next_gap(recurrence->zone, pattern->start_s);
        while (gap.from < local_s) {
            count -= count_merged(pattern, gap);
            gap = next_gap(recurrence->zone, gap.to);
        }
    }
    return count;
}

/* ---- the walk ---- */

static size_t lower_bound(const int64_t *array, size_t count, int64_t wanted) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (array[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void seek_rule(struct recurrence_walk *walk, int64_t from_s) {
    const struct recurrence *recurrence = walk->recurrence;
    struct gap gap = next_gap(recurrence->zone, from_s - DAY_S);
    while (gap.to + (gap.to - gap.from) <= from_s) {
        gap = next_gap(recurrence->zone, gap.to);
    }
    int64_t begin_s = gap.from < from_s ? gap.from : from_s; /* shifted times begin in the gap */
    set_gap(walk, gap);
    walk->left = INT64_MAX;
    if (recurrence->rule.count != 0) {
        int64_t before = count_before(recurrence, begin_s);
        walk->left = recurrence->rule.count > before ? recurrence->rule.count - before : 0;
    }
    recurrence_cursor_seek(&walk->cursor, &recurrence->pattern, begin_s);
    read_next(walk);
    do {
        walk->has_pending = next_of_rule(walk, &walk->pending);
    } while (walk->has_pending && walk->pending.seconds < from_s);
}

static void seek(struct recurrence_walk *walk, const struct recurrence *recurrence,
                 int64_t from_s) {
    from_s = from_s < YEAR_1_S ? YEAR_1_S : from_s > YEAR_10000_S ? YEAR_10000_S : from_s;
    *walk = (struct recurrence_walk){.recurrence = recurrence, .last_s = INT64_MIN};
    walk->date = lower_bound(recurrence->dates, recurrence->dates_count, from_s);
    walk->except = lower_bound(recurrence->except, recurrence->except_count, from_s);
    walk->except_day =
        lower_bound(recurrence->except_days, recurrence->except_days_count, floor_day(from_s));
    if (recurrence->has_rule) {
        seek_rule(walk, from_s);
    }
}

void recurrence_walk_begin(struct recurrence_walk *walk, const struct recurrence *recurrence) {
    int64_t first = recurrence->has_rule ? recurrence->pattern.start_s : INT64_MAX;
    if (recurrence->dates_count != 0 && recurrence->dates[0] < first) {
        first = recurrence->dates[0];
    }
    seek(walk, recurrence, first);
}

void recurrence_walk_seek(struct recurrence_walk *walk, const struct recurrence *recurrence,
                          struct civil from) {
    if (recurrence->is_date) {
        bool midnight = from.hour == 0 && from.minute == 0 && from.second == 0;
        from = (struct civil){.date = civil_date_add_days(from.date, midnight ? 0 : 1)};
    }
    seek(walk, recurrence, civil_seconds(from));
}

void recurrence_walk_seek_instant(struct recurrence_walk *walk, const struct recurrence *recurrence,
                                  struct walltime from) {
    int64_t before = walltime_add(from, -1).us;
    int64_t before_s = before / WALLTIME_SECOND - (before % WALLTIME_SECOND < 0);
    int64_t last = recurrence->zone != NULL ? last_local(recurrence->zone, before_s) : before_s;
    recurrence_walk_seek(walk, recurrence, civil_of_seconds(last + 1));
}

static bool is_excepted(struct recurrence_walk *walk, int64_t local_s) {
    const struct recurrence *recurrence = walk->recurrence;
    while (walk->except < recurrence->except_count && recurrence->except[walk->except] < local_s) {
        walk->except++;
    }
    int64_t day = floor_day(local_s);
    while (walk->except_day < recurrence->except_days_count &&
           recurrence->except_days[walk->except_day] < day) {
        walk->except_day++;
    }
    return (walk->except < recurrence->except_count &&
            recurrence->except[walk->except] == local_s) ||
           (walk->except_day < recurrence->except_days_count &&
            recurrence->except_days[walk->except_day] == day);
}

/* The earlier of the rule's next occurrence and the next extra date; equal ones become one. */
static bool next_of_both(struct recurrence_walk *walk, struct recurrence_candidate *ret) {
    const struct recurrence *recurrence = walk->recurrence;
    bool has_date = walk->date < recurrence->dates_count;
    int64_t date = has_date ? recurrence->dates[walk->date] : INT64_MAX;
    if (!walk->has_pending && !has_date) {
        return false;
    }
    if (walk->has_pending && walk->pending.seconds <= date) {
        *ret = walk->pending;
        walk->date += has_date && walk->pending.seconds == date;
        walk->has_pending = next_of_rule(walk, &walk->pending);
    } else {
        *ret = (struct recurrence_candidate){date, civil_of_seconds(date)};
        walk->date++;
    }
    return true;
}

bool recurrence_walk_next(struct recurrence_walk *walk, struct civil *ret_start) {
    const struct recurrence *recurrence = walk->recurrence;
    bool excepts = (recurrence->except_count | recurrence->except_days_count) != 0;
    struct recurrence_candidate candidate;
    do {
        if (!next_of_both(walk, &candidate)) {
            return false;
        }
    } while (excepts && is_excepted(walk, candidate.seconds));
    *ret_start = candidate.civil;
    return true;
}

bool recurrence_has(const struct recurrence *recurrence, struct civil start) {
    struct recurrence_walk walk;
    struct civil found;
    recurrence_walk_seek(&walk, recurrence, start);
    return recurrence_walk_next(&walk, &found) && civil_compare(found, start) == 0;
}
