#include "store/template.h"

#include "store/field.h"
#include "store/statement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const span_words[] = {
    [SPAN_DATES] = "dates",
    [SPAN_SOLAR] = "solar",
    [SPAN_LUNAR] = "lunar",
};
enum { SPAN_KINDS = sizeof span_words / sizeof *span_words };

static bool list_templates(struct database *database, struct day_template **ret, size_t *ret_count,
                           struct fail *why) {
    size_t capacity = 0;
    struct statement s = statement_start(
        database, "SELECT id, name, keeps_ordinary, mourning FROM template ORDER BY id");
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        struct day_template template = {.id = statement_int(&s, 0),
                                        .keeps_ordinary = statement_int(&s, 2) != 0,
                                        .mourning = statement_int(&s, 3) != 0};
        snprintf(template.name, sizeof template.name, "%s", statement_text(&s, 1));
        FIELD_APPEND(*ret, *ret_count, capacity, template);
    }
    statement_end(&s);
    return ok;
}

static struct civil_date date_at(const struct statement *s, int column) {
    return (struct civil_date){.year = (int32_t)statement_int(s, column),
                               .month = (int8_t)statement_int(s, column + 1),
                               .day = (int8_t)statement_int(s, column + 2)};
}

static bool list_spans(struct database *database, struct template_span **ret, size_t *ret_count,
                       struct fail *why) {
    size_t capacity = 0;
    struct statement s = statement_start(
        database, "SELECT template, kind, from_year, from_month, from_day, until_year,"
                  " until_month, until_day FROM template_span ORDER BY id");
    bool row = true;
    bool ok = true;
    while ((ok = statement_step(&s, &row, why)) && row) {
        struct template_span span = {
            .template_id = statement_int(&s, 0), .from = date_at(&s, 2), .until = date_at(&s, 5)};
        for (int kind = 0; kind < SPAN_KINDS; kind++) {
            if (strcmp(span_words[kind], statement_text(&s, 1)) == 0) {
                span.kind = kind;
            }
        }
        FIELD_APPEND(*ret, *ret_count, capacity, span);
    }
    statement_end(&s);
    return ok;
}

bool store_template_list(struct database *database, struct day_template **ret, size_t *ret_count,
                         struct template_span **ret_spans, size_t *ret_spans_count,
                         struct fail *why) {
    struct day_template *templates = NULL;
    struct template_span *spans = NULL;
    size_t count = 0;
    size_t spans_count = 0;
    if (!list_templates(database, &templates, &count, why) ||
        !list_spans(database, &spans, &spans_count, why)) {
        free(templates);
        free(spans);
        return false;
    }
    *ret = templates;
    *ret_count = count;
    *ret_spans = spans;
    *ret_spans_count = spans_count;
    return true;
}

static bool check_span(const struct template_span *span, struct fail *why) {
    bool ok;
    if (span->kind == SPAN_DATES) {
        ok = civil_date_is_valid(span->from) && civil_date_is_valid(span->until) &&
             civil_date_compare(span->from, span->until) <= 0;
    } else {
        int8_t last = span->kind == SPAN_LUNAR ? 30 : 31;
        int8_t least = span->kind == SPAN_LUNAR ? -1 : 1;
        ok = span->from.month >= 1 && span->from.month <= 12 && span->until.month >= 1 &&
             span->until.month <= 12 && span->from.day >= least && span->from.day <= last &&
             span->until.day >= least && span->until.day <= last && span->from.day != 0 &&
             span->until.day != 0;
    }
    return ok || fail_set(why, FAIL_INVALID, "the template names days that are none");
}

static bool write_spans(struct database *database, int64_t id, const struct template_span *spans,
                        size_t count, struct fail *why) {
    struct statement clear =
        statement_start(database, "DELETE FROM template_span WHERE template = ?");
    statement_bind_int(&clear, id);
    bool ok = statement_run(&clear, why);
    for (size_t i = 0; ok && i < count; i++) {
        if (!check_span(&spans[i], why)) {
            return false;
        }
        struct statement s = statement_start(
            database, "INSERT INTO template_span (template, kind, from_year, from_month, from_day,"
                      " until_year, until_month, until_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        statement_bind_int(&s, id);
        statement_bind_text(&s, span_words[spans[i].kind]);
        statement_bind_int(&s, spans[i].from.year);
        statement_bind_int(&s, spans[i].from.month);
        statement_bind_int(&s, spans[i].from.day);
        statement_bind_int(&s, spans[i].until.year);
        statement_bind_int(&s, spans[i].until.month);
        statement_bind_int(&s, spans[i].until.day);
        ok = statement_run(&s, why);
    }
    return ok;
}

static bool write_template(struct database *database, struct day_template *template,
                           const struct template_span *spans, size_t count, struct fail *why) {
    char *name = NULL;
    if (!field_line(/* tr */ "name", template->name, sizeof template->name - 1, true, &name, why)) {
        return false;
    }
    struct statement s = statement_start(
        database, "INSERT INTO template (id, name, keeps_ordinary, mourning) VALUES (?, ?, ?, ?)"
                  " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                  " keeps_ordinary = excluded.keeps_ordinary, mourning = excluded.mourning");
    statement_bind_reference(&s, template->id);
    statement_bind_text(&s, name);
    statement_bind_int(&s, template->keeps_ordinary);
    statement_bind_int(&s, template->mourning);
    bool ok = statement_run(&s, why);
    free(name);
    if (ok && template->id == 0) {
        template->id = statement_last_id(database);
    }
    return ok && write_spans(database, template->id, spans, count, why);
}

static struct change template_change(struct database *database, const struct actor *actor) {
    return (struct change){
        .database = database,
        .actor = actor,
        .subject = "template",
        .row_sql = "SELECT *, (SELECT json_group_array(json_array(kind, from_year, from_month,"
                   " from_day, until_year, until_month, until_day)) FROM template_span"
                   " WHERE template = template.id) AS spans_json FROM template WHERE id = ?"};
}

bool store_template_save(struct database *database, const struct actor *actor,
                         struct day_template *template, const struct template_span *spans,
                         size_t spans_count, struct fail *why) {
    struct change change = template_change(database, actor);
    int64_t id = template->id;
    if (!change_begin(&change, RIGHT_PLAN, id, why)) {
        return false;
    }
    bool ok = write_template(database, template, spans, spans_count, why);
    ok = change_end(&change, ok, template->id, why);
    if (!ok) {
        template->id = id;
    }
    return ok;
}

bool store_template_remove(struct database *database, const struct actor *actor, int64_t id,
                           struct fail *why) {
    struct change change = template_change(database, actor);
    if (!change_begin(&change, RIGHT_PLAN, id, why)) {
        return false;
    }
    struct statement s = statement_start(database, "DELETE FROM template WHERE id = ?");
    statement_bind_int(&s, id);
    bool ok = statement_run(&s, why);
    if (!ok && why != NULL && why->code == FAIL_CONFLICT) {
        fail_set(why, FAIL_CONFLICT, "segments belong to template %lld: move them first",
                 (long long)id);
    }
    return change_end(&change, ok, id, why);
}
