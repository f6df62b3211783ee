/* SPDX-License-Identifier: Apache-2.0 */
#include <immintrin.h>

#include "audio/render/limiter_kernel.h"

#define NAME        limiter_kernel_avx2
#define LEVEL       "avx2"
#define WIDTH       8U
#define VECTOR      __m256
#define SET1(x)     _mm256_set1_ps(x)
#define LOAD(x)     _mm256_loadu_ps(x)
#define STORE(x, v) _mm256_storeu_ps(x, v)
#define ADD(a, b)   _mm256_add_ps(a, b)
#define SUB(a, b)   _mm256_sub_ps(a, b)
#define MUL(a, b)   _mm256_mul_ps(a, b)
#define MAX(a, b)   _mm256_max_ps(a, b)
#define ABS(a)      _mm256_and_ps(a, _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffffff)))

#include "audio/render/limiter_vector.h"
