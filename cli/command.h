/* command: one subcommand of `loaxa`. A file cli/command_NAME.c defines `const struct command
 * command_NAME` and cli/commands.c lists it; help, man pages and completion are made from the same
 * table.
 *
 * GNU long options through getopt_long; every command takes --help (handled before run()) and,
 * where data comes out, --json. Data goes to standard output, sentences to standard error. */
#ifndef LOAXA_CLI_COMMAND_H
#define LOAXA_CLI_COMMAND_H

#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>

struct invocation {
    const char *station; /* the station's folder: --station, LOAXA_STATION or /var/lib/loaxa */
    const char *actor;   /* --as NAME, or NULL: the user of this login */
    int count;           /* arguments[0] is the subcommand's name; ready for getopt_long */
    char **arguments;
};

struct command {
    const char *name;
    const char *synopsis; /* "--tz TZ --dtstart TIME --rule RULE [--limit N]" */
    const char *summary;  /* one line */
    const char *actions;  /* "add list show", the words that may follow it, or NULL */
    const char *help;     /* what it does, its options one a line, and examples */
    /* Does the work; on false the caller prints why->sentence and ends with its exit status. */
    bool (*run)(const struct invocation *invocation, struct fail *why);
};

extern const struct command *const commands[];
extern const size_t commands_count;

#endif
