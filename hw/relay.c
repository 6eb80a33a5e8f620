#include "hw/relay.h"

#include <stddef.h>

bool relay_set(struct relay *relay, const struct relay_edge *edge, struct fail *why) {
    return relay->ops->set(relay, edge, why);
}

bool relay_can_read(const struct relay *relay) {
    return relay->ops->read != NULL;
}

bool relay_read(struct relay *relay, int zone, enum relay_line line, bool *ret_state,
                struct fail *why) {
    if (relay->ops->read == NULL) {
        return fail_set(why, FAIL_NOT_FOUND, "relays of the kind '%s' cannot be read back",
                        relay->ops->name);
    }
    return relay->ops->read(relay, zone, line, ret_state, why);
}

int relay_descriptor(const struct relay *relay) {
    return relay->ops->descriptor != NULL ? relay->ops->descriptor(relay) : -1;
}

zone_set relay_dispatch(struct relay *relay, struct fail *why) {
    return relay->ops->dispatch != NULL ? relay->ops->dispatch(relay, why) : 0;
}

bool relay_busy(const struct relay *relay) {
    return relay->ops->busy != NULL && relay->ops->busy(relay);
}

void relay_finish(struct relay *relay) {
    if (relay != NULL) {
        relay->ops->finish(relay);
    }
}

const char *relay_line_word(enum relay_line line) {
    return line == RELAY_POWER ? "power" : "mute";
}
