/* loaxa station: what the station itself is called, and the sounds that are its own. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "store/station.h"

#include <stdlib.h>

static bool show(const struct invocation *invocation, struct fail *why) {
    static const struct listing_column columns[] = {{"title", /* tr */ "Title", 0},
                                                    {"zone", /* tr */ "Time zone", 0},
                                                    {"ident", /* tr */ "Ident", 0},
                                                    {"tune", /* tr */ "Signature tune", 0},
                                                    {"ident_item", /* tr */ "Ident's item", 0},
                                                    {"closing", /* tr */ "Closing words", 0},
                                                    {"demo", /* tr */ "Demo station", 0}};
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct station station;
    bool ok = options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_station_load(access.database, &station, why);
    if (ok) {
        json_t *object = json_object();
        listing_set(object, "title", station.title);
        listing_set(object, "zone", station.zone);
        listing_set(object, "ident", station.ident);
        listing_set_whole(object, "tune", station.tune_item);
        listing_set_whole(object, "ident_item", station.ident_item);
        listing_set_whole(object, "closing", station.closing_item);
        json_object_set_new(object, "demo", json_boolean(station.demo));
        listing_print_one(object, as_json, columns, sizeof columns / sizeof *columns);
        station_finish(&station);
    }
    access_close(&access);
    return ok;
}

static void set_text(char **text, const char *value) {
    if (value != NULL) {
        free(*text);
        *text = memory_text(value);
    }
}

static bool set(const struct invocation *invocation, struct fail *why) {
    const char *title = NULL, *ident = NULL;
    int64_t tune, ident_item, closing;
    bool tune_given = false, ident_given = false, closing_given = false;
    const struct option_rule rules[] = {{"title", OPTION_TEXT, &title, NULL},
                                        {"ident", OPTION_TEXT, &ident, NULL},
                                        {"tune", OPTION_WHOLE, &tune, &tune_given},
                                        {"ident-item", OPTION_WHOLE, &ident_item, &ident_given},
                                        {"closing", OPTION_WHOLE, &closing, &closing_given}};
    struct access access = {0};
    struct station station;
    bool ok = options_read(invocation, rules, 5, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_station_load(access.database, &station, why);
    if (ok) {
        set_text(&station.title, title);
        set_text(&station.ident, ident);
        station.tune_item = tune_given ? tune : station.tune_item;
        station.ident_item = ident_given ? ident_item : station.ident_item;
        station.closing_item = closing_given ? closing : station.closing_item;
        ok = store_station_save(access.database, &access.actor, &station, why);
        station_finish(&station);
        remote_reload(invocation);
    }
    access_close(&access);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"show", show}, {"set", set}};
    return options_act(invocation, actions, 2, true, why);
}

const struct command command_station = {
    .name = "station",
    .synopsis = "[show [--json] | set [OPTION…]]",
    .summary = /* tr */ "the station's name, signature tune, ident and closing words",
    .actions = "show set",
    .help = /* tr */ "These frame every broadcast whose column has none of its own.\n\n"
                     "  --title TITLE       the station's name\n"
                     "  --ident WORDS       what its ident says\n"
                     "  --tune ITEM         the signature tune (an approved clip); 0: none\n"
                     "  --ident-item ITEM   the ident as it is aired; 0: none\n"
                     "  --closing ITEM      the closing words; 0: none\n"
                     "  --json              as data\n\n"
                     "Examples:\n"
                     "  loaxa station set --title \"Đài truyền thanh xã Vĩnh Thông\" --tune 1\n"
                     "  loaxa station\n",
    .run = run,
};
