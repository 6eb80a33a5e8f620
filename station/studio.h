/* studio: makes items of the station: a clip from a sound file, a bulletin from a text.
 *
 * Sound goes into the station's stored sounds first and the item's row last, so that a row never
 * names a sound that is not there. Blocks, also for minutes; not for loaxad's loop. Thread: any,
 * the database's. */
#ifndef LOAXA_STATION_STUDIO_H
#define LOAXA_STATION_STUDIO_H

#include "base/fail.h"
#include "playlists/item.h"
#include "station/import.h"
#include "station/settings.h"
#include "store/change.h"
#include "tts/lexicon.h"
#include "tts/normaliser.h"

#include <stdbool.h>
#include <stdint.h>

struct studio {
    const char *folder; /* the station's */
    struct database *database;
    const struct actor *actor;
    bool allow_truncated; /* import what there is of a file that is cut off */
    bool twice;           /* speak a bulletin again after "xin nhắc lại" */
};

/* Imports the file at `path` and adds a clip in draft with what `item` says besides its sound: kind
 * is set, and an empty title becomes the file's name. FAIL_CONFLICT, naming the item, where the same
 * file or the same sound is there already. `watch` may be NULL. *ret_facts may be NULL. */
bool studio_import_clip(const struct studio *studio, const char *path, const struct item *item,
                        const struct import_watch *watch, int64_t *ret_id,
                        struct import_facts *ret_facts, struct fail *why);

/* How the station reads and paces: the keys of [speech]. */
struct reading_options studio_options(const struct settings *settings);
struct reading_pace studio_pace(const struct settings *settings);

/* The lexicon by which an item is read: the station's own, and over it the words that hold for this
 * item alone (station/item_words.h; item 0: none). The caller destroys *ret. */
bool studio_lexicon(const char *folder, int64_t item, struct lexicon **ret, struct fail *why);

/* Turns the text of an item (0: of none yet) in UTF-8, NFC, into spoken words by the station's
 * settings and lexicon. True also where places cannot be read: reading_is_complete(). The caller
 * finishes *ret_reading, which starts as {0}. */
bool studio_read(const char *folder, const struct settings *settings, int64_t item,
                 const char *text, size_t length, struct reading *ret_reading, struct fail *why);

/* A text whose last line is STUDIO_TWICE is read twice. The line is no part of what is spoken, but of
 * the text: it is approved with it and kept by every later edit. Whether it is there; *length, of the
 * bytes before that line, is changed only then. studio_read() leaves the line out by itself. */
#define STUDIO_TWICE "[đọc hai lần]"
bool studio_is_twice(const char *text, size_t *length);

/* Speaks a complete reading with the station's voice and keeps the sound; fills in the item's
 * sound_hash, lengths and levels. */
bool studio_speak(const struct studio *studio, const struct settings *settings,
                  const struct reading *reading, struct item *item, struct fail *why);

/* Speaks a text into the cache of drafts alone, so that studio_speak() finds it there. For several
 * threads at once. */
bool studio_rehearse(const char *folder, const struct settings *settings, const char *text,
                     struct fail *why);

#endif
