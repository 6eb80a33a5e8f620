/* Dates: 22/4/2026, 26-27/12/2025, 30/4, 04/2021, quý 02/2021, tháng 4 (house rules D1 and D2). */
#include "tts/reader.h"

#include <string.h>

struct date {
    unsigned day, month; /* 0: not given */
    size_t year;         /* the token, 0: not given */
    size_t end;
    bool padded; /* 05/3: a zero that only dates have */
};

static bool is_day(const struct reader *reader, size_t i) {
    return reader_is_between(reader, i, 2, 1, 31);
}

static bool is_month(const struct reader *reader, size_t i) {
    return reader_is_between(reader, i, 2, 1, 12);
}

static bool is_padded(const struct reader *reader, size_t i) {
    return reader_token(reader, i)->length == 2 && *reader_bytes(reader, i) == '0';
}

/* The joint of a date: the same sign on both sides; only "/" may have spaces. */
static bool is_joint(const struct reader *reader, size_t i, uint32_t sign) {
    return reader_is_sign(reader, i, sign) &&
           (sign == '/' || (reader_is_attached(reader, i) && reader_is_attached(reader, i + 1)));
}

/* Nothing of a longer code follows: 12/5/7, 1.2.3.4. */
static bool is_closed(const struct reader *reader, size_t i) {
    bool joint = reader_is_sign(reader, i, '/') || reader_is_sign(reader, i, '.') ||
                 reader_is_sign(reader, i, '-');
    if (joint && reader_is_attached(reader, i) && reader_is_number(reader, i + 1) &&
        reader_is_attached(reader, i + 1)) {
        return reader_is_sign(reader, i, '-');
    }
    return !(reader_token(reader, i)->kind == TOKEN_WORD && reader_is_attached(reader, i));
}

static bool parse_full(const struct reader *reader, size_t i, struct date *ret) {
    if (!is_day(reader, i) || !is_month(reader, i + 2)) {
        return false;
    }
    static const char signs[] = "/-.";
    for (const char *sign = signs; *sign != '\0'; sign++) {
        if (!is_joint(reader, i + 1, (uint32_t)*sign) ||
            !is_joint(reader, i + 3, (uint32_t)*sign)) {
            continue;
        }
        bool two = *sign == '/' && reader_token(reader, i + 4)->length == 2 &&
                   reader_is_number(reader, i + 4) && reader_is_word(reader, i - 1, "ngày");
        if ((reader_is_year(reader, i + 4) || two) && is_closed(reader, i + 5)) {
            *ret = (struct date){.day = (unsigned)reader_value(reader, i),
                                 .month = (unsigned)reader_value(reader, i + 2),
                                 .year = i + 4,
                                 .end = i + 5,
                                 .padded = true};
            return true;
        }
    }
    return false;
}

/* 2024-11-20. */
static bool parse_iso(const struct reader *reader, size_t i, struct date *ret) {
    if (!reader_is_year(reader, i) || !is_joint(reader, i + 1, '-') || !is_month(reader, i + 2) ||
        !is_joint(reader, i + 3, '-') || !is_day(reader, i + 4) ||
        reader_token(reader, i + 2)->length != 2 || !is_closed(reader, i + 5)) {
        return false;
    }
    *ret = (struct date){.day = (unsigned)reader_value(reader, i + 4),
                         .month = (unsigned)reader_value(reader, i + 2),
                         .year = i,
                         .end = i + 5,
                         .padded = true};
    return true;
}

static bool parse_month(const struct reader *reader, size_t i, struct date *ret) {
    bool joint = is_joint(reader, i + 1, '/') || is_joint(reader, i + 1, '-') ||
                 (is_joint(reader, i + 1, '.') && reader_is_word(reader, i - 1, "tháng"));
    if (!is_month(reader, i) || !joint || !reader_is_between(reader, i + 2, 4, 1900, 2100) ||
        !is_closed(reader, i + 3)) {
        return false;
    }
    *ret = (struct date){
        .month = (unsigned)reader_value(reader, i), .year = i + 2, .end = i + 3, .padded = true};
    return true;
}

static bool parse_day(const struct reader *reader, size_t i, struct date *ret) {
    bool named = reader_is_word(reader, i - 1, "ngày|mùng|mồng|rằm");
    bool joint = is_joint(reader, i + 1, '/') ||
                 (named && (is_joint(reader, i + 1, '-') || is_joint(reader, i + 1, '.')));
    if (!is_day(reader, i) || !is_month(reader, i + 2) || !joint || !is_closed(reader, i + 3)) {
        return false;
    }
    *ret = (struct date){.day = (unsigned)reader_value(reader, i),
                         .month = (unsigned)reader_value(reader, i + 2),
                         .end = i + 3,
                         .padded = is_padded(reader, i) || is_padded(reader, i + 2)};
    return true;
}

/* ---- date or fraction ---- */

static const char date_words[] =
    "ngày|mùng|mồng|rằm|sáng|trưa|chiều|tối|đêm|hôm|từ|đến|tới|trước|sau|vào|lễ|dịp|tết|quốc khánh|"
    "khánh|động|nam|nữ|giáo|sĩ|đoàn|hết|hạn|nay|mai|nhi|đình|mạng|hai|ba|tư|năm|sáu|bảy|nhật|lúc|"
    "lịch";

/* Holidays that are named by their date. */
static bool is_holiday(unsigned day, unsigned month) {
    static const unsigned char known[][2] = {
        {30, 4}, {1, 5},   {2, 9},  {8, 3}, {20, 10}, {20, 11}, {27, 7}, {19, 5},
        {3, 2},  {22, 12}, {26, 3}, {1, 6}, {10, 3},  {19, 8},  {28, 6}, {27, 2},
        {21, 6}, {18, 11}, {9, 1},  {7, 5}, {10, 10}, {13, 10}, {1, 12}, {5, 6}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i][0] == day && known[i][1] == month) {
            return true;
        }
    }
    return false;
}

/* A noun counted or shared follows: "2/3 số hộ", "5/7 chi bộ". */
static bool is_counted(const struct reader *reader, size_t i) {
    static const char not_counted[] =
        "và|đến|tới|năm|âm|dương|hằng|hàng|vừa|này|là|tại|ở|của|đã|sẽ|vào|lúc|từ|với|do|để|trên|"
        "nhân|"
        "diễn|bắt|kết|khi|cho|thì|hoặc|hay|sắp|được|có|theo|trở|âl|dl|cả";
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_WORD && token->shape == TOKEN_SMALL &&
           !reader_is_word(reader, i, not_counted);
}

/* "thứ Hai", "thứ 7", "chủ nhật", "T7" end just before token i. */
static bool is_after_weekday(const struct reader *reader, size_t i) {
    return reader_is_after(reader, i, "chủ nhật") || reader_is_word(reader, i - 1, "cn") ||
           (reader_is_word(reader, i - 2, "thứ") &&
            (reader_is_between(reader, i - 1, 1, 2, 7) ||
             reader_is_word(reader, i - 1, "hai|ba|tư|năm|sáu|bảy"))) ||
           (reader_is_exactly(reader, i - 2, "T") && reader_is_attached(reader, i - 1) &&
            reader_is_between(reader, i - 1, 1, 2, 7));
}

/* A day is named just before, so that whatever noun follows the date is not counted by it: "thứ Hai,
 * 23/11 xã họp", "thứ 7 tuần này 28/11", "ngày mai 23/11", "hôm nay (23/11)". */
static bool is_after_day(const struct reader *reader, size_t i) {
    size_t at = i;
    if (reader_is_sign(reader, at - 1, ',') || reader_is_sign(reader, at - 1, '(')) {
        at--;
    }
    if (reader_is_word(reader, at - 1, "này|sau|tới|trước") &&
        reader_is_word(reader, at - 2, "tuần")) {
        at -= 2;
    }
    return is_after_weekday(reader, at) ||
           (reader_is_word(reader, at - 1, "nay|mai|qua|kia|mốt") &&
            reader_is_word(reader, at - 2, "hôm|ngày|sáng|trưa|chiều|tối|đêm"));
}

static bool is_date(const struct reader *reader, size_t i, const struct date *date) {
    if (date->year != 0 || date->padded) {
        return true;
    }
    if (date->day == 24 && date->month == 7 &&
        reader_is_word(reader, i - 1, "cửa|vụ|động|trực|tục|nóng|trợ|sát|viện")) {
        return false; /* "mở cửa 24/7": day and night */
    }
    if (reader_is_word(reader, i - 1,
                       "hẻm|ngõ|ngách|kiệt|nhà|lô|thửa|xuyệt|đạt|hơn|gần|khoảng|chiếm|còn|được|có|"
                       "kết quả|phiếu|điểm")) {
        return false;
    }
    if (reader_is_word(reader, i - 1, "ngày|mùng|mồng|rằm|hôm|đêm|sáng|trưa|chiều|tối|kỳ") ||
        is_after_day(reader, i)) {
        return true;
    }
    size_t governor = reader_governor(reader, i);
    if (governor != 0 && reader_is_word(reader, governor, "ngày")) {
        return true;
    }
    if (reader_is_sign(reader, i - 1, '-') && reader->date_end == i - 1) {
        return true; /* "28/4-2/5" */
    }
    bool share = date->day <= date->month || date->day <= 12; /* 25 of 11 is none */
    if (share && is_counted(reader, date->end)) {
        return false;
    }
    if (reader_is_word(reader, date->end, "âm|dương|hằng|hàng|âl|dl")) {
        return true;
    }
    bool alone = reader_token(reader, i - 1)->kind == TOKEN_END &&
                 reader_token(reader, date->end)->kind == TOKEN_END;
    if (alone) {
        return date->day > 12 || (date->day == 1 && date->month == 1);
    }
    return reader_is_word(reader, i - 1, date_words) || is_holiday(date->day, date->month) ||
           date->day > date->month;
}

static bool parse_any(const struct reader *reader, size_t i, struct date *ret) {
    if (!reader_is_number(reader, i) ||
        (reader_is_attached(reader, i) && i > 1 &&
         (reader_is_sign(reader, i - 1, '/') || reader_is_sign(reader, i - 1, '.')) &&
         reader_is_number(reader, i - 2))) {
        return false;
    }
    return parse_full(reader, i, ret) || parse_iso(reader, i, ret) || parse_month(reader, i, ret) ||
           (parse_day(reader, i, ret) && is_date(reader, i, ret));
}

/* ---- the words ---- */

static bool names_day(const struct reader *reader, size_t i) {
    return reader_is_word(reader, i - 1, "ngày|mùng|mồng|rằm");
}

static void say_day(struct reader *reader, size_t i, unsigned day, bool with_noun) {
    if (with_noun) {
        number_say(&reader->words, "ngày");
    }
    if (reader->options->mung && day <= 10 && !reader_is_word(reader, i - 1, "mùng|mồng")) {
        number_say(&reader->words, "mùng");
    }
    number_cardinal_value(day, &reader->style, &reader->words);
}

static void say_month(struct reader *reader, const struct date *date) {
    number_month(date->month, &reader->style, &reader->words);
    if (date->year != 0) {
        number_say(&reader->words, "năm");
        number_cardinal(reader_bytes(reader, date->year), reader_token(reader, date->year)->length,
                        &reader->style, &reader->words);
    }
}

/* "đợt 1/2026", "quý 02/2021": the number belongs to the word before it. */
static bool is_counted_by_word(const struct reader *reader, size_t i) {
    return reader_is_word(reader, i - 1, "quý|đợt|kỳ|vòng|lần|phiên|khóa|số|vụ|tập");
}

static void say_one(struct reader *reader, size_t i, const struct date *date, bool noun) {
    reader->date_noun = noun;
    if (date->day != 0) {
        say_day(reader, i, date->day, noun);
        number_say(&reader->words, "tháng");
    } else if (is_counted_by_word(reader, i)) {
        number_cardinal_value(date->month, &reader->style, &reader->words);
        number_say(&reader->words, "năm");
        number_cardinal(reader_bytes(reader, date->year), 4, &reader->style, &reader->words);
        return;
    } else if (!reader_is_word(reader, i - 1, "tháng")) {
        number_say(&reader->words, "tháng");
    }
    say_month(reader, date);
}

/* A day without a year is said with "ngày" only where no word introduces it. */
static bool wants_noun(const struct reader *reader, size_t i, const struct date *date) {
    size_t governor = reader_governor(reader, i);
    bool listed = governor != 0 && reader_is_sign(reader, i - 1, ',') &&
                  reader_is_word(reader, governor, "ngày");
    bool ranged =
        reader_is_sign(reader, i - 1, '-') && reader->date_end == i - 1 && date->year == 0;
    if (names_day(reader, i) || listed || ranged) {
        return false;
    }
    return date->year != 0 || reader_token(reader, i - 1)->kind != TOKEN_WORD;
}

/* "26-27/12/2025", "28 - 30/4": days of the month that the second names. */
static size_t read_days(struct reader *reader, size_t i) {
    struct date date;
    size_t second = reader_dash(reader, i + 1);
    if (!is_day(reader, i) || second == i + 1 ||
        !(parse_full(reader, second, &date) || parse_day(reader, second, &date)) ||
        reader_value(reader, i) >= date.day || (date.year == 0 && is_counted(reader, date.end))) {
        return i;
    }
    bool noun = !names_day(reader, i) && reader_token(reader, i - 1)->kind != TOKEN_WORD;
    say_day(reader, i, (unsigned)reader_value(reader, i), noun);
    number_say(&reader->words, "đến");
    say_one(reader, second, &date, noun);
    reader_say_words(reader, i, date.end, READING_RULE_DATE);
    return date.end;
}

/* "quý 1-2/2024", "tháng 5 - 6/2026": the year of the second holds for both. */
static size_t read_months(struct reader *reader, size_t i) {
    struct date date;
    size_t second = reader_dash(reader, i + 1);
    bool named = reader_is_word(reader, i - 1, "tháng") || is_counted_by_word(reader, i);
    if (!named || !is_month(reader, i) || second == i + 1 || !parse_month(reader, second, &date)) {
        return i;
    }
    number_month(reader_value(reader, i), &reader->style, &reader->words);
    number_say(&reader->words, "đến");
    say_month(reader, &date);
    reader_say_words(reader, i, date.end, READING_RULE_DATE);
    return date.end;
}

/* "tháng 4", "tháng 5-6", "tháng 1, 2 và 3". */
static size_t read_month_alone(struct reader *reader, size_t i) {
    size_t governor = reader_governor(reader, i);
    if (!is_month(reader, i) || governor == 0 || !reader_is_word(reader, governor, "tháng") ||
        (governor + 1 != i && reader_token(reader, i + 1)->kind == TOKEN_WORD &&
         !reader_is_word(reader, i + 1, "năm|và|hằng|hàng|âm|tới|này"))) {
        return i;
    }
    if (reader_is_sign(reader, i + 1, '/') || reader_is_sign(reader, i + 1, '%')) {
        return i;
    }
    number_month(reader_value(reader, i), &reader->style, &reader->words);
    size_t second = reader_dash(reader, i + 1);
    if (second > i + 1 && is_month(reader, second) && !reader_is_sign(reader, second + 1, '/')) {
        number_say(&reader->words, "đến");
        number_month(reader_value(reader, second), &reader->style, &reader->words);
        reader_say_words(reader, i, second + 1, READING_RULE_DATE);
        return second + 1;
    }
    reader_say_words(reader, i, i + 1, READING_RULE_DATE);
    return i + 1;
}

/* "T3/2026". */
static size_t read_t_month(struct reader *reader, size_t i) {
    struct date date;
    if (!reader_is_exactly(reader, i, "T") || !reader_is_attached(reader, i + 1) ||
        !reader_is_number(reader, i + 1) || !parse_month(reader, i + 1, &date)) {
        return i;
    }
    number_say(&reader->words, "tháng");
    say_month(reader, &date);
    reader_say_words(reader, i, date.end, READING_RULE_DATE);
    return date.end;
}

/* "ngày 10, 11/3", "ngày 5 và 6/4", "ngày 5": with "mùng" where the station says so. */
static size_t read_day_alone(struct reader *reader, size_t i) {
    if (!reader->options->mung || !is_day(reader, i) || reader_value(reader, i) > 10 ||
        !reader_is_word(reader, i - 1, "ngày") || reader_is_sign(reader, i + 1, '/')) {
        return i;
    }
    say_day(reader, i, (unsigned)reader_value(reader, i), false);
    reader_say_words(reader, i, i + 1, READING_RULE_DATE);
    return i + 1;
}

/* "T7, 28/11", "CN (29/11)": a weekday in short before its date. */
static size_t read_weekday(struct reader *reader, size_t i) {
    static const char *const names[] = {"thứ hai", "thứ ba",  "thứ tư",
                                        "thứ năm", "thứ sáu", "thứ bảy"};
    struct date date;
    bool sunday = reader_is_exactly(reader, i, "CN");
    bool other = reader_is_exactly(reader, i, "T") && reader_is_attached(reader, i + 1) &&
                 reader_is_between(reader, i + 1, 1, 2, 7);
    size_t end = sunday ? i + 1 : i + 2;
    size_t at = end;
    if (reader_is_sign(reader, at, ',') || reader_is_sign(reader, at, '(')) {
        at++;
    }
    at += reader_is_word(reader, at, "ngày");
    if (!(sunday || other) || (at == end && reader_is_attached(reader, at)) ||
        !(parse_full(reader, at, &date) || parse_day(reader, at, &date))) {
        return i;
    }
    reader_say(reader, sunday ? "chủ nhật" : names[reader_value(reader, i + 1) - 2], i, end,
               READING_RULE_DATE);
    return end;
}

/* "(24 và 25/11)", "lịch tiêm: 24, 25/11": the first of some days of one month. */
static size_t read_first_day(struct reader *reader, size_t i) {
    struct date date;
    bool opened = reader_token(reader, i - 1)->kind == TOKEN_END ||
                  reader_is_sign(reader, i - 1, ':') || reader_is_sign(reader, i - 1, '(');
    bool joint = reader_is_sign(reader, i + 1, ',') || reader_is_word(reader, i + 1, "và|hoặc");
    if (!opened || !joint || !is_day(reader, i) || !reader_token(reader, i + 2)->spaced ||
        !(parse_full(reader, i + 2, &date) ||
          (parse_day(reader, i + 2, &date) && is_date(reader, i + 2, &date))) ||
        reader_value(reader, i) >= date.day) {
        return i;
    }
    say_day(reader, i, (unsigned)reader_value(reader, i), true);
    reader_say_words(reader, i, i + 1, READING_RULE_DATE);
    if (reader_is_sign(reader, i + 1, ',')) {
        reader_pause(reader, ',', i + 1, i + 2);
    } else {
        reader_say(reader, reader_is_word(reader, i + 1, "và") ? "và" : "hoặc", i + 1, i + 2,
                   READING_RULE_WORD);
    }
    say_one(reader, i + 2, &date, false);
    reader_say_words(reader, i + 2, date.end, READING_RULE_DATE);
    return date.end;
}

size_t rule_date(struct reader *reader, size_t i) {
    if (!reader_is_number(reader, i)) {
        size_t end = read_t_month(reader, i);
        return end > i ? end : read_weekday(reader, i);
    }
    size_t end = read_days(reader, i);
    if (end == i) {
        end = read_first_day(reader, i);
    }
    if (end == i) {
        end = read_months(reader, i);
    }
    struct date date;
    if (end == i && parse_any(reader, i, &date)) {
        say_one(reader, i, &date, wants_noun(reader, i, &date));
        reader_say_words(reader, i, date.end, READING_RULE_DATE);
        end = date.end;
    }
    if (end == i) {
        end = read_month_alone(reader, i);
    }
    if (end == i) {
        end = read_day_alone(reader, i);
    }
    if (end > i) {
        reader->quantity_end = reader->date_end = end;
    }
    return end;
}
