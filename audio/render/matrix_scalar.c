/* SPDX-License-Identifier: Apache-2.0 */
/* The reference: what it does is what the others have to do. */
#include <string.h>

#include "audio/render/matrix_kernel.h"

#define SIGN (UINT32_C(1) << 31)

/*
 * IEEE 754 binary32: biased exponent 0 is zero and the subnormals, 255 is infinity and NaN, 127 + 16 is 2^16.
 * One unsigned comparison on the exponent, so that a compiler can turn it into a mask.
 */
static uint32_t ours(uint32_t bits)
{
    const uint32_t exponent = bits >> 23 & 0xff;

    if (exponent == 0)
        return bits & SIGN;
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
    return changed != 0;
}

static uint32_t suspicion(float sample)
{
    const uint32_t bits = bits_of(sample);

    return bits != ours(bits) ? MATRIX_SUSPECT : 0;
}

static uint32_t add_one(float *y, const struct matrix_group *group, size_t frames)
{
    uint32_t seen = 0;

    for (size_t i = 0; i < frames; i++) {
        float added = group->x[0][i];
        seen |= suspicion(added);
        for (size_t n = 1; n < group->inputs; n++) {
            added += group->x[n][i];
            seen |= suspicion(group->x[n][i]);
        }
        const float k = (float)(int32_t)(group->done + i + 1);
        const float w = group->step != 0 ? group->w + k * group->step : group->w;
        y[i] = (group->first ? 0 : y[i]) + w * added;
    }
    return seen;
}

static uint32_t scalar_add(float *const *y, const struct matrix_group *group, size_t outputs, size_t frames)
{
    uint32_t seen = 0;

    for (size_t o = 0; o < outputs; o++)
        seen |= add_one(y[o], &group[o], frames);
    return seen;
}

const struct matrix_kernel matrix_kernel_scalar = {
    .name = "scalar",
    .clean = scalar_clean,
    .add = scalar_add,
};
