/* import_shape: what the first and last bytes of a file tell before any decoder sees it: whether
 * libsndfile knows the format, and whether the file is as long as its own header says. libsndfile
 * mends a WAV or Ogg file that was cut off and says nothing of it. */
#ifndef LOAXA_STATION_IMPORT_SHAPE_H
#define LOAXA_STATION_IMPORT_SHAPE_H

#include "base/fail.h"

#include <stdbool.h>
#include <stdint.h>

struct import_shape {
    bool native;        /* WAV, AIFF, FLAC, MP3 or Ogg by its first bytes */
    bool cut_off;       /* its end is missing */
    int64_t claimed_us; /* the length it would have had, where the header says so; else -1 */
};

/* Reads by pread(). Refuses only what is plainly something else (FAIL_INVALID: a picture, a text, a
 * ZIP archive), so that a person is told what they chose. */
bool import_shape_read(int fd, int64_t size, struct import_shape *ret_shape, struct fail *why);

#endif
