/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of the vector paths of the matrix, in the compiler's own vector types (gcc and clang): a file for one
 * level defines LANES (floats in a vector) and ADD (the name of its function), and includes this. Not for anybody else.
 */
#include <string.h>

#include "audio/render/matrix_kernel.h"

typedef float vec __attribute__((vector_size(4 * LANES)));

#define INLINE   static inline __attribute__((always_inline))
#define UNROLLED _Pragma("GCC unroll 16")

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

static const float lane_number[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* What is constant after inlining makes a loop of its own, with all pointers in registers. */
struct kind {
    size_t outputs, inputs;
    bool is_ramp, first;
};

INLINE void add_kind(const struct matrix_group *group, struct kind kind, size_t begin, size_t end)
{
    const vec weight = all(group->w), step = all(group->step);
    const float *x[MATRIX_PAIR][LAYOUT_CHANNELS_MAX];
    float *y[MATRIX_PAIR];
    /* A float counts exactly as far as a ramp goes (MATRIX_RAMP_MAX). */
    vec k = load(lane_number) + (float)(int32_t)(group->done + begin + 1);

    for (size_t o = 0; o < kind.outputs; o++) {
        y[o] = group->y[o];
        for (size_t n = 0; n < kind.inputs; n++)
            x[o][n] = group->x[o][n];
    }
    for (size_t i = begin; i < end; i += LANES) {
        const vec w = kind.is_ramp ? weight + k * step : weight;
        vec sum[MATRIX_PAIR];
        UNROLLED
        for (size_t o = 0; o < kind.outputs; o++) {
            vec added = load(x[o][0] + i);
            UNROLLED
            for (size_t n = 1; n < kind.inputs; n++)
                added += load(x[o][n] + i);
            sum[o] = kind.first ? w * added : load(y[o] + i) + w * added;
        }
        /* All loads come before the stores: a processor that compares but the lower twelve bits of addresses makes a
         * load wait for a store to another page, and the buffers of many channels begin at the same place of a page. */
        UNROLLED
        for (size_t o = 0; o < kind.outputs; o++)
            store(y[o] + i, sum[o]);
        k += LANES;
    }
}

INLINE void add_inputs(const struct matrix_group *group, struct kind kind, size_t begin, size_t end)
{
    switch (group->inputs) {
    case 1:
        kind.inputs = 1;
        add_kind(group, kind, begin, end);
        break;
    case 2:
        kind.inputs = 2;
        add_kind(group, kind, begin, end);
        break;
    case 3:
        kind.inputs = 3;
        add_kind(group, kind, begin, end);
        break;
    case 4:
        kind.inputs = 4;
        add_kind(group, kind, begin, end);
        break;
    default:
        kind.inputs = group->inputs;
        add_kind(group, kind, begin, end);
        break;
    }
}

INLINE void add_outputs(const struct matrix_group *group, size_t outputs, size_t begin, size_t end)
{
    if (group->step != 0 && group->first)
        add_inputs(group, (struct kind){outputs, 0, true, true}, begin, end);
    else if (group->step != 0)
        add_inputs(group, (struct kind){outputs, 0, true, false}, begin, end);
    else if (group->first)
        add_inputs(group, (struct kind){outputs, 0, false, true}, begin, end);
    else
        add_inputs(group, (struct kind){outputs, 0, false, false}, begin, end);
}

void ADD(const struct matrix_group *group, size_t begin, size_t end)
{
    const size_t whole = end - (end - begin) % LANES; /* what does not fill a vector is left to the scalar path */

    if (group->outputs == MATRIX_PAIR)
        add_outputs(group, MATRIX_PAIR, begin, whole);
    else
        add_outputs(group, 1, begin, whole);
    if (whole < end)
        matrix_add_scalar(group, whole, end);
}
