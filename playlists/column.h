/* column (chuyên mục): a named place in the programme, and what its broadcasts are made of.
 *
 * A column says what fills an occurrence (playlists/rundown.h); a segment says when
 * (scheduler/segment.h). Plain values: who holds a struct owns what it points to, and
 * column_finish() frees it. */
#ifndef LOAXA_PLAYLISTS_COLUMN_H
#define LOAXA_PLAYLISTS_COLUMN_H

#include "playlists/item.h"

#include <stdint.h>

struct column {
    int64_t id;
    char *title;
    char *purpose; /* a sentence for people; "" where none is given */
    /* Items that frame each broadcast, by id. Tune: nhạc hiệu, before everything; ident: xướng danh
     * ("Đây là Đài truyền thanh xã …"); closing: lời kết; 0: the station's own. Sting: nhạc cắt
     * between two items; 0: none. */
    int64_t tune_item, ident_item, sting_item, closing_item;
    enum genre genre;     /* what a new item of this column is, unless its maker says otherwise */
    int32_t local_one_in; /* R4: of every N items at least one is local; 0: no such wish */
    uint32_t zones;       /* where a new segment of this column is heard; a bit a zone */
    int32_t target_mlufs; /* loudness its items are brought to; 0: the station's (−16 LUFS) */
};

void column_finish(struct column *column);

#endif
