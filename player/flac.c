#include "player/flac.h"

#include "base/memory.h"

#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <unistd.h>

struct flac_writer {
    int fd;
    int64_t position, size;
    int write_error; /* errno of the first write that failed, else 0 */
    uint32_t channels;
    int bits;
    SNDFILE *file;
};

static sf_count_t io_size(void *context) {
    return ((struct flac_writer *)context)->size;
}

static sf_count_t io_seek(sf_count_t offset, int whence, void *context) {
    struct flac_writer *flac = context;
    int64_t base = whence == SEEK_CUR ? flac->position : whence == SEEK_END ? flac->size : 0;
    if (base + offset < 0) {
        return -1;
    }
    flac->position = base + offset;
    return flac->position;
}

static sf_count_t io_read(void *bytes, sf_count_t count, void *context) {
    struct flac_writer *flac = context;
    ssize_t got = pread(flac->fd, bytes, (size_t)count, flac->position);
    if (got > 0) {
        flac->position += got;
    }
    return got > 0 ? got : 0;
}

static sf_count_t io_write(const void *bytes, sf_count_t count, void *context) {
    struct flac_writer *flac = context;
    sf_count_t done = 0;
    while (done < count) {
        ssize_t put =
            pwrite(flac->fd, (const char *)bytes + done, (size_t)(count - done), flac->position);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            flac->write_error = flac->write_error != 0 ? flac->write_error : put < 0 ? errno : EIO;
            break;
        }
        done += put;
        flac->position += put;
    }
    flac->size = flac->position > flac->size ? flac->position : flac->size;
    return done;
}

static sf_count_t io_tell(void *context) {
    return ((struct flac_writer *)context)->position;
}

static SF_VIRTUAL_IO flac_io = {
    .get_filelen = io_size, .seek = io_seek, .read = io_read, .write = io_write, .tell = io_tell};

static bool fail_to_write(const struct flac_writer *flac, struct fail *why) {
    int error = flac->write_error;
    if (error == ENOSPC || error == EDQUOT) {
        return fail_set(why, FAIL_FULL, "no room on the disk for the sound file");
    }
    if (error != 0) {
        return fail_system(why, error, "cannot write the sound file");
    }
    return fail_set(why, FAIL_SYSTEM, "cannot write the sound file: %s", sf_strerror(flac->file));
}

bool flac_create(int fd, uint32_t rate, uint32_t channels, int bits, struct flac_writer **ret_flac,
                 struct fail *why) {
    SF_INFO info = {.samplerate = (int)rate,
                    .channels = (int)channels,
                    .format = SF_FORMAT_FLAC | (bits == 24 ? SF_FORMAT_PCM_24 : SF_FORMAT_PCM_16)};
    if (channels < 1 || channels > DECODER_CHANNELS_MAX || rate < DECODER_RATE_MIN ||
        rate > DECODER_RATE_MAX || !sf_format_check(&info)) {
        return fail_set(why, FAIL_LIMIT, "no FLAC for %u frames a second in %u channels", rate,
                        channels);
    }
    struct flac_writer *flac = memory_new(sizeof *flac);
    *flac = (struct flac_writer){.fd = fd, .channels = channels, .bits = bits == 24 ? 24 : 16};
    flac->file = sf_open_virtual(&flac_io, SFM_WRITE, &info, flac);
    if (flac->file == NULL) {
        fail_to_write(flac, why);
        free(flac);
        return false;
    }
    *ret_flac = flac;
    return true;
}

/* libsndfile would multiply by 32767 when it writes and divide by 32768 when it reads: whole
 * numbers of our own keep the round trip exact. It takes the topmost bits of an int. */
static int steps_of(float sample, int bits) {
    double full = bits == 24 ? 8388608.0 : 32768.0;
    double steps = rint((double)sample * full);
    steps = steps > full - 1.0 ? full - 1.0 : steps < -full ? -full : steps;
    return (int)steps * (bits == 24 ? 256 : 65536);
}

bool flac_add(struct flac_writer *flac, const float *samples, size_t frames, struct fail *why) {
    int block[2048];
    size_t count = frames * flac->channels;
    size_t room = sizeof block / sizeof block[0] / flac->channels * flac->channels;
    for (size_t at = 0; at < count; at += room) {
        size_t part = count - at < room ? count - at : room;
        for (size_t i = 0; i < part; i++) {
            block[i] = steps_of(samples[at + i], flac->bits);
        }
        sf_count_t put = sf_write_int(flac->file, block, (sf_count_t)part);
        if (put != (sf_count_t)part || flac->write_error != 0) {
            return fail_to_write(flac, why);
        }
    }
    return true;
}

bool flac_finish(struct flac_writer *flac, struct fail *why) {
    int status = sf_close(flac->file);
    flac->file = NULL;
    bool done = status == 0 && flac->write_error == 0;
    if (!done) {
        fail_to_write(flac, why);
    }
    free(flac);
    return done;
}

void flac_destroy(struct flac_writer *flac) {
    if (flac == NULL) {
        return;
    }
    sf_close(flac->file);
    free(flac);
}

struct conversion {
    struct decoder *decoder;
    struct flac_writer *flac;
    struct loudness_meter *meter;
};

static bool take_block(void *context, const float *samples, size_t frames, struct fail *why) {
    struct conversion *work = context;
    loudness_add(work->meter, samples, frames);
    return flac_add(work->flac, samples, frames, why);
}

bool flac_convert(int from_fd, int to_fd, int64_t limit_s, const struct decoder_watch *watch,
                  struct loudness *ret_loudness, struct fail *why) {
    struct conversion work = {0};
    if (!decoder_open(from_fd, &work.decoder, why)) {
        return false;
    }
    const struct decoder_info *info = decoder_info(work.decoder);
    int bits = info->bits > 16 ? 24 : 16;
    bool done = loudness_create(info->rate, info->channels, LOUDNESS_FULL, &work.meter, why) &&
                flac_create(to_fd, info->rate, info->channels, bits, &work.flac, why) &&
                decoder_read_all(work.decoder, limit_s, &(struct decoder_sink){take_block, &work},
                                 watch, why);
    if (done) {
        struct flac_writer *flac = work.flac;
        work.flac = NULL;
        done = flac_finish(flac, why);
    }
    if (done) {
        loudness_end(work.meter, ret_loudness);
        ret_loudness->claimed_frames = info->claimed_frames;
    }
    flac_destroy(work.flac);
    loudness_destroy(work.meter);
    decoder_close(work.decoder);
    return done;
}
