/* access: a station's folder as a command opens it, and closes it again. */
#ifndef LOAXA_CLI_ACCESS_H
#define LOAXA_CLI_ACCESS_H

#include "base/fail.h"
#include "base/zone.h"
#include "cli/command.h"
#include "station/control.h"
#include "station/settings.h"
#include "store/change.h"
#include "store/database.h"
#include "store/diary.h"

#include <stdbool.h>

struct access {
    const char *folder;
    struct settings settings;
    struct zone *zone;         /* the station's */
    struct database *database; /* station.db; NULL where it was not asked for */
    struct diary *diary;       /* NULL where it was not asked for */
    struct control_actor who;  /* the login behind `actor` */
    struct actor actor;        /* of a change */
};

enum access_need {
    ACCESS_SETTINGS = 0, /* the folder is a station; settings and time zone are read */
    ACCESS_STATION = 1,  /* station.db for reading */
    ACCESS_CHANGE = 2,   /* station.db for writing, and who the actor is */
    ACCESS_DIARY = 4     /* diary.db for reading */
};

/* Opens what `needs` names (or-ed). Where there is no station it says how to make one. Run by root
 * on another user's folder, the process becomes that user first, so that no file there ever belongs
 * to root: read other input before. End with access_close(), also after a failure. */
bool access_open(const struct invocation *invocation, unsigned needs, struct access *access,
                 struct fail *why);
void access_close(struct access *access);

/* Whether the folder is a station: it has a station.db. If not, *why says how to make one. */
bool access_exists(const struct invocation *invocation, struct fail *why);

/* The login name that acts: of this login, or --as. */
bool access_actor(const struct invocation *invocation, struct control_actor *ret_who,
                  struct fail *why);

/* FOLDER/NAME into `path`, SETTINGS_PATH_SIZE bytes; FAIL_LIMIT where it is too long. */
bool access_path(const struct invocation *invocation, const char *name,
                 char path[SETTINGS_PATH_SIZE], struct fail *why);

/* Becomes the owner of the folder where root was asked. */
bool access_drop(const char *folder, struct fail *why);

/* run/lock of a station whose loaxad is down. -1 where loaxad (or another command) holds it:
 * FAIL_CONFLICT. Closing the descriptor lets it go. */
int access_lock(const struct access *access, struct fail *why);

#endif
