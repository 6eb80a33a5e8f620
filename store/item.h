/* item: the items and all their versions in station.db.
 *
 * A version's content never changes once it was submitted (a trigger holds that too); an edit makes
 * the next version, in draft, by its own author. Which version airs: the last that was ever
 * approved, unless it was withdrawn. */
#ifndef LOAXA_STORE_ITEM_H
#define LOAXA_STORE_ITEM_H

#include "base/text.h"
#include "playlists/approval.h"
#include "playlists/item.h"
#include "store/change.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What belongs to a version besides `struct item`. Borrowed; NULL and zeros where there is none. */
struct item_content {
    const char *text;            /* a bulletin's text, a clip's transcript */
    const char *original_name;   /* the file that was imported */
    struct digest original_hash; /* of that file's bytes: a second import is known by it */
};

/* Adds an item with its first version, in draft; *ret_id is its identity. Ignored in `item`: id,
 * version, state, author (the actor), approver, text_hash (computed). Needs the right to write. */
bool store_item_create(struct database *database, const struct actor *actor,
                       const struct item *item, const struct item_content *content, int64_t *ret_id,
                       struct fail *why);
/* Adds the next version of item->id, in draft. content->text NULL keeps the text of the version
 * before; so does a zero original_hash the original. */
bool store_item_edit(struct database *database, const struct actor *actor, const struct item *item,
                     const struct item_content *content, int32_t *ret_version, struct fail *why);
/* Gives a draft its rendered sound: sound_hash, duration, trims, loudness and peak are taken from
 * `item`, whose id and version say which. FAIL_CONFLICT where it is no draft any more. */
bool store_item_set_sound(struct database *database, const struct actor *actor,
                          const struct item *item, struct fail *why);

/* version 0: the latest. FAIL_NOT_FOUND. The caller frees *ret: item_finish(). */
bool store_item_load(struct database *database, int64_t id, int32_t version, struct item *ret,
                     struct fail *why);
/* The version that may air; FAIL_NOT_FOUND where none may. */
bool store_item_load_airing(struct database *database, int64_t id, struct item *ret,
                            struct fail *why);
/* The text of a version, added to *ret. */
bool store_item_text(struct database *database, int64_t id, int32_t version, struct text *ret,
                     struct fail *why);

/* Which items; zeros ask for all. Latest versions, sorted by id. */
struct item_query {
    bool by_state;
    enum approval_state state; /* of the latest version */
    int64_t column_id;
    bool airing; /* instead: of each item the version that may air */
};
bool store_item_list(struct database *database, const struct item_query *query, struct item **ret,
                     size_t *ret_count, struct fail *why);

/* The item whose sound or whose original has this hash, 0 where there is none. */
bool store_item_find_sound(struct database *database, const struct digest *hash, int64_t *ret_id,
                           struct fail *why);

/* One step of approval (playlists/approval.h). version 0 means the latest, and for a withdrawal the
 * one that may air where there is one. Approving checks that the stored sound in `folder` (the
 * station's) is whole and the one that was submitted. *ret_item, which the caller frees, is the
 * version as it is now: for the diary. */
bool store_item_step(struct database *database, const char *folder, const struct actor *actor,
                     enum approval_action action, int64_t id, int32_t version, const char *words,
                     struct item *ret_item, struct fail *why);

/* What was decided about an item, oldest first. Borrowed for the visit. */
struct approval_row {
    int32_t version;
    const char *action, *login, *words;
    struct walltime at;
    struct digest text_hash, sound_hash;
};
typedef bool approval_visit(void *context, const struct approval_row *row, struct fail *why);
bool store_item_approvals(struct database *database, int64_t id, approval_visit *visit,
                          void *context, struct fail *why);

#endif
