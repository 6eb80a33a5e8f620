/* A simulation's diary and trace as files, and its head. */
#include "station/simulation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void simulation_head(const struct simulation *simulation, char head[SIMULATION_HEAD_SIZE]) {
    struct digest hash = {{0}};
    char hex[DIGEST_HEX_SIZE];
    if (simulation->events_count != 0) {
        hash = simulation->events[simulation->events_count - 1].hash;
    }
    digest_format(&hash, hex);
    snprintf(head, SIMULATION_HEAD_SIZE, "%zu:%s", simulation->events_count, hex);
}

static void write_string(struct text *text, const char *bytes, size_t size) {
    text_add(text, "\"", 1);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\') {
            text_add(text, "\\", 1);
        }
        text_add(text, bytes + i, 1);
    }
    text_add(text, "\"", 1);
}

static bool write_file(const char *path, const char *bytes, size_t size, struct fail *why) {
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        return fail_system(why, errno, "cannot write %s", path);
    }
    bool ok = fwrite(bytes, 1, size, file) == size;
    ok = fclose(file) == 0 && ok;
    return ok || fail_system(why, errno, "cannot write %s", path);
}

bool simulation_write(const struct simulation *simulation, const char *diary_path,
                      const char *trace_path, struct fail *why) {
    struct text lines = {0};
    char before[DIGEST_HEX_SIZE];
    char hash[DIGEST_HEX_SIZE];
    memset(before, '0', sizeof before - 1);
    before[sizeof before - 1] = '\0';
    for (size_t i = 0; i < simulation->events_count; i++) {
        const struct simulation_event *event = &simulation->events[i];
        digest_format(&event->hash, hash);
        text_add_format(&lines, "{\"seq\":%zu,\"prev\":\"%s\",\"hash\":\"%s\",\"event\":", i + 1,
                        before, hash);
        write_string(&lines, simulation->diary.bytes + event->at, event->size);
        text_add_string(&lines, "}\n");
        memcpy(before, hash, sizeof before);
    }
    bool ok =
        write_file(diary_path, text_string(&lines), lines.length, why) &&
        write_file(trace_path, text_string(&simulation->trace), simulation->trace.length, why);
    text_finish(&lines);
    return ok;
}
