#include "playlists/rundown.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const policy_words[] = {
    [END_CUT] = "cut",
    [END_FINISH_ITEM] = "finish",
    [END_FADE] = "fade",
};

const char *end_policy_word(enum end_policy policy) {
    return policy_words[policy];
}

bool end_policy_parse(const char *word, enum end_policy *ret_policy) {
    for (size_t i = 0; i < sizeof policy_words / sizeof *policy_words; i++) {
        if (strcmp(word, policy_words[i]) == 0) {
            *ret_policy = (enum end_policy)i;
            return true;
        }
    }
    return false;
}

const char *rundown_role_word(enum rundown_role role) {
    static const char *const words[] = {
        [ROLE_TUNE] = "tune",   [ROLE_IDENT] = "ident",     [ROLE_ITEM] = "item",
        [ROLE_STING] = "sting", [ROLE_CLOSING] = "closing",
    };
    return words[role];
}

int32_t rundown_gain_mdb(const struct item *item, int32_t target_mlufs) {
    /* EBU R 128: −70 LUFS is the absolute gate; nothing below it was measured. */
    const int32_t gate_mlufs = -70000;
    int32_t gain = 0;
    bool measured = item->kind == ITEM_CLIP || item->kind == ITEM_BULLETIN;
    if (!measured) {
        return 0;
    }
    if (item->loudness_mlufs > gate_mlufs) {
        gain = target_mlufs - item->loudness_mlufs;
    }
    if (gain > RUNDOWN_MOST_GAIN_MDB) {
        gain = RUNDOWN_MOST_GAIN_MDB;
    }
    int32_t most = RUNDOWN_CEILING_MDB - item->true_peak_mdb;
    return gain > most ? most : gain;
}

/* A rundown in the making. */
struct filling {
    const struct rundown_request *request;
    struct rundown *rundown;
    size_t elements_capacity, omissions_capacity;
    const struct item *sting, *closing;
    int64_t at_us;  /* where the next element begins */
    int64_t end_us; /* where items end: the closing words begin no later */
    int32_t target_mlufs;
};

static void omit(struct filling *filling, int64_t id, const struct item *item,
                 enum rotation_verdict verdict) {
    struct rundown *rundown = filling->rundown;
    rundown->omissions = memory_room(rundown->omissions, rundown->omissions_count,
                                     &filling->omissions_capacity, sizeof *rundown->omissions);
    const char *title = item != NULL && item->title != NULL ? item->title : "";
    rundown->omissions[rundown->omissions_count++] =
        (struct rundown_omission){.item = id, .title = title, .verdict = verdict};
}

/* Appends `item` for `duration_us` at most and returns the element. */
static struct rundown_element *place(struct filling *filling, enum rundown_role role,
                                     const struct item *item, int64_t duration_us) {
    struct rundown *rundown = filling->rundown;
    rundown->elements = memory_room(rundown->elements, rundown->count, &filling->elements_capacity,
                                    sizeof *rundown->elements);
    struct rundown_element *element = &rundown->elements[rundown->count++];
    *element = (struct rundown_element){
        .role = role,
        .item = item,
        .offset_us = filling->at_us,
        .duration_us = duration_us < item->duration_us ? duration_us : item->duration_us,
        .gain_mdb = rundown_gain_mdb(item, filling->target_mlufs),
    };
    filling->at_us += element->duration_us;
    rundown->duration_us = filling->at_us;
    return element;
}

static enum rotation_verdict judge(const struct filling *filling, const struct item *item) {
    const struct rundown_request *request = filling->request;
    return rotation_judge(item, request->history, request->start, request->date, request->mourning);
}

/* The column's tune, ident, sting or closing, if it is named and may be aired; NULL otherwise. */
static const struct item *framing(struct filling *filling, int64_t id) {
    if (id == 0) {
        return NULL;
    }
    const struct rundown_request *request = filling->request;
    const struct item *item = item_find(request->items, request->items_count, id);
    enum rotation_verdict verdict = item != NULL ? judge(filling, item) : ROTATION_MISSING;
    if (verdict != ROTATION_MAY_AIR) {
        omit(filling, id, item, verdict);
        return NULL;
    }
    return item;
}

static int64_t own_or(int64_t own, int64_t station) {
    return own != 0 ? own : station;
}

static bool is_framing(const struct rundown_request *request, int64_t id) {
    const struct column *column = request->column;
    return id == own_or(column->tune_item, request->tune_item) ||
           id == own_or(column->ident_item, request->ident_item) ||
           id == own_or(column->closing_item, request->closing_item) || id == column->sting_item;
}

/* The column's items that may be aired, in the order of their turns; the caller frees the array. */
static const struct item **candidates(struct filling *filling, size_t *ret_count) {
    const struct rundown_request *request = filling->request;
    const struct item **found = NULL;
    size_t count = 0;
    size_t capacity = 0;
    for (size_t i = 0; i < request->items_count; i++) {
        const struct item *item = &request->items[i];
        bool wanted = request->only_item != 0
                          ? item->id == request->only_item
                          : request->column != NULL && item->column_id == request->column->id &&
                                !is_framing(request, item->id);
        if (wanted) {
            found = memory_room(found, count, &capacity, sizeof *found);
            found[count++] = item;
        }
    }
    if (count == 0 && request->only_item != 0) {
        omit(filling, request->only_item, NULL, ROTATION_MISSING);
    }
    rotation_sort(found, count, request->history);
    *ret_count = count;
    return found;
}

/* Relay and live have a limit instead of a length: they fill what room there is. */
static bool is_open_ended(const struct item *item) {
    return item->kind == ITEM_RELAY || item->kind == ITEM_LIVE;
}

static bool fits_whole(const struct item *item, int64_t room_us) {
    return item->duration_us <= room_us || (is_open_ended(item) && room_us >= RUNDOWN_LEAST_CUT_US);
}

/* Who is next of the items that fit whole: the first in turn, or the first local one where the
 * column's share of local items asks for it (and one fits). `count` where nobody fits. */
static size_t next_whole(const struct item *const *items, size_t count, int64_t room_us,
                         bool want_local) {
    size_t first = count;
    for (size_t i = 0; i < count; i++) {
        if (items[i] == NULL || !fits_whole(items[i], room_us)) {
            continue;
        }
        if (!want_local || items[i]->local) {
            return i;
        }
        if (first == count) {
            first = i;
        }
    }
    return first;
}

static void place_sting(struct filling *filling, bool first) {
    if (!first && filling->sting != NULL) {
        place(filling, ROLE_STING, filling->sting, filling->sting->duration_us);
    }
}

/* Begins the item whose turn is next and ends it with the time, by cut or by fade. */
static bool place_cut(struct filling *filling, const struct item **items, size_t count,
                      int64_t room_us, bool first) {
    const struct rundown_request *request = filling->request;
    if (request->end_policy == END_FINISH_ITEM || room_us < RUNDOWN_LEAST_CUT_US) {
        return false;
    }
    size_t next = 0;
    while (next < count && items[next] == NULL) {
        next++;
    }
    if (next == count) {
        return false;
    }
    place_sting(filling, first);
    struct rundown_element *element = place(filling, ROLE_ITEM, items[next], room_us);
    element->cut = true;
    if (request->end_policy == END_FADE) {
        int32_t whole_ms = (int32_t)(element->duration_us / 1000);
        element->fade_ms = request->fade_ms < whole_ms ? request->fade_ms : whole_ms;
    }
    items[next] = NULL;
    return true;
}

/* Takes items in turn until nothing more has room. A taken item's place becomes NULL. */
static size_t place_items(struct filling *filling, const struct item **items, size_t count) {
    const struct column *column = filling->request->column;
    int32_t one_in = column != NULL ? column->local_one_in : 0;
    int32_t since = one_in > 0 ? rotation_since_local(items, count, filling->request->history) : 0;
    size_t taken = 0;
    while (filling->rundown->count < RUNDOWN_MOST_ELEMENTS) {
        int64_t room_us = filling->end_us - filling->at_us;
        if (taken != 0 && filling->sting != NULL) {
            room_us -= filling->sting->duration_us;
        }
        size_t next = next_whole(items, count, room_us, one_in > 0 && since + 1 >= one_in);
        if (next == count) {
            taken += place_cut(filling, items, count, room_us, taken == 0);
            break;
        }
        place_sting(filling, taken == 0);
        place(filling, ROLE_ITEM, items[next], room_us);
        since = items[next]->local ? 0 : since + 1;
        items[next] = NULL;
        taken++;
    }
    return taken;
}

/* Leaves out what may not be aired at all, and closes the ranks. */
static size_t keep_allowed(struct filling *filling, const struct item **items, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        enum rotation_verdict verdict = judge(filling, items[i]);
        if (verdict == ROTATION_MAY_AIR) {
            items[kept++] = items[i];
        } else {
            omit(filling, items[i]->id, items[i], verdict);
        }
    }
    return kept;
}

static void place_opening(struct filling *filling, const struct column *column) {
    const struct item *tune =
        framing(filling, own_or(column->tune_item, filling->request->tune_item));
    const struct item *ident =
        framing(filling, own_or(column->ident_item, filling->request->ident_item));
    filling->closing =
        framing(filling, own_or(column->closing_item, filling->request->closing_item));
    filling->sting = framing(filling, column->sting_item);
    if (filling->closing != NULL) {
        filling->end_us -= filling->closing->duration_us;
    }
    if (tune != NULL && tune->duration_us <= filling->end_us) {
        place(filling, ROLE_TUNE, tune, tune->duration_us);
    }
    if (ident != NULL && ident->duration_us <= filling->end_us - filling->at_us) {
        place(filling, ROLE_IDENT, ident, ident->duration_us);
    }
}

void rundown_fill(const struct rundown_request *request, struct rundown *ret) {
    *ret = (struct rundown){0};
    struct filling filling = {
        .request = request,
        .rundown = ret,
        .end_us = request->duration_us,
        .target_mlufs = RUNDOWN_TARGET_MLUFS,
    };
    if (request->column != NULL && request->column->target_mlufs != 0) {
        filling.target_mlufs = request->column->target_mlufs;
    }
    if (request->column != NULL && request->only_item == 0) {
        place_opening(&filling, request->column);
    }
    int64_t whole_us = filling.end_us - filling.at_us;
    size_t count;
    const struct item **items = candidates(&filling, &count);
    count = keep_allowed(&filling, items, count);
    size_t taken = place_items(&filling, items, count);
    for (size_t i = 0; i < count; i++) {
        if (items[i] != NULL) {
            bool never = items[i]->duration_us > whole_us;
            omit(&filling, items[i]->id, items[i], never ? ROTATION_TOO_LONG : ROTATION_NO_ROOM);
        }
    }
    free(items);
    if (taken == 0) {
        ret->count = 0;
        ret->duration_us = 0;
    } else if (filling.closing != NULL) {
        place(&filling, ROLE_CLOSING, filling.closing, filling.closing->duration_us);
    }
}

void rundown_finish(struct rundown *rundown) {
    free(rundown->elements);
    free(rundown->omissions);
    *rundown = (struct rundown){0};
}

void rundown_record(const struct rundown *rundown, struct walltime start, struct civil_date date,
                    struct rotation_history *history) {
    for (size_t i = 0; i < rundown->count; i++) {
        const struct rundown_element *element = &rundown->elements[i];
        rotation_history_record(history, element->item->id, walltime_add(start, element->offset_us),
                                date);
    }
}

enum { EXPLAIN_TITLES = 3 };

/* "'A', 'B' and 4 more: it has expired" for one verdict. */
static void explain_verdict(const struct rundown *rundown, enum rotation_verdict verdict,
                            struct text *text) {
    size_t found = 0;
    for (size_t i = 0; i < rundown->omissions_count; i++) {
        const struct rundown_omission *omission = &rundown->omissions[i];
        if (omission->verdict != verdict) {
            continue;
        }
        if (found < EXPLAIN_TITLES) {
            text_add_string(text, found != 0 ? ", " : text->length != 0 ? "; " : "");
            text_add_format(text, "'%s'", omission->title);
        }
        found++;
    }
    if (found > EXPLAIN_TITLES) {
        text_add_format(text, tr(" and %zu more"), found - EXPLAIN_TITLES);
    }
    if (found != 0) {
        text_add_format(text, ": %s", rotation_verdict_words(verdict));
    }
}

void rundown_explain(const struct rundown *rundown, char *text, size_t size) {
    struct text all = {0};
    for (int verdict = ROTATION_MAY_AIR + 1; verdict <= ROTATION_MISSING; verdict++) {
        explain_verdict(rundown, (enum rotation_verdict)verdict, &all);
    }
    size_t length = all.length;
    if (length >= size) {
        length = size - 1;
        while (length != 0 && ((unsigned char)all.bytes[length] & 0xC0) == 0x80) {
            length--;
        }
    }
    if (length != 0) {
        memcpy(text, all.bytes, length);
    }
    text[length] = '\0';
    text_finish(&all);
}
