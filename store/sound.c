#include "store/sound.h"

#include "base/memory.h"
#include "store/database_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *object_path(const char *folder, const char *shelf, const struct digest *hash,
                         const char *extension) {
    char hex[DIGEST_HEX_SIZE];
    digest_format(hash, hex);
    return memory_format("%s/%s/%.2s/%s.%s", folder, shelf, hex, hex, extension);
}

char *store_sound_path(const char *folder, const struct digest *hash) {
    return object_path(folder, "sounds", hash, "flac");
}

static bool make_folder(const char *path, struct fail *why) {
    return mkdir(path, 0750) == 0 || errno == EEXIST ||
           fail_system(why, errno, "cannot make %s", path);
}

static bool make_folders(const char *folder, const char *shelf, const struct digest *hash,
                         struct fail *why) {
    char hex[DIGEST_HEX_SIZE];
    digest_format(hash, hex);
    memory_auto char *upper = memory_format("%s/%s", folder, shelf);
    memory_auto char *lower = memory_format("%s/%.2s", upper, hex);
    return make_folder(upper, why) && make_folder(lower, why) &&
           database_file_sync_folder(lower, why);
}

static bool write_all(int fd, const char *bytes, size_t size) {
    while (size != 0) {
        ssize_t count = write(fd, bytes, size);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

/* Copies and hashes what was copied, in one pass: what the name says is what was written. */
static bool copy(int from, int to, struct digest *ret_hash, struct fail *why) {
    char block[65536];
    struct digest_feed feed;
    digest_start(&feed);
    for (;;) {
        ssize_t count = read(from, block, sizeof block);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return fail_system(why, errno, "cannot read");
        }
        if (count == 0) {
            break;
        }
        digest_add(&feed, block, (size_t)count);
        if (!write_all(to, block, (size_t)count)) {
            return fail_system(why, errno == EFBIG ? ENOSPC : errno, "cannot store the sound");
        }
    }
    *ret_hash = digest_end(&feed);
    return true;
}

static bool is_whole(const char *path, const struct digest *hash) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct digest found;
    bool whole = fd >= 0 && digest_of_fd(fd, &found, NULL) && digest_equal(&found, hash);
    if (fd >= 0) {
        close(fd);
    }
    return whole;
}

/* Gives the finished temporary file its name. */
static bool settle(const char *folder, const char *shelf, const char *extension, const char *part,
                   const struct digest *hash, struct fail *why) {
    memory_auto char *path = object_path(folder, shelf, hash, extension);
    if (is_whole(path, hash)) {
        unlink(part);
        return true;
    }
    if (!make_folders(folder, shelf, hash, why)) {
        return false;
    }
    if (rename(part, path) != 0) {
        return fail_system(why, errno, "cannot store the sound");
    }
    return database_file_sync_folder(path, why);
}

static bool is_extension(const char *extension) {
    size_t length = strlen(extension);
    return length != 0 && length <= 8 &&
           strspn(extension, "abcdefghijklmnopqrstuvwxyz0123456789") == length;
}

static bool store_copy(const char *folder, int from, const char *shelf, const char *extension,
                       struct digest *ret_hash, struct fail *why) {
    memory_auto char *upper = memory_format("%s/%s", folder, shelf);
    memory_auto char *part = memory_format("%s/.part-XXXXXX", upper);
    if (!make_folder(upper, why)) {
        return false;
    }
    int to = mkostemp(part, O_CLOEXEC);
    if (to < 0) {
        return fail_system(why, errno, "cannot store the sound");
    }
    struct digest hash;
    bool ok = copy(from, to, &hash, why);
    if (ok && (fchmod(to, 0440) != 0 || fsync(to) != 0)) {
        ok = fail_system(why, errno, "cannot store the sound");
    }
    close(to);
    ok = ok && settle(folder, shelf, extension, part, &hash, why);
    if (!ok) {
        unlink(part);
        return false;
    }
    *ret_hash = hash;
    return true;
}

bool store_sound_put(const char *folder, const char *path, const char *original_extension,
                     struct digest *ret_hash, struct fail *why) {
    bool original = original_extension != NULL;
    if (original && !is_extension(original_extension)) {
        return fail_set(why, FAIL_INVALID, "'%.20s' is no extension of a file", original_extension);
    }
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0) {
        return fail_system(why, errno, "cannot open %s", path);
    }
    bool ok = store_copy(folder, from, original ? "originals" : "sounds",
                         original ? original_extension : "flac", ret_hash, why);
    close(from);
    return ok;
}

bool store_sound_open(const char *folder, const struct digest *hash, int *ret_fd,
                      struct fail *why) {
    memory_auto char *path = store_sound_path(folder, hash);
    struct digest found;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) {
        return fail_set(why, FAIL_NOT_FOUND,
                        "the stored sound %s is missing: restore it from a backup", path);
    }
    if (fd < 0) {
        return fail_system(why, errno, "cannot open %s", path);
    }
    bool ok = digest_of_fd(fd, &found, why);
    if (ok && !digest_equal(&found, hash)) {
        ok = fail_set(why, FAIL_CORRUPT,
                      "the stored sound %s is not what was approved: it is not aired", path);
    }
    if (!ok) {
        close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}

bool store_sound_exists(const char *folder, const struct digest *hash) {
    memory_auto char *path = store_sound_path(folder, hash);
    return access(path, R_OK) == 0;
}

/* The files of one folder "sounds/ab", sorted so that two runs give the same list. */
static bool visit_folder(const char *folder, const char *relative, int depth, sound_visit *visit,
                         void *context, struct fail *why) {
    memory_auto char *path = memory_format("%s/%s", folder, relative);
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        return errno == ENOENT || fail_system(why, errno, "cannot read %s", path);
    }
    bool ok = true;
    for (int i = 0; i < count; i++) {
        memory_auto char *name = memory_format("%s/%s", relative, entries[i]->d_name);
        memory_auto char *whole = memory_format("%s/%s", folder, name);
        struct stat status;
        bool hidden = entries[i]->d_name[0] == '.';
        if (ok && !hidden && lstat(whole, &status) == 0) {
            if (S_ISDIR(status.st_mode) && depth != 0) {
                ok = visit_folder(folder, name, depth - 1, visit, context, why);
            } else if (S_ISREG(status.st_mode)) {
                ok = visit(context, name, status.st_size, why);
            }
        }
        free(entries[i]);
    }
    free(entries);
    return ok;
}

bool store_sound_each(const char *folder, sound_visit *visit, void *context, struct fail *why) {
    return visit_folder(folder, "sounds", 1, visit, context, why) &&
           visit_folder(folder, "originals", 1, visit, context, why);
}
