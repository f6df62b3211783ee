/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of the vector paths of the matrix, in the compiler's own vector types (gcc and clang): a file for one
 * level defines LANES (floats in a vector), VECTORS (that are worked on at a time), KERNEL and KERNEL_NAME, and
 * includes this. Not for anybody else.
 */
#include <string.h>

#include "audio/render/matrix_kernel.h"

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef uint32_t vec_bits __attribute__((vector_size(4 * LANES)));

#define INLINE   static inline __attribute__((always_inline))
#define UNROLLED _Pragma("GCC unroll 16")

#define PAIR 2
#define FEW  4 /* groups of so many inputs at most have a loop of their own */

INLINE vec load(const float *x)
{
    vec v;

    memcpy(&v, x, sizeof v); /* at any address */
    return v;
}

INLINE void store(float *to, vec v)
{
    memcpy(to, &v, sizeof v);
}

INLINE vec all(float x)
{
    return x - (vec){0}; /* minus: it keeps -0 */
}

INLINE uint32_t any(vec_bits v)
{
    uint64_t pairs[LANES / 2], bits = 0;

    memcpy(pairs, &v, sizeof pairs);
    UNROLLED
    for (size_t i = 0; i < LANES / 2; i++)
        bits |= pairs[i];
    return (uint32_t)(bits | bits >> 32);
}

static const float lane_number[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* One group for each of some outputs, with weights in common, and in hand: stores to outputs cannot change it. What is
 * constant after inlining (how many outputs, how many inputs unless there are many, whether there is a ramp, whether it
 * is the first) makes a loop of its own. */
struct hand {
    vec w, step;
    float *y[PAIR];
    const float *const *x[PAIR];
    size_t outputs, inputs;
    bool is_ramp, first;
};

INLINE vec_bits add_vector(const struct hand *hand, size_t i, vec k)
{
    const vec w = hand->is_ramp ? hand->w + k * hand->step : hand->w;
    vec_bits seen = {0};

    UNROLLED
    for (size_t o = 0; o < hand->outputs; o++) {
        vec added = load(hand->x[o][0] + i);
        seen |= (vec_bits)added;
        UNROLLED
        for (size_t n = 1; n < hand->inputs; n++) {
            const vec sample = load(hand->x[o][n] + i);
            added += sample;
            seen |= (vec_bits)sample;
        }
        vec before = {0};
        if (!hand->first)
            before = load(hand->y[o] + i);
        store(hand->y[o] + i, before + w * added);
    }
    return seen;
}

/* Of whole vectors. A float counts exactly as far as a ramp goes (MATRIX_RAMP_MAX). */
INLINE vec_bits add_all(const struct hand *hand, size_t frames, uint32_t done)
{
    vec k = load(lane_number) + (float)(int32_t)(done + 1);
    vec_bits seen = {0};

    for (size_t i = 0; i < frames; i += LANES) {
        seen |= add_vector(hand, i, k);
        k += LANES;
    }
    return seen;
}

INLINE vec_bits add_few(const struct hand *hand, size_t frames, size_t inputs, uint32_t done)
{
    const float *x[PAIR][FEW] = {{NULL}};
    struct hand own = *hand;

    UNROLLED
    for (size_t o = 0; o < hand->outputs; o++) {
        UNROLLED
        for (size_t n = 0; n < inputs; n++)
            x[o][n] = hand->x[o][n];
        own.x[o] = x[o];
    }
    own.inputs = inputs;
    return add_all(&own, frames, done);
}

INLINE vec_bits add_kind(float *const *y, const struct matrix_group *group, size_t frames, size_t outputs, bool is_ramp,
                         bool first)
{
    struct hand hand = {.w = all(group->w),
                        .step = all(group->step),
                        .outputs = outputs,
                        .inputs = group->inputs,
                        .is_ramp = is_ramp,
                        .first = first};

    UNROLLED
    for (size_t o = 0; o < outputs; o++) {
        hand.y[o] = y[o];
        hand.x[o] = group[o].x;
    }
    switch (hand.inputs) {
    case 1:
        return add_few(&hand, frames, 1, group->done);
    case 2:
        return add_few(&hand, frames, 2, group->done);
    case 3:
        return add_few(&hand, frames, 3, group->done);
    case 4:
        return add_few(&hand, frames, FEW, group->done);
    default:
        return add_all(&hand, frames, group->done);
    }
}

INLINE vec_bits add_outputs(float *const *y, const struct matrix_group *group, size_t frames, size_t outputs)
{
    if (group->step != 0)
        return group->first ? add_kind(y, group, frames, outputs, true, true)
                            : add_kind(y, group, frames, outputs, true, false);
    return group->first ? add_kind(y, group, frames, outputs, false, true)
                        : add_kind(y, group, frames, outputs, false, false);
}

/* The frames that do not fill a vector. */
static uint32_t add_rest(float *const *y, const struct matrix_group *group, size_t outputs, size_t at, size_t frames)
{
    struct matrix_group rest[PAIR];
    float *to[PAIR];

    for (size_t o = 0; o < outputs; o++) {
        to[o] = y[o] + at;
        rest[o] = group[o];
        rest[o].done += (uint32_t)at;
        for (size_t n = 0; n < group[o].inputs; n++)
            rest[o].x[n] += at;
    }
    return matrix_kernel_scalar.add(to, rest, outputs, frames);
}

static uint32_t vector_add(float *const *y, const struct matrix_group *group, size_t outputs, size_t frames)
{
    const size_t rest = frames % LANES, whole = frames - rest;
    const vec_bits seen = outputs == PAIR ? add_outputs(y, group, whole, PAIR) : add_outputs(y, group, whole, 1);

    return any(seen) | (rest > 0 ? add_rest(y, group, outputs, whole, rest) : 0);
}

static bool vector_clean(float *to, const float *x, size_t frames)
{
    const vec_bits sign = (vec_bits){0} + (UINT32_C(1) << 31);
    vec_bits changed = {0};
    size_t i = 0;

    for (; i + LANES <= frames; i += LANES) {
        const vec_bits bits = (vec_bits)load(x + i), exponent = bits >> 23 & 0xff;
        const vec_bits clean = bits & ((vec_bits)(exponent - 1 < 127 + 16 - 1) | ((vec_bits)(exponent == 0) & sign));
        changed |= bits ^ clean;
        memcpy(to + i, &clean, sizeof clean);
    }
    const bool rest = i < frames && matrix_kernel_scalar.clean(to + i, x + i, frames - i);
    return rest || any(changed) != 0;
}

const struct matrix_kernel KERNEL = {
    .name = KERNEL_NAME,
    .clean = vector_clean,
    .add = vector_add,
};
