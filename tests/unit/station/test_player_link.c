#include "station/player_link.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { EVENTS_MOST = 16 };

struct heard {
    struct air_event events[EVENTS_MOST];
    char words[EVENTS_MOST][256];
    int count;
};

static void happened(void *context, const struct air_event *event) {
    struct heard *heard = context;
    assert_true(heard->count < EVENTS_MOST);
    heard->events[heard->count] = *event;
    if (event->words != NULL) {
        memccpy(heard->words[heard->count], event->words, '\0', sizeof heard->words[0] - 1);
    }
    heard->count++;
}

static void opened(void *context, const char *words) {
    (void)context, (void)words;
    fail_msg("no card should be opened");
}

static struct player *new_player(void) {
    struct player_config config = PLAYER_CONFIG_DEFAULT;
    struct player *player = NULL;
    config.device = "null";
    config.lock_memory = false;
    config.realtime_priority = 0;
    assert_true(player_create(&config, &player, NULL));
    return player;
}

static void an_element_of_no_session_ends_once_and_its_descriptor_is_closed(void **state) {
    (void)state;
    struct heard heard = {0};
    struct player *player = new_player();
    struct player_link_handler handler = {&heard, happened, opened};
    struct player_link *link = player_link_create(player, &handler);
    struct player_port port = player_link_port(link);
    int fd = open("/dev/null", O_RDONLY);
    struct air_element element = {.airing = 7, .fd = fd, .kind = ITEM_CLIP, .limit_us = 1000000};
    port.add(port.self, 99, &element);
    assert_int_equal(heard.count, 0); /* never inside the call */
    player_link_dispatch(link);
    player_link_dispatch(link);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.events[0].kind, AIR_ENDED);
    assert_int_equal(heard.events[0].airing, 7);
    assert_int_equal(heard.events[0].session, 99);
    assert_int_equal(heard.events[0].frames, 0);
    assert_int_equal(heard.events[0].end, AIR_END_DEVICE);
    assert_int_equal(heard.events[0].peak_mdb, EVENT_NO_LEVEL);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    player_link_destroy(link);
    player_destroy(player);
}

static void a_source_without_input_says_so(void **state) {
    (void)state;
    struct heard heard = {0};
    struct player *player = new_player();
    struct player_link_handler handler = {&heard, happened, opened};
    struct player_link *link = player_link_create(player, &handler);
    struct player_port port = player_link_port(link);
    struct air_element element = {.airing = 8, .fd = -1, .kind = ITEM_RELAY};
    port.add(port.self, 1, &element);
    player_link_dispatch(link);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.events[0].kind, AIR_ENDED);
    assert_true(strlen(heard.words[0]) > 10);
    player_link_destroy(link);
    player_destroy(player);
}

/* A permit that does not cover its zones is no permit: fault, then the session's only end. */
static void a_session_that_is_refused_ends_once(void **state) {
    (void)state;
    struct heard heard = {0};
    struct player *player = new_player();
    struct player_link_handler handler = {&heard, happened, opened};
    struct player_link *link = player_link_create(player, &handler);
    struct player_port port = player_link_port(link);
    struct permit permit = {.id = 0, .class = CLASS_NORMAL, .zones = 1};
    port.begin(port.self, &permit, walltime_now());
    player_link_dispatch(link);
    assert_int_equal(heard.count, 2);
    assert_int_equal(heard.events[0].kind, AIR_FAULT);
    assert_int_equal(heard.events[1].kind, AIR_SESSION_ENDED);
    player_link_destroy(link);
    player_link_destroy(NULL);
    player_destroy(player);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_element_of_no_session_ends_once_and_its_descriptor_is_closed),
        cmocka_unit_test(a_source_without_input_says_so),
        cmocka_unit_test(a_session_that_is_refused_ends_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
