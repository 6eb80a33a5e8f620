/* loaxa lexicon: how the station says words that are not written as they are said. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "cli/word_change.h"
#include "tts/lexicon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const struct listing_column columns[] = {
    {"key", "Written", 30},  {"spoken", "Spoken", 44}, {"class", "Class", 0}, {"left", "After", 24},
    {"right", "Before", 24}, {"source", "From", 0},    {"note", "Note", 30},
};
#define COLUMN_COUNT (sizeof columns / sizeof *columns)

static char *path_of(const struct invocation *invocation) {
    return memory_format("%s/lexicon.tsv", invocation->station);
}

static bool open_lexicon(const struct invocation *invocation, struct lexicon **ret,
                         struct fail *why) {
    memory_auto char *path = path_of(invocation);
    *ret = lexicon_create();
    if (!lexicon_read_file(*ret, path, why)) {
        lexicon_destroy(*ret);
        return false;
    }
    return true;
}

static void add_row(json_t *list, const struct lexicon_entry *entry, const char *source) {
    json_t *row = json_object();
    listing_set(row, "key", entry->key);
    listing_set(row, "spoken", entry->spoken);
    listing_set(row, "class", lexicon_class_name((enum lexicon_class)entry->class));
    listing_set(row, "left", entry->left);
    listing_set(row, "right", entry->right);
    listing_set_whole(row, "priority", entry->priority);
    listing_set(row, "source", source);
    listing_set(row, "note", entry->note);
    json_array_append_new(list, row);
}

static bool list_entries(const struct invocation *invocation, struct fail *why) {
    bool base = false, json = false;
    const struct option_rule rules[] = {{"base", OPTION_FLAG, &base, NULL},
                                        {"json", OPTION_FLAG, &json, NULL}};
    char **words;
    size_t count;
    struct lexicon *lexicon;
    if (!options_read(invocation, rules, 2, "", 0, 0, &words, &count, why) ||
        !open_lexicon(invocation, &lexicon, why)) {
        return false;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < lexicon_count(lexicon); i++) {
        add_row(list, lexicon_at(lexicon, i), tr("of the station"));
    }
    for (size_t i = 0; base && i < lexicon_base_size(); i++) {
        add_row(list, lexicon_base_at(i), tr("of the program"));
    }
    listing_print(
        list, json, columns, COLUMN_COUNT,
        tr("the station has no entries of its own; 'loaxa lexicon list --base' shows those "
           "of the program"));
    lexicon_destroy(lexicon);
    return true;
}

static void add_matches(json_t *list, struct lexicon_match match, const char *source) {
    for (size_t i = 0; i < match.count; i++) {
        add_row(list, match.entries[i], source);
    }
}

static bool lookup(const struct invocation *invocation, struct fail *why) {
    bool json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &json, NULL}};
    char **words;
    size_t count;
    struct lexicon *lexicon;
    if (!options_read(invocation, rules, 1, "WRITTEN", 1, 1, &words, &count, why) ||
        !open_lexicon(invocation, &lexicon, why)) {
        return false;
    }
    json_t *list = json_array();
    struct text key = {0};
    bool ok = text_nfc(words[0], strlen(words[0]), &key, why);
    if (ok) {
        add_matches(list,
                    lexicon_find(lexicon, LEXICON_STATION, text_string(&key), key.length, false),
                    tr("of the station"));
        add_matches(list, lexicon_find(lexicon, LEXICON_BASE, text_string(&key), key.length, false),
                    tr("of the program"));
    }
    bool found = json_array_size(list) != 0;
    if (ok && (found || json)) {
        listing_print(list, json, columns, COLUMN_COUNT, "");
    } else {
        json_decref(list);
    }
    text_finish(&key);
    lexicon_destroy(lexicon);
    return ok &&
           (found || fail_set(why, FAIL_NOT_FOUND,
                              "'%.60s' is in neither lexicon; capitals and marks count", words[0]));
}

/* Holds the station's folder against another editor while the file is read, changed and written. */
static int lock_folder(const struct invocation *invocation, struct fail *why) {
    int fd = open(invocation->station, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        fail_system(why, errno, "cannot open %s", invocation->station);
        return -1;
    }
    if (flock(fd, LOCK_EX) != 0) {
        fail_system(why, errno, "cannot open %s", invocation->station);
        close(fd);
        return -1;
    }
    return fd;
}

static bool save(const struct invocation *invocation, const struct lexicon *lexicon,
                 struct fail *why) {
    memory_auto char *path = path_of(invocation);
    return lexicon_write_file(lexicon, path, why);
}

static bool add_entry(const struct invocation *invocation, const struct lexicon_entry *entry,
                      struct fail *why) {
    int lock = lock_folder(invocation, why);
    if (lock < 0) {
        return false;
    }
    struct lexicon *lexicon = NULL;
    bool ok = open_lexicon(invocation, &lexicon, why);
    if (ok) {
        ok = lexicon_add(lexicon, entry, why) && save(invocation, lexicon, why);
        lexicon_destroy(lexicon);
    }
    close(lock);
    return ok;
}

/* Where a changed word holds besides in the lexicon: --apply, or what was asked. */
enum apply_to { APPLY_ASK, APPLY_LATER, APPLY_REDO, APPLY_ITEM };
struct apply {
    enum apply_to to;
    int64_t item; /* APPLY_ITEM */
};

static bool parse_apply(const char *word, struct apply *ret, struct fail *why) {
    if (strcmp(word, "later") == 0) {
        ret->to = APPLY_LATER;
    } else if (strcmp(word, "redo") == 0) {
        ret->to = APPLY_REDO;
    } else if (options_number(word, &ret->item, NULL) && ret->item > 0) {
        ret->to = APPLY_ITEM;
    } else {
        return fail_set(why, FAIL_USAGE,
                        "--apply does not know '%.40s': later, redo or a bulletin's number", word);
    }
    return true;
}

/* "3, 7, 12", and no more than fit. */
static void list_numbers(const int64_t *items, size_t count, struct text *ret) {
    enum { SHOWN = 12 };
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        text_add_format(ret, "%s%lld", i != 0 ? ", " : "", (long long)items[i]);
    }
    text_add_string(ret, count > SHOWN ? ", …" : "");
}

/* The line that was typed, without its end; false where there is none. */
static bool read_answer(const char *question, char *answer, size_t size) {
    fputs(question, stderr);
    fflush(stderr);
    if (fgets(answer, (int)size, stdin) == NULL) {
        return false;
    }
    answer[strcspn(answer, "\r\n")] = '\0';
    return true;
}

/* The three ways of issue and house; an empty line means the later ones. */
static bool ask(const char *key, const int64_t *items, size_t count, struct apply *ret,
                struct fail *why) {
    char answer[32];
    struct text numbers = {0};
    list_numbers(items, count, &numbers);
    fprintf(stderr,
            tr("'%s' is read otherwise in %zu bulletins that were not aired yet: %s\n"
               "  1  only in one of them (it needs a new approval)\n"
               "  2  in later ones; what is approved stays as it is\n"
               "  3  make these again (each needs a new approval)\n"),
            key, count, text_string(&numbers));
    text_finish(&numbers);
    for (;;) {
        if (!read_answer(tr("1, 2 or 3 [2]: "), answer, sizeof answer)) {
            return fail_set(why, FAIL_USAGE, "nothing was chosen, and nothing was changed");
        }
        if (answer[0] == '\0' || strcmp(answer, "2") == 0) {
            ret->to = APPLY_LATER;
            return true;
        }
        if (strcmp(answer, "3") == 0) {
            ret->to = APPLY_REDO;
            return true;
        }
        if (strcmp(answer, "1") == 0) {
            break;
        }
    }
    ret->to = APPLY_ITEM;
    ret->item = items[0];
    while (count > 1) {
        if (!read_answer(tr("Which one? Its number: "), answer, sizeof answer)) {
            return fail_set(why, FAIL_USAGE, "nothing was chosen, and nothing was changed");
        }
        if (options_number(answer, &ret->item, NULL)) {
            break;
        }
    }
    return true;
}

static void tell_made(int64_t item, const struct word_change_made *made) {
    if (made->same) {
        printf(tr("%lld: version %d sounds so already\n"), (long long)item, (int)made->version);
    } else if (made->draft) {
        printf(tr("%lld: version %d has a new sound and is still a draft\n"), (long long)item,
               (int)made->version);
    } else {
        printf(tr("%lld: version %d needs approval\n"), (long long)item, (int)made->version);
    }
}

/* All that were found; one that fails is told and the others go on. */
static bool redo(const struct access *access, const int64_t *items, size_t count,
                 struct fail *why) {
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        struct word_change_made made;
        struct fail one = {0};
        if (word_change_apply(access, items[i], NULL, &made, &one)) {
            tell_made(items[i], &made);
        } else {
            fprintf(stderr, tr("%lld: not made again: %s\n"), (long long)items[i], one.sentence);
            failed++;
        }
    }
    return failed == 0 ||
           fail_set(why, FAIL_CONFLICT, "%zu bulletins could not be made again", failed);
}

static void tell_kept(const char *key, const int64_t *items, size_t count) {
    struct text numbers = {0};
    if (count != 0) {
        list_numbers(items, count, &numbers);
        fprintf(stderr,
                tr("%zu bulletins with '%s' keep the sound they have: %s\n"
                   "--apply redo makes them again, --apply NUMBER one of them; each then needs a "
                   "new approval\n"),
                count, key, text_string(&numbers));
    }
    text_finish(&numbers);
}

/* An entry of a station that has bulletins. */
static bool add_to_station(const struct invocation *invocation, const struct lexicon_entry *entry,
                           struct apply *apply, struct fail *why) {
    struct access access = {0};
    int64_t *items = NULL;
    size_t count = 0;
    bool makes = apply->to == APPLY_REDO || apply->to == APPLY_ITEM;
    bool ok = access_open(invocation, (makes ? ACCESS_CHANGE : ACCESS_STATION) | ACCESS_DIARY,
                          &access, why);
    if (ok && apply->to != APPLY_ITEM) {
        ok = word_change_find(&access, entry, &items, &count, why);
    }
    bool asks =
        apply->to == APPLY_ASK && count != 0 && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    if (ok && apply->to == APPLY_ITEM) {
        struct word_change_made made;
        ok = word_change_apply(&access, apply->item, entry, &made, why);
        if (ok) {
            tell_made(apply->item, &made);
        }
    } else if (ok && asks) {
        ok = ask(entry->key, items, count, apply, why);
    } else if (ok) {
        ok = add_entry(invocation, entry, why);
        if (ok && apply->to == APPLY_REDO) {
            ok = redo(&access, items, count, why);
        } else if (ok) {
            tell_kept(entry->key, items, count);
        }
    }
    free(items);
    access_close(&access);
    return ok && (!asks || add_to_station(invocation, entry, apply, why));
}

static bool apply_entry(const struct invocation *invocation, const struct lexicon_entry *entry,
                        const char *word, struct fail *why) {
    struct apply apply = {.to = APPLY_ASK};
    if (word != NULL && !parse_apply(word, &apply, why)) {
        return false;
    }
    if (!lexicon_entry_check(entry, why)) {
        return false;
    }
    if (apply.to != APPLY_REDO && apply.to != APPLY_ITEM && !access_exists(invocation, NULL)) {
        return add_entry(invocation, entry, why); /* a folder that is to become a station */
    }
    return add_to_station(invocation, entry, &apply, why);
}

static bool add(const struct invocation *invocation, struct fail *why) {
    const char *class = "name", *left = "", *right = "", *note = "", *apply = NULL;
    int64_t priority = 0;
    const struct option_rule rules[] = {
        {"class", OPTION_TEXT, &class, NULL}, {"left", OPTION_ANY, &left, NULL},
        {"right", OPTION_ANY, &right, NULL},  {"priority", OPTION_WHOLE, &priority, NULL},
        {"note", OPTION_ANY, &note, NULL},    {"apply", OPTION_TEXT, &apply, NULL},
    };
    char **words;
    size_t count;
    enum lexicon_class parsed;
    if (!options_read(invocation, rules, 6, "WRITTEN SPOKEN", 2, 2, &words, &count, why)) {
        return false;
    }
    if (!lexicon_class_parse(class, &parsed)) {
        return fail_set(why, FAIL_USAGE,
                        "there is no class '%s': abbreviation, foreign, name, unit, type, issuer",
                        class);
    }
    if (priority > 1000) {
        return fail_set(why, FAIL_USAGE, "the priority must be 0 to 1000");
    }
    struct text key = {0}, spoken = {0};
    bool ok = text_nfc(words[0], strlen(words[0]), &key, why) &&
              text_nfc(words[1], strlen(words[1]), &spoken, why);
    struct lexicon_entry entry = {.key = text_string(&key),
                                  .spoken = text_string(&spoken),
                                  .left = left,
                                  .right = right,
                                  .note = note,
                                  .priority = (int16_t)priority,
                                  .class = (uint8_t)parsed};
    ok = ok && apply_entry(invocation, &entry, apply, why);
    text_finish(&key);
    text_finish(&spoken);
    return ok;
}

static bool remove_entry(const struct invocation *invocation, struct fail *why) {
    char **words;
    size_t count;
    if (!options_read(invocation, NULL, 0, "WRITTEN", 1, 1, &words, &count, why)) {
        return false;
    }
    int lock = lock_folder(invocation, why);
    if (lock < 0) {
        return false;
    }
    struct lexicon *lexicon = NULL;
    bool ok = open_lexicon(invocation, &lexicon, why);
    if (ok) {
        ok = lexicon_remove(lexicon, words[0]) != 0
                 ? save(invocation, lexicon, why)
                 : fail_set(why, FAIL_NOT_FOUND, "the station's lexicon has no '%.60s'", words[0]);
        lexicon_destroy(lexicon);
    }
    close(lock);
    return ok;
}

static void print_fault(size_t line, const char *sentence, void *context) {
    const char *path = context;
    fprintf(stderr, tr("%s: line %zu: %s\n"), path, line, sentence);
}

static bool check(const struct invocation *invocation, struct fail *why) {
    char **words;
    size_t count;
    if (!options_read(invocation, NULL, 0, "[FILE]", 0, 1, &words, &count, why)) {
        return false;
    }
    memory_auto char *own = path_of(invocation);
    char *path = count != 0 ? words[0] : own;
    struct text tsv = {0};
    if (!text_read_file(path, LEXICON_BYTES_MAX, &tsv, why)) {
        text_finish(&tsv);
        return false;
    }
    size_t faults = lexicon_check(text_string(&tsv), tsv.length, print_fault, path);
    text_finish(&tsv);
    return faults == 0 || fail_set(why, FAIL_INVALID, "%zu lines cannot be used", faults);
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"list", list_entries},
                                            {"lookup", lookup},
                                            {"add", add},
                                            {"remove", remove_entry},
                                            {"check", check}};
    return options_act(invocation, actions, sizeof actions / sizeof *actions, true, why);
}

const struct command command_lexicon = {
    .name = "lexicon",
    .synopsis = /* tr */ "[list [--base] | lookup WRITTEN | add WRITTEN SPOKEN [--apply WHERE] | "
                         "remove WRITTEN | "
                         "check [FILE]]",
    .summary = /* tr */ "how names and abbreviations are read aloud",
    .help = /* tr */
    "The station's own lexicon, lexicon.tsv in its folder, stands over the one that the program\n"
    "brings: an entry there wins over every rule of reading.\n\n"
    "  list [--base] [--json]     the station's entries, with --base the program's too\n"
    "  lookup WRITTEN [--json]    how it is read, by whom, in which context\n"
    "  add WRITTEN SPOKEN         write it in small letters as it is said: \"pờ lây cu\"\n"
    "    --class CLASS            abbreviation, foreign, name (the default), unit, type, issuer\n"
    "    --left WORDS             only after one of these words, parted by |\n"
    "    --right WORDS            only before one of these words\n"
    "    --priority N             of two that fit, the larger (0)\n"
    "    --note TEXT              why it is so\n"
    "    --apply WHERE            later: what is rendered from now on; approved bulletins keep "
    "their\n"
    "                             sound. redo: bulletins not aired yet are also made again and\n"
    "                             handed in. NUMBER: that bulletin alone. Asked where not told\n"
    "  remove WRITTEN             all the station's entries of it\n"
    "  check [FILE]               every line of the station's lexicon, or of FILE\n\n"
    "Examples:\n"
    "  loaxa lexicon add 'Nà Phặc' 'nà phạc'\n"
    "  loaxa lexicon add --class abbreviation --right 'thôn|xóm' NVH 'nhà văn hóa'\n"
    "  loaxa lexicon add --apply redo Loong loong\n"
    "  loaxa lexicon lookup UBND\n",
    .run = run,
};
