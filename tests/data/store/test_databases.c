/* Databases that were frozen, cut off, spoiled, or written by somebody else: each is told apart in a
 * clear sentence, and nothing is changed. With LOAXA_FREEZE=FOLDER it writes the frozen files anew.
 */
#include "unit/store/station_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* What format 1 looked like on the day it was fixed. */
static const char frozen_head[] =
    "4:0cac123b88684def5bfe3f146d3856fe8538b68f390eb3cfbf10730b8cc9476b";

static char *frozen(const char *name) {
    const char *source = getenv("LOAXA_SOURCE");
    return memory_format("%s/tests/data/store/frozen/%s", source != NULL ? source : ".", name);
}

static void copy_file(const char *from, const char *to) {
    struct fail why = {0};
    struct text bytes = {0};
    assert_ok(text_read_file(from, 1 << 24, &bytes, &why));
    FILE *file = fopen(to, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.bytes, 1, bytes.length, file), bytes.length);
    assert_int_equal(fclose(file), 0);
    text_finish(&bytes);
}

static void write_bytes(const char *path, const char *bytes, size_t size, off_t at) {
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, size, at), size);
    close(fd);
}

/* A diary of its own in the folder, with four events. */
static char *small_diary(void **state) {
    struct fail why = {0};
    char *path = path_in(state, "diary.db");
    struct diary *diary = NULL;
    const char *occ = "s12@20261201T171000+0700";
    assert_ok(diary_create(path, &why));
    assert_ok(diary_open(path, DATABASE_WRITE, &diary, &why));
    append(diary, 1000000, planned(occ, 5000000, 9000000));
    int64_t airing = append(diary, 4000000, opened(occ, 0, 7, 5000000));
    append(diary, 9000000, closed(occ, airing, 5000000, 8000000));
    append(diary, 9100000, outcome(occ, "aired", "none"));
    diary_close(diary);
    return path;
}

static bool opens(const char *path, struct fail *why) {
    struct database *database = NULL;
    bool ok = database_open(path, &database_diary, DATABASE_WRITE, &database, why) &&
              database_check(database, why);
    database_close(database);
    return ok;
}

static void a_frozen_diary_is_read_and_goes_on(void **state) {
    struct fail why = {0};
    memory_auto char *source = frozen("diary-1.db");
    memory_auto char *path = path_in(state, "diary.db");
    copy_file(source, path);
    struct diary *diary = NULL;
    struct diary_head head;
    assert_ok(diary_head_parse(frozen_head, &head, &why));
    assert_ok(diary_open(path, DATABASE_WRITE, &diary, &why));
    assert_ok(database_check(diary_database(diary), &why));
    assert_ok(diary_verify(diary, &head, NULL, &why));
    append(diary, 9200000, incident("sau khi đông lạnh"));
    assert_ok(diary_verify(diary, &head, NULL, &why));
    diary_close(diary);
}

static void a_frozen_station_is_read(void **state) {
    struct fail why = {0};
    memory_auto char *source = frozen("station-1.db");
    memory_auto char *path = path_in(state, "station.db");
    copy_file(source, path);
    struct database *database = NULL;
    struct programme *programme = NULL;
    assert_ok(store_station_open(*state, DATABASE_READ, &database, &why));
    assert_ok(database_check(database, &why));
    assert_ok(store_programme_load(database, &programme, &why));
    assert_string_equal(programme->station_title, "Đài truyền thanh xã Vĩnh Thông");
    assert_int_equal(programme->segments_count, 1);
    assert_string_equal(programme->segments[0].rule, "FREQ=WEEKLY;BYDAY=TU,FR");
    assert_int_equal(programme->items_count, 1);
    programme_release(programme);
    database_close(database);
}

static void what_is_no_diary_is_told_apart(void **state) {
    struct fail why = {0};
    memory_auto char *path = path_in(state, "diary.db");
    assert_refused(opens(path, &why), FAIL_NOT_FOUND, "loaxa init");
    write_bytes(path, "", 0, 0);
    assert_refused(opens(path, &why), FAIL_CORRUPT, "is empty");
    write_bytes(path, "short", 5, 0);
    assert_refused(opens(path, &why), FAIL_CORRUPT, "is not a database");
    char noise[8192];
    memset(noise, 'x', sizeof noise);
    write_bytes(path, noise, sizeof noise, 0);
    assert_refused(opens(path, &why), FAIL_CORRUPT, "is not a database");
    unlink(path);
    struct database *station = new_station(state);
    database_close(station);
    memory_auto char *other = store_station_path(*state);
    assert_refused(opens(other, &why), FAIL_CORRUPT, "not the one of loaxa");
    assert_refused(opens(*state, &why), FAIL_SYSTEM, "cannot read");
}

static void a_cut_off_diary_is_told_apart(void **state) {
    struct fail why = {0};
    memory_auto char *path = small_diary(state);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    /* Wherever it is cut, it is said and not mended in silence. */
    for (off_t size = status.st_size - 1; size > 0; size -= 3777) {
        assert_int_equal(truncate(path, size), 0);
        why = (struct fail){0};
        assert_false(opens(path, &why));
        assert_int_equal(why.code, FAIL_CORRUPT);
        assert_true(strstr(why.sentence, "cut off") != NULL ||
                    strstr(why.sentence, "not a database") != NULL);
    }
}

static void a_spoiled_page_is_found(void **state) {
    struct fail why = {0};
    memory_auto char *path = small_diary(state);
    struct stat status;
    char noise[512];
    memset(noise, 0xa5, sizeof noise);
    assert_int_equal(stat(path, &status), 0);
    for (off_t at = 4096; at < status.st_size; at += 4096) {
        memory_auto char *spoiled = path_in(state, "spoiled.db");
        unlink(spoiled);
        copy_file(path, spoiled);
        write_bytes(spoiled, noise, sizeof noise, at);
        why = (struct fail){0};
        assert_false(opens(spoiled, &why));
        assert_int_equal(why.code, FAIL_CORRUPT);
        assert_non_null(strstr(why.sentence, "restore the last backup"));
    }
}

static void set_version(const char *path, int version) {
    sqlite3 *handle;
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d", version);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, pragma, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static void the_future_and_the_past_are_refused(void **state) {
    struct fail why = {0};
    memory_auto char *path = small_diary(state);
    memory_auto char *backup = path_in(state, "backup.db");
    int32_t from;
    set_version(path, 99);
    assert_refused(opens(path, &why), FAIL_VERSION, "newer loaxa");
    assert_refused(database_migrate(path, &database_diary, backup, &from, &why), FAIL_VERSION,
                   "newer loaxa");
    set_version(path, 0);
    assert_refused(opens(path, &why), FAIL_VERSION, "loaxa migrate");
    assert_int_equal(access(backup, F_OK), -1);
}

/* The way from one format to the next, on a schema made for the purpose. */
static void migrating_backs_up_first_and_fails_whole(void **state) {
    struct fail why = {0};
    static const char *const steps[] = {
        "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);",
        "ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = 'new';",
        "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);",
    };
    struct database_schema one = {.application_id = 77, .steps = steps, .steps_count = 1};
    struct database_schema two = {.application_id = 77, .steps = steps, .steps_count = 2};
    struct database_schema three = {.application_id = 77, .steps = steps, .steps_count = 3};
    memory_auto char *path = path_in(state, "a.db");
    memory_auto char *backup = path_in(state, "backup.db");
    struct database *database = NULL;
    int32_t from = -1;
    assert_ok(database_create(path, &one, &why));
    assert_refused(database_open(path, &two, DATABASE_WRITE, &database, &why), FAIL_VERSION,
                   "loaxa migrate");
    assert_ok(database_migrate(path, &two, backup, &from, &why));
    assert_int_equal(from, 1);
    assert_ok(database_open(path, &two, DATABASE_WRITE, &database, &why));
    assert_ok(database_check(database, &why));
    database_close(database);
    assert_ok(database_open(backup, &one, DATABASE_READ, &database, &why));
    database_close(database);
    assert_ok(database_migrate(path, &two, backup, &from, &why));
    assert_int_equal(from, 2);
    /* A step that fails leaves the file as it was. */
    assert_false(database_migrate(path, &three, backup, &from, &why));
    assert_ok(database_open(path, &two, DATABASE_WRITE, &database, &why));
    assert_ok(database_check(database, &why));
    database_close(database);
}

static void a_backup_is_whole_while_others_write(void **state) {
    struct fail why = {0};
    memory_auto char *path = small_diary(state);
    memory_auto char *backup = path_in(state, "backup.db");
    struct diary *writer = NULL;
    struct diary *reader = NULL;
    struct diary *copy = NULL;
    struct diary_head head;
    assert_ok(diary_open(path, DATABASE_WRITE, &writer, &why));
    assert_ok(diary_open(path, DATABASE_READ, &reader, &why));
    append(writer, 10000000, incident("before"));
    assert_ok(database_backup(diary_database(reader), backup, &why));
    append(writer, 11000000, incident("after"));
    assert_ok(diary_open(backup, DATABASE_READ, &copy, &why));
    assert_ok(diary_verify(copy, NULL, NULL, &why));
    assert_ok(diary_head(copy, &head, &why));
    assert_int_equal(head.seq, 5);
    assert_ok(diary_verify(writer, &head, NULL, &why)); /* the original continues it */
    diary_close(copy);
    diary_close(reader);
    diary_close(writer);
}

/* In a child: fills the diary until the disk is full, then tells whether all was as it should be. */
static int fill_until_full(const char *path, bool with_reserve) {
    struct fail why = {0};
    struct diary *diary = NULL;
    struct diary_head before, after;
    char words[2001];
    memset(words, 'a', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    struct event event = {.type = EVENT_INCIDENT,
                          .stamp = {.boot = "a", .trust = CLOCK_HELD},
                          .words = words,
                          .incident = {.kind = "test", .zone = -1}};
    if (!diary_open(path, DATABASE_WRITE, &diary, &why)) {
        return 2;
    }
    while (diary_head(diary, &before, &why) && diary_append(diary, &event, NULL, &why)) {
    }
    if (why.code != FAIL_FULL || !diary_head(diary, &after, &why) || after.seq != before.seq ||
        !diary_verify(diary, NULL, NULL, &why)) {
        fprintf(stderr, "%s\n", why.sentence);
        return 3;
    }
    if (with_reserve) { /* an emergency */
        if (diary_append(diary, &event, NULL, &why) || !diary_reserve_release(path, &why) ||
            !diary_append(diary, &event, NULL, &why) || !diary_verify(diary, NULL, NULL, &why)) {
            fprintf(stderr, "%s\n", why.sentence);
            return 4;
        }
    }
    diary_close(diary);
    return 0;
}

static int status_of(pid_t child) {
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_file_that_may_not_grow_leaves_the_diary_whole(void **state) {
    struct fail why = {0};
    memory_auto char *path = small_diary(state);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {400000, 400000};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        _exit(fill_until_full(path, false));
    }
    assert_int_equal(status_of(child), 0);
    struct diary *diary = NULL;
    assert_ok(diary_open(path, DATABASE_WRITE, &diary, &why));
    append(diary, 1, incident("there is room again"));
    assert_ok(diary_verify(diary, NULL, NULL, &why));
    diary_close(diary);
}

enum { NOT_PERMITTED = 77 };

/* In a child with a disk of its own. */
static int on_a_small_disk(const char *folder) {
    if ((unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", folder, "tmpfs", 0, "size=12m") != 0) {
        return NOT_PERMITTED;
    }
    struct fail why = {0};
    memory_auto char *path = memory_format("%s/diary.db", folder);
    if (!diary_create(path, &why) || !diary_reserve_make(path, &why) ||
        !diary_reserve_make(path, &why)) {
        return 5;
    }
    return fill_until_full(path, true);
}

static void an_emergency_is_written_from_the_reserve(void **state) {
    pid_t child = fork();
    if (child == 0) {
        _exit(on_a_small_disk(*state));
    }
    int status = status_of(child);
    if (status == NOT_PERMITTED) {
        print_message("no small disk may be mounted here\n");
        skip();
    }
    assert_int_equal(status, 0);
}

/* Writes the frozen files: by hand, once a format. */
static void freeze(const char *folder) {
    void *state = memory_text(folder);
    struct fail why = {0};
    struct diary *diary = NULL;
    struct diary_head head;
    char text[DIARY_HEAD_TEXT_SIZE];
    char *path = small_diary(&state);
    assert_ok(diary_open(path, DATABASE_READ, &diary, &why));
    assert_ok(diary_head(diary, &head, &why));
    diary_head_format(&head, text);
    puts(text);
    diary_close(diary);
    free(path);
    struct database *station = new_station(&state);
    int64_t column = new_column(station, "Tin");
    approve(&state, station, new_clip(&state, station, "Họp thôn", column));
    struct segment segment = daily(column);
    assert_ok(store_segment_save(station, &lan, &segment, &why));
    database_close(station);
    free(state);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_frozen_diary_is_read_and_goes_on),
        IN_FOLDER(a_frozen_station_is_read),
        IN_FOLDER(what_is_no_diary_is_told_apart),
        IN_FOLDER(a_cut_off_diary_is_told_apart),
        IN_FOLDER(a_spoiled_page_is_found),
        IN_FOLDER(the_future_and_the_past_are_refused),
        IN_FOLDER(migrating_backs_up_first_and_fails_whole),
        IN_FOLDER(a_backup_is_whole_while_others_write),
        IN_FOLDER(a_file_that_may_not_grow_leaves_the_diary_whole),
        IN_FOLDER(an_emergency_is_written_from_the_reserve),
    };
    if (getenv("LOAXA_FREEZE") != NULL) {
        freeze(getenv("LOAXA_FREEZE"));
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
