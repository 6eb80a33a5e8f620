#include "hw/relay_modbus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void addresses_are_read(void **state) {
    (void)state;
    struct modbus_address address;
    assert_true(modbus_address_parse("/dev/ttyUSB0", &address, NULL));
    assert_string_equal(address.device, "/dev/ttyUSB0");
    assert_int_equal(address.baud, 9600);
    assert_int_equal(address.parity, 'N');
    assert_int_equal(address.unit, 1);
    assert_true(modbus_address_parse("/dev/ttyS1,baud=19200,parity=E,unit=247", &address, NULL));
    assert_int_equal(address.baud, 19200);
    assert_int_equal(address.parity, 'E');
    assert_int_equal(address.unit, 247);
    assert_true(modbus_address_parse("192.168.1.50,port=1502,unit=3", &address, NULL));
    assert_string_equal(address.device, "");
    assert_string_equal(address.host, "192.168.1.50");
    assert_int_equal(address.port, 1502);
}

static void bad_addresses_are_refused_in_words(void **state) {
    (void)state;
    const char *bad[] = {"",
                         "ttyUSB0",
                         "relay.example.org",
                         "192.168.1",
                         "/dev/ttyUSB0,unit=0",
                         "/dev/ttyUSB0,unit=248",
                         "/dev/ttyUSB0,baud=fast",
                         "/dev/ttyUSB0,parity=X",
                         "/dev/ttyUSB0,parity=NN",
                         "/dev/ttyUSB0,parity=",
                         "/dev/ttyUSB0,port=502",
                         "192.168.1.50,baud=9600",
                         "192.168.1.50,port=0",
                         "192.168.1.50,",
                         "192.168.1.50,port"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct modbus_address address = {.unit = 9};
        struct fail why = {0};
        if (modbus_address_parse(bad[i], &address, &why)) {
            fail_msg("accepted: '%s'", bad[i]);
        }
        assert_int_equal(why.code, FAIL_INVALID);
        assert_int_equal(address.unit, 9);
    }
}

static void relays_are_coil_numbers(void **state) {
    (void)state;
    struct wiring wiring;
    int coils[RELAY_ZONES_MAX][2];
    assert_true(wiring_parse("0:power=0,mute=!65535", &wiring, NULL));
    assert_true(relay_modbus_coils(&wiring, coils, NULL));
    assert_int_equal(coils[0][RELAY_POWER], 0);
    assert_int_equal(coils[0][RELAY_MUTE], 65535);
    assert_int_equal(coils[1][RELAY_POWER], -1);
    assert_true(wiring_parse("0:power=RELAY1", &wiring, NULL));
    assert_false(relay_modbus_coils(&wiring, coils, NULL));
    assert_true(wiring_parse("0:power=65536", &wiring, NULL));
    assert_false(relay_modbus_coils(&wiring, coils, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read),
        cmocka_unit_test(bad_addresses_are_refused_in_words),
        cmocka_unit_test(relays_are_coil_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
