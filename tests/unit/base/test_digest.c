#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The examples of FIPS 180-4. */
static void known_messages_have_their_digests(void **state) {
    (void)state;
    char hex[DIGEST_HEX_SIZE];
    struct digest digest = digest_of("", 0);
    digest_format(&digest, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    digest = digest_of("abc", 3);
    digest_format(&digest, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_descriptor_is_hashed_without_moving_it(void **state) {
    (void)state;
    char path[] = "/tmp/loaxa-digest-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, "abc", 3), 3);
    lseek(fd, 1, SEEK_SET);
    struct digest digest, same = digest_of("abc", 3);
    assert_true(digest_of_fd(fd, &digest, NULL));
    assert_true(digest_equal(&digest, &same));
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 1);
    close(fd);
}

static void only_sixty_four_lower_case_digits_are_a_digest(void **state) {
    (void)state;
    struct digest digest;
    const char *good = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    char text[DIGEST_HEX_SIZE + 1];
    assert_true(digest_parse(good, &digest));
    snprintf(text, sizeof text, "%s0", good);
    assert_false(digest_parse(text, &digest));
    text[63] = '\0';
    assert_false(digest_parse(text, &digest));
    snprintf(text, sizeof text, "%s", good);
    text[5] = 'G';
    assert_false(digest_parse(text, &digest));
    assert_false(digest_parse("", &digest));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_messages_have_their_digests),
        cmocka_unit_test(a_descriptor_is_hashed_without_moving_it),
        cmocka_unit_test(only_sixty_four_lower_case_digits_are_a_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
