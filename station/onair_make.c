/* How a session on the air comes to be: what may be aired, in what order, and by which permit. */
#include "station/onair_session.h"

#include "base/memory.h"
#include "base/zone.h"
#include "scheduler/guard.h"

#include <stdio.h>
#include <stdlib.h>

bool onair_is_withdrawn(const struct onair *onair, const struct item *item) {
    for (size_t i = 0; i < onair->withdrawn_count; i++) {
        const struct withdrawn *withdrawn = &onair->withdrawn[i];
        if (withdrawn->item == item->id &&
            (withdrawn->version == 0 || withdrawn->version == item->version)) {
            return true;
        }
    }
    return false;
}

struct session *onair_session_add(struct onair *onair,
                                  const struct director_occurrence *occurrence) {
    struct session *session = memory_new(sizeof *session);
    session->occ = *occurrence;
    session->programme = programme_retain(onair->programme);
    session->segment = programme_segment(session->programme, occurrence->segment);
    session->title = memory_text(session->segment != NULL ? session->segment->title : "");
    session->operator_name = memory_text("");
    session->start = session->next_begins = onair->moment.mono;
    if (session->segment != NULL) {
        const struct column *column =
            programme_column(session->programme, session->segment->column_id);
        if (column != NULL) {
            session->column = *column;
        }
    }
    struct session **end = &onair->sessions;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = session;
    return session;
}

/* Whether an earlier session of the same occurrence still has to end. */
static bool has_predecessor(const struct onair *onair, const struct session *session) {
    for (const struct session *other = onair->sessions; other != session; other = other->next) {
        if (!other->over && occurrence_same(&other->occ.key, &session->occ.key)) {
            return true;
        }
    }
    return false;
}

/* Whether an item was opened in this occurrence before, and may have sounded. */
static bool was_heard(const struct onair *onair, const struct session *session, int64_t item) {
    for (size_t i = 0; i < onair->parts_count; i++) {
        const struct part *part = &onair->parts[i];
        if (occurrence_same(&part->occ, &session->occ.key) &&
            (part->frames > 0 || part->end == AIRING_POWER) && part->airing != 0 &&
            (item == 0 || part->item == item)) {
            return true;
        }
    }
    return false;
}

static int32_t next_position(const struct onair *onair, const struct session *session) {
    int32_t next = 0;
    for (size_t i = 0; i < onair->parts_count; i++) {
        const struct part *part = &onair->parts[i];
        if (occurrence_same(&part->occ, &session->occ.key) && part->position >= next) {
            next = part->position + 1;
        }
    }
    return next;
}

static void choose_items(struct onair *onair, struct session *session) {
    const struct programme *programme = session->programme;
    session->items = memory_resize(NULL, programme->items_count, sizeof *session->items);
    for (size_t i = 0; i < programme->items_count; i++) {
        const struct item *item = &programme->items[i];
        if (!onair_is_withdrawn(onair, item) &&
            !(session->resumed && was_heard(onair, session, item->id))) {
            session->items[session->items_count++] = *item;
        }
    }
}

static struct civil_date date_of(const struct session *session) {
    return session_is_planned(session)
               ? session->occ.key.original.date
               : zone_civil(session->programme->zone, session->occ.start).date;
}

static void fill(struct onair *onair, struct session *session, struct walltime begin) {
    const struct programme *programme = session->programme;
    struct rundown_request request = {
        .column = session->column.id != 0 ? &session->column : NULL,
        .closing_item = programme->closing_item,
        .only_item = session->only_item,
        .items = session->items,
        .items_count = session->items_count,
        .start = session->resumed ? begin : session->occ.start,
        .date = date_of(session),
        .end_policy = session->segment != NULL ? session->segment->end_policy : END_CUT,
        .fade_ms = session->segment != NULL ? session->segment->fade_ms : 0,
        .mourning = guard_is_mourning(programme, date_of(session)),
        .history = &onair->history,
    };
    request.duration_us = session->occ.end.us - request.start.us;
    if (session->resumed) { /* its tune and ident were heard, or are past */
        session->column.tune_item = session->column.ident_item = 0;
    } else {
        request.tune_item = programme->tune_item;
        request.ident_item = programme->ident_item;
    }
    rundown_fill(&request, &session->rundown);
    session->elements = memory_new(session->rundown.count * sizeof *session->elements);
    for (size_t i = 0; i < session->rundown.count; i++) {
        session->elements[i].fd = -1;
    }
}

/* Gives up before anything was opened. */
static void give_up(struct session *session, enum outcome_reason cause, const char *words) {
    session->stopping = session->over = session->leftover = true;
    session->stop_cause = cause;
    if (words != NULL && words[0] != '\0') {
        session->words = memory_text(words);
    }
}

static void give_up_empty(struct session *session) {
    const struct rundown *rundown = &session->rundown;
    bool mourning = rundown->omissions_count != 0;
    for (size_t i = 0; i < rundown->omissions_count; i++) {
        mourning = mourning && rundown->omissions[i].verdict == ROTATION_MOURNING;
    }
    char words[400];
    char why[300];
    rundown_explain(rundown, why, sizeof why);
    snprintf(words, sizeof words, why[0] != '\0' ? "%s (%s)" : "%s",
             outcome_reason_text(mourning ? REASON_MOURNING : REASON_NO_CONTENT), why);
    give_up(session, mourning ? REASON_MOURNING : REASON_NO_CONTENT, words);
}

static bool mint(struct onair *onair, struct session *session, struct walltime begin) {
    char authority[PERMIT_AUTHORITY_SIZE];
    if (session->operator_name[0] != '\0') {
        snprintf(authority, sizeof authority, "%s", session->operator_name);
    } else {
        snprintf(authority, sizeof authority, "plan s%lld", (long long)session->occ.segment);
    }
    const struct permit_request request = {
        .id = ++onair->next_permit,
        .class = session->occ.class,
        .start = begin,
        .end = session->occ.end,
        .lead_us = onair->config.amplifier_lead_us,
        .tail_us = onair->config.amplifier_tail_us,
        .settle_us = onair->config.amplifier_settle_us,
        .zones = session->occ.zones & onair->config.zones,
        .crosses_quiet_hours = session->crosses_quiet_hours,
        .authority = authority,
    };
    enum outcome_reason reason;
    struct walltime sound_end;
    if (!guard_mint(session->programme, &request, onair->moment.wall, onair->moment.mono,
                    director_trust(onair->director), &session->permit, &sound_end, &reason)) {
        give_up(session, reason, NULL);
        return false;
    }
    session->end = onair_mono(onair, sound_end);
    struct event event = onair_event(onair, EVENT_PERMIT);
    event.occ = session->occ.key;
    event.permit.permit = &session->permit;
    session->permit_seq = onair_append(onair, &event);
    return true;
}

void onair_session_make(struct onair *onair, struct session *session) {
    if (has_predecessor(onair, session)) {
        return;
    }
    struct walltime now = onair->moment.wall;
    struct walltime begin = session->occ.start.us > now.us ? session->occ.start : now;
    session->made = true;
    session->resumed = was_heard(onair, session, 0);
    session->first_position = next_position(onair, session);
    choose_items(onair, session);
    fill(onair, session, begin);
    if (session->rundown.count == 0) {
        give_up_empty(session);
        return;
    }
    if (!mint(onair, session, begin)) {
        return;
    }
    bool from_now = session->resumed || !session_is_planned(session);
    session->start = onair_mono(onair, from_now ? begin : session->occ.start);
    session->next_begins = onair_later(session->start, onair->moment.mono);
}
