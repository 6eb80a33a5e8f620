#include "cli/access.h"

#include "base/memory.h"
#include "store/station.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

bool access_path(const struct invocation *invocation, const char *name,
                 char path[SETTINGS_PATH_SIZE], struct fail *why) {
    return settings_path(invocation->station, name, path, why);
}

bool access_exists(const struct invocation *invocation, struct fail *why) {
    char path[SETTINGS_PATH_SIZE];
    struct stat status;
    if (!access_path(invocation, "station.db", path, why)) {
        return false;
    }
    if (stat(path, &status) == 0) {
        return true;
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return fail_set(why, FAIL_NOT_FOUND,
                        "there is no station at %s: make one with 'loaxa --station %s init', or "
                        "name another folder with --station",
                        invocation->station, invocation->station);
    }
    return fail_system(why, errno, "cannot read %s", path);
}

/* The uid that the process began with: it drops to the folder's owner later. */
static uid_t first_uid(void) {
    static bool known;
    static uid_t uid;
    if (!known) {
        uid = getuid();
        known = true;
    }
    return uid;
}

bool access_actor(const struct invocation *invocation, struct control_actor *ret_who,
                  struct fail *why) {
    struct stat status;
    if (stat(invocation->station, &status) != 0) {
        return fail_system(why, errno, "cannot read %s", invocation->station);
    }
    return control_actor(first_uid(), status.st_uid, invocation->actor, ret_who, why);
}

bool access_drop(const char *folder, struct fail *why) {
    struct stat status;
    first_uid();
    if (geteuid() != 0 || stat(folder, &status) != 0 || status.st_uid == 0) {
        return true;
    }
    if (setgroups(0, NULL) != 0 || setgid(status.st_gid) != 0 || setuid(status.st_uid) != 0) {
        return fail_system(why, errno, "cannot become user number %ld, to whom %s belongs",
                           (long)status.st_uid, folder);
    }
    return true;
}

static bool open_databases(const struct invocation *invocation, unsigned needs,
                           struct access *access, struct fail *why) {
    if ((needs & (ACCESS_STATION | ACCESS_CHANGE)) != 0) {
        enum database_mode mode = (needs & ACCESS_CHANGE) != 0 ? DATABASE_WRITE : DATABASE_READ;
        struct station station;
        if (!store_station_open(invocation->station, mode, &access->database, why) ||
            !store_station_load(access->database, &station, why)) {
            return false;
        }
        bool ok = zone_load(station.zone, &access->zone, why);
        station_finish(&station);
        if (!ok) {
            return false;
        }
    } else if (!zone_load(access->settings.zone, &access->zone, why)) {
        return false;
    }
    if ((needs & ACCESS_DIARY) == 0) {
        return true;
    }
    memory_auto char *path = store_diary_path(invocation->station);
    return diary_open(path, DATABASE_READ, &access->diary, why);
}

bool access_open(const struct invocation *invocation, unsigned needs, struct access *access,
                 struct fail *why) {
    memset(access, 0, sizeof *access);
    access->folder = invocation->station;
    if (!access_exists(invocation, why)) {
        return false;
    }
    if ((needs & ACCESS_CHANGE) != 0) {
        if (!access_actor(invocation, &access->who, why)) {
            return false;
        }
        access->actor = (struct actor){.login = access->who.name, .at = walltime_now()};
    }
    return access_drop(invocation->station, why) &&
           settings_load(invocation->station, &access->settings, why) &&
           open_databases(invocation, needs, access, why);
}

void access_close(struct access *access) {
    diary_close(access->diary);
    database_close(access->database);
    zone_destroy(access->zone);
}

int access_lock(const struct access *access, struct fail *why) {
    char run[SETTINGS_PATH_SIZE], path[SETTINGS_PATH_SIZE];
    if (!settings_path(access->folder, access->settings.run, run, why) ||
        !settings_path(run, "lock", path, why)) {
        return -1;
    }
    if (mkdir(run, 0750) != 0 && errno != EEXIST) {
        fail_system(why, errno, "cannot make the folder %s", run);
        return -1;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        fail_system(why, errno, "cannot open %s", path);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        fail_set(why, FAIL_CONFLICT,
                 "loaxad, or another command, holds the station's lock %s: try again in a moment",
                 path);
        return -1;
    }
    return fd;
}
