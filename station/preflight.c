#include "station/preflight.h"

#include "base/memory.h"
#include "base/words.h"
#include "scheduler/guard.h"
#include "store/sound.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Sounds that were read already, with what was found: the same item is aired many times. */
struct known {
    struct digest hash;
    bool whole;
    struct fail why;
};

struct looking {
    const char *folder;
    struct known *known;
    size_t count, capacity;
};

static const struct known *look(struct looking *looking, const struct digest *hash) {
    for (size_t i = 0; i < looking->count; i++) {
        if (digest_equal(&looking->known[i].hash, hash)) {
            return &looking->known[i];
        }
    }
    looking->known =
        memory_room(looking->known, looking->count, &looking->capacity, sizeof *looking->known);
    struct known *known = &looking->known[looking->count++];
    int fd;
    *known = (struct known){.hash = *hash};
    known->whole = store_sound_open(looking->folder, hash, &fd, &known->why);
    if (known->whole) {
        close(fd);
    }
    return known;
}

static void fill(const struct programme *programme, const struct plan_occurrence *occurrence,
                 const struct rotation_history *history, struct rundown *ret) {
    const struct segment *segment = occurrence->segment;
    struct civil_date date = occurrence->key.original.date;
    struct rundown_request request = {
        .column = programme_column(programme, segment->column_id),
        .tune_item = programme->tune_item,
        .ident_item = programme->ident_item,
        .closing_item = programme->closing_item,
        .items = programme->items,
        .items_count = programme->items_count,
        .start = occurrence->start,
        .date = date,
        .duration_us = walltime_diff_us(occurrence->end, occurrence->start),
        .end_policy = segment->end_policy,
        .fade_ms = segment->fade_ms,
        .mourning = guard_is_mourning(programme, date),
        .history = history,
    };
    rundown_fill(&request, ret);
}

/* Counts the broken sounds; the first one's sentence, with the item's title, goes into `words`. */
static size_t look_at_sounds(struct looking *looking, const struct rundown *rundown, char *words,
                             size_t size) {
    size_t broken = 0;
    for (size_t i = 0; i < rundown->count; i++) {
        const struct item *item = rundown->elements[i].item;
        if (item->kind != ITEM_CLIP && item->kind != ITEM_BULLETIN) {
            continue;
        }
        const struct known *known = look(looking, &item->sound_hash);
        if (!known->whole && broken++ == 0) {
            snprintf(words, size, "%s: %s", item->title, known->why.sentence);
        }
    }
    return broken;
}

void preflight_run(const char *folder, const struct plan *plan, struct walltime from,
                   const struct rotation_history *history, preflight_visit *visit, void *context) {
    struct looking looking = {.folder = folder};
    struct rotation_history ahead;
    rotation_history_copy(history, &ahead);
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_occurrence *occurrence = &plan->occurrences[i];
        struct rundown rundown;
        char words[1024] = "";
        if (!plan_verdict_airs(occurrence->verdict) || walltime_before(occurrence->start, from)) {
            continue;
        }
        fill(plan->programme, occurrence, &ahead, &rundown);
        struct preflight_finding finding = {.occurrence = occurrence, .rundown = &rundown};
        finding.broken = look_at_sounds(&looking, &rundown, words, sizeof words);
        if (rundown.count == 0) {
            char why[600];
            rundown_explain(&rundown, why, sizeof why);
            snprintf(words, sizeof words, "%s%s%s", tr("nothing fills it"),
                     why[0] != '\0' ? ": " : "", why);
        }
        finding.words = words;
        visit(context, &finding);
        rundown_record(&rundown, occurrence->start, occurrence->key.original.date, &ahead);
        rundown_finish(&rundown);
    }
    rotation_history_finish(&ahead);
    free(looking.known);
}
