#include "cli/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void add(struct ledger *ledger, const char *text) {
    json_t *event = json_loads(text, 0, NULL);
    assert_non_null(event);
    ledger_add(ledger, event);
    json_decref(event);
}

static json_t *finish(struct ledger *ledger) {
    struct zone *zone = zone_fixed("+07", 7 * 3600);
    json_t *json = ledger_json(ledger, zone);
    zone_destroy(zone);
    ledger_destroy(ledger);
    return json;
}

static int64_t whole(const json_t *json, const char *key) {
    return json_integer_value(json_object_get(json, key));
}
static const char *text(const json_t *json, const char *key) {
    return json_string_value(json_object_get(json, key));
}

#define PLANNED(occ, start)                                         \
    "{\"type\":\"planned\",\"occ\":\"" occ "\",\"start_us\":" start \
    ",\"end_us\":0,\"segment\":{\"title\":\"Bản tin\"}}"

static void planned_is_the_sum_of_outcomes_and_what_is_ahead(void **state) {
    (void)state;
    struct ledger *ledger = ledger_create((struct civil_date){0}, (struct civil_date){0});
    add(ledger, PLANNED("s2@20261201T171000+0700", "1796119800000000"));
    add(ledger, PLANNED("s1@20261201T053000+0700", "1796077800000000"));
    add(ledger, PLANNED("s1@20261202T053000+0700", "1796164200000000"));
    add(ledger, "{\"type\":\"outcome\",\"occ\":\"s1@20261201T053000+0700\",\"outcome\":\"aired\","
                "\"reason\":\"none\",\"first_us\":1796077800000000,\"last_us\":1796078000000000,"
                "\"airings\":[5,6]}");
    add(ledger, "{\"type\":\"outcome\",\"occ\":\"s2@20261201T171000+0700\",\"outcome\":\"missed\","
                "\"reason\":\"power\",\"first_us\":null,\"last_us\":null,\"airings\":[]}");
    json_t *json = finish(ledger);
    assert_int_equal(whole(json, "planned"), 3);
    assert_int_equal(whole(json, "ahead"), 1);
    assert_int_equal(whole(json_object_get(json, "outcomes"), "aired"), 1);
    assert_int_equal(whole(json_object_get(json, "outcomes"), "missed"), 1);
    const json_t *first = json_array_get(json_object_get(json, "rows"), 0);
    assert_string_equal(text(first, "start"), "2026-12-01 05:30:00");
    assert_string_equal(text(first, "outcome"), "aired");
    assert_int_equal(whole(first, "airings"), 2);
    assert_string_equal(text(first, "first"), "05:30:00");
    json_decref(json);
}

static void the_span_goes_by_the_original_date_and_the_last_move_counts(void **state) {
    (void)state;
    struct ledger *ledger =
        ledger_create((struct civil_date){2026, 12, 1}, (struct civil_date){2026, 12, 1});
    add(ledger, PLANNED("s1@20261130T053000+0700", "1795991400000000"));
    add(ledger, PLANNED("s1@20261201T053000+0700", "1796077800000000"));
    add(ledger, PLANNED("s1@20261202T053000+0700", "1796164200000000"));
    add(ledger, "{\"type\":\"moved\",\"occ\":\"s1@20261201T053000+0700\","
                "\"start_us\":1796164200000000,\"end_us\":0,\"words\":\"mưa\"}");
    json_t *json = finish(ledger);
    assert_int_equal(whole(json, "planned"), 1);
    const json_t *row = json_array_get(json_object_get(json, "rows"), 0);
    assert_string_equal(text(row, "start"), "2026-12-02 05:30:00");
    assert_string_equal(text(row, "words"), "mưa");
    json_decref(json);
}

static void airings_by_hand_stand_beside_the_sum(void **state) {
    (void)state;
    struct ledger *ledger = ledger_create((struct civil_date){0}, (struct civil_date){0});
    add(ledger, "{\"type\":\"opened\",\"occ\":\"m1@20261201T090000+0700\","
                "\"planned_us\":1796090400000000,\"item\":{\"title\":\"Tin\"}}");
    add(ledger, "{\"type\":\"closed\",\"occ\":\"m1@20261201T090000+0700\","
                "\"first_us\":1796090400000000,\"last_us\":1796090460000000}");
    add(ledger, "{\"type\":\"opened\",\"occ\":\"s7@20261201T090000+0700\"}"); /* never planned */
    add(ledger, "{\"type\":\"outcome\",\"occ\":\"nonsense\",\"outcome\":\"aired\"}");
    json_t *json = finish(ledger);
    assert_int_equal(whole(json, "planned"), 0);
    assert_int_equal(json_array_size(json_object_get(json, "beside")), 1);
    const json_t *row = json_array_get(json_object_get(json, "beside"), 0);
    assert_string_equal(text(row, "title"), "Tin");
    assert_string_equal(text(row, "last"), "09:01:00");
    json_decref(json);
}

static void a_thousand_occurrences_are_each_found_again(void **state) {
    (void)state;
    struct ledger *ledger = ledger_create((struct civil_date){0}, (struct civil_date){0});
    for (int i = 0; i < 1000; i++) {
        json_t *event = json_pack("{s:s, s:o, s:i}", "type", "planned", "occ",
                                  json_sprintf("s%d@20261201T053000+0700", i + 1), "start_us", i);
        ledger_add(ledger, event);
        json_object_set_new(event, "type", json_string("outcome"));
        json_object_set_new(event, "outcome", json_string("aired"));
        ledger_add(ledger, event);
        ledger_add(ledger, event);
        json_decref(event);
    }
    json_t *json = finish(ledger);
    assert_int_equal(whole(json, "planned"), 1000);
    assert_int_equal(whole(json_object_get(json, "outcomes"), "aired"), 1000);
    json_decref(json);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planned_is_the_sum_of_outcomes_and_what_is_ahead),
        cmocka_unit_test(the_span_goes_by_the_original_date_and_the_last_move_counts),
        cmocka_unit_test(airings_by_hand_stand_beside_the_sum),
        cmocka_unit_test(a_thousand_occurrences_are_each_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
