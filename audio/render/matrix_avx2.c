/* SPDX-License-Identifier: Apache-2.0 */
/* 16 registers of 8 floats. Neither FMA nor anything else that rounds otherwise than the reference. */
#define LANES       8
#define KERNEL      matrix_kernel_avx2
#define KERNEL_NAME "avx2"

#include "audio/render/matrix_vector.h"
