/* loaxa doctor: each part that a broadcast needs, looked at, with its cure. */
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "station/timekeeper.h"
#include "store/station.h"
#include "tts/speaker.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Below these a disk is a worry, and an illness: a day of diary and drafts, and some minutes. */
#define DISK_WORRY_BYTES (UINT64_C(1) << 30)
#define DISK_ILL_BYTES (UINT64_C(100) << 20)

enum health { WELL, WORRY, ILL };

struct examination {
    const struct invocation *invocation;
    struct settings settings; /* the defaults where they cannot be read */
    json_t *findings;
    enum health worst;
    bool loaxad_runs;
};

/* Adds a finding; `words` is a sentence in the language of the process, copied. */
static void find(struct examination *exam, const char *part, enum health health,
                 const char *words) {
    static const char *const codes[] = {"ok", "warning", "fault"};
    static const char *const shown[] = {/* tr */ "ok", /* tr */ "warning", /* tr */ "FAULT"};
    json_t *finding = json_object();
    listing_set(finding, "part", part);
    listing_set(finding, "health", codes[health]);
    listing_set(finding, "shown", tr(shown[health]));
    listing_set(finding, "words", words);
    json_array_append_new(exam->findings, finding);
    exam->worst = health > exam->worst ? health : exam->worst;
}

static void look_at_rights(struct examination *exam) {
    struct stat status;
    char words[SETTINGS_PATH_SIZE + 200];
    const char *folder = exam->invocation->station;
    if (stat(folder, &status) != 0) {
        snprintf(words, sizeof words, tr("%s cannot be read: %s"), folder, strerror(errno));
        find(exam, "rights", ILL, words);
    } else if (access(folder, R_OK | W_OK | X_OK) != 0) {
        snprintf(words, sizeof words,
                 tr("%s cannot be written by this user: run loaxa as user number %ld or as root"),
                 folder, (long)status.st_uid);
        find(exam, "rights", WORRY, words);
    } else if ((status.st_mode & S_IWOTH) != 0) {
        snprintf(words, sizeof words, tr("everybody may write %s: 'chmod o-w %s'"), folder, folder);
        find(exam, "rights", ILL, words);
    } else {
        snprintf(words, sizeof words, tr("%s can be read and written"), folder);
        find(exam, "rights", WELL, words);
    }
}

static void look_at_settings(struct examination *exam) {
    struct fail why = {0};
    if (settings_load(exam->invocation->station, &exam->settings, &why)) {
        find(exam, "settings", WELL, tr("settings.ini is in order"));
    } else {
        settings_default(&exam->settings);
        find(exam, "settings", ILL, why.sentence);
    }
}

static void look_at_database(struct examination *exam, const char *name,
                             const struct database_schema *schema) {
    char path[SETTINGS_PATH_SIZE], words[SETTINGS_PATH_SIZE + 100];
    struct database *database = NULL;
    struct fail why = {0};
    bool ok = access_path(exam->invocation, name, path, &why) &&
              database_open(path, schema, DATABASE_READ, &database, &why) &&
              database_check(database, &why);
    database_close(database);
    snprintf(words, sizeof words, tr("%s is whole"), name);
    find(exam, name, ok ? WELL : ILL, ok ? words : why.sentence);
}

static void look_at_chain(struct examination *exam) {
    char path[SETTINGS_PATH_SIZE], words[256];
    struct diary *diary = NULL;
    struct diary_head head;
    struct fail why = {0};
    if (!access_path(exam->invocation, "diary.db", path, &why) ||
        !diary_open(path, DATABASE_READ, &diary, &why)) {
        return; /* look_at_database() has said so */
    }
    bool ok = diary_verify(diary, NULL, NULL, &why) && diary_head(diary, &head, &why);
    diary_close(diary);
    if (ok) {
        snprintf(words, sizeof words, tr("its chain of %lld events holds"), (long long)head.seq);
    }
    find(exam, "diary", ok ? WELL : ILL, ok ? words : why.sentence);
}

static void look_at_disk(struct examination *exam) {
    struct statvfs disk;
    char words[256];
    if (statvfs(exam->invocation->station, &disk) != 0) {
        return; /* look_at_rights() has said so */
    }
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    enum health health = free_bytes < DISK_ILL_BYTES     ? ILL
                         : free_bytes < DISK_WORRY_BYTES ? WORRY
                                                         : WELL;
    snprintf(words, sizeof words,
             health == WELL ? tr("%d MB free")
                            : tr("%d MB free: delete what is not needed, drafts first; a full disk "
                                 "silences the station"),
             (int)(free_bytes >> 20));
    find(exam, "disk", health, words);
}

static void look_at_clock(struct examination *exam) {
    struct timekeeper_facts facts = {0};
    enum timekeeper_doubt doubt;
    timekeeper_look(&facts);
    facts.vouched = strcmp(exam->settings.clock, "held") == 0;
    enum clock_trust trust = timekeeper_judge(&facts, walltime_now(), &doubt);
    if (trust == CLOCK_TRUSTED) {
        find(exam, "clock", WELL, tr("the clock is synchronised"));
    } else if (trust == CLOCK_HELD) {
        find(exam, "clock", WELL, tr("the clock is not synchronised, but held as right"));
    } else {
        find(exam, "clock", ILL, timekeeper_doubt_words(doubt));
    }
}

static void ignore_alsa(const char *file, int line, const char *function, int error,
                        const char *format, ...) {
    (void)file, (void)line, (void)function, (void)error, (void)format;
}

static void look_at_card(struct examination *exam) {
    const char *device = exam->settings.device;
    char words[512];
    if (strncmp(device, "wav:", 4) == 0) {
        snprintf(words, sizeof words, tr("no card is used: sound is written to the folder %s"),
                 device + 4);
        find(exam, "card", WELL, words);
        return;
    }
    snd_pcm_t *pcm;
    snd_lib_error_set_handler(ignore_alsa);
    int error = snd_pcm_open(&pcm, device, SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
    if (error == 0) {
        snd_pcm_close(pcm);
        snprintf(words, sizeof words, tr("%s can be opened"), device);
        find(exam, "card", WELL, words);
    } else if (error == -EBUSY) {
        snprintf(words, sizeof words,
                 exam->loaxad_runs
                     ? tr("%s is in use, as it should be while loaxad plays")
                     : tr("%s is in use by another program: end it, or choose another "
                          "device in settings.ini"),
                 device);
        find(exam, "card", exam->loaxad_runs ? WELL : ILL, words);
    } else {
        snprintf(words, sizeof words,
                 tr("%s cannot be opened (%s): see 'aplay -L' for the cards, or write device = "
                    "wav:heard in settings.ini where there is none"),
                 device, snd_strerror(error));
        find(exam, "card", ILL, words);
    }
}

static void look_at_speech(struct examination *exam) {
    char engine[SPEAKER_ENGINE_SIZE];
    struct fail why = {0};
    bool ok = speaker_engine(engine, &why);
    find(exam, "speech", ok ? WELL : ILL, ok ? engine : why.sentence);
}

static void look_at_loaxad(struct examination *exam) {
    struct fail why = {0};
    json_t *request = json_pack("{s:s}", "do", "ping");
    exam->loaxad_runs =
        control_client_call(exam->invocation->station, request, 3000, NULL, &why) == CONTROL_DONE;
    json_decref(request);
    find(exam, "loaxad", exam->loaxad_runs ? WELL : WORRY,
         exam->loaxad_runs ? tr("loaxad runs and answers") : why.sentence);
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column columns[] = {{"part", /* tr */ "Part", 0},
                                                    {"shown", /* tr */ "State", 0},
                                                    {"words", /* tr */ "Finding", 0}};
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    if (!options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) ||
        !access_exists(invocation, why)) {
        return false;
    }
    struct examination exam = {.invocation = invocation, .findings = json_array()};
    look_at_settings(&exam);
    look_at_rights(&exam);
    look_at_database(&exam, "station.db", &database_station);
    look_at_database(&exam, "diary.db", &database_diary);
    look_at_chain(&exam);
    look_at_disk(&exam);
    look_at_clock(&exam);
    look_at_loaxad(&exam);
    look_at_card(&exam);
    look_at_speech(&exam);
    listing_print(exam.findings, as_json, columns, 3, "");
    if (exam.worst == ILL) {
        why->code = FAIL_DEVICE; /* the table has said it: the exit status alone remains */
        return false;
    }
    return true;
}

const struct command command_doctor = {
    .name = "doctor",
    .synopsis = "[--json]",
    .summary = /* tr */ "looks at card, clock, disk, databases, speech and rights",
    .help = /* tr */ "Each line is one part with its state and, where it is not well, the cure. "
                     "Exit status 3\n"
                     "where something keeps the station from airing.\n\n"
                     "  --json   the findings as data\n\n"
                     "Examples:\n"
                     "  loaxa doctor\n"
                     "  loaxa doctor --json | jq '.[] | select(.health != \"ok\")'\n",
    .run = run,
};
