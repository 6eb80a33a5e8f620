/* Telephone numbers, digit by digit, with a breath between their groups. */
#include "tts/reader.h"

#include <string.h>

struct phone {
    size_t end;
    size_t digits;
};

static const char call_words[] =
    "gọi|nóng|thoại|đt|sđt|hotline|cứu|hỏa|cháy|an|máy|hệ|fax|đài|zalo|tel|sát|"
    "em|112|113|114|115|111|dây|báo|viber|nạn";

static bool begins_with(const struct reader *reader, size_t i, const char *digits) {
    const struct token *token = reader_token(reader, i);
    size_t length = strlen(digits);
    return token->kind == TOKEN_NUMBER && token->length >= length &&
           memcmp(reader_bytes(reader, i), digits, length) == 0;
}

/* How far back the bracket opens that closes at token i; 0 where it is not near. */
static size_t bracket_length(const struct reader *reader, size_t i) {
    for (size_t back = 1; back <= 8 && back < i; back++) {
        if (reader_is_sign(reader, i - back, '(')) {
            return back;
        }
    }
    return 0;
}

/* "gọi 115", "công an 113", "cấp cứu: 115", "111 và 113", "0912 345 678, 113 (công an), 114". */
static bool is_called(const struct reader *reader, size_t i) {
    for (size_t back = 1; back <= 16 && back < i; back++) {
        size_t at = i - back;
        if (reader_is_word(reader, at, call_words) ||
            (reader->phone_end != 0 && at + 1 == reader->phone_end)) {
            return true;
        }
        if (reader_is_sign(reader, at, ')') && bracket_length(reader, at) != 0) {
            back += bracket_length(reader, at);
            continue;
        }
        if (back > 6) {
            return false;
        }
        bool another = reader_is_word(reader, at, "hoặc|và|hay") ||
                       reader_is_sign(reader, at, ',') ||
                       (begins_with(reader, at, "11") && reader_token(reader, at)->length == 3);
        if (!another && !reader_is_sign(reader, at, ':') &&
            !reader_is_word(reader, at, "số|là|qua|theo|đến|vào|ngay|khẩn|cấp|miễn|phí") &&
            !reader_is_sign(reader, at, '(')) {
            return false;
        }
    }
    return false;
}

static size_t skip_joint(const struct reader *reader, size_t i) {
    bool joint = reader_is_sign(reader, i, '.') || reader_is_sign(reader, i, '-') ||
                 reader_is_sign(reader, i, ')');
    return joint ? i + 1 : i;
}

/* Groups from token i on, as long as they look like one number. */
static struct phone collect(const struct reader *reader, size_t i, size_t least, size_t most) {
    struct phone best = {0};
    size_t digits = 0;
    for (size_t at = i, groups = 0; groups < 6 && reader_is_number(reader, at); groups++) {
        digits += reader_token(reader, at)->length;
        if (digits > most) {
            break;
        }
        if (digits >= least) {
            best = (struct phone){.end = at + 1, .digits = digits};
        }
        size_t next = skip_joint(reader, at + 1);
        const struct token *token = reader_token(reader, next);
        if (token->kind != TOKEN_NUMBER || token->length > 6) {
            break;
        }
        if (next > at + 1 && reader_token(reader, at + 1)->spaced && token->spaced) {
            break; /* "0912345678 - 0987654321": another number */
        }
        at = next;
    }
    return best;
}

static struct phone parse(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    if (begins_with(reader, i, "0") && token->length >= 2) {
        return collect(reader, i, 10, 11);
    }
    if ((begins_with(reader, i, "1800") || begins_with(reader, i, "1900")) &&
        (token->length == 4 || token->length == 8 || token->length == 10)) {
        return collect(reader, i, 8, 10);
    }
    /* "gọi 113 người": counted. */
    static const char counted[] =
        "hộ|người|em|cháu|cuộc|thanh|gia|triệu|nghìn|ngàn|lượt|trường|đoàn";
    bool emergency = !reader_is_word(reader, i + 1, counted) && token->kind == TOKEN_NUMBER &&
                     token->length >= 3 && token->length <= 5 &&
                     !reader_is_sign(reader, i + 1, '/') && !reader_is_sign(reader, i + 1, '%');
    bool listed = reader->phone_end != 0 && reader->phone_end + 1 == i &&
                  (reader_is_sign(reader, i - 1, ',') || reader_is_word(reader, i - 1, "hoặc|và"));
    if (emergency && (listed || begins_with(reader, i, "1")) && is_called(reader, i)) {
        return (struct phone){.end = i + 1, .digits = token->length};
    }
    return (struct phone){0};
}

static void say(struct reader *reader, size_t first, size_t i, size_t end) {
    bool opened = false;
    for (size_t at = i; at < end; at++) {
        if (reader_is_number(reader, at)) {
            if (opened) {
                reader_pause(reader, ',', at, at + 1);
            }
            number_spelled(reader_bytes(reader, at), reader_token(reader, at)->length,
                           &reader->words);
            reader_say_words(reader, opened ? at : first, at + 1, READING_RULE_PHONE);
            opened = true;
        }
    }
}

/* "+84 912 345 678". */
static size_t read_international(struct reader *reader, size_t i) {
    if (!reader_is_sign(reader, i, '+') || !begins_with(reader, i + 1, "84")) {
        return i;
    }
    struct phone phone = collect(reader, i + 1, 11, 12);
    if (phone.end == 0) {
        return i;
    }
    number_say(&reader->words, "cộng");
    say(reader, i, i + 1, phone.end);
    return phone.end;
}

/* Whether the number may be a date, an amount or a code instead. */
static bool is_something_else(const struct reader *reader, size_t i, size_t end) {
    const struct token *next = reader_token(reader, end);
    bool unit = next->kind == TOKEN_WORD && !next->spaced;
    bool after =
        i > 1 && reader_is_attached(reader, i) &&
        (reader_is_number(reader, i - 2) || reader_token(reader, i - 1)->kind == TOKEN_WORD) &&
        !reader_is_sign(reader, i - 1, ':') && !reader_is_sign(reader, i - 1, '(') &&
        !reader_is_sign(reader, i - 1, '-') && !reader_is_sign(reader, i - 1, '/');
    return unit || after || reader_is_word(reader, end, "đồng|đ");
}

size_t rule_phone(struct reader *reader, size_t i) {
    size_t international = read_international(reader, i);
    if (international > i) {
        return international;
    }
    size_t first = i;
    if (reader_is_sign(reader, i, '(') && begins_with(reader, i + 1, "0") &&
        reader_is_sign(reader, i + 2, ')') && reader_is_number(reader, i + 3)) {
        i++; /* "(0208) 3855 123" */
    }
    if (!reader_is_number(reader, i)) {
        return first;
    }
    struct phone phone = parse(reader, i);
    if (phone.end == 0 || is_something_else(reader, i, phone.end)) {
        return first;
    }
    say(reader, first, i, phone.end);
    reader->phone_end = phone.end;
    bool another = reader_is_sign(reader, phone.end, '-') || reader_is_sign(reader, phone.end, '/');
    if (another && begins_with(reader, phone.end + 1, "0")) {
        reader_pause(reader, ',', phone.end, phone.end + 1);
        return phone.end + 1;
    }
    return phone.end;
}
