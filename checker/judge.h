/* judge: the invariants of docs/formats/diary.md over a finished record. */
#ifndef LOAXA_CHECKER_JUDGE_H
#define LOAXA_CHECKER_JUDGE_H

#include "checker/breach.h"
#include "checker/floor.h"
#include "checker/record.h"

#include <stdint.h>

/* What a moment may differ by before it counts. */
#define EARLY_NS INT64_C(5000000)        /* the page's own figure */
#define LATE_NS INT64_C(100000000)       /* the card's start, a loaded machine */
#define SAME_STRETCH_NS INT64_C(5000000) /* rounding of periods */
#define ACROSS_NS INT64_C(2000000000)    /* a stepped clock is noticed within this */

/* Rules 2 and 3: each occurrence one outcome that its airings bear out; each airing closed. */
void judge_outcomes(const struct record *record, struct breaches *breaches);
/* Rules 4 to 9 and the floor's hours as far as the diary tells. */
void judge_sound(const struct record *record, const struct floor_hours *floor,
                 struct breaches *breaches);

#endif
