#include "station/diary_writer.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    char folder[64], path[96];
    struct diary *diary;
    struct worker *worker;
    struct diary_writer *writer;
    int64_t committed;
    int failures;
};

static void note_committed(void *context, int64_t seq) {
    ((struct fixture *)context)->committed = seq;
}

static void note_failed(void *context, const struct fail *why) {
    (void)why;
    ((struct fixture *)context)->failures++;
}

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    struct fail why = {0};
    strcpy(f->folder, "/tmp/loaxa-writer-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/diary.db", f->folder);
    assert_true(diary_create(f->path, &why));
    assert_true(diary_open(f->path, DATABASE_WRITE, &f->diary, &why));
    assert_true(worker_create("test", &f->worker, &why));
    struct diary_writer_handler handler = {f, note_committed, note_failed};
    assert_true(diary_writer_create(f->worker, f->diary, &handler, &f->writer, &why));
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    worker_destroy(f->worker);
    diary_writer_destroy(f->writer);
    diary_close(f->diary);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", f->folder);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

static int64_t append_incident(struct fixture *f, int number) {
    char words[32];
    snprintf(words, sizeof words, "incident %d", number);
    struct event event = {
        .type = EVENT_INCIDENT,
        .stamp = {.boot = "test", .epoch = 1, .trust = CLOCK_TRUSTED},
        .words = words,
        .incident = {.kind = "test", .zone = -1},
    };
    struct diary_port port = diary_writer_port(f->writer);
    return port.append(port.self, &event);
}

static void wait_until_idle(struct fixture *f) {
    for (int i = 0; i < 1000 && !diary_writer_is_idle(f->writer); i++) {
        struct pollfd poll_fd = {.fd = worker_fd(f->worker), .events = POLLIN};
        poll(&poll_fd, 1, 10);
        worker_collect(f->worker);
    }
    assert_true(diary_writer_is_idle(f->writer));
}

static void events_are_numbered_at_once_and_committed_in_order(void **state) {
    struct fixture *f = *state;
    for (int i = 1; i <= 100; i++) {
        assert_int_equal(append_incident(f, i), i);
    }
    assert_int_equal(diary_writer_last(f->writer), 100);
    wait_until_idle(f);
    assert_int_equal(f->committed, 100);
    assert_int_equal(f->failures, 0);
    struct fail why = {0};
    assert_true(diary_verify(f->diary, NULL, NULL, &why));
    json_t *event = diary_event(f->diary, 57, &why);
    assert_string_equal(diary_event_text(event, "words"), "incident 57");
    json_decref(event);
}

/* A second writer took the next number: nothing of the batch is written, and it says so. */
static void what_cannot_be_written_is_kept_and_reported(void **state) {
    struct fixture *f = *state;
    struct fail why = {0};
    struct diary *other;

    assert_true(diary_open(f->path, DATABASE_WRITE, &other, &why));
    struct event stopped = {.type = EVENT_STOPPED,
                            .stamp = {.boot = "other", .trust = CLOCK_TRUSTED},
                            .stopped = {.reason = "test"}};
    assert_true(diary_append(other, &stopped, NULL, &why));
    diary_close(other);
    append_incident(f, 1);
    while (f->failures == 0) {
        struct pollfd poll_fd = {.fd = worker_fd(f->worker), .events = POLLIN};
        assert_int_equal(poll(&poll_fd, 1, 10000), 1);
        worker_collect(f->worker);
    }
    assert_false(diary_writer_is_idle(f->writer));
    assert_int_equal(f->committed, 0);
    assert_true(diary_verify(f->diary, NULL, NULL, &why));
    diary_writer_tick(f->writer); /* tried again, refused again */
    append_incident(f, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_are_numbered_at_once_and_committed_in_order, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_is_kept_and_reported, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
