/* SPDX-License-Identifier: Apache-2.0 */
/* Neither FMA nor anything else that rounds otherwise than the reference. */
#define LANES 8
#define ADD   matrix_add_avx2

#include "audio/render/matrix_vector.h"
