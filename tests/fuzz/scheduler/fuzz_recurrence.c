/* fuzz_recurrence: "zone-or-date byte, then a rule": what is accepted must walk in order, seek to
 * where the walk goes, and survive its canonical text. */
#include "scheduler/recurrence.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STARTS = 40 };

static void require(bool truth) {
    if (!truth) {
        abort();
    }
}

static void check_text(const struct recurrence_rule *rule) {
    struct text text = {0}, again = {0};
    struct recurrence_rule back;
    recurrence_rule_format(rule, &text);
    require(recurrence_rule_parse(text_string(&text), &back, NULL));
    recurrence_rule_format(&back, &again);
    require(strcmp(text_string(&text), text_string(&again)) == 0);
    text_clear(&text);
    recurrence_describe(rule, (struct civil){{2026, 1, 31}, 2, 30, 15}, false, LANGUAGE_VIETNAMESE,
                        &text);
    require(text_utf8_error(text.bytes, text.length) == text.length);
    text_finish(&text);
    text_finish(&again);
}

static void check_walk(const struct recurrence *recurrence) {
    struct recurrence_walk walk, sought;
    struct civil starts[STARTS], found;
    int count = 0;
    recurrence_walk_begin(&walk, recurrence);
    while (count < STARTS && recurrence_walk_next(&walk, &starts[count])) {
        require(civil_is_valid(starts[count]));
        require(count == 0 || civil_compare(starts[count - 1], starts[count]) < 0);
        count++;
    }
    if (count > 0) {
        int middle = count / 2;
        recurrence_walk_seek(&sought, recurrence, starts[middle]);
        require(recurrence_walk_next(&sought, &found));
        require(civil_compare(found, starts[middle]) == 0);
    }
    recurrence_walk_seek(&sought, recurrence, (struct civil){{2040, 6, 1}, 0, 0, 0});
    recurrence_walk_next(&sought, &found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct zone *zone;
    if (zone == NULL && !zone_load("America/New_York", &zone, NULL)) {
        zone = zone_fixed("UTC", 0);
    }
    if (size < 1 || size > 600) {
        return 0;
    }
    char rule[600];
    memcpy(rule, data + 1, size - 1);
    rule[size - 1] = '\0';
    struct recurrence_source source = {.start = {{2026, 3, 7}, 2, 30, 15},
                                       .start_is_date = data[0] % 3 == 0,
                                       .zone = data[0] % 3 == 1 ? zone : NULL,
                                       .rule = rule};
    struct recurrence *recurrence;
    struct fail why = {0};
    if (!recurrence_create(&source, &recurrence, &why)) {
        require(why.sentence[0] != '\0');
        return 0;
    }
    if (recurrence_rule(recurrence) != NULL) {
        check_text(recurrence_rule(recurrence));
    }
    check_walk(recurrence);
    recurrence_destroy(recurrence);
    return 0;
}
