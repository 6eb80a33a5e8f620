/* The simulation's amplifier: hw/amplifier itself, with a trace where the relays would be. */
#include "hw/relay_sim.h"
#include "station/simulation_world.h"

static void report_amplifier(struct world *world, const struct amplifier_output *output) {
    static const enum amplifier_report reports[AMPLIFIER_STATES] = {
        [AMPLIFIER_OFF] = AMPLIFIER_REPORT_OFF,
        [AMPLIFIER_WARMING] = AMPLIFIER_REPORT_WARMING,
        [AMPLIFIER_READY] = AMPLIFIER_REPORT_READY,
        [AMPLIFIER_HOLDING] = AMPLIFIER_REPORT_HOLDING,
        [AMPLIFIER_HUSHED] = AMPLIFIER_REPORT_WARMING,
        [AMPLIFIER_MUTING] = AMPLIFIER_REPORT_OFF,
        [AMPLIFIER_RESTING] = AMPLIFIER_REPORT_OFF,
        [AMPLIFIER_FAULT] = AMPLIFIER_REPORT_FAULT,
    };
    for (size_t i = 0; i < output->edges_count; i++) {
        char line[RELAY_TRACE_LINE_SIZE];
        text_add(&world->result->trace, line, relay_trace_edge(&output->edges[i], line));
    }
    world->amplifier_wake_ns = world_ns(world, output->wake_up);
    struct moment moment = world_moment(world);
    for (size_t i = 0; i < output->events_count && world->running; i++) {
        const struct amplifier_event *event = &output->events[i];
        if (reports[event->from] != reports[event->to]) {
            onair_amplifier_event(world->onair, event->zone, reports[event->to],
                                  amplifier_cause_word(event->cause), &moment);
        }
    }
}

void world_amplifier_boot(struct world *world) {
    struct amplifier_output output;
    char line[RELAY_TRACE_LINE_SIZE];
    size_t length = relay_trace_start(&world->settings, world_wall(world), world_mono(world), line);
    text_add(&world->result->trace, line, length);
    amplifier_start(&world->amplifier, &world->settings, world_wall(world), world_mono(world),
                    &output);
    bool running = world->running;
    world->running = false; /* nobody is told of the start */
    report_amplifier(world, &output);
    world->running = running;
}

void world_amplifier_turn(struct world *world, const struct amplifier_input *input) {
    struct amplifier_demand demand;
    struct amplifier_input heard = {.kind = AMPLIFIER_HEARD, .demand = &demand};
    struct amplifier_output output;
    if (world->running) { /* the heartbeat that carries what is wanted now */
        wants_demand(&world->wants, world_wall(world), world_mono(world), &demand);
        input = input != NULL ? input : &heard;
    }
    amplifier_step(&world->amplifier, world_wall(world), world_mono(world), input, &output);
    report_amplifier(world, &output);
}

static void heartbeat(struct world *world) {
    world->amplifier_wake_ns = world->now_ns; /* at the next step, not inside this call */
}

static void want(void *self, const struct permit *permit) {
    struct world *world = self;
    wants_add(&world->wants, permit);
    heartbeat(world);
}

static void release(void *self, uint64_t permit) {
    struct world *world = self;
    wants_remove(&world->wants, permit);
    heartbeat(world);
}

static void cut(void *self, zone_set zones) {
    struct world *world = self;
    wants_cut(&world->wants, zones);
    heartbeat(world);
}

struct amplifier_port world_amplifier_port(struct world *world) {
    return (struct amplifier_port){.self = world, .want = want, .release = release, .cut = cut};
}
