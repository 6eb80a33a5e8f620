#include "store/item_row.h"

#include "base/memory.h"
#include "store/field.h"

#include <stdlib.h>

static bool read_documents(struct database *database, struct item *item, struct fail *why) {
    size_t capacity = 0;
    struct statement s = statement_start(
        database,
        "SELECT document FROM item_document WHERE item = ? AND version = ? ORDER BY document");
    statement_bind_int(&s, item->id);
    statement_bind_int(&s, item->version);
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        FIELD_APPEND(item->documents, item->documents_count, capacity, statement_int(&s, 0));
    }
    statement_end(&s);
    return ok;
}

static bool read_topics(struct database *database, struct item *item, struct fail *why) {
    size_t capacity = 0;
    struct statement s = statement_start(
        database, "SELECT topic FROM item_topic WHERE item = ? AND version = ? ORDER BY place");
    statement_bind_int(&s, item->id);
    statement_bind_int(&s, item->version);
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        FIELD_APPEND(item->topics, item->topics_count, capacity, statement_copy(&s, 0));
    }
    statement_end(&s);
    return ok;
}

/* What ITEM_ROW names, in its order. */
static struct item fields_of(const struct statement *s) {
    struct item item = {
        .id = statement_int(s, 0),
        .version = (int32_t)statement_int(s, 1),
        .genre = GENRE_OTHER,
        .title = statement_copy(s, 5),
        .language = statement_copy(s, 6),
        .source = statement_copy(s, 7),
        .author = statement_copy(s, 8),
        .approver = statement_copy(s, 9),
        .approved_at = {statement_int(s, 10)},
        .column_id = statement_int(s, 11),
        .text_hash = statement_digest(s, 12),
        .sound_hash = statement_digest(s, 13),
        .duration_us = statement_int(s, 14),
        .trim_start_us = statement_int(s, 15),
        .trim_end_us = statement_int(s, 16),
        .loudness_mlufs = (int32_t)statement_int(s, 17),
        .true_peak_mdb = (int32_t)statement_int(s, 18),
        .valid_from = field_date_of(statement_text(s, 19)),
        .valid_until = field_date_of(statement_text(s, 20)),
        .limit = {.most_a_day = (int32_t)statement_int(s, 21),
                  .most_in_all = (int32_t)statement_int(s, 22),
                  .least_gap_s = (int32_t)statement_int(s, 23)},
        .corrects = statement_int(s, 24),
        .local = statement_int(s, 25) != 0,
    };
    item_kind_parse(statement_text(s, 2), &item.kind);
    genre_parse(statement_text(s, 3), &item.genre);
    approval_state_parse(statement_text(s, 4), &item.state);
    return item;
}

bool item_row_read(const struct statement *s, struct item *ret, struct fail *why) {
    struct item item = fields_of(s);
    if (!read_documents(s->database, &item, why) || !read_topics(s->database, &item, why)) {
        item_finish(&item);
        return false;
    }
    *ret = item;
    return true;
}

bool item_row_one(struct statement *s, int64_t id, struct item *ret, struct fail *why) {
    bool row = false;
    bool ok = statement_step(s, &row, why);
    if (ok && row) {
        ok = item_row_read(s, ret, why);
    } else if (ok) {
        ok = fail_set(why, FAIL_NOT_FOUND, "there is no such version of item %lld", (long long)id);
    }
    statement_end(s);
    return ok;
}

bool item_row_all(struct statement *s, struct item **ret, size_t *ret_count, struct fail *why) {
    struct item *items = NULL;
    size_t count = 0;
    size_t capacity = 0;
    bool row = true;
    bool ok = true;
    while (ok && (ok = statement_step(s, &row, why)) && row) {
        struct item item;
        ok = item_row_read(s, &item, why);
        if (ok) {
            FIELD_APPEND(items, count, capacity, item);
        }
    }
    statement_end(s);
    if (!ok) {
        for (size_t i = 0; i < count; i++) {
            item_finish(&items[i]);
        }
        free(items);
        return false;
    }
    *ret = items;
    *ret_count = count;
    return true;
}
