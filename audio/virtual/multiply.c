/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/virtual/multiply.h"

multiply_fn multiply_of(enum simd_level level)
{
    static const multiply_fn paths[SIMD_LEVELS_] =
        SIMD_TABLE(multiply_scalar, multiply_sse2, multiply_avx2, multiply_avx512, multiply_neon);

    return paths[level];
}
