/* item: one thing that may be aired, and which of its versions may.
 *
 * An item has an identity that never changes and versions of content. Approval belongs to a version
 * (playlists/approval.h); the last approved version airs until its replacement is approved or it is
 * withdrawn. These structs are plain values: who holds a struct owns what it points to, and
 * item_finish() frees it. */
#ifndef LOAXA_PLAYLISTS_ITEM_H
#define LOAXA_PLAYLISTS_ITEM_H

#include "base/civil.h"
#include "base/digest.h"
#include "base/walltime.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Clip: recorded sound. Bulletin (bản tin): text, spoken. Relay (tiếp sóng): a line-in or stream,
 * with an authorisation. Live (trực tiếp): a microphone. */
enum item_kind { ITEM_CLIP, ITEM_BULLETIN, ITEM_RELAY, ITEM_LIVE };

/* Decree 49/2024 and practice: tin, bài, phóng sự, thông báo, gương điển hình, tuyên truyền chính
 * sách, thông báo việc làm (its five fields), ca nhạc and văn nghệ (forbidden in mourning), nhạc
 * hiệu/nhạc cắt. */
enum genre {
    GENRE_NEWS,
    GENRE_ARTICLE,
    GENRE_REPORTAGE,
    GENRE_NOTICE,
    GENRE_ROLE_MODEL,
    GENRE_POLICY,
    GENRE_JOB_NOTICE,
    GENRE_MUSIC,
    GENRE_ENTERTAINMENT,
    GENRE_TUNE,
    GENRE_OTHER
};

/* The stable English words used in files, the diary and on the command line ("clip", "role_model").
 */
const char *item_kind_word(enum item_kind kind);
bool item_kind_parse(const char *word, enum item_kind *ret_kind);
const char *genre_word(enum genre genre);
bool genre_parse(const char *word, enum genre *ret_genre);

/* draft → submitted → approved or returned → withdrawn; see playlists/approval.h. */
enum approval_state {
    APPROVAL_DRAFT,
    APPROVAL_SUBMITTED,
    APPROVAL_APPROVED,
    APPROVAL_RETURNED,
    APPROVAL_WITHDRAWN
};
const char *approval_state_word(enum approval_state state);
bool approval_state_parse(const char *word, enum approval_state *ret_state);

/* Repeat limit (R38). 0 means no limit. */
struct repeat_limit {
    int32_t most_a_day;
    int32_t most_in_all;
    int32_t least_gap_s; /* between the starts of two airings */
};

struct item {
    int64_t id;
    int32_t version;
    enum item_kind kind;
    enum genre genre;
    enum approval_state state; /* of this version */
    char *title;
    char *language; /* BCP 47, "vi" */
    char *source;   /* where it comes from: an official source; "" where none is stated */
    char *author;   /* the user who made this version */
    char *approver; /* "" until approved */
    struct walltime approved_at;
    int64_t column_id;        /* 0: belongs to none */
    struct digest text_hash;  /* of the bulletin's NFC text; zeros for a clip */
    struct digest sound_hash; /* of the stored FLAC object; zeros for relay and live */
    /* Of the sound that airs, silence at both ends trimmed; of a relay or live item the longest
     * time it is authorised for. */
    int64_t duration_us;
    int64_t trim_start_us, trim_end_us; /* of the stored sound, left out at the ends */
    int32_t loudness_mlufs;             /* integrated, EBU R 128, thousandths of LUFS */
    int32_t true_peak_mdb;
    struct civil_date valid_from, valid_until; /* R24, both inclusive; year 0: open */
    struct repeat_limit limit;
    int64_t *documents; /* document ids this item covers */
    size_t documents_count;
    char **topics;
    size_t topics_count;
    int64_t corrects; /* R20: the item this one corrects; 0: none */
    bool local;       /* R4: about this commune's own people and work */
};

/* Whether its validity dates include a civil date. */
bool item_is_valid_on(const struct item *item, struct civil_date date);
void item_finish(struct item *item);
/* A copy that owns its own memory. */
void item_copy(const struct item *item, struct item *ret);
/* The item of that id in an array sorted by id; NULL where there is none. */
const struct item *item_find(const struct item *items, size_t count, int64_t id);

#endif
