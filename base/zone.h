/* zone: a time zone as a value, read from the tz database's compiled files (TZif, RFC 8536).
 *
 * Conversion is pure: it looks at nothing but the value, so that the scheduler stays free of files
 * and of the process's own TZ. The station's default is Asia/Ho_Chi_Minh. */
#ifndef LOAXA_BASE_ZONE_H
#define LOAXA_BASE_ZONE_H

#include "base/civil.h"
#include "base/fail.h"
#include "base/walltime.h"

#include <stddef.h>

struct zone;

/* Reads `name` ("Asia/Ho_Chi_Minh") from the system's tz database; "UTC" needs no file. Names that
 * leave the database's folder are refused. The caller owns *ret_zone: zone_destroy(). Not RT safe.
 */
bool zone_load(const char *name, struct zone **ret_zone, struct fail *why);
/* The same from the bytes of a TZif file; every size in it is checked against `size`. */
bool zone_of_bytes(const char *name, const void *bytes, size_t size, struct zone **ret_zone,
                   struct fail *why);
/* A zone with one constant offset, for tests and for stations without tz database. */
struct zone *zone_fixed(const char *name, int32_t utc_offset_s);
void zone_destroy(struct zone *zone);

/* Borrowed until zone_destroy(). The version is the tz database's ("2026a"), or "" where unknown.
 */
const char *zone_name(const struct zone *zone);
const char *zone_version(const struct zone *zone);

/* Seconds east of Greenwich in force at an instant. */
int32_t zone_offset_at(const struct zone *zone, struct walltime t);

/* The first instant after `after` at which that offset changes; false where it never does. */
bool zone_next_change(const struct zone *zone, struct walltime after, struct walltime *ret_change);

/* What the clock on the wall shows at an instant (whole seconds). */
struct civil zone_civil(const struct zone *zone, struct walltime t);

/* How a civil time maps to instants. */
enum zone_fit {
    ZONE_UNIQUE,
    ZONE_GAP,  /* the clock was put forward over it: shifted forward by the gap's length */
    ZONE_TWICE /* the clock was put back: the first of the two is taken */
};
/* ret_fit may be NULL. */
struct walltime zone_instant(const struct zone *zone, struct civil civil, enum zone_fit *ret_fit);

#endif
