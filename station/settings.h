/* settings: the facts of one machine (card, relays, zones, floor, language), from the INI file
 * settings.ini in the station's folder.
 *
 * One table, settings_schema(), says which sections and keys there are, their type, range, default
 * and meaning; reader, writer, `--check-config` and the manual page settings.ini(5) follow it.
 * The reader is strict: an unknown section or key, a bad value, a key given twice, a line that is
 * too long each end with a sentence that names the line and the cure. What stands in no line keeps
 * its default. Plain values; thread: any. */
#ifndef LOAXA_STATION_SETTINGS_H
#define LOAXA_STATION_SETTINGS_H

#include "base/fail.h"
#include "base/text.h"
#include "base/words.h"
#include "scheduler/permit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SETTINGS_ZONES = 32,
    SETTINGS_TEXT = 128,      /* bytes of any text value, with the final NUL */
    SETTINGS_FILE_MAX = 65536 /* a longer file is refused */
};

struct settings {
    /* [station] */
    char language[SETTINGS_TEXT]; /* "vi" or "en": of sentences in the diary and the logs */
    char zone[SETTINGS_TEXT];     /* a name of the tz database */
    char clock[SETTINGS_TEXT];    /* "auto", or "held": this machine's clock is right */

    /* [sound] */
    char device[SETTINGS_TEXT]; /* an ALSA name, or "wav:FOLDER" inside the station's folder */
    int32_t rate;               /* frames a second */
    int32_t buffer_ms;
    char mixer[SETTINGS_TEXT]; /* the control that is set and verified at start; "": none */
    int32_t volume_percent;
    int32_t loudness_lufs; /* the target that items are brought to */

    /* [amplifier] */
    char relay[SETTINGS_TEXT]; /* "sim", or the address of a real one: "gpio:…", "modbus:…" */
    char lines[SETTINGS_TEXT]; /* the real relay's lines; "" for the simulated one */
    int32_t warmup_s, hold_s, max_on_s;

    /* [zones]: N = title, N from 0 to 31; "" where there is none. */
    char zones[SETTINGS_ZONES][SETTINGS_TEXT];

    /* [floor] */
    bool quiet; /* false: none, allowed with the simulated relay only */
    int32_t quiet_from_s, quiet_until_s;

    /* [speech] */
    char voice[SETTINGS_TEXT];
    int32_t speed_spm;           /* syllables a minute */
    char region[SETTINGS_TEXT];  /* "north", "central" or "south": nghìn or ngàn, linh or lẻ */
    char mung[SETTINGS_TEXT];    /* "no" or "yes": "mùng" before the days 1 to 10 */
    char tu[SETTINGS_TEXT];      /* TU in a document number: "tinh" or "thanh" */
    char letters[SETTINGS_TEXT]; /* of a document number: "expanded", "dropped" or "spelled" */
    char horn[SETTINGS_TEXT];    /* "yes" or "no": through the chain for horns */
    int32_t comma_ms, sentence_ms, paragraph_ms; /* pauses */

    /* [paths]: relative ones begin in the station's folder. */
    char sounds[SETTINGS_TEXT], originals[SETTINGS_TEXT], drafts[SETTINGS_TEXT];
    char run[SETTINGS_TEXT], trace[SETTINGS_TEXT], backup[SETTINGS_TEXT];
};

enum settings_type {
    SETTINGS_TYPE_TEXT,   /* char[SETTINGS_TEXT] */
    SETTINGS_TYPE_CHOICE, /* char[SETTINGS_TEXT], one of `choices` */
    SETTINGS_TYPE_WHOLE,  /* int32_t within least..most */
    SETTINGS_TYPE_HOURS,  /* "22:00-04:30" or "none" */
    SETTINGS_TYPE_ZONE    /* key N of [zones] */
};

struct settings_key {
    const char *section, *key;
    enum settings_type type;
    size_t offset; /* in struct settings */
    int32_t least, most;
    const char *choices; /* "vi|en" */
    const char *value;   /* the default, as it is written in the file */
    const char *help;    /* English; tr() gives the Vietnamese */
};
const struct settings_key *settings_schema(size_t *ret_count);

void settings_default(struct settings *ret_settings);

/* Reads the bytes of an INI file; `name` stands in the messages ("settings.ini, line 3: …").
 * *ret_settings is untouched on failure. */
bool settings_parse(const char *bytes, size_t length, const char *name,
                    struct settings *ret_settings, struct fail *why);

/* Reads STATION/settings.ini (defaults where there is none) and checks what needs the machine: that
 * the time zone exists. */
bool settings_load(const char *station, struct settings *ret_settings, struct fail *why);

/* Rules between keys: no floor only with the simulated relay; a zone at least; warm-up within the
 * longest time on. settings_parse() calls it. */
bool settings_check(const struct settings *settings, struct fail *why);

bool settings_relay_is_real(const struct settings *settings);

/* An always-open profile is for a demo station: refused with a real relay (FAIL_REFUSED). */
bool settings_allow_profile(const struct settings *settings, bool always_open, struct fail *why);

/* The zones that have a title. */
zone_set settings_zones(const struct settings *settings);

/* The whole file with every key, its help as a comment above it in `language`; adds to *text. */
void settings_write(const struct settings *settings, enum language language, struct text *text);

enum { SETTINGS_PATH_SIZE = 4096 };
/* `path` of [paths] as it is opened: under the station's folder unless it is absolute. False with
 * FAIL_LIMIT where it does not fit. */
bool settings_path(const char *station, const char *path, char ret_path[SETTINGS_PATH_SIZE],
                   struct fail *why);

#endif
