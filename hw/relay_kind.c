#include "hw/relay_kind.h"

#include <stdlib.h>
#include <string.h>

bool relay_kind_is_sim(const char *address) {
    return strcmp(address, "sim") == 0;
}

/* What stands behind "KIND:", or NULL where it is another kind. */
static const char *behind(const char *address, const char *kind) {
    size_t length = strlen(kind);
    return strncmp(address, kind, length) == 0 && address[length] == ':' ? address + length + 1
                                                                         : NULL;
}

static bool read_timeout(const char *lines, int *ret_ms, struct fail *why) {
    char *end;
    long ms = lines[0] != '\0' ? strtol(lines, &end, 10) : 1000;
    if (lines[0] != '\0' && (*end != '\0' || ms < 50 || ms > 1500)) {
        return fail_set(why, FAIL_INVALID,
                        "a relay program's time must be 50 to 1500 ms, not '%.40s'", lines);
    }
    *ret_ms = (int)ms;
    return true;
}

static bool read_wiring(const char *lines, zone_set zones, struct wiring *wiring,
                        struct fail *why) {
    return wiring_parse(lines, wiring, why) && wiring_covers(wiring, zones, why);
}

bool relay_kind_check(const char *address, const char *lines, zone_set zones, struct fail *why) {
    struct wiring wiring;
    int ms;
    if (relay_kind_is_sim(address)) {
        return true;
    }
    if (behind(address, "gpio") != NULL) {
        return read_wiring(lines, zones, &wiring, why);
    }
    if (behind(address, "modbus") != NULL) {
        struct modbus_address bus;
        int coils[RELAY_ZONES_MAX][2];
        return modbus_address_parse(behind(address, "modbus"), &bus, why) &&
               read_wiring(lines, zones, &wiring, why) && relay_modbus_coils(&wiring, coils, why);
    }
    if (behind(address, "exec") != NULL) {
        return read_timeout(lines, &ms, why);
    }
    return fail_set(why, FAIL_INVALID,
                    "relays of the kind '%.60s' are not known: sim, gpio:CHIP, modbus:ADDRESS and "
                    "exec:PROGRAM are",
                    address);
}

bool relay_kind_init(union relay_kind *kind, const char *address, const char *lines, zone_set zones,
                     const char *trace, struct fail *why) {
    struct wiring wiring;
    int ms;
    const char *name;
    if (relay_kind_is_sim(address)) {
        return relay_sim_init(&kind->sim, trace, why);
    }
    if ((name = behind(address, "gpio")) != NULL) {
        return read_wiring(lines, zones, &wiring, why) &&
               relay_gpio_init(&kind->gpio, name, &wiring, why);
    }
    if ((name = behind(address, "modbus")) != NULL) {
        struct modbus_address bus;
        return modbus_address_parse(name, &bus, why) && read_wiring(lines, zones, &wiring, why) &&
               relay_modbus_init(&kind->modbus, &bus, &wiring, why);
    }
    if ((name = behind(address, "exec")) != NULL) {
        return read_timeout(lines, &ms, why) && relay_exec_init(&kind->exec, name, ms, why);
    }
    return relay_kind_check(address, lines, zones, why);
}
