/* Any bytes as lexicon-items.tsv: laid over a lexicon or refused with a sentence and a place; where
 * they can be read, a word that is added is there afterwards and every other item keeps its own. */
#include "station/item_words.h"

#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "broken: %s\n", what);
        abort();
    }
}

static char folder[] = "/tmp/item-words-XXXXXX";
static char path[sizeof folder + sizeof "/" ITEM_WORDS_FILE];

static void remove_folder(void) {
    unlink(path);
    rmdir(folder);
}

static void write_file(const uint8_t *data, size_t size) {
    if (path[0] == '\0') {
        demand(mkdtemp(folder) != NULL, "no folder");
        snprintf(path, sizeof path, "%s/%s", folder, ITEM_WORDS_FILE);
        atexit(remove_folder);
    }
    FILE *file = fopen(path, "wb");
    demand(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0, "no file");
}

/* What an item says, as a lexicon's lines. */
static bool words_of(int64_t item, struct text *ret) {
    struct lexicon *lexicon = lexicon_create();
    struct fail why = {0};
    bool ok = item_words_lay(folder, item, lexicon, &why);
    demand(ok || why.sentence[0] != '\0', "refused without a sentence");
    lexicon_write(lexicon, ret);
    lexicon_destroy(lexicon);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct lexicon_entry entry = {.key = "Ploong",
                                               .spoken = "pờ loong",
                                               .left = "",
                                               .right = "",
                                               .note = "",
                                               .class = LEXICON_NAME};
    struct text one = {0}, two = {0}, after = {0};
    write_file(data, size);
    bool ok = words_of(1, &one) & words_of(2, &two);
    struct fail why = {0};
    if (ok && item_words_add(folder, 1, &entry, &why)) {
        demand(words_of(2, &after) && strcmp(text_string(&two), text_string(&after)) == 0,
               "another item's words changed");
        text_clear(&after);
        demand(words_of(1, &after) && strstr(text_string(&after), "Ploong\tname\tpờ loong") != NULL,
               "the word is not there");
    }
    text_finish(&one);
    text_finish(&two);
    text_finish(&after);
    return 0;
}
