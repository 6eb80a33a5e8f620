/* loaxa init: a new station. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/options.h"
#include "station/demo.h"
#include "store/profile.h"
#include "store/station.h"
#include "store/user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct birth {
    const char *title, *zone, *device, *ident;
    bool demo;
    bool made_settings;
};

static const char *const folders[] = {"sounds", "originals", "drafts", "run", "heard", "backup"};

static bool make_folders(const char *station, struct fail *why) {
    if (mkdir(station, 0750) != 0 && errno != EEXIST) {
        return fail_system(why, errno, "cannot make the folder %s", station);
    }
    if (!access_drop(station, why)) {
        return false;
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        memory_auto char *path = memory_format("%s/%s", station, folders[i]);
        if (mkdir(path, 0750) != 0 && errno != EEXIST) {
            return fail_system(why, errno, "cannot make the folder %s", path);
        }
    }
    return true;
}

static bool put(struct settings *settings, char into[SETTINGS_TEXT], const char *value,
                struct fail *why) {
    if (value != NULL && strlen(value) >= SETTINGS_TEXT) {
        return fail_set(why, FAIL_LIMIT, "'%.60s…' is too long for settings.ini", value);
    }
    if (value != NULL) {
        strcpy(into, value);
    }
    return settings_check(settings, why);
}

/* Keeps a settings.ini that is there already; for a new one, also what a demo needs. */
static bool write_settings(const char *station, struct birth *birth, struct fail *why) {
    memory_auto char *path = memory_format("%s/settings.ini", station);
    struct settings settings;
    struct text text = {0};
    if (access(path, F_OK) == 0) {
        return settings_load(station, &settings, why);
    }
    settings_default(&settings);
    if (birth->demo) {
        demo_settings(&settings);
    }
    if (!put(&settings, settings.zone, birth->zone, why) ||
        !put(&settings, settings.device, birth->device, why)) {
        return false;
    }
    settings_write(&settings, words_language(), &text);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    bool ok = fd >= 0 && write(fd, text.bytes, text.length) == (ssize_t)text.length;
    int error = errno;
    if (fd >= 0) {
        close(fd);
        birth->made_settings = true;
    }
    text_finish(&text);
    return ok || fail_system(why, error, "cannot write %s", path);
}

/* The login that made the station runs it at first. */
static bool add_first_user(struct database *database, const struct actor *actor, const char *login,
                           struct fail *why) {
    struct user user = {.login = memory_text(login),
                        .name = memory_text(login),
                        .roles = 1u << USER_ADMIN | 1u << USER_OPERATOR,
                        .active = true};
    bool ok = store_user_save(database, actor, &user, why);
    user_finish(&user);
    return ok;
}

static bool fill(const char *station, const struct birth *birth, const char *login,
                 struct fail *why) {
    struct actor nobody = {.login = "", .at = walltime_now()};
    struct database *database;
    struct profile profile;
    if (!store_station_open(station, DATABASE_WRITE, &database, why)) {
        return false;
    }
    bool ok = add_first_user(database, &nobody, login, why) &&
              profile_shipped(birth->demo ? "luon-mo" : "thong-thuong", &profile) &&
              store_profile_save(database, &nobody, &profile, why);
    if (ok && birth->demo) {
        struct settings settings;
        ok = settings_load(station, &settings, why) &&
             settings_allow_profile(&settings, true, why) &&
             demo_fill(station, database, &settings, why);
    }
    database_close(database);
    return ok;
}

static void undo(const char *station, const struct birth *birth) {
    static const char *const made[] = {"station.db", "station.db-wal", "station.db-shm",
                                       "diary.db",   "diary.db-wal",   "diary.db-shm"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        memory_auto char *path = memory_format("%s/%s", station, made[i]);
        unlink(path);
    }
    if (birth->made_settings) {
        memory_auto char *path = memory_format("%s/settings.ini", station);
        unlink(path);
    }
}

static bool make_station(const char *folder, struct birth *birth, const char *login,
                         struct fail *why) {
    struct actor nobody = {.login = "", .at = walltime_now()};
    struct settings settings;
    memory_auto char *diary = store_diary_path(folder);
    if (!write_settings(folder, birth, why) || !settings_load(folder, &settings, why)) {
        return false;
    }
    memory_auto char *ident = memory_format("Đây là %s.", birth->title);
    struct station station = {.title = (char *)(uintptr_t)birth->title,
                              .zone = settings.zone,
                              .ident = ident,
                              .demo = birth->demo};
    bool ok = diary_create(diary, why) && store_station_create(folder, &station, &nobody, why) &&
              fill(folder, birth, login, why);
    if (!ok) {
        undo(folder, birth);
    }
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    struct birth birth = {0};
    const struct option_rule rules[] = {{"title", OPTION_TEXT, &birth.title, NULL},
                                        {"zone", OPTION_TEXT, &birth.zone, NULL},
                                        {"device", OPTION_TEXT, &birth.device, NULL},
                                        {"demo", OPTION_FLAG, &birth.demo, NULL}};
    const char *folder = invocation->station;
    struct control_actor who;
    if (!options_read(invocation, rules, 4, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    memory_auto char *database = store_station_path(folder);
    memory_auto char *diary = store_diary_path(folder);
    if (access(database, F_OK) == 0 || access(diary, F_OK) == 0) {
        return fail_set(why, FAIL_CONFLICT,
                        "there is a station at %s already: name another folder with --station",
                        folder);
    }
    birth.title = birth.title != NULL ? birth.title
                  : birth.demo        ? DEMO_TITLE
                                      : "Đài truyền thanh xã";
    if (!make_folders(folder, why) || !access_actor(invocation, &who, why) ||
        !make_station(folder, &birth, who.name, why)) {
        return false;
    }
    fprintf(stderr, tr("%s is ready at %s. Start it with 'systemctl start loaxad'.\n"), birth.title,
            folder);
    return true;
}

const struct command command_init = {
    .name = "init",
    .synopsis = "[--demo] [--title TITLE] [--zone ZONE] [--device DEVICE]",
    .summary = /* tr */ "makes a new station in the folder",
    .help = /* tr */
    "Makes databases, folders and settings.ini, unless there is one. You become its first user,\n"
    "with the roles admin and operator. A demo station has columns, a tune, approved bulletins\n"
    "in Vietnamese and a programme at every hour; its relay is simulated.\n\n"
    "  --demo           a demo station\n"
    "  --title TITLE    its name\n"
    "  --zone ZONE      time zone; Asia/Ho_Chi_Minh without it\n"
    "  --device DEVICE  the sound card, or wav:heard where there is none\n\n"
    "Examples:\n"
    "  loaxa init --title \"Đài truyền thanh xã Vĩnh Thông\"\n"
    "  loaxa --station ~/thu init --demo --device wav:heard\n",
    .run = run,
};
