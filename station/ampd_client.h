/* ampd_client: loaxad's end of the amplifier's socket.
 *
 * It says every 500 ms what is wanted, at once when that changes, and tells what each zone's
 * amplifier does. It never waits: connecting, sending and reading give up where they would block,
 * and are tried again at the next tick; loaxa-ampd may start late, die and come back. Thread: one,
 * the control loop's. Either attach it to an sd-event loop, or watch its descriptor and call
 * dispatch and tick yourself. */
#ifndef LOAXA_STATION_AMPD_CLIENT_H
#define LOAXA_STATION_AMPD_CLIENT_H

#include "base/fail.h"
#include "base/monotime.h"
#include "station/ampd_message.h"

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

struct ampd_client_handler {
    void *context;
    /* A zone's state or cause is another one than before; all of them after a connection. */
    void (*zone_changed)(void *context, int zone, const struct ampd_zone_report *now);
    /* loaxa-ampd answers, or does not and why (a sentence; NULL where it does). Without it every
     * amplifier is off within 2 s, or in the hands of loaxa-ampd's own watchdog. */
    void (*link_changed)(void *context, bool up, const char *words);
};

struct ampd_client {
    struct ampd_client_handler handler;
    char path[108];
    int fd; /* -1: not connected */
    uint64_t said, heard;
    struct amplifier_demand demand;
    struct ampd_report report;
    bool up;                  /* a report came over this connection, in time */
    char words[512];          /* why not, as last told; "" at first */
    struct monotime beat_due; /* the next heartbeat, or the next attempt to connect */
    struct monotime heard_at; /* the last report, or the connection's beginning */
    sd_event *event;
    sd_event_source *io, *timer;
};

/* Copies handler (functions may be NULL) and path; FAIL_LIMIT where it is too long for a socket. */
bool ampd_client_init(struct ampd_client *client, const char *path,
                      const struct ampd_client_handler *handler, struct fail *why);
/* Closes the connection: loaxa-ampd switches everything off at once. */
void ampd_client_finish(struct ampd_client *client);

/* Puts descriptor and timer into the loop, which must outlive the client. */
bool ampd_client_attach(struct ampd_client *client, sd_event *event, struct fail *why);

/* What is wanted from now on, instead of what was: sound in `zones` under `permit` (copied; NULL
 * with zones 0 for silence: amplifiers stay on for their hold time, then go off). Ask
 * amplifier_lead_ms() before the first sample. */
void ampd_client_want(struct ampd_client *client, zone_set zones, const struct permit *permit);
/* The same for several permits at once (at most AMPLIFIER_WANTS_MAX wants), with its `cut`. */
void ampd_client_demand(struct ampd_client *client, const struct amplifier_demand *demand);
/* Muted at once, until called again with 0: withdrawn, stopped, paused. */
void ampd_client_cut(struct ampd_client *client, zone_set zones);

/* The last report; NULL while loaxa-ampd does not answer. Borrowed until the next call. */
const struct ampd_report *ampd_client_report(const struct ampd_client *client);
/* The zones whose amplifier is ready for sound; 0 while loaxa-ampd does not answer. */
zone_set ampd_client_ready(const struct ampd_client *client);
/* The longest lead and tail of these zones (amplifier.h); with no report yet, the defaults'. */
int32_t ampd_client_lead_ms(const struct ampd_client *client, zone_set zones);
int32_t ampd_client_tail_ms(const struct ampd_client *client, zone_set zones);

/* For loops of one's own: watch the descriptor (-1: none, and it can change at each call) for
 * reading, and dispatch; tick at the time it returned last, or earlier. */
int ampd_client_descriptor(const struct ampd_client *client);
void ampd_client_dispatch(struct ampd_client *client, struct monotime now);
struct monotime ampd_client_tick(struct ampd_client *client, struct monotime now);

/* One question, for `loaxa doctor` and --status; waits at most timeout_ms. Any thread. */
bool ampd_client_query(const char *path, int timeout_ms, struct ampd_report *ret_report,
                       struct fail *why);

#endif
