/* column: the columns (chuyên mục) in station.db. */
#ifndef LOAXA_STORE_COLUMN_H
#define LOAXA_STORE_COLUMN_H

#include "playlists/column.h"
#include "store/change.h"

/* Adds (id 0) or changes one; fills in column->id. Titles are unique. Needs the right to plan. */
bool store_column_save(struct database *database, const struct actor *actor, struct column *column,
                       struct fail *why);
/* FAIL_NOT_FOUND. The caller frees *ret: column_finish(). */
bool store_column_load(struct database *database, int64_t id, struct column *ret, struct fail *why);
/* By its title, or by its number in digits. */
bool store_column_find(struct database *database, const char *title, struct column *ret,
                       struct fail *why);
/* Sorted by id. The caller frees each and the array. */
bool store_column_list(struct database *database, struct column **ret, size_t *ret_count,
                       struct fail *why);
/* FAIL_CONFLICT while a segment or an item belongs to it. */
bool store_column_remove(struct database *database, const struct actor *actor, int64_t id,
                         struct fail *why);

#endif
