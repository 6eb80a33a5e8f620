/* loaxad: the station on the air. */
#include "base/logging.h"
#include "base/words.h"
#include "station/loaxad.h"
#include "station/settings.h"

#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

static void print_usage(FILE *out) {
    fputs(tr("Usage: loaxad [--station DIR] [--sound DEVICE] [--check-config] [--verbose]\n\n"
             "Plans, plays and records the programme of one station until it is told to end.\n\n"
             "  --station DIR    the station's folder (else LOAXA_STATION, else /var/lib/loaxa)\n"
             "  --sound DEVICE   an ALSA device, or wav:FOLDER to write WAV files instead\n"
             "  --check-config   check settings.ini, say what is wrong with it, and end\n"
             "  --verbose        say more\n\n"
             "Examples:\n"
             "  loaxad --station /var/lib/loaxa --check-config\n"
             "  loaxad --station ./demo --sound wav:heard\n"),
          out);
}

static int check_config(const char *station) {
    struct settings settings;
    struct fail why;
    if (!settings_load(station, &settings, &why)) {
        fprintf(stderr, "loaxad: %s\n", why.sentence);
        return fail_exit_status(why.code);
    }
    puts(tr("settings.ini is right"));
    return 0;
}

/* The language of the settings, where the environment does not ask for one. */
static void choose_language(const char *station) {
    struct settings settings;
    words_use(words_language_of_environment());
    if (getenv("LOAXA_LANG") == NULL && settings_load(station, &settings, NULL)) {
        words_use(settings.language[0] == 'v' ? LANGUAGE_VIETNAMESE : LANGUAGE_ENGLISH);
    }
}

int main(int count, char **arguments) {
    static const struct option options[] = {
        {"station", required_argument, NULL, 's'},
        {"sound", required_argument, NULL, 'd'},
        {"check-config", no_argument, NULL, 'c'},
        {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {0},
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    words_use(words_language_of_environment());
    struct loaxad_options chosen = {.station = getenv("LOAXA_STATION")};
    bool check = false, verbose = false;
    int option;
    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        switch (option) {
        case 's':
            chosen.station = optarg;
            break;
        case 'd':
            chosen.sound = optarg;
            break;
        case 'c':
            check = true;
            break;
        case 'v':
            verbose = true;
            break;
        case 'h':
            print_usage(stdout);
            return 0;
        case 'V':
            puts("loaxad " LOAXA_VERSION);
            return 0;
        default:
            return 2;
        }
    }
    if (optind != count) {
        print_usage(stderr);
        return 2;
    }
    if (chosen.station == NULL || chosen.station[0] == '\0') {
        chosen.station = "/var/lib/loaxa";
    }
    if (check) {
        return check_config(chosen.station);
    }
    choose_language(chosen.station);
    logging_start("loaxad", verbose ? LOGGING_DEBUG : LOGGING_INFO);
    struct fail why = {0};
    if (!loaxad_run(&chosen, &why)) {
        log_error("%s", why.sentence);
        return fail_exit_status(why.code);
    }
    return 0;
}
