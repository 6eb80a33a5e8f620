/* moment: instants and lengths as this station's people read them. */
#ifndef LOAXA_CLI_MOMENT_H
#define LOAXA_CLI_MOMENT_H

#include "base/walltime.h"
#include "base/zone.h"

#include <stdint.h>

enum { MOMENT_TEXT_SIZE = 48 };
/* "2026-12-01 17:10:00" in `zone`; "" for 0 and for WALLTIME_NEVER. */
void moment_format(const struct zone *zone, int64_t us, char text[MOMENT_TEXT_SIZE]);
/* "17:10:00". */
void moment_format_time(const struct zone *zone, int64_t us, char text[MOMENT_TEXT_SIZE]);
/* "15:00", "1:02:03". */
void moment_format_length(int64_t us, char text[MOMENT_TEXT_SIZE]);
/* "Tuesday", in the language of the process. */
const char *moment_weekday(enum weekday weekday);

#endif
