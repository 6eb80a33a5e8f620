#include "tts/token.h"

#include "base/memory.h"
#include "tts/syllable.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool is_letter(uint32_t c) {
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    if (c == 0xB5 || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) ||
        (c >= 0x1E00 && c <= 0x1EFF)) {
        return true;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    /* A letterlike sign (ª, ℃) is no letter of a word; a combining mark that did not compose is. */
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO && c > 0x24F &&
            !(c >= 0x2070 && c <= 0x2BFF)) ||
           (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct token *add_token(struct tokens *tokens, enum token_kind kind, size_t at,
                               size_t length) {
    tokens->list =
        memory_room(tokens->list, tokens->count, &tokens->capacity, sizeof *tokens->list);
    struct token *token = &tokens->list[tokens->count++];
    *token = (struct token){.kind = (uint8_t)kind, .at = (uint32_t)at, .length = (uint32_t)length};
    return token;
}

/* Lower case, with one placement of the tone mark. */
static void read_word(struct tokens *tokens, const char *bytes, size_t at, size_t length) {
    struct token *token = add_token(tokens, TOKEN_WORD, at, length);
    struct text *lower = &tokens->lower;
    size_t begin = lower->length;
    unsigned capitals = 0, smalls = 0;
    bool first_capital = false;
    for (size_t i = at; i < at + length;) {
        uint32_t c;
        size_t step = text_decode(bytes + i, at + length - i, &c);
        uint32_t small = c < 0x80 ? (c >= 'A' && c <= 'Z' ? c + 32 : c)
                                  : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
        bool capital = small != c;
        first_capital = i == at ? capital : first_capital;
        capitals += capital;
        smalls += !capital;
        token->foreign = token->foreign || (c > 0x24F && (c < 0x1E00 || c > 0x1EFF));
        if (small < 0x80) {
            char ascii = (char)small;
            text_add(lower, &ascii, 1);
        } else {
            text_add_codepoint(lower, small);
        }
        i += step;
    }
    if (capitals == 0) {
        token->shape = TOKEN_SMALL;
    } else if (capitals == 1 && first_capital) {
        token->shape = TOKEN_CAPITAL;
    } else {
        token->shape = smalls == 0 ? TOKEN_CAPITALS : TOKEN_MIXED;
    }
    size_t size = lower->length - begin;
    if (size >= 3 && size <= SYLLABLE_BYTES_MAX) {
        char plain[SYLLABLE_BYTES_MAX];
        memcpy(plain, lower->bytes + begin, size);
        lower->length = begin;
        syllable_fold_tone(plain, size, lower);
    }
    token->lower_at = (uint32_t)begin;
    token->lower_length = (uint32_t)(lower->length - begin);
    text_add(lower, "", 1);
}

/* The end of a run of letters, or of digits. */
static size_t run_end(const char *bytes, size_t at, size_t length, bool digits) {
    while (at < length) {
        if (digits) {
            if (!is_digit(bytes[at])) {
                break;
            }
            at++;
            continue;
        }
        uint32_t c;
        size_t step = text_decode(bytes + at, length - at, &c);
        if (step == 0 || !is_letter(c)) {
            break;
        }
        at += step;
    }
    return at;
}

/* ---- addresses ---- */

static size_t chunk_end(const char *bytes, size_t at, size_t length) {
    while (at < length && strchr(" \"<>()[]{},;", bytes[at]) == NULL) {
        at++;
    }
    return at;
}

static bool is_top_domain(const char *label, size_t length) {
    static const char *const names[] = {"vn",   "com",    "net",  "org",   "edu", "gov",
                                        "info", "io",     "asia", "app",   "me",  "tv",
                                        "xyz",  "online", "site", "store", "biz"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == length && strncasecmp(names[i], label, length) == 0) {
            return true;
        }
    }
    return false;
}

/* "thainguyen.gov.vn/tin-tuc": labels of ASCII letters, digits and hyphens up to a known domain. */
static bool is_domain(const char *at, const char *end) {
    const char *label = at;
    int labels = 0;
    for (const char *c = at;; c++) {
        if (c < end && (is_ascii_letter(*c) || is_digit(*c) || *c == '-')) {
            continue;
        }
        if (c == label) {
            return false;
        }
        labels++;
        if (c == end || *c != '.') {
            return labels >= 2 && is_top_domain(label, (size_t)(c - label)) &&
                   (c == end || *c == '/' || *c == ':' || *c == '?');
        }
        label = c + 1;
    }
}

static bool is_mail(const char *at, const char *end) {
    const char *sign = memchr(at, '@', (size_t)(end - at));
    return sign != NULL && sign > at && sign + 3 < end && is_domain(sign + 1, end);
}

/* The end of an address that begins at `at`, or `at`. */
static size_t address_end(const char *bytes, size_t at, size_t length) {
    size_t stop = chunk_end(bytes, at, length);
    while (stop > at && strchr(".,:;?!'*_", bytes[stop - 1]) != NULL) {
        stop--;
    }
    const char *begin = bytes + at, *end = bytes + stop;
    if (end - begin < 4) {
        return at;
    }
    const char *colon = memchr(begin, ':', (size_t)(end - begin));
    bool scheme = colon != NULL && end - colon > 3 && colon[1] == '/' && colon[2] == '/' &&
                  is_ascii_letter(*begin);
    bool www = strncasecmp(begin, "www.", 4) == 0;
    return scheme || www || is_mail(begin, end) || is_domain(begin, end) ? stop : at;
}

/* ---- mark-up ---- */

/* <b>, </p>, <br/>: the length of a tag of HTML, or 0. */
static size_t tag_length(const char *bytes, size_t at, size_t length) {
    static const char *const names[] = {
        "b",  "i",  "u",  "p",  "br", "em",  "strong", "div",   "span", "a",  "h1", "h2",
        "h3", "h4", "ul", "ol", "li", "sup", "sub",    "table", "tr",   "td", "th", "font"};
    size_t begin = at + 1 + (at + 1 < length && bytes[at + 1] == '/');
    size_t end = begin;
    while (end < length && end - begin < 8 &&
           (is_ascii_letter(bytes[end]) || is_digit(bytes[end]))) {
        end++;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i]) == end - begin &&
            strncasecmp(names[i], bytes + begin, end - begin) == 0) {
            size_t limit = length - at < 300 ? length : at + 300;
            const char *close = memchr(bytes + end, '>', limit - end);
            bool whole =
                end < length && (bytes[end] == '>' || bytes[end] == ' ' || bytes[end] == '/');
            return close != NULL && whole ? (size_t)(close - (bytes + at)) + 1 : 0;
        }
    }
    return 0;
}

static size_t entity_length(const char *bytes, size_t at, size_t length, uint32_t *ret_sign) {
    static const struct {
        const char *name;
        uint32_t sign;
    } entities[] = {{"&nbsp;", ' '}, {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}};
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        size_t size = strlen(entities[i].name);
        if (length - at >= size && memcmp(bytes + at, entities[i].name, size) == 0) {
            *ret_sign = entities[i].sign;
            return size;
        }
    }
    return 0;
}

/* Emphasis of Markdown, tags of HTML, escapes: `*`, `_`, `~~`, backquote, backslash. */
static size_t markup_length(const char *bytes, size_t at, size_t length) {
    switch (bytes[at]) {
    case '*':
    case '_':
    case '`':
    case '\\':
    case '\x7E':
        return bytes[at] != '~' || (at + 1 < length && bytes[at + 1] == '~') ? 1 : 0;
    case '<':
        return tag_length(bytes, at, length);
    default:
        return 0;
    }
}

static size_t read_sign(struct tokens *ret, const char *bytes, size_t at, size_t length) {
    uint32_t c;
    size_t step = bytes[at] == '&' ? entity_length(bytes, at, length, &c) : 0;
    if (step == 0) {
        step = text_decode(bytes + at, length - at, &c);
    }
    if (c != ' ') {
        add_token(ret, TOKEN_SIGN, at, step)->sign = c;
    }
    return step;
}

void tokens_read(struct tokens *ret, const char *bytes, size_t length) {
    ret->count = 0;
    text_clear(&ret->lower);
    add_token(ret, TOKEN_END, 0, 0);
    bool spaced = true;
    bool fresh = true; /* nothing of this run without blanks was looked at yet */
    for (size_t at = 0; at < length;) {
        if (bytes[at] == ' ') {
            spaced = fresh = true;
            at++;
            continue;
        }
        size_t markup = markup_length(bytes, at, length);
        if (markup != 0) {
            at += markup;
            continue;
        }
        size_t before = ret->count;
        size_t end = fresh && (is_ascii_letter(bytes[at]) || is_digit(bytes[at]))
                         ? address_end(bytes, at, length)
                         : at;
        bool opened = strchr("\"<([{,;", bytes[at]) != NULL;
        if (end > at) {
            add_token(ret, TOKEN_ADDRESS, at, end - at);
        } else if (is_digit(bytes[at])) {
            end = run_end(bytes, at, length, true);
            add_token(ret, TOKEN_NUMBER, at, end - at);
        } else if ((end = run_end(bytes, at, length, false)) > at) {
            read_word(ret, bytes, at, end - at);
        } else {
            end = at + read_sign(ret, bytes, at, length);
        }
        if (ret->count > before) {
            ret->list[before].spaced = spaced;
            spaced = false;
        } else {
            spaced = true;
        }
        fresh = opened;
        at = end;
    }
    add_token(ret, TOKEN_END, length, 0)->spaced = true;
    ret->count -= 2;
}

void tokens_finish(struct tokens *tokens) {
    free(tokens->list);
    text_finish(&tokens->lower);
    *tokens = (struct tokens){0};
}
