/* listing: what a command shows, once as data and once for eyes.
 *
 * A command builds JSON (jansson); with --json it is printed as it is, otherwise a list becomes an
 * aligned table and an object lines of "name: value". Both therefore always tell the same. */
#ifndef LOAXA_CLI_LISTING_H
#define LOAXA_CLI_LISTING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct listing_column {
    const char *key;     /* of each object; arrays are joined with ", " */
    const char *heading; /* English; tr() gives the Vietnamese */
    size_t most;         /* columns at most, cut with "…"; 0: as wide as needed */
};

/* Prints `list` (taken) as a table, or as JSON. Where it is empty, `empty` (already translated) is
 * written to standard error instead of a table. */
void listing_print(json_t *list, bool as_json, const struct listing_column *columns, size_t count,
                   const char *empty);

/* Prints one object (taken) the same way: lines of the columns that it has. */
void listing_print_one(json_t *object, bool as_json, const struct listing_column *columns,
                       size_t count);

/* Any JSON (taken), on one line for a script that reads lines. */
void listing_print_json(json_t *value);

/* `object` gets `key`; a NULL text is null, bytes that are no UTF-8 are cut off. */
void listing_set(json_t *object, const char *key, const char *value);
void listing_set_whole(json_t *object, const char *key, json_int_t value);

#endif
