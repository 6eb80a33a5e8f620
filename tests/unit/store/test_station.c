#include "unit/store/station_fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

static void a_station_is_made_and_read_back(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    struct station station;
    struct profile profile;
    assert_ok(store_station_load(database, &station, &why));
    assert_string_equal(station.title, "Đài truyền thanh xã Vĩnh Thông");
    assert_string_equal(station.zone, "Asia/Ho_Chi_Minh");
    station_finish(&station);
    assert_ok(store_profile_load(database, &profile, &why));
    assert_string_equal(profile.name, "thong-thuong");
    assert_false(profile.always_open);
    assert_true(profile.windows_count > 0);
    assert_ok(database_check(database, &why));
    struct station again = {.title = TEXT("x"), .zone = TEXT("UTC"), .ident = TEXT("")};
    assert_refused(store_station_create(*state, &again, &nobody, &why), FAIL_CONFLICT, "exists");
    again.zone = TEXT("Asia/Nowhere");
    assert_false(store_station_save(database, &admin, &again, &why));
    database_close(database);
}

static void only_who_may_changes_something(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    struct column column = {.title = TEXT("Tin")};
    struct actor stranger = {.login = "khach"};
    assert_refused(store_column_save(database, &stranger, &column, &why), FAIL_RIGHTS,
                   "loaxa user add");
    assert_refused(store_column_save(database, &hung, &column, &why), FAIL_RIGHTS,
                   "change the plan");
    struct user user = {.login = TEXT("moi"), .name = TEXT("Mới"), .active = true};
    assert_refused(store_user_save(database, &lan, &user, &why), FAIL_RIGHTS, "users");
    assert_ok(store_user_save(database, &admin, &user, &why));
    user.login = TEXT("tên");
    assert_refused(store_user_save(database, &admin, &user, &why), FAIL_INVALID, "login");
    struct user last;
    assert_ok(store_user_find(database, "admin", &last, &why));
    last.roles = ROLE(EDITOR);
    assert_refused(store_user_save(database, &admin, &last, &why), FAIL_REFUSED, "no admin");
    user_finish(&last);
    assert_ok(store_user_find(database, "admin", &last, &why));
    assert_int_equal(last.roles, ROLE(ADMIN)); /* rolled back */
    user_finish(&last);
    assert_ok(store_user_may(database, "hung", RIGHT_APPROVE, &why));
    assert_refused(store_user_may(database, "lan", RIGHT_APPROVE, &why), FAIL_RIGHTS, "approve");
    struct user *users;
    size_t count;
    assert_ok(store_user_list(database, &users, &count, &why));
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        user_finish(&users[i]);
    }
    free(users);
    database_close(database);
}

static void columns_are_kept(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    int64_t id = new_column(database, "  Chuyên mục nghị quyết ");
    struct column column;
    assert_ok(store_column_find(database, "Chuyên mục nghị quyết", &column, &why));
    assert_int_equal(column.id, id);
    column.local_one_in = 3;
    column.tune_item = 99;
    assert_refused(store_column_save(database, &lan, &column, &why), FAIL_CONFLICT, "FOREIGN");
    column.tune_item = 0;
    assert_ok(store_column_save(database, &lan, &column, &why));
    column_finish(&column);
    assert_ok(store_column_load(database, id, &column, &why));
    assert_int_equal(column.local_one_in, 3);
    assert_int_equal(column.zones, 3);
    column_finish(&column);
    struct column same = {.title = TEXT("Chuyên mục nghị quyết")};
    assert_refused(store_column_save(database, &lan, &same, &why), FAIL_CONFLICT, "already");
    same.title = TEXT("a\x01");
    assert_refused(store_column_save(database, &lan, &same, &why), FAIL_INVALID, "control");
    same.title = TEXT("\xff\xfe");
    assert_refused(store_column_save(database, &lan, &same, &why), FAIL_INVALID, "UTF-8");
    same.title = TEXT(" ");
    assert_refused(store_column_save(database, &lan, &same, &why), FAIL_INVALID, "missing");
    struct segment segment = daily(id);
    assert_ok(store_segment_save(database, &lan, &segment, &why));
    assert_refused(store_column_remove(database, &lan, id, &why), FAIL_CONFLICT, "belong");
    int64_t other = new_column(database, "Khác");
    assert_ok(store_column_remove(database, &lan, other, &why));
    assert_refused(store_column_load(database, other, &column, &why), FAIL_NOT_FOUND, "no column");
    database_close(database);
}

static void documents_have_one_number(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    char *topics[] = {TEXT("khoa học"), TEXT("chuyển đổi số")};
    struct document document = {.number = TEXT("57 – NQ/TW"),
                                .kind = TEXT("Nghị quyết"),
                                .issuer = TEXT("Bộ Chính trị"),
                                .title = TEXT("về đột phá"),
                                .date = {2024, 12, 22},
                                .topics = topics,
                                .topics_count = 2};
    assert_ok(store_document_save(database, &lan, &document, &why));
    struct document found;
    assert_ok(store_document_find(database, "57-nq/tw", &found, &why));
    assert_string_equal(found.number, "57-NQ/TW");
    assert_int_equal(found.topics_count, 2);
    assert_string_equal(found.topics[1], "chuyển đổi số");
    assert_int_equal(found.date.day, 22);
    document_finish(&found);
    struct document twice = {.number = TEXT("57-NQ/TW")};
    assert_refused(store_document_save(database, &lan, &twice, &why), FAIL_CONFLICT, "already");
    struct document none = {.number = TEXT("")};
    assert_refused(store_document_save(database, &lan, &none, &why), FAIL_INVALID, "number");
    struct document unnumbered = {.number = TEXT(""), .title = TEXT("Văn kiện Đại hội XIV")};
    assert_ok(store_document_save(database, &lan, &unnumbered, &why));
    int64_t covered = -1;
    assert_ok(store_document_coverage(database, document.id, &covered, &why));
    assert_int_equal(covered, 0);
    struct item item = clip_named(state, "Giải thích", 0);
    item.documents = &document.id;
    item.documents_count = 1;
    struct item_content content = {0};
    int64_t id;
    assert_ok(store_item_create(database, &lan, &item, &content, &id, &why));
    assert_ok(store_document_coverage(database, document.id, &covered, &why));
    assert_int_equal(covered, 0); /* nobody has approved it */
    approve(state, database, id);
    assert_ok(store_document_coverage(database, document.id, &covered, &why));
    assert_int_equal(covered, 1);
    assert_refused(store_document_remove(database, &lan, document.id, &why), FAIL_CONFLICT,
                   "stays");
    assert_ok(store_document_remove(database, &lan, unnumbered.id, &why));
    database_close(database);
}

static void a_bulletin_goes_from_draft_to_the_air(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    struct item item = {.kind = ITEM_BULLETIN,
                        .genre = GENRE_NOTICE,
                        .title = TEXT("Họp thôn"),
                        .limit = {.most_a_day = 2}};
    struct item_content content = {.text = "Sáng mai\r\nhọp thôn.  "};
    int64_t id;
    assert_ok(store_item_create(database, &lan, &item, &content, &id, &why));
    struct text text = {0};
    assert_ok(store_item_text(database, id, 1, &text, &why));
    assert_string_equal(text_string(&text), "Sáng mai\nhọp thôn.");
    assert_ok(step(state, database, &lan, APPROVAL_SUBMIT, id, 0, &why));
    assert_refused(step(state, database, &hung, APPROVAL_APPROVE, id, 0, &why), FAIL_REFUSED,
                   "no sound");
    /* Sound comes too late now: what was submitted is not touched. */
    struct item sound = {
        .id = id, .version = 1, .sound_hash = new_sound(state, "spoken"), .duration_us = 5000000};
    assert_refused(store_item_set_sound(database, &lan, &sound, &why), FAIL_CONFLICT, "no draft");
    assert_ok(step(state, database, &hung, APPROVAL_RETURN, id, 0, &why));
    item.id = id;
    int32_t version = 0;
    struct item_content same = {0};
    assert_ok(store_item_edit(database, &lan, &item, &same, &version, &why));
    assert_int_equal(version, 2);
    sound.version = 2;
    assert_ok(store_item_set_sound(database, &lan, &sound, &why));
    approve(state, database, id);
    struct item airing;
    assert_ok(store_item_load_airing(database, id, &airing, &why));
    assert_int_equal(airing.version, 2);
    assert_string_equal(airing.author, "lan");
    assert_string_equal(airing.approver, "hung");
    assert_int_equal(airing.approved_at.us, 3000);
    assert_int_equal(airing.limit.most_a_day, 2);
    struct digest hash = digest_of(text.bytes, text.length);
    assert_true(digest_equal(&airing.text_hash, &hash));
    item_finish(&airing);
    text_finish(&text);
    database_close(database);
}

static void nobody_approves_himself_and_edits_void(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    struct item item = clip_named(state, "Tin", 0);
    struct item_content content = {0};
    int64_t id;
    int32_t version;
    assert_ok(store_item_create(database, &hung, &item, &content, &id, &why));
    assert_ok(step(state, database, &hung, APPROVAL_SUBMIT, id, 0, &why));
    assert_refused(step(state, database, &hung, APPROVAL_APPROVE, id, 0, &why), FAIL_RIGHTS,
                   "somebody else");
    assert_refused(step(state, database, &lan, APPROVAL_APPROVE, id, 0, &why), FAIL_RIGHTS,
                   "may not");
    /* Lan edits: the new version is hers, and the submitted one goes no further. */
    item.id = id;
    assert_ok(store_item_edit(database, &lan, &item, &content, &version, &why));
    assert_refused(step(state, database, &hung, APPROVAL_APPROVE, id, 1, &why), FAIL_RIGHTS, "");
    assert_refused(step(state, database, &hung, APPROVAL_APPROVE, id, 2, &why), FAIL_CONFLICT,
                   "draft");
    approve(state, database, id);
    item.kind = ITEM_LIVE;
    assert_refused(store_item_edit(database, &lan, &item, &content, &version, &why), FAIL_CONFLICT,
                   "kind");
    database_close(database);
}

static struct programme *programme_of(struct database *database) {
    struct fail why = {0};
    struct programme *programme = NULL;
    assert_ok(store_programme_load(database, &programme, &why));
    return programme;
}

/* The version of an item in a fresh programme; 0: it is not in it. */
static int32_t airs(struct database *database, int64_t id) {
    struct programme *programme = programme_of(database);
    const struct item *item = programme_item(programme, id);
    int32_t version = item != NULL ? item->version : 0;
    programme_release(programme);
    return version;
}

static void the_last_approved_version_airs(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    int64_t id = new_clip(state, database, "Tin", 0);
    assert_int_equal(airs(database, id), 0);
    approve(state, database, id);
    assert_int_equal(airs(database, id), 1);
    struct item item = clip_named(state, "Tin mới", 0);
    struct item_content content = {0};
    int32_t version;
    item.id = id;
    assert_ok(store_item_edit(database, &lan, &item, &content, &version, &why));
    assert_int_equal(airs(database, id), 1); /* a draft displaces nothing */
    assert_ok(step(state, database, &lan, APPROVAL_SUBMIT, id, 0, &why));
    assert_int_equal(airs(database, id), 1);
    assert_ok(step(state, database, &hung, APPROVAL_APPROVE, id, 0, &why));
    assert_int_equal(airs(database, id), 2);
    assert_ok(store_item_edit(database, &lan, &item, &content, &version, &why));
    /* A draft taken back silences nothing; the one on the air does, and nothing older returns. */
    assert_ok(step(state, database, &lan, APPROVAL_WITHDRAW, id, 3, &why));
    assert_int_equal(airs(database, id), 2);
    assert_ok(step(state, database, &hung, APPROVAL_WITHDRAW, id, 0, &why));
    assert_int_equal(airs(database, id), 0);
    assert_ok(store_item_edit(database, &lan, &item, &content, &version, &why));
    approve(state, database, id);
    assert_int_equal(airs(database, id), 4);
    database_close(database);
}

static void one_flipped_byte_cannot_be_approved(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    int64_t id = new_clip(state, database, "Tin", 0);
    struct item item;
    assert_ok(store_item_load(database, id, 0, &item, &why));
    memory_auto char *path = store_sound_path(*state, &item.sound_hash);
    int fd;
    assert_ok(store_sound_open(*state, &item.sound_hash, &fd, &why));
    close(fd);
    assert_ok(step(state, database, &lan, APPROVAL_SUBMIT, id, 0, &why));
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0440);
    assert_int_equal(chmod(path, 0600), 0);
    fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "u", 1, 0), 1);
    close(fd);
    assert_refused(store_sound_open(*state, &item.sound_hash, &fd, &why), FAIL_CORRUPT,
                   "not what was approved");
    assert_refused(step(state, database, &hung, APPROVAL_APPROVE, id, 0, &why), FAIL_CORRUPT,
                   "not what was approved");
    new_sound(state, "Tin"); /* putting it again mends it */
    assert_ok(step(state, database, &hung, APPROVAL_APPROVE, id, 0, &why));
    unlink(path);
    assert_refused(store_sound_open(*state, &item.sound_hash, &fd, &why), FAIL_NOT_FOUND,
                   "missing");
    item_finish(&item);
    database_close(database);
}

static void a_second_import_is_known(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    struct item item = clip_named(state, "Tin", 0);
    struct item_content content = {.original_name = "IMG 1.m4a",
                                   .original_hash = digest_of("m4a", 3)};
    int64_t id, found;
    assert_ok(store_item_create(database, &lan, &item, &content, &id, &why));
    assert_ok(store_item_find_sound(database, &content.original_hash, &found, &why));
    assert_int_equal(found, id);
    assert_ok(store_item_find_sound(database, &item.sound_hash, &found, &why));
    assert_int_equal(found, id);
    struct digest other = digest_of("x", 1);
    assert_ok(store_item_find_sound(database, &other, &found, &why));
    assert_int_equal(found, 0);
    database_close(database);
}

static void texts_are_bounded_and_checked(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    struct item item = {.kind = ITEM_BULLETIN, .title = TEXT("Dài")};
    char *huge = memory_new(10 * 1024 * 1024 + 1);
    memset(huge, 'a', 10 * 1024 * 1024);
    struct item_content content = {.text = huge};
    int64_t id;
    assert_refused(store_item_create(database, &lan, &item, &content, &id, &why), FAIL_LIMIT,
                   "too long");
    free(huge);
    content.text = "\xc3\x28";
    assert_refused(store_item_create(database, &lan, &item, &content, &id, &why), FAIL_INVALID,
                   "UTF-8");
    content.text = " \n";
    assert_refused(store_item_create(database, &lan, &item, &content, &id, &why), FAIL_INVALID,
                   "needs a text");
    content.text = "họp";
    item.valid_from = (struct civil_date){2026, 12, 2};
    item.valid_until = (struct civil_date){2026, 12, 1};
    assert_refused(store_item_create(database, &lan, &item, &content, &id, &why), FAIL_INVALID,
                   "expire");
    item.valid_until.year = 0;
    item.column_id = 77;
    assert_refused(store_item_create(database, &lan, &item, &content, &id, &why), FAIL_NOT_FOUND,
                   "77");
    struct item *items;
    size_t count;
    struct item_query all = {0};
    assert_ok(store_item_list(database, &all, &items, &count, &why));
    assert_int_equal(count, 0); /* nothing half-made is left */
    free(items);
    database_close(database);
}

static void segments_are_kept_whole(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    int64_t column = new_column(database, "Tin");
    struct civil dates[] = {{{2026, 12, 24}, 18, 0, 0}};
    struct civil except[] = {{{2026, 12, 8}, 17, 10, 0}};
    struct segment segment = daily(column);
    segment.dates = dates;
    segment.dates_count = 1;
    segment.except = except;
    segment.except_count = 1;
    assert_ok(store_segment_save(database, &lan, &segment, &why));
    struct segment_exception move = {.original = {{2026, 12, 11}, 17, 10, 0},
                                     .kind = EXCEPTION_MOVED,
                                     .start = {{2026, 12, 12}, 6, 0, 0},
                                     .words = TEXT("mất điện")};
    assert_ok(store_segment_except(database, &lan, segment.id, &move, &why));
    move.original.date.day = 10;
    assert_refused(store_segment_except(database, &lan, segment.id, &move, &why), FAIL_NOT_FOUND,
                   "no occurrence");
    struct segment found;
    assert_ok(store_segment_load(database, segment.id, &found, &why));
    assert_int_equal(found.revision, 2);
    assert_string_equal(found.column_title, "Tin");
    assert_string_equal(found.rule, "FREQ=WEEKLY;BYDAY=TU,FR");
    assert_int_equal(found.end_policy, END_FADE);
    assert_int_equal(found.dates_count, 1);
    assert_int_equal(found.except[0].date.day, 8);
    assert_int_equal(found.exceptions_count, 1);
    assert_int_equal(found.exceptions[0].start.hour, 6);
    assert_string_equal(found.exceptions[0].by, "lan");
    assert_string_equal(found.exceptions[0].words, "mất điện");
    assert_ok(store_segment_save(database, &lan, &found, &why)); /* and back */
    segment_finish(&found);
    assert_ok(store_segment_load(database, segment.id, &found, &why));
    assert_int_equal(found.exceptions_count, 1);
    segment_finish(&found);
    assert_ok(store_segment_remove(database, &lan, segment.id, &why));
    assert_refused(store_segment_load(database, segment.id, &found, &why), FAIL_NOT_FOUND, "");
    database_close(database);
}

static void absurd_segments_are_refused(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    int64_t column = new_column(database, "Tin");
    const char *const rules[] = {"FREQ=SOMETIMES", "FREQ=WEEKLY;COUNT=1;UNTIL=20270101T000000",
                                 "BYDAY=MO"};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct segment segment = daily(column);
        segment.rule = TEXT(rules[i]);
        assert_refused(store_segment_save(database, &lan, &segment, &why), FAIL_INVALID, "");
        assert_int_equal(segment.id, 0);
    }
    struct segment segment = daily(column);
    segment.rule = TEXT("FREQ=SECONDLY");
    assert_refused(store_segment_save(database, &lan, &segment, &why), FAIL_LIMIT, "");
    segment = daily(99);
    assert_refused(store_segment_save(database, &lan, &segment, &why), FAIL_NOT_FOUND, "column");
    segment = daily(column);
    segment.zones = 0;
    assert_refused(store_segment_save(database, &lan, &segment, &why), FAIL_INVALID, "zone");
    segment = daily(column);
    segment.duration_us = 0;
    assert_refused(store_segment_save(database, &lan, &segment, &why), FAIL_INVALID, "lasts");
    database_close(database);
}

static void a_series_is_split_in_one_step(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    int64_t column = new_column(database, "Tin");
    struct segment first = daily(column);
    assert_ok(store_segment_save(database, &lan, &first, &why));
    first.rule = TEXT("FREQ=WEEKLY;BYDAY=TU,FR;UNTIL=20261231T235959");
    struct segment second = daily(column);
    second.start.date = (struct civil_date){2027, 1, 1};
    second.rule = TEXT("FREQ=NEVER");
    assert_refused(store_segment_split(database, &lan, &first, &second, &why), FAIL_INVALID, "");
    struct segment found;
    assert_ok(store_segment_load(database, first.id, &found, &why));
    assert_null(strstr(found.rule, "UNTIL")); /* neither half was written */
    segment_finish(&found);
    second.rule = TEXT("FREQ=DAILY");
    assert_ok(store_segment_split(database, &lan, &first, &second, &why));
    assert_ok(store_segment_load(database, second.id, &found, &why));
    assert_int_equal(found.split_from, first.id);
    segment_finish(&found);
    database_close(database);
}

static void the_programme_holds_everything(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    int64_t column = new_column(database, "Tin");
    int64_t item = new_clip(state, database, "Tin", column);
    approve(state, database, item);
    struct segment on = daily(column);
    struct segment off = daily(column);
    off.enabled = false;
    assert_ok(store_segment_save(database, &lan, &on, &why));
    assert_ok(store_segment_save(database, &lan, &off, &why));
    struct day_template mourning = {.name = "Quốc tang", .mourning = true};
    struct template_span span = {.kind = SPAN_DATES, .from = {2026, 12, 1}, .until = {2026, 12, 2}};
    assert_ok(store_template_save(database, &lan, &mourning, &span, 1, &why));
    struct day_template tet = {.name = "Tết", .keeps_ordinary = true};
    struct template_span lunar = {.kind = SPAN_LUNAR, .from = {0, 12, -1}, .until = {0, 1, 3}};
    assert_ok(store_template_save(database, &lan, &tet, &lunar, 1, &why));
    assert_ok(store_hold_add(database, &lan, (struct walltime){5}, WALLTIME_NEVER, "đám tang", NULL,
                             &why));
    struct programme *programme = programme_of(database);
    assert_string_equal(programme->station_title, "Đài truyền thanh xã Vĩnh Thông");
    assert_string_equal(zone_name(programme->zone), "Asia/Ho_Chi_Minh");
    assert_int_equal(programme->segments_count, 1);
    assert_non_null(programme_segment(programme, on.id));
    assert_non_null(programme_column(programme, column));
    assert_non_null(programme_item(programme, item));
    assert_int_equal(programme->templates_count, 2);
    assert_true(programme_template(programme, mourning.id)->mourning);
    assert_int_equal(programme->spans_count, 2);
    assert_int_equal(programme->spans[1].template_id, tet.id);
    assert_int_equal(programme->spans[1].from.day, -1);
    assert_int_equal(programme->holds_count, 1);
    assert_int_equal(programme->holds[0].until.us, WALLTIME_NEVER.us);
    int64_t generation;
    assert_ok(store_generation(database, &generation, &why));
    assert_int_equal(programme->revision, generation);
    programme_release(programme);
    new_column(database, "Khác");
    int64_t later;
    assert_ok(store_generation(database, &later, &why));
    assert_true(later > generation);
    span.until = (struct civil_date){2026, 11, 1};
    struct day_template bad = {.name = "Bão"};
    assert_refused(store_template_save(database, &lan, &bad, &span, 1, &why), FAIL_INVALID, "days");
    database_close(database);
}

static void zones_are_named(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    struct loudspeakers zone = {.zone = 3, .name = TEXT("Thôn 3"), .technology = ZONE_IP};
    assert_ok(store_zone_save(database, &admin, &zone, &why));
    zone.place = TEXT("nhà văn hóa");
    assert_ok(store_zone_save(database, &admin, &zone, &why));
    zone.zone = 32;
    assert_refused(store_zone_save(database, &admin, &zone, &why), FAIL_INVALID, "0 to 31");
    assert_refused(store_zone_save(database, &lan, &zone, &why), FAIL_RIGHTS, "");
    struct loudspeakers *zones;
    size_t count;
    assert_ok(store_zone_list(database, &zones, &count, &why));
    assert_int_equal(count, 1);
    assert_string_equal(zones[0].place, "nhà văn hóa");
    assert_int_equal(zones[0].technology, ZONE_IP);
    loudspeakers_finish(&zones[0]);
    free(zones);
    assert_ok(store_zone_remove(database, &admin, 3, &why));
    assert_refused(store_zone_remove(database, &admin, 3, &why), FAIL_NOT_FOUND, "");
    database_close(database);
}

struct last_audit {
    char login[32], action[32], before[4096], after[4096];
    int count;
};

static bool keep_audit(void *context, const struct audit_row *row, struct fail *why) {
    (void)why;
    struct last_audit *last = context;
    snprintf(last->login, sizeof last->login, "%s", row->login);
    snprintf(last->action, sizeof last->action, "%s", row->action);
    snprintf(last->before, sizeof last->before, "%s", row->before);
    snprintf(last->after, sizeof last->after, "%s", row->after);
    last->count++;
    return true;
}

static void every_change_leaves_its_trace(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    struct last_audit last = {.count = 0};
    int64_t id = new_column(database, "Tin");
    struct column column;
    assert_ok(store_column_load(database, id, &column, &why));
    free(column.title);
    column.title = memory_text("Thời sự");
    assert_ok(store_column_save(database, &lan, &column, &why));
    assert_ok(store_audit_each(database, 0, "column", id, keep_audit, &last, &why));
    assert_int_equal(last.count, 2);
    assert_string_equal(last.login, "lan");
    assert_string_equal(last.action, "change");
    assert_non_null(strstr(last.before, "\"title\":\"Tin\""));
    assert_non_null(strstr(last.after, "\"title\":\"Thời sự\""));
    /* What was refused leaves none, and nobody edits the traces. */
    free(column.title);
    column.title = memory_text("");
    assert_false(store_column_save(database, &lan, &column, &why));
    column_finish(&column);
    last.count = 0;
    assert_ok(store_audit_each(database, 0, "column", 0, keep_audit, &last, &why));
    assert_int_equal(last.count, 2);
    int64_t item = new_clip(state, database, "Tin", 0);
    approve(state, database, item);
    last.count = 0;
    assert_ok(store_audit_each(database, 0, "item", item, keep_audit, &last, &why));
    assert_int_equal(last.count, 3);
    assert_string_equal(last.action, "approve");
    assert_non_null(strstr(last.after, "approved"));
    database_close(database);
    memory_auto char *path = store_station_path(*state);
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    const char *const attempts[] = {
        "UPDATE audit SET login = 'x'",
        "DELETE FROM audit",
        "UPDATE item_version SET title = 'x' WHERE state = 'approved'",
        "UPDATE item_version SET sound_hash = zeroblob(32)",
        "DELETE FROM item_version",
    };
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        assert_int_equal(sqlite3_exec(handle, attempts[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    }
    sqlite3_close(handle);
}

struct approvals {
    char words[256];
    struct digest sound_hash;
};

static bool note_approval(void *context, const struct approval_row *row, struct fail *why) {
    (void)why;
    struct approvals *approvals = context;
    snprintf(approvals->words + strlen(approvals->words),
             sizeof approvals->words - strlen(approvals->words), "%s by %s of %d; ", row->action,
             row->login, (int)row->version);
    approvals->sound_hash = row->sound_hash;
    return true;
}

static void approvals_name_what_was_approved(void **state) {
    struct fail why = {0};
    struct database *database = new_station(state);
    int64_t id = new_clip(state, database, "Tin", 0);
    approve(state, database, id);
    struct approvals approvals = {.words = ""};
    assert_ok(store_item_approvals(database, id, note_approval, &approvals, &why));
    assert_string_equal(approvals.words, "submit by lan of 1; approve by hung of 1; ");
    struct digest hash = digest_of("Tin", 3);
    assert_true(digest_equal(&approvals.sound_hash, &hash));
    database_close(database);
}

static bool count_sound(void *context, const char *path, int64_t size, struct fail *why) {
    (void)why;
    int *count = context;
    assert_true(size > 0 &&
                (strncmp(path, "sounds/", 7) == 0 || strncmp(path, "originals/", 10) == 0));
    (*count)++;
    return true;
}

static void sounds_are_listed(void **state) {
    struct fail why = {0};
    int count = 0;
    assert_ok(store_sound_each(*state, count_sound, &count, &why));
    assert_int_equal(count, 0);
    new_sound(state, "a");
    new_sound(state, "b");
    struct digest hash = new_sound(state, "a");
    assert_true(store_sound_exists(*state, &hash));
    memory_auto char *path = path_in(state, "new.flac");
    assert_ok(store_sound_put(*state, path, "m4a", &hash, &why));
    assert_refused(store_sound_put(*state, path, "../x", &hash, &why), FAIL_INVALID, "extension");
    assert_ok(store_sound_each(*state, count_sound, &count, &why));
    assert_int_equal(count, 3);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_station_is_made_and_read_back),
        IN_FOLDER(only_who_may_changes_something),
        IN_FOLDER(columns_are_kept),
        IN_FOLDER(documents_have_one_number),
        IN_FOLDER(a_bulletin_goes_from_draft_to_the_air),
        IN_FOLDER(nobody_approves_himself_and_edits_void),
        IN_FOLDER(the_last_approved_version_airs),
        IN_FOLDER(one_flipped_byte_cannot_be_approved),
        IN_FOLDER(a_second_import_is_known),
        IN_FOLDER(texts_are_bounded_and_checked),
        IN_FOLDER(segments_are_kept_whole),
        IN_FOLDER(absurd_segments_are_refused),
        IN_FOLDER(a_series_is_split_in_one_step),
        IN_FOLDER(the_programme_holds_everything),
        IN_FOLDER(zones_are_named),
        IN_FOLDER(every_change_leaves_its_trace),
        IN_FOLDER(approvals_name_what_was_approved),
        IN_FOLDER(sounds_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
