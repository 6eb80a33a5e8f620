/* Any packet: what is read is written back as the same bytes, and a demand never breaks the
 * sequencer. */
#include "hw/amplifier.h"
#include "station/ampd_message.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct amplifier_output output;
    struct ampd_message message;
    unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
    if (!ampd_message_read(data, size, &message, NULL)) {
        return 0;
    }
    if (message.kind != AMPD_REPORT) { /* zones that do not exist are not written back */
        if (ampd_message_write(&message, bytes) != size || memcmp(bytes, data, size) != 0) {
            abort();
        }
    }
    if (message.kind == AMPD_HEARTBEAT) {
        struct zone *zone = zone_fixed("+07", 7 * 3600);
        struct amplifier_settings settings = amplifier_settings_default(7, zone);
        struct amplifier amplifier;
        struct walltime wall = {INT64_C(1796119800000000)};
        struct monotime mono = {1000 * MONOTIME_SECOND};
        amplifier_start(&amplifier, &settings, wall, mono, &output);
        struct amplifier_input heard = {.kind = AMPLIFIER_HEARD, .demand = &message.demand};
        for (int i = 0; i < 4; i++) {
            amplifier_step(&amplifier, wall, mono, i == 0 ? &heard : NULL, &output);
            mono = output.wake_up.ns == INT64_MAX ? mono : output.wake_up;
        }
        zone_destroy(zone);
    }
    return 0;
}
