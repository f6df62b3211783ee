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
 *   y[i] = w(group 0) * ((x[a] + x[b]) + …) + w(group 1) * (…) + …, from left to right.
 *
 * Left and right of most fold-downs have the same weights for as many inputs: they are mixed as a pair, and the ramp of
 * a weight is worked out once for both.
 */

#define MATRIX_PAIR 2

struct matrix_group {
    size_t outputs; /* 1, or 2 of a pair */
    size_t inputs;  /* of each output, >= 1 */
    const float *x[MATRIX_PAIR][LAYOUT_CHANNELS_MAX];
    float *y[MATRIX_PAIR];
    float w, step; /* the weight at frame i is w + (done + i + 1) * step */
    uint32_t done; /* frames of the ramp that are over */
    bool first;    /* y is set, else added to */
};

/** Frames `begin` … `end` - 1 of y get the group. */
typedef void (*matrix_add_fn)(const struct matrix_group *group, size_t begin, size_t end);

void matrix_add_scalar(const struct matrix_group *group, size_t begin, size_t end);
void matrix_add_sse2(const struct matrix_group *group, size_t begin, size_t end); /* where it is built, see matrix.c */
void matrix_add_avx2(const struct matrix_group *group, size_t begin, size_t end);
void matrix_add_avx512(const struct matrix_group *group, size_t begin, size_t end);
void matrix_add_neon(const struct matrix_group *group, size_t begin, size_t end);

#endif
