#include "tts/source.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* A base letter with more combining marks than this is no letter of any language (Unicode's
 * stream-safe format allows 30); the rest starts a cluster of its own. */
#define CLUSTER_MAX 30
/* A line at least this wide was probably broken by a word processor, not by its author. */
#define WRAPPED_COLUMNS 55
/* The same for lines that no blank line parts, where a shorter one may be a heading's first. */
#define WRAPPED_COLUMNS_CLOSE 38

static void add(struct source *source, const char *bytes, size_t length, size_t from) {
    text_add(&source->text, bytes, length);
    size_t needed = source->text.length + 1;
    if (needed > source->origin_capacity) {
        source->origin_capacity = source->text.capacity + 1;
        source->origin = memory_resize(source->origin, source->origin_capacity, sizeof(uint32_t));
    }
    for (size_t i = needed - 1 - length; i < needed; i++) {
        source->origin[i] = (uint32_t)from;
    }
}

static void add_fault(struct source *source, bool hidden, size_t begin, size_t end) {
    size_t count = source->fault_count;
    if (count != 0 && source->faults[count - 1].hidden == hidden &&
        source->faults[count - 1].end == begin) {
        source->faults[count - 1].end = (uint32_t)end;
        return;
    }
    source->faults =
        memory_room(source->faults, count, &source->fault_capacity, sizeof *source->faults);
    source->faults[source->fault_count++] =
        (struct source_fault){.hidden = hidden, .begin = (uint32_t)begin, .end = (uint32_t)end};
}

/* Zero-width characters that carry nothing: byte order marks, soft hyphens, joiners. */
static bool is_invisible(uint32_t c) {
    return c == 0xAD || c == 0xFEFF || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2060 && c <= 0x2064) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0x34F;
}

/* Characters that make the eye see something else than what is read: controls, and overrides and
 * isolates of the writing direction. */
static bool is_hidden(uint32_t c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v') ||
           c == 0x7F || (c >= 0x80 && c <= 0x9F && c != 0x85) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || (c >= 0xE0000 && c <= 0xE007F);
}

/* One spelling for signs that have many. 0 where the character stays as it is. */
static const char *plain_form(uint32_t c) {
    switch (c) {
    case '\t':
    case '\f':
    case '\v':
    case 0xA0:
    case 0x1680:
    case 0x202F:
    case 0x205F:
    case 0x3000:
        return " ";
    case '\r':
    case 0x85:
    case 0x2028:
    case 0x2029:
        return "\n";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
    case 0xFE58:
    case 0xFF0D:
        return "-";
    case 0xD0:
        return "Đ"; /* the Icelandic letter, from converted old encodings */
    case 0xF0:
        return "đ";
    case 0xBA:
    case 0x2DA:
        return "°";
    case 0x2044:
    case 0x2215:
        return "/";
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x2032:
    case 0x2BC:
    case 0xB4:
        return "'";
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0xAB:
    case 0xBB:
    case 0x2033:
        return "\"";
    case 0x2219:
    case 0x22C5:
        return "·";
    case 0x212A:
        return "K";
    case 0x2113:
        return "l";
    case 0x3BC:
    case 0xB5:
        return "µ";
    default:
        return c >= 0x2000 && c <= 0x200A ? " " : NULL;
    }
}

static void add_codepoint(struct source *source, uint32_t c, const char *at, size_t length,
                          size_t from) {
    const char *plain = c < 0x80 && c >= 0x20 ? NULL : plain_form(c);
    char wide;
    if (plain != NULL) {
        add(source, plain, strlen(plain), from);
    } else if (c >= 0xFF01 && c <= 0xFF5E) { /* full-width forms */
        wide = (char)(c - 0xFF01 + 0x21);
        add(source, &wide, 1, from);
    } else {
        add(source, at, length, from);
    }
}

/* A base with its combining marks, or a letter whose composed form is another one. */
static void add_cluster(struct source *source, const char *at, size_t length, size_t from) {
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t count = utf8proc_map((const utf8proc_uint8_t *)at, (utf8proc_ssize_t)length,
                                          &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    const char *bytes = (const char *)composed;
    for (size_t i = 0; count > 0 && i < (size_t)count;) {
        uint32_t c;
        size_t step = text_decode(bytes + i, (size_t)count - i, &c);
        add_codepoint(source, c, bytes + i, step, from);
        i += step;
    }
    free(composed);
}

static bool is_mark(uint32_t c) {
    return c >= 0x300 && utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_MN;
}

static size_t cluster_length(const char *at, size_t left, size_t length, bool *ret_marked) {
    *ret_marked = false;
    for (int marks = 0; marks < CLUSTER_MAX && length < left; marks++) {
        uint32_t c;
        size_t step =
            (unsigned char)at[length] < 0xCC ? 0 : text_decode(at + length, left - length, &c);
        if (step == 0 || is_invisible(c) || !is_mark(c)) {
            break;
        }
        *ret_marked = true;
        length += step;
    }
    return length;
}

static void compose(struct source *source, const char *original, size_t length) {
    for (size_t at = 0; at < length;) {
        uint32_t c;
        size_t step = text_decode(original + at, length - at, &c);
        if (step == 0) {
            add_fault(source, false, at, at + 1);
            add(source, " ", 1, at);
            at++;
            continue;
        }
        if (is_hidden(c)) {
            add_fault(source, true, at, at + step);
            at += step;
            continue;
        }
        if (is_invisible(c)) {
            at += step;
            continue;
        }
        bool marked;
        size_t whole = cluster_length(original + at, length - at, step, &marked);
        if (marked || (c >= 0x340 && c < 0x1000) || c >= 0x1F00) {
            add_cluster(source, original + at, whole, at);
        } else {
            add_codepoint(source, c, original + at, step, at);
        }
        at += whole;
    }
    add(source, "", 0, length);
}

/* ---- lines into paragraphs ---- */

struct line {
    const char *begin, *end; /* without blanks at either end */
    size_t columns;
    bool has_small; /* a small letter: no heading in capitals */
};

static struct line line_at(const char *begin, const char *end) {
    while (begin < end && *begin == ' ') {
        begin++;
    }
    while (end > begin && end[-1] == ' ') {
        end--;
    }
    struct line line = {.begin = begin, .end = end};
    for (const char *at = begin; at < end;) {
        uint32_t c;
        size_t step = text_decode(at, (size_t)(end - at), &c);
        line.columns++;
        line.has_small = line.has_small || (c >= 'a' && c <= 'z');
        at += step != 0 ? step : 1;
    }
    return line;
}

static bool ends_with_word(const struct line *line) {
    /* Words after which nothing ends. */
    static const char *const open[] = {" của",  " và", " các",   " những", " về",  " với", " cho",
                                       " tại",  " ở",  " trong", " từ",    " đến", " do",  " là",
                                       " theo", " số", " ngày",  " khóa",  " lần", " thứ", " bằng",
                                       " được", " để", " tháng", " năm",   " mỗi", " -"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        size_t length = strlen(open[i]);
        if ((size_t)(line->end - line->begin) > length &&
            memcmp(line->end - length, open[i], length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* "1. ", "1.2. ", "(3)", "a) ", "IV. ", "II- ": the head of a numbered paragraph. */
static bool begins_item(const struct line *line) {
    const char *at = line->begin;
    if (at < line->end && *at == '(') {
        at++;
    }
    const char *first = at;
    while (at < line->end && (is_digit(*at) || (*at == '.' && at > first && is_digit(at[-1])))) {
        at++;
    }
    if (at > first && at[-1] == '.') {
        return at - first <= 8 && (at == line->end || *at == ' ');
    }
    if (at == first) {
        while (at < line->end && at - first < 6 && strchr("IVX", *at) != NULL) {
            at++;
        }
    }
    if (at == first && at < line->end && *at >= 'a' && *at <= 'z') {
        at++;
        return at < line->end && (*at == ')' || *at == '.');
    }
    return at > first && at < line->end && (*at == ')' || *at == '.' || *at == '-' || *at == '/') &&
           (at + 1 == line->end || at[1] == ' ');
}

static bool begins_bullet(const struct line *line) {
    static const char *const bullets[] = {"- ", "+ ", "* ", "•", "·",  "▪", "●",
                                          "–",  "#",  "|",  ">", "**", "-", "+"};
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
        size_t length = strlen(bullets[i]);
        if ((size_t)(line->end - line->begin) >= length &&
            memcmp(line->begin, bullets[i], length) == 0) {
            return true;
        }
    }
    return false;
}

/* Formulas that open a part of an official document. */
static bool begins_head(const struct line *line) {
    static const char *const heads[] = {"Kính gửi", "KÍNH GỬI", "Nơi nhận", "NƠI NHẬN", "T/M ",
                                        "TM. ",     "V/v ",     "Số ",      "Số:"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        size_t length = strlen(heads[i]);
        if ((size_t)(line->end - line->begin) > length &&
            memcmp(line->begin, heads[i], length) == 0) {
            return true;
        }
    }
    return false;
}

static bool begins_small(const struct line *line) {
    uint32_t c;
    if (text_decode(line->begin, (size_t)(line->end - line->begin), &c) == 0) {
        return false;
    }
    return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
}

/* Whether `next` goes on where `line` stopped. `close`: no blank line between them. */
static bool continues(const struct line *line, const struct line *next, bool close) {
    char last = line->end[-1];
    if (begins_head(next)) {
        return false;
    }
    /* "nhiệm kỳ 2020" / "- 2025." */
    const char *at = next->begin;
    if (is_digit(last) && next->end - at > 2 && at[0] == '-' && at[1] == ' ' && is_digit(at[2])) {
        return true;
    }
    if (begins_bullet(next) || begins_item(next) || strchr(".?!:;", last) != NULL) {
        return false;
    }
    if (ends_with_word(line)) {
        return true;
    }
    if (begins_small(next)) {
        return line->has_small;
    }
    if (line->has_small != next->has_small) {
        return false;
    }
    return line->columns >= (close ? WRAPPED_COLUMNS_CLOSE : WRAPPED_COLUMNS);
}

/* Replaces each line end by a space where the text goes on, and leaves '\n' where it does not. */
static void join_lines(struct source *source, bool single_line) {
    char *bytes = source->text.bytes;
    char *end = bytes + source->text.length;
    struct line previous = {0};
    char *pending = NULL; /* the first line end after `previous` */
    for (char *begin = bytes; begin < end;) {
        char *stop = memchr(begin, '\n', (size_t)(end - begin));
        stop = stop != NULL ? stop : end;
        struct line line = line_at(begin, stop);
        if (line.begin < line.end) {
            if (pending != NULL) {
                bool close = memchr(pending + 1, '\n', (size_t)(begin - pending - 1)) == NULL ||
                             begin - pending <= 1;
                bool joined = single_line || continues(&previous, &line, close);
                memset(pending, ' ', (size_t)(begin - pending));
                *pending = joined ? ' ' : '\n';
            }
            previous = line;
            pending = NULL;
        }
        if (stop < end && pending == NULL) {
            pending = previous.begin != NULL ? stop : NULL;
            if (previous.begin == NULL) {
                *stop = ' ';
            }
        }
        begin = stop + 1;
    }
    if (pending != NULL) {
        memset(pending, ' ', (size_t)(end - pending));
    }
}

void source_read(struct source *ret, const char *original, size_t length, bool single_line) {
    compose(ret, original, length);
    if (ret->text.length != 0 && memchr(ret->text.bytes, '\n', ret->text.length) != NULL) {
        join_lines(ret, single_line);
    }
}

void source_finish(struct source *source) {
    text_finish(&source->text);
    free(source->origin);
    free(source->faults);
    *source = (struct source){0};
}
