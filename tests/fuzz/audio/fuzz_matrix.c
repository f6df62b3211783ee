/* SPDX-License-Identifier: Apache-2.0 */
/* Any bits as samples, cleaned as at the entrance of the renderer, switches at any time: the output stays finite and
 * within what the weights allow, and the best path gives the bits of the reference. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/render/levels.h"
#include "audio/render/matrix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHANNELS 6
#define FRAMES   512

static struct matrix m, reference;
static float foreign[FRAMES], in_samples[CHANNELS][FRAMES], out_samples[2][FRAMES], reference_samples[2][FRAMES];

static void process(size_t frames)
{
    const float *in[CHANNELS];
    float *out[2] = {out_samples[0], out_samples[1]}, *wanted[2] = {reference_samples[0], reference_samples[1]};

    for (size_t i = 0; i < CHANNELS; i++)
        in[i] = in_samples[i];
    matrix_process(&m, in, out, frames);
    matrix_process(&reference, in, wanted, frames);
    if (memcmp(out_samples, reference_samples, sizeof out_samples) != 0)
        abort();
    for (size_t o = 0; o < 2; o++)
        for (size_t i = 0; i < frames; i++)
            if (!isfinite(out_samples[o][i]) || fabsf(out_samples[o][i]) > CHANNELS * 65536.0F)
                abort();
}

/* Blocks of: one octet of what to do, one of how many frames, then samples. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct matrix_weights weights = {.outputs = 2, .inputs = CHANNELS};

    matrix_init(&m, 2, CHANNELS, 100);
    matrix_init(&reference, 2, CHANNELS, 100);
    (void)matrix_use(&reference, SIMD_SCALAR);
    memset(out_samples, 0, sizeof out_samples);
    memset(reference_samples, 0, sizeof reference_samples);
    while (size >= 2) {
        const uint8_t what = data[0];
        const size_t frames = (size_t)data[1] * 2;
        data += 2;
        size -= 2;
        for (size_t i = 0; i < CHANNELS; i++) {
            size_t n = size < frames * sizeof(float) ? size : frames * sizeof(float);
            memset(foreign, 0, sizeof foreign);
            memcpy(foreign, data, n);
            (void)levels_clean(in_samples[i], foreign, FRAMES);
            data += n;
            size -= n;
        }
        if (what & 1) {
            for (size_t i = 0; i < CHANNELS; i++) {
                weights.w[0][i] = (float)(what >> 4) / 15;
                weights.w[1][i] = (float)(i % 2);
            }
            matrix_retarget(&m, &weights);
            matrix_retarget(&reference, &weights);
        }
        if (what & 2) {
            matrix_set_ramp(&m, what);
            matrix_set_ramp(&reference, what);
        }
        process(frames);
    }
    return 0;
}
