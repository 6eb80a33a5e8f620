/* digest: SHA-256 (FIPS 180-4), by libsodium. */
#ifndef LOAXA_BASE_DIGEST_H
#define LOAXA_BASE_DIGEST_H

#include "base/fail.h"

#include <sodium/crypto_hash_sha256.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct digest {
    uint8_t bytes[32];
};

enum { DIGEST_HEX_SIZE = 65 };

/* In pieces: start, feed any number of times, end. */
struct digest_feed {
    crypto_hash_sha256_state state;
};
void digest_start(struct digest_feed *feed);
void digest_add(struct digest_feed *feed, const void *bytes, size_t size);
struct digest digest_end(struct digest_feed *feed);

struct digest digest_of(const void *bytes, size_t size);
/* Of a descriptor's whole content from offset 0, by pread: its file position is not moved, so that
 * the same descriptor can be decoded afterwards (what was checked is what is read). */
bool digest_of_fd(int fd, struct digest *ret_digest, struct fail *why);

bool digest_equal(const struct digest *a, const struct digest *b);
void digest_format(const struct digest *digest, char hex[DIGEST_HEX_SIZE]); /* lower case */
bool digest_parse(const char *hex, struct digest *ret_digest);              /* exactly 64 digits */

#endif
