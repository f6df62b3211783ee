/* SPDX-License-Identifier: Apache-2.0 */
#define LANES 4
#define ADD   matrix_add_sse2

#include "audio/render/matrix_vector.h"
