#include "base/text.h"
#include "station/chime.h"
#include "station/demo_texts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_tune_sounds_begins_and_ends_softly(void **state) {
    (void)state;
    size_t count;
    float *frames = chime_make(&count);
    double energy = 0;
    float peak = 0;
    for (size_t i = 0; i < count; i++) {
        energy += (double)frames[i] * frames[i];
        peak = fabsf(frames[i]) > peak ? fabsf(frames[i]) : peak;
    }
    assert_true(fabsf(peak - 0.5F) < 1e-4F);
    assert_true(energy / (double)count > 1e-3);
    assert_true(fabsf(frames[0]) < 1e-3F && fabsf(frames[count - 1]) < 1e-3F);
    free(frames);
}

static void the_file_says_what_it_holds(void **state) {
    (void)state;
    size_t count;
    free(chime_make(&count));
    struct text file = {0};
    chime_write_wav(&file);
    assert_int_equal(file.length, 44 + 2 * count);
    assert_memory_equal(file.bytes, "RIFF", 4);
    uint32_t size;
    memcpy(&size, file.bytes + 40, 4);
    assert_int_equal(size, 2 * count);
    text_finish(&file);
}

static void every_text_is_composed_and_its_document_is_listed(void **state) {
    (void)state;
    for (size_t i = 0; i < demo_bulletins_count; i++) {
        const struct demo_bulletin *one = &demo_bulletins[i];
        assert_true(text_is_nfc(one->text, strlen(one->text)));
        assert_true(strlen(one->text) > 100);
        bool found = one->document[0] == '\0';
        for (size_t d = 0; d < demo_documents_count; d++) {
            found |= strcmp(one->document, demo_documents[d].number) == 0;
        }
        assert_true(found);
        assert_true(one->source[0] != '\0');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tune_sounds_begins_and_ends_softly),
        cmocka_unit_test(the_file_says_what_it_holds),
        cmocka_unit_test(every_text_is_composed_and_its_document_is_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
