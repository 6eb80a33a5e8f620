#include "cli/word_change.h"

#include "base/memory.h"
#include "base/zone.h"
#include "station/item_words.h"
#include "station/studio.h"
#include "store/asrun.h"
#include "store/item.h"

#include <stdlib.h>
#include <string.h>

/* The words of a text by a lexicon; the caller finishes *ret. */
static bool read_by(const struct settings *settings, const struct lexicon *lexicon,
                    const struct text *text, struct reading *ret, struct fail *why) {
    struct reading_options options = studio_options(settings);
    size_t length = text->length;
    studio_is_twice(text_string(text), &length);
    return normalise(text_string(text), length, &options, lexicon, ret, why);
}

/* Whether the entry says something else than the lexicon does now, or than it would without any
 * entry of the key: the second finds what was rendered before an earlier change. */
static bool changes(const struct settings *settings, struct lexicon *lexicon,
                    const struct lexicon_entry *entry, const struct text *text, bool *ret,
                    struct fail *why) {
    struct reading before = {0}, after = {0}, without = {0};
    bool ok = read_by(settings, lexicon, text, &before, why) && lexicon_add(lexicon, entry, why) &&
              read_by(settings, lexicon, text, &after, why);
    if (ok) {
        lexicon_remove(lexicon, entry->key);
        ok = read_by(settings, lexicon, text, &without, why);
    }
    *ret = ok && (strcmp(reading_spoken(&after), reading_spoken(&before)) != 0 ||
                  strcmp(reading_spoken(&after), reading_spoken(&without)) != 0);
    reading_finish(&before);
    reading_finish(&after);
    reading_finish(&without);
    return ok;
}

/* Whether the station's entry would change the item: not where the item has a word of its own. */
static bool touches(const struct access *access, const struct lexicon_entry *entry,
                    const struct item *item, bool *ret, struct fail *why) {
    struct lexicon *lexicon = NULL, *own = lexicon_create();
    struct text text = {0};
    bool ok = item_words_lay(access->folder, item->id, own, why);
    bool has_own = false;
    for (size_t i = 0; ok && i < lexicon_count(own); i++) {
        has_own |= strcmp(lexicon_at(own, i)->key, entry->key) == 0;
    }
    *ret = false;
    if (ok && !has_own) {
        ok = studio_lexicon(access->folder, item->id, &lexicon, why) &&
             store_item_text(access->database, item->id, item->version, &text, why) &&
             changes(&access->settings, lexicon, entry, &text, ret, why);
        lexicon_destroy(lexicon);
    }
    text_finish(&text);
    lexicon_destroy(own);
    return ok;
}

/* Whether this very version may still be heard for the first time. */
static bool is_ahead(const struct item *item, const struct rotation_history *history,
                     struct civil_date today) {
    if (item->kind != ITEM_BULLETIN || item->state == APPROVAL_RETURNED ||
        item->state == APPROVAL_WITHDRAWN) {
        return false;
    }
    if (item->valid_until.year != 0 && civil_date_compare(item->valid_until, today) < 0) {
        return false;
    }
    const struct rotation_entry *aired = rotation_history_find(history, item->id);
    return item->state != APPROVAL_APPROVED || aired == NULL ||
           aired->last.us < item->approved_at.us; /* only an earlier version was heard */
}

bool word_change_find(const struct access *access, const struct lexicon_entry *entry, int64_t **ret,
                      size_t *ret_count, struct fail *why) {
    struct item_query query = {0};
    struct rotation_history history = {0};
    struct item *items = NULL;
    int64_t *found = NULL;
    size_t count = 0, found_count = 0;
    struct civil_date today = zone_civil(access->zone, walltime_now()).date;
    bool ok = asrun_history(access->diary, &history, why) &&
              store_item_list(access->database, &query, &items, &count, why);
    for (size_t i = 0; i < count; i++) {
        bool touched = false;
        if (ok && is_ahead(&items[i], &history, today)) {
            ok = touches(access, entry, &items[i], &touched, why);
        }
        if (touched) {
            found = memory_resize(found, found_count + 1, sizeof *found);
            found[found_count++] = items[i].id;
        }
        item_finish(&items[i]);
    }
    free(items);
    rotation_history_finish(&history);
    if (!ok) {
        free(found);
        return false;
    }
    *ret = found;
    *ret_count = found_count;
    return true;
}

/* The lexicon of the item with `alone` in the place of every entry of its key. */
static bool lexicon_with(const struct access *access, int64_t item,
                         const struct lexicon_entry *alone, const struct text *text,
                         struct lexicon **ret, struct fail *why) {
    bool changed = true;
    if (!studio_lexicon(access->folder, item, ret, why)) {
        return false;
    }
    bool ok = true;
    if (alone != NULL) {
        ok = changes(&access->settings, *ret, alone, text, &changed, why);
        lexicon_remove(*ret, alone->key);
        ok = ok && lexicon_add(*ret, alone, why);
    }
    if (ok && !changed) {
        ok = fail_set(why, FAIL_CONFLICT, "nothing in item %lld is read otherwise with '%.60s'",
                      (long long)item, alone->key);
    }
    if (!ok) {
        lexicon_destroy(*ret);
    }
    return ok;
}

static bool speak(const struct access *access, const struct lexicon *lexicon,
                  const struct text *text, struct item *item, struct fail *why) {
    struct studio studio = {
        .folder = access->folder, .database = access->database, .actor = &access->actor};
    struct reading reading = {0};
    size_t length = text->length;
    studio.twice = studio_is_twice(text_string(text), &length);
    bool ok = read_by(&access->settings, lexicon, text, &reading, why);
    if (ok && !reading_is_complete(&reading)) {
        ok = fail_set(why, FAIL_INVALID, "item %lld: '%s' cannot be read for certain: %s",
                      (long long)item->id, reading.problems[0].token, reading.problems[0].cure);
    }
    ok = ok && studio_speak(&studio, &access->settings, &reading, item, why);
    reading_finish(&reading);
    return ok;
}

static bool keep_word(const struct access *access, int64_t item, const struct lexicon_entry *alone,
                      struct fail *why) {
    return alone == NULL || item_words_add(access->folder, item, alone, why);
}

/* The same text with another sound: into the draft, or as a new version that is handed in. The word
 * is kept once it is known that the actor may change the item. */
static bool keep(const struct access *access, const struct item *item,
                 const struct lexicon_entry *alone, struct word_change_made *ret,
                 struct fail *why) {
    struct item_content content = {0};
    struct item submitted;
    ret->version = item->version;
    ret->draft = item->state == APPROVAL_DRAFT;
    if (ret->draft) {
        return store_item_set_sound(access->database, &access->actor, item, why) &&
               keep_word(access, item->id, alone, why);
    }
    if (!store_item_edit(access->database, &access->actor, item, &content, &ret->version, why) ||
        !keep_word(access, item->id, alone, why)) {
        return false;
    }
    if (!store_item_step(access->database, access->folder, &access->actor, APPROVAL_SUBMIT,
                         item->id, ret->version, "", &submitted, why)) {
        return fail_prefix(why, "version %d of item %lld stays a draft", (int)ret->version,
                           (long long)item->id);
    }
    item_finish(&submitted);
    return true;
}

bool word_change_apply(const struct access *access, int64_t id, const struct lexicon_entry *alone,
                       struct word_change_made *ret, struct fail *why) {
    struct item item;
    struct text text = {0};
    struct lexicon *lexicon = NULL;
    *ret = (struct word_change_made){0};
    if (!store_item_load(access->database, id, 0, &item, why)) {
        return false;
    }
    struct digest before = item.sound_hash;
    bool ok = true;
    if (item.kind != ITEM_BULLETIN) {
        ok = fail_set(why, FAIL_CONFLICT, "item %lld is no bulletin: see 'loaxa item edit'",
                      (long long)id);
    } else if (item.state == APPROVAL_WITHDRAWN) {
        ok = fail_set(why, FAIL_CONFLICT, "item %lld was withdrawn: edit it first", (long long)id);
    }
    ok = ok && store_item_text(access->database, id, item.version, &text, why) &&
         lexicon_with(access, id, alone, &text, &lexicon, why);
    if (ok) {
        ok = speak(access, lexicon, &text, &item, why);
        lexicon_destroy(lexicon);
        ret->version = item.version;
        ret->same = ok && digest_equal(&before, &item.sound_hash);
        ok = ok &&
             (ret->same ? keep_word(access, id, alone, why) : keep(access, &item, alone, ret, why));
    }
    text_finish(&text);
    item_finish(&item);
    return ok;
}
