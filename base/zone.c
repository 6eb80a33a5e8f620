#include "base/zone.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/zone_footer.h"

#include <stdlib.h>
#include <string.h>

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum {
    ZONE_NAME_MAX = 64,
    ZONE_VERSION_SIZE = 24,
    ZONE_FILE_MAX = 1 << 20,
    ZONE_TRANSITIONS_MAX = 20000, /* the largest real zone has some 240 */
    ZONE_OFFSET_MAX = 26 * 3600   /* RFC 8536, 3.2: offsets stay within -25 to +26 hours */
};

/* The offset changes that the file lists; changes of name or of the summer flag alone are left out.
 */
struct zone {
    char name[ZONE_NAME_MAX + 1];
    char version[ZONE_VERSION_SIZE];
    size_t count;
    int64_t *at;     /* POSIX seconds, strictly rising */
    int32_t *offset; /* in force from at[i] on */
    int32_t first_offset;
    bool has_footer; /* the rule for instants from the last transition on */
    struct zone_footer footer;
};

struct zone *zone_fixed(const char *name, int32_t utc_offset_s) {
    struct zone *zone = memory_new(sizeof *zone);
    strncpy(zone->name, name, ZONE_NAME_MAX);
    zone->first_offset = utc_offset_s;
    return zone;
}

void zone_destroy(struct zone *zone) {
    if (zone != NULL) {
        free(zone->at);
        free(zone->offset);
        free(zone);
    }
}

const char *zone_name(const struct zone *zone) {
    return zone->name;
}

const char *zone_version(const struct zone *zone) {
    return zone->version;
}

/* ---- reading TZif (RFC 8536) ---- */

struct tzif_header {
    char version; /* '\0' for 1, else '2' to '4' */
    uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};

static uint32_t read_u32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_time(const uint8_t *at, size_t time_size) {
    if (time_size == 4) {
        return (int32_t)read_u32(at);
    }
    return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

enum { TZIF_HEADER_SIZE = 44 };

static bool read_header(const uint8_t *bytes, size_t size, struct tzif_header *ret_header) {
    if (size < TZIF_HEADER_SIZE || memcmp(bytes, "TZif", 4) != 0 ||
        (bytes[4] != '\0' && (bytes[4] < '2' || bytes[4] > '9'))) {
        return false;
    }
    *ret_header = (struct tzif_header){
        .version = (char)bytes[4],
        .isutcnt = read_u32(bytes + 20),
        .isstdcnt = read_u32(bytes + 24),
        .leapcnt = read_u32(bytes + 28),
        .timecnt = read_u32(bytes + 32),
        .typecnt = read_u32(bytes + 36),
        .charcnt = read_u32(bytes + 40),
    };
    return true;
}

/* The length of the data after a header; the counts are 32 bits, so that 64 cannot overflow. */
static uint64_t block_size(const struct tzif_header *header, size_t time_size) {
    return (uint64_t)header->timecnt * (time_size + 1) + (uint64_t)header->typecnt * 6 +
           header->charcnt + (uint64_t)header->leapcnt * (time_size + 4) + header->isstdcnt +
           header->isutcnt;
}

static bool check_counts(const struct tzif_header *header, struct fail *why) {
    if (header->leapcnt != 0) {
        return fail_set(why, FAIL_INVALID,
                        "the zone counts leap seconds; take the one without 'right/'");
    }
    if (header->typecnt == 0 || header->typecnt > 256 || header->timecnt > ZONE_TRANSITIONS_MAX) {
        return fail_set(why, FAIL_INVALID, "the zone file's counts make no sense");
    }
    return true;
}

static bool read_type(const uint8_t *types, uint32_t typecnt, uint8_t index, int32_t *ret_offset) {
    if (index >= typecnt) {
        return false;
    }
    int32_t offset = (int32_t)read_u32(types + (size_t)index * 6);
    if (offset < -ZONE_OFFSET_MAX || offset > ZONE_OFFSET_MAX) {
        return false;
    }
    *ret_offset = offset;
    return true;
}

static bool read_block(struct zone *zone, const uint8_t *data, const struct tzif_header *header,
                       size_t time_size, struct fail *why) {
    const uint8_t *indices = data + header->timecnt * time_size;
    const uint8_t *types = indices + header->timecnt;
    if (!read_type(types, header->typecnt, 0, &zone->first_offset)) {
        return fail_set(why, FAIL_INVALID, "the zone file holds an impossible offset");
    }
    zone->at = memory_resize(NULL, (size_t)header->timecnt + 1, sizeof *zone->at);
    zone->offset = memory_resize(NULL, (size_t)header->timecnt + 1, sizeof *zone->offset);
    int32_t offset = zone->first_offset;
    for (size_t i = 0; i < header->timecnt; i++) {
        int64_t at = read_time(data + i * time_size, time_size);
        if (i > 0 && at <= read_time(data + (i - 1) * time_size, time_size)) {
            return fail_set(why, FAIL_INVALID, "the zone file's changes are not in order");
        }
        int32_t next;
        if (!read_type(types, header->typecnt, indices[i], &next)) {
            return fail_set(why, FAIL_INVALID, "the zone file holds an impossible offset");
        }
        if (next != offset) {
            zone->at[zone->count] = at;
            zone->offset[zone->count++] = offset = next;
        }
    }
    return true;
}

/* The footer stands between two newlines after the second block. */
static bool read_footer(struct zone *zone, const uint8_t *at, size_t left, struct fail *why) {
    const uint8_t *end = left >= 2 && at[0] == '\n' ? memchr(at + 1, '\n', left - 1) : NULL;
    if (end == NULL) {
        return fail_set(why, FAIL_INVALID, "the zone file has no footer: it was cut off");
    }
    size_t length = (size_t)(end - at) - 1;
    if (length == 0) {
        return true; /* nothing is known of the time after the last change */
    }
    if (!zone_footer_parse((const char *)at + 1, length, &zone->footer)) {
        return fail_set(why, FAIL_INVALID, "the zone file's rule for the future cannot be read");
    }
    zone->has_footer = true;
    return true;
}

static bool read_tzif(struct zone *zone, const uint8_t *bytes, size_t size, struct fail *why) {
    struct tzif_header header;
    if (!read_header(bytes, size, &header)) {
        return fail_set(why, FAIL_INVALID, "it is not a compiled time zone (TZif)");
    }
    size_t time_size = 4;
    const uint8_t *data = bytes + TZIF_HEADER_SIZE;
    size_t left = size - TZIF_HEADER_SIZE;
    if (header.version != '\0') {
        uint64_t skip = block_size(&header, 4);
        if (skip > left || !read_header(data + skip, left - skip, &header)) {
            return fail_set(why, FAIL_INVALID, "the zone file was cut off");
        }
        data += skip + TZIF_HEADER_SIZE;
        left -= skip + TZIF_HEADER_SIZE;
        time_size = 8;
    }
    if (block_size(&header, time_size) > left) {
        return fail_set(why, FAIL_INVALID, "the zone file was cut off");
    }
    if (!check_counts(&header, why) || !read_block(zone, data, &header, time_size, why)) {
        return false;
    }
    size_t length = (size_t)block_size(&header, time_size);
    return time_size == 4 || read_footer(zone, data + length, left - length, why);
}

bool zone_of_bytes(const char *name, const void *bytes, size_t size, struct zone **ret_zone,
                   struct fail *why) {
    struct zone *zone = zone_fixed(name, 0);
    if (!read_tzif(zone, bytes, size, why)) {
        zone_destroy(zone);
        return fail_prefix(why, "time zone %s", name);
    }
    *ret_zone = zone;
    return true;
}

/* ---- the system's database ---- */

/* Letters, digits, "_", "+", "-" and "/", as the database's own rules for names say; no part of it
 * empty or beginning with a dot, so that it cannot leave the folder. */
static bool name_is_safe(const char *name) {
    size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                 "_+-/");
    return length != 0 && length <= ZONE_NAME_MAX && name[length] == '\0' && name[0] != '/' &&
           name[length - 1] != '/' && strstr(name, "//") == NULL;
}

/* "+VERSION" holds the version alone; "tzdata.zi" begins with "# version 2026a". */
static void find_version(char version[ZONE_VERSION_SIZE]) {
    static const char *const files[] = {ZONE_FOLDER "+VERSION", ZONE_FOLDER "tzdata.zi"};
    version[0] = '\0';
    for (size_t i = 0; i < sizeof files / sizeof *files && version[0] == '\0'; i++) {
        struct text text = {0};
        if (text_read_file(files[i], ZONE_FILE_MAX, &text, NULL)) {
            const char *at = text_string(&text);
            static const char mark[] = "# version ";
            if (strncmp(at, mark, sizeof mark - 1) == 0) {
                at += sizeof mark - 1;
            }
            size_t length = strcspn(at, " \r\n");
            if (length < ZONE_VERSION_SIZE) {
                memcpy(version, at, length);
                version[length] = '\0';
            }
        }
        text_finish(&text);
    }
}

bool zone_load(const char *name, struct zone **ret_zone, struct fail *why) {
    if (strcmp(name, "UTC") == 0) {
        *ret_zone = zone_fixed(name, 0);
        return true;
    }
    if (!name_is_safe(name)) {
        return fail_set(why, FAIL_INVALID,
                        "'%s' is no name of a time zone; write one like Asia/Ho_Chi_Minh", name);
    }
    char path[sizeof ZONE_FOLDER + ZONE_NAME_MAX];
    memcpy(path, ZONE_FOLDER, sizeof ZONE_FOLDER);
    strcat(path, name);
    struct text bytes = {0};
    struct fail reading = {0};
    bool ok = text_read_file(path, ZONE_FILE_MAX, &bytes, &reading);
    if (!ok) {
        fail_set(why, FAIL_NOT_FOUND,
                 "there is no time zone '%s' in the system's database (package tzdata)", name);
    } else {
        ok = zone_of_bytes(name, bytes.bytes != NULL ? bytes.bytes : "", bytes.length, ret_zone,
                           why);
    }
    if (ok) {
        find_version((*ret_zone)->version);
    }
    text_finish(&bytes);
    return ok;
}

/* ---- conversion ---- */

static int64_t seconds_of(struct walltime t) {
    int64_t seconds = t.us / WALLTIME_SECOND;
    return seconds - (t.us % WALLTIME_SECOND < 0);
}

/* The number of listed changes at or before an instant. */
static size_t count_before(const struct zone *zone, int64_t seconds) {
    size_t low = 0, high = zone->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->at[middle] <= seconds) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int32_t offset_at(const struct zone *zone, int64_t seconds) {
    size_t count = count_before(zone, seconds);
    if (count == zone->count && zone->has_footer) {
        return zone_footer_offset(&zone->footer, seconds);
    }
    return count == 0 ? zone->first_offset : zone->offset[count - 1];
}

static bool next_change(const struct zone *zone, int64_t after, int64_t *ret_change) {
    size_t count = count_before(zone, after);
    if (count < zone->count) {
        *ret_change = zone->at[count];
        return true;
    }
    return zone->has_footer && zone_footer_next_change(&zone->footer, after, ret_change);
}

int32_t zone_offset_at(const struct zone *zone, struct walltime t) {
    return offset_at(zone, seconds_of(t));
}

bool zone_next_change(const struct zone *zone, struct walltime after, struct walltime *ret_change) {
    int64_t change;
    if (!next_change(zone, seconds_of(after), &change) || change > INT64_MAX / WALLTIME_SECOND) {
        return false;
    }
    *ret_change = walltime_of_seconds(change);
    return true;
}

struct civil zone_civil(const struct zone *zone, struct walltime t) {
    int64_t seconds = seconds_of(t);
    return civil_of_seconds(seconds + offset_at(zone, seconds));
}

/* Walks the stretches of constant offset around `civil`, the earliest first: the first that holds
 * it is the answer; if a stretch ends before it and the next begins after it, it lies in the gap.
 */
struct walltime zone_instant(const struct zone *zone, struct civil civil, enum zone_fit *ret_fit) {
    int64_t local = civil_seconds(civil);
    int64_t since = local - ZONE_OFFSET_MAX - 3600;
    int32_t offset = offset_at(zone, since);
    int64_t change;
    enum zone_fit fit = ZONE_UNIQUE;
    while (next_change(zone, since, &change) && local - offset >= change) {
        int32_t next = offset_at(zone, change);
        if (local - next < change) {
            fit = ZONE_GAP;
            break;
        }
        since = change;
        offset = next;
    }
    int64_t seconds = local - offset;
    if (fit == ZONE_UNIQUE && next_change(zone, seconds, &change)) {
        fit = local - offset_at(zone, change) >= change ? ZONE_TWICE : ZONE_UNIQUE;
    }
    if (ret_fit != NULL) {
        *ret_fit = fit;
    }
    return walltime_of_seconds(seconds);
}
