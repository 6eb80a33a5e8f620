#include "checker/course.h"

#include <stdlib.h>

/* A clock is corrected slowly by at most a thousandth here; 20 ms cover what lies between the two
 * readings of an event's clocks. */
static bool is_step(const struct stretch *stretch, int64_t offset_ns, int64_t boot_ns) {
    int64_t allowed = 20000000 + (boot_ns - stretch->to_ns) / 1000;
    int64_t moved = offset_ns - stretch->last_offset_ns;
    return moved > allowed || moved < -allowed;
}

size_t course_add(struct course *course, int64_t at_us, int64_t boot_ns, bool new_boot, bool step) {
    int64_t offset_ns = at_us * 1000 - boot_ns;
    struct stretch *last = course->count == 0 ? NULL : &course->stretches[course->count - 1];
    if (last == NULL || new_boot || step || is_step(last, offset_ns, boot_ns)) {
        if (course->count == course->capacity) {
            course->capacity = course->capacity == 0 ? 16 : course->capacity * 2;
            course->stretches =
                realloc(course->stretches, course->capacity * sizeof *course->stretches);
            if (course->stretches == NULL) {
                abort();
            }
        }
        course->boots += last == NULL || new_boot;
        course->stretches[course->count++] = (struct stretch){.boot = course->boots - 1,
                                                              .from_ns = boot_ns,
                                                              .to_ns = boot_ns,
                                                              .offset_ns = offset_ns,
                                                              .last_offset_ns = offset_ns};
        return course->count - 1;
    }
    if (boot_ns > last->to_ns) {
        last->to_ns = boot_ns;
        last->last_offset_ns = offset_ns;
    }
    return course->count - 1;
}

void course_finish(struct course *course) {
    free(course->stretches);
    *course = (struct course){0};
}

/* How far a moment lies outside its bounds and the stretch, which reaches until the next begins. */
static int64_t distance(const struct course *course, size_t number, int64_t line_ns,
                        int64_t earliest_ns, int64_t latest_ns) {
    const struct stretch *stretch = &course->stretches[number];
    bool last = number + 1 == course->count || course->stretches[number + 1].boot != stretch->boot;
    int64_t until_ns = last ? INT64_MAX : course->stretches[number + 1].from_ns;
    int64_t low = stretch->from_ns > earliest_ns ? stretch->from_ns : earliest_ns;
    int64_t high = until_ns < latest_ns ? until_ns : latest_ns;
    return line_ns < low ? low - line_ns : line_ns > high ? line_ns - high : 0;
}

size_t course_find(const struct course *course, size_t from, size_t to, int64_t wall_us,
                   int64_t earliest_ns, int64_t latest_ns) {
    size_t best = from;
    int64_t best_away = INT64_MAX;
    for (size_t i = from; i <= to && course->stretches[i].boot == course->stretches[from].boot;
         i++) {
        int64_t line_ns = course_line_ns(course, i, wall_us);
        int64_t away = distance(course, i, line_ns, earliest_ns, latest_ns);
        if (away < best_away) {
            best = i;
            best_away = away;
        }
    }
    return best;
}
