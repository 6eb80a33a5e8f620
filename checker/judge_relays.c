#include "checker/judge.h"
#include "checker/trace.h"

#include <inttypes.h>
#include <stdlib.h>

/* A relay is switched by a timer of a process that is not real-time. */
#define RELAY_NS INT64_C(250000000)

static size_t boot_of(const struct record *record, size_t stretch) {
    return stretch == NOWHERE ? NOWHERE : record->course.stretches[stretch].boot;
}

/* The permits of the diary on their boots' lines of time, by boot and beginning. */
struct leave {
    size_t boot;
    int64_t from_ns, to_ns;
    uint32_t zones;
    bool crossing; /* an emergency that crosses quiet hours */
};

struct leaves {
    const struct record *record;
    struct leave *list;
    size_t count;
    int64_t longest_ns;
};

static int compare_leaves(const void *left, const void *right) {
    const struct leave *a = left, *b = right;
    if (a->boot != b->boot) {
        return a->boot < b->boot ? -1 : 1;
    }
    return a->from_ns < b->from_ns ? -1 : a->from_ns > b->from_ns;
}

static struct leaves leaves_of(const struct record *record) {
    struct leaves leaves = {record, calloc(record->permits_count + 1, sizeof *leaves.list),
                            record->permits_count, 0};
    if (leaves.list == NULL) {
        abort();
    }
    for (size_t i = 0; i < leaves.count; i++) {
        const struct permit_row *permit = &record->permits[i];
        struct leave *leave = &leaves.list[i];
        leave->boot = boot_of(record, permit->stretch);
        leave->from_ns = course_line_ns(&record->course, permit->stretch, permit->not_before_us);
        leave->to_ns = course_line_ns(&record->course, permit->stretch, permit->not_after_us);
        leave->zones = permit->zones;
        leave->crossing = permit->emergency && permit->crosses;
        if (leave->to_ns - leave->from_ns > leaves.longest_ns) {
            leaves.longest_ns = leave->to_ns - leave->from_ns;
        }
    }
    qsort(leaves.list, leaves.count, sizeof *leaves.list, compare_leaves);
    return leaves;
}

/* The first leave of a boot that begins at or after `from_ns`. */
static size_t first_leave(const struct leaves *leaves, size_t boot, int64_t from_ns) {
    size_t low = 0, high = leaves->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct leave *leave = &leaves->list[middle];
        if (leave->boot < boot || (leave->boot == boot && leave->from_ns < from_ns)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Whether the permits for a zone cover [from, to) of a boot's line without a gap; `crossing` asks
 * for emergencies that cross quiet hours only. *ret_ns is the first moment that none covers. */
static bool covered(const struct leaves *leaves, size_t boot, int zone, int64_t from_ns,
                    int64_t to_ns, bool crossing, int64_t *ret_ns) {
    int64_t allowed =
        leaves->record->course.count > leaves->record->course.boots ? ACROSS_NS : RELAY_NS;
    int64_t at_ns = from_ns;
    bool went_on = true;
    while (at_ns < to_ns && went_on) {
        went_on = false;
        size_t i = first_leave(leaves, boot, at_ns - leaves->longest_ns - allowed);
        for (; i < leaves->count; i++) {
            const struct leave *leave = &leaves->list[i];
            if (leave->boot != boot || leave->from_ns - allowed > at_ns) {
                break;
            }
            if ((leave->zones >> zone & 1) != 0 && (!crossing || leave->crossing) &&
                leave->to_ns + allowed > at_ns) {
                at_ns = leave->to_ns + allowed;
                went_on = true;
            }
        }
    }
    *ret_ns = at_ns;
    return at_ns >= to_ns;
}

static void judge_power(const struct leaves *leaves, const struct relay_span *span,
                        const struct floor_hours *floor, struct breaches *breaches) {
    const struct record *record = leaves->record;
    const struct course *course = &record->course;
    size_t boot = boot_of(record, span->stretch);
    int64_t bare_ns, from_us, to_us;
    if (!covered(leaves, boot, span->zone, span->from_ns, span->to_ns, false, &bare_ns)) {
        breach_add_trace(
            breaches, RULE_AMPLIFIER, span->line,
            "zone %d has power for %" PRId64 " ms, from %" PRId64 " ms on without any permit",
            "cụm loa %d có điện trong %" PRId64 " ms, từ ms thứ %" PRId64 " không có giấy phép nào",
            span->zone, (span->to_ns - span->from_ns) / 1000000,
            (bare_ns - span->from_ns) / 1000000);
    }
    for (size_t i = span->stretch; i < course->count && course->stretches[i].boot == boot; i++) {
        /* The part of the span that lies in this stretch, on its wall clock. */
        bool last = i + 1 == course->count || course->stretches[i + 1].boot != boot;
        int64_t begins = i == span->stretch ? span->from_ns : course->stretches[i].from_ns;
        int64_t ends = last || course->stretches[i + 1].from_ns > span->to_ns
                           ? span->to_ns
                           : course->stretches[i + 1].from_ns;
        int64_t at_us = (begins + course->stretches[i].offset_ns) / 1000;
        int64_t end_us = (ends + course->stretches[i].offset_ns) / 1000;
        /* RELAY_NS on either side: off at the floor's first second is no breach. */
        while (floor_meets(floor, at_us, end_us - RELAY_NS / 1000, &from_us, &to_us)) {
            if (!covered(leaves, boot, span->zone, course_line_ns(course, i, from_us),
                         course_line_ns(course, i, to_us), true, &bare_ns)) {
                breach_add_trace(breaches, RULE_AMPLIFIER, span->line,
                                 "zone %d has power in the floor's hours for %" PRId64
                                 " s without an emergency that crosses them",
                                 "cụm loa %d có điện trong giờ cấm %" PRId64
                                 " giây mà không có khẩn cấp được vượt giờ",
                                 span->zone, (to_us - from_us + 999999) / 1000000);
                return;
            }
            at_us = to_us;
        }
    }
}

/* A zone whose boot the diary does not know: only its own wall clock can be judged. */
static void judge_stray_power(const struct relay_span *span, const struct floor_hours *floor,
                              struct breaches *breaches) {
    int64_t from_us, to_us;
    int64_t end_us = span->from_us + (span->to_ns - span->from_ns) / 1000;
    breach_add_trace(
        breaches, RULE_AMPLIFIER, span->line,
        "zone %d has power in a boot of which the diary knows nothing%s",
        "cụm loa %d có điện trong lần khởi động mà nhật ký không hề biết%s", span->zone,
        floor_meets(floor, span->from_us, end_us, &from_us, &to_us)
            ? (breaches->vietnamese ? ", và trong giờ cấm" : ", and in the floor's hours")
            : "");
}

static int compare_spans(const void *left, const void *right) {
    const struct relay_span *a = left, *b = right;
    if (a->stretch != b->stretch) {
        return a->stretch < b->stretch ? -1 : 1;
    }
    return a->from_ns < b->from_ns ? -1 : a->from_ns > b->from_ns;
}

/* The spans of one zone in which sound could be heard, in order. */
struct open_spans {
    struct relay_span *list;
    size_t count;
};

/* The first span of the zone that has not ended before `at_ns` of a boot. */
static const struct relay_span *
find_open(const struct record *record, const struct open_spans *open, size_t boot, int64_t at_ns) {
    size_t low = 0, high = open->count;
    while (low < high) { /* spans of one zone do not overlap: ends rise as beginnings do */
        size_t middle = low + (high - low) / 2;
        const struct relay_span *span = &open->list[middle];
        size_t span_boot = boot_of(record, span->stretch);
        if (span_boot < boot || (span_boot == boot && !span->unended && span->to_ns <= at_ns)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < open->count && boot_of(record, open->list[low].stretch) == boot ? &open->list[low]
                                                                                 : NULL;
}

static void judge_airing(const struct record *record, const struct airing *airing, int zone,
                         const struct open_spans *open, struct breaches *breaches) {
    const int64_t begin_allowed = INT64_C(20000000);
    size_t boot = boot_of(record, airing->first_stretch);
    const struct relay_span *span = find_open(record, open, boot, airing->first_ns);
    /* What is broken off is muted first and faded after; what plays to its end is not. */
    int64_t end_allowed = airing->completed ? INT64_C(50000000) : ACROSS_NS;
    bool across = airing->first_stretch != airing->last_stretch ||
                  (span != NULL && span->stretch != airing->first_stretch);
    int64_t more = across ? ACROSS_NS : 0;
    bool begins = span != NULL && span->from_ns <= airing->first_ns + begin_allowed + more;
    bool ends = begins && (span->unended || span->to_ns + end_allowed + more >= airing->last_ns);
    if (begins && ends) {
        return;
    }
    breach_add(breaches, RULE_AMPLIFIER, airing->line, airing->seq,
               begins ? "zone %d: the amplifier was off or muted before this sound ended"
                      : "zone %d: the amplifier was off or muted when this sound began",
               begins ? "cụm loa %d: tăng âm tắt hoặc tắt tiếng trước khi phát xong"
                      : "cụm loa %d: tăng âm tắt hoặc tắt tiếng khi bắt đầu phát",
               zone);
}

static void judge_zone(const struct record *record, const struct trace *trace, int zone,
                       struct breaches *breaches) {
    struct open_spans open = {calloc(trace->count + 1, sizeof *open.list), 0};
    if (open.list == NULL) {
        abort();
    }
    for (size_t i = 0; i < trace->count; i++) {
        if (trace->spans[i].open && trace->spans[i].zone == zone &&
            trace->spans[i].stretch != NOWHERE) {
            open.list[open.count++] = trace->spans[i];
        }
    }
    qsort(open.list, open.count, sizeof *open.list, compare_spans);
    for (size_t i = 0; i < record->airings_count; i++) {
        const struct airing *airing = &record->airings[i];
        if (airing->sounded && (airing->sounded_zones >> zone & 1) != 0) {
            judge_airing(record, airing, zone, &open, breaches);
        }
    }
    free(open.list);
}

void judge_relays(const struct record *record, const struct trace *trace,
                  const struct floor_hours *floor, struct breaches *breaches) {
    uint32_t zones = 0;
    struct leaves leaves = leaves_of(record);
    for (size_t i = 0; i < trace->count; i++) {
        const struct relay_span *span = &trace->spans[i];
        if (!span->open && span->stretch == NOWHERE) {
            judge_stray_power(span, floor, breaches);
        } else if (!span->open) {
            judge_power(&leaves, span, floor, breaches);
        }
    }
    free(leaves.list);
    for (size_t i = 0; i < record->airings_count; i++) {
        zones |= record->airings[i].sounded_zones;
    }
    for (int zone = 0; zone < 32; zone++) {
        if ((zones >> zone & 1) != 0) {
            judge_zone(record, trace, zone, breaches);
        }
    }
}
