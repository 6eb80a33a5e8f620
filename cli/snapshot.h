/* snapshot: a station's files in a folder of their own, and back. */
#ifndef LOAXA_CLI_SNAPSHOT_H
#define LOAXA_CLI_SNAPSHOT_H

#include "base/fail.h"
#include "cli/access.h"

#include <stdbool.h>

/* Makes the folder (0750) unless it is there. */
bool snapshot_make_folder(const char *path, struct fail *why);

/* Writes INTO/loaxa-YYYYMMDD-HHMMSS with databases, sounds, originals, settings and lexicon while
 * others work with the station; sounds are never changed, so on one disk they are linked and take
 * no room. `access` has both databases open. The caller frees *ret_path. A snapshot that did not
 * come to its end is removed; after a power cut it keeps the ending ".part". */
bool snapshot_take(const struct access *access, const char *into, char **ret_path,
                   struct fail *why);

struct snapshot_return {
    char before[SETTINGS_PATH_SIZE]; /* where the replaced files are now */
    bool diary_kept;
    struct walltime from; /* of the span that is refused, where the diary was not kept */
};
/* Brings the snapshot in `from` back; run/lock is held by the caller. Both databases and the chain
 * are checked before anything is touched. */
bool snapshot_restore(const struct access *access, const char *from,
                      struct snapshot_return *ret_return, struct fail *why);

#endif
