#include "station/ampd_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct ampd_message heartbeat(void) {
    struct ampd_message message = {.kind = AMPD_HEARTBEAT, .sequence = 42};
    message.demand.wants_count = 2;
    message.demand.cut = 4;
    for (int i = 0; i < 2; i++) {
        message.demand.wants[i] =
            (struct amplifier_want){.zones = UINT32_C(1) << i,
                                    .permit = {.id = 100 + (uint64_t)i,
                                               .class = CLASS_EMERGENCY,
                                               .not_before = {1},
                                               .not_after = {2000000},
                                               .deadline = {77},
                                               .zones = 3,
                                               .crosses_quiet_hours = i == 1,
                                               .authority = "Chủ tịch UBND xã"}};
    }
    return message;
}

static void a_heartbeat_comes_over_whole(void **state) {
    (void)state;
    unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
    struct ampd_message message = heartbeat(), read;
    size_t size = ampd_message_write(&message, bytes);
    assert_true(ampd_message_read(bytes, size, &read, NULL));
    assert_int_equal(read.sequence, 42);
    assert_int_equal(read.demand.wants_count, 2);
    assert_int_equal(read.demand.cut, 4);
    const struct permit *permit = &read.demand.wants[1].permit;
    assert_int_equal(permit->id, 101);
    assert_int_equal(permit->class, CLASS_EMERGENCY);
    assert_int_equal(permit->not_after.us, 2000000);
    assert_int_equal(permit->deadline.ns, 77);
    assert_true(permit->crosses_quiet_hours);
    assert_string_equal(permit->authority, "Chủ tịch UBND xã");
}

static void a_report_comes_over_whole(void **state) {
    (void)state;
    unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
    struct ampd_message message = {.kind = AMPD_REPORT, .sequence = 1, .report.zones = 0x80000001},
                        read;
    message.report.zone[31] = (struct ampd_zone_report){.state = AMPLIFIER_FAULT,
                                                        .cause = AMPLIFIER_RELAY,
                                                        .mute = true,
                                                        .lead_ms = 5700,
                                                        .permit = UINT64_MAX,
                                                        .since = {5}};
    size_t size = ampd_message_write(&message, bytes);
    assert_true(ampd_message_read(bytes, size, &read, NULL));
    assert_int_equal(read.report.zones, 0x80000001);
    assert_int_equal(read.report.zone[31].state, AMPLIFIER_FAULT);
    assert_int_equal(read.report.zone[31].cause, AMPLIFIER_RELAY);
    assert_true(read.report.zone[31].mute);
    assert_int_equal(read.report.zone[31].lead_ms, 5700);
    assert_true(read.report.zone[31].permit == UINT64_MAX);
}

/* Every byte of a heartbeat that has but one right value is checked: whichever is spoiled, the
 * packet is refused, or says just something else. */
static void spoiled_packets_are_refused(void **state) {
    (void)state;
    unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
    struct ampd_message message = heartbeat(), read;
    size_t size = ampd_message_write(&message, bytes);
    for (size_t cut = 0; cut < size; cut++) {
        struct fail why = {0};
        assert_false(ampd_message_read(bytes, cut, &read, &why));
        assert_int_not_equal(strlen(why.sentence), 0);
    }
    assert_false(ampd_message_read(bytes, size + 1, &read, NULL));
    static const size_t fixed[] = {0,       4,       6,       16,       24 + 4,   24 + 44,
                                   24 + 45, 24 + 46, 24 + 48, 24 + 143, 24 + 288, 24 + 576 - 1};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        unsigned char spoiled[AMPD_MESSAGE_SIZE_MAX];
        memcpy(spoiled, bytes, size);
        spoiled[fixed[i]] = 0xff;
        assert_false(ampd_message_read(spoiled, size, &read, NULL));
    }
    memset(bytes + 8, 0, 8); /* sequence 0 */
    assert_false(ampd_message_read(bytes, size, &read, NULL));
}

static void another_release_is_told_so(void **state) {
    (void)state;
    unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
    struct ampd_message message = {.kind = AMPD_QUERY, .sequence = 1}, read;
    size_t size = ampd_message_write(&message, bytes);
    assert_int_equal(size, 16);
    assert_true(ampd_message_read(bytes, size, &read, NULL));
    bytes[4] = 9;
    struct fail why = {0};
    assert_false(ampd_message_read(bytes, size, &read, &why));
    assert_int_equal(why.code, FAIL_VERSION);
}

static void refusals_have_words(void **state) {
    (void)state;
    unsigned char bytes[AMPD_MESSAGE_SIZE_MAX];
    for (enum ampd_refusal refusal = AMPD_REFUSED_RIGHTS; refusal <= AMPD_REFUSED_ENDING;
         refusal++) {
        struct ampd_message message = {.kind = AMPD_REFUSAL, .sequence = 1, .refusal = refusal},
                            read;
        size_t size = ampd_message_write(&message, bytes);
        assert_true(ampd_message_read(bytes, size, &read, NULL));
        assert_int_equal(read.refusal, refusal);
        assert_int_not_equal(strlen(ampd_refusal_text(refusal)), 0);
        bytes[16] = 5;
        assert_false(ampd_message_read(bytes, size, &read, NULL));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heartbeat_comes_over_whole),
        cmocka_unit_test(a_report_comes_over_whole),
        cmocka_unit_test(spoiled_packets_are_refused),
        cmocka_unit_test(another_release_is_told_so),
        cmocka_unit_test(refusals_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
