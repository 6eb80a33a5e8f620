#include "playlists/approval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(words) ((char *)(words))
#define ROLE(role) (1U << USER_##role)

static const char news_text[] = "Sáng mai họp thôn.";

static struct item bulletin(enum approval_state state) {
    return (struct item){.id = 3,
                         .version = 2,
                         .kind = ITEM_BULLETIN,
                         .genre = GENRE_NEWS,
                         .state = state,
                         .title = TEXT("Họp thôn"),
                         .source = TEXT(""),
                         .author = TEXT("lan"),
                         .text_hash = digest_of(news_text, strlen(news_text)),
                         .sound_hash = digest_of("sound", 5),
                         .duration_us = 1000000};
}

static struct approval_question ask(enum approval_action action, const struct item *item) {
    return (struct approval_question){.action = action,
                                      .item = item,
                                      .latest_version = item->version,
                                      .text = news_text,
                                      .actor = "hung",
                                      .roles = ROLE(APPROVER) | ROLE(EDITOR),
                                      .words = "vì lý do"};
}

static enum fail_code answer(const struct approval_question *question) {
    struct fail why = {0};
    enum approval_state next;
    if (approval_judge(question, &next, &why)) {
        return FAIL_NONE;
    }
    assert_true(strlen(why.sentence) > 10);
    return why.code;
}

static void the_states_follow_the_table(void **state) {
    (void)state;
    static const int table[5][4] = {
        [APPROVAL_DRAFT] = {APPROVAL_SUBMITTED, -1, -1, APPROVAL_WITHDRAWN},
        [APPROVAL_SUBMITTED] = {-1, APPROVAL_APPROVED, APPROVAL_RETURNED, APPROVAL_WITHDRAWN},
        [APPROVAL_APPROVED] = {-1, -1, -1, APPROVAL_WITHDRAWN},
        [APPROVAL_RETURNED] = {-1, -1, -1, APPROVAL_WITHDRAWN},
        [APPROVAL_WITHDRAWN] = {-1, -1, -1, -1},
    };
    for (int from = 0; from < 5; from++) {
        for (int action = 0; action < 4; action++) {
            struct item item = bulletin((enum approval_state)from);
            struct approval_question question = ask((enum approval_action)action, &item);
            enum approval_state next = APPROVAL_DRAFT;
            struct fail why = {0};
            bool ok = approval_judge(&question, &next, &why);
            assert_int_equal(ok ? (int)next : -1, table[from][action]);
            assert_true(ok || why.code == FAIL_CONFLICT);
        }
    }
}

static void nobody_approves_his_own_words(void **state) {
    (void)state;
    struct item item = bulletin(APPROVAL_SUBMITTED);
    struct approval_question question = ask(APPROVAL_APPROVE, &item);
    question.actor = "lan";
    assert_int_equal(answer(&question), FAIL_RIGHTS);
    question.actor = "hung";
    assert_int_equal(answer(&question), FAIL_NONE);
    question.roles = ROLE(ADMIN) | ROLE(OPERATOR) | ROLE(EDITOR) | ROLE(CENTRE) | ROLE(PARTY_BOARD);
    assert_int_equal(answer(&question), FAIL_RIGHTS);
    question.action = APPROVAL_RETURN;
    assert_int_equal(answer(&question), FAIL_RIGHTS);
}

static void a_replaced_version_goes_no_further(void **state) {
    (void)state;
    struct item item = bulletin(APPROVAL_SUBMITTED);
    struct approval_question question = ask(APPROVAL_APPROVE, &item);
    question.latest_version = 3;
    assert_int_equal(answer(&question), FAIL_CONFLICT);
    question.action = APPROVAL_RETURN;
    assert_int_equal(answer(&question), FAIL_NONE);
}

static void policy_needs_an_official_source(void **state) {
    (void)state;
    struct item item = bulletin(APPROVAL_SUBMITTED);
    struct approval_question question = ask(APPROVAL_APPROVE, &item);
    item.genre = GENRE_POLICY;
    item.source = TEXT(" \n");
    assert_int_equal(answer(&question), FAIL_REFUSED);
    item.source = TEXT("Cổng thông tin điện tử Chính phủ");
    assert_int_equal(answer(&question), FAIL_NONE);
}

static void what_cannot_be_heard_cannot_be_approved(void **state) {
    (void)state;
    struct item item = bulletin(APPROVAL_SUBMITTED);
    struct approval_question question = ask(APPROVAL_APPROVE, &item);
    item.sound_hash = (struct digest){{0}};
    assert_int_equal(answer(&question), FAIL_REFUSED);
    item = bulletin(APPROVAL_SUBMITTED);
    question.text = "Sáng mai nghỉ họp.";
    assert_int_equal(answer(&question), FAIL_CORRUPT);
    question.text = "";
    assert_int_equal(answer(&question), FAIL_REFUSED);
    /* A relay carries an authorisation instead: what, and how long at most. */
    item.kind = ITEM_RELAY;
    item.duration_us = 0;
    item.source = TEXT("VOV1");
    assert_int_equal(answer(&question), FAIL_REFUSED);
    item.duration_us = 1800000000;
    item.sound_hash = (struct digest){{0}};
    assert_int_equal(answer(&question), FAIL_NONE);
    item.source = TEXT("");
    assert_int_equal(answer(&question), FAIL_REFUSED);
}

static void a_correction_names_what_it_corrects(void **state) {
    (void)state;
    struct item item = bulletin(APPROVAL_DRAFT);
    struct item wrong = bulletin(APPROVAL_APPROVED);
    struct approval_question question = ask(APPROVAL_SUBMIT, &item);
    item.title = TEXT("Đính chính tin họp thôn");
    assert_int_equal(answer(&question), FAIL_REFUSED);
    item.corrects = 9;
    assert_int_equal(answer(&question), FAIL_REFUSED); /* there is no item 9 */
    wrong.id = 9;
    question.corrects = &wrong;
    assert_int_equal(answer(&question), FAIL_NONE);
    item.corrects = item.id;
    assert_int_equal(answer(&question), FAIL_REFUSED);
}

static void a_return_says_why(void **state) {
    (void)state;
    struct item item = bulletin(APPROVAL_SUBMITTED);
    struct approval_question question = ask(APPROVAL_RETURN, &item);
    question.words = " ";
    assert_int_equal(answer(&question), FAIL_REFUSED);
    question.action = APPROVAL_WITHDRAW;
    assert_int_equal(answer(&question), FAIL_NONE); /* nobody has heard it */
    item.state = APPROVAL_APPROVED;
    assert_int_equal(answer(&question), FAIL_REFUSED);
}

static void an_author_takes_back_what_nobody_approved(void **state) {
    (void)state;
    struct item item = bulletin(APPROVAL_SUBMITTED);
    struct approval_question question = ask(APPROVAL_WITHDRAW, &item);
    question.roles = ROLE(EDITOR);
    assert_int_equal(answer(&question), FAIL_RIGHTS);
    question.actor = "lan";
    assert_int_equal(answer(&question), FAIL_NONE);
    item.state = APPROVAL_APPROVED;
    assert_int_equal(answer(&question), FAIL_RIGHTS);
}

static void a_job_notice_has_five_fields_and_no_more(void **state) {
    (void)state;
    struct fail why = {0};
    const char *good = "Tuyển công nhân\nVị trí: may\nSố lượng: 20\nYêu cầu: từ 18 tuổi\n"
                       "Đơn vị: Công ty An Bình\nĐịa chỉ: thôn 3\n";
    assert_true(approval_check_job_notice("Tuyển công nhân", good, &why));
    assert_false(approval_check_job_notice("Khác", good, &why));
    assert_non_null(strstr(why.sentence, "Tuyển công nhân"));
    assert_false(approval_check_job_notice(
        "", "Vị trí: may\nSố lượng:  \nYêu cầu: x\nĐơn vị: y\nĐịa chỉ: z", &why));
    assert_non_null(strstr(why.sentence, "Số lượng"));
    assert_false(approval_check_job_notice(
        "", "Vị trí: may\nSố lượng: 1\nYêu cầu: x\nĐơn vị: y\nĐịa chỉ: z\nLương: 20 triệu", &why));
    assert_non_null(strstr(why.sentence, "Lương"));
    assert_false(approval_check_job_notice("", "", &why));
}

static void rights_follow_the_table(void **state) {
    (void)state;
    /* operator, editor, approver, party board, centre, admin */
    static const char *const table[] = {
        [RIGHT_WRITE] = "xx.xxx",    [RIGHT_SUBMIT] = "xx.xxx", [RIGHT_APPROVE] = "..x...",
        [RIGHT_WITHDRAW] = "x.x..x", [RIGHT_PLAN] = "x..x.x",   [RIGHT_OPERATE] = "x.x..x",
        [RIGHT_SETTLE] = ".....x",   [RIGHT_USERS] = ".....x",
    };
    for (int right = 0; right < RIGHTS; right++) {
        for (int role = 0; role < USER_ROLES; role++) {
            assert_int_equal(right_of_roles(1U << role, (enum right)right),
                             table[right][role] == 'x');
        }
        assert_false(right_of_roles(0, (enum right)right));
    }
    assert_true(right_of_roles(ROLE(EDITOR) | ROLE(APPROVER), RIGHT_APPROVE));
    for (int role = 0; role < USER_ROLES; role++) {
        enum user_role found;
        assert_true(user_role_parse(user_role_word((enum user_role)role), &found));
        assert_int_equal(found, role);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_states_follow_the_table),
        cmocka_unit_test(nobody_approves_his_own_words),
        cmocka_unit_test(a_replaced_version_goes_no_further),
        cmocka_unit_test(policy_needs_an_official_source),
        cmocka_unit_test(what_cannot_be_heard_cannot_be_approved),
        cmocka_unit_test(a_correction_names_what_it_corrects),
        cmocka_unit_test(a_return_says_why),
        cmocka_unit_test(an_author_takes_back_what_nobody_approved),
        cmocka_unit_test(a_job_notice_has_five_fields_and_no_more),
        cmocka_unit_test(rights_follow_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
