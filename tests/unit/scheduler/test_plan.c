#include "scheduler/plan.h"

#include "tests/unit/scheduler/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* Plans whole days and writes each occurrence as "title date start-end verdict[/reason]". */
static void check(struct programme *programme, const char *from, const char *until,
                  const char *wanted) {
    struct plan plan;
    struct fail why;
    struct text text = {0};
    assert_true(plan_build(programme, stage_instant(programme, from),
                           stage_instant(programme, until), &plan, &why));
    for (size_t i = 0; i < plan.count; i++) {
        const struct plan_occurrence *occurrence = &plan.occurrences[i];
        struct civil start = zone_civil(programme->zone, occurrence->start);
        struct civil end = zone_civil(programme->zone, occurrence->end);
        text_add_format(&text, "%s %d %02d:%02d-%02d:%02d %s", occurrence->segment->title,
                        start.date.day, start.hour, start.minute, end.hour, end.minute,
                        plan_verdict_word(occurrence->verdict));
        if (!plan_verdict_airs(occurrence->verdict)) {
            text_add_format(&text, "/%s", outcome_reason_word(occurrence->reason));
        }
        text_add_string(&text, "\n");
    }
    assert_string_equal(text_string(&text), wanted);
    text_finish(&text);
    plan_finish(&plan);
}

/* The explanation of the one occurrence of `title`. */
static void check_words(struct programme *programme, const char *title, const char *english,
                        const char *vietnamese) {
    struct plan plan;
    struct fail why;
    struct text text = {0};
    assert_true(plan_build(programme, stage_instant(programme, "2026-12-01 00:00"),
                           stage_instant(programme, "2026-12-02 00:00"), &plan, &why));
    for (size_t i = 0; i < plan.count; i++) {
        if (strcmp(plan.occurrences[i].segment->title, title) == 0) {
            plan_explain(&plan, &plan.occurrences[i], LANGUAGE_ENGLISH, &text);
            assert_string_equal(text_string(&text), english);
            text_clear(&text);
            plan_explain(&plan, &plan.occurrences[i], LANGUAGE_VIETNAMESE, &text);
            assert_string_equal(text_string(&text), vietnamese);
        }
    }
    assert_true(text.length != 0);
    text_finish(&text);
    plan_finish(&plan);
}

static void r1_a_column_airs_on_its_exact_dates(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    stage_segment(programme, "A", "2026-12-01 17:10", "FREQ=WEEKLY;BYDAY=TU,FR", 15);
    check(programme, "2026-12-01 00:00", "2026-12-12 00:00",
          "A 1 17:10-17:25 airs\nA 4 17:10-17:25 airs\nA 8 17:10-17:25 airs\n"
          "A 11 17:10-17:25 airs\n");
    check_words(programme, "A", "airs as planned", "phát đúng lịch");
    programme_release(programme);
}

static void higher_classes_shorten_delay_or_displace(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    stage_segment(programme, "sớm", "2026-12-01 16:50", "", 30);
    stage_segment(programme, "ngay sau", "2026-12-01 17:05", "", 30);
    stage_segment(programme, "nhường", "2026-12-01 17:02", "", 11);
    stage_segment(programme, "ưu tiên", "2026-12-01 17:00", "", 15)->class = CLASS_PRIORITY;
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00",
          "sớm 1 16:50-17:00 shortened\nưu tiên 1 17:00-17:15 airs\n"
          "nhường 1 17:02-17:13 displaced/precedence\nngay sau 1 17:15-17:35 delayed\n");
    check_words(programme, "sớm",
                "ends early at 17:00, when 'ưu tiên' begins: priority goes before normal",
                "kết thúc sớm lúc 17:00 để phát 'ưu tiên': nội dung ưu tiên đi trước nội dung "
                "thông thường");
    check_words(programme, "ngay sau",
                "begins at 17:15 instead of 17:05, right after 'ưu tiên': priority goes before "
                "normal",
                "bắt đầu lúc 17:15 thay vì 17:05, phát ngay sau 'ưu tiên': nội dung ưu tiên đi "
                "trước nội dung thông thường");
    check_words(programme, "nhường",
                "gives way to 'ưu tiên' (17:00 to 17:15): priority goes before normal",
                "nhường chỗ cho 'ưu tiên' (17:00 đến 17:15): nội dung ưu tiên đi trước nội dung "
                "thông thường");
    programme_release(programme);
}

static void within_a_class_the_order_is_the_designs(void **state) {
    (void)state;
    static const struct {
        const char *title;
        enum broadcast_class class;
        enum segment_rank rank;
        int32_t order;
        const char *start;
    } rows[] = {
        /* each loses to the one below it, though it was to begin earlier */
        {"lấp chỗ", CLASS_NORMAL, SEGMENT_FILLER, 0, "2026-12-01 17:00"},
        {"chuyên mục", CLASS_NORMAL, SEGMENT_COLUMN, 0, "2026-12-01 17:01"},
        {"đợt", CLASS_NORMAL, SEGMENT_CAMPAIGN, 0, "2026-12-01 17:02"},
        {"ưu tiên 2", CLASS_PRIORITY, SEGMENT_COLUMN, 2, "2026-12-01 17:03"},
        {"ưu tiên 1", CLASS_PRIORITY, SEGMENT_FILLER, 1, "2026-12-01 17:04"},
    };
    for (size_t i = 0; i + 1 < sizeof rows / sizeof *rows; i++) {
        struct programme *programme = stage_programme();
        for (size_t k = i; k < i + 2; k++) {
            struct segment *segment =
                stage_segment(programme, rows[k].title, "2026-12-01 17:00", "", 10);
            segment->class = rows[k].class;
            segment->rank = rows[k].rank;
            segment->operator_order = rows[k].order;
            segment->grace_us = 0;
        }
        char wanted[256];
        snprintf(wanted, sizeof wanted,
                 "%s 1 17:00-17:10 displaced/precedence\n%s 1 17:00-17:10 airs\n", rows[i].title,
                 rows[i + 1].title);
        check(programme, "2026-12-01 00:00", "2026-12-02 00:00", wanted);
        programme_release(programme);
    }
}

static void a_moved_occurrence_keeps_its_identity_and_overrides(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    struct segment *moved =
        stage_segment(programme, "dời", "2026-11-20 17:00", "FREQ=WEEKLY;BYDAY=FR", 20);
    struct segment_exception *exception =
        stage_exception(moved, "2026-11-27 17:00", "2026-12-01 09:00");
    exception->duration_us = 5 * MINUTE_US;
    free(exception->words);
    exception->words = memory_text("họp dân");
    stage_segment(programme, "đợt", "2026-12-01 09:00", "", 30)->rank = SEGMENT_CAMPAIGN;
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00",
          "dời 1 09:00-09:05 moved\nđợt 1 09:05-09:30 delayed\n");
    check(programme, "2026-11-27 00:00", "2026-11-28 00:00", "");
    check_words(programme, "dời", "moved from 17:00 27/11/2026 to 09:00 by chi.lan (họp dân)",
                "dời từ 17:00 27/11/2026 sang 09:00, người dời: chi.lan (họp dân)");
    check_words(programme, "đợt",
                "begins at 09:05 instead of 09:00, right after 'dời': a single change goes before "
                "the rule",
                "bắt đầu lúc 09:05 thay vì 09:00, phát ngay sau 'dời': thay đổi riêng một lượt đi "
                "trước lịch lặp");
    struct plan plan;
    struct fail why;
    assert_true(plan_build(programme, stage_instant(programme, "2026-12-01 00:00"),
                           stage_instant(programme, "2026-12-02 00:00"), &plan, &why));
    char key[OCCURRENCE_TEXT_SIZE];
    occurrence_format(&plan.occurrences[0].key, key);
    assert_string_equal(key, "s1@20261127T170000+0700");
    assert_ptr_equal(plan_find(&plan, &plan.occurrences[0].key), &plan.occurrences[0]);
    plan_finish(&plan);
    programme_release(programme);
}

static void exceptions_cancel_and_remove(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    struct segment *segment =
        stage_segment(programme, "A", "2026-12-01 17:00", "FREQ=DAILY;COUNT=4", 20);
    stage_exception(segment, "2026-12-01 17:00", NULL);
    segment->except = memory_new(sizeof *segment->except);
    segment->except_count = 1;
    assert_true(civil_parse("2026-12-03 17:00", segment->except));
    check(programme, "2026-12-01 00:00", "2026-12-09 00:00",
          "A 1 17:00-17:20 cancelled/operator\nA 2 17:00-17:20 airs\nA 4 17:00-17:20 airs\n");
    check_words(programme, "A", "cancelled by chi.lan", "đã hủy, người hủy: chi.lan");
    programme_release(programme);
}

static void windows_and_quiet_hours_refuse_and_shorten(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    stage_segment(programme, "đêm", "2026-12-01 03:15", "", 10);
    stage_segment(programme, "sáng sớm", "2026-12-01 04:45", "", 30);
    stage_segment(programme, "tối", "2026-12-01 20:50", "", 30);
    stage_segment(programme, "sát giờ", "2026-12-01 20:59:30", "", 30)->zones = 4;
    programme->outputs = memory_new(2 * sizeof *programme->outputs);
    programme->outputs[0] = 3;
    programme->outputs[1] = 4;
    programme->outputs_count = 2;
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00",
          "đêm 1 03:15-03:25 refused/quiet\nsáng sớm 1 04:45-05:15 refused/window\n"
          "tối 1 20:50-21:00 shortened\nsát giờ 1 20:59-21:29 refused/window\n");
    check_words(programme, "đêm", "refused: 03:15 lies in quiet hours (22:00 to 04:30)",
                "bị từ chối: 03:15 nằm trong giờ yên tĩnh (22:00 đến 04:30)");
    check_words(programme, "sáng sớm",
                "refused: 04:45 lies outside that day's air windows (05:00–21:00)",
                "bị từ chối: 04:45 nằm ngoài khung giờ phát trong ngày (05:00–21:00)");
    check_words(programme, "tối", "ends early at 21:00, when the air window closes",
                "kết thúc sớm lúc 21:00 vì hết khung giờ phát");
    programme->profile.windows[0].to_s = 86400;
    programme->segments[2].start.hour = 21;
    check_words(programme, "tối", "ends early at 22:00, when quiet hours begin",
                "kết thúc sớm lúc 22:00 vì đến giờ yên tĩnh");
    programme_release(programme);
}

static void silent_by_default(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    programme->profile.windows_count = 0;
    stage_segment(programme, "A", "2026-12-01 17:00", "", 20);
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00", "A 1 17:00-17:20 refused/window\n");
    assert_true(profile_shipped("luon-mo", &programme->profile));
    programme->segments[0].start.hour = 2;
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00", "A 1 02:00-02:20 airs\n");
    programme_release(programme);
}

static void midnight_cuts_nothing_and_caps_use_the_original_day(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    programme->profile.windows[0] = (struct air_window){0x7f, 20 * 3600, 2 * 3600};
    programme->profile.quiet_from_s = programme->profile.quiet_to_s = 0;
    programme->profile.sessions_a_day = 1;
    struct segment *late =
        stage_segment(programme, "giao thừa", "2026-12-01 23:50", "FREQ=DAILY", 40);
    /* moved over midnight it still is of the first day, so the second day's own may air */
    stage_exception(late, "2026-12-02 23:50", "2026-12-03 00:40");
    check(programme, "2026-12-01 00:00", "2026-12-05 00:00",
          "giao thừa 1 23:50-00:30 airs\ngiao thừa 3 00:40-01:20 moved\n"
          "giao thừa 3 23:50-00:30 airs\ngiao thừa 4 23:50-00:30 airs\n");
    /* asked for the second day only, the plan knows what lasts into it */
    stage_segment(programme, "nửa đêm", "2026-12-02 00:10", "", 10)->grace_us = 0;
    check(programme, "2026-12-02 00:00", "2026-12-02 12:00",
          "nửa đêm 2 00:10-00:20 displaced/precedence\n");
    programme_release(programme);
}

static void caps_hold_and_filler_gives_way(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    programme->profile.sessions_a_day = 2;
    programme->profile.session_s = 30 * 60;
    programme->profile.weekend_sessions_a_day = 1;
    stage_segment(programme, "lấp", "2026-12-04 06:00", "FREQ=DAILY", 10)->rank = SEGMENT_FILLER;
    stage_segment(programme, "trưa", "2026-12-04 11:00", "FREQ=DAILY", 20);
    stage_segment(programme, "trưa 2", "2026-12-04 11:20", "FREQ=DAILY", 20);
    stage_segment(programme, "chiều", "2026-12-04 17:00", "FREQ=DAILY", 10);
    check(programme, "2026-12-04 00:00", "2026-12-06 00:00",
          "lấp 4 06:00-06:10 refused/cap\ntrưa 4 11:00-11:20 airs\n"
          "trưa 2 4 11:20-11:30 shortened\nchiều 4 17:00-17:10 airs\n"
          "lấp 5 06:00-06:10 refused/cap\ntrưa 5 11:00-11:20 airs\n"
          "trưa 2 5 11:20-11:30 shortened\nchiều 5 17:00-17:10 refused/cap\n");
    programme->profile.session_s = 0;
    programme->profile.weekend_sessions_a_day = -1;
    programme->profile.sessions_a_day = 0;
    programme->profile.day_s = 45 * 60;
    check(programme, "2026-12-05 00:00", "2026-12-06 00:00",
          "lấp 5 06:00-06:10 refused/cap\ntrưa 5 11:00-11:20 airs\ntrưa 2 5 11:20-11:40 airs\n"
          "chiều 5 17:00-17:05 shortened\n");
    programme->profile.session_weekdays = 0x1f;
    check(programme, "2026-12-05 16:00", "2026-12-06 00:00", "chiều 5 17:00-17:10 refused/cap\n");
    programme_release(programme);
}

static void a_session_longer_than_its_cap_by_others_is_refused(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    programme->profile.session_s = 30 * 60;
    stage_segment(programme, "trước", "2026-12-01 10:50", "", 10);
    stage_segment(programme, "đợt", "2026-12-01 11:00", "", 25)->rank = SEGMENT_CAMPAIGN;
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00",
          "trước 1 10:50-11:00 refused/cap\nđợt 1 11:00-11:25 airs\n");
    check_words(programme, "trước", "refused: the day's limit is reached (minutes a session: 30)",
                "bị từ chối: đã hết hạn mức trong ngày (số phút mỗi buổi: 30)");
    programme_release(programme);
}

static void templates_swap_the_day_and_return_by_themselves(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    programme->templates[0] = (struct day_template){.id = 7, .name = "Quốc tang", .mourning = true};
    programme->templates[1] = (struct day_template){.id = 9, .name = "Bão", .keeps_ordinary = true};
    programme->templates_count = 2;
    programme->spans[0] = (struct template_span){
        .template_id = 7, .kind = SPAN_DATES, .from = {2026, 12, 2}, .until = {2026, 12, 3}};
    programme->spans[1] = (struct template_span){
        .template_id = 9, .kind = SPAN_SOLAR, .from = {0, 12, 3}, .until = {0, 12, 3}};
    programme->spans_count = 2;
    stage_segment(programme, "thường", "2026-12-01 17:00", "FREQ=DAILY", 10);
    stage_segment(programme, "tang", "2026-12-01 08:00", "FREQ=DAILY", 10)->template_id = 7;
    stage_segment(programme, "bão", "2026-12-01 09:00", "FREQ=DAILY", 10)->template_id = 9;
    check(programme, "2026-12-01 00:00", "2026-12-05 00:00",
          "thường 1 17:00-17:10 airs\ntang 2 08:00-08:10 airs\n"
          "thường 2 17:00-17:10 refused/template\nbão 3 09:00-09:10 airs\n"
          "thường 3 17:00-17:10 airs\nthường 4 17:00-17:10 airs\n");
    programme->spans[0].from.day = 1;
    check_words(programme, "thường",
                "refused: the day's kind is 'Quốc tang', which has its own segments",
                "bị từ chối: ngày này theo lịch 'Quốc tang', chỉ phát chương trình riêng của lịch "
                "đó");
    programme_release(programme);
}

static void r31_lunar_rules_and_templates(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    struct segment *lunar = stage_segment(programme, "rằm", "2026-01-01 06:00", "", 10);
    free(lunar->lunar);
    lunar->lunar = memory_text("LDAY=1,15");
    struct segment_exception *moved =
        stage_exception(lunar, "2026-03-03 06:00", "2026-03-03 07:00");
    moved->duration_us = 20 * MINUTE_US;
    stage_segment(programme, "thường", "2026-02-01 17:00", "FREQ=DAILY", 10);
    stage_segment(programme, "xuân", "2026-02-01 08:00", "FREQ=DAILY", 10)->template_id = 3;
    programme->templates[0] = (struct day_template){.id = 3, .name = "Tết"};
    programme->templates_count = 1;
    /* from the last day of the twelfth month to the second of the first: 16 to 18 February 2026 */
    programme->spans[0] = (struct template_span){
        .template_id = 3, .kind = SPAN_LUNAR, .from = {0, 12, -1}, .until = {0, 1, 2}};
    programme->spans_count = 1;
    check(programme, "2026-02-15 00:00", "2026-02-20 00:00",
          "thường 15 17:00-17:10 airs\nxuân 16 08:00-08:10 airs\n"
          "thường 16 17:00-17:10 refused/template\nrằm 17 06:00-06:10 refused/template\n"
          "xuân 17 08:00-08:10 airs\nthường 17 17:00-17:10 refused/template\n"
          "xuân 18 08:00-08:10 airs\nthường 18 17:00-17:10 refused/template\n"
          "thường 19 17:00-17:10 airs\n");
    check(programme, "2026-03-03 00:00", "2026-03-03 12:00", "rằm 3 07:00-07:20 moved\n");
    programme_release(programme);
}

static void a_hold_cancels_what_begins_in_it(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    stage_segment(programme, "A", "2026-12-01 08:00", "FREQ=HOURLY;COUNT=3", 10);
    programme->holds[0] = (struct programme_hold){stage_instant(programme, "2026-12-01 08:30"),
                                                  stage_instant(programme, "2026-12-01 09:30"),
                                                  memory_text("chi.lan"), memory_text("đám tang")};
    programme->holds_count = 1;
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00",
          "A 1 08:00-08:10 airs\nA 1 09:00-09:10 held/hold\nA 1 10:00-10:10 airs\n");
    free(programme->segments[0].rule);
    programme->segments[0].rule = memory_text("");
    programme->segments[0].start.hour = 9;
    check_words(programme, "A", "the loudspeakers are held by chi.lan until 09:30 (đám tang)",
                "loa đang tạm tắt, người tắt: chi.lan, đến 09:30 (đám tang)");
    programme_release(programme);
}

static void a_series_split_this_and_following_leaves_no_gap_and_no_double(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    stage_segment(programme, "cũ", "2026-12-01 17:00", "FREQ=DAILY;UNTIL=20261202T170000", 10);
    stage_segment(programme, "mới", "2026-12-03 18:00", "FREQ=DAILY;COUNT=2", 10)->split_from = 1;
    check(programme, "2026-12-01 00:00", "2026-12-08 00:00",
          "cũ 1 17:00-17:10 airs\ncũ 2 17:00-17:10 airs\nmới 3 18:00-18:10 airs\n"
          "mới 4 18:00-18:10 airs\n");
    programme_release(programme);
}

static void zones_on_other_outputs_do_not_collide(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    programme->outputs = memory_new(2 * sizeof *programme->outputs);
    programme->outputs[0] = 1;
    programme->outputs[1] = 2;
    programme->outputs_count = 2;
    stage_segment(programme, "A", "2026-12-01 17:00", "", 20)->zones = 1;
    stage_segment(programme, "B", "2026-12-01 17:00", "", 20)->zones = 2;
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00",
          "A 1 17:00-17:20 airs\nB 1 17:00-17:20 airs\n");
    programme->outputs_count = 0; /* one card for all */
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00",
          "A 1 17:00-17:20 airs\nB 1 17:00-17:20 displaced/precedence\n");
    programme_release(programme);
}

static void a_broken_segment_spoils_nothing_else(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    stage_segment(programme, "mỗi giây", "2026-12-01 00:00", "FREQ=SECONDLY", 1);
    stage_segment(programme, "sai", "2026-12-01 00:00", "FREQ=NEVER", 1);
    stage_segment(programme, "dài", "2026-12-01 00:00", "FREQ=DAILY", 24 * 60 + 1);
    stage_segment(programme, "A", "2026-12-01 17:00", "FREQ=DAILY", 1);
    check(programme, "2026-12-01 00:00", "2026-12-02 00:00", "A 1 17:00-17:01 airs\n");
    struct plan plan;
    struct fail why;
    assert_true(plan_build(programme, stage_instant(programme, "2026-12-01 00:00"),
                           stage_instant(programme, "2026-12-02 00:00"), &plan, &why));
    assert_int_equal(plan.faults_count, 3);
    assert_int_equal(plan.faults[0].segment, 1);
    assert_string_equal(plan.faults[0].sentence, "it happens too often: at most once a minute");
    plan_finish(&plan);
    assert_false(plan_build(programme, (struct walltime){10}, (struct walltime){0}, &plan, &why));
    programme_release(programme);
}

/* Whatever span asks, an occurrence has the same verdict. */
static void verdicts_do_not_depend_on_the_span(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    programme->profile.sessions_a_day = 3;
    for (int i = 0; i < 30; i++) {
        char start[32];
        snprintf(start, sizeof start, "2026-11-%02d %02d:%02d", 1 + i % 7, 5 + i * 7 % 16,
                 i * 13 % 60);
        struct segment *segment = stage_segment(
            programme, "A", start, i % 3 != 0 ? "FREQ=DAILY" : "FREQ=WEEKLY", 10 + i % 4 * 17);
        segment->rank = (enum segment_rank)(i % 3);
        segment->class = i % 11 == 0 ? CLASS_PRIORITY : CLASS_NORMAL;
    }
    struct walltime from = stage_instant(programme, "2026-12-01 00:00");
    struct plan whole;
    struct fail why;
    assert_true(plan_build(programme, from, walltime_add(from, 20 * 86400 * WALLTIME_SECOND),
                           &whole, &why));
    size_t seen = 0;
    for (int64_t hour = 0; hour < 20 * 24; hour += 7) {
        struct plan part;
        struct walltime begin = walltime_add(from, hour * 3600 * WALLTIME_SECOND);
        assert_true(plan_build(programme, begin, walltime_add(begin, 7 * 3600 * WALLTIME_SECOND),
                               &part, &why));
        for (size_t i = 0; i < part.count && seen < whole.count; i++, seen++) {
            assert_int_equal(
                occurrence_compare(&part.occurrences[i].key, &whole.occurrences[seen].key), 0);
            assert_int_equal(part.occurrences[i].verdict, whole.occurrences[seen].verdict);
            assert_int_equal(part.occurrences[i].start.us, whole.occurrences[seen].start.us);
            assert_int_equal(part.occurrences[i].end.us, whole.occurrences[seen].end.us);
        }
        plan_finish(&part);
    }
    assert_int_equal(seen, whole.count);
    plan_finish(&whole);
    programme_release(programme);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r1_a_column_airs_on_its_exact_dates),
        cmocka_unit_test(higher_classes_shorten_delay_or_displace),
        cmocka_unit_test(within_a_class_the_order_is_the_designs),
        cmocka_unit_test(a_moved_occurrence_keeps_its_identity_and_overrides),
        cmocka_unit_test(exceptions_cancel_and_remove),
        cmocka_unit_test(windows_and_quiet_hours_refuse_and_shorten),
        cmocka_unit_test(silent_by_default),
        cmocka_unit_test(midnight_cuts_nothing_and_caps_use_the_original_day),
        cmocka_unit_test(caps_hold_and_filler_gives_way),
        cmocka_unit_test(a_session_longer_than_its_cap_by_others_is_refused),
        cmocka_unit_test(templates_swap_the_day_and_return_by_themselves),
        cmocka_unit_test(r31_lunar_rules_and_templates),
        cmocka_unit_test(a_hold_cancels_what_begins_in_it),
        cmocka_unit_test(a_series_split_this_and_following_leaves_no_gap_and_no_double),
        cmocka_unit_test(zones_on_other_outputs_do_not_collide),
        cmocka_unit_test(a_broken_segment_spoils_nothing_else),
        cmocka_unit_test(verdicts_do_not_depend_on_the_span),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
