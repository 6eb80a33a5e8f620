/* Any bytes as a sound file: converted or refused with a sentence. */
#include "station/import_convert.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int from = memfd_create("from", 0), to = memfd_create("to", 0);
    struct import_limits limits = {1 << 20, 20, true, 0};
    struct import_facts facts;
    struct fail why = {0};
    if (write(from, data, size) == (ssize_t)size &&
        !import_convert(from, to, &limits, NULL, &facts, &why) && why.sentence[0] == '\0') {
        abort(); /* a refusal without a sentence */
    }
    close(from);
    close(to);
    return 0;
}
