/* remote: what a command asks of the running loaxad. */
#ifndef LOAXA_CLI_REMOTE_H
#define LOAXA_CLI_REMOTE_H

#include "cli/command.h"
#include "station/control_client.h"

#include <jansson.h>

/* Takes `request`, adds --as to it, and waits for the answer. */
enum control_result remote_try(const struct invocation *invocation, json_t *request,
                               json_t **ret_answer, struct fail *why);
/* The same where loaxad must run: false with the reason otherwise. */
bool remote_call(const struct invocation *invocation, json_t *request, json_t **ret_answer,
                 struct fail *why);
/* Tells a running loaxad that the plan changed. It notices by itself too, so nobody is told when
 * this does not work. */
void remote_reload(const struct invocation *invocation);

#endif
