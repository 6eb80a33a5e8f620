#include "scheduler/recurrence_rule.h"

#include <stddef.h>
#include <string.h>

static const char *const frequency_names[] = {"SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                              "WEEKLY",   "MONTHLY",  "YEARLY"};
static const char *const weekday_names[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

const char *recurrence_frequency_name(enum recurrence_frequency frequency) {
    return frequency_names[frequency];
}

const char *recurrence_weekday_name(enum weekday weekday) {
    return weekday_names[weekday];
}

/* ---- words of the text ---- */

/* A stretch of the text; not terminated. */
struct piece {
    const char *at;
    size_t length;
};

enum { QUOTE_SIZE = 33 };

/* What the person wrote, fit for a sentence: cut, and without bytes that are not plain text. */
static const char *quote(struct piece piece, char quoted[QUOTE_SIZE]) {
    size_t length = piece.length < QUOTE_SIZE - 1 ? piece.length : QUOTE_SIZE - 1;
    for (size_t i = 0; i < length; i++) {
        quoted[i] = piece.at[i] >= ' ' && piece.at[i] <= '~' ? piece.at[i] : '?';
    }
    quoted[length] = '\0';
    return quoted;
}

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool piece_is(struct piece piece, const char *word) {
    if (strlen(word) != piece.length) {
        return false;
    }
    for (size_t i = 0; i < piece.length; i++) {
        if (upper(piece.at[i]) != word[i]) {
            return false;
        }
    }
    return true;
}

/* Cuts off the text before the first `separator`; false where nothing is left. A final separator
 * leaves one empty piece behind it, marked by `at` not being NULL. */
static bool cut(struct piece *rest, char separator, struct piece *ret_piece) {
    if (rest->at == NULL) {
        return false;
    }
    const char *end = memchr(rest->at, separator, rest->length);
    if (end == NULL) {
        *ret_piece = *rest;
        *rest = (struct piece){0};
        return true;
    }
    *ret_piece = (struct piece){rest->at, (size_t)(end - rest->at)};
    rest->length -= ret_piece->length + 1;
    rest->at = end + 1;
    return true;
}

/* Only digits, at least one and at most `most` of them. */
static bool read_digits(struct piece piece, size_t most, int32_t *ret_number) {
    if (piece.length == 0 || piece.length > most) {
        return false;
    }
    int32_t number = 0;
    for (size_t i = 0; i < piece.length; i++) {
        if (piece.at[i] < '0' || piece.at[i] > '9') {
            return false;
        }
        number = number * 10 + (piece.at[i] - '0');
    }
    *ret_number = number;
    return true;
}

/* A number with an optional sign, from 1 to `most` either way. */
static bool read_signed(struct piece piece, size_t digits, int32_t most, int32_t *ret_number) {
    bool minus = piece.length != 0 && piece.at[0] == '-';
    if (minus || (piece.length != 0 && piece.at[0] == '+')) {
        piece.at++;
        piece.length--;
    }
    int32_t number;
    if (!read_digits(piece, digits, &number) || number < 1 || number > most) {
        return false;
    }
    *ret_number = minus ? -number : number;
    return true;
}

/* ---- the parts ---- */

static bool parse_frequency(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    for (size_t i = 0; i < sizeof frequency_names / sizeof *frequency_names; i++) {
        if (piece_is(value, frequency_names[i])) {
            rule->frequency = (enum recurrence_frequency)i;
            return true;
        }
    }
    char quoted[QUOTE_SIZE];
    return fail_set(why, FAIL_INVALID,
                    "FREQ is one of SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY and YEARLY, "
                    "not '%s'",
                    quote(value, quoted));
}

static bool parse_positive(const char *name, struct piece value, int32_t *ret_number,
                           struct fail *why) {
    int32_t number;
    char quoted[QUOTE_SIZE];
    if (!read_digits(value, 9, &number) || number == 0) {
        return fail_set(why, FAIL_INVALID, "%s takes a number from 1 to 999999999, not '%s'", name,
                        quote(value, quoted));
    }
    *ret_number = number;
    return true;
}

static bool parse_interval(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    return parse_positive("INTERVAL", value, &rule->interval, why);
}

static bool parse_count(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    return parse_positive("COUNT", value, &rule->count, why);
}

static bool parse_until(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    char text[17] = "";
    if (value.length < sizeof text) {
        memcpy(text, value.at, value.length);
    }
    bool utc = value.length == 16 && upper(text[15]) == 'Z';
    text[15] = '\0';
    bool ok = false;
    if (value.length == 8) {
        rule->until_kind = UNTIL_DATE;
        rule->until = (struct civil){.hour = 23, .minute = 59, .second = 59};
        ok = strspn(text, "0123456789") == 8 && civil_date_parse(text, &rule->until.date);
    } else if (value.length == 15 || utc) {
        rule->until_kind = utc ? UNTIL_UTC : UNTIL_LOCAL;
        text[8] = upper(text[8]);
        ok = strspn(text, "0123456789") == 8 && text[8] == 'T' && civil_parse(text, &rule->until);
    }
    char quoted[QUOTE_SIZE];
    return ok || fail_set(why, FAIL_INVALID,
                          "UNTIL takes a date like 20261231 or a time like 20261231T170000Z, "
                          "not '%s'",
                          quote(value, quoted));
}

static bool find_weekday(struct piece piece, enum weekday *ret_weekday) {
    for (size_t i = 0; i < sizeof weekday_names / sizeof *weekday_names; i++) {
        if (piece_is(piece, weekday_names[i])) {
            *ret_weekday = (enum weekday)i;
            return true;
        }
    }
    return false;
}

static bool parse_week_start(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    char quoted[QUOTE_SIZE];
    return find_weekday(value, &rule->week_start) ||
           fail_set(why, FAIL_INVALID, "WKST is one of MO, TU, WE, TH, FR, SA and SU, not '%s'",
                    quote(value, quoted));
}

static bool refuse_empty_entry(const char *name, struct fail *why) {
    return fail_set(why, FAIL_INVALID, "%s holds an empty entry; write one like 1,15", name);
}

/* A list of numbers from `least` to `most`, without signs, into bits. */
static bool parse_plain(const char *name, struct piece value, int32_t least, int32_t most,
                        uint64_t *ret_bits, struct fail *why) {
    struct piece entry;
    while (cut(&value, ',', &entry)) {
        int32_t number;
        char quoted[QUOTE_SIZE];
        if (entry.length == 0) {
            return refuse_empty_entry(name, why);
        }
        if (!read_digits(entry, 2, &number) || number < least || number > most) {
            return fail_set(why, FAIL_INVALID, "%s takes numbers from %d to %d, not '%s'", name,
                            least, most, quote(entry, quoted));
        }
        *ret_bits |= UINT64_C(1) << number;
    }
    return true;
}

static bool parse_seconds(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    if (!parse_plain("BYSECOND", value, 0, 60, &rule->seconds, why)) {
        return false;
    }
    if ((rule->seconds >> 60 & 1) != 0) {
        rule->seconds = (rule->seconds & ~(UINT64_C(1) << 60)) | UINT64_C(1) << 59;
    }
    return true;
}

static bool parse_minutes(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    return parse_plain("BYMINUTE", value, 0, 59, &rule->minutes, why);
}

static bool parse_hours(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    uint64_t bits = 0;
    bool ok = parse_plain("BYHOUR", value, 0, 23, &bits, why);
    rule->hours = (uint32_t)bits;
    return ok;
}

static bool parse_months(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    uint64_t bits = 0;
    bool ok = parse_plain("BYMONTH", value, 1, 12, &bits, why);
    rule->months = (uint32_t)bits;
    return ok;
}

/* A list of numbers from 1 to `most` or from -1 to -most. */
static bool parse_set(const char *name, struct piece value, size_t digits, int32_t most,
                      struct recurrence_set *ret_set, struct fail *why) {
    struct piece entry;
    while (cut(&value, ',', &entry)) {
        int32_t number;
        char quoted[QUOTE_SIZE];
        if (entry.length == 0) {
            return refuse_empty_entry(name, why);
        }
        if (!read_signed(entry, digits, most, &number)) {
            return fail_set(why, FAIL_INVALID,
                            "%s takes numbers from 1 to %d, and from -1 to -%d counted from the "
                            "end, not '%s'",
                            name, most, most, quote(entry, quoted));
        }
        int32_t place = number < 0 ? -number : number;
        (number < 0 ? ret_set->down : ret_set->up)[place >> 6] |= UINT64_C(1) << (place & 63);
    }
    return true;
}

static bool parse_month_days(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    struct recurrence_set set = {0};
    bool ok = parse_set("BYMONTHDAY", value, 2, 31, &set, why);
    rule->month_days = (uint32_t)set.up[0];
    rule->month_days_back = (uint32_t)set.down[0];
    return ok;
}

static bool parse_year_days(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    rule->has_year_days = true;
    return parse_set("BYYEARDAY", value, 3, 366, &rule->year_days, why);
}

static bool parse_weeks(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    struct recurrence_set set = {0};
    bool ok = parse_set("BYWEEKNO", value, 2, 53, &set, why);
    rule->weeks = set.up[0];
    rule->weeks_back = set.down[0];
    return ok;
}

static bool parse_positions(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    rule->has_positions = true;
    return parse_set("BYSETPOS", value, 3, 366, &rule->positions, why);
}

static bool parse_weekdays(struct piece value, struct recurrence_rule *rule, struct fail *why) {
    struct piece entry;
    while (cut(&value, ',', &entry)) {
        enum weekday weekday;
        int32_t number = 0;
        char quoted[QUOTE_SIZE];
        if (entry.length == 0) {
            return fail_set(why, FAIL_INVALID, "BYDAY holds an empty entry; write one like TU,FR");
        }
        struct piece name = {entry.at + (entry.length < 2 ? 0 : entry.length - 2), 2};
        struct piece nth = {entry.at, entry.length < 2 ? 0 : entry.length - 2};
        if (entry.length < 2 || !find_weekday(name, &weekday) ||
            (nth.length != 0 && !read_signed(nth, 2, 53, &number))) {
            return fail_set(why, FAIL_INVALID,
                            "BYDAY takes weekdays like MO, and 2TU or -1FR with a number up to 53, "
                            "not '%s'",
                            quote(entry, quoted));
        }
        if (number == 0) {
            rule->weekdays |= (uint8_t)(1U << weekday);
        } else if (number > 0) {
            rule->nth[weekday] |= UINT64_C(1) << number;
        } else {
            rule->nth_back[weekday] |= UINT64_C(1) << -number;
        }
        rule->has_nth = rule->has_nth || number != 0;
    }
    return true;
}

struct part {
    const char *name;
    bool (*parse)(struct piece value, struct recurrence_rule *rule, struct fail *why);
};

enum { PART_FREQ, PART_UNTIL, PART_COUNT };

static const struct part parts[] = {
    [PART_FREQ] = {"FREQ", parse_frequency},
    [PART_UNTIL] = {"UNTIL", parse_until},
    [PART_COUNT] = {"COUNT", parse_count},
    {"INTERVAL", parse_interval},
    {"BYSECOND", parse_seconds},
    {"BYMINUTE", parse_minutes},
    {"BYHOUR", parse_hours},
    {"BYDAY", parse_weekdays},
    {"BYMONTHDAY", parse_month_days},
    {"BYYEARDAY", parse_year_days},
    {"BYWEEKNO", parse_weeks},
    {"BYMONTH", parse_months},
    {"BYSETPOS", parse_positions},
    {"WKST", parse_week_start},
};

/* ---- the whole rule ---- */

static bool parse_part(struct piece part, uint32_t *seen, struct recurrence_rule *rule,
                       struct fail *why) {
    char quoted[QUOTE_SIZE];
    struct piece value = part, name;
    cut(&value, '=', &name);
    if (value.at == NULL) {
        return fail_set(why, FAIL_INVALID,
                        "'%s' is no part of a rule; parts look like FREQ=DAILY, joined by ';'",
                        quote(part, quoted));
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (piece_is(name, parts[i].name)) {
            if ((*seen >> i & 1) != 0) {
                return fail_set(why, FAIL_INVALID, "%s stands twice in the rule", parts[i].name);
            }
            *seen |= UINT32_C(1) << i;
            return parts[i].parse(value, rule, why);
        }
    }
    return fail_set(why, FAIL_INVALID, "a rule has no part named '%s'", quote(name, quoted));
}

static bool has_month_days(const struct recurrence_rule *rule) {
    return (rule->month_days | rule->month_days_back) != 0;
}

static bool has_weeks(const struct recurrence_rule *rule) {
    return (rule->weeks | rule->weeks_back) != 0;
}

static bool has_another_by_part(const struct recurrence_rule *rule) {
    return (rule->seconds | rule->minutes | rule->hours | rule->months | rule->weekdays) != 0 ||
           has_month_days(rule) || has_weeks(rule) || rule->has_nth || rule->has_year_days;
}

/* What §3.3.10 says must not stand together. */
static bool check_together(const struct recurrence_rule *rule, struct fail *why) {
    enum recurrence_frequency frequency = rule->frequency;
    const char *name = frequency_names[frequency];
    if (rule->count != 0 && rule->until_kind != UNTIL_NONE) {
        return fail_set(why, FAIL_INVALID, "COUNT and UNTIL exclude each other; keep one of them");
    }
    if (has_weeks(rule) && frequency != RECURRENCE_YEARLY) {
        return fail_set(why, FAIL_INVALID, "BYWEEKNO needs FREQ=YEARLY, not FREQ=%s", name);
    }
    if (rule->has_year_days && (frequency == RECURRENCE_DAILY || frequency == RECURRENCE_WEEKLY ||
                                frequency == RECURRENCE_MONTHLY)) {
        return fail_set(why, FAIL_INVALID,
                        "BYYEARDAY must not stand with FREQ=%s; take FREQ=YEARLY", name);
    }
    if (has_month_days(rule) && frequency == RECURRENCE_WEEKLY) {
        return fail_set(why, FAIL_INVALID,
                        "BYMONTHDAY must not stand with FREQ=WEEKLY; take FREQ=MONTHLY");
    }
    if (rule->has_nth && frequency != RECURRENCE_MONTHLY && frequency != RECURRENCE_YEARLY) {
        return fail_set(why, FAIL_INVALID,
                        "BYDAY with a number needs FREQ=MONTHLY or FREQ=YEARLY, not FREQ=%s", name);
    }
    if (rule->has_nth && has_weeks(rule)) {
        return fail_set(why, FAIL_INVALID, "BYDAY with a number must not stand with BYWEEKNO");
    }
    if (rule->has_positions && !has_another_by_part(rule)) {
        return fail_set(why, FAIL_INVALID, "BYSETPOS needs another BY part to choose from");
    }
    return true;
}

bool recurrence_rule_parse(const char *text, struct recurrence_rule *ret_rule, struct fail *why) {
    struct piece rest = {text, strlen(text)};
    if (rest.length == 0) {
        return fail_set(why, FAIL_INVALID,
                        "the rule is empty; write one like FREQ=WEEKLY;BYDAY=TU,FR");
    }
    if (rest.length > RECURRENCE_RULE_MAX) {
        return fail_set(why, FAIL_INVALID, "the rule is longer than %d bytes", RECURRENCE_RULE_MAX);
    }
    if (text[rest.length - 1] == ';') {
        rest.length--; /* calendars in the wild end rules so */
    }
    struct recurrence_rule rule = {.interval = 1, .week_start = MONDAY};
    uint32_t seen = 0;
    struct piece part;
    while (cut(&rest, ';', &part)) {
        if (part.length == 0) {
            return fail_set(why, FAIL_INVALID, "the rule holds an empty part: one ';' too many");
        }
        if (!parse_part(part, &seen, &rule, why)) {
            return false;
        }
    }
    if ((seen >> PART_FREQ & 1) == 0) {
        return fail_set(why, FAIL_INVALID, "the rule says no FREQ; begin it like FREQ=DAILY");
    }
    if (!check_together(&rule, why)) {
        return false;
    }
    *ret_rule = rule;
    return true;
}

/* ---- the canonical text ---- */

static void add_bits(struct text *ret, const char *name, uint64_t up, uint64_t down) {
    if ((up | down) == 0) {
        return;
    }
    const char *separator = "";
    text_add_format(ret, ";%s=", name);
    for (int i = 63; i >= 0; i--) {
        if ((down >> i & 1) != 0) {
            text_add_format(ret, "%s-%d", separator, i);
            separator = ",";
        }
    }
    for (int i = 0; i < 64; i++) {
        if ((up >> i & 1) != 0) {
            text_add_format(ret, "%s%d", separator, i);
            separator = ",";
        }
    }
}

static void add_set(struct text *ret, const char *name, const struct recurrence_set *set) {
    const char *separator = "";
    text_add_format(ret, ";%s=", name);
    for (int i = RECURRENCE_NUMBER_MAX; i >= -RECURRENCE_NUMBER_MAX; i--) {
        int number = -i;
        if (number != 0 &&
            recurrence_set_has(number < 0 ? set->down : set->up, number < 0 ? i : number)) {
            text_add_format(ret, "%s%d", separator, number);
            separator = ",";
        }
    }
}

static void add_weekdays(struct text *ret, const struct recurrence_rule *rule) {
    if (rule->weekdays == 0 && !rule->has_nth) {
        return;
    }
    const char *separator = "";
    text_add_string(ret, ";BYDAY=");
    for (int day = MONDAY; day <= SUNDAY; day++) {
        if ((rule->weekdays >> day & 1) != 0) {
            text_add_format(ret, "%s%s", separator, weekday_names[day]);
            separator = ",";
        }
        for (int n = -53; n <= 53; n++) {
            uint64_t bits = n < 0 ? rule->nth_back[day] : rule->nth[day];
            if (n != 0 && (bits >> (n < 0 ? -n : n) & 1) != 0) {
                text_add_format(ret, "%s%d%s", separator, n, weekday_names[day]);
                separator = ",";
            }
        }
    }
}

static void add_until(struct text *ret, const struct recurrence_rule *rule) {
    char text[CIVIL_TEXT_SIZE];
    if (rule->until_kind == UNTIL_DATE) {
        civil_date_format_basic(rule->until.date, text);
    } else {
        civil_format_basic(rule->until, text);
    }
    text_add_format(ret, ";UNTIL=%s%s", text, rule->until_kind == UNTIL_UTC ? "Z" : "");
}

void recurrence_rule_format(const struct recurrence_rule *rule, struct text *ret) {
    text_add_format(ret, "FREQ=%s", frequency_names[rule->frequency]);
    if (rule->until_kind != UNTIL_NONE) {
        add_until(ret, rule);
    }
    if (rule->count != 0) {
        text_add_format(ret, ";COUNT=%d", rule->count);
    }
    if (rule->interval != 1) {
        text_add_format(ret, ";INTERVAL=%d", rule->interval);
    }
    add_bits(ret, "BYSECOND", rule->seconds, 0);
    add_bits(ret, "BYMINUTE", rule->minutes, 0);
    add_bits(ret, "BYHOUR", rule->hours, 0);
    add_weekdays(ret, rule);
    add_bits(ret, "BYMONTHDAY", rule->month_days, rule->month_days_back);
    if (rule->has_year_days) {
        add_set(ret, "BYYEARDAY", &rule->year_days);
    }
    add_bits(ret, "BYWEEKNO", rule->weeks, rule->weeks_back);
    add_bits(ret, "BYMONTH", rule->months, 0);
    if (rule->has_positions) {
        add_set(ret, "BYSETPOS", &rule->positions);
    }
    if (rule->week_start != MONDAY) {
        text_add_format(ret, ";WKST=%s", weekday_names[rule->week_start]);
    }
}
