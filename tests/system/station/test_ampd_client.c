/* The client in an sd-event loop against the real loaxa-ampd: it comes late, is killed, hangs and
 * comes back, and the loop never waits for it. */
#include "station/ampd_client.h"

#include "base/walltime.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct rig {
    char folder[64], socket[96], trace[96];
    pid_t daemon;
    sd_event *event;
    struct ampd_client client;
    int ups, downs;
    char words[512];
    enum amplifier_state seen[RELAY_ZONES_MAX];
};

static void zone_changed(void *context, int zone, const struct ampd_zone_report *now) {
    ((struct rig *)context)->seen[zone] = now->state;
}

static void link_changed(void *context, bool up, const char *words) {
    struct rig *rig = context;
    rig->ups += up;
    rig->downs += !up;
    snprintf(rig->words, sizeof rig->words, "%s", words != NULL ? words : "");
}

static void start_daemon(struct rig *rig) {
    char program[512];
    const char *bin = getenv("LOAXA_BIN");
    snprintf(program, sizeof program, "%s/loaxa-ampd", bin != NULL ? bin : ".");
    rig->daemon = fork();
    if (rig->daemon == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 2);
        execl(program, "loaxa-ampd", "--socket", rig->socket, "--trace", rig->trace, "--zones",
              "0-1", "--warmup", "0.2", "--hold", "0.5", "--min-on", "0.1", "--min-off", "0.1",
              "--floor", "none", (char *)NULL);
        _exit(127);
    }
}

static void stop_daemon(struct rig *rig, int sig) {
    kill(rig->daemon, sig);
    waitpid(rig->daemon, NULL, 0);
    rig->daemon = 0;
}

/* Runs the loop until the condition holds; 20 s are only to catch a hang. */
#define until(rig, condition)                                                            \
    do {                                                                                 \
        struct monotime begun = monotime_now();                                          \
        while (!(condition)) {                                                           \
            turn(rig);                                                                   \
            assert_true(monotime_diff_ns(monotime_now(), begun) < 20 * MONOTIME_SECOND); \
        }                                                                                \
    } while (0)

static void turn(struct rig *rig) {
    if (sd_event_prepare(rig->event) == 0) {
        sd_event_wait(rig->event, 50000);
    }
    if (sd_event_get_state(rig->event) == SD_EVENT_PENDING) {
        sd_event_dispatch(rig->event);
    }
}

static int set_up(void **state) {
    struct rig *rig = calloc(1, sizeof *rig);
    strcpy(rig->folder, "/tmp/ampd-client-XXXXXX");
    assert_non_null(mkdtemp(rig->folder));
    snprintf(rig->socket, sizeof rig->socket, "%s/a.sock", rig->folder);
    snprintf(rig->trace, sizeof rig->trace, "%s/t", rig->folder);
    assert_true(sd_event_new(&rig->event) >= 0);
    struct ampd_client_handler handler = {rig, zone_changed, link_changed};
    assert_true(ampd_client_init(&rig->client, rig->socket, &handler, NULL));
    assert_true(ampd_client_attach(&rig->client, rig->event, NULL));
    *state = rig;
    return 0;
}

static int tear_down(void **state) {
    struct rig *rig = *state;
    ampd_client_finish(&rig->client);
    if (rig->daemon > 0) {
        stop_daemon(rig, SIGTERM);
    }
    sd_event_unref(rig->event);
    unlink(rig->socket);
    unlink(rig->trace);
    strcat(rig->socket, ".lock");
    unlink(rig->socket);
    rmdir(rig->folder);
    free(rig);
    return 0;
}

static struct permit permit(uint64_t id, zone_set zones) {
    struct walltime now = walltime_now();
    return (struct permit){.id = id,
                           .class = CLASS_NORMAL,
                           .not_before = now,
                           .not_after = walltime_add(now, 60 * WALLTIME_SECOND),
                           .deadline = monotime_add(monotime_now(), 60 * MONOTIME_SECOND),
                           .zones = zones,
                           .authority = "test"};
}

static void it_waits_for_a_daemon_that_comes_late(void **state) {
    struct rig *rig = *state;
    until(rig, rig->downs == 1);
    assert_non_null(strstr(rig->words, "not there"));
    struct permit p = permit(1, 3);
    ampd_client_want(&rig->client, 3, &p);
    assert_null(ampd_client_report(&rig->client));
    assert_int_equal(ampd_client_ready(&rig->client), 0);
    assert_true(ampd_client_lead_ms(&rig->client, 3) >= 3000);
    start_daemon(rig);
    until(rig, ampd_client_ready(&rig->client) == 3);
    assert_int_equal(rig->ups, 1);
    assert_int_equal(rig->seen[1], AMPLIFIER_READY);
    assert_int_equal(ampd_client_lead_ms(&rig->client, 1), 200 + 100 + 200 + 500);
    assert_int_equal(rig->downs, 1); /* told once, not at each attempt */
}

static void what_is_wanted_no_more_goes_off(void **state) {
    struct rig *rig = *state;
    start_daemon(rig);
    struct permit p = permit(1, 1);
    ampd_client_want(&rig->client, 1, &p);
    until(rig, rig->seen[0] == AMPLIFIER_READY);
    ampd_client_cut(&rig->client, 1);
    until(rig, rig->seen[0] == AMPLIFIER_HUSHED);
    ampd_client_cut(&rig->client, 0);
    until(rig, rig->seen[0] == AMPLIFIER_READY);
    ampd_client_want(&rig->client, 0, NULL);
    until(rig, rig->seen[0] == AMPLIFIER_HOLDING);
    until(rig, rig->seen[0] == AMPLIFIER_OFF);
    assert_int_equal(rig->seen[1], AMPLIFIER_OFF);
}

static void it_survives_a_daemon_that_is_killed(void **state) {
    struct rig *rig = *state;
    start_daemon(rig);
    struct permit p = permit(1, 1);
    ampd_client_want(&rig->client, 1, &p);
    until(rig, ampd_client_ready(&rig->client) == 1);
    int downs = rig->downs;
    stop_daemon(rig, SIGKILL);
    until(rig, rig->downs > downs);
    assert_int_equal(ampd_client_ready(&rig->client), 0);
    start_daemon(rig);
    until(rig, ampd_client_ready(&rig->client) == 1);
}

static void it_notices_a_daemon_that_hangs(void **state) {
    struct rig *rig = *state;
    start_daemon(rig);
    struct permit p = permit(1, 1);
    ampd_client_want(&rig->client, 1, &p);
    until(rig, ampd_client_ready(&rig->client) == 1);
    kill(rig->daemon, SIGSTOP);
    int downs = rig->downs;
    until(rig, rig->downs > downs);
    assert_non_null(strstr(rig->words, "does not answer"));
    kill(rig->daemon, SIGCONT);
    until(rig, ampd_client_ready(&rig->client) == 1);
}

static void it_is_told_why_it_is_refused(void **state) {
    struct rig *rig = *state;
    start_daemon(rig);
    until(rig, rig->client.up);
    struct rig second = {0};
    struct ampd_client_handler handler = {&second, zone_changed, link_changed};
    struct ampd_client other;
    assert_true(ampd_client_init(&other, rig->socket, &handler, NULL));
    assert_true(ampd_client_attach(&other, rig->event, NULL));
    until(rig, second.downs > 0);
    assert_non_null(strstr(second.words, "another player"));
    struct ampd_report answer;
    struct fail why = {0};
    assert_true(ampd_client_query(rig->socket, 5000, &answer, &why));
    assert_int_equal(answer.zones, 3);
    ampd_client_finish(&other);
    char endless[200];
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_false(ampd_client_init(&other, endless, &handler, &why));
    assert_int_equal(why.code, FAIL_LIMIT);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(it_waits_for_a_daemon_that_comes_late), CASE(what_is_wanted_no_more_goes_off),
        CASE(it_survives_a_daemon_that_is_killed),   CASE(it_notices_a_daemon_that_hangs),
        CASE(it_is_told_why_it_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
