/* Any bytes: no crash, mentions inside the text, and each normal form reads as itself. */
#include "playlists/document.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct document_mention *mentions;
    size_t count;
    document_find((const char *)data, size, &mentions, &count);
    for (size_t i = 0; i < count; i++) {
        char again[DOCUMENT_NUMBER_SIZE];
        if (mentions[i].offset + mentions[i].length > size ||
            !document_number_parse(mentions[i].number, again) ||
            strcmp(again, mentions[i].number) != 0) {
            abort();
        }
    }
    free(mentions);
    char *text = malloc(size + 1);
    if (text != NULL) {
        char number[DOCUMENT_NUMBER_SIZE];
        memcpy(text, data, size);
        text[size] = '\0';
        document_number_parse(text, number);
        free(text);
    }
    return 0;
}
