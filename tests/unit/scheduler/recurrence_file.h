/* recurrence_file: runs a table of recurrences, one a line: id, source, name, zone ("floating"),
 * start, rule, extra dates, excepted dates, limit, complete (1: it ends there), expected starts;
 * tabs between them, commas in lists. Lines that begin with "id" or "#" are skipped. */
#ifndef LOAXA_TESTS_RECURRENCE_FILE_H
#define LOAXA_TESTS_RECURRENCE_FILE_H

#include "base/memory.h"
#include "base/text.h"
#include "scheduler/recurrence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMN_ID,
    COLUMN_SOURCE,
    COLUMN_NAME,
    COLUMN_ZONE,
    COLUMN_START,
    COLUMN_RULE,
    COLUMN_DATES,
    COLUMN_EXCEPT,
    COLUMN_LIMIT,
    COLUMN_COMPLETE,
    COLUMN_EXPECTED,
    COLUMN_COUNT
};

struct made_recurrence {
    struct zone *zone;
    struct recurrence *recurrence;
};

static inline struct recurrence_date *split_dates(char *list, size_t *ret_count) {
    struct recurrence_date *dates = NULL;
    size_t capacity = 0;
    *ret_count = 0;
    char *rest = list, *one;
    while (list[0] != '\0' && (one = strsep(&rest, ",")) != NULL) {
        dates = memory_room(dates, *ret_count, &capacity, sizeof *dates);
        if (!recurrence_date_parse(one, &dates[(*ret_count)++], NULL)) {
            printf("bad date %s\n", one);
            abort();
        }
    }
    return dates;
}

static inline bool make_recurrence(char **columns, struct made_recurrence *ret, struct fail *why) {
    struct recurrence_date start;
    *ret = (struct made_recurrence){0};
    if (!recurrence_date_parse(columns[COLUMN_START], &start, why) ||
        (strcmp(columns[COLUMN_ZONE], "floating") != 0 &&
         !zone_load(columns[COLUMN_ZONE], &ret->zone, why))) {
        return false;
    }
    struct recurrence_source source = {.start = start.civil,
                                       .start_is_date = start.is_date,
                                       .zone = ret->zone,
                                       .rule = columns[COLUMN_RULE]};
    struct recurrence_date *dates = split_dates(columns[COLUMN_DATES], &source.dates_count);
    struct recurrence_date *except = split_dates(columns[COLUMN_EXCEPT], &source.except_count);
    source.dates = dates;
    source.except = except;
    bool ok = recurrence_create(&source, &ret->recurrence, why);
    free(dates);
    free(except);
    if (!ok) {
        zone_destroy(ret->zone);
    }
    return ok;
}

static inline void unmake_recurrence(struct made_recurrence *made) {
    recurrence_destroy(made->recurrence);
    zone_destroy(made->zone);
}

/* The first `limit` starts, joined by commas; "+" at the end where there are more. */
static inline void list_starts(const struct recurrence *recurrence, int limit, struct text *ret) {
    struct recurrence_walk walk;
    struct civil start;
    recurrence_walk_begin(&walk, recurrence);
    for (int i = 0; i <= limit && recurrence_walk_next(&walk, &start); i++) {
        char text[CIVIL_TEXT_SIZE];
        if (recurrence_is_date(recurrence)) {
            civil_date_format_basic(start.date, text);
        } else {
            civil_format_basic(start, text);
        }
        text_add_format(ret, "%s%s", i == 0 || i == limit ? "" : ",", i == limit ? "+" : text);
    }
}

/* Returns whether the line is right; prints what it gives where it is not. */
static inline bool run_line(char **columns) {
    struct made_recurrence made;
    struct fail why = {0};
    if (!make_recurrence(columns, &made, &why)) {
        printf("%s: refused: %s\n", columns[COLUMN_ID], why.sentence);
        return false;
    }
    struct text found = {0}, wanted = {0};
    bool complete = columns[COLUMN_COMPLETE][0] == '1';
    list_starts(made.recurrence, atoi(columns[COLUMN_LIMIT]), &found);
    text_add_format(&wanted, "%s", columns[COLUMN_EXPECTED]);
    if (!complete && found.length != 0 && found.bytes[found.length - 1] == '+') {
        text_add_string(&wanted, "+"); /* whether it goes on was not judged */
    }
    bool right = strcmp(text_string(&found), text_string(&wanted)) == 0;
    if (!right) {
        printf("%s %s: gives %s, not %s\n", columns[COLUMN_ID], columns[COLUMN_RULE],
               text_string(&found), text_string(&wanted));
    }
    text_finish(&found);
    text_finish(&wanted);
    unmake_recurrence(&made);
    return right;
}

/* Calls `run` for every line; returns how many it said no to, and counts them all. -1: no file. */
static inline int run_file(const char *path, int columns_wanted, bool (*run)(char **columns),
                           int *ret_lines) {
    struct text file = {0};
    int wrong = 0;
    *ret_lines = 0;
    if (!text_read_file(path, 1 << 24, &file, NULL)) {
        return -1;
    }
    char *rest = file.bytes, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *columns[COLUMN_COUNT];
        int count = 0;
        if (line[0] == '\0' || line[0] == '#' || strncmp(line, "id\t", 3) == 0 ||
            strncmp(line, "source\t", 7) == 0) {
            continue;
        }
        while (line != NULL && count < COLUMN_COUNT) {
            columns[count++] = strsep(&line, "\t");
        }
        if (count != columns_wanted) {
            printf("%s: %d columns\n", columns[0], count);
            wrong++;
            continue;
        }
        (*ret_lines)++;
        wrong += !run(columns);
    }
    text_finish(&file);
    return wrong;
}

#endif
