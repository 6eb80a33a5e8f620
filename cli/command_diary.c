/* loaxa diary, ledger: what happened, and whether the record still holds. */
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/ledger.h"
#include "cli/listing.h"
#include "cli/moment.h"
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* The options that choose events. */
struct choice {
    bool from_given, to_given;
    struct civil_date from, to;
    const char *type, *occurrence;
    int64_t last;
};

static struct walltime midnight(const struct zone *zone, struct civil_date date) {
    return zone_instant(zone, (struct civil){.date = date}, NULL);
}

static bool choose(const struct choice *choice, const struct zone *zone, struct diary_query *query,
                   struct fail *why) {
    *query = (struct diary_query){.type = choice->type, .occ = choice->occurrence};
    if (choice->type != NULL && !diary_event_is_type(choice->type)) {
        char list[400];
        size_t used = 0;
        for (int i = 0; i < EVENT_TYPES && used < sizeof list; i++) {
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i != 0 ? ", " : "",
                                     event_type_word((enum event_type)i));
        }
        return fail_set(why, FAIL_USAGE, "there are no events of type '%.40s'; the types are: %s",
                        choice->type, list);
    }
    if (choice->from_given) {
        query->from_at = midnight(zone, choice->from);
    }
    if (choice->to_given) { /* the whole day */
        query->until_at = midnight(zone, civil_date_add_days(choice->to, 1));
        query->until_at.us--;
    }
    if (choice->last != 0) {
        query->most = choice->last;
        query->newest_first = true;
    }
    return true;
}

/* One line about an event, for eyes. */
static void tell(const json_t *event, char *text, size_t size) {
    const char *type = text_of(event, "type");
    const json_t *item = json_object_get(event, "item");
    const char *words = text_of(event, "words");
    if (strcmp(type, "planned") == 0) {
        snprintf(text, size, "%s", text_of(json_object_get(event, "segment"), "title"));
    } else if (strcmp(type, "outcome") == 0) {
        enum outcome outcome;
        enum outcome_reason reason;
        bool known = outcome_parse(text_of(event, "outcome"), &outcome) &&
                     outcome_reason_parse(text_of(event, "reason"), &reason);
        bool plain = known && reason == REASON_NONE;
        snprintf(text, size, "%s%s%s%s%s", known ? outcome_text(outcome) : "", plain ? "" : " (",
                 known && !plain ? outcome_reason_text(reason) : "", plain ? "" : ") ",
                 plain ? "" : words);
    } else if (json_is_object(item)) {
        snprintf(text, size, "%s%s%s", text_of(item, "title"), words[0] != '\0' ? ": " : "", words);
    } else if (strcmp(type, "amplifier") == 0) {
        snprintf(text, size, "%d %s (%s)", (int)json_integer_value(json_object_get(event, "zone")),
                 text_of(event, "state"), text_of(event, "cause"));
    } else if (strcmp(type, "closed") == 0) {
        snprintf(text, size, "#%d %s", (int)json_integer_value(json_object_get(event, "airing")),
                 text_of(event, "reason"));
    } else {
        const char *more[] = {words, text_of(event, "reason"), text_of(event, "kind"),
                              text_of(event, "version")};
        size_t used = 0;
        text[0] = '\0';
        for (size_t i = 0; i < 4 && used == 0; i++) {
            used = (size_t)snprintf(text, size, "%s", more[i]);
        }
    }
}

struct telling {
    json_t *list;
    const struct zone *zone;
};

static bool take_event(void *context, const struct diary_row *row, struct fail *why) {
    struct telling *telling = context;
    json_t *event = diary_event_read(row->bytes, row->size, why);
    if (event == NULL) {
        return false;
    }
    char at[MOMENT_TEXT_SIZE], what[512];
    json_t *line = json_object();
    listing_set_whole(line, "seq", row->seq);
    moment_format(telling->zone, diary_event_int(event, "at_us"), at);
    listing_set(line, "at", at);
    listing_set(line, "type", diary_event_text(event, "type"));
    listing_set(line, "occ", diary_event_text(event, "occ"));
    tell(event, what, sizeof what);
    listing_set(line, "what", what);
    json_object_set_new(line, "event", event);
    json_array_append_new(telling->list, line);
    return true;
}

enum { DIARY_LIST_USUAL = 40 };

static bool diary_list(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column columns[] = {{"seq", /* tr */ "No.", 0},
                                                    {"at", /* tr */ "At", 0},
                                                    {"type", /* tr */ "Event", 0},
                                                    {"occ", /* tr */ "Occurrence", 0},
                                                    {"what", /* tr */ "What", 80}};
    struct choice choice = {0};
    bool as_json = false;
    const struct option_rule rules[] = {{"from", OPTION_DATE, &choice.from, &choice.from_given},
                                        {"to", OPTION_DATE, &choice.to, &choice.to_given},
                                        {"type", OPTION_TEXT, &choice.type, NULL},
                                        {"occ", OPTION_TEXT, &choice.occurrence, NULL},
                                        {"last", OPTION_WHOLE, &choice.last, NULL},
                                        {"json", OPTION_FLAG, &as_json, NULL}};
    if (!options_read(invocation, rules, 6, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    if (choice.last == 0 && !choice.from_given && !choice.to_given) {
        choice.last = DIARY_LIST_USUAL;
    }
    struct access access;
    struct diary_query query;
    struct telling telling = {.list = json_array()};
    bool ok = access_open(invocation, ACCESS_DIARY, &access, why) &&
              choose(&choice, access.zone, &query, why);
    telling.zone = access.zone;
    ok = ok && diary_each(access.diary, &query, take_event, &telling, why);
    if (ok) {
        json_t *list = json_array(); /* the oldest first, also of the last N */
        for (size_t i = json_array_size(telling.list); query.newest_first && i > 0; i--) {
            json_array_append(list, json_array_get(telling.list, i - 1));
        }
        if (!query.newest_first) {
            json_array_extend(list, telling.list);
        }
        listing_print(list, as_json, columns, sizeof columns / sizeof *columns,
                      tr("The diary has no such event."));
    }
    json_decref(telling.list);
    access_close(&access);
    return ok;
}

static bool diary_verify_chain(const struct invocation *invocation, struct fail *why) {
    const char *earlier_word = NULL;
    const struct option_rule rules[] = {{"head", OPTION_TEXT, &earlier_word, NULL}};
    struct diary_head earlier, head;
    struct access access = {0};
    bool ok = options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
              (earlier_word == NULL || diary_head_parse(earlier_word, &earlier, why)) &&
              access_open(invocation, ACCESS_DIARY, &access, why) &&
              diary_verify(access.diary, earlier_word != NULL ? &earlier : NULL, NULL, why) &&
              diary_head(access.diary, &head, why);
    if (ok) {
        char text[DIARY_HEAD_TEXT_SIZE];
        diary_head_format(&head, text);
        printf(tr("The diary holds: %lld events, head %s\n"), (long long)head.seq, text);
    }
    access_close(&access);
    return ok;
}

static bool diary_print_head(const struct invocation *invocation, struct fail *why) {
    struct access access = {0};
    struct diary_head head;
    bool ok = options_read(invocation, NULL, 0, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_DIARY, &access, why) &&
              diary_head(access.diary, &head, why);
    if (ok) {
        char text[DIARY_HEAD_TEXT_SIZE];
        diary_head_format(&head, text);
        puts(text);
    }
    access_close(&access);
    return ok;
}

/* Writes to a temporary name beside it and renames, so that a broken export is not taken for one.
 */
static bool export_to(struct diary *diary, const struct diary_query *query, const char *path,
                      struct fail *why) {
    char temporary[SETTINGS_PATH_SIZE];
    if (snprintf(temporary, sizeof temporary, "%s.part", path) >= (int)sizeof temporary) {
        return fail_set(why, FAIL_LIMIT, "the path %.60s… is too long", path);
    }
    FILE *file = fopen(temporary, "we");
    if (file == NULL) {
        return fail_system(why, errno, "cannot write %s", temporary);
    }
    bool ok = diary_export(diary, query, file, why);
    if (fclose(file) != 0 && ok) {
        ok = fail_system(why, errno, "cannot write %s", temporary);
    }
    if (ok && rename(temporary, path) != 0) {
        ok = fail_system(why, errno, "cannot write %s", path);
    }
    if (!ok) {
        remove(temporary);
    }
    return ok;
}

static bool diary_write_export(const struct invocation *invocation, struct fail *why) {
    struct choice choice = {0};
    const char *path = NULL;
    const struct option_rule rules[] = {{"from", OPTION_DATE, &choice.from, &choice.from_given},
                                        {"to", OPTION_DATE, &choice.to, &choice.to_given},
                                        {"output", OPTION_TEXT, &path, NULL}};
    struct access access = {0};
    struct diary_query query;
    bool ok = options_read(invocation, rules, 3, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_DIARY, &access, why) &&
              choose(&choice, access.zone, &query, why) &&
              (path != NULL ? export_to(access.diary, &query, path, why)
                            : diary_export(access.diary, &query, stdout, why));
    access_close(&access);
    return ok;
}

static bool run_diary(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"list", diary_list},
                                            {"verify", diary_verify_chain},
                                            {"head", diary_print_head},
                                            {"export", diary_write_export}};
    return options_act(invocation, actions, 4, true, why);
}

static bool feed_ledger(void *context, const struct diary_row *row, struct fail *why) {
    json_t *event = diary_event_read(row->bytes, row->size, why);
    if (event == NULL) {
        return false;
    }
    ledger_add(context, event);
    json_decref(event);
    return true;
}

static bool run_ledger(const struct invocation *invocation, struct fail *why) {
    struct civil_date from = {0}, to = {0};
    bool as_json = false;
    const struct option_rule rules[] = {{"from", OPTION_DATE, &from, NULL},
                                        {"to", OPTION_DATE, &to, NULL},
                                        {"json", OPTION_FLAG, &as_json, NULL}};
    if (!options_read(invocation, rules, 3, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    if (from.year != 0 && to.year != 0 && civil_date_compare(from, to) > 0) {
        return fail_set(why, FAIL_USAGE, "--from lies after --to");
    }
    struct access access;
    struct ledger *ledger = ledger_create(from, to);
    bool ok = access_open(invocation, ACCESS_DIARY, &access, why) &&
              diary_each(access.diary, &(struct diary_query){.from_date = from, .until_date = to},
                         feed_ledger, ledger, why);
    if (ok) {
        json_t *json = ledger_json(ledger, access.zone);
        if (as_json) {
            listing_print_one(json, true, NULL, 0);
        } else {
            ledger_print(json);
            json_decref(json);
        }
    }
    ledger_destroy(ledger);
    access_close(&access);
    return ok;
}

const struct command command_diary = {
    .name = "diary",
    .synopsis = "[list [--from DATE] [--to DATE] [--type TYPE] [--occ OCC] [--last N] [--json] | "
                "verify [--head SEQ:HASH] | head | export [--from DATE] [--to DATE] "
                "[--output FILE]]",
    .summary = /* tr */ "shows, verifies and exports the record of what was aired",
    .actions = "list verify head export",
    .help =
        /* tr */ "The diary only grows: each event is chained to the one before by its hash.\n\n"
                 "  list     the last 40 events, or those that the options choose\n"
                 "  verify   reads the whole chain; names the first event that was changed,\n"
                 "           removed or reordered. --head checks besides that the end was not\n"
                 "           rewritten since that head was printed\n"
                 "  head     number and hash of the last event: keep it on paper\n"
                 "  export   JSON lines for an auditor, to standard output or --output\n\n"
                 "  --from, --to DATE  written on these days\n"
                 "  --type TYPE        such as opened, closed, outcome, incident\n"
                 "  --occ OCC          of one occurrence\n"
                 "  --last N           the last N\n"
                 "  --json             as data\n\n"
                 "Examples:\n"
                 "  loaxa diary --type outcome --from 1/12/2026\n"
                 "  loaxa diary verify --head 812:5d41…\n"
                 "  loaxa diary export --output nhat-ky-2026.jsonl\n",
    .run = run_diary,
};

const struct command command_ledger = {
    .name = "ledger",
    .synopsis = "[--from DATE] [--to DATE] [--json]",
    .summary = /* tr */ "what was planned against what became of it",
    .help = /* tr */
    "One line a planned occurrence, by the day of its original start, from the diary alone.\n"
    "Planned is always the sum of the outcomes and of what is still ahead. Airings by hand\n"
    "stand beside that sum.\n\n"
    "  --from, --to DATE  the span, both days included\n"
    "  --json             as data\n\n"
    "Examples:\n"
    "  loaxa ledger --from 1/12/2026 --to 31/12/2026\n"
    "  loaxa ledger --json | jq .outcomes\n",
    .run = run_ledger,
};
