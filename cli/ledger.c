#include "cli/ledger.h"

#include "base/memory.h"
#include "base/words.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "scheduler/occurrence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
    char occurrence[OCCURRENCE_TEXT_SIZE];
    size_t order; /* in which it was planned */
    char *title, *column, *words;
    int64_t start_us, end_us;
    int64_t first_us, last_us; /* sound; 0: none */
    bool beside;               /* not planned by a rule */
    bool has_outcome;
    enum outcome outcome;
    enum outcome_reason reason;
    size_t airings;
};

struct ledger {
    struct civil_date from, until;
    struct row *rows;
    size_t count, capacity;
    /* The rows by occurrence: an open table of indices + 1, so that a year of a busy station is
     * found in no time. */
    size_t *slots, slots_count;
};

struct ledger *ledger_create(struct civil_date from, struct civil_date until) {
    struct ledger *ledger = memory_new(sizeof *ledger);
    ledger->from = from;
    ledger->until = until;
    return ledger;
}

void ledger_destroy(struct ledger *ledger) {
    for (size_t i = 0; ledger != NULL && i < ledger->count; i++) {
        free(ledger->rows[i].title);
        free(ledger->rows[i].column);
        free(ledger->rows[i].words);
    }
    if (ledger != NULL) {
        free(ledger->rows);
        free(ledger->slots);
    }
    free(ledger);
}

static uint64_t hash_of(const char *text) { /* FNV-1a */
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
    return hash;
}

/* The slot that holds the occurrence, or the empty one where it belongs. */
static size_t *find_slot(const struct ledger *ledger, const char *occurrence) {
    size_t at = hash_of(occurrence) & (ledger->slots_count - 1);
    while (ledger->slots[at] != 0 &&
           strcmp(ledger->rows[ledger->slots[at] - 1].occurrence, occurrence) != 0) {
        at = (at + 1) & (ledger->slots_count - 1);
    }
    return &ledger->slots[at];
}

static void grow_slots(struct ledger *ledger) {
    if (ledger->count * 2 < ledger->slots_count) {
        return;
    }
    free(ledger->slots);
    ledger->slots_count = ledger->slots_count == 0 ? 256 : ledger->slots_count * 4;
    ledger->slots = memory_new(ledger->slots_count * sizeof *ledger->slots);
    for (size_t i = 0; i < ledger->count; i++) {
        *find_slot(ledger, ledger->rows[i].occurrence) = i + 1;
    }
}

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static int64_t whole_of(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static void set_text(char **text, const char *value) {
    free(*text);
    *text = memory_text(value);
}

/* The event's row; NULL where its occurrence is outside the span or unknown and not to be made. */
static struct row *row_of(struct ledger *ledger, const json_t *event, bool make) {
    const char *name = text_of(event, "occ");
    struct occurrence_key key;
    if (strlen(name) >= OCCURRENCE_TEXT_SIZE || !occurrence_parse(name, &key, NULL)) {
        return NULL;
    }
    if ((ledger->from.year != 0 && civil_date_compare(key.original.date, ledger->from) < 0) ||
        (ledger->until.year != 0 && civil_date_compare(key.original.date, ledger->until) > 0)) {
        return NULL;
    }
    grow_slots(ledger);
    size_t *slot = find_slot(ledger, name);
    if (*slot != 0) {
        return &ledger->rows[*slot - 1];
    }
    if (!make) {
        return NULL;
    }
    ledger->rows =
        memory_room(ledger->rows, ledger->count, &ledger->capacity, sizeof *ledger->rows);
    struct row *row = &ledger->rows[ledger->count];
    *row = (struct row){.order = ledger->count, .beside = key.origin != 's'};
    strcpy(row->occurrence, name);
    row->title = memory_text("");
    row->column = memory_text("");
    row->words = memory_text("");
    *slot = ++ledger->count;
    return row;
}

static void add_outcome(struct row *row, const json_t *event) {
    row->has_outcome = outcome_parse(text_of(event, "outcome"), &row->outcome);
    if (!outcome_reason_parse(text_of(event, "reason"), &row->reason)) {
        row->reason = REASON_NONE;
    }
    row->first_us = whole_of(event, "first_us");
    row->last_us = whole_of(event, "last_us");
    row->airings = json_array_size(json_object_get(event, "airings"));
    set_text(&row->words, text_of(event, "words"));
}

void ledger_add(struct ledger *ledger, const json_t *event) {
    const char *type = text_of(event, "type");
    bool planned = strcmp(type, "planned") == 0, moved = strcmp(type, "moved") == 0;
    bool opened = strcmp(type, "opened") == 0, closed = strcmp(type, "closed") == 0;
    if (!planned && !moved && !opened && !closed && strcmp(type, "outcome") != 0) {
        return;
    }
    const char *name = text_of(event, "occ");
    bool manual = name[0] != 's';
    struct row *row = row_of(ledger, event, planned || (opened && manual));
    if (row == NULL) {
        return;
    }
    if (planned || moved) {
        row->start_us = whole_of(event, "start_us");
        row->end_us = whole_of(event, "end_us");
        set_text(&row->words, text_of(event, "words"));
    }
    if (planned) {
        const json_t *segment = json_object_get(event, "segment");
        set_text(&row->title, text_of(segment, "title"));
        set_text(&row->column, text_of(segment, "column_title"));
    } else if (opened && manual) {
        row->start_us = row->start_us != 0 ? row->start_us : whole_of(event, "planned_us");
        row->airings++;
        if (row->title[0] == '\0') {
            set_text(&row->title, text_of(json_object_get(event, "item"), "title"));
        }
    } else if (closed && manual && whole_of(event, "first_us") != 0) {
        row->first_us = row->first_us != 0 ? row->first_us : whole_of(event, "first_us");
        row->last_us = whole_of(event, "last_us");
    } else if (!moved && !opened && !closed) {
        add_outcome(row, event);
    }
}

static int by_start(const void *a, const void *b) {
    const struct row *one = *(const struct row *const *)a, *other = *(const struct row *const *)b;
    if (one->start_us != other->start_us) {
        return one->start_us < other->start_us ? -1 : 1;
    }
    return one->order < other->order ? -1 : 1;
}

static void set_times(json_t *object, const struct row *row, const struct zone *zone) {
    char text[MOMENT_TEXT_SIZE];
    moment_format(zone, row->start_us, text);
    listing_set(object, "start", text);
    listing_set_whole(object, "start_us", row->start_us);
    if (row->end_us != 0) {
        listing_set_whole(object, "end_us", row->end_us);
    }
    if (row->first_us != 0) {
        moment_format_time(zone, row->first_us + 500000, text); /* to the nearest second */
        listing_set(object, "first", text);
        listing_set_whole(object, "first_us", row->first_us);
        moment_format_time(zone, row->last_us + 500000, text);
        listing_set(object, "last", text);
        listing_set_whole(object, "last_us", row->last_us);
    }
}

static json_t *row_json(const struct row *row, const struct zone *zone) {
    json_t *object = json_object();
    listing_set(object, "occ", row->occurrence);
    set_times(object, row, zone);
    listing_set(object, "title", row->title);
    if (row->column[0] != '\0') {
        listing_set(object, "column", row->column);
    }
    if (row->has_outcome) {
        listing_set(object, "outcome", outcome_word(row->outcome));
        listing_set(object, "reason", outcome_reason_word(row->reason));
    } else if (!row->beside) {
        listing_set(object, "outcome", "ahead");
    }
    listing_set_whole(object, "airings", (json_int_t)row->airings);
    listing_set(object, "words", row->words);
    return object;
}

json_t *ledger_json(struct ledger *ledger, const struct zone *zone) {
    json_int_t counts[OUTCOMES] = {0}, planned = 0, ahead = 0;
    json_t *rows = json_array(), *beside = json_array(), *outcomes = json_object();
    const struct row **sorted = memory_new((ledger->count + 1) * sizeof *sorted);
    for (size_t i = 0; i < ledger->count; i++) {
        sorted[i] = &ledger->rows[i];
    }
    qsort(sorted, ledger->count, sizeof *sorted, by_start);
    for (size_t i = 0; i < ledger->count; i++) {
        const struct row *row = sorted[i];
        json_array_append_new(row->beside ? beside : rows, row_json(row, zone));
        if (row->beside) {
            continue;
        }
        planned++;
        if (row->has_outcome) {
            counts[row->outcome]++;
        } else {
            ahead++;
        }
    }
    free(sorted);
    for (int i = 0; i < OUTCOMES; i++) {
        listing_set_whole(outcomes, outcome_word((enum outcome)i), counts[i]);
    }
    return json_pack("{s:I, s:I, s:o, s:o, s:o}", "planned", planned, "ahead", ahead, "outcomes",
                     outcomes, "rows", rows, "beside", beside);
}

/* Of a day with a broadcast every few minutes so many that lie ahead are shown to eyes. */
enum { LEDGER_AHEAD_SHOWN = 5 };

/* The rows with outcome and reason in the words of the process's language; *ret_hidden counts those
 * that were left out. */
static json_t *rows_in_words(const json_t *rows, size_t *ret_hidden) {
    json_t *shown = json_array();
    size_t index, ahead = 0;
    json_t *row;
    json_array_foreach(rows, index, row) {
        ahead += strcmp(text_of(row, "outcome"), "ahead") == 0;
        if (strcmp(text_of(row, "outcome"), "ahead") == 0 && ahead > LEDGER_AHEAD_SHOWN) {
            continue;
        }
        json_t *copy = json_copy(row);
        enum outcome outcome;
        enum outcome_reason reason;
        if (outcome_parse(text_of(row, "outcome"), &outcome)) {
            listing_set(copy, "outcome", outcome_text(outcome));
        } else if (json_object_get(row, "outcome") != NULL) {
            listing_set(copy, "outcome", tr("ahead"));
        }
        if (outcome_reason_parse(text_of(row, "reason"), &reason)) {
            listing_set(copy, "reason", reason != REASON_NONE ? outcome_reason_text(reason) : "");
        }
        json_array_append_new(shown, copy);
    }
    *ret_hidden = ahead > LEDGER_AHEAD_SHOWN ? ahead - LEDGER_AHEAD_SHOWN : 0;
    return shown;
}

void ledger_print(const json_t *ledger) {
    static const struct listing_column columns[] = {
        {"start", /* tr */ "Planned", 0},      {"title", /* tr */ "Title", 36},
        {"first", /* tr */ "From", 0},         {"last", /* tr */ "Until", 0},
        {"outcome", /* tr */ "Outcome", 0},    {"reason", /* tr */ "Reason", 0},
        {"words", /* tr */ "Explanation", 60},
    };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    size_t hidden;
    listing_print(rows_in_words(json_object_get(ledger, "rows"), &hidden), false, columns, COLUMNS,
                  tr("Nothing was planned in this span."));
    if (hidden != 0) {
        printf(tr("… and %zu more ahead\n"), hidden);
    }
    const json_t *beside = json_object_get(ledger, "beside");
    if (json_array_size(beside) != 0) {
        printf("\n%s\n", tr("Beside the plan:"));
        listing_print(rows_in_words(beside, &hidden), false, columns, 4, "");
    }
    printf("\n%s %lld =", tr("planned"), (long long)whole_of(ledger, "planned"));
    const char *word;
    json_t *count;
    json_object_foreach(json_object_get(ledger, "outcomes"), word, count) {
        enum outcome outcome;
        if (json_integer_value(count) != 0 && outcome_parse(word, &outcome)) {
            printf(" %lld %s +", (long long)json_integer_value(count), outcome_text(outcome));
        }
    }
    printf(" %lld %s\n", (long long)whole_of(ledger, "ahead"), tr("ahead"));
}
