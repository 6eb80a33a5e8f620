/* options: the words after a command, read by a table and refused with one sentence.
 *
 * GNU long options ("--name VALUE", "--name=VALUE", "--" ends them) and plain words in any order.
 * Every option's value is checked as it is read; a fault is FAIL_USAGE and names the option and
 * what may stand there. Thread: one (getopt's state is global). */
#ifndef LOAXA_CLI_OPTIONS_H
#define LOAXA_CLI_OPTIONS_H

#include "base/civil.h"
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_FLAG,  /* bool */
    OPTION_TEXT,  /* const char *, not empty */
    OPTION_ANY,   /* const char *, may be empty */
    OPTION_LIST,  /* struct option_list: may be given many times */
    OPTION_WHOLE, /* int64_t, 0 or more */
    OPTION_DATE,  /* struct civil_date */
    OPTION_CIVIL, /* struct civil: a date with a time */
    OPTION_LENGTH /* int64_t microseconds: 90, 90s, 15m, 1h30m, 00:15:00, "15 phút" */
};

enum { OPTION_LIST_MAX = 64 };
struct option_list {
    const char *values[OPTION_LIST_MAX];
    size_t count;
};

struct option_rule {
    const char *name;
    enum option_type type;
    void *value; /* untouched where the option is not given */
    bool *given; /* may be NULL */
};

/* Reads all options of invocation->arguments[1..]; what remains, the plain words, are then
 * (*ret_words)[0 .. *ret_count), borrowed from the invocation. At least `least` and at most `most`
 * words are wanted: `wanted` says in words which ("ITEM", "COLUMN TITLE"). */
bool options_read(const struct invocation *invocation, const struct option_rule *rules,
                  size_t rules_count, const char *wanted, size_t least, size_t most,
                  char ***ret_words, size_t *ret_count, struct fail *why);

/* Numbers of things: "12" or "#12". */
bool options_number(const char *word, int64_t *ret_number, struct fail *why);
/* As OPTION_CIVIL reads it: base/civil.h's forms, and a date and a time as people write them parted
 * by a blank ("1/12/2026 17h10"). */
bool options_civil(const char *word, struct civil *ret_civil);
/* As OPTION_LENGTH reads it. False where it is none. */
bool options_length(const char *word, int64_t *ret_us);

/* The second word of a command with parts: "column add". */
struct action {
    const char *name;
    bool (*run)(const struct invocation *invocation, struct fail *why);
};
/* Runs the action that arguments[1] names; its invocation's arguments[0] is the action's name. A
 * command that may stand alone runs actions[0] where no word follows, or an option does. */
bool options_act(const struct invocation *invocation, const struct action *actions, size_t count,
                 bool may_stand_alone, struct fail *why);

#endif
