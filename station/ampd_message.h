/* ampd_message: what loaxad and loaxa-ampd say to each other, one packet of fixed size each.
 *
 * The socket is SOCK_SEQPACKET on one machine, so numbers are in the machine's own byte order. A
 * reader trusts nothing: size, magic, version, kind, every enum, flag and text are checked, and
 * what is unused must be zero. Pure. Thread: any. */
#ifndef LOAXA_STATION_AMPD_MESSAGE_H
#define LOAXA_STATION_AMPD_MESSAGE_H

#include "base/fail.h"
#include "hw/amplifier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AMPD_MESSAGE_VERSION = 1,
    AMPD_HEARTBEAT_MS = 500, /* how often loaxad sends a heartbeat */
    AMPD_MESSAGE_SIZE_MAX = 1600
};

enum ampd_message_kind {
    AMPD_HEARTBEAT = 1, /* loaxad: all it wants now; its sender is the player */
    AMPD_QUERY = 2,     /* anybody allowed: asks for a report */
    AMPD_REPORT = 3,    /* loaxa-ampd: every zone; after each heartbeat, query and change */
    AMPD_REFUSAL = 4    /* loaxa-ampd: why it closes the connection now */
};

enum ampd_refusal {
    AMPD_REFUSED_RIGHTS = 1,  /* the peer is another user */
    AMPD_REFUSED_BUSY = 2,    /* another player is heard, or too many connections */
    AMPD_REFUSED_MESSAGE = 3, /* a packet that is none of the above */
    AMPD_REFUSED_ENDING = 4   /* loaxa-ampd ends */
};

struct ampd_zone_report {
    enum amplifier_state state;
    enum amplifier_cause cause;
    bool power, mute;         /* as commanded */
    int32_t lead_ms, tail_ms; /* amplifier_lead_ms(), amplifier_tail_ms() of its settings */
    uint64_t permit;          /* in force or last in force; 0 before the first */
    struct monotime since;
};

struct ampd_report {
    zone_set zones; /* which exist */
    struct ampd_zone_report zone[RELAY_ZONES_MAX];
};

/* One packet as read; `kind` says which member holds. */
struct ampd_message {
    enum ampd_message_kind kind;
    uint64_t sequence; /* grows with each packet of a connection, from 1 */
    struct amplifier_demand demand;
    struct ampd_report report;
    enum ampd_refusal refusal;
};

/* Writes *message and returns its size. */
size_t ampd_message_write(const struct ampd_message *message,
                          unsigned char bytes[AMPD_MESSAGE_SIZE_MAX]);

/* Reads one packet; *ret_message is untouched on failure. Whether a demand makes sense for the
 * zones that exist is amplifier_demand_check()'s to say. */
bool ampd_message_read(const void *bytes, size_t size, struct ampd_message *ret_message,
                       struct fail *why);

/* A sentence for a refusal. */
const char *ampd_refusal_text(enum ampd_refusal refusal);

#endif
