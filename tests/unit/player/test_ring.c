#include "player/ring.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void elements_come_out_in_order_over_every_wrap(void **state) {
    (void)state;
    struct ring ring;
    ring_init(&ring, sizeof(uint32_t), 5); /* becomes 8 */
    assert_int_equal(ring_space(&ring), 8);
    uint32_t next_in = 0, next_out = 0;
    for (int round = 0; round < 1000; round++) {
        uint32_t block[7];
        size_t want = (size_t)round % 7 + 1;
        for (size_t i = 0; i < want; i++) {
            block[i] = next_in + (uint32_t)i;
        }
        next_in += (uint32_t)ring_put(&ring, block, want);
        assert_true(ring_count(&ring) <= 8);
        size_t got = ring_get(&ring, block, (size_t)round % 5);
        for (size_t i = 0; i < got; i++) {
            assert_int_equal(block[i], next_out++);
        }
        uint32_t peeked;
        if (ring_peek(&ring, &peeked)) {
            assert_int_equal(peeked, next_out);
        }
        if (round % 11 == 0) {
            next_out += (uint32_t)ring_skip(&ring, 1);
        }
    }
    ring_reset(&ring);
    assert_int_equal(ring_count(&ring), 0);
    ring_finish(&ring);
}

static void a_full_ring_takes_no_more_and_an_empty_one_gives_none(void **state) {
    (void)state;
    struct ring ring;
    ring_init(&ring, sizeof(uint64_t), 4);
    uint64_t many[6] = {1, 2, 3, 4, 5, 6};
    assert_int_equal(ring_put(&ring, many, 6), 4);
    assert_int_equal(ring_put(&ring, many, 1), 0);
    assert_int_equal(ring_skip(&ring, 9), 4);
    assert_int_equal(ring_get(&ring, many, 1), 0);
    assert_false(ring_peek(&ring, many));
    ring_finish(&ring);
}

enum { PASSED = 300000 };

static void *put_all(void *context) {
    struct ring *ring = context;
    uint32_t next = 0;
    while (next < PASSED) {
        size_t room;
        uint32_t *place = ring_room(ring, &room);
        size_t part = room < PASSED - next ? room : PASSED - next;
        for (size_t i = 0; i < part; i++) {
            place[i] = next + (uint32_t)i;
        }
        ring_commit(ring, part);
        next += (uint32_t)part;
        if (part == 0) {
            sched_yield();
        }
    }
    return NULL;
}

/* Under TSan this is the proof that the two ends need no lock. */
static void two_threads_need_no_lock(void **state) {
    (void)state;
    struct ring ring;
    ring_init(&ring, sizeof(uint32_t), 64);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, put_all, &ring), 0);
    uint32_t next = 0;
    while (next < PASSED) {
        size_t there;
        const uint32_t *view = ring_view(&ring, &there);
        for (size_t i = 0; i < there; i++) {
            assert_int_equal(view[i], next++);
        }
        ring_skip(&ring, there);
        if (there == 0) {
            sched_yield();
        }
    }
    pthread_join(thread, NULL);
    ring_finish(&ring);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_come_out_in_order_over_every_wrap),
        cmocka_unit_test(a_full_ring_takes_no_more_and_an_empty_one_gives_none),
        cmocka_unit_test(two_threads_need_no_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
