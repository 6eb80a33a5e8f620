#include "hw/relay_gpio.h"
#include "hw/relay_kind.h"
#include "hw/wiring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void lines_are_read_by_zone(void **state) {
    (void)state;
    struct wiring wiring;
    assert_true(wiring_parse("0:power=RELAY1,mute=!RELAY2  31:power=5", &wiring, NULL));
    assert_true(wiring.zones == 0x80000001);
    assert_string_equal(wiring.wires[0][RELAY_POWER].name, "RELAY1");
    assert_false(wiring.wires[0][RELAY_POWER].inverted);
    assert_string_equal(wiring.wires[0][RELAY_MUTE].name, "RELAY2");
    assert_true(wiring.wires[0][RELAY_MUTE].inverted);
    assert_string_equal(wiring.wires[31][RELAY_POWER].name, "5");
    assert_string_equal(wiring.wires[31][RELAY_MUTE].name, "");
    struct fail why = {0};
    assert_true(wiring_covers(&wiring, 1, &why));
    assert_false(wiring_covers(&wiring, 3, &why));
    assert_non_null(strstr(why.sentence, "zone 1"));
}

static void nonsense_is_refused_in_words(void **state) {
    (void)state;
    const char *bad[] = {"",
                         "   ",
                         "0",
                         "0:",
                         "0:power",
                         "0:power=",
                         "0:power=!",
                         "0:mute=A",
                         "32:power=A",
                         "-1:power=A",
                         "x:power=A",
                         "0:power=A,power=B",
                         "0:power=A 0:power=B",
                         "0:power=A 1:power=A",
                         "0:power=A,mute=A",
                         "0:speed=A",
                         "0:power=A,",
                         "0:power=0123456789012345678901234567890123"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wiring wiring = {.zones = 7};
        struct fail why = {0};
        if (wiring_parse(bad[i], &wiring, &why)) {
            fail_msg("accepted: '%s'", bad[i]);
        }
        assert_int_equal(why.code, FAIL_INVALID);
        assert_int_equal(wiring.zones, 7);
    }
}

static void a_request_asks_for_everything_off_and_muted(void **state) {
    (void)state;
    struct wiring wiring;
    uint32_t offsets[RELAY_ZONES_MAX][2] = {{0}};
    int index[RELAY_ZONES_MAX][2];
    assert_true(wiring_parse("1:power=A,mute=!B 4:power=!C", &wiring, NULL));
    offsets[1][RELAY_POWER] = 17;
    offsets[1][RELAY_MUTE] = 27;
    offsets[4][RELAY_POWER] = 5;
    struct gpio_v2_line_request request =
        relay_gpio_request(&wiring, (const uint32_t(*)[2])offsets, index);
    assert_int_equal(request.num_lines, 3);
    assert_int_equal(request.offsets[0], 17);
    assert_int_equal(request.offsets[1], 27);
    assert_int_equal(request.offsets[2], 5);
    assert_int_equal(index[1][RELAY_MUTE], 1);
    assert_int_equal(index[4][RELAY_POWER], 2);
    assert_int_equal(index[4][RELAY_MUTE], -1);
    assert_int_equal(index[0][RELAY_POWER], -1);
    assert_string_equal(request.consumer, "loaxa-ampd");
    assert_int_equal(request.config.flags, GPIO_V2_LINE_FLAG_OUTPUT);
    assert_int_equal(request.config.num_attrs, 2);
    /* Logical values: mute 1, both powers 0, whatever is inverted. */
    assert_int_equal(request.config.attrs[0].attr.id, GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES);
    assert_int_equal(request.config.attrs[0].attr.values, 2);
    assert_int_equal(request.config.attrs[0].mask, 7);
    assert_int_equal(request.config.attrs[1].attr.id, GPIO_V2_LINE_ATTR_ID_FLAGS);
    assert_int_equal(request.config.attrs[1].attr.flags,
                     GPIO_V2_LINE_FLAG_OUTPUT | GPIO_V2_LINE_FLAG_ACTIVE_LOW);
    assert_int_equal(request.config.attrs[1].mask, 6);
}

static void all_sixty_four_lines_fit_one_request(void **state) {
    (void)state;
    struct wiring wiring = {.zones = ZONE_SET_ALL};
    uint32_t offsets[RELAY_ZONES_MAX][2];
    int index[RELAY_ZONES_MAX][2];
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        for (int line = 0; line < 2; line++) {
            strcpy(wiring.wires[zone][line].name, "x");
            offsets[zone][line] = (uint32_t)(zone * 2 + line);
        }
    }
    struct gpio_v2_line_request request =
        relay_gpio_request(&wiring, (const uint32_t(*)[2])offsets, index);
    assert_int_equal(request.num_lines, 64);
    assert_true(request.config.attrs[0].mask == UINT64_MAX);
    assert_true(request.config.attrs[0].attr.values == UINT64_C(0xaaaaaaaaaaaaaaaa));
    assert_int_equal(request.config.num_attrs, 1);
}

static void kinds_are_told_apart(void **state) {
    (void)state;
    struct fail why = {0};
    assert_true(relay_kind_check("sim", "", 1, &why));
    assert_true(relay_kind_check("gpio:chip", "0:power=1", 1, &why));
    assert_false(relay_kind_check("gpio:chip", "0:power=1", 2, &why));
    assert_true(relay_kind_check("exec:/bin/true", "", 1, &why));
    assert_true(relay_kind_check("exec:/bin/true", "200", 1, &why));
    assert_false(relay_kind_check("exec:/bin/true", "20", 1, &why));
    assert_false(relay_kind_check("exec:/bin/true", "soon", 1, &why));
    assert_false(relay_kind_check("hope", "", 1, &why));
    assert_false(relay_kind_check("simulated", "", 1, &why));
    union relay_kind kind;
    assert_false(relay_kind_init(&kind, "gpio:no-such-chip", "0:power=1", 1, "", &why));
    assert_int_equal(why.code, FAIL_DEVICE);
    assert_false(relay_kind_init(&kind, "exec:relative", "", 1, "", &why));
    assert_false(relay_kind_init(&kind, "exec:/nowhere/at/all", "", 1, "", &why));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_by_zone),
        cmocka_unit_test(nonsense_is_refused_in_words),
        cmocka_unit_test(a_request_asks_for_everything_off_and_muted),
        cmocka_unit_test(all_sixty_four_lines_fit_one_request),
        cmocka_unit_test(kinds_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
