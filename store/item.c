#include "store/item.h"

#include "base/memory.h"
#include "store/field.h"
#include "store/item_row.h"
#include "store/statement.h"

#include <stdlib.h>
#include <string.h>

/* The diary copies them into one event (DIARY_EVENT_MOST_BYTES). */
enum { MOST_TOPICS = 64, MOST_DOCUMENTS = 32 };

bool store_item_load(struct database *database, int64_t id, int32_t version, struct item *ret,
                     struct fail *why) {
    struct statement s = statement_start(
        database, "SELECT " ITEM_ROW ITEM_FROM " WHERE v.item = ?1 AND v.version ="
                  " CASE ?2 WHEN 0 THEN (SELECT max(version) FROM item_version WHERE item = ?1)"
                  " ELSE ?2 END");
    statement_bind_int(&s, id);
    statement_bind_int(&s, version);
    return item_row_one(&s, id, ret, why);
}

bool store_item_load_airing(struct database *database, int64_t id, struct item *ret,
                            struct fail *why) {
    struct statement s = statement_start(database, "SELECT " ITEM_ROW ITEM_FROM
                                                   " WHERE v.item = ? AND" ITEM_MAY_AIR);
    statement_bind_int(&s, id);
    return item_row_one(&s, id, ret, why);
}

bool store_item_text(struct database *database, int64_t id, int32_t version, struct text *ret,
                     struct fail *why) {
    struct statement s =
        statement_start(database, "SELECT text FROM item_version WHERE item = ? AND version = ?");
    statement_bind_int(&s, id);
    statement_bind_int(&s, version);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok && row) {
        text_add_string(ret, statement_text(&s, 0));
    } else if (ok) {
        ok = fail_set(why, FAIL_NOT_FOUND, "there is no such version of item %lld", (long long)id);
    }
    statement_end(&s);
    return ok;
}

bool store_item_list(struct database *database, const struct item_query *query, struct item **ret,
                     size_t *ret_count, struct fail *why) {
    struct statement s = statement_start(
        database, query->airing
                      ? "SELECT " ITEM_ROW ITEM_FROM " WHERE" ITEM_MAY_AIR
                        " AND (?1 = '' OR v.state = ?1) AND (?2 = 0 OR v.broadcast_column = ?2)"
                        " ORDER BY v.item"
                      : "SELECT " ITEM_ROW ITEM_FROM
                        " WHERE v.version = (SELECT max(version) FROM item_version"
                        " WHERE item = v.item)"
                        " AND (?1 = '' OR v.state = ?1) AND (?2 = 0 OR v.broadcast_column = ?2)"
                        " ORDER BY v.item");
    statement_bind_text(&s, query->by_state ? approval_state_word(query->state) : "");
    statement_bind_int(&s, query->column_id);
    return item_row_all(&s, ret, ret_count, why);
}

bool store_item_find_sound(struct database *database, const struct digest *hash, int64_t *ret_id,
                           struct fail *why) {
    struct statement s = statement_start(
        database, "SELECT coalesce((SELECT min(item) FROM item_version WHERE sound_hash = ?1),"
                  " (SELECT min(item) FROM item_version WHERE original_hash = ?1), 0)");
    statement_bind_blob(&s, hash->bytes, sizeof hash->bytes);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok) {
        *ret_id = statement_int(&s, 0);
    }
    statement_end(&s);
    return ok;
}

/* A version about to be written: texts that were checked and are owned here. */
struct fresh_version {
    const struct item *item; /* numbers, hashes and dates */
    int64_t id;
    int32_t version;
    char *title, *language, *source, *text, *original_name;
    struct digest text_hash, original_hash;
};

static void fresh_finish(struct fresh_version *fresh) {
    free(fresh->title);
    free(fresh->language);
    free(fresh->source);
    free(fresh->text);
    free(fresh->original_name);
}

static bool check_numbers(const struct item *item, struct fail *why) {
    if (item->valid_from.year != 0 && item->valid_until.year != 0 &&
        civil_date_compare(item->valid_until, item->valid_from) < 0) {
        return fail_set(why, FAIL_INVALID, "the item would expire before it becomes valid");
    }
    if (item->duration_us < 0 || item->trim_start_us < 0 || item->trim_end_us < 0 ||
        item->limit.most_a_day < 0 || item->limit.most_in_all < 0 || item->limit.least_gap_s < 0) {
        return fail_set(why, FAIL_INVALID, "a length or a limit of the item is negative");
    }
    if (item->documents_count > MOST_DOCUMENTS || item->topics_count > MOST_TOPICS) {
        return fail_set(why, FAIL_LIMIT, "an item names at most %d documents and %d topics",
                        MOST_DOCUMENTS, MOST_TOPICS);
    }
    return true;
}

static bool take_texts(struct fresh_version *fresh, const struct item_content *content,
                       struct fail *why) {
    const struct item *item = fresh->item;
    const char *language =
        item->language != NULL && *item->language != '\0' ? item->language : "vi";
    bool ok =
        field_line(/* tr */ "title", item->title, FIELD_TITLE_BYTES, true, &fresh->title, why) &&
        field_line(/* tr */ "language", language, 35, true, &fresh->language, why) &&
        field_line(/* tr */ "source", item->source, FIELD_WORDS_BYTES, false, &fresh->source,
                   why) &&
        field_text(/* tr */ "text", content->text, FIELD_TEXT_BYTES, &fresh->text, why) &&
        field_line(/* tr */ "file name", content->original_name, FIELD_TITLE_BYTES, false,
                   &fresh->original_name, why);
    if (ok && *fresh->text != '\0') {
        fresh->text_hash = digest_of(fresh->text, strlen(fresh->text));
    }
    fresh->original_hash = content->original_hash;
    if (ok && item->kind == ITEM_BULLETIN && *fresh->text == '\0') {
        return fail_set(why, FAIL_INVALID, "a bulletin needs a text");
    }
    return ok && check_numbers(item, why);
}

static void bind_version(struct statement *s, const struct fresh_version *fresh,
                         const struct actor *actor, char from[CIVIL_TEXT_SIZE],
                         char until[CIVIL_TEXT_SIZE]) {
    const struct item *item = fresh->item;
    field_date(item->valid_from, from);
    field_date(item->valid_until, until);
    statement_bind_int(s, fresh->id);
    statement_bind_int(s, fresh->version);
    statement_bind_text(s, fresh->title);
    statement_bind_text(s, genre_word(item->genre));
    statement_bind_text(s, fresh->language);
    statement_bind_text(s, fresh->source);
    statement_bind_text(s, actor->login);
    statement_bind_reference(s, item->column_id);
    statement_bind_text(s, fresh->text);
    statement_bind_digest(s, &fresh->text_hash);
    statement_bind_digest(s, &item->sound_hash);
    statement_bind_text(s, fresh->original_name);
    statement_bind_digest(s, &fresh->original_hash);
    statement_bind_int(s, item->duration_us);
    statement_bind_int(s, item->trim_start_us);
    statement_bind_int(s, item->trim_end_us);
    statement_bind_int(s, item->loudness_mlufs);
    statement_bind_int(s, item->true_peak_mdb);
    statement_bind_text(s, from);
    statement_bind_text(s, until);
    statement_bind_int(s, item->limit.most_a_day);
    statement_bind_int(s, item->limit.most_in_all);
    statement_bind_int(s, item->limit.least_gap_s);
    statement_bind_reference(s, item->corrects);
    statement_bind_int(s, item->local);
    statement_bind_int(s, actor->at.us);
}

static bool insert_version(struct database *database, const struct actor *actor,
                           const struct fresh_version *fresh, struct fail *why) {
    char from[CIVIL_TEXT_SIZE];
    char until[CIVIL_TEXT_SIZE];
    struct statement s = statement_start(
        database,
        "INSERT INTO item_version (item, version, state, title, genre, language, source, author,"
        " approver, broadcast_column, text, text_hash, sound_hash, original_name, original_hash,"
        " duration_us, trim_start_us, trim_end_us, loudness_mlufs, true_peak_mdb, valid_from,"
        " valid_until, most_a_day, most_in_all, least_gap_s, corrects, local, created_us)"
        " VALUES (?, ?, 'draft', ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " ?, ?, ?, ?)");
    bind_version(&s, fresh, actor, from, until);
    return statement_run(&s, why);
}

static bool insert_documents(struct database *database, const struct fresh_version *fresh,
                             struct fail *why) {
    for (size_t i = 0; i < fresh->item->documents_count; i++) {
        struct statement s = statement_start(
            database,
            "INSERT OR IGNORE INTO item_document (item, version, document) VALUES (?, ?, ?)");
        statement_bind_int(&s, fresh->id);
        statement_bind_int(&s, fresh->version);
        statement_bind_int(&s, fresh->item->documents[i]);
        if (!statement_run(&s, why)) {
            return fail_set(why, FAIL_NOT_FOUND, "there is no document '%lld'",
                            (long long)fresh->item->documents[i]);
        }
    }
    return true;
}

static bool insert_topics(struct database *database, const struct fresh_version *fresh,
                          struct fail *why) {
    bool ok = true;
    for (size_t i = 0; ok && i < fresh->item->topics_count; i++) {
        char *topic = NULL;
        ok = field_line(/* tr */ "topic", fresh->item->topics[i], FIELD_TITLE_BYTES, true, &topic,
                        why);
        if (ok) {
            struct statement s = statement_start(
                database,
                "INSERT INTO item_topic (item, version, place, topic) VALUES (?, ?, ?, ?)");
            statement_bind_int(&s, fresh->id);
            statement_bind_int(&s, fresh->version);
            statement_bind_int(&s, (int64_t)i);
            statement_bind_text(&s, topic);
            ok = statement_run(&s, why);
        }
        free(topic);
    }
    return ok;
}

static bool check_reference(struct database *database, const char *sql, int64_t id,
                            struct fail *why) {
    struct statement s = statement_start(database, sql);
    statement_bind_int(&s, id);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    statement_end(&s);
    return ok && (row || fail_set(why, FAIL_NOT_FOUND,
                                  "the item names something (%lld) that is "
                                  "not there",
                                  (long long)id));
}

static bool write_fresh(struct database *database, const struct actor *actor,
                        const struct fresh_version *fresh, struct fail *why) {
    const struct item *item = fresh->item;
    return (item->column_id == 0 ||
            check_reference(database, "SELECT 1 FROM broadcast_column WHERE id = ?",
                            item->column_id, why)) &&
           (item->corrects == 0 ||
            check_reference(database, "SELECT 1 FROM item WHERE id = ?", item->corrects, why)) &&
           insert_version(database, actor, fresh, why) && insert_documents(database, fresh, why) &&
           insert_topics(database, fresh, why);
}

/* The latest version with its lists, as the audit keeps it. */
static struct change change_of(struct database *database, const struct actor *actor) {
    return (struct change){
        .database = database,
        .actor = actor,
        .subject = "item",
        .row_sql = "SELECT i.kind, v.*,"
                   " (SELECT json_group_array(document) FROM item_document d WHERE d.item = v.item"
                   "  AND d.version = v.version) AS documents_json,"
                   " (SELECT json_group_array(topic) FROM (SELECT topic FROM item_topic t"
                   "  WHERE t.item = v.item AND t.version = v.version ORDER BY place))"
                   "  AS topics_json"
                   " FROM item_version v JOIN item i ON i.id = v.item WHERE v.item = ?"
                   " ORDER BY v.version DESC LIMIT 1"};
}

static bool insert_item(struct database *database, enum item_kind kind, int64_t *ret_id,
                        struct fail *why) {
    struct statement s = statement_start(database, "INSERT INTO item (kind) VALUES (?)");
    statement_bind_text(&s, item_kind_word(kind));
    if (!statement_run(&s, why)) {
        return false;
    }
    *ret_id = statement_last_id(database);
    return true;
}

bool store_item_create(struct database *database, const struct actor *actor,
                       const struct item *item, const struct item_content *content, int64_t *ret_id,
                       struct fail *why) {
    struct change change = change_of(database, actor);
    struct fresh_version fresh = {.item = item, .version = 1};
    if (!change_begin(&change, RIGHT_WRITE, 0, why)) {
        return false;
    }
    bool ok = take_texts(&fresh, content, why) &&
              insert_item(database, item->kind, &fresh.id, why) &&
              write_fresh(database, actor, &fresh, why);
    fresh_finish(&fresh);
    if (!change_end(&change, ok, fresh.id, why)) {
        return false;
    }
    *ret_id = fresh.id;
    return true;
}

/* What an edit leaves as it was: text and original of the version before. */
static bool keep_content(struct database *database, const struct item *item,
                         const struct item_content *given, struct item_content *ret,
                         struct text *text, struct text *name, struct fail *why) {
    static const struct digest zero;
    struct statement s = statement_start(
        database, "SELECT version, text, original_name, original_hash"
                  " FROM item_version WHERE item = ? ORDER BY version DESC LIMIT 1");
    statement_bind_int(&s, item->id);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    *ret = *given;
    if (ok && row && given->text == NULL) {
        text_add_string(text, statement_text(&s, 1));
        ret->text = text_string(text);
    }
    if (ok && row && digest_equal(&given->original_hash, &zero)) {
        text_add_string(name, statement_text(&s, 2));
        ret->original_name = text_string(name);
        ret->original_hash = statement_digest(&s, 3);
    }
    statement_end(&s);
    return ok;
}

bool store_item_edit(struct database *database, const struct actor *actor, const struct item *item,
                     const struct item_content *content, int32_t *ret_version, struct fail *why) {
    struct change change = change_of(database, actor);
    struct fresh_version fresh = {.item = item, .id = item->id};
    struct item_content whole;
    struct item latest = {0};
    struct text text = {0};
    struct text name = {0};
    if (!change_begin(&change, RIGHT_WRITE, item->id, why)) {
        return false;
    }
    bool ok = store_item_load(database, item->id, 0, &latest, why);
    if (ok && latest.kind != item->kind) {
        ok = fail_set(why, FAIL_CONFLICT, "an item does not change its kind: make a new one");
    }
    fresh.version = latest.version + 1;
    ok = ok && keep_content(database, item, content, &whole, &text, &name, why) &&
         take_texts(&fresh, &whole, why) && write_fresh(database, actor, &fresh, why);
    fresh_finish(&fresh);
    item_finish(&latest);
    text_finish(&text);
    text_finish(&name);
    if (!change_end(&change, ok, item->id, why)) {
        return false;
    }
    *ret_version = fresh.version;
    return true;
}

static bool write_sound(struct database *database, const struct item *item, struct fail *why) {
    struct statement s = statement_start(
        database, "UPDATE item_version SET sound_hash = ?, duration_us = ?, trim_start_us = ?,"
                  " trim_end_us = ?, loudness_mlufs = ?, true_peak_mdb = ?"
                  " WHERE item = ? AND version = ? AND state = 'draft'");
    statement_bind_digest(&s, &item->sound_hash);
    statement_bind_int(&s, item->duration_us);
    statement_bind_int(&s, item->trim_start_us);
    statement_bind_int(&s, item->trim_end_us);
    statement_bind_int(&s, item->loudness_mlufs);
    statement_bind_int(&s, item->true_peak_mdb);
    statement_bind_int(&s, item->id);
    statement_bind_int(&s, item->version);
    return statement_run(&s, why) &&
           (statement_changed(database) == 1 ||
            fail_set(why, FAIL_CONFLICT, "version %d of item %lld is no draft: edit the item first",
                     (int)item->version, (long long)item->id));
}

bool store_item_set_sound(struct database *database, const struct actor *actor,
                          const struct item *item, struct fail *why) {
    struct change change = change_of(database, actor);
    return change_begin(&change, RIGHT_WRITE, item->id, why) &&
           change_end(&change, check_numbers(item, why) && write_sound(database, item, why),
                      item->id, why);
}
