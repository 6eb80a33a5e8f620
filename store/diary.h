/* diary (nhật ký phát sóng): what happened, as a chain of events that only grows.
 *
 * docs/formats/diary.md is the format. Each row holds the exact bytes that were hashed; nothing
 * rebuilds them. One process writes (the one that holds run/lock); any may read at the same time.
 * A diary belongs to one thread at a time. What an append has reported as written survives a power
 * cut. */
#ifndef LOAXA_STORE_DIARY_H
#define LOAXA_STORE_DIARY_H

#include "base/civil.h"
#include "base/digest.h"
#include "base/fail.h"
#include "base/walltime.h"
#include "scheduler/event.h"
#include "store/database.h"
#include "store/diary_event.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct diary;

bool diary_create(const char *path, struct fail *why);
/* The caller owns *ret: diary_close(). Failures as in database_open(). */
bool diary_open(const char *path, enum database_mode mode, struct diary **ret, struct fail *why);
void diary_close(struct diary *diary); /* NULL is allowed */
/* Borrowed: for database_check() and database_backup(). */
struct database *diary_database(struct diary *diary);

/* Appends one event and gives it its number: an `opened` event's is the airing's identity. When it
 * returns true the event is on the disk. On a full disk: FAIL_FULL, and the diary is as it was.
 * ret_seq may be NULL. */
bool diary_append(struct diary *diary, const struct event *event, int64_t *ret_seq,
                  struct fail *why);

/* The canonical bytes of an event that was numbered already (event_write()); borrowed. */
struct diary_bytes {
    const char *bytes;
    size_t size;
};
/* Appends several in one transaction: all or none. Their numbers must follow the head's
 * (FAIL_CONFLICT: somebody else wrote); bytes that are no event are refused (diary_event_read()).
 */
bool diary_append_bytes(struct diary *diary, const struct diary_bytes *events, size_t count,
                        struct fail *why);

/* The reserve: a file of DIARY_RESERVE_BYTES beside the diary, kept while the disk has room. An
 * emergency that meets a full disk gives it up, and the diary can be written again for some
 * thousands of events. make: does nothing where it is there already; release: nothing where not. */
enum { DIARY_RESERVE_BYTES = 8 * 1024 * 1024 };
bool diary_reserve_make(const char *diary_path, struct fail *why);
bool diary_reserve_release(const char *diary_path, struct fail *why);

/* The last event. An empty diary has seq 0 and a hash of zeros. */
struct diary_head {
    int64_t seq;
    struct digest hash;
};
enum { DIARY_HEAD_TEXT_SIZE = 20 + 1 + DIGEST_HEX_SIZE };
bool diary_head(struct diary *diary, struct diary_head *ret, struct fail *why);
void diary_head_format(const struct diary_head *head, char text[DIARY_HEAD_TEXT_SIZE]);
bool diary_head_parse(const char *text, struct diary_head *ret, struct fail *why); /* SEQ:HASH */

/* Reads the whole chain. On false the sentence names the first event that was changed, removed or
 * reordered and *ret_event (which may be NULL) is its number. `earlier`, which may be NULL, is a
 * head that was printed before: a rewritten or shortened tail then shows too. */
bool diary_verify(struct diary *diary, const struct diary_head *earlier, int64_t *ret_event,
                  struct fail *why);

/* An event as it stands in the file. Borrowed for the visit. */
struct diary_row {
    int64_t seq;
    const char *bytes; /* not NUL-terminated */
    size_t size;
    struct digest prev, hash;
};

/* Which events; zeros and NULLs ask for everything. */
struct diary_query {
    int64_t from_seq, until_seq;       /* inclusive; until 0: to the end */
    struct walltime from_at, until_at; /* by the clock they were written at; until 0: open */
    const char *type;                  /* one of diary_event_types */
    const char *occ;
    struct civil_date from_date, until_date; /* by the original start of the occurrence that they
                                                concern, inclusive; year 0: open; not with type
                                                or occ. Events of no occurrence are left out */
    bool newest_first;
    int64_t most; /* 0: all */
};

/* Returns false to stop; the failure it fills in is then handed on. */
typedef bool diary_visit(void *context, const struct diary_row *row, struct fail *why);

/* Visits the events one by one, in order; memory does not grow with their number. */
bool diary_each(struct diary *diary, const struct diary_query *query, diary_visit *visit,
                void *context, struct fail *why);

/* One event by its number, parsed. The caller owns it; NULL (FAIL_NOT_FOUND) where there is none.
 */
json_t *diary_event(struct diary *diary, int64_t seq, struct fail *why);

/* Writes the events of a query as JSON lines (docs/formats/diary.md, "Export"). */
bool diary_export(struct diary *diary, const struct diary_query *query, FILE *file,
                  struct fail *why);

#endif
