/* zones: sets of loudspeaker zones (cụm loa) as people type them. */
#ifndef LOAXA_CLI_ZONES_H
#define LOAXA_CLI_ZONES_H

#include "base/fail.h"
#include "scheduler/permit.h"

#include <jansson.h>
#include <stdbool.h>

/* Reads "all", "3" or "0,2,5-7". Not empty. */
bool zones_parse(const char *word, zone_set *ret_zones, struct fail *why);
enum { ZONES_TEXT_SIZE = 96 };
/* "all" or "0,2,5". */
void zones_format(zone_set zones, char text[ZONES_TEXT_SIZE]);
/* An array of zone numbers, the caller's. */
json_t *zones_json(zone_set zones);

#endif
