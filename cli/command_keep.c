/* loaxa migrate, backup, restore: the station's files. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"
#include "cli/snapshot.h"
#include "store/station.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What 'migrate' and 'restore' need: the folder's owner, settings, and nobody else at work. */
static int open_alone(const struct invocation *invocation, struct access *access,
                      struct fail *why) {
    return access_open(invocation, ACCESS_SETTINGS, access, why) ? access_lock(access, why) : -1;
}

static bool migrate_one(const struct access *access, const char *name,
                        const struct database_schema *schema, struct fail *why) {
    memory_auto char *path = memory_format("%s/%s", access->folder, name);
    char folder[SETTINGS_PATH_SIZE];
    int32_t from;
    if (!settings_path(access->folder, access->settings.backup, folder, why) ||
        !snapshot_make_folder(folder, why)) {
        return false;
    }
    memory_auto char *backup =
        memory_format("%s/%s.%lld", folder, name, (long long)(walltime_now().us / WALLTIME_SECOND));
    if (!database_migrate(path, schema, backup, &from, why)) {
        return fail_prefix(why, "%s", name);
    }
    if (from == schema->steps_count) {
        printf(tr("%s has version %d: nothing to do\n"), name, (int)from);
    } else {
        printf(tr("%s was brought from version %d to %d; the old one is %s\n"), name, (int)from,
               (int)schema->steps_count, backup);
    }
    return true;
}

static bool run_migrate(const struct invocation *invocation, struct fail *why) {
    struct access access = {0};
    int lock = -1;
    bool ok = options_read(invocation, NULL, 0, "", 0, 0, NULL, NULL, why) &&
              (lock = open_alone(invocation, &access, why)) >= 0 &&
              migrate_one(&access, "station.db", &database_station, why) &&
              migrate_one(&access, "diary.db", &database_diary, why);
    if (lock >= 0) {
        close(lock);
    }
    access_close(&access);
    return ok;
}

static bool run_backup(const struct invocation *invocation, struct fail *why) {
    struct access access = {0};
    char folder[SETTINGS_PATH_SIZE];
    char **words;
    size_t count;
    if (!options_read(invocation, NULL, 0, "FOLDER", 0, 1, &words, &count, why)) {
        return false;
    }
    bool ok = access_open(invocation, ACCESS_STATION | ACCESS_DIARY, &access, why);
    if (ok && count == 1) {
        ok = snprintf(folder, sizeof folder, "%s", words[0]) < (int)sizeof folder;
    } else if (ok) {
        ok = settings_path(access.folder, access.settings.backup, folder, why);
    }
    char *made = NULL;
    ok = ok && snapshot_take(&access, folder, &made, why);
    if (ok) {
        puts(made);
    }
    free(made);
    access_close(&access);
    return ok;
}

static bool run_restore(const struct invocation *invocation, struct fail *why) {
    struct access access = {0};
    struct snapshot_return came;
    char **words;
    size_t count;
    int lock = -1;
    bool ok = options_read(invocation, NULL, 0, "FOLDER", 1, 1, &words, &count, why) &&
              (lock = open_alone(invocation, &access, why)) >= 0 &&
              snapshot_restore(&access, words[0], &came, why);
    if (ok) {
        fprintf(stderr, tr("What was there before is in %s\n"), came.before);
        if (came.diary_kept) {
            fprintf(stderr, "%s\n", tr("The present diary is whole and was kept."));
        } else {
            char from[MOMENT_TEXT_SIZE];
            moment_format(access.zone, came.from.us, from);
            fprintf(stderr,
                    tr("The diary is the backup's: whatever was planned since %s is refused, "
                       "since nobody can know what of it was aired\n"),
                    from);
        }
    }
    if (lock >= 0) {
        close(lock);
    }
    access_close(&access);
    return ok;
}

const struct command command_migrate = {
    .name = "migrate",
    .synopsis = "",
    .summary = /* tr */ "brings older databases to this program's version",
    .help = /* tr */ "Stop loaxad first. A copy of the old file is put into the folder backup.\n\n"
                     "Examples:\n"
                     "  systemctl stop loaxad && loaxa migrate && systemctl start loaxad\n",
    .run = run_migrate,
};

const struct command command_backup = {
    .name = "backup",
    .synopsis = "[FOLDER]",
    .summary = /* tr */ "copies the whole station while it runs",
    .help = /* tr */
    "Writes databases, sounds, originals, settings and lexicon into a new folder named by date\n"
    "and time, inside FOLDER or the station's folder backup, and prints its path. Keep one on\n"
    "another disk.\n\n"
    "Examples:\n"
    "  loaxa backup\n"
    "  loaxa backup /media/usb\n",
    .run = run_backup,
};

const struct command command_restore = {
    .name = "restore",
    .synopsis = "FOLDER",
    .summary = /* tr */ "brings a backup back",
    .help = /* tr */
    "Stop loaxad first. The backup is checked in full before anything is replaced, and what was\n"
    "there is put aside. A present diary that is whole and continues the backup's is kept;\n"
    "otherwise the backup's is taken, the restore is recorded in it, and whatever was planned\n"
    "between the backup and now is refused.\n\n"
    "Examples:\n"
    "  loaxa restore /media/usb/loaxa-20261122-080000\n",
    .run = run_restore,
};
