/* record: what a diary tells, as tables: occurrences, airings, permits, items. Built event by
 * event; what can be judged at once (names that do not exist, second closings, second outcomes) is
 * judged while building, the rest by judge.h over the finished tables. */
#ifndef LOAXA_CHECKER_RECORD_H
#define LOAXA_CHECKER_RECORD_H

#include "checker/breach.h"
#include "checker/course.h"
#include "checker/event.h"
#include "checker/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOWHERE SIZE_MAX

enum outcome { AIRED, AIRED_LATE, AIRED_SHORT, MISSED, REFUSED, DISPLACED, CANCELLED, OUTCOMES };
extern const char *const outcome_names[OUTCOMES];

struct occurrence {
    bool planned;
    int64_t planned_line, planned_seq;
    int64_t start_us, end_us, grace_us; /* due last */
    int64_t outcome_line, outcome_seq;  /* 0: none */
    enum outcome outcome;
    int64_t outcome_start_us, outcome_end_us;
    bool outcome_sounds; /* it names a first and a last moment of sound */
    int64_t outcome_first_us, outcome_last_us;
    int64_t *outcome_airings; /* owned */
    size_t outcome_airings_count;
    size_t first_airing, last_airing; /* in the order of opening; NOWHERE */
    size_t airings_count;
};

struct airing {
    int64_t line, seq; /* of `opened` */
    size_t occurrence, next_of_occurrence;
    size_t item;    /* in record.items, by "ID/VERSION" */
    size_t permit;  /* NOWHERE where the diary holds none */
    size_t process; /* which `started` it belongs to */
    size_t stretch; /* when opened */
    int64_t opened_us;
    int64_t position, planned_us, duration_us;
    int64_t start_us, grace_us; /* of the occurrence as due when opened; where `timed` */
    bool timed;
    bool untrusted;    /* the clock was, when opened */
    bool after_future; /* the diary was from the future, when opened */
    uint32_t zones;

    int64_t closed_line, closed_seq; /* 0: not closed */
    int64_t closed_us;
    size_t closed_process, closed_stretch;
    bool sounded;
    int64_t first_us, last_us; /* as the diary says */
    int64_t frames, rate;
    bool completed, cut, power; /* its reason; cut: by the rundown's end policy */
    uint32_t sounded_zones;
    size_t first_stretch, last_stretch; /* where the two moments lie */
    int64_t first_ns, last_ns;          /* on the boot's line of time */
};

struct permit_row {
    int64_t line, seq, number;
    size_t stretch;
    int64_t not_before_us, not_after_us;
    uint32_t zones;
    bool emergency, crosses;
};

struct withdrawal {
    int64_t line, seq, at_us;
    size_t stretch, item;
};

struct approval {
    int64_t line, seq;
    char text_hash[65], sound_hash[65]; /* "" for null */
};

struct item_row {
    struct approval *approvals; /* owned, in order */
    size_t approvals_count;
};

struct record {
    struct course course;
    struct names occurrence_names, item_names, permit_names, boot_names;
    struct occurrence *occurrences;
    size_t occurrences_count, occurrences_capacity;
    struct airing *airings; /* by seq */
    size_t airings_count, airings_capacity;
    struct permit_row *permits;
    size_t permits_count, permits_capacity;
    size_t *permit_of_name; /* the latest permit of "BOOT/NUMBER" */
    size_t permit_of_name_capacity;
    struct item_row *items;
    size_t items_count, items_capacity;
    struct withdrawal *withdrawals;
    size_t withdrawals_count, withdrawals_capacity;
    struct {
        int64_t line, seq, from_us, to_us;
    } * restores;
    size_t restores_count, restores_capacity;

    int64_t events, type_counts[EVENT_TYPES];
    size_t processes;
    bool running, stopped;      /* since `started` in this boot; and ended by `stopped` */
    int64_t alive_us, alive_ns; /* the last event of a running process */
    size_t alive_stretch;
    size_t started_boot; /* of the last `started` */
    int64_t started_ns;
    int64_t last_us, last_ns, last_epoch, latest_us;
    bool last_untrusted, last_accepted;
    size_t last_stretch;
    bool future;
    int64_t future_us, future_epoch;
};

void record_add(struct record *record, const struct event *event, struct breaches *breaches);
/* Puts every airing's sound on its boot's line of time. Once, after the last event. */
void record_end(struct record *record);
void record_finish(struct record *record);

/* Where the permit of that number in that boot stands in record.permits, or NOWHERE. */
size_t record_permit(const struct record *record, int64_t number, size_t boot);

/* The airing of that number, or NULL. */
struct airing *record_airing(struct record *record, int64_t seq);

#endif
