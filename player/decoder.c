#include "player/decoder.h"

#include "base/memory.h"

#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct decoder {
    int fd;
    int64_t size;       /* of the file when it was opened: later growth is not ours */
    int64_t position;   /* libsndfile's, ours: the descriptor's own is left alone */
    int read_error;     /* errno of the first read that failed, else 0 */
    int64_t frame;      /* the next to be given */
    bool whole_numbers; /* each sample is one, within full scale */
    SNDFILE *file;
    struct decoder_info info;
};

static sf_count_t io_size(void *context) {
    return ((struct decoder *)context)->size;
}

static sf_count_t io_seek(sf_count_t offset, int whence, void *context) {
    struct decoder *decoder = context;
    int64_t base = whence == SEEK_CUR ? decoder->position : whence == SEEK_END ? decoder->size : 0;
    int64_t target;
    if (__builtin_add_overflow(base, offset, &target) || target < 0) {
        return -1;
    }
    decoder->position = target;
    return target;
}

static sf_count_t io_read(void *bytes, sf_count_t count, void *context) {
    struct decoder *decoder = context;
    int64_t left = decoder->size - decoder->position;
    if (count > left) {
        count = left;
    }
    sf_count_t done = 0;
    while (done < count) {
        ssize_t got =
            pread(decoder->fd, (char *)bytes + done, (size_t)(count - done), decoder->position);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && decoder->read_error == 0) {
            decoder->read_error = errno;
        }
        if (got <= 0) {
            break;
        }
        done += got;
        decoder->position += got;
    }
    return done;
}

static sf_count_t io_write(const void *bytes, sf_count_t count, void *context) {
    (void)bytes, (void)count, (void)context;
    return 0;
}

static sf_count_t io_tell(void *context) {
    return ((struct decoder *)context)->position;
}

static SF_VIRTUAL_IO decoder_io = {
    .get_filelen = io_size, .seek = io_seek, .read = io_read, .write = io_write, .tell = io_tell};

/* libsndfile knows some thirty formats by guessing; ours are few, and only these reach it. */
static bool begins_as_known(const uint8_t *head, size_t size) {
    if (size < 12) {
        return false;
    }
    bool wave = memcmp(head, "RIFF", 4) == 0 || memcmp(head, "RF64", 4) == 0;
    if (wave) {
        return memcmp(head + 8, "WAVE", 4) == 0;
    }
    if (memcmp(head, "FORM", 4) == 0) {
        return memcmp(head + 8, "AIFF", 4) == 0 || memcmp(head + 8, "AIFC", 4) == 0;
    }
    bool mpeg_frame = head[0] == 0xff && (head[1] & 0xe0) == 0xe0 && (head[1] & 0x06) != 0;
    return memcmp(head, "fLaC", 4) == 0 || memcmp(head, "OggS", 4) == 0 ||
           memcmp(head, "ID3", 3) == 0 || mpeg_frame;
}

static bool refuse_format(struct fail *why) {
    return fail_set(why, FAIL_INVALID,
                    "this is not a sound file that can be read here: WAV, AIFF, FLAC, MP3, Ogg "
                    "Vorbis or Opus");
}

static bool check_file(struct decoder *decoder, struct fail *why) {
    struct stat status;
    if (fstat(decoder->fd, &status) != 0) {
        return fail_system(why, errno, "cannot read the file");
    }
    if (!S_ISREG(status.st_mode)) {
        return fail_set(why, FAIL_INVALID, "a sound must be an ordinary file");
    }
    if (status.st_size == 0) {
        return fail_set(why, FAIL_INVALID, "the sound file is empty");
    }
    decoder->size = status.st_size;
    uint8_t head[12] = {0};
    ssize_t got = pread(decoder->fd, head, sizeof head, 0);
    if (got < 0) {
        return fail_system(why, errno, "cannot read the file");
    }
    return begins_as_known(head, (size_t)got) || refuse_format(why);
}

static const char *format_name(int format) {
    switch (format & SF_FORMAT_TYPEMASK) {
    case SF_FORMAT_WAV:
    case SF_FORMAT_WAVEX:
    case SF_FORMAT_RF64:
        return "WAV";
    case SF_FORMAT_AIFF:
        return "AIFF";
    case SF_FORMAT_FLAC:
        return "FLAC";
    case SF_FORMAT_MPEG:
        return "MP3";
    case SF_FORMAT_OGG:
        switch (format & SF_FORMAT_SUBMASK) {
        case SF_FORMAT_VORBIS:
            return "Vorbis";
        case SF_FORMAT_OPUS:
            return "Opus";
        default:
            return "FLAC";
        }
    default:
        return NULL;
    }
}

static int sample_bits(int format) {
    switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
        return 8;
    case SF_FORMAT_PCM_24:
        return 24;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
    case SF_FORMAT_DOUBLE:
        return 32;
    default:
        return 16;
    }
}

static bool open_sound(struct decoder *decoder, struct fail *why) {
    if (!check_file(decoder, why)) {
        return false;
    }
    SF_INFO info = {0};
    decoder->file = sf_open_virtual(&decoder_io, SFM_READ, &info, decoder);
    if (decoder->file == NULL) {
        if (decoder->read_error != 0) {
            return fail_system(why, decoder->read_error, "cannot read the file");
        }
        return fail_set(why, FAIL_INVALID, "the sound file is damaged: %s", sf_strerror(NULL));
    }
    const char *name = format_name(info.format);
    if (name == NULL) {
        return refuse_format(why);
    }
    if (info.samplerate < DECODER_RATE_MIN || info.samplerate > DECODER_RATE_MAX) {
        return fail_set(why, FAIL_LIMIT, "a sound of %d frames a second: %d to %d are accepted",
                        info.samplerate, DECODER_RATE_MIN, DECODER_RATE_MAX);
    }
    if (info.channels < 1 || info.channels > DECODER_CHANNELS_MAX) {
        return fail_set(why, FAIL_LIMIT, "a sound of %d channels: 1 to %d are accepted",
                        info.channels, DECODER_CHANNELS_MAX);
    }
    int subtype = info.format & SF_FORMAT_SUBMASK;
    decoder->whole_numbers = subtype >= SF_FORMAT_PCM_S8 && subtype <= SF_FORMAT_PCM_U8;
    bool says = info.frames >= 0 && info.frames < SF_COUNT_MAX;
    decoder->info = (struct decoder_info){.rate = (uint32_t)info.samplerate,
                                          .channels = (uint32_t)info.channels,
                                          .claimed_frames = says ? info.frames : -1,
                                          .bits = sample_bits(info.format),
                                          .format = name};
    return true;
}

bool decoder_open(int fd, struct decoder **ret_decoder, struct fail *why) {
    struct decoder *decoder = memory_new(sizeof *decoder);
    decoder->fd = fd;
    if (!open_sound(decoder, why)) {
        decoder_close(decoder);
        return false;
    }
    *ret_decoder = decoder;
    return true;
}

void decoder_close(struct decoder *decoder) {
    if (decoder == NULL) {
        return;
    }
    if (decoder->file != NULL) {
        sf_close(decoder->file);
    }
    memory_free_pointer(&decoder);
}

const struct decoder_info *decoder_info(const struct decoder *decoder) {
    return &decoder->info;
}

/* A file of floats may hold anything; one NaN would live for ever in a filter behind us. */
static void make_finite(float *samples, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!(fabsf(samples[i]) <= 16.0f)) {
            samples[i] = samples[i] > 16.0f ? 16.0f : samples[i] < -16.0f ? -16.0f : 0.0f;
        }
    }
}

bool decoder_read(struct decoder *decoder, float *samples, size_t frames, size_t *ret_frames,
                  struct fail *why) {
    sf_count_t got = sf_readf_float(decoder->file, samples, (sf_count_t)frames);
    if (got <= 0) {
        if (decoder->read_error != 0) {
            return fail_system(why, decoder->read_error, "cannot read the file");
        }
        if (got < 0 || sf_error(decoder->file) != SF_ERR_NO_ERROR) {
            return fail_set(why, FAIL_INVALID, "the sound file is damaged: %s",
                            sf_strerror(decoder->file));
        }
        got = 0;
    }
    if ((size_t)got > frames) {
        return fail_set(why, FAIL_INVALID, "the sound file is damaged: %s", decoder->info.format);
    }
    if (!decoder->whole_numbers) {
        make_finite(samples, (size_t)got * decoder->info.channels);
    }
    decoder->frame += got;
    *ret_frames = (size_t)got;
    return true;
}

static bool read_through(struct decoder *decoder, int64_t frames, struct fail *why) {
    float block[512 * DECODER_CHANNELS_MAX];
    while (frames > 0) {
        size_t got = 0;
        size_t want = frames < 512 ? (size_t)frames : 512;
        if (!decoder_read(decoder, block, want, &got, why)) {
            return false;
        }
        if (got == 0) {
            return true;
        }
        frames -= (int64_t)got;
    }
    return true;
}

bool decoder_seek(struct decoder *decoder, int64_t frame, struct fail *why) {
    int64_t end = decoder->info.claimed_frames;
    if (end >= 0 && frame > end) {
        frame = end;
    }
    if (sf_seek(decoder->file, frame, SEEK_SET) == frame) {
        decoder->frame = frame;
        return true;
    }
    if (frame >= decoder->frame) {
        return read_through(decoder, frame - decoder->frame, why);
    }
    return fail_set(why, FAIL_INVALID, "the sound file is damaged: %s", sf_strerror(decoder->file));
}

bool decoder_read_all(struct decoder *decoder, int64_t limit_s, const struct decoder_sink *sink,
                      const struct decoder_watch *watch, struct fail *why) {
    float block[4096];
    size_t room = sizeof block / sizeof block[0] / decoder->info.channels;
    int64_t frames = 0;
    for (;;) {
        size_t got = 0;
        if (!decoder_read(decoder, block, room, &got, why)) {
            return false;
        }
        if (got == 0) {
            break;
        }
        frames += (int64_t)got;
        if (frames > limit_s * (int64_t)decoder->info.rate) {
            return fail_set(why, FAIL_LIMIT, "the sound is longer than %ld seconds", (long)limit_s);
        }
        if (!sink->take(sink->context, block, got, why)) {
            return false;
        }
        if (watch != NULL && !watch->step(watch->context, frames, decoder->info.claimed_frames)) {
            return fail_set(why, FAIL_TIMEOUT, "reading the sound was given up");
        }
    }
    return frames > 0 || fail_set(why, FAIL_INVALID, "the sound file holds no sound");
}
