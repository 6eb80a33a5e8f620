/* column: a standing part of the programme (chuyên mục), and what dresses its episodes.
 *
 * Plain values; who holds a struct owns what it points to, and column_finish() frees it. */
#ifndef LOAXA_PLAYLISTS_COLUMN_H
#define LOAXA_PLAYLISTS_COLUMN_H

#include <stdint.h>

struct column {
    int64_t id;
    char *title;
    int64_t tune_item;    /* nhạc hiệu, before everything; 0: none */
    int64_t ident_item;   /* xướng danh of this column; 0: the station's own */
    int64_t sting_item;   /* nhạc cắt, between two items; 0: none */
    int64_t closing_item; /* closing words; 0: the station's own */
};

void column_finish(struct column *column);

#endif
