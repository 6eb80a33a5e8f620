#include "station/onair_session.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

bool onair_zone_can_sound(const struct onair *onair, int zone) {
    return onair->ports.amplifier.want == NULL || onair->zones[zone] == AMPLIFIER_REPORT_READY ||
           onair->zones[zone] == AMPLIFIER_REPORT_HOLDING;
}

static zone_set sounding_zones(const struct onair *onair, zone_set zones) {
    zone_set sounding = 0;
    for (int zone = 0; zone < 32; zone++) {
        if ((zones >> zone & 1) != 0 && onair_zone_can_sound(onair, zone)) {
            sounding |= (zone_set)1 << zone;
        }
    }
    return sounding;
}

/* Elements */

static int64_t length_us(const struct session *session, size_t i) {
    return session->rundown.elements[i].duration_us;
}

/* How far the session is behind its rundown at an instant; 0 where that does not matter. */
static int64_t behind_us(const struct session *session, struct monotime at) {
    int64_t behind = monotime_diff_ns(at, session->start) / ONAIR_US_NS;
    bool joins = session_is_planned(session) && !session->resumed && !session->any_added;
    return joins && behind > ONAIR_ON_TIME_US ? behind : 0;
}

/* Whether the element is past where the session joins. */
static bool is_past(const struct session *session, size_t i, int64_t behind) {
    const struct rundown_element *element = &session->rundown.elements[i];
    return behind != 0 && element->offset_us + element->duration_us < behind + ONAIR_LEAST_US;
}

static struct part part_of(const struct session *session, size_t i) {
    return (struct part){.airing = session->elements[i].airing,
                         .occ = session->occ.key,
                         .position = session->first_position + (int32_t)i,
                         .item = session->rundown.elements[i].item->id,
                         .first = WALLTIME_NEVER,
                         .last = WALLTIME_NEVER};
}

static void close_fd(struct onair *onair, struct element *element) {
    if (element->fd >= 0) {
        onair->ports.sounds.close(onair->ports.sounds.self, element->fd);
        element->fd = -1;
    }
}

/* An element that was opened and never goes to the player. */
static void close_silent(struct onair *onair, struct session *session, size_t i,
                         enum airing_end end, enum outcome_reason cause) {
    struct part part = part_of(session, i);
    part.end = end;
    part.cause = cause;
    close_fd(onair, &session->elements[i]);
    session->elements[i].state = ELEMENT_DONE;
    onair_close(onair, &part, NULL, session->permit.zones, 0, 0);
}

/* An element that is not let on the air: `refused`. */
static void refuse(struct onair *onair, struct session *session, size_t i,
                   enum outcome_reason reason, const char *words) {
    struct event event = onair_event(onair, EVENT_REFUSED);
    event.occ = session->occ.key;
    event.refused.item = session->rundown.elements[i].item;
    event.refused.reason = reason;
    event.words = words != NULL && words[0] != '\0' ? words : outcome_reason_text(reason);
    onair_append(onair, &event);
    struct part part = part_of(session, i);
    part.airing = 0;
    part.cause = reason;
    onair->parts =
        memory_room(onair->parts, onair->parts_count, &onair->parts_capacity, sizeof *onair->parts);
    onair->parts[onair->parts_count++] = part;
    close_fd(onair, &session->elements[i]);
    session->elements[i].state = ELEMENT_DONE;
}

static void open_element(struct onair *onair, struct session *session, size_t i,
                         struct monotime expected) {
    const struct rundown_element *planned = &session->rundown.elements[i];
    struct element *element = &session->elements[i];
    struct event event = onair_event(onair, EVENT_OPENED);
    element->planned = onair_wall(onair, expected);
    event.occ = session->occ.key;
    event.opened.position = session->first_position + (int32_t)i;
    event.opened.role = planned->role;
    event.opened.planned = element->planned;
    event.opened.item = planned->item;
    event.opened.programme = session->programme;
    event.opened.campaign = session->segment != NULL && session->segment->rank == SEGMENT_CAMPAIGN
                                ? session->segment->title
                                : "";
    event.opened.class = session->occ.class;
    event.opened.column = session->segment != NULL  ? session->segment->column_title
                          : session->column.id != 0 ? session->column.title
                                                    : "";
    event.opened.zones = session->permit.zones;
    event.opened.gain_mdb = planned->gain_mdb;
    event.opened.permit = session->permit.id;
    event.opened.operator_name = session->operator_name;
    element->airing = onair_append(onair, &event);
    element->state = ELEMENT_OPENED;
    director_began(onair->director, &session->occ.key);
}

/* Whether a whole element may end some moments after the planned end. */
static bool may_overrun(const struct onair *onair, const struct session *session, size_t i,
                        struct monotime begins, int64_t length) {
    struct monotime ends = monotime_add(begins, length * ONAIR_US_NS);
    struct walltime last =
        walltime_add(session->permit.not_after, -onair->config.amplifier_settle_us);
    return !session->rundown.elements[i].cut && session->end_cause == REASON_NONE &&
           ends.ns <= session->end.ns + ONAIR_OVERRUN_US * ONAIR_US_NS &&
           ends.ns <= onair_mono(onair, last).ns;
}

/* Hands an opened and committed element to the player. */
static void add_element(struct onair *onair, struct session *session, size_t i) {
    const struct rundown_element *planned = &session->rundown.elements[i];
    struct element *element = &session->elements[i];
    struct monotime begins = onair_later(session->next_begins, onair->moment.mono);
    int64_t behind = behind_us(session, begins);
    if (is_past(session, i, behind)) {
        close_silent(onair, session, i, AIRING_SILENT, REASON_STALE);
        return;
    }
    int64_t skip_us = behind > planned->offset_us ? behind - planned->offset_us : 0;
    int64_t length = planned->duration_us - skip_us;
    int64_t left = monotime_diff_ns(session->end, begins) / ONAIR_US_NS;
    element->shortened = left < length && !may_overrun(onair, session, i, begins, length);
    element->limit_us = element->shortened ? left : length;
    if (element->shortened && element->limit_us < ONAIR_LEAST_US) {
        enum outcome_reason cause =
            session->end_cause != REASON_NONE ? session->end_cause : REASON_CUT;
        close_silent(onair, session, i, AIRING_SILENT, cause);
        return;
    }
    struct air_element handed = {.airing = element->airing,
                                 .fd = element->fd,
                                 .kind = planned->item->kind,
                                 .gain_mdb = planned->gain_mdb,
                                 .skip_us = planned->item->trim_start_us + skip_us,
                                 .limit_us = element->limit_us,
                                 .fade_in_ms = skip_us != 0 ? ONAIR_SHORT_FADE_MS : 0,
                                 .fade_out_ms = planned->fade_ms};
    if (element->shortened && planned->fade_ms == 0) {
        handed.fade_out_ms = ONAIR_SHORT_FADE_MS;
    }
    element->fd = -1;
    element->state = ELEMENT_ADDED;
    element->began = begins;
    session->any_added = true;
    session->next_begins = monotime_add(begins, element->limit_us * ONAIR_US_NS);
    onair->ports.player.add(onair->ports.player.self, session->permit.id, &handed);
}

/* Late enough that little is spoilt if things change, and not before the first of the amplifiers can
 * carry it: what was opened and never sounded makes an occurrence short. */
static bool may_open(const struct onair *onair, const struct session *session,
                     struct monotime expected) {
    int64_t ahead_us = monotime_diff_ns(expected, onair->moment.mono) / ONAIR_US_NS;
    return session->begun && ahead_us <= ONAIR_OPEN_US && !onair->diary_fails &&
           (session->any_added || sounding_zones(onair, session->permit.zones) != 0);
}

static bool may_add(const struct onair *onair, const struct session *session, size_t i) {
    return session->elements[i].airing <= onair->committed && !onair->diary_fails;
}

/* Moves each element as far as it can go; the order of the rundown is kept at every stage. Returns
 * whether anything changed. */
static bool move_elements(struct onair *onair, struct session *session) {
    struct monotime expected = onair_later(session->next_begins, onair->moment.mono);
    int64_t behind = behind_us(session, expected);
    bool open_before = false; /* one before is not opened yet */
    bool added_before = true; /* all before went to the player, or are done */
    for (size_t i = 0; i < session->rundown.count && !session->stopping; i++) {
        struct element *element = &session->elements[i];
        if (element->state >= ELEMENT_ADDED) {
            continue;
        }
        if (element->state < ELEMENT_OPENED && is_past(session, i, behind)) {
            close_fd(onair, element);
            element->state = ELEMENT_DONE;
            return true;
        }
        if (element->state == ELEMENT_WAITING &&
            monotime_diff_ns(expected, onair->moment.mono) <= onair->config.lead_us * ONAIR_US_NS) {
            element->state = ELEMENT_VERIFYING;
            element->request = ++onair->next_request;
            onair->ports.sounds.open(onair->ports.sounds.self, element->request,
                                     session->rundown.elements[i].item);
        }
        if (element->state == ELEMENT_VERIFIED && !open_before &&
            may_open(onair, session, expected)) {
            open_element(onair, session, i, expected);
        }
        if (element->state == ELEMENT_OPENED && added_before && may_add(onair, session, i)) {
            add_element(onair, session, i);
            return true;
        }
        open_before = open_before || element->state < ELEMENT_OPENED;
        added_before = false;
        expected = monotime_add(expected, length_us(session, i) * ONAIR_US_NS);
    }
    return false;
}

static bool all_handed_over(const struct session *session) {
    for (size_t i = 0; i < session->rundown.count; i++) {
        if (session->elements[i].state < ELEMENT_ADDED) {
            return false;
        }
    }
    return true;
}

static void begin(struct onair *onair, struct session *session) {
    struct walltime start = onair_wall(onair, onair_later(session->start, onair->moment.mono));
    session->begun = true;
    if (onair->ports.amplifier.want != NULL) {
        onair->ports.amplifier.want(onair->ports.amplifier.self, &session->permit);
    }
    onair->ports.player.begin(onair->ports.player.self, &session->permit, start);
}

/* The last instant at which its first sound may begin. */
static struct monotime last_call(const struct onair *onair, const struct session *session) {
    struct walltime grace = walltime_add(session->occ.start, session->occ.grace_us);
    return session_is_planned(session) ? onair_mono(onair, grace) : session->end;
}

static enum outcome_reason why_late(const struct onair *onair, const struct session *session) {
    if (onair->diary_fails) {
        return REASON_DISK;
    }
    if (sounding_zones(onair, session->permit.zones) == 0) {
        return REASON_AMPLIFIER;
    }
    return onair->card_fails ? REASON_DEVICE : REASON_STALE;
}

static void mind_the_time(struct onair *onair, struct session *session) {
    struct monotime now = onair->moment.mono;
    int64_t fade_ns = session->end_cause != REASON_NONE ? onair->config.stop_fade_ms * MONOTIME_MS
                                                        : -ONAIR_OVERTIME_NS;
    if (now.ns >= session->end.ns - fade_ns) {
        onair_session_stop(onair, session,
                           session->end_cause != REASON_NONE ? session->end_cause : REASON_CUT,
                           false);
    } else if (!session->any_added && now.ns > last_call(onair, session).ns) {
        onair_session_stop(onair, session, why_late(onair, session), false);
    }
}

void onair_session_advance(struct onair *onair, struct session *session) {
    if (!session->made && !session->stopping) {
        onair_session_make(onair, session);
    }
    if (!session->made || session->stopping || session->over) {
        return;
    }
    /* No relay is switched by a permit that a power cut could still take out of the diary. */
    if (!session->begun && session->permit_seq <= onair->committed &&
        onair->moment.wall.us >= session->permit.not_before.us) {
        begin(onair, session);
    }
    while (move_elements(onair, session)) {
    }
    if (all_handed_over(session) && !session->finished) {
        session->finished = true;
        if (session->begun) {
            onair->ports.player.finish(onair->ports.player.self, session->permit.id);
        } else {
            session->over = true; /* everything was refused before it began */
        }
    }
    if (!session->over && !session->stopping) {
        mind_the_time(onair, session);
    }
}

void onair_session_stop(struct onair *onair, struct session *session, enum outcome_reason cause,
                        bool disarm) {
    if (session->stopping || session->over) {
        return;
    }
    if (onair->card_fails && (cause == REASON_STALE || cause == REASON_CUT)) {
        cause = REASON_DEVICE; /* it waited for the card until its time was up */
    }
    session->stopping = true;
    session->stop_cause = cause;
    session->disarmed = disarm;
    session->leftover = !session->made;
    for (size_t i = 0; i < session->rundown.count; i++) {
        struct element *element = &session->elements[i];
        if (element->state == ELEMENT_OPENED) {
            close_silent(onair, session, i, AIRING_SILENT, cause);
        } else if (element->state < ELEMENT_OPENED) {
            close_fd(onair, element);
            element->state = ELEMENT_DONE;
            session->leftover = true;
        }
    }
    if (session->begun) {
        int32_t fade_ms = cause == REASON_CUT ? ONAIR_SHORT_FADE_MS : onair->config.stop_fade_ms;
        onair->ports.player.stop(onair->ports.player.self, session->permit.id, fade_ms);
    } else {
        session->over = true;
    }
}

void onair_session_end_by(struct onair *onair, struct session *session, struct walltime end,
                          enum outcome_reason cause) {
    struct monotime mono = onair_mono(onair, end);
    if (!session->made || mono.ns < session->end.ns) {
        session->end = mono;
        session->end_cause = cause;
    }
}

void onair_session_sound(struct onair *onair, struct session *session, struct element *element,
                         int fd, enum outcome_reason reason, const char *words) {
    size_t i = (size_t)(element - session->elements);
    element->fd = fd;
    if (element->state != ELEMENT_VERIFYING) { /* stopped or left out meanwhile */
        close_fd(onair, element);
    } else if (reason != REASON_NONE) {
        refuse(onair, session, i, reason, words);
    } else {
        element->state = ELEMENT_VERIFIED;
    }
}

void onair_session_withdraw(struct onair *onair, struct session *session) {
    for (size_t i = 0; i < session->rundown.count && !session->stopping; i++) {
        struct element *element = &session->elements[i];
        if (element->state == ELEMENT_DONE ||
            !onair_is_withdrawn(onair, session->rundown.elements[i].item)) {
            continue;
        }
        if (element->state < ELEMENT_OPENED) {
            refuse(onair, session, i, REASON_WITHDRAWN, NULL);
        } else if (element->state == ELEMENT_OPENED) {
            close_silent(onair, session, i, AIRING_WITHDRAWN, REASON_WITHDRAWN);
        } else if (!element->withdrawn) {
            element->withdrawn = true;
            onair->ports.player.stop_airing(onair->ports.player.self, element->airing,
                                            ONAIR_SHORT_FADE_MS);
        }
    }
}

/* What the player reports */

static enum airing_end end_of(const struct session *session, size_t i,
                              const struct air_event *event, enum outcome_reason *ret_cause) {
    const struct element *element = &session->elements[i];
    *ret_cause = REASON_NONE;
    switch (event->end) {
    case AIR_END_WHOLE:
        return AIRING_COMPLETED;
    case AIR_END_LIMIT:
        if (element->shortened) {
            *ret_cause = session->end_cause != REASON_NONE ? session->end_cause : REASON_CUT;
            return session->end_cause == REASON_PRECEDENCE ? AIRING_PREEMPTED : AIRING_CUT;
        }
        return session->rundown.elements[i].cut ? AIRING_CUT : AIRING_COMPLETED;
    case AIR_END_PERMIT:
        *ret_cause = session->stop_cause; /* a clock that was set ends permits too */
        return AIRING_PERMIT;
    case AIR_END_DECODE:
        return AIRING_DECODE;
    case AIR_END_DEVICE:
        return AIRING_DEVICE;
    case AIR_END_STOP:
        break;
    }
    if (element->withdrawn) {
        return AIRING_WITHDRAWN;
    }
    *ret_cause = session->stop_cause;
    return event->frames == 0                         ? AIRING_SILENT
           : session->stop_cause == REASON_PRECEDENCE ? AIRING_PREEMPTED
           : session->stop_cause == REASON_CUT        ? AIRING_CUT
                                                      : AIRING_STOPPED;
}

/* When what is added next will begin, after an element really began or ended. */
static void reckon(struct session *session, struct monotime from, size_t next) {
    for (size_t i = next; i < session->rundown.count; i++) {
        if (session->elements[i].state == ELEMENT_ADDED) {
            from = monotime_add(from, session->elements[i].limit_us * ONAIR_US_NS);
        }
    }
    session->next_begins = from;
}

static void started(struct onair *onair, struct session *session, size_t i,
                    const struct air_event *event) {
    struct element *element = &session->elements[i];
    element->state = ELEMENT_SOUNDS;
    element->first = event->at;
    element->began = onair_mono(onair, event->at);
    element->silent = session->permit.zones & ~sounding_zones(onair, session->permit.zones);
    reckon(session, monotime_add(element->began, element->limit_us * ONAIR_US_NS), i + 1);
    director_sounding(onair->director, &session->occ.key);
}

/* When its sound ended. Where the clock was set and that ended it, the clock that it began by says
 * so: the new one would put its end behind a permit that it never passed. */
static struct walltime last_of(const struct session *session, const struct element *element,
                               const struct air_event *event) {
    bool by_clock = event->end == AIR_END_PERMIT || session->stop_cause == REASON_CLOCK;
    if (!by_clock || event->frames <= 0 || event->rate <= 0) {
        return event->at;
    }
    struct walltime last =
        walltime_add(element->first, event->frames * WALLTIME_SECOND / event->rate);
    int64_t difference_us = llabs(walltime_diff_us(event->at, last));
    return difference_us < DIRECTOR_STEP_US ? event->at : last;
}

static void ended(struct onair *onair, struct session *session, size_t i,
                  const struct air_event *event) {
    struct element *element = &session->elements[i];
    struct part part = part_of(session, i);
    part.end = end_of(session, i, event, &part.cause);
    if (part.cause == REASON_NONE && event->lost_frames * 10 > event->rate) {
        part.cause = REASON_DEVICE; /* a tenth of a second or more of it was not heard */
    }
    part.frames = event->frames;
    part.first = element->first;
    part.last = last_of(session, element, event);
    element->state = ELEMENT_DONE;
    onair_close(onair, &part, event, session->permit.zones, element->silent,
                session->fault & session->permit.zones);
    if (event->frames > 0) {
        reckon(session, onair_mono(onair, event->at), i + 1);
    }
    if (event->end == AIR_END_DECODE) {
        onair_note_incident(onair, "sound", -1, outcome_reason_text(REASON_DECODE));
    }
}

void onair_session_air_event(struct onair *onair, struct session *session,
                             const struct air_event *event) {
    if (event->kind == AIR_SESSION_ENDED) {
        for (size_t i = 0; i < session->rundown.count; i++) {
            struct element *element = &session->elements[i];
            if (element->state == ELEMENT_OPENED) {
                close_silent(onair, session, i, AIRING_SILENT, REASON_PERMIT);
            } else if (element->state < ELEMENT_OPENED) {
                close_fd(onair, element);
                element->state = ELEMENT_DONE;
                session->leftover = true;
            }
        }
        session->over = true;
        return;
    }
    for (size_t i = 0; i < session->rundown.count; i++) {
        struct element *element = &session->elements[i];
        if (element->airing != event->airing || element->state == ELEMENT_DONE) {
            continue;
        }
        if (event->kind == AIR_STARTED) {
            started(onair, session, i, event);
        } else {
            ended(onair, session, i, event);
        }
        return;
    }
}

/* The end */

void onair_session_finish(struct onair *onair, struct session *session) {
    if (session->begun && onair->ports.amplifier.release != NULL) {
        onair->ports.amplifier.release(onair->ports.amplifier.self, session->permit.id);
    }
    if (!session->disarmed) {
        enum outcome_reason cause = !session->leftover                   ? REASON_NONE
                                    : session->stop_cause != REASON_NONE ? session->stop_cause
                                                                         : REASON_PERMIT;
        onair_settle(onair, &session->occ, session->resumed, cause, session->words);
        director_over(onair->director, &session->occ.key);
        onair->poked = true;
    }
    rundown_finish(&session->rundown);
    programme_release(session->programme);
    free(session->items);
    free(session->elements);
    free(session->title);
    free(session->operator_name);
    free(session->words);
    free(session);
}

static void sooner(struct monotime *wake, struct monotime at, struct monotime now) {
    if (at.ns > now.ns && at.ns < wake->ns) {
        *wake = at;
    }
}

struct monotime onair_session_wake(const struct onair *onair, const struct session *session) {
    struct monotime wake = {INT64_MAX};
    struct monotime now = onair->moment.mono;
    if (!session->made || session->stopping || session->over) {
        return wake;
    }
    if (!session->begun) {
        sooner(&wake, onair_mono(onair, session->permit.not_before), now);
    }
    int64_t fade_ns = session->end_cause != REASON_NONE ? onair->config.stop_fade_ms * MONOTIME_MS
                                                        : -ONAIR_OVERTIME_NS;
    sooner(&wake, monotime_add(session->end, -fade_ns), now);
    if (!session->any_added) {
        sooner(&wake, monotime_add(last_call(onair, session), 1), now);
    }
    struct monotime expected = onair_later(session->next_begins, now);
    for (size_t i = 0; i < session->rundown.count; i++) {
        if (session->elements[i].state >= ELEMENT_ADDED) {
            continue;
        }
        if (session->elements[i].state == ELEMENT_WAITING) {
            sooner(&wake, monotime_add(expected, -onair->config.lead_us * ONAIR_US_NS), now);
            break;
        }
        sooner(&wake, monotime_add(expected, -ONAIR_OPEN_US * ONAIR_US_NS), now);
        expected = monotime_add(expected, length_us(session, i) * ONAIR_US_NS);
    }
    return wake;
}
