#include "cli/access.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

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

bool access_open(const struct invocation *invocation, unsigned needs, struct access *access,
                 struct fail *why) {
    char path[SETTINGS_PATH_SIZE];
    memset(access, 0, sizeof *access);
    access->folder = invocation->station;
    if (!access_exists(invocation, why) ||
        !settings_load(invocation->station, &access->settings, why) ||
        !zone_load(access->settings.zone, &access->zone, why)) {
        return false;
    }
    return (needs & ACCESS_DIARY) == 0 || (access_path(invocation, "diary.db", path, why) &&
                                           diary_open(path, DATABASE_READ, &access->diary, why));
}

void access_close(struct access *access) {
    diary_close(access->diary);
    zone_destroy(access->zone);
}
