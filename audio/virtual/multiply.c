/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/virtual/multiply.h"

multiply_fn multiply_best(enum simd_level limit)
{
    switch (simd_best(limit)) {
#if defined(__x86_64__)
    case SIMD_SSE2:
        return multiply_sse2;
    case SIMD_AVX2:
        return multiply_avx2;
    case SIMD_AVX512:
        return multiply_avx512;
    case SIMD_NEON:
#elif defined(__aarch64__)
    case SIMD_NEON:
        return multiply_neon;
    case SIMD_SSE2:
    case SIMD_AVX2:
    case SIMD_AVX512:
#else
    case SIMD_SSE2:
    case SIMD_AVX2:
    case SIMD_AVX512:
    case SIMD_NEON:
#endif
    case SIMD_SCALAR:
    case SIMD_LEVELS_:
        break;
    }
    return multiply_scalar;
}
