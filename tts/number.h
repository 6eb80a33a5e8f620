/* number: how Vietnamese says numbers (house rules N1 to N3). Digits come as ASCII text, so that
 * leading zeros and any length are seen; each function adds words, separated by one space, to *ret.
 * Thread: any. Pure. */
#ifndef LOAXA_TTS_NUMBER_H
#define LOAXA_TTS_NUMBER_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More digits than this are no quantity any more: a reading would be a minute of noughts. */
#define NUMBER_CARDINAL_DIGITS_MAX 18
/* And this is the longest thing that is read digit by digit (an account, an identity number). */
#define NUMBER_SPELLED_DIGITS_MAX 24

struct number_style {
    bool ngan; /* ngàn for nghìn */
    bool le;   /* lẻ for linh */
};

/* Adds `words` to *ret with a space before it where *ret is not empty. */
void number_say(struct text *ret, const char *words);

/* 2026 "hai nghìn không trăm hai mươi sáu"; leading zeros are silent, "000" is "không".
 * `length` must not exceed NUMBER_CARDINAL_DIGITS_MAX after its leading zeros. */
void number_cardinal(const char *digits, size_t length, const struct number_style *style,
                     struct text *ret);
void number_cardinal_value(uint64_t value, const struct number_style *style, struct text *ret);

/* "0912" "không chín một hai". */
void number_spelled(const char *digits, size_t length, struct text *ret);

/* With its leading zeros spoken, as in a document number: 04 "không bốn", 57 "năm mươi bảy". */
void number_with_zeros(const char *digits, size_t length, const struct number_style *style,
                       struct text *ret);

/* The part after "phẩy": 15 "mười lăm", 007 "không không bảy", 1416 "một bốn một sáu". */
void number_decimals(const char *digits, size_t length, const struct number_style *style,
                     struct text *ret);

/* After "thứ": 1 "nhất", 4 "tư", else the cardinal. */
void number_ordinal(uint64_t value, const struct number_style *style, struct text *ret);

/* After "tháng" and after "phần": 4 is "tư". */
void number_month(uint64_t value, const struct number_style *style, struct text *ret);

/* The value of a Roman numeral in capitals, in its one correct spelling, 1 to 3999. */
bool number_roman(const char *letters, size_t length, uint32_t *ret);

/* The value of at most 18 digits. */
uint64_t number_value(const char *digits, size_t length);

#endif
