/* names: a set of texts, each with a number from 0 up in the order of their first coming. */
#ifndef LOAXA_CHECKER_NAMES_H
#define LOAXA_CHECKER_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct names {
    char **texts; /* owned; texts[number] */
    size_t count, capacity;
    uint32_t *slots; /* number + 1; 0 is free */
    size_t slots_count;
};

/* The number of `text`, which is added where it is new. */
size_t names_number(struct names *names, const char *text);
/* The number of `text`, or SIZE_MAX where it never came. */
size_t names_find(const struct names *names, const char *text);
void names_finish(struct names *names);

#endif
