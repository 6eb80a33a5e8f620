/* import_foreign: the sound of what phones and chats send (M4A, MP4, WebM, 3GP, AMR, AAC ...), through
 * libavformat and libavcodec. Only the confined import helper uses it.
 *
 * The same shape as player/decoder.h: everything is read by pread() from the descriptor, formats and
 * codecs are a closed list, and what a header claims is reported, not trusted. */
#ifndef LOAXA_STATION_IMPORT_FOREIGN_H
#define LOAXA_STATION_IMPORT_FOREIGN_H

#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct foreign_info {
    uint32_t rate, channels; /* channels are 1 or 2: more are mixed down */
    int64_t claimed_frames;  /* -1 where the container says nothing reliable */
    char format[40];         /* "mov, aac": container and codec, for people */
};

struct foreign;

/* Borrows fd until foreign_close(). FAIL_INVALID for what is no known format, has no sound, is
 * encrypted or cut off before its index. */
bool foreign_open(int fd, struct foreign **ret_foreign, struct fail *why);
void foreign_close(struct foreign *foreign); /* NULL is allowed */
const struct foreign_info *foreign_info(const struct foreign *foreign);

/* As decoder_read(): *ret_frames is 0 at the end only. Single broken packets are passed over, too
 * many are FAIL_INVALID. */
bool foreign_read(struct foreign *foreign, float *samples, size_t frames, size_t *ret_frames,
                  struct fail *why);

#endif
