#include "checker/judge.h"

#include <inttypes.h>
#include <stdlib.h>

/* What has passed must have its outcome; the store is given this long to write it. */
enum { SETTLED_S = 60 };

/* The wall time up to which a diary must have said what became of everything. A start and a step of
 * the clock each give the station SETTLED_S of its own time before anything is asked of it. */
static int64_t settled_until(const struct record *record) {
    const int64_t settle_us = SETTLED_S * INT64_C(1000000);
    const struct course *course = &record->course;
    if (course->count == 0 || record->processes == 0 || record->last_untrusted) {
        return INT64_MIN;
    }
    int64_t since_ns = course->stretches[record->alive_stretch].from_ns;
    since_ns = since_ns > record->started_ns ? since_ns : record->started_ns;
    return record->alive_ns - since_ns < settle_us * 1000 ? INT64_MIN
                                                          : record->alive_us - settle_us;
}

static bool still_sounding(const struct record *record, const struct occurrence *occurrence) {
    if (occurrence->last_airing == NOWHERE) {
        return false;
    }
    const struct airing *last = &record->airings[occurrence->last_airing];
    return last->closed_seq == 0 ||
           last->closed_us > record->alive_us - SETTLED_S * INT64_C(1000000);
}

static bool all_named(const struct record *record, const struct occurrence *occurrence) {
    size_t i = 0;
    for (size_t at = occurrence->first_airing; at != NOWHERE;
         at = record->airings[at].next_of_occurrence) {
        if (i == occurrence->outcome_airings_count ||
            occurrence->outcome_airings[i] != record->airings[at].seq) {
            return false;
        }
        i++;
    }
    return i == occurrence->outcome_airings_count;
}

struct sound {
    size_t sounded, broken; /* airings that sounded; that did not sound whole */
    int64_t first_us, last_us;
    bool one_stretch;
};

static struct sound sound_of(const struct record *record, const struct occurrence *occurrence) {
    struct sound sound = {.one_stretch = true};
    size_t stretch = NOWHERE;
    for (size_t at = occurrence->first_airing; at != NOWHERE;
         at = record->airings[at].next_of_occurrence) {
        const struct airing *airing = &record->airings[at];
        sound.broken += !airing->sounded || !(airing->completed || airing->cut);
        if (!airing->sounded) {
            continue;
        }
        sound.first_us = sound.sounded == 0 || airing->first_us < sound.first_us ? airing->first_us
                                                                                 : sound.first_us;
        sound.last_us =
            sound.sounded == 0 || airing->last_us > sound.last_us ? airing->last_us : sound.last_us;
        sound.one_stretch = sound.one_stretch && airing->first_stretch == airing->last_stretch &&
                            (stretch == NOWHERE || stretch == airing->first_stretch);
        stretch = airing->first_stretch;
        sound.sounded++;
    }
    return sound;
}

/* The outcome against the airings. */
static void judge_outcome(const struct record *record, const struct occurrence *occurrence,
                          const char *name, struct breaches *breaches) {
    int64_t line = occurrence->outcome_line, seq = occurrence->outcome_seq;
    struct sound sound = sound_of(record, occurrence);
    bool says_sound = occurrence->outcome <= AIRED_SHORT;
    if (says_sound != (sound.sounded > 0)) {
        breach_add(breaches, RULE_OUTCOME, line, seq,
                   "%s is said to be %s, but %zu of its airings sounded",
                   "%s ghi là %s, nhưng có %zu lượt phát đã vang lên", name,
                   outcome_names[occurrence->outcome], sound.sounded);
        return;
    }
    if ((occurrence->outcome == AIRED || occurrence->outcome == AIRED_LATE) && sound.broken > 0) {
        breach_add(breaches, RULE_OUTCOME, line, seq,
                   "%s is said to be %s, but %zu of its airings did not sound whole",
                   "%s ghi là %s, nhưng có %zu lượt phát không trọn vẹn", name,
                   outcome_names[occurrence->outcome], sound.broken);
    }
    if (!all_named(record, occurrence)) {
        breach_add(breaches, RULE_OUTCOME, line, seq,
                   "%s: the outcome does not name exactly the %zu airings that were opened",
                   "%s: kết quả không nêu đúng %zu lượt phát đã mở", name,
                   occurrence->airings_count);
    }
    if (occurrence->outcome_sounds != (sound.sounded > 0) ||
        (sound.sounded > 0 && sound.one_stretch &&
         (llabs(sound.first_us - occurrence->outcome_first_us) > 1000 ||
          llabs(sound.last_us - occurrence->outcome_last_us) > 1000))) {
        breach_add(breaches, RULE_OUTCOME, line, seq,
                   "%s: first_us and last_us of the outcome are not those of its airings",
                   "%s: first_us và last_us của kết quả khác với các lượt phát", name);
    }
    if (occurrence->planned && (occurrence->outcome_start_us != occurrence->start_us ||
                                occurrence->outcome_end_us != occurrence->end_us)) {
        breach_add(breaches, RULE_OUTCOME, line, seq,
                   "%s: the outcome's start and end are not what was due last",
                   "%s: giờ bắt đầu, kết thúc trong kết quả khác với lịch sau cùng", name);
    }
}

static void judge_unclosed(const struct record *record, struct breaches *breaches) {
    int64_t next_seq = INT64_MAX; /* the first airing of the next process */
    size_t process = record->processes;
    for (size_t i = record->airings_count; i > 0; i--) {
        const struct airing *airing = &record->airings[i - 1];
        if (airing->process != process) {
            next_seq = i < record->airings_count ? record->airings[i].seq : INT64_MAX;
            process = airing->process;
        }
        bool gone = airing->process != record->processes || !record->running;
        bool settled = next_seq != INT64_MAX || record->stopped ||
                       (record->running &&
                        record->alive_ns - record->started_ns > SETTLED_S * INT64_C(1000000000));
        if (airing->closed_seq == 0 && gone && settled) {
            breach_add(breaches, RULE_CLOSED, airing->line, airing->seq,
                       "this airing's process is gone, and nothing ever closed it",
                       "tiến trình của lượt phát này đã mất mà lượt phát không bao giờ được đóng");
        } else if (airing->closed_seq > next_seq) {
            breach_add(breaches, RULE_CLOSED, airing->line, airing->seq,
                       "this airing was left open and closed only after event %" PRId64
                       " had opened another",
                       "lượt phát này bị bỏ ngỏ, chỉ đóng sau khi sự kiện %" PRId64
                       " đã mở lượt khác",
                       next_seq);
        }
    }
}

void judge_outcomes(const struct record *record, struct breaches *breaches) {
    int64_t settled_us = settled_until(record);
    for (size_t i = 0; i < record->occurrences_count; i++) {
        const struct occurrence *occurrence = &record->occurrences[i];
        const char *name = record->occurrence_names.texts[i];
        if (occurrence->outcome_seq != 0) {
            judge_outcome(record, occurrence, name, breaches);
        } else if (occurrence->planned && occurrence->end_us < settled_us &&
                   !still_sounding(record, occurrence)) {
            breach_add(breaches, RULE_OUTCOME, occurrence->planned_line, occurrence->planned_seq,
                       "%s has passed and has no outcome", "%s đã qua mà không có kết quả", name);
        }
    }
    judge_unclosed(record, breaches);
}
