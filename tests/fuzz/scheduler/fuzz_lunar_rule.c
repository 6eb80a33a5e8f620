/* fuzz_lunar_rule: any text as a lunar rule; what is accepted must walk in order and survive its
 * canonical text. */
#include "scheduler/lunar_rule.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth) {
    if (!truth) {
        abort();
    }
}

static void check_walk(const struct lunar_rule *rule) {
    struct lunar_walk walk;
    struct civil_date start = {2025, 6, 1}, before = {1, 1, 1}, date;
    lunar_walk_seek(&walk, rule, start, (struct civil_date){2026, 1, 1});
    for (int i = 0; i < 30 && lunar_walk_next(&walk, &date); i++) {
        require(civil_date_is_valid(date) && civil_date_compare(before, date) < 0);
        before = date;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct lunar_rule rule, back;
    struct text text = {0}, again = {0};
    struct fail why = {0};
    char copy[512];
    if (size >= sizeof copy) {
        return 0;
    }
    memcpy(copy, data, size);
    copy[size] = '\0';
    struct lunar_date lunar;
    struct lunar_year cache = {0};
    struct civil_date civil;
    if (lunar_parse(copy, &lunar)) {
        lunar_to_civil(lunar, &cache, &civil);
    }
    if (!lunar_rule_parse(copy, &rule, &why)) {
        require(why.sentence[0] != '\0');
        return 0;
    }
    lunar_rule_format(&rule, &text);
    require(lunar_rule_parse(text_string(&text), &back, NULL));
    lunar_rule_format(&back, &again);
    require(strcmp(text_string(&text), text_string(&again)) == 0);
    lunar_rule_describe(&rule, LANGUAGE_VIETNAMESE, &again);
    check_walk(&rule);
    text_finish(&text);
    text_finish(&again);
    return 0;
}
