/* loaxa: the command of the station's operator, editor and approver. */
#include "base/logging.h"
#include "base/words.h"
#include "cli/command.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_usage(FILE *out) {
    fputs(tr("Usage: loaxa [--station DIR] [--as NAME] COMMAND [OPTION...]\n\n"
             "The broadcast scheduler of a commune's public loudspeakers.\n\nCommands:\n"),
          out);
    for (size_t i = 0; i < commands_count; i++) {
        fprintf(out, "  %-12s %s\n", commands[i]->name, tr(commands[i]->summary));
    }
    fputs(tr("\nThe station's folder is DIR, or else LOAXA_STATION, or else /var/lib/loaxa.\n"
             "'loaxa COMMAND --help' explains a command, with examples.\n"),
          out);
}

static const struct command *find_command(const char *name) {
    for (size_t i = 0; i < commands_count; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static bool wants_help(int count, char **arguments) {
    for (int i = 1; i < count && strcmp(arguments[i], "--") != 0; i++) {
        if (strcmp(arguments[i], "--help") == 0) {
            return true;
        }
    }
    return false;
}

/* What was printed must have arrived; a full disk is no success. */
static int flushed(int status) {
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fprintf(stderr, "loaxa: %s\n", strerror(errno));
        return status != 0 ? status : 3;
    }
    return status;
}

static int run_command(struct invocation *invocation) {
    const struct command *command = find_command(invocation->arguments[0]);
    if (command == NULL) {
        fprintf(stderr, tr("loaxa: there is no command '%s'; 'loaxa --help' lists them\n"),
                invocation->arguments[0]);
        return 2;
    }
    if (wants_help(invocation->count, invocation->arguments)) {
        printf(tr("Usage: loaxa %s %s\n\n%s\n\n%s"), command->name, command->synopsis,
               tr(command->summary), tr(command->help));
        return 0;
    }
    struct fail why = {0};
    bool may_name_another = getuid() == 0 && invocation->actor == NULL; /* it drops root later */
    bool ok = command->run(invocation, &why);
    if (!ok && why.code == FAIL_RIGHTS && may_name_another) {
        fprintf(stderr, tr("loaxa %s: %s; --as NAME acts as a user who may: see 'loaxa user'\n"),
                command->name, why.sentence);
    } else if (!ok && why.sentence[0] != '\0') {
        fprintf(stderr, "loaxa %s: %s\n", command->name, why.sentence);
    }
    return ok ? 0 : fail_exit_status(why.code != FAIL_NONE ? why.code : FAIL_INVALID);
}

int main(int count, char **arguments) {
    static const struct option options[] = {
        {"station", required_argument, NULL, 's'},
        {"as", required_argument, NULL, 'a'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {0},
    };
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is told as a full disk is */
    setlocale(LC_CTYPE, "C.UTF-8");
    words_use(words_language_of_environment());
    logging_start("loaxa", LOGGING_WARNING);
    struct invocation invocation = {.station = getenv("LOAXA_STATION")};
    int option;
    opterr = 0;
    while ((option = getopt_long(count, arguments, "+", options, NULL)) != -1) {
        switch (option) {
        case 's':
            invocation.station = optarg;
            break;
        case 'a':
            invocation.actor = optarg;
            break;
        case 'h':
            print_usage(stdout);
            return flushed(0);
        case 'V':
            puts("loaxa " LOAXA_VERSION);
            return flushed(0);
        default:
            fprintf(stderr,
                    tr("loaxa: '%s' is no option here, or wants a value; see 'loaxa --help'\n"),
                    arguments[optind > 1 ? optind - 1 : 1]);
            return 2;
        }
    }
    if (invocation.station == NULL || invocation.station[0] == '\0') {
        invocation.station = "/var/lib/loaxa";
    }
    if (optind == count) {
        print_usage(stderr);
        return 2;
    }
    invocation.count = count - optind;
    invocation.arguments = arguments + optind;
    optind = 0; /* getopt starts anew for the subcommand */
    return flushed(run_command(&invocation));
}
