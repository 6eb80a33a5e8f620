/* item_row: a row of item_version as a `struct item`. Inside the store only. */
#ifndef LOAXA_STORE_ITEM_ROW_H
#define LOAXA_STORE_ITEM_ROW_H

#include "playlists/item.h"
#include "store/statement.h"

#include <stdbool.h>

/* The columns that item_row_read() expects, of `item_version v JOIN item i ON i.id = v.item`. */
#define ITEM_ROW                                                                                \
    "v.item, v.version, i.kind, v.genre, v.state, v.title, v.language, v.source, v.author,"     \
    " v.approver, v.approved_us, v.broadcast_column, v.text_hash, v.sound_hash, v.duration_us," \
    " v.trim_start_us, v.trim_end_us, v.loudness_mlufs, v.true_peak_mdb, v.valid_from,"         \
    " v.valid_until, v.most_a_day, v.most_in_all, v.least_gap_s, v.corrects, v.local"
#define ITEM_FROM " FROM item_version v JOIN item i ON i.id = v.item"
/* The version that may air: the last that was ever approved, unless it was withdrawn. */
#define ITEM_MAY_AIR                                                                   \
    " v.state = 'approved' AND v.version = (SELECT max(w.version) FROM item_version w" \
    " WHERE w.item = v.item AND w.approved_us IS NOT NULL)"

/* The row at hand with its documents and topics; the caller frees *ret. */
bool item_row_read(const struct statement *s, struct item *ret, struct fail *why);

/* Steps the statement once, reads the item or fails with NOT_FOUND, and ends it. */
bool item_row_one(struct statement *s, int64_t id, struct item *ret, struct fail *why);

/* Steps to the end, collecting the items, and ends it. */
bool item_row_all(struct statement *s, struct item **ret, size_t *ret_count, struct fail *why);

#endif
