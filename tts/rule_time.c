/* Times of day and durations: 5h30, 17h00, 8g45, 14:00, 7 giờ 30, 1:01:01, 17h30p (house rule T1). */
#include "tts/reader.h"

#include <string.h>

struct time {
    size_t hour, minute, second; /* tokens; 0: not given */
    bool every_part;             /* "12:00:00 giây": noughts are said too */
    size_t end;
};

static bool is_two_digits(const struct reader *reader, size_t i) {
    return reader_token(reader, i)->length == 2 && reader_is_between(reader, i, 2, 0, 59);
}

/* "h", "g", "giờ" after an hour; a gram has no minutes and no part of the day. */
static bool is_hour_mark(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    if (token->kind != TOKEN_WORD) {
        return false;
    }
    if (reader_is_word(reader, i, "h") || reader_is_word(reader, i, "giờ")) {
        return true;
    }
    bool minutes = is_two_digits(reader, i + 1) && reader_is_attached(reader, i + 1);
    bool announced =
        reader_is_word(reader, i - 2, "lúc|từ|hồi|vào|trước|sau|sáng|chiều|tối|trưa") &&
        reader_is_word(reader, i + 1, "sáng|trưa|chiều|tối|đêm|ngày");
    return reader_is_word(reader, i, "g") && reader_is_attached(reader, i) &&
           (minutes || announced || reader_is_word(reader, i + 1, "sáng|trưa|chiều|tối|đêm"));
}

/* "p", "ph", "phút", "'" behind the minutes. */
static size_t skip_minute_mark(const struct reader *reader, size_t i) {
    if ((reader_is_word(reader, i, "p|ph") && reader_is_attached(reader, i)) ||
        reader_is_word(reader, i, "phút") ||
        (reader_is_sign(reader, i, '\'') && reader_is_attached(reader, i))) {
        return i + 1;
    }
    return i;
}

/* "7h 30" and "7 giờ 30": a number after a space is the minutes only where nothing is counted. */
static bool is_minute(const struct reader *reader, size_t i) {
    if (!is_two_digits(reader, i) || reader_is_sign(reader, i + 1, '%')) {
        return false;
    }
    if (reader_is_attached(reader, i) || skip_minute_mark(reader, i + 1) > i + 1) {
        return true;
    }
    const struct token *next = reader_token(reader, i + 1);
    return next->kind != TOKEN_WORD ||
           reader_is_word(
               reader, i + 1,
               "ngày|sáng|trưa|chiều|tối|đêm|thứ|tại|hôm|đến|và|chủ|cùng|hằng|hàng|các|mỗi|"
               "cho|thì|là|bắt|sẽ|có");
}

static bool parse_hours(const struct reader *reader, size_t i, struct time *ret) {
    if (!reader_is_between(reader, i, 2, 0, 24) || !is_hour_mark(reader, i + 1)) {
        return false;
    }
    *ret = (struct time){.hour = i, .end = i + 2};
    size_t at = i + 2 +
                (reader_is_sign(reader, i + 2, ':') && reader_is_attached(reader, i + 2) &&
                 is_two_digits(reader, i + 3));
    bool one_digit = reader_token(reader, at)->length == 1 && reader_is_number(reader, at) &&
                     skip_minute_mark(reader, at + 1) > at + 1;
    /* "2h30m": a metre cannot follow an hour. */
    bool marked = reader_is_attached(reader, at) && reader_is_between(reader, at, 2, 0, 59) &&
                  reader_is_exactly(reader, at + 1, "m") && reader_is_attached(reader, at + 1);
    if (reader_is_number(reader, at) && (marked || is_minute(reader, at) || one_digit)) {
        ret->minute = at;
        ret->end = marked ? at + 2 : skip_minute_mark(reader, at + 1);
        if (reader_is_attached(reader, ret->end) && is_two_digits(reader, ret->end) &&
            reader_is_word(reader, ret->end + 1, "s") && reader_is_attached(reader, ret->end + 1)) {
            ret->second = ret->end;
            ret->end += 2;
        }
    } else if (reader_is_sign(reader, at, '\'') && reader_is_attached(reader, at)) {
        ret->end = at + 1; /* "20h'" */
    }
    return true;
}

static bool parse_colons(const struct reader *reader, size_t i, struct time *ret) {
    if (!reader_is_between(reader, i, 2, 0, 24) || !reader_is_sign(reader, i + 1, ':') ||
        !reader_is_attached(reader, i + 1) || !reader_is_attached(reader, i + 2) ||
        !is_two_digits(reader, i + 2)) {
        return false;
    }
    *ret = (struct time){.hour = i, .minute = i + 2, .end = i + 3};
    if (reader_is_sign(reader, i + 3, ':') && reader_is_attached(reader, i + 3) &&
        is_two_digits(reader, i + 4) && reader_is_attached(reader, i + 4)) {
        ret->second = i + 4;
        ret->end = i + 5;
    }
    if (reader_is_word(reader, ret->end, "giây") && ret->second != 0) {
        ret->every_part = true;
        ret->end++;
    } else if (reader_is_word(reader, ret->end, "h|giờ") && ret->second == 0) {
        ret->end++;
    }
    return true;
}

/* "1p", "01p01s", "45s", "30'". */
static bool parse_minutes(const struct reader *reader, size_t i, struct time *ret) {
    if (!reader_is_number(reader, i) || reader_token(reader, i)->length > 4 ||
        !reader_is_attached(reader, i + 1)) {
        return false;
    }
    *ret = (struct time){.end = i + 2};
    if (reader_is_word(reader, i + 1, "s")) {
        ret->second = i;
        return true;
    }
    bool quoted = reader_is_sign(reader, i - 1, '\'');
    if (!reader_is_word(reader, i + 1, "p|ph") &&
        !(reader_is_sign(reader, i + 1, '\'') && !quoted)) {
        return false;
    }
    ret->minute = i;
    if (reader_is_number(reader, i + 2) && reader_is_attached(reader, i + 2) &&
        reader_is_word(reader, i + 3, "s") && reader_is_attached(reader, i + 3)) {
        ret->second = i + 2;
        ret->end = i + 4;
    }
    return true;
}

static bool parse(const struct reader *reader, size_t i, struct time *ret) {
    return parse_hours(reader, i, ret) || parse_colons(reader, i, ret) ||
           parse_minutes(reader, i, ret);
}

static void say_part(struct reader *reader, size_t token, const char *noun, bool nought) {
    if (token == 0 || (reader_value(reader, token) == 0 && !nought)) {
        return;
    }
    number_cardinal(reader_bytes(reader, token), reader_token(reader, token)->length,
                    &reader->style, &reader->words);
    number_say(&reader->words, noun);
}

static void say(struct reader *reader, const struct time *time) {
    say_part(reader, time->hour, "giờ", true);
    say_part(reader, time->minute, "phút", time->every_part || time->hour == 0);
    say_part(reader, time->second, "giây", time->every_part || time->minute + time->hour == 0);
}

/* "7-9h", "8 - 10 giờ": the hour of the second holds for both. */
static size_t read_hours(struct reader *reader, size_t i) {
    struct time time;
    size_t second = reader_dash(reader, i + 1);
    if (second == i + 1 || !reader_is_between(reader, i, 2, 0, 24) ||
        !parse_hours(reader, second, &time)) {
        return i;
    }
    number_cardinal(reader_bytes(reader, i), reader_token(reader, i)->length, &reader->style,
                    &reader->words);
    number_say(&reader->words, "đến");
    say(reader, &time);
    reader_say_words(reader, i, time.end, READING_RULE_TIME);
    return time.end;
}

size_t rule_time(struct reader *reader, size_t i) {
    struct time time;
    if (!reader_is_number(reader, i)) {
        return i;
    }
    bool continued = i > 2 && reader_is_attached(reader, i) && reader_is_number(reader, i - 2) &&
                     (reader_is_sign(reader, i - 1, '.') || reader_is_sign(reader, i - 1, ',') ||
                      reader_is_sign(reader, i - 1, ':'));
    size_t end = continued ? i : read_hours(reader, i);
    if (end == i && !continued && parse(reader, i, &time)) {
        bool coordinate = reader_is_sign(reader, i - 1, 0xB0);
        if (coordinate) {
            return i;
        }
        say(reader, &time);
        reader_say_words(reader, i, time.end, READING_RULE_TIME);
        end = time.end;
    }
    if (end > i) {
        reader->quantity_end = end;
    }
    return end;
}
