/* access: a station's folder as a command opens it, and closes it again. */
#ifndef LOAXA_CLI_ACCESS_H
#define LOAXA_CLI_ACCESS_H

#include "base/fail.h"
#include "base/zone.h"
#include "cli/command.h"
#include "station/settings.h"
#include "store/diary.h"

#include <stdbool.h>

struct access {
    const char *folder;
    struct settings settings;
    struct zone *zone;
    struct diary *diary; /* NULL where it was not asked for */
};

enum access_need {
    ACCESS_SETTINGS = 0, /* the folder is a station; settings and time zone are read */
    ACCESS_DIARY = 4     /* diary.db for reading */
};

/* Opens what `needs` names (or-ed). Where there is no station it says how to make one. End with
 * access_close(), also after a failure. */
bool access_open(const struct invocation *invocation, unsigned needs, struct access *access,
                 struct fail *why);
void access_close(struct access *access);

/* Whether the folder is a station: it has a station.db. If not, *why says how to make one. */
bool access_exists(const struct invocation *invocation, struct fail *why);

/* FOLDER/NAME into `path`, SETTINGS_PATH_SIZE bytes; FAIL_LIMIT where it is too long. */
bool access_path(const struct invocation *invocation, const char *name,
                 char path[SETTINGS_PATH_SIZE], struct fail *why);

#endif
