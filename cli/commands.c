#include "cli/command.h"

/* Each line stands alone. */
extern const struct command command_status;
extern const struct command command_plan;
extern const struct command command_preflight;
extern const struct command command_play;
extern const struct command command_stop;
extern const struct command command_hold;
extern const struct command command_resume;
extern const struct command command_item;
extern const struct command command_bulletin;
extern const struct command command_clip;
extern const struct command command_submit;
extern const struct command command_approve;
extern const struct command command_return;
extern const struct command command_withdraw;
extern const struct command command_column;
extern const struct command command_segment;
extern const struct command command_template;
extern const struct command command_document;
extern const struct command command_ledger;
extern const struct command command_simulate;
extern const struct command command_diary;
extern const struct command command_history;
extern const struct command command_clock;
extern const struct command command_user;
extern const struct command command_profile;
extern const struct command command_station;
extern const struct command command_init;
extern const struct command command_doctor;
extern const struct command command_backup;
extern const struct command command_restore;
extern const struct command command_migrate;
extern const struct command command_recur;
extern const struct command command_lunar;
extern const struct command command_normalise;
extern const struct command command_lexicon;
extern const struct command command_lint;

/* In the order that --help shows. */
const struct command *const commands[] = {
    /* clang-format off */
    &command_status,
    &command_plan,
    &command_preflight,
    &command_play,
    &command_stop,
    &command_hold,
    &command_resume,
    &command_item,
    &command_bulletin,
    &command_clip,
    &command_submit,
    &command_approve,
    &command_return,
    &command_withdraw,
    &command_column,
    &command_segment,
    &command_template,
    &command_document,
    &command_ledger,
    &command_simulate,
    &command_diary,
    &command_history,
    &command_clock,
    &command_user,
    &command_profile,
    &command_station,
    &command_init,
    &command_doctor,
    &command_backup,
    &command_restore,
    &command_migrate,
    &command_recur,
    &command_lunar,
    &command_normalise,
    &command_lexicon,
    &command_lint,
    /* clang-format on */
    NULL,
};
const size_t commands_count = sizeof commands / sizeof *commands - 1;
