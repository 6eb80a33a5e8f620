/* A diary, then a line "--", then a relay trace: whatever the bytes are, they are judged to the
 * end. */
#include "checker/chain.h"
#include "checker/event.h"
#include "checker/judge.h"
#include "checker/record.h"
#include "checker/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *line_end(const uint8_t *at, const uint8_t *end) {
    const uint8_t *found = memchr(at, '\n', (size_t)(end - at));
    return found != NULL ? found : end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct breaches breaches = {0};
    struct record record = {0};
    struct trace trace = {0};
    struct chain chain;
    struct event event = {0};
    struct floor_hours hours = {true, 22 * 3600, 4 * 3600 + 1800, 7 * 3600};
    const uint8_t *at = data, *end = data + size;
    chain_start(&chain);
    for (int64_t line = 1; at != end; line++) {
        const uint8_t *stop = line_end(at, end);
        bool parted = stop - at == 2 && memcmp(at, "--", 2) == 0;
        if (!parted &&
            event_read_line(&event, line, (const char *)at, (size_t)(stop - at), &breaches)) {
            chain_add(&chain, &event, &breaches);
            if (event_read_body(&event, &breaches)) {
                record_add(&record, &event, &breaches);
            }
        }
        at = stop == end ? end : stop + 1;
        if (parted) {
            break;
        }
    }
    chain_end(&chain, &breaches);
    record_end(&record);
    if (at != end) {
        FILE *file = fmemopen((void *)(uintptr_t)at, (size_t)(end - at), "r");
        if (file != NULL) {
            trace_read(&trace, file, &record, &breaches);
            fclose(file);
        }
    }
    judge_outcomes(&record, &breaches);
    judge_sound(&record, &hours, &breaches);
    judge_relays(&record, &trace, &hours, &breaches);
    breaches_sort(&breaches);
    event_finish(&event);
    breaches_finish(&breaches);
    record_finish(&record);
    trace_finish(&trace);
    return 0;
}
