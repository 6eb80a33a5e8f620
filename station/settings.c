#include "station/settings.h"

#include "base/civil.h"
#include "base/zone.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* inih cuts lines at its compiled INI_MAX_LINE (200 with \r, \n and NUL): longer ones are refused,
 * since a cut line would be read as two. */
enum { LINE_MAX_BYTES = 190 };

#define AT(member) offsetof(struct settings, member)
#define TEXT_KEY(section, key, member, value, help) \
    { section, key, SETTINGS_TYPE_TEXT, AT(member), 0, 0, NULL, value, help }
#define CHOICE_KEY(section, key, member, choices, value, help) \
    { section, key, SETTINGS_TYPE_CHOICE, AT(member), 0, 0, choices, value, help }
#define WHOLE_KEY(section, key, member, least, most, value, help) \
    { section, key, SETTINGS_TYPE_WHOLE, AT(member), least, most, NULL, value, help }

static const struct settings_key schema[] = {
    CHOICE_KEY("station", "language", language, "vi|en", "vi",
               /* tr */ "Language of the diary's sentences and of the logs: vi or en."),
    TEXT_KEY("station", "zone", zone, "Asia/Ho_Chi_Minh",
             /* tr */ "Time zone, a name of the tz database."),
    CHOICE_KEY(
        "station", "clock", clock, "auto|held", "auto",
        /* tr */
        "auto: the clock is believed when it is synchronised, backed by a battery or vouched "
        "for; held: this machine's clock is right, for demo stations and virtual machines."),
    TEXT_KEY("sound", "device", device, "default",
             /* tr */
             "The sound card: an ALSA name such as default or hw:CARD=PCH, or wav:heard to write "
             "WAV files into the folder heard where there is no card."),
    WHOLE_KEY("sound", "rate", rate, 8000, 192000, "48000", /* tr */ "Frames a second."),
    WHOLE_KEY("sound", "buffer_ms", buffer_ms, 20, 2000, "240",
              /* tr */ "Length of the card's buffer in milliseconds."),
    TEXT_KEY("sound", "mixer", mixer, "",
             /* tr */
             "The mixer control that is unmuted, set and verified at start (for example Master); "
             "empty: none."),
    WHOLE_KEY("sound", "volume_percent", volume_percent, 0, 100, "80",
              /* tr */ "What that control is set to, in per cent."),
    WHOLE_KEY("sound", "loudness_lufs", loudness_lufs, -30, -9, "-16",
              /* tr */ "The loudness that every item is brought to (EBU R 128, LUFS)."),
    TEXT_KEY("amplifier", "relay", relay, "sim",
             /* tr */
             "What switches the amplifiers: sim (a trace file, no hardware), or the address of a "
             "real relay such as gpio:/dev/gpiochip0."),
    TEXT_KEY("amplifier", "lines", lines, "",
             /* tr */ "The real relay's lines; empty for the simulated one."),
    WHOLE_KEY("amplifier", "warmup_s", warmup_s, 0, 120, "3",
              /* tr */ "Seconds from power-on until the loudspeakers may be unmuted."),
    WHOLE_KEY("amplifier", "hold_s", hold_s, 0, 600, "20",
              /* tr */ "Seconds that power stays on after the last sound."),
    WHOLE_KEY("amplifier", "max_on_s", max_on_s, 60, 86400, "14400",
              /* tr */ "Longest time with power on, in seconds; then it is switched off."),
    {"zones", "0", SETTINGS_TYPE_ZONE, AT(zones), 0, SETTINGS_ZONES - 1, NULL, "Trung tâm xã",
     /* tr */ "One line a zone of loudspeakers: its number, 0 to 31, and its title."},
    {"floor", "quiet", SETTINGS_TYPE_HOURS, AT(quiet), 0, 0, NULL, "22:00-04:30",
     /* tr */
     "Hours in which no amplifier gets power, whatever is planned; only a verified emergency "
     "crosses them. none is allowed with the simulated relay alone."},
    CHOICE_KEY("speech", "voice", voice, "vi|vi-vn-x-central|vi-vn-x-south", "vi",
               /* tr */ "The voice of espeak-ng."),
    WHOLE_KEY("speech", "speed", speed_spm, 150, 300, "210",
              /* tr */ "Syllables a minute; outdoors slower is clearer."),
    CHOICE_KEY("speech", "region", region, "north|central|south", "north",
               /* tr */ "How numbers are read: north (nghìn, linh), central or south (ngàn, lẻ)."),
    CHOICE_KEY("speech", "mung", mung, "no|yes", "no",
               /* tr */ "yes: the days 1 to 10 are read with \"mùng\" before them."),
    CHOICE_KEY("speech", "tu", tu, "tinh|thanh", "tinh",
               /* tr */
               "Who TU is in a document's number: tinh (Tỉnh ủy) or thanh (Thành ủy); a text that "
               "names only one of them means that one."),
    CHOICE_KEY("speech", "letters", letters, "expanded|dropped|spelled", "expanded",
               /* tr */
               "How the letters of a document's number such as 57-NQ/TW are read: expanded (their "
               "meaning), dropped (the number alone) or spelled (letter by letter)."),
    CHOICE_KEY("speech", "horn", horn, "yes|no", "yes",
               /* tr */
               "yes: the voice is made clearer for horn loudspeakers outdoors; no: it stays as "
               "it is, for loudspeakers indoors."),
    WHOLE_KEY("speech", "comma_ms", comma_ms, 0, 3000, "250",
              /* tr */ "Pause at a comma, in milliseconds."),
    WHOLE_KEY(
        "speech", "sentence_ms", sentence_ms, 0, 5000, "700",
        /* tr */ "Pause after a sentence, in milliseconds; far loudspeakers need a long one."),
    WHOLE_KEY("speech", "paragraph_ms", paragraph_ms, 0, 10000, "1200",
              /* tr */ "Pause after a paragraph, in milliseconds."),
    TEXT_KEY(
        "paths", "sounds", sounds, "sounds",
        /* tr */ "Approved sound, never deleted. Relative paths begin in the station's folder."),
    TEXT_KEY("paths", "originals", originals, "originals",
             /* tr */ "What was imported, as it came."),
    TEXT_KEY("paths", "drafts", drafts, "drafts", /* tr */ "Rendered drafts; may be deleted."),
    TEXT_KEY("paths", "run", run, "run", /* tr */ "Sockets and the lock of the running services."),
    TEXT_KEY("paths", "trace", trace, "relay.jsonl", /* tr */ "The simulated relay's trace."),
    TEXT_KEY("paths", "backup", backup, "backup", /* tr */ "Where loaxa backup writes."),
};
enum { SCHEMA_COUNT = sizeof schema / sizeof *schema };

const struct settings_key *settings_schema(size_t *ret_count) {
    *ret_count = SCHEMA_COUNT;
    return schema;
}

static char *text_at(struct settings *settings, const struct settings_key *key) {
    return (char *)settings + key->offset;
}

static bool set_text(struct settings *settings, const struct settings_key *key, const char *value,
                     struct fail *why) {
    if (strlen(value) >= SETTINGS_TEXT) {
        return fail_set(why, FAIL_LIMIT, "%s is too long: at most %d bytes", key->key,
                        SETTINGS_TEXT - 1);
    }
    for (const char *c = value; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20) {
            return fail_set(why, FAIL_INVALID, "%s has a control character: take it out", key->key);
        }
    }
    if (value[0] == ';') { /* inih would take it for a comment where a blank stands before it */
        return fail_set(why, FAIL_INVALID, "%s cannot begin with ';'", key->key);
    }
    strcpy(text_at(settings, key), value);
    return true;
}

static bool set_choice(struct settings *settings, const struct settings_key *key, const char *value,
                       struct fail *why) {
    size_t length = strlen(value);
    const char *at = key->choices;
    while (length != 0 && at != NULL) {
        const char *end = strchrnul(at, '|');
        if ((size_t)(end - at) == length && memcmp(at, value, length) == 0) {
            return set_text(settings, key, value, why);
        }
        at = *end == '|' ? end + 1 : NULL;
    }
    return fail_set(why, FAIL_INVALID, "%s cannot be '%.60s': write one of %s", key->key, value,
                    key->choices);
}

static bool set_whole(struct settings *settings, const struct settings_key *key, const char *value,
                      struct fail *why) {
    char *end;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (end == value || *end != '\0' || errno != 0 || number < key->least || number > key->most) {
        return fail_set(why, FAIL_INVALID,
                        "%s cannot be '%.60s': write a whole number from %d to %d", key->key, value,
                        (int)key->least, (int)key->most);
    }
    *(int32_t *)((char *)settings + key->offset) = (int32_t)number;
    return true;
}

static bool set_hours(struct settings *settings, const struct settings_key *key, const char *value,
                      struct fail *why) {
    if (strcmp(value, "none") == 0) {
        settings->quiet = false;
        settings->quiet_from_s = settings->quiet_until_s = 0;
        return true;
    }
    char from[SETTINGS_TEXT];
    int32_t from_s, until_s;
    const char *dash = strchr(value, '-');
    size_t length = dash != NULL ? (size_t)(dash - value) : 0;
    if (length == 0 || length >= sizeof from) {
        goto bad;
    }
    memcpy(from, value, length);
    from[length] = '\0';
    if (!civil_time_parse(from, &from_s) || !civil_time_parse(dash + 1, &until_s)) {
        goto bad;
    }
    until_s %= 86400;
    if (from_s >= 86400 || from_s == until_s || from_s % 60 != 0 || until_s % 60 != 0) {
        goto bad;
    }
    settings->quiet = true;
    settings->quiet_from_s = from_s;
    settings->quiet_until_s = until_s;
    return true;
bad:
    return fail_set(why, FAIL_INVALID, "%s cannot be '%.60s': write hours such as 22:00-04:30",
                    key->key, value);
}

static bool set_value(struct settings *settings, const struct settings_key *key, int zone,
                      const char *value, struct fail *why) {
    switch (key->type) {
    case SETTINGS_TYPE_TEXT:
        return set_text(settings, key, value, why);
    case SETTINGS_TYPE_CHOICE:
        return set_choice(settings, key, value, why);
    case SETTINGS_TYPE_WHOLE:
        return set_whole(settings, key, value, why);
    case SETTINGS_TYPE_HOURS:
        return set_hours(settings, key, value, why);
    case SETTINGS_TYPE_ZONE: {
        struct settings_key one = *key;
        one.key = "title";
        one.offset += (size_t)zone * SETTINGS_TEXT;
        if (value[0] == '\0') {
            return fail_set(why, FAIL_INVALID,
                            "zone %d has no title: write one, or take the line "
                            "out",
                            zone);
        }
        return set_text(settings, &one, value, why);
    }
    }
    return false;
}

void settings_default(struct settings *ret_settings) {
    memset(ret_settings, 0, sizeof *ret_settings);
    for (size_t i = 0; i < SCHEMA_COUNT; i++) {
        set_value(ret_settings, &schema[i], 0, schema[i].value, NULL);
    }
}

/* What the reader carries from line to line. */
struct reading {
    const char *at, *end;
    int line;
    struct settings settings;
    bool given[SCHEMA_COUNT]; /* a key that was read; [zones] are told apart below */
    zone_set zones_given;
    struct fail *why;
    int failed_line; /* 0: none yet */
};

/* Gives inih the next line, the way fgets does. Stops at the first fault. */
static char *next_line(char *into, int size, void *stream) {
    struct reading *reading = stream;
    if (reading->at == reading->end || reading->failed_line != 0) {
        return NULL;
    }
    reading->line++;
    const char *newline = memchr(reading->at, '\n', (size_t)(reading->end - reading->at));
    const char *stop = newline != NULL ? newline : reading->end;
    size_t length = (size_t)(stop - reading->at);
    size_t blanks = 0;
    while (blanks < length && (reading->at[blanks] == ' ' || reading->at[blanks] == '\t')) {
        blanks++;
    }
    if (blanks < length && strchr("#;", reading->at[blanks]) != NULL) {
        length = 0; /* a comment may be as long as it likes */
    }
    if (length > LINE_MAX_BYTES || length + 2 > (size_t)size) {
        reading->failed_line = reading->line;
        fail_set(reading->why, FAIL_LIMIT, "longer than %d bytes: shorten it", LINE_MAX_BYTES);
        return NULL;
    }
    memcpy(into, reading->at, length);
    into[length] = '\n';
    into[length + 1] = '\0';
    reading->at = newline != NULL ? newline + 1 : reading->end;
    return into;
}

/* Adds the keys of a section, or the sections where `section` is NULL, for a message. */
static void list_names(const char *section, char *list, size_t size) {
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < SCHEMA_COUNT && used < size; i++) {
        bool first = i == 0 || strcmp(schema[i].section, schema[i - 1].section) != 0;
        if (section == NULL ? first : strcmp(schema[i].section, section) == 0) {
            used += (size_t)snprintf(list + used, size - used, "%s%s", used != 0 ? ", " : "",
                                     section == NULL ? schema[i].section : schema[i].key);
        }
    }
}

static bool unknown_name(const char *section, const char *name, struct fail *why) {
    char list[256];
    for (size_t i = 0; i < SCHEMA_COUNT; i++) {
        if (strcmp(schema[i].section, section) == 0) {
            list_names(section, list, sizeof list);
            return fail_set(why, FAIL_INVALID, "[%s] has no key '%.50s'; its keys are: %s", section,
                            name, list);
        }
    }
    list_names(NULL, list, sizeof list);
    if (section[0] == '\0') {
        return fail_set(why, FAIL_INVALID,
                        "'%.50s' stands in no section; put one above it: [%s] or another of %s",
                        name, schema[0].section, list);
    }
    return fail_set(why, FAIL_INVALID, "there is no section [%.50s]; the sections are: %s", section,
                    list);
}

static bool parse_zone(const char *name, int *ret_zone) {
    char *end;
    if (name[0] < '0' || name[0] > '9') {
        return false;
    }
    long zone = strtol(name, &end, 10);
    if (*end != '\0' || zone >= SETTINGS_ZONES) {
        return false;
    }
    *ret_zone = (int)zone;
    return true;
}

static bool take(struct reading *reading, const char *section, const char *name,
                 const char *value) {
    struct fail *why = reading->why;
    for (size_t i = 0; i < SCHEMA_COUNT; i++) {
        const struct settings_key *key = &schema[i];
        int zone = 0;
        if (strcmp(key->section, section) != 0) {
            continue;
        }
        bool is_zone = key->type == SETTINGS_TYPE_ZONE;
        if (is_zone && !parse_zone(name, &zone)) {
            return fail_set(why, FAIL_INVALID,
                            "'%.50s' is no zone: write a number from 0 to %d, '=' and the title",
                            name, SETTINGS_ZONES - 1);
        }
        if (!is_zone && strcmp(key->key, name) != 0) {
            continue;
        }
        if (is_zone ? (reading->zones_given >> zone & 1) != 0 : reading->given[i]) {
            return fail_set(why, FAIL_INVALID, "'%.50s' was already given above: keep one line",
                            name);
        }
        if (is_zone && reading->zones_given == 0) { /* the file's own zones replace the default */
            memset(reading->settings.zones, 0, sizeof reading->settings.zones);
        }
        reading->given[i] = true;
        reading->zones_given |= is_zone ? (zone_set)1 << zone : 0;
        return set_value(&reading->settings, key, zone, value, why);
    }
    return unknown_name(section, name, why);
}

static int handle(void *user, const char *section, const char *name, const char *value) {
    struct reading *reading = user;
    if (!take(reading, section, name, value)) {
        reading->failed_line = reading->line;
        return 0;
    }
    return 1;
}

bool settings_parse(const char *bytes, size_t length, const char *name,
                    struct settings *ret_settings, struct fail *why) {
    struct fail unused;
    struct reading reading = {
        .at = bytes, .end = bytes + length, .why = why != NULL ? why : &unused};
    if (length > SETTINGS_FILE_MAX) {
        return fail_set(why, FAIL_LIMIT, "%s is longer than %d bytes: it is no settings file", name,
                        SETTINGS_FILE_MAX);
    }
    size_t wrong = text_utf8_error(bytes, length);
    if (wrong != length || memchr(bytes, '\0', length) != NULL) {
        return fail_set(why, FAIL_INVALID, "%s is not UTF-8 text: save it again as UTF-8", name);
    }
    settings_default(&reading.settings);
    int syntax_line = ini_parse_stream(next_line, &reading, handle, &reading);
    if (syntax_line > 0 && (reading.failed_line == 0 || syntax_line < reading.failed_line)) {
        fail_set(why, FAIL_INVALID,
                 "write [section], key = value, or a comment that begins with #");
        return fail_prefix(why, "%s, line %d", name, syntax_line);
    }
    if (reading.failed_line != 0) {
        return fail_prefix(why, "%s, line %d", name, reading.failed_line);
    }
    if (!settings_check(&reading.settings, why)) {
        return fail_prefix(why, "%s", name);
    }
    *ret_settings = reading.settings;
    return true;
}

bool settings_relay_is_real(const struct settings *settings) {
    return strcmp(settings->relay, "sim") != 0;
}

/* A WAV "card" writes inside the station's folder only. */
static bool check_device(const char *device, struct fail *why) {
    if (device[0] == '\0') {
        return fail_set(why, FAIL_INVALID,
                        "device is empty: write default, or wav:heard where "
                        "there is no card");
    }
    if (strncmp(device, "wav:", 4) == 0 &&
        (device[4] == '\0' || device[4] == '/' || strstr(device, "..") != NULL)) {
        return fail_set(why, FAIL_INVALID,
                        "device '%s' must name a folder inside the station's: "
                        "write wav:heard",
                        device);
    }
    return true;
}

bool settings_check(const struct settings *settings, struct fail *why) {
    if (!check_device(settings->device, why)) {
        return false;
    }
    if (settings_zones(settings) == 0) {
        return fail_set(why, FAIL_INVALID,
                        "there is no zone: write one in [zones], such as "
                        "0 = Trung tâm xã");
    }
    if (settings_relay_is_real(settings) && strchr(settings->relay, ':') == NULL) {
        return fail_set(why, FAIL_INVALID,
                        "relay '%.60s' is not known: write sim, or a kind and "
                        "an address such as gpio:/dev/gpiochip0",
                        settings->relay);
    }
    if (!settings->quiet && settings_relay_is_real(settings)) {
        return fail_set(why, FAIL_REFUSED,
                        "quiet = none is allowed with the simulated relay "
                        "alone: write hours such as 22:00-04:30");
    }
    if (settings->max_on_s <= settings->warmup_s) {
        return fail_set(why, FAIL_INVALID, "max_on_s (%d) must be more than warmup_s (%d)",
                        (int)settings->max_on_s, (int)settings->warmup_s);
    }
    const char *paths[] = {settings->sounds, settings->originals, settings->drafts,
                           settings->run,    settings->trace,     settings->backup};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (paths[i][0] == '\0') {
            return fail_set(why, FAIL_INVALID,
                            "a path in [paths] is empty: take the line out to "
                            "get the usual one");
        }
    }
    return true;
}

bool settings_load(const char *station, struct settings *ret_settings, struct fail *why) {
    char path[SETTINGS_PATH_SIZE];
    struct fail unused;
    why = why != NULL ? why : &unused;
    if (!settings_path(station, "settings.ini", path, why)) {
        return false;
    }
    struct text text = {0};
    struct settings settings;
    settings_default(&settings);
    bool ok = text_read_file(path, SETTINGS_FILE_MAX, &text, why);
    if (ok) {
        ok = settings_parse(text_string(&text), text.length, path, &settings, why);
    } else if (why->error_number == ENOENT) {
        ok = true;
    }
    text_finish(&text);
    if (!ok) {
        return false;
    }
    struct zone *zone;
    if (!zone_load(settings.zone, &zone, why)) {
        return fail_prefix(why, "%s", path);
    }
    zone_destroy(zone);
    *ret_settings = settings;
    return true;
}

bool settings_allow_profile(const struct settings *settings, bool always_open, struct fail *why) {
    if (always_open && settings_relay_is_real(settings)) {
        return fail_set(why, FAIL_REFUSED,
                        "an always-open profile is for a demo and refused with the real relay "
                        "'%.60s': choose another with 'loaxa profile set', or relay = sim",
                        settings->relay);
    }
    return true;
}

zone_set settings_zones(const struct settings *settings) {
    zone_set zones = 0;
    for (int zone = 0; zone < SETTINGS_ZONES; zone++) {
        zones |= settings->zones[zone][0] != '\0' ? (zone_set)1 << zone : 0;
    }
    return zones;
}

static void write_value(const struct settings *settings, const struct settings_key *key,
                        struct text *text) {
    const char *at = (const char *)settings + key->offset;
    switch (key->type) {
    case SETTINGS_TYPE_TEXT:
    case SETTINGS_TYPE_CHOICE:
        text_add_format(text, "%s = %s\n", key->key, at);
        break;
    case SETTINGS_TYPE_WHOLE:
        text_add_format(text, "%s = %d\n", key->key, (int)*(const int32_t *)at);
        break;
    case SETTINGS_TYPE_HOURS:
        if (settings->quiet) {
            int from = settings->quiet_from_s / 60, until = settings->quiet_until_s / 60;
            text_add_format(text, "%s = %02d:%02d-%02d:%02d\n", key->key, from / 60, from % 60,
                            until / 60, until % 60);
        } else {
            text_add_format(text, "%s = none\n", key->key);
        }
        break;
    case SETTINGS_TYPE_ZONE:
        for (int zone = 0; zone < SETTINGS_ZONES; zone++) {
            if (settings->zones[zone][0] != '\0') {
                text_add_format(text, "%d = %s\n", zone, settings->zones[zone]);
            }
        }
        break;
    }
}

/* A sentence as comment lines of at most 100 columns. */
static void write_comment(const char *sentence, struct text *text) {
    size_t columns = 0;
    for (const char *word = sentence; *word != '\0';) {
        char one[SETTINGS_TEXT];
        size_t length = strcspn(word, " ");
        length = length < sizeof one ? length : sizeof one - 1;
        memcpy(one, word, length);
        one[length] = '\0';
        size_t width = text_columns(one) + 1;
        if (columns == 0 || columns + width > 100) {
            text_add_string(text, columns == 0 ? "#" : "\n#");
            columns = 1;
        }
        text_add_format(text, " %s", one);
        columns += width;
        word += length;
        word += strspn(word, " ");
    }
    text_add_string(text, "\n");
}

void settings_write(const struct settings *settings, enum language language, struct text *text) {
    text_add_format(text, "# %s\n",
                    tr_in(language,
                          "The machine's facts of one loaxa station; see settings.ini(5). "
                          "Check with: loaxad --check-config"));
    for (size_t i = 0; i < SCHEMA_COUNT; i++) {
        if (i == 0 || strcmp(schema[i].section, schema[i - 1].section) != 0) {
            text_add_format(text, "\n[%s]\n", schema[i].section);
        }
        write_comment(tr_in(language, schema[i].help), text);
        write_value(settings, &schema[i], text);
    }
}

bool settings_path(const char *station, const char *path, char ret_path[SETTINGS_PATH_SIZE],
                   struct fail *why) {
    int length = path[0] == '/' ? snprintf(ret_path, SETTINGS_PATH_SIZE, "%s", path)
                                : snprintf(ret_path, SETTINGS_PATH_SIZE, "%s/%s", station, path);
    if (length < 0 || length >= SETTINGS_PATH_SIZE) {
        return fail_set(why, FAIL_LIMIT, "the path %.60s… is too long", station);
    }
    return true;
}
