/* Abbreviations and foreign words, by the lexicon (house rules A1 and F1). */
#include "tts/reader.h"

#include "tts/syllable.h"

#define WORDS (READER_CLASS(ABBREVIATION) | READER_CLASS(FOREIGN) | READER_CLASS(NAME))

static enum reading_rule rule_of(const struct lexicon_entry *entry) {
    return entry->class == LEXICON_ABBREVIATION ? READING_RULE_ABBREVIATION : READING_RULE_FOREIGN;
}

size_t rule_station(struct reader *reader, size_t i) {
    if (reader->lexicon == NULL) {
        return i;
    }
    struct reader_match match = reader_lookup(reader, LEXICON_STATION, i, WORDS, false);
    if (match.entry == NULL) {
        return i;
    }
    reader_say(reader, match.entry->spoken, i, match.end, READING_RULE_LEXICON);
    return match.end;
}

/* A whole word of the key's last part: "TP" does not match in "TPhai" since tokens are runs of
 * letters, but "m" of a key must not match before "²". */
size_t rule_abbreviation(struct reader *reader, size_t i) {
    struct reader_match match = reader_lookup(reader, LEXICON_BASE, i, WORDS, false);
    if (match.entry == NULL && !match.ambiguous) {
        const struct token *token = reader_token(reader, i);
        bool plain = token->kind == TOKEN_WORD &&
                     syllable_is_valid(reader_lower(reader, i), token->lower_length);
        if (plain || token->kind != TOKEN_WORD) {
            return i;
        }
        for (int layer = LEXICON_STATION; layer <= LEXICON_BASE && match.entry == NULL; layer++) {
            match = reader_lookup(reader, (enum lexicon_layer)layer, i,
                                  READER_CLASS(FOREIGN) | READER_CLASS(NAME), true);
        }
    }
    if (match.entry != NULL) {
        reader_say(reader, match.entry->spoken, i, match.end, rule_of(match.entry));
        return match.end;
    }
    if (match.ambiguous) {
        const struct token *token = reader_token(reader, i);
        bool plain = token->kind == TOKEN_WORD && token->shape != TOKEN_CAPITALS &&
                     syllable_is_valid(reader_lower(reader, i), token->lower_length);
        /* "T.V.H", "lô P": the letters themselves, not "T." for "tỉnh". */
        bool initial = token->length == 1 ||
                       (token->length == 2 && (unsigned char)*reader_bytes(reader, i) >= 0x80);
        if (plain || initial) {
            return i;
        }
        reader_problem(reader, READING_AMBIGUOUS, i, match.end);
        return match.end;
    }
    return i;
}
