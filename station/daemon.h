/* daemon: the objects of a running loaxad, as loaxad.c wires them and errand.c answers for them.
 * Private to these two files. Thread: the loop's, but for what stands under `worker's thread`. */
#ifndef LOAXA_STATION_DAEMON_H
#define LOAXA_STATION_DAEMON_H

#include "player/engine.h"
#include "station/ampd_client.h"
#include "station/control_server.h"
#include "station/diary_writer.h"
#include "station/onair.h"
#include "station/player_link.h"
#include "station/settings.h"
#include "station/sound_opener.h"
#include "station/timekeeper.h"
#include "station/wants.h"
#include "station/worker.h"
#include "store/database.h"
#include "store/diary.h"

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

struct daemon {
    const char *folder;
    uid_t folder_owner;
    struct settings settings;
    char device[SETTINGS_PATH_SIZE]; /* where sound goes */
    char heard[PLAYER_TEXT_SIZE];    /* where the present or last session's sound went */
    char boot[TIMEKEEPER_BOOT_SIZE];
    int lock; /* run/lock, held */

    /* worker's thread, once the loop runs */
    struct worker *worker;
    struct diary *diary;
    struct database *station;
    int64_t generation; /* of station.db, as last loaded */
    bool looking;       /* a job looks for changes already */

    struct diary_writer *writer;
    struct sound_opener opener;
    struct player *player;
    struct player_link *link;
    struct ampd_client ampd;
    struct wants wants;
    struct amplifier_demand demand; /* as last told */
    int reported[RELAY_ZONES_MAX];  /* 1 + what the core was last told of each zone; 0: nothing */
    struct control_server *control;
    struct onair *onair;
    struct programme *programme; /* the present one; retained */

    struct timekeeper_facts facts;
    enum clock_trust trust;
    int watch; /* for a clock that is set; -1 */
    struct player_heartbeat heartbeat;
    struct monotime heartbeat_at;
    bool ending, failing;

    sd_event *event;
    sd_event_source *wake;
};

/* Now, with the clock's trust. */
struct moment daemon_moment(struct daemon *daemon);

/* Looks for a change of station.db and reads the programme again where there is one; `anyway`: reads
 * it in any case. Returns at once. */
void daemon_reload(struct daemon *daemon, bool anyway);

/* A request came over the control socket: control_handler's `asked`. */
void errand_asked(void *daemon, uint64_t ticket, const struct control_peer *peer,
                  const json_t *request);

#endif
