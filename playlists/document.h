/* document (văn bản): an official paper that broadcasts explain, and how its number is found in a
 * text.
 *
 * Numbers are written as Vietnamese offices write them (Decree 30/2020/NĐ-CP; Guide 36-HD/VPTW for
 * the Party): <n>-<TYPE>/<ISSUER> ("57-NQ/TW"), <n>/<year>/<TYPE>-<ISSUER> ("49/2024/NĐ-CP"),
 * <n>/<TYPE>-<ISSUER> ("15/QĐ-UBND"), <n>/<year>/<QH..> ("41/2024/QH15"). Pure; any thread. */
#ifndef LOAXA_PLAYLISTS_DOCUMENT_H
#define LOAXA_PLAYLISTS_DOCUMENT_H

#include "base/civil.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who holds it owns what it points to; document_finish() frees it. Texts are never NULL. */
struct document {
    int64_t id;
    char *number;           /* normalised: "57-NQ/TW"; "" for a document without number */
    char *kind;             /* "Nghị quyết", "Quy định" …; "" where unknown */
    char *issuer;           /* "Bộ Chính trị" */
    char *title;            /* what it is about */
    struct civil_date date; /* year 0: unknown */
    char **topics;
    size_t topics_count;
};
void document_finish(struct document *document);

enum { DOCUMENT_NUMBER_SIZE = 48, DOCUMENT_KIND_SIZE = 32, DOCUMENT_MOST_MENTIONS = 2000 };

/* One mention in a text. */
struct document_mention {
    char number[DOCUMENT_NUMBER_SIZE]; /* normalised */
    char kind[DOCUMENT_KIND_SIZE]; /* the noun before it, as a heading writes it ("Quy định"), else
                                      the one that its type stands for, else "" */
    size_t offset, length;         /* of the number, in bytes */
};

/* Finds the numbers in `text` (UTF-8, in NFC), each once, in the order of their first mention.
 * Dates, telephone numbers, fractions and paragraph numbers are none. At most
 * DOCUMENT_MOST_MENTIONS. The caller frees *ret. */
void document_find(const char *text, size_t length, struct document_mention **ret,
                   size_t *ret_count);

/* Whether the whole text is one number, also in lower case; *ret gets its normal form: no blanks,
 * hyphens for dashes, "Đ" for the Icelandic letter that looks the same, types as offices write them
 * ("CTr", "QĐi", "TTg"). */
bool document_number_parse(const char *text, char ret[DOCUMENT_NUMBER_SIZE]);

#endif
