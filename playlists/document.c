#include "playlists/document.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

void document_finish(struct document *document) {
    free(document->number);
    free(document->kind);
    free(document->issuer);
    free(document->title);
    for (size_t i = 0; i < document->topics_count; i++) {
        free(document->topics[i]);
    }
    free(document->topics);
    *document = (struct document){0};
}

/* Decree 30/2020/NĐ-CP, appendix III; Guide 36-HD/VPTW for the Party's own. The first row of a type
 * is what it stands for where no noun stands before the number. */
static const struct {
    const char *type, *kind;
} kinds[] = {
    {"NQ", "Nghị quyết"},
    {"NĐ", "Nghị định"},
    {"QĐ", "Quyết định"},
    {"QĐi", "Quy định"},
    {"QyĐ", "Quy định"},
    {"CT", "Chỉ thị"},
    {"KL", "Kết luận"},
    {"TT", "Thông tư"},
    {"TTLT", "Thông tư liên tịch"},
    {"CV", "Công văn"},
    {"HD", "Hướng dẫn"},
    {"KH", "Kế hoạch"},
    {"BC", "Báo cáo"},
    {"CTr", "Chương trình"},
    {"CTHĐ", "Chương trình hành động"},
    {"CTrHĐ", "Chương trình hành động"},
    {"TB", "Thông báo"},
    {"TBKL", "Thông báo kết luận"},
    {"TTr", "Tờ trình"},
    {"QC", "Quy chế"},
    {"CĐ", "Công điện"},
    {"ĐA", "Đề án"},
    {"PA", "Phương án"},
    {"TL", "Thể lệ"},
    {"BB", "Biên bản"},
    {"PL", "Pháp lệnh"},
    {"L", "Luật"},
    {"VBHN", "Văn bản hợp nhất"},
    {"GM", "Giấy mời"},
    {"UBND", "Công văn"},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* A text and a place in it. */
struct cursor {
    const char *text;
    size_t length, at;
};

static uint32_t peek(const struct cursor *cursor, size_t *ret_step) {
    uint32_t codepoint = 0;
    *ret_step = cursor->at < cursor->length ? text_decode(cursor->text + cursor->at,
                                                          cursor->length - cursor->at, &codepoint)
                                            : 0;
    return *ret_step != 0 ? codepoint : 0;
}

static bool is_digit(uint32_t codepoint) {
    return codepoint >= '0' && codepoint <= '9';
}

static bool is_letter(uint32_t codepoint) {
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)codepoint);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL;
}

static bool is_upper(uint32_t codepoint) {
    return utf8proc_category((utf8proc_int32_t)codepoint) == UTF8PROC_CATEGORY_LU;
}

static void skip_blanks(struct cursor *cursor) {
    size_t step;
    for (;;) {
        uint32_t codepoint = peek(cursor, &step);
        if (codepoint != ' ' && codepoint != '\t' && codepoint != 0xA0) {
            return;
        }
        cursor->at += step;
    }
}

/* Takes the separator, with blanks around it. Hyphens come in many shapes. */
static bool take(struct cursor *cursor, char separator) {
    struct cursor ahead = *cursor;
    skip_blanks(&ahead);
    size_t step;
    uint32_t found = peek(&ahead, &step);
    bool dash = found == '-' || (found >= 0x2010 && found <= 0x2015) || found == 0x2212;
    if (separator == '-' ? !dash : found != (uint32_t)(unsigned char)separator) {
        return false;
    }
    ahead.at += step;
    skip_blanks(&ahead);
    *cursor = ahead;
    return true;
}

/* A piece of the normal form, built up as it is read. */
struct number {
    char text[DOCUMENT_NUMBER_SIZE];
    size_t length;
    bool overflow;
};

static void put(struct number *number, const char *bytes, size_t length) {
    if (number->length + length >= sizeof number->text) {
        number->overflow = true;
        return;
    }
    memcpy(number->text + number->length, bytes, length);
    number->length += length;
    number->text[number->length] = '\0';
}

/* Takes digits, at least `least` and at most `most` of them, and no more may follow. */
static size_t take_digits(struct cursor *cursor, size_t least, size_t most, struct number *number) {
    size_t count = 0;
    while (cursor->at + count < cursor->length &&
           is_digit((unsigned char)cursor->text[cursor->at + count])) {
        count++;
    }
    if (count < least || count > most) {
        return 0;
    }
    put(number, cursor->text + cursor->at, count);
    cursor->at += count;
    return count;
}

enum { WORD_SIZE = 32 };

/* Takes letters (and, where allowed, digits and inner hyphens) that begin with a capital. Returns
 * how many code points; `word` gets them with Ð written as Đ. */
static size_t take_word(struct cursor *cursor, bool with_more, char word[WORD_SIZE]) {
    size_t count = 0;
    size_t length = 0;
    size_t step;
    struct cursor ahead = *cursor;
    for (;;) {
        uint32_t codepoint = peek(&ahead, &step);
        bool fits = is_letter(codepoint) || (with_more && count != 0 && is_digit(codepoint));
        if (with_more && count != 0 && codepoint == '-') {
            struct cursor next = {ahead.text, ahead.length, ahead.at + step};
            size_t next_step;
            fits = is_upper(peek(&next, &next_step));
        }
        if (!fits) {
            break;
        }
        const char *bytes = codepoint == 0xD0 ? "Đ" : ahead.text + ahead.at;
        size_t size = codepoint == 0xD0 ? strlen("Đ") : step;
        if ((count == 0 && !is_upper(codepoint)) || length + size >= WORD_SIZE) {
            return 0;
        }
        memcpy(word + length, bytes, size);
        length += size;
        count++;
        ahead.at += step;
    }
    word[length] = '\0';
    *cursor = ahead;
    return count;
}

static const char *kind_of_type(const char *type) {
    for (int i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i].type, type) == 0) {
            return kinds[i].kind;
        }
    }
    return "";
}

static void put_word(struct number *number, char separator, const char *word) {
    put(number, &separator, 1);
    put(number, word, strlen(word));
}

/* "41/2024/QH15", "1210/2016/UBTVQH13": the issuer alone, with its term. */
static bool is_assembly(const char *word) {
    size_t letters = strcspn(word, "0123456789");
    return word[letters] != '\0' && letters >= 2 && memcmp(word + letters - 2, "QH", 2) == 0;
}

/* What was read at a place. */
struct reading {
    struct number number;
    char type[WORD_SIZE];
    char issuer[WORD_SIZE];
};

/* After the digits: "-NQ/TW". */
static bool read_party(struct cursor *cursor, struct reading *reading) {
    if (!take(cursor, '-') || take_word(cursor, false, reading->type) == 0 || !take(cursor, '/') ||
        take_word(cursor, true, reading->issuer) < 2) {
        return false;
    }
    put_word(&reading->number, '-', reading->type);
    put_word(&reading->number, '/', reading->issuer);
    return true;
}

/* After the digits: "/2024/NĐ-CP", "/2024/QH15" or "/QĐ-UBND". */
static bool read_state(struct cursor *cursor, struct reading *reading) {
    if (!take(cursor, '/')) {
        return false;
    }
    struct cursor year = *cursor;
    struct number digits = {.length = 0};
    bool has_year = take_digits(&year, 4, 4, &digits) != 0 && take(&year, '/');
    if (has_year) {
        *cursor = year;
        put_word(&reading->number, '/', digits.text);
    }
    struct cursor whole = *cursor;
    if (has_year && take_word(&whole, true, reading->issuer) != 0 && is_assembly(reading->issuer)) {
        *cursor = whole;
        put_word(&reading->number, '/', reading->issuer);
        strcpy(reading->type, strncmp(reading->issuer, "QH", 2) == 0 ? "L" : "NQ");
        return true;
    }
    if (take_word(cursor, false, reading->type) == 0 || !take(cursor, '-') ||
        take_word(cursor, true, reading->issuer) < 2) {
        return false;
    }
    put_word(&reading->number, '/', reading->type);
    put_word(&reading->number, '-', reading->issuer);
    return true;
}

/* Reads a number at the cursor and moves it past it. */
static bool read_number(struct cursor *cursor, struct reading *reading) {
    *reading = (struct reading){.number.length = 0};
    struct cursor ahead = *cursor;
    if (take_digits(&ahead, 1, 5, &reading->number) == 0) {
        return false;
    }
    struct cursor party = ahead;
    size_t digits = reading->number.length;
    if (read_party(&party, reading)) {
        *cursor = party;
    } else {
        reading->number.length = digits;
        reading->number.text[digits] = '\0';
        if (!read_state(&ahead, reading)) {
            return false;
        }
        *cursor = ahead;
    }
    return !reading->number.overflow;
}

/* Whether a number may begin here: not inside a word, a date, a fraction or a longer number. */
static bool may_begin(const char *text, size_t at) {
    if (!is_digit((unsigned char)text[at])) {
        return false;
    }
    size_t from = at;
    while (from != 0 && at - from < 4 && ((unsigned char)text[from - 1] & 0xC0) == 0x80) {
        from--;
    }
    struct cursor before = {text, at, from != 0 ? from - 1 : at};
    size_t step;
    uint32_t codepoint = peek(&before, &step);
    bool glued = codepoint != 0 && codepoint < 0x80 && strchr("/-.,+", (int)codepoint) != NULL;
    return !glued && !is_letter(codepoint) && !is_digit(codepoint);
}

static size_t back_over_blanks(const char *text, size_t at) {
    while (at != 0 && strchr(" \t\n:", text[at - 1]) != NULL) {
        at--;
    }
    return at;
}

/* Whether the text before `at` ends with `word`, whose first letter may be in either case. */
static bool ends_with(const char *text, size_t at, const char *word) {
    struct cursor capital = {word, strlen(word), 0};
    size_t first;
    uint32_t upper = peek(&capital, &first);
    char lower[8] = "";
    utf8proc_ssize_t lower_size =
        utf8proc_encode_char(utf8proc_tolower((utf8proc_int32_t)upper), (utf8proc_uint8_t *)lower);
    size_t rest = capital.length - first;
    if (at < rest || memcmp(text + at - rest, word + first, rest) != 0) {
        return false;
    }
    at -= rest;
    return (at >= first && memcmp(text + at - first, word, first) == 0) ||
           (at >= (size_t)lower_size &&
            memcmp(text + at - lower_size, lower, (size_t)lower_size) == 0);
}

/* The noun that stands before the number ("Quy định số"), the longest that fits; "" for none.
 * *ret_announced: "số" or a noun stands there, so that an unknown type is a document too. */
static const char *noun_before(const char *text, size_t at, bool *ret_announced) {
    at = back_over_blanks(text, at);
    *ret_announced = ends_with(text, at, "Số");
    if (*ret_announced) {
        at = back_over_blanks(text, at - strlen("số"));
    }
    const char *found = "";
    for (int i = 0; i < KINDS; i++) {
        if (strlen(kinds[i].kind) > strlen(found) && ends_with(text, at, kinds[i].kind)) {
            found = kinds[i].kind;
        }
    }
    *ret_announced |= *found != '\0';
    return found;
}

/* The Party's QĐ/TW are rules (quy định) far more often than decisions. */
static const char *kind_without_noun(const struct reading *reading) {
    if (strcmp(reading->type, "QĐ") == 0 && strcmp(reading->issuer, "TW") == 0) {
        return "Quy định";
    }
    return kind_of_type(reading->type);
}

/* Whether only what joins a list stands between two numbers: ", ", "; ", " và ". */
static bool is_joint(const char *text, size_t from, size_t until) {
    while (from < until) {
        if (strchr(" ,;\n\t", text[from]) != NULL) {
            from++;
        } else if (until - from >= strlen("và") && memcmp(text + from, "và", strlen("và")) == 0) {
            from += strlen("và");
        } else {
            return false;
        }
    }
    return true;
}

/* The mentions found so far. */
struct mentions {
    struct document_mention *array;
    size_t count, capacity;
    const char *kind; /* of the number before, for lists */
    char type[WORD_SIZE];
    size_t end;
};

static void add_mention(struct mentions *mentions, const struct reading *reading, const char *kind,
                        size_t offset, size_t length) {
    for (size_t i = 0; i < mentions->count; i++) {
        if (strcmp(mentions->array[i].number, reading->number.text) == 0) {
            return;
        }
    }
    mentions->array =
        memory_room(mentions->array, mentions->count, &mentions->capacity, sizeof *mentions->array);
    struct document_mention *mention = &mentions->array[mentions->count++];
    *mention = (struct document_mention){.offset = offset, .length = length};
    strcpy(mention->number, reading->number.text);
    snprintf(mention->kind, sizeof mention->kind, "%s", kind);
}

/* Judges a number read at [from, until) by what stands before it. */
static void consider(struct mentions *mentions, const char *text, size_t from, size_t until,
                     const struct reading *reading) {
    bool announced;
    const char *kind = noun_before(text, from, &announced);
    bool continues = mentions->end != 0 && strcmp(mentions->type, reading->type) == 0 &&
                     is_joint(text, mentions->end, from);
    if (*kind == '\0' && continues) {
        kind = mentions->kind;
    }
    if (*kind == '\0') {
        kind = kind_without_noun(reading);
    }
    if (*kind == '\0' && !announced) {
        return;
    }
    add_mention(mentions, reading, kind, from, until - from);
    mentions->kind = kind;
    mentions->end = until;
    strcpy(mentions->type, reading->type);
}

void document_find(const char *text, size_t length, struct document_mention **ret,
                   size_t *ret_count) {
    struct mentions mentions = {.kind = ""};
    size_t at = 0;
    while (at < length && mentions.count < DOCUMENT_MOST_MENTIONS) {
        struct cursor cursor = {text, length, at};
        struct reading reading;
        if (may_begin(text, at) && read_number(&cursor, &reading)) {
            consider(&mentions, text, at, cursor.at, &reading);
            at = cursor.at;
        } else {
            at++;
        }
    }
    *ret = mentions.array;
    *ret_count = mentions.count;
}

/* Upper case throughout, then known words as offices write them. */
static void raise_case(const char *text, size_t length, struct text *ret) {
    static const char *const mixed[] = {"CTr", "TTr", "QĐi", "QyĐ", "CTrHĐ", "TTg"};
    struct cursor cursor = {text, length, 0};
    size_t step;
    uint32_t codepoint;
    while ((codepoint = peek(&cursor, &step)) != 0) {
        text_add_codepoint(ret, (uint32_t)utf8proc_toupper((utf8proc_int32_t)codepoint));
        cursor.at += step;
    }
    for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++) {
        struct text upper = {0};
        for (cursor = (struct cursor){mixed[i], strlen(mixed[i]), 0};
             (codepoint = peek(&cursor, &step)) != 0; cursor.at += step) {
            text_add_codepoint(&upper, (uint32_t)utf8proc_toupper((utf8proc_int32_t)codepoint));
        }
        char *found = ret->length != 0 ? strstr(ret->bytes, upper.bytes) : NULL;
        bool ends = found != NULL && strchr("/- ", found[upper.length]) != NULL;
        if (ends && strlen(mixed[i]) == upper.length) {
            memcpy(found, mixed[i], upper.length);
        }
        text_finish(&upper);
    }
}

bool document_number_parse(const char *text, char ret[DOCUMENT_NUMBER_SIZE]) {
    struct text raised = {0};
    size_t length = strlen(text);
    bool has_capitals = false;
    struct cursor cursor = {text, length, 0};
    size_t step;
    uint32_t codepoint;
    while ((codepoint = peek(&cursor, &step)) != 0) {
        has_capitals |= is_upper(codepoint);
        cursor.at += step;
    }
    if (has_capitals || length > 4 * DOCUMENT_NUMBER_SIZE) {
        text_add(&raised, text, length);
    } else {
        raise_case(text, length, &raised);
    }
    struct reading reading;
    cursor = (struct cursor){text_string(&raised), raised.length, 0};
    skip_blanks(&cursor);
    bool ok = read_number(&cursor, &reading);
    skip_blanks(&cursor);
    ok = ok && cursor.at == cursor.length;
    if (ok) {
        strcpy(ret, reading.number.text);
    }
    text_finish(&raised);
    return ok;
}
