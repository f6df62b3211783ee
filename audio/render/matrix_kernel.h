/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RENDER_MATRIX_KERNEL_H
#define FASCIA_AUDIO_RENDER_MATRIX_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/layout/layout.h"

/*
 * The seam of matrix.h for vector paths: one file per level, each equal to the scalar one bit by bit.
 *
 * One output is a sum over groups of inputs that share a weight (and move alike on a ramp): a fold-down has many inputs
 * and few distinct weights, so adding first saves most of the multiplications:
 *
 *   y[i] = 0 + weight(group 0) * ((x[a] + x[b]) + …) + weight(group 1) * (…) + …, from left to right.
 */

struct matrix_group {
    const float *x[LAYOUT_CHANNELS_MAX];
    size_t inputs; /* >= 1 */
    float w, step; /* the weight at frame i is w + (done + i + 1) * step; w where step is 0 */
    uint32_t done; /* frames of the ramp that are over */
    bool first;    /* y is set, else added to */
};

/* In what add() returns: a sample may be none of ours. */
#define MATRIX_SUSPECT (UINT32_C(1) << 30)

struct matrix_kernel {
    const char *name;
    /** to[i] = x[i], or 0 when x[i] is none of our samples (matrix.h); of a subnormal one the sign stays, as the
     * processor would have it. Returns whether there was one. */
    bool (*clean)(float *to, const float *x, size_t frames);
    /** y[o][i] is set to group[o], or it is added to it, for one output or for two whose groups have all but `x` in
     * common. Returns bits, see MATRIX_SUSPECT: never missing when a sample is not finite or has a magnitude from 2^16
     * up. Subnormal samples are the caller's matter. */
    uint32_t (*add)(float *const *y, const struct matrix_group *group, size_t outputs, size_t frames);
};

extern const struct matrix_kernel matrix_kernel_scalar; /* finds subnormal samples suspect, too */
extern const struct matrix_kernel matrix_kernel_sse2;   /* where it is built, see matrix.c */
extern const struct matrix_kernel matrix_kernel_avx2;
extern const struct matrix_kernel matrix_kernel_avx512;
extern const struct matrix_kernel matrix_kernel_neon;

#endif
