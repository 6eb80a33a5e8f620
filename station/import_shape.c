#include "station/import_shape.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_SIZE = 8192, TAIL_SIZE = 70000 }; /* an Ogg page has at most 65,307 bytes */

static uint32_t little(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool begins(const uint8_t *head, size_t size, const char *magic, size_t length) {
    return size >= length && memcmp(head, magic, length) == 0;
}
#define BEGINS(magic) begins(head, size, magic, sizeof(magic) - 1)

/* What people choose by mistake. */
static bool refuse_known(const uint8_t *head, size_t size, struct fail *why) {
    if (BEGINS("\xff\xd8\xff") || BEGINS("\x89PNG") || BEGINS("GIF8")) {
        return fail_set(why, FAIL_INVALID, "this file is a picture, not a sound");
    }
    if (BEGINS("PK\x03\x04") || BEGINS("Rar!") || BEGINS("7z\xbc\xaf")) {
        return fail_set(
            why, FAIL_INVALID,
            "this file is an archive or an office document, not a sound: unpack it first");
    }
    if (BEGINS("%PDF") || BEGINS("\xd0\xcf\x11\xe0")) {
        return fail_set(why, FAIL_INVALID, "this file is a document, not a sound");
    }
    bool text = size >= 4 && text_utf8_error((const char *)head, size) + 4 > size;
    for (size_t i = 0; i < size && text; i++) {
        text = head[i] >= 0x20 || head[i] == '\n' || head[i] == '\r' || head[i] == '\t';
    }
    if (text) {
        return fail_set(why, FAIL_INVALID,
                        "this file is a text, not a sound: a text becomes a bulletin");
    }
    return true;
}

static bool is_native(const uint8_t *head, size_t size) {
    bool wave =
        (BEGINS("RIFF") || BEGINS("RF64")) && size >= 12 && memcmp(head + 8, "WAVE", 4) == 0;
    bool aiff = BEGINS("FORM") && size >= 12 && memcmp(head + 8, "AIF", 3) == 0;
    /* An MPEG frame of layer 3; layer "0" is ADTS, which is AAC. */
    bool mpeg = size >= 2 && head[0] == 0xff && (head[1] & 0xe6) == 0xe2;
    return wave || aiff || mpeg || BEGINS("fLaC") || BEGINS("OggS") || BEGINS("ID3");
}

/* A WAV file whose data chunk reaches beyond the file's end. */
static void look_at_wave(const uint8_t *head, size_t size, int64_t file_size,
                         struct import_shape *shape) {
    uint32_t bytes_a_second = 0;
    size_t at = 12;
    while (at + 8 <= size) {
        uint32_t length = little(head + at + 4);
        if (memcmp(head + at, "fmt ", 4) == 0 && at + 20 <= size) {
            bytes_a_second = little(head + at + 16);
        }
        if (memcmp(head + at, "data", 4) == 0) {
            bool unknown = length == 0 || length >= 0xfffff000u; /* written to a pipe */
            int64_t there = file_size - (int64_t)at - 8;
            shape->cut_off = !unknown && (int64_t)length > there;
            if (shape->cut_off && bytes_a_second > 0) {
                shape->claimed_us = (int64_t)length * 1000000 / bytes_a_second;
            }
            return;
        }
        at += 8 + (size_t)length + (length & 1);
    }
}

/* An AIFF file whose one outer chunk reaches beyond the file's end. */
static bool aiff_is_cut(const uint8_t *head, int64_t file_size) {
    int64_t length = (int64_t)head[4] << 24 | head[5] << 16 | head[6] << 8 | head[7];
    return length + 8 > file_size;
}

/* Whether the last whole page of an Ogg file is marked as its stream's last (RFC 3533 §6). */
static bool ogg_ends(int fd, int64_t file_size) {
    uint8_t tail[TAIL_SIZE];
    int64_t from = file_size > TAIL_SIZE ? file_size - TAIL_SIZE : 0;
    ssize_t got = pread(fd, tail, sizeof tail, from);
    for (ssize_t at = got - 27; at >= 0; at--) {
        if (memcmp(tail + at, "OggS", 4) == 0 && tail[at + 4] == 0) {
            int64_t length = 27 + tail[at + 26];
            for (int i = 0; i < tail[at + 26] && at + 27 + i < got; i++) {
                length += tail[at + 27 + i];
            }
            return (tail[at + 5] & 4) != 0 && at + length <= got;
        }
    }
    return true; /* no page at all: something else, which the decoder judges */
}

bool import_shape_read(int fd, int64_t file_size, struct import_shape *ret_shape,
                       struct fail *why) {
    uint8_t head[HEAD_SIZE];
    ssize_t got = pread(fd, head, sizeof head, 0);
    if (got < 0) {
        return fail_system(why, errno, "cannot read the file");
    }
    size_t size = (size_t)got;
    if (!refuse_known(head, size, why)) {
        return false;
    }
    *ret_shape = (struct import_shape){.native = is_native(head, size), .claimed_us = -1};
    if (BEGINS("RIFF") && ret_shape->native) {
        look_at_wave(head, size, file_size, ret_shape);
    } else if (BEGINS("FORM") && ret_shape->native) {
        ret_shape->cut_off = aiff_is_cut(head, file_size);
    } else if (BEGINS("OggS")) {
        ret_shape->cut_off = !ogg_ends(fd, file_size);
    }
    return true;
}
