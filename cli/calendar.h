/* calendar: the plan as iCalendar text (RFC 5545), for phones and office calendars.
 *
 * A solar series of the ordinary day is one VEVENT with its RRULE, RDATE and EXDATE; what was
 * moved, delayed or shortened is a child with RECURRENCE-ID, what does not air inside the plan's
 * span is an EXDATE. Lunar series and those of day templates have no RRULE that others understand:
 * each occurrence of the span that airs is an event of its own. Others take DTSTART for an
 * occurrence even where the rule does not give it, so DTSTART is the first that it does give. Times
 * carry TZID with a VTIMEZONE, UNTIL is UTC, lines end with CRLF and are folded at 75 octets, never
 * inside a character. Pure. */
#ifndef LOAXA_CLI_CALENDAR_H
#define LOAXA_CLI_CALENDAR_H

#include "base/fail.h"
#include "base/text.h"
#include "base/walltime.h"
#include "scheduler/plan.h"

#include <stdbool.h>

/* Adds the whole VCALENDAR; `now` becomes DTSTAMP. */
bool calendar_write(const struct plan *plan, struct walltime now, struct text *text,
                    struct fail *why);

/* One content line, folded, with CRLF. The parts VTIMEZONE and escaping are for tests too. */
void calendar_add_line(struct text *text, const char *line);
/* A TEXT value: backslash, comma, semicolon and newline escaped (§3.3.11). */
void calendar_add_escaped(struct text *text, const char *value);
void calendar_add_zone(struct text *text, const struct zone *zone, struct walltime from,
                       struct walltime until);
/* The rule with UNTIL as UTC. */
void calendar_add_rule(struct text *text, const char *rule, const struct zone *zone);

#endif
