#include "store/programme.h"

#include "base/memory.h"
#include "store/change.h"
#include "store/column.h"
#include "store/document.h"
#include "store/hold.h"
#include "store/item_row.h"
#include "store/profile.h"
#include "store/segment.h"
#include "store/station.h"
#include "store/template.h"

#include <stdlib.h>

static bool fill_station(struct database *database, struct programme *programme, struct fail *why) {
    struct station station;
    if (!store_station_load(database, &station, why)) {
        return false;
    }
    bool ok = zone_load(station.zone, &programme->zone, why);
    free(programme->station_title);
    programme->station_title = memory_text(station.title);
    programme->tune_item = station.tune_item;
    programme->ident_item = station.ident_item;
    programme->closing_item = station.closing_item;
    station_finish(&station);
    return ok;
}

static bool fill_documents(struct database *database, struct programme *programme,
                           struct fail *why) {
    struct document *documents = NULL;
    size_t count = 0;
    if (!store_document_list(database, &documents, &count, why)) {
        return false;
    }
    programme->documents = memory_resize(NULL, count, sizeof *programme->documents);
    programme->documents_count = count;
    for (size_t i = 0; i < count; i++) {
        programme->documents[i] =
            (struct programme_document){.id = documents[i].id,
                                        .number = memory_text(documents[i].number),
                                        .title = memory_text(documents[i].title)};
        document_finish(&documents[i]);
    }
    free(documents);
    return true;
}

/* Segments that are switched off are planned by nobody. */
static void drop_disabled(struct programme *programme) {
    size_t kept = 0;
    for (size_t i = 0; i < programme->segments_count; i++) {
        if (programme->segments[i].enabled) {
            programme->segments[kept++] = programme->segments[i];
        } else {
            segment_finish(&programme->segments[i]);
        }
    }
    programme->segments_count = kept;
}

static bool fill_items(struct database *database, struct programme *programme, struct fail *why) {
    struct statement s = statement_start(database, "SELECT " ITEM_ROW ITEM_FROM
                                                   " WHERE" ITEM_MAY_AIR " ORDER BY v.item");
    return item_row_all(&s, &programme->items, &programme->items_count, why);
}

static bool fill(struct database *database, struct programme *programme, struct fail *why) {
    struct walltime ever = {INT64_MIN};
    if (!store_generation(database, &programme->revision, why) ||
        !fill_station(database, programme, why) ||
        !store_profile_load(database, &programme->profile, why) ||
        !store_template_list(database, &programme->templates, &programme->templates_count,
                             &programme->spans, &programme->spans_count, why) ||
        !store_segment_list(database, &programme->segments, &programme->segments_count, why)) {
        return false;
    }
    drop_disabled(programme);
    return store_column_list(database, &programme->columns, &programme->columns_count, why) &&
           fill_items(database, programme, why) && fill_documents(database, programme, why) &&
           store_hold_list(database, ever, &programme->holds, &programme->holds_count, why);
}

bool store_programme_load(struct database *database, struct programme **ret, struct fail *why) {
    struct programme *programme = programme_create();
    if (!statement_script(database, "BEGIN", why)) {
        programme_release(programme);
        return false;
    }
    bool ok = fill(database, programme, why);
    statement_script(database, "ROLLBACK", NULL); /* nothing was written */
    if (!ok) {
        programme_release(programme);
        return false;
    }
    programme_sort(programme);
    *ret = programme;
    return true;
}
