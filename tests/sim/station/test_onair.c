/* The station on the air, through the twins of the simulation: what happens, and what the diary then
 * says. One segment from 17:00 to 17:12: tune, ident, five items, closing words. */
#include "base/memory.h"
#include "base/zone.h"
#include "station/simulation_world.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE INT64_C(60000000000)
#define SECOND INT64_C(1000000000)

struct scene {
    struct simulation_options options;
    struct programme *programme;
    struct simulation result;
    struct world *world;
};

/* The busy station with nothing but its session at 17:00 (segment 9, column 4). */
static struct programme *one_session(void) {
    struct zone *zone = zone_fixed("Asia/Ho_Chi_Minh", 7 * 3600);
    struct programme *programme = simulation_busy_station(zone);
    for (size_t i = 0; i < programme->segments_count; i++) {
        programme->segments[i].enabled = programme->segments[i].id == 9;
    }
    programme->spans_count = 0;
    return programme;
}

/* From 16:00 on 1 January 2026. */
static struct scene open_scene(struct programme *programme) {
    struct scene scene = {.options = {.seed = 1, .days = 3}, .programme = programme};
    scene.options.from.us = INT64_C(1767258000000000);
    return scene;
}

static void start(struct scene *scene) {
    scene->world = world_open(&scene->options, scene->programme, &scene->result);
    world_boot(scene->world);
}

/* Minutes and seconds after 17:00. */
static void live(struct scene *scene, int minutes, int seconds) {
    world_live(scene->world, 60 * MINUTE + minutes * MINUTE + seconds * SECOND);
}

static void end(struct scene *scene) {
    world_close(scene->world);
    assert_string_equal(scene->result.breach, "");
    simulation_finish(&scene->result);
    programme_release(scene->programme);
}

static json_t *event_at(const struct scene *scene, size_t i) {
    const struct simulation_event *event = &scene->result.events[i];
    json_t *json = json_loadb(scene->result.diary.bytes + event->at, event->size, 0, NULL);
    assert_non_null(json);
    return json;
}

static const char *text_of(const json_t *event, const char *key) {
    const char *text = json_string_value(json_object_get(event, key));
    return text != NULL ? text : "";
}

static json_int_t number_of(const json_t *event, const char *key) {
    return json_integer_value(json_object_get(event, key));
}

/* "opened 0 tune", "closed completed", "outcome aired/none": those types, in their order. */
static void check(const struct scene *scene, const char *types, const char *wanted) {
    struct text text = {0};
    for (size_t i = 0; i < scene->result.events_count; i++) {
        json_t *event = event_at(scene, i);
        const char *type = text_of(event, "type");
        if (strstr(types, type) != NULL) {
            text_add_string(&text, type);
            if (strcmp(type, "opened") == 0) {
                text_add_format(&text, " %d %s", (int)number_of(event, "position"),
                                text_of(event, "role"));
            } else if (strcmp(type, "outcome") == 0) {
                text_add_format(&text, " %s/%s", text_of(event, "outcome"),
                                text_of(event, "reason"));
            } else if (strcmp(type, "incident") == 0) {
                text_add_format(&text, " %s", text_of(event, "kind"));
            } else {
                text_add_format(&text, " %s", text_of(event, "reason"));
            }
            text_add_string(&text, "\n");
        }
        json_decref(event);
    }
    assert_string_equal(text_string(&text), wanted);
    text_finish(&text);
}

/* The n-th event of a type, counted from 0; the caller's. */
static json_t *find(const struct scene *scene, const char *type, int n) {
    for (size_t i = 0; i < scene->result.events_count; i++) {
        json_t *event = event_at(scene, i);
        if (strcmp(text_of(event, "type"), type) == 0 && n-- == 0) {
            return event;
        }
        json_decref(event);
    }
    fail_msg("no such event: %s", type);
    return NULL;
}

static int count(const struct scene *scene, const char *type) {
    int found = 0;
    for (size_t i = 0; i < scene->result.events_count; i++) {
        json_t *event = event_at(scene, i);
        found += strcmp(text_of(event, "type"), type) == 0;
        json_decref(event);
    }
    return found;
}

#define START_US INT64_C(1767261600000000) /* 17:00 */

static const struct item *item_on_air(struct scene *scene) {
    struct onair_status status;
    struct moment moment = world_moment(scene->world);
    onair_status(scene->world->onair, &moment, &status);
    for (size_t i = 0; i < scene->programme->items_count; i++) {
        if (strcmp(scene->programme->items[i].title, status.item_title) == 0) {
            return &scene->programme->items[i];
        }
    }
    fail_msg("nothing is on the air");
    return NULL;
}

static void a_session_airs_whole_from_its_second_on(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 30, 0);
    check(&scene, "opened closed outcome",
          "opened 0 tune\nopened 1 ident\nopened 2 item\nclosed completed\nclosed completed\n"
          "opened 3 item\nclosed completed\nopened 4 item\nclosed completed\nopened 5 item\n"
          "closed completed\nopened 6 item\nclosed completed\nopened 7 closing\n"
          "closed completed\nclosed completed\noutcome aired/none\n");
    int64_t next_us = START_US;
    for (int i = 0; i < 8; i++) { /* gapless, from the planned second, opened before the sound */
        json_t *opened = find(&scene, "opened", i);
        json_t *closed = find(&scene, "closed", i);
        assert_int_equal(number_of(closed, "airing"), number_of(opened, "seq"));
        assert_int_equal(number_of(closed, "first_us"), next_us);
        assert_true(number_of(opened, "at_us") < number_of(closed, "first_us"));
        next_us = number_of(closed, "last_us");
        json_decref(opened);
        json_decref(closed);
    }
    end(&scene);
}

static void one_flipped_byte_is_refused_and_the_rest_goes_on(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    scene.world->flipped_item = 31; /* the column's first in turn */
    live(&scene, 30, 0);
    assert_int_equal(count(&scene, "opened"), 7);
    check(&scene, "refused outcome", "refused approval\noutcome aired_short/approval\n");
    json_t *refused = find(&scene, "refused", 0);
    assert_int_equal(number_of(json_object_get(refused, "item"), "id"), 31);
    json_decref(refused);
    end(&scene);
}

static void r15_a_withdrawn_item_is_silent_within_a_second(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 4, 0);
    struct moment moment = world_moment(scene.world);
    const struct item *item = item_on_air(&scene);
    onair_withdraw(scene.world->onair, item, "phó chủ tịch", "sai số liệu", &moment);
    int64_t withdrawn_us = moment.wall.us;
    live(&scene, 30, 0);
    int withdrawn = 0;
    for (int i = 0; i < 8; i++) {
        json_t *closed = find(&scene, "closed", i);
        if (strcmp(text_of(closed, "reason"), "withdrawn") == 0) {
            withdrawn++;
            assert_true(number_of(closed, "last_us") - withdrawn_us < 1000000);
        }
        json_decref(closed);
    }
    assert_int_equal(withdrawn, 1);
    check(&scene, "outcome", "outcome aired_short/withdrawn\n");
    live(&scene, 24 * 60 + 30, 0); /* and in no later rundown */
    for (int i = 8; i < count(&scene, "opened"); i++) {
        json_t *opened = find(&scene, "opened", i);
        assert_int_not_equal(number_of(json_object_get(opened, "item"), "id"), item->id);
        json_decref(opened);
    }
    end(&scene);
}

static void a_person_stops_what_is_on_the_air(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 4, 0);
    struct moment moment = world_moment(scene.world);
    onair_stop_all(scene.world->onair, REASON_OPERATOR, &moment);
    live(&scene, 4, 2);
    assert_false(onair_is_on_air(scene.world->onair));
    live(&scene, 30, 0);
    check(&scene, "outcome", "outcome aired_short/operator\n");
    json_t *closed = find(&scene, "closed", count(&scene, "closed") - 1);
    assert_string_equal(text_of(closed, "reason"), "stopped");
    json_decref(closed);
    end(&scene);
}

static void stopped_before_it_sounds_it_is_cancelled(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 0, -10);
    struct moment moment = world_moment(scene.world);
    onair_stop_all(scene.world->onair, REASON_OPERATOR, &moment);
    live(&scene, 30, 0);
    check(&scene, "opened outcome", "outcome cancelled/operator\n");
    end(&scene);
}

static void a_hold_silences_until_it_ends(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 4, 0);
    struct moment moment = world_moment(scene.world);
    onair_hold(scene.world->onair, walltime_add(moment.wall, 25 * 3600 * WALLTIME_SECOND),
               "chị Lan", "đám tang", &moment);
    live(&scene, 24 * 60 + 30, 0);
    check(&scene, "hold outcome", "hold \noutcome aired_short/hold\noutcome cancelled/hold\n");
    end(&scene);
}

static void power_goes_and_comes_back_within_the_grace(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 2, 30);
    int opened = count(&scene, "opened");
    world_lose_power(scene.world, true); /* the process dies, and is back in some seconds */
    live(&scene, 30, 0);
    check(&scene, "outcome", "outcome aired_short/power\n");
    assert_true(count(&scene, "opened") > opened);
    for (int b = opened; b < count(&scene, "opened"); b++) { /* nothing opened is opened again */
        json_t *later = find(&scene, "opened", b);
        for (int a = 0; a < opened; a++) {
            json_t *before = find(&scene, "opened", a);
            assert_int_not_equal(number_of(json_object_get(later, "item"), "id"),
                                 number_of(json_object_get(before, "item"), "id"));
            assert_int_not_equal(number_of(later, "position"), number_of(before, "position"));
            json_decref(before);
        }
        json_decref(later);
    }
    json_t *closed = find(&scene, "closed", 2);
    assert_string_equal(text_of(closed, "reason"), "power");
    json_decref(closed);
    end(&scene);
}

static void power_comes_back_after_the_grace(void **state) {
    (void)state;
    struct programme *programme = one_session();
    for (size_t i = 0; i < programme->segments_count; i++) {
        programme->segments[i].grace_us = WALLTIME_SECOND;
    }
    struct scene scene = open_scene(programme);
    start(&scene);
    live(&scene, 2, 30);
    int opened = count(&scene, "opened");
    world_lose_power(scene.world, true);
    live(&scene, 30, 0);
    check(&scene, "outcome", "outcome aired_short/power\n");
    assert_int_equal(count(&scene, "opened"), opened);
    end(&scene);
}

static void a_program_that_ends_in_order_leaves_it_to_the_next(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 2, 30);
    struct moment moment = world_moment(scene.world);
    onair_stop_all(scene.world->onair, REASON_POWER, &moment);
    live(&scene, 2, 32);
    assert_false(onair_is_on_air(scene.world->onair));
    check(&scene, "outcome", "");
    world_lose_power(scene.world, true);
    live(&scene, 30, 0);
    check(&scene, "outcome", "outcome aired_short/power\n");
    end(&scene);
}

static void power_that_is_off_at_its_start_makes_it_join_or_miss(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 0, -40);
    scene.world->running = true;
    world_lose_power(scene.world, true); /* back 1 to 30 s later */
    live(&scene, 30, 0);
    check(&scene, "outcome", "outcome aired/none\n");
    end(&scene);
    scene = open_scene(one_session());
    scene.options.from.us +=
        62 * 60 * WALLTIME_SECOND; /* switched on at 17:02 for the first time */
    start(&scene);
    world_live(scene.world, 30 * MINUTE);
    check(&scene, "opened outcome", ""); /* nobody had planned it */
    end(&scene);
}

static void late_within_its_grace_it_joins_at_the_present_position(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, -5, 0);
    world_set_clock(scene.world, 8 * 60 * WALLTIME_SECOND, CLOCK_TRUSTED); /* 17:03 at once */
    live(&scene, 30, 0);
    json_t *opened = find(&scene, "opened", 0);
    assert_string_equal(text_of(opened, "role"), "item");
    assert_int_equal(number_of(opened, "position"), 3);
    json_decref(opened);
    check(&scene, "outcome", "outcome aired_late/none\n");
    json_t *closed = find(&scene, "closed", 4);
    assert_true(number_of(closed, "last_us") <= START_US + 12 * 60 * WALLTIME_SECOND);
    json_decref(closed);
    end(&scene);
}

static void without_content_nothing_is_switched_on(void **state) {
    (void)state;
    struct programme *programme = one_session();
    for (size_t i = 0; i < programme->items_count; i++) {
        programme->items[i].valid_until = (struct civil_date){2025, 12, 31};
    }
    struct scene scene = open_scene(programme);
    start(&scene);
    live(&scene, 30, 0);
    check(&scene, "permit opened outcome amplifier", "outcome missed/no_content\n");
    end(&scene);
}

static void r30_music_is_refused_in_mourning(void **state) {
    (void)state;
    struct programme *programme = one_session();
    for (size_t i = 0; i < programme->items_count; i++) {
        programme->items[i].genre = GENRE_MUSIC;
    }
    programme->spans[0] = (struct template_span){
        .template_id = 2, .kind = SPAN_DATES, .from = {2026, 1, 1}, .until = {2026, 1, 1}};
    programme->spans_count = 1;
    struct scene scene = open_scene(programme);
    start(&scene);
    live(&scene, 30, 0);
    check(&scene, "opened outcome", "outcome refused/mourning\n");
    end(&scene);
}

static void r34_one_failing_zone_never_stops_the_others(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 4, 0);
    struct amplifier_input failed = {.kind = AMPLIFIER_RELAY_FAILED, .failed = 1};
    world_amplifier_turn(scene.world, &failed);
    live(&scene, 30, 0);
    check(&scene, "outcome", "outcome aired/none\n");
    json_t *closed = find(&scene, "closed", 6);
    const json_t *zones = json_object_get(closed, "zones");
    assert_string_equal(text_of(json_array_get(zones, 0), "result"), "fault");
    assert_string_equal(text_of(json_array_get(zones, 1), "result"), "sounded");
    json_decref(closed);
    end(&scene);
}

static void without_any_zone_it_ends(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 4, 0);
    struct amplifier_input failed = {.kind = AMPLIFIER_RELAY_FAILED, .failed = 3};
    world_amplifier_turn(scene.world, &failed);
    live(&scene, 30, 0);
    check(&scene, "outcome", "outcome aired_short/amplifier\n");
    end(&scene);
}

static void without_amplifier_it_is_missed(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    scene.world->amplifier.settings.zone[0].warm_up_ms = 3600000; /* never ready */
    scene.world->amplifier.settings.zone[1].warm_up_ms = 3600000;
    live(&scene, 30, 0);
    check(&scene, "opened outcome", "outcome missed/amplifier\n");
    end(&scene);
}

static void without_diary_no_sound(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, -1, 0);
    scene.world->disk_full = true;
    live(&scene, 6, 0);
    scene.world->disk_full = false;
    live(&scene, 30, 0);
    check(&scene, "opened outcome", "outcome missed/disk\n");
    json_t *incident = find(&scene, "incident", 0);
    assert_string_equal(text_of(incident, "kind"), "disk");
    json_decref(incident);
    end(&scene);
}

static struct onair_play by_hand(const struct scene *scene) {
    return (struct onair_play){.origin = 'm',
                               .class = CLASS_NORMAL,
                               .item = 31,
                               .zones = 1,
                               .start = world_wall(scene->world),
                               .by = "chị Lan",
                               .words = ""};
}

static void a_manual_airing_stands_beside_the_sum(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, -20, 0);
    struct onair_play play = by_hand(&scene);
    struct moment moment = world_moment(scene.world);
    struct occurrence_key key;
    struct fail why;
    assert_true(onair_play(scene.world->onair, &play, &moment, &key, &why));
    live(&scene, -10, 0);
    check(&scene, "opened closed outcome", "opened 0 item\nclosed completed\n");
    json_t *opened = find(&scene, "opened", 0);
    assert_string_equal(text_of(opened, "occ"), "m1@20260101T164005+0700");
    assert_string_equal(text_of(opened, "operator"), "chị Lan");
    json_decref(opened);
    live(&scene, 30, 0);
    check(&scene, "outcome", "outcome aired/none\n");
    end(&scene);
}

static void a_manual_airing_ends_where_the_plan_begins(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, -1, 0);
    struct onair_play play = by_hand(&scene);
    struct moment moment = world_moment(scene.world);
    struct occurrence_key key;
    struct fail why;
    assert_true(onair_play(scene.world->onair, &play, &moment, &key, &why));
    live(&scene, 30, 0);
    json_t *closed = find(&scene, "closed", 0);
    assert_string_equal(text_of(closed, "reason"), "preempted");
    assert_true(number_of(closed, "last_us") <= START_US);
    json_decref(closed);
    check(&scene, "outcome", "outcome aired/none\n");
    end(&scene);
}

static void manual_airings_keep_windows_holds_and_quiet_hours(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 4, 0);
    struct onair_play play = by_hand(&scene);
    struct moment moment = world_moment(scene.world);
    struct occurrence_key key;
    struct fail why;
    assert_false(onair_play(scene.world->onair, &play, &moment, &key, &why)); /* it is on the air */
    assert_int_equal(why.code, FAIL_CONFLICT);
    live(&scene, 4 * 60 + 30, 0); /* 21:30 */
    moment = world_moment(scene.world);
    play.start = moment.wall;
    assert_false(onair_play(scene.world->onair, &play, &moment, &key, &why));
    assert_int_equal(why.code, FAIL_REFUSED);
    live(&scene, 5 * 60 + 30, 0); /* 22:30 */
    moment = world_moment(scene.world);
    play.start = moment.wall;
    assert_false(onair_play(scene.world->onair, &play, &moment, &key, &why));
    play.origin = 'e';
    play.class = CLASS_EMERGENCY;
    assert_true(onair_play(scene.world->onair, &play, &moment, &key, &why));
    live(&scene, 5 * 60 + 40, 0); /* without the authority to cross them it stays silent */
    int opened = count(&scene, "opened");
    play.crosses_quiet_hours = true;
    moment = world_moment(scene.world);
    play.start = moment.wall;
    assert_true(onair_play(scene.world->onair, &play, &moment, &key, &why));
    live(&scene, 5 * 60 + 50, 0);
    assert_int_equal(count(&scene, "opened"), opened + 1);
    end(&scene);
}

static void an_emergency_pre_empts_at_once(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 4, 0);
    struct onair_play play = by_hand(&scene);
    play.origin = 'e';
    play.class = CLASS_EMERGENCY;
    struct moment moment = world_moment(scene.world);
    struct occurrence_key key;
    struct fail why;
    assert_true(onair_play(scene.world->onair, &play, &moment, &key, &why));
    live(&scene, 30, 0);
    check(&scene, "outcome", "outcome aired_short/precedence\n");
    int preempted = 0;
    for (int i = 0; i < count(&scene, "closed"); i++) {
        json_t *closed = find(&scene, "closed", i);
        preempted += strcmp(text_of(closed, "reason"), "preempted") == 0;
        json_decref(closed);
    }
    assert_int_equal(preempted, 1);
    end(&scene);
}

static void a_segment_that_cannot_be_planned_is_told_once(void **state) {
    (void)state;
    struct programme *programme = one_session();
    for (size_t i = 0; i < programme->segments_count; i++) {
        if (programme->segments[i].id == 1) {
            programme->segments[i].enabled = true;
            free(programme->segments[i].rule);
            programme->segments[i].rule = memory_text("FREQ=SOMETIMES");
        }
    }
    struct scene scene = open_scene(programme);
    start(&scene);
    live(&scene, 24 * 60 + 30, 0);
    assert_int_equal(count(&scene, "incident"), 1);
    json_t *incident = find(&scene, "incident", 0);
    assert_string_equal(text_of(incident, "kind"), "plan");
    assert_non_null(strstr(text_of(incident, "words"), "segment 1 "));
    json_decref(incident);
    check(&scene, "outcome", "outcome aired/none\noutcome aired/none\n"); /* the others air */
    end(&scene);
}

static void the_amplifier_is_on_around_the_sound_only(void **state) {
    (void)state;
    struct scene scene = open_scene(one_session());
    start(&scene);
    live(&scene, 30, 0);
    const char *trace = text_string(&scene.result.trace);
    assert_non_null(strstr(trace, "\"cause\":\"warm\""));
    assert_null(strstr(trace, "\"cause\":\"permit\""));
    assert_null(strstr(trace, "\"cause\":\"floor\""));
    json_t *first = find(&scene, "amplifier", 0);
    assert_string_equal(text_of(first, "state"), "warming");
    assert_true(number_of(first, "at_us") < START_US);
    assert_true(number_of(first, "at_us") > START_US - 15 * WALLTIME_SECOND);
    json_decref(first);
    end(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_airs_whole_from_its_second_on),
        cmocka_unit_test(one_flipped_byte_is_refused_and_the_rest_goes_on),
        cmocka_unit_test(r15_a_withdrawn_item_is_silent_within_a_second),
        cmocka_unit_test(a_person_stops_what_is_on_the_air),
        cmocka_unit_test(stopped_before_it_sounds_it_is_cancelled),
        cmocka_unit_test(a_hold_silences_until_it_ends),
        cmocka_unit_test(power_goes_and_comes_back_within_the_grace),
        cmocka_unit_test(power_comes_back_after_the_grace),
        cmocka_unit_test(a_program_that_ends_in_order_leaves_it_to_the_next),
        cmocka_unit_test(power_that_is_off_at_its_start_makes_it_join_or_miss),
        cmocka_unit_test(late_within_its_grace_it_joins_at_the_present_position),
        cmocka_unit_test(without_content_nothing_is_switched_on),
        cmocka_unit_test(r30_music_is_refused_in_mourning),
        cmocka_unit_test(r34_one_failing_zone_never_stops_the_others),
        cmocka_unit_test(without_any_zone_it_ends),
        cmocka_unit_test(without_amplifier_it_is_missed),
        cmocka_unit_test(without_diary_no_sound),
        cmocka_unit_test(a_manual_airing_stands_beside_the_sum),
        cmocka_unit_test(a_manual_airing_ends_where_the_plan_begins),
        cmocka_unit_test(manual_airings_keep_windows_holds_and_quiet_hours),
        cmocka_unit_test(an_emergency_pre_empts_at_once),
        cmocka_unit_test(a_segment_that_cannot_be_planned_is_told_once),
        cmocka_unit_test(the_amplifier_is_on_around_the_sound_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
