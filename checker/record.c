#include "checker/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const outcome_names[OUTCOMES] = {"aired",   "aired_late", "aired_short", "missed",
                                             "refused", "displaced",  "cancelled"};

#define ROOM(array, count, capacity) room(array, count, &(capacity), sizeof *(array))

static void *room(void *array, size_t count, size_t *capacity, size_t size) {
    if (count == *capacity) {
        *capacity = *capacity == 0 ? 64 : *capacity * 2;
        array = realloc(array, *capacity * size);
        if (array == NULL) {
            abort();
        }
    }
    return array;
}

static struct occurrence *occurrence_of(struct record *record, const char *name) {
    size_t number = names_number(&record->occurrence_names, name);
    if (number == record->occurrences_count) {
        record->occurrences =
            ROOM(record->occurrences, record->occurrences_count, record->occurrences_capacity);
        record->occurrences[record->occurrences_count++] =
            (struct occurrence){.first_airing = NOWHERE, .last_airing = NOWHERE};
    }
    return &record->occurrences[number];
}

/* "s12@20261201T171000+0700" */
static bool name_is_good(const char *name) {
    size_t digits = strspn(name + (*name != '\0'), "0123456789");
    const char *at = name + 1 + digits;
    return *name != '\0' && strchr("smlet", *name) != NULL && digits > 0 && *at == '@' &&
           strspn(at + 1, "0123456789") == 8 && at[9] == 'T' &&
           strspn(at + 10, "0123456789") == 6 && (at[16] == '+' || at[16] == '-') &&
           strspn(at + 17, "0123456789") == 4 && at[21] == '\0';
}

static size_t item_of(struct record *record, const struct event *event) {
    char key[160];
    const struct value_tree *tree = &event->tree;
    const struct value *item = value_get(tree, event->body, "item");
    const struct value *id = value_get(tree, item, "id");
    int64_t version = value_integer(tree, item, "version");
    if (value_is(id, VALUE_TEXT)) {
        snprintf(key, sizeof key, "%.120s/%" PRId64, id->text, version);
    } else {
        snprintf(key, sizeof key, "%" PRId64 "/%" PRId64, value_integer(tree, item, "id"), version);
    }
    size_t number = names_number(&record->item_names, key);
    if (number == record->items_count) {
        record->items = ROOM(record->items, record->items_count, record->items_capacity);
        record->items[record->items_count++] = (struct item_row){0};
    }
    return number;
}

/* What the event's item says under a key. */
static const char *item_text(const struct event *event, const char *key) {
    return value_text(&event->tree, value_get(&event->tree, event->body, "item"), key);
}

enum { PERMIT_KEY_SIZE = 200 };
static void permit_key(char key[PERMIT_KEY_SIZE], int64_t number, const char *boot) {
    snprintf(key, PERMIT_KEY_SIZE, "%" PRId64 "/%.150s", number, boot);
}

size_t record_permit(const struct record *record, int64_t number, size_t boot) {
    char key[PERMIT_KEY_SIZE];
    permit_key(key, number, record->boot_names.texts[boot]);
    size_t name = names_find(&record->permit_names, key);
    return name < record->permit_of_name_capacity ? record->permit_of_name[name] : NOWHERE;
}

static size_t permit_name(struct record *record, const struct event *event) {
    char key[PERMIT_KEY_SIZE];
    permit_key(key, event_integer(event, "permit"), event->boot);
    size_t number = names_number(&record->permit_names, key);
    while (number >= record->permit_of_name_capacity) {
        size_t old = record->permit_of_name_capacity;
        record->permit_of_name =
            room(record->permit_of_name, old, &record->permit_of_name_capacity, sizeof(size_t));
        for (size_t i = old; i < record->permit_of_name_capacity; i++) {
            record->permit_of_name[i] = NOWHERE;
        }
    }
    return number;
}

static void add_planned(struct record *record, const struct event *event,
                        struct breaches *breaches) {
    const char *name = event_text(event, "occ");
    struct occurrence *occurrence = occurrence_of(record, name);
    if (!name_is_good(name)) {
        breach_add(breaches, RULE_FORM, event->line, event->seq,
                   "%s is no identity of an occurrence", "%s không phải mã của một lần phát", name);
    }
    if (occurrence->planned) {
        breach_add(breaches, RULE_OUTCOME, event->line, event->seq,
                   "%s was already planned by event %" PRId64,
                   "%s đã được lên lịch ở sự kiện %" PRId64, name, occurrence->planned_seq);
        return;
    }
    occurrence->planned = true;
    occurrence->planned_line = event->line;
    occurrence->planned_seq = event->seq;
    occurrence->start_us = event_integer(event, "start_us");
    occurrence->end_us = event_integer(event, "end_us");
    occurrence->grace_us = event_integer(event, "grace_us");
    if (occurrence->end_us < occurrence->start_us || occurrence->grace_us < 0) {
        breach_add(breaches, RULE_FORM, event->line, event->seq, "%s ends before it begins",
                   "%s kết thúc trước khi bắt đầu", name);
    }
}

static void add_moved(struct record *record, const struct event *event, struct breaches *breaches) {
    const char *name = event_text(event, "occ");
    struct occurrence *occurrence = occurrence_of(record, name);
    if (!occurrence->planned || occurrence->outcome_seq != 0) {
        breach_add(breaches, RULE_OUTCOME, event->line, event->seq,
                   occurrence->planned ? "%s is moved after its outcome"
                                       : "%s is moved but was never planned",
                   occurrence->planned ? "%s bị dời sau khi đã có kết quả"
                                       : "%s bị dời nhưng chưa từng được lên lịch",
                   name);
        return;
    }
    occurrence->start_us = event_integer(event, "start_us");
    occurrence->end_us = event_integer(event, "end_us");
}

/* What aired as planned needs no reason, and everything else has one. */
static void judge_reason(const struct event *event, struct breaches *breaches) {
    bool none = strcmp(event_text(event, "reason"), "none") == 0;
    const char *outcome = event_text(event, "outcome");
    bool whole = strcmp(outcome, "aired") == 0 || strcmp(outcome, "aired_late") == 0;
    if (none != whole) {
        breach_add(breaches, RULE_OUTCOME, event->line, event->seq,
                   "%s: the outcome %s and the reason %s contradict each other",
                   "%s: kết quả %s và lý do %s mâu thuẫn nhau", event_text(event, "occ"), outcome,
                   event_text(event, "reason"));
    }
}

static void keep_outcome(struct occurrence *occurrence, const struct event *event) {
    const struct value_tree *tree = &event->tree;
    const struct value *airings = value_get(tree, event->body, "airings");
    occurrence->outcome_line = event->line;
    occurrence->outcome_seq = event->seq;
    for (int i = 0; i < OUTCOMES; i++) {
        if (strcmp(event_text(event, "outcome"), outcome_names[i]) == 0) {
            occurrence->outcome = (enum outcome)i;
        }
    }
    occurrence->outcome_start_us = event_integer(event, "start_us");
    occurrence->outcome_end_us = event_integer(event, "end_us");
    occurrence->outcome_sounds = event_has(event, "first_us") && event_has(event, "last_us");
    occurrence->outcome_first_us = event_integer(event, "first_us");
    occurrence->outcome_last_us = event_integer(event, "last_us");
    occurrence->outcome_airings_count = airings->size;
    occurrence->outcome_airings = calloc(occurrence->outcome_airings_count + 1, sizeof(int64_t));
    if (occurrence->outcome_airings == NULL) {
        abort();
    }
    size_t i = 0;
    for (const struct value *at = value_first(tree, airings); at != NULL;
         at = value_next(tree, at)) {
        occurrence->outcome_airings[i++] = at->integer;
    }
}

static void add_outcome(struct record *record, const struct event *event,
                        struct breaches *breaches) {
    const char *name = event_text(event, "occ");
    struct occurrence *occurrence = occurrence_of(record, name);
    if (!occurrence->planned && *name == 's') {
        breach_add(breaches, RULE_OUTCOME, event->line, event->seq,
                   "%s has an outcome but was never planned",
                   "%s có kết quả nhưng chưa từng được lên lịch", name);
    }
    if (occurrence->outcome_seq != 0) {
        breach_add(breaches, RULE_OUTCOME, event->line, event->seq,
                   "%s already has an outcome, event %" PRId64,
                   "%s đã có kết quả ở sự kiện %" PRId64, name, occurrence->outcome_seq);
        return;
    }
    judge_reason(event, breaches);
    keep_outcome(occurrence, event);
}

/* What of the item, its approval and its author is wrong at the moment it is opened. */
static void judge_item(struct record *record, const struct event *event, size_t number,
                       struct breaches *breaches) {
    const char *kind = item_text(event, "kind"), *title = item_text(event, "title");
    const char *author = item_text(event, "author"), *approver = item_text(event, "approver");
    if (strcmp(kind, "clip") != 0 && strcmp(kind, "bulletin") != 0) {
        return;
    }
    if (*approver == '\0' || *author == '\0' || strcmp(author, approver) == 0) {
        breach_add(breaches, RULE_APPROVAL, event->line, event->seq,
                   "“%.80s” names author “%.40s” and approver “%.40s”: two persons are needed",
                   "“%.80s” ghi tác giả “%.40s” và người duyệt “%.40s”: phải là hai người", title,
                   author, approver);
    }
    const char *text_hash = item_text(event, "text_hash");
    const char *sound_hash = item_text(event, "sound_hash");
    if (strlen(sound_hash) != 64 || (strcmp(kind, "bulletin") == 0 && strlen(text_hash) != 64)) {
        breach_add(breaches, RULE_APPROVAL, event->line, event->seq,
                   "“%.80s” is opened without the hash of what was approved",
                   "“%.80s” được mở mà không có mã băm của bản đã duyệt", title);
    }
    const struct item_row *row = &record->items[number];
    if (row->approvals_count > 0) {
        const struct approval *last = &row->approvals[row->approvals_count - 1];
        if ((*last->sound_hash != '\0' && strcmp(last->sound_hash, sound_hash) != 0) ||
            (*last->text_hash != '\0' && strcmp(last->text_hash, text_hash) != 0)) {
            breach_add(breaches, RULE_APPROVAL, event->line, event->seq,
                       "“%.80s” is not what event %" PRId64 " approved: the hashes differ",
                       "“%.80s” không phải bản đã duyệt ở sự kiện %" PRId64 ": mã băm khác nhau",
                       title, last->seq);
        }
    }
}

/* Whether an occurrence may make sound at all when it is opened. */
static void judge_opening(struct record *record, const struct event *event,
                          const struct occurrence *occurrence, struct breaches *breaches) {
    const char *name = event_text(event, "occ");
    if (!name_is_good(name)) {
        breach_add(breaches, RULE_FORM, event->line, event->seq,
                   "%s is no identity of an occurrence", "%s không phải mã của một lần phát", name);
    }
    if (*name == 's' && !occurrence->planned) {
        breach_add(breaches, RULE_OUTCOME, event->line, event->seq,
                   "%s is opened but was never planned", "%s được mở nhưng chưa từng lên lịch",
                   name);
    }
    if (occurrence->outcome_seq != 0) {
        breach_add(breaches, RULE_OUTCOME, event->line, event->seq,
                   "%s is opened after its outcome, event %" PRId64,
                   "%s được mở sau khi đã có kết quả ở sự kiện %" PRId64, name,
                   occurrence->outcome_seq);
    }
    if (!record->running ||
        record->started_boot != record->course.stretches[record->last_stretch].boot) {
        breach_add(breaches, RULE_CLOSED, event->line, event->seq,
                   "an airing is opened while no program runs: a “started” is missing",
                   "mở lượt phát khi chương trình chưa chạy: thiếu sự kiện “started”");
    }
    for (size_t i = 0; occurrence->planned && i < record->restores_count; i++) {
        if (occurrence->start_us >= record->restores[i].from_us &&
            occurrence->start_us < record->restores[i].to_us) {
            breach_add(breaches, RULE_TWICE, event->line, event->seq,
                       "%s lies in the span that was restored by event %" PRId64
                       " and may have been aired already",
                       "%s nằm trong khoảng đã khôi phục ở sự kiện %" PRId64 ", có thể đã phát rồi",
                       name, record->restores[i].seq);
        }
    }
}

static void add_opened(struct record *record, const struct event *event,
                       struct breaches *breaches) {
    struct occurrence *occurrence = occurrence_of(record, event_text(event, "occ"));
    size_t name = permit_name(record, event);
    judge_opening(record, event, occurrence, breaches);
    record->airings = ROOM(record->airings, record->airings_count, record->airings_capacity);
    size_t number = record->airings_count++;
    struct airing *airing = &record->airings[number];
    *airing = (struct airing){
        .line = event->line,
        .seq = event->seq,
        .occurrence = (size_t)(occurrence - record->occurrences),
        .next_of_occurrence = NOWHERE,
        .item = item_of(record, event),
        .permit = record->permit_of_name[name],
        .process = record->processes,
        .stretch = record->last_stretch,
        .opened_us = event->at_us,
        .position = event_integer(event, "position"),
        .planned_us = event_integer(event, "planned_us"),
        .duration_us = value_integer(&event->tree, value_get(&event->tree, event->body, "item"),
                                     "duration_us"),
        .start_us = occurrence->start_us,
        .grace_us = occurrence->grace_us,
        .timed = occurrence->planned,
        .untrusted = strcmp(event->trust, "untrusted") == 0,
        .after_future = record->future,
        .zones = event_zones(event)};
    if (occurrence->last_airing != NOWHERE &&
        record->airings[occurrence->last_airing].position > airing->position) {
        breach_add(breaches, RULE_TWICE, event->line, event->seq,
                   "place %" PRId64 " of %s is opened after a later one",
                   "vị trí %" PRId64 " của %s được mở sau một vị trí xếp sau nó", airing->position,
                   event_text(event, "occ"));
    }
    if (occurrence->last_airing != NOWHERE) {
        record->airings[occurrence->last_airing].next_of_occurrence = number;
    } else {
        occurrence->first_airing = number;
    }
    occurrence->last_airing = number;
    occurrence->airings_count++;
    judge_item(record, event, airing->item, breaches);
}

struct airing *record_airing(struct record *record, int64_t seq) {
    size_t low = 0, high = record->airings_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (record->airings[middle].seq < seq) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < record->airings_count && record->airings[low].seq == seq ? &record->airings[low]
                                                                          : NULL;
}

/* Results that say that a zone did not sound. */
static bool zone_was_silent(const char *result) {
    static const char *const silent[] = {"failed",  "fault",     "silent", "missed",
                                         "refused", "off",       "muted",  "skipped",
                                         "dead",    "amplifier", "none",   "not_ready"};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        if (strcmp(result, silent[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The zones that a closing gives a result for. */
static uint32_t told_zones(const struct event *event) {
    uint32_t told = 0;
    const struct value_tree *tree = &event->tree;
    const struct value *at = value_first(tree, value_get(tree, event->body, "zones"));
    for (; at != NULL; at = value_next(tree, at)) {
        int64_t number = value_integer(tree, at, "zone");
        if (number >= 0 && number < 32 && value_has(tree, at, "result")) {
            told |= UINT32_C(1) << number;
        }
    }
    return told;
}

static uint32_t sounded_zones(const struct airing *airing, const struct event *event) {
    uint32_t sounded = airing->zones;
    const struct value_tree *tree = &event->tree;
    const struct value *at = value_first(tree, value_get(tree, event->body, "zones"));
    for (; at != NULL; at = value_next(tree, at)) {
        int64_t number = value_integer(tree, at, "zone");
        if (number >= 0 && number < 32 && zone_was_silent(value_text(tree, at, "result"))) {
            sounded &= ~(UINT32_C(1) << number);
        }
    }
    return sounded;
}

static void judge_closing(struct record *record, const struct event *event,
                          const struct airing *airing, struct breaches *breaches) {
    bool power = strcmp(event_text(event, "reason"), "power") == 0;
    if (strcmp(event_text(event, "occ"), record->occurrence_names.texts[airing->occurrence]) != 0) {
        breach_add(breaches, RULE_CLOSED, event->line, event->seq,
                   "airing %" PRId64 " is closed under another occurrence, %s",
                   "lượt phát %" PRId64 " bị đóng dưới lần phát khác, %s", airing->seq,
                   event_text(event, "occ"));
    }
    if (power != (airing->process != record->processes)) {
        breach_add(
            breaches, RULE_CLOSED, event->line, event->seq,
            power ? "airing %" PRId64 " is closed with reason power by the process that opened it"
                  : "airing %" PRId64
                    " was open when its process died, but is not closed with reason power",
            power ? "lượt phát %" PRId64 " đóng với lý do power trong chính tiến trình đã mở nó"
                  : "lượt phát %" PRId64 " còn mở khi tiến trình chết, nhưng lý do đóng không phải "
                    "power",
            airing->seq);
    }
    if (record->occurrences[airing->occurrence].outcome_seq != 0) {
        breach_add(breaches, RULE_OUTCOME, event->line, event->seq,
                   "airing %" PRId64 " is closed after the outcome of its occurrence",
                   "lượt phát %" PRId64 " đóng sau khi lần phát đã có kết quả", airing->seq);
    }
    if (told_zones(event) != airing->zones) {
        breach_add(
            breaches, RULE_CLOSED, event->line, event->seq,
            "airing %" PRId64 ": the closing does not name exactly the zones that were opened",
            "lượt phát %" PRId64 ": sự kiện đóng không nêu đúng các cụm loa đã mở", airing->seq);
    }
    int64_t frames = event_integer(event, "frames");
    bool sounded = event_has(event, "first_us") && event_has(event, "last_us");
    if (frames < 0 || (frames > 0) != sounded || (sounded && event_integer(event, "rate") < 1000) ||
        (sounded && strcmp(event_text(event, "reason"), "silent") == 0)) {
        breach_add(breaches, RULE_CLOSED, event->line, event->seq,
                   "airing %" PRId64 ": frames, rate, first_us and last_us contradict each other",
                   "lượt phát %" PRId64 ": frames, rate, first_us và last_us mâu thuẫn nhau",
                   airing->seq);
    }
}

static void add_closed(struct record *record, const struct event *event,
                       struct breaches *breaches) {
    struct airing *airing = record_airing(record, event_integer(event, "airing"));
    if (airing == NULL || airing->closed_seq != 0) {
        breach_add(breaches, RULE_CLOSED, event->line, event->seq,
                   airing == NULL ? "airing %" PRId64 " was never opened"
                                  : "airing %" PRId64 " is closed a second time",
                   airing == NULL ? "lượt phát %" PRId64 " chưa từng được mở"
                                  : "lượt phát %" PRId64 " bị đóng lần thứ hai",
                   event_integer(event, "airing"));
        return;
    }
    judge_closing(record, event, airing, breaches);
    airing->closed_line = event->line;
    airing->closed_seq = event->seq;
    airing->closed_us = event->at_us;
    airing->closed_process = record->processes;
    airing->closed_stretch = record->last_stretch;
    airing->frames = event_integer(event, "frames");
    airing->rate = event_integer(event, "rate");
    airing->first_us = event_integer(event, "first_us");
    airing->last_us = event_integer(event, "last_us");
    airing->sounded = airing->frames > 0 && event_has(event, "first_us") &&
                      event_has(event, "last_us") && airing->rate >= 1000 &&
                      airing->frames < INT64_C(1) << 33;
    airing->completed = strcmp(event_text(event, "reason"), "completed") == 0;
    airing->cut = strcmp(event_text(event, "reason"), "cut") == 0;
    airing->power = strcmp(event_text(event, "reason"), "power") == 0;
    airing->sounded_zones = sounded_zones(airing, event);
}

static bool crosses_quiet_hours(const struct event *event) {
    const struct value *truth = value_get(&event->tree, event->body, "crosses_quiet_hours");
    return value_is(truth, VALUE_TRUTH) && truth->integer == 1;
}

static void add_permit(struct record *record, const struct event *event,
                       struct breaches *breaches) {
    size_t name = permit_name(record, event);
    record->permits = ROOM(record->permits, record->permits_count, record->permits_capacity);
    struct permit_row *permit = &record->permits[record->permits_count];
    *permit = (struct permit_row){.line = event->line,
                                  .seq = event->seq,
                                  .number = event_integer(event, "permit"),
                                  .stretch = record->last_stretch,
                                  .not_before_us = event_integer(event, "not_before_us"),
                                  .not_after_us = event_integer(event, "not_after_us"),
                                  .zones = event_zones(event),
                                  .emergency = strcmp(event_text(event, "class"), "emergency") == 0,
                                  .crosses = crosses_quiet_hours(event)};
    if (record->permit_of_name[name] != NOWHERE) {
        breach_add(breaches, RULE_PERMIT, event->line, event->seq,
                   "permit %" PRId64 " was already minted in this boot by event %" PRId64,
                   "giấy phép %" PRId64 " đã được cấp trong lần khởi động này ở sự kiện %" PRId64,
                   permit->number, record->permits[record->permit_of_name[name]].seq);
    }
    record->permit_of_name[name] = record->permits_count++;
    if (permit->not_after_us <= permit->not_before_us || permit->number <= 0 ||
        *event_text(event, "authority") == '\0' || (permit->crosses && !permit->emergency)) {
        breach_add(
            breaches, RULE_PERMIT, event->line, event->seq,
            "permit %" PRId64 " has no span, no authority, or crosses quiet hours without an "
            "emergency",
            "giấy phép %" PRId64 " không có khoảng giờ, không có thẩm quyền, hoặc vượt giờ yên "
            "tĩnh mà không phải khẩn cấp",
            permit->number);
    }
}

static void copy_hash(char to[65], const char *from) {
    snprintf(to, 65, "%s", strlen(from) == 64 ? from : "");
}

static void add_approved(struct record *record, const struct event *event) {
    size_t number = item_of(record, event);
    struct item_row *row = &record->items[number];
    row->approvals = realloc(row->approvals, (row->approvals_count + 1) * sizeof *row->approvals);
    if (row->approvals == NULL) {
        abort();
    }
    struct approval *approval = &row->approvals[row->approvals_count++];
    *approval = (struct approval){.line = event->line, .seq = event->seq};
    copy_hash(approval->text_hash, item_text(event, "text_hash"));
    copy_hash(approval->sound_hash, item_text(event, "sound_hash"));
}

static void add_withdrawn(struct record *record, const struct event *event) {
    size_t item = item_of(record, event);
    record->withdrawals =
        ROOM(record->withdrawals, record->withdrawals_count, record->withdrawals_capacity);
    record->withdrawals[record->withdrawals_count++] =
        (struct withdrawal){event->line, event->seq, event->at_us, record->last_stretch, item};
}

static void add_restored(struct record *record, const struct event *event) {
    record->restores = ROOM(record->restores, record->restores_count, record->restores_capacity);
    size_t i = record->restores_count++;
    record->restores[i].line = event->line;
    record->restores[i].seq = event->seq;
    record->restores[i].from_us = event_integer(event, "from_us");
    record->restores[i].to_us = event_integer(event, "to_us");
}

/* A process that starts with a clock behind what the diary has seen cannot know what time it is. */
enum { FUTURE_MARGIN_S = 300 };

static void add_started(struct record *record, const struct event *event) {
    record->processes++;
    record->running = true;
    record->started_boot = record->course.stretches[record->last_stretch].boot;
    record->started_ns = event->boot_ns;
    record->stopped = false;
    if (record->latest_us - event->at_us > FUTURE_MARGIN_S * INT64_C(1000000) &&
        event->epoch == record->last_epoch) {
        record->future = true;
        record->future_us = record->latest_us;
        record->future_epoch = event->epoch;
    }
}

/* The clocks, which run through all events. */
static void add_clocks(struct record *record, const struct event *event,
                       struct breaches *breaches) {
    bool known = names_find(&record->boot_names, event->boot) != NOWHERE;
    size_t boot = names_number(&record->boot_names, event->boot);
    bool new_boot = record->events == 0 || !known;
    if (known && boot + 1 != record->boot_names.count) {
        breach_add(breaches, RULE_FORM, event->line, event->seq,
                   "boot %.60s comes again after another boot",
                   "lần khởi động %.60s lặp lại sau lần khác", event->boot);
    }
    if (!new_boot && event->boot_ns < record->last_ns - 1000000000) {
        breach_add(breaches, RULE_FORM, event->line, event->seq,
                   "boot_ns goes back by %" PRId64 " ms within one boot",
                   "boot_ns lùi %" PRId64 " ms trong cùng một lần khởi động",
                   (record->last_ns - event->boot_ns) / 1000000);
    }
    if (new_boot) {
        record->running = record->stopped = false;
    }
    bool accepted =
        event->type == EVENT_CLOCK && strcmp(event_text(event, "kind"), "accepted") == 0;
    if (record->events > 0 && event->epoch != record->last_epoch &&
        (event->epoch < record->last_epoch || !(accepted || record->last_accepted))) {
        breach_add(breaches, RULE_FORM, event->line, event->seq,
                   "the clock's epoch goes from %" PRId64 " to %" PRId64
                   " though nobody accepted it",
                   "kỷ nguyên đồng hồ đổi từ %" PRId64 " sang %" PRId64 " mà không ai chấp nhận",
                   record->last_epoch, event->epoch);
    }
    bool step = event->type == EVENT_CLOCK && strcmp(event_text(event, "kind"), "step") == 0;
    record->last_stretch =
        course_add(&record->course, event->at_us, event->boot_ns, new_boot, step);
    record->last_accepted = accepted;
    if (record->future &&
        (event->epoch != record->future_epoch || event->at_us >= record->future_us)) {
        record->future = false;
    }
}

/* Approvals, withdrawals and restores may also be written by a command while nothing runs. */
static void note_alive(struct record *record, const struct event *event) {
    if (record->running && event->type != EVENT_APPROVED && event->type != EVENT_WITHDRAWN &&
        event->type != EVENT_RESTORED) {
        record->alive_us = event->at_us;
        record->alive_ns = event->boot_ns;
        record->alive_stretch = record->last_stretch;
    }
}

void record_add(struct record *record, const struct event *event, struct breaches *breaches) {
    add_clocks(record, event, breaches);
    switch (event->type) {
    case EVENT_STARTED:
        add_started(record, event);
        break;
    case EVENT_STOPPED:
        note_alive(record, event);
        record->running = false;
        record->stopped = true;
        break;
    case EVENT_PLANNED:
        add_planned(record, event, breaches);
        break;
    case EVENT_MOVED:
        add_moved(record, event, breaches);
        break;
    case EVENT_OUTCOME:
        add_outcome(record, event, breaches);
        break;
    case EVENT_OPENED:
        add_opened(record, event, breaches);
        break;
    case EVENT_CLOSED:
        add_closed(record, event, breaches);
        break;
    case EVENT_PERMIT:
        add_permit(record, event, breaches);
        break;
    case EVENT_APPROVED:
        add_approved(record, event);
        break;
    case EVENT_WITHDRAWN:
        add_withdrawn(record, event);
        break;
    case EVENT_RESTORED:
        add_restored(record, event);
        break;
    default:
        break;
    }
    record->events++;
    record->type_counts[event->type]++;
    note_alive(record, event);
    record->last_us = event->at_us;
    record->last_ns = event->boot_ns;
    /* An untrusted clock's word counts for nothing: it may have come from a dead battery. */
    bool believed = strcmp(event->trust, "untrusted") != 0;
    if (event->epoch != record->last_epoch || (believed && event->at_us > record->latest_us)) {
        record->latest_us = event->at_us;
    }
    record->last_epoch = event->epoch;
    record->last_untrusted = strcmp(event->trust, "untrusted") == 0;
}

void record_end(struct record *record) {
    struct course *course = &record->course;
    for (size_t i = 0; i < record->airings_count; i++) {
        struct airing *airing = &record->airings[i];
        if (!airing->sounded) {
            continue;
        }
        size_t to = airing->closed_stretch;
        bool same_boot = course->stretches[to].boot == course->stretches[airing->stretch].boot;
        int64_t opened_ns = course_line_ns(course, airing->stretch, airing->opened_us);
        int64_t closed_ns = same_boot ? course_line_ns(course, to, airing->closed_us) : INT64_MAX;
        airing->first_stretch =
            course_find(course, airing->stretch, to, airing->first_us, opened_ns, closed_ns);
        airing->first_ns = course_line_ns(course, airing->first_stretch, airing->first_us);
        airing->last_stretch = course_find(course, airing->first_stretch, to, airing->last_us,
                                           airing->first_ns, closed_ns);
        airing->last_ns = course_line_ns(course, airing->last_stretch, airing->last_us);
    }
}

void record_finish(struct record *record) {
    for (size_t i = 0; i < record->occurrences_count; i++) {
        free(record->occurrences[i].outcome_airings);
    }
    for (size_t i = 0; i < record->items_count; i++) {
        free(record->items[i].approvals);
    }
    free(record->occurrences);
    free(record->airings);
    free(record->permits);
    free(record->permit_of_name);
    free(record->items);
    free(record->withdrawals);
    free(record->restores);
    names_finish(&record->occurrence_names);
    names_finish(&record->item_names);
    names_finish(&record->permit_names);
    names_finish(&record->boot_names);
    course_finish(&record->course);
    *record = (struct record){0};
}
