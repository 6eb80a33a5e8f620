/* Any bytes as a sound file: converted or refused with a sentence. */
#include "station/import_convert.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libsndfile forgets the codec's state of a broken Ogg file; the helper ends after one file. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libvorbis.so\nleak:libsndfile.so\nleak:libopus.so\n";
}

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
