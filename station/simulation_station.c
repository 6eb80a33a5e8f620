/* The simulation's made-up station, and copies of programmes. */
#include "base/memory.h"
#include "base/zone.h"
#include "station/simulation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_US (60 * WALLTIME_SECOND)

static void *copy_array(const void *array, size_t count, size_t size) {
    void *copy = memory_new(count * size);
    if (count != 0) {
        memcpy(copy, array, count * size);
    }
    return copy;
}

static void copy_segment(const struct segment *from, struct segment *ret) {
    *ret = *from;
    ret->title = memory_text(from->title);
    ret->column_title = memory_text(from->column_title);
    ret->rule = memory_text(from->rule);
    ret->lunar = memory_text(from->lunar);
    ret->dates = copy_array(from->dates, from->dates_count, sizeof *from->dates);
    ret->except = copy_array(from->except, from->except_count, sizeof *from->except);
    ret->exceptions =
        copy_array(from->exceptions, from->exceptions_count, sizeof *from->exceptions);
    for (size_t i = 0; i < from->exceptions_count; i++) {
        ret->exceptions[i].by = memory_text(from->exceptions[i].by);
        ret->exceptions[i].words = memory_text(from->exceptions[i].words);
    }
}

static void copy_lists(const struct programme *from, struct programme *copy) {
    copy->columns = copy_array(from->columns, from->columns_count, sizeof *from->columns);
    copy->columns_count = from->columns_count;
    for (size_t i = 0; i < from->columns_count; i++) {
        copy->columns[i].title = memory_text(from->columns[i].title);
        copy->columns[i].purpose = memory_text(from->columns[i].purpose);
    }
    copy->documents = copy_array(from->documents, from->documents_count, sizeof *from->documents);
    copy->documents_count = from->documents_count;
    for (size_t i = 0; i < from->documents_count; i++) {
        copy->documents[i].number = memory_text(from->documents[i].number);
        copy->documents[i].title = memory_text(from->documents[i].title);
    }
    copy->holds = copy_array(from->holds, from->holds_count, sizeof *from->holds);
    copy->holds_count = from->holds_count;
    for (size_t i = 0; i < from->holds_count; i++) {
        copy->holds[i].by = memory_text(from->holds[i].by);
        copy->holds[i].words = memory_text(from->holds[i].words);
    }
}

static struct zone *copy_zone(const struct zone *from) {
    struct zone *zone;
    if (zone_load(zone_name(from), &zone, NULL)) {
        return zone;
    }
    return zone_fixed(zone_name(from), zone_offset_at(from, (struct walltime){0}));
}

struct programme *simulation_copy_programme(const struct programme *from) {
    struct programme *copy = memory_new(sizeof *copy);
    *copy = *from;
    copy->references = 1;
    copy->zone = copy_zone(from->zone);
    copy->station_title = memory_text(from->station_title);
    copy->outputs = copy_array(from->outputs, from->outputs_count, sizeof *from->outputs);
    copy->templates = copy_array(from->templates, from->templates_count, sizeof *from->templates);
    copy->spans = copy_array(from->spans, from->spans_count, sizeof *from->spans);
    copy->segments = memory_new(from->segments_count * sizeof *copy->segments);
    for (size_t i = 0; i < from->segments_count; i++) {
        copy_segment(&from->segments[i], &copy->segments[i]);
    }
    copy->items = memory_new(from->items_count * sizeof *copy->items);
    for (size_t i = 0; i < from->items_count; i++) {
        item_copy(&from->items[i], &copy->items[i]);
    }
    copy_lists(from, copy);
    return copy;
}

enum { SESSIONS = 10, COLUMNS = 5, ITEMS_A_COLUMN = 9, FRAMING = 3 };

static void add_item(struct programme *programme, int64_t column, const char *title,
                     enum genre genre, int64_t seconds) {
    struct item *item = &programme->items[programme->items_count++];
    *item = (struct item){.id = (int64_t)programme->items_count,
                          .version = 1,
                          .kind = ITEM_BULLETIN,
                          .genre = genre,
                          .state = APPROVAL_APPROVED,
                          .title = memory_text(title),
                          .language = memory_text("vi"),
                          .source = memory_text("UBND xã"),
                          .author = memory_text("bien.tap"),
                          .approver = memory_text("pho.chu.tich"),
                          .column_id = column,
                          .duration_us = seconds * WALLTIME_SECOND,
                          .trim_start_us = 120000,
                          .trim_end_us = 350000,
                          .loudness_mlufs = -18500,
                          .true_peak_mdb = -2500};
    item->text_hash = digest_of(title, strlen(title));
    item->sound_hash = digest_of(&item->id, sizeof item->id);
}

static void add_columns(struct programme *programme) {
    static const char *const titles[COLUMNS] = {"Tin trong xã", "Đưa nghị quyết vào cuộc sống",
                                                "Nhà nông cần biết", "Gương người tốt việc tốt",
                                                "Ca nhạc"};
    add_item(programme, 0, "Nhạc hiệu", GENRE_TUNE, 8);
    add_item(programme, 0, "Đây là Đài truyền thanh xã", GENRE_OTHER, 5);
    add_item(programme, 0, "Lời kết", GENRE_OTHER, 6);
    programme->tune_item = 1;
    programme->ident_item = 2;
    programme->closing_item = 3;
    for (int64_t column = 1; column <= COLUMNS; column++) {
        programme->columns[programme->columns_count++] =
            (struct column){.id = column,
                            .title = memory_text(titles[column - 1]),
                            .purpose = memory_text(""),
                            .genre = column == COLUMNS ? GENRE_MUSIC : GENRE_NEWS};
        for (int64_t i = 0; i < ITEMS_A_COLUMN; i++) {
            char title[96];
            snprintf(title, sizeof title, "%s, bài %d", titles[column - 1], (int)i + 1);
            add_item(programme, column, title, column == COLUMNS ? GENRE_MUSIC : GENRE_NEWS,
                     95 + (column * 37 + i * 23) % 50);
        }
    }
}

static struct segment *add_segment(struct programme *programme, const char *title, int64_t column,
                                   int hour, int minute, const char *rule, int64_t minutes) {
    struct segment *segment = &programme->segments[programme->segments_count++];
    *segment = (struct segment){.id = (int64_t)programme->segments_count,
                                .revision = 1,
                                .title = memory_text(title),
                                .column_id = column,
                                .column_title = memory_text(programme->columns[column - 1].title),
                                .class = CLASS_NORMAL,
                                .rank = SEGMENT_COLUMN,
                                .zones = 3,
                                .start = {{2025, 1, 1}, (int8_t)hour, (int8_t)minute, 0},
                                .rule = memory_text(rule),
                                .lunar = memory_text(""),
                                .duration_us = minutes * MINUTE_US,
                                .grace_us = 5 * MINUTE_US,
                                .end_policy = END_FINISH_ITEM,
                                .enabled = true};
    return segment;
}

/* Beside the ten daily sessions: what collides, what the moon rules, and Tết's own. */
static void add_specials(struct programme *programme) {
    struct segment *segment =
        add_segment(programme, "Thông báo tiêm chủng", 1, 17, 5, "FREQ=WEEKLY;BYDAY=TU", 6);
    segment->class = CLASS_PRIORITY;
    segment = add_segment(programme, "Lịch cắt điện", 3, 17, 8, "FREQ=WEEKLY;BYDAY=TU", 6);
    segment->class = CLASS_PRIORITY;
    segment->operator_order = 1;
    segment = add_segment(programme, "Ca nhạc theo yêu cầu", 5, 11, 10, "FREQ=DAILY", 20);
    segment->rank = SEGMENT_FILLER;
    segment->end_policy = END_FADE;
    segment->fade_ms = 2000;
    segment = add_segment(programme, "Ngày rằm, mùng một", 4, 6, 30, "", 10);
    free(segment->lunar);
    segment->lunar = memory_text("LDAY=1,15");
    segment = add_segment(programme, "Giao thừa", 5, 20, 55, "FREQ=DAILY", 30);
    segment->template_id = 1;
    segment = add_segment(programme, "Chúc Tết", 1, 8, 0, "FREQ=DAILY", 15);
    segment->template_id = 1;
    programme->templates[programme->templates_count++] =
        (struct day_template){.id = 1, .name = "Tết"};
    programme->templates[programme->templates_count++] = (struct day_template){
        .id = 2, .name = "Quốc tang", .keeps_ordinary = true, .mourning = true};
    programme->spans[programme->spans_count++] = (struct template_span){
        .template_id = 1, .kind = SPAN_LUNAR, .from = {0, 12, -1}, .until = {0, 1, 3}};
    programme->spans[programme->spans_count++] = (struct template_span){
        .template_id = 2, .kind = SPAN_DATES, .from = {2026, 7, 10}, .until = {2026, 7, 11}};
}

struct programme *simulation_busy_station(struct zone *zone) {
    static const int starts[SESSIONS][2] = {{5, 30}, {6, 15},  {7, 0},   {9, 0},  {11, 0},
                                            {12, 0}, {14, 30}, {16, 30}, {17, 0}, {19, 0}};
    struct programme *programme = programme_create();
    programme->zone = zone;
    free(programme->station_title);
    programme->station_title = memory_text("Đài truyền thanh xã Hòa Bình");
    programme->profile = (struct profile){.name = "simulation",
                                          .windows = {{0x7f, 5 * 3600, 21 * 3600}},
                                          .windows_count = 1,
                                          .quiet_from_s = 22 * 3600,
                                          .quiet_to_s = 4 * 3600 + 1800,
                                          .session_gap_s = 300,
                                          .session_weekdays = 0x7f,
                                          .weekend_sessions_a_day = -1};
    programme->items = memory_new((FRAMING + COLUMNS * ITEMS_A_COLUMN) * sizeof(struct item));
    programme->columns = memory_new(COLUMNS * sizeof(struct column));
    programme->segments = memory_new((SESSIONS + 8) * sizeof(struct segment));
    programme->templates = memory_new(2 * sizeof(struct day_template));
    programme->spans = memory_new(2 * sizeof(struct template_span));
    add_columns(programme);
    for (int i = 0; i < SESSIONS; i++) {
        char title[64];
        snprintf(title, sizeof title, "Buổi %d giờ %02d", starts[i][0], starts[i][1]);
        add_segment(programme, title, 1 + i % COLUMNS, starts[i][0], starts[i][1], "FREQ=DAILY",
                    12);
    }
    add_specials(programme);
    programme_sort(programme);
    return programme;
}
