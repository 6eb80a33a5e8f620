/* The INI reader: whatever the bytes, a sentence or settings that survive being written and read.
 */
#include "station/settings.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct settings settings, again;
    struct fail why = {0};
    memset(&settings, 0, sizeof settings);
    memset(&again, 0, sizeof again);
    if (!settings_parse((const char *)data, size, "settings.ini", &settings, &why)) {
        if (why.sentence[0] == '\0') {
            abort();
        }
        return 0;
    }
    struct text text = {0};
    settings_write(&settings, LANGUAGE_VIETNAMESE, &text);
    if (!settings_parse(text_string(&text), text.length, "again", &again, &why)) {
        abort();
    }
    text_finish(&text);
    struct text first = {0}, second = {0};
    settings_write(&settings, LANGUAGE_ENGLISH, &first);
    settings_write(&again, LANGUAGE_ENGLISH, &second);
    if (strcmp(text_string(&first), text_string(&second)) != 0) {
        abort();
    }
    text_finish(&first);
    text_finish(&second);
    return 0;
}
