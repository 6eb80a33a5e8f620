/* loaxa lunar: between the civil and the Vietnamese lunar calendar. */
#include "base/words.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/options.h"
#include "scheduler/holiday.h"
#include "scheduler/lunar.h"

#include <stdio.h>
#include <string.h>

/* The names of the day's holidays, in the language of the process. */
static json_t *holidays_of(struct civil_date date, struct lunar_year *cache) {
    json_t *names = json_array();
    const struct holiday *holiday = NULL;
    while ((holiday = holiday_on(date, holiday, cache)) != NULL) {
        json_array_append_new(names, json_string(holiday_name(holiday, words_language())));
    }
    return names;
}

static json_t *day_as_json(struct civil_date civil, struct lunar_date lunar,
                           struct lunar_year *cache) {
    char date[CIVIL_TEXT_SIZE], text[LUNAR_TEXT_SIZE], name[LUNAR_NAME_SIZE];
    civil_date_format(civil, date);
    lunar_format(lunar, text);
    lunar_year_name(lunar.year, name);
    return json_pack("{s:s, s:s, s:i, s:i, s:b, s:i, s:s, s:o}", "date", date, "lunar", text, "day",
                     lunar.day, "month", lunar.month, "leap", lunar.leap, "year", lunar.year,
                     "year_name", name, "holidays", holidays_of(civil, cache));
}

/* "2026-02-17 1/1/2026 Bính Ngọ, Tết Nguyên đán, Mùng một" */
static void print_day(const json_t *day) {
    printf("%s %s %s", json_string_value(json_object_get(day, "date")),
           json_string_value(json_object_get(day, "lunar")),
           json_string_value(json_object_get(day, "year_name")));
    const json_t *names = json_object_get(day, "holidays");
    for (size_t i = 0; i < json_array_size(names); i++) {
        printf(", %s", json_string_value(json_array_get(names, i)));
    }
    putchar('\n');
}

static bool read_civil(const char *word, struct lunar_year *cache, struct civil_date *ret_civil,
                       struct lunar_date *ret_lunar, struct fail *why) {
    if (!civil_date_parse(word, ret_civil)) {
        return fail_set(why, FAIL_INVALID, "'%.40s' is no date; write one like 2026-02-17", word);
    }
    return lunar_of_civil(*ret_civil, cache, ret_lunar) ||
           fail_set(why, FAIL_INVALID,
                    "%.40s lies outside the lunar years %d to %d that can be computed", word,
                    LUNAR_FIRST_YEAR, LUNAR_LAST_YEAR);
}

static bool read_lunar(const char *word, struct lunar_year *cache, struct civil_date *ret_civil,
                       struct lunar_date *ret_lunar, struct fail *why) {
    if (!lunar_parse(word, ret_lunar)) {
        return fail_set(why, FAIL_INVALID,
                        "'%.40s' is no lunar date; write one like 1/1/2026, a leap month like "
                        "1/6n/2025",
                        word);
    }
    if (ret_lunar->year < LUNAR_FIRST_YEAR || ret_lunar->year > LUNAR_LAST_YEAR) {
        return fail_set(why, FAIL_INVALID,
                        "%.40s lies outside the lunar years %d to %d that can be computed", word,
                        LUNAR_FIRST_YEAR, LUNAR_LAST_YEAR);
    }
    return lunar_to_civil(*ret_lunar, cache, ret_civil) ||
           fail_set(why, FAIL_INVALID,
                    "there is no day %.40s: that month has 29 days, or is no leap month", word);
}

static bool run(const struct invocation *invocation, struct fail *why) {
    bool solar = false, as_json = false;
    const struct option_rule rules[] = {{"solar", OPTION_FLAG, &solar, NULL},
                                        {"json", OPTION_FLAG, &as_json, NULL}};
    char **words;
    size_t count;
    if (!options_read(invocation, rules, 2, "DATE...", 1, SIZE_MAX, &words, &count, why)) {
        return false;
    }
    struct lunar_year cache = {0};
    json_t *days = json_array();
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        struct civil_date civil;
        struct lunar_date lunar;
        ok = (solar ? read_lunar : read_civil)(words[i], &cache, &civil, &lunar, why);
        if (ok) {
            json_array_append_new(days, day_as_json(civil, lunar, &cache));
        }
    }
    for (size_t i = 0; i < json_array_size(days) && !as_json; i++) {
        const json_t *day = json_array_get(days, i);
        if (solar) {
            puts(json_string_value(json_object_get(day, "date")));
        } else {
            print_day(day);
        }
    }
    if (ok && as_json) {
        listing_print_json(json_incref(days));
    }
    json_decref(days);
    return ok;
}

const struct command command_lunar = {
    .name = "lunar",
    .synopsis = "[--solar] DATE... [--json]",
    .summary = "tells the Vietnamese lunar date of a day, and back",
    .help =
        "Prints one line a date: the civil date, the lunar date as day/month/year (the letter n\n"
        "marks a leap month), the year's name, and the holidays of that day.\n\n"
        "  --solar   the dates are lunar ones; print their civil dates\n"
        "  --json    the same as data\n\n"
        "Right for 1976 to 2100, but for the months 10/2077 and 9/2085, which nobody can know\n"
        "yet.\n\n"
        "Examples:\n"
        "  loaxa lunar 2026-02-17\n"
        "  loaxa lunar --solar 1/1/2027 10/3/2027 1/6n/2025\n",
    .run = run,
};
