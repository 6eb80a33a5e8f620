#include "station/worker.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { JOBS = 500 };

static int ran[JOBS], ran_count; /* the worker's thread, read after it has ended or reported */
static int collected[JOBS], collected_count; /* the test's thread */

static void note_run(void *subject) {
    ran[ran_count++] = *(int *)subject;
}

static void note_done(void *subject) {
    collected[collected_count++] = *(int *)subject;
}

static void post_all(struct worker *worker, int numbers[JOBS]) {
    ran_count = collected_count = 0;
    for (int i = 0; i < JOBS; i++) {
        numbers[i] = i;
        worker_post(worker, &(struct job){note_run, note_done, &numbers[i]});
    }
}

static void assert_all_in_order(void) {
    assert_int_equal(ran_count, JOBS);
    assert_int_equal(collected_count, JOBS);
    for (int i = 0; i < JOBS; i++) {
        assert_int_equal(ran[i], i);
        assert_int_equal(collected[i], i);
    }
}

static void jobs_run_and_report_in_their_order(void **state) {
    (void)state;
    struct worker *worker = NULL;
    int numbers[JOBS];
    assert_true(worker_create("test", &worker, NULL));
    post_all(worker, numbers);
    while (collected_count < JOBS) {
        struct pollfd poll_fd = {.fd = worker_fd(worker), .events = POLLIN};
        assert_int_equal(poll(&poll_fd, 1, 10000), 1);
        worker_collect(worker);
    }
    assert_int_equal(worker_pending(worker), 0);
    worker_destroy(worker);
    assert_all_in_order();
}

static void what_was_posted_is_finished_before_the_end(void **state) {
    (void)state;
    struct worker *worker = NULL;
    int numbers[JOBS];
    assert_true(worker_create("test", &worker, NULL));
    post_all(worker, numbers);
    worker_destroy(worker);
    assert_all_in_order();
    worker_destroy(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_run_and_report_in_their_order),
        cmocka_unit_test(what_was_posted_is_finished_before_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
