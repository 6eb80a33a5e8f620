/* control: the messages of the control socket (docs/formats/station-folder.md), and its two ends.
 *
 * A message is one JSON object on one line of at most CONTROL_LINE_MAX bytes, nested at most
 * CONTROL_DEPTH_MAX deep, without double keys. A request {"do":"NAME", …} gets one answer:
 * {"ok":true, …} or {"ok":false,"code":"refused","words":"…"}.
 *
 * This file holds what both ends share: framing, the words of a failure, and who the actor is.
 * control_client.h calls, control_server.h listens. Thread: any. */
#ifndef LOAXA_STATION_CONTROL_H
#define LOAXA_STATION_CONTROL_H

#include "base/fail.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CONTROL_LINE_MAX = 65536, CONTROL_DEPTH_MAX = 8 };

/* Reads one line (with or without its newline) as a message. The caller owns *ret_message. */
bool control_read(const char *line, size_t length, json_t **ret_message, struct fail *why);

/* The line of a message, with its newline; the caller frees it. NULL with FAIL_LIMIT where it would
 * be longer than a line may be. */
char *control_write(const json_t *message, struct fail *why);

/* {"ok":true}, to be added to; and the answer that tells of a failure. Owned by the caller. */
json_t *control_done(void);
json_t *control_refused(const struct fail *why);

/* Whether an answer says ok; if not, *why gets its code and words. An answer without "ok" is
 * FAIL_CORRUPT. */
bool control_is_done(const json_t *answer, struct fail *why);

/* Text under `key`: *ret_text is borrowed from the message, or `otherwise` where the key is absent
 * or null. FAIL_INVALID, naming the key, where it is something else or has a NUL. */
bool control_text(const json_t *message, const char *key, const char *otherwise,
                  const char **ret_text, struct fail *why);
/* The same for whole numbers. */
bool control_whole(const json_t *message, const char *key, int64_t otherwise, int64_t *ret_number,
                   struct fail *why);

/* Who asks. A peer is known by the login name of its uid; root and the owner of the station's
 * folder may name a user of the station instead ("as", --as). */
struct control_actor {
    char name[64];
    bool named; /* name is a station user's name; otherwise it is a login name to be looked up */
};
/* `as` may be NULL. FAIL_RIGHTS where another may not be named, FAIL_INVALID for a bad name,
 * FAIL_NOT_FOUND where the uid has no login name. Reads the passwd database. */
bool control_actor(uid_t peer, uid_t folder_owner, const char *as, struct control_actor *ret_actor,
                   struct fail *why);

#endif
