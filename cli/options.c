#include "cli/options.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 40 };

static bool read_whole(const char *word, int64_t most, int64_t *ret_number) {
    char *end;
    if (word[0] < '0' || word[0] > '9') {
        return false;
    }
    errno = 0;
    long long number = strtoll(word, &end, 10);
    if (*end != '\0' || errno != 0 || number > most) {
        return false;
    }
    *ret_number = number;
    return true;
}

bool options_number(const char *word, int64_t *ret_number, struct fail *why) {
    if (read_whole(word + (word[0] == '#'), INT64_MAX, ret_number) && *ret_number > 0) {
        return true;
    }
    return fail_set(why, FAIL_USAGE, "'%.60s' is no number: 'list' shows them", word);
}

/* One unit of a length; the longer names first. */
static int64_t unit_seconds(const char **at) {
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"giờ", 3600}, {"phút", 60}, {"giây", 1}, {"min", 60}, {"h", 3600},
                 {"m", 60},     {"p", 60},    {"s", 1},    {"g", 1}};
    while (**at == ' ') {
        (*at)++;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t length = strlen(units[i].name);
        if (strncmp(*at, units[i].name, length) == 0) {
            *at += length;
            return units[i].seconds;
        }
    }
    return 0;
}

bool options_length(const char *word, int64_t *ret_us) {
    int64_t whole;
    int hours, minutes, seconds, used = 0;
    if (read_whole(word, 1000000, &whole)) {
        *ret_us = whole * INT64_C(1000000);
        return true;
    }
    if (sscanf(word, "%3d:%2d:%2d%n", &hours, &minutes, &seconds, &used) == 3 && used > 0 &&
        word[used] == '\0' && hours >= 0 && minutes >= 0 && minutes < 60 && seconds >= 0 &&
        seconds < 60) {
        *ret_us = (hours * INT64_C(3600) + minutes * 60 + seconds) * 1000000;
        return true;
    }
    int64_t total = 0, last_unit = INT64_MAX;
    const char *at = word;
    while (*at != '\0') {
        int64_t number = 0;
        int digits = 0;
        while (*at == ' ') {
            at++;
        }
        for (; *at >= '0' && *at <= '9' && digits < 7; at++, digits++) {
            number = number * 10 + (*at - '0');
        }
        int64_t unit = digits != 0 ? unit_seconds(&at) : 0;
        if (unit == 0 || unit >= last_unit) { /* "30m1h" is more likely a slip than meant */
            return false;
        }
        total += number * unit;
        last_unit = unit;
    }
    if (last_unit == INT64_MAX || total > 1000000) {
        return false;
    }
    *ret_us = total * 1000000;
    return true;
}

bool options_civil(const char *word, struct civil *ret_civil) {
    struct civil civil = {0};
    int32_t seconds;
    const char *part = strpbrk(word, " T");
    if (civil_parse(word, ret_civil)) {
        return true;
    }
    if (part == NULL) {
        return false;
    }
    memory_auto char *date = memory_text(word);
    date[part - word] = '\0';
    part += strspn(part, part[0] == 'T' ? "T" : " ");
    if (!civil_date_parse(date, &civil.date) || !civil_time_parse(part, &seconds) ||
        seconds >= 86400) {
        return false;
    }
    civil.hour = (int8_t)(seconds / 3600);
    civil.minute = (int8_t)(seconds / 60 % 60);
    civil.second = (int8_t)(seconds % 60);
    *ret_civil = civil;
    return true;
}

/* Some keyboards type decomposed letters (NFD); the composed text lives as long as the process, as
 * the words of the command line do. */
static const char *keep(struct text *text) {
    static char **kept;
    static size_t count;
    kept = memory_resize(kept, count + 1, sizeof *kept);
    kept[count] = text->bytes != NULL ? text->bytes : memory_text("");
    return kept[count++];
}

static bool take(const struct option_rule *rule, const char *word, struct fail *why) {
    struct text nfc = {0};
    switch (rule->type) {
    case OPTION_FLAG:
        *(bool *)rule->value = true;
        return true;
    case OPTION_TEXT:
    case OPTION_ANY:
        if (word[0] == '\0' && rule->type == OPTION_TEXT) {
            return fail_set(why, FAIL_USAGE, "--%s is empty", rule->name);
        }
        if (text_is_nfc(word, strlen(word))) {
            *(const char **)rule->value = word;
            return true;
        }
        if (!text_nfc(word, strlen(word), &nfc, why)) {
            return fail_prefix(why, "--%s", rule->name);
        }
        *(const char **)rule->value = keep(&nfc);
        return true;
    case OPTION_LIST: {
        struct option_list *list = rule->value;
        if (list->count == OPTION_LIST_MAX) {
            return fail_set(why, FAIL_LIMIT, "--%s is given more than %d times", rule->name,
                            OPTION_LIST_MAX);
        }
        list->values[list->count++] = word;
        return true;
    }
    case OPTION_WHOLE:
        if (read_whole(word, INT32_MAX, rule->value)) {
            return true;
        }
        return fail_set(why, FAIL_USAGE, "--%s cannot be '%.60s': write a whole number", rule->name,
                        word);
    case OPTION_DATE:
        if (civil_date_parse(word, rule->value)) {
            return true;
        }
        return fail_set(why, FAIL_USAGE,
                        "--%s cannot be '%.60s': write a date such as 2026-12-01 "
                        "or 1/12/2026",
                        rule->name, word);
    case OPTION_CIVIL:
        if (options_civil(word, rule->value)) {
            return true;
        }
        return fail_set(why, FAIL_USAGE,
                        "--%s cannot be '%.60s': write a date and a time such as "
                        "\"2026-12-01 17:10\"",
                        rule->name, word);
    case OPTION_LENGTH:
        if (options_length(word, rule->value)) {
            return true;
        }
        return fail_set(why, FAIL_USAGE,
                        "--%s cannot be '%.60s': write a length such as 90s, 15m "
                        "or 1h30m",
                        rule->name, word);
    }
    return false;
}

/* getopt's complaint in our words. */
static bool unknown(const struct invocation *invocation, int option, const struct option *known,
                    struct fail *why) {
    const char *word = invocation->arguments[optind > 0 ? optind - 1 : 0];
    if (option == ':') {
        return fail_set(why, FAIL_USAGE, "%s wants a value", word);
    }
    for (const struct option *one = known; one->name != NULL; one++) {
        const char *equal = strchr(word, '=');
        if (equal != NULL && strncmp(word, "--", 2) == 0 &&
            strncmp(word + 2, one->name, (size_t)(equal - word - 2)) == 0) {
            return fail_set(why, FAIL_USAGE, "--%s takes no value", one->name);
        }
    }
    return fail_set(why, FAIL_USAGE, "there is no option '%.60s' here: --help lists them", word);
}

bool options_read(const struct invocation *invocation, const struct option_rule *rules,
                  size_t rules_count, const char *wanted, size_t least, size_t most,
                  char ***ret_words, size_t *ret_count, struct fail *why) {
    struct option known[OPTIONS_MAX + 1] = {0};
    for (size_t i = 0; i < rules_count && i < OPTIONS_MAX; i++) {
        known[i] = (struct option){rules[i].name,
                                   rules[i].type == OPTION_FLAG ? no_argument : required_argument,
                                   NULL, (int)i + 1};
    }
    opterr = 0;
    optind = 0;
    int option;
    while ((option = getopt_long(invocation->count, invocation->arguments, ":", known, NULL)) !=
           -1) {
        if (option < 1 || (size_t)option > rules_count) {
            return unknown(invocation, option, known, why);
        }
        const struct option_rule *rule = &rules[option - 1];
        if (!take(rule, optarg, why)) {
            return false;
        }
        if (rule->given != NULL) {
            *rule->given = true;
        }
    }
    size_t count = (size_t)(invocation->count - optind);
    if (count < least) {
        return fail_set(why, FAIL_USAGE, "%s is missing: --help shows examples", wanted);
    }
    if (count > most) {
        return fail_set(why, FAIL_USAGE,
                        "'%.60s' is one word too many: put a text of several "
                        "words into quotes",
                        invocation->arguments[optind + (int)most]);
    }
    if (ret_words != NULL) {
        *ret_words = invocation->arguments + optind;
        *ret_count = count;
    }
    return true;
}

bool options_act(const struct invocation *invocation, const struct action *actions, size_t count,
                 bool may_stand_alone, struct fail *why) {
    const char *word = invocation->count > 1 ? invocation->arguments[1] : NULL;
    if (may_stand_alone && (word == NULL || word[0] == '-')) {
        return actions[0].run(invocation, why);
    }
    for (size_t i = 0; word != NULL && i < count; i++) {
        if (strcmp(actions[i].name, word) == 0) {
            struct invocation part = *invocation;
            part.count--;
            part.arguments++;
            return actions[i].run(&part, why);
        }
    }
    char list[256];
    size_t used = 0;
    for (size_t i = 0; i < count && used < sizeof list; i++) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i != 0 ? ", " : "",
                                 actions[i].name);
    }
    if (word == NULL) {
        return fail_set(why, FAIL_USAGE, "say what to do: %s", list);
    }
    return fail_set(why, FAIL_USAGE, "'%.60s' cannot be done here; say one of: %s", word, list);
}
