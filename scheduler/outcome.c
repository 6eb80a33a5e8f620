#include "scheduler/outcome.h"

#include "base/words.h"

#include <stddef.h>
#include <string.h>

struct term {
    const char *word; /* in files */
    const char *text; /* for people, in English */
};

static const struct term outcomes[OUTCOMES] = {
    [OUTCOME_AIRED] = {"aired", /* tr */ "aired"},
    [OUTCOME_AIRED_LATE] = {"aired_late", /* tr */ "aired late"},
    [OUTCOME_AIRED_SHORT] = {"aired_short", /* tr */ "aired in part"},
    [OUTCOME_MISSED] = {"missed", /* tr */ "missed"},
    [OUTCOME_REFUSED] = {"refused", /* tr */ "refused"},
    [OUTCOME_DISPLACED] = {"displaced", /* tr */ "displaced"},
    [OUTCOME_CANCELLED] = {"cancelled", /* tr */ "cancelled"},
};

static const struct term reasons[REASONS] = {
    [REASON_NONE] = {"none", ""},
    [REASON_STALE] = {"stale", /* tr */ "its time was over"},
    [REASON_POWER] = {"power", /* tr */ "the station did not run"},
    [REASON_CLOCK] = {"clock", /* tr */ "the clock was wrong or not trusted"},
    [REASON_NO_CONTENT] = {"no_content", /* tr */ "nothing to broadcast"},
    [REASON_DEVICE] = {"device", /* tr */ "the sound card failed"},
    [REASON_AMPLIFIER] = {"amplifier", /* tr */ "the amplifier failed"},
    [REASON_PERMIT] = {"permit", /* tr */ "the permit had ended"},
    [REASON_APPROVAL] = {"approval", /* tr */ "a sound was not the approved one"},
    [REASON_WITHDRAWN] = {"withdrawn", /* tr */ "an item was withdrawn"},
    [REASON_DISK] = {"disk", /* tr */ "the diary could not be written"},
    [REASON_OPERATOR] = {"operator", /* tr */ "stopped by a person"},
    [REASON_HOLD] = {"hold", /* tr */ "the loudspeakers were held"},
    [REASON_TEMPLATE] = {"template", /* tr */ "another kind of day"},
    [REASON_WINDOW] = {"window", /* tr */ "outside the air window"},
    [REASON_QUIET] = {"quiet", /* tr */ "quiet hours"},
    [REASON_CAP] = {"cap", /* tr */ "the day's limit was reached"},
    [REASON_MOURNING] = {"mourning", /* tr */ "national mourning"},
    [REASON_PRECEDENCE] = {"precedence", /* tr */ "something of higher precedence"},
    [REASON_RESTORED] = {"restored", /* tr */ "lies before a restored backup"},
    [REASON_PLAN] = {"plan", /* tr */ "taken out of the plan"},
    [REASON_DECODE] = {"decode", /* tr */ "a sound could not be decoded"},
    [REASON_CUT] = {"cut", /* tr */ "the time was up"},
};

static const char *const ends[AIRING_ENDS] = {
    [AIRING_COMPLETED] = "completed", [AIRING_CUT] = "cut",
    [AIRING_STOPPED] = "stopped",     [AIRING_WITHDRAWN] = "withdrawn",
    [AIRING_PREEMPTED] = "preempted", [AIRING_PERMIT] = "permit",
    [AIRING_DEVICE] = "device",       [AIRING_DECODE] = "decode",
    [AIRING_POWER] = "power",         [AIRING_SILENT] = "silent",
};

enum outcome_reason outcome_reason_of_end(enum airing_end end) {
    static const enum outcome_reason causes[AIRING_ENDS] = {
        [AIRING_COMPLETED] = REASON_NONE,       [AIRING_CUT] = REASON_CUT,
        [AIRING_STOPPED] = REASON_OPERATOR,     [AIRING_WITHDRAWN] = REASON_WITHDRAWN,
        [AIRING_PREEMPTED] = REASON_PRECEDENCE, [AIRING_PERMIT] = REASON_PERMIT,
        [AIRING_DEVICE] = REASON_DEVICE,        [AIRING_DECODE] = REASON_DECODE,
        [AIRING_POWER] = REASON_POWER,          [AIRING_SILENT] = REASON_CUT,
    };
    return causes[end];
}

static void blame(struct outcome_parts *parts, enum outcome_reason cause) {
    if (parts->cause == REASON_NONE) {
        parts->cause = cause;
    }
}

void outcome_add_airing(struct outcome_parts *parts, enum airing_end end, int64_t frames,
                        enum outcome_reason cause) {
    bool whole = frames > 0 && end == AIRING_COMPLETED && cause == REASON_NONE;
    parts->parts++;
    parts->sounded += frames > 0;
    parts->whole += whole;
    if (!whole) {
        enum outcome_reason own = outcome_reason_of_end(end);
        blame(parts, cause != REASON_NONE ? cause : own != REASON_NONE ? own : REASON_CUT);
    }
}

void outcome_add_refused(struct outcome_parts *parts, enum outcome_reason cause) {
    parts->parts++;
    parts->forbidden += cause == REASON_MOURNING || cause == REASON_QUIET || cause == REASON_WINDOW;
    blame(parts, cause);
}

/* Of an occurrence of which nothing was heard. */
static enum outcome outcome_unheard(const struct outcome_parts *parts) {
    if (parts->parts != 0 && parts->forbidden == parts->parts) {
        return OUTCOME_REFUSED;
    }
    switch (parts->cause) {
    case REASON_OPERATOR:
    case REASON_HOLD:
    case REASON_PLAN:
        return OUTCOME_CANCELLED;
    case REASON_PRECEDENCE:
        return OUTCOME_DISPLACED;
    default:
        return OUTCOME_MISSED;
    }
}

enum outcome outcome_of_parts(const struct outcome_parts *parts, enum outcome_reason *ret_reason) {
    if (parts->sounded == 0) {
        *ret_reason = parts->parts != 0 ? parts->cause : REASON_NO_CONTENT;
        return outcome_unheard(parts);
    }
    if (parts->whole == parts->parts) {
        *ret_reason = REASON_NONE;
        return parts->late ? OUTCOME_AIRED_LATE : OUTCOME_AIRED;
    }
    *ret_reason = parts->cause;
    return OUTCOME_AIRED_SHORT;
}

const char *outcome_word(enum outcome outcome) {
    return outcomes[outcome].word;
}

bool outcome_parse(const char *word, enum outcome *ret_outcome) {
    for (int i = 0; i < OUTCOMES; i++) {
        if (strcmp(word, outcomes[i].word) == 0) {
            *ret_outcome = (enum outcome)i;
            return true;
        }
    }
    return false;
}

const char *outcome_reason_word(enum outcome_reason reason) {
    return reasons[reason].word;
}

bool outcome_reason_parse(const char *word, enum outcome_reason *ret_reason) {
    for (int i = 0; i < REASONS; i++) {
        if (strcmp(word, reasons[i].word) == 0) {
            *ret_reason = (enum outcome_reason)i;
            return true;
        }
    }
    return false;
}

const char *airing_end_word(enum airing_end end) {
    return ends[end];
}

bool airing_end_parse(const char *word, enum airing_end *ret_end) {
    for (int i = 0; i < AIRING_ENDS; i++) {
        if (strcmp(word, ends[i]) == 0) {
            *ret_end = (enum airing_end)i;
            return true;
        }
    }
    return false;
}

const char *outcome_text(enum outcome outcome) {
    return tr(outcomes[outcome].text);
}

const char *outcome_reason_text(enum outcome_reason reason) {
    return tr(reasons[reason].text);
}
