/* source: a written text made ready for reading: composed (NFC), without the characters nobody sees,
 * its hard-wrapped lines joined, each byte knowing where in the original it came from.
 * Thread: any. Pure. Linear in the length of the text. */
#ifndef LOAXA_TTS_SOURCE_H
#define LOAXA_TTS_SOURCE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Something in the original that cannot be read aloud. */
struct source_fault {
    bool hidden; /* a control or direction character; else bytes that are not UTF-8 */
    uint32_t begin, end;
};

struct source {
    struct text text; /* paragraphs, one a line: '\n' only between two of them */
    uint32_t *origin; /* text.length + 1 offsets into the original */
    size_t origin_capacity;
    struct source_fault *faults;
    size_t fault_count;
    size_t fault_capacity;
};

/* Fills *ret, which starts as {0} or was cleared. `single_line` treats line ends as spaces. */
void source_read(struct source *ret, const char *original, size_t length, bool single_line);
void source_finish(struct source *source);

#endif
