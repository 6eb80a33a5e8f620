#include "hw/feedback.h"

/* Whether one line is as commanded. One that is not there is; one whose hardware is away is not. */
static bool agrees(struct relay *relay, int zone, enum relay_line line, bool commanded,
                   struct fail *why) {
    struct fail unread = {0};
    bool is;
    if (!relay_read(relay, zone, line, &is, &unread)) {
        return unread.code == FAIL_NOT_FOUND ||
               fail_set(why, FAIL_DEVICE, "zone %d: %s", zone, unread.sentence);
    }
    if (is == commanded) {
        return true;
    }
    if (line == RELAY_POWER) {
        return commanded
                   ? fail_set(why, FAIL_DEVICE, "zone %d: told to switch on, but not on", zone)
                   : fail_set(why, FAIL_DEVICE, "zone %d: on, though told to switch off", zone);
    }
    return commanded ? fail_set(why, FAIL_DEVICE, "zone %d: told to mute, but not muted", zone)
                     : fail_set(why, FAIL_DEVICE, "zone %d: muted, though told to unmute", zone);
}

zone_set feedback_check(struct feedback *feedback, const struct amplifier *amplifier,
                        struct relay *relay, struct monotime now, struct fail *why) {
    zone_set wrong = 0;
    if (!relay_can_read(relay) || relay_busy(relay)) {
        return 0;
    }
    for (int i = 0; i < RELAY_ZONES_MAX; i++) {
        const struct amplifier_zone *zone = &amplifier->zones[i];
        struct monotime *since = &feedback->wrong_since[i];
        if ((amplifier->settings.zones >> i & 1) == 0) {
            continue;
        }
        bool right = agrees(relay, i, RELAY_POWER, zone->power, why) &&
                     agrees(relay, i, RELAY_MUTE, zone->mute, why);
        if (right) {
            since->ns = 0;
        } else if (since->ns == 0) {
            *since = now;
        } else if (monotime_diff_ns(now, *since) >= FEEDBACK_MS * MONOTIME_MS) {
            wrong |= UINT32_C(1) << i;
            *since = now;
        }
    }
    return wrong;
}
