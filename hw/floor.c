#include "hw/floor.h"

#include "base/civil.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DAY_S = 86400, FLOOR_FILE_MAX = 4096 };

struct floor floor_default(const struct zone *zone) {
    return (struct floor){
        .any = true, .from_s = 22 * 3600, .until_s = 4 * 3600 + 1800, .zone = zone};
}

/* One time of day of 1 to 9 bytes: "22:00". */
static bool parse_time(const char *from, size_t length, int32_t *ret_seconds) {
    char text[10];
    if (length == 0 || length >= sizeof text) {
        return false;
    }
    memcpy(text, from, length);
    text[length] = '\0';
    return civil_time_parse(text, ret_seconds) && *ret_seconds < DAY_S;
}

bool floor_parse(const char *text, const struct zone *zone, struct floor *ret_floor,
                 struct fail *why) {
    if (strcmp(text, "none") == 0) {
        *ret_floor = (struct floor){.any = false};
        return true;
    }
    struct floor found = {.any = true, .zone = zone};
    const char *dash = strchr(text, '-');
    if (dash == NULL || !parse_time(text, (size_t)(dash - text), &found.from_s) ||
        !parse_time(dash + 1, strlen(dash + 1), &found.until_s)) {
        return fail_set(why, FAIL_INVALID,
                        "quiet hours are written as 22:00-04:30, which '%.40s' is not", text);
    }
    if (found.from_s == found.until_s) {
        return fail_set(why, FAIL_INVALID,
                        "quiet hours '%.40s' begin when they end: no hour or all day?", text);
    }
    *ret_floor = found;
    return true;
}

static bool check_owner(const char *path, int fd, uint32_t owner, struct fail *why) {
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return fail_system(why, errno, "cannot read %s", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return fail_set(why, FAIL_RIGHTS, "%s is not an ordinary file", path);
    }
    if (status.st_uid != owner) {
        return fail_set(why, FAIL_RIGHTS,
                        "%s belongs to user %u, not to user %u: give it back with chown", path,
                        (unsigned)status.st_uid, (unsigned)owner);
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail_set(why, FAIL_RIGHTS,
                        "%s can be changed by others than its owner: chmod go-w it", path);
    }
    return true;
}

/* The only line that is neither blank nor a comment, cut out of `text` in place; NULL if there is
 * none or more than one. */
static char *only_line(char *text) {
    char *found = NULL;
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;) {
        line += strspn(line, " \t\r");
        line[strcspn(line, "#\r")] = '\0';
        for (size_t length = strlen(line); length > 0 && strchr(" \t", line[length - 1]) != NULL;) {
            line[--length] = '\0';
        }
        if (line[0] != '\0') {
            if (found != NULL) {
                return NULL;
            }
            found = line;
        }
    }
    return found;
}

bool floor_read_file(const char *path, uint32_t owner, const struct zone *zone,
                     struct floor *ret_floor, struct fail *why) {
    struct text content = {0};
    bool ok = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        return fail_system(why, errno, "cannot open %s", path);
    }
    if (!check_owner(path, fd, owner, why) || !text_read_fd(fd, FLOOR_FILE_MAX, &content, why)) {
        goto out;
    }
    char *line = content.bytes != NULL && strlen(content.bytes) == content.length
                     ? only_line(content.bytes)
                     : NULL;
    if (line == NULL) {
        fail_set(why, FAIL_INVALID, "%s must hold one line such as 22:00-04:30", path);
        goto out;
    }
    ok = floor_parse(line, zone, ret_floor, why) || fail_prefix(why, "%s", path);
out:
    text_finish(&content);
    close(fd);
    return ok;
}

/* 2024-01-01 and 2100-01-01, UTC. */
static bool clock_is_sane(struct walltime t) {
    return t.us >= INT64_C(1704067200) * WALLTIME_SECOND &&
           t.us < INT64_C(4102444800) * WALLTIME_SECOND;
}

bool floor_covers(const struct floor *floor, struct walltime t) {
    if (!floor->any) {
        return false;
    }
    if (!clock_is_sane(t)) {
        return true;
    }
    struct civil civil = zone_civil(floor->zone, t);
    int32_t second = civil.hour * 3600 + civil.minute * 60 + civil.second;
    if (floor->from_s < floor->until_s) {
        return second >= floor->from_s && second < floor->until_s;
    }
    return second >= floor->from_s || second < floor->until_s;
}

/* The first instant after `t` at which the civil time is `second`. Yesterday's is tried too, since
 * a clock that is put back shows an hour twice. */
static struct walltime next_civil(const struct zone *zone, int32_t second, struct walltime t) {
    int64_t today = civil_day_number(zone_civil(zone, t).date);
    for (int64_t day = today - 1; day <= today + 2; day++) {
        struct walltime found =
            zone_instant(zone, civil_of_seconds(day * DAY_S + second), &(enum zone_fit){0});
        if (walltime_before(t, found)) {
            return found;
        }
    }
    return t; /* unreachable with offsets below a day; the caller then looks again at once */
}

struct walltime floor_next_start(const struct floor *floor, struct walltime t) {
    return floor->any && clock_is_sane(t) ? next_civil(floor->zone, floor->from_s, t)
                                          : WALLTIME_NEVER;
}

struct walltime floor_next_end(const struct floor *floor, struct walltime t) {
    return floor->any && clock_is_sane(t) ? next_civil(floor->zone, floor->until_s, t)
                                          : WALLTIME_NEVER;
}

void floor_format(const struct floor *floor, char text[FLOOR_TEXT_SIZE]) {
    if (!floor->any) {
        snprintf(text, FLOOR_TEXT_SIZE, "none");
        return;
    }
    char from[CIVIL_TEXT_SIZE], until[CIVIL_TEXT_SIZE];
    civil_time_format(civil_of_seconds(floor->from_s), from);
    civil_time_format(civil_of_seconds(floor->until_s), until);
    snprintf(text, FLOOR_TEXT_SIZE, "%.5s-%.5s", from, until);
}
