#include "playlists/column.h"

#include <stdlib.h>

void column_finish(struct column *column) {
    free(column->title);
    free(column->purpose);
    *column = (struct column){0};
}
