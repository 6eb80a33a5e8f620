#include "cli/command.h"

/* Each line stands alone. */
extern const struct command command_status;
extern const struct command command_play;
extern const struct command command_stop;
extern const struct command command_hold;
extern const struct command command_resume;
extern const struct command command_clock;
extern const struct command command_diary;
extern const struct command command_ledger;
extern const struct command command_simulate;
extern const struct command command_recur;
extern const struct command command_lunar;
extern const struct command command_normalise;
extern const struct command command_lexicon;
extern const struct command command_lint;

/* In the order that --help shows. */
const struct command *const commands[] = {
    /* clang-format off */
    &command_status,
    &command_play,
    &command_stop,
    &command_hold,
    &command_resume,
    &command_clock,
    &command_diary,
    &command_ledger,
    &command_simulate,
    &command_recur,
    &command_lunar,
    &command_normalise,
    &command_lexicon,
    &command_lint,
    /* clang-format on */
    NULL,
};
const size_t commands_count = sizeof commands / sizeof *commands - 1;
