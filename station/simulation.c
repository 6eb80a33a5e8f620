#include "station/simulation.h"

#include "base/memory.h"
#include "base/zone.h"
#include "station/simulation_world.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS_NS INT64_C(1000000)
#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define HOUR_NS (60 * MINUTE_NS)
#define DAY_NS (24 * HOUR_NS)

/* Random numbers: xoshiro256** (Blackman and Vigna), seeded by splitmix64. */

static uint64_t rotate(uint64_t x, int by) {
    return x << by | x >> (64 - by);
}

uint64_t world_random(struct world *world) {
    uint64_t *s = world->random;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

static void seed_random(struct world *world, uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        seed += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t z = seed;
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        world->random[i] = z ^ z >> 31;
    }
}

int64_t world_between(struct world *world, int64_t least, int64_t most) {
    return least + (int64_t)(world_random(world) % (uint64_t)(most - least + 1));
}

/* Time */

struct walltime world_wall(const struct world *world) {
    return (struct walltime){world->now_ns / 1000 + world->wall_offset_us};
}

struct monotime world_mono(const struct world *world) {
    return (struct monotime){world->now_ns - world->booted_ns};
}

struct moment world_moment(const struct world *world) {
    return (struct moment){world_wall(world), world_mono(world), world->trust};
}

int64_t world_ns(const struct world *world, struct monotime mono) {
    const int64_t never = INT64_MAX / 2;
    return mono.ns > never ? INT64_MAX : mono.ns + world->booted_ns;
}

static bool before(const struct happening *a, const struct happening *b) {
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

void world_plan(struct world *world, int64_t in_ns, enum happening_kind kind, int64_t number,
                int64_t value, bool of_process) {
    world->heap =
        memory_room(world->heap, world->heap_count, &world->heap_capacity, sizeof *world->heap);
    struct happening happening = {world->now_ns + in_ns,       ++world->order, kind, number, value,
                                  of_process ? world->life : 0};
    size_t at = world->heap_count++;
    while (at != 0 && before(&happening, &world->heap[(at - 1) / 2])) {
        world->heap[at] = world->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    world->heap[at] = happening;
}

static struct happening take_happening(struct world *world) {
    struct happening first = world->heap[0];
    struct happening last = world->heap[--world->heap_count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= world->heap_count) {
            break;
        }
        if (child + 1 < world->heap_count && before(&world->heap[child + 1], &world->heap[child])) {
            child++;
        }
        if (!before(&world->heap[child], &last)) {
            break;
        }
        world->heap[at] = world->heap[child];
        at = child;
    }
    world->heap[at] = last;
    return first;
}

/* Breaches */

void world_breach(struct world *world, const char *format, ...) {
    if (world->result->breach[0] != '\0') {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(world->result->breach, sizeof world->result->breach, format, arguments);
    va_end(arguments);
}

/* Starting and dying */

static void start_process(struct world *world) {
    world->life++;
    world->running = true;
    world->started_ns = world->now_ns;
    world->last_seq = (int64_t)world->result->events_count;
    world_recall(world);
    int32_t lead_ms = 0;
    int32_t tail_ms = 0;
    for (int zone = 0; zone < 32; zone++) {
        if ((world->settings.zones >> zone & 1) != 0) {
            lead_ms = amplifier_lead_ms(&world->settings, zone);
            tail_ms = amplifier_tail_ms(&world->settings, zone);
        }
    }
    const struct onair_config config = {
        .program = "simulation",
        .version = LOAXA_VERSION,
        .boot = world->boot,
        .amplifier_lead_us = lead_ms * INT64_C(1000),
        .amplifier_tail_us = tail_ms * INT64_C(1000),
        .amplifier_settle_us = (world->settings.settle_ms + AMPLIFIER_EARLY_MS) * INT64_C(1000),
        .zones = world->settings.zones,
    };
    const struct onair_ports ports = {.diary = world_diary_port(world),
                                      .sounds = world_sounds_port(world),
                                      .player = world_player_port(world),
                                      .amplifier = world_amplifier_port(world)};
    struct moment moment = world_moment(world);
    world->onair = onair_create(&config, &ports, &world->recall, &moment);
    onair_programme(world->onair, world->programme, NULL, &moment);
}

void world_boot(struct world *world) {
    world->powered = true;
    world->result->boots++;
    world->booted_ns = world->now_ns - world_between(world, 5, 60) * SECOND_NS;
    snprintf(world->boot, sizeof world->boot, "sim-%d", world->result->boots);
    world_amplifier_boot(world);
    start_process(world);
}

static void die(struct world *world) {
    struct moment moment = world_moment(world);
    /* what the process still holds is lost: nothing it says now reaches anyone */
    onair_destroy(world->onair, NULL, &moment);
    world->onair = NULL;
    world->running = false;
    world_lose_uncommitted(world);
    world_player_die(world);
    world->wants = (struct wants){0};
}

void world_lose_power(struct world *world, bool process_only) {
    if (!world->running) { /* it is dark already: later, then */
        world_plan(world, world_between(world, 10, 100) * MINUTE_NS, HAPPENS_CUT, 0, process_only,
                   false);
        return;
    }
    world->result->cuts++;
    die(world);
    if (process_only) { /* loaxa-ampd lives on and switches off by itself */
        world_amplifier_turn(world, &(struct amplifier_input){.kind = AMPLIFIER_PLAYER_GONE});
        world_plan(world, world_between(world, 1, 30) * SECOND_NS, HAPPENS_BOOT, 0, 1, false);
        return;
    }
    world->powered = false;
    int64_t dark_ns = world_between(world, 1, 4) == 1 ? world_between(world, 1, 40) * HOUR_NS
                                                      : world_between(world, 5, 1200) * SECOND_NS;
    world_plan(world, dark_ns, HAPPENS_BOOT, 0, 0, false);
}

static void come_back(struct world *world, bool process_only) {
    if (world->running) {
        return;
    }
    if (process_only && world->powered) {
        start_process(world);
    } else {
        world_boot(world);
    }
}

void world_set_clock(struct world *world, int64_t by_us, enum clock_trust trust) {
    world->result->clock_steps++;
    world->stepped_ns = world->now_ns;
    world->wall_offset_us += by_us;
    world->trust = trust;
    if (world->powered) {
        world_amplifier_turn(world, NULL);
    }
    if (world->running) {
        struct moment moment = world_moment(world);
        onair_step(world->onair, &moment);
        world_plan(world, world_between(world, 60, 6 * 3600) * SECOND_NS, HAPPENS_ACCEPT, 0, 0,
                   false);
    }
}

/* What happens */

static void deliver(struct world *world, const struct happening *happening) {
    struct moment moment = world_moment(world);
    switch (happening->kind) {
    case HAPPENS_COMMIT:
        world->committing = false;
        if (world->disk_full) {
            world->committing = true;
            world_plan(world, SECOND_NS, HAPPENS_COMMIT, world->last_seq, 0, true);
            onair_diary_failed(world->onair, "no room on the disk", &moment);
            break;
        }
        world_commit(world, happening->number);
        if (world->pending_count != 0) {
            world->committing = true;
            world_plan(world, world_between(world, 1, 25) * MS_NS, HAPPENS_COMMIT, world->last_seq,
                       0, true);
        }
        onair_committed(world->onair, happening->number, &moment);
        break;
    case HAPPENS_SOUND:
        onair_sound_opened(world->onair, (uint64_t)happening->number, (int)happening->value,
                           happening->value < 0 ? REASON_APPROVAL : REASON_NONE, NULL, &moment);
        break;
    case HAPPENS_AIR: {
        struct air_event event = world->air[happening->number];
        if (--world->air_waiting == 0) {
            world->air_count = 0;
        }
        onair_air_event(world->onair, &event, &moment);
        break;
    }
    case HAPPENS_ACT:
        world_act(world);
        break;
    case HAPPENS_RESUME:
        onair_resume(world->onair, "chi.lan", "", &moment);
        break;
    case HAPPENS_ACCEPT: {
        struct onair_status status;
        onair_status(world->onair, &moment, &status);
        if (status.trust == CLOCK_UNTRUSTED) {
            onair_accept_clock(world->onair, "chi.lan", "", &moment);
        }
        break;
    }
    default:
        break;
    }
}

static void happen(struct world *world) {
    struct happening happening = take_happening(world);
    switch (happening.kind) {
    case HAPPENS_CUT:
        world_lose_power(world, happening.value != 0);
        break;
    case HAPPENS_AIM:
        world->aimed++;
        break;
    case HAPPENS_BOOT:
        come_back(world, happening.value != 0);
        break;
    case HAPPENS_STEP:
        world_set_clock(world, happening.number, (enum clock_trust)happening.value);
        break;
    default:
        if (world->running && (happening.life == 0 || happening.life == world->life)) {
            deliver(world, &happening);
        }
        break;
    }
}

/* An aimed cut waits for something to be on the air, and then for some more steps. */
static void aim(struct world *world) {
    if (world->aimed == 0 || !world->running || !onair_is_on_air(world->onair)) {
        return;
    }
    if (world->aim_steps == 0) {
        world->aim_steps = (int32_t)world_between(world, 1, 120);
    } else if (--world->aim_steps == 0) {
        world->aimed--;
        world_lose_power(world, world_between(world, 1, 3) == 1);
    }
}

static int64_t next_ns(const struct world *world) {
    int64_t next = world->heap_count != 0 ? world->heap[0].at_ns : INT64_MAX;
    if (world->powered && world->amplifier_wake_ns < next) {
        next = world->amplifier_wake_ns;
    }
    if (world->running) {
        int64_t player = world_player_next_ns(world);
        int64_t station = world_ns(world, onair_wake(world->onair));
        next = player < next ? player : next;
        next = station < next ? station : next;
    }
    return next < world->now_ns ? world->now_ns : next;
}

void world_live(struct world *world, int64_t until_ns) {
    int64_t end_ns = until_ns < world->end_ns ? until_ns : world->end_ns;
    int64_t stuck = 0;
    for (;;) {
        int64_t next = next_ns(world);
        if (next >= end_ns) {
            break;
        }
        stuck = next == world->now_ns ? stuck + 1 : 0;
        if (stuck > 100000) {
            world_breach(world, "the station does not get on at %" PRId64 " us",
                         world_wall(world).us);
            break;
        }
        world->now_ns = next;
        world->result->steps++;
        if (world->heap_count != 0 && world->heap[0].at_ns <= next) {
            happen(world);
        } else if (world->running && world_player_next_ns(world) <= next) {
            world_player_turn(world);
        } else if (world->powered && world->amplifier_wake_ns <= next) {
            world_amplifier_turn(world, NULL);
        } else if (world->running) {
            struct moment moment = world_moment(world);
            onair_step(world->onair, &moment);
        }
        aim(world);
    }
    world->now_ns = end_ns;
}

/* Fate */

static void plan_step(struct world *world, int64_t at_ns, bool back) {
    static const int64_t sizes[] = {300000,
                                    2000000,
                                    60000000,
                                    240000000,
                                    1800000000,
                                    7200000000,
                                    INT64_C(30000000000),
                                    INT64_C(200000000000)};
    int64_t size = sizes[world_between(world, 0, 7)];
    int64_t by_us = world_between(world, size / 3, size);
    by_us = world_between(world, 0, 1) == 0 ? -by_us : by_us;
    enum clock_trust trust = (enum clock_trust)world_between(world, CLOCK_UNTRUSTED, CLOCK_TRUSTED);
    world_plan(world, at_ns, HAPPENS_STEP, by_us, trust, false);
    if (back) {
        world_plan(world, at_ns + world_between(world, 60, 12 * 3600) * SECOND_NS, HAPPENS_STEP,
                   -by_us, CLOCK_TRUSTED, false);
    }
}

static void plan_fate(struct world *world) {
    const struct simulation_options *options = world->options;
    int64_t span_ns = options->days * DAY_NS;
    for (int32_t i = 0; i < options->power_cuts; i++) {
        int64_t at_ns = world_between(world, 1, span_ns / 10 * 9);
        bool aimed = i % 2 == 0;
        world_plan(world, at_ns, aimed ? HAPPENS_AIM : HAPPENS_CUT, 0,
                   world_between(world, 1, 3) == 1, false);
    }
    for (int32_t i = 0; i < options->clock_steps; i += 2) {
        plan_step(world, world_between(world, 1, span_ns / 10 * 9), i + 1 < options->clock_steps);
    }
    for (int32_t i = 0; i < options->people; i++) {
        world_plan(world, world_between(world, 1, span_ns), HAPPENS_ACT, 0, 0, false);
    }
}

static zone_set zones_of(const struct programme *programme) {
    zone_set zones = 0;
    for (size_t i = 0; i < programme->segments_count; i++) {
        zones |= programme->segments[i].zones;
    }
    return zones == ZONE_SET_ALL || zones == 0 ? 1 : zones; /* "all" of nobody knows how many */
}

struct world *world_open(const struct simulation_options *options, struct programme *programme,
                         struct simulation *result) {
    struct world *world = memory_new(sizeof *world);
    *result = (struct simulation){0};
    world->options = options;
    world->result = result;
    world->programme = programme_retain(programme);
    world->trust = CLOCK_TRUSTED;
    recall_init(&world->recall, programme->zone);
    world->wall_offset_us = options->from.us;
    world->end_ns = options->days * DAY_NS;
    world->settings = amplifier_settings_default(
        options->zones != 0 ? options->zones : zones_of(programme), programme->zone);
    /* Heartbeats are not played one by one: each step stands for those before it. */
    world->settings.heartbeat_timeout_ms = 3600 * 1000;
    if (programme->profile.always_open) {
        world->settings.floor.any = false;
    }
    seed_random(world, options->seed);
    return world;
}

void world_close(struct world *world) {
    if (world->running) {
        struct moment moment = world_moment(world);
        struct onair_status status;
        onair_status(world->onair, &moment, &status);
        world->settled = status.trust != CLOCK_UNTRUSTED && status.on_air == false &&
                         world->now_ns - world->started_ns > 5 * MINUTE_NS &&
                         world->now_ns - world->stepped_ns > 5 * MINUTE_NS;
        onair_destroy(world->onair, "end of the simulation", &moment);
        world_commit(world, world->last_seq);
    }
    world_audit(world);
    world_player_die(world);
    recall_finish(&world->recall);
    programme_release(world->programme);
    text_finish(&world->pending);
    free(world->pending_sizes);
    free(world->heap);
    free(world->sounds);
    free(world->sessions);
    free(world->air);
    free(world->watched);
    free(world);
}

void simulation_run(const struct simulation_options *options, struct programme *programme,
                    struct simulation *ret) {
    struct world *world = world_open(options, programme, ret);
    plan_fate(world);
    world_boot(world);
    world_live(world, world->end_ns);
    world_close(world);
    char head[SIMULATION_HEAD_SIZE];
    struct digest_feed feed;
    simulation_head(ret, head);
    digest_start(&feed);
    digest_add(&feed, head, strlen(head));
    digest_add(&feed, text_string(&ret->trace), ret->trace.length);
    ret->digest = digest_end(&feed);
}

void simulation_finish(struct simulation *simulation) {
    text_finish(&simulation->diary);
    text_finish(&simulation->trace);
    free(simulation->events);
    *simulation = (struct simulation){0};
}
