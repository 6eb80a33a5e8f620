/* Any bytes: no crash; and what is taken as an event names a known type and an occurrence. */
#include "scheduler/occurrence.h"
#include "store/diary_event.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fail why;
    json_t *event = diary_event_read(data, size, &why);
    if (event == NULL) {
        return 0;
    }
    const char *occ = diary_event_text(event, "occ");
    struct occurrence_key key;
    if (!diary_event_is_type(diary_event_text(event, "type")) ||
        (*occ != '\0' && !occurrence_parse(occ, &key, &why))) {
        abort();
    }
    json_decref(event);
    return 0;
}
