#include "base/text.h"
#include "store/asrun.h"
#include "unit/store/diary_fixture.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct diary *fresh(void **state) {
    struct fail why = {0};
    struct diary *diary = NULL;
    memory_auto char *path = path_in(state, "diary.db");
    assert_ok(diary_create(path, &why));
    assert_ok(diary_open(path, DATABASE_WRITE, &diary, &why));
    return diary;
}

static struct diary *of_ten(void **state) {
    struct diary *diary = fresh(state);
    for (int i = 1; i <= 10; i++) {
        char words[32];
        snprintf(words, sizeof words, "sự cố %d", i);
        append(diary, i * 1000000, incident(words));
    }
    return diary;
}

/* What somebody with the file and a tool can do: no triggers, no indexes. */
static void attack(void **state, const char *sql) {
    memory_auto char *path = path_in(state, "diary.db");
    sqlite3 *handle;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_exec(handle,
                 "DROP TRIGGER event_insert; DROP TRIGGER event_update; DROP TRIGGER event_delete;"
                 "DROP INDEX event_by_type;",
                 NULL, NULL, NULL);
    if (sqlite3_exec(handle, sql, NULL, NULL, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
    sqlite3_close(handle);
}

static void expect_fault(struct diary *diary, const struct diary_head *earlier, int64_t event,
                         const char *part) {
    struct fail why = {0};
    int64_t found = -1;
    assert_refused(diary_verify(diary, earlier, &found, &why), FAIL_CORRUPT, part);
    assert_int_equal(found, event);
}

static void events_are_canonical_and_chained(void **state) {
    struct fail why = {0};
    struct diary *diary = fresh(state);
    struct event event = {
        .type = EVENT_INCIDENT,
        .stamp = {.at = {1500000},
                  .boot_time = {1500000000},
                  .boot = "boot-a",
                  .epoch = 1,
                  .trust = CLOCK_TRUSTED},
        .words = "họp \"xã\"",
        .incident = {.kind = "card", .zone = -1},
    };
    int64_t seq = 0;
    assert_ok(diary_append(diary, &event, &seq, &why));
    assert_int_equal(seq, 1);
    struct diary_query all = {0};
    FILE *file = tmpfile();
    assert_ok(diary_export(diary, &all, file, &why));
    rewind(file);
    char line[2048];
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    json_t *row = json_loads(line, 0, NULL);
    assert_non_null(row);
    const char *bytes = diary_event_text(row, "event");
    assert_string_equal(bytes, "{\"at_us\":1500000,\"boot\":\"boot-a\",\"boot_ns\":1500000000,"
                               "\"epoch\":1,\"kind\":\"card\",\"seq\":1,\"trust\":\"trusted\","
                               "\"type\":\"incident\",\"v\":1,\"words\":\"họp \\\"xã\\\"\","
                               "\"zone\":null}");
    uint8_t hashed[4096] = {0}; /* 32 zero bytes, then the event */
    memcpy(hashed + 32, bytes, strlen(bytes));
    struct digest digest = digest_of(hashed, 32 + strlen(bytes));
    char hex[DIGEST_HEX_SIZE];
    digest_format(&digest, hex);
    assert_string_equal(diary_event_text(row, "hash"), hex);
    assert_int_equal(strspn(diary_event_text(row, "prev"), "0"), 64);
    json_decref(row);
    diary_close(diary);
}

static void what_the_format_does_not_know_is_refused(void **state) {
    struct fail why = {0};
    struct diary *diary = fresh(state);
    json_t *bad[] = {
        json_pack("{s:s, s:f}", "type", "incident", "level", 1.5),
        json_pack("{s:s, s:[{s:f}]}", "type", "incident", "zones", "x", 2.0),
        json_pack("{s:s}", "type", "party"),
        json_pack("{s:s, s:s}", "type", "opened", "occ", "s1@tomorrow"),
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_refused(try_append(diary, 1, 1, bad[i], &why), FAIL_INVALID, "");
    }
    const char *const bytes[] = {
        "",
        "[]",
        "{}",
        "{\"type\":\"incident\"}",
        "{\"at_us\":1, \"boot\":\"\",\"boot_ns\":1,\"epoch\":1,\"seq\":1,\"trust\":\"held\","
        "\"type\":\"stopped\",\"v\":1}",
        "{\"boot\":\"\",\"at_us\":1,\"boot_ns\":1,\"epoch\":1,\"seq\":1,\"trust\":\"held\","
        "\"type\":\"stopped\",\"v\":1}",
        "{\"at_us\":1,\"at_us\":1,\"boot\":\"\",\"boot_ns\":1,\"epoch\":1,\"seq\":1,"
        "\"trust\":\"held\",\"type\":\"stopped\",\"v\":1}",
        "{\"at_us\":1,\"boot\":\"\xff\",\"boot_ns\":1,\"epoch\":1,\"seq\":1,\"trust\":\"held\","
        "\"type\":\"stopped\",\"v\":1}",
    };
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        struct diary_bytes one = {bytes[i], strlen(bytes[i])};
        assert_refused(diary_append_bytes(diary, &one, 1, &why), FAIL_INVALID, "");
    }
    char *long_words = memory_new(10 * 1024 * 1024 + 1);
    memset(long_words, 'a', 10 * 1024 * 1024);
    assert_refused(try_append(diary, 1, 1, incident(long_words), &why), FAIL_LIMIT, "at most");
    free(long_words);
    struct diary_head head;
    assert_ok(diary_head(diary, &head, &why));
    assert_int_equal(head.seq, 0);
    diary_close(diary);
}

static void a_batch_is_written_whole_or_not_at_all(void **state) {
    struct fail why = {0};
    struct diary *diary = of_ten(state);
    struct diary_bytes batch[3];
    for (int i = 0; i < 3; i++) {
        json_t *event = incident("a");
        /* The third jumps over a number. */
        batch[i].bytes = bytes_of(event, i < 2 ? 11 + i : 14, 11000000, 1);
        batch[i].size = strlen(batch[i].bytes);
        json_decref(event);
    }
    struct diary_head head;
    assert_refused(diary_append_bytes(diary, batch, 3, &why), FAIL_CONFLICT, "event 14");
    assert_ok(diary_head(diary, &head, &why));
    assert_int_equal(head.seq, 10);
    assert_ok(diary_append_bytes(diary, batch, 2, &why));
    assert_ok(diary_head(diary, &head, &why));
    assert_int_equal(head.seq, 12);
    assert_ok(diary_verify(diary, NULL, NULL, &why));
    for (int i = 0; i < 3; i++) {
        free((char *)batch[i].bytes);
    }
    diary_close(diary);
}

/* A sentence that some buffer cut off inside a character must not stop the diary. */
static void a_spoiled_sentence_is_written_all_the_same(void **state) {
    struct fail why = {0};
    struct diary *diary = fresh(state);
    struct event event = {.type = EVENT_INCIDENT,
                          .stamp = {.boot = "a", .trust = CLOCK_HELD},
                          .words = "h\xe1\xbb\xa3p x\xe1\xbb",
                          .incident = {.kind = "test", .zone = -1}};
    int64_t seq;
    assert_ok(diary_append(diary, &event, &seq, &why));
    json_t *written = diary_event(diary, seq, &why);
    assert_non_null(written);
    assert_string_equal(diary_event_text(written, "words"), "hợp x\uFFFD\uFFFD");
    json_decref(written);
    diary_close(diary);
}

/* Our own handle, with the triggers in place. */
static void the_file_itself_refuses_changes(void **state) {
    struct diary *diary = of_ten(state);
    diary_close(diary);
    memory_auto char *path = path_in(state, "diary.db");
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK); /* no pragma of ours */
    const char *const attempts[] = {
        "UPDATE event SET bytes = x'7b7d' WHERE seq = 3",
        "DELETE FROM event WHERE seq = 10",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event (seq, format, bytes, prev, hash)"
        " SELECT 3, 1, bytes, prev, hash FROM event WHERE seq = 4",
        "REPLACE INTO event (seq, format, bytes, prev, hash)"
        " SELECT 10, 1, bytes, prev, hash FROM event WHERE seq = 10",
        "INSERT INTO event (seq, format, bytes, prev, hash)"
        " SELECT 12, 1, bytes, hash, hash FROM event WHERE seq = 10",
        "INSERT INTO event (format, bytes, prev, hash)"
        " SELECT 1, bytes, zeroblob(32), hash FROM event WHERE seq = 10",
        "INSERT OR IGNORE INTO event (seq, format, bytes, prev, hash)"
        " SELECT 11, 1, bytes, prev, hash FROM event WHERE seq = 10",
        "UPDATE OR REPLACE event SET seq = 5 WHERE seq = 6",
    };
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        assert_int_equal(sqlite3_exec(handle, attempts[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    }
    sqlite3_close(handle);
    struct fail why = {0};
    assert_ok(diary_open(path, DATABASE_READ, &diary, &why));
    assert_ok(diary_verify(diary, NULL, NULL, &why));
    assert_refused(try_append(diary, 1, 1, incident("a"), &why), FAIL_RIGHTS, "");
    diary_close(diary);
}

static void a_changed_event_is_named(void **state) {
    struct diary *diary = of_ten(state);
    attack(state, "UPDATE event SET bytes = CAST(replace(CAST(bytes AS TEXT), 'cố 7', 'vui')"
                  " AS BLOB) WHERE seq = 7");
    expect_fault(diary, NULL, 7, "event 7 of the diary was changed");
    diary_close(diary);
}

static void a_dropped_trigger_shows_at_the_start(void **state) {
    struct fail why = {0};
    struct diary *diary = of_ten(state);
    assert_ok(database_check(diary_database(diary), &why));
    attack(state, "SELECT 1");
    assert_refused(database_check(diary_database(diary), &why), FAIL_CORRUPT, "triggers");
    diary_close(diary);
}

static void a_removed_event_is_named(void **state) {
    struct diary *diary = of_ten(state);
    attack(state, "DELETE FROM event WHERE seq = 4");
    expect_fault(diary, NULL, 4, "event 4 of the diary was removed");
    attack(state, "UPDATE event SET seq = seq - 1 WHERE seq > 4");
    expect_fault(diary, NULL, 4, "event 5 stands there");
    diary_close(diary);
}

static void reordered_events_are_named(void **state) {
    struct diary *diary = of_ten(state);
    attack(state, "UPDATE event SET seq = 100 WHERE seq = 3; UPDATE event SET seq = 3"
                  " WHERE seq = 4; UPDATE event SET seq = 4 WHERE seq = 100");
    expect_fault(diary, NULL, 3, "event 4 stands there");
    diary_close(diary);
}

/* Rewrites event `seq` and, if told, chains everything after it anew. */
static void rewrite(void **state, int64_t from, bool tail) {
    memory_auto char *path = path_in(state, "diary.db");
    attack(state, "");
    sqlite3 *handle;
    sqlite3_stmt *read, *write;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_prepare_v2(handle, "SELECT bytes, prev FROM event WHERE seq = ?", -1, &read, NULL);
    sqlite3_prepare_v2(handle, "UPDATE event SET bytes = ?, prev = ?, hash = ? WHERE seq = ?", -1,
                       &write, NULL);
    struct digest prev = {{0}};
    for (int64_t seq = from; seq <= (tail ? 10 : from); seq++) {
        sqlite3_bind_int64(read, 1, seq);
        assert_int_equal(sqlite3_step(read), SQLITE_ROW);
        size_t size = (size_t)sqlite3_column_bytes(read, 0);
        uint8_t bytes[1024];
        memcpy(bytes, sqlite3_column_blob(read, 0), size);
        if (seq == from) {
            memcpy(prev.bytes, sqlite3_column_blob(read, 1), 32);
            memcpy(strstr((char *)bytes, "test"), "best", 4);
        }
        sqlite3_reset(read);
        struct digest_feed feed;
        digest_start(&feed);
        digest_add(&feed, prev.bytes, 32);
        digest_add(&feed, bytes, size);
        struct digest hash = digest_end(&feed);
        sqlite3_bind_blob(write, 1, bytes, (int)size, SQLITE_STATIC);
        sqlite3_bind_blob(write, 2, prev.bytes, 32, SQLITE_STATIC);
        sqlite3_bind_blob(write, 3, hash.bytes, 32, SQLITE_STATIC);
        sqlite3_bind_int64(write, 4, seq);
        assert_int_equal(sqlite3_step(write), SQLITE_DONE);
        sqlite3_reset(write);
        prev = hash;
    }
    sqlite3_finalize(read);
    sqlite3_finalize(write);
    sqlite3_close(handle);
}

static void a_rehashed_event_is_named(void **state) {
    struct diary *diary = of_ten(state);
    rewrite(state, 5, false);
    expect_fault(diary, NULL, 5, "event 5 of the diary was changed");
    diary_close(diary);
}

static void a_rewritten_tail_shows_against_an_earlier_head(void **state) {
    struct fail why = {0};
    struct diary *diary = of_ten(state);
    struct diary_head head, again;
    char text[DIARY_HEAD_TEXT_SIZE];
    assert_ok(diary_head(diary, &head, &why));
    diary_head_format(&head, text);
    assert_ok(diary_head_parse(text, &again, &why));
    append(diary, 20000000, incident("later"));
    assert_ok(diary_verify(diary, &again, NULL, &why));
    rewrite(state, 6, true);
    attack(state, "DELETE FROM event WHERE seq = 11");
    assert_ok(diary_verify(diary, NULL, NULL, &why)); /* sound in itself … */
    expect_fault(diary, &again, 10, "rewritten");     /* … but not what was printed */
    attack(state, "DELETE FROM event WHERE seq > 8");
    expect_fault(diary, &again, 9, "cut off");
    diary_close(diary);
}

static void heads_are_read_strictly(void **state) {
    (void)state;
    struct fail why = {0};
    struct diary_head head;
    const char *const bad[] = {
        "", "12", "12:", ":ab", "-1:00", "12:00zz", "99999999999999999999:0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_refused(diary_head_parse(bad[i], &head, &why), FAIL_INVALID, "SEQ:HASH");
    }
}

static bool count_row(void *context, const struct diary_row *row, struct fail *why) {
    (void)why;
    int64_t *seen = context;
    seen[0]++;
    seen[1] = seen[1] * 100 + row->seq;
    return true;
}

static int64_t visit(struct diary *diary, struct diary_query query) {
    struct fail why = {0};
    int64_t seen[2] = {0, 0};
    assert_ok(diary_each(diary, &query, count_row, seen, &why));
    return seen[1];
}

static void events_are_found_by_what_they_say(void **state) {
    struct diary *diary = fresh(state);
    const char *occ = "s12@20261201T171000+0700";
    append(diary, 1000, planned(occ, 5000, 9000));
    append(diary, 2000, incident("x"));
    append(diary, 3000, opened(occ, 0, 7, 5000));
    append(diary, 4000, outcome(occ, "missed", "power"));
    assert_int_equal(visit(diary, (struct diary_query){0}), 1020304);
    assert_int_equal(visit(diary, (struct diary_query){.newest_first = true, .most = 2}), 403);
    assert_int_equal(visit(diary, (struct diary_query){.type = "opened"}), 3);
    assert_int_equal(visit(diary, (struct diary_query){.occ = occ}), 10304);
    assert_int_equal(visit(diary, (struct diary_query){.occ = occ, .type = "planned"}), 1);
    assert_int_equal(visit(diary, (struct diary_query){.from_at = {2000}, .until_at = {3000}}),
                     203);
    assert_int_equal(visit(diary, (struct diary_query){.from_seq = 2, .until_seq = 3}), 203);
    append(diary, 5000, planned("s12@20261202T000000+0700", 5000, 9000));
    struct civil_date first = {2026, 12, 1}, second = {2026, 12, 2};
    assert_int_equal(visit(diary, (struct diary_query){.from_date = first, .until_date = first}),
                     10304);
    assert_int_equal(visit(diary, (struct diary_query){.from_date = second, .until_date = second}),
                     5);
    assert_int_equal(visit(diary, (struct diary_query){.until_date = second}), 1030405);
    assert_int_equal(visit(diary, (struct diary_query){.from_date = {2026, 12, 3}}), 0);
    struct fail why = {0};
    json_t *event = diary_event(diary, 3, &why);
    assert_int_equal(diary_event_int(json_object_get(event, "item"), "id"), 7);
    json_decref(event);
    assert_refused(diary_event(diary, 9, &why) != NULL, FAIL_NOT_FOUND, "no event 9");
    diary_close(diary);
}

static void the_station_finds_what_it_left_open(void **state) {
    struct fail why = {0};
    struct diary *diary = fresh(state);
    const char *first = "s12@20261201T171000+0700";
    const char *second = "s12@20261202T171000+0700";
    append(diary, 1000, planned(first, 5000, 9000));
    append(diary, 1000, planned(second, 15000, 19000));
    append(diary, 1500,
           json_pack("{s:s, s:s, s:i, s:i, s:s, s:s}", "type", "moved", "occ", second, "start_us",
                     25000, "end_us", 29000, "by", "lan", "words", "họp"));
    int64_t a = append(diary, 4000, opened(first, 0, 7, 5000));
    append(diary, 9000, closed(first, a, 5000, 8000));
    append(diary, 9100, outcome(first, "aired", "none"));
    int64_t b = append(diary, 24000, opened(second, 3, 8, 25000));

    struct asrun_airing *airings;
    size_t count;
    assert_ok(asrun_open_airings(diary, &airings, &count, &why));
    assert_int_equal(count, 1);
    assert_int_equal(airings[0].airing, b);
    assert_int_equal(airings[0].item, 8);
    assert_int_equal(airings[0].position, 3);
    assert_int_equal(airings[0].occurrence.original.date.day, 2);
    free(airings);

    struct asrun_occurrence *occurrences;
    assert_ok(asrun_open_occurrences(diary, &occurrences, &count, &why));
    assert_int_equal(count, 1);
    assert_int_equal(occurrences[0].segment, 12);
    assert_int_equal(occurrences[0].start.us, 25000);
    assert_int_equal(occurrences[0].end.us, 29000);
    free(occurrences);
    diary_close(diary);
}

static void what_sounded_counts_for_rotation(void **state) {
    struct fail why = {0};
    struct diary *diary = fresh(state);
    const char *monday = "s1@20261130T170000+0700";
    const char *tuesday = "m1@20261201T170000+0700";
    int64_t a = append(diary, 1, opened(monday, 0, 7, 100));
    append(diary, 2, closed(monday, a, 150, 900));
    int64_t b = append(diary, 3, opened(tuesday, 0, 7, 2000));
    append(diary, 4, closed(tuesday, b, 2100, 2900));
    int64_t c = append(diary, 5, opened(tuesday, 1, 7, 3000));
    append(diary, 6, closed(tuesday, c, 0, 0));    /* silent */
    append(diary, 7, opened(tuesday, 2, 9, 4000)); /* still on */
    struct rotation_history history = {0};
    assert_ok(asrun_history(diary, &history, &why));
    assert_int_equal(history.count, 2);
    const struct rotation_entry *seven = rotation_history_find(&history, 7);
    assert_int_equal(seven->total, 2);
    assert_int_equal(seven->on_day, 1);
    assert_int_equal(seven->day.day, 1);
    assert_int_equal(seven->last.us, 2100);
    assert_int_equal(rotation_history_find(&history, 9)->last.us, 4000);
    rotation_history_finish(&history);
    int64_t number = 0;
    assert_ok(asrun_next_number(diary, 'm', &number, &why));
    assert_int_equal(number, 2);
    assert_ok(asrun_next_number(diary, 'e', &number, &why));
    assert_int_equal(number, 1);
    diary_close(diary);
}

static void the_clock_of_the_latest_epoch_counts(void **state) {
    struct fail why = {0};
    struct diary *diary = fresh(state);
    struct asrun_clock clock;
    assert_ok(asrun_clock(diary, &clock, &why));
    assert_int_equal(clock.last.us, 0);
    append(diary, 9000000, incident("from the future"));
    append(diary, 5000000, incident("x"));
    assert_ok(asrun_clock(diary, &clock, &why));
    assert_int_equal(clock.last.us, 9000000);
    assert_ok(try_append(diary, 6000000, 2, incident("accepted"), &why));
    assert_ok(asrun_clock(diary, &clock, &why));
    assert_int_equal(clock.epoch, 2);
    assert_int_equal(clock.last.us, 6000000);
    diary_close(diary);
}

/* The child appends and reports each number once it was told that it is written. */
static void append_and_report(const char *path, int fd) {
    struct diary *diary = NULL;
    if (!diary_open(path, DATABASE_WRITE, &diary, NULL)) {
        _exit(1);
    }
    struct event event = {.type = EVENT_INCIDENT,
                          .stamp = {.boot = "a", .trust = CLOCK_HELD},
                          .incident = {.kind = "test", .zone = -1}};
    for (;;) {
        int64_t seq;
        if (!diary_append(diary, &event, &seq, NULL) ||
            write(fd, &seq, sizeof seq) != (ssize_t)sizeof seq) {
            _exit(2);
        }
    }
}

static void kill_loses_nothing_that_was_acknowledged(void **state) {
    struct fail why = {0};
    struct diary *diary = fresh(state);
    diary_close(diary);
    memory_auto char *path = path_in(state, "diary.db");
    int64_t acknowledged = 0;
    for (int round = 0; round < 5; round++) {
        int pipe_ends[2];
        assert_int_equal(pipe(pipe_ends), 0);
        pid_t child = fork();
        if (child == 0) {
            append_and_report(path, pipe_ends[1]);
        }
        close(pipe_ends[1]);
        int64_t seq = 0;
        for (int i = 0; i < 20 + round * 7; i++) {
            assert_int_equal(read(pipe_ends[0], &seq, sizeof seq), sizeof seq);
        }
        kill(child, SIGKILL);
        while (read(pipe_ends[0], &seq, sizeof seq) == (ssize_t)sizeof seq) {
            acknowledged = seq;
        }
        acknowledged = seq > acknowledged ? seq : acknowledged;
        close(pipe_ends[0]);
        waitpid(child, NULL, 0);
        struct diary_head head;
        assert_ok(diary_open(path, DATABASE_WRITE, &diary, &why));
        assert_ok(diary_verify(diary, NULL, NULL, &why));
        assert_ok(diary_head(diary, &head, &why));
        assert_in_range(head.seq, acknowledged, acknowledged + 1);
        diary_close(diary);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_are_canonical_and_chained, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(what_the_format_does_not_know_is_refused, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(a_batch_is_written_whole_or_not_at_all, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(a_spoiled_sentence_is_written_all_the_same, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(the_file_itself_refuses_changes, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(a_changed_event_is_named, folder_set_up, folder_tear_down),
        cmocka_unit_test_setup_teardown(a_dropped_trigger_shows_at_the_start, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(a_removed_event_is_named, folder_set_up, folder_tear_down),
        cmocka_unit_test_setup_teardown(reordered_events_are_named, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(a_rehashed_event_is_named, folder_set_up, folder_tear_down),
        cmocka_unit_test_setup_teardown(a_rewritten_tail_shows_against_an_earlier_head,
                                        folder_set_up, folder_tear_down),
        cmocka_unit_test(heads_are_read_strictly),
        cmocka_unit_test_setup_teardown(events_are_found_by_what_they_say, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(the_station_finds_what_it_left_open, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(what_sounded_counts_for_rotation, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(the_clock_of_the_latest_epoch_counts, folder_set_up,
                                        folder_tear_down),
        cmocka_unit_test_setup_teardown(kill_loses_nothing_that_was_acknowledged, folder_set_up,
                                        folder_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
