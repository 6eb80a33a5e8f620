#include "hw/wiring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIRING_TEXT_MAX = 4096 };

static bool malformed(const char *word, struct fail *why) {
    return fail_set(why, FAIL_INVALID,
                    "relay lines are written as 0:power=RELAY1,mute=!RELAY2, which '%.60s' is not",
                    word);
}

static bool stands_already(const struct wiring *wiring, const char *name) {
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if (strcmp(wiring->wires[zone][RELAY_POWER].name, name) == 0 ||
            strcmp(wiring->wires[zone][RELAY_MUTE].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* "power=RELAY1" or "mute=!RELAY2" */
static bool parse_wire(struct wiring *wiring, int zone, char *word, struct fail *why) {
    char *name = strchr(word, '=');
    if (name == NULL) {
        return malformed(word, why);
    }
    *name++ = '\0';
    enum relay_line line =
        strcmp(word, relay_line_word(RELAY_MUTE)) == 0 ? RELAY_MUTE : RELAY_POWER;
    struct wire *wire = &wiring->wires[zone][line];
    bool inverted = name[0] == '!';
    name += inverted ? 1 : 0;
    size_t length = strlen(name);
    if (strcmp(word, relay_line_word(line)) != 0 || length == 0 || length >= WIRE_NAME_SIZE ||
        wire->name[0] != '\0') {
        return malformed(word, why);
    }
    if (stands_already(wiring, name)) {
        return fail_set(why, FAIL_INVALID, "relay line '%s' stands twice", name);
    }
    memcpy(wire->name, name, length + 1);
    wire->inverted = inverted;
    return true;
}

static bool parse_zone(struct wiring *wiring, char *word, struct fail *why) {
    char *end;
    unsigned long zone = strtoul(word, &end, 10);
    if (word[0] < '0' || word[0] > '9' || *end != ':' || zone >= RELAY_ZONES_MAX) {
        return malformed(word, why);
    }
    if ((wiring->zones >> zone & 1) != 0) {
        return fail_set(why, FAIL_INVALID, "zone %d has its relay lines twice", (int)zone);
    }
    for (char *rest = end + 1, *part; (part = strsep(&rest, ",")) != NULL;) {
        if (!parse_wire(wiring, (int)zone, part, why)) {
            return false;
        }
    }
    if (wiring->wires[zone][RELAY_POWER].name[0] == '\0') {
        return fail_set(why, FAIL_INVALID, "zone %d has no power line", (int)zone);
    }
    wiring->zones |= UINT32_C(1) << zone;
    return true;
}

bool wiring_parse(const char *text, struct wiring *ret_wiring, struct fail *why) {
    char words[WIRING_TEXT_MAX];
    struct wiring wiring = {0};
    if (strlen(text) >= sizeof words) {
        return fail_set(why, FAIL_LIMIT, "the relay lines are longer than %d bytes",
                        (int)WIRING_TEXT_MAX - 1);
    }
    strcpy(words, text);
    for (char *rest = words, *word; (word = strsep(&rest, " \t")) != NULL;) {
        if (word[0] != '\0' && !parse_zone(&wiring, word, why)) {
            return false;
        }
    }
    if (wiring.zones == 0) {
        return fail_set(why, FAIL_INVALID,
                        "no relay lines are given, such as 0:power=RELAY1,mute=!RELAY2");
    }
    *ret_wiring = wiring;
    return true;
}

bool wiring_covers(const struct wiring *wiring, zone_set zones, struct fail *why) {
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        if ((zones & ~wiring->zones & UINT32_C(1) << zone) != 0) {
            return fail_set(why, FAIL_INVALID, "zone %d has no power line", zone);
        }
    }
    return true;
}
