/* course: the boots of a station and the course of its wall clock, so that what a stepped clock
 * says can be put in the order in which it happened.
 *
 * A *stretch* is a span of one boot in which the wall clock was not stepped. Inside it the wall
 * clock is trusted to measure (slow corrections are no steps). `course_line_ns()` puts a wall time
 * of a stretch on its boot's own line of time; differences inside one stretch are exact. */
#ifndef LOAXA_CHECKER_COURSE_H
#define LOAXA_CHECKER_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stretch {
    size_t boot;
    int64_t from_ns, to_ns; /* CLOCK_BOOTTIME of its first and last event */
    int64_t offset_ns;      /* wall - boot at its beginning */
    int64_t last_offset_ns; /* and at its last event: slow corrections accumulate */
};

struct course {
    struct stretch *stretches;
    size_t count, capacity;
    size_t boots;
};

/* Adds an event's clocks in the diary's order; returns its stretch. `new_boot` begins a boot,
 * `step` says that the diary itself tells of a step here. */
size_t course_add(struct course *course, int64_t at_us, int64_t boot_ns, bool new_boot, bool step);
void course_finish(struct course *course);

static inline int64_t course_line_ns(const struct course *course, size_t stretch, int64_t wall_us) {
    return wall_us * 1000 - course->stretches[stretch].offset_ns;
}

/* The stretch, of those from..to in one boot, in which a wall time fits best: where it then lies
 * between `earliest_ns` and `latest_ns` of the boot's line, and inside the stretch. */
size_t course_find(const struct course *course, size_t from, size_t to, int64_t wall_us,
                   int64_t earliest_ns, int64_t latest_ns);

#endif
