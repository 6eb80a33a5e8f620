/* Lines of a diary, as recall reads them at every start: whatever they say, it must survive them and
 * what it hands to the director. */
#include "base/zone.h"
#include "scheduler/director.h"
#include "station/recall.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void direct(const struct recall *recall, struct zone *zone) {
    const struct director_past past = {.open = recall->open,
                                       .open_count = recall->open_count,
                                       .over = recall->over,
                                       .over_count = recall->over_count,
                                       .lived_until = recall->lived_until};
    struct director *director = director_create(20 * WALLTIME_SECOND, &past);
    struct programme *programme = programme_create();
    programme->zone = zone;
    director_programme(director, programme, NULL);
    struct decisions decisions = {0};
    struct moment moment = {{INT64_C(1767225600000000)}, {1}, CLOCK_TRUSTED};
    director_step(director, &moment, &decisions);
    free(decisions.list);
    director_destroy(director);
    programme_release(programme);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct zone *zone = zone_fixed("UTC+7", 7 * 3600);
    struct recall recall;
    recall_init(&recall, zone);
    const char *at = (const char *)data;
    size_t left = size;
    while (left != 0) {
        const char *end = memchr(at, '\n', left);
        size_t length = end != NULL ? (size_t)(end - at) : left;
        recall_feed(&recall, at, length, NULL);
        left -= length + (end != NULL);
        at += length + (end != NULL);
    }
    direct(&recall, zone);
    recall_finish(&recall);
    return 0;
}
