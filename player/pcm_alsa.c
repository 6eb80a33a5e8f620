#include "player/pcm_alsa.h"

#include "base/memory.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct pcm_alsa {
    struct pcm pcm;
    char *name;   /* NULL for a WAV file */
    char *folder; /* NULL for a card */
    const struct player_clocks *clocks;
    snd_pcm_t *handle;
    snd_pcm_status_t *status;
    snd_config_t *config; /* the WAV file's, while it is open */
    struct pcm_shape shape;
    snd_pcm_format_t format;
    int64_t buffer_frames;
    uint8_t *converted; /* a period of at most 4 bytes a sample: fewer, larger writes are cheaper */
};

/* Sixteen bits are the most that a horn loudspeaker can tell, and the cheapest; the others are for
 * cards that know no sixteen. */
static const snd_pcm_format_t formats[] = {SND_PCM_FORMAT_S16_LE, SND_PCM_FORMAT_S32_LE,
                                           SND_PCM_FORMAT_S24_3LE, SND_PCM_FORMAT_S24_LE,
                                           SND_PCM_FORMAT_FLOAT_LE};

static float clamped(float sample) {
    return sample > 1.0f ? 1.0f : sample < -1.0f ? -1.0f : sample;
}

static void convert_16(const float *from, uint8_t *to, size_t count) {
    int16_t *out = (int16_t *)to;
    for (size_t i = 0; i < count; i++) {
        float x = from[i] * 32768.0f;
        x = x > 32767.0f ? 32767.0f : x;
        x = x < -32768.0f ? -32768.0f : x;
        /* This constant's own last bit is 1: adding it rounds to whole numbers. */
        out[i] = (int16_t)((x + 12582912.0f) - 12582912.0f);
    }
}

static void convert_wide(snd_pcm_format_t format, const float *from, uint8_t *to, size_t count) {
    for (size_t i = 0; i < count; i++) {
        float sample = clamped(from[i]);
        int32_t whole = (int32_t)lrint(fmin((double)sample * 8388608.0, 8388607.0));
        switch (format) {
        case SND_PCM_FORMAT_S24_3LE:
            to[3 * i] = (uint8_t)whole;
            to[3 * i + 1] = (uint8_t)(whole >> 8);
            to[3 * i + 2] = (uint8_t)(whole >> 16);
            break;
        case SND_PCM_FORMAT_S24_LE:
            ((int32_t *)to)[i] = whole;
            break;
        case SND_PCM_FORMAT_S32_LE:
            ((int32_t *)to)[i] = whole * 256;
            break;
        default:
            ((float *)to)[i] = sample;
            break;
        }
    }
}

static int choose_format(struct pcm_alsa *card, snd_pcm_hw_params_t *params) {
    int error = -EINVAL;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0] && error < 0; i++) {
        error = snd_pcm_hw_params_set_format(card->handle, params, formats[i]);
        card->format = formats[i];
    }
    return error;
}

static int set_hardware(struct pcm_alsa *card, const struct pcm_wish *wish) {
    snd_pcm_hw_params_t *params;
    snd_pcm_hw_params_alloca(&params);
    unsigned rate = wish->rate;
    unsigned channels = wish->channels;
    snd_pcm_uframes_t period, buffer;
    int error = snd_pcm_hw_params_any(card->handle, params);
    if (error >= 0) {
        /* Resampling is ours to do, and better. */
        snd_pcm_hw_params_set_rate_resample(card->handle, params, 0);
        error = snd_pcm_hw_params_set_access(card->handle, params, SND_PCM_ACCESS_RW_INTERLEAVED);
    }
    error = error < 0 ? error : choose_format(card, params);
    error =
        error < 0 ? error : snd_pcm_hw_params_set_channels_near(card->handle, params, &channels);
    error = error < 0 ? error : snd_pcm_hw_params_set_rate_near(card->handle, params, &rate, NULL);
    if (error < 0) {
        return error;
    }
    period = (snd_pcm_uframes_t)rate * wish->period_ms / 1000;
    buffer = (snd_pcm_uframes_t)rate * wish->queue_ms / 1000;
    snd_pcm_hw_params_set_buffer_size_near(card->handle, params, &buffer);
    snd_pcm_hw_params_set_period_size_near(card->handle, params, &period, NULL);
    error = snd_pcm_hw_params(card->handle, params);
    if (error < 0) {
        return error;
    }
    snd_pcm_hw_params_get_period_size(params, &period, NULL);
    snd_pcm_hw_params_get_buffer_size(params, &buffer);
    if (rate < 8000 || rate > 192000 || channels < 1 || channels > 8 || period < 16 ||
        buffer < 2 * period || buffer > 60 * (snd_pcm_uframes_t)rate) {
        return -ERANGE; /* a driver that answers nonsense */
    }
    int64_t queue = (int64_t)rate * wish->queue_ms / 1000;
    card->buffer_frames = (int64_t)buffer;
    card->shape =
        (struct pcm_shape){.rate = rate,
                           .channels = channels,
                           .period_frames = (int64_t)period,
                           .queue_frames = queue < (int64_t)buffer ? queue : (int64_t)buffer};
    return 0;
}

static int set_software(struct pcm_alsa *card) {
    snd_pcm_sw_params_t *params;
    snd_pcm_sw_params_alloca(&params);
    int error = snd_pcm_sw_params_current(card->handle, params);
    if (error < 0) {
        return error;
    }
    snd_pcm_sw_params_set_start_threshold(card->handle, params, 1);
    snd_pcm_sw_params_set_stop_threshold(card->handle, params,
                                         (snd_pcm_uframes_t)card->buffer_frames);
    snd_pcm_sw_params_set_avail_min(card->handle, params,
                                    (snd_pcm_uframes_t)card->shape.period_frames);
    snd_pcm_sw_params_set_tstamp_mode(card->handle, params, SND_PCM_TSTAMP_ENABLE);
    /* Refused by some plugins: pcm_alsa's read() then notices a stamp of another clock. */
    snd_pcm_sw_params_set_tstamp_type(card->handle, params, SND_PCM_TSTAMP_TYPE_MONOTONIC);
    return snd_pcm_sw_params(card->handle, params);
}

static int finish_opening(struct pcm_alsa *card, const struct pcm_wish *wish,
                          struct pcm_shape *ret_shape) {
    int error = set_hardware(card, wish);
    error = error < 0 ? error : set_software(card);
    error = error < 0 ? error : snd_pcm_prepare(card->handle);
    if (error < 0) {
        card->pcm.ops->close(&card->pcm);
        return error;
    }
    card->converted = memory_new((size_t)card->shape.period_frames * card->shape.channels * 4);
    *ret_shape = card->shape;
    return 0;
}

static int alsa_open(struct pcm *pcm, const struct pcm_wish *wish, struct pcm_shape *ret_shape) {
    struct pcm_alsa *card = (struct pcm_alsa *)pcm;
    int error = snd_pcm_open(&card->handle, card->name, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
    if (error < 0) {
        card->handle = NULL;
        return error;
    }
    error = finish_opening(card, wish, ret_shape);
    if (error == 0) {
        snprintf(ret_shape->place, sizeof ret_shape->place, "%s", card->name);
    }
    return error;
}

static void alsa_close(struct pcm *pcm) {
    struct pcm_alsa *card = (struct pcm_alsa *)pcm;
    if (card->handle != NULL) {
        snd_pcm_drop(card->handle);
        snd_pcm_close(card->handle);
        card->handle = NULL;
    }
    if (card->config != NULL) {
        snd_config_delete(card->config);
        card->config = NULL;
    }
    free(card->converted);
    card->converted = NULL;
}

static void alsa_destroy(struct pcm *pcm) {
    struct pcm_alsa *card = (struct pcm_alsa *)pcm;
    snd_pcm_status_free(card->status);
    free(card->name);
    free(card->folder);
    free(card);
}

static int error_of_state(snd_pcm_state_t state) {
    switch (state) {
    case SND_PCM_STATE_PREPARED:
    case SND_PCM_STATE_RUNNING:
        return 0;
    case SND_PCM_STATE_XRUN:
        return -EPIPE;
    case SND_PCM_STATE_SUSPENDED:
        return -ESTRPIPE;
    case SND_PCM_STATE_DISCONNECTED:
        return -ENODEV;
    default:
        return -EBADFD;
    }
}

static int alsa_read(struct pcm *pcm, struct pcm_reading *ret_reading) {
    struct pcm_alsa *card = (struct pcm_alsa *)pcm;
    int error = snd_pcm_status(card->handle, card->status);
    error = error < 0 ? error : error_of_state(snd_pcm_status_get_state(card->status));
    if (error < 0) {
        return error;
    }
    snd_htimestamp_t stamp;
    snd_pcm_status_get_htstamp(card->status, &stamp);
    int64_t now = card->clocks->now(card->clocks->context).mono_ns;
    int64_t instant = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
    /* snd-aloop gives 0 before its first update, and a plugin may stamp by the wall clock. */
    bool strange = instant > now + 1000000000 || instant < now - 1000000000;
    ret_reading->instant_ns = strange ? now : instant;
    ret_reading->delay_frames = snd_pcm_status_get_delay(card->status);
    int64_t queued = card->buffer_frames - (int64_t)snd_pcm_status_get_avail(card->status);
    ret_reading->room_frames = card->shape.queue_frames - queued;
    return 0;
}

static long alsa_write(struct pcm *pcm, const float *samples, size_t frames) {
    struct pcm_alsa *card = (struct pcm_alsa *)pcm;
    uint32_t channels = card->shape.channels;
    size_t done = 0;
    while (done < frames) {
        size_t most = (size_t)card->shape.period_frames;
        size_t part = frames - done < most ? frames - done : most;
        const float *from = samples + done * channels;
        if (card->format == SND_PCM_FORMAT_S16_LE) {
            convert_16(from, card->converted, part * channels);
        } else {
            convert_wide(card->format, from, card->converted, part * channels);
        }
        snd_pcm_sframes_t put = snd_pcm_writei(card->handle, card->converted, part);
        if (put < 0 && put != -EAGAIN) {
            return put;
        }
        if (put > (snd_pcm_sframes_t)part) {
            return -EIO;
        }
        done += put > 0 ? (size_t)put : 0;
        if (put < (snd_pcm_sframes_t)part) {
            break;
        }
    }
    return (long)done;
}

static int alsa_restart(struct pcm *pcm, int error) {
    struct pcm_alsa *card = (struct pcm_alsa *)pcm;
    if (error == -ESTRPIPE) {
        int resumed = snd_pcm_resume(card->handle);
        if (resumed == -EAGAIN) {
            return -EAGAIN; /* still asleep */
        }
        /* Also after a success: what was queued belongs to the past. */
        snd_pcm_drop(card->handle);
    }
    return snd_pcm_prepare(card->handle);
}

static const struct pcm_ops alsa_ops = {.open = alsa_open,
                                        .close = alsa_close,
                                        .destroy = alsa_destroy,
                                        .read = alsa_read,
                                        .write = alsa_write,
                                        .restart = alsa_restart};

/* What fails is said once, by the engine's events; libasound would print each attempt. */
__attribute__((format(printf, 5, 6))) static void
keep_quiet(const char *file, int line, const char *function, int error, const char *format, ...) {
    (void)file, (void)line, (void)function, (void)error, (void)format;
}

static struct pcm_alsa *new_card(const struct pcm_ops *ops) {
    snd_lib_error_set_handler(keep_quiet);
    struct pcm_alsa *card = memory_new(sizeof *card);
    card->pcm.ops = ops;
    if (snd_pcm_status_malloc(&card->status) < 0) {
        abort();
    }
    return card;
}

struct pcm *pcm_alsa_create(const char *name, const struct player_clocks *clocks) {
    struct pcm_alsa *card = new_card(&alsa_ops);
    card->name = memory_text(name);
    card->clocks = clocks;
    return &card->pcm;
}

/* The plugin understands % and | in a name, and its configuration quotes: such folders are refused
 * rather than escaped. Returns 0 or a negative errno. */
static int choose_path(const struct pcm_alsa *card, char path[PCM_PLACE_SIZE]) {
    if (card->folder[0] == '|' || strpbrk(card->folder, "%\"\\\n") != NULL) {
        return -EINVAL;
    }
    if (access(card->folder, W_OK | X_OK) != 0) {
        return -errno;
    }
    struct timespec now;
    struct tm local;
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &local);
    char stamp[32];
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%S", &local);
    for (int number = 0; number < 1000; number++) {
        int length = snprintf(path, PCM_PLACE_SIZE, "%s/%s.%03ld%s%.0d.wav", card->folder, stamp,
                              now.tv_nsec / 1000000, number > 0 ? "-" : "", number);
        if (length >= PCM_PLACE_SIZE) {
            return -ENAMETOOLONG;
        }
        if (access(path, F_OK) != 0) {
            return 0;
        }
    }
    return -EEXIST;
}

static int load_config(struct pcm_alsa *card, const char *path) {
    char text[PCM_PLACE_SIZE + 128];
    int length = snprintf(text, sizeof text,
                          "pcm.wav { type file slave { pcm { type null } } file \"%s\" "
                          "format \"wav\" perm 0644 }",
                          path);
    snd_input_t *input;
    int error = snd_input_buffer_open(&input, text, length);
    if (error < 0) {
        return error;
    }
    error = snd_config_top(&card->config);
    error = error < 0 ? error : snd_config_load(card->config, input);
    snd_input_close(input);
    return error;
}

static int wav_open(struct pcm *pcm, const struct pcm_wish *wish, struct pcm_shape *ret_shape) {
    struct pcm_alsa *card = (struct pcm_alsa *)pcm;
    char path[PCM_PLACE_SIZE];
    int error = choose_path(card, path);
    error = error < 0 ? error : load_config(card, path);
    if (error == 0) {
        error = snd_pcm_open_lconf(&card->handle, "wav", SND_PCM_STREAM_PLAYBACK, 0, card->config);
    }
    if (error < 0) {
        card->handle = NULL;
        alsa_close(pcm);
        return error;
    }
    error = finish_opening(card, wish, ret_shape);
    if (error == 0) {
        memcpy(ret_shape->place, path, sizeof path);
    }
    return error;
}

static const struct pcm_ops wav_ops = {.open = wav_open,
                                       .close = alsa_close,
                                       .destroy = alsa_destroy,
                                       .read = alsa_read,
                                       .write = alsa_write,
                                       .restart = alsa_restart};

struct pcm *pcm_alsa_wav_create(const char *folder) {
    struct pcm_alsa *card = new_card(&wav_ops);
    card->folder = memory_text(folder);
    card->clocks = &player_clocks_system;
    return &card->pcm;
}
