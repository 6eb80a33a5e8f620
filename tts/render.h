/* render: spoken sound ahead of airtime, in a cache named by what it was made from.
 *
 * The key is a SHA-256 of the words, the voice, its pace and treatment, the lexicon and the engine:
 * equal keys give equal sound, and what is in the cache costs no synthesis. A file is checked against
 * its own digest before every use and made again where it does not fit; the cache may be deleted at
 * any time. Approved sound is not cache: it is copied to the station's sounds (store/sound.h).
 * Thread: any; two that render the same words at once both succeed. */
#ifndef LOAXA_TTS_RENDER_H
#define LOAXA_TTS_RENDER_H

#include "base/digest.h"
#include "base/fail.h"
#include "tts/speaker.h"

#include <stdbool.h>
#include <stddef.h>

struct render_request {
    const char *spoken;  /* what the normaliser gave; see speaker_check() */
    const char *lexicon; /* whatever names the lexicon's version; "" for the base alone */
    struct speaker_settings settings;
};

struct rendering {
    struct digest key;   /* of the request */
    struct digest sound; /* of the FLAC file's bytes */
    struct speaker_facts facts;
    bool cached; /* nothing was synthesised for it */
};

/* The key of a request, with the engine that is installed now. */
bool render_key(const struct render_request *request, struct digest *ret_key, struct fail *why);

/* Gives the sound of a request: from `folder` (the station's drafts, which must exist) or newly made
 * and put there. *ret_fd is open for reading at its beginning, what was checked is what is read; the
 * caller closes it. ret_fd may be NULL. Fails as speaker_speak() does, and with FAIL_FULL,
 * FAIL_SYSTEM for the folder. */
bool render(const char *folder, const struct render_request *request, struct rendering *ret,
            int *ret_fd, struct fail *why);

/* Deletes what was not used since `days` days; 0 deletes all. Returns how many sounds went. */
size_t render_clean(const char *folder, int days);

#endif
