/* fuzz_zone: any bytes as a TZif file; what is accepted must convert without fault. */
#include "base/zone.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_instant(const struct zone *zone, struct walltime t) {
    struct civil civil = zone_civil(zone, t);
    enum zone_fit fit;
    zone_instant(zone, civil, &fit);
    struct walltime change;
    if (zone_next_change(zone, t, &change) && !walltime_before(t, change)) {
        abort(); /* a walk over the changes would never end */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct zone *zone = NULL;
    if (!zone_of_bytes("Fuzz/Zone", data, size, &zone, NULL)) {
        return 0;
    }
    static const int64_t seconds[] = {INT64_C(-62135596800), -1, 0, 1795000000,
                                      INT64_C(253402300799)};
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        check_instant(zone, walltime_of_seconds(seconds[i]));
    }
    zone_destroy(zone);
    return 0;
}
