/* sound: the stored sound of a station: FOLDER/sounds/ab/abcdef….flac and the originals it came from,
 * FOLDER/originals/ab/abcdef….EXT, each named by the SHA-256 of its bytes, written once, read-only.
 *
 * Whoever opens one has its content checked against its name through the same descriptor that is
 * then decoded. Any thread. */
#ifndef LOAXA_STORE_SOUND_H
#define LOAXA_STORE_SOUND_H

#include "base/digest.h"
#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Puts a finished file (any path) into sounds/, or into originals/ with its extension ("m4a"; lower
 * case letters and digits) where one is given. The file itself is copied, and stays. The copy is on
 * the disk, under its name and read-only (0440), when this returns; an object that is there already
 * is left alone if it is whole, and replaced if not. */
bool store_sound_put(const char *folder, const char *path, const char *original_extension,
                     struct digest *ret_hash, struct fail *why);

/* Opens the sound of that hash and reads the whole of it: FAIL_NOT_FOUND, or FAIL_CORRUPT where one
 * byte is not as it was. The caller closes *ret_fd, which stands at its beginning. */
bool store_sound_open(const char *folder, const struct digest *hash, int *ret_fd, struct fail *why);

bool store_sound_exists(const char *folder, const struct digest *hash);

/* The path of a sound; the caller frees it. */
char *store_sound_path(const char *folder, const struct digest *hash);

/* Visits every object of sounds/ and originals/ as a path relative to the station's folder. */
typedef bool sound_visit(void *context, const char *relative_path, int64_t size, struct fail *why);
bool store_sound_each(const char *folder, sound_visit *visit, void *context, struct fail *why);

#endif
