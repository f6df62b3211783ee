/* SPDX-License-Identifier: Apache-2.0 */
#include <emmintrin.h>

#include "audio/render/limiter_kernel.h"

#define NAME        limiter_kernel_sse2
#define LEVEL       "sse2"
#define WIDTH       4U
#define VECTOR      __m128
#define SET1(x)     _mm_set1_ps(x)
#define LOAD(x)     _mm_loadu_ps(x)
#define STORE(x, v) _mm_storeu_ps(x, v)
#define ADD(a, b)   _mm_add_ps(a, b)
#define SUB(a, b)   _mm_sub_ps(a, b)
#define MUL(a, b)   _mm_mul_ps(a, b)
#define MAX(a, b)   _mm_max_ps(a, b)
#define ABS(a)      _mm_and_ps(a, _mm_castsi128_ps(_mm_set1_epi32(0x7fffffff)))

#include "audio/render/limiter_vector.h"
