/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_SIMD_SIMD_H
#define FASCIA_AUDIO_SIMD_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which vector instructions this processor has, found at run time. Each part of the renderer that has vector paths
 * keeps them in one file per level (matrix_avx2.c), compiled for it, beside a scalar reference to which they are equal
 * bit by bit: work goes across samples, so that the order of additions is the same, and contraction to fused operations
 * is off.
 */

enum simd_level {
    SIMD_SCALAR,
    SIMD_SSE2,
    SIMD_AVX2,
    SIMD_AVX512, /* F, BW, DQ and VL */
    SIMD_NEON,   /* aarch64 */
    SIMD_LEVELS_
};

/* The initialiser of a table by level: what there is for this architecture, 0 or NULL for the rest. A part of the
 * renderer chooses its path by such a table, table[simd_best(…)]; what is for another architecture need not exist. */
#if defined(__x86_64__)
#define SIMD_TABLE(scalar, sse2, avx2, avx512, neon)                                                                   \
    {                                                                                                                  \
        [SIMD_SCALAR] = (scalar), [SIMD_SSE2] = (sse2), [SIMD_AVX2] = (avx2), [SIMD_AVX512] = (avx512)                 \
    }
#elif defined(__aarch64__)
#define SIMD_TABLE(scalar, sse2, avx2, avx512, neon)                                                                   \
    {                                                                                                                  \
        [SIMD_SCALAR] = (scalar), [SIMD_NEON] = (neon)                                                                 \
    }
#else
#define SIMD_TABLE(scalar, sse2, avx2, avx512, neon)                                                                   \
    {                                                                                                                  \
        [SIMD_SCALAR] = (scalar)                                                                                       \
    }
#endif

/** "scalar", "sse2", …; "?" out of range. */
const char *simd_name(enum simd_level level);

/** Whether this processor (and operating system) can run it. */
bool simd_has(enum simd_level level);

/** The best one it can run; below `limit` in the order of the enumeration, or equal to it, where that is a level of
 * this architecture. SIMD_LEVELS_: no limit. */
enum simd_level simd_best(enum simd_level limit);

/**
 * Lets the calling thread treat subnormal numbers as zero, in and out, where the processor can: decaying filters would
 * otherwise become a hundred times slower. Cheap, no system call; for the beginning of each cycle of the sound thread.
 */
void simd_flush_subnormals(void);

#endif
