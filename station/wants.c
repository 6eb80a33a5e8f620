#include "station/wants.h"

#include <string.h>

static size_t find(const struct wants *wants, uint64_t permit) {
    size_t at = 0;
    while (at < wants->count && wants->permits[at].id != permit) {
        at++;
    }
    return at;
}

static void remove_at(struct wants *wants, size_t at) {
    wants->permits[at] = wants->permits[--wants->count];
}

void wants_add(struct wants *wants, const struct permit *permit) {
    size_t at = find(wants, permit->id);
    if (at == WANTS_MOST) {
        at = 0;
        for (size_t i = 1; i < wants->count; i++) {
            if (walltime_before(wants->permits[i].not_after, wants->permits[at].not_after)) {
                at = i;
            }
        }
    } else if (at == wants->count) {
        wants->count++;
    }
    wants->permits[at] = *permit;
    wants->cut &= ~permit->zones;
}

void wants_remove(struct wants *wants, uint64_t permit) {
    size_t at = find(wants, permit);
    if (at < wants->count) {
        remove_at(wants, at);
    }
}

void wants_cut(struct wants *wants, zone_set zones) {
    wants->cut |= zones;
}

/* The permit that speaks for a zone now; NULL where none does. */
static const struct permit *speaker(const struct wants *wants, int zone, struct walltime wall,
                                    struct monotime mono) {
    const struct permit *best = NULL;
    for (size_t i = 0; i < wants->count; i++) {
        const struct permit *permit = &wants->permits[i];
        if (permit_allows(permit, wall, mono, (zone_set)1 << zone) &&
            (best == NULL || walltime_before(best->not_after, permit->not_after))) {
            best = permit;
        }
    }
    return best;
}

void wants_demand(struct wants *wants, struct walltime wall, struct monotime mono,
                  struct amplifier_demand *ret_demand) {
    for (size_t i = wants->count; i-- > 0;) {
        if (!monotime_before(mono, wants->permits[i].deadline)) {
            remove_at(wants, i);
        }
    }
    memset(ret_demand, 0, sizeof *ret_demand);
    ret_demand->cut = wants->cut;
    for (int zone = 0; zone < 32; zone++) {
        const struct permit *permit = speaker(wants, zone, wall, mono);
        if (permit == NULL) {
            continue;
        }
        uint32_t at = 0;
        while (at < ret_demand->wants_count && ret_demand->wants[at].permit.id != permit->id) {
            at++;
        }
        if (at == AMPLIFIER_WANTS_MAX) {
            continue; /* more programmes at once than a station has */
        }
        if (at == ret_demand->wants_count) {
            ret_demand->wants_count++;
            ret_demand->wants[at].permit = *permit;
        }
        ret_demand->wants[at].zones |= (zone_set)1 << zone;
    }
}
