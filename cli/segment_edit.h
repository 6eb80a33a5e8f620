/* segment_edit: what the options of `loaxa segment add` and `edit` change of a segment. Pure but for
 * what options_read() does. */
#ifndef LOAXA_CLI_SEGMENT_EDIT_H
#define LOAXA_CLI_SEGMENT_EDIT_H

#include "base/fail.h"
#include "base/zone.h"
#include "cli/options.h"
#include "scheduler/segment.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Start with {0}. Texts are borrowed from the command line. */
struct segment_edit {
    const char *title, *rule, *lunar, *class, *rank, *end, *zones, *words;
    const char *column_word; /* --column as typed: who has the store looks it up into `column` */
    int64_t column, order, fade_ms, template, duration_us, grace_us;
    struct civil start;
    struct option_list also, except, cancel, move, restore;
    struct {
        bool column, order, fade, template, duration, grace, start, rule, lunar;
    } given;
};

enum { SEGMENT_EDIT_RULES = 20 };
/* The options; returns how many. `rules` has room for SEGMENT_EDIT_RULES, filled from the start. */
size_t segment_edit_rules(struct segment_edit *edit, struct option_rule rules[SEGMENT_EDIT_RULES]);

/* A segment as `add` begins with: normal class, of a column, all zones, finishes its last item,
 * grace of 10 minutes. The caller finishes it. */
struct segment segment_edit_blank(void);

/* Carries the options out on *segment, which is the caller's and stays usable on failure. `actor`
 * is written beside moved and cancelled occurrences. A moved or cancelled occurrence must be one
 * that the rule gives. Checks the whole at the end: FAIL_INVALID with the reason. */
bool segment_edit_apply(const struct segment_edit *edit, const char *actor, const struct zone *zone,
                        struct segment *segment, struct fail *why);

/* This-and-following: from `date` on *segment ends before it and *ret_rest, the caller's, continues
 * its rule with its own id 0. Exceptions go where they belong. FAIL_CONFLICT where nothing is left
 * on one of the two sides. */
bool segment_edit_split(struct segment *segment, struct civil_date date, const struct zone *zone,
                        struct segment *ret_rest, struct fail *why);

/* The segment as JSON for listings; `rule_words` says the rule in the process's language. */
json_t *segment_edit_json(const struct segment *segment);

#endif
