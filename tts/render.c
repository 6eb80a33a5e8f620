#include "tts/render.h"

#include "base/memory.h"
#include "base/text.h"
#include "tts/horn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Raise it when the same request gives another sound for another reason than those in the key. */
enum { RENDER_VERSION = 1, NAME_SIZE = DIGEST_HEX_SIZE + 8, FACTS_BYTES_MAX = 4096 };

bool render_key(const struct render_request *request, struct digest *ret_key, struct fail *why) {
    char engine[SPEAKER_ENGINE_SIZE];
    const struct speaker_settings *settings = &request->settings;
    if (!speaker_engine(engine, why)) {
        return false;
    }
    struct text all = {0};
    text_add_format(&all, "loaxa render %d\n%s\n%s\n%ld %d %d %d\n%d %d %ld\n", RENDER_VERSION,
                    engine, speaker_voice_name(settings->voice),
                    lrint(settings->pace.syllables_a_second * 1000), settings->pace.comma_ms,
                    settings->pace.sentence_ms, settings->pace.paragraph_ms, settings->twice,
                    settings->horn ? HORN_VERSION : 0, lrint(settings->target_lufs * 1000));
    text_add_format(&all, "%zu %s\n", strlen(request->lexicon), request->lexicon);
    text_add_string(&all, request->spoken);
    *ret_key = digest_of(all.bytes, all.length);
    text_finish(&all);
    return true;
}

static void name_of(const struct digest *key, const char *ending, char name[NAME_SIZE]) {
    char hex[DIGEST_HEX_SIZE];
    digest_format(key, hex);
    snprintf(name, NAME_SIZE, "%s.%s", hex, ending);
}

static bool read_facts(const char *bytes, size_t size, struct rendering *ret) {
    json_t *object = json_loadb(bytes, size, 0, NULL);
    const char *sound = NULL, *engine = NULL;
    json_int_t rate = 0, frames = 0, estimate_ms = 0, clipped = 0;
    double lufs, true_peak, sample_peak, crest;
    bool good =
        object != NULL &&
        json_unpack(object, "{s:s,s:s,s:I,s:I,s:I,s:I,s:F,s:F,s:F,s:F}", "sound", &sound, "engine",
                    &engine, "rate", &rate, "frames", &frames, "estimate_ms", &estimate_ms,
                    "clipped_frames", &clipped, "integrated_lufs", &lufs, "true_peak_dbtp",
                    &true_peak, "sample_peak_dbfs", &sample_peak, "crest_db", &crest) == 0 &&
        digest_parse(sound, &ret->sound) && rate > 0 && frames > 0;
    if (good) {
        ret->facts = (struct speaker_facts){.rate = (uint32_t)rate,
                                            .frames = frames,
                                            .duration_ms = frames * 1000 / rate,
                                            .estimate_ms = estimate_ms,
                                            .clipped_frames = clipped,
                                            .integrated_lufs = lufs,
                                            .true_peak_dbtp = true_peak,
                                            .sample_peak_dbfs = sample_peak,
                                            .crest_db = crest};
        snprintf(ret->facts.engine, sizeof ret->facts.engine, "%s", engine);
    }
    json_decref(object);
    return good;
}

static char *write_facts(const struct rendering *rendering) {
    char sound[DIGEST_HEX_SIZE];
    const struct speaker_facts *facts = &rendering->facts;
    digest_format(&rendering->sound, sound);
    json_t *object = json_pack(
        "{s:s,s:s,s:I,s:I,s:I,s:I,s:f,s:f,s:f,s:f}", "sound", sound, "engine", facts->engine,
        "rate", (json_int_t)facts->rate, "frames", (json_int_t)facts->frames, "estimate_ms",
        (json_int_t)facts->estimate_ms, "clipped_frames", (json_int_t)facts->clipped_frames,
        "integrated_lufs", facts->integrated_lufs, "true_peak_dbtp", facts->true_peak_dbtp,
        "sample_peak_dbfs", facts->sample_peak_dbfs, "crest_db", facts->crest_db);
    char *line = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(object);
    return line;
}

/* What is in the cache under a key, whole; false where there is nothing that can be used. */
static bool find(int folder, const struct digest *key, struct rendering *ret, int *ret_fd) {
    char name[NAME_SIZE];
    struct text facts = {0};
    struct digest digest;
    struct rendering found = {.key = *key, .cached = true};
    name_of(key, "json", name);
    int facts_fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    name_of(key, "flac", name);
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool good = facts_fd >= 0 && fd >= 0 && text_read_fd(facts_fd, FACTS_BYTES_MAX, &facts, NULL) &&
                read_facts(text_string(&facts), facts.length, &found) &&
                digest_of_fd(fd, &digest, NULL) && digest_equal(&digest, &found.sound) &&
                speaker_facts_check(&found.facts, NULL);
    text_finish(&facts);
    if (facts_fd >= 0) {
        close(facts_fd);
    }
    if (!good) {
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    futimens(fd, NULL); /* used now: see render_clean() */
    *ret = found;
    *ret_fd = fd;
    return true;
}

static bool fail_folder(int error, struct fail *why) {
    if (error == ENOSPC || error == EDQUOT) {
        return fail_set(why, FAIL_FULL, "no room on the disk for the spoken sound");
    }
    return fail_system(why, error, "cannot keep the spoken sound");
}

/* A file of a name of its own, made and written by `fd`'s owner, takes its place under `name`. */
static bool put_in_place(int folder, const char *temporary, const char *name, struct fail *why) {
    return renameat(folder, temporary, folder, name) == 0 || fail_folder(errno, why);
}

static bool keep_facts(int folder, const char *temporary, const struct rendering *rendering,
                       struct fail *why) {
    char name[NAME_SIZE];
    char *line = write_facts(rendering);
    int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    ssize_t length = (ssize_t)strlen(line);
    bool written = fd >= 0 && write(fd, line, (size_t)length) == length;
    int error = errno != 0 ? errno : ENOSPC;
    free(line);
    if (fd >= 0) {
        close(fd);
    }
    name_of(&rendering->key, "json", name);
    return written ? put_in_place(folder, temporary, name, why) : fail_folder(error, why);
}

static bool make(int folder, const char *temporary, const struct render_request *request,
                 struct rendering *rendering, int *ret_fd, struct fail *why) {
    char name[NAME_SIZE];
    int fd = openat(folder, temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0) {
        return fail_folder(errno, why);
    }
    name_of(&rendering->key, "flac", name);
    bool done = speaker_speak(request->spoken, &request->settings, fd, &rendering->facts, why) &&
                digest_of_fd(fd, &rendering->sound, why) &&
                put_in_place(folder, temporary, name, why);
    if (!done) {
        unlinkat(folder, temporary, 0);
    }
    if (!done || !keep_facts(folder, temporary, rendering, why)) {
        close(fd);
        return false;
    }
    lseek(fd, 0, SEEK_SET);
    *ret_fd = fd;
    return true;
}

bool render(const char *folder, const struct render_request *request, struct rendering *ret,
            int *ret_fd, struct fail *why) {
    struct rendering rendering = {0};
    char temporary[64];
    static _Atomic unsigned counter;
    if (!speaker_settings_check(&request->settings, why) || !speaker_check(request->spoken, why) ||
        !render_key(request, &rendering.key, why)) {
        return false;
    }
    int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1;
    if (folder_fd < 0) {
        return fail_system(why, errno, "cannot open %s", folder);
    }
    snprintf(temporary, sizeof temporary, "new-%d-%u", (int)getpid(), counter++);
    bool done = find(folder_fd, &rendering.key, &rendering, &fd) ||
                make(folder_fd, temporary, request, &rendering, &fd, why);
    close(folder_fd);
    if (!done) {
        return false;
    }
    *ret = rendering;
    if (ret_fd != NULL) {
        *ret_fd = fd;
    } else {
        close(fd);
    }
    return true;
}

static bool is_rendering(const char *name) {
    size_t hex = strspn(name, "0123456789abcdef");
    return hex == 64 && strcmp(name + hex, ".flac") == 0;
}

size_t render_clean(const char *folder, int days) {
    DIR *listing = opendir(folder);
    size_t count = 0;
    time_t before = time(NULL) - (time_t)days * 86400;
    struct dirent *entry;
    while (listing != NULL && (entry = readdir(listing)) != NULL) {
        struct stat status;
        char facts[NAME_SIZE];
        if (!is_rendering(entry->d_name) ||
            fstatat(dirfd(listing), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            (days > 0 && status.st_mtime >= before)) {
            continue;
        }
        snprintf(facts, sizeof facts, "%.64s.json", entry->d_name);
        count += unlinkat(dirfd(listing), entry->d_name, 0) == 0;
        unlinkat(dirfd(listing), facts, 0);
    }
    if (listing != NULL) {
        closedir(listing);
    }
    return count;
}
