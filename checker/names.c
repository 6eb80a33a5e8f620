#include "checker/names.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const char *text) {
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
    return hash ^ (hash >> 29);
}

static size_t slot_of(const struct names *names, const char *text) {
    size_t slot = (size_t)hash_of(text) & (names->slots_count - 1);
    while (names->slots[slot] != 0 && strcmp(names->texts[names->slots[slot] - 1], text) != 0) {
        slot = (slot + 1) & (names->slots_count - 1);
    }
    return slot;
}

static void *must(void *memory) {
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static void grow(struct names *names) {
    names->slots_count = names->slots_count == 0 ? 1024 : names->slots_count * 2;
    free(names->slots);
    names->slots = must(calloc(names->slots_count, sizeof *names->slots));
    for (size_t i = 0; i < names->count; i++) {
        names->slots[slot_of(names, names->texts[i])] = (uint32_t)i + 1;
    }
}

size_t names_number(struct names *names, const char *text) {
    if (names->count * 2 >= names->slots_count) {
        grow(names);
    }
    size_t slot = slot_of(names, text);
    if (names->slots[slot] != 0) {
        return names->slots[slot] - 1;
    }
    if (names->count == names->capacity) {
        names->capacity = names->capacity == 0 ? 256 : names->capacity * 2;
        names->texts = must(realloc(names->texts, names->capacity * sizeof *names->texts));
    }
    names->texts[names->count] = must(strdup(text));
    names->slots[slot] = (uint32_t)++names->count;
    return names->count - 1;
}

size_t names_find(const struct names *names, const char *text) {
    if (names->slots_count == 0) {
        return SIZE_MAX;
    }
    uint32_t slot = names->slots[slot_of(names, text)];
    return slot == 0 ? SIZE_MAX : slot - 1;
}

void names_finish(struct names *names) {
    for (size_t i = 0; i < names->count; i++) {
        free(names->texts[i]);
    }
    free(names->texts);
    free(names->slots);
    *names = (struct names){0};
}
