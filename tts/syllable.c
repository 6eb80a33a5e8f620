#include "tts/syllable.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum tone { TONE_LEVEL, TONE_ACUTE, TONE_GRAVE, TONE_HOOK, TONE_TILDE, TONE_DOT, TONE_COUNT };

/* The twelve vowel letters with the six tones, in the order of enum tone. The ASCII letter stands
 * for the vowel in the tables below: A ă, Z â, E ê, O ô, Q ơ, U ư, and D for đ. */
static const uint16_t vowels[12][TONE_COUNT] = {
    {0x61, 0xE1, 0xE0, 0x1EA3, 0xE3, 0x1EA1},
    {0x103, 0x1EAF, 0x1EB1, 0x1EB3, 0x1EB5, 0x1EB7},
    {0xE2, 0x1EA5, 0x1EA7, 0x1EA9, 0x1EAB, 0x1EAD},
    {0x65, 0xE9, 0xE8, 0x1EBB, 0x1EBD, 0x1EB9},
    {0xEA, 0x1EBF, 0x1EC1, 0x1EC3, 0x1EC5, 0x1EC7},
    {0x69, 0xED, 0xEC, 0x1EC9, 0x129, 0x1ECB},
    {0x6F, 0xF3, 0xF2, 0x1ECF, 0xF5, 0x1ECD},
    {0xF4, 0x1ED1, 0x1ED3, 0x1ED5, 0x1ED7, 0x1ED9},
    {0x1A1, 0x1EDB, 0x1EDD, 0x1EDF, 0x1EE1, 0x1EE3},
    {0x75, 0xFA, 0xF9, 0x1EE7, 0x169, 0x1EE5},
    {0x1B0, 0x1EE9, 0x1EEB, 0x1EED, 0x1EEF, 0x1EF1},
    {0x79, 0xFD, 0x1EF3, 0x1EF7, 0x1EF9, 0x1EF5},
};
static const char vowel_names[] = "aAZeEioOQuUy";

/* Every rime of the orthography, in byte order for bsearch(). */
static const char *const rimes[] = {
    "Ac",   "Am",   "An",   "Ang",  "Ap",   "At",   "E",   "Ech", "Em",   "En",   "Eng",  "Enh",
    "Ep",   "Et",   "Eu",   "O",    "Oc",   "Oi",   "Om",  "On",  "Ong",  "Op",   "Ot",   "Q",
    "Qi",   "Qm",   "Qn",   "Qng",  "Qp",   "Qt",   "U",   "UQc", "UQi",  "UQm",  "UQn",  "UQng",
    "UQp",  "UQt",  "UQu",  "Ua",   "Uc",   "Ui",   "Um",  "Un",  "Ung",  "Ut",   "Uu",   "Zc",
    "Zm",   "Zn",   "Zng",  "Zp",   "Zt",   "Zu",   "Zy",  "a",   "ac",   "ach",  "ai",   "am",
    "an",   "ang",  "anh",  "ao",   "ap",   "at",   "au",  "ay",  "e",    "ec",   "em",   "en",
    "eng",  "eo",   "ep",   "et",   "i",    "iE",   "iEc", "iEm", "iEn",  "iEng", "iEp",  "iEt",
    "iEu",  "ia",   "ich",  "im",   "in",   "inh",  "ip",  "it",  "iu",   "o",    "oAc",  "oAm",
    "oAn",  "oAng", "oAt",  "oa",   "oac",  "oach", "oai", "oam", "oan",  "oang", "oanh", "oao",
    "oap",  "oat",  "oay",  "oc",   "oe",   "oem",  "oen", "oeo", "oep",  "oet",  "oi",   "om",
    "on",   "ong",  "ooc",  "oong", "op",   "ot",   "u",   "uE",  "uEch", "uEnh", "uEt",  "uO",
    "uOc",  "uOi",  "uOm",  "uOn",  "uOng", "uOt",  "uQ",  "uZn", "uZng", "uZt",  "uZy",  "ua",
    "uc",   "ui",   "um",   "un",   "ung",  "up",   "ut",  "uy",  "uyE",  "uyEn", "uyEt", "uya",
    "uych", "uyn",  "uynh", "uyp",  "uyt",  "uyu",  "y",   "yEm", "yEn",  "yEng", "yEt",  "yEu",
    "ych",  "ynh",  "yt",
};

static const char *const onsets[] = {
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d",
    "D",   "g",  "h",  "k",  "l",  "m",  "n",  "p",  "r",  "s",  "t",  "v", "x", "",
};

/* The plain letter and the tone of a code point; 0 where it is no letter of a syllable. */
static char letter_of(uint32_t codepoint, enum tone *ret_tone) {
    *ret_tone = TONE_LEVEL;
    if (codepoint == 0x111) {
        return 'D';
    }
    if (codepoint < 0x80 && strchr("bcdghklmnpqrstvxz", (int)codepoint) != NULL) {
        return (char)codepoint;
    }
    for (int vowel = 0; vowel < 12; vowel++) {
        for (int tone = 0; tone < TONE_COUNT; tone++) {
            if (vowels[vowel][tone] == codepoint) {
                *ret_tone = (enum tone)tone;
                return vowel_names[vowel];
            }
        }
    }
    return '\0';
}

static int compare_rime(const void *key, const void *element) {
    return strcmp(key, *(const char *const *)element);
}

static bool rime_is_valid(const char *rime, enum tone tone) {
    if (bsearch(rime, rimes, sizeof rimes / sizeof *rimes, sizeof *rimes, compare_rime) == NULL) {
        return false;
    }
    char last = rime[strlen(rime) - 1];
    bool stopped =
        last == 'p' || last == 't' || last == 'c' || (last == 'h' && rime[strlen(rime) - 2] == 'c');
    return !stopped || tone == TONE_ACUTE || tone == TONE_DOT;
}

/* "yêu" and "uyên" need no more; "iê" and "uô" never end a syllable (they are written ia, ua). */
static bool plain_is_valid(const char *plain, enum tone tone) {
    if (strcmp(plain, "za") == 0) {
        return tone == TONE_LEVEL; /* house rule F1: "za lô" */
    }
    for (size_t i = 0; i < sizeof onsets / sizeof *onsets; i++) {
        size_t length = strlen(onsets[i]);
        if (strncmp(plain, onsets[i], length) != 0) {
            continue;
        }
        const char *rime = plain + length;
        bool open = strcmp(rime, "iE") == 0 || strcmp(rime, "uO") == 0 || strcmp(rime, "uyE") == 0;
        /* c, g before these are written k, gh; espeak-ng takes "ge" and "buy" for English, and
         * says "gi" without a vowel. */
        bool soft = length == 1 && strchr("cg", plain[0]) != NULL && *rime != '\0' &&
                    (strchr("eEy", *rime) != NULL || (*plain == 'c' && *rime == 'i'));
        bool odd = strcmp(plain, "gi") == 0 && tone == TONE_LEVEL;
        odd = odd || (strncmp(plain, "buy", 3) == 0 && tone == TONE_LEVEL);
        /* yê without u stands alone ("yêu") or after qu ("quyên"). */
        bool stray = rime[0] == 'y' && rime[1] != '\0' && length != 0 && onsets[i][0] != 'q';
        if (*rime != '\0' && !open && !stray && !soft && !odd && rime_is_valid(rime, tone)) {
            return true;
        }
    }
    return false;
}

bool syllable_is_valid(const char *bytes, size_t length) {
    char plain[SYLLABLE_BYTES_MAX];
    size_t count = 0;
    enum tone tone = TONE_LEVEL;
    if (length == 0 || length > SYLLABLE_BYTES_MAX) {
        return false;
    }
    for (size_t at = 0; at < length;) {
        uint32_t codepoint;
        size_t step = text_decode(bytes + at, length - at, &codepoint);
        enum tone own;
        char letter = step != 0 ? letter_of(codepoint, &own) : '\0';
        if (letter == '\0' || (own != TONE_LEVEL && tone != TONE_LEVEL) ||
            count + 1 == sizeof plain) {
            return false;
        }
        tone = own != TONE_LEVEL ? own : tone;
        plain[count++] = letter;
        at += step;
    }
    plain[count] = '\0';
    return plain_is_valid(plain, tone);
}

bool syllables_are_valid(const char *bytes, size_t length) {
    size_t begin = 0;
    for (size_t at = 0; at <= length; at++) {
        if (at == length || bytes[at] == ' ') {
            if (!syllable_is_valid(bytes + begin, at - begin)) {
                return false;
            }
            begin = at + 1;
        }
    }
    return true;
}

/* Old and new placement, as pairs of endings; "quý" is of neither kind. */
static const char *const endings[][2] = {
    {"oà", "òa"}, {"oá", "óa"}, {"oả", "ỏa"}, {"oã", "õa"}, {"oạ", "ọa"},
    {"oè", "òe"}, {"oé", "óe"}, {"oẻ", "ỏe"}, {"oẽ", "õe"}, {"oẹ", "ọe"},
    {"uỳ", "ùy"}, {"uý", "úy"}, {"uỷ", "ủy"}, {"uỹ", "ũy"}, {"uỵ", "ụy"},
};

void syllable_fold_tone(const char *bytes, size_t length, struct text *ret) {
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const char *old = endings[i][0];
        size_t size = strlen(old);
        if (length >= size && memcmp(bytes + length - size, old, size) == 0) {
            bool after_q = length > size && bytes[length - size - 1] == 'q';
            if (!after_q) {
                text_add(ret, bytes, length - size);
                text_add_string(ret, endings[i][1]);
                return;
            }
        }
    }
    text_add(ret, bytes, length);
}

void syllable_plain(const char *bytes, size_t length, struct text *ret) {
    static const char plain_vowels[] = "aaaeeiooouuy";
    for (size_t at = 0; at < length;) {
        uint32_t codepoint;
        size_t step = text_decode(bytes + at, length - at, &codepoint);
        enum tone tone;
        char letter = codepoint == 'z' || step == 0 ? '\0' : letter_of(codepoint, &tone);
        const char *vowel = letter != '\0' ? strchr(vowel_names, letter) : NULL;
        if (vowel != NULL) {
            text_add(ret, &plain_vowels[vowel - vowel_names], 1);
        } else if (letter == 'D') {
            text_add(ret, "d", 1);
        } else {
            text_add(ret, bytes + at, step != 0 ? step : 1);
        }
        at += step != 0 ? step : 1;
    }
}
