#include "playlists/item.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_words[] = {
    [ITEM_CLIP] = "clip",
    [ITEM_BULLETIN] = "bulletin",
    [ITEM_RELAY] = "relay",
    [ITEM_LIVE] = "live",
};

static const char *const genre_words[] = {
    [GENRE_NEWS] = "news",
    [GENRE_ARTICLE] = "article",
    [GENRE_REPORTAGE] = "reportage",
    [GENRE_NOTICE] = "notice",
    [GENRE_ROLE_MODEL] = "role_model",
    [GENRE_POLICY] = "policy",
    [GENRE_JOB_NOTICE] = "job_notice",
    [GENRE_MUSIC] = "music",
    [GENRE_ENTERTAINMENT] = "entertainment",
    [GENRE_TUNE] = "tune",
    [GENRE_OTHER] = "other",
};

static const char *const state_words[] = {
    [APPROVAL_DRAFT] = "draft",         [APPROVAL_SUBMITTED] = "submitted",
    [APPROVAL_APPROVED] = "approved",   [APPROVAL_RETURNED] = "returned",
    [APPROVAL_WITHDRAWN] = "withdrawn",
};

/* The index of `word` in a table of `count` words, or -1. */
static int find_word(const char *word, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            return (int)i;
        }
    }
    return -1;
}

const char *item_kind_word(enum item_kind kind) {
    return kind_words[kind];
}

bool item_kind_parse(const char *word, enum item_kind *ret_kind) {
    int found = find_word(word, kind_words, sizeof kind_words / sizeof *kind_words);
    if (found >= 0) {
        *ret_kind = (enum item_kind)found;
    }
    return found >= 0;
}

const char *genre_word(enum genre genre) {
    return genre_words[genre];
}

bool genre_parse(const char *word, enum genre *ret_genre) {
    int found = find_word(word, genre_words, sizeof genre_words / sizeof *genre_words);
    if (found >= 0) {
        *ret_genre = (enum genre)found;
    }
    return found >= 0;
}

const char *approval_state_word(enum approval_state state) {
    return state_words[state];
}

bool approval_state_parse(const char *word, enum approval_state *ret_state) {
    int found = find_word(word, state_words, sizeof state_words / sizeof *state_words);
    if (found >= 0) {
        *ret_state = (enum approval_state)found;
    }
    return found >= 0;
}

bool item_is_valid_on(const struct item *item, struct civil_date date) {
    return (item->valid_from.year == 0 || civil_date_compare(item->valid_from, date) <= 0) &&
           (item->valid_until.year == 0 || civil_date_compare(date, item->valid_until) <= 0);
}

void item_finish(struct item *item) {
    free(item->title);
    free(item->language);
    free(item->source);
    free(item->author);
    free(item->approver);
    free(item->documents);
    for (size_t i = 0; i < item->topics_count; i++) {
        free(item->topics[i]);
    }
    free(item->topics);
    *item = (struct item){0};
}

static char *copy_text(const char *text) {
    return text != NULL ? memory_text(text) : NULL;
}

void item_copy(const struct item *item, struct item *ret) {
    *ret = *item;
    ret->title = copy_text(item->title);
    ret->language = copy_text(item->language);
    ret->source = copy_text(item->source);
    ret->author = copy_text(item->author);
    ret->approver = copy_text(item->approver);
    ret->documents = NULL;
    ret->topics = NULL;
    if (item->documents_count != 0) {
        ret->documents = memory_resize(NULL, item->documents_count, sizeof *ret->documents);
        memcpy(ret->documents, item->documents, item->documents_count * sizeof *ret->documents);
    }
    if (item->topics_count != 0) {
        ret->topics = memory_resize(NULL, item->topics_count, sizeof *ret->topics);
        for (size_t i = 0; i < item->topics_count; i++) {
            ret->topics[i] = memory_text(item->topics[i]);
        }
    }
}

const struct item *item_find(const struct item *items, size_t count, int64_t id) {
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (items[middle].id == id) {
            return &items[middle];
        }
        if (items[middle].id < id) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return NULL;
}
