/* sound: makes sound files in memory (memfd) for tests. Full scale is 1.0. */
#ifndef LOAXA_TESTS_TESTBED_SOUND_H
#define LOAXA_TESTS_TESTBED_SOUND_H

#include <math.h>
#include <sndfile.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A sample of channel c at frame n. */
typedef float sound_shape(int64_t n, uint32_t c, double rate);

static inline float sound_sine(int64_t n, uint32_t c, double rate) {
    (void)c;
    return (float)(0.5 * sin(2.0 * M_PI * 997.0 * (double)n / rate));
}

/* Different in each frame and channel, exact in 16 bits: what was moved, dropped or doubled shows.
 */
static inline float sound_counter(int64_t n, uint32_t c, double rate) {
    (void)rate;
    uint32_t x = (uint32_t)n * 2654435761u + c * 40503u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return (float)(int16_t)(x & 0xffff) / 32768.0f * 0.25f;
}

static inline float sound_rounded(float x) {
    return (float)(rint((double)x * 32768.0) / 32768.0);
}

/* `format` is libsndfile's. Samples of a 16-bit format are written exactly as sound_rounded(). The
 * caller closes the descriptor. -1 where this libsndfile cannot write the format. */
static inline int sound_file(int format, uint32_t rate, uint32_t channels, int64_t frames,
                             sound_shape *shape) {
    int fd = memfd_create("sound", MFD_CLOEXEC);
    SF_INFO info = {.samplerate = (int)rate, .channels = (int)channels, .format = format};
    SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &info, 0);
    if (file == NULL) {
        close(fd);
        return -1;
    }
    enum { BLOCK = 1024 };
    float *floats = malloc(sizeof *floats * BLOCK * channels);
    short *shorts = malloc(sizeof *shorts * BLOCK * channels);
    for (int64_t at = 0; at < frames; at += BLOCK) {
        int64_t part = frames - at < BLOCK ? frames - at : BLOCK;
        for (int64_t i = 0; i < part; i++) {
            for (uint32_t c = 0; c < channels; c++) {
                float x = shape(at + i, c, rate);
                floats[i * channels + c] = x;
                shorts[i * channels + c] = (short)fmin(rint((double)x * 32768.0), 32767.0);
            }
        }
        if ((format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_16) {
            sf_writef_short(file, shorts, part);
        } else {
            sf_writef_float(file, floats, part);
        }
    }
    free(floats);
    free(shorts);
    sf_close(file);
    return fd;
}

static inline int sound_of_bytes(const void *bytes, size_t size) {
    int fd = memfd_create("sound", MFD_CLOEXEC);
    if (write(fd, bytes, size) != (ssize_t)size) {
        abort();
    }
    return fd;
}

#endif
