#include "player/resampler.h"

#include "base/memory.h"

#include <soxr.h>
#include <stdlib.h>

struct resampler {
    soxr_t soxr;
};

struct resampler *resampler_create(uint32_t rate_in, uint32_t rate_out, uint32_t channels) {
    struct resampler *resampler = memory_new(sizeof *resampler);
    soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    soxr_error_t error = NULL;
    resampler->soxr = soxr_create(rate_in, rate_out, channels, &error, &io, &quality, &runtime);
    if (resampler->soxr == NULL) {
        abort(); /* out of memory: the rates are within decoder.h's bounds */
    }
    return resampler;
}

void resampler_destroy(struct resampler *resampler) {
    if (resampler == NULL) {
        return;
    }
    soxr_delete(resampler->soxr);
    free(resampler);
}

void resampler_process(struct resampler *resampler, const float *in, size_t frames_in,
                       size_t *ret_taken, float *out, size_t frames_out, size_t *ret_given) {
    *ret_taken = *ret_given = 0;
    soxr_process(resampler->soxr, in, frames_in, in != NULL ? ret_taken : NULL, out, frames_out,
                 ret_given);
}
