#include "scheduler/plan.h"

#include "base/zone.h"
#include "scheduler/guard.h"
#include "scheduler/plan_order.h"

#include <stdio.h>

static const char *const verdict_words[] = {
    [PLAN_AIRS] = "airs",           [PLAN_MOVED] = "moved",     [PLAN_DELAYED] = "delayed",
    [PLAN_SHORTENED] = "shortened", [PLAN_REFUSED] = "refused", [PLAN_DISPLACED] = "displaced",
    [PLAN_CANCELLED] = "cancelled", [PLAN_HELD] = "held",
};

const char *plan_verdict_word(enum plan_verdict verdict) {
    return verdict_words[verdict];
}

/* One explanation in the making. */
struct telling {
    const struct plan *plan;
    const struct plan_occurrence *occurrence;
    enum language language;
    struct text *text;
    size_t from; /* where this explanation began in the text */
};

enum { WHEN_SIZE = 48 };

/* "17:10", or with the date where that is not the date of `near`. */
static const char *tell_when(const struct telling *telling, struct walltime t, struct civil near,
                             char when[WHEN_SIZE]) {
    struct civil civil = zone_civil(telling->plan->programme->zone, t);
    char time[CIVIL_TEXT_SIZE];
    civil_time_format(civil, time);
    if (civil_date_compare(civil.date, near.date) == 0) {
        snprintf(when, WHEN_SIZE, "%s", time);
    } else {
        snprintf(when, WHEN_SIZE, "%s %d/%d/%d", time, civil.date.day, civil.date.month,
                 civil.date.year);
    }
    return when;
}

/* Near what times are told without a date: the day on which it is due. */
static struct civil own_day(const struct telling *telling) {
    return zone_civil(telling->plan->programme->zone, telling->occurrence->due_start);
}

static void join(const struct telling *telling) {
    if (telling->text->length > telling->from) {
        text_add_string(telling->text, "; ");
    }
}

static void tell_typed(const struct telling *telling, const char *words) {
    if (words != NULL && words[0] != '\0') {
        text_add_format(telling->text, " (%s)", words);
    }
}

static const char *person(const struct telling *telling, const char *by) {
    return by != NULL && by[0] != '\0' ? by : tr_in(telling->language, "the operator");
}

/* Why the other one goes first: "its class is higher". */
static const char *tell_precedence(const struct telling *telling, const struct segment *other,
                                   bool other_override) {
    const struct plan_occurrence *occurrence = telling->occurrence;
    switch (plan_order_cause(other, other_override, occurrence->segment, occurrence->moved)) {
    case PRECEDENCE_CLASS:
        return tr_in(telling->language, "priority goes before normal");
    case PRECEDENCE_OPERATOR:
        return tr_in(telling->language, "so the operator ordered the priorities");
    case PRECEDENCE_OVERRIDE:
        return tr_in(telling->language, "a single change goes before the rule");
    case PRECEDENCE_CAMPAIGN:
        return tr_in(telling->language, "a campaign goes before other segments");
    case PRECEDENCE_COLUMN:
        return tr_in(telling->language, "a column goes before filler");
    case PRECEDENCE_EARLIER:
        break;
    }
    return tr_in(telling->language, "what was to begin first goes first");
}

static void tell_moved(const struct telling *telling) {
    const struct plan_occurrence *occurrence = telling->occurrence;
    char from[WHEN_SIZE];
    char to[WHEN_SIZE];
    struct civil day = own_day(telling);
    tell_when(telling, occurrence->original, day, from);
    tell_when(telling, occurrence->due_start, day, to);
    join(telling);
    text_add_format(telling->text, tr_in(telling->language, "moved from %s to %s by %s"), from, to,
                    person(telling, occurrence->exception->by));
    tell_typed(telling, occurrence->exception->words);
}

static void tell_delayed(const struct telling *telling) {
    const struct plan_occurrence *occurrence = telling->occurrence;
    char from[WHEN_SIZE];
    char to[WHEN_SIZE];
    struct civil day = own_day(telling);
    tell_when(telling, occurrence->due_start, day, from);
    tell_when(telling, occurrence->start, day, to);
    join(telling);
    text_add_format(telling->text,
                    tr_in(telling->language, "begins at %s instead of %s, right after '%s': %s"),
                    to, from, occurrence->after->title,
                    tell_precedence(telling, occurrence->after, occurrence->after_override));
}

/* The caps that the profile has: "sessions a day: 2, minutes a session: 60". */
static void tell_cap(const struct telling *telling, struct text *text) {
    const struct profile *profile = &telling->plan->programme->profile;
    struct civil_date date = telling->occurrence->key.original.date;
    bool weekend = civil_weekday(date) >= SATURDAY && profile->weekend_sessions_a_day >= 0;
    int32_t sessions = weekend ? profile->weekend_sessions_a_day : profile->sessions_a_day;
    if (weekend || sessions > 0) {
        text_add_format(text, tr_in(telling->language, "sessions a day: %d"), sessions);
    }
    if (profile->session_s > 0) {
        text_add_string(text, text->length != 0 ? ", " : "");
        text_add_format(text, tr_in(telling->language, "minutes a session: %d"),
                        profile->session_s / 60);
    }
    if (profile->day_s > 0) {
        text_add_string(text, text->length != 0 ? ", " : "");
        text_add_format(text, tr_in(telling->language, "minutes a day: %d"), profile->day_s / 60);
    }
}

static void tell_shortened(const struct telling *telling) {
    const struct plan_occurrence *occurrence = telling->occurrence;
    char end[WHEN_SIZE];
    tell_when(telling, occurrence->end, own_day(telling), end);
    struct text cap = {0};
    join(telling);
    switch (occurrence->cut_by) {
    case REASON_QUIET:
        text_add_format(telling->text,
                        tr_in(telling->language, "ends early at %s, when quiet hours begin"), end);
        break;
    case REASON_CAP:
        tell_cap(telling, &cap);
        text_add_format(telling->text,
                        tr_in(telling->language, "ends early at %s, the limit being reached (%s)"),
                        end, text_string(&cap));
        break;
    case REASON_PRECEDENCE:
        text_add_format(telling->text,
                        tr_in(telling->language, "ends early at %s, when '%s' begins: %s"), end,
                        occurrence->by->title,
                        tell_precedence(telling, occurrence->by, occurrence->by_override));
        break;
    default:
        text_add_format(telling->text,
                        tr_in(telling->language, "ends early at %s, when the air window closes"),
                        end);
        break;
    }
    text_finish(&cap);
}

/* "05:00–07:30, 16:30–20:00" of one weekday. */
static void tell_windows(const struct telling *telling, struct text *text) {
    const struct profile *profile = &telling->plan->programme->profile;
    int weekday = (int)civil_weekday(own_day(telling).date);
    for (int32_t i = 0; i < profile->windows_count; i++) {
        const struct air_window *window = &profile->windows[i];
        if ((window->weekdays >> weekday & 1) != 0) {
            text_add_format(text, "%s%02d:%02d–%02d:%02d", text->length != 0 ? ", " : "",
                            window->from_s / 3600, window->from_s / 60 % 60, window->to_s / 3600,
                            window->to_s / 60 % 60);
        }
    }
    if (text->length == 0) {
        text_add_string(text, tr_in(telling->language, "none"));
    }
}

static void tell_window(const struct telling *telling, const char *start) {
    const struct plan_occurrence *occurrence = telling->occurrence;
    struct text windows = {0};
    tell_windows(telling, &windows);
    text_add_format(
        telling->text,
        tr_in(telling->language, "refused: %s lies outside that day's air windows (%s)"), start,
        text_string(&windows));
    text_finish(&windows);
    (void)occurrence;
}

static void tell_template(const struct telling *telling) {
    const struct programme *programme = telling->plan->programme;
    const struct day_template *template = programme_template(
        programme, guard_template_on(programme, telling->occurrence->key.original.date));
    text_add_format(
        telling->text,
        tr_in(telling->language, "refused: the day's kind is '%s', which has its own segments"),
        template != NULL ? template->name : "");
}

static void tell_refused(const struct telling *telling) {
    const struct plan_occurrence *occurrence = telling->occurrence;
    const struct profile *profile = &telling->plan->programme->profile;
    char start[WHEN_SIZE];
    tell_when(telling, occurrence->due_start, own_day(telling), start);
    struct text cap = {0};
    join(telling);
    switch (occurrence->reason) {
    case REASON_TEMPLATE:
        tell_template(telling);
        break;
    case REASON_QUIET:
        text_add_format(
            telling->text,
            tr_in(telling->language, "refused: %s lies in quiet hours (%02d:%02d to %02d:%02d)"),
            start, profile->quiet_from_s / 3600, profile->quiet_from_s / 60 % 60,
            profile->quiet_to_s / 3600, profile->quiet_to_s / 60 % 60);
        break;
    case REASON_CAP:
        if ((profile->session_weekdays >> civil_weekday(occurrence->key.original.date) & 1) == 0) {
            text_add_string(telling->text,
                            tr_in(telling->language, "refused: no sessions on that weekday"));
            break;
        }
        tell_cap(telling, &cap);
        text_add_format(telling->text,
                        tr_in(telling->language, "refused: the day's limit is reached (%s)"),
                        text_string(&cap));
        break;
    default:
        tell_window(telling, start);
        break;
    }
    text_finish(&cap);
}

static void tell_displaced(const struct telling *telling) {
    const struct plan_occurrence *occurrence = telling->occurrence;
    char from[WHEN_SIZE];
    char to[WHEN_SIZE];
    struct civil day = own_day(telling);
    join(telling);
    text_add_format(telling->text, tr_in(telling->language, "gives way to '%s' (%s to %s): %s"),
                    occurrence->by->title, tell_when(telling, occurrence->by_start, day, from),
                    tell_when(telling, occurrence->by_end, day, to),
                    tell_precedence(telling, occurrence->by, occurrence->by_override));
}

static void tell_cancelled(const struct telling *telling) {
    const struct segment_exception *exception = telling->occurrence->exception;
    join(telling);
    text_add_format(telling->text, tr_in(telling->language, "cancelled by %s"),
                    person(telling, exception->by));
    tell_typed(telling, exception->words);
}

static void tell_held(const struct telling *telling) {
    const struct plan_occurrence *occurrence = telling->occurrence;
    const struct programme_hold *hold = guard_hold(telling->plan->programme, occurrence->due_start);
    char until[WHEN_SIZE];
    join(telling);
    if (hold == NULL || hold->until.us == WALLTIME_NEVER.us) {
        text_add_format(telling->text,
                        tr_in(telling->language, "the loudspeakers are held by %s until resumed"),
                        person(telling, hold != NULL ? hold->by : NULL));
    } else {
        text_add_format(
            telling->text, tr_in(telling->language, "the loudspeakers are held by %s until %s"),
            person(telling, hold->by), tell_when(telling, hold->until, own_day(telling), until));
    }
    tell_typed(telling, hold != NULL ? hold->words : NULL);
}

void plan_explain(const struct plan *plan, const struct plan_occurrence *occurrence,
                  enum language language, struct text *ret) {
    const struct telling own = {plan, occurrence, language, ret, ret->length};
    const struct telling *telling = &own;
    if (occurrence->moved) {
        tell_moved(telling);
    }
    if (occurrence->delayed) {
        tell_delayed(telling);
    }
    if (plan_verdict_airs(occurrence->verdict) && occurrence->cut_by != REASON_NONE) {
        tell_shortened(telling);
    }
    switch (occurrence->verdict) {
    case PLAN_REFUSED:
        tell_refused(telling);
        break;
    case PLAN_DISPLACED:
        tell_displaced(telling);
        break;
    case PLAN_CANCELLED:
        tell_cancelled(telling);
        break;
    case PLAN_HELD:
        tell_held(telling);
        break;
    default:
        break;
    }
    if (ret->length == own.from) {
        text_add_string(ret, tr_in(telling->language, "airs as planned"));
    }
}
