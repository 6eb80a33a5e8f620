#include "base/memory.h"
#include "playlists/rundown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000)

static const struct walltime start = {1796119800 * SECOND}; /* 2026-12-01T17:10 +07 */
static const struct civil_date date = {2026, 12, 1};
static struct column column = {.id = 1, .title = (char *)"Tin"};

static struct item clip(int64_t id, int64_t seconds) {
    return (struct item){.id = id,
                         .version = 1,
                         .kind = ITEM_CLIP,
                         .genre = GENRE_NEWS,
                         .state = APPROVAL_APPROVED,
                         .title = (char *)"t",
                         .column_id = 1,
                         .duration_us = seconds * SECOND,
                         .loudness_mlufs = -23000,
                         .true_peak_mdb = -9000};
}

static struct rundown_request request_of(const struct item *items, size_t count, int64_t seconds) {
    return (struct rundown_request){.column = &column,
                                    .items = items,
                                    .items_count = count,
                                    .start = start,
                                    .date = date,
                                    .duration_us = seconds * SECOND,
                                    .end_policy = END_FINISH_ITEM};
}

/* "tune:7 item:1 closing:9", each with its offset in seconds where `offsets`. */
static void describe(const struct rundown *rundown, char *text) {
    *text = '\0';
    for (size_t i = 0; i < rundown->count; i++) {
        const struct rundown_element *element = &rundown->elements[i];
        sprintf(text + strlen(text), "%s%s:%d@%d+%d%s", i != 0 ? " " : "",
                rundown_role_word(element->role), (int)element->item->id,
                (int)(element->offset_us / SECOND), (int)(element->duration_us / SECOND),
                element->cut ? "!" : "");
    }
}

static void expect(const struct rundown_request *request, const char *wanted) {
    struct rundown rundown;
    char found[4096];
    rundown_fill(request, &rundown);
    describe(&rundown, found);
    assert_string_equal(found, wanted);
    assert_true(rundown.duration_us <= request->duration_us);
    rundown_finish(&rundown);
}

static enum rotation_verdict verdict_of(const struct rundown_request *request, int64_t item) {
    struct rundown rundown;
    enum rotation_verdict verdict = ROTATION_MAY_AIR;
    rundown_fill(request, &rundown);
    for (size_t i = 0; i < rundown.omissions_count; i++) {
        if (rundown.omissions[i].item == item) {
            verdict = rundown.omissions[i].verdict;
        }
    }
    rundown_finish(&rundown);
    return verdict;
}

static void a_whole_broadcast_is_framed(void **state) {
    (void)state;
    struct item items[] = {clip(1, 60), clip(2, 90), clip(5, 10),
                           clip(6, 5),  clip(7, 3),  clip(8, 8)};
    struct column framed = column;
    framed.tune_item = 5;
    framed.ident_item = 6;
    framed.sting_item = 7;
    framed.closing_item = 8;
    struct rundown_request request = request_of(items, 6, 300);
    request.column = &framed;
    expect(&request, "tune:5@0+10 ident:6@10+5 item:1@15+60 sting:7@75+3 item:2@78+90 "
                     "closing:8@168+8");
    /* The closing words keep their room: 2 would fit without them. */
    request.duration_us = 172 * SECOND;
    expect(&request, "tune:5@0+10 ident:6@10+5 item:1@15+60 closing:8@75+8");
    /* Nothing to say: no tune around it. */
    request.duration_us = 80 * SECOND;
    expect(&request, "");
    assert_int_equal(verdict_of(&request, 1), ROTATION_TOO_LONG);
}

static void the_stations_own_frame_stands_in(void **state) {
    (void)state;
    struct item items[] = {clip(1, 60), clip(5, 10), clip(6, 5)};
    struct rundown_request request = request_of(items, 3, 300);
    request.tune_item = 5;
    request.closing_item = 6;
    expect(&request, "tune:5@0+10 item:1@10+60 closing:6@70+5");
    request.tune_item = 99;
    assert_int_equal(verdict_of(&request, 99), ROTATION_MISSING);
    request.tune_item = 5;
    items[1].state = APPROVAL_WITHDRAWN;
    expect(&request, "item:1@0+60 closing:6@60+5");
}

static void the_longest_unaired_goes_first(void **state) {
    (void)state;
    struct item items[] = {clip(1, 60), clip(2, 60), clip(3, 60), clip(4, 60)};
    struct rotation_history history = {0};
    rotation_history_record(&history, 2, walltime_add(start, -100 * SECOND), date);
    rotation_history_record(&history, 1, walltime_add(start, -200 * SECOND), date);
    rotation_history_record(&history, 4, walltime_add(start, -300 * SECOND), date);
    struct rundown_request request = request_of(items, 4, 1000);
    request.history = &history;
    expect(&request, "item:3@0+60 item:4@60+60 item:1@120+60 item:2@180+60");
    rotation_history_finish(&history);
}

static void rotation_is_fair_over_many_days(void **state) {
    (void)state;
    struct item items[] = {clip(1, 50), clip(2, 60), clip(3, 70), clip(4, 80), clip(5, 90)};
    struct rotation_history history = {0};
    for (int day = 0; day < 100; day++) {
        struct rundown_request request = request_of(items, 5, 150);
        request.start = walltime_add(start, day * 86400 * SECOND);
        request.date = civil_date_add_days(date, day);
        request.history = &history;
        struct rundown rundown;
        rundown_fill(&request, &rundown);
        assert_true(rundown.count >= 1 && rundown.duration_us <= 150 * SECOND);
        rundown_record(&rundown, request.start, request.date, &history);
        rundown_finish(&rundown);
    }
    for (size_t i = 0; i < history.count; i++) {
        assert_in_range(history.entries[i].total, 30, 60);
    }
    rotation_history_finish(&history);
}

static void validity_and_limits_are_respected(void **state) {
    (void)state;
    struct item item = clip(1, 60);
    struct rotation_history history = {0};
    struct rundown_request request = request_of(&item, 1, 300);
    request.history = &history;
    item.valid_from = (struct civil_date){2026, 12, 2};
    assert_int_equal(verdict_of(&request, 1), ROTATION_NOT_YET_VALID);
    item.valid_from = date;
    item.valid_until = date;
    expect(&request, "item:1@0+60");
    item.valid_until = (struct civil_date){2026, 11, 30};
    item.valid_from.year = 0;
    assert_int_equal(verdict_of(&request, 1), ROTATION_EXPIRED);
    item.valid_until.year = 0;
    item.limit = (struct repeat_limit){.most_a_day = 2, .most_in_all = 4, .least_gap_s = 3600};
    rotation_history_record(&history, 1, walltime_add(start, -3599 * SECOND), date);
    assert_int_equal(verdict_of(&request, 1), ROTATION_TOO_SOON);
    request.start.us += SECOND;
    expect(&request, "item:1@0+60");
    rotation_history_record(&history, 1, walltime_add(start, -9999 * SECOND), date);
    assert_int_equal(verdict_of(&request, 1), ROTATION_DAY_LIMIT);
    request.date = (struct civil_date){2026, 12, 2};
    expect(&request, "item:1@0+60");
    rotation_history_record(&history, 1, start, (struct civil_date){2026, 11, 1});
    rotation_history_record(&history, 1, start, (struct civil_date){2026, 11, 1});
    assert_int_equal(verdict_of(&request, 1), ROTATION_TOTAL_LIMIT);
    rotation_history_finish(&history);
}

static void what_is_not_approved_is_never_aired(void **state) {
    (void)state;
    struct item item = clip(1, 60);
    struct rundown_request request = request_of(&item, 1, 300);
    const enum approval_state closed[] = {APPROVAL_DRAFT, APPROVAL_SUBMITTED, APPROVAL_RETURNED};
    for (size_t i = 0; i < 3; i++) {
        item.state = closed[i];
        expect(&request, "");
        assert_int_equal(verdict_of(&request, 1), ROTATION_NOT_APPROVED);
    }
    item.state = APPROVAL_WITHDRAWN;
    assert_int_equal(verdict_of(&request, 1), ROTATION_WITHDRAWN);
}

static void mourning_silences_music(void **state) {
    (void)state;
    struct item items[] = {clip(1, 60), clip(2, 60), clip(3, 60)};
    items[0].genre = GENRE_MUSIC;
    items[1].genre = GENRE_ENTERTAINMENT;
    struct rundown_request request = request_of(items, 3, 300);
    request.mourning = true;
    expect(&request, "item:3@0+60");
    assert_int_equal(verdict_of(&request, 1), ROTATION_MOURNING);
}

static void the_end_follows_its_policy(void **state) {
    (void)state;
    struct item items[] = {clip(1, 60), clip(2, 100), clip(3, 30)};
    struct rundown_request request = request_of(items, 3, 140);
    expect(&request, "item:1@0+60 item:3@60+30");
    request.end_policy = END_CUT;
    expect(&request, "item:1@0+60 item:3@60+30 item:2@90+50!");
    request.end_policy = END_FADE;
    request.fade_ms = 4000;
    struct rundown rundown;
    rundown_fill(&request, &rundown);
    assert_int_equal(rundown.elements[2].fade_ms, 4000);
    assert_int_equal(rundown.elements[1].fade_ms, 0);
    rundown_finish(&rundown);
    /* Ten seconds of something are worse than silence. */
    request.duration_us = 100 * SECOND;
    expect(&request, "item:1@0+60 item:3@60+30");
}

static void a_relay_fills_what_room_there_is(void **state) {
    (void)state;
    struct item items[] = {clip(1, 60), clip(2, 1800)};
    items[1].kind = ITEM_RELAY;
    struct rundown_request request = request_of(items, 2, 900);
    expect(&request, "item:1@0+60 item:2@60+840");
}

static void a_column_keeps_its_local_share(void **state) {
    (void)state;
    struct item items[] = {clip(1, 60), clip(2, 60), clip(3, 60), clip(4, 60), clip(5, 60)};
    items[4].local = true;
    struct column mixed = column;
    mixed.local_one_in = 3;
    struct rundown_request request = request_of(items, 5, 300);
    request.column = &mixed;
    expect(&request, "item:1@0+60 item:2@60+60 item:5@120+60 item:3@180+60 item:4@240+60");
    /* Across broadcasts too: two of others were heard since the last local one. */
    struct rotation_history history = {0};
    rotation_history_record(&history, 5, walltime_add(start, -900 * SECOND), date);
    rotation_history_record(&history, 1, walltime_add(start, -800 * SECOND), date);
    rotation_history_record(&history, 2, walltime_add(start, -700 * SECOND), date);
    request.history = &history;
    request.duration_us = 60 * SECOND;
    expect(&request, "item:5@0+60");
    rotation_history_finish(&history);
}

static void one_item_alone_has_no_frame(void **state) {
    (void)state;
    struct item items[] = {clip(1, 60), clip(2, 60)};
    struct rundown_request request = request_of(items, 2, 300);
    request.tune_item = 1;
    request.only_item = 2;
    expect(&request, "item:2@0+60");
    request.column = NULL;
    request.only_item = 7;
    assert_int_equal(verdict_of(&request, 7), ROTATION_MISSING);
}

static void loudness_meets_the_target_under_the_ceiling(void **state) {
    (void)state;
    struct item item = clip(1, 60);
    assert_int_equal(rundown_gain_mdb(&item, -16000), 7000);
    item.true_peak_mdb = -3000; /* 7 dB more would be +4 dBTP */
    assert_int_equal(rundown_gain_mdb(&item, -16000), 2000);
    item.loudness_mlufs = -9000;
    assert_int_equal(rundown_gain_mdb(&item, -16000), -7000);
    item.loudness_mlufs = -70000; /* too short to measure */
    assert_int_equal(rundown_gain_mdb(&item, -16000), 0);
    item.true_peak_mdb = 500;
    assert_int_equal(rundown_gain_mdb(&item, -16000), -1500);
    item.loudness_mlufs = -60000;
    item.true_peak_mdb = -50000;
    assert_int_equal(rundown_gain_mdb(&item, -16000), RUNDOWN_MOST_GAIN_MDB);
}

static void what_was_left_out_is_explained(void **state) {
    (void)state;
    struct item items[] = {clip(1, 60), clip(2, 60), clip(3, 900)};
    items[0].title = (char *)"Chợ hoa";
    items[0].valid_until = (struct civil_date){2026, 1, 1};
    items[2].title = (char *)"Đại hội";
    struct rundown_request request = request_of(items, 3, 300);
    struct rundown rundown;
    char words[256];
    rundown_fill(&request, &rundown);
    rundown_explain(&rundown, words, sizeof words);
    assert_string_equal(words, "'Chợ hoa': it has expired; 'Đại hội': it is longer than the "
                               "whole broadcast has room for");
    char few[6];
    rundown_explain(&rundown, few, sizeof few); /* ợ is three bytes: not cut in two */
    assert_string_equal(few, "'Ch");
    rundown_finish(&rundown);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_broadcast_is_framed),
        cmocka_unit_test(the_stations_own_frame_stands_in),
        cmocka_unit_test(the_longest_unaired_goes_first),
        cmocka_unit_test(rotation_is_fair_over_many_days),
        cmocka_unit_test(validity_and_limits_are_respected),
        cmocka_unit_test(what_is_not_approved_is_never_aired),
        cmocka_unit_test(mourning_silences_music),
        cmocka_unit_test(the_end_follows_its_policy),
        cmocka_unit_test(a_relay_fills_what_room_there_is),
        cmocka_unit_test(a_column_keeps_its_local_share),
        cmocka_unit_test(one_item_alone_has_no_frame),
        cmocka_unit_test(loudness_meets_the_target_under_the_ceiling),
        cmocka_unit_test(what_was_left_out_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
