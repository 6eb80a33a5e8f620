/* memory: allocation that never returns NULL. Out of memory aborts; bound every size that comes
 * from a file or the network before you ask. Not RT safe. */
#ifndef LOAXA_BASE_MEMORY_H
#define LOAXA_BASE_MEMORY_H

#include <stddef.h>

void *memory_new(size_t size) __attribute__((malloc, returns_nonnull)); /* zeroed */
void *memory_resize(void *old, size_t count, size_t element_size) __attribute__((returns_nonnull));
char *memory_text(const char *text) __attribute__((malloc, returns_nonnull));
char *memory_format(const char *format, ...)
    __attribute__((malloc, returns_nonnull, format(printf, 1, 2)));

/* Makes room for one more element in a growing array; returns the (moved) array. *capacity is
 * updated. */
void *memory_room(void *array, size_t count, size_t *capacity, size_t element_size)
    __attribute__((returns_nonnull));

/* free() for the cleanup attribute: `memory_auto char *name = ...;` */
void memory_free_pointer(void *pointer_to_pointer);
#define memory_auto __attribute__((cleanup(memory_free_pointer)))

#endif
