#include "checker/floor.h"

#include <stdio.h>
#include <string.h>

bool floor_read(const char *text, struct floor_hours *floor) {
    int from_h, from_m, until_h, until_m, length = 0;
    if (strcmp(text, "none") == 0) {
        floor->any = false;
        return true;
    }
    if (sscanf(text, "%2d:%2d-%2d:%2d%n", &from_h, &from_m, &until_h, &until_m, &length) != 4 ||
        text[length] != '\0' || from_h < 0 || from_h > 23 || from_m < 0 || from_m > 59 ||
        until_h < 0 || until_h > 23 || until_m < 0 || until_m > 59 ||
        (from_h == until_h && from_m == until_m)) {
        return false;
    }
    floor->any = true;
    floor->from_s = from_h * 3600 + from_m * 60;
    floor->until_s = until_h * 3600 + until_m * 60;
    return true;
}

bool floor_read_offset(const char *text, int32_t *ret_utc_offset_s) {
    if (strlen(text) != 5 || (*text != '+' && *text != '-') ||
        strspn(text + 1, "0123456789") != 4) {
        return false;
    }
    int hours = (text[1] - '0') * 10 + text[2] - '0',
        minutes = (text[3] - '0') * 10 + text[4] - '0';
    if (hours > 14 || minutes > 59) {
        return false;
    }
    *ret_utc_offset_s = (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

bool floor_meets(const struct floor_hours *floor, int64_t from_us, int64_t to_us,
                 int64_t *ret_from_us, int64_t *ret_to_us) {
    const int64_t day = INT64_C(86400000000);
    if (!floor->any || to_us <= from_us) {
        return false;
    }
    int64_t begins = floor->from_s * INT64_C(1000000), ends = floor->until_s * INT64_C(1000000);
    int64_t local = from_us + floor->utc_offset_s * INT64_C(1000000);
    int64_t into = ((local % day) + day) % day; /* since local midnight */
    bool inside = begins < ends ? into >= begins && into < ends : into >= begins || into < ends;
    int64_t wait = inside ? 0 : (begins - into + day) % day;
    int64_t left = (ends - (into + wait) % day + day) % day;
    *ret_from_us = from_us + wait;
    *ret_to_us = *ret_from_us + left < to_us ? *ret_from_us + left : to_us;
    return *ret_from_us < to_us;
}
