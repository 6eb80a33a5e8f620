#include "cli/snapshot.h"

#include "base/memory.h"
#include "scheduler/event.h"
#include "station/timekeeper.h"
#include "store/asrun.h"
#include "store/sound.h"
#include "store/station.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

bool snapshot_make_folder(const char *path, struct fail *why) {
    if (mkdir(path, 0750) != 0 && errno != EEXIST) {
        return fail_system(why, errno, "cannot make the folder %s", path);
    }
    return true;
}

static bool copy_bytes(int from, int to, const char *path, struct fail *why) {
    for (;;) {
        ssize_t sent = sendfile(to, from, NULL, 1 << 20);
        if (sent < 0 && errno != EINTR) {
            return fail_system(why, errno, "cannot write %s", path);
        }
        if (sent == 0) {
            return fsync(to) == 0 || fail_system(why, errno, "cannot write %s", path);
        }
    }
}

/* A copy with the same rights; a link where `may_link` and both are on one disk. Skips a file that
 * is not there. */
static bool copy_file(const char *from, const char *to, bool may_link, struct fail *why) {
    struct stat status;
    if (may_link && link(from, to) == 0) {
        return true;
    }
    int source = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (source < 0 && errno == ENOENT) {
        return true;
    }
    if (source < 0 || fstat(source, &status) != 0) {
        fail_system(why, errno, "cannot read %s", from);
        if (source >= 0) {
            close(source);
        }
        return false;
    }
    int target = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, status.st_mode & 0777);
    bool ok = target >= 0 ? copy_bytes(source, target, to, why)
                          : fail_system(why, errno, "cannot write %s", to);
    if (target >= 0) {
        close(target);
    }
    close(source);
    return ok;
}

/* Makes a folder of this name, or with "-2", "-3" … behind it where it is there already; with
 * `ending` behind all. The caller frees *ret_path, which is without the ending. */
static bool make_new_folder(const char *name, const char *ending, char **ret_path,
                            struct fail *why) {
    for (int number = 1; number < 100; number++) {
        char *path = number == 1 ? memory_text(name) : memory_format("%s-%d", name, number);
        memory_auto char *whole = memory_format("%s%s", path, ending);
        if (access(path, F_OK) != 0 && mkdir(whole, 0750) == 0) {
            *ret_path = path;
            return true;
        }
        bool taken = access(whole, F_OK) == 0 || access(path, F_OK) == 0;
        free(path);
        if (!taken) {
            break;
        }
    }
    return fail_system(why, errno, "cannot make the folder %s", name);
}

struct copying {
    const char *from, *to;
    bool only_missing;
};

/* Makes the folders above the file. */
static bool make_parents(const char *root, const char *relative, struct fail *why) {
    memory_auto char *path = memory_format("%s/%s", root, relative);
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        bool ok = snapshot_make_folder(path, why);
        *slash = '/';
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool copy_sound(void *context, const char *relative, int64_t size, struct fail *why) {
    (void)size;
    const struct copying *copying = context;
    memory_auto char *from = memory_format("%s/%s", copying->from, relative);
    memory_auto char *to = memory_format("%s/%s", copying->to, relative);
    if (copying->only_missing && access(to, F_OK) == 0) {
        return true;
    }
    return make_parents(copying->to, relative, why) && copy_file(from, to, true, why);
}

static const char *const plain_files[] = {"settings.ini", "lexicon.tsv", "lexicon-items.tsv"};

static bool fill(const struct access *access, const char *part, struct fail *why) {
    memory_auto char *station = memory_format("%s/station.db", part);
    memory_auto char *diary = memory_format("%s/diary.db", part);
    /* The diary first: what it knows of items is then in the station's copy too. */
    if (!database_backup(diary_database(access->diary), diary, why) ||
        !database_backup(access->database, station, why)) {
        return false;
    }
    for (size_t i = 0; i < sizeof plain_files / sizeof *plain_files; i++) {
        memory_auto char *from = memory_format("%s/%s", access->folder, plain_files[i]);
        memory_auto char *to = memory_format("%s/%s", part, plain_files[i]);
        if (!copy_file(from, to, false, why)) {
            return false;
        }
    }
    struct copying copying = {.from = access->folder, .to = part};
    return store_sound_each(access->folder, copy_sound, &copying, why);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

bool snapshot_take(const struct access *access, const char *into, char **ret_path,
                   struct fail *why) {
    char at[CIVIL_TEXT_SIZE];
    civil_format_basic(zone_civil(access->zone, walltime_now()), at);
    memory_auto char *name = memory_format("%s/loaxa-%.8s-%s", into, at, at + 9);
    memory_auto char *path = NULL;
    if (!snapshot_make_folder(into, why) || !make_new_folder(name, ".part", &path, why)) {
        return false;
    }
    memory_auto char *part = memory_format("%s.part", path);
    if (!fill(access, part, why)) {
        nftw(part, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        return fail_prefix(why, "%s", path);
    }
    if (rename(part, path) != 0) {
        return fail_system(why, errno, "cannot write %s", path);
    }
    *ret_path = memory_text(path);
    return true;
}

/* Whether the diary at `path` holds the event of this head with the same hash, and is whole. */
static bool diary_continues(const char *path, const struct diary_head *head) {
    struct diary *diary;
    if (!diary_open(path, DATABASE_READ, &diary, NULL)) {
        return false;
    }
    bool whole = diary_verify(diary, head, NULL, NULL);
    diary_close(diary);
    return whole;
}

/* The snapshot's databases, in full; its head and its last instant. */
static bool check_snapshot(const char *from, struct diary_head *ret_head,
                           struct asrun_clock *ret_clock, struct fail *why) {
    memory_auto char *path = store_diary_path(from);
    struct database *database = NULL;
    struct diary *diary = NULL;
    bool ok = store_station_open(from, DATABASE_READ, &database, why) &&
              database_check(database, why) && diary_open(path, DATABASE_READ, &diary, why) &&
              diary_verify(diary, NULL, NULL, why) && diary_head(diary, ret_head, why) &&
              asrun_clock(diary, ret_clock, why);
    diary_close(diary);
    database_close(database);
    return ok || fail_prefix(why, "%s", from);
}

/* Puts a database and what SQLite keeps beside it aside. */
static bool put_aside(const char *folder, const char *before, const char *name, struct fail *why) {
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        memory_auto char *from = memory_format("%s/%s%s", folder, name, endings[i]);
        memory_auto char *to = memory_format("%s/%s%s", before, name, endings[i]);
        if (rename(from, to) != 0 && errno != ENOENT) {
            return fail_system(why, errno, "cannot put %s aside", from);
        }
    }
    return true;
}

/* The restore as the diary's next event. */
static bool record(const struct access *access, const struct diary_head *head,
                   const struct asrun_clock *clock, struct fail *why) {
    memory_auto char *path = store_diary_path(access->folder);
    struct diary *diary;
    char boot[TIMEKEEPER_BOOT_SIZE], text[DIARY_HEAD_TEXT_SIZE];
    struct timekeeper_facts facts = {.last_event = clock->last};
    struct walltime now = walltime_now();
    if (!diary_open(path, DATABASE_WRITE, &diary, why)) {
        return false;
    }
    timekeeper_look(&facts);
    timekeeper_boot(boot);
    facts.vouched = strcmp(access->settings.clock, "held") == 0;
    diary_head_format(head, text);
    struct event event = {.type = EVENT_RESTORED,
                          .stamp = {.at = now,
                                    .boot_time = monotime_now(),
                                    .boot = boot,
                                    .epoch = clock->epoch,
                                    .trust = timekeeper_judge(&facts, now, NULL)},
                          .restored = {.from = clock->last, .to = now, .head = text}};
    bool ok = diary_append(diary, &event, NULL, why);
    diary_close(diary);
    return ok;
}

static bool replace(const struct access *access, const char *from, const char *name,
                    const char *before, struct fail *why) {
    memory_auto char *source = memory_format("%s/%s", from, name);
    memory_auto char *target = memory_format("%s/%s", access->folder, name);
    return put_aside(access->folder, before, name, why) && copy_file(source, target, false, why);
}

bool snapshot_restore(const struct access *access, const char *from,
                      struct snapshot_return *ret_return, struct fail *why) {
    struct diary_head head;
    struct asrun_clock clock;
    char backup[SETTINGS_PATH_SIZE], at[CIVIL_TEXT_SIZE];
    memory_auto char *present = store_diary_path(access->folder);
    if (!check_snapshot(from, &head, &clock, why) ||
        !settings_path(access->folder, access->settings.backup, backup, why) ||
        !snapshot_make_folder(backup, why)) {
        return false;
    }
    *ret_return =
        (struct snapshot_return){.from = clock.last, .diary_kept = diary_continues(present, &head)};
    civil_format_basic(zone_civil(access->zone, walltime_now()), at);
    memory_auto char *name = memory_format("%s/before-%.8s-%s", backup, at, at + 9);
    memory_auto char *before = NULL;
    if (!make_new_folder(name, "", &before, why) ||
        !settings_path(".", before, ret_return->before, why)) {
        return false;
    }
    struct copying copying = {.from = from, .to = access->folder, .only_missing = true};
    if (!store_sound_each(from, copy_sound, &copying, why) ||
        !replace(access, from, "station.db", ret_return->before, why)) {
        return false;
    }
    return ret_return->diary_kept || (replace(access, from, "diary.db", ret_return->before, why) &&
                                      record(access, &head, &clock, why));
}
