/* The rows of the tables in scheduler/director.h, each with a test of its own. */
#include "scheduler/director.h"

#include "tests/unit/scheduler/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define LEAD_US (20 * WALLTIME_SECOND)

/* A station whose decisions are carried out on paper: armed ones sound at their start, and end at
 * their end, unless a test does it by hand. */
struct scene {
    struct programme *programme;
    struct director *director;
    struct decisions decisions;
    struct moment now;
    struct text said; /* "12:00:00 arm A" lines */
    bool by_hand;
};

static struct walltime at(const struct scene *scene, const char *text) {
    return stage_instant(scene->programme, text);
}

static struct scene begin(const char *now) {
    struct scene scene = {.programme = stage_programme()};
    scene.now = (struct moment){at(&scene, now), {1000 * MONOTIME_SECOND}, CLOCK_TRUSTED};
    return scene;
}

static void open_director(struct scene *scene, const struct director_past *past) {
    static const struct director_past nothing;
    scene->director = director_create(LEAD_US, past != NULL ? past : &nothing);
    director_programme(scene->director, scene->programme, NULL);
}

static void end(struct scene *scene) {
    director_destroy(scene->director);
    programme_release(scene->programme);
    free(scene->decisions.list);
    text_finish(&scene->said);
}

static const char *title_of(const struct scene *scene, int64_t segment) {
    const struct segment *found = programme_segment(scene->programme, segment);
    return found != NULL ? found->title : "?";
}

static void say(struct scene *scene, const struct decision *decision) {
    static const char *const words[] = {"step",   "trust",  "planned", "moved",  "arm",
                                        "disarm", "end by", "stop",    "settle", "outcome"};
    struct civil civil = zone_civil(scene->programme->zone, scene->now.wall);
    text_add_format(&scene->said, "%02d:%02d:%02d %s", civil.hour, civil.minute, civil.second,
                    words[decision->kind]);
    if (decision->kind == DECIDE_TRUST) {
        text_add_format(&scene->said, " %s", clock_trust_word(decision->trust));
    } else if (decision->kind == DECIDE_STEP) {
        text_add_format(&scene->said, " %+lld",
                        (long long)(decision->difference_us / WALLTIME_SECOND));
    } else {
        text_add_format(&scene->said, " %s", title_of(scene, decision->occurrence.segment));
    }
    if (decision->late) {
        text_add_string(&scene->said, " late");
    }
    if (decision->kind == DECIDE_OUTCOME || decision->kind == DECIDE_SETTLE) {
        text_add_format(&scene->said, " %s/%s", outcome_word(decision->outcome),
                        outcome_reason_word(decision->reason));
    } else if (decision->reason != REASON_NONE) {
        text_add_format(&scene->said, " %s", outcome_reason_word(decision->reason));
    }
    text_add_string(&scene->said, "\n");
}

static void step(struct scene *scene) {
    director_step(scene->director, &scene->now, &scene->decisions);
    for (size_t i = 0; i < scene->decisions.count; i++) {
        const struct decision *decision = &scene->decisions.list[i];
        if (decision->kind != DECIDE_PLANNED || decision->late) {
            say(scene, decision);
        }
        if (decision->kind == DECIDE_STOP && !scene->by_hand) {
            struct occurrence_key key = decision->occurrence.key;
            director_over(scene->director, &key);
        }
    }
}

/* What the player would report: armed ones sound from their start on, and are over at their end. */
static void play(struct scene *scene) {
    size_t count;
    const struct director_occurrence *open = director_open(scene->director, &count);
    for (size_t i = 0; i < count; i++) {
        struct occurrence_key key = open[i].key;
        if (open[i].phase == DIRECTOR_ARMED && open[i].start.us <= scene->now.wall.us) {
            director_sounding(scene->director, &key);
        } else if (open[i].phase == DIRECTOR_SOUNDS && open[i].end.us <= scene->now.wall.us) {
            director_over(scene->director, &key);
            play(scene);
            return;
        }
    }
}

static void pass(struct scene *scene, int64_t us) {
    scene->now.wall.us += us;
    scene->now.mono.ns += us * 1000;
}

/* Lives on until an instant, second by second where the director asks for it. */
static void live(struct scene *scene, const char *until) {
    struct walltime stop = at(scene, until);
    step(scene);
    while (scene->now.wall.us < stop.us) {
        int64_t us = (scene->decisions.wake.ns - scene->now.mono.ns + 999) / 1000;
        int64_t left = stop.us - scene->now.wall.us;
        us = us < 1 ? 1 : us > 10 * WALLTIME_SECOND ? 10 * WALLTIME_SECOND : us;
        pass(scene, us < left ? us : left);
        if (!scene->by_hand) {
            play(scene);
        }
        step(scene);
    }
}

static void set_clock(struct scene *scene, int64_t seconds) {
    scene->now.wall.us += seconds * WALLTIME_SECOND + 1000;
    scene->now.mono.ns += MONOTIME_MS;
    step(scene);
}

#define said(scene, wanted)                                       \
    do {                                                          \
        assert_string_equal(text_string(&(scene)->said), wanted); \
        text_clear(&(scene)->said);                               \
    } while (0)

static void an_occurrence_is_planned_armed_and_over(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 00:00");
    stage_segment(scene.programme, "A", "2026-12-02 17:00", "", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 16:59:59");
    assert_int_equal(scene.decisions.count, 0);
    size_t count;
    director_open(scene.director, &count);
    assert_int_equal(count, 0); /* not within 24 hours yet */
    live(&scene, "2026-12-01 17:00:01");
    director_open(scene.director, &count);
    assert_int_equal(count, 1);
    live(&scene, "2026-12-02 18:00");
    said(&scene, "16:59:40 arm A\n");
    director_open(scene.director, &count);
    assert_int_equal(count, 0);
    end(&scene);
}

static void late_within_its_grace_it_is_joined(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 17:09");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    struct director_past past = {.lived_until = at(&scene, "2026-12-01 16:00")};
    open_director(&scene, &past);
    step(&scene);
    said(&scene, "17:09:00 planned A late\n17:09:00 arm A late\n");
    end(&scene);
}

static void stale_is_missed_and_never_aired_late(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 17:11");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    struct director_past past = {.lived_until = at(&scene, "2026-12-01 16:00")};
    open_director(&scene, &past);
    live(&scene, "2026-12-01 17:30");
    said(&scene, "17:11:00 planned A late\n17:11:00 outcome A missed/power\n");
    end(&scene);
}

static void without_grace_it_is_on_time_or_missed(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 17:00:02");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20)->grace_us = 0;
    stage_segment(scene.programme, "B", "2026-12-01 17:30", "", 20)->grace_us = 0;
    struct director_past past = {.lived_until = at(&scene, "2026-12-01 16:00")};
    open_director(&scene, &past);
    live(&scene, "2026-12-01 17:40");
    said(&scene, "17:00:02 planned A late\n17:00:02 outcome A missed/power\n17:29:40 arm B\n");
    end(&scene);
}

static void clock_none_slewing_is_no_step(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:00");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    open_director(&scene, NULL);
    step(&scene);
    scene.now.wall.us += WALLTIME_SECOND + 150000;
    scene.now.mono.ns += MONOTIME_SECOND;
    step(&scene);
    said(&scene, "");
    end(&scene);
}

static void clock_negative_nothing_begins_again(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:30");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 2);
    stage_segment(scene.programme, "B", "2026-12-01 17:05", "", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 17:03");
    said(&scene, "16:59:40 arm A\n");
    set_clock(&scene, -240); /* 16:59 again: A had its turn */
    live(&scene, "2026-12-01 17:04:50");
    said(&scene, "16:59:00 step -240\n17:04:40 arm B\n");
    set_clock(&scene, -60); /* armed: prepared anew */
    live(&scene, "2026-12-01 17:08");
    said(&scene, "17:03:50 step -60\n17:03:50 disarm B clock\n17:04:40 arm B\n");
    set_clock(&scene, -100); /* what sounds goes on while its span holds the new time */
    said(&scene, "17:06:20 step -100\n");
    set_clock(&scene, -100); /* before its start: it stops, and is not begun again */
    said(&scene, "17:04:40 step -100\n17:04:40 stop B clock\n");
    live(&scene, "2026-12-01 18:00");
    said(&scene, "");
    end(&scene);
}

static void clock_far_back_the_diary_is_from_the_future(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:30");
    stage_segment(scene.programme, "A", "2026-12-01 16:10", "FREQ=HOURLY;COUNT=4", 5);
    open_director(&scene, NULL);
    step(&scene);
    set_clock(&scene, -1800); /* 16:00 */
    live(&scene, "2026-12-01 16:20");
    said(&scene, "16:00:00 step -1800\n16:00:00 trust untrusted\n");
    live(&scene, "2026-12-01 17:00"); /* caught up, but for the 5 minutes that are forgiven */
    said(&scene, "16:25:00 trust trusted\n");
    live(&scene, "2026-12-01 17:20");
    said(&scene, "17:09:40 arm A\n");
    set_clock(&scene, -7200);
    said(&scene, "15:20:00 step -7200\n15:20:00 trust untrusted\n");
    director_accept_clock(scene.director, scene.now.wall);
    live(&scene, "2026-12-01 17:30"); /* 16:10 is new to it, 17:10 had its turn */
    said(&scene, "15:20:00 trust trusted\n16:09:40 arm A\n");
    end(&scene);
}

static void clock_small_what_was_leapt_over_is_late_or_missed(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:59");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    stage_segment(scene.programme, "B", "2026-12-01 17:30", "", 20)->grace_us = MINUTE_US;
    open_director(&scene, NULL);
    step(&scene);
    set_clock(&scene, 180); /* 17:02 */
    said(&scene, "17:02:00 step +180\n17:02:00 arm A late\n");
    live(&scene, "2026-12-01 17:29");
    set_clock(&scene, 240); /* 17:33: too late for B */
    said(&scene, "17:33:00 step +240\n17:33:00 outcome B missed/clock\n");
    end(&scene);
}

static void clock_medium_is_marked(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:40");
    struct segment *segment = stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 60);
    segment->grace_us = 30 * MINUTE_US;
    open_director(&scene, NULL);
    step(&scene);
    scene.now.wall.us += 45 * MINUTE_US;
    scene.now.mono.ns += MONOTIME_SECOND;
    director_step(scene.director, &scene.now, &scene.decisions);
    assert_int_equal(scene.decisions.list[0].kind, DECIDE_STEP);
    assert_true(scene.decisions.list[0].large);
    assert_int_equal(scene.decisions.list[1].kind, DECIDE_ARM);
    end(&scene);
}

static void clock_large_nothing_leapt_over_is_joined(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 08:00");
    struct segment *segment = stage_segment(scene.programme, "A", "2026-12-01 12:00", "", 60);
    segment->grace_us = 30 * MINUTE_US;
    stage_segment(scene.programme, "B", "2026-12-01 17:00", "", 20);
    scene.now.trust = CLOCK_HELD;
    open_director(&scene, NULL);
    step(&scene);
    set_clock(&scene, 4 * 3600 + 300); /* 12:05, by a clock that nobody vouched for */
    live(&scene, "2026-12-01 12:10");
    said(&scene, "12:05:00 step +14700\n12:05:00 trust untrusted\n");
    director_accept_clock(scene.director, scene.now.wall);
    live(&scene, "2026-12-01 17:10");
    said(&scene, "12:10:00 trust held\n12:10:00 outcome A missed/clock\n16:59:40 arm B\n");
    end(&scene);
}

static void untrusted_clock_holds_and_says_so(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:00");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    stage_segment(scene.programme, "B", "2026-12-01 18:00", "", 20);
    stage_segment(scene.programme, "C", "2026-12-01 19:00", "", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 17:05");
    said(&scene, "16:59:40 arm A\n");
    scene.now.trust = CLOCK_UNTRUSTED; /* what sounds goes on, nothing new begins */
    live(&scene, "2026-12-01 18:30");
    said(&scene, "17:05:00 trust untrusted\n");
    live(&scene, "2026-12-01 19:04");
    scene.now.trust = CLOCK_TRUSTED;
    live(&scene, "2026-12-01 19:05");
    said(&scene, "19:04:00 trust trusted\n19:04:00 outcome B missed/clock\n19:04:00 arm C late\n");
    end(&scene);
}

static struct director_occurrence recalled(const struct scene *scene, int64_t segment,
                                           const char *start, int64_t minutes) {
    struct civil civil;
    assert_true(civil_parse(start, &civil));
    struct walltime instant = at(scene, start);
    return (struct director_occurrence){.key = {'s', segment, civil, 7 * 3600},
                                        .segment = segment,
                                        .start = instant,
                                        .end = walltime_add(instant, minutes * MINUTE_US),
                                        .grace_us = 10 * MINUTE_US,
                                        .zones = 3,
                                        .class = CLASS_NORMAL,
                                        .delay = REASON_POWER,
                                        .begun = true};
}

static void restart_in_the_middle_within_grace_it_goes_on(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 17:06");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    struct director_occurrence open = recalled(&scene, 1, "2026-12-01 17:00", 20);
    struct director_past past = {
        .open = &open, .open_count = 1, .lived_until = at(&scene, "2026-12-01 17:04")};
    open_director(&scene, &past);
    step(&scene);
    said(&scene, "17:06:00 arm A late\n");
    end(&scene);
}

static void restart_in_the_middle_after_grace_it_is_settled(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 17:12");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    struct director_occurrence open = recalled(&scene, 1, "2026-12-01 17:00", 20);
    struct director_past past = {
        .open = &open, .open_count = 1, .lived_until = at(&scene, "2026-12-01 17:04")};
    open_director(&scene, &past);
    live(&scene, "2026-12-01 17:30");
    said(&scene, "17:12:00 settle A missed/power\n");
    end(&scene);
}

static void restart_what_has_its_outcome_never_begins_again(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 17:01");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    struct occurrence_key over = {'s', 1, {{2026, 12, 1}, 17, 0, 0}, 7 * 3600};
    struct director_past past = {
        .over = &over, .over_count = 1, .lived_until = at(&scene, "2026-12-01 17:00:30")};
    open_director(&scene, &past);
    live(&scene, "2026-12-01 17:30");
    said(&scene, "");
    end(&scene);
}

static void outage_is_filled_in_by_the_programme_of_then(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-04 06:00");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "FREQ=DAILY", 20);
    struct programme *then = stage_programme();
    stage_segment(then, "A", "2026-12-01 17:00", "FREQ=DAILY", 20);
    stage_segment(then, "B", "2026-12-03 11:00", "", 20); /* removed since */
    struct director_past past = {.lived_until = at(&scene, "2026-12-02 12:00")};
    open_director(&scene, &past);
    director_programme(scene.director, scene.programme, then);
    step(&scene);
    said(&scene, "06:00:00 planned A late\n06:00:00 planned ? late\n06:00:00 planned A late\n"
                 "06:00:00 outcome A missed/power\n06:00:00 outcome ? missed/power\n"
                 "06:00:00 outcome A missed/power\n");
    programme_release(then);
    end(&scene);
}

static void over_midnight_it_goes_on(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 22:00");
    scene.programme->profile.always_open = true;
    stage_segment(scene.programme, "A", "2026-12-01 23:50", "FREQ=DAILY", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-02 00:05");
    size_t count;
    const struct director_occurrence *open = director_open(scene.director, &count);
    assert_int_equal(open[0].phase, DIRECTOR_SOUNDS);
    live(&scene, "2026-12-02 01:00");
    said(&scene, "23:49:40 arm A\n");
    end(&scene);
}

/* The programme edited: the scene goes on with it. */
static struct programme *edited(struct scene *scene) {
    struct programme *old = scene->programme;
    scene->programme = stage_programme();
    director_programme(scene->director, scene->programme, NULL);
    return old;
}

static void plan_edited_moved_is_written_and_prepared_anew(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:00");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 16:59:50");
    said(&scene, "16:59:40 arm A\n");
    struct programme *old = edited(&scene);
    stage_exception(stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20),
                    "2026-12-01 17:00", "2026-12-01 17:15");
    live(&scene, "2026-12-01 17:20");
    said(&scene, "16:59:50 disarm A plan\n16:59:50 moved A\n17:14:40 arm A\n");
    programme_release(old);
    end(&scene);
}

static void plan_edited_gone_is_cancelled_at_its_start(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:00");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    stage_segment(scene.programme, "B", "2026-12-01 17:30", "", 20);
    open_director(&scene, NULL);
    step(&scene);
    struct programme *old = edited(&scene);
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    live(&scene, "2026-12-01 18:00");
    said(&scene, "16:59:40 arm A\n17:30:00 outcome ? cancelled/plan\n");
    programme_release(old);
    end(&scene);
}

static void plan_edited_while_it_sounds_a_new_end_counts(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:59");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 17:02");
    struct programme *old = edited(&scene);
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 40); /* longer: as begun */
    step(&scene);
    said(&scene, "16:59:40 arm A\n");
    struct programme *older = edited(&scene);
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    stage_segment(scene.programme, "B", "2026-12-01 17:10", "", 5)->class = CLASS_PRIORITY;
    live(&scene, "2026-12-01 17:30");
    said(&scene, "17:02:00 end by A precedence\n17:09:40 arm B\n");
    programme_release(old);
    programme_release(older);
    end(&scene);
}

static void plan_edited_away_while_it_sounds_it_goes_on(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:59");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 17:02");
    struct programme *old = edited(&scene);
    live(&scene, "2026-12-01 17:10");
    size_t count;
    const struct director_occurrence *open = director_open(scene.director, &count);
    assert_int_equal(count, 1);
    assert_int_equal(open[0].phase, DIRECTOR_SOUNDS);
    said(&scene, "16:59:40 arm A\n");
    programme_release(old);
    end(&scene);
}

static void added_after_its_own_start_it_never_was(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:59");
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 17:01");
    struct programme *old = edited(&scene);
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    live(&scene, "2026-12-01 17:30");
    said(&scene, "");
    programme_release(old);
    end(&scene);
}

static void series_split_while_it_sounds_is_not_begun_again(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:59");
    stage_segment(scene.programme, "cũ", "2026-12-01 17:00", "FREQ=DAILY", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 17:02");
    said(&scene, "16:59:40 arm cũ\n");
    struct programme *old = edited(&scene);
    stage_segment(scene.programme, "cũ", "2026-12-01 17:00", "FREQ=DAILY;COUNT=1", 20);
    stage_segment(scene.programme, "mới", "2026-12-02 17:30", "FREQ=DAILY", 20)->split_from = 1;
    live(&scene, "2026-12-02 17:40"); /* tomorrow the old one is cancelled, the new one airs */
    said(&scene, "17:00:00 outcome cũ cancelled/plan\n17:29:40 arm mới\n");
    programme_release(old);
    end(&scene);
}

static void something_sounds_there_it_waits_or_is_displaced(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:59");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 17:02");
    struct programme *old = edited(&scene); /* A is gone from the plan but sounds until 17:20 */
    scene.programme->segments_count = 1;    /* keep the numbers apart */
    scene.programme->segments[0] = (struct segment){.id = 1,
                                                    .title = memory_text("A"),
                                                    .column_title = memory_text(""),
                                                    .rule = memory_text(""),
                                                    .lunar = memory_text("")};
    stage_segment(scene.programme, "B", "2026-12-01 17:05", "", 10);
    stage_segment(scene.programme, "C", "2026-12-01 17:15", "", 20);
    live(&scene, "2026-12-01 17:40");
    said(&scene, "16:59:40 arm A\n17:14:55 outcome B displaced/precedence\n17:20:00 arm C late\n");
    programme_release(old);
    end(&scene);
}

static void manual_airings_end_where_the_plan_begins(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:50");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    open_director(&scene, NULL);
    step(&scene);
    struct director_occurrence manual = recalled(&scene, 0, "2026-12-01 16:50", 30);
    manual.key.origin = 'm';
    director_take(scene.director, &manual);
    assert_non_null(director_in_the_way(scene.director, CLASS_NORMAL, true, 3, scene.now.wall,
                                        walltime_add(scene.now.wall, MINUTE_US)));
    live(&scene, "2026-12-01 17:10");
    said(&scene, "16:59:40 end by ? precedence\n16:59:40 arm A\n");
    end(&scene);
}

static void hold_stops_and_cancels(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:59");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    stage_segment(scene.programme, "B", "2026-12-01 18:00", "", 20);
    stage_segment(scene.programme, "C", "2026-12-01 19:00", "", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 17:05");
    director_hold(scene.director, at(&scene, "2026-12-01 18:30"));
    live(&scene, "2026-12-01 19:10");
    said(&scene, "16:59:40 arm A\n17:05:00 stop A hold\n18:00:00 outcome B cancelled/hold\n"
                 "18:59:40 arm C\n");
    end(&scene);
}

static void restored_backup_refuses_what_lay_between(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:30");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "FREQ=HOURLY;COUNT=3", 20);
    struct director_past past = {.lived_until = at(&scene, "2026-12-01 16:00"),
                                 .restored_from = at(&scene, "2026-12-01 16:00"),
                                 .restored_to = at(&scene, "2026-12-01 18:30")};
    open_director(&scene, &past);
    live(&scene, "2026-12-01 19:10");
    said(&scene, "17:00:00 outcome A refused/restored\n18:00:00 outcome A refused/restored\n"
                 "18:59:40 arm A\n");
    end(&scene);
}

static void refused_by_the_plan_is_an_outcome_at_its_start(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 02:00");
    stage_segment(scene.programme, "A", "2026-12-01 03:15", "", 20);
    open_director(&scene, NULL);
    live(&scene, "2026-12-01 04:00");
    said(&scene, "03:15:00 outcome A refused/quiet\n");
    end(&scene);
}

static void what_cannot_begin_in_time_is_stopped(void **state) {
    (void)state;
    struct scene scene = begin("2026-12-01 16:59");
    stage_segment(scene.programme, "A", "2026-12-01 17:00", "", 20);
    open_director(&scene, NULL);
    scene.by_hand = true; /* no player: it never sounds */
    live(&scene, "2026-12-01 17:11");
    said(&scene, "16:59:40 arm A\n17:10:02 stop A stale\n");
    end(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_occurrence_is_planned_armed_and_over),
        cmocka_unit_test(late_within_its_grace_it_is_joined),
        cmocka_unit_test(stale_is_missed_and_never_aired_late),
        cmocka_unit_test(without_grace_it_is_on_time_or_missed),
        cmocka_unit_test(clock_none_slewing_is_no_step),
        cmocka_unit_test(clock_negative_nothing_begins_again),
        cmocka_unit_test(clock_far_back_the_diary_is_from_the_future),
        cmocka_unit_test(clock_small_what_was_leapt_over_is_late_or_missed),
        cmocka_unit_test(clock_medium_is_marked),
        cmocka_unit_test(clock_large_nothing_leapt_over_is_joined),
        cmocka_unit_test(untrusted_clock_holds_and_says_so),
        cmocka_unit_test(restart_in_the_middle_within_grace_it_goes_on),
        cmocka_unit_test(restart_in_the_middle_after_grace_it_is_settled),
        cmocka_unit_test(restart_what_has_its_outcome_never_begins_again),
        cmocka_unit_test(outage_is_filled_in_by_the_programme_of_then),
        cmocka_unit_test(over_midnight_it_goes_on),
        cmocka_unit_test(plan_edited_moved_is_written_and_prepared_anew),
        cmocka_unit_test(plan_edited_gone_is_cancelled_at_its_start),
        cmocka_unit_test(plan_edited_while_it_sounds_a_new_end_counts),
        cmocka_unit_test(plan_edited_away_while_it_sounds_it_goes_on),
        cmocka_unit_test(added_after_its_own_start_it_never_was),
        cmocka_unit_test(series_split_while_it_sounds_is_not_begun_again),
        cmocka_unit_test(something_sounds_there_it_waits_or_is_displaced),
        cmocka_unit_test(manual_airings_end_where_the_plan_begins),
        cmocka_unit_test(hold_stops_and_cancels),
        cmocka_unit_test(restored_backup_refuses_what_lay_between),
        cmocka_unit_test(refused_by_the_plan_is_an_outcome_at_its_start),
        cmocka_unit_test(what_cannot_begin_in_time_is_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
