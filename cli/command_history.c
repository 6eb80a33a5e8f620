/* loaxa history: who changed what of the station, and how it was before. */
#include "base/text.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"
#include "store/change.h"

#include <stdint.h>
#include <stdlib.h>

enum { HISTORY_USUAL = 40 };

struct history {
    json_t *list;
    const struct zone *zone;
    size_t last; /* so many are kept */
};

/* What differs between two rows: "title: Tin → Tin xã". */
static void tell_changes(json_t *object, const json_t *before, const json_t *after) {
    struct text text = {0};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)after, key, value) {
        const json_t *old = json_object_get(before, key);
        if (before == NULL || json_equal(old, value) || json_is_object(value) ||
            json_is_array(value)) {
            continue;
        }
        char *was = json_dumps(old, JSON_ENCODE_ANY), *is = json_dumps(value, JSON_ENCODE_ANY);
        text_add_format(&text, "%s%s: %s → %s", text.length != 0 ? ", " : "", key,
                        was != NULL ? was : "", is != NULL ? is : "");
        free(was);
        free(is);
    }
    if (text.length == 0) {
        const char *title = json_string_value(json_object_get(after, "title"));
        text_add_string(&text, title != NULL ? title : "");
    }
    listing_set(object, "changes", text_string(&text));
    text_finish(&text);
}

static bool take_row(void *context, const struct audit_row *row, struct fail *why) {
    (void)why;
    struct history *history = context;
    json_t *object = json_object();
    json_t *before = json_loads(row->before, 0, NULL), *after = json_loads(row->after, 0, NULL);
    char at[MOMENT_TEXT_SIZE];
    listing_set_whole(object, "id", row->id);
    moment_format(history->zone, row->at.us, at);
    listing_set(object, "at", at);
    listing_set(object, "login", row->login);
    listing_set(object, "action", row->action);
    listing_set(object, "subject", row->subject);
    listing_set_whole(object, "number", row->subject_id);
    tell_changes(object, before, after);
    json_object_set_new(object, "before", before != NULL ? before : json_null());
    json_object_set_new(object, "after", after != NULL ? after : json_null());
    json_array_append_new(history->list, object);
    if (json_array_size(history->list) > history->last) {
        json_array_remove(history->list, 0);
    }
    return true;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column columns[] = {
        {"at", /* tr */ "At", 0},       {"login", /* tr */ "By", 0},
        {"action", /* tr */ "Step", 0}, {"subject", /* tr */ "Of what", 0},
        {"number", /* tr */ "No.", 0},  {"changes", /* tr */ "Changed", 90}};
    bool as_json = false;
    int64_t last = HISTORY_USUAL, number = 0;
    const struct option_rule rules[] = {{"last", OPTION_WHOLE, &last, NULL},
                                        {"json", OPTION_FLAG, &as_json, NULL}};
    char **words;
    size_t count;
    if (!options_read(invocation, rules, 2, "", 0, 2, &words, &count, why) ||
        (count == 2 && !options_number(words[1], &number, why))) {
        return false;
    }
    struct access access;
    struct history history = {.list = json_array(), .last = (size_t)last};
    bool ok = access_open(invocation, ACCESS_STATION, &access, why);
    history.zone = access.zone;
    ok = ok && store_audit_each(access.database, 0, count > 0 ? words[0] : NULL, number, take_row,
                                &history, why);
    if (ok) {
        listing_print(history.list, as_json, columns, 6, tr("Nothing was changed."));
    } else {
        json_decref(history.list);
    }
    access_close(&access);
    return ok;
}

const struct command command_history = {
    .name = "history",
    .synopsis = "[SUBJECT [NUMBER]] [--last N] [--json]",
    .summary = /* tr */ "who changed what of the station, and how it was before",
    .help = /* tr */ "Every change of columns, items, segments, users, profile and the rest is "
                     "kept with its\n"
                     "author and the row before and after. SUBJECT is such as segment or item.\n\n"
                     "  --last N  the last N; 40 without it\n"
                     "  --json    as data, with the whole rows\n\n"
                     "Examples:\n"
                     "  loaxa history\n"
                     "  loaxa history segment 4 --json | jq '.[-1].before'\n",
    .run = run,
};
