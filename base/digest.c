#include "base/digest.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void digest_start(struct digest_feed *feed) {
    crypto_hash_sha256_init(&feed->state);
}

void digest_add(struct digest_feed *feed, const void *bytes, size_t size) {
    crypto_hash_sha256_update(&feed->state, bytes, size);
}

struct digest digest_end(struct digest_feed *feed) {
    struct digest digest;
    crypto_hash_sha256_final(&feed->state, digest.bytes);
    return digest;
}

struct digest digest_of(const void *bytes, size_t size) {
    struct digest digest;
    crypto_hash_sha256(digest.bytes, bytes, size);
    return digest;
}

bool digest_of_fd(int fd, struct digest *ret_digest, struct fail *why) {
    struct digest_feed feed;
    digest_start(&feed);
    static _Thread_local uint8_t block[65536];
    off_t at = 0;
    for (;;) {
        ssize_t count = pread(fd, block, sizeof block, at);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return fail_system(why, errno, "cannot read the file");
        }
        if (count == 0) {
            break;
        }
        digest_add(&feed, block, (size_t)count);
        at += count;
    }
    *ret_digest = digest_end(&feed);
    return true;
}

bool digest_equal(const struct digest *a, const struct digest *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void digest_format(const struct digest *digest, char hex[DIGEST_HEX_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof digest->bytes; i++) {
        hex[2 * i] = digits[digest->bytes[i] >> 4];
        hex[2 * i + 1] = digits[digest->bytes[i] & 15];
    }
    hex[DIGEST_HEX_SIZE - 1] = '\0';
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool digest_parse(const char *hex, struct digest *ret_digest) {
    if (strlen(hex) != DIGEST_HEX_SIZE - 1) {
        return false;
    }
    struct digest digest;
    for (size_t i = 0; i < sizeof digest.bytes; i++) {
        int high = hex_value(hex[2 * i]);
        int low = hex_value(hex[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        digest.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret_digest = digest;
    return true;
}
