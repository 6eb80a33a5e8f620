#include "scheduler/event.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A canonical object in the making: members may come in any order and are sorted at its end. */
enum { MEMBERS_MAX = 32 };
struct object {
    struct text bytes; /* the values, one after another */
    struct member {
        const char *key;
        size_t from, to;
    } members[MEMBERS_MAX];
    size_t count;
};

static void begin(struct object *object, const char *key) {
    assert(object->count < MEMBERS_MAX);
    object->members[object->count].key = key;
    object->members[object->count].from = object->bytes.length;
}

static void end(struct object *object) {
    object->members[object->count++].to = object->bytes.length;
}

static void write_integer(struct text *text, int64_t value) {
    char digits[24];
    char *at = digits + sizeof digits;
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (value < 0) {
        *--at = '-';
    }
    text_add(text, at, (size_t)(digits + sizeof digits - at));
}

/* How many bytes the character at `at` has; 0 where it is malformed. */
static size_t character(const char *at) {
    uint32_t codepoint;
    return text_decode(at, strnlen(at, 4), &codepoint);
}

/* Malformed UTF-8 (a sentence that was cut off inside a character) becomes U+FFFD: an event that no
 * diary can take would silence the station. */
static void write_string(struct text *text, const char *string) {
    text_add(text, "\"", 1);
    const char *from = string;
    for (const char *at = string;; at++) {
        unsigned char c = (unsigned char)*at;
        size_t step = c >= 0x80 ? character(at) : 0;
        if (step != 0) {
            at += step - 1;
            continue;
        }
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            continue;
        }
        text_add(text, from, (size_t)(at - from));
        from = at + 1;
        if (c == '\0') {
            break;
        }
        if (c == '"' || c == '\\') {
            char escape[2] = {'\\', *at};
            text_add(text, escape, 2);
        } else if (c >= 0x80) {
            text_add_codepoint(text, 0xFFFD);
        } else {
            text_add_format(text, "\\u%04x", c);
        }
    }
    text_add(text, "\"", 1);
}

static void add_integer(struct object *object, const char *key, int64_t value) {
    begin(object, key);
    write_integer(&object->bytes, value);
    end(object);
}

static void add_string(struct object *object, const char *key, const char *value) {
    begin(object, key);
    write_string(&object->bytes, value != NULL ? value : "");
    end(object);
}

static void add_null(struct object *object, const char *key) {
    begin(object, key);
    text_add(&object->bytes, "null", 4);
    end(object);
}

static void add_truth(struct object *object, const char *key, bool value) {
    begin(object, key);
    text_add_string(&object->bytes, value ? "true" : "false");
    end(object);
}

static void add_instant(struct object *object, const char *key, struct walltime value) {
    if (value.us == WALLTIME_NEVER.us) {
        add_null(object, key);
    } else {
        add_integer(object, key, value.us);
    }
}

static void add_level(struct object *object, const char *key, int32_t value) {
    if (value == EVENT_NO_LEVEL) {
        add_null(object, key);
    } else {
        add_integer(object, key, value);
    }
}

static void add_digest(struct object *object, const char *key, const struct digest *digest) {
    char hex[DIGEST_HEX_SIZE];
    static const struct digest zeros;
    if (digest_equal(digest, &zeros)) {
        add_null(object, key);
        return;
    }
    digest_format(digest, hex);
    add_string(object, key, hex);
}

static void add_zones(struct object *object, const char *key, zone_set zones) {
    begin(object, key);
    char separator = '[';
    for (int zone = 0; zone < 32; zone++) {
        if ((zones >> zone & 1) != 0) {
            text_add(&object->bytes, &separator, 1);
            write_integer(&object->bytes, zone);
            separator = ',';
        }
    }
    text_add_string(&object->bytes, separator == '[' ? "[]" : "]");
    end(object);
}

static void add_key(struct object *object, const char *key, const struct occurrence_key *occ) {
    char text[OCCURRENCE_TEXT_SIZE] = "";
    if (occ->origin != '\0') {
        occurrence_format(occ, text);
    }
    add_string(object, key, text);
}

/* Sorts the members and adds the object's bytes to *ret; the object is empty afterwards. */
static void close_object(struct object *object, struct text *ret) {
    for (size_t i = 1; i < object->count; i++) {
        struct member member = object->members[i];
        size_t at = i;
        while (at != 0 && strcmp(object->members[at - 1].key, member.key) > 0) {
            object->members[at] = object->members[at - 1];
            at--;
        }
        object->members[at] = member;
    }
    text_add(ret, "{", 1);
    for (size_t i = 0; i < object->count; i++) {
        const struct member *member = &object->members[i];
        text_add(ret, i != 0 ? ",\"" : "\"", i != 0 ? 2 : 1);
        text_add_string(ret, member->key);
        text_add(ret, "\":", 2);
        text_add(ret, object->bytes.bytes + member->from, member->to - member->from);
    }
    text_add(ret, "}", 1);
    text_finish(&object->bytes);
    object->count = 0;
}

static void add_object(struct object *object, const char *key, struct object *inner) {
    begin(object, key);
    close_object(inner, &object->bytes);
    end(object);
}

static void add_documents(struct object *object, const struct item *item,
                          const struct programme *programme) {
    begin(object, "documents");
    text_add(&object->bytes, "[", 1);
    bool first = true;
    for (size_t i = 0; i < item->documents_count && programme != NULL; i++) {
        const struct programme_document *document =
            programme_document(programme, item->documents[i]);
        if (document == NULL) {
            continue;
        }
        struct object inner = {0};
        add_string(&inner, "number", document->number);
        add_string(&inner, "title", document->title);
        text_add_string(&object->bytes, first ? "" : ",");
        close_object(&inner, &object->bytes);
        first = false;
    }
    text_add(&object->bytes, "]", 1);
    end(object);
}

static void add_topics(struct object *object, const struct item *item) {
    begin(object, "topics");
    text_add(&object->bytes, "[", 1);
    for (size_t i = 0; i < item->topics_count; i++) {
        text_add_string(&object->bytes, i != 0 ? "," : "");
        write_string(&object->bytes, item->topics[i]);
    }
    text_add(&object->bytes, "]", 1);
    end(object);
}

static void add_item(struct object *object, const struct item *item,
                     const struct programme *programme, const char *campaign) {
    struct object inner = {0};
    add_integer(&inner, "id", item->id);
    add_integer(&inner, "version", item->version);
    add_string(&inner, "title", item->title);
    add_string(&inner, "kind", item_kind_word(item->kind));
    add_string(&inner, "genre", genre_word(item->genre));
    add_string(&inner, "language", item->language);
    add_string(&inner, "source", item->source);
    add_string(&inner, "author", item->author);
    add_string(&inner, "approver", item->approver);
    add_integer(&inner, "approved_us", item->approved_at.us);
    add_digest(&inner, "text_hash", &item->text_hash);
    add_digest(&inner, "sound_hash", &item->sound_hash);
    add_integer(&inner, "duration_us", item->duration_us);
    add_string(&inner, "campaign", campaign);
    add_documents(&inner, item, programme);
    add_topics(&inner, item);
    add_object(object, "item", &inner);
}

/* The item by its name and hashes only. */
static void add_item_name(struct object *object, const struct item *item, bool hashes) {
    struct object inner = {0};
    add_integer(&inner, "id", item->id);
    add_integer(&inner, "version", item->version);
    add_string(&inner, "title", item->title);
    if (hashes) {
        add_digest(&inner, "text_hash", &item->text_hash);
        add_digest(&inner, "sound_hash", &item->sound_hash);
    }
    add_object(object, "item", &inner);
}

static void add_planned(struct object *object, const struct event *event) {
    const struct segment *segment = event->planned.segment;
    struct object inner = {0};
    add_integer(&inner, "id", segment->id);
    add_string(&inner, "title", segment->title);
    add_integer(&inner, "column", segment->column_id);
    add_string(&inner, "column_title", segment->column_title);
    add_string(&inner, "class", broadcast_class_word(segment->class));
    add_object(object, "segment", &inner);
    add_string(object, "session", event->planned.session);
    add_instant(object, "start_us", event->planned.start);
    add_instant(object, "end_us", event->planned.end);
    add_integer(object, "grace_us", event->planned.grace_us);
    add_zones(object, "zones", event->planned.zones);
    add_string(object, "verdict", event->planned.verdict);
    if (event->planned.late) {
        add_truth(object, "late", true);
    }
}

static void add_outcome(struct object *object, const struct event *event) {
    add_string(object, "outcome", outcome_word(event->outcome.outcome));
    add_string(object, "reason", outcome_reason_word(event->outcome.reason));
    add_instant(object, "start_us", event->outcome.start);
    add_instant(object, "end_us", event->outcome.end);
    add_instant(object, "first_us", event->outcome.first);
    add_instant(object, "last_us", event->outcome.last);
    begin(object, "airings");
    text_add(&object->bytes, "[", 1);
    for (size_t i = 0; i < event->outcome.airings_count; i++) {
        text_add_string(&object->bytes, i != 0 ? "," : "");
        write_integer(&object->bytes, event->outcome.airings[i]);
    }
    text_add(&object->bytes, "]", 1);
    end(object);
}

static void add_opened(struct object *object, const struct event *event) {
    add_integer(object, "position", event->opened.position);
    add_string(object, "role", rundown_role_word(event->opened.role));
    add_instant(object, "planned_us", event->opened.planned);
    add_item(object, event->opened.item, event->opened.programme, event->opened.campaign);
    add_string(object, "class", broadcast_class_word(event->opened.class));
    add_string(object, "column", event->opened.column);
    add_zones(object, "zones", event->opened.zones);
    add_integer(object, "gain_mdb", event->opened.gain_mdb);
    add_integer(object, "permit", (int64_t)event->opened.permit);
    add_string(object, "operator", event->opened.operator_name);
}

static void add_closed(struct object *object, const struct event *event) {
    add_integer(object, "airing", event->closed.airing);
    add_instant(object, "first_us", event->closed.first);
    add_instant(object, "last_us", event->closed.last);
    add_integer(object, "frames", event->closed.frames);
    add_integer(object, "rate", event->closed.rate);
    add_integer(object, "lost_frames", event->closed.lost_frames);
    add_level(object, "peak_mdb", event->closed.peak_mdb);
    add_level(object, "loudness_mdb", event->closed.loudness_mdb);
    begin(object, "zones");
    text_add(&object->bytes, "[", 1);
    bool first = true;
    for (int zone = 0; zone < 32; zone++) {
        if ((event->closed.zones >> zone & 1) == 0) {
            continue;
        }
        const char *result = (event->closed.fault >> zone & 1) != 0    ? "fault"
                             : (event->closed.silent >> zone & 1) != 0 ? "silent"
                                                                       : "sounded";
        text_add_format(&object->bytes, "%s{\"result\":\"%s\",\"zone\":%d}", first ? "" : ",",
                        result, zone);
        first = false;
    }
    text_add(&object->bytes, "]", 1);
    end(object);
    add_string(object, "reason", airing_end_word(event->closed.reason));
}

static void add_permit(struct object *object, const struct permit *permit) {
    add_integer(object, "permit", (int64_t)permit->id);
    add_string(object, "class", broadcast_class_word(permit->class));
    add_instant(object, "not_before_us", permit->not_before);
    add_instant(object, "not_after_us", permit->not_after);
    add_zones(object, "zones", permit->zones);
    add_truth(object, "crosses_quiet_hours", permit->crosses_quiet_hours);
    add_string(object, "authority", permit->authority);
}

static void add_notice(struct object *object, const struct event *event) {
    switch (event->type) {
    case EVENT_STARTED:
        add_string(object, "program", event->started.program);
        add_string(object, "version", event->started.version);
        break;
    case EVENT_STOPPED:
        add_string(object, "reason", event->stopped.reason);
        break;
    case EVENT_INCIDENT:
        add_string(object, "kind", event->incident.kind);
        if (event->incident.zone < 0) {
            add_null(object, "zone");
        } else {
            add_integer(object, "zone", event->incident.zone);
        }
        break;
    case EVENT_AMPLIFIER:
        add_integer(object, "zone", event->amplifier.zone);
        add_string(object, "state", event->amplifier.state);
        add_string(object, "cause", event->amplifier.cause);
        add_integer(object, "permit", (int64_t)event->amplifier.permit);
        break;
    case EVENT_CLOCK:
        add_string(object, "kind", event->time.kind);
        add_integer(object, "difference_us", event->time.difference_us);
        break;
    case EVENT_HOLD:
        add_instant(object, "until_us", event->hold.until);
        break;
    case EVENT_RESTORED:
        add_instant(object, "from_us", event->restored.from);
        add_instant(object, "to_us", event->restored.to);
        add_string(object, "head", event->restored.head);
        break;
    default:
        break;
    }
}

static void add_body(struct object *object, const struct event *event) {
    switch (event->type) {
    case EVENT_PLANNED:
        add_planned(object, event);
        break;
    case EVENT_MOVED:
        add_instant(object, "start_us", event->moved.start);
        add_instant(object, "end_us", event->moved.end);
        break;
    case EVENT_OUTCOME:
        add_outcome(object, event);
        break;
    case EVENT_OPENED:
        add_opened(object, event);
        break;
    case EVENT_CLOSED:
        add_closed(object, event);
        break;
    case EVENT_REFUSED:
        add_item_name(object, event->refused.item, false);
        add_string(object, "reason", outcome_reason_word(event->refused.reason));
        break;
    case EVENT_PERMIT:
        add_permit(object, event->permit.permit);
        break;
    case EVENT_APPROVED:
    case EVENT_WITHDRAWN:
        add_item_name(object, event->item.item, true);
        break;
    default:
        add_notice(object, event);
        break;
    }
}

/* Which of the keys that several types share each type has. */
enum { HAS_OCC = 1, HAS_WORDS = 2, HAS_BY = 4 };
static const struct {
    const char *word;
    int has;
} types[EVENT_TYPES] = {
    [EVENT_STARTED] = {"started", 0},
    [EVENT_STOPPED] = {"stopped", 0},
    [EVENT_PLANNED] = {"planned", HAS_OCC | HAS_WORDS},
    [EVENT_MOVED] = {"moved", HAS_OCC | HAS_WORDS | HAS_BY},
    [EVENT_OUTCOME] = {"outcome", HAS_OCC | HAS_WORDS},
    [EVENT_OPENED] = {"opened", HAS_OCC},
    [EVENT_CLOSED] = {"closed", HAS_OCC},
    [EVENT_REFUSED] = {"refused", HAS_OCC | HAS_WORDS},
    [EVENT_INCIDENT] = {"incident", HAS_WORDS},
    [EVENT_AMPLIFIER] = {"amplifier", 0},
    [EVENT_PERMIT] = {"permit", HAS_OCC},
    [EVENT_CLOCK] = {"clock", HAS_WORDS},
    [EVENT_APPROVED] = {"approved", HAS_WORDS | HAS_BY},
    [EVENT_WITHDRAWN] = {"withdrawn", HAS_WORDS | HAS_BY},
    [EVENT_HOLD] = {"hold", HAS_WORDS | HAS_BY},
    [EVENT_RESUMED] = {"resumed", HAS_WORDS | HAS_BY},
    [EVENT_RESTORED] = {"restored", 0},
};

void event_write(const struct event *event, int64_t seq, struct text *ret) {
    struct object object = {0};
    add_integer(&object, "v", 1);
    add_integer(&object, "seq", seq);
    add_integer(&object, "at_us", event->stamp.at.us);
    add_integer(&object, "boot_ns", event->stamp.boot_time.ns);
    add_string(&object, "boot", event->stamp.boot);
    add_integer(&object, "epoch", event->stamp.epoch);
    add_string(&object, "trust", clock_trust_word(event->stamp.trust));
    add_string(&object, "type", types[event->type].word);
    int has = types[event->type].has;
    if ((has & HAS_OCC) != 0) {
        add_key(&object, "occ", &event->occ);
    }
    if ((has & HAS_WORDS) != 0) {
        add_string(&object, "words", event->words);
    }
    if ((has & HAS_BY) != 0) {
        add_string(&object, "by", event->by);
    }
    add_body(&object, event);
    close_object(&object, ret);
}

const char *event_type_word(enum event_type type) {
    return types[type].word;
}

static const char *const classes[] = {
    [CLASS_TEST] = "test",
    [CLASS_NORMAL] = "normal",
    [CLASS_PRIORITY] = "priority",
    [CLASS_EMERGENCY] = "emergency",
};

const char *broadcast_class_word(enum broadcast_class class) {
    return classes[class];
}

bool broadcast_class_parse(const char *word, enum broadcast_class *ret_class) {
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strcmp(word, classes[i]) == 0) {
            *ret_class = (enum broadcast_class)i;
            return true;
        }
    }
    return false;
}
