/* Document numbers: 57-NQ/TW, 749/QĐ-TTg, 30/2020/NĐ-CP, 31/2024/QH15 (house rules C1 and C2). */
#include "tts/reader.h"

#include <string.h>

#define TYPES READER_CLASS(TYPE)
#define ISSUERS READER_CLASS(ISSUER)

struct document {
    size_t number, number_end; /* "12", "12a" */
    size_t year;               /* 0: none */
    size_t type;               /* the token, 0: none */
    size_t issuer, end;        /* issuer tokens are [issuer, end), empty where there is none */
};

/* Words that a number with silent letters may follow: the nouns of all types. */
static const char document_nouns[] =
    "nghị quyết|nghị định|quyết định|quy định|thông tư|chỉ thị|kết luận|kế hoạch|công văn|"
    "chương trình|hướng dẫn|thông báo|tờ trình|báo cáo|công điện|pháp lệnh|luật|đề án|quy chế|"
    "thông tri|văn bản|giấy mời|giấy phép|biên bản|lệnh|hiến pháp|bộ luật|thông cáo|điều lệ|"
    "đề cương|phương án|dự án|hợp đồng";

static bool is_noun_end(const struct reader *reader, size_t i) {
    static const char last_words[] =
        "quyết|định|tư|thị|luận|hoạch|văn|trình|dẫn|báo|cáo|điện|lệnh|luật|"
        "án|chế|tri|bản|mời|phép|pháp|lệ|cương|đồng";
    char noun[64];
    if (!reader_is_word(reader, i - 1, last_words)) {
        return false; /* nearly always, and cheap */
    }
    for (const char *at = document_nouns; at != NULL;) {
        size_t length = strcspn(at, "|");
        memcpy(noun, at, length);
        noun[length] = '\0';
        if (reader_is_after(reader, i, noun)) {
            return true;
        }
        at = at[length] == '|' ? at + length + 1 : NULL;
    }
    return false;
}

bool document_is_announced(const struct reader *reader, size_t i) {
    return is_noun_end(reader, i) ||
           (reader_is_word(reader, i - 1, "số") && is_noun_end(reader, i - 1));
}

static const struct lexicon_entry *find_one(struct reader *reader, const char *bytes, size_t length,
                                            unsigned classes) {
    for (int layer = LEXICON_STATION; layer <= LEXICON_BASE; layer++) {
        struct lexicon_match match =
            lexicon_find(reader->lexicon, (enum lexicon_layer)layer, bytes, length, false);
        for (size_t i = 0; i < match.count; i++) {
            if ((classes & 1u << match.entries[i]->class) != 0) {
                return match.entries[i];
            }
        }
    }
    return NULL;
}

static const struct lexicon_entry *find_token(struct reader *reader, size_t i, unsigned classes) {
    const struct token *token = reader_token(reader, i);
    if (token->kind != TOKEN_WORD) {
        return NULL;
    }
    return find_one(reader, reader_bytes(reader, i), token->length, classes);
}

/* Letters of an issuer: capitals, or mixed as in TTg. */
static bool is_letters(const struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    return token->kind == TOKEN_WORD && token->shape != TOKEN_SMALL && token->length <= 40;
}

/* [issuer, end): "UBND", "QH15", "UBND-VP", "BCĐ389". */
static size_t issuer_end(const struct reader *reader, size_t i) {
    size_t end = i;
    while (end - i < 8) {
        bool first = end == i;
        if (is_letters(reader, end) && (first || reader_is_attached(reader, end))) {
            end++;
        } else if (!first && reader_is_number(reader, end) && reader_is_attached(reader, end)) {
            end++;
        } else if (!first &&
                   (reader_is_sign(reader, end, '-') || reader_is_sign(reader, end, '&') ||
                    reader_is_sign(reader, end, '.')) &&
                   reader_is_attached(reader, end) && is_letters(reader, end + 1) &&
                   reader_is_attached(reader, end + 1)) {
            end += 2;
        } else {
            break;
        }
    }
    return end;
}

static bool is_joint(const struct reader *reader, size_t i) {
    return reader_is_sign(reader, i, '-') || reader_is_sign(reader, i, '/');
}

/* "12", "12a", "12A": the number itself. */
static size_t number_end(const struct reader *reader, size_t i) {
    const struct token *letter = reader_token(reader, i + 1);
    bool suffix = letter->kind == TOKEN_WORD && letter->length == 1 && !letter->spaced &&
                  is_joint(reader, i + 2);
    return i + 1 + suffix;
}

/* After the number and its year: TYPE, and the issuer behind the other joint. */
static bool parse_letters(struct reader *reader, size_t i, struct document *ret) {
    const struct lexicon_entry *type = find_token(reader, i, TYPES);
    if (type != NULL) {
        ret->type = i;
        ret->issuer = ret->end = i + 1;
        if (is_joint(reader, i + 1) && is_letters(reader, i + 2)) {
            ret->issuer = i + 2;
            ret->end = issuer_end(reader, i + 2);
        }
        return true;
    }
    if (!is_letters(reader, i)) {
        return false;
    }
    ret->issuer = i;
    ret->end = issuer_end(reader, i);
    return true;
}

/* Whether what follows the number names a body or is marked as a number by its noun or "số". */
static bool is_certain(struct reader *reader, size_t i, const struct document *document) {
    bool announced = document_is_announced(reader, i);
    if (document->type != 0) {
        /* "5-TB": one joint and no issuer is a number only where a noun announces it. */
        return document->end > document->issuer || announced || document->year != 0 ||
               reader_is_word(reader, i - 1, "số");
    }
    bool known = find_token(reader, document->issuer, ISSUERS) != NULL;
    return document->year != 0 || announced ||
           (known && (reader_is_word(reader, i - 1, "số") || document->end > document->issuer + 1));
}

static bool parse(struct reader *reader, size_t i, struct document *ret) {
    *ret = (struct document){.number = i, .number_end = number_end(reader, i)};
    size_t at = ret->number_end;
    if (reader_is_sign(reader, at, '/') && reader_is_year(reader, at + 1) &&
        is_joint(reader, at + 2)) {
        ret->year = at + 1;
        at += 2;
    }
    if (is_joint(reader, at)) {
        at++;
    } else if (!(reader_token(reader, at)->kind == TOKEN_WORD && is_joint(reader, at + 1) &&
                 find_token(reader, at, TYPES) != NULL && is_letters(reader, at + 2))) {
        return false;
    }
    return parse_letters(reader, at, ret) && is_certain(reader, i, ret);
}

/* ---- what stands before and after ---- */

/* Whether a noun of the type stands before token i in its sentence, near enough. */
static bool noun_before(struct reader *reader, size_t i, const struct document *document) {
    if (document_is_announced(reader, i)) {
        return true; /* "Thông tri số 10-TT/TU": whatever the letters mean elsewhere */
    }
    if (document->type == 0) {
        for (size_t back = 0; back < READER_REACH && back < i; back++) {
            if (is_noun_end(reader, i - back)) {
                return true;
            }
        }
        return false;
    }
    const struct token *type = reader_token(reader, document->type);
    struct lexicon_match match = lexicon_find(
        reader->lexicon, LEXICON_BASE, reader_bytes(reader, document->type), type->length, false);
    for (size_t back = 0; back < READER_REACH && back < i; back++) {
        size_t at = i - back;
        if (back > 0 && (reader_is_sign(reader, at, ';') || reader_is_sign(reader, at, ':'))) {
            /* "Số: 12/KH-UBND", "các nghị quyết: 57-NQ/TW; 59-NQ/TW" */
            if (back > 3 && !reader_is_number(reader, i)) {
                return false;
            }
        }
        for (size_t k = 0; k < match.count; k++) {
            if (match.entries[k]->class == LEXICON_TYPE &&
                reader_is_after(reader, at, match.entries[k]->spoken)) {
                return true;
            }
        }
        /* "NQ số 57-NQ/TW": its abbreviation. */
        const struct token *before = reader_token(reader, at - 1);
        if (before->kind == TOKEN_WORD && before->length == type->length &&
            memcmp(reader_bytes(reader, at - 1), reader_bytes(reader, document->type),
                   type->length) == 0 &&
            !is_joint(reader, at) && !is_joint(reader, at - 2)) {
            return true;
        }
    }
    return false;
}

/* After ", ngày 22/4/2026" or "ngày 22 tháng 4 năm 2026". */
static size_t skip_date(const struct reader *reader, size_t i) {
    size_t at = i + reader_is_sign(reader, i, ',');
    if (!reader_is_word(reader, at, "ngày")) {
        return i;
    }
    at++;
    while (reader_is_number(reader, at) || is_joint(reader, at) ||
           reader_is_sign(reader, at, '.') || reader_is_word(reader, at, "tháng|năm")) {
        at++;
        if (at - i > 12) {
            return i;
        }
    }
    return at + (reader_is_sign(reader, at, ',') && !reader_is_word(reader, at + 1, "về"));
}

static bool names_any(const struct reader *reader, size_t i, const char *alternatives) {
    char phrase[96];
    while (alternatives != NULL && *alternatives != '\0') {
        size_t length = strcspn(alternatives, "|");
        if (length < sizeof phrase) {
            memcpy(phrase, alternatives, length);
            phrase[length] = '\0';
            if (reader_phrase(reader, i, phrase) != 0) {
                return true;
            }
        }
        alternatives = alternatives[length] == '|' ? alternatives + length + 1 : NULL;
    }
    return false;
}

/* Whether the clause around [i, end) names the issuer: "của …" just behind it, or one of its names. */
static bool is_named(const struct reader *reader, size_t i, size_t end,
                     const struct lexicon_entry *issuer) {
    size_t after = skip_date(reader, end);
    if (reader_is_word(reader, after, "của|do")) {
        return true;
    }
    if (issuer == NULL) {
        return false;
    }
    for (size_t at = after; at < after + READER_REACH && !reader_is_border(reader, at); at++) {
        bool another = reader_is_word(reader, at, "số") || reader_is_word(reader, at, "và");
        if (another) {
            break;
        }
        if (names_any(reader, at, issuer->right) || names_any(reader, at, issuer->spoken)) {
            return true;
        }
    }
    for (size_t back = 1; back < READER_REACH && back < i; back++) {
        size_t at = i - back;
        if (reader_is_border(reader, at) || is_joint(reader, at) ||
            reader_is_word(reader, at, "về|hiện|theo|cứ|tại")) {
            break; /* another document's name stands there, not who issued this one */
        }
        if (names_any(reader, at, issuer->right) || names_any(reader, at, issuer->spoken) ||
            (reader_token(reader, at)->shape == TOKEN_CAPITALS && !is_joint(reader, at - 1) &&
             reader_is_exactly(reader, at, issuer->key))) {
            return true;
        }
    }
    return false;
}

/* ---- the words ---- */

static bool ends_with(const struct token *token, const char *bytes, const char *suffix,
                      size_t *ret_stem) {
    size_t length = strlen(suffix);
    if (token->length <= length || memcmp(bytes + token->length - length, suffix, length) != 0) {
        return false;
    }
    *ret_stem = token->length - length;
    return true;
}

/* BTGDVTU: a body of the committee that its last letters name. */
static bool say_compound(struct reader *reader, size_t i) {
    static const char *const suffixes[] = {"TU", "TW", "HU", "ĐU", "TĐTN"};
    const struct token *token = reader_token(reader, i);
    const char *bytes = reader_bytes(reader, i);
    for (size_t k = 0; k < sizeof suffixes / sizeof *suffixes; k++) {
        size_t stem;
        if (!ends_with(token, bytes, suffixes[k], &stem)) {
            continue;
        }
        const struct lexicon_entry *head = find_one(reader, bytes, stem, ISSUERS);
        const struct lexicon_entry *tail =
            find_one(reader, suffixes[k], strlen(suffixes[k]), ISSUERS);
        if (head != NULL && tail != NULL) {
            number_say(&reader->words, head->spoken);
            bool city = strcmp(suffixes[k], "TU") == 0 && reader->tu == ISSUER_THANH_UY;
            number_say(&reader->words, city ? "thành ủy" : tail->spoken);
            return true;
        }
    }
    return false;
}

/* The other bodies of a joint document: 01/2015/TTLT-BNV-BTC. */
static void say_partners(struct reader *reader, const struct document *document) {
    for (size_t at = document->issuer + 2; at < document->end; at += 2) {
        const struct lexicon_entry *issuer = find_token(reader, at, ISSUERS);
        if (issuer != NULL) {
            number_say(&reader->words, "và");
            number_say(&reader->words, issuer->spoken);
        }
    }
}

static void say_issuer(struct reader *reader, const struct document *document,
                       const struct lexicon_entry *issuer) {
    size_t at = document->issuer;
    size_t before = reader->words.length;
    size_t stem;
    number_say(&reader->words, "của");
    if (issuer != NULL) {
        bool city = reader_is_exactly(reader, at, "TU") && reader->tu == ISSUER_THANH_UY;
        number_say(&reader->words, city ? "thành ủy" : issuer->spoken);
    } else if (!say_compound(reader, at)) {
        reader->words.length = before; /* unknown letters are dropped: the number names it */
        if (reader->words.bytes != NULL) {
            reader->words.bytes[before] = '\0';
        }
        return;
    }
    if (document->type != 0 && ends_with(reader_token(reader, document->type),
                                         reader_bytes(reader, document->type), "LT", &stem)) {
        say_partners(reader, document);
    }
    if (reader_is_number(reader, at + 1) && at + 1 < document->end) {
        bool assembly =
            reader_is_exactly(reader, at, "QH") || reader_is_exactly(reader, at, "UBTVQH");
        if (assembly) {
            number_say(&reader->words, "khóa");
        }
        number_cardinal(reader_bytes(reader, at + 1), reader_token(reader, at + 1)->length,
                        &reader->style, &reader->words);
    }
}

static void say_spelled(struct reader *reader, const struct document *document) {
    size_t at = document->type != 0 ? document->type : document->issuer;
    for (; at < document->end; at++) {
        if (!is_joint(reader, at) && reader_token(reader, at)->kind != TOKEN_SIGN) {
            reader_spell(reader, at);
        }
    }
}

/* The noun that the letters stand for, or NULL where only the text could tell. */
static const char *noun_of(struct reader *reader, const struct document *document) {
    if (document->type == 0) {
        bool law = reader_is_exactly(reader, document->issuer, "QH") ||
                   reader_is_exactly(reader, document->issuer, "UBTVQH");
        return law || document->year != 0 ? NULL : "công văn";
    }
    const struct token *type = reader_token(reader, document->type);
    const struct lexicon_entry *entry = find_token(reader, document->type, TYPES);
    /* In the Party's numbers QĐ is a decision or a regulation: the number alone is certain. */
    bool party = reader_is_sign(reader, document->type - 1, '-');
    if (type->length == strlen("QĐ") &&
        memcmp(reader_bytes(reader, document->type), "QĐ", type->length) == 0 && party) {
        return NULL;
    }
    return entry != NULL ? entry->spoken : NULL;
}

static void say_number(struct reader *reader, const struct document *document) {
    const struct token *number = reader_token(reader, document->number);
    number_with_zeros(reader_bytes(reader, document->number), number->length, &reader->style,
                      &reader->words);
    if (document->number_end > document->number + 1) {
        reader_spell(reader, document->number + 1);
    }
    if (document->year != 0) {
        number_say(&reader->words, "năm");
        number_cardinal(reader_bytes(reader, document->year), 4, &reader->style, &reader->words);
    }
}

/* Says [first, document.end), where first is the word "số" or the number. */
static size_t say(struct reader *reader, size_t first, const struct document *document) {
    if (reader_token(reader, document->number)->length > NUMBER_SPELLED_DIGITS_MAX) {
        reader_problem(reader, READING_TOO_LONG, first, document->end);
        return document->end;
    }
    bool known = noun_before(reader, first, document);
    const char *noun = known ? NULL : noun_of(reader, document);
    if (noun != NULL) {
        number_say(&reader->words, noun);
    }
    if (first != document->number || (!known && !reader_is_word(reader, first - 1, "số"))) {
        number_say(&reader->words, "số");
    }
    say_number(reader, document);
    const struct lexicon_entry *issuer =
        document->end > document->issuer ? find_token(reader, document->issuer, ISSUERS) : NULL;
    if (reader->options->document_letters == DOCUMENT_LETTERS_SPELLED) {
        say_spelled(reader, document);
    } else if (reader->options->document_letters == DOCUMENT_LETTERS_EXPANDED &&
               document->end > document->issuer &&
               !is_named(reader, first, document->end, issuer)) {
        say_issuer(reader, document, issuer);
    }
    reader_say_words(reader, first, document->end, READING_RULE_DOCUMENT);
    return document->end;
}

/* "Số -CV/ĐU", "số .../KH-UBND", "Số:    /QĐ-UBND": nothing was filled in. */
static size_t blank_end(struct reader *reader, size_t i) {
    size_t at = i + 1 + reader_is_sign(reader, i + 1, ':');
    while (at - i < 12 && (reader_is_sign(reader, at, '.') || reader_is_sign(reader, at, 0x2026))) {
        at++;
    }
    if (!is_joint(reader, at)) {
        return i;
    }
    at++;
    if (find_token(reader, at, TYPES) == NULL && find_token(reader, at, ISSUERS) == NULL) {
        return i;
    }
    at++;
    return is_joint(reader, at) ? issuer_end(reader, at + 1) : at;
}

/* "Nghị định 49/2024", "Thông tư số 39/2020": number and year without letters. */
static size_t number_and_year(struct reader *reader, size_t i) {
    bool announced = document_is_announced(reader, i);
    if (!announced || !reader_is_sign(reader, i + 1, '/') || !reader_is_year(reader, i + 2) ||
        reader_is_sign(reader, i + 3, '/')) {
        return i;
    }
    struct document document = {.number = i, .number_end = i + 1, .year = i + 2};
    say_number(reader, &document);
    reader_say_words(reader, i, i + 3, READING_RULE_DOCUMENT);
    return i + 3;
}

size_t rule_document(struct reader *reader, size_t i) {
    struct document document;
    if (reader_is_number(reader, i)) {
        if (parse(reader, i, &document)) {
            return say(reader, i, &document);
        }
        return number_and_year(reader, i);
    }
    if (!reader_is_word(reader, i, "số")) {
        return i;
    }
    size_t blank = blank_end(reader, i);
    if (blank > i) {
        reader_problem(reader, READING_BLANK, i, blank);
        return blank;
    }
    size_t number = i + 1 + reader_is_sign(reader, i + 1, ':');
    if (reader_is_number(reader, number) && parse(reader, number, &document)) {
        return say(reader, i, &document);
    }
    return i;
}
