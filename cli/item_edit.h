/* item_edit: the options that clips, bulletins and `item edit` share, and an item as JSON. */
#ifndef LOAXA_CLI_ITEM_EDIT_H
#define LOAXA_CLI_ITEM_EDIT_H

#include "base/fail.h"
#include "cli/options.h"
#include "playlists/item.h"
#include "store/database.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Start with {0}. Texts are borrowed from the command line. */
struct item_edit {
    const char *title, *column, *genre, *language, *source;
    struct option_list documents, topics;
    struct civil_date from, until;
    int64_t most_a_day, most_in_all, gap_us, corrects;
    bool local, not_local;
    struct {
        bool source, from, until, most_a_day, most_in_all, gap, corrects;
    } given;
};

enum { ITEM_EDIT_RULES = 14 };
size_t item_edit_rules(struct item_edit *edit, struct option_rule rules[ITEM_EDIT_RULES]);

/* A new item: Vietnamese, nothing else. The caller finishes it. */
struct item item_edit_blank(void);

/* Carries the options out on *item, the caller's. Columns and documents are looked up by number or
 * name: FAIL_NOT_FOUND where there is none. A new item takes its column's genre unless told. */
bool item_edit_apply(const struct item_edit *edit, struct database *database, struct item *item,
                     struct fail *why);

json_t *item_edit_json(const struct item *item);

/* "draft" … in the words of the process's language. */
const char *item_edit_state_text(enum approval_state state);

#endif
