/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of the vector paths of the matrix, in the compiler's own vector types (gcc and clang): a file for one
 * level defines LANES (floats in a vector), VECTORS (vectors in a block, so that sums stay in registers) and KERNEL,
 * and includes this. Not for anybody else.
 */
#include <string.h>

#include "audio/render/matrix_kernel.h"

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef uint32_t vec_bits __attribute__((vector_size(4 * LANES)));

#define BLOCK    ((size_t)LANES * VECTORS)
#define INLINE   static inline __attribute__((always_inline))
#define UNROLLED _Pragma("GCC unroll 8")

INLINE vec load(const float *x)
{
    vec v;

    memcpy(&v, x, sizeof v); /* at any address */
    return v;
}

INLINE vec all(float x)
{
    return x - (vec){0}; /* minus: it keeps -0 */
}

/* 1, 2, 3, … */
INLINE vec counted(void)
{
    vec v = {0};

    UNROLLED
    for (size_t i = 0; i < LANES; i++)
        v[i] = (float)(int32_t)(i + 1);
    return v;
}

INLINE uint32_t any(vec_bits v)
{
    uint32_t bits = 0;

    UNROLLED
    for (size_t i = 0; i < LANES; i++)
        bits |= v[i];
    return bits;
}

/* Some vectors of one output, with the sums in registers. `vectors` and `ramp` are constants after inlining. */
INLINE vec_bits mix_vectors(float *y, const struct matrix_sum *sum, const float *const *x, size_t at, size_t vectors,
                            bool ramp, vec k)
{
    const uint8_t *input = sum->input;
    vec mixed[VECTORS] = {{0}}, added[VECTORS];
    vec_bits seen = {0};

    for (size_t g = 0; g < sum->groups; g++) {
        const struct matrix_group *group = &sum->group[g];
        const vec w = all(group->w), step = all(group->step);
        const float *from = x[*input] + at;

        UNROLLED
        for (size_t v = 0; v < vectors; v++) {
            added[v] = load(from + v * LANES);
            seen |= (vec_bits)added[v];
        }
        for (const uint8_t *end = input++ + group->inputs; input < end; input++) {
            from = x[*input] + at;
            UNROLLED
            for (size_t v = 0; v < vectors; v++) {
                const vec sample = load(from + v * LANES);
                added[v] += sample;
                seen |= (vec_bits)sample;
            }
        }
        UNROLLED
        for (size_t v = 0; v < vectors; v++)
            mixed[v] += (ramp ? w + (k + (float)(int32_t)(v * LANES)) * step : w) * added[v];
    }
    UNROLLED
    for (size_t v = 0; v < vectors; v++) {
        mixed[v] += (vec){0};
        memcpy(y + v * LANES, &mixed[v], sizeof mixed[v]);
    }
    return seen;
}

/* A float counts exactly as far as a ramp goes (MATRIX_RAMP_MAX). */
INLINE vec position(uint32_t done, size_t i)
{
    return counted() + (float)(int32_t)(done + i);
}

static uint32_t vector_mix(float *y, const struct matrix_sum *sum, const float *const *x, size_t at, size_t frames)
{
    vec_bits seen = {0};
    size_t i = 0;

    for (; i + BLOCK <= frames; i += BLOCK)
        seen |= mix_vectors(y + i, sum, x, at + i, VECTORS, false, (vec){0});
    for (; i + LANES <= frames; i += LANES)
        seen |= mix_vectors(y + i, sum, x, at + i, 1, false, (vec){0});
    return any(seen) | (i < frames ? matrix_kernel_scalar.mix(y + i, sum, x, at + i, frames - i) : 0);
}

static uint32_t vector_ramp(float *y, const struct matrix_sum *sum, const float *const *x, size_t at, size_t frames,
                            uint32_t done)
{
    vec_bits seen = {0};
    size_t i = 0;

    for (; i + BLOCK <= frames; i += BLOCK)
        seen |= mix_vectors(y + i, sum, x, at + i, VECTORS, true, position(done, i));
    for (; i + LANES <= frames; i += LANES)
        seen |= mix_vectors(y + i, sum, x, at + i, 1, true, position(done, i));
    return any(seen) |
           (i < frames ? matrix_kernel_scalar.ramp(y + i, sum, x, at + i, frames - i, done + (uint32_t)i) : 0);
}

static bool vector_clean(float *to, const float *x, size_t frames)
{
    vec_bits changed = {0};
    size_t i = 0;

    for (; i + LANES <= frames; i += LANES) {
        const vec_bits bits = (vec_bits)load(x + i);
        const vec_bits clean = bits & (vec_bits)((bits >> 23 & 0xff) - 1 < 127 + 16 - 1);
        changed |= bits ^ clean;
        memcpy(to + i, &clean, sizeof clean);
    }
    const bool rest = i < frames && matrix_kernel_scalar.clean(to + i, x + i, frames - i);
    return rest || (any(changed) & ~(UINT32_C(1) << 31)) != 0;
}

const struct matrix_kernel KERNEL = {
    .name = KERNEL_NAME,
    .clean = vector_clean,
    .mix = vector_mix,
    .ramp = vector_ramp,
};
