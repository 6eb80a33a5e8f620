/* recurrence_describe(): a rule in words, in Vietnamese and English. */
#include "scheduler/recurrence.h"

#include <stdio.h>
#include <string.h>

/* What is being written, and in which language. */
struct writer {
    const struct recurrence_rule *rule; /* with what the start gives filled in */
    struct civil start;
    bool vi;
    struct text *out;
};

/* A list under way: "a", ", b", " and c". */
struct listing {
    struct text items;
    struct text last;
    int count;
};

static void listing_add(struct listing *listing, const char *word) {
    if (listing->count++ > 0) {
        text_add_format(&listing->items, "%s%s", listing->count > 2 ? ", " : "",
                        text_string(&listing->last));
    }
    text_clear(&listing->last);
    text_add_string(&listing->last, word);
}

static void listing_end(struct listing *listing, const struct writer *writer) {
    if (listing->count > 1) {
        text_add_format(writer->out, "%s%s", text_string(&listing->items),
                        writer->vi ? " và " : " and ");
    }
    text_add_string(writer->out, text_string(&listing->last));
    text_finish(&listing->items);
    text_finish(&listing->last);
}

enum { WORD_SIZE = 96 };

/* ---- days ---- */

static const char *weekday_word(const struct writer *writer, int weekday) {
    static const char *const vietnamese[] = {"thứ Hai", "thứ Ba",  "thứ Tư",  "thứ Năm",
                                             "thứ Sáu", "thứ Bảy", "Chủ nhật"};
    static const char *const english[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday"};
    return (writer->vi ? vietnamese : english)[weekday];
}

/* The n-th of a weekday in its month or year. */
static void nth_word(const struct writer *writer, int weekday, int n, char word[WORD_SIZE]) {
    const char *day = weekday_word(writer, weekday);
    static const char *const english[] = {"first", "second", "third", "fourth", "fifth"};
    if (writer->vi) {
        if (n == 1 || n == -1) {
            snprintf(word, WORD_SIZE, "%s %s", day, n == 1 ? "đầu tiên" : "cuối cùng");
        } else {
            snprintf(word, WORD_SIZE, n > 0 ? "%s lần thứ %d" : "%s lần thứ %d tính từ cuối", day,
                     n > 0 ? n : -n);
        }
    } else if (n == -1) {
        snprintf(word, WORD_SIZE, "the last %s", day);
    } else if (n >= 1 && n <= 5) {
        snprintf(word, WORD_SIZE, "the %s %s", english[n - 1], day);
    } else {
        snprintf(word, WORD_SIZE, n > 0 ? "%s number %d" : "%s number %d from the end", day,
                 n > 0 ? n : -n);
    }
}

static void add_weekdays(const struct writer *writer) {
    const struct recurrence_rule *rule = writer->rule;
    struct listing listing = {0};
    char word[WORD_SIZE];
    if (rule->weekdays == 0x1f && !rule->has_nth) {
        text_add_string(writer->out, writer->vi ? "từ thứ Hai đến thứ Sáu" : "Monday to Friday");
        return;
    }
    for (int weekday = MONDAY; weekday <= SUNDAY; weekday++) {
        if ((rule->weekdays >> weekday & 1) != 0) {
            listing_add(&listing, weekday_word(writer, weekday));
        }
        for (int n = 1; n <= 53; n++) {
            if ((rule->nth[weekday] >> n & 1) != 0) {
                nth_word(writer, weekday, n, word);
                listing_add(&listing, word);
            }
        }
        for (int n = 53; n >= 1; n--) {
            if ((rule->nth_back[weekday] >> n & 1) != 0) {
                nth_word(writer, weekday, -n, word);
                listing_add(&listing, word);
            }
        }
    }
    listing_end(&listing, writer);
}

/* Numbers counted from the front with `name` before the first of them, and each counted from the
 * end in `last` (the last one) or `back` (the n-th from the end). */
struct number_words {
    const char *name, *last, *back;
};

static void add_numbers(const struct writer *writer, const struct recurrence_set *set,
                        const struct number_words *words) {
    struct listing listing = {0};
    char word[WORD_SIZE];
    bool first = true;
    for (int n = 1; n <= RECURRENCE_NUMBER_MAX; n++) {
        if (recurrence_set_has(set->up, n)) {
            snprintf(word, sizeof word, "%s%d", first ? words->name : "", n);
            listing_add(&listing, word);
            first = false;
        }
    }
    for (int n = RECURRENCE_NUMBER_MAX; n >= 1; n--) {
        if (recurrence_set_has(set->down, n)) {
            snprintf(word, sizeof word, words->back, n);
            listing_add(&listing, n == 1 ? words->last : word);
        }
    }
    listing_end(&listing, writer);
}

static void add_bits(const struct writer *writer, uint64_t up, uint64_t down,
                     const struct number_words *words) {
    struct recurrence_set set = {.up = {up}, .down = {down}};
    add_numbers(writer, &set, words);
}

static void add_months(const struct writer *writer) {
    static const char *const english[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
    static const struct number_words vietnamese = {"tháng ", "", "%d"};
    if (writer->vi) {
        add_bits(writer, writer->rule->months, 0, &vietnamese);
        return;
    }
    struct listing listing = {0};
    for (int month = 1; month <= 12; month++) {
        if ((writer->rule->months >> month & 1) != 0) {
            listing_add(&listing, english[month - 1]);
        }
    }
    listing_end(&listing, writer);
}

/* The parts that choose days, joined; false where there is none. */
static bool add_days(const struct writer *writer) {
    const struct recurrence_rule *rule = writer->rule;
    static const struct number_words month_days[] = {
        {"day ", "the last day of the month", "day %d from the month's end"},
        {"ngày ", "ngày cuối tháng", "ngày thứ %d từ cuối tháng"}};
    static const struct number_words year_days[] = {
        {"day of the year ", "the last day of the year", "day %d from the year's end"},
        {"ngày trong năm thứ ", "ngày cuối năm", "ngày thứ %d từ cuối năm"}};
    static const struct number_words weeks[] = {
        {"week ", "the last week of the year", "week %d from the year's end"},
        {"tuần ", "tuần cuối năm", "tuần thứ %d từ cuối năm"}};
    const char *with = "";
    if (rule->weekdays != 0 || rule->has_nth) {
        add_weekdays(writer);
        with = ", ";
    }
    if ((rule->month_days | rule->month_days_back) != 0) {
        text_add_string(writer->out, with);
        add_bits(writer, rule->month_days, rule->month_days_back, &month_days[writer->vi]);
        with = ", ";
    }
    if (rule->has_year_days) {
        text_add_string(writer->out, with);
        add_numbers(writer, &rule->year_days, &year_days[writer->vi]);
        with = ", ";
    }
    if ((rule->weeks | rule->weeks_back) != 0) {
        text_add_string(writer->out, with);
        add_bits(writer, rule->weeks, rule->weeks_back, &weeks[writer->vi]);
        with = ", ";
    }
    return with[0] != '\0';
}

static bool has_days(const struct recurrence_rule *rule) {
    return rule->weekdays != 0 || rule->has_nth || rule->has_year_days ||
           (rule->month_days | rule->month_days_back) != 0 || (rule->weeks | rule->weeks_back) != 0;
}

/* ---- how often ---- */

static void add_frequency(const struct writer *writer) {
    static const char *const vietnamese[] = {"giây", "phút", "giờ", "ngày", "tuần", "tháng", "năm"};
    static const char *const english[] = {"second", "minute", "hour", "day",
                                          "week",   "month",  "year"};
    const struct recurrence_rule *rule = writer->rule;
    enum recurrence_frequency frequency = rule->frequency;
    if (frequency == RECURRENCE_DAILY && rule->interval == 1 && rule->weekdays != 0 &&
        (rule->month_days | rule->month_days_back) == 0) {
        frequency = RECURRENCE_WEEKLY; /* the same, and better said so */
    }
    if (writer->vi && rule->interval == 1) {
        text_add_format(writer->out, "%s %s", frequency < RECURRENCE_DAILY ? "mỗi" : "hằng",
                        vietnamese[frequency]);
    } else if (writer->vi) {
        text_add_format(writer->out, "%d %s một lần", rule->interval, vietnamese[frequency]);
    } else if (rule->interval == 1) {
        text_add_format(writer->out, "every %s", english[frequency]);
    } else {
        text_add_format(writer->out, "every %d %ss", rule->interval, english[frequency]);
    }
}

/* ---- times of day ---- */

enum { TIMES_MAX = 12 };

static void add_clock_times(const struct writer *writer, uint32_t hours, uint64_t minutes,
                            uint64_t seconds) {
    struct listing listing = {0};
    char word[WORD_SIZE];
    for (int hour = 0; hour < 24; hour++) {
        for (int minute = 0; minute < 60 && (hours >> hour & 1) != 0; minute++) {
            for (int second = 0; second < 60 && (minutes >> minute & 1) != 0; second++) {
                if ((seconds >> second & 1) != 0) {
                    snprintf(word, sizeof word, second == 0 ? "%02d:%02d" : "%02d:%02d:%02d", hour,
                             minute, second);
                    listing_add(&listing, word);
                }
            }
        }
    }
    text_add_string(writer->out, writer->vi ? " lúc " : " at ");
    listing_end(&listing, writer);
}

/* "…, phút 0 và 20": the limits as they stand in the rule. */
static void add_time_limits(const struct writer *writer) {
    static const struct number_words words[][2] = {{{"hour ", "", "%d"}, {"giờ ", "", "%d"}},
                                                   {{"minute ", "", "%d"}, {"phút ", "", "%d"}},
                                                   {{"second ", "", "%d"}, {"giây ", "", "%d"}}};
    uint64_t bits[] = {writer->rule->hours, writer->rule->minutes, writer->rule->seconds};
    for (int i = 0; i < 3; i++) {
        if ((bits[i] & 1) != 0) { /* a set begins with 1 */
            text_add_format(writer->out, ", %s0%s", words[i][writer->vi].name,
                            bits[i] >> 1 == 0 ? "" : ", ");
            struct number_words rest = {"", "", "%d"};
            if (bits[i] >> 1 != 0) {
                add_bits(writer, bits[i] & ~UINT64_C(1), 0, &rest);
            }
        } else if (bits[i] != 0) {
            text_add_string(writer->out, ", ");
            add_bits(writer, bits[i], 0, &words[i][writer->vi]);
        }
    }
}

static void add_times(const struct writer *writer) {
    const struct recurrence_rule *rule = writer->rule;
    uint32_t hours = rule->hours != 0 ? rule->hours : UINT32_C(1) << writer->start.hour;
    uint64_t minutes = rule->minutes != 0 ? rule->minutes : UINT64_C(1) << writer->start.minute;
    uint64_t seconds = rule->seconds != 0 ? rule->seconds : UINT64_C(1) << writer->start.second;
    int count =
        __builtin_popcount(hours) * __builtin_popcountll(minutes) * __builtin_popcountll(seconds);
    if (rule->frequency >= RECURRENCE_DAILY && count <= TIMES_MAX) {
        add_clock_times(writer, hours, minutes, seconds);
    } else {
        add_time_limits(writer);
    }
}

/* ---- the end ---- */

static void add_end(const struct writer *writer) {
    static const struct number_words positions[] = {
        {"number ", "the last", "number %d from the end"},
        {"lần thứ ", "lần cuối", "lần thứ %d từ cuối"}};
    const struct recurrence_rule *rule = writer->rule;
    if (rule->has_positions) {
        text_add_string(writer->out, writer->vi ? ", chỉ lấy " : ", of these only ");
        add_numbers(writer, &rule->positions, &positions[writer->vi]);
    }
    if (rule->count != 0) {
        text_add_format(writer->out, writer->vi ? ", %d lần" : ", %d times", rule->count);
    }
    if (rule->until_kind != UNTIL_NONE) {
        struct civil until = rule->until;
        text_add_format(writer->out, writer->vi ? ", đến " : ", until ");
        if (rule->until_kind != UNTIL_DATE) {
            text_add_format(writer->out, "%02d:%02d%s ", until.hour, until.minute,
                            rule->until_kind == UNTIL_UTC ? " UTC" : "");
        }
        text_add_format(writer->out, writer->vi ? "ngày %02d/%02d/%d" : "%02d/%02d/%d",
                        until.date.day, until.date.month, until.date.year);
    }
}

void recurrence_describe(const struct recurrence_rule *rule, struct civil start, bool start_is_date,
                         enum language language, struct text *ret) {
    struct recurrence_days days; /* fills in what the start gives */
    recurrence_days_init(&days, rule, start.date);
    struct writer writer = {&days.rule, start, language == LANGUAGE_VIETNAMESE, ret};
    bool yearly = rule->frequency == RECURRENCE_YEARLY;
    if (writer.vi && has_days(writer.rule)) {
        add_days(&writer);
        text_add_string(ret, " ");
    }
    if (writer.vi && yearly && writer.rule->months != 0) {
        add_months(&writer);
        text_add_string(ret, " ");
    }
    add_frequency(&writer);
    if (!writer.vi && has_days(writer.rule)) {
        text_add_string(ret, " on ");
        add_days(&writer);
    }
    if (writer.rule->months != 0 && !(writer.vi && yearly)) {
        text_add_string(ret, writer.vi ? " trong " : " in ");
        add_months(&writer);
    }
    if (!start_is_date) {
        add_times(&writer);
    }
    add_end(&writer);
}
