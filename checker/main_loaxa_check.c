/* loaxa-check: judges an exported diary, and a relay trace, against docs/formats/diary.md. */
#include "checker/breach.h"
#include "checker/chain.h"
#include "checker/event.h"
#include "checker/judge.h"
#include "checker/record.h"
#include "checker/trace.h"

#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLEAN = 0, BREACHED = 1, UNREADABLE = 2 };

struct work {
    const char *diary_path, *trace_path; /* trace: NULL where none is given */
    struct floor_hours floor;
    bool floor_given, json, vietnamese;
    struct chain chain;
    struct record record;
    struct trace trace;
    struct breaches breaches;
    int64_t lines;
};

static bool environment_is_vietnamese(void) {
    static const char *const names[] = {"LOAXA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0') {
            return strncmp(value, "vi", 2) == 0;
        }
    }
    return false;
}

static int usage(const struct work *work, FILE *to, int status) {
    fputs(work->vietnamese
              ? "Cách dùng: loaxa-check NHẬT-KÝ.jsonl [RƠ-LE.jsonl] [tùy chọn]\n"
                "Chấm nhật ký đã xuất (loaxa diary export) và vết rơ-le theo mọi điều kiện của "
                "nhật ký.\n\n"
                "  --floor 22:00-04:30   giờ cấm tăng âm có điện, hoặc “none” (mặc định: theo vết "
                "rơ-le,\n"
                "                        không có thì 22:00-04:30)\n"
                "  --tz-offset +0700     lệch giờ của đài so với UTC\n"
                "  --head SỐ:MÃ-BĂM      mã đầu chuỗi đã lưu: phát hiện phần cuối bị viết lại\n"
                "  --json                in kết quả dạng JSON\n"
                "  --help, --version\n\n"
                "Kết thúc: 0 sạch, 1 có vi phạm, 2 không đọc được.\n"
                "Ví dụ: loaxa diary export >nk.jsonl && loaxa-check nk.jsonl "
                "/var/lib/loaxa/relay.jsonl\n"
              : "Usage: loaxa-check DIARY.jsonl [TRACE.jsonl] [OPTIONS]\n"
                "Judges an exported diary (loaxa diary export) and a relay trace by everything a "
                "diary must "
                "satisfy.\n\n"
                "  --floor 22:00-04:30   hours in which no amplifier may have power, or \"none\" "
                "(default: "
                "what\n"
                "                        the trace says, else 22:00-04:30)\n"
                "  --tz-offset +0700     the station's clock against UTC\n"
                "  --head SEQ:HASH       a head that was kept: shows a rewritten tail\n"
                "  --json                print the verdict as JSON\n"
                "  --help, --version\n\n"
                "Exit status: 0 clean, 1 breaches, 2 unreadable.\n"
                "Example: loaxa diary export >d.jsonl && loaxa-check d.jsonl "
                "/var/lib/loaxa/relay.jsonl\n",
          to);
    return status;
}

/* -1: go on; else the status to end with. */
static int read_options(struct work *work, int count, char **arguments) {
    enum { FLOOR = 1000, OFFSET, HEAD, JSON, HELP, VERSION };
    static const struct option options[] = {{"floor", required_argument, NULL, FLOOR},
                                            {"tz-offset", required_argument, NULL, OFFSET},
                                            {"head", required_argument, NULL, HEAD},
                                            {"json", no_argument, NULL, JSON},
                                            {"help", no_argument, NULL, HELP},
                                            {"version", no_argument, NULL, VERSION},
                                            {NULL, 0, NULL, 0}};
    int option;
    bool good = true;
    while ((option = getopt_long(count, arguments, "h", options, NULL)) != -1) {
        switch (option) {
        case FLOOR:
            work->floor_given = true;
            good = good && floor_read(optarg, &work->floor);
            break;
        case OFFSET:
            good = good && floor_read_offset(optarg, &work->floor.utc_offset_s);
            break;
        case HEAD:
            good = good && chain_want_head(&work->chain, optarg);
            break;
        case JSON:
            work->json = true;
            break;
        case 'h':
        case HELP:
            return usage(work, stdout, CLEAN);
        case VERSION:
            puts("loaxa-check " LOAXA_VERSION);
            return CLEAN;
        default:
            good = false;
        }
    }
    if (!good || count - optind < 1 || count - optind > 2) {
        return usage(work, stderr, UNREADABLE);
    }
    work->diary_path = arguments[optind];
    work->trace_path = count - optind == 2 ? arguments[optind + 1] : NULL;
    return -1;
}

static void take_line(struct work *work, struct event *event, const char *line, size_t length) {
    work->lines++;
    if (event_read_line(event, work->lines, line, length, &work->breaches)) {
        chain_add(&work->chain, event, &work->breaches);
        if (event_read_body(event, &work->breaches)) {
            record_add(&work->record, event, &work->breaches);
        }
    }
}

static FILE *open_file(const struct work *work, const char *path) {
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (file == NULL) {
        fprintf(stderr,
                work->vietnamese ? "loaxa-check: không mở được %s: %m\n"
                                 : "loaxa-check: cannot open %s: %m\n",
                path);
    }
    return file;
}

static bool read_diary(struct work *work) {
    FILE *file = open_file(work, work->diary_path);
    struct event event = {0};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    if (file == NULL) {
        return false;
    }
    while ((length = getline(&line, &capacity, file)) > 0) {
        take_line(work, &event, line, (size_t)length - (line[length - 1] == '\n'));
    }
    bool good = !ferror(file) && work->chain.last_seq != 0;
    free(line);
    event_finish(&event);
    if (file != stdin) {
        fclose(file);
    }
    if (!good) {
        fprintf(stderr,
                work->vietnamese
                    ? "loaxa-check: %s không phải nhật ký đã xuất (không có sự kiện nào)\n"
                    : "loaxa-check: %s is no exported diary (it holds no event)\n",
                work->diary_path);
    }
    return good;
}

static bool read_trace(struct work *work) {
    if (work->trace_path == NULL) {
        return true;
    }
    FILE *file = open_file(work, work->trace_path);
    if (file == NULL) {
        return false;
    }
    work->trace.floor = work->floor;
    trace_read(&work->trace, file, &work->record, &work->breaches);
    if (!work->floor_given && work->trace.floor_told) {
        work->floor = work->trace.floor;
    }
    if (file != stdin) {
        fclose(file);
    }
    return true;
}

struct sums {
    size_t planned, open, by_outcome[OUTCOMES], beside;
};

static struct sums sum_up(const struct record *record) {
    struct sums sums = {0};
    for (size_t i = 0; i < record->occurrences_count; i++) {
        const struct occurrence *occurrence = &record->occurrences[i];
        if (!occurrence->planned) {
            sums.beside++;
            continue;
        }
        sums.planned++;
        if (occurrence->outcome_seq != 0) {
            sums.by_outcome[occurrence->outcome]++;
        } else {
            sums.open++;
        }
    }
    return sums;
}

static void print_json(const struct work *work, const struct sums *sums) {
    json_t *outcomes = json_object(), *list = json_array();
    for (int i = 0; i < OUTCOMES; i++) {
        json_object_set_new(outcomes, outcome_names[i],
                            json_integer((json_int_t)sums->by_outcome[i]));
    }
    for (size_t i = 0; i < work->breaches.count; i++) {
        const struct breach *breach = &work->breaches.list[i];
        json_array_append_new(
            list, json_pack("{s:s,s:I,s:I,s:i,s:s}", "file",
                            breach->of_trace ? work->trace_path : work->diary_path, "line",
                            (json_int_t)breach->line, "seq", (json_int_t)breach->seq, "rule",
                            (int)breach->rule, "words", breach->text));
    }
    json_t *verdict = json_pack(
        "{s:b,s:I,s:I,s:I,s:I,s:o,s:I,s:I,s:I,s:o}", "clean", work->breaches.total == 0, "events",
        (json_int_t)work->record.events, "boots", (json_int_t)work->record.course.boots, "airings",
        (json_int_t)work->record.airings_count, "planned", (json_int_t)sums->planned, "outcomes",
        outcomes, "undecided", (json_int_t)sums->open, "unplanned", (json_int_t)sums->beside,
        "total", (json_int_t)work->breaches.total, "breaches", list);
    json_dumpf(verdict, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(verdict);
}

static void print_text(const struct work *work, const struct sums *sums) {
    bool vi = work->vietnamese;
    const struct breaches *breaches = &work->breaches;
    for (size_t i = 0; i < breaches->count; i++) {
        const struct breach *breach = &breaches->list[i];
        printf("%s:%" PRId64 ": %s\n", breach->of_trace ? work->trace_path : work->diary_path,
               breach->line, breach->text);
    }
    printf(vi ? "%" PRId64 " sự kiện, %zu lần khởi động, %zu lượt phát; đã lên lịch %zu ="
              : "%" PRId64 " events, %zu boots, %zu airings; planned %zu =",
           work->record.events, work->record.course.boots, work->record.airings_count,
           sums->planned);
    for (int i = 0; i < OUTCOMES; i++) {
        printf(" %s%zu %s", i > 0 ? "+ " : "", sums->by_outcome[i], outcome_names[i]);
    }
    printf(vi ? " + %zu chưa đến; %zu ngoài lịch\n" : " + %zu still open; %zu unplanned\n",
           sums->open, sums->beside);
    for (int rule = 0; rule < RULES; rule++) {
        bool unjudged = rule == RULE_AMPLIFIER && work->trace_path == NULL;
        printf("%2d %-9s %s", rule,
               unjudged                       ? (vi ? "chưa chấm" : "unjudged")
               : breaches->by_rule[rule] == 0 ? (vi ? "đạt" : "holds")
                                              : (vi ? "VI PHẠM" : "BROKEN"),
               rule_text((enum rule)rule, vi));
        printf(breaches->by_rule[rule] > 0 ? " (%zu)\n" : "\n", breaches->by_rule[rule]);
    }
}

static void judge(struct work *work) {
    judge_outcomes(&work->record, &work->breaches);
    judge_sound(&work->record, &work->floor, &work->breaches);
    if (work->trace_path != NULL) {
        judge_relays(&work->record, &work->trace, &work->floor, &work->breaches);
    }
    breaches_sort(&work->breaches);
    struct sums sums = sum_up(&work->record);
    if (work->json) {
        print_json(work, &sums);
    } else {
        print_text(work, &sums);
    }
}

static int run(struct work *work) {
    if (sodium_init() < 0 || !read_diary(work)) {
        return UNREADABLE;
    }
    chain_end(&work->chain, &work->breaches);
    record_end(&work->record);
    if (!read_trace(work)) {
        return UNREADABLE;
    }
    judge(work);
    return work->breaches.total == 0 ? CLEAN : BREACHED;
}

int main(int count, char **arguments) {
    struct work work = {.vietnamese = environment_is_vietnamese()};
    floor_read("22:00-04:30", &work.floor);
    floor_read_offset("+0700", &work.floor.utc_offset_s);
    chain_start(&work.chain);
    int status = read_options(&work, count, arguments);
    if (status >= 0) {
        return status;
    }
    work.breaches.vietnamese = work.vietnamese;
    status = run(&work);
    breaches_finish(&work.breaches);
    record_finish(&work.record);
    trace_finish(&work.trace);
    return status;
}
