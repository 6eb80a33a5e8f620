#include "station/ampd_message.h"

#include "base/text.h"
#include "base/words.h"

#include <string.h>

/* "LXAM" in the bytes of a little-endian machine. */
#define MAGIC UINT32_C(0x4d41584c)

struct wire_header {
    uint32_t magic;
    uint16_t version, kind;
    uint64_t sequence;
};

struct wire_want {
    uint32_t zones, zero;
    uint64_t permit;
    int64_t not_before_us, not_after_us, deadline_ns;
    uint32_t permit_zones;
    uint8_t class, crosses_quiet_hours, zeros[2];
    char authority[PERMIT_AUTHORITY_SIZE];
};

struct wire_heartbeat {
    struct wire_header header;
    uint32_t wants_count, cut;
    struct wire_want wants[AMPLIFIER_WANTS_MAX];
};

struct wire_zone {
    uint8_t state, cause, power, mute;
    int32_t lead_ms, tail_ms;
    uint32_t zero;
    uint64_t permit;
    int64_t since_ns;
};

struct wire_report {
    struct wire_header header;
    uint32_t zones, zero;
    struct wire_zone zone[RELAY_ZONES_MAX];
};

struct wire_refusal {
    struct wire_header header;
    uint32_t refusal, zero;
};

_Static_assert(sizeof(struct wire_header) == 16, "no padding in packets");
_Static_assert(sizeof(struct wire_want) == 144, "no padding in packets");
_Static_assert(sizeof(struct wire_heartbeat) == 600, "no padding in packets");
_Static_assert(sizeof(struct wire_zone) == 32, "no padding in packets");
_Static_assert(sizeof(struct wire_report) == 1048, "no padding in packets");
_Static_assert(sizeof(struct wire_refusal) == 24, "no padding in packets");
_Static_assert(sizeof(struct wire_report) <= AMPD_MESSAGE_SIZE_MAX, "a buffer holds every packet");

static size_t size_of_kind(unsigned kind) {
    switch (kind) {
    case AMPD_HEARTBEAT:
        return sizeof(struct wire_heartbeat);
    case AMPD_QUERY:
        return sizeof(struct wire_header);
    case AMPD_REPORT:
        return sizeof(struct wire_report);
    case AMPD_REFUSAL:
        return sizeof(struct wire_refusal);
    default:
        return 0;
    }
}

static void write_want(const struct amplifier_want *want, struct wire_want *wire) {
    const struct permit *permit = &want->permit;
    *wire = (struct wire_want){.zones = want->zones,
                               .permit = permit->id,
                               .not_before_us = permit->not_before.us,
                               .not_after_us = permit->not_after.us,
                               .deadline_ns = permit->deadline.ns,
                               .permit_zones = permit->zones,
                               .class = (uint8_t)permit->class,
                               .crosses_quiet_hours = permit->crosses_quiet_hours};
    size_t length = strnlen(permit->authority, PERMIT_AUTHORITY_SIZE - 1);
    memcpy(wire->authority, permit->authority, length);
}

static void write_zone(const struct ampd_zone_report *zone, struct wire_zone *wire) {
    *wire = (struct wire_zone){.state = (uint8_t)zone->state,
                               .cause = (uint8_t)zone->cause,
                               .power = zone->power,
                               .mute = zone->mute,
                               .lead_ms = zone->lead_ms,
                               .tail_ms = zone->tail_ms,
                               .permit = zone->permit,
                               .since_ns = zone->since.ns};
}

size_t ampd_message_write(const struct ampd_message *message,
                          unsigned char bytes[AMPD_MESSAGE_SIZE_MAX]) {
    union {
        struct wire_header header;
        struct wire_heartbeat heartbeat;
        struct wire_report report;
        struct wire_refusal refusal;
    } wire;
    memset(&wire, 0, sizeof wire);
    wire.header = (struct wire_header){MAGIC, AMPD_MESSAGE_VERSION, (uint16_t)message->kind,
                                       message->sequence};
    if (message->kind == AMPD_HEARTBEAT) {
        wire.heartbeat.wants_count = message->demand.wants_count;
        wire.heartbeat.cut = message->demand.cut;
        for (uint32_t i = 0; i < message->demand.wants_count && i < AMPLIFIER_WANTS_MAX; i++) {
            write_want(&message->demand.wants[i], &wire.heartbeat.wants[i]);
        }
    } else if (message->kind == AMPD_REPORT) {
        wire.report.zones = message->report.zones;
        for (int i = 0; i < RELAY_ZONES_MAX; i++) {
            if ((message->report.zones >> i & 1) != 0) {
                write_zone(&message->report.zone[i], &wire.report.zone[i]);
            }
        }
    } else if (message->kind == AMPD_REFUSAL) {
        wire.refusal.refusal = (uint32_t)message->refusal;
    }
    size_t size = size_of_kind(message->kind);
    memcpy(bytes, &wire, size);
    return size;
}

static bool is_zero(const void *bytes, size_t size) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++) {
        if (at[i] != 0) {
            return false;
        }
    }
    return true;
}

/* NUL-terminated, UTF-8, nothing behind the NUL. */
static bool authority_is_sound(const char authority[PERMIT_AUTHORITY_SIZE]) {
    size_t length = strnlen(authority, PERMIT_AUTHORITY_SIZE);
    return length < PERMIT_AUTHORITY_SIZE && text_utf8_error(authority, length) == length &&
           is_zero(authority + length, PERMIT_AUTHORITY_SIZE - length);
}

static bool read_want(const struct wire_want *wire, struct amplifier_want *want) {
    if (wire->zero != 0 || wire->zeros[0] != 0 || wire->zeros[1] != 0 ||
        wire->crosses_quiet_hours > 1 || wire->class > CLASS_EMERGENCY ||
        !authority_is_sound(wire->authority)) {
        return false;
    }
    *want =
        (struct amplifier_want){.zones = wire->zones,
                                .permit = {.id = wire->permit,
                                           .class = (enum broadcast_class)wire->class,
                                           .not_before = {wire->not_before_us},
                                           .not_after = {wire->not_after_us},
                                           .deadline = {wire->deadline_ns},
                                           .zones = wire->permit_zones,
                                           .crosses_quiet_hours = wire->crosses_quiet_hours == 1}};
    memcpy(want->permit.authority, wire->authority, PERMIT_AUTHORITY_SIZE);
    return true;
}

static bool read_heartbeat(const struct wire_heartbeat *wire, struct amplifier_demand *demand) {
    if (wire->wants_count > AMPLIFIER_WANTS_MAX) {
        return false;
    }
    demand->wants_count = wire->wants_count;
    demand->cut = wire->cut;
    for (uint32_t i = 0; i < AMPLIFIER_WANTS_MAX; i++) {
        bool used = i < wire->wants_count;
        if (used ? !read_want(&wire->wants[i], &demand->wants[i])
                 : !is_zero(&wire->wants[i], sizeof wire->wants[i])) {
            return false;
        }
    }
    return true;
}

static bool read_report(const struct wire_report *wire, struct ampd_report *report) {
    if (wire->zero != 0) {
        return false;
    }
    report->zones = wire->zones;
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        const struct wire_zone *zone = &wire->zone[i];
        if (zone->state >= AMPLIFIER_STATES || zone->cause >= AMPLIFIER_CAUSES || zone->power > 1 ||
            zone->mute > 1 || zone->zero != 0 || zone->lead_ms < 0 || zone->tail_ms < 0) {
            return false;
        }
        report->zone[i] = (struct ampd_zone_report){.state = (enum amplifier_state)zone->state,
                                                    .cause = (enum amplifier_cause)zone->cause,
                                                    .power = zone->power == 1,
                                                    .mute = zone->mute == 1,
                                                    .lead_ms = zone->lead_ms,
                                                    .tail_ms = zone->tail_ms,
                                                    .permit = zone->permit,
                                                    .since = {zone->since_ns}};
    }
    return true;
}

static bool read_refusal(const struct wire_refusal *wire, enum ampd_refusal *refusal) {
    *refusal = (enum ampd_refusal)wire->refusal;
    return wire->zero == 0 && wire->refusal >= AMPD_REFUSED_RIGHTS &&
           wire->refusal <= AMPD_REFUSED_ENDING;
}

static bool read_body(const void *bytes, size_t size, struct ampd_message *message) {
    struct wire_heartbeat heartbeat;
    struct wire_report report;
    struct wire_refusal refusal;
    switch (message->kind) {
    case AMPD_HEARTBEAT:
        memcpy(&heartbeat, bytes, size);
        return read_heartbeat(&heartbeat, &message->demand);
    case AMPD_QUERY:
        return true;
    case AMPD_REPORT:
        memcpy(&report, bytes, size);
        return read_report(&report, &message->report);
    case AMPD_REFUSAL:
        memcpy(&refusal, bytes, size);
        return read_refusal(&refusal, &message->refusal);
    }
    return false;
}

bool ampd_message_read(const void *bytes, size_t size, struct ampd_message *ret_message,
                       struct fail *why) {
    struct wire_header header;
    if (size < sizeof header) {
        return fail_set(why, FAIL_INVALID, "a packet of %zu bytes is none of the amplifier's",
                        size);
    }
    memcpy(&header, bytes, sizeof header);
    if (header.magic != MAGIC) {
        return fail_set(why, FAIL_INVALID, "a packet of %zu bytes is none of the amplifier's",
                        size);
    }
    if (header.version != AMPD_MESSAGE_VERSION) {
        return fail_set(why, FAIL_VERSION,
                        "a packet of version %u, not %d: loaxad and loaxa-ampd must be of one "
                        "release",
                        header.version, AMPD_MESSAGE_VERSION);
    }
    struct ampd_message message = {.kind = (enum ampd_message_kind)header.kind,
                                   .sequence = header.sequence};
    if (header.sequence == 0 || size_of_kind(header.kind) != size ||
        !read_body(bytes, size, &message)) {
        return fail_set(why, FAIL_INVALID, "a packet of kind %u and %zu bytes is malformed",
                        header.kind, size);
    }
    *ret_message = message;
    return true;
}

const char *ampd_refusal_text(enum ampd_refusal refusal) {
    switch (refusal) {
    case AMPD_REFUSED_RIGHTS:
        return tr("this user may not command the amplifier");
    case AMPD_REFUSED_BUSY:
        return tr("another player commands the amplifier already");
    case AMPD_REFUSED_MESSAGE:
        return tr("the amplifier control does not understand what was sent");
    case AMPD_REFUSED_ENDING:
        break;
    }
    return tr("the amplifier control is ending");
}
