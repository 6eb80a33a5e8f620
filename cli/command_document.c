/* loaxa document: the official documents (văn bản) that broadcasts explain. */
#include "base/memory.h"
#include "base/text.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "store/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DOCUMENT_FILE_MAX = 16 << 20 };

static const struct listing_column shown[] = {
    {"id", /* tr */ "No.", 0},       {"number", /* tr */ "Number", 0},
    {"kind", /* tr */ "Kind", 0},    {"items", /* tr */ "Items", 0},
    {"title", /* tr */ "Title", 80}, {"issuer", /* tr */ "Issued by", 0},
    {"date", /* tr */ "Date", 0},    {"topics", /* tr */ "Topics", 0}};
enum { LIST_COLUMNS = 5, SHOW_COLUMNS = 8 };

static json_t *document_json(const struct document *document, int64_t items) {
    json_t *object = json_object(), *topics = json_array();
    char date[CIVIL_TEXT_SIZE];
    listing_set_whole(object, "id", document->id);
    listing_set(object, "number", document->number);
    listing_set(object, "kind", document->kind);
    listing_set(object, "issuer", document->issuer);
    listing_set(object, "title", document->title);
    if (document->date.year != 0) {
        civil_date_format(document->date, date);
        listing_set(object, "date", date);
    }
    for (size_t i = 0; i < document->topics_count; i++) {
        json_array_append_new(topics, json_string(document->topics[i]));
    }
    json_object_set_new(object, "topics", topics);
    listing_set_whole(object, "items", items);
    return object;
}

static bool list(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct document *documents;
    size_t count;
    bool ok = options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_document_list(access.database, &documents, &count, why);
    if (ok) {
        json_t *array = json_array();
        for (size_t i = 0; i < count; i++) {
            int64_t items = 0;
            ok = ok && store_document_coverage(access.database, documents[i].id, &items, why);
            json_array_append_new(array, document_json(&documents[i], items));
            document_finish(&documents[i]);
        }
        free(documents);
        if (ok) {
            listing_print(array, as_json, shown, LIST_COLUMNS, tr("There is no document yet."));
        } else {
            json_decref(array);
        }
    }
    access_close(&access);
    return ok;
}

static bool show(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct document document;
    char **words;
    size_t count;
    int64_t items;
    bool ok = options_read(invocation, rules, 1, "DOCUMENT", 1, 1, &words, &count, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_document_find(access.database, words[0], &document, why);
    if (ok) {
        ok = store_document_coverage(access.database, document.id, &items, why);
        if (ok) {
            listing_print_one(document_json(&document, items), as_json, shown, SHOW_COLUMNS);
        }
        document_finish(&document);
    }
    access_close(&access);
    return ok;
}

/* Of the caller; texts are never NULL. */
static struct document make(const char *number, const char *kind, const char *issuer,
                            const char *title) {
    return (struct document){.number = memory_text(number),
                             .kind = memory_text(kind),
                             .issuer = memory_text(issuer),
                             .title = memory_text(title)};
}

static bool add(const struct invocation *invocation, struct fail *why) {
    const char *title = "", *kind = "", *issuer = "";
    struct civil_date date = {0};
    struct option_list topics = {0};
    const struct option_rule rules[] = {{"title", OPTION_TEXT, &title, NULL},
                                        {"kind", OPTION_TEXT, &kind, NULL},
                                        {"issuer", OPTION_TEXT, &issuer, NULL},
                                        {"date", OPTION_DATE, &date, NULL},
                                        {"topic", OPTION_LIST, &topics, NULL}};
    struct access access = {0};
    char **words;
    size_t count;
    if (!options_read(invocation, rules, 5, "NUMBER", 0, 1, &words, &count, why)) {
        return false;
    }
    if (count == 0 && title[0] == '\0') {
        return fail_set(why, FAIL_USAGE, "a document needs a number or a --title");
    }
    struct document document = make(count != 0 ? words[0] : "", kind, issuer, title);
    document.date = date;
    document.topics = memory_new((topics.count + 1) * sizeof *document.topics);
    for (; document.topics_count < topics.count; document.topics_count++) {
        document.topics[document.topics_count] = memory_text(topics.values[document.topics_count]);
    }
    bool ok = access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_document_save(access.database, &access.actor, &document, why);
    if (ok) {
        printf("%lld\n", (long long)document.id);
    }
    document_finish(&document);
    access_close(&access);
    return ok;
}

/* A text from a file, or from standard input for "-", in NFC. */
static bool read_text(const char *path, struct text *ret, struct fail *why) {
    struct text raw = {0};
    bool ok = strcmp(path, "-") == 0 ? text_read_fd(STDIN_FILENO, DOCUMENT_FILE_MAX, &raw, why)
                                     : text_read_file(path, DOCUMENT_FILE_MAX, &raw, why);
    ok = ok && text_nfc(text_string(&raw), raw.length, ret, why);
    text_finish(&raw);
    return ok;
}

/* Adds what is not listed yet; a dry run only shows it. */
static bool import_mentions(struct access *access, const struct document_mention *mentions,
                            size_t count, bool dry, json_t *found, struct fail *why) {
    bool ok = dry || database_begin(access->database, why);
    for (size_t i = 0; ok && i < count; i++) {
        struct document document;
        json_t *object = json_object();
        bool known = store_document_find(access->database, mentions[i].number, &document, NULL);
        if (!known) {
            document = make(mentions[i].number, mentions[i].kind, "", "");
            ok = dry || store_document_save(access->database, &access->actor, &document, why);
        }
        listing_set(object, "number", mentions[i].number);
        listing_set(object, "kind", mentions[i].kind);
        listing_set_whole(object, "id", document.id);
        json_object_set_new(object, "new", json_boolean(!known));
        json_array_append_new(found, object);
        document_finish(&document);
    }
    if (!dry && ok) {
        return database_commit(access->database, why);
    }
    if (!dry) {
        database_rollback(access->database);
    }
    return ok;
}

static bool import(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column columns[] = {{"id", /* tr */ "No.", 0},
                                                    {"number", /* tr */ "Number", 0},
                                                    {"kind", /* tr */ "Kind", 0},
                                                    {"new", /* tr */ "New", 0}};
    bool as_json = false, dry = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL},
                                        {"dry-run", OPTION_FLAG, &dry, NULL}};
    struct access access = {0};
    struct text text = {0};
    struct document_mention *mentions = NULL;
    char **words;
    size_t count;
    bool ok = options_read(invocation, rules, 2, "FILE", 1, 1, &words, &count, why) &&
              read_text(words[0], &text, why) &&
              access_open(invocation, dry ? ACCESS_STATION : ACCESS_CHANGE, &access, why);
    if (ok) {
        json_t *found = json_array();
        document_find(text_string(&text), text.length, &mentions, &count);
        ok = import_mentions(&access, mentions, count, dry, found, why);
        if (ok) {
            listing_print(found, as_json, columns, 4, tr("The text names no document's number."));
        } else {
            json_decref(found);
        }
        free(mentions);
    }
    text_finish(&text);
    access_close(&access);
    return ok;
}

static bool remove_document(const struct invocation *invocation, struct fail *why) {
    struct access access = {0};
    struct document document;
    char **words;
    size_t count;
    bool ok = options_read(invocation, NULL, 0, "DOCUMENT", 1, 1, &words, &count, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_document_find(access.database, words[0], &document, why);
    if (ok) {
        ok = store_document_remove(access.database, &access.actor, document.id, why);
        document_finish(&document);
    }
    access_close(&access);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"list", list},
                                            {"add", add},
                                            {"import", import},
                                            {"show", show},
                                            {"remove", remove_document}};
    return options_act(invocation, actions, 5, true, why);
}

const struct command command_document = {
    .name = "document",
    .synopsis = "[list [--json] | add [NUMBER] [--title TITLE] [OPTION…] | "
                "import FILE|- [--dry-run] [--json] | show DOCUMENT [--json] | remove DOCUMENT]",
    .summary = /* tr */ "official documents and which items explain them",
    .actions = "list add import show remove",
    .help = /* tr */
    "'import' finds the numbers of documents in a text, such as 57-NQ/TW or 49/2024/NĐ-CP, and\n"
    "adds those that are not listed yet. The column Items says how many items that may be\n"
    "aired explain a document; 0 is one that nobody has spoken of.\n\n"
    "  --title TITLE    what it is about\n"
    "  --kind WORD      such as \"Nghị quyết\"\n"
    "  --issuer NAME    who issued it\n"
    "  --date DATE      of the document\n"
    "  --topic WORDS    a topic (repeat)\n"
    "  --dry-run        shows what 'import' finds and adds nothing\n"
    "  --json           as data\n\n"
    "Examples:\n"
    "  loaxa document import cong-van.txt\n"
    "  loaxa document add 57-NQ/TW --kind \"Nghị quyết\" --issuer \"Bộ Chính trị\"\n"
    "  loaxa document\n",
    .run = run,
};
