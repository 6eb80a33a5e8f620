#include "station/ampd_options.h"

#include "base/words.h"
#include "hw/relay_kind.h"
#include "station/settings.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *ampd_options_help(void) {
    return tr(
        "Usage: loaxa-ampd [--station DIR] [OPTION...]\n\n"
        "Switches the amplifiers' power and mute relays for loaxad, and switches them off when\n"
        "loaxad is silent for 2 s, when no permit allows sound, and in the quiet hours.\n\n"
        "  --station DIR          take what is not given below from DIR/settings.ini; without it "
        "and\n"
        "                         --socket: LOAXA_STATION, or /var/lib/loaxa\n"
        "  --socket PATH          where loaxad connects (run/ampd.sock in the station's folder)\n"
        "  --relay KIND           sim: a trace file instead of hardware; gpio:CHIP: lines of a "
        "GPIO\n"
        "                         chip, by its label; "
        "modbus:/dev/ttyUSB0,baud=9600,parity=N,unit=1 or\n"
        "                         modbus:192.168.1.50,port=502,unit=1: coils of a relay module;\n"
        "                         exec:PROGRAM: a program of your own, run as PROGRAM ZONE\n"
        "                         power|mute 1|0 CAUSE\n"
        "  --lines TEXT           which lines, such as '0:power=RELAY1,mute=!RELAY2 1:power=5' "
        "('!':\n"
        "                         active low); for exec the program's time in ms (1000)\n"
        "  --trace PATH           the relays' trace\n"
        "  --zones LIST           the zones that exist, such as 0,2-4 (0)\n"
        "  --warmup S             seconds from power to sound (3)\n"
        "  --hold S               seconds that power stays after the last item (20)\n"
        "  --min-on S, --min-off S  shortest time with and without power (2, 2)\n"
        "  --max-on S             longest time with power (14400)\n"
        "  --zone N:KEY=S,...     one zone's own warmup, hold, min-on, min-off, max-on\n"
        "  --settle MS            from mute to power-off (200)\n"
        "  --heartbeat-timeout MS  silence of loaxad after which all is muted (1500)\n"
        "  --floor HOURS          quiet hours, or none with simulated relays (22:00-04:30)\n"
        "  --floor-file FILE      read them from a file that belongs to root, goes before --floor\n"
        "  --tz ZONE              the time zone of the quiet hours (Asia/Ho_Chi_Minh)\n"
        "  --peer-uid UID         a user besides root and this one who may connect (repeat)\n"
        "  --all-off              switch everything off and end\n"
        "  --status [--json]      print what the running loaxa-ampd reports\n"
        "  --help, --version\n\n"
        "Examples:\n"
        "  loaxa-ampd --station /var/lib/loaxa --floor-file /etc/loaxa/floor\n"
        "  loaxa-ampd --socket /tmp/a.sock --trace /tmp/relay.jsonl --zones 0-1 --warmup 1\n"
        "  loaxa-ampd --socket /run/loaxa/ampd.sock --status\n");
}

static bool number_within(const char *text, double least, double most, double *ret_number) {
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(number) || number < least || number > most) {
        return false;
    }
    *ret_number = number;
    return true;
}

/* Decimal seconds into milliseconds. */
static bool seconds_option(const char *name, const char *text, int32_t *ret_ms, struct fail *why) {
    double seconds;
    if (!number_within(text, 0, 86400, &seconds)) {
        return fail_set(why, FAIL_USAGE, "%s wants seconds from 0 to 86400, not '%.40s'", name,
                        text);
    }
    *ret_ms = (int32_t)lround(seconds * 1000);
    return true;
}

static bool ms_option(const char *name, const char *text, int32_t *ret_ms, struct fail *why) {
    double ms;
    if (!number_within(text, 0, 60000, &ms) || ms != floor(ms)) {
        return fail_set(why, FAIL_USAGE, "%s wants milliseconds from 0 to 60000, not '%.40s'", name,
                        text);
    }
    *ret_ms = (int32_t)ms;
    return true;
}

static bool copy_option(const char *name, const char *text, char *to, size_t size,
                        struct fail *why) {
    size_t length = strlen(text);
    if (length == 0 || length >= size) {
        return fail_set(why, FAIL_USAGE, "%s must be 1 to %zu bytes long", name, size - 1);
    }
    memcpy(to, text, length + 1);
    return true;
}

/* A number from 0 to 31 at the beginning of *at, which moves behind it. */
static bool zone_number(const char **at, int *ret_zone) {
    int zone = 0, digits = 0;
    while (**at >= '0' && **at <= '9' && digits < 3) {
        zone = zone * 10 + (*(*at)++ - '0');
        digits++;
    }
    *ret_zone = zone;
    return digits > 0 && zone < RELAY_ZONES_MAX;
}

bool ampd_options_zones(const char *text, zone_set *ret_zones, struct fail *why) {
    zone_set zones = 0;
    for (const char *at = text;; at++) {
        int from, until;
        if (!zone_number(&at, &from)) {
            break;
        }
        until = from;
        if (*at == '-') {
            at++;
            if (!zone_number(&at, &until) || until < from) {
                break;
            }
        }
        for (int zone = from; zone <= until; zone++) {
            zones |= UINT32_C(1) << zone;
        }
        if (*at == '\0') {
            *ret_zones = zones;
            return true;
        }
        if (*at != ',') {
            break;
        }
    }
    return fail_set(why, FAIL_USAGE, "zones are numbers from 0 to 31, such as 0,2-4, not '%.40s'",
                    text);
}

enum zone_key { WARMUP, HOLD, MIN_ON, MIN_OFF, MAX_ON, ZONE_KEYS };
static const char *const zone_keys[ZONE_KEYS] = {"warmup", "hold", "min-on", "min-off", "max-on"};

static int32_t *zone_value(struct amplifier_zone_settings *zone, enum zone_key key) {
    int32_t *const values[ZONE_KEYS] = {&zone->warm_up_ms, &zone->hold_ms, &zone->min_on_ms,
                                        &zone->min_off_ms, &zone->max_on_ms};
    return values[key];
}

static bool all_zones_option(struct amplifier_settings *settings, enum zone_key key,
                             const char *text, struct fail *why) {
    int32_t ms = 0; /* GCC 14 does not see that it is set */
    if (!seconds_option(zone_keys[key], text, &ms, why)) {
        return false;
    }
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        *zone_value(&settings->zone[zone], key) = ms;
    }
    return true;
}

/* "2:warmup=5,hold=30" */
static bool one_zone_option(struct amplifier_settings *settings, const char *text,
                            struct fail *why) {
    const char *at = text;
    int zone;
    char words[256];
    if (!zone_number(&at, &zone) || *at != ':' || strlen(at + 1) >= sizeof words) {
        return fail_set(why, FAIL_USAGE,
                        "--zone wants a number and its own times, such as 2:warmup=5,hold=30, not "
                        "'%.40s'",
                        text);
    }
    strcpy(words, at + 1);
    for (char *rest = words, *word; (word = strsep(&rest, ",")) != NULL;) {
        char *value = strchr(word, '=');
        int key = 0;
        if (value != NULL) {
            *value++ = '\0';
            while (key < ZONE_KEYS && strcmp(zone_keys[key], word) != 0) {
                key++;
            }
        }
        if (value == NULL || key == ZONE_KEYS) {
            return fail_set(why, FAIL_USAGE,
                            "--zone wants a number and its own times, such as "
                            "2:warmup=5,hold=30, not '%.40s'",
                            text);
        }
        if (!seconds_option(word, value, zone_value(&settings->zone[zone], (enum zone_key)key),
                            why)) {
            return false;
        }
    }
    return true;
}

static bool peer_option(struct ampd_options *options, const char *text, struct fail *why) {
    double uid;
    if (options->peers_count == AMPD_PEERS_MAX || !number_within(text, 0, UINT32_MAX - 1.0, &uid) ||
        uid != floor(uid)) {
        return fail_set(why, FAIL_USAGE, "--peer-uid wants a user's number, at most %d times",
                        (int)AMPD_PEERS_MAX);
    }
    options->peers[options->peers_count++] = (uint32_t)uid;
    return true;
}

/* What is read first and used once every option is known. */
struct reading {
    const char *station, *floor, *floor_file, *tz;
    struct ampd_options *options;
};

static bool join(const char *folder, const char *name, char *to, size_t size, struct fail *why) {
    char path[SETTINGS_PATH_SIZE], whole[SETTINGS_PATH_SIZE + 16];
    if (!settings_path(folder, name, path, why)) {
        return false;
    }
    snprintf(whole, sizeof whole, "%s", path);
    return copy_option(name, whole, to, size, why);
}

/* What settings.ini says, before the other options. */
static bool read_station(struct reading *reading, char *tz, size_t tz_size,
                         char floor_text[FLOOR_TEXT_SIZE], struct fail *why) {
    struct settings station;
    struct ampd_options *options = reading->options;
    if (!settings_load(reading->station, &station, why)) {
        return false;
    }
    char socket[SETTINGS_TEXT + 16];
    snprintf(socket, sizeof socket, "%s/ampd.sock", station.run);
    if (!join(reading->station, socket, options->socket_path, sizeof options->socket_path, why) ||
        !join(reading->station, station.trace, options->trace_path, sizeof options->trace_path,
              why)) {
        return false;
    }
    snprintf(options->relay, sizeof options->relay, "%s", station.relay);
    snprintf(options->lines, sizeof options->lines, "%s", station.lines);
    options->settings.zones = settings_zones(&station);
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        options->settings.zone[zone].warm_up_ms = station.warmup_s * 1000;
        options->settings.zone[zone].hold_ms = station.hold_s * 1000;
        options->settings.zone[zone].max_on_ms = station.max_on_s * 1000;
    }
    snprintf(tz, tz_size, "%s", station.zone);
    struct floor quiet = {
        .any = station.quiet, .from_s = station.quiet_from_s, .until_s = station.quiet_until_s};
    floor_format(&quiet, floor_text);
    return true;
}

enum {
    OPTION_STATION = 256,
    OPTION_SOCKET,
    OPTION_RELAY,
    OPTION_TRACE,
    OPTION_LINES,
    OPTION_ZONES,
    OPTION_ZONE,
    OPTION_SETTLE,
    OPTION_TIMEOUT,
    OPTION_FLOOR,
    OPTION_FLOOR_FILE,
    OPTION_TZ,
    OPTION_PEER,
    OPTION_ALL_OFF,
    OPTION_STATUS,
    OPTION_JSON,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_ZONE_KEY /* + enum zone_key */
};

static const struct option long_options[] = {
    {"station", required_argument, NULL, OPTION_STATION},
    {"socket", required_argument, NULL, OPTION_SOCKET},
    {"relay", required_argument, NULL, OPTION_RELAY},
    {"trace", required_argument, NULL, OPTION_TRACE},
    {"lines", required_argument, NULL, OPTION_LINES},
    {"zones", required_argument, NULL, OPTION_ZONES},
    {"zone", required_argument, NULL, OPTION_ZONE},
    {"settle", required_argument, NULL, OPTION_SETTLE},
    {"heartbeat-timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"floor", required_argument, NULL, OPTION_FLOOR},
    {"floor-file", required_argument, NULL, OPTION_FLOOR_FILE},
    {"tz", required_argument, NULL, OPTION_TZ},
    {"peer-uid", required_argument, NULL, OPTION_PEER},
    {"all-off", no_argument, NULL, OPTION_ALL_OFF},
    {"status", no_argument, NULL, OPTION_STATUS},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"warmup", required_argument, NULL, OPTION_ZONE_KEY + WARMUP},
    {"hold", required_argument, NULL, OPTION_ZONE_KEY + HOLD},
    {"min-on", required_argument, NULL, OPTION_ZONE_KEY + MIN_ON},
    {"min-off", required_argument, NULL, OPTION_ZONE_KEY + MIN_OFF},
    {"max-on", required_argument, NULL, OPTION_ZONE_KEY + MAX_ON},
    {0},
};

/* The options that only name where others are to be read from, or what to do. */
static bool take_first(struct reading *reading, int option) {
    switch (option) {
    case OPTION_STATION:
        reading->station = optarg;
        return true;
    case OPTION_FLOOR:
        reading->floor = optarg;
        return true;
    case OPTION_FLOOR_FILE:
        reading->floor_file = optarg;
        return true;
    case OPTION_TZ:
        reading->tz = optarg;
        return true;
    case OPTION_ALL_OFF:
        reading->options->task = AMPD_ALL_OFF;
        return true;
    case OPTION_STATUS:
        reading->options->task = AMPD_STATUS;
        return true;
    case OPTION_HELP:
        reading->options->task = AMPD_HELP;
        return true;
    case OPTION_VERSION:
        reading->options->task = AMPD_VERSION;
        return true;
    default:
        return false;
    }
}

/* The options that change what the station's settings said. */
static bool take_second(struct reading *reading, int option, struct fail *why) {
    struct ampd_options *options = reading->options;
    struct amplifier_settings *settings = &options->settings;
    switch (option) {
    case OPTION_SOCKET:
        return copy_option("--socket", optarg, options->socket_path, sizeof options->socket_path,
                           why);
    case OPTION_RELAY:
        return copy_option("--relay", optarg, options->relay, sizeof options->relay, why);
    case OPTION_TRACE:
        return copy_option("--trace", optarg, options->trace_path, sizeof options->trace_path, why);
    case OPTION_LINES:
        return copy_option("--lines", optarg, options->lines, sizeof options->lines, why);
    case OPTION_ZONES:
        return ampd_options_zones(optarg, &settings->zones, why);
    case OPTION_ZONE:
        return one_zone_option(settings, optarg, why);
    case OPTION_SETTLE:
        return ms_option("--settle", optarg, &settings->settle_ms, why);
    case OPTION_TIMEOUT:
        return ms_option("--heartbeat-timeout", optarg, &settings->heartbeat_timeout_ms, why);
    case OPTION_PEER:
        return peer_option(options, optarg, why);
    case OPTION_JSON:
        options->json = true;
        return true;
    default:
        return option < OPTION_ZONE_KEY ||
               all_zones_option(settings, (enum zone_key)(option - OPTION_ZONE_KEY), optarg, why);
    }
}

/* The quiet hours: the file before the option before the station before the default. */
static bool settle_floor(const struct reading *reading, const char *station_floor,
                         struct fail *why) {
    struct ampd_options *options = reading->options;
    struct floor *quiet = &options->settings.floor;
    if (reading->floor_file != NULL) {
        if (!floor_read_file(reading->floor_file, 0, options->zone, quiet, why)) {
            return false;
        }
    } else if (!floor_parse(reading->floor != NULL ? reading->floor : station_floor, options->zone,
                            quiet, why)) {
        return false;
    }
    if (!quiet->any && !relay_kind_is_sim(options->relay)) {
        return fail_set(why, FAIL_REFUSED,
                        "no quiet hours are allowed with simulated relays only: write the hours, "
                        "such as 22:00-04:30");
    }
    return true;
}

static bool check_paths(const struct ampd_options *options, struct fail *why) {
    if (options->task == AMPD_STATUS) {
        return true;
    }
    if (!relay_kind_check(options->relay, options->lines, options->settings.zones, why)) {
        return false;
    }
    if (options->trace_path[0] == '\0' && relay_kind_is_sim(options->relay)) {
        return fail_set(why, FAIL_USAGE, "simulated relays need --trace or --station");
    }
    return true;
}

/* Whether nothing on the command line says where the socket is. */
static bool needs_station(int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        if (strncmp(arguments[i], "--socket", 8) == 0) {
            return false;
        }
    }
    return true;
}

bool ampd_options_read(int count, char **arguments, struct ampd_options *ret_options,
                       struct fail *why) {
    struct reading reading = {.options = ret_options};
    char tz[128] = "Asia/Ho_Chi_Minh", station_floor[FLOOR_TEXT_SIZE] = "22:00-04:30";
    *ret_options =
        (struct ampd_options){.relay = "sim", .settings = amplifier_settings_default(1, NULL)};
    int option;
    optind = 0;
    while ((option = getopt_long(count, arguments, "", long_options, NULL)) != -1) {
        if (option == '?') { /* getopt has said what is wrong */
            *why = (struct fail){.code = FAIL_USAGE};
            return false;
        }
        take_first(&reading, option);
    }
    if (ret_options->task == AMPD_HELP || ret_options->task == AMPD_VERSION) {
        return true;
    }
    if (optind < count) {
        return fail_set(why, FAIL_USAGE, "'%.60s' is no option; --help lists them",
                        arguments[optind]);
    }
    if (reading.station == NULL && needs_station(count, arguments)) {
        reading.station = getenv("LOAXA_STATION");
        if (reading.station == NULL || reading.station[0] == '\0') {
            reading.station = "/var/lib/loaxa";
        }
    }
    if (reading.station != NULL && !read_station(&reading, tz, sizeof tz, station_floor, why)) {
        return false;
    }
    optind = 0;
    while ((option = getopt_long(count, arguments, "", long_options, NULL)) != -1) {
        if (!take_second(&reading, option, why)) {
            return false;
        }
    }
    return check_paths(ret_options, why) &&
           zone_load(reading.tz != NULL ? reading.tz : tz, &ret_options->zone, why) &&
           settle_floor(&reading, station_floor, why) &&
           amplifier_settings_check(&ret_options->settings, why);
}

void ampd_options_finish(struct ampd_options *options) {
    zone_destroy(options->zone);
    options->zone = NULL;
}
