/* Words as they stand, single letters, and what is left: words nobody listed. */
#include "tts/reader.h"

#include "tts/syllable.h"

size_t rule_word(struct reader *reader, size_t i) {
    const struct token *token = reader_token(reader, i);
    if (token->kind == TOKEN_ADDRESS) {
        reader_problem(reader, READING_ADDRESS, i, i + 1);
        return i + 1;
    }
    if (token->kind != TOKEN_WORD) {
        return i;
    }
    const char *lower = reader_lower(reader, i);
    if (reader_is_exactly(reader, i, "x") && reader->quantity_end == i &&
        reader_is_number(reader, i + 1)) { /* "10 m x 20 m" */
        reader_say(reader, "nhân", i, i + 1, READING_RULE_NUMBER);
        return i + 1;
    }
    if (!token->foreign && syllable_is_valid(lower, token->lower_length)) {
        reader_say(reader, lower, i, i + 1, READING_RULE_WORD);
        return i + 1;
    }
    bool single = token->length == 1 || (token->length == 2 && (unsigned char)*lower >= 0x80);
    const char *name = single ? reader_letter_name(reader_bytes(reader, i), token->length) : NULL;
    if (name != NULL) {
        reader_say(reader, name, i, i + 1, READING_RULE_CODE);
        return i + 1;
    }
    size_t end = quantity_unit(reader, i, false); /* "kg/ha", "(km)" */
    if (end > i) {
        reader_say_words(reader, i, end, READING_RULE_MEASURE);
        return quantity_over(reader, end);
    }
    reader_problem(reader, READING_UNKNOWN, i, i + 1);
    return i + 1;
}
