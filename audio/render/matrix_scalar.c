/* SPDX-License-Identifier: Apache-2.0 */
/* The reference. Frame by frame: what it does is what the others have to do. */
#include <string.h>

#include "audio/render/matrix_kernel.h"

/*
 * IEEE 754 binary32: biased exponent 0 is zero and the subnormals, 255 is infinity and NaN, 127 + 16 is 2^16.
 * One unsigned comparison on the exponent, so that a compiler can turn it into a mask.
 */
static uint32_t ours(uint32_t bits)
{
    const uint32_t exponent = bits >> 23 & 0xff;

    return exponent - 1 < 127 + 16 - 1 ? bits : 0;
}

static uint32_t bits_of(float sample)
{
    uint32_t bits;

    memcpy(&bits, &sample, sizeof bits);
    return bits;
}

static bool scalar_clean(float *to, const float *x, size_t frames)
{
    uint32_t changed = 0;

    for (size_t i = 0; i < frames; i++) {
        const uint32_t bits = bits_of(x[i]), clean = ours(bits);
        changed |= bits ^ clean;
        memcpy(&to[i], &clean, sizeof clean);
    }
    return (changed & ~(UINT32_C(1) << 31)) != 0; /* -0 becomes 0, which is no fault */
}

static uint32_t suspicion(float sample)
{
    const uint32_t bits = bits_of(sample);

    return ((bits ^ ours(bits)) & ~(UINT32_C(1) << 31)) != 0 ? MATRIX_SUSPECT : 0;
}

static uint32_t scalar_ramp(float *y, const struct matrix_sum *sum, const float *const *x, size_t at, size_t frames,
                            uint32_t done)
{
    uint32_t seen = 0;

    for (size_t i = 0; i < frames; i++) {
        const float k = (float)(int32_t)(done + i + 1);
        const uint8_t *input = sum->input;
        float mixed = 0;

        for (size_t g = 0; g < sum->groups; g++) {
            const struct matrix_group *group = &sum->group[g];
            float added = x[*input][at + i];
            seen |= suspicion(added);
            for (const uint8_t *end = input++ + group->inputs; input < end; input++) {
                added += x[*input][at + i];
                seen |= suspicion(x[*input][at + i]);
            }
            mixed += (group->w + k * group->step) * added;
        }
        y[i] = mixed + 0;
    }
    return seen;
}

static uint32_t scalar_mix(float *y, const struct matrix_sum *sum, const float *const *x, size_t at, size_t frames)
{
    uint32_t seen = 0;

    for (size_t i = 0; i < frames; i++) {
        const uint8_t *input = sum->input;
        float mixed = 0;

        for (size_t g = 0; g < sum->groups; g++) {
            const struct matrix_group *group = &sum->group[g];
            float added = x[*input][at + i];
            seen |= suspicion(added);
            for (const uint8_t *end = input++ + group->inputs; input < end; input++) {
                added += x[*input][at + i];
                seen |= suspicion(x[*input][at + i]);
            }
            mixed += group->w * added;
        }
        y[i] = mixed + 0;
    }
    return seen;
}

const struct matrix_kernel matrix_kernel_scalar = {
    .name = "scalar",
    .clean = scalar_clean,
    .mix = scalar_mix,
    .ramp = scalar_ramp,
};
