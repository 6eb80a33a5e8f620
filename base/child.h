/* child: a helper program of our own, started with a few descriptors, heard line by line, and ended
 * when its time is over. Whatever reads foreign bytes runs in one (design, "Processes").
 *
 * The child gets standard output as a pipe to us, standard error as ours, no standard input, the
 * descriptors that the plan names and no other, an environment of its own (language only), default
 * signals, and a process group of its own that is killed as a whole. Thread: any; not RT safe. */
#ifndef LOAXA_BASE_CHILD_H
#define LOAXA_BASE_CHILD_H

#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHILD_DESCRIPTORS_MAX = 8, CHILD_LINE_SIZE = 4096 };

struct child_descriptor {
    int fd; /* ours; borrowed, stays open */
    int as; /* its number in the child, 3 or more */
};

struct child_plan {
    const char *program;          /* a path: see child_find() */
    const char *const *arguments; /* with the program's name first, NULL last */
    const struct child_descriptor *descriptors;
    size_t descriptors_count; /* at most CHILD_DESCRIPTORS_MAX */
    int64_t timeout_ms;       /* for its whole life */
    /* Told each line that the child prints, without its newline, longer ones cut; UTF-8 and without
     * control characters, whatever came. False ends the child. May be NULL. */
    bool (*line)(void *context, const char *line);
    void *context;
};

/* The path of one of our programs: beside the running one, where the build and the packages put it,
 * or in LOAXA_BIN (tests). FAIL_NOT_FOUND with the cure where there is none. */
enum { CHILD_PATH_SIZE = 4096 };
bool child_find(const char *name, char path[CHILD_PATH_SIZE], struct fail *why);

/* Runs it to its end. *ret_status is its exit status where it ended by itself (true), be that 0 or
 * not. False: it could not be started (FAIL_SYSTEM), was killed by a signal (FAIL_DEVICE), was
 * still there at its time's end (FAIL_TIMEOUT), or `line` said no (FAIL_TIMEOUT). */
bool child_run(const struct child_plan *plan, int *ret_status, struct fail *why);

#endif
