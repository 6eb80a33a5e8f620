/* template: the kinds of day in station.db, and when each is in force. */
#ifndef LOAXA_STORE_TEMPLATE_H
#define LOAXA_STORE_TEMPLATE_H

#include "scheduler/profile.h"
#include "store/change.h"

/* Adds (id 0) or changes a template and the days it is in force; fills in template->id. Needs the
 * right to plan. */
bool store_template_save(struct database *database, const struct actor *actor,
                         struct day_template *template, const struct template_span *spans,
                         size_t spans_count, struct fail *why);
/* Templates sorted by id, spans in the order in which they were entered. The caller frees both. */
bool store_template_list(struct database *database, struct day_template **ret, size_t *ret_count,
                         struct template_span **ret_spans, size_t *ret_spans_count,
                         struct fail *why);
bool store_template_remove(struct database *database, const struct actor *actor, int64_t id,
                           struct fail *why);

#endif
