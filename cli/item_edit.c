#include "cli/item_edit.h"

#include "base/memory.h"
#include "base/words.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "store/column.h"
#include "store/document.h"

#include <stdlib.h>
#include <string.h>

size_t item_edit_rules(struct item_edit *edit, struct option_rule rules[ITEM_EDIT_RULES]) {
    const struct option_rule all[] = {
        {"title", OPTION_TEXT, &edit->title, NULL},
        {"column", OPTION_TEXT, &edit->column, NULL},
        {"genre", OPTION_TEXT, &edit->genre, NULL},
        {"language", OPTION_TEXT, &edit->language, NULL},
        {"source", OPTION_ANY, &edit->source, &edit->given.source},
        {"document", OPTION_LIST, &edit->documents, NULL},
        {"topic", OPTION_LIST, &edit->topics, NULL},
        {"from", OPTION_DATE, &edit->from, &edit->given.from},
        {"until", OPTION_DATE, &edit->until, &edit->given.until},
        {"most-a-day", OPTION_WHOLE, &edit->most_a_day, &edit->given.most_a_day},
        {"most", OPTION_WHOLE, &edit->most_in_all, &edit->given.most_in_all},
        {"gap", OPTION_LENGTH, &edit->gap_us, &edit->given.gap},
        {"corrects", OPTION_WHOLE, &edit->corrects, &edit->given.corrects},
        {"local", OPTION_FLAG, &edit->local, NULL}};
    memcpy(rules, all, sizeof all);
    return sizeof all / sizeof *all;
}

struct item item_edit_blank(void) {
    return (struct item){.genre = GENRE_OTHER,
                         .title = memory_text(""),
                         .language = memory_text("vi"),
                         .source = memory_text(""),
                         .author = memory_text(""),
                         .approver = memory_text("")};
}

static void set_text(char **text, const char *value) {
    if (value != NULL) {
        free(*text);
        *text = memory_text(value);
    }
}

static bool set_column(const struct item_edit *edit, struct database *database, struct item *item,
                       struct fail *why) {
    struct column column;
    if (edit->column != NULL) {
        if (!store_column_find(database, edit->column, &column, why)) {
            return false;
        }
        item->column_id = column.id;
        item->genre = item->id == 0 ? column.genre : item->genre;
        column_finish(&column);
    }
    if (edit->genre != NULL && !genre_parse(edit->genre, &item->genre)) {
        return fail_set(why, FAIL_USAGE,
                        "'%.40s' is no genre; write news, article, reportage, notice, role_model, "
                        "policy, job_notice, music, entertainment, tune or other",
                        edit->genre);
    }
    return true;
}

static bool set_documents(const struct item_edit *edit, struct database *database,
                          struct item *item, struct fail *why) {
    for (size_t i = 0; i < edit->documents.count; i++) {
        struct document document;
        if (!store_document_find(database, edit->documents.values[i], &document, why)) {
            return false;
        }
        bool there = false;
        for (size_t d = 0; d < item->documents_count; d++) {
            there |= item->documents[d] == document.id;
        }
        if (!there) {
            item->documents =
                memory_resize(item->documents, item->documents_count + 1, sizeof *item->documents);
            item->documents[item->documents_count++] = document.id;
        }
        document_finish(&document);
    }
    return true;
}

bool item_edit_apply(const struct item_edit *edit, struct database *database, struct item *item,
                     struct fail *why) {
    set_text(&item->title, edit->title);
    set_text(&item->language, edit->language);
    set_text(&item->source, edit->source);
    if (!set_column(edit, database, item, why) || !set_documents(edit, database, item, why)) {
        return false;
    }
    for (size_t i = 0; i < edit->topics.count; i++) {
        item->topics = memory_resize(item->topics, item->topics_count + 1, sizeof *item->topics);
        item->topics[item->topics_count++] = memory_text(edit->topics.values[i]);
    }
    item->valid_from = edit->given.from ? edit->from : item->valid_from;
    item->valid_until = edit->given.until ? edit->until : item->valid_until;
    if (item->valid_from.year != 0 && item->valid_until.year != 0 &&
        civil_date_compare(item->valid_from, item->valid_until) > 0) {
        return fail_set(why, FAIL_USAGE, "--from lies after --until");
    }
    if (edit->gap_us > INT64_C(31536000) * 1000000) {
        return fail_set(why, FAIL_USAGE, "--gap is longer than a year");
    }
    item->limit.most_a_day =
        edit->given.most_a_day ? (int32_t)edit->most_a_day : item->limit.most_a_day;
    item->limit.most_in_all =
        edit->given.most_in_all ? (int32_t)edit->most_in_all : item->limit.most_in_all;
    item->limit.least_gap_s =
        edit->given.gap ? (int32_t)(edit->gap_us / 1000000) : item->limit.least_gap_s;
    item->corrects = edit->given.corrects ? edit->corrects : item->corrects;
    item->local = edit->local || item->local;
    return true;
}

const char *item_edit_state_text(enum approval_state state) {
    static const char *const texts[] = {[APPROVAL_DRAFT] = /* tr */ "draft",
                                        [APPROVAL_SUBMITTED] = /* tr */ "waits for approval",
                                        [APPROVAL_APPROVED] = /* tr */ "approved",
                                        [APPROVAL_RETURNED] = /* tr */ "returned",
                                        [APPROVAL_WITHDRAWN] = /* tr */ "withdrawn"};
    return tr(texts[state]);
}

static void set_date(json_t *object, const char *key, struct civil_date date) {
    char text[CIVIL_TEXT_SIZE];
    if (date.year != 0) {
        civil_date_format(date, text);
        listing_set(object, key, text);
    }
}

static void set_hash(json_t *object, const char *key, const struct digest *hash) {
    static const struct digest none;
    char hex[DIGEST_HEX_SIZE];
    if (!digest_equal(hash, &none)) {
        digest_format(hash, hex);
        listing_set(object, key, hex);
    }
}

json_t *item_edit_json(const struct item *item) {
    json_t *object = json_object(), *documents = json_array(), *topics = json_array();
    char length[MOMENT_TEXT_SIZE];
    listing_set_whole(object, "id", item->id);
    listing_set_whole(object, "version", item->version);
    listing_set(object, "kind", item_kind_word(item->kind));
    listing_set(object, "genre", genre_word(item->genre));
    listing_set(object, "state", approval_state_word(item->state));
    listing_set(object, "state_text", item_edit_state_text(item->state));
    listing_set(object, "title", item->title);
    listing_set(object, "language", item->language);
    listing_set(object, "source", item->source);
    listing_set(object, "author", item->author);
    listing_set(object, "approver", item->approver);
    listing_set_whole(object, "column", item->column_id);
    moment_format_length(item->duration_us, length);
    listing_set(object, "duration", item->duration_us != 0 ? length : "");
    listing_set_whole(object, "duration_us", item->duration_us);
    listing_set_whole(object, "loudness_mlufs", item->loudness_mlufs);
    set_date(object, "valid_from", item->valid_from);
    set_date(object, "valid_until", item->valid_until);
    listing_set_whole(object, "most_a_day", item->limit.most_a_day);
    listing_set_whole(object, "most_in_all", item->limit.most_in_all);
    listing_set_whole(object, "least_gap_s", item->limit.least_gap_s);
    for (size_t i = 0; i < item->documents_count; i++) {
        json_array_append_new(documents, json_integer(item->documents[i]));
    }
    for (size_t i = 0; i < item->topics_count; i++) {
        json_array_append_new(topics, json_string(item->topics[i]));
    }
    json_object_set_new(object, "documents", documents);
    json_object_set_new(object, "topics", topics);
    if (item->corrects != 0) {
        listing_set_whole(object, "corrects", item->corrects);
    }
    json_object_set_new(object, "local", json_boolean(item->local));
    set_hash(object, "text_hash", &item->text_hash);
    set_hash(object, "sound_hash", &item->sound_hash);
    return object;
}
