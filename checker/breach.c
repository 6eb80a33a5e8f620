#include "checker/breach.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(struct breaches *breaches, struct breach where, const char *format,
                va_list arguments) {
    breaches->total++;
    breaches->by_rule[where.rule]++;
    if (breaches->count == BREACHES_KEPT) {
        return;
    }
    if (breaches->count == breaches->capacity) {
        breaches->capacity = breaches->capacity == 0 ? 64 : breaches->capacity * 2;
        breaches->list = realloc(breaches->list, breaches->capacity * sizeof *breaches->list);
        if (breaches->list == NULL) {
            abort();
        }
    }
    vsnprintf(where.text, sizeof where.text, format, arguments);
    breaches->list[breaches->count++] = where;
}

void breach_add(struct breaches *breaches, enum rule rule, int64_t line, int64_t seq,
                const char *english, const char *vietnamese, ...) {
    va_list arguments;
    va_start(arguments, vietnamese);
    struct breach where = {.rule = rule, .line = line, .seq = seq};
    add(breaches, where, breaches->vietnamese ? vietnamese : english, arguments);
    va_end(arguments);
}

void breach_add_trace(struct breaches *breaches, enum rule rule, int64_t line, const char *english,
                      const char *vietnamese, ...) {
    va_list arguments;
    va_start(arguments, vietnamese);
    struct breach where = {.rule = rule, .of_trace = true, .line = line};
    add(breaches, where, breaches->vietnamese ? vietnamese : english, arguments);
    va_end(arguments);
}

static int compare(const void *left, const void *right) {
    const struct breach *a = left, *b = right;
    if (a->of_trace != b->of_trace) {
        return a->of_trace ? 1 : -1;
    }
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return a->rule != b->rule ? (int)a->rule - (int)b->rule : strcmp(a->text, b->text);
}

void breaches_sort(struct breaches *breaches) {
    if (breaches->count > 1) {
        qsort(breaches->list, breaches->count, sizeof *breaches->list, compare);
    }
}

void breaches_finish(struct breaches *breaches) {
    free(breaches->list);
    *breaches = (struct breaches){0};
}

const char *rule_text(enum rule rule, bool vietnamese) {
    static const char *const texts[RULES][2] = {
        {"every line has the diary's form", "mỗi dòng đúng khuôn dạng của nhật ký"},
        {"the chain holds", "chuỗi băm liền mạch"},
        {"every planned occurrence ends in exactly one outcome",
         "mỗi lần phát đã lên lịch kết thúc bằng đúng một kết quả"},
        {"every airing is opened once and closed once", "mỗi lượt phát mở một lần và đóng một lần"},
        {"no two airings of one zone sound at once",
         "trong một cụm loa không có hai lượt phát cùng lúc"},
        {"nothing sounds twice", "không có gì bị phát hai lần"},
        {"no sound before its time or after its grace",
         "không phát sớm hơn giờ, không phát quá hạn trễ"},
        {"all sound lies inside a permit", "mọi âm thanh nằm trong giấy phép phát"},
        {"nothing withdrawn sounds on", "nội dung đã thu hồi không còn phát"},
        {"what is aired was approved by another person than its author",
         "nội dung phát đã được người khác tác giả duyệt"},
        {"the amplifier is on around sound, and only inside permits",
         "tăng âm bật quanh lúc phát và chỉ trong giấy phép phát"},
    };
    return texts[rule][vietnamese ? 1 : 0];
}
