#include "checker/event.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a key must hold. */
enum kind { INTEGER, INTEGER_OR_NULL, TEXT, TEXT_OR_NULL, TRUTH, OBJECT, ZONES, ARRAY, ANY };

struct demand {
    enum event_type type;
    const char *key; /* "item.id" looks into an object */
    enum kind kind;
    const char *const *words; /* the closed list a text must come from; NULL: any */
};

static const char *const type_words[EVENT_TYPES + 1] = {
    "started",  "stopped",   "planned",  "moved",     "outcome",  "opened",
    "closed",   "refused",   "incident", "amplifier", "permit",   "clock",
    "approved", "withdrawn", "hold",     "resumed",   "restored", NULL};
static const char *const trust_words[] = {"trusted", "held", "untrusted", NULL};
static const char *const class_words[] = {"normal", "priority", "emergency", "test", NULL};
static const char *const outcome_words[] = {"aired",   "aired_late", "aired_short", "missed",
                                            "refused", "displaced",  "cancelled",   NULL};
static const char *const outcome_reasons[] = {
    "none",       "stale",    "power",    "clock",     "no_content", "device",
    "amplifier",  "permit",   "approval", "withdrawn", "disk",       "operator",
    "hold",       "template", "window",   "quiet",     "cap",        "mourning",
    "precedence", "restored", "plan",     "decode",    "cut",        NULL};
static const char *const closed_reasons[] = {"completed", "cut",    "stopped", "withdrawn",
                                             "preempted", "permit", "device",  "decode",
                                             "power",     "silent", NULL};
static const char *const roles[] = {"tune", "ident", "item", "sting", "closing", NULL};
static const char *const item_kinds[] = {"clip", "bulletin", "relay", "live", NULL};
static const char *const clock_kinds[] = {"step", "trust", "accepted", NULL};

static const struct demand demands[] = {
    {EVENT_STARTED, "program", TEXT, NULL},
    {EVENT_STARTED, "version", TEXT, NULL},
    {EVENT_STOPPED, "reason", TEXT, NULL},
    {EVENT_PLANNED, "occ", TEXT, NULL},
    {EVENT_PLANNED, "segment", OBJECT, NULL},
    {EVENT_PLANNED, "segment.id", ANY, NULL},
    {EVENT_PLANNED, "start_us", INTEGER, NULL},
    {EVENT_PLANNED, "end_us", INTEGER, NULL},
    {EVENT_PLANNED, "grace_us", INTEGER, NULL},
    {EVENT_PLANNED, "zones", ARRAY, NULL},
    {EVENT_PLANNED, "verdict", TEXT, NULL},
    {EVENT_PLANNED, "words", TEXT, NULL},
    {EVENT_MOVED, "occ", TEXT, NULL},
    {EVENT_MOVED, "start_us", INTEGER, NULL},
    {EVENT_MOVED, "end_us", INTEGER, NULL},
    {EVENT_MOVED, "words", TEXT, NULL},
    {EVENT_OUTCOME, "occ", TEXT, NULL},
    {EVENT_OUTCOME, "outcome", TEXT, outcome_words},
    {EVENT_OUTCOME, "reason", TEXT, outcome_reasons},
    {EVENT_OUTCOME, "start_us", INTEGER, NULL},
    {EVENT_OUTCOME, "end_us", INTEGER, NULL},
    {EVENT_OUTCOME, "first_us", INTEGER_OR_NULL, NULL},
    {EVENT_OUTCOME, "last_us", INTEGER_OR_NULL, NULL},
    {EVENT_OUTCOME, "airings", ARRAY, NULL},
    {EVENT_OUTCOME, "words", TEXT, NULL},
    {EVENT_OPENED, "occ", TEXT, NULL},
    {EVENT_OPENED, "position", INTEGER, NULL},
    {EVENT_OPENED, "role", TEXT, roles},
    {EVENT_OPENED, "planned_us", INTEGER, NULL},
    {EVENT_OPENED, "item", OBJECT, NULL},
    {EVENT_OPENED, "item.id", ANY, NULL},
    {EVENT_OPENED, "item.version", INTEGER, NULL},
    {EVENT_OPENED, "item.title", TEXT, NULL},
    {EVENT_OPENED, "item.kind", TEXT, item_kinds},
    {EVENT_OPENED, "item.author", TEXT_OR_NULL, NULL},
    {EVENT_OPENED, "item.approver", TEXT_OR_NULL, NULL},
    {EVENT_OPENED, "item.sound_hash", TEXT_OR_NULL, NULL},
    {EVENT_OPENED, "item.text_hash", TEXT_OR_NULL, NULL},
    {EVENT_OPENED, "class", TEXT, class_words},
    {EVENT_OPENED, "zones", ZONES, NULL},
    {EVENT_OPENED, "gain_mdb", INTEGER, NULL},
    {EVENT_OPENED, "permit", INTEGER, NULL},
    {EVENT_CLOSED, "airing", INTEGER, NULL},
    {EVENT_CLOSED, "occ", TEXT, NULL},
    {EVENT_CLOSED, "first_us", INTEGER_OR_NULL, NULL},
    {EVENT_CLOSED, "last_us", INTEGER_OR_NULL, NULL},
    {EVENT_CLOSED, "frames", INTEGER, NULL},
    {EVENT_CLOSED, "rate", INTEGER, NULL},
    {EVENT_CLOSED, "lost_frames", INTEGER, NULL},
    {EVENT_CLOSED, "peak_mdb", INTEGER_OR_NULL, NULL},
    {EVENT_CLOSED, "loudness_mdb", INTEGER_OR_NULL, NULL},
    {EVENT_CLOSED, "zones", ARRAY, NULL},
    {EVENT_CLOSED, "reason", TEXT, closed_reasons},
    {EVENT_REFUSED, "occ", TEXT, NULL},
    {EVENT_REFUSED, "item", OBJECT, NULL},
    {EVENT_REFUSED, "reason", TEXT, NULL},
    {EVENT_INCIDENT, "kind", TEXT, NULL},
    {EVENT_INCIDENT, "zone", INTEGER_OR_NULL, NULL},
    {EVENT_INCIDENT, "words", TEXT, NULL},
    {EVENT_AMPLIFIER, "zone", INTEGER, NULL},
    {EVENT_AMPLIFIER, "state", TEXT, NULL},
    {EVENT_AMPLIFIER, "cause", TEXT, NULL},
    {EVENT_PERMIT, "permit", INTEGER, NULL},
    {EVENT_PERMIT, "class", TEXT, class_words},
    {EVENT_PERMIT, "not_before_us", INTEGER, NULL},
    {EVENT_PERMIT, "not_after_us", INTEGER, NULL},
    {EVENT_PERMIT, "zones", ZONES, NULL},
    {EVENT_PERMIT, "crosses_quiet_hours", TRUTH, NULL},
    {EVENT_PERMIT, "authority", TEXT, NULL},
    {EVENT_CLOCK, "kind", TEXT, clock_kinds},
    {EVENT_APPROVED, "item", OBJECT, NULL},
    {EVENT_APPROVED, "item.id", ANY, NULL},
    {EVENT_APPROVED, "item.version", INTEGER, NULL},
    {EVENT_WITHDRAWN, "item", OBJECT, NULL},
    {EVENT_WITHDRAWN, "item.id", ANY, NULL},
    {EVENT_WITHDRAWN, "item.version", INTEGER, NULL},
    {EVENT_HOLD, "until_us", INTEGER_OR_NULL, NULL},
    {EVENT_RESTORED, "from_us", INTEGER, NULL},
    {EVENT_RESTORED, "to_us", INTEGER, NULL},
};

static bool copy_hex(const struct value *value, char hex[65]) {
    if (!value_is(value, VALUE_TEXT) || value->size != 64 ||
        strspn(value->text, "0123456789abcdef") != 64) {
        return false;
    }
    memcpy(hex, value->text, 65);
    return true;
}

bool event_read_line(struct event *event, int64_t line, const char *bytes, size_t size,
                     struct breaches *breaches) {
    event->line = line;
    event->seq = 0;
    if (!value_read(&event->frame, bytes, size)) {
        breach_add(breaches, RULE_CHAIN, line, 0, "the line is no JSON object: %s",
                   "dòng này không phải một đối tượng JSON: %s", event->frame.fault);
        return false;
    }
    const struct value *frame = value_top(&event->frame);
    const struct value *seq = value_get(&event->frame, frame, "seq");
    const struct value *inner = value_get(&event->frame, frame, "event");
    if (!value_is(seq, VALUE_INTEGER) || !value_is(inner, VALUE_TEXT) ||
        !copy_hex(value_get(&event->frame, frame, "prev"), event->prev) ||
        !copy_hex(value_get(&event->frame, frame, "hash"), event->hash)) {
        breach_add(breaches, RULE_CHAIN, line, 0,
                   "seq, prev, hash or event is missing or malformed",
                   "thiếu hoặc sai seq, prev, hash hay event");
        return false;
    }
    event->seq = seq->integer;
    event->bytes = inner->text;
    event->size = inner->size;
    return true;
}

void event_finish(struct event *event) {
    value_finish(&event->frame);
    value_finish(&event->tree);
}

static const struct value *look(const struct event *event, const char *key) {
    const char *dot = strchr(key, '.');
    if (dot == NULL) {
        return value_get(&event->tree, event->body, key);
    }
    char outer[16];
    snprintf(outer, sizeof outer, "%.*s", (int)(dot - key), key);
    return value_get(&event->tree, value_get(&event->tree, event->body, outer), dot + 1);
}

static bool zones_are_good(const struct value_tree *tree, const struct value *array) {
    const struct value *zone = value_first(tree, array);
    for (const struct value *at = zone; at != NULL; at = value_next(tree, at)) {
        if (!value_is(at, VALUE_INTEGER) || at->integer < 0 || at->integer > 31) {
            return false;
        }
    }
    return value_is(array, VALUE_ARRAY) && zone != NULL;
}

static bool fits(const struct event *event, const struct value *value, enum kind kind) {
    bool null = value_is(value, VALUE_NULL);
    switch (kind) {
    case INTEGER:
        return value_is(value, VALUE_INTEGER);
    case INTEGER_OR_NULL:
        return null || value_is(value, VALUE_INTEGER);
    case TEXT:
        return value_is(value, VALUE_TEXT);
    case TEXT_OR_NULL:
        return null || value_is(value, VALUE_TEXT);
    case TRUTH:
        return value_is(value, VALUE_TRUTH);
    case OBJECT:
        return value_is(value, VALUE_OBJECT);
    case ZONES:
        return zones_are_good(&event->tree, value);
    case ARRAY:
        return value_is(value, VALUE_ARRAY);
    case ANY:
        return value_is(value, VALUE_INTEGER) || value_is(value, VALUE_TEXT);
    }
    return false;
}

static int word_number(const char *const *words, const char *text) {
    for (int i = 0; words[i] != NULL; i++) {
        if (text != NULL && strcmp(words[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

/* The keys that every event has. */
static bool read_common(struct event *event, struct breaches *breaches) {
    static const char *const integers[] = {"v", "seq", "at_us", "boot_ns", "epoch"};
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        if (!value_is(value_get(&event->tree, event->body, integers[i]), VALUE_INTEGER)) {
            breach_add(breaches, RULE_FORM, event->line, event->seq, "%s is not an integer",
                       "%s không phải số nguyên", integers[i]);
            return false;
        }
    }
    event->at_us = event_integer(event, "at_us");
    event->boot_ns = event_integer(event, "boot_ns");
    event->epoch = event_integer(event, "epoch");
    event->boot = event_text(event, "boot");
    event->trust = event_text(event, "trust");
    int type = word_number(type_words, event_text(event, "type"));
    const int64_t bound = INT64_C(1) << 61; /* so that no sum of two of them overflows */
    if (*event->boot == '\0' || word_number(trust_words, event->trust) < 0 || type < 0 ||
        event_integer(event, "v") != 1 || event->at_us < 0 || event->at_us > bound / 1000 ||
        event->boot_ns < 0 || event->boot_ns > bound) {
        breach_add(breaches, RULE_FORM, event->line, event->seq,
                   "v, at_us, boot_ns, boot, trust or type is none that version 1 knows",
                   "v, at_us, boot_ns, boot, trust hay type không thuộc phiên bản 1");
        return false;
    }
    event->type = (enum event_type)type;
    return true;
}

static bool read_demands(const struct event *event, struct breaches *breaches) {
    const int64_t bound = INT64_C(1) << 51;
    bool good = true;
    for (size_t i = 0; i < sizeof demands / sizeof *demands; i++) {
        const struct demand *demand = &demands[i];
        if (demand->type != event->type) {
            continue;
        }
        const struct value *value = look(event, demand->key);
        if (!fits(event, value, demand->kind) ||
            (demand->words != NULL && word_number(demand->words, value->text) < 0)) {
            breach_add(breaches, RULE_FORM, event->line, event->seq,
                       "%s: %s is missing or malformed", "%s: %s thiếu hoặc sai",
                       type_words[event->type], demand->key);
            good = false;
        } else if (value->integer > bound || value->integer < -bound) {
            breach_add(breaches, RULE_FORM, event->line, event->seq, "%s: %s is beyond all bounds",
                       "%s: %s vượt mọi giới hạn", type_words[event->type], demand->key);
            good = false;
        }
    }
    return good;
}

bool event_read_body(struct event *event, struct breaches *breaches) {
    bool readable = value_read(&event->tree, event->bytes, event->size);
    if (event->tree.fault != NULL) {
        breach_add(breaches, RULE_FORM, event->line, event->seq,
                   "the event is not in canonical form: %s (byte %zu)",
                   "sự kiện không ở dạng chuẩn tắc: %s (byte %zu)", event->tree.fault,
                   event->tree.fault_at);
    }
    if (!readable) {
        return false;
    }
    event->body = value_top(&event->tree);
    if (!read_common(event, breaches) || !read_demands(event, breaches)) {
        return false;
    }
    if (event_integer(event, "seq") != event->seq) {
        breach_add(breaches, RULE_CHAIN, event->line, event->seq,
                   "the event calls itself number %" PRId64, "sự kiện tự ghi số %" PRId64,
                   event_integer(event, "seq"));
    }
    return true;
}

int64_t event_integer(const struct event *event, const char *key) {
    return value_integer(&event->tree, event->body, key);
}

bool event_has(const struct event *event, const char *key) {
    return value_has(&event->tree, event->body, key);
}

const char *event_text(const struct event *event, const char *key) {
    return value_text(&event->tree, event->body, key);
}

uint32_t event_zones(const struct event *event) {
    uint32_t zones = 0;
    const struct value_tree *tree = &event->tree;
    const struct value *at = value_first(tree, value_get(tree, event->body, "zones"));
    for (; at != NULL; at = value_next(tree, at)) {
        if (value_is(at, VALUE_INTEGER) && at->integer >= 0 && at->integer < 32) {
            zones |= UINT32_C(1) << at->integer;
        }
    }
    return zones;
}
