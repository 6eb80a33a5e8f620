/* event: one event of the diary as a typed value, and its canonical bytes (docs/formats/diary.md).
 *
 * The daemon and the simulator make events with this one writer; the store chains and keeps the
 * bytes and never looks inside. Every pointer is borrowed for the time of the call. Pure. */
#ifndef LOAXA_SCHEDULER_EVENT_H
#define LOAXA_SCHEDULER_EVENT_H

#include "base/monotime.h"
#include "base/text.h"
#include "base/walltime.h"
#include "playlists/item.h"
#include "playlists/rundown.h"
#include "scheduler/occurrence.h"
#include "scheduler/outcome.h"
#include "scheduler/permit.h"
#include "scheduler/programme.h"
#include "scheduler/trust.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_type {
    EVENT_STARTED,
    EVENT_STOPPED,
    EVENT_PLANNED,
    EVENT_MOVED,
    EVENT_OUTCOME,
    EVENT_OPENED,
    EVENT_CLOSED,
    EVENT_REFUSED,
    EVENT_INCIDENT,
    EVENT_AMPLIFIER,
    EVENT_PERMIT,
    EVENT_CLOCK,
    EVENT_APPROVED,
    EVENT_WITHDRAWN,
    EVENT_HOLD,
    EVENT_RESUMED,
    EVENT_RESTORED,
    EVENT_TYPES /* how many */
};

/* What every event carries. */
struct event_stamp {
    struct walltime at;
    struct monotime boot_time;
    const char *boot;
    int64_t epoch;
    enum clock_trust trust;
};

/* Of a zone in a closed airing: "sounded", "silent" (amplifier not ready) or "fault". */
enum zone_result { ZONE_SOUNDED, ZONE_SILENT, ZONE_FAULT };

#define EVENT_NO_LEVEL INT32_MIN /* peak and loudness: not measured, null */

/* Instants that may be missing are WALLTIME_NEVER, written as null. */
struct event {
    enum event_type type;
    struct event_stamp stamp;
    struct occurrence_key occ; /* of the types that name an occurrence; origin 0: none, "occ":"" */
    const char *words;         /* NULL: "" */
    const char *by;            /* moved, approved, withdrawn, hold, resumed */
    union {
        struct {
            const char *program, *version;
        } started;
        struct {
            const char *reason;
        } stopped;
        struct {
            const struct segment *segment;
            const char *session;
            struct walltime start, end;
            int64_t grace_us;
            zone_set zones;
            const char *verdict;
            bool late;
        } planned;
        struct {
            struct walltime start, end;
        } moved;
        struct {
            enum outcome outcome;
            enum outcome_reason reason;
            struct walltime start, end, first, last;
            const int64_t *airings;
            size_t airings_count;
        } outcome;
        struct {
            int32_t position;
            enum rundown_role role;
            struct walltime planned;
            const struct item *item;
            const struct programme *programme; /* for the documents' numbers; NULL: none */
            const char *campaign;              /* NULL: "" */
            enum broadcast_class class;
            const char *column;
            zone_set zones;
            int32_t gain_mdb;
            uint64_t permit;
            const char *operator_name; /* who asked for a manual airing; "" by the plan */
        } opened;
        struct {
            int64_t airing;
            struct walltime first, last;
            int64_t frames, rate, lost_frames;
            int32_t peak_mdb, loudness_mdb; /* or EVENT_NO_LEVEL */
            zone_set zones;
            zone_set silent, fault; /* of them, those that did not sound */
            enum airing_end reason;
        } closed;
        struct {
            const struct item *item;
            enum outcome_reason reason;
        } refused;
        struct {
            const char *kind; /* "card", "amplifier", "relay", "disk", "sound", "clock", … */
            int zone;         /* -1: none */
        } incident;
        struct {
            int zone;
            const char *state, *cause;
            uint64_t permit;
        } amplifier;
        struct {
            const struct permit *permit;
        } permit;
        struct {
            const char *kind; /* "step", "trust", "accepted" */
            int64_t difference_us;
        } time;
        struct {
            const struct item *item;
        } item; /* approved, withdrawn */
        struct {
            struct walltime until;
        } hold;
        struct {
            struct walltime from, to;
            const char *head;
        } restored;
    };
};

/* The word under "type". */
const char *event_type_word(enum event_type type);
const char *broadcast_class_word(enum broadcast_class class);
bool broadcast_class_parse(const char *word, enum broadcast_class *ret_class);

/* Adds the canonical bytes of `event`, numbered `seq`, to *ret. */
void event_write(const struct event *event, int64_t seq, struct text *ret);

#endif
