/* demo_texts: what the demo station says. The commune, its people and its notices are made up; the
 * resolutions it speaks of are real. */
#ifndef LOAXA_STATION_DEMO_TEXTS_H
#define LOAXA_STATION_DEMO_TEXTS_H

#include "playlists/item.h"

#include <stddef.h>

#define DEMO_TITLE "Đài truyền thanh xã Vĩnh Thông"

enum demo_column { DEMO_NOTICES, DEMO_NEWS, DEMO_RESOLUTIONS, DEMO_ROLE_MODELS, DEMO_COLUMNS };

struct demo_column_text {
    const char *title, *purpose;
    enum genre genre;
};
extern const struct demo_column_text demo_columns[DEMO_COLUMNS];

/* The frame of every broadcast. */
extern const char demo_ident[], demo_closing[];

struct demo_bulletin {
    enum demo_column column;
    const char *title;
    const char *source;   /* who gave it out */
    const char *document; /* the number of the document it covers; "" for none */
    const char *topic;
    const char *text;
};
extern const struct demo_bulletin demo_bulletins[];
extern const size_t demo_bulletins_count;

/* Documents (văn bản) that the station has to cover. */
struct demo_document {
    const char *number, *title;
};
extern const struct demo_document demo_documents[];
extern const size_t demo_documents_count;

#endif
