/* loaxa-ampd: the amplifier's own process. */
#include "base/logging.h"
#include "base/words.h"
#include "station/ampd.h"

#include <locale.h>
#include <stdio.h>

static bool run(const struct ampd_options *options, struct fail *why) {
    switch (options->task) {
    case AMPD_RUN:
        return ampd_run(options, why);
    case AMPD_ALL_OFF:
        return ampd_all_off(options, why);
    case AMPD_STATUS:
        return ampd_print_status(options, why);
    case AMPD_HELP:
        fputs(ampd_options_help(), stdout);
        return true;
    case AMPD_VERSION:
        puts("loaxa-ampd " LOAXA_VERSION);
        return true;
    }
    return false;
}

int main(int count, char **arguments) {
    setlocale(LC_CTYPE, "C.UTF-8");
    words_use(words_language_of_environment());
    logging_start("loaxa-ampd", LOGGING_INFO);
    struct ampd_options options;
    struct fail why = {0};
    bool ok = ampd_options_read(count, arguments, &options, &why) && run(&options, &why);
    ampd_options_finish(&options);
    if (!ok && why.sentence[0] != '\0') {
        fprintf(stderr, "loaxa-ampd: %s\n", why.sentence);
    }
    return ok ? 0 : fail_exit_status(why.code != FAIL_NONE ? why.code : FAIL_USAGE);
}
