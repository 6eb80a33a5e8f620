/* The amplifier's settings, the judgement of a demand, and the words for states and causes. */
#include "base/words.h"
#include "hw/amplifier.h"

#include <inttypes.h>

enum { DAY_MS = 86400000, OFF_WITHIN_MS = 2000 };

struct amplifier_settings amplifier_settings_default(zone_set zones, const struct zone *zone) {
    struct amplifier_settings settings = {
        .zones = zones,
        .settle_ms = 200,
        .heartbeat_timeout_ms = 1500,
        .retry_ms = 1000,
        .fault_rest_ms = 10000,
        .floor = floor_default(zone),
    };
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        settings.zone[i] = (struct amplifier_zone_settings){.warm_up_ms = 3000,
                                                            .hold_ms = 20000,
                                                            .min_on_ms = 2000,
                                                            .min_off_ms = 2000,
                                                            .max_on_ms = 4 * 3600 * 1000};
    }
    return settings;
}

static bool within(int32_t value, int32_t least, int32_t most) {
    return value >= least && value <= most;
}

static bool check_zone(const struct amplifier_zone_settings *zone, int number, struct fail *why) {
    static const char *const names[] = {"warm-up", "hold", "min-on", "min-off"};
    const int32_t values[] = {zone->warm_up_ms, zone->hold_ms, zone->min_on_ms, zone->min_off_ms};
    const int32_t most[] = {120000, 600000, 60000, 60000};
    for (int i = 0; i < 4; i++) {
        if (!within(values[i], 0, most[i])) {
            return fail_set(why, FAIL_INVALID,
                            "zone %d: %s must be between 0 and %" PRId32 " ms, not %" PRId32,
                            number, names[i], most[i], values[i]);
        }
    }
    if (!within(zone->max_on_ms, zone->warm_up_ms + 1000, DAY_MS)) {
        return fail_set(why, FAIL_INVALID,
                        "zone %d: max-on must be longer than warm-up by a second and at most a "
                        "day, not %" PRId32 " ms",
                        number, zone->max_on_ms);
    }
    return true;
}

bool amplifier_settings_check(const struct amplifier_settings *settings, struct fail *why) {
    if (settings->zones == 0) {
        return fail_set(why, FAIL_INVALID, "there must be at least one zone");
    }
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        if ((settings->zones >> i & 1) != 0 && !check_zone(&settings->zone[i], i, why)) {
            return false;
        }
    }
    if (!within(settings->settle_ms, 0, 500)) {
        return fail_set(why, FAIL_INVALID, "settle must be between 0 and 500 ms, not %" PRId32,
                        settings->settle_ms);
    }
    if (!within(settings->heartbeat_timeout_ms, 600, OFF_WITHIN_MS - settings->settle_ms)) {
        return fail_set(why, FAIL_INVALID,
                        "the heartbeat's timeout must be at least 600 ms and with settle at most "
                        "2000 ms, not %" PRId32,
                        settings->heartbeat_timeout_ms);
    }
    if (!within(settings->retry_ms, 100, 10000) || !within(settings->fault_rest_ms, 1000, DAY_MS)) {
        return fail_set(
            why, FAIL_INVALID,
            "retry must be 100 to 10000 ms and the rest after a fault at least 1000 ms");
    }
    if (settings->floor.any && settings->floor.zone == NULL) {
        return fail_set(why, FAIL_INVALID, "quiet hours need a time zone");
    }
    return true;
}

int32_t amplifier_lead_ms(const struct amplifier_settings *settings, int zone) {
    const struct amplifier_zone_settings *z = &settings->zone[zone];
    /* The zone may just have begun to mute; half a second for the heartbeat and wake-ups. */
    return settings->settle_ms + z->min_off_ms + z->warm_up_ms + 500;
}

int32_t amplifier_tail_ms(const struct amplifier_settings *settings, int zone) {
    return settings->zone[zone].hold_ms + settings->settle_ms + AMPLIFIER_EARLY_MS + 500;
}

static bool check_want(const struct amplifier_settings *settings, const struct amplifier_want *want,
                       struct monotime mono, struct fail *why) {
    const struct permit *permit = &want->permit;
    if (want->zones == 0 || (want->zones & ~settings->zones) != 0) {
        return fail_set(why, FAIL_INVALID, "it wants zones %08x, which do not all exist",
                        want->zones);
    }
    if (permit->id == 0 || (want->zones & ~permit->zones) != 0) {
        return fail_set(why, FAIL_INVALID, "it wants zones %08x without a permit for them",
                        want->zones);
    }
    /* As a number: what came over a socket need not be one of the enum's. */
    int class = (int)permit->class;
    if (class < (int)CLASS_TEST || class > (int)CLASS_EMERGENCY) {
        return fail_set(why, FAIL_INVALID, "permit %" PRIu64 " is of the unknown class %d",
                        permit->id, class);
    }
    if (permit->crosses_quiet_hours && permit->class != CLASS_EMERGENCY) {
        return fail_set(why, FAIL_INVALID,
                        "permit %" PRIu64 " crosses quiet hours and is no emergency", permit->id);
    }
    if (permit->not_before.us >= permit->not_after.us) {
        return fail_set(why, FAIL_INVALID, "permit %" PRIu64 " ends before it begins", permit->id);
    }
    if (permit->deadline.ns < 0 || permit->deadline.ns > mono.ns + DAY_MS * MONOTIME_MS) {
        return fail_set(why, FAIL_INVALID, "permit %" PRIu64 " has a deadline more than a day away",
                        permit->id);
    }
    return true;
}

bool amplifier_demand_check(const struct amplifier_settings *settings,
                            const struct amplifier_demand *demand, struct monotime mono,
                            struct fail *why) {
    if (demand->wants_count > AMPLIFIER_WANTS_MAX) {
        return fail_set(why, FAIL_INVALID, "it wants %" PRIu32 " things at once",
                        demand->wants_count);
    }
    zone_set seen = 0;
    for (uint32_t i = 0; i < demand->wants_count; i++) {
        const struct amplifier_want *want = &demand->wants[i];
        if (!check_want(settings, want, mono, why)) {
            return false;
        }
        if ((seen & want->zones) != 0) {
            return fail_set(why, FAIL_INVALID, "it wants zones %08x twice", seen & want->zones);
        }
        seen |= want->zones;
    }
    return true;
}

const char *amplifier_state_word(enum amplifier_state state) {
    static const char *const words[AMPLIFIER_STATES] = {"off",    "warming", "ready",   "holding",
                                                        "hushed", "muting",  "resting", "fault"};
    return (unsigned)state < AMPLIFIER_STATES ? words[state] : "unknown";
}

const char *amplifier_state_text(enum amplifier_state state) {
    static const char *const texts[AMPLIFIER_STATES] = {
        /* tr */ "off",
        /* tr */ "warming up",
        /* tr */ "ready",
        /* tr */ "on, waiting for the next item",
        /* tr */ "on, muted",
        /* tr */ "muted, about to switch off",
        /* tr */ "off, resting",
        /* tr */ "fault",
    };
    return tr((unsigned)state < AMPLIFIER_STATES ? texts[state] : "fault");
}

const char *amplifier_cause_word(enum amplifier_cause cause) {
    static const char *const words[AMPLIFIER_CAUSES] = {
        "start",  "wanted",   "warm",           "unwanted",    "cut",
        "permit", "floor",    "heartbeat_lost", "player_gone", "odd_demand",
        "max_on", "shutdown", "relay_failed"};
    return (unsigned)cause < AMPLIFIER_CAUSES ? words[cause] : "unknown";
}

const char *amplifier_cause_text(enum amplifier_cause cause) {
    static const char *const texts[AMPLIFIER_CAUSES] = {
        /* tr */ "the amplifier control has just started",
        /* tr */ "a broadcast wants it",
        /* tr */ "it is warm",
        /* tr */ "no broadcast wants it",
        /* tr */ "silence was ordered",
        /* tr */ "no permit allows it now",
        /* tr */ "quiet hours",
        /* tr */ "the player sends no heartbeat",
        /* tr */ "the player is not connected",
        /* tr */ "the player asked for something impossible",
        /* tr */ "it was on for too long",
        /* tr */ "the amplifier control is ending",
        /* tr */ "its relay does not obey",
    };
    return tr((unsigned)cause < AMPLIFIER_CAUSES ? texts[cause]
                                                 : "the player asked for something impossible");
}
