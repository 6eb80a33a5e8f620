#include "station/import_foreign.h"

#include "base/memory.h"

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { IO_SIZE = 64 * 1024, RATE_MIN = 4000, RATE_MAX = 192000, CHANNELS_MAX = 16 };

/* What is read at all: FFmpeg knows hundreds of formats, and every parser is a door. */
static const char formats[] = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,amr,amrnb,amrwb,aac,caf,asf,"
                              "ogg,mp3,wav,flac,aiff";
static const char *const codecs[] = {
    "aac",       "aac_latm",      "amrnb",        "amrwb",     "opus",      "vorbis",
    "mp3float",  "mp3",           "mp2float",     "mp2",       "flac",      "alac",
    "ac3",       "wmav1",         "wmav2",        "pcm_s16le", "pcm_s16be", "pcm_s24le",
    "pcm_s24be", "pcm_s32le",     "pcm_f32le",    "pcm_u8",    "pcm_alaw",  "pcm_mulaw",
    "adpcm_ms",  "adpcm_ima_wav", "adpcm_ima_qt", "gsm_ms",    NULL};

struct foreign {
    int fd;
    int64_t position;
    int read_error;
    AVIOContext *io;
    AVFormatContext *container;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame;
    SwrContext *mixer;
    int stream;
    int mixer_rate, mixer_format, mixer_channels; /* what the mixer was made for */
    bool drained;                                 /* the container gave its last packet */
    bool finished; /* the codec gave its last frame, and the mixer what it held */
    int64_t packets, broken;
    float *held; /* interleaved frames that were decoded and not yet given */
    size_t held_at, held_frames, held_capacity;
    struct foreign_info info;
};

static int io_read(void *context, uint8_t *bytes, int size) {
    struct foreign *foreign = context;
    ssize_t got = pread(foreign->fd, bytes, (size_t)size, foreign->position);
    if (got < 0) {
        foreign->read_error = errno;
        return AVERROR(errno);
    }
    foreign->position += got;
    return got == 0 ? AVERROR_EOF : (int)got;
}

static int64_t io_seek(void *context, int64_t offset, int whence) {
    struct foreign *foreign = context;
    int64_t size = lseek(foreign->fd, 0, SEEK_END);
    if (whence == AVSEEK_SIZE) {
        return size;
    }
    int64_t base = whence == SEEK_CUR ? foreign->position : whence == SEEK_END ? size : 0;
    int64_t target;
    if (__builtin_add_overflow(base, offset, &target) || target < 0) {
        return AVERROR(EINVAL);
    }
    foreign->position = target;
    return target;
}

static bool fail_av(int error, const char **ret_words, char words[AV_ERROR_MAX_STRING_SIZE]) {
    *ret_words = av_make_error_string(words, AV_ERROR_MAX_STRING_SIZE, error);
    return false;
}

static bool open_container(struct foreign *foreign, struct fail *why) {
    char buffer[AV_ERROR_MAX_STRING_SIZE];
    const char *words;
    uint8_t *bytes = av_malloc(IO_SIZE);
    foreign->io = avio_alloc_context(bytes, IO_SIZE, 0, foreign, io_read, NULL, io_seek);
    foreign->container = avformat_alloc_context();
    foreign->container->pb = foreign->io;
    foreign->container->flags |= AVFMT_FLAG_CUSTOM_IO;
    foreign->container->format_whitelist = av_strdup(formats);
    foreign->container->max_streams = 32;
    foreign->container->probesize = 5 << 20;
    int error = avformat_open_input(&foreign->container, NULL, NULL, NULL);
    if (error == 0) {
        error = avformat_find_stream_info(foreign->container, NULL);
    }
    if (error >= 0) {
        return true;
    }
    if (foreign->read_error != 0) {
        return fail_system(why, foreign->read_error, "cannot read the file");
    }
    fail_av(error, &words, buffer);
    return fail_set(
        why, FAIL_INVALID,
        "this is no sound that can be read here, or it is damaged or cut off before its "
        "index: %s",
        words);
}

static bool is_allowed(const char *codec) {
    for (size_t i = 0; codecs[i] != NULL; i++) {
        if (strcmp(codecs[i], codec) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_encrypted(const AVCodecParameters *parameters) {
    return parameters->codec_tag == MKTAG('e', 'n', 'c', 'a') ||
           parameters->codec_tag == MKTAG('d', 'r', 'm', 's') ||
           parameters->codec_tag == MKTAG('a', 'a', 'v', 'd');
}

static bool find_stream(struct foreign *foreign, const AVCodec **ret_decoder, struct fail *why) {
    int stream = av_find_best_stream(foreign->container, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0);
    if (stream < 0) {
        return fail_set(why, FAIL_INVALID, "there is no sound in this file");
    }
    const AVCodecParameters *parameters = foreign->container->streams[stream]->codecpar;
    if (is_encrypted(parameters)) {
        return fail_set(why, FAIL_INVALID,
                        "the sound in this file is encrypted: it was bought or "
                        "rented and cannot be used here");
    }
    const AVCodec *decoder = avcodec_find_decoder(parameters->codec_id);
    if (decoder == NULL || !is_allowed(decoder->name)) {
        return fail_set(why, FAIL_INVALID,
                        "the sound in this file is coded as %s, which is not read "
                        "here: convert it to MP3 or WAV first",
                        avcodec_get_name(parameters->codec_id));
    }
    for (unsigned i = 0; i < foreign->container->nb_streams; i++) {
        if ((int)i != stream) {
            foreign->container->streams[i]->discard = AVDISCARD_ALL;
        }
    }
    foreign->stream = stream;
    *ret_decoder = decoder;
    return true;
}

static bool open_codec(struct foreign *foreign, const AVCodec *decoder, struct fail *why) {
    const AVStream *stream = foreign->container->streams[foreign->stream];
    foreign->codec = avcodec_alloc_context3(decoder);
    foreign->codec->thread_count = 1; /* the confinement allows no thread */
    foreign->codec->pkt_timebase = stream->time_base;
    if (avcodec_parameters_to_context(foreign->codec, stream->codecpar) < 0 ||
        avcodec_open2(foreign->codec, decoder, NULL) < 0) {
        return fail_set(why, FAIL_INVALID, "the sound in this file is damaged: %s", decoder->name);
    }
    int rate = foreign->codec->sample_rate, channels = foreign->codec->ch_layout.nb_channels;
    if (rate < RATE_MIN || rate > RATE_MAX) {
        return fail_set(why, FAIL_LIMIT, "a sound of %d frames a second: %d to %d are accepted",
                        rate, RATE_MIN, RATE_MAX);
    }
    if (channels < 1 || channels > CHANNELS_MAX) {
        return fail_set(why, FAIL_LIMIT, "a sound of %d channels: 1 to %d are accepted", channels,
                        CHANNELS_MAX);
    }
    foreign->info.rate = (uint32_t)rate;
    foreign->info.channels = channels > 1 ? 2 : 1;
    return true;
}

/* A duration that was only guessed from the size and the bit rate is none. */
static int64_t claimed_frames(const struct foreign *foreign) {
    const AVFormatContext *container = foreign->container;
    const AVStream *stream = container->streams[foreign->stream];
    bool guessed = container->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
    double seconds = -1.0;
    if (stream->duration != AV_NOPTS_VALUE && !guessed) {
        seconds = (double)stream->duration * av_q2d(stream->time_base);
    } else if (container->duration != AV_NOPTS_VALUE && !guessed && container->nb_streams == 1) {
        seconds = (double)container->duration / AV_TIME_BASE;
    }
    return seconds > 0.0 && seconds < 1e7 ? (int64_t)(seconds * foreign->info.rate) : -1;
}

static bool open_all(struct foreign *foreign, struct fail *why) {
    const AVCodec *decoder = NULL;
    if (!open_container(foreign, why) || !find_stream(foreign, &decoder, why) ||
        !open_codec(foreign, decoder, why)) {
        return false;
    }
    foreign->info.claimed_frames = claimed_frames(foreign);
    const char *container = foreign->container->iformat->name;
    snprintf(foreign->info.format, sizeof foreign->info.format, "%.*s, %.20s",
             (int)strcspn(container, ","), container, decoder->name);
    foreign->packet = av_packet_alloc();
    foreign->frame = av_frame_alloc();
    return true;
}

bool foreign_open(int fd, struct foreign **ret_foreign, struct fail *why) {
    struct foreign *foreign = memory_new(sizeof *foreign);
    foreign->fd = fd;
    av_log_set_level(AV_LOG_QUIET);
    if (!open_all(foreign, why)) {
        foreign_close(foreign);
        return false;
    }
    *ret_foreign = foreign;
    return true;
}

void foreign_close(struct foreign *foreign) {
    if (foreign == NULL) {
        return;
    }
    swr_free(&foreign->mixer);
    av_frame_free(&foreign->frame);
    av_packet_free(&foreign->packet);
    avcodec_free_context(&foreign->codec);
    avformat_close_input(&foreign->container);
    if (foreign->io != NULL) {
        av_freep(&foreign->io->buffer);
        avio_context_free(&foreign->io);
    }
    memory_free_pointer(&foreign->held);
    memory_free_pointer(&foreign);
}

const struct foreign_info *foreign_info(const struct foreign *foreign) {
    return &foreign->info;
}

/* A stream may change its rate, sample format or channels at any frame; what comes out does not. */
static bool fit_mixer(struct foreign *foreign, struct fail *why) {
    AVFrame *frame = foreign->frame;
    if (foreign->mixer != NULL && foreign->mixer_rate == frame->sample_rate &&
        foreign->mixer_format == frame->format &&
        foreign->mixer_channels == frame->ch_layout.nb_channels) {
        return true;
    }
    if (frame->sample_rate < RATE_MIN || frame->sample_rate > RATE_MAX ||
        frame->ch_layout.nb_channels < 1 || frame->ch_layout.nb_channels > CHANNELS_MAX) {
        return fail_set(why, FAIL_INVALID, "the sound in this file is damaged: %s",
                        foreign->codec->codec->name);
    }
    AVChannelLayout out, in = {0};
    av_channel_layout_default(&out, (int)foreign->info.channels);
    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&in, frame->ch_layout.nb_channels);
    } else {
        av_channel_layout_copy(&in, &frame->ch_layout);
    }
    swr_free(&foreign->mixer);
    int error =
        swr_alloc_set_opts2(&foreign->mixer, &out, AV_SAMPLE_FMT_FLT, (int)foreign->info.rate, &in,
                            frame->format, frame->sample_rate, 0, NULL);
    error = error == 0 ? swr_init(foreign->mixer) : error;
    av_channel_layout_uninit(&in);
    if (error < 0) {
        return fail_set(why, FAIL_INVALID, "the sound in this file is damaged: %s",
                        foreign->codec->codec->name);
    }
    foreign->mixer_rate = frame->sample_rate;
    foreign->mixer_format = frame->format;
    foreign->mixer_channels = frame->ch_layout.nb_channels;
    return true;
}

/* Converts the frame (or, without one, what the mixer still holds) behind what is held. */
static bool hold_frame(struct foreign *foreign, bool flush, struct fail *why) {
    if (flush && foreign->mixer == NULL) {
        return true;
    }
    int in = flush ? 0 : foreign->frame->nb_samples;
    int room = swr_get_out_samples(foreign->mixer, in);
    if (room < 0 || room > 1 << 22) {
        return fail_set(why, FAIL_INVALID, "the sound in this file is damaged: %s",
                        foreign->codec->codec->name);
    }
    if ((size_t)room > foreign->held_capacity) {
        foreign->held_capacity = (size_t)room;
        foreign->held = memory_resize(foreign->held, foreign->held_capacity,
                                      foreign->info.channels * sizeof(float));
    }
    uint8_t *out = (uint8_t *)foreign->held;
    int made =
        room == 0 ? 0
                  : swr_convert(foreign->mixer, &out, room,
                                flush ? NULL : (const uint8_t **)foreign->frame->extended_data, in);
    foreign->held_at = 0;
    foreign->held_frames = made > 0 ? (size_t)made : 0;
    for (size_t i = 0; i < foreign->held_frames * foreign->info.channels; i++) {
        float sample = foreign->held[i];
        if (!(fabsf(sample) <= 16.0f)) {
            foreign->held[i] = sample > 16.0f ? 16.0f : sample < -16.0f ? -16.0f : 0.0f;
        }
    }
    return true;
}

/* Gives the codec its next packet of our stream, or tells it that there is none. */
static bool feed_codec(struct foreign *foreign, struct fail *why) {
    for (;;) {
        int error = av_read_frame(foreign->container, foreign->packet);
        if (error < 0 && foreign->read_error != 0) {
            return fail_system(why, foreign->read_error, "cannot read the file");
        }
        if (error < 0) { /* the end, or damage that ends it: how much came is judged outside */
            foreign->drained = true;
            avcodec_send_packet(foreign->codec, NULL);
            return true;
        }
        bool ours = foreign->packet->stream_index == foreign->stream;
        if (ours) {
            foreign->packets++;
            foreign->broken += avcodec_send_packet(foreign->codec, foreign->packet) < 0;
        }
        av_packet_unref(foreign->packet);
        if (foreign->broken > 20 + foreign->packets / 50) {
            return fail_set(why, FAIL_INVALID, "the sound in this file is damaged: %s",
                            foreign->codec->codec->name);
        }
        if (ours) {
            return true;
        }
    }
}

/* Decodes until something is held, or nothing is left. */
static bool hold_more(struct foreign *foreign, struct fail *why) {
    while (foreign->held_frames == 0 && !foreign->finished) {
        int error = avcodec_receive_frame(foreign->codec, foreign->frame);
        if (error == 0) {
            bool good = fit_mixer(foreign, why) && hold_frame(foreign, false, why);
            av_frame_unref(foreign->frame);
            if (!good) {
                return false;
            }
        } else if (error == AVERROR(EAGAIN) && !foreign->drained) {
            if (!feed_codec(foreign, why)) {
                return false;
            }
        } else if (error == AVERROR_EOF || foreign->drained) {
            foreign->finished = true;
            return hold_frame(foreign, true, why);
        } else {
            foreign->broken++;
            if (!feed_codec(foreign, why)) {
                return false;
            }
        }
    }
    return true;
}

bool foreign_read(struct foreign *foreign, float *samples, size_t frames, size_t *ret_frames,
                  struct fail *why) {
    if (foreign->held_frames == 0 && !hold_more(foreign, why)) {
        return false;
    }
    size_t given = frames < foreign->held_frames ? frames : foreign->held_frames;
    if (given > 0) {
        memcpy(samples, foreign->held + foreign->held_at * foreign->info.channels,
               given * foreign->info.channels * sizeof *samples);
    }
    foreign->held_at += given;
    foreign->held_frames -= given;
    *ret_frames = given;
    return true;
}
