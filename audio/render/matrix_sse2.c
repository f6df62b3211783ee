/* SPDX-License-Identifier: Apache-2.0 */
/* 16 registers of 4 floats: 4 sums, 4 inner sums, and room for weights and samples. */
#define LANES       4
#define KERNEL      matrix_kernel_sse2
#define KERNEL_NAME "sse2"

#include "audio/render/matrix_vector.h"
