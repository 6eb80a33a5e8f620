#include "store/asrun.h"

#include "base/memory.h"
#include "store/statement.h"

#include <stdlib.h>
#include <string.h>

/* A growing array of one of the header's structs. */
struct collecting {
    void *array;
    size_t count, capacity, element_size;
};

static void collect(struct collecting *collecting, const void *element) {
    collecting->array = memory_room(collecting->array, collecting->count, &collecting->capacity,
                                    collecting->element_size);
    memcpy((char *)collecting->array + collecting->count * collecting->element_size, element,
           collecting->element_size);
    collecting->count++;
}

/* Turns a parsed event into an element. */
typedef bool read_event(const json_t *event, struct collecting *collecting, struct fail *why);

/* Runs a query whose columns are seq and bytes, and collects an element a row. */
static bool collect_events(struct diary *diary, const char *sql, read_event *read,
                           struct collecting *collecting, struct fail *why) {
    struct statement s = statement_start(diary_database(diary), sql);
    bool row = true;
    bool ok = true;
    while (ok) {
        ok = statement_step(&s, &row, why);
        if (!ok || !row) {
            break;
        }
        size_t size;
        const void *bytes = statement_blob(&s, 1, &size);
        json_t *event = diary_event_read(bytes, size, why);
        ok = event != NULL
                 ? read(event, collecting, why)
                 : fail_prefix(why, "event %lld of the diary", (long long)statement_int(&s, 0));
        json_decref(event);
    }
    statement_end(&s);
    if (!ok) {
        free(collecting->array);
    }
    return ok;
}

static struct walltime instant(const json_t *event, const char *key) {
    return (struct walltime){diary_event_int(event, key)};
}

static bool read_airing(const json_t *event, struct collecting *collecting, struct fail *why) {
    struct asrun_airing airing = {
        .airing = diary_event_int(event, "seq"),
        .position = (int32_t)diary_event_int(event, "position"),
        .item = diary_event_int(json_object_get(event, "item"), "id"),
        .planned = instant(event, "planned_us"),
    };
    if (!occurrence_parse(diary_event_text(event, "occ"), &airing.occurrence, why)) {
        return false;
    }
    collect(collecting, &airing);
    return true;
}

bool asrun_open_airings(struct diary *diary, struct asrun_airing **ret, size_t *ret_count,
                        struct fail *why) {
    struct collecting found = {.element_size = sizeof **ret};
    if (!collect_events(diary,
                        "SELECT o.seq, o.bytes FROM event o WHERE o.type = 'opened'"
                        " AND NOT EXISTS (SELECT 1 FROM event c"
                        "  WHERE c.type = 'closed' AND c.airing = o.seq)"
                        " ORDER BY o.seq",
                        read_airing, &found, why)) {
        return false;
    }
    *ret = found.array;
    *ret_count = found.count;
    return true;
}

static bool read_occurrence(const json_t *event, struct collecting *collecting, struct fail *why) {
    struct asrun_occurrence planned = {
        .segment = diary_event_int(json_object_get(event, "segment"), "id"),
        .planned_seq = diary_event_int(event, "seq"),
        .start = instant(event, "start_us"),
        .end = instant(event, "end_us"),
        .grace_us = diary_event_int(event, "grace_us"),
    };
    if (!occurrence_parse(diary_event_text(event, "occ"), &planned.occurrence, why)) {
        return false;
    }
    collect(collecting, &planned);
    return true;
}

static bool move_occurrence(void *context, const struct diary_row *row, struct fail *why) {
    struct asrun_occurrence *planned = context;
    json_t *event = diary_event_read(row->bytes, row->size, why);
    if (event != NULL) {
        planned->start = instant(event, "start_us");
        planned->end = instant(event, "end_us");
    }
    json_decref(event);
    return event != NULL;
}

/* The last `moved` counts. */
static bool apply_moves(struct diary *diary, struct asrun_occurrence *planned, struct fail *why) {
    char occ[OCCURRENCE_TEXT_SIZE];
    occurrence_format(&planned->occurrence, occ);
    struct diary_query query = {.type = "moved", .occ = occ, .newest_first = true, .most = 1};
    return diary_each(diary, &query, move_occurrence, planned, why);
}

bool asrun_open_occurrences(struct diary *diary, struct asrun_occurrence **ret, size_t *ret_count,
                            struct fail *why) {
    struct collecting found = {.element_size = sizeof **ret};
    if (!collect_events(diary,
                        "SELECT p.seq, p.bytes FROM event p WHERE p.type = 'planned'"
                        " AND NOT EXISTS (SELECT 1 FROM event o"
                        "  WHERE o.type = 'outcome' AND o.occ = p.occ)"
                        " ORDER BY p.seq",
                        read_occurrence, &found, why)) {
        return false;
    }
    struct asrun_occurrence *occurrences = found.array;
    for (size_t i = 0; i < found.count; i++) {
        if (!apply_moves(diary, &occurrences[i], why)) {
            free(occurrences);
            return false;
        }
    }
    *ret = occurrences;
    *ret_count = found.count;
    return true;
}

bool asrun_history(struct diary *diary, struct rotation_history *ret, struct fail *why) {
    struct statement s = statement_start(
        diary_database(diary), "SELECT o.item, o.occ, coalesce(c.first_us, o.planned_us)"
                               " FROM event o INDEXED BY event_opened"
                               " LEFT JOIN event c ON c.type = 'closed' AND c.airing = o.seq"
                               " WHERE o.type = 'opened' AND o.item IS NOT NULL"
                               "  AND (c.seq IS NULL OR c.first_us IS NOT NULL)");
    bool row = true;
    bool ok = true;
    while (ok) {
        ok = statement_step(&s, &row, why);
        if (!ok || !row) {
            break;
        }
        struct occurrence_key occurrence;
        ok = occurrence_parse(statement_text(&s, 1), &occurrence, why);
        if (ok) {
            rotation_history_record(ret, statement_int(&s, 0),
                                    (struct walltime){statement_int(&s, 2)},
                                    occurrence.original.date);
        }
    }
    statement_end(&s);
    return ok;
}

bool asrun_next_number(struct diary *diary, char origin, int64_t *ret, struct fail *why) {
    const char from[2] = {origin, '\0'};
    const char until[2] = {(char)(origin + 1), '\0'};
    /* CAST reads the digits before the '@'. */
    struct statement s = statement_start(
        diary_database(diary), "SELECT coalesce(max(CAST(substr(occ, 2) AS INTEGER)), 0) + 1"
                               " FROM event INDEXED BY event_by_occ WHERE occ >= ? AND occ < ?");
    statement_bind_text(&s, from);
    statement_bind_text(&s, until);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok) {
        *ret = statement_int(&s, 0);
    }
    statement_end(&s);
    return ok;
}

bool asrun_clock(struct diary *diary, struct asrun_clock *ret, struct fail *why) {
    struct statement s =
        statement_start(diary_database(diary), "SELECT epoch, at_us FROM event"
                                               " ORDER BY epoch DESC, at_us DESC LIMIT 1");
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok) {
        *ret = (struct asrun_clock){0};
    }
    if (ok && row) {
        ret->epoch = (int32_t)statement_int(&s, 0);
        ret->last.us = statement_int(&s, 1);
    }
    statement_end(&s);
    return ok;
}

static bool read_span(const json_t *event, struct collecting *collecting, struct fail *why) {
    (void)why;
    struct asrun_span span = {instant(event, "from_us"), instant(event, "to_us")};
    collect(collecting, &span);
    return true;
}

bool asrun_restored(struct diary *diary, struct asrun_span **ret, size_t *ret_count,
                    struct fail *why) {
    struct collecting found = {.element_size = sizeof **ret};
    if (!collect_events(diary, "SELECT seq, bytes FROM event WHERE type = 'restored' ORDER BY seq",
                        read_span, &found, why)) {
        return false;
    }
    *ret = found.array;
    *ret_count = found.count;
    return true;
}
