/* diary: how fast the diary is written, verified and asked, over two years of a busy station. */
#include "store/diary.h"
#include "base/memory.h"
#include "store/asrun.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROWS = 220000, BATCH = 50, OCCURRENCE_ROWS = 14, ITEMS = 300 };

static struct fail why;

static double seconds(void) {
    struct timespec now; /* of this process: other work on the machine does not count */
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void need(bool ok) {
    if (!ok) {
        fprintf(stderr, "%s\n", why.sentence);
        exit(1);
    }
}

static struct item item_of(int64_t id) {
    return (struct item){.id = 1 + id % ITEMS,
                         .version = 2,
                         .kind = ITEM_BULLETIN,
                         .title = (char *)"Thông báo lịch tiêm chủng tháng 12 tại trạm y tế xã",
                         .language = (char *)"vi",
                         .source = (char *)"Trạm y tế xã",
                         .author = (char *)"lan",
                         .approver = (char *)"hung",
                         .sound_hash = digest_of(&id, sizeof id),
                         .text_hash = digest_of(&id, 4),
                         .duration_us = 60000000};
}

/* The events of one occurrence after another: planned, six airings, outcome. */
static void write_event_number(int64_t seq, struct text *text) {
    int64_t occurrence = (seq - 1) / OCCURRENCE_ROWS;
    int64_t place = (seq - 1) % OCCURRENCE_ROWS;
    struct item item = item_of(occurrence * 6 + place);
    struct walltime at = {INT64_C(1764547200000000) + occurrence * 3600 * WALLTIME_SECOND};
    struct civil start = civil_of_seconds(at.us / WALLTIME_SECOND);
    struct event event = {
        .stamp = {.at = at, .boot_time = {seq}, .boot = "b0", .epoch = 1, .trust = CLOCK_TRUSTED},
        .occ = {.origin = 's', .series = 12, .original = start, .utc_offset_s = 25200},
    };
    struct segment segment = {.id = 12,
                              .title = (char *)"Bản tin chiều",
                              .column_id = 3,
                              .column_title = (char *)"Tin trong xã",
                              .class = CLASS_NORMAL};
    if (place == 0) {
        event.type = EVENT_PLANNED;
        event.planned.segment = &segment;
        event.planned.session = "";
        event.planned.start = at;
        event.planned.end = walltime_add(at, 900 * WALLTIME_SECOND);
        event.planned.zones = 7;
        event.planned.verdict = "airs";
    } else if (place == OCCURRENCE_ROWS - 1) {
        event.type = EVENT_OUTCOME;
        event.outcome.outcome = OUTCOME_AIRED;
        event.outcome.start = event.outcome.first = at;
        event.outcome.end = event.outcome.last = walltime_add(at, 900 * WALLTIME_SECOND);
    } else if (place % 2 == 1) {
        event.type = EVENT_OPENED;
        event.opened.position = (int32_t)place / 2;
        event.opened.role = ROLE_ITEM;
        event.opened.planned = at;
        event.opened.item = &item;
        event.opened.column = "Tin trong xã";
        event.opened.zones = 7;
        event.opened.permit = 1;
        event.opened.operator_name = "";
    } else {
        event.type = EVENT_CLOSED;
        event.closed.airing = seq - 1;
        event.closed.first = at;
        event.closed.last = walltime_add(at, 60 * WALLTIME_SECOND);
        event.closed.frames = 2880000;
        event.closed.rate = 48000;
        event.closed.zones = 7;
        event.closed.reason = AIRING_COMPLETED;
    }
    event_write(&event, seq, text);
}

/* Appends `count` rows from `seq` in transactions of `batch`; returns the next number. */
static int64_t append(struct diary *diary, int64_t seq, int64_t count, int batch) {
    struct diary_bytes rows[BATCH];
    struct text texts[BATCH] = {{0}};
    for (int64_t done = 0; done < count; done += batch) {
        for (int i = 0; i < batch; i++) {
            text_clear(&texts[i]);
            write_event_number(seq + i, &texts[i]);
            rows[i] = (struct diary_bytes){texts[i].bytes, texts[i].length};
        }
        need(diary_append_bytes(diary, rows, (size_t)batch, &why));
        seq += batch;
    }
    for (int i = 0; i < BATCH; i++) {
        text_finish(&texts[i]);
    }
    return seq;
}

static bool count_row(void *context, const struct diary_row *row, struct fail *fail) {
    (void)row;
    (void)fail;
    (*(int64_t *)context)++;
    return true;
}

static void ask(struct diary *diary) {
    double begin = seconds();
    need(diary_verify(diary, NULL, NULL, &why));
    double took = seconds() - begin;
    printf("verify %d events: %.2f s, %.0f k/s\n", ROWS, took, ROWS / took / 1e3);
    begin = seconds();
    need(database_check(diary_database(diary), &why));
    printf("check every page: %.2f s\n", seconds() - begin);
    struct rotation_history history = {0};
    begin = seconds();
    need(asrun_history(diary, &history, &why));
    printf("rotation history of %zu items: %.2f s\n", history.count, seconds() - begin);
    rotation_history_finish(&history);
    struct asrun_airing *airings;
    struct asrun_occurrence *occurrences;
    size_t open_airings, open_occurrences;
    begin = seconds();
    need(asrun_open_airings(diary, &airings, &open_airings, &why) &&
         asrun_open_occurrences(diary, &occurrences, &open_occurrences, &why));
    printf("what was left open (%zu, %zu): %.3f s\n", open_airings, open_occurrences,
           seconds() - begin);
    free(airings);
    free(occurrences);
    struct diary_query month = {.from_date = {2026, 3, 1}, .until_date = {2026, 3, 31}};
    int64_t count = 0;
    begin = seconds();
    need(diary_each(diary, &month, count_row, &count, &why));
    printf("one month's %" PRId64 " events: %.3f s\n", count, seconds() - begin);
}

int main(void) {
    char folder[] = "/tmp/loaxa-bench-XXXXXX";
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return 1;
    }
    char *path = memory_format("%s/diary.db", folder);
    struct diary *diary = NULL;
    need(diary_create(path, &why) && diary_open(path, DATABASE_WRITE, &diary, &why));
    double begin = seconds();
    int64_t seq = append(diary, 1, 500, 1);
    printf("append one by one, each on the disk: %.0f /s\n", 500 / (seconds() - begin));
    begin = seconds();
    seq = append(diary, seq, ROWS - 500, BATCH);
    printf("append in batches of %d: %.0f k/s\n", BATCH, (ROWS - 500) / (seconds() - begin) / 1e3);
    ask(diary);
    diary_close(diary);
    char *command = memory_format("du -m %s | tail -1 | cut -f1; rm -rf %s", path, folder);
    printf("megabytes: ");
    fflush(stdout);
    int status = system(command);
    free(command);
    free(path);
    return status != 0;
}
