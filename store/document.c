#include "store/document.h"

#include "base/memory.h"
#include "store/field.h"
#include "store/statement.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT_FIELDS "id, number, kind, issuer, title, date"

enum { MOST_TOPICS = 64, MOST_TITLE_BYTES = 2000 };

static bool read_topics(struct database *database, struct document *document, struct fail *why) {
    size_t capacity = 0;
    struct statement s = statement_start(
        database, "SELECT topic FROM document_topic WHERE document = ? ORDER BY place");
    statement_bind_int(&s, document->id);
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        FIELD_APPEND(document->topics, document->topics_count, capacity, statement_copy(&s, 0));
    }
    statement_end(&s);
    return ok;
}

/* The row at hand, with its topics. */
static bool document_of(struct database *database, const struct statement *s, struct document *ret,
                        struct fail *why) {
    *ret = (struct document){.id = statement_int(s, 0),
                             .number = statement_copy(s, 1),
                             .kind = statement_copy(s, 2),
                             .issuer = statement_copy(s, 3),
                             .title = statement_copy(s, 4),
                             .date = field_date_of(statement_text(s, 5))};
    if (!read_topics(database, ret, why)) {
        document_finish(ret);
        return false;
    }
    return true;
}

static bool write_topics(struct database *database, const struct document *document,
                         struct fail *why) {
    if (document->topics_count > MOST_TOPICS) {
        return fail_set(why, FAIL_LIMIT, "at most %d topics", MOST_TOPICS);
    }
    struct statement s = statement_start(database, "DELETE FROM document_topic WHERE document = ?");
    statement_bind_int(&s, document->id);
    bool ok = statement_run(&s, why);
    for (size_t i = 0; ok && i < document->topics_count; i++) {
        char *topic = NULL;
        ok =
            field_line(/* tr */ "topic", document->topics[i], FIELD_TITLE_BYTES, true, &topic, why);
        if (ok) {
            s = statement_start(
                database, "INSERT INTO document_topic (document, place, topic) VALUES (?, ?, ?)");
            statement_bind_int(&s, document->id);
            statement_bind_int(&s, (int64_t)i);
            statement_bind_text(&s, topic);
            ok = statement_run(&s, why);
        }
        free(topic);
    }
    return ok;
}

static bool check_number(struct database *database, const char *number, int64_t id,
                         struct fail *why) {
    struct statement s = statement_start(
        database, "SELECT id FROM document WHERE number = ? AND number <> '' AND id IS NOT ?");
    statement_bind_text(&s, number);
    statement_bind_reference(&s, id);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    statement_end(&s);
    return ok && (!row || fail_set(why, FAIL_CONFLICT, "there is a document '%s' already", number));
}

/* Texts that were checked; freed together. */
struct lines {
    char *number, *kind, *issuer, *title;
};

static bool take_lines(const struct document *document, struct lines *lines, struct fail *why) {
    char normal[DOCUMENT_NUMBER_SIZE];
    if (!field_line(/* tr */ "number", document->number, 100, false, &lines->number, why) ||
        !field_line(/* tr */ "kind", document->kind, 100, false, &lines->kind, why) ||
        !field_line(/* tr */ "issuer", document->issuer, FIELD_TITLE_BYTES, false, &lines->issuer,
                    why) ||
        !field_line(/* tr */ "title", document->title, MOST_TITLE_BYTES, false, &lines->title,
                    why)) {
        return false;
    }
    if (document_number_parse(lines->number, normal)) {
        free(lines->number);
        lines->number = memory_text(normal);
    }
    return *lines->number != '\0' || *lines->title != '\0' ||
           fail_set(why, FAIL_INVALID, "a document needs a number or a title");
}

static bool write_document(struct database *database, const struct document *document,
                           const struct lines *lines, struct fail *why) {
    char date[CIVIL_TEXT_SIZE];
    field_date(document->date, date);
    struct statement s = statement_start(
        database, "INSERT INTO document (" DOCUMENT_FIELDS ") VALUES (?, ?, ?, ?, ?, ?)"
                  " ON CONFLICT (id) DO UPDATE SET number = excluded.number,"
                  " kind = excluded.kind, issuer = excluded.issuer, title = excluded.title,"
                  " date = excluded.date");
    statement_bind_reference(&s, document->id);
    statement_bind_text(&s, lines->number);
    statement_bind_text(&s, lines->kind);
    statement_bind_text(&s, lines->issuer);
    statement_bind_text(&s, lines->title);
    statement_bind_text(&s, date);
    return statement_run(&s, why);
}

static bool save(struct database *database, struct document *document, struct fail *why) {
    struct lines lines = {0};
    bool ok = take_lines(document, &lines, why) &&
              check_number(database, lines.number, document->id, why) &&
              write_document(database, document, &lines, why);
    if (ok && document->id == 0) {
        document->id = statement_last_id(database);
    }
    free(lines.number);
    free(lines.kind);
    free(lines.issuer);
    free(lines.title);
    return ok && write_topics(database, document, why);
}

static struct change change_of(struct database *database, const struct actor *actor) {
    return (struct change){.database = database,
                           .actor = actor,
                           .subject = "document",
                           .row_sql = "SELECT *, (SELECT json_group_array(topic) FROM"
                                      " (SELECT topic FROM document_topic WHERE"
                                      " document = document.id ORDER BY place)) AS topics_json"
                                      " FROM document WHERE id = ?"};
}

bool store_document_save(struct database *database, const struct actor *actor,
                         struct document *document, struct fail *why) {
    struct change change = change_of(database, actor);
    int64_t id = document->id;
    if (!change_begin(&change, RIGHT_WRITE, id, why)) {
        return false;
    }
    bool ok = save(database, document, why);
    ok = change_end(&change, ok, document->id, why);
    if (!ok) {
        document->id = id;
    }
    return ok;
}

static bool load_one(struct database *database, struct statement *s, struct document *ret,
                     const char *name, struct fail *why) {
    bool row = false;
    bool ok = statement_step(s, &row, why);
    if (ok && row) {
        ok = document_of(database, s, ret, why);
    } else if (ok) {
        ok = fail_set(why, FAIL_NOT_FOUND, "there is no document '%s'", name);
    }
    statement_end(s);
    return ok;
}

bool store_document_load(struct database *database, int64_t id, struct document *ret,
                         struct fail *why) {
    memory_auto char *name = memory_format("%lld", (long long)id);
    struct statement s =
        statement_start(database, "SELECT " DOCUMENT_FIELDS " FROM document WHERE id = ?");
    statement_bind_int(&s, id);
    return load_one(database, &s, ret, name, why);
}

bool store_document_find(struct database *database, const char *number, struct document *ret,
                         struct fail *why) {
    char normal[DOCUMENT_NUMBER_SIZE];
    struct statement s =
        statement_start(database, "SELECT " DOCUMENT_FIELDS " FROM document WHERE number = ?1"
                                  " OR CAST(id AS TEXT) = ?1 ORDER BY number = ?1 DESC LIMIT 1");
    statement_bind_text(&s, document_number_parse(number, normal) ? normal : number);
    return load_one(database, &s, ret, number, why);
}

bool store_document_list(struct database *database, struct document **ret, size_t *ret_count,
                         struct fail *why) {
    struct document *documents = NULL;
    size_t count = 0;
    size_t capacity = 0;
    struct statement s =
        statement_start(database, "SELECT " DOCUMENT_FIELDS " FROM document ORDER BY id");
    bool row = true;
    bool ok = true;
    while (ok && (ok = statement_step(&s, &row, why)) && row) {
        struct document document;
        ok = document_of(database, &s, &document, why);
        if (ok) {
            FIELD_APPEND(documents, count, capacity, document);
        }
    }
    statement_end(&s);
    if (!ok) {
        for (size_t i = 0; i < count; i++) {
            document_finish(&documents[i]);
        }
        free(documents);
        return false;
    }
    *ret = documents;
    *ret_count = count;
    return true;
}

bool store_document_coverage(struct database *database, int64_t id, int64_t *ret_items,
                             struct fail *why) {
    struct statement s =
        statement_start(database, "SELECT count(*) FROM item_document d JOIN item_version v"
                                  " ON v.item = d.item AND v.version = d.version"
                                  " WHERE d.document = ? AND v.state = 'approved' AND v.version ="
                                  "  (SELECT max(w.version) FROM item_version w"
                                  "   WHERE w.item = v.item AND w.approved_us IS NOT NULL)");
    statement_bind_int(&s, id);
    bool row = false;
    bool ok = statement_step(&s, &row, why);
    if (ok) {
        *ret_items = statement_int(&s, 0);
    }
    statement_end(&s);
    return ok;
}

bool store_document_remove(struct database *database, const struct actor *actor, int64_t id,
                           struct fail *why) {
    struct change change = change_of(database, actor);
    if (!change_begin(&change, RIGHT_WRITE, id, why)) {
        return false;
    }
    struct statement s = statement_start(database, "DELETE FROM document WHERE id = ?");
    statement_bind_int(&s, id);
    bool ok = statement_run(&s, why);
    if (!ok && why != NULL && why->code == FAIL_CONFLICT) {
        fail_set(why, FAIL_CONFLICT, "items explain document %lld: it stays", (long long)id);
    }
    return change_end(&change, ok, id, why);
}
