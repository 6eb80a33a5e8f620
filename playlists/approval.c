#include "playlists/approval.h"

#include "base/words.h"

#include <string.h>

static const char *const action_words[] = {
    [APPROVAL_SUBMIT] = "submit",
    [APPROVAL_APPROVE] = "approve",
    [APPROVAL_RETURN] = "return",
    [APPROVAL_WITHDRAW] = "withdraw",
};

const char *approval_action_word(enum approval_action action) {
    return action_words[action];
}

bool approval_action_parse(const char *word, enum approval_action *ret_action) {
    for (size_t i = 0; i < sizeof action_words / sizeof *action_words; i++) {
        if (strcmp(word, action_words[i]) == 0) {
            *ret_action = (enum approval_action)i;
            return true;
        }
    }
    return false;
}

/* The header's table; -1 is a blank. */
static int next_state(enum approval_state from, enum approval_action action) {
    switch (action) {
    case APPROVAL_SUBMIT:
        return from == APPROVAL_DRAFT ? APPROVAL_SUBMITTED : -1;
    case APPROVAL_APPROVE:
        return from == APPROVAL_SUBMITTED ? APPROVAL_APPROVED : -1;
    case APPROVAL_RETURN:
        return from == APPROVAL_SUBMITTED ? APPROVAL_RETURNED : -1;
    case APPROVAL_WITHDRAW:
        return from != APPROVAL_WITHDRAWN ? APPROVAL_WITHDRAWN : -1;
    }
    return -1;
}

static bool refuse_state(const struct approval_question *question, struct fail *why) {
    const struct item *item = question->item;
    switch (item->state) {
    case APPROVAL_DRAFT:
        return fail_set(why, FAIL_CONFLICT, "'%s' is a draft: submit it first", item->title);
    case APPROVAL_SUBMITTED:
        return fail_set(why, FAIL_CONFLICT, "'%s' is submitted already", item->title);
    case APPROVAL_APPROVED:
        return fail_set(why, FAIL_CONFLICT, "'%s' is approved already: an edit makes a new version",
                        item->title);
    case APPROVAL_RETURNED:
        return fail_set(why, FAIL_CONFLICT,
                        "'%s' was returned: edit it, which makes a new version, and submit that",
                        item->title);
    case APPROVAL_WITHDRAWN:
        return fail_set(why, FAIL_CONFLICT,
                        "'%s' was withdrawn: edit it, which makes a new version, and submit that",
                        item->title);
    }
    return false;
}

static bool check_rights(const struct approval_question *question, struct fail *why) {
    static const enum right needed[] = {
        [APPROVAL_SUBMIT] = RIGHT_SUBMIT,
        [APPROVAL_APPROVE] = RIGHT_APPROVE,
        [APPROVAL_RETURN] = RIGHT_APPROVE,
        [APPROVAL_WITHDRAW] = RIGHT_WITHDRAW,
    };
    const struct item *item = question->item;
    bool own = strcmp(question->actor, item->author) == 0;
    /* An author may take back what nobody has approved. */
    bool takes_back =
        question->action == APPROVAL_WITHDRAW && own && item->state != APPROVAL_APPROVED;
    if (!takes_back && !right_of_roles(question->roles, needed[question->action])) {
        return fail_set(why, FAIL_RIGHTS, "%s may not %s", question->actor,
                        right_text(needed[question->action]));
    }
    if (question->action == APPROVAL_APPROVE && own) {
        return fail_set(why, FAIL_RIGHTS,
                        "%s wrote this version of '%s': somebody else must approve it",
                        question->actor, item->title);
    }
    return true;
}

static bool has_words(const char *words) {
    return words != NULL && words[strspn(words, " \t\r\n")] != '\0';
}

static bool is_zero(const struct digest *digest) {
    static const struct digest zero;
    return digest_equal(digest, &zero);
}

static bool check_sound(const struct item *item, struct fail *why) {
    bool recorded = item->kind == ITEM_CLIP || item->kind == ITEM_BULLETIN;
    if (recorded && (is_zero(&item->sound_hash) || item->duration_us <= 0)) {
        return fail_set(why, FAIL_REFUSED,
                        "'%s' has no sound yet: nobody can approve what nobody can hear",
                        item->title);
    }
    if (!recorded && !has_words(item->source)) {
        return fail_set(why, FAIL_REFUSED, "'%s' names no source: say what is relayed",
                        item->title);
    }
    if (!recorded && item->duration_us <= 0) {
        return fail_set(why, FAIL_REFUSED, "'%s' has no longest duration: give one", item->title);
    }
    return true;
}

static bool check_text(const struct approval_question *question, struct fail *why) {
    const struct item *item = question->item;
    if (item->kind != ITEM_BULLETIN) {
        return true;
    }
    if (!has_words(question->text)) {
        return fail_set(why, FAIL_REFUSED, "'%s' has no text", item->title);
    }
    struct digest found = digest_of(question->text, strlen(question->text));
    return digest_equal(&found, &item->text_hash) ||
           fail_set(why, FAIL_CORRUPT, "the text of '%s' is not the one that was submitted",
                    item->title);
}

/* R20. "Đính chính" is how a correction calls itself. */
static bool check_correction(const struct approval_question *question, struct fail *why) {
    static const char *const marks[] = {"Đính chính", "đính chính", "ĐÍNH CHÍNH", "Cải chính"};
    const struct item *item = question->item;
    bool is_correction = item->corrects != 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        is_correction |= strncmp(item->title, marks[i], strlen(marks[i])) == 0;
    }
    if (is_correction && (question->corrects == NULL || item->corrects == item->id)) {
        return fail_set(why, FAIL_REFUSED, "'%s' is a correction: name the item that it corrects",
                        item->title);
    }
    return true;
}

static bool check_content(const struct approval_question *question, struct fail *why) {
    const struct item *item = question->item;
    if (!has_words(item->title)) {
        return fail_set(why, FAIL_REFUSED, "the item has no title");
    }
    if (item->genre == GENRE_POLICY && !has_words(item->source)) {
        return fail_set(why, FAIL_REFUSED,
                        "'%s' is about policy and names no official source: give one", item->title);
    }
    if (item->genre == GENRE_JOB_NOTICE &&
        !approval_check_job_notice(item->title, question->text, why)) {
        return false;
    }
    return check_text(question, why) && check_correction(question, why);
}

static bool check_words(const struct approval_question *question, struct fail *why) {
    bool wanted =
        question->action == APPROVAL_RETURN ||
        (question->action == APPROVAL_WITHDRAW && question->item->state == APPROVAL_APPROVED);
    return !wanted || has_words(question->words) ||
           fail_set(why, FAIL_REFUSED, "say why, in a few words");
}

bool approval_judge(const struct approval_question *question, enum approval_state *ret_state,
                    struct fail *why) {
    const struct item *item = question->item;
    if (!check_rights(question, why)) {
        return false;
    }
    int next = next_state(item->state, question->action);
    if (next < 0) {
        return refuse_state(question, why);
    }
    bool forward = question->action == APPROVAL_SUBMIT || question->action == APPROVAL_APPROVE;
    if (forward && item->version < question->latest_version) {
        return fail_set(why, FAIL_CONFLICT, "version %d of '%s' was replaced by version %d",
                        (int)item->version, item->title, (int)question->latest_version);
    }
    if (!check_words(question, why) || (forward && !check_content(question, why)) ||
        (question->action == APPROVAL_APPROVE && !check_sound(item, why))) {
        return false;
    }
    *ret_state = (enum approval_state)next;
    return true;
}

enum job_field { JOB_POST, JOB_NUMBER, JOB_REQUIREMENTS, JOB_FIRM, JOB_ADDRESS, JOB_FIELDS };

static const struct {
    const char *labels[4]; /* the first is the one that is asked for */
} job_fields[] = {
    [JOB_POST] = {{"Vị trí", "Vị trí việc làm", "Vị trí tuyển dụng", "Công việc"}},
    [JOB_NUMBER] = {{"Số lượng", "Số lượng tuyển", "Số người"}},
    [JOB_REQUIREMENTS] = {{"Yêu cầu", "Điều kiện"}},
    [JOB_FIRM] = {{"Đơn vị", "Doanh nghiệp", "Công ty", "Nơi tuyển dụng"}},
    [JOB_ADDRESS] = {{"Địa chỉ", "Nơi làm việc"}},
};

/* Which field the label before the colon names; JOB_FIELDS: none. */
static enum job_field field_of(const char *label, size_t length) {
    for (int field = 0; field < JOB_FIELDS; field++) {
        for (size_t i = 0; i < 4 && job_fields[field].labels[i] != NULL; i++) {
            const char *known = job_fields[field].labels[i];
            if (strlen(known) == length && memcmp(known, label, length) == 0) {
                return (enum job_field)field;
            }
        }
    }
    return JOB_FIELDS;
}

static size_t trimmed(const char **at, size_t length) {
    while (length != 0 && strchr(" \t\r", **at) != NULL) {
        (*at)++;
        length--;
    }
    while (length != 0 && strchr(" \t\r.", (*at)[length - 1]) != NULL) {
        length--;
    }
    return length;
}

/* One line: notes its field in *seen, or refuses it. */
static bool check_job_line(const char *title, const char *line, size_t length, unsigned *seen,
                           struct fail *why) {
    length = trimmed(&line, length);
    if (length == 0 || (length == strlen(title) && memcmp(line, title, length) == 0)) {
        return true;
    }
    const char *colon = memchr(line, ':', length);
    size_t label_length = colon != NULL ? (size_t)(colon - line) : 0;
    const char *label = line;
    enum job_field field = field_of(label, trimmed(&label, label_length));
    if (field == JOB_FIELDS) {
        return fail_set(why, FAIL_REFUSED,
                        "a job notice names post, number, requirements, firm and address only; "
                        "this is too much: %.*s",
                        (int)(length < 120 ? length : 120), line);
    }
    const char *value = colon + 1;
    if (trimmed(&value, length - label_length - 1) != 0) {
        *seen |= 1U << field;
    }
    return true;
}

bool approval_check_job_notice(const char *title, const char *text, struct fail *why) {
    unsigned seen = 0;
    const char *line = text != NULL ? text : "";
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        if (!check_job_line(title, line, length, &seen, why)) {
            return false;
        }
        line += length + (line[length] == '\n');
    }
    for (int field = 0; field < JOB_FIELDS; field++) {
        if ((seen >> field & 1) == 0) {
            return fail_set(why, FAIL_REFUSED, "the job notice lacks the line '%s: …'",
                            job_fields[field].labels[0]);
        }
    }
    return true;
}
