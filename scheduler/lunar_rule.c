#include "scheduler/lunar_rule.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { RULE_MAX = 1024, WORD_SIZE = 256 };

/* ---- parsing ---- */

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool word_is(const char *word, const char *name) {
    while (*word != '\0' && upper(*word) == *name) {
        word++;
        name++;
    }
    return *word == '\0' && *name == '\0';
}

/* At most `digits` digits, and nothing else. */
static bool read_number(const char *text, size_t digits, int32_t most, int32_t *ret_number) {
    size_t length = strspn(text, "0123456789");
    if (length == 0 || length > digits || text[length] != '\0') {
        return false;
    }
    int32_t number = 0;
    for (size_t i = 0; i < length; i++) {
        number = number * 10 + (text[i] - '0');
    }
    *ret_number = number;
    return number >= 1 && number <= most;
}

static bool parse_list(char *value, const char *name, int32_t most, bool may_be_negative,
                       uint32_t *ret_up, uint32_t *ret_down, struct fail *why) {
    char *one;
    while ((one = strsep(&value, ",")) != NULL) {
        int32_t number;
        bool minus = may_be_negative && one[0] == '-';
        if (!read_number(one + minus, 2, most, &number)) {
            return may_be_negative
                       ? fail_set(why, FAIL_INVALID,
                                  "%s takes days from 1 to %d, and -1 for the month's last, "
                                  "not '%.20s'",
                                  name, most, one)
                       : fail_set(why, FAIL_INVALID, "%s takes months from 1 to %d, not '%.20s'",
                                  name, most, one);
        }
        *(minus ? ret_down : ret_up) |= UINT32_C(1) << number;
    }
    return true;
}

static bool parse_days(char *value, struct lunar_rule *rule, struct fail *why) {
    return parse_list(value, "LDAY", 30, true, &rule->days, &rule->days_back, why);
}

static bool parse_months(char *value, struct lunar_rule *rule, struct fail *why) {
    return parse_list(value, "LMONTH", 12, false, &rule->months, NULL, why);
}

static bool parse_leap(char *value, struct lunar_rule *rule, struct fail *why) {
    static const char *const names[] = {"INCLUDE", "SKIP", "ONLY"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (word_is(value, names[i])) {
            rule->leap = (enum lunar_leap)i;
            return true;
        }
    }
    return fail_set(why, FAIL_INVALID, "LEAP is INCLUDE, SKIP or ONLY, not '%.20s'", value);
}

static bool parse_count(char *value, struct lunar_rule *rule, struct fail *why) {
    return read_number(value, 6, 999999, &rule->count) ||
           fail_set(why, FAIL_INVALID, "COUNT takes a number from 1 to 999999, not '%.20s'", value);
}

static bool parse_until(char *value, struct lunar_rule *rule, struct fail *why) {
    rule->has_until = true;
    return (strspn(value, "0123456789") == 8 && civil_date_parse(value, &rule->until)) ||
           fail_set(why, FAIL_INVALID, "UNTIL takes a date like 20261231, not '%.20s'", value);
}

static const struct {
    const char *name;
    bool (*parse)(char *value, struct lunar_rule *rule, struct fail *why);
} parts[] = {
    {"LDAY", parse_days},   {"LMONTH", parse_months}, {"LEAP", parse_leap},
    {"COUNT", parse_count}, {"UNTIL", parse_until},
};

enum { PART_DAYS = 0, PART_LEAP = 2 };

static bool parse_part(char *part, uint32_t *seen, struct lunar_rule *rule, struct fail *why) {
    char *value = part;
    const char *name = strsep(&value, "=");
    if (value == NULL) {
        return fail_set(why, FAIL_INVALID,
                        "'%.20s' is no part of a lunar rule; parts look like LDAY=1,15, joined by "
                        "';'",
                        part);
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (word_is(name, parts[i].name)) {
            if ((*seen >> i & 1) != 0) {
                return fail_set(why, FAIL_INVALID, "%s stands twice in the rule", parts[i].name);
            }
            *seen |= UINT32_C(1) << i;
            return parts[i].parse(value, rule, why);
        }
    }
    return fail_set(why, FAIL_INVALID,
                    "a lunar rule has no part named '%.20s'; it has LDAY, LMONTH, LEAP, COUNT and "
                    "UNTIL",
                    name);
}

/* Only plain characters, so that every quoted piece is fit for a sentence. */
static bool copy_plain(const char *text, char copy[RULE_MAX], struct fail *why) {
    size_t length = strlen(text);
    if (length == 0) {
        return fail_set(why, FAIL_INVALID, "the lunar rule is empty; write one like LDAY=1,15");
    }
    if (length >= RULE_MAX) {
        return fail_set(why, FAIL_INVALID, "the rule is longer than %d bytes", RULE_MAX - 1);
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return fail_set(why, FAIL_INVALID,
                            "a lunar rule has letters, digits and ,;=- only; write one like "
                            "LMONTH=3;LDAY=10");
        }
    }
    memcpy(copy, text, length + 1);
    if (copy[length - 1] == ';') {
        copy[length - 1] = '\0';
    }
    return true;
}

bool lunar_rule_parse(const char *text, struct lunar_rule *ret_rule, struct fail *why) {
    char copy[RULE_MAX];
    struct lunar_rule rule = {0};
    uint32_t seen = 0;
    if (!copy_plain(text, copy, why)) {
        return false;
    }
    char *rest = copy, *part;
    while ((part = strsep(&rest, ";")) != NULL) {
        if (!parse_part(part, &seen, &rule, why)) {
            return false;
        }
    }
    if ((seen >> PART_DAYS & 1) == 0) {
        return fail_set(why, FAIL_INVALID,
                        "the lunar rule says no LDAY; write one like LMONTH=3;LDAY=10");
    }
    if (rule.count != 0 && rule.has_until) {
        return fail_set(why, FAIL_INVALID, "COUNT and UNTIL exclude each other; keep one of them");
    }
    if ((seen >> PART_LEAP & 1) == 0) {
        rule.leap = rule.months != 0 ? LUNAR_LEAP_SKIP : LUNAR_LEAP_INCLUDE;
    }
    *ret_rule = rule;
    return true;
}

static void add_numbers(struct text *ret, const char *name, uint32_t up, uint32_t down) {
    const char *separator = "";
    text_add_format(ret, "%s=", name);
    for (int i = 1; i <= 30; i++) {
        if ((up >> i & 1) != 0) {
            text_add_format(ret, "%s%d", separator, i);
            separator = ",";
        }
    }
    for (int i = 30; i >= 1; i--) {
        if ((down >> i & 1) != 0) {
            text_add_format(ret, "%s-%d", separator, i);
            separator = ",";
        }
    }
}

void lunar_rule_format(const struct lunar_rule *rule, struct text *ret) {
    static const char *const leaps[] = {"INCLUDE", "SKIP", "ONLY"};
    if (rule->months != 0) {
        add_numbers(ret, "LMONTH", rule->months, 0);
        text_add_string(ret, ";");
    }
    add_numbers(ret, "LDAY", rule->days, rule->days_back);
    if (rule->leap != (rule->months != 0 ? LUNAR_LEAP_SKIP : LUNAR_LEAP_INCLUDE)) {
        text_add_format(ret, ";LEAP=%s", leaps[rule->leap]);
    }
    if (rule->count != 0) {
        text_add_format(ret, ";COUNT=%d", rule->count);
    }
    if (rule->has_until) {
        char date[CIVIL_TEXT_SIZE];
        civil_date_format_basic(rule->until, date);
        text_add_format(ret, ";UNTIL=%s", date);
    }
}

/* ---- walking ---- */

static uint32_t month_mask(const struct lunar_rule *rule, const struct lunar_month *month) {
    if ((rule->months != 0 && (rule->months >> month->number & 1) == 0) ||
        (rule->leap == LUNAR_LEAP_SKIP && month->leap) ||
        (rule->leap == LUNAR_LEAP_ONLY && !month->leap)) {
        return 0;
    }
    uint32_t mask = rule->days >> 1;
    for (int back = 1; back <= month->length; back++) {
        mask |= (rule->days_back >> back & 1) << (month->length - back);
    }
    return mask & ((UINT32_C(1) << month->length) - 1);
}

static void load_month(struct lunar_walk *walk, int32_t month) {
    walk->month = month;
    walk->mask = month_mask(&walk->rule, &walk->year.months[month]);
}

static bool next_month(struct lunar_walk *walk) {
    int32_t month = walk->month + 1;
    if (month == walk->year.count) {
        if (!lunar_year_load(&walk->year, walk->year.year + 1)) {
            return false;
        }
        month = 0;
    }
    load_month(walk, month);
    return true;
}

/* Sets the walk to a day; what the month has before it is dropped. */
static bool go_to(struct lunar_walk *walk, struct civil_date date) {
    struct lunar_date lunar;
    struct civil_date first = {LUNAR_FIRST_YEAR, 1, 31}; /* Tết of the first year */
    date = civil_date_compare(date, first) < 0 ? first : date;
    if (!lunar_of_civil(date, &walk->year, &lunar)) {
        return false;
    }
    int64_t day = civil_day_number(date);
    int32_t month = 0;
    while (day >= walk->year.months[month].first_day + walk->year.months[month].length) {
        month++;
    }
    load_month(walk, month);
    walk->mask &= UINT32_MAX << (day - walk->year.months[month].first_day);
    return true;
}

void lunar_walk_seek(struct lunar_walk *walk, const struct lunar_rule *rule,
                     struct civil_date start, struct civil_date from) {
    *walk = (struct lunar_walk){.rule = *rule, .left = INT64_MAX, .last_day = INT64_MAX};
    if (rule->has_until) {
        walk->last_day = civil_day_number(rule->until);
    }
    bool later = civil_date_compare(from, start) > 0;
    if (rule->count == 0) {
        walk->left = go_to(walk, later ? from : start) ? INT64_MAX : 0;
        return;
    }
    walk->left = go_to(walk, start) ? rule->count : 0;
    struct lunar_walk before = *walk;
    struct civil_date date;
    while (later && lunar_walk_next(walk, &date) && civil_date_compare(date, from) < 0) {
        before = *walk;
    }
    *walk = before;
}

bool lunar_walk_next(struct lunar_walk *walk, struct civil_date *ret_date) {
    while (walk->left > 0 && walk->mask == 0) {
        if (!next_month(walk) || walk->year.months[walk->month].first_day > walk->last_day) {
            walk->left = 0;
        }
    }
    if (walk->left <= 0) {
        return false;
    }
    int64_t day = walk->year.months[walk->month].first_day + __builtin_ctz(walk->mask);
    if (day > walk->last_day) {
        walk->left = 0;
        return false;
    }
    walk->mask &= walk->mask - 1;
    walk->left--;
    *ret_date = civil_date_of_day(day);
    return true;
}

/* ---- words ---- */

static void add_vietnamese_day(char word[WORD_SIZE], int day) {
    if (day == -1) {
        snprintf(word, WORD_SIZE, "ngày cuối tháng");
    } else if (day < 0) {
        snprintf(word, WORD_SIZE, "ngày thứ %d từ cuối tháng", -day);
    } else if (day == 15) {
        snprintf(word, WORD_SIZE, "ngày rằm");
    } else {
        snprintf(word, WORD_SIZE, day <= 10 ? "mùng %d" : "ngày %d", day);
    }
}

static void add_english_day(char word[WORD_SIZE], int day) {
    if (day == -1) {
        snprintf(word, WORD_SIZE, "the last day");
    } else if (day < 0) {
        snprintf(word, WORD_SIZE, "day %d from the end", -day);
    } else {
        snprintf(word, WORD_SIZE, "day %d", day);
    }
}

/* Joins "a", "b" and "c" as "a, b and c". */
static void add_joined(struct text *ret, int place, int count, const char *and, const char *word) {
    text_add_format(ret, "%s%s", place == 0 ? "" : place == count - 1 ? and : ", ", word);
}

static void describe_days(const struct lunar_rule *rule, bool vietnamese, struct text *ret) {
    int count = __builtin_popcount(rule->days) + __builtin_popcount(rule->days_back);
    int place = 0;
    for (int i = 1; i <= 60; i++) {
        int day = i <= 30 ? i : i - 61; /* 1 to 30, then -30 to -1 */
        uint32_t bits = day > 0 ? rule->days : rule->days_back;
        if ((bits >> (day > 0 ? day : -day) & 1) != 0) {
            char word[WORD_SIZE];
            (vietnamese ? add_vietnamese_day : add_english_day)(word, day);
            add_joined(ret, place++, count, vietnamese ? " và " : " and ", word);
        }
    }
}

static void describe_months(const struct lunar_rule *rule, bool vietnamese, struct text *ret) {
    int count = __builtin_popcount(rule->months), place = 0;
    for (int month = 1; month <= 12; month++) {
        if ((rule->months >> month & 1) == 0) {
            continue;
        }
        char word[WORD_SIZE];
        if (vietnamese && month == 1) {
            snprintf(word, sizeof word, "tháng Giêng");
        } else if (vietnamese && month == 12) {
            snprintf(word, sizeof word, "tháng Chạp");
        } else {
            snprintf(word, sizeof word, vietnamese ? "tháng %d" : "month %d", month);
        }
        add_joined(ret, place++, count, vietnamese ? " và " : " and ", word);
    }
}

void lunar_rule_describe(const struct lunar_rule *rule, enum language language, struct text *ret) {
    bool vietnamese = language == LANGUAGE_VIETNAMESE;
    describe_days(rule, vietnamese, ret);
    if (rule->months == 0) {
        text_add_string(ret, vietnamese ? " hằng tháng âm lịch" : " of every lunar month");
    } else {
        text_add_string(ret, vietnamese ? " " : " of lunar ");
        describe_months(rule, vietnamese, ret);
        text_add_string(ret, vietnamese ? " âm lịch hằng năm" : ", every year");
    }
    if (rule->leap == LUNAR_LEAP_ONLY) {
        text_add_string(ret, vietnamese ? ", chỉ tháng nhuận" : ", leap months only");
    } else if (rule->leap == LUNAR_LEAP_SKIP && rule->months == 0) {
        text_add_string(ret, vietnamese ? ", trừ tháng nhuận" : ", leap months left out");
    } else if (rule->leap == LUNAR_LEAP_INCLUDE && rule->months != 0) {
        text_add_string(ret, vietnamese ? ", cả tháng nhuận" : ", leap months too");
    }
    if (rule->count != 0) {
        text_add_format(ret, vietnamese ? ", %d lần" : ", %d times", rule->count);
    }
    if (rule->has_until) {
        text_add_format(ret, vietnamese ? ", đến hết ngày %02d/%02d/%d" : ", until %02d/%02d/%d",
                        rule->until.day, rule->until.month, rule->until.year);
    }
}
