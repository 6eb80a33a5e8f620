/* demo: a station to look at: columns, a tune, approved bulletins, users, and a programme in which
 * something is aired every five minutes at whatever hour, besides the usual times of a commune.
 *
 * Texts are station/demo_texts.h's; the relay is simulated and the profile always open, which
 * settings refuse with a real relay. */
#ifndef LOAXA_STATION_DEMO_H
#define LOAXA_STATION_DEMO_H

#include "base/fail.h"
#include "station/demo_texts.h"
#include "station/settings.h"
#include "store/database.h"

#include <stdbool.h>

/* What a demo's settings.ini differs in from the default. */
void demo_settings(struct settings *settings);

/* Fills a new station whose database is open for writing. Speaks every bulletin, so that it takes
 * some seconds. What is first aired begins DEMO_SOON_S after this returns. */
enum { DEMO_SOON_S = 8, DEMO_EVERY_MINUTES = 5 };
bool demo_fill(const char *folder, struct database *database, const struct settings *settings,
               struct fail *why);

#endif
