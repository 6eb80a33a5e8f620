/* occurrence: one planned happening of a series, and the identity it keeps when it is moved. */
#ifndef LOAXA_SCHEDULER_OCCURRENCE_H
#define LOAXA_SCHEDULER_OCCURRENCE_H

#include "base/civil.h"
#include "base/fail.h"

#include <stdbool.h>
#include <stdint.h>

/* The series, the original civil start and the UTC offset in force then (docs/formats/diary.md). */
struct occurrence_key {
    char origin; /* 's' a segment's series; 'm' manual, 'l' live, 'e' emergency, 't' test */
    int64_t series;
    struct civil original;
    int32_t utc_offset_s;
};

enum { OCCURRENCE_TEXT_SIZE = 64 };
/* "s12@20261201T171000+0700" and back; a strict parser. */
void occurrence_format(const struct occurrence_key *key, char text[OCCURRENCE_TEXT_SIZE]);
bool occurrence_parse(const char *text, struct occurrence_key *ret_key, struct fail *why);
/* Whether both are the same identity. */
bool occurrence_same(const struct occurrence_key *a, const struct occurrence_key *b);
/* A total order: by original instant, then origin and series. */
int occurrence_compare(const struct occurrence_key *a, const struct occurrence_key *b);

#endif
