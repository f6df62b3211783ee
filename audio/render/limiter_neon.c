/* SPDX-License-Identifier: Apache-2.0 */
#include <arm_neon.h>

#include "audio/render/limiter_kernel.h"

#define NAME        limiter_kernel_neon
#define LEVEL       "neon"
#define WIDTH       4U
#define VECTOR      float32x4_t
#define SET1(x)     vdupq_n_f32(x)
#define LOAD(x)     vld1q_f32(x)
#define STORE(x, v) vst1q_f32(x, v)
#define ADD(a, b)   vaddq_f32(a, b)
#define SUB(a, b)   vsubq_f32(a, b)
#define MUL(a, b)   vmulq_f32(a, b)
#define MAX(a, b)   vmaxq_f32(a, b)
#define ABS(a)      vabsq_f32(a)

#include "audio/render/limiter_vector.h"
