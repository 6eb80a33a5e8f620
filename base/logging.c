#include "base/logging.h"

#include "base/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *program_name = "loaxa";
static enum logging_level least = LOGGING_INFO;
static int under_journal;

void logging_start(const char *program, enum logging_level level) {
    program_name = program;
    least = level;
    under_journal = getenv("JOURNAL_STREAM") != NULL;
}

void logging_write(enum logging_level level, const char *format, ...) {
    if (level > least) {
        return;
    }
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, tr(format), arguments);
    va_end(arguments);
    for (char *c = line; *c != '\0'; c++) {
        if (*c == '\n' || *c == '\r') {
            *c = ' '; /* one message, one line: a foreign text cannot forge another */
        }
    }
    if (under_journal) {
        fprintf(stderr, "<%d>%s\n", (int)level, line);
        return;
    }
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &parts);
    fprintf(stderr, "%02d:%02d:%02d.%03ld %s: %s\n", parts.tm_hour, parts.tm_min, parts.tm_sec,
            now.tv_nsec / 1000000, program_name, line);
}
