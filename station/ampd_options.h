/* ampd_options: the command line of loaxa-ampd, read into checked settings.
 *
 * --station DIR (without it and --socket: LOAXA_STATION, or /var/lib/loaxa) takes relay, times, zones, floor and paths from the station's settings.ini; the
 * other options go before it. The quiet hours' floor should come from --floor-file, which only root
 * can write. Reads settings.ini and the floor's file; thread: main's. */
#ifndef LOAXA_STATION_AMPD_OPTIONS_H
#define LOAXA_STATION_AMPD_OPTIONS_H

#include "base/fail.h"
#include "base/zone.h"
#include "hw/amplifier.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AMPD_PEERS_MAX = 8, AMPD_PATH_SIZE = 4096 };

enum ampd_task {
    AMPD_RUN,
    AMPD_ALL_OFF, /* switch everything off and end: ExecStopPost */
    AMPD_STATUS,  /* print what the running one reports */
    AMPD_HELP,
    AMPD_VERSION,
};

struct ampd_options {
    enum ampd_task task;
    char socket_path[108]; /* sockaddr_un's size */
    char relay[512];       /* hw/relay_kind.h: "sim", "gpio:pinctrl-bcm2711" */
    char lines[4096];
    char trace_path[AMPD_PATH_SIZE];
    struct amplifier_settings settings;
    struct zone *zone;              /* owned; the floor borrows it */
    uint32_t peers[AMPD_PEERS_MAX]; /* uids allowed besides root and our own */
    size_t peers_count;
    bool json;
};

/* Reads the options; end *ret_options with ampd_options_finish() whatever comes back. Uses
 * getopt's globals. */
bool ampd_options_read(int count, char **arguments, struct ampd_options *ret_options,
                       struct fail *why);
void ampd_options_finish(struct ampd_options *options);

/* "0,2-4" as a set. Pure. */
bool ampd_options_zones(const char *text, zone_set *ret_zones, struct fail *why);

/* The text of --help. */
const char *ampd_options_help(void);

#endif
