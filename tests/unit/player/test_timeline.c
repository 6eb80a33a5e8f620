#include "player/timeline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define BEGIN_NS INT64_C(123456789012345)

static double jitter(int64_t k) { /* -1 to 1 */
    uint32_t x = (uint32_t)k * 2654435761u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return (double)x / UINT32_MAX * 2.0 - 1.0;
}

/* Feeds readings every 25 ms for a while; returns the worst prediction error, in ns, of the second
 * half, 250 ms ahead: that is how far ahead frames are placed. */
static double worst_error(double ppm, double jitter_ns, double seconds) {
    struct timeline timeline;
    timeline_start(&timeline, 48000);
    double frame_ns = 1e9 / 48000 / (1.0 + ppm * 1e-6);
    double worst = 0.0;
    for (int64_t k = 0; k < (int64_t)(seconds * 40); k++) {
        int64_t frame = k * 1200;
        double at = (double)frame * frame_ns;
        timeline_note(&timeline, frame, BEGIN_NS + (int64_t)(at + jitter(k) * jitter_ns));
        if ((double)k > seconds * 20) {
            double truth = (double)(frame + 12000) * frame_ns;
            double error =
                (double)(timeline_instant_ns(&timeline, frame + 12000) - BEGIN_NS) - truth;
            worst = fmax(worst, fabs(error));
        }
    }
    return worst;
}

static void exact_readings_give_exact_instants(void **state) {
    (void)state;
    assert_true(worst_error(0.0, 0.0, 10.0) < 100.0);
}

static void a_drifting_card_is_followed_within_a_frame(void **state) {
    (void)state;
    assert_true(worst_error(100.0, 0.0, 60.0) < 20833.0);
    assert_true(worst_error(-200.0, 0.0, 60.0) < 20833.0);
}

static void jitter_is_smoothed(void **state) {
    (void)state;
    assert_true(worst_error(50.0, 1e6, 60.0) < 300e3); /* readings off by a millisecond */
}

static void frames_and_instants_are_inverse(void **state) {
    (void)state;
    struct timeline timeline;
    timeline_start(&timeline, 44100);
    for (int64_t k = 0; k < 100; k++) {
        timeline_note(&timeline, k * 1000, BEGIN_NS + k * 22675737);
    }
    for (int64_t frame = -100000; frame < 1000000; frame += 12345) {
        assert_int_equal(timeline_frame(&timeline, timeline_instant_ns(&timeline, frame)), frame);
    }
}

static void a_few_strange_readings_are_ignored_many_are_believed(void **state) {
    (void)state;
    struct timeline timeline;
    timeline_start(&timeline, 48000);
    assert_false(timeline_settled(&timeline));
    for (int64_t k = 0; k < 40; k++) {
        int64_t strange = k % 10 == 9 ? 5000000000 : 0;
        timeline_note(&timeline, k * 1200, BEGIN_NS + k * 25000000 + strange);
    }
    assert_true(timeline_settled(&timeline));
    assert_true(llabs(timeline_instant_ns(&timeline, 48000) - BEGIN_NS - 1000000000) < 1000);
    for (int64_t k = 40; k < 80; k++) { /* the stream really jumped by a tenth of a second */
        timeline_note(&timeline, k * 1200, BEGIN_NS + k * 25000000 + 100000000);
    }
    assert_true(llabs(timeline_instant_ns(&timeline, 96000) - BEGIN_NS - 2100000000) < 100000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_readings_give_exact_instants),
        cmocka_unit_test(a_drifting_card_is_followed_within_a_frame),
        cmocka_unit_test(jitter_is_smoothed),
        cmocka_unit_test(frames_and_instants_are_inverse),
        cmocka_unit_test(a_few_strange_readings_are_ignored_many_are_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
