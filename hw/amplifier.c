#include "hw/amplifier.h"

#include <stdlib.h>

static const struct monotime never = {INT64_MAX};

/* How long before its end a zone begins to mute, and comes to a stop. */
static int64_t stop_ms(const struct amplifier *amplifier) {
    return amplifier->settings.settle_ms + AMPLIFIER_EARLY_MS;
}

/* What one step knows and fills in. */
struct step {
    struct amplifier *amplifier;
    struct walltime wall;
    struct monotime mono;
    struct amplifier_output *out;
};

static struct monotime earlier(struct monotime a, struct monotime b) {
    return monotime_before(b, a) ? b : a;
}

static struct monotime later(struct monotime a, struct monotime b) {
    return monotime_before(a, b) ? b : a;
}

static struct monotime after_ms(struct monotime t, int64_t ms) {
    return monotime_add(t, ms * MONOTIME_MS);
}

/* When the wall clock will show `t`, if nobody steps it; `never` where that is centuries away. */
static struct monotime mono_of_wall(const struct step *step, struct walltime t) {
    int64_t us, ns, at;
    if (__builtin_sub_overflow(t.us, step->wall.us, &us) ||
        __builtin_mul_overflow(us, (int64_t)1000, &ns) ||
        __builtin_add_overflow(step->mono.ns, ns, &at)) {
        return t.us > step->wall.us ? never : (struct monotime){0};
    }
    return (struct monotime){at};
}

static bool passes_floor(const struct permit *permit) {
    return permit->class == CLASS_EMERGENCY && permit->crosses_quiet_hours;
}

/* Whether a zone may have power under this permit now; if not, says why not. */
static bool allows(const struct step *step, const struct permit *permit, int zone,
                   enum amplifier_cause *ret_cause) {
    if (!passes_floor(permit) && floor_covers(&step->amplifier->settings.floor, step->wall)) {
        *ret_cause = AMPLIFIER_FLOOR;
        return false;
    }
    if (!permit_allows(permit, step->wall, step->mono, UINT32_C(1) << zone)) {
        *ret_cause = AMPLIFIER_PERMIT;
        return false;
    }
    return true;
}

/* The first instant that a permit which allows now does not allow any more, and why. */
static struct monotime must_end(const struct step *step, const struct permit *permit,
                                enum amplifier_cause *ret_cause) {
    struct monotime end = earlier(mono_of_wall(step, permit->not_after), permit->deadline);
    *ret_cause = AMPLIFIER_PERMIT;
    if (!passes_floor(permit)) {
        struct walltime quiet = floor_next_start(&step->amplifier->settings.floor, step->wall);
        struct monotime floor_at = mono_of_wall(step, quiet);
        if (monotime_before(floor_at, end)) {
            *ret_cause = AMPLIFIER_FLOOR;
            return floor_at;
        }
    }
    return end;
}

static const struct permit *wanted_permit(const struct amplifier *amplifier, int zone) {
    for (uint32_t i = 0; i < amplifier->demand.wants_count; i++) {
        if ((amplifier->demand.wants[i].zones >> zone & 1) != 0) {
            return &amplifier->demand.wants[i].permit;
        }
    }
    return NULL;
}

/* The permit under which the zone is wanted now, or NULL and why not. */
static const struct permit *wanted(const struct step *step, int zone,
                                   enum amplifier_cause *ret_cause) {
    const struct amplifier *amplifier = step->amplifier;
    if (amplifier->shutting_down || !amplifier->alive) {
        *ret_cause = amplifier->shutting_down ? AMPLIFIER_SHUTDOWN : amplifier->silence;
        return NULL;
    }
    if ((amplifier->demand.cut >> zone & 1) != 0) {
        *ret_cause = AMPLIFIER_CUT;
        return NULL;
    }
    const struct permit *permit = wanted_permit(amplifier, zone);
    if (permit == NULL) {
        *ret_cause = AMPLIFIER_UNWANTED;
        return NULL;
    }
    return allows(step, permit, zone, ret_cause) ? permit : NULL;
}

static void command(struct step *step, int zone, enum relay_line line, bool state,
                    enum amplifier_cause cause) {
    struct amplifier_zone *z = &step->amplifier->zones[zone];
    if (line == RELAY_POWER) {
        z->power = state;
    } else {
        z->mute = state;
    }
    if (step->out->edges_count == AMPLIFIER_EDGES_MAX) {
        abort(); /* four a zone are the most a step can make; a lost command would be worse */
    }
    step->out->edges[step->out->edges_count++] =
        (struct relay_edge){.zone = zone,
                            .line = line,
                            .state = state,
                            .cause = amplifier_cause_word(cause),
                            .wall = step->wall,
                            .mono = step->mono,
                            .permit = z->permit};
}

static void mute(struct step *step, int zone, enum amplifier_cause cause) {
    if (!step->amplifier->zones[zone].mute) {
        command(step, zone, RELAY_MUTE, true, cause);
    }
}

static void power_off(struct step *step, int zone, enum amplifier_cause cause) {
    mute(step, zone, cause);
    if (step->amplifier->zones[zone].power) {
        command(step, zone, RELAY_POWER, false, cause);
    }
}

static void enter(struct step *step, int zone, enum amplifier_state to, enum amplifier_cause cause,
                  struct monotime until) {
    struct amplifier_zone *z = &step->amplifier->zones[zone];
    if (step->out->events_count == AMPLIFIER_EVENTS_MAX) {
        abort();
    }
    step->out->events[step->out->events_count++] =
        (struct amplifier_event){.zone = zone, .from = z->state, .to = to, .cause = cause};
    z->state = to;
    z->cause = cause;
    z->since = step->mono;
    z->until = until;
}

static const struct amplifier_zone_settings *zone_settings(const struct step *step, int zone) {
    return &step->amplifier->settings.zone[zone];
}

static bool is_on(const struct amplifier_zone *z) {
    return z->state == AMPLIFIER_WARMING || z->state == AMPLIFIER_READY ||
           z->state == AMPLIFIER_HOLDING || z->state == AMPLIFIER_HUSHED;
}

static struct monotime warm_at(const struct step *step, int zone) {
    return after_ms(step->amplifier->zones[zone].powered_at, zone_settings(step, zone)->warm_up_ms);
}

static struct monotime max_on_at(const struct step *step, int zone) {
    return after_ms(step->amplifier->zones[zone].powered_at,
                    zone_settings(step, zone)->max_on_ms - stop_ms(step->amplifier));
}

static void start_resting(struct step *step, int zone, enum amplifier_cause cause) {
    power_off(step, zone, cause);
    enter(step, zone, AMPLIFIER_RESTING, cause,
          after_ms(step->mono, zone_settings(step, zone)->min_off_ms));
}

static void start_muting(struct step *step, int zone, enum amplifier_cause cause) {
    mute(step, zone, cause);
    enter(step, zone, AMPLIFIER_MUTING, cause,
          after_ms(step->mono, step->amplifier->settings.settle_ms));
}

/* Rows 6, 14 and 15: wanted again while it still has power. */
static void come_back(struct step *step, int zone) {
    if (monotime_before(step->mono, warm_at(step, zone))) {
        enter(step, zone, AMPLIFIER_WARMING, AMPLIFIER_WANTED, warm_at(step, zone));
        return;
    }
    if (step->amplifier->zones[zone].mute) {
        command(step, zone, RELAY_MUTE, false, AMPLIFIER_WANTED);
    }
    enter(step, zone, AMPLIFIER_READY, AMPLIFIER_WANTED, never);
}

/* Rows 10, 12 and 13: what was on is wanted no more, or is cut. */
static void let_go(struct step *step, int zone, enum amplifier_cause cause) {
    struct amplifier_zone *z = &step->amplifier->zones[zone];
    bool sounded = z->state != AMPLIFIER_WARMING;
    struct monotime until =
        sounded ? after_ms(step->mono, zone_settings(step, zone)->hold_ms) : step->mono;
    if (z->state == AMPLIFIER_HOLDING) {
        until = z->until;
    }
    until = later(until, after_ms(z->powered_at, zone_settings(step, zone)->min_on_ms));
    if (cause == AMPLIFIER_CUT || !sounded) {
        mute(step, zone, cause);
        enter(step, zone, AMPLIFIER_HUSHED, cause, until);
    } else {
        enter(step, zone, AMPLIFIER_HOLDING, AMPLIFIER_UNWANTED, until);
    }
}

/* Row 7: power goes off; after MAX_ON only a zone that was let go of may come back. */
static void end_muting(struct step *step, int zone) {
    struct amplifier_zone *z = &step->amplifier->zones[zone];
    if (z->cause != AMPLIFIER_MAX_ON) {
        start_resting(step, zone, z->cause);
        return;
    }
    power_off(step, zone, AMPLIFIER_MAX_ON);
    z->failed_at = step->mono;
    enter(step, zone, AMPLIFIER_FAULT, AMPLIFIER_MAX_ON, never);
}

/* Rows 2 to 5: what ends power whatever is wanted. */
static bool must_stop(struct step *step, int zone) {
    const struct amplifier *amplifier = step->amplifier;
    struct amplifier_zone *z = &step->amplifier->zones[zone];
    enum amplifier_cause cause;
    if (!z->power) {
        return false;
    }
    if (!allows(step, &z->permit, zone, &cause)) {
        if (z->state == AMPLIFIER_MUTING && z->cause == AMPLIFIER_MAX_ON) {
            end_muting(step, zone); /* the latch stays */
        } else {
            start_resting(step, zone, cause);
        }
        return true;
    }
    if (!is_on(z)) {
        return false;
    }
    if (amplifier->shutting_down || !amplifier->alive) {
        start_muting(step, zone,
                     amplifier->shutting_down ? AMPLIFIER_SHUTDOWN : amplifier->silence);
        return true;
    }
    if (!monotime_before(step->mono, max_on_at(step, zone))) {
        start_muting(step, zone, AMPLIFIER_MAX_ON);
        return true;
    }
    struct monotime last_chance = after_ms(step->mono, stop_ms(amplifier));
    if (!monotime_before(last_chance, must_end(step, &z->permit, &cause))) {
        start_muting(step, zone, cause);
        return true;
    }
    return false;
}

/* Row 9: switches on where there is time left to be ready in; otherwise remembers why not. */
static bool try_power_on(struct step *step, int zone, const struct permit *permit,
                         enum amplifier_cause cause) {
    struct amplifier_zone *z = &step->amplifier->zones[zone];
    if (permit == NULL) {
        if (z->cause != AMPLIFIER_START || cause != AMPLIFIER_GONE) {
            z->cause = cause;
        }
        return false;
    }
    struct monotime useful =
        after_ms(step->mono, zone_settings(step, zone)->warm_up_ms + stop_ms(step->amplifier));
    if (!monotime_before(useful, must_end(step, permit, &cause))) {
        z->cause = cause;
        return false;
    }
    z->permit = *permit;
    z->powered_at = step->mono;
    command(step, zone, RELAY_POWER, true, AMPLIFIER_WANTED);
    enter(step, zone, AMPLIFIER_WARMING, AMPLIFIER_WANTED, warm_at(step, zone));
    return true;
}

/* Rows 17 and 18. */
static bool leave_fault(struct step *step, int zone) {
    struct amplifier_zone *z = &step->amplifier->zones[zone];
    bool due = !monotime_before(step->mono, z->until);
    if (z->cause == AMPLIFIER_RELAY && due && z->until.ns != never.ns) {
        z->until = never;
        command(step, zone, RELAY_MUTE, true, AMPLIFIER_RELAY);
        command(step, zone, RELAY_POWER, false, AMPLIFIER_RELAY);
        return false; /* the driver's answer comes with the next step */
    }
    bool rested = !monotime_before(step->mono,
                                   after_ms(z->failed_at, step->amplifier->settings.fault_rest_ms));
    bool latched = z->cause == AMPLIFIER_MAX_ON && wanted_permit(step->amplifier, zone) != NULL;
    if (!rested || latched) {
        return false;
    }
    enter(step, zone, AMPLIFIER_OFF, z->cause, never);
    return true;
}

/* One transition of one zone at most; true if there was one. The rows of amplifier.h, from 2 on. */
static bool advance(struct step *step, int zone) {
    struct amplifier_zone *z = &step->amplifier->zones[zone];
    enum amplifier_cause cause = AMPLIFIER_WANTED;
    const struct permit *permit = wanted(step, zone, &cause);
    const struct permit *named = wanted_permit(step->amplifier, zone);
    if (z->power && permit != NULL) {
        z->permit = *permit;
    } else if (z->power && named != NULL && named->id == z->permit.id) {
        z->permit = *named; /* shortened by the guard while in force */
    }
    if (must_stop(step, zone)) {
        return true;
    }
    bool due = !monotime_before(step->mono, z->until);
    switch (z->state) {
    case AMPLIFIER_OFF:
        return try_power_on(step, zone, permit, cause);
    case AMPLIFIER_WARMING:
        if (permit == NULL) {
            let_go(step, zone, cause);
        } else if (due) {
            command(step, zone, RELAY_MUTE, false, AMPLIFIER_WARM);
            enter(step, zone, AMPLIFIER_READY, AMPLIFIER_WARM, never);
        } else {
            return false;
        }
        return true;
    case AMPLIFIER_READY:
        if (permit == NULL) {
            let_go(step, zone, cause);
        }
        return permit == NULL;
    case AMPLIFIER_HOLDING:
    case AMPLIFIER_HUSHED:
        if (permit != NULL) {
            come_back(step, zone);
        } else if (z->state == AMPLIFIER_HOLDING && cause == AMPLIFIER_CUT) {
            let_go(step, zone, cause);
        } else if (due) {
            start_muting(step, zone, AMPLIFIER_UNWANTED);
        } else {
            return false;
        }
        return true;
    case AMPLIFIER_MUTING:
        if (permit != NULL && z->cause == AMPLIFIER_UNWANTED) {
            come_back(step, zone);
        } else if (due) {
            end_muting(step, zone);
        } else {
            return false;
        }
        return true;
    case AMPLIFIER_RESTING:
        if (due) {
            enter(step, zone, AMPLIFIER_OFF, z->cause, never);
        }
        return due;
    case AMPLIFIER_FAULT:
        return leave_fault(step, zone);
    case AMPLIFIER_STATES:
        break;
    }
    return false;
}

/* Row 1. The first failure switches off at once; later ones only ask for one more attempt. */
static void relay_failed(struct step *step, zone_set failed) {
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        struct amplifier_zone *z = &step->amplifier->zones[zone];
        if ((failed & step->amplifier->settings.zones & UINT32_C(1) << zone) == 0) {
            continue;
        }
        if (z->state != AMPLIFIER_FAULT || z->cause != AMPLIFIER_RELAY) {
            command(step, zone, RELAY_MUTE, true, AMPLIFIER_RELAY);
            command(step, zone, RELAY_POWER, false, AMPLIFIER_RELAY);
            enter(step, zone, AMPLIFIER_FAULT, AMPLIFIER_RELAY, never);
        }
        z->failed_at = step->mono;
        z->until = after_ms(step->mono, step->amplifier->settings.retry_ms);
    }
}

static void lose_player(struct amplifier *amplifier, enum amplifier_cause cause) {
    amplifier->alive = false;
    amplifier->silence = cause;
    amplifier->demand = (struct amplifier_demand){0};
}

static void take_input(struct step *step, const struct amplifier_input *input) {
    struct amplifier *amplifier = step->amplifier;
    switch (input->kind) {
    case AMPLIFIER_TICK:
        break;
    case AMPLIFIER_HEARD:
        if (input->demand == NULL ||
            !amplifier_demand_check(&amplifier->settings, input->demand, step->mono, NULL)) {
            lose_player(amplifier, AMPLIFIER_ODD);
            break;
        }
        amplifier->demand = *input->demand;
        amplifier->heard_at = step->mono;
        amplifier->alive = true;
        break;
    case AMPLIFIER_ODD_HEARD:
        lose_player(amplifier, AMPLIFIER_ODD);
        break;
    case AMPLIFIER_PLAYER_GONE:
        lose_player(amplifier, AMPLIFIER_GONE);
        break;
    case AMPLIFIER_RELAY_FAILED:
        relay_failed(step, input->failed);
        break;
    }
}

static struct monotime heartbeat_ends(const struct amplifier *amplifier) {
    return after_ms(amplifier->heard_at, amplifier->settings.heartbeat_timeout_ms);
}

/* When a zone that is off and wanted could be switched on: its permit begins, the floor ends. */
static struct monotime off_wake_up(const struct step *step, int zone) {
    const struct permit *permit = wanted_permit(step->amplifier, zone);
    if (permit == NULL || !step->amplifier->alive || step->amplifier->shutting_down) {
        return never;
    }
    const struct floor *quiet = &step->amplifier->settings.floor;
    if (walltime_before(step->wall, permit->not_before)) {
        return mono_of_wall(step, permit->not_before);
    }
    return floor_covers(quiet, step->wall) && !passes_floor(permit)
               ? mono_of_wall(step, floor_next_end(quiet, step->wall))
               : never;
}

/* When this zone's rows want to be looked at again, if nothing is heard before. */
static struct monotime zone_wake_up(const struct step *step, int zone) {
    const struct amplifier *amplifier = step->amplifier;
    const struct amplifier_zone *z = &amplifier->zones[zone];
    if (z->state == AMPLIFIER_OFF) {
        return off_wake_up(step, zone);
    }
    struct monotime wake_up = z->until;
    if (z->state == AMPLIFIER_FAULT) {
        struct monotime rested = after_ms(z->failed_at, amplifier->settings.fault_rest_ms);
        /* Once rested, only a change of the demand can end it. */
        return monotime_before(step->mono, rested) ? earlier(wake_up, rested) : wake_up;
    }
    if (z->power) {
        enum amplifier_cause cause;
        struct monotime end = must_end(step, &z->permit, &cause);
        if (is_on(z)) {
            end = monotime_add(end, -stop_ms(amplifier) * MONOTIME_MS);
            wake_up = earlier(wake_up, earlier(max_on_at(step, zone), heartbeat_ends(amplifier)));
        }
        wake_up = earlier(wake_up, end);
    }
    return wake_up;
}

static void finish_output(struct step *step, bool unfinished) {
    struct amplifier_output *out = step->out;
    out->wake_up = unfinished ? step->mono : never;
    out->all_off = true;
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if ((step->amplifier->settings.zones >> zone & 1) != 0) {
            out->wake_up = earlier(out->wake_up, later(step->mono, zone_wake_up(step, zone)));
            out->all_off = out->all_off && !step->amplifier->zones[zone].power;
        }
    }
}

void amplifier_start(struct amplifier *amplifier, const struct amplifier_settings *settings,
                     struct walltime wall, struct monotime mono,
                     struct amplifier_output *ret_output) {
    *amplifier = (struct amplifier){
        .settings = *settings, .silence = AMPLIFIER_GONE, .heard_at = mono, .last = mono};
    ret_output->edges_count = 0;
    ret_output->events_count = 0;
    struct step step = {amplifier, wall, mono, ret_output};
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        amplifier->zones[zone] =
            (struct amplifier_zone){.cause = AMPLIFIER_START, .since = mono, .until = never};
        if ((settings->zones >> zone & 1) != 0) {
            command(&step, zone, RELAY_MUTE, true, AMPLIFIER_START);
            command(&step, zone, RELAY_POWER, false, AMPLIFIER_START);
        }
    }
    finish_output(&step, false);
}

void amplifier_step(struct amplifier *amplifier, struct walltime wall, struct monotime mono,
                    const struct amplifier_input *input, struct amplifier_output *ret_output) {
    ret_output->edges_count = 0;
    ret_output->events_count = 0;
    bool went_back = monotime_before(mono, amplifier->last);
    mono = later(mono, amplifier->last);
    amplifier->last = mono;
    struct step step = {amplifier, wall, mono, ret_output};
    if (input != NULL) {
        take_input(&step, input);
    }
    if (went_back) {
        lose_player(amplifier, AMPLIFIER_ODD);
    }
    if (amplifier->alive && !monotime_before(mono, heartbeat_ends(amplifier))) {
        lose_player(amplifier, AMPLIFIER_HEARTBEAT);
    }
    bool unfinished = false;
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if ((amplifier->settings.zones >> zone & 1) == 0) {
            continue;
        }
        int rows = 0;
        while (rows < 3 && advance(&step, zone)) {
            rows++;
        }
        unfinished = unfinished || rows == 3;
    }
    finish_output(&step, unfinished);
}

void amplifier_shut_down(struct amplifier *amplifier) {
    amplifier->shutting_down = true;
}

zone_set amplifier_ready_zones(const struct amplifier *amplifier) {
    zone_set ready = 0;
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if (amplifier->zones[zone].state == AMPLIFIER_READY) {
            ready |= UINT32_C(1) << zone;
        }
    }
    return ready;
}
