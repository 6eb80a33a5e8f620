#include "base/words.h"

#include <stdlib.h>
#include <string.h>

static enum language chosen = LANGUAGE_ENGLISH;

enum language words_language_of_environment(void) {
    static const char *const names[] = {"LOAXA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0') {
            return strncmp(value, "vi", 2) == 0 ? LANGUAGE_VIETNAMESE : LANGUAGE_ENGLISH;
        }
    }
    return LANGUAGE_ENGLISH;
}

void words_use(enum language language) {
    chosen = language;
}

enum language words_language(void) {
    return chosen;
}

static int compare_pair(const void *key, const void *element) {
    return strcmp(key, ((const struct word_pair *)element)->english);
}

const char *tr_in(enum language language, const char *english) {
    if (language != LANGUAGE_VIETNAMESE) {
        return english;
    }
    const struct word_pair *pair = bsearch(english, words_vietnamese, words_vietnamese_count,
                                           sizeof *words_vietnamese, compare_pair);
    return pair != NULL ? pair->vietnamese : english;
}

const char *tr(const char *english) {
    return tr_in(chosen, english);
}
