#include "store/field.h"

#include "base/text.h"
#include "base/words.h"

#include <string.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Cuts blanks at both ends of a text in place. */
static void trim(struct text *text) {
    size_t from = 0;
    while (from < text->length && is_blank(text->bytes[from])) {
        from++;
    }
    size_t until = text->length;
    while (until > from && is_blank(text->bytes[until - 1])) {
        until--;
    }
    if (text->bytes != NULL) {
        memmove(text->bytes, text->bytes + from, until - from);
        text->bytes[until - from] = '\0';
    }
    text->length = until - from;
}

static bool has_control(const struct text *text, bool many_lines) {
    for (size_t i = 0; i < text->length; i++) {
        unsigned char c = (unsigned char)text->bytes[i];
        bool break_of_line = many_lines && (c == '\n' || c == '\t');
        if ((c < 0x20 && !break_of_line) || c == 0x7f) {
            return true;
        }
    }
    return false;
}

static void unify_lines(struct text *text) {
    size_t kept = 0;
    for (size_t i = 0; i < text->length; i++) {
        if (text->bytes[i] != '\r') {
            text->bytes[kept++] = text->bytes[i];
        } else if (i + 1 == text->length || text->bytes[i + 1] != '\n') {
            text->bytes[kept++] = '\n';
        }
    }
    if (text->bytes != NULL) {
        text->bytes[kept] = '\0';
    }
    text->length = kept;
}

static bool take(const char *name, const char *given, size_t most, bool many_lines, char **ret,
                 struct fail *why) {
    struct text text = {0};
    size_t length = given != NULL ? strlen(given) : 0;
    bool ok =
        length <= most || fail_set(why, FAIL_LIMIT, "the %s is too long: %zu bytes, at most %zu",
                                   tr(name), length, most);
    ok = ok && (text_nfc(given != NULL ? given : "", length, &text, why) ||
                fail_prefix(why, "%s", tr(name)));
    if (ok) {
        if (many_lines) {
            unify_lines(&text);
        }
        trim(&text);
        ok = !has_control(&text, many_lines) ||
             fail_set(why, FAIL_INVALID, "the %s has a control character in it", tr(name));
    }
    if (ok) {
        *ret = memory_text(text_string(&text));
    }
    text_finish(&text);
    return ok;
}

bool field_line(const char *name, const char *text, size_t most, bool required, char **ret,
                struct fail *why) {
    char *taken = NULL;
    if (!take(name, text, most, false, &taken, why)) {
        return false;
    }
    if (required && *taken == '\0') {
        memory_free_pointer(&taken);
        return fail_set(why, FAIL_INVALID, "the %s is missing", tr(name));
    }
    *ret = taken;
    return true;
}

bool field_text(const char *name, const char *text, size_t most, char **ret, struct fail *why) {
    return take(name, text, most, true, ret, why);
}

void field_date(struct civil_date date, char text[CIVIL_TEXT_SIZE]) {
    *text = '\0';
    if (date.year != 0) {
        civil_date_format(date, text);
    }
}

struct civil_date field_date_of(const char *text) {
    struct civil_date date = {0};
    civil_date_parse(text, &date);
    return date;
}
