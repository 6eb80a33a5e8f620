/* loaxa clip: recorded sound, as it comes from microphones, phones and chats. */
#include "base/memory.h"
#include "base/monotime.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/item_edit.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"
#include "station/studio.h"
#include "store/item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One line on a terminal, written over and over. */
struct progress {
    const char *name;
    bool shown;
};

static bool show_progress(void *context, int64_t done_us, int64_t claimed_us) {
    struct progress *progress = context;
    if (!isatty(STDERR_FILENO)) {
        return true;
    }
    char done[MOMENT_TEXT_SIZE], claimed[MOMENT_TEXT_SIZE];
    moment_format_length(done_us, done);
    moment_format_length(claimed_us > 0 ? claimed_us : 0, claimed);
    fprintf(stderr, "\r%s  %s%s%s\033[K", progress->name, done, claimed_us > 0 ? " / " : "",
            claimed_us > 0 ? claimed : "");
    fflush(stderr);
    progress->shown = true;
    return true;
}

static json_t *clip_json(const char *path, int64_t id, const struct import_facts *facts,
                         const char *fault) {
    json_t *object = json_object();
    char length[MOMENT_TEXT_SIZE];
    listing_set(object, "file", path);
    if (fault != NULL) {
        listing_set(object, "fault", fault);
        return object;
    }
    listing_set_whole(object, "id", id);
    moment_format_length(facts->duration_us, length);
    listing_set(object, "duration", length);
    listing_set_whole(object, "duration_us", facts->duration_us);
    listing_set(object, "format", facts->format);
    listing_set_whole(object, "rate", facts->rate);
    listing_set_whole(object, "loudness_mlufs", (json_int_t)(facts->integrated_lufs * 1000));
    json_object_set_new(object, "loudness", json_sprintf("%.1f LUFS", facts->integrated_lufs));
    json_object_set_new(object, "truncated", json_boolean(facts->truncated));
    return object;
}

/* Imports one file after the other; a bad one does not keep the others out. */
static bool import_files(struct access *access, const struct item *item, bool allow_truncated,
                         char **paths, size_t count, json_t *list, struct fail *why) {
    struct studio studio = {.folder = access->folder,
                            .database = access->database,
                            .actor = &access->actor,
                            .allow_truncated = allow_truncated};
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        struct progress progress = {.name = paths[i]};
        struct import_watch watch = {.step = show_progress, .context = &progress};
        struct import_facts facts;
        struct fail fault = {0};
        int64_t id = 0;
        access->actor.at = walltime_now();
        bool ok = studio_import_clip(&studio, paths[i], item, &watch, &id, &facts, &fault);
        if (progress.shown) {
            fputs("\r\033[K", stderr);
        }
        if (!ok) {
            failed++;
            *why = fault;
            if (count > 1) {
                fprintf(stderr, "%s: %s\n", paths[i], fault.sentence);
            }
        }
        json_array_append_new(list, clip_json(paths[i], id, &facts, ok ? NULL : fault.sentence));
    }
    if (failed != 0 && count > 1) {
        return fail_set(why, why->code, "%zu of %zu files were not imported", failed, count);
    }
    return failed == 0;
}

static bool import(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column columns[] = {{"id", /* tr */ "No.", 0},
                                                    {"duration", /* tr */ "Length", 0},
                                                    {"loudness", /* tr */ "Loudness", 0},
                                                    {"format", /* tr */ "Format", 0},
                                                    {"file", /* tr */ "File", 0},
                                                    {"fault", /* tr */ "Fault", 0}};
    struct item_edit edit = {0};
    struct option_rule rules[ITEM_EDIT_RULES + 2];
    size_t rules_count = item_edit_rules(&edit, rules), count;
    bool as_json = false, allow_truncated = false;
    rules[rules_count++] =
        (struct option_rule){"allow-truncated", OPTION_FLAG, &allow_truncated, NULL};
    rules[rules_count++] = (struct option_rule){"json", OPTION_FLAG, &as_json, NULL};
    struct access access = {0};
    struct item item = item_edit_blank();
    char **paths;
    bool ok = options_read(invocation, rules, rules_count, "FILE", 1, 1000, &paths, &count, why);
    if (ok && count > 1 && edit.title != NULL) {
        ok = fail_set(why, FAIL_USAGE, "--title is for one file; several take their files' names");
    }
    ok = ok && access_open(invocation, ACCESS_CHANGE, &access, why) &&
         item_edit_apply(&edit, access.database, &item, why);
    if (ok) {
        json_t *list = json_array();
        ok = import_files(&access, &item, allow_truncated, paths, count, list, why);
        if (ok || count > 1) {
            listing_print(list, as_json, columns, ok ? 5 : 6, "");
        } else {
            json_decref(list);
        }
    }
    item_finish(&item);
    access_close(&access);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"import", import}};
    return options_act(invocation, actions, 1, false, why);
}

const struct command command_clip = {
    .name = "clip",
    .synopsis = "import FILE… [OPTION…] [--json]",
    .summary = /* tr */ "imports recorded sound: WAV, FLAC, MP3, Ogg, M4A, AMR, WebM, MP4",
    .actions = "import",
    .help = /* tr */
    "Each file is decoded in full in a confined process, measured (EBU R 128), kept as FLAC\n"
    "beside the original, and becomes an item in draft. A file that is there already is\n"
    "refused; one that is broken does not keep the others out.\n\n"
    "  --title TITLE      as it is listed and recorded\n"
    "  --column COLUMN    the column whose turn it takes: number or title\n"
    "  --genre GENRE      news, article, reportage, notice, role_model, policy, job_notice,\n"
    "                     music, entertainment, tune, other; the column's without it\n"
    "  --source WORDS     where it comes from; a policy item needs one\n"
    "  --language TAG     vi without it\n"
    "  --document NUMBER  a document that it explains (repeat)\n"
    "  --topic WORDS      a topic (repeat)\n"
    "  --from, --until DATE      the days on which it is valid\n"
    "  --most-a-day N, --most N  how often it may be aired; 0: no limit\n"
    "  --gap LENGTH       at least so long between two airings\n"
    "  --corrects ITEM    the item that this one corrects\n"
    "  --local            about this commune's own people and work\n"
    "  --allow-truncated  take what there is of a file that is cut off\n"
    "  --json             as data\n\n"
    "Examples:\n"
    "  loaxa clip import phong-van.m4a --column 2 --title \"Phỏng vấn bà Mận\" --local\n"
    "  loaxa clip import /media/usb/*.mp3 --genre music\n",
    .run = run,
};
