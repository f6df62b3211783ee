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
 * and few distinct weights, so adding first saves most of the multiplications.
 *
 *   y[i] = 0 + weight(group 0) * (x[a] + x[b] + …) + weight(group 1) * (…) + … + 0, in this order.
 *
 * The last zero makes 0 of -0: whether a flushed sample left one does not show.
 */

struct matrix_group {
    float w, step;   /* on a ramp the weight at its frame k = 1, 2, … is w + k * step */
    uint32_t inputs; /* how many, >= 1 */
};

struct matrix_sum {
    struct matrix_group group[LAYOUT_CHANNELS_MAX];
    size_t groups;
    uint8_t input[LAYOUT_CHANNELS_MAX]; /* of all groups in turn */
};

/* In what mix() and ramp() return: one of the samples may be none of ours. */
#define MATRIX_SUSPECT (UINT32_C(1) << 30)

struct matrix_kernel {
    const char *name;
    /** to[i] = x[i], or 0 when x[i] is none of our samples (matrix.h). Returns whether there was one. */
    bool (*clean)(float *to, const float *x, size_t frames);
    /** y[i] of the sum, from x[input][at + i], with steady weights. Returns bits, see MATRIX_SUSPECT: never missing
     * when a sample is not finite or has a magnitude from 2^16 up. Subnormal samples are the caller's matter. */
    uint32_t (*mix)(float *y, const struct matrix_sum *sum, const float *const *x, size_t at, size_t frames);
    /** The same on a ramp of which `done` frames are over: y[0] has the weights of its frame done + 1. */
    uint32_t (*ramp)(float *y, const struct matrix_sum *sum, const float *const *x, size_t at, size_t frames,
                     uint32_t done);
};

extern const struct matrix_kernel matrix_kernel_scalar; /* finds subnormal samples suspect, too */
extern const struct matrix_kernel matrix_kernel_sse2;   /* where it is built, see matrix.c */
extern const struct matrix_kernel matrix_kernel_avx2;
extern const struct matrix_kernel matrix_kernel_avx512;
extern const struct matrix_kernel matrix_kernel_neon;

#endif
