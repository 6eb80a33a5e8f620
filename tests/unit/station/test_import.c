#include "station/import.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A tone of `seconds` at -6 dBFS with half a second of silence before it, as a file. */
static int make_sound(int format, int rate, int channels, double seconds) {
    char path[] = "/tmp/loaxa-import-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    SF_INFO info = {.samplerate = rate, .channels = channels, .format = format};
    SNDFILE *file = sf_open_fd(fd, SFM_WRITE, &info, 0);
    assert_non_null(file);
    for (int i = 0; i < (int)(seconds * rate); i++) {
        float frame[8];
        for (int c = 0; c < channels; c++) {
            frame[c] = i < rate / 2 ? 0.0f : 0.5f * (float)sin(i * 2.0 * M_PI * 440.0 / rate);
        }
        assert_int_equal(sf_writef_float(file, frame, 1), 1);
    }
    sf_close(file);
    return fd;
}

static int make_empty(void) {
    return memfd_create("flac", MFD_CLOEXEC);
}

static bool import(int fd, struct import_result *result, struct fail *why) {
    int to = make_empty();
    struct import_limits limits = IMPORT_LIMITS_DEFAULT;
    bool done = import_sound(fd, to, &limits, NULL, result, why);
    close(to);
    return done;
}

static void a_sound_is_measured_and_kept_whole(void **state) {
    (void)state;
    int from = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 2, 3.0), to = make_empty();
    struct import_limits limits = IMPORT_LIMITS_DEFAULT;
    struct import_result result;
    struct fail why = {0};
    assert_true(import_sound(from, to, &limits, NULL, &result, &why));
    assert_string_equal(result.facts.format, "WAV");
    assert_int_equal(result.facts.rate, 44100);
    assert_int_equal(result.facts.channels, 2);
    assert_int_equal(result.facts.duration_us, 3000000);
    assert_false(result.facts.truncated);
    assert_true(fabs(result.facts.true_peak_dbtp + 6.02) < 0.1);
    assert_true(llabs(result.facts.leading_silence_us - 500000) < 1000);
    /* What is kept is the same sound, sample by sample. */
    SF_INFO a_info = {0}, b_info = {0};
    lseek(from, 0, SEEK_SET);
    lseek(to, 0, SEEK_SET);
    SNDFILE *a = sf_open_fd(from, SFM_READ, &a_info, 0), *b = sf_open_fd(to, SFM_READ, &b_info, 0);
    assert_non_null(b);
    assert_int_equal(b_info.frames, 3 * 44100);
    assert_int_equal(b_info.format & SF_FORMAT_TYPEMASK, SF_FORMAT_FLAC);
    short x[2], y[2];
    while (sf_readf_short(a, x, 1) == 1) {
        assert_int_equal(sf_readf_short(b, y, 1), 1);
        assert_memory_equal(x, y, sizeof x);
    }
    sf_close(a);
    sf_close(b);
    close(from);
    close(to);
}

static void the_same_sound_in_another_coat_is_known(void **state) {
    (void)state;
    int wav = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 32000, 1, 2.0);
    int flac = make_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 32000, 1, 2.0);
    int longer = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 32000, 1, 2.1);
    struct import_result a, b, c;
    assert_true(import(wav, &a, NULL) && import(flac, &b, NULL) && import(longer, &c, NULL));
    assert_true(digest_equal(&a.facts.samples, &b.facts.samples));
    assert_true(digest_equal(&a.sound, &b.sound));
    assert_false(digest_equal(&a.original, &b.original));
    assert_false(digest_equal(&a.facts.samples, &c.facts.samples));
    close(wav);
    close(flac);
    close(longer);
}

static void many_channels_become_one(void **state) {
    (void)state;
    int from = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_24, 48000, 6, 1.0);
    struct import_result result;
    assert_true(import(from, &result, NULL));
    assert_int_equal(result.facts.source_channels, 6);
    assert_int_equal(result.facts.channels, 1);
    assert_true(fabs(result.facts.sample_peak_dbfs + 6.02) < 0.1);
    close(from);
}

static void what_is_cut_off_is_taken_only_on_demand(void **state) {
    (void)state;
    int from = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1, 20.0), to = make_empty();
    struct import_limits limits = IMPORT_LIMITS_DEFAULT;
    struct import_result result;
    struct fail why = {0};
    assert_int_equal(ftruncate(from, 44 + 16000 * 2 * 12 + 1), 0);
    assert_false(import_sound(from, to, &limits, NULL, &result, &why));
    assert_int_equal(why.code, FAIL_INVALID);
    assert_non_null(strstr(why.sentence, "0:12 of 0:20"));
    assert_non_null(strstr(why.sentence, "--allow-truncated"));
    close(to);
    to = make_empty();
    limits.allow_truncated = true;
    assert_true(import_sound(from, to, &limits, NULL, &result, &why));
    assert_true(result.facts.truncated);
    assert_int_equal(result.facts.duration_us, 12000000);
    assert_int_equal(result.facts.claimed_us, 20000000);
    close(from);
    close(to);
}

static void limits_end_in_a_sentence(void **state) {
    (void)state;
    int from = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 70.0), to = make_empty();
    struct import_limits limits = IMPORT_LIMITS_DEFAULT;
    struct import_result result;
    struct fail why = {0};
    limits.seconds_max = 60;
    assert_false(import_sound(from, to, &limits, NULL, &result, &why));
    assert_int_equal(why.code, FAIL_LIMIT);
    assert_non_null(strstr(why.sentence, "longer than 1 minutes"));
    limits.seconds_max = 3600;
    limits.bytes_max = 1 << 20;
    assert_false(import_sound(from, to, &limits, NULL, &result, &why));
    assert_int_equal(why.code, FAIL_LIMIT);
    assert_int_equal(ftruncate(from, 0), 0);
    assert_false(import_sound(from, to, &limits, NULL, &result, &why));
    assert_non_null(strstr(why.sentence, "empty"));
    close(from);
    close(to);
}

struct progress {
    int calls;
    int64_t last_us;
    bool stop;
};

static bool note_progress(void *context, int64_t done_us, int64_t claimed_us) {
    struct progress *progress = context;
    assert_true(done_us > progress->last_us);
    assert_int_equal(claimed_us, 60000000);
    progress->last_us = done_us;
    progress->calls++;
    return !progress->stop;
}

static void progress_is_told_and_can_stop(void **state) {
    (void)state;
    int from = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 60.0), to = make_empty();
    struct import_limits limits = IMPORT_LIMITS_DEFAULT;
    struct import_result result;
    struct progress progress = {0};
    struct import_watch watch = {note_progress, &progress};
    struct fail why = {0};
    assert_true(import_sound(from, to, &limits, &watch, &result, &why));
    assert_in_range(progress.calls, 4, 6);
    progress = (struct progress){.stop = true};
    assert_false(import_sound(from, to, &limits, &watch, &result, &why));
    assert_int_equal(why.code, FAIL_TIMEOUT);
    assert_int_equal(progress.calls, 1);
    close(from);
    close(to);
}

/* In place of the helper, a script that misbehaves: this side must not believe it, nor wait. */
static void import_with_helper(const char *script, struct fail *why) {
    char folder[] = "/tmp/loaxa-helper-XXXXXX", path[64];
    char *bin = memory_text(getenv("LOAXA_BIN"));
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/loaxa-import", folder);
    FILE *file = fopen(path, "w");
    fprintf(file, "#!/bin/sh\n%s\n", script);
    fclose(file);
    assert_int_equal(chmod(path, 0755), 0);
    setenv("LOAXA_BIN", folder, 1);
    int from = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1, 1.0), to = make_empty();
    struct import_limits limits = IMPORT_LIMITS_DEFAULT;
    struct import_result result;
    limits.timeout_ms = 400;
    assert_false(import_sound(from, to, &limits, NULL, &result, why));
    close(from);
    close(to);
    unlink(path);
    rmdir(folder);
    setenv("LOAXA_BIN", bin, 1);
    free(bin);
}

static void a_helper_that_hangs_lies_or_dies_is_a_sentence(void **state) {
    (void)state;
    struct fail why = {0};
    import_with_helper("exec sleep 1000", &why);
    assert_int_equal(why.code, FAIL_TIMEOUT);
    assert_non_null(strstr(why.sentence, "did not end in its time"));
    import_with_helper("kill -SEGV $$", &why);
    assert_int_equal(why.code, FAIL_DEVICE);
    import_with_helper("echo '{\"is\":\"done\",\"rate\":-5,\"frames\":1}'", &why);
    assert_int_equal(why.code, FAIL_DEVICE);
    import_with_helper("echo '{{{{'; exit 0", &why);
    assert_int_equal(why.code, FAIL_DEVICE);
    import_with_helper("exit 3", &why);
    assert_non_null(strstr(why.sentence, "status 3"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_is_measured_and_kept_whole),
        cmocka_unit_test(the_same_sound_in_another_coat_is_known),
        cmocka_unit_test(many_channels_become_one),
        cmocka_unit_test(what_is_cut_off_is_taken_only_on_demand),
        cmocka_unit_test(limits_end_in_a_sentence),
        cmocka_unit_test(progress_is_told_and_can_stop),
        cmocka_unit_test(a_helper_that_hangs_lies_or_dies_is_a_sentence),
    };
    if (getenv("LOAXA_BIN") == NULL) {
        print_message("skipped: LOAXA_BIN does not name the programs\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
