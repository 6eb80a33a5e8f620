#include "station/studio.h"

#include "base/memory.h"
#include "station/item_words.h"
#include "store/item.h"
#include "store/sound.h"
#include "tts/render.h"
#include "tts/speaker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the silence at both ends so much is kept, for breath. */
#define SILENCE_KEPT_US 150000
enum { EXTENSION_MOST = 8 };

static bool make_drafts(const char *folder, char **ret_path, struct fail *why) {
    *ret_path = memory_format("%s/drafts", folder);
    if (mkdir(*ret_path, 0750) != 0 && errno != EEXIST) {
        fail_system(why, errno, "cannot make the folder %s", *ret_path);
        free(*ret_path);
        *ret_path = NULL;
        return false;
    }
    return true;
}

/* A new empty file in the station's drafts; its path is the caller's to remove and free. */
static int open_draft(const char *folder, char **ret_path, struct fail *why) {
    memory_auto char *drafts = NULL;
    if (!make_drafts(folder, &drafts, why)) {
        return -1;
    }
    char *path = memory_format("%s/made-XXXXXX", drafts);
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        fail_system(why, errno, "cannot write into %s", drafts);
        free(path);
        return -1;
    }
    *ret_path = path;
    return fd;
}

static void close_draft(int fd, char *path) {
    close(fd);
    unlink(path);
    free(path);
}

/* "tin.MP3" gives "mp3"; what is no short word gives "bin". */
static void extension_of(const char *path, char extension[EXTENSION_MOST + 1]) {
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash != NULL ? slash : path, '.');
    size_t length = dot != NULL ? strlen(dot + 1) : 0;
    strcpy(extension, "bin");
    if (length == 0 || length > EXTENSION_MOST) {
        return;
    }
    char lower[EXTENSION_MOST + 1];
    for (size_t i = 0; i <= length; i++) {
        char c = dot[1 + i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        if (i < length && !(lower[i] >= 'a' && lower[i] <= 'z') &&
            !(lower[i] >= '0' && lower[i] <= '9')) {
            return;
        }
    }
    strcpy(extension, lower);
}

/* A title from the file's name, without folder and ending. */
static char *title_of(const char *path) {
    const char *slash = strrchr(path, '/');
    char *title = memory_text(slash != NULL ? slash + 1 : path);
    char *dot = strrchr(title, '.');
    if (dot != NULL && dot != title) {
        *dot = '\0';
    }
    return title;
}

static bool refuse_double(const struct studio *studio, const struct digest *hash,
                          struct fail *why) {
    int64_t id;
    if (!store_item_find_sound(studio->database, hash, &id, why)) {
        return false;
    }
    return id == 0 || fail_set(why, FAIL_CONFLICT, "the same sound is there already: item %lld",
                               (long long)id);
}

/* What the measurements say about an item's sound. */
static void set_sound(struct item *item, const struct import_facts *facts) {
    int64_t start = facts->leading_silence_us - SILENCE_KEPT_US;
    int64_t end = facts->trailing_silence_us - SILENCE_KEPT_US;
    item->trim_start_us = start > 0 ? start : 0;
    item->trim_end_us = end > 0 ? end : 0;
    item->duration_us = facts->duration_us - item->trim_start_us - item->trim_end_us;
    item->loudness_mlufs = (int32_t)lround(facts->integrated_lufs * 1000);
    item->true_peak_mdb = (int32_t)lround(facts->true_peak_dbtp * 1000);
}

static bool keep_clip(const struct studio *studio, const char *path, const char *draft,
                      const struct import_result *result, const struct item *item, int64_t *ret_id,
                      struct fail *why) {
    char extension[EXTENSION_MOST + 1];
    struct item clip = *item;
    struct item_content content = {.original_hash = result->original};
    memory_auto char *title = title_of(path);
    memory_auto char *name =
        memory_text(strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path);
    struct digest original;
    extension_of(path, extension);
    clip.kind = ITEM_CLIP;
    clip.title = item->title != NULL && item->title[0] != '\0' ? item->title : title;
    content.original_name = name;
    set_sound(&clip, &result->facts);
    return store_sound_put(studio->folder, draft, NULL, &clip.sound_hash, why) &&
           refuse_double(studio, &clip.sound_hash, why) &&
           store_sound_put(studio->folder, path, extension, &original, why) &&
           store_item_create(studio->database, studio->actor, &clip, &content, ret_id, why);
}

bool studio_import_clip(const struct studio *studio, const char *path, const struct item *item,
                        const struct import_watch *watch, int64_t *ret_id,
                        struct import_facts *ret_facts, struct fail *why) {
    struct import_limits limits = IMPORT_LIMITS_DEFAULT;
    limits.allow_truncated = studio->allow_truncated;
    struct import_result result;
    struct digest original;
    struct stat status;
    char *draft;
    /* O_NONBLOCK: a pipe in place of a file must not wait for its writer. */
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (from < 0 || fstat(from, &status) != 0) {
        fail_system(why, errno, "cannot open %s", path);
        if (from >= 0) {
            close(from);
        }
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        close(from);
        return fail_set(why, FAIL_INVALID, "%s is no file", path);
    }
    bool ok = digest_of_fd(from, &original, why) && refuse_double(studio, &original, why);
    int to = ok ? open_draft(studio->folder, &draft, why) : -1;
    if (to < 0) {
        close(from);
        return false;
    }
    ok = import_sound(from, to, &limits, watch, &result, why);
    if (ok && result.facts.leading_silence_us >= result.facts.duration_us) {
        ok = fail_set(why, FAIL_INVALID, "%s holds nothing but silence", path);
    }
    ok = ok && keep_clip(studio, path, draft, &result, item, ret_id, why);
    if (ok && ret_facts != NULL) {
        *ret_facts = result.facts;
    }
    close_draft(to, draft);
    close(from);
    return ok;
}

struct reading_options studio_options(const struct settings *settings) {
    struct reading_options options = reading_options_default();
    options.ngan = options.le = strcmp(settings->region, "north") != 0;
    options.mung = strcmp(settings->mung, "yes") == 0;
    options.tu = strcmp(settings->tu, "thanh") == 0 ? ISSUER_THANH_UY : ISSUER_TINH_UY;
    options.document_letters = strcmp(settings->letters, "dropped") == 0 ? DOCUMENT_LETTERS_DROPPED
                               : strcmp(settings->letters, "spelled") == 0
                                   ? DOCUMENT_LETTERS_SPELLED
                                   : DOCUMENT_LETTERS_EXPANDED;
    return options;
}

struct reading_pace studio_pace(const struct settings *settings) {
    return (struct reading_pace){.syllables_a_second = settings->speed_spm / 60.0,
                                 .comma_ms = settings->comma_ms,
                                 .sentence_ms = settings->sentence_ms,
                                 .paragraph_ms = settings->paragraph_ms};
}

bool studio_lexicon(const char *folder, int64_t item, struct lexicon **ret, struct fail *why) {
    memory_auto char *path = memory_format("%s/lexicon.tsv", folder);
    *ret = lexicon_create();
    if (!lexicon_read_file(*ret, path, why) ||
        (item != 0 && !item_words_lay(folder, item, *ret, why))) {
        lexicon_destroy(*ret);
        *ret = NULL;
        return false;
    }
    return true;
}

bool studio_read(const char *folder, const struct settings *settings, int64_t item,
                 const char *text, size_t length, struct reading *ret_reading, struct fail *why) {
    struct reading_options options = studio_options(settings);
    struct lexicon *lexicon;
    studio_is_twice(text, &length);
    if (!studio_lexicon(folder, item, &lexicon, why)) {
        return false;
    }
    bool ok = normalise(text, length, &options, lexicon, ret_reading, why);
    lexicon_destroy(lexicon);
    return ok;
}

bool studio_is_twice(const char *text, size_t *length) {
    size_t end = *length;
    size_t size = strlen(STUDIO_TWICE);
    while (end > 0 && strchr(" \t\r\n", text[end - 1]) != NULL) {
        end--;
    }
    if (end < size || memcmp(text + end - size, STUDIO_TWICE, size) != 0 ||
        (end > size && text[end - size - 1] != '\n')) {
        return false;
    }
    *length = end - size;
    return true;
}

/* The request of a reading; borrows it. */
static bool request_of(const struct settings *settings, const struct reading *reading,
                       struct render_request *ret, struct fail *why) {
    *ret = (struct render_request){.spoken = reading_spoken(reading),
                                   .lexicon = "", /* it is in the words already */
                                   .settings = speaker_settings_default()};
    ret->settings.pace = studio_pace(settings);
    ret->settings.horn = strcmp(settings->horn, "yes") == 0;
    /* Louder than the voice can be made the player brings it, with its own limiter. */
    ret->settings.target_lufs = fmin(settings->loudness_lufs, -10);
    if (!speaker_voice_parse(settings->voice, &ret->settings.voice)) {
        return fail_set(why, FAIL_INVALID, "there is no voice '%.40s'", settings->voice);
    }
    return true;
}

bool studio_speak(const struct studio *studio, const struct settings *settings,
                  const struct reading *reading, struct item *item, struct fail *why) {
    struct render_request request;
    struct rendering rendering;
    char *drafts;
    int fd;
    if (!request_of(settings, reading, &request, why) ||
        !make_drafts(studio->folder, &drafts, why)) {
        return false;
    }
    request.settings.twice = studio->twice;
    bool ok = render(drafts, &request, &rendering, &fd, why);
    free(drafts);
    if (!ok) {
        return false;
    }
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd); /* what was checked is what is kept */
    ok = store_sound_put(studio->folder, path, NULL, &item->sound_hash, why);
    close(fd);
    item->trim_start_us = item->trim_end_us = 0;
    item->duration_us = rendering.facts.duration_ms * 1000;
    item->loudness_mlufs = (int32_t)lround(rendering.facts.integrated_lufs * 1000);
    item->true_peak_mdb = (int32_t)lround(rendering.facts.true_peak_dbtp * 1000);
    return ok;
}

bool studio_rehearse(const char *folder, const struct settings *settings, const char *text,
                     struct fail *why) {
    struct reading reading = {0};
    struct render_request request;
    struct rendering rendering;
    char *drafts = NULL;
    bool ok = studio_read(folder, settings, 0, text, strlen(text), &reading, why) &&
              request_of(settings, &reading, &request, why) && make_drafts(folder, &drafts, why) &&
              render(drafts, &request, &rendering, NULL, why);
    free(drafts);
    reading_finish(&reading);
    return ok;
}
