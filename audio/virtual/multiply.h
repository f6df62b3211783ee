/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_MULTIPLY_H
#define FASCIA_AUDIO_VIRTUAL_MULTIPLY_H

#include <stddef.h>

#include "audio/simd/simd.h"

/*
 * The heart of the convolver: sums of products of spectra. One file per level of vector instructions, all of them
 * equal to the scalar one bit by bit: work goes across bins, and each bin sees the same operations in the same order.
 */

#define MULTIPLY_CHUNK ((size_t)16) /* bins whose sums stay in registers while all terms go by */

/* A filter's bins lie in the order in which they are needed: [chunk][term][4][MULTIPLY_CHUNK], the four being real and
 * imaginary parts of `a` and of `b` (see convolver.c). */
#define MULTIPLY_CELL (4 * MULTIPLY_CHUNK)

struct multiply_job {
    const float *filter;       /* all terms of it */
    const float *const *terms; /* spectra: `points` real parts, then as many imaginary ones */
    size_t terms_all;          /* of the filter */
    size_t first, end;         /* terms to sum */
    size_t points;             /* a multiple of MULTIPLY_CHUNK */
    const float *start;        /* [4][points] to begin from, or NULL for zero */
    float *sum;                /* [4][points]: of term * a, real and imaginary; of term * b */
};

/* Everything is aligned to 64 octets, and nothing overlaps but `start` and `sum`, which may be the same. */
typedef void (*multiply_fn)(const struct multiply_job *job);

/** The path of a level that this processor has. */
multiply_fn multiply_of(enum simd_level level);

void multiply_scalar(const struct multiply_job *job);
void multiply_sse2(const struct multiply_job *job); /* where it is built, see multiply.c */
void multiply_avx2(const struct multiply_job *job);
void multiply_avx512(const struct multiply_job *job);
void multiply_neon(const struct multiply_job *job);

#endif
