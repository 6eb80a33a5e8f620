#include "cli/command.h"

/* Each line stands alone, in the order that --help shows. */
const struct command *const commands[] = {
    NULL,
};
const size_t commands_count = sizeof commands / sizeof *commands - 1;
