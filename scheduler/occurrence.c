#include "scheduler/occurrence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void occurrence_format(const struct occurrence_key *key, char text[OCCURRENCE_TEXT_SIZE]) {
    char start[CIVIL_TEXT_SIZE];
    civil_format_basic(key->original, start);
    int32_t minutes = abs(key->utc_offset_s) / 60;
    snprintf(text, OCCURRENCE_TEXT_SIZE, "%c%" PRId64 "@%s%c%02d%02d", key->origin, key->series,
             start, key->utc_offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static bool parse_offset(const char *text, int32_t *ret_offset_s) {
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != 5 ||
        strspn(text + 1, "0123456789") != 4) {
        return false;
    }
    int32_t hours = (text[1] - '0') * 10 + text[2] - '0';
    int32_t minutes = (text[3] - '0') * 10 + text[4] - '0';
    if (hours > 15 || minutes > 59) {
        return false;
    }
    int32_t seconds = hours * 3600 + minutes * 60;
    *ret_offset_s = text[0] == '-' ? -seconds : seconds;
    return true;
}

bool occurrence_parse(const char *text, struct occurrence_key *ret_key, struct fail *why) {
    struct occurrence_key key = {.origin = text[0]};
    char start[16] = "";
    char *end = NULL;
    bool ok =
        strchr("smlet", text[0]) != NULL && text[0] != '\0' && text[1] >= '0' && text[1] <= '9';
    if (ok) {
        key.series = strtoll(text + 1, &end, 10);
        ok = *end == '@' && strlen(end + 1) == 20;
    }
    if (ok) {
        memcpy(start, end + 1, 15);
        ok = civil_parse(start, &key.original) && parse_offset(end + 16, &key.utc_offset_s);
    }
    if (!ok) {
        return fail_set(why, FAIL_INVALID,
                        "'%.60s' names no occurrence: write it like s12@20261201T171000+0700",
                        text);
    }
    *ret_key = key;
    return true;
}

int occurrence_compare(const struct occurrence_key *a, const struct occurrence_key *b) {
    int64_t left = civil_seconds(a->original) - a->utc_offset_s;
    int64_t right = civil_seconds(b->original) - b->utc_offset_s;
    if (left != right) {
        return left < right ? -1 : 1;
    }
    if (a->origin != b->origin) {
        return a->origin < b->origin ? -1 : 1;
    }
    return a->series == b->series ? 0 : a->series < b->series ? -1 : 1;
}

bool occurrence_same(const struct occurrence_key *a, const struct occurrence_key *b) {
    return a->series == b->series && a->origin == b->origin && occurrence_compare(a, b) == 0;
}
