/* breach: what the checker found wrong, with the place and the reason, in two languages.
 *
 * The checker shares nothing with the rest of the tree, so it carries its own words: every breach
 * is added with an English and a Vietnamese format that take the same arguments in the same order.
 */
#ifndef LOAXA_CHECKER_BREACH_H
#define LOAXA_CHECKER_BREACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers are those of "What any diary must satisfy" in docs/formats/diary.md; FORM is the page
 * itself (keys, types, the clock's course), HEAD the head that was kept elsewhere. */
enum rule {
    RULE_FORM = 0,
    RULE_CHAIN = 1,
    RULE_OUTCOME = 2,
    RULE_CLOSED = 3,
    RULE_OVERLAP = 4,
    RULE_TWICE = 5,
    RULE_TIME = 6,
    RULE_PERMIT = 7,
    RULE_WITHDRAWN = 8,
    RULE_APPROVAL = 9,
    RULE_AMPLIFIER = 10,
    RULES
};

enum { BREACH_TEXT_SIZE = 400, BREACHES_KEPT = 10000 };

struct breach {
    enum rule rule;
    bool of_trace; /* the line is the relay trace's, not the diary's */
    int64_t line;  /* from 1; 0 where it concerns the whole */
    int64_t seq;   /* the event's number in the chain; 0 where there is none */
    char text[BREACH_TEXT_SIZE];
};

struct breaches {
    bool vietnamese;
    struct breach *list; /* the first BREACHES_KEPT of them */
    size_t count, capacity;
    size_t total;
    size_t by_rule[RULES];
};

void breach_add(struct breaches *breaches, enum rule rule, int64_t line, int64_t seq,
                const char *english, const char *vietnamese, ...)
    __attribute__((format(printf, 5, 7), format(printf, 6, 7)));
void breach_add_trace(struct breaches *breaches, enum rule rule, int64_t line, const char *english,
                      const char *vietnamese, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

/* By file and line, as a reader goes through them. */
void breaches_sort(struct breaches *breaches);
void breaches_finish(struct breaches *breaches);

/* What a rule demands, as a heading. */
const char *rule_text(enum rule rule, bool vietnamese);

#endif
