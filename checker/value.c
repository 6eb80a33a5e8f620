#include "checker/value.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16 };

struct scan {
    struct value_tree *tree;
    const char *start, *at, *end;
    int depth;
    bool broken;
};

static size_t read_value(struct scan *scan);

/* A fault of form, after which reading goes on. */
static void note(struct scan *scan, const char *fault) {
    if (scan->tree->fault == NULL) {
        scan->tree->fault = fault;
        scan->tree->fault_at = (size_t)(scan->at - scan->start);
    }
}

/* A fault of JSON itself, which ends it. */
static size_t give_up(struct scan *scan, const char *fault) {
    if (!scan->broken) {
        scan->tree->fault = fault;
        scan->tree->fault_at = (size_t)(scan->at - scan->start);
    }
    scan->broken = true;
    return 0;
}

/* The next byte that is no blank; NUL at the end. */
static char peek(struct scan *scan) {
    while (scan->at != scan->end &&
           (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n')) {
        note(scan, "a blank between tokens");
        scan->at++;
    }
    return scan->at == scan->end ? '\0' : *scan->at;
}

static bool take(struct scan *scan, char wanted, const char *fault) {
    if (peek(scan) != wanted) {
        give_up(scan, fault);
        return false;
    }
    scan->at++;
    return true;
}

static size_t new_value(struct scan *scan, enum value_kind kind) {
    struct value_tree *tree = scan->tree;
    if (tree->count == tree->capacity) {
        tree->capacity = tree->capacity == 0 ? 64 : tree->capacity * 2;
        tree->values = realloc(tree->values, tree->capacity * sizeof *tree->values);
        if (tree->values == NULL) {
            abort();
        }
    }
    tree->values[tree->count] = (struct value){.kind = kind};
    return tree->count++;
}

static int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* The four digits after "\u", or -1. */
static int32_t read_unit(struct scan *scan) {
    int32_t unit = 0;
    for (int i = 0; i < 4; i++, scan->at++) {
        int digit = scan->at == scan->end ? -1 : hex_digit(*scan->at);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

static char *put_codepoint(char *to, int32_t c) {
    if (c < 0x80) {
        *to++ = (char)c;
        return to;
    }
    if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        *to++ = (char)(0xe0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    } else {
        *to++ = (char)(0xf0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 0x3f));
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *to++ = (char)(0x80 | (c & 0x3f));
    return to;
}

/* After the backslash; six bytes of escape become at most three, twelve at most four. */
static char *read_escape(struct scan *scan, char *to) {
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *letter =
        scan->at == scan->end ? NULL : memchr(letters, *scan->at, sizeof letters - 1);
    if (letter != NULL) {
        scan->at++;
        *to++ = meant[letter - letters];
        return to;
    }
    if (scan->at == scan->end || *scan->at++ != 'u') {
        give_up(scan, "an unknown escape");
        return to;
    }
    int32_t unit = read_unit(scan);
    if (unit >= 0xd800 && unit < 0xdc00 && scan->end - scan->at >= 2 && scan->at[0] == '\\' &&
        scan->at[1] == 'u') {
        scan->at += 2;
        int32_t low = read_unit(scan);
        unit =
            low >= 0xdc00 && low < 0xe000 ? 0x10000 + (unit - 0xd800) * 0x400 + (low - 0xdc00) : -1;
    }
    if (unit <= 0 || (unit >= 0xd800 && unit < 0xe000)) { /* NUL is no part of any text here */
        give_up(scan, "an impossible escape");
        return to;
    }
    return put_codepoint(to, unit);
}

/* A string's text without its escapes, in the tree's own memory; NULL where it is broken. */
static const char *read_string(struct scan *scan, size_t *ret_size) {
    if (!take(scan, '"', "a string was expected")) {
        return NULL;
    }
    char *text = scan->tree->text + scan->tree->text_size, *to = text;
    while (scan->at != scan->end && *scan->at != '"') {
        const char *from = scan->at;
        while (scan->at != scan->end && *scan->at != '"' && *scan->at != '\\' &&
               (unsigned char)*scan->at >= 0x20) {
            scan->at++;
        }
        memcpy(to, from, (size_t)(scan->at - from));
        to += scan->at - from;
        if (scan->at != scan->end && (unsigned char)*scan->at < 0x20) {
            give_up(scan, "a control character inside a string");
            return NULL;
        }
        if (scan->at != scan->end && *scan->at == '\\') {
            scan->at++;
            to = read_escape(scan, to);
            if (scan->broken) {
                return NULL;
            }
        }
    }
    if (!take(scan, '"', "a string without end")) {
        return NULL;
    }
    *to++ = '\0'; /* the quotes make room for it */
    scan->tree->text_size += (size_t)(to - text);
    *ret_size = (size_t)(to - 1 - text);
    return text;
}

static size_t read_number(struct scan *scan) {
    const char *start = scan->at;
    bool minus = *scan->at == '-';
    scan->at += minus;
    const char *digits = scan->at;
    uint64_t value = 0;
    while (scan->at != scan->end && *scan->at >= '0' && *scan->at <= '9') {
        if (scan->at - digits >= 18) {
            return give_up(scan, "a number beyond all bounds");
        }
        value = value * 10 + (uint64_t)(*scan->at++ - '0');
    }
    if (scan->at == digits) {
        return give_up(scan, "a value was expected");
    }
    if (*digits == '0' && (scan->at - digits > 1 || digits != start)) {
        note(scan, "an integer with a useless zero");
    }
    if (scan->at != scan->end && strchr(".eE", *scan->at) != NULL && *scan->at != '\0') {
        note(scan, "a real number");
        while (scan->at != scan->end && *scan->at != '\0' &&
               strchr("0123456789.eE+-", *scan->at) != NULL) {
            scan->at++;
        }
        return new_value(scan, VALUE_REAL);
    }
    size_t number = new_value(scan, VALUE_INTEGER);
    scan->tree->values[number].integer = minus ? -(int64_t)value : (int64_t)value;
    return number;
}

static size_t read_word(struct scan *scan, const char *word, enum value_kind kind,
                        int64_t integer) {
    size_t length = strlen(word);
    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0) {
        return give_up(scan, "a value was expected");
    }
    scan->at += length;
    size_t number = new_value(scan, kind);
    scan->tree->values[number].integer = integer;
    return number;
}

/* Reads what stands between brackets; `closing` is ']' or '}'. */
static size_t read_children(struct scan *scan, enum value_kind kind, char closing) {
    size_t parent = new_value(scan, kind), last = 0;
    const char *last_key = NULL;
    scan->at++;
    if (peek(scan) == closing) {
        scan->at++;
        return parent;
    }
    for (;;) {
        const char *key = NULL;
        size_t size;
        if (kind == VALUE_OBJECT) {
            key = read_string(scan, &size);
            if (key == NULL || !take(scan, ':', "':' was expected")) {
                return 0;
            }
            if (last_key != NULL && strcmp(last_key, key) >= 0) {
                note(scan, "a key that does not rise in byte order");
            }
            last_key = key;
        }
        size_t child = read_value(scan);
        if (scan->broken) {
            return 0;
        }
        struct value *values = scan->tree->values;
        values[child].key = key;
        *(last == 0 ? &values[parent].first : &values[last].next) = child;
        values[parent].size++;
        last = child;
        char after = peek(scan);
        if (after != ',' && after != closing) {
            return give_up(scan, "',' or a closing bracket was expected");
        }
        scan->at++;
        if (after == closing) {
            return parent;
        }
    }
}

static size_t read_nested(struct scan *scan, enum value_kind kind, char closing) {
    if (scan->depth == DEPTH_MAX) {
        return give_up(scan, "too deeply nested");
    }
    scan->depth++;
    size_t number = read_children(scan, kind, closing);
    scan->depth--;
    return number;
}

static size_t read_value(struct scan *scan) {
    switch (peek(scan)) {
    case '\0':
        return give_up(scan, "it ends too early");
    case '{':
        return read_nested(scan, VALUE_OBJECT, '}');
    case '[':
        return read_nested(scan, VALUE_ARRAY, ']');
    case '"': {
        size_t size;
        const char *text = read_string(scan, &size);
        if (text == NULL) {
            return 0;
        }
        size_t number = new_value(scan, VALUE_TEXT);
        scan->tree->values[number].text = text;
        scan->tree->values[number].size = size;
        return number;
    }
    case 't':
        return read_word(scan, "true", VALUE_TRUTH, 1);
    case 'f':
        return read_word(scan, "false", VALUE_TRUTH, 0);
    case 'n':
        return read_word(scan, "null", VALUE_NULL, 0);
    default:
        return read_number(scan);
    }
}

/* RFC 3629; the page demands UTF-8. */
static bool is_utf8(const unsigned char *at, size_t size) {
    const unsigned char *end = at + size;
    while (at != end) {
        size_t more = *at < 0x80   ? 0
                      : *at < 0xc2 ? 9
                      : *at < 0xe0 ? 1
                      : *at < 0xf0 ? 2
                      : *at < 0xf5 ? 3
                                   : 9;
        if ((size_t)(end - at) <= more) {
            return false;
        }
        for (size_t i = 1; i <= more; i++) {
            if ((at[i] & 0xc0) != 0x80) {
                return false;
            }
        }
        if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) ||
            (*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] > 0x8f)) {
            return false;
        }
        at += 1 + more;
    }
    return true;
}

bool value_read(struct value_tree *tree, const char *bytes, size_t size) {
    if (tree->text_capacity < size + 16) {
        free(tree->text);
        tree->text_capacity = size * 2 + 4096;
        tree->text = malloc(tree->text_capacity);
        if (tree->text == NULL) {
            abort();
        }
    }
    struct scan scan = {.tree = tree, .start = bytes, .at = bytes, .end = bytes + size};
    tree->count = tree->text_size = 0;
    tree->fault = NULL;
    new_value(&scan, VALUE_NULL);
    if (!is_utf8((const unsigned char *)bytes, size)) {
        give_up(&scan, "it is not UTF-8");
        return false;
    }
    if (peek(&scan) != '{') {
        give_up(&scan, "no object");
        return false;
    }
    read_value(&scan);
    if (!scan.broken && (peek(&scan) != '\0' || scan.at != scan.end)) {
        give_up(&scan, "something stands after the object");
    }
    return !scan.broken;
}

void value_finish(struct value_tree *tree) {
    free(tree->values);
    free(tree->text);
    *tree = (struct value_tree){0};
}

const struct value *value_top(const struct value_tree *tree) {
    return &tree->values[1];
}

const struct value *value_first(const struct value_tree *tree, const struct value *parent) {
    return parent == NULL || parent->first == 0 ? NULL : &tree->values[parent->first];
}

const struct value *value_next(const struct value_tree *tree, const struct value *value) {
    return value->next == 0 ? NULL : &tree->values[value->next];
}

const struct value *value_get(const struct value_tree *tree, const struct value *object,
                              const char *key) {
    if (!value_is(object, VALUE_OBJECT)) {
        return NULL;
    }
    for (const struct value *at = value_first(tree, object); at != NULL;
         at = value_next(tree, at)) {
        if (strcmp(at->key, key) == 0) {
            return at;
        }
    }
    return NULL;
}

bool value_is(const struct value *value, enum value_kind kind) {
    return value != NULL && value->kind == kind;
}

int64_t value_integer(const struct value_tree *tree, const struct value *object, const char *key) {
    const struct value *value = value_get(tree, object, key);
    return value_is(value, VALUE_INTEGER) ? value->integer : 0;
}

const char *value_text(const struct value_tree *tree, const struct value *object, const char *key) {
    const struct value *value = value_get(tree, object, key);
    return value_is(value, VALUE_TEXT) ? value->text : "";
}

bool value_has(const struct value_tree *tree, const struct value *object, const char *key) {
    const struct value *value = value_get(tree, object, key);
    return value != NULL && value->kind != VALUE_NULL;
}
