/* What people do in a simulation: they withdraw, stop, hold, play by hand and edit the plan. */
#include "base/memory.h"
#include "base/zone.h"
#include "station/simulation_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_US (60 * WALLTIME_SECOND)

/* Hands an edited copy over, as the store does after a change. */
static void hand_over(struct world *world, struct programme *edited) {
    struct moment moment = world_moment(world);
    edited->revision++;
    programme_release(world->programme);
    world->programme = edited;
    onair_programme(world->onair, edited, NULL, &moment);
}

static void withdraw(struct world *world) {
    struct programme *edited = simulation_copy_programme(world->programme);
    if (edited->items_count < 12) {
        programme_release(edited);
        return;
    }
    size_t at = (size_t)world_between(world, 0, (int64_t)edited->items_count - 1);
    struct item item = edited->items[at];
    edited->items_count--;
    memmove(&edited->items[at], &edited->items[at + 1],
            (edited->items_count - at) * sizeof *edited->items);
    struct moment moment = world_moment(world);
    onair_withdraw(world->onair, &item, "phó.chủ.tịch", "không còn phù hợp", &moment);
    item_finish(&item);
    hand_over(world, edited);
}

static void hold(struct world *world) {
    struct moment moment = world_moment(world);
    bool open = world_between(world, 0, 1) == 0;
    int64_t minutes = world_between(world, 10, 300);
    onair_hold(world->onair, open ? WALLTIME_NEVER : walltime_add(moment.wall, minutes * MINUTE_US),
               "chi.lan", "đám tang trong thôn", &moment);
    world_plan(world, minutes * 60 * SECOND_NS, HAPPENS_RESUME, 0, 0, false);
}

static void play(struct world *world, bool emergency) {
    struct moment moment = world_moment(world);
    const struct programme *programme = world->programme;
    if (programme->items_count == 0) {
        return;
    }
    size_t at = (size_t)world_between(world, 0, (int64_t)programme->items_count - 1);
    const struct onair_play wish = {
        .origin = emergency ? 'e' : 'm',
        .class = emergency ? CLASS_EMERGENCY : CLASS_NORMAL,
        .item = programme->items[at].id,
        .zones = 1,
        .start = moment.wall,
        .duration_us = emergency ? 3 * MINUTE_US : 0,
        .crosses_quiet_hours = emergency,
        .by = "chi.lan",
        .words = "",
    };
    struct occurrence_key key;
    struct fail why;
    onair_play(world->onair, &wish, &moment, &key, &why); /* a refusal is an answer too */
}

/* Moves, shortens or cancels one of the next occurrences of a segment, as an editor would. */
static void edit(struct world *world) {
    size_t count;
    const struct director_occurrence *open = onair_open(world->onair, &count);
    if (count == 0) {
        return;
    }
    struct director_occurrence chosen = open[world_between(world, 0, (int64_t)count - 1)];
    struct programme *edited = simulation_copy_programme(world->programme);
    struct segment *segment = (struct segment *)programme_segment(edited, chosen.segment);
    if (segment == NULL) {
        programme_release(edited);
        return;
    }
    int64_t kind = world_between(world, 0, 4);
    if (kind == 0) {
        segment->duration_us = world_between(world, 5, 30) * MINUTE_US;
    } else if (kind == 1) {
        segment->enabled = !segment->enabled;
    } else {
        segment->exceptions = memory_resize(segment->exceptions, segment->exceptions_count + 1,
                                            sizeof *segment->exceptions);
        struct walltime moved =
            walltime_add(chosen.start, world_between(world, -90, 2000) * MINUTE_US);
        segment->exceptions[segment->exceptions_count++] = (struct segment_exception){
            .original = chosen.key.original,
            .kind = kind == 2 ? EXCEPTION_CANCELLED : EXCEPTION_MOVED,
            .start = zone_civil(edited->zone, moved),
            .by = memory_text("chi.lan"),
            .words = memory_text("họp thôn"),
        };
    }
    hand_over(world, edited);
}

void world_act(struct world *world) {
    struct moment moment = world_moment(world);
    world->result->acts++;
    switch (world_between(world, 0, 9)) {
    case 0:
        withdraw(world);
        break;
    case 1:
        onair_stop_all(world->onair, REASON_OPERATOR, &moment);
        break;
    case 2:
        hold(world);
        break;
    case 3:
    case 4:
        play(world, false);
        break;
    case 5:
        play(world, true);
        break;
    default:
        edit(world);
        break;
    }
}
