/* SPDX-License-Identifier: Apache-2.0 */
/* 32 registers of 16 floats. */
#define LANES       16
#define KERNEL      matrix_kernel_avx512
#define KERNEL_NAME "avx512"

#include "audio/render/matrix_vector.h"
