/* loaxa normalise: what the newsreader will say, a line for a line. */
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/command.h"
#include "station/studio.h"
#include "tts/lexicon.h"
#include "tts/normaliser.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct job {
    struct reading_options options;
    struct lexicon *lexicon;
    bool explain, json, whole;
    size_t problems;
};

static void print_problem(const struct reading_problem *problem, size_t line) {
    fprintf(stderr, tr("line %zu, column %" PRIu32 ": %s: '%s': %s\n"), line + problem->line - 1,
            problem->column, reading_problem_kind_name(problem->kind), problem->token,
            problem->cure);
}

static void print_problems(const struct reading *reading, size_t line) {
    for (size_t i = 0; i < reading->problem_count; i++) {
        print_problem(&reading->problems[i], line);
    }
    if (reading->problem_total > reading->problem_count) {
        fprintf(stderr, tr("and %zu more\n"), reading->problem_total - reading->problem_count);
    }
}

/* One line for each run of words with the same origin: source, rule, words. */
static void explain(const struct reading *reading, const char *text) {
    const char *spoken = reading_spoken(reading);
    for (size_t i = 0; i < reading->piece_count;) {
        const struct reading_piece *first = &reading->pieces[i];
        size_t end = i + 1;
        while (first->kind == READING_WORD && end < reading->piece_count &&
               reading->pieces[end].kind == READING_WORD &&
               reading->pieces[end].begin == first->begin &&
               reading->pieces[end].end == first->end) {
            end++;
        }
        const struct reading_piece *last = &reading->pieces[end - 1];
        if (first->kind == READING_WORD) {
            printf("%" PRIu32 "-%" PRIu32 "\t%s\t%.*s\t%.*s\n", first->begin, first->end,
                   reading_rule_name((enum reading_rule)first->rule),
                   (int)(first->end - first->begin), text + first->begin,
                   (int)(last->at + last->length - first->at), spoken + first->at);
        }
        i = end;
    }
}

static json_t *json_of_pieces(const struct reading *reading) {
    json_t *words = json_array();
    const char *spoken = reading_spoken(reading);
    for (size_t i = 0; i < reading->piece_count; i++) {
        const struct reading_piece *piece = &reading->pieces[i];
        if (piece->kind == READING_WORD) {
            json_array_append_new(words,
                                  json_pack("{s:s%,s:s,s:i,s:i}", "word", spoken + piece->at,
                                            (size_t)piece->length, "rule",
                                            reading_rule_name((enum reading_rule)piece->rule),
                                            "begin", (int)piece->begin, "end", (int)piece->end));
        }
    }
    return words;
}

static json_t *json_of_problems(const struct reading *reading, size_t line) {
    json_t *problems = json_array();
    for (size_t i = 0; i < reading->problem_count; i++) {
        const struct reading_problem *problem = &reading->problems[i];
        json_array_append_new(
            problems,
            json_pack("{s:s,s:s,s:i,s:i,s:i,s:i,s:s}", "kind",
                      reading_problem_kind_name(problem->kind), "token", problem->token, "line",
                      (int)(line + problem->line - 1), "column", (int)problem->column, "begin",
                      (int)problem->begin, "end", (int)problem->end, "cure", problem->cure));
    }
    return problems;
}

static void print_json(const struct job *job, const struct reading *reading, size_t line) {
    json_t *object = json_pack(
        "{s:i,s:s,s:i,s:o}", "line", (int)line, "spoken", reading_spoken(reading), "syllables",
        (int)reading_syllables(reading), "problems", json_of_problems(reading, line));
    if (job->explain) {
        json_object_set_new(object, "words", json_of_pieces(reading));
    }
    char *dumped = json_dumps(object, JSON_COMPACT);
    puts(dumped);
    free(dumped);
    json_decref(object);
}

static bool read_text(struct job *job, struct reading *reading, const char *text, size_t length,
                      size_t line, struct fail *why) {
    if (!normalise(text, length, &job->options, job->lexicon, reading, why)) {
        return fail_prefix(why, "line %zu", line);
    }
    job->problems += reading->problem_total;
    print_problems(reading, line);
    if (job->json) {
        print_json(job, reading, line);
    } else if (job->explain) {
        explain(reading, text);
    } else {
        puts(reading_spoken(reading));
    }
    return true;
}

static bool read_whole(struct job *job, FILE *in, struct fail *why) {
    struct text text = {0};
    struct reading reading = {0};
    bool ok = text_read_fd(fileno(in), NORMALISER_BYTES_MAX, &text, why) &&
              read_text(job, &reading, text_string(&text), text.length, 1, why);
    reading_finish(&reading);
    text_finish(&text);
    return ok;
}

/* Each line by itself; nothing that is written to a pipe waits for the next line. */
static bool read_lines(struct job *job, FILE *in, struct fail *why) {
    struct reading reading = {0};
    char *line = NULL;
    size_t capacity = 0;
    bool ok = true;
    errno = 0;
    for (size_t number = 1; ok; number++) {
        ssize_t length = getline(&line, &capacity, in);
        if (length < 0) {
            break;
        }
        size_t size = (size_t)length;
        size -= size != 0 && line[size - 1] == '\n';
        ok = read_text(job, &reading, line, size, number, why);
    }
    if (ok && ferror(in)) {
        ok = fail_system(why, errno, "cannot read");
    }
    free(line);
    reading_finish(&reading);
    return ok;
}

static bool parse_region(const char *name, struct reading_options *options, struct fail *why) {
    bool north = strcmp(name, "north") == 0 || strcmp(name, "bac") == 0;
    bool centre = strcmp(name, "central") == 0 || strcmp(name, "trung") == 0;
    bool south = strcmp(name, "south") == 0 || strcmp(name, "nam") == 0;
    if (!north && !centre && !south) {
        return fail_set(why, FAIL_USAGE, "there is no region '%s': north, central or south", name);
    }
    options->ngan = options->le = !north;
    return true;
}

static bool parse_choice(const char *option, const char *value, const char *const *names,
                         size_t count, int *ret, struct fail *why) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], value) == 0) {
            *ret = (int)i;
            return true;
        }
    }
    return fail_set(why, FAIL_USAGE, "--%s does not know '%s'; see --help", option, value);
}

static bool parse_option(int option, const char *value, struct job *job, struct fail *why) {
    static const char *const answers[] = {"no", "yes"};
    static const char *const bodies[] = {"tinh", "thanh"};
    static const char *const letters[] = {"expanded", "dropped", "spelled"};
    int choice = 0;
    switch (option) {
    case 'r':
        return parse_region(value, &job->options, why);
    case 'm':
        if (value != NULL && !parse_choice("mung", value, answers, 2, &choice, why)) {
            return false;
        }
        job->options.mung = value == NULL || choice == 1;
        return true;
    case 't':
        if (!parse_choice("tu", value, bodies, 2, &choice, why)) {
            return false;
        }
        job->options.tu = (enum issuer_of_tu)choice;
        return true;
    case 'l':
        if (!parse_choice("letters", value, letters, 3, &choice, why)) {
            return false;
        }
        job->options.document_letters = (enum document_letters)choice;
        return true;
    case 'e':
        job->explain = true;
        return true;
    case 'j':
        job->json = true;
        return true;
    case 'd':
        job->whole = true;
        return true;
    default:
        return fail_set(why, FAIL_USAGE, "wrong options; 'loaxa normalise --help' explains them");
    }
}

static bool parse_options(const struct invocation *invocation, struct job *job, struct fail *why) {
    static const struct option options[] = {{"region", required_argument, NULL, 'r'},
                                            {"mung", optional_argument, NULL, 'm'},
                                            {"tu", required_argument, NULL, 't'},
                                            {"letters", required_argument, NULL, 'l'},
                                            {"explain", no_argument, NULL, 'e'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"document", no_argument, NULL, 'd'},
                                            {"lexicon", required_argument, NULL, 'x'},
                                            {0}};
    int option;
    while ((option = getopt_long(invocation->count, invocation->arguments, "", options, NULL)) !=
           -1) {
        if (option == 'x') {
            if (access(optarg, R_OK) != 0) {
                return fail_system(why, errno, "cannot open %s", optarg);
            }
            if (!lexicon_read_file(job->lexicon, optarg, why)) {
                return false;
            }
        } else if (!parse_option(option, optarg, job, why)) {
            return false;
        }
    }
    return true;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    struct settings settings;
    if (!settings_load(invocation->station, &settings, why)) {
        return false;
    }
    struct job job = {.options = studio_options(&settings), .lexicon = lexicon_create()};
    memory_auto char *path = memory_format("%s/lexicon.tsv", invocation->station);
    bool ok = parse_options(invocation, &job, why);
    if (ok && lexicon_count(job.lexicon) == 0) {
        ok = lexicon_read_file(job.lexicon, path, why);
    }
    FILE *in = stdin;
    if (ok && optind < invocation->count) {
        in = fopen(invocation->arguments[optind], "re");
        if (in == NULL) {
            ok = fail_system(why, errno, "cannot open %s", invocation->arguments[optind]);
        }
    }
    job.options.single_line = !job.whole;
    ok = ok && (job.whole ? read_whole(&job, in, why) : read_lines(&job, in, why));
    if (in != NULL && in != stdin) {
        fclose(in);
    }
    lexicon_destroy(job.lexicon);
    if (ok && job.problems != 0) {
        *why = (struct fail){.code = FAIL_REFUSED}; /* each was named above; the exit status is 1 */
        return false;
    }
    return ok;
}

const struct command command_normalise = {
    .name = "normalise",
    .synopsis =
        /* tr */ "[--document] [--explain] [--json] [--region NAME] [--mung[=no]] [--tu NAME] "
                 "[--letters HOW] [--lexicon FILE] [FILE]",
    .summary = /* tr */ "turns written Vietnamese into the words that will be spoken",
    .help = /* tr */
    "Reads FILE or standard input and writes, for each line, one line of Vietnamese words in "
    "small\n"
    "letters with the marks , . ; : ? and nothing else. What cannot be read for certain is left "
    "out\n"
    "and reported on standard error with its line, its column and the cure; the exit status is "
    "then 1.\n"
    "The station's own lexicon (lexicon.tsv in its folder) goes before every rule; its settings\n"
    "([speech] in settings.ini) hold where no option says otherwise.\n\n"
    "  --document       the input is one text: join its broken lines, keep its paragraphs\n"
    "  --explain        instead of the words: bytes of the source, rule, source, words, one a "
    "line\n"
    "  --json           one JSON object a line\n"
    "  --region NAME    north (nghìn, linh), central or south (ngàn, lẻ)\n"
    "  --mung[=no]      \"mùng\" before the days 1 to 10, or not\n"
    "  --tu NAME        TU in a document number: tinh (Tỉnh ủy) or thanh (Thành ủy)\n"
    "  --letters HOW    the letters of 57-NQ/TW: expanded, dropped or spelled\n"
    "  --lexicon FILE   this lexicon instead of the station's\n\n"
    "Examples:\n"
    "  echo 'Họp lúc 7h30 ngày 05/3/2026' | loaxa normalise\n"
    "  loaxa normalise --document --explain ban-tin.txt\n",
    .run = run,
};
