#include "playlists/rotation.h"

#include "base/memory.h"
#include "base/words.h"

#include <stdlib.h>
#include <string.h>

/* The place of the first entry whose item is not below `item`. */
static size_t place_of(const struct rotation_history *history, int64_t item) {
    size_t low = 0;
    size_t high = history->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->entries[middle].item < item) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct rotation_entry *rotation_history_find(const struct rotation_history *history,
                                                   int64_t item) {
    if (history == NULL) {
        return NULL;
    }
    size_t place = place_of(history, item);
    return place < history->count && history->entries[place].item == item ? &history->entries[place]
                                                                          : NULL;
}

void rotation_history_record(struct rotation_history *history, int64_t item, struct walltime at,
                             struct civil_date day) {
    size_t place = place_of(history, item);
    if (place == history->count || history->entries[place].item != item) {
        history->entries = memory_room(history->entries, history->count, &history->capacity,
                                       sizeof *history->entries);
        memmove(&history->entries[place + 1], &history->entries[place],
                (history->count - place) * sizeof *history->entries);
        history->count++;
        history->entries[place] = (struct rotation_entry){.item = item, .last = at, .day = day};
    }
    struct rotation_entry *entry = &history->entries[place];
    entry->total++;
    int order = civil_date_compare(day, entry->day);
    if (order > 0) {
        entry->day = day;
        entry->on_day = 0;
    }
    if (order >= 0) {
        entry->on_day++;
    }
    if (walltime_before(entry->last, at)) {
        entry->last = at;
    }
}

void rotation_history_copy(const struct rotation_history *from, struct rotation_history *ret) {
    *ret = (struct rotation_history){.count = from->count, .capacity = from->count};
    if (from->count != 0) {
        ret->entries = memory_resize(NULL, from->count, sizeof *ret->entries);
        memcpy(ret->entries, from->entries, from->count * sizeof *ret->entries);
    }
}

void rotation_history_finish(struct rotation_history *history) {
    free(history->entries);
    *history = (struct rotation_history){0};
}

static bool is_entertaining(enum genre genre) {
    return genre == GENRE_MUSIC || genre == GENRE_ENTERTAINMENT;
}

static enum rotation_verdict judge_limits(const struct repeat_limit *limit,
                                          const struct rotation_entry *entry, struct walltime start,
                                          struct civil_date date) {
    if (entry == NULL) {
        return ROTATION_MAY_AIR;
    }
    if (limit->most_in_all > 0 && entry->total >= limit->most_in_all) {
        return ROTATION_TOTAL_LIMIT;
    }
    if (limit->most_a_day > 0 && civil_date_compare(entry->day, date) == 0 &&
        entry->on_day >= limit->most_a_day) {
        return ROTATION_DAY_LIMIT;
    }
    if (limit->least_gap_s > 0 &&
        walltime_diff_us(start, entry->last) < limit->least_gap_s * WALLTIME_SECOND) {
        return ROTATION_TOO_SOON;
    }
    return ROTATION_MAY_AIR;
}

enum rotation_verdict rotation_judge(const struct item *item,
                                     const struct rotation_history *history, struct walltime start,
                                     struct civil_date date, bool mourning) {
    if (item->state == APPROVAL_WITHDRAWN) {
        return ROTATION_WITHDRAWN;
    }
    if (item->state != APPROVAL_APPROVED) {
        return ROTATION_NOT_APPROVED;
    }
    if (item->duration_us <= 0) {
        return ROTATION_NO_SOUND;
    }
    if (!item_is_valid_on(item, date)) {
        bool early = item->valid_from.year != 0 && civil_date_compare(date, item->valid_from) < 0;
        return early ? ROTATION_NOT_YET_VALID : ROTATION_EXPIRED;
    }
    if (mourning && is_entertaining(item->genre)) {
        return ROTATION_MOURNING;
    }
    return judge_limits(&item->limit, rotation_history_find(history, item->id), start, date);
}

static const char *const verdict_words[] = {
    [ROTATION_MAY_AIR] = "",
    [ROTATION_NOT_APPROVED] = /* tr */ "it is not approved",
    [ROTATION_WITHDRAWN] = /* tr */ "it was withdrawn",
    [ROTATION_NO_SOUND] = /* tr */ "it has no sound yet",
    [ROTATION_NOT_YET_VALID] = /* tr */ "it is not valid yet",
    [ROTATION_EXPIRED] = /* tr */ "it has expired",
    [ROTATION_MOURNING] = /* tr */ "there is mourning, without music and entertainment",
    [ROTATION_DAY_LIMIT] = /* tr */ "it was aired as often as it may be in a day",
    [ROTATION_TOTAL_LIMIT] = /* tr */ "it was aired as often as it may be in all",
    [ROTATION_TOO_SOON] = /* tr */ "its last airing is too recent",
    [ROTATION_TOO_LONG] = /* tr */ "it is longer than the whole broadcast has room for",
    [ROTATION_NO_ROOM] = /* tr */ "there was no room left; its turn comes",
    [ROTATION_MISSING] = /* tr */ "it is not in the programme",
};

const char *rotation_verdict_words(enum rotation_verdict verdict) {
    return verdict == ROTATION_MAY_AIR ? "" : tr(verdict_words[verdict]);
}

/* An item and its last airing, so that sorting need not search the history again and again. */
struct turn {
    const struct item *item;
    int64_t last_us;
};

static int compare_turns(const void *left, const void *right) {
    const struct turn *a = left;
    const struct turn *b = right;
    if (a->last_us != b->last_us) {
        return a->last_us < b->last_us ? -1 : 1;
    }
    return a->item->id < b->item->id ? -1 : a->item->id > b->item->id;
}

void rotation_sort(const struct item **items, size_t count,
                   const struct rotation_history *history) {
    memory_auto struct turn *turns = memory_resize(NULL, count, sizeof *turns);
    for (size_t i = 0; i < count; i++) {
        const struct rotation_entry *entry = rotation_history_find(history, items[i]->id);
        turns[i] = (struct turn){items[i], entry != NULL ? entry->last.us : INT64_MIN};
    }
    qsort(turns, count, sizeof *turns, compare_turns);
    for (size_t i = 0; i < count; i++) {
        items[i] = turns[i].item;
    }
}

int32_t rotation_since_local(const struct item *const *items, size_t count,
                             const struct rotation_history *history) {
    int64_t last_local_us = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        const struct rotation_entry *entry = rotation_history_find(history, items[i]->id);
        if (items[i]->local && entry != NULL && entry->last.us > last_local_us) {
            last_local_us = entry->last.us;
        }
    }
    int32_t since = 0;
    for (size_t i = 0; i < count; i++) {
        const struct rotation_entry *entry = rotation_history_find(history, items[i]->id);
        since += !items[i]->local && entry != NULL && entry->last.us > last_local_us;
    }
    return since;
}
