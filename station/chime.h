/* chime: the demo station's signature tune (nhạc hiệu), made by our own code: four struck bells and
 * a chord. Pure. */
#ifndef LOAXA_STATION_CHIME_H
#define LOAXA_STATION_CHIME_H

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum { CHIME_RATE = 48000 };

/* The tune's mono frames, full scale 1.0, peak -6 dBFS; the caller frees it. */
float *chime_make(size_t *ret_frames);

/* Adds the tune as a WAV file of 16 bits, mono. */
void chime_write_wav(struct text *file);

#endif
