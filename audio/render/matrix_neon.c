/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64: 32 registers of 4 floats. */
#define LANES       4
#define KERNEL      matrix_kernel_neon
#define KERNEL_NAME "neon"

#include "audio/render/matrix_vector.h"
