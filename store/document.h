/* document: the official documents (văn bản) in station.db, and which items explain them. */
#ifndef LOAXA_STORE_DOCUMENT_H
#define LOAXA_STORE_DOCUMENT_H

#include "playlists/document.h"
#include "store/change.h"

/* Adds (id 0) or changes one; fills in document->id. A number is brought to its normal form where it
 * reads as one, and is unique. Needs the right to write. */
bool store_document_save(struct database *database, const struct actor *actor,
                         struct document *document, struct fail *why);
/* FAIL_NOT_FOUND. The caller frees *ret: document_finish(). */
bool store_document_load(struct database *database, int64_t id, struct document *ret,
                         struct fail *why);
/* By its number, or by its id in digits. */
bool store_document_find(struct database *database, const char *number, struct document *ret,
                         struct fail *why);
/* Sorted by id. The caller frees each and the array. */
bool store_document_list(struct database *database, struct document **ret, size_t *ret_count,
                         struct fail *why);
/* How many items that may air explain it (R5: 0 is "chưa tuyên truyền" before the diary is asked). */
bool store_document_coverage(struct database *database, int64_t id, int64_t *ret_items,
                             struct fail *why);
/* FAIL_CONFLICT while an item names it. */
bool store_document_remove(struct database *database, const struct actor *actor, int64_t id,
                           struct fail *why);

#endif
