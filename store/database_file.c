#include "store/database_file.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_SIZE = 100, AT_PAGE_SIZE = 16, AT_CHANGES = 24, AT_PAGES = 28, AT_VALID_FOR = 92 };

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* A write-ahead log may hold newer pages, the first among them: then the file's own size means
 * nothing. */
static bool has_log(const char *path) {
    memory_auto char *log = memory_format("%s-wal", path);
    struct stat status;
    return stat(log, &status) == 0 && status.st_size > 0;
}

static bool check_header(const char *path, const uint8_t *header, int64_t size, struct fail *why) {
    if (memcmp(header, "SQLite format 3", 16) != 0) {
        return fail_set(why, FAIL_CORRUPT, "%s is not a database: restore the last backup", path);
    }
    int64_t page = (int64_t)header[AT_PAGE_SIZE] << 8 | header[AT_PAGE_SIZE + 1];
    page = page == 1 ? 65536 : page;
    int64_t whole = page * big_endian(header + AT_PAGES);
    bool counted = big_endian(header + AT_CHANGES) == big_endian(header + AT_VALID_FOR);
    if (counted && size < whole && !has_log(path)) {
        return fail_set(why, FAIL_CORRUPT,
                        "%s is cut off: %lld of %lld bytes are there: restore the last backup",
                        path, (long long)size, (long long)whole);
    }
    return true;
}

bool database_file_check(const char *path, struct fail *why) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return fail_set(why, FAIL_NOT_FOUND,
                        "there is no %s: 'loaxa init' makes a station's folder", path);
    }
    if (fd < 0) {
        return fail_system(why, errno, "cannot open %s", path);
    }
    uint8_t header[HEADER_SIZE];
    struct stat status;
    ssize_t count = pread(fd, header, sizeof header, 0);
    bool known = fstat(fd, &status) == 0;
    int error = errno;
    close(fd);
    if (count < 0 || !known) {
        return fail_system(why, error, "cannot read %s", path);
    }
    if (count == 0 && !has_log(path)) {
        return fail_set(why, FAIL_CORRUPT, "%s is empty: restore the last backup", path);
    }
    if (count < HEADER_SIZE && !has_log(path)) {
        return fail_set(why, FAIL_CORRUPT, "%s is not a database: restore the last backup", path);
    }
    return count < HEADER_SIZE || check_header(path, header, status.st_size, why);
}

bool database_file_full(int code, sqlite3 *handle) {
    if ((code & 0xff) == SQLITE_FULL) {
        return true;
    }
    /* SQLite does not always keep the number, and errno is then still the failed write's. */
    int kept = handle != NULL ? sqlite3_system_errno(handle) : 0;
    int error = kept != 0 ? kept : errno;
    return (code & 0xff) == SQLITE_IOERR && (error == ENOSPC || error == EFBIG || error == EDQUOT);
}

bool database_file_sync_folder(const char *path, struct fail *why) {
    memory_auto char *copy = memory_text(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        int error = errno;
        if (fd >= 0) {
            close(fd);
        }
        return fail_system(why, error, "cannot make %s durable", path);
    }
    close(fd);
    return true;
}
