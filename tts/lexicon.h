/* lexicon: how words are said that are not spelled as they are said.
 *
 * A lexicon is a UTF-8 TSV (NFC), one entry a line, `#` begins a comment line:
 *
 *   key <TAB> class <TAB> spoken [<TAB> left <TAB> right <TAB> priority <TAB> note]
 *
 *   key       as written, case-sensitive, at most LEXICON_KEY_MAX bytes; the longest match wins
 *   class     abbreviation | foreign | name | unit | type | issuer
 *   spoken    Vietnamese syllables in lower case (tts/syllable.h)
 *   left      what must stand before it, right  what must stand after it: alternatives parted by |,
 *             each some words in lower case, or # (a number), 0 (a number that begins with 0),
 *             ^ (the begin of a paragraph), $ (a sign or the end), @ (a word with a capital); empty:
 *             anything. A colon or a comma may part the left context from the key
 *   priority  the larger is tried first (0); among equals an entry with a context
 *   note      for the reader of the file
 *
 * An abbreviation that is ambiguous by nature has only entries with a context: without one of them
 * it is reported, never guessed. For an issuer, `right` names the bodies that make it silent when
 * the clause names them.
 *
 * The base ships inside the program (tts/data/); the station's own stands over it: an entry there
 * wins over the base and over every rule of the normaliser.
 * Thread: a lexicon that no longer changes may be read by any number of threads. */
#ifndef LOAXA_TTS_LEXICON_H
#define LOAXA_TTS_LEXICON_H

#include "base/fail.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEXICON_KEY_MAX 96
#define LEXICON_SPOKEN_MAX 400
#define LEXICON_ENTRIES_MAX 20000
#define LEXICON_BYTES_MAX ((size_t)4 << 20)

enum lexicon_class {
    LEXICON_ABBREVIATION, /* UBND, V/v */
    LEXICON_FOREIGN,      /* Facebook, video: loan words; also found in other capitals */
    LEXICON_NAME,         /* Đắk Lắk: places and persons; also found in other capitals */
    LEXICON_UNIT,         /* km/h: only after a number or another unit */
    LEXICON_TYPE,         /* NQ: a type of document, only in its number */
    LEXICON_ISSUER,       /* TW: a body, only in a document's number */
    LEXICON_CLASS_COUNT
};
const char *lexicon_class_name(enum lexicon_class class);
bool lexicon_class_parse(const char *name, enum lexicon_class *ret);

struct lexicon_entry {
    const char *key;
    const char *spoken;
    const char *left, *right; /* "" where anything may stand */
    const char *note;
    int16_t priority;
    uint8_t class; /* enum lexicon_class */
};

struct lexicon;

/* An empty station lexicon over the base. The caller owns it. */
struct lexicon *lexicon_create(void);
void lexicon_destroy(struct lexicon *lexicon);

/* Adds the entries of a TSV. On the first bad line: FAIL_INVALID, naming line and cure; the entries
 * before it stay. */
bool lexicon_read(struct lexicon *lexicon, const char *tsv, size_t length, struct fail *why);
/* The same from a file; a file that does not exist is an empty lexicon. */
bool lexicon_read_file(struct lexicon *lexicon, const char *path, struct fail *why);

/* Adds one entry (copied), or replaces the one with the same key, class and contexts. */
bool lexicon_add(struct lexicon *lexicon, const struct lexicon_entry *entry, struct fail *why);
/* Removes all entries of the station with this key; returns how many there were. */
size_t lexicon_remove(struct lexicon *lexicon, const char *key);

/* The station's entries, in the order they were added. Borrowed until the lexicon changes. */
size_t lexicon_count(const struct lexicon *lexicon);
const struct lexicon_entry *lexicon_at(const struct lexicon *lexicon, size_t index);
/* The base's entries, sorted by key. Borrowed for ever. */
size_t lexicon_base_size(void);
const struct lexicon_entry *lexicon_base_at(size_t index);

/* Adds the station's entries as a TSV with its head line. */
void lexicon_write(const struct lexicon *lexicon, struct text *ret);

/* Writes the same to a file: beside it first, then over it, so that a power cut leaves the old one or
 * the new one. Comment lines of the old file are not kept; notes are. */
bool lexicon_write_file(const struct lexicon *lexicon, const char *path, struct fail *why);

/* Looks at every line of a TSV without keeping any: calls `fault` for each bad one with its number.
 * Returns how many were bad. */
size_t lexicon_check(const char *tsv, size_t length,
                     void (*fault)(size_t line, const char *sentence, void *context),
                     void *context);

/* Whether an entry keeps the rules above; else *why names the field and the cure. */
bool lexicon_entry_check(const struct lexicon_entry *entry, struct fail *why);

/* ---- for the normaliser ---- */

/* Where a lookup goes: the station's own, or the base. */
enum lexicon_layer { LEXICON_STATION, LEXICON_BASE };

/* All entries of one key, from the highest priority down. `entries` is NULL where none has it. */
struct lexicon_match {
    const struct lexicon_entry *const *entries;
    size_t count;
    bool prefix; /* a longer key begins with it, at the border of a token */
};
/* `lexicon` may be NULL (then the station's layer is empty). `folded` looks for a key of class
 * foreign, name or unit in lower case. */
struct lexicon_match lexicon_find(const struct lexicon *lexicon, enum lexicon_layer layer,
                                  const char *key, size_t length, bool folded);

/* A text that changes whenever the base or this lexicon's content does; part of a rendering's key.
 * Adds 64 hexadecimal digits. */
void lexicon_digest(const struct lexicon *lexicon, struct text *ret);

#endif
