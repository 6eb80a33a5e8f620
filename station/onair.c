#include "station/onair.h"

#include "base/memory.h"
#include "base/words.h"
#include "base/zone.h"
#include "scheduler/guard.h"
#include "station/onair_session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decisions */

static struct session *session_of(const struct onair *onair, const struct occurrence_key *key) {
    for (struct session *session = onair->sessions; session != NULL; session = session->next) {
        if (occurrence_same(&session->occ.key, key) && !session->over && !session->stopping) {
            return session;
        }
    }
    return NULL;
}

static void write_step(struct onair *onair, const struct decision *decision) {
    struct event event = onair_event(onair, EVENT_CLOCK);
    char words[200];
    int64_t seconds = llabs(decision->difference_us) / WALLTIME_SECOND;
    snprintf(words, sizeof words,
             decision->difference_us > 0 ? tr("the clock was put forward by %" PRId64 " s")
                                         : tr("the clock was put back by %" PRId64 " s"),
             seconds);
    event.time.kind = "step";
    event.time.difference_us = decision->difference_us;
    event.words = words;
    onair_append(onair, &event);
    if (decision->large) {
        onair_note_incident(onair, "clock", -1, words);
    }
}

static void write_trust(struct onair *onair, const struct decision *decision) {
    struct event event = onair_event(onair, EVENT_CLOCK);
    event.time.kind = "trust";
    event.words = decision->trust == CLOCK_TRUSTED ? tr("the clock is synchronised")
                  : decision->trust == CLOCK_HELD
                      ? tr("the clock is believed, though not synchronised")
                      : tr("the clock is not trusted: planned sessions are held; 'loaxa clock "
                           "accept' vouches for it");
    onair_append(onair, &event);
}

/* The plan's words about it, or those of its outcome. */
static void explain(const struct decision *decision, struct text *words) {
    if (decision->planned != NULL) {
        plan_explain(decision->plan, decision->planned, words_language(), words);
    }
}

/* Buổi phát, as stations call the parts of their day. */
static const char *session_name(int hour) {
    return hour < 11   ? tr("morning session")
           : hour < 14 ? tr("noon session")
           : hour < 18 ? tr("afternoon session")
                       : tr("evening session");
}

static void write_planned(struct onair *onair, const struct decision *decision) {
    struct text words = {0};
    struct event event = onair_event(onair, EVENT_PLANNED);
    const struct director_occurrence *occurrence = &decision->occurrence;
    explain(decision, &words);
    event.occ = occurrence->key;
    event.planned.segment = decision->planned->segment;
    event.planned.session =
        session_name(zone_civil(decision->plan->programme->zone, occurrence->start).hour);
    event.planned.start = occurrence->start;
    event.planned.end = occurrence->end;
    event.planned.grace_us = occurrence->grace_us;
    event.planned.zones = occurrence->zones;
    event.planned.verdict = plan_verdict_word(occurrence->verdict);
    event.planned.late = decision->late;
    event.words = text_string(&words);
    onair_append(onair, &event);
    text_finish(&words);
}

static void write_moved(struct onair *onair, const struct decision *decision) {
    struct text words = {0};
    struct event event = onair_event(onair, EVENT_MOVED);
    const struct plan_occurrence *planned = decision->planned;
    explain(decision, &words);
    event.occ = decision->occurrence.key;
    event.moved.start = decision->occurrence.start;
    event.moved.end = decision->occurrence.end;
    event.by = planned != NULL && planned->exception != NULL ? planned->exception->by : "";
    event.words = text_string(&words);
    onair_append(onair, &event);
    text_finish(&words);
}

/* What a verdict says of one that never began; the plan has the words where it refused it. */
static void write_verdict(struct onair *onair, const struct decision *decision) {
    struct text words = {0};
    bool by_plan = decision->outcome != OUTCOME_MISSED && decision->planned != NULL &&
                   !plan_verdict_airs(decision->planned->verdict);
    if (by_plan) {
        explain(decision, &words);
    } else if (decision->outcome == OUTCOME_DISPLACED) {
        const struct session *other = session_of(onair, &decision->occurrence.waits_for);
        text_add_format(&words, tr("something was on the air: %s"),
                        other != NULL ? other->title : "");
    }
    onair_write_outcome(onair, &decision->occurrence, decision->outcome, decision->reason,
                        text_string(&words));
    text_finish(&words);
}

static void carry_out(struct onair *onair, const struct decision *decision) {
    struct session *session = session_of(onair, &decision->occurrence.key);
    switch (decision->kind) {
    case DECIDE_STEP:
        write_step(onair, decision);
        break;
    case DECIDE_TRUST:
        write_trust(onair, decision);
        break;
    case DECIDE_PLANNED:
        write_planned(onair, decision);
        break;
    case DECIDE_MOVED:
        write_moved(onair, decision);
        break;
    case DECIDE_ARM:
        onair_session_add(onair, &decision->occurrence);
        break;
    case DECIDE_DISARM:
        if (session != NULL) {
            onair_session_stop(onair, session, decision->reason, true);
        }
        break;
    case DECIDE_END_BY:
        if (decision->planned != NULL) {
            write_moved(onair, decision);
        }
        if (session != NULL) {
            onair_session_end_by(onair, session, decision->occurrence.end, decision->reason);
            session->occ.end =
                decision->planned != NULL ? decision->occurrence.end : session->occ.end;
        }
        break;
    case DECIDE_STOP:
        if (session != NULL) {
            onair_session_stop(onair, session, decision->reason, false);
        }
        break;
    case DECIDE_SETTLE:
        onair_settle(onair, &decision->occurrence, false, decision->reason, NULL);
        break;
    case DECIDE_OUTCOME:
        write_verdict(onair, decision);
        break;
    }
}

static void carry_out_all(struct onair *onair) {
    for (size_t i = 0; i < onair->decisions.count; i++) {
        carry_out(onair, &onair->decisions.list[i]);
    }
}

static void direct(struct onair *onair) {
    onair->poked = false;
    director_step(onair->director, &onair->moment, &onair->decisions);
    carry_out_all(onair);
}

/* The life of the object */

static struct director *make_director(const struct onair_config *config,
                                      const struct recall *recall) {
    const struct director_past past = {.open = recall->open,
                                       .open_count = recall->open_count,
                                       .over = recall->over,
                                       .over_count = recall->over_count,
                                       .lived_until = recall->lived_until,
                                       .restored_from = recall->restored_from,
                                       .restored_to = recall->restored_to};
    int64_t lead_us = config->lead_us > config->amplifier_lead_us
                          ? config->lead_us
                          : config->amplifier_lead_us + WALLTIME_SECOND;
    return director_create(lead_us, &past);
}

/* Airings of occurrences without outcome are remembered as parts; those that a dead process left
 * open are closed now. */
static void take_airings(struct onair *onair, const struct recall *recall) {
    for (size_t i = 0; i < recall->airings_count; i++) {
        const struct recall_airing *airing = &recall->airings[i];
        struct part part = {.airing = airing->id,
                            .occ = airing->occ,
                            .position = airing->position,
                            .item = airing->item,
                            .end = airing->closed ? airing->end : AIRING_POWER,
                            .frames = airing->frames,
                            .first = airing->first,
                            .last = airing->last};
        if (part.end == AIRING_STOPPED || part.end == AIRING_SILENT) {
            part.cause = REASON_POWER; /* a person's stop would have left an outcome */
        }
        if (!airing->closed) {
            onair_close(onair, &part, NULL, airing->zones, 0, 0);
            continue;
        }
        onair->parts = memory_room(onair->parts, onair->parts_count, &onair->parts_capacity,
                                   sizeof *onair->parts);
        onair->parts[onair->parts_count++] = part;
    }
}

struct onair *onair_create(const struct onair_config *config, const struct onair_ports *ports,
                           const struct recall *recall, const struct moment *moment) {
    struct onair *onair = memory_new(sizeof *onair);
    onair->config = *config;
    onair->config.lead_us = config->lead_us != 0 ? config->lead_us : ONAIR_LEAD_US;
    onair->config.stop_fade_ms =
        config->stop_fade_ms != 0 ? config->stop_fade_ms : ONAIR_STOP_FADE_MS;
    onair->config.zones = config->zones != 0 ? config->zones : ZONE_SET_ALL;
    onair->program = memory_text(config->program);
    onair->version = memory_text(config->version);
    onair->boot = memory_text(config->boot);
    onair->faults = memory_text("");
    onair->ports = *ports;
    onair->moment = *moment;
    onair->epoch = recall->epoch;
    onair->committed = recall->last_seq;
    onair->next_permit = recall->last_permit > (uint64_t)recall->last_seq
                             ? recall->last_permit
                             : (uint64_t)recall->last_seq;
    memcpy(onair->last_number, recall->last_number, sizeof onair->last_number);
    rotation_history_copy(&recall->history, &onair->history);
    onair->director = make_director(&onair->config, recall);
    if (recall->holding) {
        director_hold(onair->director, recall->hold_until);
    }
    director_step(onair->director, moment, &onair->decisions); /* what the clock is worth */
    struct event event = onair_event(onair, EVENT_STARTED);
    event.started.program = onair->program;
    event.started.version = onair->version;
    onair_append(onair, &event);
    take_airings(onair, recall);
    carry_out_all(onair);
    onair->poked = true;
    onair->wake = moment->mono;
    return onair;
}

void onair_destroy(struct onair *onair, const char *reason, const struct moment *moment) {
    if (onair == NULL) {
        return;
    }
    onair->moment = *moment;
    if (reason != NULL) {
        struct event event = onair_event(onair, EVENT_STOPPED);
        event.stopped.reason = reason;
        onair_append(onair, &event);
    }
    while (onair->sessions != NULL) { /* without a word: the next start closes what they left */
        struct session *session = onair->sessions;
        onair->sessions = session->next;
        rundown_finish(&session->rundown);
        programme_release(session->programme);
        for (size_t i = 0; session->elements != NULL && i < session->rundown.count; i++) {
            if (session->elements[i].fd >= 0) {
                onair->ports.sounds.close(onair->ports.sounds.self, session->elements[i].fd);
            }
        }
        free(session->items);
        free(session->elements);
        free(session->title);
        free(session->operator_name);
        free(session->words);
        free(session);
    }
    director_destroy(onair->director);
    programme_release(onair->programme);
    rotation_history_finish(&onair->history);
    free(onair->decisions.list);
    free(onair->parts);
    free(onair->withdrawn);
    free(onair->program);
    free(onair->version);
    free(onair->boot);
    free(onair->faults);
    free(onair);
}

/* Takes sessions that are over out of the list and settles them. */
static void bury(struct onair *onair) {
    struct session **at = &onair->sessions;
    while (*at != NULL) {
        struct session *session = *at;
        if (!session->over) {
            at = &session->next;
            continue;
        }
        *at = session->next;
        onair_session_finish(onair, session);
    }
}

/* Does everything that can be done at this moment. */
static void turn(struct onair *onair) {
    for (int round = 0; round < 16; round++) {
        if (onair->poked || onair->moment.mono.ns >= onair->decisions.wake.ns) {
            direct(onair);
        }
        for (struct session *session = onair->sessions; session != NULL; session = session->next) {
            onair_session_advance(onair, session);
        }
        bury(onair);
        if (!onair->poked) {
            break;
        }
    }
    onair->wake = onair->decisions.wake;
    for (const struct session *session = onair->sessions; session != NULL;
         session = session->next) {
        struct monotime wake = onair_session_wake(onair, session);
        if (wake.ns < onair->wake.ns) {
            onair->wake = wake;
        }
    }
}

/* Segments that cannot be planned are incidents, told when they change. */
static void tell_faults(struct onair *onair) {
    const struct plan *plan = director_plan(onair->director);
    struct text words = {0};
    for (size_t i = 0; plan != NULL && i < plan->faults_count; i++) {
        const struct segment *segment = programme_segment(plan->programme, plan->faults[i].segment);
        text_add_string(&words, i != 0 ? "; " : "");
        text_add_format(&words, tr("segment %lld '%s' cannot be planned: %s"),
                        (long long)plan->faults[i].segment, segment != NULL ? segment->title : "",
                        plan->faults[i].sentence);
    }
    if (strcmp(text_string(&words), onair->faults) != 0) {
        free(onair->faults);
        onair->faults = memory_text(text_string(&words));
        if (words.length != 0) {
            onair_note_incident(onair, "plan", -1, onair->faults);
        }
    }
    text_finish(&words);
}

void onair_programme(struct onair *onair, struct programme *programme, struct programme *then,
                     const struct moment *moment) {
    onair->moment = *moment;
    programme_retain(programme);
    programme_release(onair->programme);
    onair->programme = programme;
    director_programme(onair->director, programme, then);
    onair->poked = true;
    turn(onair);
    tell_faults(onair);
}

void onair_step(struct onair *onair, const struct moment *moment) {
    onair->moment = *moment;
    onair->poked = true;
    turn(onair);
}

struct monotime onair_wake(const struct onair *onair) {
    return onair->wake;
}

void onair_committed(struct onair *onair, int64_t seq, const struct moment *moment) {
    onair->moment = *moment;
    if (seq > onair->committed) {
        onair->committed = seq;
    }
    onair->diary_fails = false;
    turn(onair);
}

void onair_diary_failed(struct onair *onair, const char *words, const struct moment *moment) {
    onair->moment = *moment;
    if (!onair->diary_fails) {
        onair->diary_fails = true;
        onair_note_incident(onair, "disk", -1, words);
    }
    turn(onair);
}

void onair_sound_opened(struct onair *onair, uint64_t request, int fd, enum outcome_reason reason,
                        const char *words, const struct moment *moment) {
    onair->moment = *moment;
    for (struct session *session = onair->sessions; session != NULL; session = session->next) {
        for (size_t i = 0; i < session->rundown.count; i++) {
            if (session->elements[i].request == request) {
                onair_session_sound(onair, session, &session->elements[i], fd, reason, words);
                turn(onair);
                return;
            }
        }
    }
    if (fd >= 0) {
        onair->ports.sounds.close(onair->ports.sounds.self, fd);
    }
}

void onair_air_event(struct onair *onair, const struct air_event *event,
                     const struct moment *moment) {
    onair->moment = *moment;
    if (event->kind == AIR_FAULT || event->kind == AIR_RECOVERED) {
        onair->card_fails = event->kind == AIR_FAULT; /* or until the next first frame */
        const char *words = event->kind == AIR_FAULT ? tr("the sound card failed")
                                                     : tr("the sound card works again");
        onair_note_incident(onair, "card", -1, event->words != NULL ? event->words : words);
    }
    onair->card_fails = onair->card_fails && event->kind != AIR_STARTED;
    for (struct session *session = onair->sessions; session != NULL; session = session->next) {
        if (session->permit.id == event->session && session->begun &&
            event->kind <= AIR_SESSION_ENDED) {
            onair_session_air_event(onair, session, event);
            break;
        }
    }
    turn(onair);
}

static uint64_t permit_of_zone(const struct onair *onair, int zone) {
    for (const struct session *session = onair->sessions; session != NULL;
         session = session->next) {
        if (session->begun && (session->permit.zones >> zone & 1) != 0) {
            return session->permit.id;
        }
    }
    return 0;
}

/* A failed zone never stops the others; when none is left there is nobody to hear it. */
static void lose_zone(struct onair *onair, int zone) {
    for (struct session *session = onair->sessions; session != NULL; session = session->next) {
        if (!session->begun || session->over) {
            continue;
        }
        session->fault |= session->permit.zones & (zone_set)1 << zone;
        if (session->fault == session->permit.zones) {
            onair_session_stop(onair, session, REASON_AMPLIFIER, false);
        }
    }
}

void onair_amplifier_event(struct onair *onair, int zone, enum amplifier_report report,
                           const char *cause, const struct moment *moment) {
    static const char *const states[] = {"off", "warming", "ready", "holding", "fault"};
    onair->moment = *moment;
    if (zone < 0 || zone > 31) {
        return;
    }
    onair->zones[zone] = report;
    struct event event = onair_event(onair, EVENT_AMPLIFIER);
    event.amplifier.zone = zone;
    event.amplifier.state = states[report];
    event.amplifier.cause = cause != NULL ? cause : "";
    event.amplifier.permit = permit_of_zone(onair, zone);
    onair_append(onair, &event);
    if (report == AMPLIFIER_REPORT_FAULT) {
        onair_note_incident(onair, "amplifier", zone, tr("the amplifier failed"));
        lose_zone(onair, zone);
    }
    turn(onair);
}

void onair_stop_all(struct onair *onair, enum outcome_reason reason, const struct moment *moment) {
    onair->moment = *moment;
    for (struct session *session = onair->sessions; session != NULL; session = session->next) {
        /* a program that ends may be back within the grace: the next start settles it, or goes on */
        onair_session_stop(onair, session, reason, reason == REASON_POWER);
    }
    turn(onair);
}

/* For status */

static const struct session *session_on_air(const struct onair *onair) {
    for (const struct session *session = onair->sessions; session != NULL;
         session = session->next) {
        if (session->any_added && !session->over) {
            return session;
        }
    }
    return NULL;
}

static void tell_session(const struct session *session, const struct moment *moment,
                         struct onair_status *ret) {
    ret->on_air = true;
    ret->occ = session->occ.key;
    ret->title = session->title;
    ret->remaining_us = session->occ.end.us - moment->wall.us;
    for (size_t i = 0; i < session->rundown.count; i++) {
        if (session->elements[i].state == ELEMENT_SOUNDS) {
            ret->position = session->first_position + (int32_t)i;
            ret->item_title = session->rundown.elements[i].item->title;
        }
    }
}

void onair_status(const struct onair *onair, const struct moment *moment,
                  struct onair_status *ret) {
    *ret = (struct onair_status){.title = "",
                                 .item_title = "",
                                 .next_title = "",
                                 .trust = director_trust(onair->director),
                                 .diary_fails = onair->diary_fails,
                                 .last_incident = onair->last_incident};
    const struct session *session = session_on_air(onair);
    if (session != NULL) {
        tell_session(session, moment, ret);
    }
    const struct director_occurrence *next = director_next(onair->director);
    if (next != NULL) {
        const struct segment *segment =
            onair->programme != NULL ? programme_segment(onair->programme, next->segment) : NULL;
        ret->has_next = true;
        ret->next = next->key;
        ret->next_start = next->start;
        ret->next_title = segment != NULL ? segment->title : "";
    }
    ret->held = director_held(onair->director, moment->wall, &ret->held_until);
}

const struct director_occurrence *onair_open(const struct onair *onair, size_t *ret_count) {
    return director_open(onair->director, ret_count);
}

bool onair_is_on_air(const struct onair *onair) {
    return onair->sessions != NULL;
}
