#include "checker/judge.h"

#include <inttypes.h>
#include <stdlib.h>

static const char *name_of(const struct record *record, const struct airing *airing) {
    return record->occurrence_names.texts[airing->occurrence];
}

static size_t boot_of(const struct record *record, size_t stretch) {
    return record->course.stretches[stretch].boot;
}

/* Rule 4. */

struct span {
    size_t boot;
    int64_t first_ns, last_ns;
    const struct airing *airing;
};

static int compare_spans(const void *left, const void *right) {
    const struct span *a = left, *b = right;
    if (a->boot != b->boot) {
        return a->boot < b->boot ? -1 : 1;
    }
    if (a->first_ns != b->first_ns) {
        return a->first_ns < b->first_ns ? -1 : 1;
    }
    return a->airing->seq < b->airing->seq ? -1 : a->airing->seq > b->airing->seq;
}

static void judge_zone(const struct record *record, struct span *spans, size_t count, int zone,
                       struct breaches *breaches) {
    qsort(spans, count, sizeof *spans, compare_spans);
    const struct span *longest = NULL; /* of those that began, the one that ends last */
    for (size_t i = 0; i < count; i++) {
        const struct span *span = &spans[i];
        if (longest != NULL && longest->boot == span->boot) {
            bool same = longest->airing->last_stretch == span->airing->first_stretch;
            int64_t overlap_ns = longest->last_ns - span->first_ns;
            if (overlap_ns > (same ? SAME_STRETCH_NS : ACROSS_NS)) {
                breach_add(breaches, RULE_OVERLAP, span->airing->line, span->airing->seq,
                           "in zone %d it sounds with airing %" PRId64 " for %" PRId64 " ms (%s)",
                           "ở cụm loa %d, vang lên cùng lượt phát %" PRId64 " trong %" PRId64
                           " ms (%s)",
                           zone, longest->airing->seq, overlap_ns / 1000000,
                           name_of(record, span->airing));
            }
        }
        if (longest == NULL || longest->boot != span->boot || span->last_ns > longest->last_ns) {
            longest = span;
        }
    }
}

static void judge_overlaps(const struct record *record, struct breaches *breaches) {
    struct span *spans = calloc(record->airings_count + 1, sizeof *spans);
    if (spans == NULL) {
        abort();
    }
    for (int zone = 0; zone < 32; zone++) {
        size_t count = 0;
        for (size_t i = 0; i < record->airings_count; i++) {
            const struct airing *airing = &record->airings[i];
            if (airing->sounded && (airing->sounded_zones >> zone & 1) != 0) {
                spans[count++] = (struct span){boot_of(record, airing->first_stretch),
                                               airing->first_ns, airing->last_ns, airing};
            }
        }
        if (count > 1) {
            judge_zone(record, spans, count, zone, breaches);
        }
    }
    free(spans);
}

/* Rule 5. A second airing of one place may only go on: it joins at the present position, beyond
 * what was already heard, and so has less to play than the whole. */
static void judge_repeats(const struct record *record, const struct occurrence *occurrence,
                          struct breaches *breaches) {
    for (size_t b = occurrence->first_airing; b != NOWHERE;
         b = record->airings[b].next_of_occurrence) {
        const struct airing *second = &record->airings[b];
        for (size_t a = occurrence->first_airing; a != b && second->sounded;
             a = record->airings[a].next_of_occurrence) {
            const struct airing *first = &record->airings[a];
            if (!first->sounded || first->position != second->position) {
                continue;
            }
            int64_t heard_us = first->frames * 1000000 / first->rate;
            int64_t left_us = second->duration_us - second->frames * 1000000 / second->rate;
            bool joined = second->first_us - second->planned_us >= heard_us - 1000000;
            if (!joined || (second->completed && left_us < heard_us - 1000000)) {
                breach_add(breaches, RULE_TWICE, second->line, second->seq,
                           "place %" PRId64
                           " of %s sounds from its beginning again: airing %" PRId64
                           " had already sounded it",
                           "vị trí %" PRId64 " của %s vang lên lại từ đầu: lượt phát %" PRId64
                           " đã phát rồi",
                           second->position, name_of(record, second), first->seq);
                break;
            }
        }
    }
}

/* Rule 6. */
static void judge_times(const struct record *record, const struct occurrence *occurrence,
                        struct breaches *breaches) {
    const struct airing *first = NULL;
    bool begun = false; /* perhaps on time: a power cut took what was known of its sound */
    for (size_t at = occurrence->first_airing; at != NOWHERE;
         at = record->airings[at].next_of_occurrence) {
        const struct airing *airing = &record->airings[at];
        begun = begun || (airing->power && !airing->sounded);
        if (!airing->sounded || !airing->timed) {
            continue;
        }
        bool stepped = first != NULL && airing->first_stretch != first->first_stretch;
        int64_t early_us = airing->start_us - airing->first_us;
        if (stepped &&
            boot_of(record, first->first_stretch) == boot_of(record, airing->first_stretch)) {
            /* The clock was put back while the occurrence was on the air: its own line counts. */
            int64_t start_ns =
                course_line_ns(&record->course, first->first_stretch, first->start_us);
            int64_t on_line_us = (start_ns - airing->first_ns) / 1000;
            early_us = on_line_us < early_us ? on_line_us : early_us;
        }
        if (early_us * 1000 > EARLY_NS) {
            breach_add(breaches, RULE_TIME, airing->line, airing->seq,
                       "%s sounds %" PRId64 " ms before its start",
                       "%s vang lên sớm %" PRId64 " ms so với giờ bắt đầu", name_of(record, airing),
                       early_us / 1000);
        }
        if (first == NULL) {
            int64_t late_us = airing->first_us - airing->start_us - airing->grace_us;
            if (late_us * 1000 > LATE_NS && !begun) {
                breach_add(breaches, RULE_TIME, airing->line, airing->seq,
                           "%s begins %" PRId64 " ms after its start and grace",
                           "%s bắt đầu muộn %" PRId64 " ms so với giờ phát và hạn trễ",
                           name_of(record, airing), late_us / 1000);
            }
            first = airing;
        }
    }
}

/* Rule 7, and the floor's hours. */
static void judge_permit(const struct record *record, const struct airing *airing,
                         const struct floor_hours *floor, struct breaches *breaches) {
    const struct permit_row *permit =
        airing->permit == NOWHERE ? NULL : &record->permits[airing->permit];
    if (permit == NULL) {
        breach_add(breaches, RULE_PERMIT, airing->line, airing->seq,
                   "%s sounds under a permit that nobody minted in this boot",
                   "%s vang lên với giấy phép không ai cấp trong lần khởi động này",
                   name_of(record, airing));
        return;
    }
    const struct course *course = &record->course;
    bool same = airing->first_stretch == permit->stretch && airing->last_stretch == permit->stretch;
    int64_t allowed_ns = same ? SAME_STRETCH_NS : ACROSS_NS;
    int64_t from_ns = course_line_ns(course, permit->stretch, permit->not_before_us);
    int64_t to_ns = course_line_ns(course, permit->stretch, permit->not_after_us);
    if ((airing->zones & ~permit->zones) != 0) {
        breach_add(breaches, RULE_PERMIT, airing->line, airing->seq,
                   "%s sounds in zones that permit %" PRId64 " does not name",
                   "%s vang lên ở cụm loa mà giấy phép %" PRId64 " không nêu",
                   name_of(record, airing), permit->number);
    }
    bool late_on_wall = airing->last_us * 1000 > permit->not_after_us * 1000 + allowed_ns;
    if (from_ns - airing->first_ns > allowed_ns || airing->last_ns - to_ns > allowed_ns ||
        late_on_wall) {
        breach_add(breaches, RULE_PERMIT, airing->line, airing->seq,
                   "%s sounds %" PRId64 " ms before or %" PRId64 " ms after permit %" PRId64,
                   "%s vang lên sớm %" PRId64 " ms hoặc muộn %" PRId64 " ms so với giấy phép "
                   "%" PRId64,
                   name_of(record, airing),
                   from_ns > airing->first_ns ? (from_ns - airing->first_ns) / 1000000 : 0,
                   airing->last_ns > to_ns
                       ? (airing->last_ns - to_ns) / 1000000
                       : (late_on_wall ? (airing->last_us - permit->not_after_us) / 1000 : 0),
                   permit->number);
    }
    int64_t from_us, to_us;
    if (!(permit->emergency && permit->crosses) &&
        floor_meets(floor, airing->first_us, airing->last_us, &from_us, &to_us)) {
        breach_add(breaches, RULE_PERMIT, airing->line, airing->seq,
                   "%s sounds in the floor's hours, and permit %" PRId64
                   " is no emergency that crosses them",
                   "%s vang lên trong giờ cấm, và giấy phép %" PRId64
                   " không phải khẩn cấp được vượt giờ",
                   name_of(record, airing), permit->number);
    }
}

/* Rule 3's other half: opened before the sound, closed after it. */
static void judge_order(const struct record *record, const struct airing *airing,
                        struct breaches *breaches) {
    const struct course *course = &record->course;
    bool same = airing->first_stretch == airing->stretch;
    int64_t opened_ns = course_line_ns(course, airing->stretch, airing->opened_us);
    if (opened_ns - airing->first_ns > (same ? SAME_STRETCH_NS : ACROSS_NS)) {
        breach_add(breaches, RULE_CLOSED, airing->line, airing->seq,
                   "it was opened %" PRId64 " ms after its sound began",
                   "mở muộn %" PRId64 " ms sau khi đã vang lên",
                   (opened_ns - airing->first_ns) / 1000000);
    }
    bool same_boot = boot_of(record, airing->closed_stretch) == boot_of(record, airing->stretch);
    int64_t closed_ns = course_line_ns(course, airing->closed_stretch, airing->closed_us);
    if (airing->last_ns < airing->first_ns - SAME_STRETCH_NS ||
        (same_boot && airing->last_ns - closed_ns > ACROSS_NS)) {
        breach_add(breaches, RULE_CLOSED, airing->closed_line, airing->closed_seq,
                   "airing %" PRId64 " ends before it begins, or was closed before it ended",
                   "lượt phát %" PRId64 " kết thúc trước khi bắt đầu, hoặc đóng trước khi hết",
                   airing->seq);
    }
}

/* Rule 8. */
static void judge_withdrawals(const struct record *record, struct breaches *breaches) {
    for (size_t w = 0; w < record->withdrawals_count; w++) {
        const struct withdrawal *withdrawal = &record->withdrawals[w];
        const struct item_row *item = &record->items[withdrawal->item];
        int64_t again_seq = INT64_MAX; /* approved anew */
        for (size_t i = 0; i < item->approvals_count; i++) {
            if (item->approvals[i].seq > withdrawal->seq && item->approvals[i].seq < again_seq) {
                again_seq = item->approvals[i].seq;
            }
        }
        int64_t at_ns = course_line_ns(&record->course, withdrawal->stretch, withdrawal->at_us);
        for (size_t i = 0; i < record->airings_count; i++) {
            const struct airing *airing = &record->airings[i];
            if (airing->item != withdrawal->item || !airing->sounded || airing->seq > again_seq) {
                continue;
            }
            size_t boot = boot_of(record, airing->last_stretch);
            size_t withdrawn_boot = boot_of(record, withdrawal->stretch);
            int64_t allowed_ns =
                INT64_C(1000000000) +
                (airing->last_stretch == withdrawal->stretch ? SAME_STRETCH_NS : ACROSS_NS);
            if (boot > withdrawn_boot ||
                (boot == withdrawn_boot && airing->last_ns - at_ns > allowed_ns)) {
                breach_add(
                    breaches, RULE_WITHDRAWN, airing->line, airing->seq,
                    "%s: item %s sounds on more than 1 s after event %" PRId64 " withdrew it",
                    "%s: nội dung %s còn vang lên hơn 1 giây sau khi sự kiện %" PRId64 " thu hồi",
                    name_of(record, airing), record->item_names.texts[airing->item],
                    withdrawal->seq);
            }
        }
    }
}

/* What the clock's trust forbids to begin, and rule 9's order. */
static void judge_beginning(const struct record *record, const struct airing *airing,
                            struct breaches *breaches) {
    const struct occurrence *occurrence = &record->occurrences[airing->occurrence];
    bool begins = &record->airings[occurrence->first_airing] == airing;
    if (begins && *name_of(record, airing) == 's' && (airing->untrusted || airing->after_future)) {
        breach_add(
            breaches, RULE_TIME, airing->line, airing->seq,
            airing->untrusted
                ? "%s begins while the clock is untrusted"
                : "%s begins though the diary was from the future and nobody accepted the clock",
            airing->untrusted
                ? "%s bắt đầu khi đồng hồ chưa đáng tin"
                : "%s bắt đầu dù nhật ký đến từ tương lai và chưa ai chấp nhận đồng hồ",
            name_of(record, airing));
    }
    const struct item_row *item = &record->items[airing->item];
    if (item->approvals_count > 0 && item->approvals[0].seq > airing->seq) {
        breach_add(breaches, RULE_APPROVAL, airing->line, airing->seq,
                   "it was opened before event %" PRId64 " first approved it",
                   "được mở trước khi sự kiện %" PRId64 " duyệt lần đầu", item->approvals[0].seq);
    }
}

void judge_sound(const struct record *record, const struct floor_hours *floor,
                 struct breaches *breaches) {
    judge_overlaps(record, breaches);
    for (size_t i = 0; i < record->occurrences_count; i++) {
        judge_repeats(record, &record->occurrences[i], breaches);
        judge_times(record, &record->occurrences[i], breaches);
    }
    for (size_t i = 0; i < record->airings_count; i++) {
        judge_beginning(record, &record->airings[i], breaches);
        if (record->airings[i].sounded) {
            judge_permit(record, &record->airings[i], floor, breaches);
            judge_order(record, &record->airings[i], breaches);
        }
    }
    judge_withdrawals(record, breaches);
}
