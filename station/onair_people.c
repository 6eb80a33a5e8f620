/* What people ask of the station on the air: manual airings, holds, withdrawals, the clock. */
#include "station/onair.h"

#include "base/memory.h"
#include "base/words.h"
#include "base/zone.h"
#include "scheduler/guard.h"
#include "station/onair_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_US (3600 * WALLTIME_SECOND)

static bool refuse_hold(const struct walltime until, const struct zone *zone, struct fail *why) {
    if (until.us == WALLTIME_NEVER.us) {
        return fail_set(why, FAIL_REFUSED,
                        "the loudspeakers are held until somebody resumes them: 'loaxa resume'");
    }
    char time[CIVIL_TEXT_SIZE];
    civil_time_format(zone_civil(zone, until), time);
    return fail_set(why, FAIL_REFUSED, "the loudspeakers are held until %s", time);
}

/* What windows, quiet hours, holds and the clock say of a manual airing. */
static bool allow(struct onair *onair, const struct onair_play *play, struct walltime start,
                  struct walltime *end, struct fail *why) {
    const struct programme *programme = onair->programme;
    struct walltime until;
    enum outcome_reason closes;
    if (play->class == CLASS_EMERGENCY) {
        return true;
    }
    if (director_trust(onair->director) == CLOCK_UNTRUSTED) {
        return fail_set(why, FAIL_REFUSED,
                        "nobody knows what time it is, so quiet hours cannot be kept: check the "
                        "clock, then 'loaxa clock accept'");
    }
    if (director_held(onair->director, start, &until)) {
        return refuse_hold(until, programme->zone, why);
    }
    struct guard guard;
    guard_init(&guard, programme, start, *end);
    enum outcome_reason reason = guard_judge(&guard, start, &until, &closes);
    guard_finish(&guard);
    if (reason == REASON_QUIET) {
        return fail_set(why, FAIL_REFUSED, "these are quiet hours: only an emergency may sound");
    }
    if (reason != REASON_NONE) {
        return fail_set(why, FAIL_REFUSED,
                        "this is outside the station's air windows ('loaxa plan' shows them)");
    }
    if (until.us < end->us) {
        *end = until;
    }
    return true;
}

static bool find_length(const struct onair *onair, const struct onair_play *play,
                        int64_t *ret_length_us, const char **ret_title, struct fail *why) {
    if (play->item != 0) {
        const struct item *item = programme_item(onair->programme, play->item);
        if (item == NULL || onair_is_withdrawn(onair, item)) {
            return fail_set(why, FAIL_NOT_FOUND,
                            "item %lld has no approved version that may be aired",
                            (long long)play->item);
        }
        *ret_length_us = play->duration_us != 0 ? play->duration_us : item->duration_us;
        *ret_title = item->title;
        return true;
    }
    const struct column *column = programme_column(onair->programme, play->column);
    if (column == NULL) {
        return fail_set(why, FAIL_NOT_FOUND, "there is no column %lld", (long long)play->column);
    }
    *ret_length_us = play->duration_us != 0 ? play->duration_us : HOUR_US;
    *ret_title = column->title;
    return true;
}

static bool find_way(struct onair *onair, const struct director_occurrence *occurrence,
                     struct fail *why) {
    const struct director_occurrence *there =
        director_in_the_way(onair->director, occurrence->class, true, occurrence->zones,
                            occurrence->start, occurrence->end);
    if (there == NULL) {
        return true;
    }
    char time[CIVIL_TEXT_SIZE];
    civil_time_format(zone_civil(onair->programme->zone, there->end), time);
    return fail_set(why, FAIL_CONFLICT,
                    "something is on the air or about to be, until %s: 'loaxa stop' ends it", time);
}

static void name_occurrence(struct onair *onair, const struct onair_play *play,
                            struct walltime start, struct occurrence_key *ret_key) {
    const struct zone *zone = onair->programme->zone;
    *ret_key = (struct occurrence_key){.origin = play->origin,
                                       .series = ++onair->last_number[(int)play->origin],
                                       .original = zone_civil(zone, start),
                                       .utc_offset_s = zone_offset_at(zone, start)};
}

/* Everything of lower standing in its zones stops now. */
static void pre_empt(struct onair *onair, const struct director_occurrence *occurrence) {
    zone_set reach = programme_reach(onair->programme, occurrence->zones);
    for (struct session *session = onair->sessions; session != NULL; session = session->next) {
        bool met = (programme_reach(onair->programme, session->occ.zones) & reach) != 0;
        if (met && session->occ.class < occurrence->class &&
            session->occ.start.us < occurrence->end.us) {
            onair_session_stop(onair, session, REASON_PRECEDENCE, false);
        }
    }
}

bool onair_play(struct onair *onair, const struct onair_play *play, const struct moment *moment,
                struct occurrence_key *ret_occ, struct fail *why) {
    onair->moment = *moment;
    onair_step(onair, moment);
    if (onair->programme == NULL || strchr("mlet", play->origin) == NULL) {
        return fail_set(why, FAIL_REFUSED, "the station has no programme yet");
    }
    int64_t length_us = 0;
    const char *title = "";
    struct walltime start = play->start.us > moment->wall.us ? play->start : moment->wall;
    if (play->start.us <= moment->wall.us) { /* as soon as the amplifier can */
        start = walltime_add(start, onair->config.amplifier_lead_us);
    }
    if (!find_length(onair, play, &length_us, &title, why)) {
        return false;
    }
    struct walltime end = walltime_add(start, length_us);
    struct director_occurrence occurrence = {.start = start,
                                             .zones = play->zones & onair->config.zones,
                                             .class = play->class,
                                             .grace_us = length_us};
    if (occurrence.zones == 0) {
        return fail_set(why, FAIL_INVALID, "none of these zones exists");
    }
    if (!allow(onair, play, start, &end, why)) {
        return false;
    }
    occurrence.end = end;
    if (!find_way(onair, &occurrence, why)) {
        return false;
    }
    name_occurrence(onair, play, start, &occurrence.key);
    pre_empt(onair, &occurrence);
    director_take(onair->director, &occurrence);
    struct session *session = onair_session_add(onair, &occurrence);
    free(session->title);
    free(session->operator_name);
    session->title = memory_text(title);
    session->operator_name = memory_text(play->by != NULL && play->by[0] != '\0' ? play->by : "?");
    session->only_item = play->item;
    session->crosses_quiet_hours = play->crosses_quiet_hours && play->class == CLASS_EMERGENCY;
    const struct column *column = programme_column(onair->programme, play->column);
    if (column != NULL) {
        session->column = *column;
    }
    *ret_occ = occurrence.key;
    onair_step(onair, moment);
    return true;
}

void onair_hold(struct onair *onair, struct walltime until, const char *by, const char *words,
                const struct moment *moment) {
    onair->moment = *moment;
    struct event event = onair_event(onair, EVENT_HOLD);
    event.by = by;
    event.words = words;
    event.hold.until = until;
    onair_append(onair, &event);
    director_hold(onair->director, until);
    onair_step(onair, moment);
}

void onair_resume(struct onair *onair, const char *by, const char *words,
                  const struct moment *moment) {
    onair->moment = *moment;
    struct event event = onair_event(onair, EVENT_RESUMED);
    event.by = by;
    event.words = words;
    onair_append(onair, &event);
    director_resume(onair->director);
    onair_step(onair, moment);
}

static void write_item(struct onair *onair, enum event_type type, const struct item *item,
                       const char *by, const char *words) {
    struct event event = onair_event(onair, type);
    event.by = by;
    event.words = words;
    event.item.item = item;
    onair_append(onair, &event);
}

void onair_withdraw(struct onair *onair, const struct item *item, const char *by, const char *words,
                    const struct moment *moment) {
    onair->moment = *moment;
    onair->withdrawn = memory_room(onair->withdrawn, onair->withdrawn_count,
                                   &onair->withdrawn_capacity, sizeof *onair->withdrawn);
    onair->withdrawn[onair->withdrawn_count++] = (struct withdrawn){item->id, item->version};
    write_item(onair, EVENT_WITHDRAWN, item, by, words);
    for (struct session *session = onair->sessions; session != NULL; session = session->next) {
        onair_session_withdraw(onair, session);
    }
    onair_step(onair, moment);
}

void onair_approved(struct onair *onair, const struct item *item, const char *by, const char *words,
                    const struct moment *moment) {
    onair->moment = *moment;
    write_item(onair, EVENT_APPROVED, item, by, words);
    size_t kept = 0;
    for (size_t i = 0; i < onair->withdrawn_count; i++) { /* it may have been withdrawn before */
        const struct withdrawn *withdrawn = &onair->withdrawn[i];
        if (withdrawn->item != item->id ||
            (withdrawn->version != 0 && withdrawn->version != item->version)) {
            onair->withdrawn[kept++] = *withdrawn;
        }
    }
    onair->withdrawn_count = kept;
    onair_step(onair, moment);
}

void onair_accept_clock(struct onair *onair, const char *by, const char *words,
                        const struct moment *moment) {
    char text[256];
    onair->moment = *moment;
    onair->epoch++;
    director_accept_clock(onair->director, moment->wall);
    struct event event = onair_event(onair, EVENT_CLOCK);
    snprintf(text, sizeof text, tr("%s vouches for the clock: %s"), by, words);
    event.time.kind = "accepted";
    event.words = text;
    event.stamp.trust = CLOCK_HELD;
    onair_append(onair, &event);
    onair_step(onair, moment);
}

void onair_incident(struct onair *onair, const char *kind, int zone, const char *words,
                    const struct moment *moment) {
    onair->moment = *moment;
    onair_note_incident(onair, kind, zone, words);
}
