#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory) {
    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *memory_new(size_t size) {
    return checked(calloc(1, size != 0 ? size : 1));
}

void *memory_resize(void *old, size_t count, size_t element_size) {
    if (element_size != 0 && count > SIZE_MAX / element_size) {
        checked(NULL);
    }
    size_t size = count * element_size;
    return checked(realloc(old, size != 0 ? size : 1));
}

char *memory_text(const char *text) {
    return checked(strdup(text));
}

char *memory_format(const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return checked(length < 0 ? NULL : text);
}

void *memory_room(void *array, size_t count, size_t *capacity, size_t element_size) {
    if (count < *capacity) {
        return array;
    }
    *capacity = *capacity < 8 ? 8 : *capacity * 2;
    return memory_resize(array, *capacity, element_size);
}

void memory_free_pointer(void *pointer_to_pointer) {
    free(*(void **)pointer_to_pointer);
}
