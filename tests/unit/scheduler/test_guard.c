#include "scheduler/guard.h"

#include "tests/unit/scheduler/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum outcome_reason judge(const struct programme *programme, const char *start,
                                 const char *wanted_until, enum outcome_reason wanted_why) {
    struct guard guard;
    struct walltime from = stage_instant(programme, start);
    struct walltime until = {0};
    enum outcome_reason why = REASON_NONE;
    guard_init(&guard, programme, from, from);
    enum outcome_reason reason = guard_judge(&guard, from, &until, &why);
    if (wanted_until != NULL) {
        assert_int_equal(until.us, stage_instant(programme, wanted_until).us);
        assert_int_equal(why, wanted_why);
    }
    guard_finish(&guard);
    return reason;
}

static void windows_open_join_and_close(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    programme->profile.windows[0] = (struct air_window){0x1f, 5 * 3600, 7 * 3600};
    programme->profile.windows[1] = (struct air_window){0x7f, 7 * 3600, 8 * 3600};
    programme->profile.windows_count = 2;
    /* 2026-12-04 is a Friday */
    assert_int_equal(judge(programme, "2026-12-04 06:59", "2026-12-04 08:00", REASON_WINDOW), 0);
    assert_int_equal(judge(programme, "2026-12-04 08:00", NULL, 0), REASON_WINDOW);
    assert_int_equal(judge(programme, "2026-12-04 04:59:59", NULL, 0), REASON_WINDOW);
    assert_int_equal(judge(programme, "2026-12-05 06:59", NULL, 0), REASON_WINDOW);
    assert_int_equal(judge(programme, "2026-12-05 07:00", "2026-12-05 08:00", REASON_WINDOW), 0);
    programme_release(programme);
}

static void r25_quiet_hours_hold_at_every_instant(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    programme->profile.windows[0] = (struct air_window){0x7f, 0, 86400};
    assert_int_equal(judge(programme, "2026-12-04 03:15", NULL, 0), REASON_QUIET);
    assert_int_equal(judge(programme, "2026-12-04 04:30", "2026-12-04 22:00", REASON_QUIET), 0);
    assert_int_equal(judge(programme, "2026-12-04 22:00", NULL, 0), REASON_QUIET);
    for (int minute = 0; minute < 1440; minute++) {
        struct walltime at =
            walltime_add(stage_instant(programme, "2026-12-04 00:00"), minute * MINUTE_US);
        struct walltime change;
        bool quiet = minute < 4 * 60 + 30 || minute >= 22 * 60;
        assert_int_equal(guard_quiet(programme, at, &change), quiet);
        assert_true(change.us > at.us && change.us <= at.us + 18 * 60 * MINUTE_US);
    }
    programme_release(programme);
}

static struct permit_request request(const struct programme *programme, const char *start,
                                     const char *end) {
    return (struct permit_request){.id = 7,
                                   .class = CLASS_NORMAL,
                                   .start = stage_instant(programme, start),
                                   .end = stage_instant(programme, end),
                                   .lead_us = 6 * WALLTIME_SECOND,
                                   .tail_us = 20 * WALLTIME_SECOND,
                                   .settle_us = WALLTIME_SECOND / 2,
                                   .zones = 3,
                                   .authority = "plan s1"};
}

static void permits_cover_the_amplifier_and_no_quiet_hour(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    struct permit permit;
    struct walltime sound_end;
    enum outcome_reason reason;
    struct permit_request wish = request(programme, "2026-12-04 17:00", "2026-12-04 17:10");
    struct walltime now = stage_instant(programme, "2026-12-04 16:59");
    struct monotime mono = {50 * MONOTIME_SECOND};
    assert_true(guard_mint(programme, &wish, now, mono, CLOCK_HELD, &permit, &sound_end, &reason));
    assert_int_equal(permit.not_before.us, wish.start.us - wish.lead_us);
    assert_int_equal(permit.not_after.us, wish.end.us + wish.tail_us);
    assert_int_equal(permit.deadline.ns, (50 + 60 + 600 + 20) * MONOTIME_SECOND);
    assert_int_equal(sound_end.us, wish.end.us);
    assert_string_equal(permit.authority, "plan s1");
    /* at the edges of quiet hours the amplifier's time is cut, and the sound where it must be */
    wish = request(programme, "2026-12-04 04:30", "2026-12-04 04:40");
    assert_true(guard_mint(programme, &wish, now, mono, CLOCK_HELD, &permit, &sound_end, &reason) ==
                false); /* the time is past */
    now = stage_instant(programme, "2026-12-04 04:29");
    assert_true(guard_mint(programme, &wish, now, mono, CLOCK_HELD, &permit, &sound_end, &reason));
    assert_int_equal(permit.not_before.us, wish.start.us);
    wish = request(programme, "2026-12-04 21:50", "2026-12-04 22:00");
    now = stage_instant(programme, "2026-12-04 21:49");
    assert_true(guard_mint(programme, &wish, now, mono, CLOCK_HELD, &permit, &sound_end, &reason));
    assert_int_equal(permit.not_after.us, wish.end.us);
    assert_int_equal(sound_end.us, wish.end.us - wish.settle_us);
    programme_release(programme);
}

static void no_permit_without_reason(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    struct permit permit = {0};
    struct walltime sound_end;
    enum outcome_reason reason;
    struct walltime now = stage_instant(programme, "2026-12-04 03:14");
    struct monotime mono = {1};
    struct permit_request night = request(programme, "2026-12-04 03:15", "2026-12-04 03:20");
    struct permit_request wish = night;
    assert_false(
        guard_mint(programme, &wish, now, mono, CLOCK_TRUSTED, &permit, &sound_end, &reason));
    assert_int_equal(reason, REASON_QUIET);
    wish.crosses_quiet_hours = true; /* only an emergency crosses them */
    assert_false(
        guard_mint(programme, &wish, now, mono, CLOCK_TRUSTED, &permit, &sound_end, &reason));
    assert_int_equal(reason, REASON_PERMIT);
    wish.class = CLASS_EMERGENCY;
    wish.authority = "";
    assert_false(
        guard_mint(programme, &wish, now, mono, CLOCK_TRUSTED, &permit, &sound_end, &reason));
    assert_int_equal(reason, REASON_PERMIT);
    assert_int_equal(permit.id, 0);
    wish.authority = "chủ tịch xã";
    assert_true(
        guard_mint(programme, &wish, now, mono, CLOCK_UNTRUSTED, &permit, &sound_end, &reason));
    assert_true(permit.crosses_quiet_hours);
    wish = request(programme, "2026-12-04 17:00", "2026-12-04 17:00");
    assert_false(
        guard_mint(programme, &wish, now, mono, CLOCK_TRUSTED, &permit, &sound_end, &reason));
    wish = request(programme, "2026-12-04 17:00", "2026-12-04 17:10");
    assert_false(
        guard_mint(programme, &wish, now, mono, CLOCK_UNTRUSTED, &permit, &sound_end, &reason));
    assert_int_equal(reason, REASON_CLOCK);
    programme_release(programme);
}

static void no_clock_step_extends_a_permit(void **state) {
    (void)state;
    struct programme *programme = stage_programme();
    struct permit permit;
    struct walltime sound_end;
    enum outcome_reason reason;
    struct permit_request wish = request(programme, "2026-12-04 17:00", "2026-12-04 17:10");
    struct walltime now = stage_instant(programme, "2026-12-04 17:00");
    struct monotime mono = {0};
    assert_true(
        guard_mint(programme, &wish, now, mono, CLOCK_TRUSTED, &permit, &sound_end, &reason));
    struct monotime later = {(600 + 21) * MONOTIME_SECOND};
    assert_true(permit_allows(&permit, now, (struct monotime){MONOTIME_SECOND}, 3));
    assert_false(permit_allows(&permit, now, later, 3)); /* the clock was put back meanwhile */
    assert_false(permit_allows(&permit, wish.end, (struct monotime){MONOTIME_SECOND}, 4));
    programme_release(programme);
}

static void shipped_profiles_are_what_the_places_allow(void **state) {
    (void)state;
    size_t count;
    const char *const *names = profile_names(&count);
    struct profile profile;
    assert_true(count >= 5);
    for (size_t i = 0; i < count; i++) {
        assert_true(profile_shipped(names[i], &profile));
        assert_string_equal(profile.name, names[i]);
        assert_int_equal(profile.always_open, i == count - 1);
    }
    assert_true(profile_shipped("lien-chieu", &profile));
    assert_int_equal(profile.sessions_a_day, 2);
    assert_int_equal(profile.session_s, 3600);
    assert_int_equal(profile.windows[0].from_s, 5 * 3600 + 1800);
    assert_true(profile_shipped("ha-noi-noi-thanh", &profile));
    assert_int_equal(profile.session_s, 900);
    assert_int_equal(profile.session_weekdays, 0x1f);
    assert_false(profile_shipped("không có", &profile));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_open_join_and_close),
        cmocka_unit_test(r25_quiet_hours_hold_at_every_instant),
        cmocka_unit_test(permits_cover_the_amplifier_and_no_quiet_hour),
        cmocka_unit_test(no_permit_without_reason),
        cmocka_unit_test(no_clock_step_extends_a_permit),
        cmocka_unit_test(shipped_profiles_are_what_the_places_allow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
