/* ledger: planned occurrences against what became of them, from the diary's events alone.
 *
 * Feed it events in the order of their numbers; it keeps one row a planned occurrence, the last
 * `moved` and the outcome. Manual, live, emergency and test airings stand beside the sum, never in
 * it (docs/formats/diary.md). Whatever the span: planned = sum over outcomes + still ahead. */
#ifndef LOAXA_CLI_LEDGER_H
#define LOAXA_CLI_LEDGER_H

#include "base/civil.h"
#include "base/zone.h"
#include "scheduler/outcome.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ledger;

/* Occurrences whose original civil date lies in [from, until]; year 0 leaves an end open. */
struct ledger *ledger_create(struct civil_date from, struct civil_date until);
void ledger_destroy(struct ledger *ledger); /* NULL is allowed */

/* One event as the diary holds it; types that do not concern it are skipped. Borrowed. */
void ledger_add(struct ledger *ledger, const json_t *event);

/* {"planned":N,"ahead":N,"outcomes":{"aired":N,…},"rows":[…],"beside":[…]}; the caller's. Rows are
 * sorted by their start. `zone` gives the texts of times. */
json_t *ledger_json(struct ledger *ledger, const struct zone *zone);

/* Prints that JSON (borrowed) for eyes: a table, then the sum. */
void ledger_print(const json_t *ledger);

#endif
