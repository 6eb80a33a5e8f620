#include "tts/lexicon.h"

#include "base/digest.h"
#include "base/memory.h"
#include "tts/lexicon_base.h"
#include "tts/syllable.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

static const char head_line[] = "# key\tclass\tspoken\tleft\tright\tpriority\tnote\n";

static const char *const class_names[LEXICON_CLASS_COUNT] = {"abbreviation", "foreign", "name",
                                                             "unit",         "type",    "issuer"};

const char *lexicon_class_name(enum lexicon_class class) {
    return class < LEXICON_CLASS_COUNT ? class_names[class] : "";
}

bool lexicon_class_parse(const char *name, enum lexicon_class *ret) {
    for (int i = 0; i < LEXICON_CLASS_COUNT; i++) {
        if (strcmp(class_names[i], name) == 0) {
            *ret = (enum lexicon_class)i;
            return true;
        }
    }
    return false;
}

/* ---- an index: keys and the beginnings of keys, hashed ---- */

struct slot {
    const char *key; /* NULL: free. Borrowed from an entry, or owned by the index (folded keys) */
    const struct lexicon_entry **entries;
    uint32_t length;
    uint16_t count;
    bool prefix;
};

struct index {
    struct slot *slots;
    size_t size; /* a power of two */
    size_t used;
    char **owned;
    size_t owned_count, owned_capacity;
};

static uint32_t hash_of(const char *key, size_t length) {
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)key[i]) * 16777619u;
    }
    return hash ^ hash >> 15;
}

static struct slot *slot_of(const struct index *index, const char *key, size_t length) {
    size_t mask = index->size - 1;
    for (size_t i = hash_of(key, length) & mask;; i = (i + 1) & mask) {
        struct slot *slot = &index->slots[i];
        if (slot->key == NULL || (slot->length == length && memcmp(slot->key, key, length) == 0)) {
            return slot;
        }
    }
}

static void grow(struct index *index) {
    struct index larger = *index;
    larger.size = index->size != 0 ? index->size * 2 : 256;
    larger.slots = memory_new(larger.size * sizeof *larger.slots);
    for (size_t i = 0; i < index->size; i++) {
        if (index->slots[i].key != NULL) {
            *slot_of(&larger, index->slots[i].key, index->slots[i].length) = index->slots[i];
        }
    }
    free(index->slots);
    *index = larger;
}

static struct slot *make_slot(struct index *index, const char *key, size_t length) {
    if (index->used * 2 >= index->size) {
        grow(index);
    }
    struct slot *slot = slot_of(index, key, length);
    if (slot->key == NULL) {
        slot->key = key;
        slot->length = (uint32_t)length;
        index->used++;
    }
    return slot;
}

enum border { BORDER_LETTER, BORDER_DIGIT, BORDER_SIGN, BORDER_SPACE };

static enum border border_of(const char *at, size_t left, size_t *ret_step) {
    uint32_t c = 0;
    size_t step = text_decode(at, left, &c);
    *ret_step = step != 0 ? step : 1;
    if (c == ' ') {
        return BORDER_SPACE;
    }
    if (c >= '0' && c <= '9') {
        return BORDER_DIGIT;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
    return letter && !(c == 0xAA || c == 0xBA) ? BORDER_LETTER : BORDER_SIGN;
}

/* Marks every beginning of the key that ends where a token ends. */
static void add_prefixes(struct index *index, const char *key, size_t length) {
    enum border last = BORDER_SPACE;
    for (size_t at = 0; at < length;) {
        size_t step;
        enum border border = border_of(key + at, length - at, &step);
        bool inside = border == last && (border == BORDER_LETTER || border == BORDER_DIGIT);
        if (at != 0 && !inside && last != BORDER_SPACE) {
            make_slot(index, key, at)->prefix = true;
        }
        last = border;
        at += step;
    }
}

/* The larger is tried first: priority, and among equals the entry that asks for a context. */
static int rank_of(const struct lexicon_entry *entry) {
    bool context =
        entry->class != LEXICON_ISSUER && (entry->left[0] != '\0' || entry->right[0] != '\0');
    return entry->priority * 2 + context;
}

static void add_to_slot(struct slot *slot, const struct lexicon_entry *entry) {
    slot->entries =
        memory_resize(slot->entries, (size_t)slot->count + 1, sizeof(struct lexicon_entry *));
    size_t place = slot->count++;
    while (place > 0 && rank_of(slot->entries[place - 1]) < rank_of(entry)) {
        slot->entries[place] = slot->entries[place - 1];
        place--;
    }
    slot->entries[place] = entry;
}

static char *folded_key(const char *key) {
    struct text folded = {0};
    size_t left = strlen(key);
    for (const char *at = key; left != 0;) {
        uint32_t c;
        size_t step = text_decode(at, left, &c);
        text_add_codepoint(&folded, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
        at += step;
        left -= step;
    }
    return folded.bytes;
}

static void index_add(struct index *exact, struct index *folded,
                      const struct lexicon_entry *entry) {
    size_t length = strlen(entry->key);
    add_prefixes(exact, entry->key, length);
    add_to_slot(make_slot(exact, entry->key, length), entry);
    if (entry->class == LEXICON_FOREIGN || entry->class == LEXICON_NAME ||
        entry->class == LEXICON_UNIT) {
        char *key = folded_key(entry->key);
        folded->owned = memory_room(folded->owned, folded->owned_count, &folded->owned_capacity,
                                    sizeof *folded->owned);
        folded->owned[folded->owned_count++] = key;
        size_t folded_length = strlen(key);
        add_prefixes(folded, key, folded_length);
        add_to_slot(make_slot(folded, key, folded_length), entry);
    }
}

static void index_finish(struct index *index) {
    for (size_t i = 0; i < index->size; i++) {
        free(index->slots[i].entries);
    }
    for (size_t i = 0; i < index->owned_count; i++) {
        free(index->owned[i]);
    }
    free(index->owned);
    free(index->slots);
    *index = (struct index){0};
}

/* ---- the base ---- */

static struct index base_exact, base_folded;
static pthread_once_t base_once = PTHREAD_ONCE_INIT;

static void build_base(void) {
    for (size_t i = 0; i < lexicon_base_count; i++) {
        index_add(&base_exact, &base_folded, &lexicon_base[i]);
    }
}

size_t lexicon_base_size(void) {
    return lexicon_base_count;
}

const struct lexicon_entry *lexicon_base_at(size_t index) {
    return &lexicon_base[index];
}

/* ---- the station's own ---- */

struct lexicon {
    struct lexicon_entry **entries; /* each owned, with its strings */
    size_t count, capacity;
    struct index exact, folded;
};

struct lexicon *lexicon_create(void) {
    return memory_new(sizeof(struct lexicon));
}

static void free_entry(struct lexicon_entry *entry) {
    free((char *)entry->key);
    free((char *)entry->spoken);
    free((char *)entry->left);
    free((char *)entry->right);
    free((char *)entry->note);
    free(entry);
}

void lexicon_destroy(struct lexicon *lexicon) {
    if (lexicon == NULL) {
        return;
    }
    index_finish(&lexicon->exact);
    index_finish(&lexicon->folded);
    for (size_t i = 0; i < lexicon->count; i++) {
        free_entry(lexicon->entries[i]);
    }
    free(lexicon->entries);
    free(lexicon);
}

static void rebuild(struct lexicon *lexicon) {
    index_finish(&lexicon->exact);
    index_finish(&lexicon->folded);
    for (size_t i = 0; i < lexicon->count; i++) {
        index_add(&lexicon->exact, &lexicon->folded, lexicon->entries[i]);
    }
}

size_t lexicon_count(const struct lexicon *lexicon) {
    return lexicon->count;
}

const struct lexicon_entry *lexicon_at(const struct lexicon *lexicon, size_t index) {
    return lexicon->entries[index];
}

/* ---- rules of an entry ---- */

static bool is_clean(const char *field) {
    for (; *field != '\0'; field++) {
        if ((unsigned char)*field < 0x20 || *field == 0x7F) {
            return false;
        }
    }
    return true;
}

static bool check_key(const char *key, struct fail *why) {
    size_t length = strlen(key);
    if (length == 0 || length > LEXICON_KEY_MAX) {
        return fail_set(why, FAIL_INVALID, "the key must have 1 to %d bytes", LEXICON_KEY_MAX);
    }
    if (!is_clean(key) || !text_is_nfc(key, length) || key[0] == '#' || key[0] == ' ' ||
        key[length - 1] == ' ' || strstr(key, "  ") != NULL) {
        return fail_set(why, FAIL_INVALID,
                        "the key '%s' must be NFC text without '#' at its head, without tabs and "
                        "without doubled or outer spaces",
                        key);
    }
    return true;
}

bool lexicon_entry_check(const struct lexicon_entry *entry, struct fail *why) {
    if (!check_key(entry->key, why)) {
        return false;
    }
    size_t length = strlen(entry->spoken);
    if (length > LEXICON_SPOKEN_MAX || !syllables_are_valid(entry->spoken, length)) {
        return fail_set(why, FAIL_INVALID,
                        "the spoken form of '%s' must be Vietnamese syllables in small letters "
                        "with one space between them, at most %d bytes: '%s'",
                        entry->key, LEXICON_SPOKEN_MAX, entry->spoken);
    }
    if (!is_clean(entry->left) || !is_clean(entry->right) || !is_clean(entry->note) ||
        strlen(entry->left) > 1000 || strlen(entry->right) > 1000 || strlen(entry->note) > 1000) {
        return fail_set(why, FAIL_INVALID,
                        "the contexts and the note of '%s' must be one line each", entry->key);
    }
    return true;
}

static bool same_place(const struct lexicon_entry *a, const struct lexicon_entry *b) {
    return strcmp(a->key, b->key) == 0 && a->class == b->class && strcmp(a->left, b->left) == 0 &&
           strcmp(a->right, b->right) == 0;
}

static const struct lexicon_entry *find_same(const struct lexicon *lexicon,
                                             const struct lexicon_entry *entry) {
    struct lexicon_match match =
        lexicon_find(lexicon, LEXICON_STATION, entry->key, strlen(entry->key), false);
    for (size_t i = 0; i < match.count; i++) {
        if (same_place(match.entries[i], entry)) {
            return match.entries[i];
        }
    }
    return NULL;
}

static struct lexicon_entry *copy_of(const struct lexicon_entry *entry) {
    struct lexicon_entry *copy = memory_new(sizeof *copy);
    *copy = (struct lexicon_entry){.key = memory_text(entry->key),
                                   .spoken = memory_text(entry->spoken),
                                   .left = memory_text(entry->left),
                                   .right = memory_text(entry->right),
                                   .note = memory_text(entry->note),
                                   .priority = entry->priority,
                                   .class = entry->class};
    return copy;
}

bool lexicon_add(struct lexicon *lexicon, const struct lexicon_entry *entry, struct fail *why) {
    if (!lexicon_entry_check(entry, why)) {
        return false;
    }
    const struct lexicon_entry *old = find_same(lexicon, entry);
    if (old != NULL) {
        for (size_t i = 0; i < lexicon->count; i++) {
            if (lexicon->entries[i] == old) {
                struct lexicon_entry *copy = copy_of(entry);
                free_entry(lexicon->entries[i]);
                lexicon->entries[i] = copy;
            }
        }
        rebuild(lexicon);
        return true;
    }
    if (lexicon->count >= LEXICON_ENTRIES_MAX) {
        return fail_set(why, FAIL_LIMIT, "a lexicon has at most %d entries", LEXICON_ENTRIES_MAX);
    }
    lexicon->entries =
        memory_room(lexicon->entries, lexicon->count, &lexicon->capacity, sizeof *lexicon->entries);
    lexicon->entries[lexicon->count] = copy_of(entry);
    index_add(&lexicon->exact, &lexicon->folded, lexicon->entries[lexicon->count++]);
    return true;
}

size_t lexicon_remove(struct lexicon *lexicon, const char *key) {
    size_t kept = 0;
    for (size_t i = 0; i < lexicon->count; i++) {
        if (strcmp(lexicon->entries[i]->key, key) == 0) {
            free_entry(lexicon->entries[i]);
        } else {
            lexicon->entries[kept++] = lexicon->entries[i];
        }
    }
    size_t removed = lexicon->count - kept;
    lexicon->count = kept;
    if (removed != 0) {
        rebuild(lexicon);
    }
    return removed;
}

/* ---- reading and writing ---- */

enum {
    FIELD_KEY,
    FIELD_CLASS,
    FIELD_SPOKEN,
    FIELD_LEFT,
    FIELD_RIGHT,
    FIELD_PRIORITY,
    FIELD_NOTE,
    FIELDS
};

static bool parse_priority(const char *field, int16_t *ret, struct fail *why) {
    char *end;
    errno = 0;
    long value = *field != '\0' ? strtol(field, &end, 10) : 0;
    if (*field != '\0' && (*end != '\0' || errno != 0 || value < -1000 || value > 1000)) {
        return fail_set(why, FAIL_INVALID,
                        "the priority '%s' must be a whole number, -1000 to 1000", field);
    }
    *ret = (int16_t)value;
    return true;
}

/* Cuts one line (changed in place) into an entry. */
static bool parse_line(char *line, struct lexicon_entry *ret, struct fail *why) {
    const char *fields[FIELDS] = {"", "", "", "", "", "", ""};
    size_t count = 0;
    for (char *at = line; at != NULL;) {
        if (count == FIELDS) {
            return fail_set(why, FAIL_INVALID, "more than %d columns", FIELDS);
        }
        fields[count++] = at;
        at = strchr(at, '\t');
        if (at != NULL) {
            *at++ = '\0';
        }
    }
    if (count < 3) {
        return fail_set(why, FAIL_INVALID, "want key, class and spoken form, parted by tabs");
    }
    enum lexicon_class class;
    if (!lexicon_class_parse(fields[FIELD_CLASS], &class)) {
        return fail_set(why, FAIL_INVALID,
                        "there is no class '%s': abbreviation, foreign, name, unit, type, issuer",
                        fields[FIELD_CLASS]);
    }
    *ret = (struct lexicon_entry){.key = fields[FIELD_KEY],
                                  .spoken = fields[FIELD_SPOKEN],
                                  .left = fields[FIELD_LEFT],
                                  .right = fields[FIELD_RIGHT],
                                  .note = fields[FIELD_NOTE],
                                  .class = (uint8_t) class};
    return parse_priority(fields[FIELD_PRIORITY], &ret->priority, why);
}

static bool read_line(struct lexicon *lexicon, const char *bytes, size_t length, struct fail *why) {
    struct text line = {0};
    bool ok = text_nfc(bytes, length, &line, why);
    if (ok && line.length != 0 && line.bytes[line.length - 1] == '\r') {
        line.bytes[--line.length] = '\0';
    }
    if (ok && line.length != 0 && line.bytes[0] != '#') {
        struct lexicon_entry entry;
        ok = strlen(line.bytes) == line.length
                 ? parse_line(line.bytes, &entry, why) && lexicon_add(lexicon, &entry, why)
                 : fail_set(why, FAIL_INVALID, "a control character");
    }
    text_finish(&line);
    return ok;
}

/* The length of the line at `at`; a byte order mark before the first is stepped over. */
static size_t line_length(const char *tsv, size_t length, size_t *at) {
    if (*at == 0 && length >= 3 && memcmp(tsv, "\xEF\xBB\xBF", 3) == 0) {
        *at = 3;
    }
    const char *end = memchr(tsv + *at, '\n', length - *at);
    return end != NULL ? (size_t)(end - (tsv + *at)) : length - *at;
}

bool lexicon_read(struct lexicon *lexicon, const char *tsv, size_t length, struct fail *why) {
    size_t number = 0;
    for (size_t at = 0; at < length;) {
        size_t size = line_length(tsv, length, &at);
        number++;
        if (!read_line(lexicon, tsv + at, size, why)) {
            return fail_prefix(why, "line %zu", number);
        }
        at += size + 1;
    }
    return true;
}

size_t lexicon_check(const char *tsv, size_t length,
                     void (*fault)(size_t line, const char *sentence, void *context),
                     void *context) {
    struct lexicon *scratch = lexicon_create();
    size_t number = 0, faults = 0;
    for (size_t at = 0; at < length;) {
        struct fail why = {0};
        size_t size = line_length(tsv, length, &at);
        number++;
        if (!read_line(scratch, tsv + at, size, &why)) {
            faults++;
            fault(number, why.sentence, context);
        }
        at += size + 1;
    }
    lexicon_destroy(scratch);
    return faults;
}

bool lexicon_read_file(struct lexicon *lexicon, const char *path, struct fail *why) {
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return true;
    }
    struct text tsv = {0};
    bool ok = text_read_file(path, LEXICON_BYTES_MAX, &tsv, why);
    if (ok && !lexicon_read(lexicon, text_string(&tsv), tsv.length, why)) {
        ok = fail_prefix(why, "%s", path);
    }
    text_finish(&tsv);
    return ok;
}

static void write_entry(const struct lexicon_entry *entry, struct text *ret) {
    text_add_format(ret, "%s\t%s\t%s\t%s\t%s\t%d\t%s", entry->key,
                    lexicon_class_name((enum lexicon_class)entry->class), entry->spoken,
                    entry->left, entry->right, entry->priority, entry->note);
    text_add_string(ret, "\n");
}

void lexicon_write(const struct lexicon *lexicon, struct text *ret) {
    text_add_string(ret, head_line);
    for (size_t i = 0; i < lexicon->count; i++) {
        write_entry(lexicon->entries[i], ret);
    }
}

static bool write_all(int fd, const struct text *text, struct fail *why) {
    for (size_t at = 0; at < text->length;) {
        ssize_t count = write(fd, text->bytes + at, text->length - at);
        if (count < 0 && errno != EINTR) {
            return fail_system(why, errno, "cannot write");
        }
        at += count > 0 ? (size_t)count : 0;
    }
    return fsync(fd) == 0 || fail_system(why, errno, "cannot write");
}

bool lexicon_write_file(const struct lexicon *lexicon, const char *path, struct fail *why) {
    memory_auto char *beside = memory_format("%s.new", path);
    struct text tsv = {0};
    lexicon_write(lexicon, &tsv);
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok =
        fd >= 0 ? write_all(fd, &tsv, why) : fail_system(why, errno, "cannot open %s", beside);
    if (fd >= 0) {
        close(fd);
    }
    if (ok && rename(beside, path) != 0) {
        ok = fail_system(why, errno, "cannot write %s", path);
    }
    if (!ok && fd >= 0) {
        unlink(beside);
    }
    text_finish(&tsv);
    return ok;
}

/* ---- lookups ---- */

struct lexicon_match lexicon_find(const struct lexicon *lexicon, enum lexicon_layer layer,
                                  const char *key, size_t length, bool folded) {
    const struct index *index;
    if (layer == LEXICON_BASE) {
        pthread_once(&base_once, build_base);
        index = folded ? &base_folded : &base_exact;
    } else if (lexicon != NULL) {
        index = folded ? &lexicon->folded : &lexicon->exact;
    } else {
        return (struct lexicon_match){0};
    }
    if (index->size == 0 || length > LEXICON_KEY_MAX) {
        return (struct lexicon_match){0};
    }
    const struct slot *slot = slot_of(index, key, length);
    if (slot->key == NULL) {
        return (struct lexicon_match){0};
    }
    return (struct lexicon_match){
        .entries = slot->count != 0 ? slot->entries : NULL,
        .count = slot->count,
        .prefix = slot->prefix,
    };
}

void lexicon_digest(const struct lexicon *lexicon, struct text *ret) {
    struct text all = {0};
    for (size_t i = 0; i < lexicon_base_count; i++) {
        write_entry(&lexicon_base[i], &all);
    }
    text_add_string(&all, "\n");
    if (lexicon != NULL) {
        lexicon_write(lexicon, &all);
    }
    struct digest digest = digest_of(text_string(&all), all.length);
    char hex[DIGEST_HEX_SIZE];
    digest_format(&digest, hex);
    text_add_string(ret, hex);
    text_finish(&all);
}
