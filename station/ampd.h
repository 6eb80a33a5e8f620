/* ampd: the daemon loaxa-ampd. It owns the relays, is tiny, and switches off on silence or doubt.
 *
 * One thread, one sd-event loop, boot-time timers only: a clock step matters through permit and
 * floor alone, and those are looked at again at once when the clock is stepped and every 250 ms
 * while any zone has power. Its order: lock, relays, everything off, socket, READY=1. At its end
 * (SIGTERM, SIGINT): mute, off, exit. loaxad connects to a SOCK_SEQPACKET socket of mode 0600 and
 * sends heartbeats (station/ampd_message.h); peers other than root, our own user and --peer-uid are
 * refused. The first peer that sends a heartbeat is the player until it goes, or is silent too long
 * while another one speaks. */
#ifndef LOAXA_STATION_AMPD_H
#define LOAXA_STATION_AMPD_H

#include "base/fail.h"
#include "station/ampd_options.h"

#include <stdbool.h>

/* Runs until a signal ends it. False where it could not start, or could not switch off. */
bool ampd_run(const struct ampd_options *options, struct fail *why);

/* Switches every line off and returns; refuses while a loaxa-ampd runs on the same socket path. */
bool ampd_all_off(const struct ampd_options *options, struct fail *why);

/* Asks the running one and prints its answer to standard output. */
bool ampd_print_status(const struct ampd_options *options, struct fail *why);

#endif
