/* Messages of the control socket: refused with a sentence, or read, answered and written again. */
#include "station/control.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fail why = {0};
    json_t *message = NULL;
    if (!control_read((const char *)data, size, &message, &why)) {
        json_t *refused = control_refused(&why);
        char *line = control_write(refused, &why);
        if (line == NULL || control_is_done(refused, NULL)) {
            abort();
        }
        free(line);
        json_decref(refused);
        return 0;
    }
    const char *text;
    int64_t number;
    control_text(message, "do", "", &text, NULL);
    control_whole(message, "item", 0, &number, NULL);
    control_is_done(message, &why);
    free(control_write(message, NULL));
    json_decref(message);
    return 0;
}
