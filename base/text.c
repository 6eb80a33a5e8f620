#include "base/text.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

static void reserve(struct text *text, size_t more) {
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity) {
        return;
    }
    size_t capacity = text->capacity < 64 ? 64 : text->capacity * 2;
    text->capacity = capacity < needed ? needed : capacity;
    text->bytes = memory_resize(text->bytes, text->capacity, 1);
}

void text_add(struct text *text, const char *bytes, size_t length) {
    reserve(text, length);
    if (length != 0) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add_string(struct text *text, const char *string) {
    text_add(text, string, strlen(string));
}

void text_add_format(struct text *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length > 0) {
        reserve(text, (size_t)length);
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_add_codepoint(struct text *text, uint32_t codepoint) {
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)codepoint, bytes);
    text_add(text, (const char *)bytes, (size_t)length);
}

const char *text_string(const struct text *text) {
    return text->bytes != NULL ? text->bytes : "";
}

void text_clear(struct text *text) {
    text->length = 0;
    if (text->bytes != NULL) {
        text->bytes[0] = '\0';
    }
}

void text_finish(struct text *text) {
    free(text->bytes);
    *text = (struct text){0};
}

size_t text_decode(const char *at, size_t left, uint32_t *ret_codepoint) {
    if (left != 0 && (unsigned char)*at < 0x80) {
        *ret_codepoint = (unsigned char)*at;
        return 1;
    }
    utf8proc_int32_t codepoint;
    utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)at,
                                               left > 4 ? 4 : (utf8proc_ssize_t)left, &codepoint);
    if (length <= 0 || codepoint < 0) {
        return 0;
    }
    *ret_codepoint = (uint32_t)codepoint;
    return (size_t)length;
}

size_t text_utf8_error(const char *bytes, size_t length) {
    size_t at = 0;
    while (at < length) {
        uint32_t codepoint;
        size_t step = text_decode(bytes + at, length - at, &codepoint);
        if (step == 0) {
            return at;
        }
        at += step;
    }
    return length;
}

bool text_nfc(const char *bytes, size_t length, struct text *ret, struct fail *why) {
    size_t error = text_utf8_error(bytes, length);
    if (error != length) {
        return fail_set(why, FAIL_INVALID,
                        "the text is not UTF-8 (byte %zu): save it again as UTF-8 (Unicode)",
                        error);
    }
    if (length == 0) {
        return true;
    }
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t count = utf8proc_map((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length,
                                          &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (count < 0) {
        return fail_set(why, FAIL_INVALID, "the text cannot be composed (NFC): %s",
                        utf8proc_errmsg(count));
    }
    text_add(ret, (const char *)composed, (size_t)count);
    free(composed);
    return true;
}

bool text_is_nfc(const char *bytes, size_t length) {
    struct text composed = {0};
    bool same = text_nfc(bytes, length, &composed, NULL) && composed.length == length &&
                (length == 0 || memcmp(composed.bytes, bytes, length) == 0);
    text_finish(&composed);
    return same;
}

bool text_read_fd(int fd, size_t limit, struct text *ret, struct fail *why) {
    size_t total = 0;
    char block[16384];
    for (;;) {
        ssize_t count = read(fd, block, sizeof block);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return fail_system(why, errno, "cannot read");
        }
        if (count == 0) {
            return true;
        }
        total += (size_t)count;
        if (total > limit) {
            return fail_set(why, FAIL_LIMIT, "more than %zu bytes: too long", limit);
        }
        text_add(ret, block, (size_t)count);
    }
}

bool text_read_file(const char *path, size_t limit, struct text *ret, struct fail *why) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail_system(why, errno, "cannot open %s", path);
    }
    bool ok = text_read_fd(fd, limit, ret, why);
    close(fd);
    return ok || fail_prefix(why, "%s", path);
}

size_t text_columns(const char *string) {
    size_t columns = 0;
    size_t left = strlen(string);
    while (left != 0) {
        uint32_t codepoint;
        size_t step = text_decode(string, left, &codepoint);
        if (step == 0) {
            step = 1;
            columns++;
        } else {
            columns += (size_t)utf8proc_charwidth((utf8proc_int32_t)codepoint);
        }
        string += step;
        left -= step;
    }
    return columns;
}
