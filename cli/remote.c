#include "cli/remote.h"

#include "cli/access.h"

/* Approving hashes a sound file of up to an hour; a Raspberry Pi needs its time for that. */
enum { REMOTE_TIMEOUT_MS = 30000, REMOTE_RELOAD_MS = 2000 };

enum control_result remote_try(const struct invocation *invocation, json_t *request,
                               json_t **ret_answer, struct fail *why) {
    if (invocation->actor != NULL) {
        json_object_set_new(request, "as", json_string(invocation->actor));
    }
    enum control_result result =
        control_client_call(invocation->station, request, REMOTE_TIMEOUT_MS, ret_answer, why);
    json_decref(request);
    return result;
}

bool remote_call(const struct invocation *invocation, json_t *request, json_t **ret_answer,
                 struct fail *why) {
    if (!access_exists(invocation, why)) {
        json_decref(request);
        return false;
    }
    return remote_try(invocation, request, ret_answer, why) == CONTROL_DONE;
}

void remote_reload(const struct invocation *invocation) {
    json_t *request = json_pack("{s:s}", "do", "reload");
    control_client_call(invocation->station, request, REMOTE_RELOAD_MS, NULL, NULL);
    json_decref(request);
}
