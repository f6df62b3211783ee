/* SPDX-License-Identifier: Apache-2.0 */
#define LANES 16
#define ADD   matrix_add_avx512

#include "audio/render/matrix_vector.h"
