#include "cli/listing.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"

#include <stdlib.h>
#include <string.h>

enum { LISTING_COLUMNS_MAX = 16 };

void listing_set(json_t *object, const char *key, const char *value) {
    json_t *text = json_null();
    if (value != NULL) {
        text = json_stringn(value, text_utf8_error(value, strlen(value)));
    }
    json_object_set_new(object, key, text);
}

void listing_set_whole(json_t *object, const char *key, json_int_t value) {
    json_object_set_new(object, key, json_integer(value));
}

static void add_value(struct text *text, const json_t *value) {
    if (json_is_string(value)) {
        for (const char *c = json_string_value(value); *c != '\0'; c++) {
            text_add(text, *c == '\n' || *c == '\t' ? " " : c, 1); /* a row stays one line */
        }
    } else if (json_is_integer(value)) {
        text_add_format(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_boolean(value)) {
        text_add_string(text, json_is_true(value) ? tr("yes") : tr("no"));
    } else if (json_is_array(value)) {
        size_t index;
        json_t *one;
        json_array_foreach(value, index, one) {
            text_add_string(text, index != 0 ? ", " : "");
            add_value(text, one);
        }
    }
}

/* At most `most` columns of it, the last "…" where something is left out; 0 leaves it whole. */
static void cut(struct text *text, size_t most) {
    if (most == 0 || text->length == 0 || text_columns(text->bytes) <= most) {
        return;
    }
    size_t keep = text->length;
    while (keep > 0) {
        do {
            keep--;
        } while (keep > 0 && ((unsigned char)text->bytes[keep] & 0xC0) == 0x80);
        text->bytes[keep] = '\0';
        if (text_columns(text->bytes) < most) {
            break;
        }
    }
    text->length = keep;
    text_add_string(text, "…");
}

static struct text cell(const json_t *row, const struct listing_column *column) {
    struct text text = {0};
    add_value(&text, json_object_get(row, column->key));
    cut(&text, column->most);
    return text;
}

static void put(const char *string, size_t width, bool right, bool last) {
    size_t columns = text_columns(string);
    size_t gap = columns < width ? width - columns : 0;
    printf("%*s%s%*s%s", right ? (int)gap : 0, "", string, right || last ? 0 : (int)gap, "",
           last ? "\n" : "  ");
}

static void print_table(const json_t *list, const struct listing_column *columns, size_t count) {
    size_t width[LISTING_COLUMNS_MAX] = {0};
    bool right[LISTING_COLUMNS_MAX] = {0};
    size_t index;
    json_t *row;
    for (size_t i = 0; i < count; i++) {
        width[i] = text_columns(tr(columns[i].heading));
    }
    json_array_foreach(list, index, row) {
        for (size_t i = 0; i < count; i++) {
            struct text text = cell(row, &columns[i]);
            size_t needed = text_columns(text_string(&text));
            width[i] = needed > width[i] ? needed : width[i];
            right[i] |= json_is_integer(json_object_get(row, columns[i].key));
            text_finish(&text);
        }
    }
    for (size_t i = 0; i < count; i++) {
        put(tr(columns[i].heading), width[i], right[i], i + 1 == count);
    }
    json_array_foreach(list, index, row) {
        for (size_t i = 0; i < count; i++) {
            struct text text = cell(row, &columns[i]);
            put(text_string(&text), width[i], right[i], i + 1 == count);
            text_finish(&text);
        }
    }
}

static void print_json(json_t *value, size_t flags) {
    json_dumpf(value, stdout, flags | JSON_ENCODE_ANY);
    putchar('\n');
    json_decref(value);
}

void listing_print_json(json_t *value) {
    print_json(value, JSON_COMPACT);
}

void listing_print(json_t *list, bool as_json, const struct listing_column *columns, size_t count,
                   const char *empty) {
    if (as_json) {
        print_json(list, JSON_INDENT(2));
        return;
    }
    if (json_array_size(list) == 0) {
        fprintf(stderr, "%s\n", empty);
    } else {
        print_table(list, columns, count < LISTING_COLUMNS_MAX ? count : LISTING_COLUMNS_MAX);
    }
    json_decref(list);
}

void listing_print_one(json_t *object, bool as_json, const struct listing_column *columns,
                       size_t count) {
    if (as_json) {
        print_json(object, JSON_INDENT(2));
        return;
    }
    size_t width = 0;
    for (size_t i = 0; i < count; i++) {
        size_t needed = text_columns(tr(columns[i].heading)) + 1;
        width = needed > width ? needed : width;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(object, columns[i].key);
        if (value == NULL || json_is_null(value)) {
            continue;
        }
        struct text text = cell(object, &columns[i]);
        memory_auto char *heading = memory_format("%s:", tr(columns[i].heading));
        put(heading, width, false, false);
        puts(text_string(&text));
        text_finish(&text);
    }
    json_decref(object);
}
