#include "scheduler/programme.h"

#include "base/memory.h"

#include <stdlib.h>

struct programme *programme_create(void) {
    struct programme *programme = memory_new(sizeof *programme);
    programme->references = 1;
    programme->station_title = memory_text("");
    return programme;
}

struct programme *programme_retain(struct programme *programme) {
    programme->references++;
    return programme;
}

static void destroy(struct programme *programme) {
    for (size_t i = 0; i < programme->segments_count; i++) {
        segment_finish(&programme->segments[i]);
    }
    for (size_t i = 0; i < programme->columns_count; i++) {
        column_finish(&programme->columns[i]);
    }
    for (size_t i = 0; i < programme->items_count; i++) {
        item_finish(&programme->items[i]);
    }
    for (size_t i = 0; i < programme->documents_count; i++) {
        free(programme->documents[i].number);
        free(programme->documents[i].title);
    }
    for (size_t i = 0; i < programme->holds_count; i++) {
        free(programme->holds[i].by);
        free(programme->holds[i].words);
    }
    free(programme->outputs);
    free(programme->templates);
    free(programme->spans);
    free(programme->segments);
    free(programme->columns);
    free(programme->items);
    free(programme->documents);
    free(programme->holds);
    free(programme->station_title);
    zone_destroy(programme->zone);
    free(programme);
}

void programme_release(struct programme *programme) {
    if (programme != NULL && --programme->references == 0) {
        destroy(programme);
    }
}

/* Every element of the sorted arrays begins with its int64_t id. */
_Static_assert(offsetof(struct segment, id) == 0 && offsetof(struct column, id) == 0 &&
                   offsetof(struct item, id) == 0 && offsetof(struct day_template, id) == 0 &&
                   offsetof(struct programme_document, id) == 0,
               "compare_ids() reads the id at offset 0");

static int compare_ids(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void sort(void *array, size_t count, size_t size) {
    if (count > 1) {
        qsort(array, count, size, compare_ids);
    }
}

static const void *find(const void *array, size_t count, size_t size, int64_t id) {
    return count != 0 ? bsearch(&id, array, count, size, compare_ids) : NULL;
}

void programme_sort(struct programme *programme) {
    sort(programme->templates, programme->templates_count, sizeof *programme->templates);
    sort(programme->segments, programme->segments_count, sizeof *programme->segments);
    sort(programme->columns, programme->columns_count, sizeof *programme->columns);
    sort(programme->items, programme->items_count, sizeof *programme->items);
    sort(programme->documents, programme->documents_count, sizeof *programme->documents);
}

const struct segment *programme_segment(const struct programme *programme, int64_t id) {
    return find(programme->segments, programme->segments_count, sizeof *programme->segments, id);
}

const struct column *programme_column(const struct programme *programme, int64_t id) {
    return find(programme->columns, programme->columns_count, sizeof *programme->columns, id);
}

const struct item *programme_item(const struct programme *programme, int64_t id) {
    return find(programme->items, programme->items_count, sizeof *programme->items, id);
}

const struct day_template *programme_template(const struct programme *programme, int64_t id) {
    return find(programme->templates, programme->templates_count, sizeof *programme->templates, id);
}

const struct programme_document *programme_document(const struct programme *programme, int64_t id) {
    return find(programme->documents, programme->documents_count, sizeof *programme->documents, id);
}

zone_set programme_reach(const struct programme *programme, zone_set zones) {
    if (programme->outputs_count == 0) {
        return ZONE_SET_ALL;
    }
    zone_set reach = zones;
    for (size_t i = 0; i < programme->outputs_count; i++) {
        if ((programme->outputs[i] & zones) != 0) {
            reach |= programme->outputs[i];
        }
    }
    return reach;
}
