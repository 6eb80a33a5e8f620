/* errand: what a request over the control socket asks, done and answered.
 *
 * What needs station.db (who may do what, steps of approval) is looked up on the worker's thread and
 * carried out here when it comes back. docs/formats/station-folder.md lists the requests. */
#include "base/memory.h"
#include "base/words.h"
#include "station/control.h"
#include "station/daemon.h"
#include "store/item.h"
#include "store/user.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct errand;

/* One kind of request. */
struct errand_kind {
    const char *name;
    bool (*read)(struct errand *errand, struct fail *why); /* the request's own keys; NULL: none */
    void (*look)(struct errand *errand);                   /* worker's thread; NULL: not needed */
    json_t *(*act)(struct errand *errand, struct fail *why); /* the answer, or NULL and why */
    enum approval_action action;
};

struct errand {
    struct daemon *daemon;
    const struct errand_kind *kind;
    uint64_t ticket;
    json_t *request; /* retained */
    struct control_actor actor;
    struct text words_nfc;
    const char *words; /* of the request, composed: they go into the diary */
    bool ok;           /* of look */
    struct fail why;
    struct item item; /* as a step of approval left it */
    int64_t item_id, version, until_us;
    struct onair_play play;
};

static void errand_finish(struct errand *errand) {
    text_finish(&errand->words_nfc);
    item_finish(&errand->item);
    json_decref(errand->request);
    free(errand);
}

static json_t *zones_of(zone_set zones) {
    json_t *list = json_array();
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if (zones & (zone_set)1 << zone) {
            json_array_append_new(list, json_integer(zone));
        }
    }
    return list;
}

static bool read_zones(const json_t *request, zone_set *ret_zones, struct fail *why) {
    const json_t *list = json_object_get(request, "zones"), *one;
    size_t index;
    zone_set zones = 0;
    if (list == NULL || json_is_null(list)) {
        *ret_zones = ZONE_SET_ALL;
        return true;
    }
    json_array_foreach(list, index, one) {
        json_int_t zone = json_is_integer(one) ? json_integer_value(one) : -1;
        if (zone < 0 || zone >= RELAY_ZONES_MAX) {
            return fail_set(why, FAIL_INVALID, "zones are numbers from 0 to 31");
        }
        zones |= (zone_set)1 << zone;
    }
    *ret_zones = zones;
    return zones != 0 || fail_set(why, FAIL_INVALID, "no zone is named");
}

/* ping, reload, status */

static json_t *act_ping(struct errand *errand, struct fail *why) {
    (void)errand, (void)why;
    json_t *answer = control_done();
    json_object_set_new(answer, "pong", json_true());
    return answer;
}

static json_t *act_reload(struct errand *errand, struct fail *why) {
    (void)why;
    daemon_reload(errand->daemon, true);
    return control_done();
}

static json_t *amplifiers(struct daemon *daemon) {
    json_t *list = json_array();
    const struct ampd_report *report = ampd_client_report(&daemon->ampd);
    zone_set zones = settings_zones(&daemon->settings);
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if ((zones & (zone_set)1 << zone) == 0) {
            continue;
        }
        bool known = report != NULL && (report->zones & (zone_set)1 << zone) != 0;
        const char *state = known ? amplifier_state_word(report->zone[zone].state) : "unreachable";
        const char *cause = known ? amplifier_cause_word(report->zone[zone].cause) : "unreachable";
        json_array_append_new(list, json_pack("{s:i,s:s,s:s,s:s}", "zone", zone, "title",
                                              daemon->settings.zones[zone], "state", state, "cause",
                                              cause));
    }
    return list;
}

static json_t *on_the_air(struct daemon *daemon, const struct onair_status *status) {
    char occ[OCCURRENCE_TEXT_SIZE];
    if (!status->on_air) {
        return json_null();
    }
    occurrence_format(&status->occ, occ);
    struct player_status card = player_status(daemon->player);
    json_int_t level = card.state == PLAYER_RUNNING ? (json_int_t)(card.peak_dbfs * 1000) : -120000;
    return json_pack("{s:s,s:s,s:s,s:i,s:I,s:I}", "occ", occ, "title", status->title, "item",
                     status->item_title, "position", (int)status->position, "remaining_us",
                     (json_int_t)status->remaining_us, "level_mdb", level);
}

static json_t *next_up(const struct onair_status *status) {
    char occ[OCCURRENCE_TEXT_SIZE];
    if (!status->has_next) {
        return json_null();
    }
    occurrence_format(&status->next, occ);
    return json_pack("{s:s,s:s,s:I}", "occ", occ, "title", status->next_title, "start_us",
                     (json_int_t)status->next_start.us);
}

static json_t *hold_of(const struct onair_status *status) {
    if (!status->held) {
        return json_null();
    }
    bool open = status->held_until.us == INT64_MAX;
    return json_pack("{s:o}", "until_us",
                     open ? json_null() : json_integer((json_int_t)status->held_until.us));
}

static json_t *card_of(struct daemon *daemon) {
    static const char *const words[] = {
        [PLAYER_CLOSED] = "closed", [PLAYER_RUNNING] = "running", [PLAYER_DOWN] = "down"};
    struct player_status card = player_status(daemon->player);
    return json_pack("{s:s,s:s,s:s,s:I}", "device", daemon->device, "state", words[card.state],
                     "heard", daemon->heard, "faults", (json_int_t)card.faults);
}

static json_t *act_status(struct errand *errand, struct fail *why) {
    (void)why;
    struct daemon *daemon = errand->daemon;
    struct moment moment = daemon_moment(daemon);
    struct onair_status status;
    onair_status(daemon->onair, &moment, &status);
    enum timekeeper_doubt doubt;
    timekeeper_judge(&daemon->facts, moment.wall, &doubt);
    json_t *answer = control_done();
    json_object_set_new(answer, "now", json_integer((json_int_t)moment.wall.us));
    json_object_set_new(answer, "trust", json_string(clock_trust_word(status.trust)));
    json_object_set_new(answer, "clock_words", json_string(timekeeper_doubt_words(doubt)));
    json_object_set_new(answer, "onair", on_the_air(daemon, &status));
    json_object_set_new(answer, "next", next_up(&status));
    json_object_set_new(answer, "amplifier", amplifiers(daemon));
    json_object_set_new(answer, "hold", hold_of(&status));
    json_t *incidents = json_array();
    if (status.last_incident[0] != '\0') {
        json_array_append_new(incidents, json_string(status.last_incident));
    }
    json_object_set_new(answer, "incidents", incidents);
    json_object_set_new(answer, "card", card_of(daemon));
    json_object_set_new(answer, "program", json_string("loaxad " LOAXA_VERSION));
    json_object_set_new(answer, "boot", json_string(daemon->boot));
    json_object_set_new(answer, "diary_fails", json_boolean(status.diary_fails));
    return answer;
}

/* play, stop, hold, resume, clock_accept */

static void look_right_to_operate(struct errand *errand) {
    errand->ok =
        store_user_may(errand->daemon->station, errand->actor.name, RIGHT_OPERATE, &errand->why);
}

static bool read_play(struct errand *errand, struct fail *why) {
    struct onair_play *play = &errand->play;
    int64_t start_us;
    if (!control_whole(errand->request, "item", 0, &play->item, why) ||
        !control_whole(errand->request, "column", 0, &play->column, why) ||
        !control_whole(errand->request, "start_us", 0, &start_us, why) ||
        !read_zones(errand->request, &play->zones, why)) {
        return false;
    }
    if ((play->item != 0) == (play->column != 0)) {
        return fail_set(why, FAIL_INVALID, "name an item or a column to play, one of them");
    }
    play->origin = 'm';
    play->class = CLASS_NORMAL;
    play->zones &= settings_zones(&errand->daemon->settings);
    play->start = (struct walltime){start_us};
    play->by = errand->actor.name;
    play->words = errand->words;
    return true;
}

static json_t *act_play(struct errand *errand, struct fail *why) {
    struct moment moment = daemon_moment(errand->daemon);
    struct occurrence_key occ;
    if (!onair_play(errand->daemon->onair, &errand->play, &moment, &occ, why)) {
        return NULL;
    }
    char text[OCCURRENCE_TEXT_SIZE];
    occurrence_format(&occ, text);
    json_t *answer = control_done();
    json_object_set_new(answer, "occ", json_string(text));
    json_object_set_new(answer, "zones", zones_of(errand->play.zones));
    return answer;
}

static json_t *act_stop(struct errand *errand, struct fail *why) {
    (void)why;
    struct moment moment = daemon_moment(errand->daemon);
    bool was = onair_is_on_air(errand->daemon->onair);
    onair_stop_all(errand->daemon->onair, REASON_OPERATOR, &moment);
    json_t *answer = control_done();
    json_object_set_new(answer, "stopped", json_boolean(was));
    return answer;
}

static bool read_hold(struct errand *errand, struct fail *why) {
    return control_whole(errand->request, "until_us", INT64_MAX, &errand->until_us, why);
}

static json_t *act_hold(struct errand *errand, struct fail *why) {
    struct moment moment = daemon_moment(errand->daemon);
    struct walltime until = {errand->until_us};
    if (!walltime_before(moment.wall, until)) {
        fail_set(why, FAIL_INVALID, "the time until which the loudspeakers are held is past");
        return NULL;
    }
    onair_hold(errand->daemon->onair, until, errand->actor.name, errand->words, &moment);
    return control_done();
}

static json_t *act_resume(struct errand *errand, struct fail *why) {
    (void)why;
    struct moment moment = daemon_moment(errand->daemon);
    onair_resume(errand->daemon->onair, errand->actor.name, errand->words, &moment);
    return control_done();
}

static json_t *act_accept_clock(struct errand *errand, struct fail *why) {
    (void)why;
    struct daemon *daemon = errand->daemon;
    daemon->facts.vouched = true;
    daemon->facts.last_event = (struct walltime){0};
    struct moment moment = daemon_moment(daemon);
    onair_accept_clock(daemon->onair, errand->actor.name, errand->words, &moment);
    onair_step(daemon->onair, &moment);
    json_t *answer = control_done();
    json_object_set_new(answer, "trust", json_string(clock_trust_word(moment.trust)));
    return answer;
}

/* submit, approve, return, withdraw */

static bool read_step(struct errand *errand, struct fail *why) {
    if (!control_whole(errand->request, "item", 0, &errand->item_id, why) ||
        !control_whole(errand->request, "version", 0, &errand->version, why)) {
        return false;
    }
    return (errand->item_id > 0 && errand->version >= 0 && errand->version < INT32_MAX) ||
           fail_set(why, FAIL_INVALID, "name the item by its number");
}

static void look_step(struct errand *errand) {
    const struct actor actor = {errand->actor.name, walltime_now()};
    errand->ok = store_item_step(errand->daemon->station, errand->daemon->folder, &actor,
                                 errand->kind->action, errand->item_id, (int32_t)errand->version,
                                 errand->words, &errand->item, &errand->why);
}

static json_t *act_step(struct errand *errand, struct fail *why) {
    (void)why;
    struct daemon *daemon = errand->daemon;
    struct moment moment = daemon_moment(daemon);
    if (errand->kind->action == APPROVAL_WITHDRAW) {
        onair_withdraw(daemon->onair, &errand->item, errand->actor.name, errand->words, &moment);
    } else if (errand->kind->action == APPROVAL_APPROVE) {
        onair_approved(daemon->onair, &errand->item, errand->actor.name, errand->words, &moment);
    }
    daemon_reload(daemon, true);
    json_t *answer = control_done();
    json_object_set_new(answer, "item", json_integer((json_int_t)errand->item.id));
    json_object_set_new(answer, "version", json_integer(errand->item.version));
    json_object_set_new(answer, "state", json_string(approval_state_word(errand->item.state)));
    return answer;
}

static const struct errand_kind kinds[] = {
    {.name = "ping", .act = act_ping},
    {.name = "status", .act = act_status},
    {.name = "reload", .act = act_reload},
    {.name = "stop", .act = act_stop}, /* whoever reaches the socket may end what sounds */
    {.name = "play", .read = read_play, .look = look_right_to_operate, .act = act_play},
    {.name = "hold", .read = read_hold, .act = act_hold}, /* the same */
    {.name = "resume", .look = look_right_to_operate, .act = act_resume},
    {.name = "clock_accept", .look = look_right_to_operate, .act = act_accept_clock},
    {"submit", read_step, look_step, act_step, APPROVAL_SUBMIT},
    {"approve", read_step, look_step, act_step, APPROVAL_APPROVE},
    {"return", read_step, look_step, act_step, APPROVAL_RETURN},
    {"withdraw", read_step, look_step, act_step, APPROVAL_WITHDRAW},
};

static const struct errand_kind *find_kind(const char *name) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

static void run_look(void *subject) {
    struct errand *errand = subject;
    errand->kind->look(errand);
}

/* Carries the errand out, answers and frees it. */
static void complete(void *subject) {
    struct errand *errand = subject;
    struct daemon *daemon = errand->daemon;
    json_t *answer = NULL;
    if (errand->ok && daemon->onair != NULL) {
        answer = errand->kind->act(errand, &errand->why);
    }
    if (daemon->control != NULL) {
        control_server_answer(daemon->control, errand->ticket,
                              answer != NULL ? answer : control_refused(&errand->why));
    } else {
        json_decref(answer);
    }
    errand_finish(errand);
}

static bool read_errand(struct errand *errand, const struct control_peer *peer, struct fail *why) {
    const char *as, *name;
    if (!control_text(errand->request, "do", "", &name, why) ||
        !control_text(errand->request, "as", NULL, &as, why) ||
        !control_text(errand->request, "words", "", &errand->words, why) ||
        !text_nfc(errand->words, strlen(errand->words), &errand->words_nfc, why)) {
        return false;
    }
    errand->words = text_string(&errand->words_nfc);
    errand->kind = find_kind(name);
    if (errand->kind == NULL) {
        return fail_set(why, FAIL_USAGE, "loaxad knows no request '%.40s'", name);
    }
    return control_actor(peer->uid, errand->daemon->folder_owner, as, &errand->actor, why) &&
           (errand->kind->read == NULL || errand->kind->read(errand, why));
}

void errand_asked(void *context, uint64_t ticket, const struct control_peer *peer,
                  const json_t *request) {
    struct daemon *daemon = context;
    struct errand *errand = memory_new(sizeof *errand);
    errand->daemon = daemon;
    errand->ticket = ticket;
    errand->request = json_deep_copy(request); /* the worker's thread may touch it */
    errand->ok = true;
    if (!read_errand(errand, peer, &errand->why)) {
        control_server_answer(daemon->control, ticket, control_refused(&errand->why));
        errand_finish(errand);
    } else if (errand->kind->look != NULL) {
        worker_post(daemon->worker, &(struct job){run_look, complete, errand});
    } else {
        complete(errand);
    }
}
