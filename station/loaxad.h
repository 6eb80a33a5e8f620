/* loaxad: the daemon of one station: builds the objects, wires them, runs the loop.
 *
 * Four threads (docs/architecture.md): this control loop, which never waits for a disk; the worker
 * (databases, hashing); the player's feeder and audio threads. It listens on no network, only on the
 * control socket in the station's folder. */
#ifndef LOAXA_STATION_LOAXAD_H
#define LOAXA_STATION_LOAXAD_H

#include "base/fail.h"

struct loaxad_options {
    const char *station; /* the station's folder */
    const char *sound;   /* a device instead of the settings' one; NULL: theirs */
};

/* Runs until SIGTERM or SIGINT, then ends what is on the air, closes the diary and returns true.
 * False where it cannot begin: no station, another loaxad, a damaged database, wrong settings. */
bool loaxad_run(const struct loaxad_options *options, struct fail *why);

#endif
