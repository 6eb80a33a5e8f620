#include "base/memory.h"
#include "station/control.h"
#include "station/control_client.h"
#include "station/control_server.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* A server in a folder of its own, whose owner answers at once, or keeps the tickets. */
struct station {
    char folder[32], path[64];
    struct control_server *server;
    bool keeps;
    uint64_t tickets[64];
    size_t asked;
    uid_t uid;
};

static void asked(void *context, uint64_t ticket, const struct control_peer *peer,
                  const json_t *request) {
    struct station *station = context;
    station->uid = peer->uid;
    station->tickets[station->asked++ % 64] = ticket;
    if (station->keeps) {
        return;
    }
    struct fail why = {0};
    if (strcmp(json_string_value(json_object_get(request, "do")), "ping") != 0) {
        fail_set(&why, FAIL_RIGHTS, "%s", "not you");
        control_server_answer(station->server, ticket, control_refused(&why));
        return;
    }
    json_t *answer = control_done();
    json_object_set_new(answer, "pong", json_true());
    control_server_answer(station->server, ticket, answer);
}

static int open_station(void **state) {
    struct station *station = calloc(1, sizeof *station);
    strcpy(station->folder, "/tmp/loaxa-control-XXXXXX");
    assert_non_null(mkdtemp(station->folder));
    snprintf(station->path, sizeof station->path, "%s/s", station->folder);
    struct control_handler handler = {.context = station, .asked = asked};
    assert_true(control_server_create(station->path, &handler, &station->server, NULL));
    *state = station;
    return 0;
}

static int close_station(void **state) {
    struct station *station = *state;
    control_server_destroy(station->server);
    assert_int_not_equal(access(station->path, F_OK), 0);
    rmdir(station->folder);
    free(station);
    return 0;
}

static void turn(struct station *station) {
    struct pollfd one = {.fd = control_server_descriptor(station->server), .events = POLLIN};
    for (int i = 0; i < 100 && poll(&one, 1, 20) > 0; i++) {
        control_server_dispatch(station->server);
    }
}

static int plug(struct station *station) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, station->path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* What comes back, one text; "" where the connection was closed or nothing came. */
static const char *hear(int fd) {
    static char text[CONTROL_LINE_MAX + 1];
    ssize_t got = recv(fd, text, CONTROL_LINE_MAX, MSG_DONTWAIT);
    text[got > 0 ? got : 0] = '\0';
    return text;
}

static void say(int fd, const char *text) {
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void a_request_is_answered_and_the_peer_is_known(void **state) {
    struct station *station = *state;
    int fd = plug(station);
    say(fd, "{\"do\":\"pi");
    turn(station);
    assert_int_equal(station->asked, 0);
    say(fd, "ng\"}\n{\"do\":\"other\"}\n");
    turn(station);
    assert_string_equal(hear(fd), "{\"ok\":true,\"pong\":true}\n"
                                  "{\"ok\":false,\"code\":\"rights\",\"words\":\"not you\"}\n");
    assert_int_equal(station->uid, getuid());
    struct stat status;
    assert_int_equal(stat(station->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    close(fd);
}

static void nonsense_gets_a_sentence_and_the_next_line_is_read(void **state) {
    struct station *station = *state;
    static const char *const lines[] = {"\n",
                                        "nonsense\n",
                                        "[1]\n",
                                        "{}\n",
                                        "{\"do\":7}\n",
                                        "{\"do\":\"a\",\"do\":\"b\"}\n",
                                        "{\"do\":[[[[[[[[[[[[]]]]]]]]]]]]}\n"};
    int fd = plug(station);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        say(fd, lines[i]);
        turn(station);
        assert_non_null(strstr(hear(fd), "{\"ok\":false,\"code\":\""));
    }
    assert_int_equal(station->asked, 0);
    say(fd, "{\"do\":\"ping\"}\n");
    turn(station);
    assert_non_null(strstr(hear(fd), "pong"));
    close(fd);
}

static void a_line_without_end_is_refused_and_closed(void **state) {
    struct station *station = *state;
    int fd = plug(station);
    char *much = memory_new(CONTROL_LINE_MAX);
    memset(much, ' ', CONTROL_LINE_MAX);
    for (size_t sent = 0; sent < CONTROL_LINE_MAX;) {
        ssize_t one = send(fd, much, CONTROL_LINE_MAX - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        sent += one > 0 ? (size_t)one : 0;
        turn(station);
    }
    free(much);
    assert_non_null(strstr(hear(fd), "\"limit\""));
    assert_int_equal(recv(fd, &(char){0}, 1, 0), 0);
    close(fd);
}

static void answers_may_come_later_and_for_one_that_has_gone(void **state) {
    struct station *station = *state;
    station->keeps = true;
    int first = plug(station), second = plug(station), third = plug(station);
    turn(station);
    say(first, "{\"do\":\"ping\"}\n{\"do\":\"ping\"}\n");
    turn(station);
    say(second, "{\"do\":\"ping\"}\n");
    turn(station);
    assert_int_equal(station->asked, 2); /* first's second waits for its first answer */
    say(third, "{\"do\":\"ping\"}\n");
    turn(station);
    close(third);
    turn(station);
    control_server_answer(station->server, station->tickets[1], control_done());
    control_server_answer(station->server, station->tickets[2], control_done());
    assert_string_equal(hear(second), "{\"ok\":true}\n");
    assert_string_equal(hear(first), "");
    control_server_answer(station->server, station->tickets[0], control_done());
    assert_int_equal(station->asked, 4);
    control_server_answer(station->server, station->tickets[3], control_done());
    assert_string_equal(hear(first), "{\"ok\":true}\n{\"ok\":true}\n");
    close(first);
    close(second);
}

static void one_that_closes_its_half_still_gets_the_answer(void **state) {
    struct station *station = *state;
    station->keeps = true;
    int fd = plug(station);
    say(fd, "{\"do\":\"ping\"}\n");
    shutdown(fd, SHUT_WR);
    turn(station);
    assert_int_equal(station->asked, 1);
    control_server_answer(station->server, station->tickets[0], control_done());
    turn(station);
    assert_string_equal(hear(fd), "{\"ok\":true}\n");
    assert_int_equal(recv(fd, &(char){0}, 1, 0), 0);
    close(fd);
}

static void a_newcomer_takes_the_place_of_the_longest_idle(void **state) {
    struct station *station = *state;
    int fds[CONTROL_CONNECTIONS_MAX];
    for (int i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        fds[i] = plug(station);
        turn(station);
    }
    say(fds[0], "{\"do\":\"ping\"}\n");
    turn(station);
    int newcomer = plug(station);
    turn(station);
    say(newcomer, "{\"do\":\"ping\"}\n");
    turn(station);
    assert_non_null(strstr(hear(newcomer), "pong"));
    assert_non_null(strstr(hear(fds[0]), "pong"));
    assert_int_equal(recv(fds[1], &(char){0}, 1, 0), 0);
    close(newcomer);
    for (int i = 0; i < CONTROL_CONNECTIONS_MAX; i++) {
        close(fds[i]);
    }
}

static void a_second_server_is_refused_and_a_dead_socket_replaced(void **state) {
    struct station *station = *state;
    struct control_handler handler = {.context = station, .asked = asked};
    struct control_server *other;
    struct fail why = {0};
    assert_false(control_server_create(station->path, &handler, &other, &why));
    assert_int_equal(why.code, FAIL_CONFLICT);
    char dead[80];
    snprintf(dead, sizeof dead, "%s/dead", station->folder);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, dead);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    assert_true(control_server_create(dead, &handler, &other, &why));
    control_server_destroy(other);
}

struct call {
    const char *path;
    const char *what;
    int timeout_ms;
    enum control_result result;
    struct fail why;
    volatile bool over;
};

static void *call(void *context) {
    struct call *one = context;
    json_t *request = json_pack("{s:s}", "do", one->what), *answer = NULL;
    one->result = control_call(one->path, request, one->timeout_ms, &answer, &one->why);
    json_decref(answer);
    json_decref(request);
    return NULL;
}

static struct call call_while_served(struct station *station, const char *what, int timeout_ms) {
    struct call one = {.path = station->path, .what = what, .timeout_ms = timeout_ms};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, call, &one), 0);
    for (int i = 0; i < 200 && pthread_tryjoin_np(thread, NULL) != 0; i++) {
        turn(station);
        if (i == 199) {
            pthread_join(thread, NULL);
        }
    }
    return one;
}

static void a_caller_is_told_done_refused_nobody_and_too_late(void **state) {
    struct station *station = *state;
    assert_int_equal(call_while_served(station, "ping", 5000).result, CONTROL_DONE);
    struct call refused = call_while_served(station, "other", 5000);
    assert_int_equal(refused.result, CONTROL_REFUSED);
    assert_int_equal(refused.why.code, FAIL_RIGHTS);
    assert_string_equal(refused.why.sentence, "not you");
    station->keeps = true;
    struct call late = call_while_served(station, "ping", 50);
    assert_int_equal(late.result, CONTROL_BROKEN);
    assert_int_equal(late.why.code, FAIL_TIMEOUT);
    char nowhere[80];
    snprintf(nowhere, sizeof nowhere, "%s/none/s", station->folder);
    struct call nobody = {.path = nowhere, .what = "ping", .timeout_ms = 50};
    call(&nobody);
    assert_int_equal(nobody.result, CONTROL_NOBODY);
}

static void only_root_and_the_owner_may_name_another(void **state) {
    (void)state;
    struct control_actor actor;
    struct fail why = {0};
    assert_true(control_actor(0, 1234, "lan", &actor, &why));
    assert_true(actor.named);
    assert_true(control_actor(1234, 1234, "lan", &actor, &why));
    assert_string_equal(actor.name, "lan");
    assert_false(control_actor(1235, 1234, "lan", &actor, &why));
    assert_int_equal(why.code, FAIL_RIGHTS);
    assert_false(control_actor(0, 1234, "", &actor, &why));
    assert_false(control_actor(0, 1234, "a b", &actor, &why));
    assert_true(control_actor(0, 1234, NULL, &actor, &why));
    assert_false(actor.named);
    assert_string_equal(actor.name, "root");
    assert_false(control_actor(3999999, 1234, NULL, &actor, &why));
    assert_int_equal(why.code, FAIL_NOT_FOUND);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, open_station, close_station)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH(a_request_is_answered_and_the_peer_is_known),
        WITH(nonsense_gets_a_sentence_and_the_next_line_is_read),
        WITH(a_line_without_end_is_refused_and_closed),
        WITH(answers_may_come_later_and_for_one_that_has_gone),
        WITH(one_that_closes_its_half_still_gets_the_answer),
        WITH(a_newcomer_takes_the_place_of_the_longest_idle),
        WITH(a_second_server_is_refused_and_a_dead_socket_replaced),
        WITH(a_caller_is_told_done_refused_nobody_and_too_late),
        cmocka_unit_test(only_root_and_the_owner_may_name_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
