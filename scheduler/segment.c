#include "scheduler/segment.h"

#include <stdlib.h>

void segment_finish(struct segment *segment) {
    for (size_t i = 0; i < segment->exceptions_count; i++) {
        free(segment->exceptions[i].by);
        free(segment->exceptions[i].words);
    }
    free(segment->exceptions);
    free(segment->except);
    free(segment->dates);
    free(segment->lunar);
    free(segment->rule);
    free(segment->column_title);
    free(segment->title);
    *segment = (struct segment){0};
}
