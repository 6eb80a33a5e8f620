/* loaxa_manual: writes the manual pages and the bash completion from the same tables that the
 * programs use. A tool of the build, not installed.
 *
 *   loaxa_manual loaxa.1 | settings.ini.5 | completion
 *
 * in the language that LOAXA_LANG names. */
#include "base/words.h"
#include "cli/command.h"
#include "station/settings.h"

#include <stdio.h>
#include <string.h>

/* roff reads '\' and '-' itself, and '.' and ''' at the beginning of a line. */
static void put(const char *text) {
    bool begins = true;
    for (; *text != '\0'; text++) {
        if (begins && (*text == '.' || *text == '\'')) {
            fputs("\\&", stdout);
        }
        begins = *text == '\n';
        if (*text == '\\') {
            fputs("\\e", stdout);
        } else if (*text == '-') {
            fputs("\\-", stdout);
        } else {
            putchar(*text);
        }
    }
}

static void heading(const char *name) {
    printf(".SH %s\n", tr(name));
}

/* A paragraph with a term before it. */
static void term(const char *name, const char *text) {
    fputs(".TP\n.B ", stdout);
    put(name);
    putchar('\n');
    put(text);
    putchar('\n');
}

static void as_it_is(const char *text) {
    size_t length = strlen(text);
    fputs(".PP\n.nf\n", stdout);
    put(text);
    fputs(length != 0 && text[length - 1] == '\n' ? ".fi\n" : "\n.fi\n", stdout);
}

static void write_loaxa(void) {
    printf(".TH LOAXA 1 \"\" \"loaxa %s\" \"%s\"\n", LOAXA_VERSION, tr("Commune radio"));
    heading(/* tr */ "NAME");
    printf("loaxa \\- ");
    put(tr("plans, approves and airs what a commune's public loudspeakers say"));
    putchar('\n');
    heading(/* tr */ "SYNOPSIS");
    puts(".B loaxa\n[\\-\\-station\n.IR DIR ]\n[\\-\\-as\n.IR NAME ]\n.I COMMAND\n"
         "[\\fIOPTION\\fR...]");
    heading(/* tr */ "DESCRIPTION");
    put(tr("loaxa works on one station: a folder with its databases, sounds and settings. What is "
           "planned and written is changed here; what goes on the air is the work of loaxad(8)."));
    putchar('\n');
    term("--station DIR", tr("The station's folder; without it LOAXA_STATION, or /var/lib/loaxa."));
    term("--as NAME", tr("Act as this user of the station. Only root and the owner of the folder "
                         "may; everybody else is known by their login name."));
    term("--help", tr("Help, also after a command."));
    term("--version", tr("The version."));
    heading(/* tr */ "COMMANDS");
    for (size_t i = 0; i < commands_count; i++) {
        const struct command *command = commands[i];
        fputs(".SS ", stdout);
        put(command->name);
        fputs("\n.B loaxa ", stdout);
        put(command->name);
        fputs("\n", stdout);
        put(command->synopsis);
        fputs("\n.PP\n", stdout);
        put(tr(command->summary));
        putchar('\n');
        as_it_is(tr(command->help));
    }
    heading(/* tr */ "EXIT STATUS");
    term("0", tr("Done."));
    term("1", tr("Refused: not found, contradicts what is there, no right, too much, too late."));
    term("2", tr("The call or the input is wrong."));
    term("3", tr("Stored data, the disk, a device or the system does not work."));
    heading(/* tr */ "ENVIRONMENT");
    term("LOAXA_STATION", tr("The station's folder."));
    term("LOAXA_LANG", tr("vi or en; without it the locale decides."));
    heading(/* tr */ "SEE ALSO");
    puts(".BR loaxad (8),\n.BR loaxa\\-ampd (8),\n.BR settings.ini (5)");
}

static void write_settings(void) {
    size_t count;
    const struct settings_key *schema = settings_schema(&count);
    printf(".TH SETTINGS.INI 5 \"\" \"loaxa %s\" \"%s\"\n", LOAXA_VERSION, tr("Commune radio"));
    heading(/* tr */ "NAME");
    printf("settings.ini \\- ");
    put(tr("the facts of a loaxa station's machine"));
    putchar('\n');
    heading(/* tr */ "DESCRIPTION");
    put(tr("The file settings.ini in the station's folder: sections in brackets, one key = value a "
           "line, comments begin with #. What is not given keeps its default. An unknown key, a "
           "bad value or a key given twice is refused with the number of its line; check with "
           "loaxad --check-config."));
    putchar('\n');
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(schema[i].section, schema[i - 1].section) != 0) {
            printf(".SS [%s]\n", schema[i].section);
        }
        char values[160] = "";
        if (schema[i].type == SETTINGS_TYPE_WHOLE) {
            snprintf(values, sizeof values, tr(" From %d to %d."), (int)schema[i].least,
                     (int)schema[i].most);
        }
        char text[1024];
        snprintf(text, sizeof text, tr("%s%s Default: %s"), tr(schema[i].help), values,
                 schema[i].value[0] != '\0' ? schema[i].value : tr("empty"));
        term(schema[i].type == SETTINGS_TYPE_ZONE ? "N" : schema[i].key, text);
    }
    heading(/* tr */ "SEE ALSO");
    puts(".BR loaxa (1),\n.BR loaxad (8),\n.BR loaxa\\-ampd (8)");
}

/* The options that a text names, each once, separated by blanks. */
static void options_of(const char *text, char *list, size_t size) {
    size_t used = strlen(list);
    for (const char *at = strstr(text, "--"); at != NULL; at = strstr(at, "--")) {
        size_t length = 2 + strspn(at + 2, "abcdefghijklmnopqrstuvwxyz0123456789-");
        char one[48];
        snprintf(one, sizeof one, " %.*s ", (int)length, at);
        if (length > 2 && used + length + 2 < size && strstr(list, one) == NULL) {
            used += (size_t)snprintf(list + used, size - used, "%s%.*s ", used == 0 ? " " : "",
                                     (int)length, at);
        }
        at += length;
    }
}

static void write_completion(void) {
    puts("# bash completion for loaxa, made from its table of commands\n"
         "_loaxa() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i\n"
         "    COMPREPLY=()\n"
         "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "        case ${COMP_WORDS[i]} in\n"
         "        --station | --as) ((i++)) ;;\n"
         "        -*) ;;\n"
         "        *) command=${COMP_WORDS[i]}; break ;;\n"
         "        esac\n"
         "    done\n"
         "    if [[ $before == --station ]]; then\n"
         "        COMPREPLY=($(compgen -d -- \"$word\"))\n"
         "        return\n"
         "    fi\n"
         "    local words=\n"
         "    case $command in");
    printf("    '') words='--station --as --help --version");
    for (size_t i = 0; i < commands_count; i++) {
        printf(" %s", commands[i]->name);
    }
    puts("' ;;");
    for (size_t i = 0; i < commands_count; i++) {
        char list[2048] = "";
        options_of(commands[i]->synopsis, list, sizeof list);
        options_of(commands[i]->help, list, sizeof list);
        printf("    %s) words='%s%s--help' ;;\n", commands[i]->name,
               commands[i]->actions != NULL ? commands[i]->actions : "",
               list[0] != '\0' ? list : " ");
    }
    puts("    esac\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "    [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "}\n"
         "complete -o filenames -F _loaxa loaxa");
}

int main(int count, char **arguments) {
    words_use(words_language_of_environment());
    const char *what = count == 2 ? arguments[1] : "";
    if (strcmp(what, "loaxa.1") == 0) {
        write_loaxa();
    } else if (strcmp(what, "settings.ini.5") == 0) {
        write_settings();
    } else if (strcmp(what, "completion") == 0) {
        write_completion();
    } else {
        fputs("usage: loaxa_manual loaxa.1 | settings.ini.5 | completion\n", stderr);
        return 2;
    }
    return fflush(stdout) == 0 ? 0 : 3;
}
