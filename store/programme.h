/* programme: station.db as the one snapshot that the core plans from (scheduler/programme.h). */
#ifndef LOAXA_STORE_PROGRAMME_H
#define LOAXA_STORE_PROGRAMME_H

#include "scheduler/programme.h"
#include "store/database.h"

/* Reads everything in one transaction: enabled segments, columns, of each item the version that may
 * air (a newer draft does not displace it, a withdrawal does), documents, profile, templates and
 * holds. revision is store_generation()'s number. The caller releases *ret. */
bool store_programme_load(struct database *database, struct programme **ret, struct fail *why);

#endif
