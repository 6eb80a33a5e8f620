/* outcome: how planned occurrences and airings end: the closed lists, and how the parts decide the
 * whole.
 *
 * An occurrence's rundown has elements; each that reaches the air is an airing with a reason of its
 * own (`enum airing_end`). When the occurrence is over the parts are counted and the first row that
 * fits decides (outcome_of_parts):
 *
 *   | sounded | whole | begun   | outcome     | reason                                             |
 *   |---------|-------|---------|-------------|----------------------------------------------------|
 *   | 0       |       |         | refused     | where the guard forbade every part                 |
 *   | 0       |       |         | cancelled   | where a person's stop, hold or edit was the cause  |
 *   | 0       |       |         | displaced   | where one of higher precedence was the cause       |
 *   | 0       |       |         | missed      | the first part's cause; no_content without parts   |
 *   | some    | all   | on time | aired       | none                                               |
 *   | some    | all   | late    | aired_late  | none (what was past at the joining is not a part)  |
 *   | some    | some  |         | aired_short | the first cause of a part that was not whole       |
 *
 * A part is whole when it completed; one that the rundown's end policy cut where it was planned to
 * be cut is not (aired_short, cut). Outcomes without parts (missed as stale, refused, displaced, cancelled) are the
 * director's own verdicts (scheduler/director.h). Pure; any thread. */
#ifndef LOAXA_SCHEDULER_OUTCOME_H
#define LOAXA_SCHEDULER_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

enum outcome {
    OUTCOME_AIRED,
    OUTCOME_AIRED_LATE,
    OUTCOME_AIRED_SHORT,
    OUTCOME_MISSED,
    OUTCOME_REFUSED,
    OUTCOME_DISPLACED,
    OUTCOME_CANCELLED,
    OUTCOMES /* how many */
};

enum outcome_reason {
    REASON_NONE,
    REASON_STALE,      /* its grace was over before it could begin */
    REASON_POWER,      /* the station had no power, or loaxad did not run */
    REASON_CLOCK,      /* the clock was not trusted, or jumped over it */
    REASON_NO_CONTENT, /* nothing fills it */
    REASON_DEVICE,     /* the sound card */
    REASON_AMPLIFIER,
    REASON_PERMIT,
    REASON_APPROVAL, /* a sound that is not what was approved */
    REASON_WITHDRAWN,
    REASON_DISK,     /* the diary could not be written: no diary, no sound */
    REASON_OPERATOR, /* stopped by a person */
    REASON_HOLD,
    REASON_TEMPLATE,
    REASON_WINDOW,
    REASON_QUIET,
    REASON_CAP,
    REASON_MOURNING,
    REASON_PRECEDENCE,
    REASON_RESTORED,
    REASON_PLAN, /* an edit of the plan removed it */
    REASON_DECODE,
    REASON_CUT, /* the time was up before its end */
    REASONS     /* how many */
};

/* Why an airing ended. */
enum airing_end {
    AIRING_COMPLETED,
    AIRING_CUT,
    AIRING_STOPPED,
    AIRING_WITHDRAWN,
    AIRING_PREEMPTED,
    AIRING_PERMIT,
    AIRING_DEVICE,
    AIRING_DECODE,
    AIRING_POWER,
    AIRING_SILENT,
    AIRING_ENDS /* how many */
};

/* What the elements of one rundown came to. Start with {0} and add each part in its order. */
struct outcome_parts {
    int32_t parts;             /* elements that were due */
    int32_t whole;             /* of them, sounded as planned */
    int32_t sounded;           /* of them, made any sound */
    int32_t forbidden;         /* of them, refused by the guard (mourning, quiet hours) */
    bool late;                 /* joined at the present position */
    enum outcome_reason cause; /* of the first that was not whole; REASON_NONE: all were */
};

/* An airing that ended; `frames` of it sounded. `cause` says why it is not whole where that is more
 * than the end itself says (stopped by a hold), else REASON_NONE. */
void outcome_add_airing(struct outcome_parts *parts, enum airing_end end, int64_t frames,
                        enum outcome_reason cause);
/* An element that never reached the air. */
void outcome_add_refused(struct outcome_parts *parts, enum outcome_reason cause);

/* The table above. */
enum outcome outcome_of_parts(const struct outcome_parts *parts, enum outcome_reason *ret_reason);

/* The reason that an airing's end gives to its occurrence. */
enum outcome_reason outcome_reason_of_end(enum airing_end end);

/* The words of docs/formats/diary.md, and back. */
const char *outcome_word(enum outcome outcome);
bool outcome_parse(const char *word, enum outcome *ret_outcome);
const char *outcome_reason_word(enum outcome_reason reason);
bool outcome_reason_parse(const char *word, enum outcome_reason *ret_reason);
const char *airing_end_word(enum airing_end end);
bool airing_end_parse(const char *word, enum airing_end *ret_end);

/* For people, in the language of the process: "aired", "quiet hours". */
const char *outcome_text(enum outcome outcome);
const char *outcome_reason_text(enum outcome_reason reason);

#endif
