/* plan: the occurrences of a span, every conflict resolved and every verdict explained.
 *
 * The policy is simple so that people can foresee it. Occurrences are taken in the order of
 * precedence, and each gets what those before it have left:
 *
 *   class (priority > normal) > the operator's order among priorities (lower first) > an override
 *   of one occurrence > a campaign's segment > a column's > filler > earlier original start > lower
 *   id
 *
 *   | what stands against it                     | verdict                                      |
 *   |--------------------------------------------|----------------------------------------------|
 *   | an exception cancels it                    | cancelled (operator)                         |
 *   | a day of another kind (template)           | refused (template); a template's own segment |
 *   |                                            | is no occurrence at all on other days        |
 *   | a weekday without sessions                 | refused (cap)                                |
 *   | a hold covers its start                    | held: cancelled (hold)                       |
 *   | its start lies outside every window, or in | refused (window, quiet)                      |
 *   | quiet hours                                |                                              |
 *   | window or quiet hours end it early         | shortened, if PLAN_LEAST is left; else       |
 *   |                                            | refused                                      |
 *   | one of higher precedence begins inside it  | shortened, if PLAN_LEAST is left             |
 *   | one of higher precedence covers its start  | delayed to right after that one ("phát ngay  |
 *   |                                            | sau") with its old end, if that is within    |
 *   |                                            | its grace and PLAN_LEAST is left; else       |
 *   |                                            | displaced                                    |
 *   | sessions a day are used up                 | refused (cap)                                |
 *   | session or day would be too long           | shortened, if PLAN_LEAST is left; else       |
 *   |                                            | refused (cap)                                |
 *
 * Two occurrences stand against each other where their zones share a sound output
 * (programme.outputs): one card cannot say two things. Caps and templates go by the civil date of
 * the original start, windows, quiet hours and holds by the present one; midnight cuts nothing. A
 * moved occurrence keeps its identity and counts as an override. What does not air leaves its time
 * to others, but a later verdict never changes an earlier one.
 *
 * The same programme and instant always give the same verdict, whatever span it is asked with:
 * neighbours up to PLAN_MARGIN outside the span are judged too. Pure; any thread. */
#ifndef LOAXA_SCHEDULER_PLAN_H
#define LOAXA_SCHEDULER_PLAN_H

#include "base/text.h"
#include "base/walltime.h"
#include "base/words.h"
#include "scheduler/occurrence.h"
#include "scheduler/outcome.h"
#include "scheduler/programme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_LEAST_US (60 * WALLTIME_SECOND)         /* what is shorter is not worth airing */
#define PLAN_MARGIN_US (2 * 86400 * WALLTIME_SECOND) /* how far neighbours are looked at */
#define PLAN_LONGEST_US (86400 * WALLTIME_SECOND)    /* no segment is longer than a day */
#define PLAN_MOST_SPAN_US (366 * 10 * 86400 * WALLTIME_SECOND)
enum { PLAN_MOST_A_DAY = 1440, PLAN_MOST_SEGMENTS = 65535 };

enum plan_verdict {
    PLAN_AIRS,
    PLAN_MOVED, /* airs at another time because a person moved it */
    PLAN_DELAYED,
    PLAN_SHORTENED,
    PLAN_REFUSED,
    PLAN_DISPLACED,
    PLAN_CANCELLED,
    PLAN_HELD
};
/* The first four. */
static inline bool plan_verdict_airs(enum plan_verdict verdict) {
    return verdict <= PLAN_SHORTENED;
}
const char *plan_verdict_word(enum plan_verdict verdict); /* "airs", "moved", … */

struct plan_occurrence {
    struct occurrence_key key;
    struct walltime original;           /* the instant its rule gives */
    struct walltime due_start, due_end; /* after a person's exception */
    struct walltime start, end;         /* what is left of it; the due ones where it does not air */
    const struct segment *segment; /* borrowed from the plan's programme, as the pointers below */
    const struct segment_exception *exception; /* NULL: as the rule gives it */
    const struct segment *by;                  /* what displaced or shortened it; or NULL */
    const struct segment *after;               /* what delayed it; or NULL */
    struct walltime by_start, by_end;
    zone_set zones;
    enum plan_verdict verdict : 8;
    enum outcome_reason reason : 8; /* of a verdict that does not air */
    enum outcome_reason cut_by : 8; /* why it ends early; REASON_NONE: it does not */
    bool moved : 1, delayed : 1, by_override : 1, after_override : 1;
};

/* A segment that could not be planned; the others are. */
struct plan_fault {
    int64_t segment;
    char *sentence;
};

struct plan {
    struct programme *programme; /* retained */
    struct walltime from, until;
    struct plan_occurrence *occurrences; /* by start, then original start, then id */
    size_t count;
    struct plan_fault *faults;
    size_t faults_count;
};

/* The occurrences whose start (the due one where they do not air) lies in [from, until). Fails
 * with FAIL_LIMIT for a span or a programme beyond the bounds above. */
bool plan_build(struct programme *programme, struct walltime from, struct walltime until,
                struct plan *ret_plan, struct fail *why);
void plan_finish(struct plan *plan);

/* The occurrence of that identity; NULL where the plan has none. */
const struct plan_occurrence *plan_find(const struct plan *plan, const struct occurrence_key *key);

/* Adds the verdict in words, one sentence without a final stop. */
void plan_explain(const struct plan *plan, const struct plan_occurrence *occurrence,
                  enum language language, struct text *ret);

#endif
