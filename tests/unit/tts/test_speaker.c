#include "tts/render.h"
#include "tts/speaker.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char bulletin[] =
    "kính thưa toàn thể bà con nhân dân, sau đây là bản tin của đài truyền thanh xã.\n"
    "thực hiện nghị quyết số năm mươi bảy của trung ương, ngày mười lăm tháng mười hai năm hai "
    "nghìn "
    "không trăm hai mươi sáu, ủy ban nhân dân xã tổ chức hội nghị triển khai kế hoạch chuyển đổi "
    "số. "
    "bà con đến nhà văn hóa thôn lúc bảy giờ ba mươi phút: mang theo căn cước công dân; đi đúng "
    "giờ.\n"
    "xin cảm ơn bà con đã theo dõi.";

/* The folder of a cache of the test's own. */
static char folder[] = "/tmp/loaxa-render-XXXXXX";

static struct render_request request_of(const char *spoken) {
    return (struct render_request){
        .spoken = spoken, .lexicon = "", .settings = speaker_settings_default()};
}

static void a_bulletin_sounds_as_long_as_it_was_estimated(void **state) {
    (void)state;
    for (int voice = 0; voice < SPEAKER_VOICES; voice++) {
        for (double speed = 3.3; speed < 3.9; speed += 0.5) {
            struct speaker_settings settings = speaker_settings_default();
            struct speaker_facts facts;
            struct fail why = {0};
            settings.voice = (enum speaker_voice)voice;
            settings.pace.syllables_a_second = speed;
            settings.horn = false;
            int fd = memfd_create("sound", 0);
            if (!speaker_speak(bulletin, &settings, fd, &facts, &why)) {
                fail_msg("%s", why.sentence);
            }
            assert_int_equal(facts.estimate_ms, speaker_estimate_ms(bulletin, &settings));
            double ratio = (double)facts.duration_ms / (double)facts.estimate_ms;
            if (fabs(ratio - 1.0) > 0.10) {
                fail_msg("%s at %.2f: %.3f of its estimate", speaker_voice_name(settings.voice),
                         speed, ratio);
            }
            assert_true(facts.true_peak_dbtp < -0.5);
            assert_true(facts.integrated_lufs > -25.0);
            assert_true(facts.clipped_frames < facts.frames / 10000);
            close(fd);
        }
    }
}

static void the_sound_is_flac_for_the_card(void **state) {
    (void)state;
    struct speaker_settings settings = speaker_settings_default();
    struct speaker_facts facts;
    int fd = memfd_create("sound", 0);
    assert_true(speaker_speak(bulletin, &settings, fd, &facts, NULL));
    assert_true(fabs(facts.integrated_lufs - settings.target_lufs) < 1.0);
    assert_true(facts.crest_db >= 8.0);
    SF_INFO info = {0};
    lseek(fd, 0, SEEK_SET);
    SNDFILE *file = sf_open_fd(fd, SFM_READ, &info, 0);
    assert_non_null(file);
    assert_int_equal(info.samplerate, 48000);
    assert_int_equal(info.channels, 1);
    assert_int_equal(info.format, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
    assert_int_equal(info.frames, facts.frames);
    sf_close(file);
    close(fd);
}

static void pauses_are_as_long_as_they_were_asked(void **state) {
    (void)state;
    struct speaker_settings settings = speaker_settings_default();
    struct speaker_facts near, far;
    int fd = memfd_create("sound", 0);
    settings.horn = false;
    assert_true(speaker_speak("một hai.\nba bốn, năm sáu.", &settings, fd, &near, NULL));
    settings.pace.comma_ms += 400;
    settings.pace.sentence_ms += 300;
    settings.pace.paragraph_ms += 200;
    close(fd);
    fd = memfd_create("sound", 0);
    assert_true(speaker_speak("một hai.\nba bốn, năm sáu.", &settings, fd, &far, NULL));
    assert_in_range(far.duration_ms - near.duration_ms, 400 + 2 * 300 + 200 - 5, 1200 + 5);
    close(fd);
}

static void what_is_read_twice_takes_twice_as_long(void **state) {
    (void)state;
    struct speaker_settings settings = speaker_settings_default();
    struct speaker_facts once, twice;
    int fd = memfd_create("sound", 0);
    settings.horn = false;
    assert_true(speaker_speak("họp thôn lúc bảy giờ.", &settings, fd, &once, NULL));
    close(fd);
    fd = memfd_create("sound", 0);
    settings.twice = true;
    assert_true(speaker_speak("họp thôn lúc bảy giờ.", &settings, fd, &twice, NULL));
    int64_t between = twice.duration_ms - 2 * once.duration_ms;
    assert_in_range(between, 2 * settings.pace.paragraph_ms + 700,
                    2 * settings.pace.paragraph_ms + 2600);
    close(fd);
}

static void what_is_no_plain_word_is_refused_by_name(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"họp lúc 7 giờ", "“7”"},
        {"ủy ban nhân dân UBND xã", "“UBND”"},
        {"<b>họp</b> thôn", "“<b>họp</b>”"},
        {"a < b", "“<”"},
        {"[[h@l'oU]]", "“[[h@l'oU]]”"},
        {"họp\tthôn", "“họp\tthôn”"},
        {"họp  thôn", "“”"},
        {"facebook", "“facebook”"},
        {"", "nothing to read"},
    };
    struct speaker_settings settings = speaker_settings_default();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct speaker_facts facts;
        struct fail why = {0};
        int fd = memfd_create("sound", 0);
        assert_false(speaker_speak(cases[i][0], &settings, fd, &facts, &why));
        assert_int_equal(why.code, FAIL_INVALID);
        if (strstr(why.sentence, cases[i][1]) == NULL) {
            fail_msg("%s: %s", cases[i][0], why.sentence);
        }
        assert_int_equal(lseek(fd, 0, SEEK_END), 0);
        close(fd);
    }
}

static void a_text_without_end_is_refused_at_once(void **state) {
    (void)state;
    struct fail why = {0};
    size_t size = 10 << 20;
    char *text = memory_new(size + 1);
    for (size_t i = 0; i < size; i++) {
        text[i] = "họp "[i % 6];
    }
    assert_false(speaker_check(text, &why));
    assert_int_equal(why.code, FAIL_LIMIT);
    text[6 * (SPEAKER_SYLLABLES_MAX + 1) - 1] = '\0';
    assert_false(speaker_check(text, &why));
    assert_int_equal(why.code, FAIL_LIMIT);
    text[6 * SPEAKER_SYLLABLES_MAX - 1] = '\0';
    assert_true(speaker_check(text, &why));
    free(text);
}

static void what_is_implausible_is_told_apart(void **state) {
    (void)state;
    const struct speaker_facts good = {.rate = 48000,
                                       .frames = 480000,
                                       .duration_ms = 10000,
                                       .estimate_ms = 10500,
                                       .integrated_lufs = -16,
                                       .true_peak_dbtp = -1,
                                       .sample_peak_dbfs = -1.5};
    struct speaker_facts facts = good;
    struct fail why = {0};
    assert_true(speaker_facts_check(&facts, &why));
    facts.integrated_lufs = -70;
    assert_false(speaker_facts_check(&facts, &why));
    assert_non_null(strstr(why.sentence, "silence"));
    facts = good;
    facts.clipped_frames = 5000;
    assert_false(speaker_facts_check(&facts, &why));
    assert_non_null(strstr(why.sentence, "distorted"));
    facts = good;
    facts.duration_ms = 3000;
    assert_false(speaker_facts_check(&facts, &why));
    assert_non_null(strstr(why.sentence, "3.0 s what should take 10.5 s"));
}

/* In place of the helper, a script; every call of it leaves a dot in a file. */
static char helper[] = "/tmp/loaxa-speaker-XXXXXX";

static void use_helper(const char *script) {
    char path[64];
    snprintf(path, sizeof path, "%s/loaxa-speak", helper);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n[ \"$1\" = --engine ] || printf . >>%s/calls\n%s\n", helper, script);
    fclose(file);
    assert_int_equal(chmod(path, 0755), 0);
    setenv("LOAXA_BIN", helper, 1);
}

static long calls_of_helper(void) {
    char path[64];
    struct stat status;
    snprintf(path, sizeof path, "%s/calls", helper);
    return stat(path, &status) == 0 ? (long)status.st_size : 0;
}

static void a_helper_that_hangs_dies_or_gives_nothing_never_reaches_the_air(void **state) {
    char *bin = *state;
    struct speaker_settings settings = speaker_settings_default();
    struct speaker_facts facts;
    struct fail why = {0};
    int fd = memfd_create("sound", 0);
    speaker_set_timeout_ms(400);
    use_helper("exec sleep 1000");
    assert_false(speaker_speak(bulletin, &settings, fd, &facts, &why));
    assert_int_equal(why.code, FAIL_TIMEOUT);
    use_helper("kill -SEGV $$");
    assert_false(speaker_speak(bulletin, &settings, fd, &facts, &why));
    assert_int_equal(why.code, FAIL_DEVICE);
    use_helper("echo '{\"is\":\"done\",\"rate\":48000,\"frames\":480,\"integrated_lufs\":-16.0,"
               "\"sample_peak_dbfs\":-1.0}'");
    assert_false(speaker_speak(bulletin, &settings, fd, &facts, &why));
    assert_non_null(strstr(why.sentence, "something was left out"));
    use_helper("echo '{\"is\":\"done\"}'");
    assert_false(speaker_speak(bulletin, &settings, fd, &facts, &why));
    speaker_set_timeout_ms(0);
    setenv("LOAXA_BIN", bin, 1);
    close(fd);
}

static void a_cached_bulletin_costs_no_synthesis(void **state) {
    char *bin = *state;
    struct render_request request = request_of(bulletin);
    struct rendering first, second;
    struct fail why = {0};
    char script[4200];
    int fd = -1;
    snprintf(script, sizeof script, "exec %s/loaxa-speak \"$@\"", bin);
    use_helper(script);
    long before = calls_of_helper();
    if (!render(folder, &request, &first, NULL, &why)) {
        fail_msg("%s", why.sentence);
    }
    assert_false(first.cached);
    assert_true(render(folder, &request, &second, &fd, &why));
    assert_true(second.cached);
    assert_int_equal(calls_of_helper() - before, 1);
    assert_true(digest_equal(&first.sound, &second.sound));
    assert_int_equal(second.facts.frames, first.facts.frames);
    struct digest digest;
    assert_true(digest_of_fd(fd, &digest, NULL));
    assert_true(digest_equal(&digest, &second.sound));
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
    close(fd);
    setenv("LOAXA_BIN", bin, 1);
}

static void whatever_changes_the_sound_changes_its_key(void **state) {
    (void)state;
    struct digest keys[8];
    struct render_request requests[8];
    for (int i = 0; i < 8; i++) {
        requests[i] = request_of(bulletin);
    }
    requests[1].spoken = "họp thôn.";
    requests[2].lexicon = "2";
    requests[3].settings.voice = SPEAKER_SOUTH;
    requests[4].settings.pace.syllables_a_second = 3.6;
    requests[5].settings.twice = true;
    requests[6].settings.horn = false;
    requests[7].settings.pace.comma_ms++;
    for (int i = 0; i < 8; i++) {
        assert_true(render_key(&requests[i], &keys[i], NULL));
        for (int j = 0; j < i; j++) {
            assert_false(digest_equal(&keys[i], &keys[j]));
        }
    }
}

/* Changes one byte in the middle of the file of a rendering. */
static void damage(const struct digest *key, const char *ending) {
    char hex[DIGEST_HEX_SIZE], path[160];
    digest_format(key, hex);
    snprintf(path, sizeof path, "%s/%s.%s", folder, hex, ending);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    off_t middle = lseek(fd, 0, SEEK_END) / 2;
    char byte;
    assert_int_equal(pread(fd, &byte, 1, middle), 1);
    byte ^= 1;
    assert_int_equal(pwrite(fd, &byte, 1, middle), 1);
    close(fd);
}

static void a_damaged_cache_is_made_anew(void **state) {
    (void)state;
    struct render_request request = request_of("họp thôn lúc bảy giờ tối nay.");
    struct rendering first, again;
    assert_true(render(folder, &request, &first, NULL, NULL));
    damage(&first.key, "flac");
    assert_true(render(folder, &request, &again, NULL, NULL));
    assert_false(again.cached);
    assert_true(digest_equal(&first.sound, &again.sound)); /* the same words give the same sound */
    assert_true(render(folder, &request, &again, NULL, NULL));
    assert_true(again.cached);
    damage(&first.key, "json");
    assert_true(render(folder, &request, &again, NULL, NULL));
    assert_true(digest_equal(&first.sound, &again.sound));
    assert_true(render_clean(folder, 1) == 0);
    assert_true(render_clean(folder, 0) >= 1);
    assert_true(render(folder, &request, &again, NULL, NULL));
    assert_false(again.cached);
}

static void a_failed_rendering_leaves_nothing(void **state) {
    char *bin = *state;
    struct render_request request = request_of("họp thôn ngày mai.");
    struct rendering rendering;
    struct fail why = {0};
    render_clean(folder, 0);
    use_helper("exit 3");
    assert_false(render(folder, &request, &rendering, NULL, &why));
    setenv("LOAXA_BIN", bin, 1);
    DIR *listing = opendir(folder);
    struct dirent *entry;
    while ((entry = readdir(listing)) != NULL) {
        assert_true(entry->d_name[0] == '.');
    }
    closedir(listing);
    assert_false(render("/no/such/folder", &request, &rendering, NULL, &why));
}

static int prepare(void **state) {
    *state = memory_text(getenv("LOAXA_BIN"));
    return mkdtemp(folder) != NULL && mkdtemp(helper) != NULL ? 0 : -1;
}

static int tidy(void **state) {
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s' '%s'", folder, helper);
    free(*state);
    return system(command);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bulletin_sounds_as_long_as_it_was_estimated),
        cmocka_unit_test(the_sound_is_flac_for_the_card),
        cmocka_unit_test(pauses_are_as_long_as_they_were_asked),
        cmocka_unit_test(what_is_read_twice_takes_twice_as_long),
        cmocka_unit_test(what_is_no_plain_word_is_refused_by_name),
        cmocka_unit_test(a_text_without_end_is_refused_at_once),
        cmocka_unit_test(what_is_implausible_is_told_apart),
        cmocka_unit_test(a_helper_that_hangs_dies_or_gives_nothing_never_reaches_the_air),
        cmocka_unit_test(a_cached_bulletin_costs_no_synthesis),
        cmocka_unit_test(whatever_changes_the_sound_changes_its_key),
        cmocka_unit_test(a_damaged_cache_is_made_anew),
        cmocka_unit_test(a_failed_rendering_leaves_nothing),
    };
    if (getenv("LOAXA_BIN") == NULL) {
        print_message("skipped: LOAXA_BIN does not name the programs\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, prepare, tidy);
}
