/* control_client: one call to a running loaxad. Thread: any. */
#ifndef LOAXA_STATION_CONTROL_CLIENT_H
#define LOAXA_STATION_CONTROL_CLIENT_H

#include "base/fail.h"

#include <jansson.h>

enum control_result {
    CONTROL_DONE,    /* answered with ok; *ret_answer is the caller's */
    CONTROL_REFUSED, /* answered, but not with ok: *why has its code and words */
    CONTROL_NOBODY,  /* no loaxad listens there (FAIL_NOT_FOUND, naming the cure) */
    CONTROL_BROKEN   /* no right to connect, no answer in time, or not a message: *why says which */
};

/* Sends `request` (borrowed) to the socket at `path` and waits at most `timeout_ms` for the answer.
 * ret_answer may be NULL and is set for CONTROL_DONE only. */
enum control_result control_call(const char *path, const json_t *request, int timeout_ms,
                                 json_t **ret_answer, struct fail *why);

/* The same for the loaxad of a station's folder, by the paths of its settings. */
enum control_result control_client_call(const char *station, const json_t *request, int timeout_ms,
                                        json_t **ret_answer, struct fail *why);

#endif
