#include "checker/trace.h"

#include "checker/judge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ZONES = 32 };

struct edge {
    int64_t line, wall_us, boot_ns;
    const struct value_tree *tree;
    const struct value *object, *start; /* start: of a start line; else NULL */
    int zone;
    bool power, state; /* which line, and how it was set */
};

struct zone_state {
    bool power, muted;
    bool known; /* a line of this zone was set since the program began */
    int64_t powered_line, powered_ns, powered_boot_ns, powered_us, opened_line, opened_ns,
        opened_us;
    size_t powered_stretch, opened_stretch;
    int64_t warm_up_ms;
    int64_t doomed_line, doomed_ns; /* muted because the player is gone; 0: not */
};

struct reader {
    struct trace *trace;
    const struct record *record;
    struct breaches *breaches;
    struct zone_state zones[ZONES];
    int64_t last_ns;   /* CLOCK_BOOTTIME of the last line */
    size_t boot;       /* of the diary; NOWHERE */
    int64_t torn_line; /* a line that could not be read: forgiven where a power cut tore it */
};

/* "2026-12-01T10:10:00.000000Z" */
static bool read_wall(const char *text, int64_t *ret_us) {
    struct tm tm = {0};
    int us, length = 0;
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%6dZ%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
               &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &us, &length) != 7 ||
        text[length] != '\0' || tm.tm_year < 1970 || tm.tm_year > 2200 || tm.tm_mon < 1 ||
        tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour < 0 || tm.tm_hour > 23 ||
        tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0 || tm.tm_sec > 60 || us < 0) {
        return false;
    }
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *ret_us = (int64_t)timegm(&tm) * 1000000 + us;
    return true;
}

static bool read_edge(const struct value_tree *tree, struct edge *edge) {
    const struct value *object = value_top(tree);
    const struct value *boot_ns = value_get(tree, object, "boot_ns");
    const struct value *zone = value_get(tree, object, "zone");
    const struct value *state = value_get(tree, object, "state");
    const char *line = value_text(tree, object, "line");
    if (!read_wall(value_text(tree, object, "wall"), &edge->wall_us) ||
        !value_is(boot_ns, VALUE_INTEGER) || boot_ns->integer < 0 ||
        boot_ns->integer > INT64_C(1) << 61) {
        return false;
    }
    edge->boot_ns = boot_ns->integer;
    edge->tree = tree;
    edge->object = object;
    edge->start = value_get(tree, object, "start");
    if (edge->start != NULL) {
        return value_is(edge->start, VALUE_OBJECT);
    }
    if (!value_is(zone, VALUE_INTEGER) || zone->integer < 0 || zone->integer >= ZONES ||
        !value_is(state, VALUE_INTEGER) || (state->integer & ~INT64_C(1)) != 0) {
        return false;
    }
    edge->zone = (int)zone->integer;
    edge->state = state->integer == 1;
    edge->power = strcmp(line, "power") == 0;
    return edge->power || strcmp(line, "mute") == 0;
}

/* The stretch of the diary in which an edge happened: the one whose clocks agree with its own. */
static size_t stretch_of(const struct record *record, const struct edge *edge) {
    const struct course *course = &record->course;
    size_t best = NOWHERE;
    int64_t best_away = INT64_C(5000000000);
    for (size_t i = 0; i < course->count; i++) {
        const struct stretch *stretch = &course->stretches[i];
        int64_t offset_ns = edge->wall_us * 1000 - edge->boot_ns;
        int64_t low = stretch->offset_ns < stretch->last_offset_ns ? stretch->offset_ns
                                                                   : stretch->last_offset_ns;
        int64_t high = stretch->offset_ns + stretch->last_offset_ns - low;
        int64_t away = offset_ns < low ? low - offset_ns : offset_ns > high ? offset_ns - high : 0;
        bool last = i + 1 == course->count || course->stretches[i + 1].boot != stretch->boot;
        int64_t until_ns = last ? INT64_MAX : course->stretches[i + 1].from_ns;
        if (edge->boot_ns > until_ns) {
            away += (edge->boot_ns - until_ns) / 1000;
        } else if (edge->boot_ns < stretch->from_ns) {
            away += (stretch->from_ns - edge->boot_ns) / 1000;
        }
        if (away < best_away) {
            best = i;
            best_away = away;
        }
    }
    return best;
}

static void add_span(struct reader *reader, int zone, bool open, int64_t to_ns, bool unended) {
    struct trace *trace = reader->trace;
    const struct zone_state *state = &reader->zones[zone];
    if (trace->count == trace->capacity) {
        trace->capacity = trace->capacity == 0 ? 64 : trace->capacity * 2;
        trace->spans = realloc(trace->spans, trace->capacity * sizeof *trace->spans);
        if (trace->spans == NULL) {
            abort();
        }
    }
    trace->spans[trace->count++] =
        (struct relay_span){.zone = zone,
                            .open = open,
                            .unended = unended,
                            .line = open ? state->opened_line : state->powered_line,
                            .stretch = open ? state->opened_stretch : state->powered_stretch,
                            .from_ns = open ? state->opened_ns : state->powered_ns,
                            .to_ns = to_ns,
                            .from_us = open ? state->opened_us : state->powered_us};
}

/* Ends every span at `to_ns`, because the program or the boot ended. */
static void end_all(struct reader *reader, int64_t to_ns, bool unended) {
    for (int zone = 0; zone < ZONES; zone++) {
        struct zone_state *state = &reader->zones[zone];
        if (state->power && !state->muted) {
            add_span(reader, zone, true, to_ns, unended);
        }
        if (state->power) {
            add_span(reader, zone, false, to_ns, unended);
        }
        state->power = false;
        state->muted = true;
    }
}

/* The last moment that the diary knows of a boot; at least the trace's own last line. */
static int64_t end_of_boot(const struct reader *reader) {
    const struct course *course = &reader->record->course;
    int64_t end_ns = reader->last_ns;
    for (size_t i = 0; i < course->count; i++) {
        if (course->stretches[i].boot == reader->boot && course->stretches[i].to_ns > end_ns) {
            end_ns = course->stretches[i].to_ns;
        }
    }
    return end_ns;
}

static void take_start(struct reader *reader, const struct edge *edge) {
    const struct value *at =
        value_first(edge->tree, value_get(edge->tree, edge->start, "warm_up_ms"));
    for (; at != NULL; at = value_next(edge->tree, at)) {
        char *end = NULL;
        long zone = at->key == NULL ? -1 : strtol(at->key, &end, 10);
        if (zone >= 0 && zone < ZONES && *end == '\0' && value_is(at, VALUE_INTEGER)) {
            reader->zones[zone].warm_up_ms =
                at->integer > 0 && at->integer < 600000 ? at->integer : 0;
        }
    }
    if (floor_read(value_text(edge->tree, edge->start, "floor"), &reader->trace->floor)) {
        reader->trace->floor_told = true;
    }
}

/* A zone is switched on: by a permit that holds by both clocks and that the diary knows for it. */
static void judge_on(struct reader *reader, const struct edge *edge, size_t stretch) {
    const struct record *record = reader->record;
    int64_t number = value_integer(edge->tree, edge->object, "permit");
    int64_t deadline_ns = value_integer(edge->tree, edge->object, "permit_deadline_ns");
    int64_t from_us = 0, to_us = 0;
    bool told = read_wall(value_text(edge->tree, edge->object, "permit_not_before"), &from_us) &&
                read_wall(value_text(edge->tree, edge->object, "permit_not_after"), &to_us) &&
                edge->boot_ns < deadline_ns;
    if (number <= 0 || !told || edge->wall_us < from_us || edge->wall_us >= to_us) {
        breach_add_trace(reader->breaches, RULE_AMPLIFIER, edge->line,
                         "zone %d is switched on without a permit that holds now",
                         "cụm loa %d được bật mà không có giấy phép còn hiệu lực", edge->zone);
        return;
    }
    size_t found = stretch == NOWHERE
                       ? NOWHERE
                       : record_permit(record, number, record->course.stretches[stretch].boot);
    if (found != NOWHERE) {
        const struct permit_row *permit = &record->permits[found];
        if (permit->not_before_us == from_us && permit->not_after_us == to_us &&
            (permit->zones >> edge->zone & 1) != 0) {
            return;
        }
    }
    if (stretch != NOWHERE) {
        breach_add_trace(reader->breaches, RULE_AMPLIFIER, edge->line,
                         "zone %d is switched on by permit %" PRId64
                         ", which the diary does not hold for it in this boot",
                         "cụm loa %d được bật theo giấy phép %" PRId64
                         " mà nhật ký không có cho cụm này trong lần khởi động",
                         edge->zone, number);
    }
}

static void take_power(struct reader *reader, const struct edge *edge, size_t stretch,
                       int64_t at_ns) {
    struct zone_state *state = &reader->zones[edge->zone];
    if (edge->state && !state->power) {
        judge_on(reader, edge, stretch);
        state->powered_line = edge->line;
        state->powered_ns = at_ns;
        state->powered_boot_ns = edge->boot_ns; /* warm-up is measured by one clock alone */
        state->powered_us = edge->wall_us;
        state->powered_stretch = stretch;
        if (state->known && !state->muted) {
            breach_add_trace(reader->breaches, RULE_AMPLIFIER, edge->line,
                             "zone %d gets power while it is not muted",
                             "cụm loa %d được cấp điện khi chưa tắt tiếng", edge->zone);
        }
    } else if (!edge->state && state->power) {
        if (!state->muted) {
            breach_add_trace(reader->breaches, RULE_AMPLIFIER, edge->line,
                             "zone %d loses power before it was muted",
                             "cụm loa %d bị ngắt điện trước khi tắt tiếng", edge->zone);
            add_span(reader, edge->zone, true, at_ns, false);
            state->muted = true;
        }
        add_span(reader, edge->zone, false, at_ns, false);
    }
    state->power = edge->state;
}

static void take_mute(struct reader *reader, const struct edge *edge, size_t stretch,
                      int64_t at_ns) {
    struct zone_state *state = &reader->zones[edge->zone];
    if (edge->state && !state->muted && state->power) {
        add_span(reader, edge->zone, true, at_ns, false);
    } else if (!edge->state && state->muted) {
        judge_on(reader, edge, stretch);
        state->opened_line = edge->line;
        state->opened_ns = at_ns;
        state->opened_us = edge->wall_us;
        state->opened_stretch = stretch;
        if (!state->power ||
            edge->boot_ns - state->powered_boot_ns < state->warm_up_ms * 1000000 - EARLY_NS) {
            breach_add_trace(reader->breaches, RULE_AMPLIFIER, edge->line,
                             "zone %d is unmuted before its amplifier is warm",
                             "cụm loa %d mở tiếng khi tăng âm chưa kịp nóng", edge->zone);
        }
    }
    state->muted = edge->state;
}

/* Once a zone is muted because nobody vouches for it any more, its power follows within half a
 * second. */
static void note_doom(struct reader *reader, const struct edge *edge) {
    static const char *const causes[] = {"heartbeat_lost", "player_gone", "odd_demand", "shutdown"};
    struct zone_state *state = &reader->zones[edge->zone];
    const char *cause = value_text(edge->tree, edge->object, "cause");
    if (state->doomed_line != 0 && state->power &&
        edge->boot_ns - state->doomed_ns > INT64_C(500000000)) {
        breach_add_trace(reader->breaches, RULE_AMPLIFIER, state->doomed_line,
                         "zone %d was muted because its player was gone, and kept its power",
                         "cụm loa %d đã tắt tiếng vì mất chương trình phát nhưng vẫn còn điện",
                         edge->zone);
        state->doomed_line = 0;
    }
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        if (!edge->power && edge->state && state->power && strcmp(cause, causes[i]) == 0) {
            state->doomed_line = edge->line;
            state->doomed_ns = edge->boot_ns;
        }
    }
    if (edge->power) {
        state->doomed_line = edge->state ? state->doomed_line : 0;
    }
}

static void take_edge(struct reader *reader, const struct edge *edge) {
    size_t stretch = stretch_of(reader->record, edge);
    size_t boot = stretch == NOWHERE ? NOWHERE : reader->record->course.stretches[stretch].boot;
    bool new_boot = edge->boot_ns < reader->last_ns - 1000000000 ||
                    (boot != NOWHERE && reader->boot != NOWHERE && boot != reader->boot);
    if (new_boot) {
        end_all(reader, end_of_boot(reader), true);
    } else if (edge->start != NULL) {
        end_all(reader, edge->boot_ns, false);
    }
    if (boot != NOWHERE || new_boot) {
        reader->boot = boot;
    }
    reader->last_ns = edge->boot_ns;
    if (edge->start != NULL) {
        take_start(reader, edge);
        return;
    }
    int64_t at_ns = stretch == NOWHERE
                        ? edge->boot_ns
                        : course_line_ns(&reader->record->course, stretch, edge->wall_us);
    note_doom(reader, edge);
    if (edge->power) {
        take_power(reader, edge, stretch, at_ns);
    } else {
        take_mute(reader, edge, stretch, at_ns);
    }
    reader->zones[edge->zone].known = true;
}

static void report_torn(struct reader *reader) {
    if (reader->torn_line != 0) {
        breach_add_trace(reader->breaches, RULE_AMPLIFIER, reader->torn_line,
                         "the line is no edge of a relay",
                         "dòng này không phải một lần đóng ngắt rơ-le");
        reader->torn_line = 0;
    }
}

void trace_read(struct trace *trace, FILE *file, const struct record *record,
                struct breaches *breaches) {
    struct reader reader = {
        .trace = trace, .record = record, .breaches = breaches, .boot = NOWHERE};
    for (int zone = 0; zone < ZONES; zone++) {
        reader.zones[zone].muted = true;
    }
    struct value_tree tree = {0};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, file)) > 0) {
        trace->lines++;
        struct edge edge = {.line = trace->lines};
        if (!value_read(&tree, line, (size_t)length) || !read_edge(&tree, &edge)) {
            report_torn(&reader); /* two in a row: no power cut does that */
            reader.torn_line = trace->lines;
        } else {
            if (edge.start == NULL) {
                report_torn(&reader);
            }
            reader.torn_line = 0;
            take_edge(&reader, &edge);
        }
    }
    free(line);
    value_finish(&tree);
    end_all(&reader, end_of_boot(&reader), true);
}

void trace_finish(struct trace *trace) {
    free(trace->spans);
    *trace = (struct trace){0};
}
