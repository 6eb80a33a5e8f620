/* A sound file from anywhere: opened, read to the end (within a bound), sought in. */
#include "player/decoder.h"

#include "player/loudness.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static bool few_frames(void *context, int64_t frames, int64_t claimed_frames) {
    (void)context, (void)claimed_frames;
    return frames < 1000000;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    int fd = memfd_create("sound", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size) {
        abort();
    }
    struct fail why;
    struct loudness loudness;
    struct decoder_watch watch = {few_frames, NULL};
    if (loudness_measure(fd, 10, &watch, &loudness, &why)) {
        struct loudness_target target = LOUDNESS_TARGET_DEFAULT;
        if (loudness.frames < 1 || !isfinite(loudness_gain_db(&loudness, &target))) {
            abort();
        }
    }
    struct decoder *decoder;
    if (decoder_open(fd, &decoder, &why)) {
        float block[64 * DECODER_CHANNELS_MAX];
        size_t got;
        if (decoder_seek(decoder, decoder_info(decoder)->claimed_frames / 2, &why)) {
            decoder_read(decoder, block, 64, &got, &why);
        }
        decoder_close(decoder);
    }
    close(fd);
    return 0;
}
