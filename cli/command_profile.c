/* loaxa profile: what the place allows: air windows, quiet hours, caps. */
#include "base/memory.h"
#include "base/words.h"
#include "cli/access.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "cli/remote.h"
#include "store/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void format_hours(int32_t from_s, int32_t to_s, char text[32]) {
    snprintf(text, 32, "%02d:%02d-%02d:%02d", (int)(from_s / 3600), (int)(from_s / 60 % 60),
             (int)(to_s / 3600), (int)(to_s / 60 % 60));
}

/* "22:00-04:30"; both ends into seconds of the day. */
static bool read_hours(const char *word, int32_t *ret_from, int32_t *ret_to) {
    const char *dash = strchr(word, '-');
    if (dash == NULL) {
        return false;
    }
    memory_auto char *from = memory_text(word);
    from[dash - word] = '\0';
    return civil_time_parse(from, ret_from) && civil_time_parse(dash + 1, ret_to) &&
           *ret_from < 86400;
}

static const char *const day_words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static void format_days(uint8_t days, char text[32]) {
    size_t used = 0;
    text[0] = '\0';
    if ((days & 0x7f) == 0x7f) {
        return;
    }
    for (int day = 0; day < 7; day++) {
        if ((days >> day & 1) != 0) {
            used += (size_t)snprintf(text + used, 32 - used, "%s%s", used != 0 ? "," : "",
                                     day_words[day]);
        }
    }
}

/* "mon,tue" or "mon-fri"; 0 where it is neither. */
static uint8_t read_days(const char *word) {
    memory_auto char *words = memory_text(word);
    char *rest = words;
    uint8_t days = 0;
    for (char *one; (one = strsep(&rest, ",")) != NULL;) {
        int from = -1, to = -1;
        for (int day = 0; day < 7; day++) {
            from = strncmp(one, day_words[day], 3) == 0 ? day : from;
            to = strlen(one) == 7 && one[3] == '-' && strcmp(one + 4, day_words[day]) == 0 ? day
                                                                                           : to;
        }
        to = strlen(one) == 3 ? from : to;
        if (from < 0 || to < from) {
            return 0;
        }
        for (int day = from; day <= to; day++) {
            days |= (uint8_t)(1u << day);
        }
    }
    return days;
}

static json_t *profile_json(const struct profile *profile) {
    json_t *object = json_object(), *windows = json_array();
    char hours[32], days[32];
    listing_set(object, "name", profile->name);
    json_object_set_new(object, "always_open", json_boolean(profile->always_open));
    for (int i = 0; i < profile->windows_count; i++) {
        const struct air_window *window = &profile->windows[i];
        format_hours(window->from_s, window->to_s, hours);
        format_days(window->weekdays, days);
        json_array_append_new(windows,
                              json_sprintf("%s%s%s", hours, days[0] != '\0' ? " " : "", days));
    }
    json_object_set_new(object, "windows", windows);
    format_hours(profile->quiet_from_s, profile->quiet_to_s, hours);
    listing_set(object, "quiet", profile->quiet_from_s == profile->quiet_to_s ? "none" : hours);
    listing_set_whole(object, "sessions_a_day", profile->sessions_a_day);
    listing_set_whole(object, "weekend_sessions_a_day", profile->weekend_sessions_a_day);
    listing_set_whole(object, "session_minutes", profile->session_s / 60);
    listing_set_whole(object, "day_minutes", profile->day_s / 60);
    format_days(profile->session_weekdays, days);
    listing_set(object, "session_days", days[0] != '\0' ? days : "mon-sun");
    return object;
}

static const struct listing_column shown[] = {
    {"name", /* tr */ "Name", 0},
    {"always_open", /* tr */ "Always open", 0},
    {"windows", /* tr */ "Air windows", 0},
    {"quiet", /* tr */ "Quiet hours", 0},
    {"sessions_a_day", /* tr */ "Sessions a day", 0},
    {"session_minutes", /* tr */ "Minutes a session", 0},
    {"day_minutes", /* tr */ "Minutes a day", 0},
    {"session_days", /* tr */ "Days", 0},
    {"weekend_sessions_a_day", /* tr */ "Sessions at weekends", 0}};
enum { LIST_COLUMNS = 8, SHOW_COLUMNS = 9 };

static bool list(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    size_t count;
    const char *const *names = profile_names(&count);
    if (!options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why)) {
        return false;
    }
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        struct profile profile;
        if (profile_shipped(names[i], &profile)) {
            json_array_append_new(array, profile_json(&profile));
        }
    }
    listing_print(array, as_json, shown, LIST_COLUMNS, "");
    return true;
}

static bool show(const struct invocation *invocation, struct fail *why) {
    bool as_json = false;
    const struct option_rule rules[] = {{"json", OPTION_FLAG, &as_json, NULL}};
    struct access access = {0};
    struct profile profile;
    bool ok = options_read(invocation, rules, 1, "", 0, 0, NULL, NULL, why) &&
              access_open(invocation, ACCESS_STATION, &access, why) &&
              store_profile_load(access.database, &profile, why);
    if (ok) {
        listing_print_one(profile_json(&profile), as_json, shown, SHOW_COLUMNS);
    }
    access_close(&access);
    return ok;
}

struct profile_edit {
    const char *quiet, *days, *name;
    struct option_list windows;
    int64_t sessions, session_us, day_us;
    struct {
        bool sessions, session, day;
    } given;
};

/* "5:00-7:30" or "5:00-7:30 mon-fri". */
static bool read_window(const char *word, struct air_window *window, struct fail *why) {
    memory_auto char *hours = memory_text(word);
    char *blank = strchr(hours, ' ');
    window->weekdays = 0x7f;
    if (blank != NULL) {
        *blank = '\0';
        window->weekdays = read_days(blank + 1);
    }
    if (window->weekdays == 0 || !read_hours(hours, &window->from_s, &window->to_s)) {
        return fail_set(why, FAIL_USAGE,
                        "'%.40s' is no air window: write 5:00-7:30, or \"5:00-7:30 mon-fri\"",
                        word);
    }
    return true;
}

static bool apply(const struct profile_edit *edit, struct profile *profile, struct fail *why) {
    if (edit->windows.count > PROFILE_WINDOWS) {
        return fail_set(why, FAIL_LIMIT, "more than %d air windows", PROFILE_WINDOWS);
    }
    for (size_t i = 0; i < edit->windows.count; i++) {
        if (!read_window(edit->windows.values[i], &profile->windows[i], why)) {
            return false;
        }
        profile->windows_count = (int32_t)i + 1;
    }
    if (edit->quiet != NULL && strcmp(edit->quiet, "none") == 0) {
        profile->quiet_from_s = profile->quiet_to_s = 0;
    } else if (edit->quiet != NULL &&
               !read_hours(edit->quiet, &profile->quiet_from_s, &profile->quiet_to_s)) {
        return fail_set(why, FAIL_USAGE, "--quiet wants hours such as 22:00-04:30, or none");
    }
    if (edit->days != NULL) {
        profile->session_weekdays = read_days(edit->days);
        if (profile->session_weekdays == 0) {
            return fail_set(why, FAIL_USAGE, "--days wants days such as mon-fri or tue,fri");
        }
    }
    profile->sessions_a_day =
        edit->given.sessions ? (int32_t)edit->sessions : profile->sessions_a_day;
    profile->session_s =
        edit->given.session ? (int32_t)(edit->session_us / 1000000) : profile->session_s;
    profile->day_s = edit->given.day ? (int32_t)(edit->day_us / 1000000) : profile->day_s;
    return true;
}

static bool set(const struct invocation *invocation, struct fail *why) {
    struct profile_edit edit = {0};
    const struct option_rule rules[] = {
        {"window", OPTION_LIST, &edit.windows, NULL},
        {"quiet", OPTION_TEXT, &edit.quiet, NULL},
        {"days", OPTION_TEXT, &edit.days, NULL},
        {"sessions", OPTION_WHOLE, &edit.sessions, &edit.given.sessions},
        {"session", OPTION_LENGTH, &edit.session_us, &edit.given.session},
        {"day", OPTION_LENGTH, &edit.day_us, &edit.given.day}};
    struct access access = {0};
    struct profile profile;
    char **words;
    size_t count;
    bool ok = options_read(invocation, rules, 6, "NAME", 0, 1, &words, &count, why) &&
              access_open(invocation, ACCESS_CHANGE, &access, why) &&
              store_profile_load(access.database, &profile, why);
    if (ok && count == 1 && !profile_shipped(words[0], &profile)) {
        ok = fail_set(why, FAIL_NOT_FOUND,
                      "there is no profile '%.40s': 'loaxa profile list' shows those that ship",
                      words[0]);
    }
    ok = ok && apply(&edit, &profile, why) &&
         settings_allow_profile(&access.settings, profile.always_open, why) &&
         store_profile_save(access.database, &access.actor, &profile, why);
    if (ok) {
        remote_reload(invocation);
    }
    access_close(&access);
    return ok;
}

static bool run(const struct invocation *invocation, struct fail *why) {
    static const struct action actions[] = {{"show", show}, {"list", list}, {"set", set}};
    return options_act(invocation, actions, 3, true, why);
}

const struct command command_profile = {
    .name = "profile",
    .synopsis = "[show [--json] | list [--json] | set [NAME] [OPTION…]]",
    .summary = /* tr */ "what the place allows: air windows, quiet hours, caps",
    .actions = "show list set",
    .help = /* tr */
    "'set' takes a profile that ships, or changes the present one, or both. luon-mo is always\n"
    "open: for demo stations, refused with a real relay.\n\n"
    "  --window HOURS    an air window, such as \"5:00-7:30 mon-fri\"; those given\n"
    "                    replace all (repeat)\n"
    "  --quiet HOURS     quiet hours, such as 22:00-04:30\n"
    "  --days DAYS       days with sessions, such as mon-fri\n"
    "  --sessions N      sessions a day; 0: no cap\n"
    "  --session LENGTH  longest session, relays included; 0: no cap\n"
    "  --day LENGTH      most sound a day; 0: no cap\n"
    "  --json            as data\n\n"
    "Examples:\n"
    "  loaxa profile list\n"
    "  loaxa profile set lien-chieu\n"
    "  loaxa profile set --quiet 21:30-05:00 --sessions 2\n",
    .run = run,
};
