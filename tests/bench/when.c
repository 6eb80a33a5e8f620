/* bench_when: how fast recurrences are made, walked and sought. Prints "name value unit" lines; with
 * --rate only the rate of the walk that tests/bench/when.sh compares. */
#include "scheduler/lunar_rule.h"
#include "scheduler/recurrence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RULES = 1000 };

static struct recurrence *make(const char *rule, struct civil start, const struct zone *zone) {
    struct recurrence_source source = {.start = start, .zone = zone, .rule = rule};
    struct recurrence *recurrence;
    struct fail why = {0};
    if (!recurrence_create(&source, &recurrence, &why)) {
        fprintf(stderr, "%s: %s\n", rule, why.sentence);
        exit(1);
    }
    return recurrence;
}

/* Of this process's own time, so that a busy machine tells the same. */
static double cpu_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_since(double begin) {
    return cpu_seconds() - begin;
}

/* Ten years of a rule, again and again for half a second; millions of occurrences a second. */
static double walk_rate(const char *rule, const struct zone *zone) {
    char bounded[256];
    snprintf(bounded, sizeof bounded, "%s;UNTIL=20301231T235959Z", rule);
    struct recurrence *recurrence = make(bounded, (struct civil){{2021, 1, 1}, 5, 0, 0}, zone);
    double begin = cpu_seconds();
    int64_t count = 0, sum = 0;
    while (seconds_since(begin) < 0.5) {
        struct recurrence_walk walk;
        struct civil start;
        recurrence_walk_begin(&walk, recurrence);
        while (recurrence_walk_next(&walk, &start)) {
            count++;
            sum += start.date.day + start.minute;
        }
    }
    double rate = (double)count / seconds_since(begin) / 1e6;
    recurrence_destroy(recurrence);
    return sum != 0 ? rate : 0;
}

/* What stations plan: days, weeks, months and years, with and without an end. */
static void fill_rules(char rules[RULES][96]) {
    static const char *const days[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    for (int i = 0; i < RULES; i++) {
        const char *day = days[i % 7], *other = days[(i + 3) % 7];
        switch (i % 8) {
        case 0:
            snprintf(rules[i], 96, "FREQ=DAILY;BYHOUR=5,17;BYMINUTE=%d", i % 60);
            break;
        case 1:
            snprintf(rules[i], 96, "FREQ=WEEKLY;BYDAY=%s,%s", day, other);
            break;
        case 2:
            snprintf(rules[i], 96, "FREQ=WEEKLY;INTERVAL=2;BYDAY=%s", day);
            break;
        case 3:
            snprintf(rules[i], 96, "FREQ=MONTHLY;BYMONTHDAY=%d,-1", i % 28 + 1);
            break;
        case 4:
            snprintf(rules[i], 96, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1");
            break;
        case 5:
            snprintf(rules[i], 96, "FREQ=YEARLY;BYMONTH=%d;BYDAY=1%s", i % 12 + 1, day);
            break;
        case 6:
            snprintf(rules[i], 96, "FREQ=DAILY;COUNT=%d", 3000 + i);
            break;
        default:
            snprintf(rules[i], 96, "FREQ=HOURLY;INTERVAL=3;BYHOUR=5,8,11,14,17");
        }
    }
}

static void measure_next(const char *name, const struct zone *zone) {
    static char rules[RULES][96];
    static struct recurrence *made[RULES];
    fill_rules(rules);
    double begin = cpu_seconds();
    for (int i = 0; i < RULES; i++) {
        made[i] = make(rules[i], (struct civil){{2021, 5, 3}, 5, (int8_t)(i % 60), 0}, zone);
    }
    printf("%s: making 1000 rules %.2f ms\n", name, seconds_since(begin) * 1e3);
    double best = 1e9;
    for (int run = 0; run < 20; run++) {
        int found = 0;
        begin = cpu_seconds();
        for (int i = 0; i < RULES; i++) {
            struct recurrence_walk walk;
            struct civil start;
            recurrence_walk_seek(&walk, made[i], (struct civil){{2026, 11, 22}, 9, 0, 0});
            found += recurrence_walk_next(&walk, &start);
        }
        double took = seconds_since(begin) * 1e3;
        best = took < best && found == RULES ? took : best;
    }
    printf("%s: next of 1000 rules begun 5.5 years ago %.3f ms (at most 2)\n", name, best);
    for (int i = 0; i < RULES; i++) {
        recurrence_destroy(made[i]);
    }
}

static void measure_lunar(void) {
    struct lunar_rule rule;
    struct lunar_walk walk;
    struct civil_date date;
    lunar_rule_parse("LDAY=1,15", &rule, NULL);
    double begin = cpu_seconds();
    int count = 0;
    lunar_walk_seek(&walk, &rule, (struct civil_date){1976, 1, 1}, (struct civil_date){1976, 1, 1});
    while (lunar_walk_next(&walk, &date) && date.year <= 2100) {
        count++;
    }
    printf("lunar: 125 years of LDAY=1,15 (%d days) %.2f ms\n", count, seconds_since(begin) * 1e3);
}

int main(int count, char **arguments) {
    static const char compared[] = "FREQ=DAILY;BYHOUR=5,17;BYMINUTE=0,30";
    if (count > 1 && strcmp(arguments[1], "--rate") == 0) {
        printf("%.2f\n", walk_rate(compared, NULL));
        return 0;
    }
    struct zone *here, *there;
    struct fail why = {0};
    if (!zone_load("Asia/Ho_Chi_Minh", &here, &why) ||
        !zone_load("America/New_York", &there, &why)) {
        fprintf(stderr, "%s\n", why.sentence);
        return 1;
    }
    static const char *const rules[] = {
        compared,
        "FREQ=WEEKLY;BYDAY=TU,FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "FREQ=HOURLY",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        printf("%-56s %6.1f M/s, with summer time %6.1f M/s\n", rules[i], walk_rate(rules[i], here),
               walk_rate(rules[i], there));
    }
    measure_next("Asia/Ho_Chi_Minh", here);
    measure_next("America/New_York", there);
    measure_lunar();
    zone_destroy(here);
    zone_destroy(there);
    return 0;
}
