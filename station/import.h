/* import: a foreign sound file becomes a sound that may be approved, in a confined child.
 *
 * The child (loaxa-import) gets the file and an empty file to write, and nothing else of the world;
 * it decodes everything, keeps it as FLAC of 16 bits at its own rate and one or two channels, and
 * measures it. This side starts it, hears its progress, ends it when its time is over, and believes
 * only what it can check: the FLAC is hashed here. Thread: any; blocks until done. */
#ifndef LOAXA_STATION_IMPORT_H
#define LOAXA_STATION_IMPORT_H

#include "base/digest.h"
#include "base/fail.h"
#include "station/import_convert.h"

#include <stdbool.h>
#include <stdint.h>

struct import_result {
    struct import_facts facts;
    struct digest sound;    /* SHA-256 of the FLAC file: its name among the station's sounds */
    struct digest original; /* of the file as it came */
    int64_t original_bytes;
};

/* Imports `from_fd` (a regular file open for reading) into `to_fd` (empty, open for reading and
 * writing); both are borrowed. `watch` may be NULL. Fails as import_convert() does, and with
 * FAIL_TIMEOUT where the child did not end in its time, FAIL_DEVICE where it died or is missing. */
bool import_sound(int from_fd, int to_fd, const struct import_limits *limits,
                  const struct import_watch *watch, struct import_result *ret_result,
                  struct fail *why);

#endif
