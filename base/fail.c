#include "base/fail.h"

#include "base/words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A sentence that was too long may end inside a character. */
static void drop_cut_character(char *sentence, size_t size) {
    size_t length = strlen(sentence);
    if (length + 1 < size) {
        return;
    }
    size_t at = length;
    while (at != 0 && ((unsigned char)sentence[at - 1] & 0xC0) == 0x80) {
        at--;
    }
    if (at != 0 && ((unsigned char)sentence[at - 1] & 0x80) != 0) {
        unsigned char lead = (unsigned char)sentence[at - 1];
        size_t whole = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (length - (at - 1) < whole) {
            sentence[at - 1] = '\0';
        }
    }
}

static void write_sentence(struct fail *why, enum fail_code code, int error_number,
                           const char *format, va_list arguments) {
    why->code = code;
    why->error_number = error_number;
    vsnprintf(why->sentence, sizeof why->sentence, tr(format), arguments);
    drop_cut_character(why->sentence, sizeof why->sentence);
}

bool fail_set(struct fail *why, enum fail_code code, const char *format, ...) {
    if (why != NULL) {
        va_list arguments;
        va_start(arguments, format);
        write_sentence(why, code, 0, format, arguments);
        va_end(arguments);
    }
    return false;
}

bool fail_system(struct fail *why, int error_number, const char *format, ...) {
    if (why == NULL) {
        return false;
    }
    va_list arguments;
    va_start(arguments, format);
    write_sentence(why, error_number == ENOSPC ? FAIL_FULL : FAIL_SYSTEM, error_number, format,
                   arguments);
    va_end(arguments);
    size_t used = strlen(why->sentence);
    char text[128];
    snprintf(why->sentence + used, sizeof why->sentence - used, ": %s",
             strerror_r(error_number, text, sizeof text));
    drop_cut_character(why->sentence, sizeof why->sentence);
    return false;
}

bool fail_prefix(struct fail *why, const char *format, ...) {
    if (why == NULL) {
        return false;
    }
    char rest[sizeof why->sentence];
    memcpy(rest, why->sentence, sizeof rest);
    va_list arguments;
    va_start(arguments, format);
    int used = vsnprintf(why->sentence, sizeof why->sentence, tr(format), arguments);
    va_end(arguments);
    if (used >= 0 && (size_t)used < sizeof why->sentence) {
        snprintf(why->sentence + used, sizeof why->sentence - (size_t)used, ": %s", rest);
    }
    drop_cut_character(why->sentence, sizeof why->sentence);
    return false;
}

static const struct {
    const char *word;
    int exit_status;
} causes[] = {
    [FAIL_NONE] = {"none", 0},         [FAIL_USAGE] = {"usage", 2},
    [FAIL_INVALID] = {"invalid", 2},   [FAIL_NOT_FOUND] = {"not_found", 1},
    [FAIL_CONFLICT] = {"conflict", 1}, [FAIL_REFUSED] = {"refused", 1},
    [FAIL_RIGHTS] = {"rights", 1},     [FAIL_LIMIT] = {"limit", 1},
    [FAIL_TIMEOUT] = {"timeout", 1},   [FAIL_CORRUPT] = {"corrupt", 3},
    [FAIL_VERSION] = {"version", 3},   [FAIL_FULL] = {"full", 3},
    [FAIL_DEVICE] = {"device", 3},     [FAIL_SYSTEM] = {"system", 3},
};

const char *fail_word(enum fail_code code) {
    return causes[code].word;
}

int fail_exit_status(enum fail_code code) {
    return causes[code].exit_status;
}
