/* speak: what the confined helper loaxa-speak does: words from one descriptor, sound to another. */
#ifndef LOAXA_STATION_SPEAK_H
#define LOAXA_STATION_SPEAK_H

#include "base/fail.h"
#include "tts/speaker.h"

#include <stdbool.h>

/* Reads words from `text_fd`, says them with the voice that is open (tts/voice.h), sends them through
 * the chain for horns where so set, brings them to their loudness without touching the peaks' ceiling
 * of about -1.5 dBTP, and writes FLAC of 16 bits, 48 kHz, one channel. Everything of *ret_facts but
 * engine and estimate is filled. */
bool speak_text(int text_fd, int to_fd, const struct speaker_settings *settings,
                struct speaker_facts *ret_facts, struct fail *why);

#endif
