#include "cli/zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char **at, int *ret_zone) {
    char *end;
    if (**at < '0' || **at > '9') {
        return false;
    }
    long zone = strtol(*at, &end, 10);
    *at = end;
    *ret_zone = (int)zone;
    return zone < 32;
}

bool zones_parse(const char *word, zone_set *ret_zones, struct fail *why) {
    if (strcmp(word, "all") == 0) {
        *ret_zones = ZONE_SET_ALL;
        return true;
    }
    zone_set zones = 0;
    const char *at = word;
    for (;;) {
        int from, until;
        if (!read_number(&at, &from)) {
            break;
        }
        until = from;
        if (*at == '-' && (at++, !read_number(&at, &until) || until < from)) {
            break;
        }
        for (int zone = from; zone <= until; zone++) {
            zones |= (zone_set)1 << zone;
        }
        if (*at == '\0') {
            *ret_zones = zones;
            return true;
        }
        if (*at++ != ',') {
            break;
        }
    }
    return fail_set(why, FAIL_USAGE,
                    "'%.60s' names no zones: write all, or numbers from 0 to 31 "
                    "such as 0,2,5-7",
                    word);
}

void zones_format(zone_set zones, char text[ZONES_TEXT_SIZE]) {
    if (zones == ZONE_SET_ALL) {
        strcpy(text, "all");
        return;
    }
    size_t used = 0;
    text[0] = '\0';
    for (int zone = 0; zone < 32; zone++) {
        if ((zones >> zone & 1) != 0) {
            used += (size_t)snprintf(text + used, ZONES_TEXT_SIZE - used, used != 0 ? ",%d" : "%d",
                                     zone);
        }
    }
}

json_t *zones_json(zone_set zones) {
    json_t *array = json_array();
    for (int zone = 0; zone < 32; zone++) {
        if ((zones >> zone & 1) != 0) {
            json_array_append_new(array, json_integer(zone));
        }
    }
    return array;
}
