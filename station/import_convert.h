/* import_convert: one foreign sound decoded in full, measured, and kept as FLAC. Runs inside the
 * confined helper loaxa-import, which has one descriptor to read and one to write.
 *
 * Headers are not trusted: rate and channels are bounded, the length is what really came, and what
 * the file claimed is compared with it. */
#ifndef LOAXA_STATION_IMPORT_CONVERT_H
#define LOAXA_STATION_IMPORT_CONVERT_H

#include "base/digest.h"
#include "base/fail.h"

#include <stdbool.h>
#include <stdint.h>

struct import_limits {
    int64_t bytes_max; /* of the file */
    int64_t seconds_max;
    bool allow_truncated; /* take what there is of a file that is cut off or damaged */
    int64_t timeout_ms;   /* of the whole import; 0: as long as seconds_max may take */
};

/* 2 GiB, 4 hours, nothing truncated. */
#define IMPORT_LIMITS_DEFAULT ((struct import_limits){INT64_C(2) << 30, 4 * 3600, false, 0})

enum { IMPORT_FORMAT_SIZE = 40 };

struct import_facts {
    char format[IMPORT_FORMAT_SIZE]; /* "MP3", "mov, aac" */
    uint32_t rate;                   /* frames a second, as it came and as it is kept */
    uint32_t source_channels;        /* as they came */
    uint32_t channels;               /* as they are kept: 1 or 2 */
    int64_t frames, duration_us;
    int64_t claimed_us; /* what the header said; -1: nothing */
    bool truncated;     /* less came than the file claims, or it broke off */
    double integrated_lufs, true_peak_dbtp, sample_peak_dbfs;
    int64_t leading_silence_us, trailing_silence_us; /* both are the duration for pure silence */
    struct digest samples; /* of rate, channels and the 16-bit samples: equal for equal sound */
};

/* Told at most a hundred times; false gives up (FAIL_TIMEOUT). claimed_us may be -1, and wrong. */
struct import_watch {
    bool (*step)(void *context, int64_t done_us, int64_t claimed_us);
    void *context;
};

/* Reads `from_fd` (a regular file, by pread) and writes FLAC of 16 bits into the empty `to_fd`.
 * Both are borrowed. `watch` may be NULL. Every refusal is a sentence for the person who chose the
 * file: FAIL_INVALID (not sound, damaged, cut off), FAIL_LIMIT (too large, too long), FAIL_FULL. */
bool import_convert(int from_fd, int to_fd, const struct import_limits *limits,
                    const struct import_watch *watch, struct import_facts *ret_facts,
                    struct fail *why);

#endif
