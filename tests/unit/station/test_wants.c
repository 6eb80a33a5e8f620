#include "station/wants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct permit permit(uint64_t id, zone_set zones, int64_t from_s, int64_t until_s) {
    return (struct permit){
        .id = id,
        .class = CLASS_NORMAL,
        .not_before = walltime_of_seconds(from_s),
        .not_after = walltime_of_seconds(until_s),
        .deadline = {until_s * MONOTIME_SECOND},
        .zones = zones,
    };
}

static struct amplifier_demand demand_at(struct wants *wants, int64_t second) {
    struct amplifier_demand demand;
    wants_demand(wants, walltime_of_seconds(second), (struct monotime){second * MONOTIME_SECOND},
                 &demand);
    return demand;
}

static void a_zone_is_named_once_by_the_permit_that_ends_last(void **state) {
    (void)state;
    struct wants wants = {0};
    struct permit first = permit(1, 3, 100, 200), second = permit(2, 1, 150, 300);
    wants_add(&wants, &first);
    wants_add(&wants, &second);
    struct amplifier_demand demand = demand_at(&wants, 120);
    assert_int_equal(demand.wants_count, 1);
    assert_int_equal(demand.wants[0].zones, 3);
    demand = demand_at(&wants, 160);
    assert_int_equal(demand.wants_count, 2);
    assert_int_equal(demand.wants[0].permit.id, 2);
    assert_int_equal(demand.wants[0].zones, 1);
    assert_int_equal(demand.wants[1].permit.id, 1);
    assert_int_equal(demand.wants[1].zones, 2);
}

static void nothing_is_wanted_outside_of_permits(void **state) {
    (void)state;
    struct wants wants = {0};
    struct permit only = permit(7, 1, 100, 200);
    wants_add(&wants, &only);
    assert_int_equal(demand_at(&wants, 99).wants_count, 0);
    assert_int_equal(demand_at(&wants, 100).wants_count, 1);
    assert_int_equal(demand_at(&wants, 200).wants_count, 0);
    assert_int_equal(wants.count, 0);
    wants_add(&wants, &only);
    wants_remove(&wants, 7);
    wants_remove(&wants, 7);
    assert_int_equal(demand_at(&wants, 150).wants_count, 0);
}

static void a_cut_holds_until_the_zone_is_wanted_anew(void **state) {
    (void)state;
    struct wants wants = {0};
    struct permit first = permit(1, 5, 100, 200), second = permit(2, 1, 100, 200);
    wants_add(&wants, &first);
    wants_cut(&wants, 5);
    assert_int_equal(demand_at(&wants, 110).cut, 5);
    wants_add(&wants, &second);
    assert_int_equal(demand_at(&wants, 110).cut, 4);
}

static void too_many_permits_drop_the_one_that_ends_first(void **state) {
    (void)state;
    struct wants wants = {0};
    for (uint64_t id = 1; id <= WANTS_MOST + 1; id++) {
        struct permit one = permit(id, 1, 100, 200 + (int64_t)id);
        wants_add(&wants, &one);
    }
    assert_int_equal(wants.count, WANTS_MOST);
    for (size_t i = 0; i < wants.count; i++) {
        assert_true(wants.permits[i].id != 1);
    }
    assert_int_equal(demand_at(&wants, 110).wants[0].permit.id, WANTS_MOST + 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zone_is_named_once_by_the_permit_that_ends_last),
        cmocka_unit_test(nothing_is_wanted_outside_of_permits),
        cmocka_unit_test(a_cut_holds_until_the_zone_is_wanted_anew),
        cmocka_unit_test(too_many_permits_drop_the_one_that_ends_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
